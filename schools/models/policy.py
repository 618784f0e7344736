"""An authority's own rules, each from a day on."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from schools.models.authority import Authority
from schools.models.calendar import DateRange


class PolicyQuerySet(models.QuerySet["Policy"]):
    def in_force(self, *, authority_id: int, on: date) -> Policy:
        """Answer the row in force on a day, or the defaults as an unsaved row. One query."""
        found = self.filter(
            Q(ended_on__isnull=True) | Q(ended_on__gt=on),
            authority_id=authority_id,
            started_on__lte=on,
        ).first()
        return found or Policy(authority_id=authority_id, started_on=on)


class Policy(models.Model):
    """An authority's own rules from a day to a day: everything the law leaves to it (LOCAL).

    Figures and clocks use the row in force on their date (decisions 19).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="policies")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    initiate_pep_working_days = models.PositiveSmallIntegerField(default=10)
    complete_pep_working_days = models.PositiveSmallIntegerField(default=20)
    pep_after_school_change_working_days = models.PositiveSmallIntegerField(default=20)
    long_holiday_days = models.PositiveSmallIntegerField(
        default=21,
        help_text="Days schools are closed in a row, from which a PEP begun meanwhile is interim",
    )
    pep_from_year = models.SmallIntegerField(
        default=-2, help_text="National curriculum year; -2 is N1, 0 Reception"
    )
    pep_to_year = models.SmallIntegerField(default=13)
    minimum_targets = models.PositiveSmallIntegerField(
        default=3, help_text="Of a PEP; an interim one needs one, about getting back into school"
    )
    minimum_targets_early_years = models.PositiveSmallIntegerField(default=2)
    days_between_pep_nudges = models.PositiveSmallIntegerField(
        default=1, help_text="Of the same person about the same PEP; at least 1"
    )
    advisers_see_only_their_caseload = models.BooleanField(default=False)
    days_old_school_keeps_access = models.PositiveSmallIntegerField(
        default=15, help_text="School days after leaving"
    )
    pep_on_time_target = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(95))
    attendance_target = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(95))
    attendance_concern = models.DecimalField(max_digits=4, decimal_places=1, default=Decimal(90))
    school_must_sign = models.BooleanField(
        default=True, help_text="A PEP is final with its designated teacher’s signature"
    )
    social_worker_must_sign = models.BooleanField(default=True)
    carer_must_sign = models.BooleanField(
        default=False, help_text="Otherwise the carer is invited, and not waited for"
    )
    child_must_sign = models.BooleanField(
        default=False, help_text="Otherwise the child is invited, and not waited for"
    )
    head_teacher_must_answer_working_days = models.PositiveSmallIntegerField(default=5)
    restricted_opening_minutes = models.PositiveSmallIntegerField(
        default=60, help_text="How long a reason opens a restricted or sealed record"
    )
    emergency_access_hours = models.PositiveSmallIntegerField(
        default=24, help_text="How long a duty worker reads a child opened in an emergency"
    )
    invitation_days = models.PositiveSmallIntegerField(
        default=14, help_text="Days an invitation can be accepted"
    )
    unused_account_days = models.PositiveSmallIntegerField(
        default=90, help_text="Days without a sign-in after which somebody looks at the account"
    )
    colleague_longest_days = models.PositiveSmallIntegerField(
        default=180, help_text="Days a school may invite a colleague for"
    )
    unusual_records_an_hour = models.PositiveSmallIntegerField(
        default=25, help_text="More in one hour is shown as unusual reading"
    )
    unusual_records_a_day = models.PositiveSmallIntegerField(
        default=40, help_text="More in a day is unusual, if it is also above the person's usual"
    )
    unusual_times_the_usual = models.PositiveSmallIntegerField(
        default=3, help_text="How many times the person's own daily number is unusual"
    )
    unusual_records_of_others = models.PositiveSmallIntegerField(
        default=5, help_text="More children of another adviser in a day are unusual"
    )
    reading_hours_begin = models.PositiveSmallIntegerField(
        default=6, help_text="Hour of the day; reading before it is at night"
    )
    reading_hours_end = models.PositiveSmallIntegerField(
        default=22, help_text="Hour of the day; reading from then on is at night"
    )
    trusted_device_days = models.PositiveSmallIntegerField(
        default=0,
        help_text="How long staff may leave out their second step on a device of their own; "
        "0: never. Schools and administrators never may",
    )
    paper_kept_days = models.PositiveSmallIntegerField(
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(31)],
        help_text="Days a paper somebody asked for can be taken, 1 to 31; then it is made again",
    )
    draft_paper_kept_days = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(7)],
        help_text="Days a draft can be taken, 1 to 7; its words go on changing",
    )
    plans_file_kept_hours = models.PositiveSmallIntegerField(
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(72)],
        help_text="Hours the file of all plans of a term can be taken, 1 to 72",
    )
    refused_load_days = models.PositiveSmallIntegerField(
        default=90, help_text="Days after which a refused load may be deleted"
    )
    register_years = models.PositiveSmallIntegerField(
        default=6, help_text="Years that marks outside a looked-after record are kept"
    )
    other_record_years = models.PositiveSmallIntegerField(
        default=6,
        help_text="Years after its last use that the record of a child never looked after is kept",
    )

    young_person_signs_in_from_age = models.PositiveSmallIntegerField(
        default=8, help_text="Years; younger children get no sign-in code"
    )
    sign_in_sheet_days = models.PositiveSmallIntegerField(
        default=14, help_text="How long a young person's printed sign-in sheet works"
    )
    one_person_may_answer_subject_access = models.BooleanField(
        default=False,
        help_text="A small team: who reviewed a record may also release it",
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            ExclusionConstraint(
                name="policy_one_in_force",
                violation_error_message="Another policy of this authority holds on some of these "
                "days. End it first",
                expressions=[
                    ("authority", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="policy_ends_after_start",
                violation_error_message="The end must be after the start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority_id} from {self.started_on}"
