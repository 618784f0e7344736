"""What lets carers and young people in: PINs, links and codes, all kept as hashes."""

from __future__ import annotations

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from accounts.roles import Role
from children.models import AboutChild, FactQuerySet


class CarerPin(models.Model):
    """The PIN a carer chose, asked for after each link."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="carer_pin")
    pin = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)


class CarerLinkQuerySet(models.QuerySet["CarerLink"]):
    def alive(self, *, at: datetime) -> Self:
        return self.filter(ended_at__isnull=True, until_at__gt=at, user__is_active=True)


class CarerLink(models.Model):
    """A link a carer asked for: owed until it is sent, and made only then (decisions 37).

    Without a person for an address nobody has: asking looks the same for both.
    """

    class Way(models.TextChoices):
        EMAIL = "email", "Email"
        TEXT = "text", "Text message"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="+")
    way = models.CharField(max_length=5, choices=Way.choices)
    asked_at = models.DateTimeField()
    asked_on = models.CharField(
        max_length=64, blank=True, help_text="The browser that asked, as the hash of its cookie"
    )
    done_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    token_hash = models.CharField(max_length=64, unique=True, null=True, blank=True)
    until_at = models.DateTimeField(null=True)
    wrong_pins = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, help_text="Used, or tried too often")

    objects = CarerLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(token_hash__isnull=True, until_at__isnull=True)
                | Q(token_hash__isnull=False, until_at__isnull=False),
                name="carer_link_has_an_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(done_at__isnull=True), name="carer_link_owed"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SignInCodeQuerySet(FactQuerySet):
    def alive(self, *, at: datetime) -> Self:
        return self.filter(ended_at__isnull=True, expires_at__gt=at)


class SignInCode(AboutChild):
    """A code with which one young person signs in, given by an adult who sees the child.

    A code is for now and counts once; a sheet is printed and counts until it ends. Of each kind a
    child has one at a time.
    """

    class Kind(models.TextChoices):
        CODE = "code", "Code for now"
        SHEET = "sheet", "Printed sheet"

    kind = models.CharField(max_length=5, choices=Kind.choices)
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    made_as = models.CharField(max_length=60, help_text="The seat it was made in")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="Used up, withdrawn or replaced")
    uses = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)

    objects = SignInCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="signincode_authority_id"),
            models.UniqueConstraint(
                fields=["child", "kind"],
                condition=Q(ended_at__isnull=True),
                name="signincode_one_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="signincode_ends_after_it_was_made"
            ),
        ]

    @property
    def made_by_role(self) -> str:
        """Who made it, by role alone: not all who see the child may know the carer's name."""
        return Role(self.made_as.partition(":")[0]).label.lower()
