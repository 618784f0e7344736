from __future__ import annotations

from typing import TYPE_CHECKING, Self
from uuid import uuid4

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts.roles import SCHOOL_ROLES, Role
from children.models import (
    AboutChild,
    ChildFact,
    Enrolment,
    FactQuerySet,
    Involvement,
    PeriodOfCare,
    children_hidden_from,
)
from placements.models import Address

if TYPE_CHECKING:
    from datetime import date

    from accounts.models import User

# The form: data, versioned, the same for every plan begun on it (decisions 20) -------------------


class Form(models.Model):
    """A PEP form for a phase: shipped with the product, or an authority's own."""

    class Phase(models.TextChoices):
        EARLY_YEARS = "EY", "Early years"
        PRIMARY = "PR", "Reception to Year 6"
        SECONDARY = "SE", "Years 7 to 11"
        POST_16 = "P16", "Post-16"

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


# The plan ----------------------------------------------------------------------------------------


class PlanQuerySet(FactQuerySet):
    def visible_to(self, user: User) -> Self:
        """The plans of the children this person sees, as one subquery.

        A school a child left finishes its own plans and sees no newer ones; a colleague is invited
        to those of one school (access matrix). Once care has ended, a school that still teaches
        the child sees none (DP-9).
        """
        seat = user.seat
        if seat is not None and seat.role == Role.INVITED_COLLEAGUE:
            invited = Involvement.objects.current().of_colleague(user)
            named = invited.filter(child=OuterRef("child"), school=OuterRef("school"))
            return super().visible_to(user).filter(Exists(named))
        if seat is None or seat.role not in SCHOOL_ROLES:
            return super().visible_to(user)
        here = Enrolment.objects.taught_by(seat.school_id).filter(child=OuterRef("child"))
        lately = Enrolment.objects.handed_over_by(seat.school_id).filter(child=OuterRef("child"))
        care = PeriodOfCare.objects.current().filter(child=OuterRef("child"))
        theirs = self.filter(
            Q(Exists(here), Exists(care)) | Q(Exists(lately), school=seat.school_id)
        )
        return theirs.exclude(child_id__in=children_hidden_from(user))

    def with_home(self, *, on: date) -> Self:
        """Say of each plan whether its child's home must not be given away (DP-4)."""
        homes = Address.objects.confidential(on=on).filter(child=OuterRef("child"))
        return self.annotate(home_is_confidential=Exists(homes))

    def open(self) -> Self:
        """Plans still being written or checked."""
        return self.exclude(
            status__in=[
                PersonalEducationPlan.Status.AGREED,
                PersonalEducationPlan.Status.FINAL,
                PersonalEducationPlan.Status.SUPERSEDED,
            ]
        )


class PersonalEducationPlan(AboutChild):
    """A looked-after child's PEP for one term (PEP-1, PEP-5)."""

    class Kind(models.TextChoices):
        INITIAL = "initial", "First PEP"
        TERMLY = "termly", "Termly review"
        SCHOOL_CHANGE = "school_change", "After a change of school"
        INTERIM = "interim", "Interim, in the holidays"

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", "Not started"
        WITH_SCHOOL = "with_school", "With school"
        SENT_TO_CHECK = "sent_to_check", "Sent to check"
        BEING_CHECKED = "being_checked", "Being checked"
        SENT_BACK = "sent_back", "Sent back"
        AGREED = "agreed", "Agreed"
        FINAL = "final", "Final"
        SUPERSEDED = "superseded", "Superseded"

    term = models.ForeignKey("schools.Term", models.PROTECT, related_name="plans")
    kind = models.CharField(max_length=13, choices=Kind.choices, default=Kind.TERMLY)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="plans")
    school = models.ForeignKey(
        "schools.School", models.PROTECT, null=True, blank=True, related_name="plans"
    )
    status = models.CharField(max_length=13, choices=Status.choices, default=Status.NOT_STARTED)
    version_number = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    initiate_by = models.DateField(null=True, blank=True)
    complete_by = models.DateField()
    meeting_at = models.DateTimeField(null=True, blank=True)
    meeting_place = models.CharField(max_length=100, blank=True)
    sections_total = models.PositiveSmallIntegerField(default=0)
    sections_complete = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    checking_at = models.DateTimeField(null=True, blank=True)
    checking_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    quality = models.CharField(max_length=20, blank=True, help_text="Overall grade when checked")

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "PEP"
        verbose_name_plural = "PEPs"
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="plan_authority_id"),
            models.UniqueConstraint(fields=["child", "term", "kind"], name="plan_once_a_term"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, sent_by__isnull=True)
                | Q(sent_at__isnull=False, sent_by__isnull=False),
                name="plan_sent_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(checking_at__isnull=True, checking_by__isnull=True)
                | Q(checking_at__isnull=False, checking_by__isnull=False),
                name="plan_checking_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True, agreed_by__isnull=True)
                | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="plan_agreed_at_with_by",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["agreed", "final"]) | Q(agreed_at__isnull=False),
                name="plan_agreed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(sections_complete__lte=F("sections_total")),
                name="plan_sections_add_up",
            ),
        ]
        indexes = [
            models.Index(fields=["authority", "term", "status"], name="plan_of_term"),
            models.Index(fields=["authority", "child", "-started_at"], name="plan_of_child"),
        ]

    @property
    def is_agreed(self) -> bool:
        return self.status in {self.Status.AGREED, self.Status.FINAL}


