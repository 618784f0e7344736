from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """A person's own notices; nobody reads another's."""
        return self.filter(recipient=user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """Something one person is told, once. Holds no child's name: the page it links to does.

    `key` makes it once: telling the same person the same thing again changes nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    recipient = models.ForeignKey("accounts.User", models.PROTECT, related_name="notices")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    text = models.CharField(max_length=300, help_text="Says what waits, without names")
    child_id = models.UUIDField(null=True, blank=True)
    path = models.CharField(max_length=200, help_text="Where to go, from the root of the site")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="notice_authority_id"),
            models.UniqueConstraint(fields=["recipient", "key"], name="notice_once"),
        ]
        indexes = [
            models.Index(fields=["recipient", "-made_at"], name="notice_newest"),
            models.Index(
                fields=["recipient"], condition=Q(read_at__isnull=True), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Email(models.Model):
    """An e-mail owed, written with what causes it and sent after it (decisions 37)."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    notice = models.OneToOneField(Notice, models.CASCADE, related_name="email")
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    token_hash = models.CharField(
        max_length=64, blank=True, help_text="Of the link only its reader has, if it carries one"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="email_authority_id"),
            models.UniqueConstraint(
                fields=["token_hash"], condition=~Q(token_hash=""), name="email_token_once"
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="email_sent_with_time",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="waiting"), name="email_waiting")
        ]

    def __str__(self) -> str:
        return str(self.pk)
