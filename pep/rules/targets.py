"""Targets as rows of a plan: what they are told as, carried on from, and checked for (PEP-12).

Rows are lists of values by column, each with an `id`; a form that lacks a column has no value.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from children.rules import fold_name
from pep.rules.readiness import Check, Prompt, QualityFacts, TargetFacts, quality_prompts
from progress.codes import Outcome
from progress.rules import Proposal, Reviewed

Row = Mapping[str, Any]

LAST_TARGETS, TARGETS, PREMIUM = "last-targets", "targets", "pupil-premium"  # sections of a form

CARRIED = UUID("0c3b3c4e-0a0e-4a53-8f0e-6f5ad1a7b4f2")  # namespace of ids of targets carried on
USED = UUID("7f1f6d1a-5c0c-4b55-9a5e-3f1d4a2f9a67")  # ... and of examples used
LONGEST_LINE = 200  # of a target as another answer names it

# What is asked again of a target carried on: where the child is now, by when, and the agreement
ASKED_AGAIN = frozenset({"id", "baseline", "due_on", "child_agreed", "funding"})

_SUBJECT_AREAS = {"mathematics": "maths"}  # a subject as written, where an area has another name
_BELOW = frozenset({"below"})


def carried_id(plan_id: UUID, row_id: UUID | str) -> UUID:
    """The id of a target carried on into a plan: the same however often it is carried on."""
    return uuid5(CARRIED, f"{plan_id}:{row_id}")


def used_id(plan_id: UUID, example_id: UUID, *, version: int) -> UUID:
    """The id of a row made from an example: the same when one page asks twice."""
    return uuid5(USED, f"{plan_id}:{example_id}:{version}")


def carried_row(
    plan_id: UUID, last: Row, *, columns: Collection[str], options: Collection[str] = ()
) -> dict[str, Any]:
    """Last term's target as a row of the new ones, with what is to be asked again left out.

    Only the columns this form has; an area its form does not know is asked again, too.
    """
    kept = {key: value for key, value in last.items() if key in columns and key not in ASKED_AGAIN}
    if kept.get("area") not in options:
        kept.pop("area", None)
    return {"id": str(carried_id(plan_id, last["id"])), **kept}


def predecessors(plan_id: UUID, candidates: Iterable[UUID | str]) -> dict[str, UUID]:
    """Of a plan's rows that carry on an earlier target: which, by the row's id."""
    return {str(carried_id(plan_id, one)): _id(plan_id, one) for one in candidates}


def proposals(
    rows: Sequence[Row],
    *,
    plan_id: UUID,
    earlier: Iterable[UUID | str],
    requests: Sequence[Row] = (),
    areas: Mapping[str, str],
    sources: Mapping[str, str],
) -> list[Proposal]:
    """A plan's targets as they are told to `progress`; rows without words are none."""
    before = predecessors(plan_id, earlier)
    found = []
    for row in rows:
        text = str(row.get("target") or "").strip()
        if not text:
            continue
        costs = [one for one in requests if names_target(one.get("target"), text)]
        found.append(
            Proposal(
                id=_id(plan_id, row["id"]),
                text=text,
                area=str(row.get("area") or ""),
                area_name=areas.get(str(row.get("area")), ""),
                need=_words(row, "need"),
                measure=_words(row, "measure"),
                baseline=_words(row, "baseline"),
                goal=_words(row, "goal"),
                at_school=_words(row, "action"),
                at_home=_words(row, "at_home"),
                by_child=_words(row, "by_child"),
                owner=_words(row, "owner"),
                due_on=_day(row.get("due_on")),
                is_child_agreed=row.get("child_agreed"),
                is_funded=bool(row.get("funding")) or bool(costs),
                cost_pence=_sum(costs, "cost"),
                source=", ".join(
                    dict.fromkeys(
                        sources.get(str(one["stream"]), str(one["stream"]))
                        for one in costs
                        if one.get("stream")
                    )
                ),
                intervention=_words(row, "intervention"),
                predecessor=before.get(str(row["id"])),
            )
        )
    return found


