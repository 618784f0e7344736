"""The plan of a term, who sees it, and how it moved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.roles import Role
from children.models import AboutChild, ChildFact, Involvement, OfSchoolQuerySet
from pep.models.form import FormVersion
from placements.models import Address

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


class PlanQuerySet(OfSchoolQuerySet):
    def visible_to(self, user: User) -> Self:
        """The plans of the children this person sees, as one subquery.

        A school a child left finishes its own plans and sees no newer ones; a colleague is invited
        to those of one school (access matrix).
        """
        seat = user.seat
        if seat is not None and seat.role == Role.INVITED_COLLEAGUE:
            invited = Involvement.objects.current().of_colleague(user)
            named = invited.filter(child=OuterRef("child"), school=OuterRef("school"))
            return super().visible_to(user).filter(Exists(named))
        return super().visible_to(user)

    def with_home(self, *, on: date) -> Self:
        """Say of each plan whether its child's home must not be given away (DP-4)."""
        homes = Address.objects.confidential(on=on).filter(child=OuterRef("child"))
        return self.annotate(home_is_confidential=Exists(homes))

    def open(self) -> Self:
        """Plans still being written or checked."""
        return self.exclude(
            status__in=[
                PersonalEducationPlan.Status.AGREED,
                PersonalEducationPlan.Status.FINAL,
                PersonalEducationPlan.Status.SUPERSEDED,
            ]
        )


class PersonalEducationPlan(AboutChild):
    """A looked-after child's PEP for one term (PEP-1, PEP-5)."""

    class Kind(models.TextChoices):
        INITIAL = "initial", "First PEP"
        TERMLY = "termly", "Termly review"
        SCHOOL_CHANGE = "school_change", "After a change of school"
        INTERIM = "interim", "Interim, in the holidays"

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", "Not started"
        WITH_SCHOOL = "with_school", "With school"
        SENT_TO_CHECK = "sent_to_check", "Sent to check"
        BEING_CHECKED = "being_checked", "Being checked"
        SENT_BACK = "sent_back", "Sent back"
        AGREED = "agreed", "Agreed"
        FINAL = "final", "Final"
        SUPERSEDED = "superseded", "Superseded"

    term = models.ForeignKey("schools.Term", models.PROTECT, related_name="plans")
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.TERMLY)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="plans")
    school = models.ForeignKey(
        "schools.School", models.PROTECT, null=True, blank=True, related_name="plans"
    )
    facts = models.JSONField(
        default=list, blank=True, help_text="What sections depend on, as last read (rules.Fact)"
    )
    status = models.CharField(max_length=13, choices=Status.choices, default=Status.NOT_STARTED)
    version_number = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    clock_from = models.DateField(
        null=True,
        blank=True,
        help_text="The day its working days are counted from: coming into care, or a new school",
    )
    initiate_by = models.DateField(null=True, blank=True)
    complete_by = models.DateField()
    meeting_at = models.DateTimeField(null=True, blank=True)
    meeting_place = models.CharField(max_length=100, blank=True)
    sections_total = models.PositiveSmallIntegerField(default=0)
    sections_complete = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    checking_at = models.DateTimeField(null=True, blank=True)
    checking_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    quality = models.CharField(max_length=20, blank=True, help_text="Overall grade when checked")
    grade_hidden_from = models.ForeignKey(
        "accounts.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who grades it a second time, and may not know the first grade until done",
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "PEP"
        verbose_name_plural = "PEPs"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="plan_authority_id"),
            models.UniqueConstraint(
                fields=["child", "term", "kind", "clock_from"],
                nulls_distinct=False,
                name="plan_once_a_term",
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
                name="plan_sent_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(checking_at__isnull=True, checking_by__isnull=True)
                | Q(checking_at__isnull=False, checking_by__isnull=False),
                name="plan_checking_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="plan_agreed_at_with_by",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "final"]) | Q(agreed_at__isnull=False),
                name="plan_agreed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(sections_complete__lte=F("sections_total")),
                name="plan_sections_add_up",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "term", "status"], name="plan_of_term"),
            models.Index(fields=["authority", "child", "-started_at"], name="plan_of_child"),
        ]

    @property
    def is_agreed(self) -> bool:
        return self.status in {self.Status.AGREED, self.Status.FINAL}

    @property
    def is_closed(self) -> bool:
        """Agreed, or replaced since: what was agreed is what there is to read."""
        return self.is_agreed or self.status == self.Status.SUPERSEDED


class PlanMove(ChildFact):
    """One change of a plan's state: from, to, who, when, and why when a reason is due."""

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="moves")
    before = models.CharField(max_length=13)
    after = models.CharField(max_length=13)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="planmove_authority_id")
        ]
        indexes = [models.Index(fields=["plan", "made_at"], name="planmove_of_plan")]
