"""What starting a plan depends on, read for many children at once.

One query a table, however many children there are: the clock asks for all of an authority.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from children.models import Enrolment, PeriodOfCare
from children.rules import is_adult
from pep import rules as pep_rules
from pep.clocks import clocks_of
from pep.models import PersonalEducationPlan
from placements.codes import CUSTODY, REMAND
from placements.models import LegalStatus, Placement, Review
from schools.models import BankHoliday, Policy, SchoolLink, Term
from schools.rules import DateRange, nc_year
from schools.summaries import calendar_of
from starting import rules

Kind = pep_rules.Kind


@dataclass(frozen=True, slots=True)
class Calendar:
    """What an authority has settled for a day: its term, its clocks, and the days nobody works."""

    on: date
    term: Term
    ages: pep_rules.PepAges
    clocks: pep_rules.Clocks
    bank_holidays: frozenset[date]
    is_long_holiday: bool


@dataclass(frozen=True, slots=True)
class Situation:
    """One looked-after child on a day."""

    child_id: UUID
    facts: rules.StartFacts
    cohort: pep_rules.CohortFacts
    is_only_remanded: bool = False
    first_review_on: date | None = None
    last_plan: UUID | None = None  # of another term, or of this one where it was another's
    strays: tuple[UUID, ...] = ()  # plans to be given to the school the child is at
    is_in_custody: bool = False

    def start(self, known: Calendar) -> rules.Start | None:
        """The plan that starts by itself, or none."""
        return rules.plan_to_start(
            self.facts,
            term=DateRange(known.term.started_on, known.term.ended_on),
            on=known.on,
            bank_holidays=known.bank_holidays,
            clocks=known.clocks,
        )

    @property
    def is_owed_a_plan(self) -> bool:
        """Whether the child has a PEP whatever the age: no age is an error (COH-5)."""
        facts = pep_rules.CohortFacts(
            is_looked_after=self.cohort.is_looked_after,
            legal_status=self.cohort.legal_status,
            nc_year=pep_rules.RECEPTION,
            is_only_remanded_to_custody=self.cohort.is_only_remanded_to_custody,
        )
        return pep_rules.is_in_cohort(facts)


def calendar(*, authority_id: int, on: date) -> Calendar | None:
    """Read what an authority has settled for a day; None without a term. Five queries."""
    term = Term.objects.containing(authority_id=authority_id, on=on)
    return calendar_of_term(term, on=on) if term else None


def calendar_of_term(term: Term, *, on: date) -> Calendar:
    """Read what an authority has settled for a day of a term. Four queries."""
    policy = Policy.objects.in_force(authority_id=term.authority_id, on=on)
    school_days = calendar_of(term.authority_id)
    return Calendar(
        on=on,
        term=term,
        ages=pep_rules.PepAges(from_year=policy.pep_from_year, to_year=policy.pep_to_year),
        clocks=clocks_of(policy),
        bank_holidays=BankHoliday.objects.days(),
        is_long_holiday=school_days is not None
        and rules.is_long_holiday(school_days, on=on, longer_than=policy.long_holiday_days),
    )


def situations(
    known: Calendar, *, authority_id: int, children: Collection[UUID] | None = None
) -> list[Situation]:
    """The looked-after children of an authority, or some of them, in order. Nine queries."""
    on, here = known.on, Q(authority=authority_id)
    if children is not None:
        here &= Q(child__in=children)
    cares = list(
        PeriodOfCare.objects.on(on)
        .filter(here)
        .order_by("started_on", "child_id")
        .values_list("child_id", "started_on", "child__date_of_birth", "child__year_group_override")
    )
    statuses = dict(LegalStatus.objects.on(on).filter(here).values_list("child_id", "code"))
    custody = set(
        Placement.objects.on(on).filter(here, kind__in=CUSTODY).values_list("child_id", flat=True)
    )
    suspects = custody | {child for child, code in statuses.items() if code == REMAND}
    only_remand = _only_remand(suspects, on=on)
    rolls = _rolls(Enrolment.objects.on(on).filter(here, kind=Enrolment.Kind.MAIN))
    plans = _plans(PersonalEducationPlan.objects.filter(here), known.term)
    follows = _follows({school for school, _, _ in rolls.values()})
    reviews = _first_reviews(here, on=on)
    found = []
    for child_id, started_on, born, override in cares:
        school_id, joined_on, recorded = rolls.get(child_id, (None, None, None))
        year = next((y for y in (override, recorded) if y is not None), nc_year(born, on))
        mine = plans.get(child_id, [])
        facts = rules.StartFacts(
            care_started_on=started_on,
            nc_year=year,
            school_id=school_id,
            school_started_on=joined_on,
            follows=follows.get(school_id, frozenset()) if school_id else frozenset(),
            is_long_holiday=known.is_long_holiday,
            plans=tuple(seen for _, seen in mine),
        )
        found.append(
            Situation(
                child_id=child_id,
                facts=facts,
                cohort=pep_rules.CohortFacts(
                    is_looked_after=True,
                    legal_status=statuses.get(child_id, ""),
                    nc_year=year,
                    is_adult=is_adult(born, on),
                    is_in_provision=school_id is not None,
                    is_only_remanded_to_custody=child_id in custody and child_id in only_remand,
                ),
                is_only_remanded=statuses.get(child_id) == REMAND and child_id in only_remand,
                first_review_on=reviews.get(child_id),
                last_plan=mine[-1][0] if mine else None,
                strays=tuple(
                    pk
                    for pk, seen in mine
                    if seen.started_on >= started_on and rules.goes_to_school(seen, facts)
                ),
                is_in_custody=child_id in custody,
            )
        )
    return found


def _rolls(
    enrolments: QuerySet[Enrolment],
) -> dict[UUID, tuple[int, date, int | None]]:
    rows = enrolments.values_list("child_id", "school_id", "started_on", "year_group")
    return {child: (school, started, year) for child, school, started, year in rows}


def _only_remand(suspects: Collection[UUID], *, on: date) -> set[UUID]:
    """Of these, those with nothing but remand in the present care and none just before, COH-12."""
    if not suspects:
        return set()
    present = Q(
        Q(child__periodofcares__ended_on__isnull=True) | Q(child__periodofcares__ended_on__gt=on),
        child__in=suspects,
        child__periodofcares__started_on__lte=on,
    )
    care_started_on = F("child__periodofcares__started_on")
    held = Q(ended_on__isnull=True) | Q(ended_on__gt=care_started_on)
    others = LegalStatus.objects.filter(present, held).exclude(code=REMAND)
    before = PeriodOfCare.objects.filter(present, ended_on=care_started_on)
    return (
        set(suspects)
        - set(others.values_list("child_id", flat=True))
        - set(before.values_list("child_id", flat=True))
    )


def _plans(
    plans: QuerySet[PersonalEducationPlan], term: Term
) -> dict[UUID, list[tuple[UUID, rules.PlanSeen]]]:
    """Each child's plans with their ids, oldest first."""
    found: dict[UUID, list[tuple[UUID, rules.PlanSeen]]] = defaultdict(list)
    rows: Iterable[Any] = plans.order_by("term__started_on", "started_at", "pk").values_list(
        "pk", "child_id", "kind", "status", "started_at", "complete_by", "school_id", "term_id"
    )
    for pk, child_id, kind, status, started_at, complete_by, school_id, term_id in rows:
        seen = rules.PlanSeen(
            kind=Kind(kind),
            status=pep_rules.Status(status),
            started_on=timezone.localtime(started_at).date(),
            complete_by=complete_by,
            school_id=school_id,
            is_of_term=term_id == term.pk,
        )
        found[child_id].append((pk, seen))
    return found


def _follows(schools: Collection[int]) -> dict[int, frozenset[int]]:
    """The schools that became each of these (PLA-9)."""
    found: dict[int, set[int]] = defaultdict(set)
    links = SchoolLink.objects.filter(linked_id__in=schools, kind__startswith=SchoolLink.BECAME)
    for former, school in links.values_list("school_id", "linked_id"):
        found[school].add(former)
    return {school: frozenset(former) for school, former in found.items()}


def _first_reviews(here: Q, *, on: date) -> dict[UUID, date]:
    """The first looked-after review of the present period of care, where it is known."""
    rows = (
        Review.objects.filter(
            here,
            Q(child__periodofcares__ended_on__isnull=True)
            | Q(child__periodofcares__ended_on__gt=on),
            child__periodofcares__started_on__lte=on,
            held_on__gte=F("child__periodofcares__started_on"),
        )
        .values("child_id")
        .annotate(first=Min("held_on"))
    )
    return {row["child_id"]: row["first"] for row in rows}
