from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.permissions import Permission
from accounts.roles import Role
from people import rights

if TYPE_CHECKING:
    from accounts.models import User


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> Self:
        """Those of the seat's authority, in roles it gives; a school's own colleagues for a school.

        An administrator sees who was asked, never for which child.
        """
        seat = user.seat
        if seat is None:
            return self.none()
        if user.may(Permission.INVITE_COLLEAGUES):
            return self.filter(role=Role.INVITED_COLLEAGUE, school=seat.school_id)
        roles = rights.gives(user) | rights.gives_by_child(user)
        return self.filter(authority=seat.authority_id, role__in=sorted(roles))

    def waiting(self) -> Self:
        """Neither accepted nor withdrawn; the time may be over."""
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True)


class Invitation(models.Model):
    """Somebody asked by e-mail to take a seat, which they get when they accept.

    The person's account is made with it, without a password. The link in the e-mail is kept only as
    a hash, with the e-mail that carries it (`notifications.models.Email`): the latest counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=40, choices=Role.choices)
    school = models.ForeignKey(
        "schools.School", models.PROTECT, null=True, blank=True, related_name="+"
    )
    child = models.ForeignKey(
        "children.Child", models.PROTECT, null=True, blank=True, related_name="+"
    )
    sections = ArrayField(models.SlugField(max_length=40), default=list, blank=True)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    invited_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    times_sent = models.PositiveSmallIntegerField(default=0)
    notice = models.ForeignKey(
        "notifications.Notice", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="invitation_authority_id"),
            models.UniqueConstraint(
                fields=["authority", "person", "role", "school", "child"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="invitation_once_waiting",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, accepted_at=None),
                name="invitation_withdrawn_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    role="invited_colleague",
                    child__isnull=False,
                    school__isnull=False,
                    sections__len__gt=0,
                    ended_on__isnull=False,
                )
                | (~Q(role="invited_colleague") & Q(sections=[])),
                name="invitation_of_colleague_is_narrow",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "made_at"], name="invitation_newest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None

    def is_over(self, at: datetime) -> bool:
        """Whether it was not accepted in time."""
        return self.is_waiting and self.expires_at <= at
