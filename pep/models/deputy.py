"""Who may check a plan they wrote in, where a team is too small for another checker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from accounts.permissions import Permission
from schools.models import DateRange
from schools.rules import ONE_DAY

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def visible_to(self, user: User) -> Self:
        """Those of the authority whose head names them."""
        if user.seat is None or not user.may(Permission.NAME_DEPUTY):
            return self.none()
        return self.filter(authority=user.seat.authority_id)

    def on(self, day: date) -> Self:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day), started_on__lte=day)


class Deputy(models.Model):
    """A checker named by the virtual school head, from a day to a day, with the reason.

    May agree a plan they wrote in, if somebody else sent it: still two people (LOCAL).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    named_at = models.DateTimeField()
    named_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = DeputyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deputies"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="deputy_authority_id"),
            ExclusionConstraint(
                name="deputy_no_overlap",
                expressions=[
                    ("authority", RangeOperators.EQUAL),
                    ("person", RangeOperators.EQUAL),
                    (DateRange("started_on", "ended_on"), RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("started_on")),
                name="deputy_range",
            ),
            models.CheckConstraint(
                condition=~Q(person=F("named_by")), name="deputy_named_by_another"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def last_day(self) -> date | None:
        return self.ended_on - ONE_DAY if self.ended_on else None
