"""Who owes what: every open plan with whom it waits for, what is missing and how long is left."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q

from accounts.models import User
from accounts.roles import Role
from chasing.missing import missing_by_owner
from children.models import Involvement
from pep import finding_out, pages, persons, rules
from pep.meter import Meter, meters
from pep.models import Note, Nudge, Owner, PersonalEducationPlan, PlanSection
from pep.waiting import TO_CHECK
from schools.models import School, Term
from ui.parts import Status
from ui.words import short_date

A_PAGE = 25  # a row says much: whom it waits for, for what, and who was nudged
NUDGES_SHOWN = timedelta(days=30)
PlanStatus = PersonalEducationPlan.Status
_WRITTEN = sorted(rules.BEING_WRITTEN)
_TO_CHECK = Q(status__in=TO_CHECK)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the board is narrowed to. Empty values narrow nothing."""

    who: str = ""  # an owner
    school: int | None = None
    adviser: UUID | None = None
    term: UUID | None = None


@dataclass(frozen=True, slots=True)
class Owed:
    """What one plan waits for from one owner."""

    owner: str
    label: str
    names: Sequence[str]
    missing: Sequence[str]
    nudged: str  # Nudged yesterday by Dan
    may_nudge: bool


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One open plan."""

    plan: PersonalEducationPlan
    title: str
    school: str
    status_kind: Status
    status_word: str
    due: date
    due_note: str
    is_late: bool
    owed: Sequence[Owed]
    meter: Meter
    not_known: Sequence[str]  # what somebody still finds out, and by when


@dataclass(frozen=True, slots=True)
class Tab:
    """One kind of owner and how many open plans wait for it."""

    key: str
    label: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Board:
    page: Page[Any]
    rows: Sequence[BoardRow]
    tabs: Sequence[Tab]
    label: str


def plans_waiting(user: User, chosen: Chosen, *, on: date) -> Any:
    """The open plans this person sees, narrowed to what was chosen."""
    plans = PersonalEducationPlan.objects.visible_to(user).open()
    if chosen.school is not None:
        plans = plans.filter(school=chosen.school)
    if chosen.term is not None:
        plans = plans.filter(term=chosen.term)
    if chosen.adviser is not None:
        mine = Involvement.objects.on(on).filter(
            child=OuterRef("child"), person=chosen.adviser, role=Role.ADVISER
        )
        plans = plans.filter(Exists(mine))
    return plans.filter(_waits_for(chosen.who)) if chosen.who else plans


def _waits_for(owner: str) -> Q:
    """Whether a plan waits for an owner: sections to complete, queries to answer, or the check."""
    unfinished = _unfinished().filter(plan=OuterRef("pk"), owner=owner)
    asked = Note.objects.open_queries().filter(
        plan=OuterRef("pk"),
        answered_at__isnull=True,
        plan__sections__slug=F("section"),
        plan__sections__owner=owner,
    )
    writing = Q(Exists(unfinished) | Exists(asked), status__in=_WRITTEN)
    return writing | _TO_CHECK if owner == Owner.VIRTUAL_SCHOOL else writing


def _counts(plans: Any) -> dict[str, int]:
    """How many of these plans wait for each owner, and "" for all of them. Three queries.

    Counted from the parts, not plan by plan: a plan waits where a section is not complete, or
    where all are and a query still waits for an answer.
    """
    written = plans.filter(status__in=_WRITTEN)
    unfinished = _unfinished().filter(plan__in=written.values("pk"))
    by_section = unfinished.order_by().values_list("owner").annotate(n=Count("plan", distinct=True))
    query = Note.objects.open_queries().filter(
        plan=OuterRef("plan"), section=OuterRef("slug"), answered_at__isnull=True
    )
    missing = _unfinished().filter(plan=OuterRef("plan"), owner=OuterRef("owner"))
    asked = PlanSection.objects.filter(
        Exists(query), ~Exists(missing), plan__in=written.values("pk")
    )
    by_query = asked.order_by().values_list("owner").annotate(n=Count("plan", distinct=True))
    whole = plans.aggregate(n=Count("pk"), to_check=Count("pk", filter=_TO_CHECK))
    found = Counter({"": whole["n"], Owner.VIRTUAL_SCHOOL.value: whole["to_check"]})
    for rows in (by_section, by_query):
        found.update(dict(rows))
    return found


def _unfinished() -> Any:
    return PlanSection.objects.filter(is_asked=True).exclude(state=PlanSection.State.COMPLETE)


def board(user: User, chosen: Chosen, *, page: Any, on: date) -> Board:
    """A page of the board. Eleven queries, whatever the number of plans."""
    unnarrowed = Chosen(school=chosen.school, adviser=chosen.adviser, term=chosen.term)
    counts = _counts(plans_waiting(user, unnarrowed, on=on))
    plans = plans_waiting(user, chosen, on=on).select_related("child", "term", "school")
    paginator = Paginator(plans.order_by("complete_by", "child__sort_name", "pk"), A_PAGE)
    paginator.count = counts[chosen.who]  # counted with the tabs already
    shown: Page[Any] = paginator.get_page(page)
    tabs = [Tab("", "All", counts[""], not chosen.who)]
    tabs += [
        Tab(owner.value, owner.label, counts[owner.value], chosen.who == owner) for owner in Owner
    ]
    return Board(
        page=shown,
        rows=rows_of(list(shown), user, who=chosen.who, on=on),
        tabs=tabs,
        label=next(tab.label for tab in tabs if tab.is_current),
    )


def rows_of(
    plans: Sequence[PersonalEducationPlan], user: User, *, who: str = "", on: date
) -> list[BoardRow]:
    """These plans as rows, with `who` only what waits for one owner. Nine queries."""
    missing = missing_by_owner(plans)
    people = persons.waited_for(plans, on=on)
    nudges = _nudges(plans, on=on)
    unknown = finding_out.of_plans(plans, on=on)
    how_far = meters(plans)
    return [
        _row(
            plan,
            missing.get(plan.pk, {}),
            people[plan.pk],
            nudges,
            unknown.get(plan.pk, ()),
            how_far[plan.pk],
            user,
            who=who,
            on=on,
        )
        for plan in plans
    ]


def _nudges(plans: Sequence[PersonalEducationPlan], *, on: date) -> dict[tuple[UUID, str], Nudge]:
    """The last nudge of each plan and owner. One query."""
    rows = Nudge.objects.filter(plan__in=[plan.pk for plan in plans], made_on__gt=on - NUDGES_SHOWN)
    latest = rows.select_related("made_by").defer("made_by__password").order_by("made_at", "pk")
    return {(row.plan_id, row.owner): row for row in latest}


def _row(
    plan: PersonalEducationPlan,
    missing: Mapping[str, Sequence[str]],
    people: persons.ByOwner,
    nudges: Mapping[tuple[UUID, str], Nudge],
    unknown: Sequence[finding_out.NotKnown],
    meter: Meter,
    user: User,
    *,
    who: str,
    on: date,
) -> BoardRow:
    days = (plan.complete_by - on).days
    late = rules.is_overdue(plan.complete_by, on=on)
    return BoardRow(
        plan=plan,
        title=pages.plan_title(plan),
        school=plan.school.name if plan.school else "No school",
        status_kind=pages.STATUS_KINDS[plan.status],
        status_word=pages.status_word(plan),
        due=plan.complete_by,
        due_note=_days_note(days),
        is_late=late,
        owed=[
            Owed(
                owner=owner.value,
                label=plan.child.called if owner == Owner.CHILD else owner.label,
                names=[person.name for person in people[owner.value]],
                missing=missing[owner.value],
                nudged=_nudged(nudges.get((plan.pk, owner.value)), on=on),
                may_nudge=any(person.pk != user.pk for person in people[owner.value]),
            )
            for owner in Owner
            if missing.get(owner.value) and who in {"", owner.value}
        ],
        meter=meter,
        not_known=[one.words for one in unknown],
    )


def _days_note(days: int) -> str:
    if days == 0:
        return "Due today"
    word = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"{word} late" if days < 0 else f"{word} left"


def _nudged(nudge: Nudge | None, *, on: date) -> str:
    """Nudged yesterday by Dan."""
    if nudge is None:
        return ""
    ago = (on - nudge.made_on).days
    day = {0: "today", 1: "yesterday"}.get(ago) or f"on {short_date(nudge.made_on)}"
    return f"Nudged {day} by {nudge.made_by.given_name}"


# -- what can be chosen --------------------------------------------------------------------------


def choices(user: User, *, on: date) -> dict[str, list[tuple[str, str]]]:
    """The schools, advisers and terms of the open plans this person sees. Three queries."""
    plans = PersonalEducationPlan.objects.visible_to(user).open()
    schools = School.objects.filter(pk__in=plans.values("school")).order_by("name", "pk")
    terms = Term.objects.filter(pk__in=plans.values("term")).order_by("-started_on", "pk")
    advisers = (
        Involvement.objects.on(on)
        .filter(role=Role.ADVISER, child__in=plans.values("child"))
        .order_by("person__family_name", "person__given_name", "person")
        .values_list("person", "person__given_name", "person__family_name")
        .distinct()
    )
    return {
        "school": [(str(school.pk), school.name) for school in schools],
        "term": [(str(term.pk), term.title) for term in terms],
        "adviser": [(str(pk), f"{given} {family}".strip()) for pk, given, family in advisers],
    }
