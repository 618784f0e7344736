from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from accounts.roles import Role
from oversight.rules import Reason

if TYPE_CHECKING:
    from accounts.models import User


class UnusualReadingQuerySet(models.QuerySet["UnusualReading"]):
    def visible_to(self, user: User) -> Self:
        """The virtual school head's authority; nobody else reads who read what."""
        seat = user.seat
        if seat is None or seat.role != Role.VIRTUAL_SCHOOL_HEAD:
            return self.none()
        return self.filter(authority=seat.authority_id)


class UnusualReading(models.Model):
    """One reason to ask why a person read what they read on a day; found at night, set-based.

    It accuses nobody: somebody looks into it and says in a note what it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    reason = models.CharField(
        max_length=16, choices=[(reason.value, reason.label) for reason in Reason]
    )
    on = models.DateField()
    number = models.PositiveIntegerField(help_text="Children, or openings out of hours")
    usual = models.PositiveIntegerField(help_text="Of children a day, the 28 days before")
    child = models.ForeignKey(
        "children.Child", models.PROTECT, null=True, blank=True, related_name="+"
    )
    found_at = models.DateTimeField()
    looked_into_at = models.DateTimeField(null=True, blank=True)
    looked_into_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.TextField(blank=True)

    objects = UnusualReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="unusualreading_authority_id"),
            models.UniqueConstraint(
                fields=["authority", "person", "role", "reason", "on", "child"],
                nulls_distinct=False,
                name="unusualreading_once",
            ),
            models.CheckConstraint(
                condition=Q(looked_into_at=None, looked_into_by=None, note="")
                | (Q(looked_into_at__isnull=False, looked_into_by__isnull=False) & ~Q(note="")),
                name="unusualreading_looked_into_by_whom",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "-on", "id"], name="unusualreading_newest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
