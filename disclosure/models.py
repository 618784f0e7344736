from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.permissions import Permission
from children.models import ChildFact, FactQuerySet
from disclosure.rules import Asker, Exemption, Kind, State

if TYPE_CHECKING:
    from accounts.models import User


class RequestQuerySet(FactQuerySet):
    to_request = "request__"

    def visible_to(self, user: User) -> Self:
        """Those about children the person sees, for whoever answers them; a sealed child's only
        while its keeper has it open. For others the reviewed one they were asked to release."""
        seen = super().visible_to(user)
        if user.may(Permission.ANSWER_SUBJECT_ACCESS):
            return seen
        if not user.may(Permission.RELEASE_RECORDS):
            return self.none()
        to = self.to_request
        return seen.filter(**{f"{to}second_person": user, f"{to}state": State.REVIEWED.value})


class SubjectRequestQuerySet(RequestQuerySet):
    to_request = ""

    def stopping_deletion(self) -> Self:
        """Those not answered yet: nothing of the record goes while somebody asks for it (RET-4)."""
        return self.exclude(state__in=[State.RELEASED.value, State.WITHDRAWN.value])


class SubjectRequest(ChildFact):
    """Somebody asks for the whole record about them, or about the child they act for [DP-3]."""

    asked_by = models.CharField(max_length=6, choices=[(a.value, a.label) for a in Asker])
    asker_name = models.CharField(max_length=150, blank=True)
    reason = models.TextField(help_text="What was asked for, and why a person may act")
    received_on = models.DateField()
    identity_checked_on = models.DateField(null=True, blank=True)
    identity_checked_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    is_complex = models.BooleanField(default=False)
    complex_reason = models.TextField(blank=True)
    clarifying_since = models.DateField(null=True, blank=True)
    days_stopped = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.label) for s in State], default=State.RECEIVED.value
    )
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    second_person = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Asked to release it, while it is reviewed",
    )  # fmt: skip
    released_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = SubjectRequestQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "id"], name="subjectrequest_authority_id"
            ),
            models.UniqueConstraint(
                fields=["child"],
                condition=~Q(state__in=["released", "withdrawn"]),
                name="subjectrequest_one_open",
            ),
            models.CheckConstraint(
                condition=Q(
                    identity_checked_on=None, identity_checked_by=None, due_on=None,
                    state__in=["received", "withdrawn"],
                )
                | Q(
                    identity_checked_on__isnull=False,
                    identity_checked_by__isnull=False,
                    due_on__isnull=False,
                ),
                name="subjectrequest_clock_needs_identity",
            ),
            models.CheckConstraint(
                condition=Q(is_complex=False) | ~Q(complex_reason=""),
                name="subjectrequest_complex_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="clarifying") | Q(clarifying_since__isnull=False),
                name="subjectrequest_stopped_since",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["authority", "state", "due_on"], name="subjectrequest_due")]


class MaskedItem(ChildFact):
    """A part of the record that is withheld until a person has decided about it."""

    request = models.ForeignKey(SubjectRequest, models.CASCADE, related_name="items")
    number = models.PositiveIntegerField(help_text="As the gathered content names it")
    kind = models.CharField(max_length=7, choices=[(k.value, k.label) for k in Kind])
    chapter = models.CharField(max_length=100)
    label = models.CharField(max_length=300)
    value = models.TextField()
    times = models.PositiveIntegerField(default=1, help_text="How often it stands in the record")
    is_released = models.BooleanField(null=True, blank=True)
    exemption = models.CharField(
        max_length=22, blank=True, choices=[(e.value, e.label) for e in Exemption]
    )
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RequestQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="maskeditem_authority_id"),
            models.UniqueConstraint(fields=["request", "number"], name="maskeditem_once"),
            models.CheckConstraint(
                condition=Q(
                    is_released=None, decided_at=None, decided_by=None, reason="", exemption=""
                )
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(reason="")
                    & (
                        Q(is_released=True, exemption="")
                        | (Q(is_released=False) & ~Q(exemption=""))
                    )
                ),
                name="maskeditem_decided_with_reason",
            ),
        ]


class RequestFile(ChildFact):
    """A file of a request, reached only through the request's page."""

    class Kind(models.TextChoices):
        GATHERED = "gathered", "What was gathered, with numbers for what is withheld"
        DRAFT_PDF = "draft_pdf", "Draft, PDF"
        DRAFT_JSON = "draft_json", "Draft, JSON"
        PDF = "pdf", "PDF"
        JSON = "json", "JSON"

    request = models.ForeignKey(SubjectRequest, models.CASCADE, related_name="files")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.OneToOneField("files.StoredFile", models.PROTECT, related_name="+")

    objects = RequestQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="requestfile_authority_id"),
            models.UniqueConstraint(fields=["request", "kind"], name="requestfile_once"),
        ]
