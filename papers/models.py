from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from children.models import ChildFact, FactQuerySet
from papers.rules import NAMES, Kind
from papers.sending import Fault, address_fault, is_folder

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


class BundleQuerySet(models.QuerySet["Bundle"]):
    def visible_to(self, user: User) -> Self:
        """One's own, in the seat one asked from."""
        if user.seat is None:
            return self.none()
        return self.filter(person=user, seat=user.seat.key)


class Bundle(models.Model):
    """Agreed plans of a term in one file, asked for with a reason; the file goes after a day.

    `run` names the worker's attempt that may write: another that wakes up later stops. `in_file`
    is how many plans are in the file: when a record in it was deleted there are fewer rows, and the
    file is not given any more.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Being made"
        MADE = "made", "Ready"
        FAILED = "failed", "Could not be made"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    seat = models.CharField(max_length=60)
    term = models.ForeignKey("schools.Term", models.PROTECT, related_name="+")
    school = models.ForeignKey(
        "schools.School", models.PROTECT, null=True, blank=True, related_name="+"
    )
    phase = models.CharField(max_length=3, blank=True)
    reason = models.TextField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    total = models.PositiveIntegerField(default=0)
    in_file = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    run = models.UUIDField(null=True, blank=True)
    file = models.OneToOneField(
        "files.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    worked_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    goes_at = models.DateTimeField(null=True, blank=True)

    objects = BundleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="bundle_authority_id"),
            models.UniqueConstraint(
                fields=["authority", "person", "seat"],
                condition=Q(state="asked"),
                name="bundle_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(state="made", made_at__isnull=False, goes_at__isnull=False)
                | ~Q(state="made") & Q(file__isnull=True),
                name="bundle_made_with_times",
            ),
        ]
        indexes = [models.Index(fields=["authority", "asked_at"], name="bundle_newest")]

    def __str__(self) -> str:
        return str(self.pk)


class BundlePaper(ChildFact):
    """One plan of a bundle: still to come, in the file, or left out and why.

    It points at the file, so that a child's record that is deleted takes the file along.
    """

    class State(models.TextChoices):
        OWED = "owed", "Still to come"
        DONE = "done", "In the file"
        FAILED = "failed", "Left out"

    class Why(models.TextChoices):
        NOT_ALLOWED = "not_allowed", "You may no longer read it"
        CLOSED = "closed", "The record is restricted. Open it with a reason, then ask again"
        NO_PAPER = "no_paper", "Its PDF is not made yet. Ask again in a few minutes"
        NO_FILE = "no_file", "Its PDF cannot be read. Tell whoever looks after the service"

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="papers")
    version = models.ForeignKey("pep.AgreedVersion", models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OWED)
    why = models.CharField(max_length=11, choices=Why.choices, blank=True)
    file = models.ForeignKey(
        "files.StoredFile", models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="bundlepaper_authority_id"),
            models.UniqueConstraint(fields=["bundle", "version"], name="bundlepaper_once"),
            models.CheckConstraint(
                condition=Q(state="failed") & ~Q(why="") | ~Q(state="failed") & Q(why=""),
                name="bundlepaper_failed_with_why",
            ),
        ]


class DeliveryPlace(models.Model):
    """Where an authority has its agreed plans handed over: to the children's files."""

    class Way(models.TextChoices):
        FOLDER = "folder", "A folder"
        HTTPS = "https", "An HTTPS address"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.OneToOneField("schools.Authority", models.PROTECT, related_name="+")
    way = models.CharField("how", max_length=6, choices=Way.choices)
    folder = models.CharField(
        max_length=100,
        blank=True,
        help_text="Below the installation's folder for this authority, for example casefile/in",
    )
    url = models.CharField(
        "address",
        max_length=300,
        blank=True,
        help_text="Begins with https://. A machine inside the network must be listed by whoever "
        "looks after the service",
    )
    is_on = models.BooleanField(
        "hand plans over", default=False, help_text="Plans agreed from now on, not earlier ones"
    )
    started_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "place plans are handed over to"
        verbose_name_plural = "places plans are handed over to"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="deliveryplace_authority_id"),
            models.CheckConstraint(
                condition=Q(way="folder", url="") & ~Q(folder="")
                | Q(way="https", folder="") & ~Q(url=""),
                name="deliveryplace_folder_or_address",
                violation_error_message="Fill in the folder or the address, whichever you chose",
            ),
            models.CheckConstraint(
                condition=Q(is_on=False) | Q(started_at__isnull=False),
                name="deliveryplace_on_since",
                violation_error_message="Switch it on again",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def clean(self) -> None:
        faults = {}
        if self.folder and not is_folder(self.folder):
            faults["folder"] = "Use letters, digits, - and _, with / between folders"
        if self.url and (fault := address_fault(self.url)):
            faults["url"] = fault
        if faults:
            raise ValidationError(faults)

    @property
    def where(self) -> str:
        return self.folder or self.url


class DeliveryQuerySet(FactQuerySet):
    def waiting(self) -> Self:
        return self.filter(state=Delivery.State.OWED)


class Delivery(ChildFact):
    """One agreed version on its way to the child's file, and the receipt; its id is the key.

    `answer` is what the other side said: shown, never believed.
    """

    class State(models.TextChoices):
        OWED = "owed", "On its way"
        SENT = "sent", "Handed over"
        FAILED = "failed", "Not handed over"

    FAULTS = [
        (Fault.NO_PAPER.value, "Its PDF cannot be read"),
        (Fault.NO_FOLDER.value, "The folder cannot be written"),
        (Fault.NO_SECRET.value, "The installation holds no secret for this authority"),
        (Fault.NO_ADDRESS.value, "The address cannot be found"),
        (Fault.PRIVATE.value, "The address is inside a network and not listed"),
        (Fault.NOT_SAFE.value, "The other side’s certificate is not good"),
        (Fault.NO_ANSWER.value, "The other side did not answer in time"),
        (Fault.REDIRECT.value, "The other side sent us to another address"),
        (Fault.REFUSED.value, "The other side did not take it"),
    ]

    version = models.OneToOneField("pep.AgreedVersion", models.PROTECT, related_name="+")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OWED)
    where = models.CharField(max_length=300, blank=True)
    names = models.JSONField(default=list, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    json_sha256 = models.CharField(max_length=64, blank=True)
    code = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    fault = models.CharField(max_length=10, choices=FAULTS, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    owed_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()  # type: ignore[misc]  # a manager of its own

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="delivery_authority_id"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) & ~Q(pdf_sha256="")
                | ~Q(state="sent") & Q(sent_at__isnull=True),
                name="delivery_sent_with_receipt",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "next_try_at"],
                condition=Q(state="owed"),
                name="delivery_owed",
            )
        ]
