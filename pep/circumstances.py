"""What is true of the child of a plan, as far as its form depends on it (`rules.Fact`).

From the record, and from what the plan itself says of the term: a school knows of a suspension
before its marks arrive.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery

from attendance.codes import EXCLUDED
from attendance.models import Day
from children.models import Enrolment, SenStatus
from children.summaries import year_group
from pep import rules
from pep.models import Answer, PersonalEducationPlan
from pep.rules import Fact
from placements.codes import CUSTODY
from placements.models import HealthReturn, Placement
from placements.rules import SdqBand, sdq_band
from schools.models import Policy
from schools.rules import Phase, Season, phase

# Types of establishment [GIAS]: pupil referral unit, alternative provision free school, academies
ALTERNATIVE = frozenset({"14", "38", "42", "43"})

# Questions whose answers are facts, by section and key
TOLD: dict[Fact, tuple[str, str, tuple[Any, ...]]] = {
    Fact.EHC_PLAN: ("send", "sen_status", ("E",)),
    Fact.SEN_SUPPORT: ("send", "sen_status", ("K",)),
    Fact.PART_TIME: ("attendance", "full_time", (False,)),
    Fact.ALTERNATIVE_PROVISION: ("attendance", "alternative", (True,)),
    Fact.SUSPENDED: ("attendance", "suspended", (True,)),
}
TELLING = frozenset((section, key) for section, key, _ in TOLD.values())


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one plan with the phase of its child, sorted; whether it is fitted to others."""

    names: list[str]
    differ: bool


def targets_needed(plan: PersonalEducationPlan, policy: Policy) -> int:
    """How many targets a plan needs by the authority's policy. No query."""
    return rules.targets_needed(
        usual=policy.minimum_targets,
        early_years=policy.minimum_targets_early_years,
        is_early_years=Phase.EARLY_YEARS in plan.facts,
        is_interim=plan.kind == PersonalEducationPlan.Kind.INTERIM,
    )


def facts_of(plan_ids: Iterable[UUID], *, on: date) -> dict[UUID, Facts]:
    """The facts of each plan. One query, however many plans."""
    plans = (
        PersonalEducationPlan.objects.filter(pk__in=plan_ids)
        .select_related("child", "term")
        .annotate(**_from_the_record(on), **_from_the_plan())
    )
    found = {}
    for plan in plans:
        names = sorted(_facts(plan, on))
        differ = names != plan.facts or not plan.sections_total
        found[plan.pk] = Facts(names, differ)
    return found


def _facts(plan: PersonalEducationPlan, on: date) -> set[str]:
    read: Any = plan
    year = year_group(plan.child, on=max(on, plan.term.started_on), recorded=read.recorded_year)
    found: set[str] = {phase(year).value, rules.year_fact(year)}
    found |= {fact for fact in Fact if getattr(plan, f"is_{fact}", False)}
    found |= {fact for fact in TOLD if getattr(plan, f"says_{fact}")}
    if year in rules.TRANSITION_YEARS:
        found.add(Fact.TRANSITION_YEAR)
    if plan.term.name == Season.SUMMER:
        found.add(Fact.SUMMER_TERM)
    if read.sdq_score is not None and sdq_band(read.sdq_score) is SdqBand.CONCERN:
        found.add(Fact.SDQ_CONCERN)
    if plan.child.is_uasc and (plan.child.uasc_ended_on is None or plan.child.uasc_ended_on > on):
        found.add(Fact.UNACCOMPANIED)
    return {str(fact) for fact in found}


def _from_the_record(on: date) -> dict[str, Any]:
    child = {"child": OuterRef("child")}
    enrolled = Enrolment.objects.on(on).filter(**child)
    main = enrolled.filter(kind=Enrolment.Kind.MAIN)
    sen = SenStatus.objects.on(on).filter(**child)
    suspended = Day.objects.filter(
        Q(am=EXCLUDED) | Q(pm=EXCLUDED),
        authority_id=OuterRef("authority_id"),
        child_id=OuterRef("child_id"),
        on__gte=OuterRef("term__started_on"),
        on__lt=OuterRef("term__ended_on"),
    )
    scores = HealthReturn.objects.filter(
        **child, return_year__lte=on.year + 1, sdq_score__isnull=False
    ).order_by("-return_year")
    earlier = PersonalEducationPlan.objects.filter(
        **child, term__started_on__lt=OuterRef("term__started_on")
    )
    return {
        "recorded_year": Subquery(main.values("year_group")[:1]),
        "sdq_score": Subquery(scores.values("sdq_score")[:1]),
        f"is_{Fact.EHC_PLAN}": Exists(sen.filter(code=SenStatus.Code.PLAN)),
        f"is_{Fact.SEN_SUPPORT}": Exists(sen.filter(code=SenStatus.Code.SUPPORT)),
        f"is_{Fact.PART_TIME}": Exists(main.filter(is_full_time=False)),
        f"is_{Fact.ALTERNATIVE_PROVISION}": Exists(
            enrolled.filter(school__kind_code__in=ALTERNATIVE)
        ),
        f"is_{Fact.NO_SCHOOL_PLACE}": ~Exists(enrolled),
        f"is_{Fact.IN_CUSTODY}": Exists(Placement.objects.on(on).filter(**child, kind__in=CUSTODY)),
        f"is_{Fact.SUSPENDED}": Exists(suspended),
        f"is_{Fact.HAS_LAST_PLAN}": Exists(earlier),
    }


def _from_the_plan() -> dict[str, Any]:
    return {
        f"says_{fact}": Exists(
            Answer.objects.filter(plan=OuterRef("pk"), section=section, key=key, value__in=values)
        )
        for fact, (section, key, values) in TOLD.items()
    }