class PlanSection(ChildFact):
    """One section of one plan: what a save locks; its version counts the saves."""

    class State(models.TextChoices):
        NOT_STARTED = "not_started", "Not started"
        IN_PROGRESS = "in_progress", "In progress"
        COMPLETE = "complete", "Complete"

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="sections")
    slug = models.SlugField(max_length=40)
    place = models.PositiveSmallIntegerField()
    owner = models.CharField(max_length=20, choices=Owner.choices)
    version = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=11, choices=State.choices, default=State.NOT_STARTED)
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="plansection_authority_id"),
            models.UniqueConstraint(fields=["plan", "slug"], name="plansection_once"),
            models.CheckConstraint(
                condition=Q(state="complete", completed_at__isnull=False)
                | (~Q(state="complete") & Q(completed_at=None)),
                name="plansection_complete_with_time",
            ),
        ]


class Answer(ChildFact):
    """One answer: a JSON value, and the section version that wrote it (decisions 21)."""

    class State(models.TextChoices):
        ANSWERED = "answered", "Answered"
        NOTHING = "nothing_to_add", "Nothing to add"
        NOT_KNOWN = "not_known", "Not yet known"

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="answers")
    section = models.SlugField(max_length=40)
    key = models.SlugField(max_length=40)
    value = models.JSONField(null=True)
    state = models.CharField(max_length=14, choices=State.choices, default=State.ANSWERED)
    not_known_who = models.CharField(max_length=100, blank=True)
    not_known_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(help_text="The section's version that wrote it")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_to_confirm = models.BooleanField(
        default=False, help_text="Carried from the last plan, not yet confirmed"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="answer_authority_id"),
            models.UniqueConstraint(fields=["plan", "section", "key"], name="answer_once"),
        ]


class WritingStep(ChildFact):
    """What one person did to one answer in ten minutes: before and after (decisions 22)."""

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="steps")
    section = models.SlugField(max_length=40)
    key = models.SlugField(max_length=40)
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="writingstep_authority_id")
        ]
        indexes = [
            models.Index(fields=["plan", "section", "key", "-began_at"], name="writingstep_newest"),
            models.Index(fields=["authority", "last_at"], name="writingstep_of_authority"),
            models.Index(fields=["child", "last_at"], name="writingstep_of_child"),
            models.Index(fields=["person", "last_at"], name="writingstep_of_person"),
        ]


class KeptText(ChildFact):
    """Words a save could not take, kept for their author: a conflict, or a plan locked."""

    class Reason(models.TextChoices):
        CONFLICT = "conflict", "Two people changed the same answer"
        LOCKED = "locked", "The plan could no longer be written"

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="kept_texts")
    section = models.SlugField(max_length=40)
    person = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    values = models.JSONField(help_text="{key: value} as sent")
    base_version = models.PositiveIntegerField()
    reason = models.CharField(max_length=8, choices=Reason.choices)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="kepttext_authority_id"),
            models.UniqueConstraint(
                fields=["plan", "section", "person"],
                condition=Q(settled_at__isnull=True),
                name="kepttext_one_open",
            ),
        ]


class FactWord(ChildFact):
    """A person's word on a fact shown from the record: still right, or wrong (decisions 23)."""

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="fact_words")
    section = models.SlugField(max_length=40)
    key = models.SlugField(max_length=40)
    is_right = models.BooleanField()
    note = models.CharField(max_length=500, blank=True)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="factword_authority_id"),
            models.UniqueConstraint(fields=["plan", "section", "key"], name="factword_once"),
        ]


class PlanMove(ChildFact):
    """One change of a plan's state: from, to, who, when, and why when a reason is due."""

    plan = models.ForeignKey(PersonalEducationPlan, models.CASCADE, related_name="moves")
    before = models.CharField(max_length=13)
    after = models.CharField(max_length=13)
    reason = models.TextField(blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="planmove_authority_id")
        ]
        indexes = [models.Index(fields=["plan", "made_at"], name="planmove_of_plan")]


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
