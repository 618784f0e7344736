"""What was agreed, for good, with its papers and signatures."""

from django.db import models
from django.db.models import Q

from children.models import ChildFact
from pep.models.form import FormVersion
from pep.models.plan import PersonalEducationPlan


class AgreedVersion(ChildFact):
    """What was agreed, for good: one row that a trigger forbids to change (decisions 24).

    `content` is canonical JSON (sorted keys, NFC, no floats); PDF, HTML and JSON are made from it
    alone, and `sha256` is its hash.
    """

    plan = models.ForeignKey(PersonalEducationPlan, models.PROTECT, related_name="agreed_versions")
    number = models.PositiveSmallIntegerField()
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    agreed_at = models.DateTimeField()
    agreed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    agreed_with_gap = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="agreedversion_authority_id"),
            models.UniqueConstraint(fields=["plan", "number"], name="agreedversion_once"),
        ]


class Paper(ChildFact):
    """A PDF made, or owed, from an agreed version; written when agreed, worked off after."""

    class Kind(models.TextChoices):
        FULL = "full", "Full copy"

    version = models.ForeignKey(AgreedVersion, models.PROTECT, related_name="papers")
    kind = models.CharField(max_length=6, choices=Kind.choices, default=Kind.FULL)
    file = models.OneToOneField(
        "files.StoredFile", models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="paper_authority_id"),
            models.UniqueConstraint(fields=["version", "kind"], name="paper_once"),
            models.CheckConstraint(
                condition=Q(file__isnull=True, made_at__isnull=True)
                | Q(file__isnull=False, made_at__isnull=False),
                name="paper_made_with_file",
            ),
        ]
        indexes = [
            models.Index(
                fields=["authority", "asked_at"],
                condition=Q(made_at__isnull=True),
                name="paper_owed",
            )
        ]


class Signature(ChildFact):
    """One person's agreement to an agreed version, bound to its hash."""

    version = models.ForeignKey(AgreedVersion, models.PROTECT, related_name="signatures")
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    role = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64)
    remark = models.TextField(blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="signature_authority_id"),
            models.UniqueConstraint(fields=["version", "person"], name="signature_once"),
        ]
