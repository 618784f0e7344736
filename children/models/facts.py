"""Further facts about a child, with the days they held."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from children.models.base import DatedFact, history
from schools.models import DateRange


class Identifier(DatedFact):
    """A number another system knows the child by, while it did (decisions 6)."""

    class System(models.TextChoices):
        SOCIAL_CARE = "social_care", "Social care system"
        UPN = "upn", "UPN"
        ULN = "uln", "ULN"

    system = models.CharField(max_length=20, choices=System.choices)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="identifier_authority_id"),
            models.UniqueConstraint(
                fields=["authority", "system", "value"],
                condition=Q(ended_on__isnull=True),
                name="identifier_once_open",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="identifier_range",
            ),
        ]


@history()
class SenStatus(DatedFact):
    """Special educational needs provision: none, SEN support or an EHC plan, with dates."""

    class Code(models.TextChoices):
        NONE = "N", "No special educational need"
        SUPPORT = "K", "SEN support"
        PLAN = "E", "EHC plan"

    code = models.CharField(max_length=1, choices=Code.choices)

    class Meta:
        verbose_name = "SEN status"
        verbose_name_plural = "SEN statuses"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="senstatus_authority_id"),
            ExclusionConstraint(
                name="senstatus_no_overlap",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="senstatus_range",
            ),
        ]


class Flag(DatedFact):
    """Something people must, or should, know at once; shown in the identity bar."""

    class Kind(models.TextChoices):
        STOP = "stop", "Stop and read"
        KNOW = "know", "Good to know"

    kind = models.CharField(max_length=4, choices=Kind.choices, default=Kind.KNOW)
    label = models.CharField(max_length=60)
    reason = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="flag_authority_id"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")),
                name="flag_range",
            ),
        ]
