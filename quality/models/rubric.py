"""By what plans are graded: an authority's rubric in editions, and its bank of comments."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from quality.rules import AREAS, SCALES, AreaKind, ScaleName

if TYPE_CHECKING:
    from datetime import datetime

    from pep.rules import Grade

_KINDS = [(kind.value, title) for kind, title in AREAS.items()]


class RubricQuerySet(models.QuerySet["Rubric"]):
    def in_force(self, *, authority_id: int, at: datetime) -> Rubric:
        """The edition a check begun at a moment is made by: the authority's, else the shipped.

        One query. Raises Rubric.DoesNotExist where no reference data was loaded.
        """
        on = timezone.localtime(at).date()
        return (
            self.filter(
                Q(authority=authority_id) | Q(authority=None),
                published_at__isnull=False,
                started_on__lte=on,
            )
            .order_by(F("authority").asc(nulls_last=True), "-started_on", "-number")[:1]
            .get()
        )


class Rubric(models.Model):
    """An edition of a rubric: of an authority, or the shipped one. Published, it never changes."""

    class Scale(models.TextChoices):
        WORDS = ScaleName.WORDS.value, "Good, Needs more, Not good enough"
        COLOURS = ScaleName.COLOURS.value, "Green, Amber, Red"
        COLOURS_WITH_GOLD = ScaleName.COLOURS_WITH_GOLD.value, "Gold, Green, Amber, Red"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(
        "schools.Authority", models.PROTECT, null=True, blank=True, related_name="+"
    )
    number = models.PositiveSmallIntegerField(default=1)
    scale = models.CharField(max_length=17, choices=Scale.choices, default=Scale.WORDS)
    tolerance = models.PositiveSmallIntegerField(
        default=1, help_text="Areas that may be one grade below the overall one"
    )
    any_worst = models.BooleanField(
        default=True,
        help_text="One area with the worst grade makes the whole worst; else more than half do",
    )
    same_text_from = models.PositiveSmallIntegerField(
        default=60,
        validators=[MinValueValidator(40)],
        help_text="Characters from which equal words in two plans are pointed out",
    )
    started_on = models.DateField(help_text="Checks begun from this day on are made by it")
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="Once published it never changes: begin a new edition"
    )

    objects = RubricQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "number"], nulls_distinct=False, name="rubric_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority_id or 'Shipped'}, edition {self.number}"

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The scale, worst first."""
        return SCALES[ScaleName(self.scale)]


class Area(models.Model):
    """One thing a plan is graded on."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    rubric = models.ForeignKey(Rubric, models.CASCADE, related_name="areas")
    key = models.SlugField(max_length=40, help_text="Stays the same in later editions")
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    description = models.CharField(max_length=300, blank=True, help_text="What is good here")
    kind = models.CharField(
        max_length=10,
        choices=_KINDS,
        default=AreaKind.OTHER.value,
        help_text="Which hints and comments are offered beside it",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rubric", "key"], name="area_key_once"),
        ]

    def __str__(self) -> str:
        return self.title


class BankComment(models.Model):
    """Words ready to be put into a comment: of an authority, or shipped."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(
        "schools.Authority", models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=10, choices=_KINDS, help_text="Beside which areas")
    words = models.CharField(max_length=300)
    is_offered = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "kind", "words"],
                nulls_distinct=False,
                name="bankcomment_once",
            ),
        ]

    def __str__(self) -> str:
        return self.words[:60]
