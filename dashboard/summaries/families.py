"""What carers and young people see of school: this week, the agreed goals, who to ask."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from attendance.codes import Category, code_on
from children.models import Child
from children.rights import Fact, Sight
from dashboard.summaries.register import Marks, marks
from pep import pages
from pep.models import AgreedVersion, Note, PersonalEducationPlan, PlanSection
from pep.rules import TALKED_ABOUT

# Ill and away are said in words a child would use; other absences are "away"
_AWAY = {"I": "away, ill", "M": "at an appointment", "E": "not allowed in school"}


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """One weekday of a week in words; `css` marks late and away. Never a score."""

    name: str
    short: str
    words: str
    css: str
    sign: str


@dataclass(frozen=True, slots=True)
class SchoolWeek:
    """Monday to Friday, as far as marks are known."""

    monday: date
    days: list[SchoolDay]

    @property
    def is_known(self) -> bool:
        return any(day.words != "no news yet" for day in self.days)


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def school_week(child: Child, *, on: date) -> SchoolWeek:
    """The week a day lies in, at a weekend the week just over. One query."""
    monday = on - timedelta(days=on.weekday())
    found = marks(child, started_on=monday, ended_on=monday + timedelta(days=5))
    days = [
        _day(name, monday + timedelta(days=number), found) for number, name in enumerate(WEEKDAYS)
    ]
    return SchoolWeek(monday, days)


def _day(name: str, day: date, found: Marks) -> SchoolDay:
    words, css, sign = _in_words(found.get(day), day)
    return SchoolDay(name, name[:3], words, css, sign)


def _in_words(codes: tuple[str, str] | None, day: date) -> tuple[str, str, str]:
    """A day's two marks in words, with the class and the sign of its square."""
    known = [found for code in codes or () if (found := code_on(code, day))]
    if not known:
        return "no news yet", "is-off", "–"
    counted = [code for code in known if code.is_possible]
    if not counted:
        return "no school", "is-off", "–"
    absent = [code for code in counted if code.is_absent]
    if absent:
        part = "" if len(absent) == len(counted) else " for part of the day"
        return f"{_AWAY.get(absent[0].code, 'away')}{part}", "is-late", "Away"
    if any(code.code == "L" for code in counted):
        return "late", "is-late", "Late"
    elsewhere = all(code.category is Category.APPROVED_ACTIVITY for code in counted)
    return ("learning somewhere else" if elsewhere else "in school"), "", ""


# The plan ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Goal:
    """A target of the latest agreed plan, in the plan's own words."""

    words: str
    now: str
    goal: str
    action: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a family reads of the latest agreed plan."""

    term: str
    agreed_on: date
    goals: list[Goal]
    going_well: str


_WELL = (("attainment", "strengths"), ("english", "strengths"), ("attainment", "school_view"))


def latest_agreed(child: Child) -> AgreedVersion | None:
    """The newest agreed version of a child's plans. One query."""
    rows = AgreedVersion.objects.filter(child=child).select_related("plan__term")
    return rows.order_by("-agreed_at", "-number").first()


def agreed(child: Child) -> Agreed | None:
    """Goals and the school's good news from the latest agreed plan; None before the first."""
    version = latest_agreed(child)
    if version is None:
        return None
    content: dict[str, Any] = json.loads(version.content)
    answers = {
        (section["slug"], question["key"]): question["value"]
        for section in content.get("sections", ())
        for question in section.get("questions", ())
    }
    rows = answers.get(("targets", "targets")) or []
    well = (answers.get(place) for place in _WELL)
    return Agreed(
        term=version.plan.term.title,
        agreed_on=timezone.localtime(version.agreed_at).date(),
        goals=[_goal(row) for row in rows if isinstance(row, dict) and row.get("target")],
        going_well=next((str(words) for words in well if words), ""),
    )


