from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from accounts.permissions import Permission
from children.models import Child

if TYPE_CHECKING:
    from accounts.models import User


def _theirs(user: User) -> Q:
    """The rows of the authority of whoever looks after how long things are kept; else none."""
    if user.seat is None or not user.may(Permission.MANAGE_RETENTION):
        return Q(pk__in=[])
    return Q(authority=user.seat.authority_id)


class LegalHoldQuerySet(models.QuerySet["LegalHold"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(_theirs(user))

    def in_force(self, on: date) -> Self:
        """Those that stop deletion on a day."""
        return self.filter(
            Q(ended_on=None) | Q(ended_on__gt=on), lifted_at=None, started_on__lte=on
        )


class LegalHold(models.Model):
    """A stop to deletion: of one child's records, or of everything an authority holds (RET-4)."""

    class Reason(models.TextChoices):
        INQUIRY = "inquiry", "A public inquiry"
        COURT = "court", "A case before a court"
        COMPLAINT = "complaint", "A complaint"
        SUBJECT_ACCESS = "subject_access", "A request to see a record that is open"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    child = models.ForeignKey(
        "children.Child", models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=14, choices=Reason.choices)
    why = models.TextField()
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_why = models.TextField(blank=True)

    objects = LegalHoldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="legalhold_authority_id"),
            models.CheckConstraint(condition=~Q(why=""), name="legalhold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gt=F("started_on")),
                name="legalhold_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lifted_why="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_why="")),
                name="legalhold_lifted_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Proposal(models.Model):
    """What was due in an authority on a day, listed once a month for a person to decide."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    on = models.DateField(help_text="The day it is as at; the first of a month")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="proposal_authority_id"),
            models.UniqueConstraint(fields=["authority", "on"], name="proposal_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ProposedQuerySet(models.QuerySet["Proposed"]):
    def visible_to(self, user: User) -> Self:
        """Those of the authority; of records that are there, those the person may open now."""
        is_there = Q(kind=Proposed.Kind.CHILD_RECORD) & ~Q(decision=Proposed.Decision.APPROVED)
        seen = Child.objects.visible_to(user).values("pk")
        return self.filter(_theirs(user), ~is_there | Q(subject_id__in=seen))

    def listed_to(self, user: User) -> Self:
        """Those of the authority, also of records closed to this person, to be shown as such."""
        return self.filter(_theirs(user))

    def waiting(self) -> Self:
        return self.filter(decision="")


class Proposed(models.Model):
    """One thing that may be deleted, by which rule; nothing goes until a person approves it."""

    class Kind(models.TextChoices):
        REFUSED_LOAD = "refused_load", "Refused load"
        CHILD_RECORD = "child_record", "Child’s record"

    class Decision(models.TextChoices):
        APPROVED = "approved", "Deleted"
        KEPT = "kept", "Kept"
        GONE = "gone", "No longer due"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="rows")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    subject_id = models.UUIDField(help_text="Of the row that may go; it outlives it")
    number = models.BigIntegerField(help_text="By which people know it")
    rule = models.CharField(max_length=20)
    due_on = models.DateField()
    decision = models.CharField(max_length=8, choices=Decision.choices, blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ProposedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="proposed_authority_id"),
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=Q(decision=""), name="proposed_once"
            ),
            models.CheckConstraint(
                condition=Q(decision="", reason="", decided_at=None, decided_by=None)
                | Q(decision="gone", decided_at__isnull=False)
                | (
                    Q(decision__in=["approved", "kept"])
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(reason="")
                ),
                name="proposed_decided_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class TombstoneQuerySet(models.QuerySet["Tombstone"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(_theirs(user))


class Tombstone(models.Model):
    """That something was deleted: what kind, by which rule, when, who approved; nothing it held.

    Append-only: the application's database role may insert and read, never change or delete.
    `events` and `remains` say of how many events of the record the values went with it, and hash
    what stays of them, so that nothing else can pass for taken out (`oversight.verifying`).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=Proposed.Kind.choices)
    subject_id = models.UUIDField(unique=True)
    number = models.BigIntegerField()
    rule = models.CharField(max_length=20)
    due_on = models.DateField()
    counts = models.JSONField(help_text="Table to rows deleted, and files")
    events = models.PositiveIntegerField(default=0)
    remains = models.CharField(max_length=64, blank=True)
    deleted_at = models.DateTimeField()
    approved_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    objects = TombstoneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="tombstone_authority_id")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class FileToRemove(models.Model):
    """A stored file whose row is gone, owed to be removed from the storage (decisions 37)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    path = models.CharField(max_length=120, unique=True, help_text="Random, as the storage has it")
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "files to remove"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="filetoremove_authority_id")
        ]

    def __str__(self) -> str:
        return str(self.pk)
