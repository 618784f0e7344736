from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.permissions import Permission, permissions_of
from accounts.roles import SCHOOL_ROLES, Role

if TYPE_CHECKING:
    from accounts.seats import Seat


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> User:
        """Make a person who may sign in; without a password they must be invited first."""
        user = self.model(email=email.strip().lower() if email else None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """Anyone who may ever sign in, invited or not. People who never will are contacts."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100, blank=True)
    email = models.EmailField(null=True, blank=True, unique=True)
    phone = models.CharField(max_length=30, blank=True)
    job_title = models.CharField(max_length=100, blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    last_seat = models.CharField(
        max_length=60, blank=True, editable=False, help_text="The role last worked in, for the next"
    )

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["given_name"]

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        constraints = [
            models.CheckConstraint(
                condition=Q(email__isnull=True) | Q(email=Lower("email")),
                name="user_email_in_lower_case",
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | ~Q(email=""), name="user_email_not_blank"
            ),
        ]

    # The membership in use, set by WallMiddleware for the length of a request (decisions 8)
    _seat: Seat | None = None

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def seat(self) -> Seat | None:
        return self._seat

    @seat.setter
    def seat(self, seat: Seat | None) -> None:
        self._seat = seat

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    def get_full_name(self) -> str:
        return self.name

    def may(self, permission: Permission) -> bool:
        """Say whether the seat in use has a permission. No seat: nothing."""
        return self._seat is not None and permission in permissions_of(self._seat.role)

    # Django's admin asks these; the seat's permissions are the source of rights
    @property
    def is_staff(self) -> bool:
        return self.may(Permission.MANAGE_SETTINGS)

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_active and self.may(Permission.MANAGE_SETTINGS)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.may(Permission.MANAGE_SETTINGS)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, *, on: date) -> Self:
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=on), started_on__lte=on)


class Membership(models.Model):
    """A person's role in one authority or one school, from a day to a day (half-open)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=40, choices=Role.choices)
    authority = models.ForeignKey(
        "schools.Authority", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    school = models.ForeignKey(
        "schools.School", models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(SCHOOL_ROLES), school__isnull=False, authority=None)
                | (~Q(role__in=sorted(SCHOOL_ROLES)) & Q(authority__isnull=False, school=None)),
                name="membership_in_authority_or_school",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("started_on")),
                name="membership_ends_on_or_after_start",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "authority", "school"],
                condition=Q(ended_on__isnull=True),
                nulls_distinct=False,
                name="membership_once_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