def _goal(row: dict[str, Any]) -> Goal:
    due = row.get("due_on")
    return Goal(
        words=str(row["target"]),
        now=str(row.get("baseline") or ""),
        goal=str(row.get("goal") or ""),
        action=str(row.get("action") or ""),
        due_on=date.fromisoformat(due) if isinstance(due, str) and due else None,
    )


@dataclass(frozen=True, slots=True)
class OwnPart:
    """The reader's own section of the plan of this term."""

    plan_id: UUID
    slug: str
    is_done: bool
    is_open: bool


def own_part(plan: PersonalEducationPlan | None, *, owner: str, writable: bool) -> OwnPart | None:
    """A family's section of a plan. One query, none without a plan."""
    if plan is None:
        return None
    section = PlanSection.objects.filter(plan=plan, owner=owner).order_by("place").first()
    if section is None:
        return None
    done = section.state == PlanSection.State.COMPLETE
    return OwnPart(plan_id=plan.pk, slug=section.slug, is_done=done, is_open=writable)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question or comment about the reader's own answers that they have not replied to."""

    by: str
    about: str  # the question it is about; empty for all they said
    words: str
    is_query: bool
    reply_by: date
    url: str


def asked(child: Child, user: User, *, owner: str) -> list[Asked]:
    """What a family is asked about its own sections, oldest first. One query, more where any is.

    What staff are asked, or say among themselves about other sections, is not for this page.
    """
    open_notes = Note.objects.filter(
        child=child, answered_at=None, sorted_at=None, plan__status__in=sorted(TALKED_ABOUT)
    )
    own = open_notes.filter(plan__sections__slug=F("section"), plan__sections__owner=owner)
    of_others = own.exclude(written_by=user).values_list("plan_id", "pk")
    by_plan: dict[UUID, set[UUID]] = {}
    for plan_id, pk in of_others.order_by("plan__started_at", "plan_id"):
        by_plan.setdefault(plan_id, set()).add(pk)
    plans = PersonalEducationPlan.objects.select_related("child").in_bulk(by_plan)
    return [
        one for plan_id, notes in by_plan.items() for one in _asked(plans[plan_id], user, notes)
    ]


def _asked(plan: PersonalEducationPlan, user: User, notes: Collection[UUID]) -> list[Asked]:
    return [
        Asked(
            by=thread.first.by,
            about=thread.label if thread.key else "",
            words=thread.first.words,
            is_query=thread.is_query,
            reply_by=plan.complete_by,
            url=thread.url,
        )
        for thread in pages.threads(plan, user, pages.reader_of(plan, user))
        if thread.id in notes and thread.may_reply
    ]


def to_sign(plan: PersonalEducationPlan | None, user: User) -> PersonalEducationPlan | None:
    """The plan, if it is agreed and waits for this reader's own signature. Up to four queries."""
    if plan is None or not plan.is_agreed:
        return None
    version = AgreedVersion.objects.filter(plan=plan).defer("content").order_by("-number").first()
    if version is None:
        return None
    found = pages.signatures(plan, version, user, pages.reader_of(plan, user))
    return plan if found.may_sign else None


@dataclass(frozen=True, slots=True)
class NextMeeting:
    """The next PEP meeting."""

    at: datetime
    place: str


def plan_of_term(child: Child, *, on: date) -> PersonalEducationPlan | None:
    """The plan of the term a day lies in. One query."""
    plans = PersonalEducationPlan.objects.filter(
        child=child, term__started_on__lte=on, term__ended_on__gt=on
    ).exclude(status=PersonalEducationPlan.Status.SUPERSEDED)
    return plans.select_related("term", "child").order_by("-started_at").first()


def next_meeting(child: Child, *, now: datetime, sight: Sight) -> NextMeeting | None:
    """The next meeting of any plan, with its place for whoever may know it. One query."""
    plans = PersonalEducationPlan.objects.filter(child=child, meeting_at__gte=now)
    row = plans.order_by("meeting_at").values_list("meeting_at", "meeting_place").first()
    if row is None:
        return None
    at, place = row
    return NextMeeting(at, place if sight.shows(Fact.MEETING_PLACE) else "")
