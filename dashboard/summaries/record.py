"""One child's record: histories and figures as plain values, a query or two each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.roles import Role
from children.codes import meaning
from children.models import Child, Enrolment, Involvement, SenStatus
from children.rights import NOT_SHOWN, Sight
from pep.models import PersonalEducationPlan, PlanSection
from placements.codes import home_in_words
from placements.models import Address, LegalStatus, Placement, Review
from schools.rules import (
    ONE_DAY,
    DateRange,
    SchoolCalendar,
    is_working_day,
    school_days_between,
)
from schools.summaries import calendar_of


def record_of(user: User, *, on: date) -> QuerySet[Child]:
    """The children a person may open, with what every page of a record shows. One query.

    `plan_count`, `people_count` for the side menu; `is_confidential` for what to leave out (DP-4).
    """
    plans = PersonalEducationPlan.objects.filter(child=OuterRef("pk")).order_by()
    people = Involvement.objects.on(on).filter(child=OuterRef("pk")).order_by()
    hidden = Address.objects.confidential(on=on).filter(child=OuterRef("pk"))
    return Child.objects.visible_to(user).annotate(
        plan_count=Coalesce(Subquery(_counted(plans)), Value(0)),
        people_count=Coalesce(Subquery(_counted(people)), Value(0)),
        is_confidential=Exists(hidden),
    )


def _counted(rows: QuerySet[Any]) -> QuerySet[Any, dict[str, Any]]:
    found: QuerySet[Any, dict[str, Any]] = rows.values("child").annotate(number=Count("pk"))
    return found.values("number")


# Schools -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stay:
    """A stretch of a school history: a school, or a gap between two."""

    school: str
    area: str
    kind: str
    started_on: date
    ended_on: date | None
    year_group: int | None = None
    timetable: str = ""
    gap_days: int | None = None

    @property
    def is_gap(self) -> bool:
        return not self.school

    @property
    def last_day(self) -> date | None:
        return self.ended_on - ONE_DAY if self.ended_on else None


def school_history(child: Child, *, on: date, sight: Sight) -> list[Stay]:
    """Enrolments, newest first, with gaps between main schools called gaps. One to three queries.

    A school this reader may not know of stands there without its name; one to come, not at all.

    A gap counts school days of the authority's calendar where one is entered, else weekdays. It is
    known only after the first school the record holds.
    """
    rows = list(
        Enrolment.objects.filter(child=child)
        .select_related("school__authority")
        .order_by("started_on", "pk")
    )
    rows = [row for row in rows if row.started_on <= on or sight.names_school(row.school_id)]
    stays = [_stay(row, home=child.authority_id, sight=sight) for row in rows]
    gaps = _gaps([row for row in rows if row.kind == Enrolment.Kind.MAIN], on=on)
    if gaps:
        calendar = calendar_of(child.authority_id)
        stays.extend(_gap(gap, calendar=calendar, on=on) for gap in gaps)
    return sorted(stays, key=lambda stay: (stay.started_on, stay.school), reverse=True)


def _gaps(mains: Sequence[Enrolment], *, on: date) -> list[DateRange]:
    gaps = [
        DateRange(earlier.ended_on, later.started_on)
        for earlier, later in pairwise(mains)
        if earlier.ended_on and earlier.ended_on < later.started_on
    ]
    if mains and (ended_on := mains[-1].ended_on) and ended_on <= on:
        gaps.append(DateRange(ended_on))
    return gaps


def _gap(gap: DateRange, *, calendar: SchoolCalendar | None, on: date) -> Stay:
    until = gap.ended_on or on + ONE_DAY
    if calendar is not None:
        days = school_days_between(gap.started_on, until, calendar)
    else:
        every = (gap.started_on + timedelta(days=n) for n in range((until - gap.started_on).days))
        days = sum(is_working_day(day, bank_holidays=()) for day in every)
    return Stay(
        school="", area="", kind="", started_on=gap.started_on, ended_on=gap.ended_on, gap_days=days
    )


def _stay(row: Enrolment, *, home: int, sight: Sight) -> Stay:
    is_named = sight.names_school(row.school_id)
    area = row.school.authority if is_named else None
    hours = f"{row.hours_a_week.normalize():f} hours a week" if row.hours_a_week else ""
    time = "Full time" if row.is_full_time else "Part time"
    return Stay(
        school=row.school.name if is_named else NOT_SHOWN,
        area=area.display_name if area and area.pk != home else "",
        kind="" if row.kind == Enrolment.Kind.MAIN else row.get_kind_display(),
        started_on=row.started_on,
        ended_on=row.ended_on,
        year_group=row.year_group,
        timetable=", ".join(part for part in (time, hours) if part),
    )


def sen_label(child: Child, *, on: date) -> str:
    """The SEN status of a day in words; empty when none is recorded. One query."""
    row = SenStatus.objects.on(on).filter(child=child).first()
    return row.get_code_display() if row else ""


# Homes -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Home:
    """A placement: what kind of home, from when to when; never its address."""

    id: UUID
    kind: str
    provider: str
    started_on: date
    ended_on: date | None
    is_out: bool
    area: str
    distance_miles: object
    legal_status: str

    @property
    def last_day(self) -> date | None:
        return self.ended_on - ONE_DAY if self.ended_on else None


@dataclass(frozen=True, slots=True)
class Care:
    """Where a child lives and under which order, with what came before. Newest first."""

    homes: list[Home]
    legal_status: str
    legal_since: date | None
    reviewed_on: date | None

    @property
    def now(self) -> Home | None:
        return next((home for home in self.homes if home.ended_on is None), None)


def care_of(child: Child, *, on: date) -> Care:
    """Homes, legal status and the last review. Three queries."""
    statuses = list(LegalStatus.objects.filter(child=child).order_by("-started_on"))
    rows = (
        Placement.objects.filter(child=child, started_on__lte=on)
        .select_related("area_authority")
        .order_by("-started_on", "pk")
    )
    homes = [
        Home(
            id=row.pk,
            kind=home_in_words(row.kind),
            provider=meaning("PLACE_PROVIDER", row.provider) or "",
            started_on=row.started_on,
            ended_on=row.ended_on,
            is_out=row.area == Placement.Area.OUT,
            area=row.area_authority.display_name if row.area_authority else "",
            distance_miles=row.distance_miles,
            legal_status=_legal_on(statuses, row.started_on),
        )
        for row in rows
    ]
    current = next((s for s in statuses if DateRange(s.started_on, s.ended_on).holds_on(on)), None)
    reviews = Review.objects.filter(child=child, held_on__lte=on).order_by("-held_on")
    return Care(
        homes=homes,
        legal_status=_legal_label(current.code) if current else "",
        legal_since=current.started_on if current else None,
        reviewed_on=reviews.values_list("held_on", flat=True).first(),
    )


def _legal_label(code: str) -> str:
    return meaning("LS", code) or code


def _legal_on(statuses: Iterable[LegalStatus], day: date) -> str:
    held = (s for s in statuses if DateRange(s.started_on, s.ended_on).holds_on(day))
    found = next(held, None)
    return _legal_label(found.code) if found else ""


# People ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Worker:
    """Someone who works with, or cares for, the child now."""

    role: str
    name: str
    job: str
    phone: str
    email: str
    started_on: date
    is_cover: bool
    is_carer: bool
    person_id: UUID

    @property
    def title(self) -> str:
        """Role and job; the longer alone where one says the other."""
        one, other = sorted((self.role, self.job), key=len)
        if one.lower() in other.lower():
            return other
        return f"{self.role}, {self.job}"


def people_of(child: Child, *, on: date) -> list[Worker]:
    """Everyone with an open involvement, but the child. One query."""
    rows = (
        Involvement.objects.on(on)
        .filter(child=child)
        .exclude(role=Role.YOUNG_PERSON)
        .select_related("person")
        .order_by("role", "is_cover", "person__family_name", "pk")
    )
    return [
        Worker(
            role=row.get_role_display(),
            name=row.person.name,
            job=row.person.job_title,
            phone=row.person.phone,
            email=row.person.email or "",
            started_on=row.started_on,
            is_cover=row.is_cover,
            is_carer=row.role == Role.CARER,
            person_id=row.person_id,
        )
        for row in rows
    ]


# Plans -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """How much one owner has left to write in a plan."""

    owner: str
    left: int


def parts_left(plan_id: UUID) -> list[Part]:
    """Owners with sections still to complete. One query."""
    rows = (
        PlanSection.objects.filter(plan=plan_id, is_asked=True)
        .exclude(state=PlanSection.State.COMPLETE)
        .values("owner")
        .annotate(left=Count("pk"))
        .order_by("owner")
    )
    return [Part(owner=row["owner"], left=row["left"]) for row in rows]


def plans_of(child: Child) -> QuerySet[PersonalEducationPlan]:
    """A child's plans, newest first, with their terms. One query when read."""
    plans = PersonalEducationPlan.objects.filter(child=child).select_related("term", "school")
    return plans.order_by("-term__started_on", "-started_at", "pk")
