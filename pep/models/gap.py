"""What a plan was agreed without, and facts of the record that somebody called wrong."""

from typing import Self

from django.db import models
from django.db.models import Q

from children.models import ChildFact, FactQuerySet
from pep.models.form import Owner
from pep.models.plan import PersonalEducationPlan


class GapQuerySet(FactQuerySet):
    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class Gap(ChildFact):
    """A part of one version of a plan that it may be agreed without: who owes it, by when, why.

    `part` is the slug of a section, or in whose place somebody signs. Closed when it came, or when
    a later version or plan stands in its place.
    """

    class Kind(models.TextChoices):
        SECTION = "section", "Section"
        SIGNATURE = "signature", "Signature"

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="gaps")
    version_number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9, choices=Kind.choices)
    part = models.SlugField(max_length=40)
    owed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    due_on = models.DateField()
    reason = models.TextField()
    named_at = models.DateTimeField()
    named_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = GapQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="gap_authority_id"),
            models.UniqueConstraint(
                fields=["plan", "version_number", "kind", "part"], name="gap_once"
            ),
        ]
        indexes = [
            models.Index(fields=["owed_by"], condition=Q(closed_at__isnull=True), name="gap_owed")
        ]


class DoubtQuerySet(FactQuerySet):
    def open(self) -> Self:
        return self.filter(answered_at__isnull=True)


class Doubt(ChildFact):
    """A fact shown from the record that somebody called wrong, asked of whoever keeps it.

    One open at a time for each fact of a plan (decisions 23).
    """

    class Answer(models.TextChoices):
        PUT_RIGHT = "put_right", "Put right in the record"
        STANDS = "stands", "It is right"
        WITHDRAWN = "withdrawn", "Taken back"

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="doubts")
    section = models.SlugField(max_length=40)
    key = models.SlugField(max_length=40)
    asked_of = models.CharField(max_length=20, choices=Owner.choices)
    words = models.CharField(max_length=500, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    answer = models.CharField(max_length=9, choices=Answer.choices, blank=True)
    reply = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DoubtQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="doubt_authority_id"),
            models.UniqueConstraint(
                fields=["plan", "section", "key"],
                condition=Q(answered_at__isnull=True),
                name="doubt_one_open",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="doubt_answered_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "asked_of"],
                condition=Q(answered_at__isnull=True),
                name="doubt_open",
            )
        ]
