"""Samples drawn for a second, blind mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from children.models import AboutChild, FactQuerySet
from pep.models import PersonalEducationPlan
from quality.models.checks import QualityCheck

if TYPE_CHECKING:
    from accounts.models import User


class SampleQuerySet(models.QuerySet["Sample"]):
    def visible_to(self, user: User) -> Self:
        """The samples of the authority of the seat."""
        seat = user.seat
        if seat is None or seat.authority_id is None:
            return self.none()
        return self.filter(authority=seat.authority_id)


class Sample(models.Model):
    """Plans drawn at random from those agreed in a term; the seed draws the same ones again."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    term = models.ForeignKey("schools.Term", models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    drawn_from = models.PositiveIntegerField(help_text="Plans of the term that had been graded")
    seed = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = SampleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="sample_authority_id"),
            models.CheckConstraint(
                condition=Q(number__isnull=True, percent__isnull=False)
                | Q(number__isnull=False, percent__isnull=True),
                name="sample_number_or_percent",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class MarkQuerySet(FactQuerySet):
    def waiting_for(self, user: User) -> Self:
        """Second marks this person has still to give."""
        return self.filter(marker=user, done_at__isnull=True)


class SecondMark(AboutChild):
    """One plan of a sample: who grades it again without knowing the first grades, and the end."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="marks")
    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="second_marks")
    first = models.OneToOneField(QualityCheck, models.CASCADE, related_name="second_mark")
    second = models.OneToOneField(QualityCheck, models.CASCADE, related_name="blind_mark")
    marker = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True, help_text="How the difference was settled")

    objects = MarkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["marker", "done_at"], name="secondmark_of_marker")]
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="secondmark_authority_id"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, note="")
                | (
                    Q(settled_at__isnull=False, settled_by__isnull=False, done_at__isnull=False)
                    & ~Q(note="")
                ),
                name="secondmark_settled_with_note",
            ),
        ]

    @property
    def differs(self) -> bool:
        """Whether both are given and come to another grade. Comes with both checks."""
        return self.done_at is not None and self.first.overall != self.second.overall
