"""What a checker found in a plan, area by area; and the fingerprint of a plan's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import OuterRef, Subquery

from children.models import AboutChild, ChildFact, FactQuerySet
from pep.models import AgreedVersion, PersonalEducationPlan
from quality.models.rubric import Rubric

if TYPE_CHECKING:
    from datetime import date


class CheckQuerySet(FactQuerySet):
    def first_marks(self) -> Self:
        return self.filter(mark=QualityCheck.Mark.FIRST)

    def finished(self) -> Self:
        """First marks whose plan has moved on since: sent back, or agreed."""
        return self.first_marks().exclude(
            plan__status=PersonalEducationPlan.Status.BEING_CHECKED,
            plan__checking_at=models.F("started_at"),
        )

    def of_agreed_plans(self, *, on: date) -> Self:
        """One check a plan: the last before its latest version agreed by the end of a day.

        What quality figures count, PEPM-3: a plan opened again counts as it was last agreed.
        """
        versions = AgreedVersion.objects.filter(
            plan=OuterRef("plan"), agreed_at__date__lte=on
        ).order_by("-number")
        newest = (
            QualityCheck.objects.filter(
                plan=OuterRef("plan"),
                version_number=OuterRef("version_number"),
                mark=QualityCheck.Mark.FIRST,
            )
            .exclude(overall="")
            .order_by("-started_at", "-pk")
        )
        return self.first_marks().filter(
            version_number=Subquery(versions.values("number")[:1]),
            pk=Subquery(newest.values("pk")[:1]),
        )


class QualityCheck(AboutChild):
    """One reading of one version of a plan against a rubric; every round of checking is its own.

    A first mark belongs to the round that began at `started_at`, which is the plan's
    `checking_at`: it is open while the plan is being checked since then.
    """

    class Mark(models.TextChoices):
        FIRST = "first", "First mark"
        SECOND = "second", "Second mark, blind"

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="checks")
    version_number = models.PositiveSmallIntegerField()
    mark = models.CharField(max_length=6, choices=Mark.choices, default=Mark.FIRST)
    rubric = models.ForeignKey(Rubric, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    marker = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    own_grade = models.CharField(
        max_length=20, blank=True, help_text="Another grade than the suggested one"
    )
    reason = models.TextField(blank=True, help_text="Why it is another")
    overall = models.CharField(max_length=20, blank=True, help_text="Empty until all is graded")
    settled = models.CharField(
        max_length=20, blank=True, help_text="The grade after a difference was settled"
    )

    objects = CheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="qualitycheck_authority_id"),
            models.UniqueConstraint(
                fields=["plan", "mark", "started_at"], name="qualitycheck_once_a_round"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """Whether the round goes on. A first mark comes with its plan."""
        return (
            self.plan.status == PersonalEducationPlan.Status.BEING_CHECKED
            and self.plan.checking_at == self.started_at
        )

    @property
    def counts_as(self) -> str:
        """The grade that counts: as settled, else as marked."""
        return self.settled or self.overall


class AreaGrade(ChildFact):
    """The grade and comment of one area in one check."""

    check_of = models.ForeignKey(QualityCheck, models.CASCADE, related_name="areas")
    area = models.SlugField(max_length=40)
    grade = models.CharField(max_length=20, blank=True)
    comment = models.TextField(blank=True)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="areagrade_authority_id"),
            models.UniqueConstraint(fields=["check_of", "area"], name="areagrade_once"),
        ]


class PlanPrint(ChildFact):
    """Keyed fingerprints of a plan's longer texts, to find the same words in another's plan.

    Taken when checking begins. No text can be read out of them.
    """

    plan = models.OneToOneField(PersonalEducationPlan, models.CASCADE, related_name="prints")
    term = models.ForeignKey("schools.Term", models.PROTECT, related_name="+")
    hashes = ArrayField(models.BigIntegerField())
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="planprint_authority_id"),
        ]
        indexes = [
            GinIndex(fields=["hashes"], name="planprint_hashes"),
        ]
