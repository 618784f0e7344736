from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Self
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Q

FIRST_OTHER_PROVIDER = 900_000_000  # numbers of settings outside the register (decisions 3)


class DateRange(Func):
    """daterange(started_on, ended_on): half-open, empty end means still open."""

    function = "daterange"
    output_field = DateRangeField()


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def from_code(self, code: str) -> Authority:
        """Find an authority by its DfE number (850) or its GSS code (E10000014), now or former.

        Raises Authority.DoesNotExist.
        """
        code = code.strip().upper()
        if code.isdigit():
            return self.get(pk=int(code))
        return self.get(gss_codes__code=code)


class Authority(models.Model):
    """A council with children's services; also a made-up one for demonstration (999).

    A reorganised authority is a new row; the old one ends and names its successor. `id` is the DfE
    number, `code` the same as three characters.
    """

    id = models.PositiveIntegerField("DfE number", primary_key=True)
    code = models.CharField(max_length=3, unique=True)
    name = models.CharField(max_length=100)
    display_name = models.CharField(max_length=100)
    kind = models.CharField(max_length=30, blank=True)
    region = models.CharField(max_length=60, blank=True)
    country = models.CharField(max_length=1, default="E", help_text="E, W, S or N")
    ended_on = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    adjoining = models.ManyToManyField("self", blank=True)
    adjoining_is_known = models.BooleanField(
        default=False, help_text="Whether the list of adjoining authorities has been entered"
    )
    is_made_up = models.BooleanField(default=False)
    accent = models.CharField(
        max_length=7,
        default="#0f5467",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", "Enter a colour like #0f5467")],
    )
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "authorities"

    def __str__(self) -> str:
        return f"{self.display_name} ({self.code})"


class GssCode(models.Model):
    """A statistical code an authority has, or had until a day (they change, DfE numbers stay)."""

    code = models.CharField(max_length=9, primary_key=True)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="gss_codes")
    ended_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.code


class District(models.Model):
    """A lower-tier area and the upper-tier authority it belongs to, by GSS code."""

    code = models.CharField(max_length=9, primary_key=True)
    name = models.CharField(max_length=100)
    upper_code = models.CharField(max_length=9)

    def __str__(self) -> str:
        return self.code


class Postcode(models.Model):
    """A postcode's grid reference in metres and its district. Reference data, nobody's address."""

    postcode = models.CharField(max_length=7, primary_key=True, help_text="No space, capitals")
    easting = models.PositiveIntegerField()
    northing = models.PositiveIntegerField()
    district_code = models.CharField(max_length=9)

    def __str__(self) -> str:
        return "postcode"


class BankHolidayQuerySet(models.QuerySet["BankHoliday"]):
    def days(self) -> frozenset[date]:
        """All of them, for the working-day rules. One query."""
        return frozenset(self.values_list("on", flat=True))


class BankHoliday(models.Model):
    """A bank holiday in England and Wales: not a working day. Administrators add one-off days."""

    on = models.DateField("date", primary_key=True)
    name = models.CharField(max_length=100)

    objects = BankHolidayQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


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
    minimum_targets = models.PositiveSmallIntegerField(default=3)
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


class TermQuerySet(models.QuerySet["Term"]):
    def containing(self, *, authority_id: int, on: date) -> Term | None:
        """Answer the term window a day lies in. One query."""
        return self.filter(authority_id=authority_id, started_on__lte=on, ended_on__gt=on).first()


