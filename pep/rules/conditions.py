"""When a section or a question is asked: one small closed vocabulary (decisions 20).

A condition is empty (always), one clause, or {"all": [clause, ...]}. A clause is one of

    {"phase": ["SE", "P16"]}                  the child is in one of these phases
    {"fact": ["ehc_plan", "year_6"]}          one of these facts is true of the child
    {"answer": "progress", "in": ["below"]}   the answer to a question of the same section
    {"answer": "progress", "not_in": [...]}   ... is not one of these; none counts as not
"""

from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from typing import Any

Condition = Mapping[str, Any]

PHASES = ("EY", "PR", "SE", "P16")


class Fact(StrEnum):
    """What is true of a child and a plan, as far as forms may depend on it."""

    EHC_PLAN = "ehc_plan"
    SEN_SUPPORT = "sen_support"
    TRANSITION_YEAR = "transition_year"
    PART_TIME = "part_time"
    ALTERNATIVE_PROVISION = "alternative_provision"
    UNACCOMPANIED = "unaccompanied"
    SUSPENDED = "suspended"
    NO_SCHOOL_PLACE = "no_school_place"
    IN_CUSTODY = "in_custody"
    HAS_LAST_PLAN = "has_last_plan"
    SUMMER_TERM = "summer_term"
    SDQ_CONCERN = "sdq_concern"
    AGE_TWO = "age_two"
    NURSERY = "nursery"
    RECEPTION = "reception"
    YEAR_1 = "year_1"
    YEAR_2 = "year_2"
    YEAR_3 = "year_3"
    YEAR_4 = "year_4"
    YEAR_5 = "year_5"
    YEAR_6 = "year_6"
    YEAR_7 = "year_7"
    YEAR_8 = "year_8"
    YEAR_9 = "year_9"
    YEAR_10 = "year_10"
    YEAR_11 = "year_11"
    YEAR_12 = "year_12"
    YEAR_13 = "year_13"


FACT_LABELS: dict[Fact, str] = {
    Fact.EHC_PLAN: "has an EHC plan",
    Fact.SEN_SUPPORT: "has SEN support",
    Fact.TRANSITION_YEAR: "is in a year before a change of school or stage",
    Fact.PART_TIME: "is on a part-time timetable",
    Fact.ALTERNATIVE_PROVISION: "goes to alternative provision",
    Fact.UNACCOMPANIED: "is an unaccompanied asylum-seeking child",
    Fact.SUSPENDED: "was suspended or excluded this term",
    Fact.NO_SCHOOL_PLACE: "has no school place",
    Fact.IN_CUSTODY: "is in custody",
    Fact.HAS_LAST_PLAN: "had a plan before this one",
    Fact.SUMMER_TERM: "the plan is of a summer term",
    Fact.SDQ_CONCERN: "has an SDQ score of 17 or more",
    Fact.AGE_TWO: "is two years old by school year",
    Fact.NURSERY: "is of nursery age",
    Fact.RECEPTION: "is in Reception",
    **{Fact(f"year_{year}"): f"is in Year {year}" for year in range(1, 14)},
}

# A change of school or stage is near: nursery to Reception, infant to junior, Year 6 to 7, options
# of Year 9, and Years 11 to 13 (field list, section 16)
TRANSITION_YEARS = frozenset({-1, 2, 6, 9, 11, 12, 13})


def year_fact(year: int) -> Fact:
    """The fact of a year group; those beyond school count as the first or last of it."""
    match max(-2, min(year, 13)):
        case -2:
            return Fact.AGE_TWO
        case -1:
            return Fact.NURSERY
        case 0:
            return Fact.RECEPTION
        case of_school:
            return Fact(f"year_{of_school}")


def clauses(condition: Condition) -> Iterator[Condition]:
    """The clauses of a condition, all of which must hold."""
    if "all" in condition:
        yield from condition["all"]
    elif condition:
        yield condition


def holds(
    condition: Condition, answers: Mapping[str, Any], facts: Collection[str] = frozenset()
) -> bool:
    """Whether a condition is met; an empty one always is.

    `facts` has the names of the facts that are true and the phase. A yes-or-no answer counts as
    "yes" or "no".
    """
    return all(_holds(clause, answers, facts) for clause in clauses(condition))


def _holds(clause: Condition, answers: Mapping[str, Any], facts: Collection[str]) -> bool:
    if "answer" not in clause:
        return any(name in facts for name in clause.get("fact", clause.get("phase", ())))
    value = answers.get(clause["answer"])
    if isinstance(value, bool):
        value = "yes" if value else "no"
    chosen = value if isinstance(value, list) else [value]
    if "in" in clause:
        return any(one in clause["in"] for one in chosen)
    return all(one not in clause["not_in"] for one in chosen)


def settled(condition: Condition, facts: Collection[str]) -> Condition | None:
    """What is left of a condition once the facts are known: its clauses on answers.

    None when the facts say no already.
    """
    left = []
    for clause in clauses(condition):
        if "answer" in clause:
            left.append(clause)
        elif not _holds(clause, {}, facts):
            return None
    if len(left) > 1:
        return {"all": left}
    return left[0] if left else {}
