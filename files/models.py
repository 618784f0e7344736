from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Func, Value


def random_path(instance: StoredFile, filename: str) -> str:
    """Name a file by its own id, in a folder of its authority: nothing personal in the name."""
    return f"{instance.authority_id}/{instance.pk}"


class StoredFile(models.Model):
    """A file that was uploaded or made. Reached only through its parent's page (decisions 31)."""

    class Scan(models.TextChoices):
        NOT_SCANNED = "not_scanned", "Not scanned"
        CLEAN = "clean", "No virus found"
        INFECTED = "infected", "Virus found"
        OURS = "ours", "Made by this service"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    content = models.FileField(upload_to=random_path, max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="Bytes")
    content_type = models.CharField(max_length=100)
    scan = models.CharField(max_length=11, choices=Scan.choices, default=Scan.NOT_SCANNED)
    download_name = models.CharField(max_length=100, help_text="Holds no name and no initials")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="storedfile_authority_id")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Load(models.Model):
    """One time that files were taken in: what, by whom, how it went, what was left out.

    Taken whole or not at all; only on a page may a person leave out listed rows, which `left_out`
    keeps with who, which and why (decisions 34).
    """

    class Kind(models.TextChoices):
        SCHOOLS = "schools", "School register"
        ROLL = "roll", "Roll"
        ATTENDANCE = "attendance", "Attendance"

    class State(models.TextChoices):
        RECEIVED = "received", "Waiting to be checked"
        CHECKING = "checking", "Being checked"
        REFUSED = "refused", "Cannot be added"
        READY = "ready", "Checked"
        APPLYING = "applying", "Being added"
        APPLIED = "applied", "Added"
        FAILED = "failed", "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.BigIntegerField(
        unique=True,
        editable=False,
        db_default=Func(Value("files_load_number"), function="nextval"),
    )
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RECEIVED)
    sha256 = models.CharField(max_length=64, blank=True)
    file_names = models.JSONField(default=list, help_text="As the sender called them")
    counts = models.JSONField(default=dict)
    faults = models.JSONField(default=list)
    fault_count = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list)
    left_out = models.JSONField(default=list)
    left_out_reason = models.TextField(blank=True)
    options = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="load_authority_id")
        ]
        indexes = [models.Index(fields=["authority", "-received_at"], name="load_newest")]

    def __str__(self) -> str:
        return str(self.pk)


class LoadFile(models.Model):
    """One file of a load, kept until the load is applied or refused."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey("schools.Authority", models.PROTECT, related_name="+")
    load = models.ForeignKey(Load, models.CASCADE, related_name="files")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    name = models.CharField(max_length=255, help_text="As the sender called it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="loadfile_authority_id")
        ]

    def __str__(self) -> str:
        return str(self.pk)