class Term(models.Model):
    """An authority's term for counting PEPs: windows without gaps (not the registers' terms)."""

    class Name(models.TextChoices):
        AUTUMN = "autumn", "Autumn"
        SPRING = "spring", "Spring"
        SUMMER = "summer", "Summer"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="terms")
    academic_year = models.PositiveSmallIntegerField(help_text="2026 means 2026/27")
    name = models.CharField(max_length=6, choices=Name.choices)
    started_on = models.DateField()
    ended_on = models.DateField()
    pep_deadline_on = models.DateField(help_text="The last day a PEP of this term is on time")

    objects = TermQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "academic_year", "name"], name="term_once_a_year"
            ),
            ExclusionConstraint(
                name="term_no_overlap",
                violation_error_message="Another term of this authority has some of these days",
                expressions=[
                    ("authority", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ended_on__gt=F("started_on")),
                name="term_ends_after_start",
                violation_error_message="The end must be after the start",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.academic_year}"

    @property
    def title(self) -> str:
        """Name the term as people say it: Autumn 2026, Spring 2027."""
        year = self.academic_year + (0 if self.name == self.Name.AUTUMN else 1)
        return f"{self.get_name_display()} {year}"


class SchoolQuerySet(models.QuerySet["School"]):
    def open_for_placement(self) -> Self:
        """Open, or open but proposed to close (schools-and-authorities 1)."""
        return self.filter(status__in=[School.Status.OPEN, School.Status.CLOSING])


class School(models.Model):
    """A school, college or other provider. `id` is the URN; others count from 900,000,000."""

    class Status(models.IntegerChoices):
        OPEN = 1, "Open"
        CLOSED = 2, "Closed"
        CLOSING = 3, "Open, but proposed to close"
        PROPOSED = 4, "Proposed to open"

    NO_PHASE = "Not applicable"  # the register's phase of special and alternative schools

    id = models.PositiveIntegerField("URN", primary_key=True)
    name = models.CharField(max_length=200)
    authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="schools"
    )
    authority_code = models.CharField(max_length=3, blank=True)
    establishment_number = models.CharField(max_length=4, blank=True)
    status = models.PositiveSmallIntegerField(choices=Status.choices, default=Status.OPEN)
    kind_code = models.CharField(max_length=3, blank=True)
    kind = models.CharField("type of establishment", max_length=100, blank=True)
    group_code = models.CharField(max_length=3, blank=True)
    phase_code = models.CharField(max_length=2, blank=True)
    phase = models.CharField(max_length=40, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    low_age = models.PositiveSmallIntegerField(null=True, blank=True)
    high_age = models.PositiveSmallIntegerField(null=True, blank=True)
    gender = models.CharField(max_length=20, blank=True)
    street = models.CharField(max_length=150, blank=True)
    locality = models.CharField(max_length=150, blank=True)
    town = models.CharField(max_length=100, blank=True)
    county = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=30, blank=True)
    website = models.CharField(max_length=250, blank=True)
    ukprn = models.CharField(max_length=8, blank=True)
    trust = models.CharField(max_length=200, blank=True)
    easting = models.PositiveIntegerField(null=True, blank=True)
    northing = models.PositiveIntegerField(null=True, blank=True)
    added_by_authority = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SchoolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(id__lt=FIRST_OTHER_PROVIDER) | Q(added_by_authority__isnull=False),
                name="school_outside_register_names_authority",
                violation_error_message="Say which authority added this school: it is not in the "
                "national register",
            )
        ]
        indexes = [
            models.Index(fields=["authority", "name"], name="school_authority_name"),
            models.Index(fields=["authority_code", "establishment_number"], name="school_laestab"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status in {self.Status.OPEN, self.Status.CLOSING}


class SchoolLink(models.Model):
    """The register's word that one school came from, or became, another."""

    BECAME = "Successor"  # how the register's kinds of link to a later school begin

    school = models.ForeignKey(School, models.CASCADE, related_name="links")
    linked_id = models.PositiveIntegerField("linked URN")
    kind = models.CharField(max_length=60)
    established_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["school", "linked_id", "kind"], name="school_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.kind} {self.linked_id}"


class TeachingPeriod(models.Model):
    """Days a school year runs, half-open: of an authority, or of one school instead."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="teaching_periods")
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="teaching_periods"
    )
    started_on = models.DateField()
    ended_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_on__gt=F("started_on")),
                name="teaching_period_ends_after_start",
                violation_error_message="The end must be after the start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_on} to {self.ended_on}"


class ClosedDay(models.Model):
    """A day inside a teaching period when pupils are not in: INSET, polling, bank holiday."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(Authority, models.CASCADE, related_name="closed_days")
    school = models.ForeignKey(
        School, models.CASCADE, null=True, blank=True, related_name="closed_days"
    )
    on = models.DateField("date")
    reason = models.CharField(max_length=60, default="INSET")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "school", "on"],
                nulls_distinct=False,
                name="closed_day_once",
                violation_error_message="This day is in the list already",
            )
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.reason}"
