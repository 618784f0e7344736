"""The figures of the overview, each defined once: what is counted, what of it, and in which words.

Tile, breakdown, list of children and "How this is worked out" all read this table; the conditions
in SQL stand beside the roll in `dashboard.summaries.overview`.
"""

from dataclasses import dataclass
from enum import StrEnum


class Slug(StrEnum):
    """A measure, as its address names it."""

    ON_ROLL = "on-roll"
    OUT_OF_AREA = "out-of-area"
    PEPS_ON_TIME = "peps-on-time"
    FIRST_PEPS = "first-peps"
    GOOD_PEPS = "good-peps"
    ATTENDANCE = "attendance"
    PERSISTENTLY_ABSENT = "persistently-absent"
    SEVERELY_ABSENT = "severely-absent"
    NO_SCHOOL = "no-school"


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure. `is_share`: a percentage of the counted; otherwise a number of children.

    `asks_for` is who the page lists first: those the measure finds, or those it misses.
    """

    slug: Slug
    label: str
    is_share: bool
    counted: str
    met: str
    left_out: str
    source: str
    needs: str
    lists_missed: bool = False
    found_word: str = "children"
    missed_word: str = ""
    rule: str = ""


_SESSIONS = (
    "Sessions are half school days. All marks of this school year up to the day count, of every "
    "school the child was at, also from before they came into care."
)
_MARKS = "Registers loaded into this service"

MEASURES: dict[Slug, Measure] = {
    measure.slug: measure
    for measure in (
        Measure(
            Slug.ON_ROLL,
            "Children looked after",
            is_share=False,
            counted="Every child with a period of care open on the day, short breaks included.",
            met="All of them.",
            left_out="Children who have left care, also later on the day they left.",
            source="Periods of care in the record",
            needs="Load the roll",
            rule="COH-1",
        ),
        Measure(
            Slug.OUT_OF_AREA,
            "Living outside the area",
            is_share=True,
            counted="Children looked after on the day whose home’s area is known.",
            met="Those whose home lies in another authority.",
            left_out="Children whose home has no known postcode.",
            source="Placements in the record",
            needs="Load placements with the roll",
            found_word="live outside",
            missed_word="live in the area",
            rule="PLA-8",
        ),
        Measure(
            Slug.PEPS_ON_TIME,
            "PEPs completed on time",
            is_share=True,
            counted=(
                "Children looked after on the day, in the authority’s year groups for PEPs, who "
                "were in care when the term began or have been for 20 working days."
            ),
            met=(
                "Those with a PEP meeting in the term and the plan agreed, both by the day. Those "
                "agreed with a gap, a named part that somebody still owes, are also said apart."
            ),
            left_out=(
                "Children in short breaks (V3, V4) or looked after only by remand to custody, "
                "and children below Reception who are in no setting."
            ),
            source="PEPs in this service",
            needs="Enter the term’s dates, then start PEPs",
            lists_missed=True,
            found_word="completed",
            missed_word="not on time",
            rule="PEPM-1",
        ),
        Measure(
            Slug.FIRST_PEPS,
            "First PEPs in 20 working days",
            is_share=True,
            counted=(
                "Children looked after on the day, in the year groups for PEPs, whose 20th working "
                "day in care fell in this school year, by the day."
            ),
            met="Those whose first PEP in this period of care was agreed by that 20th working day.",
            left_out="Children who have left care since, and those who need no PEP.",
            source="PEPs and periods of care in this service",
            needs="Load the roll, then start PEPs",
            lists_missed=True,
            found_word="in time",
            missed_word="not in time",
            rule="PEPM-2",
        ),
        Measure(
            Slug.GOOD_PEPS,
            "PEPs rated good or better",
            is_share=True,
            counted="PEPs of the term that were graded by the rubric and agreed by the day.",
            met="Those whose overall grade is good, green or gold, as settled by a second check.",
            left_out="PEPs not agreed yet, and those agreed without a rubric.",
            source="Checks of PEPs in this service",
            needs="Check PEPs by the rubric and agree them",
            found_word="rated good",
            rule="PEPM-3",
        ),
        Measure(
            Slug.ATTENDANCE,
            "Attendance this year",
            is_share=True,
            counted=f"Possible sessions of children looked after on the day. {_SESSIONS}",
            met="Sessions attended, or spent at an approved educational activity.",
            left_out="Sessions that were not possible: school closed, not required to attend.",
            source=_MARKS,
            needs="Load attendance",
            found_word="by child",
            rule="ATT-2, ATT-3, ATT-6",
        ),
        Measure(
            Slug.PERSISTENTLY_ABSENT,
            "Persistently absent",
            is_share=True,
            counted=f"Children looked after on the day with a possible session. {_SESSIONS}",
            met="Those who missed a tenth or more of their own possible sessions.",
            left_out="Children with no marks this school year.",
            source=_MARKS,
            needs="Load attendance",
            rule="ATT-5",
        ),
        Measure(
            Slug.SEVERELY_ABSENT,
            "Severely absent",
            is_share=True,
            counted=f"Children looked after on the day with a possible session. {_SESSIONS}",
            met="Those who missed half or more of their own possible sessions.",
            left_out="Children with no marks this school year.",
            source=_MARKS,
            needs="Load attendance",
            rule="ATT-5",
        ),
        Measure(
            Slug.NO_SCHOOL,
            "No school place",
            is_share=False,
            counted="Children looked after on the day in Reception to Year 11.",
            met="Those without a main school on the day.",
            left_out="Nobody in those year groups.",
            source="Enrolments in the record",
            needs="Load the roll with enrolments",
        ),
    )
}