def reviews(rows: Sequence[Row], *, plan_id: UUID, spent: Sequence[Row] = ()) -> list[Reviewed]:
    """What a plan says became of last term's targets; rows without an outcome say nothing."""
    return [
        Reviewed(
            id=_id(plan_id, row["id"]),
            outcome=Outcome(row["outcome"]),
            evidence=_words(row, "evidence"),
            impact=_words(row, "difference"),
            spent_pence=_sum(
                [one for one in spent if names_target(one.get("target"), _words(row, "target"))],
                "amount",
            ),
        )
        for row in rows
        if row.get("outcome") in set(Outcome)
    ]


def names_target(said: Any, text: str) -> bool:
    """Whether another answer means this target: by its words, as far as one line has them."""
    return bool(said) and fold_name(str(said)) == fold_name(text[:LONGEST_LINE])


def facts_of_targets(
    rows: Sequence[Row],
    *,
    last: Sequence[Row] = (),
    requests: Sequence[Row] = (),
    attainment: Sequence[Row] = (),
    next_meeting_on: date | None = None,
    areas: Collection[str] = (),
    has_measure: bool = True,
) -> QualityFacts:
    """What the checks look at, of a plan's rows. A form without a measure is asked for none."""
    targets = tuple(
        TargetFacts(
            key=str(row.get("id") or number),
            text=_words(row, "target"),
            measure=_words(row, "measure" if has_measure else "goal"),
            baseline=_words(row, "baseline"),
            goal=_words(row, "goal"),
            owner=_words(row, "owner"),
            due_on=_day(row.get("due_on")),
            area=str(row.get("area") or ""),
            is_funded=bool(row.get("funding")),
        )
        for number, row in enumerate(rows)
    )
    of = {
        str(one.get("target")): next(
            (t.key for t in targets if names_target(one.get("target"), t.text)), None
        )
        for one in requests
    }
    return QualityFacts(
        targets=targets,
        last_texts=frozenset(_words(row, "target") for row in last) - {""},
        next_meeting_on=next_meeting_on,
        areas_below=areas_below(attainment, known=areas),
        funding_targets=tuple(of.values()),
    )


def areas_below(attainment: Sequence[Row], *, known: Collection[str]) -> frozenset[str]:
    """The areas a plan itself calls below what is expected, of those its targets may be about.

    English is two areas, reading and writing, so a subject called English names neither.
    """
    below = [row for row in attainment if _BELOW & {row.get("now"), row.get("progress")}]
    names = {str(row.get("area") or row.get("subject") or "").strip().casefold() for row in below}
    return frozenset(_SUBJECT_AREAS.get(name, name) for name in names) & frozenset(known)


def target_warnings(facts: QualityFacts) -> dict[str, list[Check]]:
    """The checks each target fails, by its key; "" has those of the targets together.

    A target without words is not begun: nothing is said of it yet.
    """
    begun = {target.key for target in facts.targets if target.text.strip()}
    of_all = {Check.AREA_WITHOUT_TARGET, Check.FUNDING_WITHOUT_TARGET}
    found: dict[str, list[Check]] = {key: [] for key in ["", *begun]}
    for prompt in quality_prompts(facts):
        if prompt.target in begun or (_is_of_all(prompt) and prompt.check in of_all):
            found[prompt.target].append(prompt.check)
    return found


def _is_of_all(prompt: Prompt) -> bool:
    return not prompt.target


def _id(plan_id: UUID, text: Any) -> UUID:
    """A row's id; of a row from elsewhere whose id is none, one made from it."""
    try:
        return UUID(str(text))
    except ValueError:
        return uuid5(plan_id, str(text))


def _words(row: Row, key: str) -> str:
    return str(row.get(key) or "").strip()


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else value or None


def _sum(rows: Iterable[Row], key: str) -> int | None:
    amounts = [int(row[key]) for row in rows if row.get(key) is not None]
    return sum(amounts) if amounts else None
