"""What people write into a plan: sections, answers, their history, and words kept."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models
from django.db.models import Q

from children.models import ChildFact
from pep.models.form import Owner
from pep.models.plan import PersonalEducationPlan
from pep.rules import later


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
    is_asked = models.BooleanField(
        default=True, help_text="Whether the child's facts call for it; its words stay if not"
    )
    asked_more_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When it was complete, and the child's facts asked for more",
    )
    written_at = models.DateTimeField(null=True, blank=True)
    written_by = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    turns = models.JSONField(
        default=dict,
        blank=True,
        help_text="{person:page: [turn, when]}: the last save of each page open of late",
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


class Written(NamedTuple):
    """What wrote an answer, or one row of it: the section's version, who, and in which page."""

    version: int
    person: str
    window: str


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
    not_known_person = models.ForeignKey(
        "accounts.User", models.PROTECT, null=True, blank=True, related_name="+"
    )
    not_known_until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(help_text="The section's version that wrote it")
    window = models.CharField(
        max_length=32, blank=True, default="", help_text="The opened page it was written in"
    )
    rows_written = models.JSONField(
        default=dict,
        blank=True,
        help_text="Of repeating rows: {id: [version, person, window]}, also of rows removed",
    )
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

    @property
    def said(self) -> Any:
        """The answer, or why there is none (`rules.later`): what saves and history speak of."""
        match self.state:
            case self.State.NOTHING:
                return later.nothing_to_add()
            case self.State.NOT_KNOWN:
                person, until = self.not_known_person_id, self.not_known_until
                return later.not_known(
                    person=str(person) if person else "",
                    who=self.not_known_who,
                    until=until.isoformat() if until else "",
                )
            case _:
                return self.value

    @property
    def written(self) -> Written:
        """What wrote the answer last; of repeating rows, the last of them."""
        return Written(self.version, str(self.written_by_id or ""), self.window)

    def written_rows(self) -> dict[str, Written]:
        """What wrote each repeating row, by its id, also those that were removed."""
        rows = self.value if isinstance(self.value, list) else []
        found = {row["id"]: self.written for row in rows if isinstance(row, dict) and "id" in row}
        return found | {row_id: Written(*by) for row_id, by in self.rows_written.items()}

    def note_rows(self, row_ids: Iterable[str], by: Written) -> None:
        """Note what wrote some rows; before their answer takes its own marks of the save."""
        self.rows_written = {**self.written_rows(), **dict.fromkeys(row_ids, by)}

    def say(self, said: Any) -> None:
        """Take an answer, or why there is none."""
        put_off = said if later.is_put_off(said) else {}
        person, until = put_off.get("person"), put_off.get("until")
        self.value = None if put_off else said
        self.state = put_off.get(later.STATE, self.State.ANSWERED)
        self.not_known_who = put_off.get("who", "")
        self.not_known_person_id = UUID(person) if person else None
        self.not_known_until = date.fromisoformat(until) if until else None


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
    is_late = models.BooleanField(
        default=False,
        help_text="It came after later words of its page, and never stood in the plan",
    )

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
    values = models.JSONField(help_text="{part: value} as sent")
    order = models.JSONField(
        default=list, blank=True, help_text="The parts as they stood in the page: objects keep none"
    )
    earlier = models.JSONField(
        default=list, blank=True, help_text="[{part: value}, ...] of other windows, oldest first"
    )
    window = models.CharField(max_length=32, blank=True, default="")
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

    def in_order(self) -> dict[str, Any]:
        """The words by part, as they stood in the page."""
        parts = dict.fromkeys([*self.order, *self.values])
        return {part: self.values[part] for part in parts if part in self.values}


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
