from __future__ import annotations

from datetime import date
from typing import Any, Self
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.permissions import Permission, permissions_of
from accounts.roles import GROUP_ROLES, SCHOOL_ROLES, Role, Seat


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
                violation_error_message="Write the email address in small letters",
            ),
            models.CheckConstraint(
                condition=Q(email__isnull=True) | ~Q(email=""),
                name="user_email_not_blank",
                violation_error_message="Leave the email address out, or write one",
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
    """A person's role in one authority or one school, from a day to a day (half-open).

    One that a group at the council gave counts only in sessions begun with the council's account.
    """

    class ByGroup(models.TextChoices):
        GIVEN = "given", "Given by a group"
        ENDED = "ended", "Given and ended by a group"

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
    by_group = models.CharField(max_length=5, choices=ByGroup.choices, blank=True, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=sorted(SCHOOL_ROLES), school__isnull=False, authority=None)
                | (~Q(role__in=sorted(SCHOOL_ROLES)) & Q(authority__isnull=False, school=None)),
                name="membership_in_authority_or_school",
                violation_error_message="A role in a school needs its school and no authority; "
                "every other role needs an authority and no school",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=models.F("started_on")),
                name="membership_ends_on_or_after_start",
                violation_error_message="The end must be on or after the start",
            ),
            models.UniqueConstraint(
                fields=["user", "role", "authority", "school"],
                condition=Q(ended_on__isnull=True),
                nulls_distinct=False,
                name="membership_once_open",
                violation_error_message="This person has the role there already",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class KnownDevice(models.Model):
    """A browser a person has signed in with, known by the hash of a random value in its cookie.

    Its tries are counted apart, so that nobody can lock a person out of it from elsewhere.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    token_hash = models.CharField(max_length=64)
    words = models.CharField(max_length=100, help_text="Browser and system, such as Edge, Windows")
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    trusted_until = models.DateTimeField(
        null=True, blank=True, help_text="No second step is asked for here until then"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "token_hash"], name="known_device_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class OpenSession(models.Model):
    """Whose a session is, and on which device: what makes it possible to end it from elsewhere."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="open_sessions")
    device = models.ForeignKey(KnownDevice, models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    began_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class Tries(models.Model):
    """How often one thing was tried lately, by a hashed key (`accounts.throttle`)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="tries_once")]
        indexes = [models.Index(fields=["began_at"], name="tries_oldest")]

    def __str__(self) -> str:
        return str(self.pk)


class AccountMail(models.Model):
    """An e-mail about one's account that is owed (decisions 37); its link is made when it is sent.

    Without a person for an address nobody has: asking looks the same for both.
    """

    class Kind(models.TextChoices):
        RESET = "reset", "Choose a new password"
        CONFIRM = "confirm", "Confirm your email address"
        CHANGED = "changed", "The way you sign in was changed"
        MOVED = "moved", "Your email address was changed"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    former_address = models.EmailField(blank=True, help_text="To here; else to the person’s own")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(done_at__isnull=True), name="account_mail_owed"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CouncilSignIn(models.Model):
    """How an authority's people sign in with the account their council gave them.

    The council's server, our name there and the secret are the installation's (`VS_OIDC_...`).
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.OneToOneField(
        "schools.Authority", models.PROTECT, related_name="council_sign_in"
    )
    name = models.CharField(
        max_length=60, help_text="Shown as “Sign in with your … account”, such as Northbridge"
    )
    is_open = models.BooleanField("may be used", default=True)
    email_domains = ArrayField(
        models.CharField(max_length=100),
        help_text="After the @, comma between. Only these addresses are matched to a person here",
    )
    does_second_step = models.BooleanField(
        "the council asks for a second step",
        default=False,
        help_text="Then we do not. Only if nobody can sign in there without one",
    )
    makes_people = models.BooleanField(
        "groups give access",
        default=False,
        help_text="Somebody of a group below is let in without an invitation, and out again when "
        "the group no longer has them. Off: only people with a seat given here",
    )
    groups_claim = models.CharField(
        "where the groups are",
        max_length=100,
        default="groups",
        help_text="The name of the claim in what the council’s server says",
    )

    class Meta:
        verbose_name = "council sign-in"

    def __str__(self) -> str:
        return self.name


class CouncilGroup(models.Model):
    """A group at the council and the role it gives in the authority; never an administrator's."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    sign_in = models.ForeignKey(CouncilSignIn, models.CASCADE, related_name="groups")
    group = models.CharField(
        max_length=200, help_text="As the council’s server writes it: often a long number"
    )
    role = models.CharField(
        max_length=40,
        choices=[(role.value, role.label) for role in Role if role in GROUP_ROLES],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sign_in", "group", "role"], name="council_group_role_once"
            ),
            models.CheckConstraint(
                condition=Q(role__in=sorted(GROUP_ROLES)), name="council_group_gives_safe_role"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
