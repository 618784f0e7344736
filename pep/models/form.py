"""The form: data, versioned, the same for every plan begun on it (decisions 20)."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from pep.rules.readers import READERS_LABELS, Readers


class Form(models.Model):
    """A PEP form for a phase or a circumstance: shipped with the product, or an authority's own."""

    class Phase(models.TextChoices):
        EARLY_YEARS = "EY", "Early years"
        PRIMARY = "PR", "Reception to Year 6"
        SECONDARY = "SE", "Years 7 to 11"
        POST_16 = "P16", "Post-16"
        NO_SCHOOL = "NS", "No school place"
        CUSTODY = "CU", "Custody note"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    phase = models.CharField(max_length=3, choices=Phase.choices)
    authority = models.ForeignKey(
        "schools.Authority", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["phase", "authority"], nulls_distinct=False, name="form_once_a_phase"
            )
        ]

    def __str__(self) -> str:
        return self.get_phase_display()


class FormVersion(models.Model):
    """One edition of a form. Once published, it and what hangs on it never change (a trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    form = models.ForeignKey(Form, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="formversion_once")]

    def __str__(self) -> str:
        return f"{self.form} version {self.number}"


class Owner(models.TextChoices):
    """Whose part of the plan a section is."""

    SCHOOL = "school", "School"
    SOCIAL_WORKER = "social_worker", "Social worker"
    CARER = "carer", "Carer"
    CHILD = "child", "Child"
    VIRTUAL_SCHOOL = "virtual_school", "Virtual school"


class Section(models.Model):
    """One page of a form, with an owner and at most eight or so questions."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(FormVersion, models.CASCADE, related_name="sections")
    slug = models.SlugField(max_length=40)
    title = models.CharField(max_length=100, help_text="{child} stands for the child's first name")
    group = models.CharField(max_length=60, help_text="Heading in the task list")
    owner = models.CharField(max_length=20, choices=Owner.choices)
    place = models.PositiveSmallIntegerField(help_text="Order")
    hint = models.CharField(max_length=200, blank=True)
    guidance = models.TextField(blank=True, help_text="What a good answer has")
    statutory_head = models.CharField(max_length=60, blank=True)
    shown_when = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "slug"], name="section_slug_once"),
            models.UniqueConstraint(fields=["version", "place"], name="section_place_once"),
        ]

    def __str__(self) -> str:
        return self.slug


class Question(models.Model):
    """One question; named over versions and authorities by section slug and key."""

    class Kind(models.TextChoices):
        TEXT = "text", "Long text"
        LINE = "line", "One line"
        CHOICE = "choice", "One of a list"
        CHOICES = "choices", "Several of a list"
        YES_NO = "yes_no", "Yes or no"
        DATE = "date", "Date"
        NUMBER = "number", "Whole number"
        MONEY = "money", "Money"
        ROWS = "rows", "Repeating rows"
        FACT = "fact", "From the record"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    section = models.ForeignKey(Section, models.CASCADE, related_name="questions")
    key = models.SlugField(max_length=40)
    place = models.PositiveSmallIntegerField(help_text="Order")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    label = models.CharField(max_length=200)
    hint = models.CharField(max_length=300, blank=True)
    options = models.JSONField(default=list, blank=True, help_text="[[value, label], ...]")
    columns = models.JSONField(
        default=list, blank=True, help_text="Of repeating rows: [{key, kind, label, ...}, ...]"
    )
    is_required = models.BooleanField(default=False)
    required_when = models.JSONField(default=dict, blank=True)
    shown_when = models.JSONField(default=dict, blank=True)
    max_length = models.PositiveIntegerField(default=1500)
    max_rows = models.PositiveSmallIntegerField(default=4)
    readers = models.CharField(
        "Who reads it",
        max_length=7,
        choices=READERS_LABELS.items(),
        default=Readers.FEW,
        help_text="Of those who read the part. A shipped question has a rule of its own besides",
    )
    is_carried = models.BooleanField(
        default=False, help_text="Starts from the last plan's answer, to be confirmed"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["section", "key"], name="question_key_once"),
            models.UniqueConstraint(fields=["section", "place"], name="question_place_once"),
        ]

    def __str__(self) -> str:
        return self.key
