"""Agreed targets and what became of them; the lists that help to write good ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from accounts.roles import Role
from children.models import AboutChild, OfSchoolQuerySet
from progress.codes import AREAS, IMPACT_LABELS, OUTCOME_LABELS
from schools.rules import Phase

if TYPE_CHECKING:
    from accounts.models import User

PHASES = [
    (Phase.EARLY_YEARS.value, "Early years"),
    (Phase.PRIMARY.value, "Reception to Year 6"),
    (Phase.SECONDARY.value, "Years 7 to 11"),
    (Phase.POST_16.value, "Post-16"),
]


class TargetQuerySet(OfSchoolQuerySet):
    def visible_to(self, user: User) -> Self:
        """Targets of the children this person sees, where the plan's section is theirs too.

        To a school as its plans are. A young person and an invited colleague have parts of a plan,
        never the targets as a list.
        """
        seat = user.seat
        if seat is not None and seat.role in {Role.YOUNG_PERSON, Role.INVITED_COLLEAGUE}:
            return self.none()
        return super().visible_to(user)

    def agreed(self) -> Self:
        """Targets of agreed plans as they count: not those taken out when one was agreed again."""
        return self.filter(agreed_at__isnull=False, dropped_at__isnull=True)


class Target(AboutChild):
    """One target of a plan, under the id of its row there (decisions 27).

    Written when the plan is sent (a proposal), and for good when it is agreed; the outcome when
    the plan that reviews it is agreed. The words stay the plan's: nobody edits them here.
    """

    plan_id = models.UUIDField(help_text="The plan it is from, which lies above this app")
    term = models.ForeignKey("schools.Term", models.PROTECT, related_name="+")
    school = models.ForeignKey(
        "schools.School", models.PROTECT, null=True, blank=True, related_name="+"
    )
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_on"
    )
    place = models.PositiveSmallIntegerField(help_text="Order in the plan")
    area = models.CharField(max_length=40, blank=True)
    area_name = models.CharField(max_length=100, blank=True, help_text="As the plan's form says it")
    need = models.TextField(blank=True)
    text = models.TextField()
    measure = models.TextField(blank=True)
    baseline = models.TextField(blank=True)
    goal = models.TextField(blank=True)
    at_school = models.TextField(blank=True)
    at_home = models.TextField(blank=True)
    by_child = models.TextField(blank=True)
    owner = models.CharField(max_length=200, blank=True)
    due_on = models.DateField(null=True, blank=True)
    is_child_agreed = models.BooleanField(null=True, blank=True)
    is_funded = models.BooleanField(default=False)
    cost_pence = models.PositiveIntegerField(null=True, blank=True, help_text="Asked for, in all")
    source = models.CharField(max_length=100, blank=True, help_text="Where the money comes from")
    intervention = models.ForeignKey(
        "progress.Intervention", models.PROTECT, null=True, blank=True, related_name="targets"
    )
    proposed_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=list(OUTCOME_LABELS.items()), blank=True)
    evidence = models.TextField(blank=True)
    impact = models.CharField(max_length=40, choices=list(IMPACT_LABELS.items()), blank=True)
    spent_pence = models.PositiveIntegerField(null=True, blank=True)
    reviewed_in = models.UUIDField(null=True, blank=True, help_text="The plan with the review")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    objects = TargetQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "id"], name="target_authority_id"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_in__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_in__isnull=False),
                name="target_reviewed_at_with_in",
            ),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(reviewed_at__isnull=False),
                name="target_outcome_has_review",
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | Q(agreed_at__isnull=False),
                name="target_dropped_was_agreed",
            ),
        ]
        indexes = [
            models.Index(fields=["child", "plan_id"], name="target_of_plan"),
            models.Index(fields=["authority", "term"], name="target_of_term"),
        ]


class ListQuerySet(models.QuerySet[Any]):
    def for_authority(self, authority_id: int) -> Self:
        """What ships with the service and what the authority added, as far as it is offered."""
        ours = Q(authority__isnull=True) | Q(authority=authority_id)
        return self.filter(ours, is_offered=True)


class ListEntry(models.Model):
    """An entry of a list everybody reads: shipped with the service, or an authority's own."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    authority = models.ForeignKey(
        "schools.Authority", models.PROTECT, null=True, blank=True, related_name="+"
    )
    key = models.SlugField(max_length=60)
    is_offered = models.BooleanField("Is it offered?", default=True)

    objects = ListQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key


class Intervention(ListEntry):
    """A kind of help that a target may use, with what is known of it."""

    class Category(models.TextChoices):
        TUITION = "tuition", "Tuition"
        READING = "reading", "Reading and language"
        MATHS = "maths", "Maths"
        WELLBEING = "wellbeing", "Feelings and behaviour"
        ATTENDANCE = "attendance", "Attendance"
        EARLY = "early", "Early years"
        LEARNING = "learning", "Ways of learning"
        ENRICHMENT = "enrichment", "Activities"
        MOVING_ON = "moving_on", "Moving on"

    category = models.CharField(max_length=12, choices=Category.choices)
    name = models.CharField(max_length=150)
    evidence = models.TextField(help_text="What is known of it, in one or two sentences")
    source = models.CharField(max_length=200, help_text="Who says so")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "key"], nulls_distinct=False, name="intervention_key_once"
            ),
            models.UniqueConstraint(
                fields=["authority", "name"], nulls_distinct=False, name="intervention_name_once"
            ),
        ]


class Example(ListEntry):
    """A good target to begin from, for one phase and area."""

    phase = models.CharField(max_length=3, choices=PHASES)
    area = models.CharField(max_length=40, choices=list(AREAS.items()))
    need = models.CharField("Why does it matter?", max_length=500)
    text = models.CharField("What will the child be able to do?", max_length=500)
    measure = models.CharField("How will we know?", max_length=200)
    baseline = models.CharField("Where is the child now?", max_length=200)
    goal = models.CharField("Where will the child be?", max_length=200)
    at_school = models.CharField("What will school do?", max_length=750)
    at_home = models.CharField("What will happen at home?", max_length=500, blank=True)
    by_child = models.CharField("What will the child do?", max_length=500, blank=True)
    intervention = models.ForeignKey(
        Intervention, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "key"], nulls_distinct=False, name="example_key_once"
            )
        ]
