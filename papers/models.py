from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from children.models import ChildFact, FactQuerySet
from papers.rules import NAMES, Kind

if TYPE_CHECKING:
    from accounts.models import User


class ReaderPaperQuerySet(FactQuerySet):
    def visible_to(self, user: User) -> Self:
        """One's own, made for the seat one is in: what it holds followed that seat's rights."""
        if user.seat is None:
            return self.none()
        return super().visible_to(user).filter(person=user, seat=user.seat.key)


class ReaderPaper(ChildFact):
    """A paper of a plan, made or owed, for one person in one seat: asking again renews the row.

    `rights` is a mark of what that person might read when it was made; a paper made under other
    rights than today's is not given any more.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Being made"
        MADE = "made", "Ready"
        FAILED = "failed", "Could not be made"

    class Why(models.TextChoices):
        FAULT = "fault", "Something went wrong"
        NOT_ALLOWED = "not_allowed", "You could no longer read this plan"

    plan = models.ForeignKey("pep.PersonalEducationPlan", models.PROTECT, related_name="+")
    version = models.ForeignKey(
        "pep.AgreedVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=7, choices=[(k.value, NAMES[k].label) for k in Kind])
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    seat = models.CharField(max_length=60, help_text="Role and place, as the session names it")
    state = models.CharField(max_length=6, choices=State.choices, default=State.ASKED)
    why = models.CharField(max_length=11, choices=Why.choices, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    is_draft = models.BooleanField(default=False)
    rights = models.CharField(max_length=64, blank=True)
    file = models.OneToOneField(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    goes_at = models.DateTimeField(null=True, blank=True)

    objects = ReaderPaperQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="readerpaper_authority_id"),
            models.UniqueConstraint(
                fields=["plan", "kind", "person", "seat"], name="readerpaper_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="made", file__isnull=False, made_at__isnull=False, goes_at__isnull=False
                )
                | (
                    ~Q(state="made")
                    & Q(file__isnull=True, made_at__isnull=True, goes_at__isnull=True)
                ),
                name="readerpaper_made_with_file",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "asked_at"],
                condition=Q(state="asked"),
                name="readerpaper_owed",
            ),
            models.Index(fields=["authority", "goes_at"], name="readerpaper_goes"),
        ]
