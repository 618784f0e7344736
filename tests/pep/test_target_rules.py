"""Targets as rows of a plan: what is told of them, carried on and warned about (PEP-12)."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pep import rules
from pep.rules import Check

PLAN = UUID("11111111-1111-4111-8111-111111111111")
NEXT = date(2027, 2, 3)
GOOD = {
    "id": "22222222-2222-4222-8222-222222222222",
    "area": "maths",
    "need": "Missed algebra.",
    "target": "Solves equations with brackets",
    "measure": "10 questions",
    "baseline": "2 of 10",
    "goal": "8 of 10",
    "owner": "Ms Okafor",
    "due_on": "2027-02-01",
    "funding": True,
}


def warned(row=None, **around):
    rows = [GOOD if row is None else row]
    facts = rules.facts_of_targets(rows, **({"next_meeting_on": NEXT} | around))
    return rules.target_warnings(facts)


@pytest.mark.parametrize(
    ("changed", "around", "check"),
    [
        pytest.param({}, {}, None, id="a good target has no warning"),
        pytest.param({"measure": ""}, {}, Check.MEASURE, id="no measure and no number"),
        pytest.param(
            {"measure": "", "target": "Solves 8 of 10 equations", "funding": False},
            {},
            None,
            id="a number in its words is a measure",
        ),
        pytest.param({"baseline": " "}, {}, Check.BASELINE_AND_GOAL, id="no baseline"),
        pytest.param({"goal": None}, {}, Check.BASELINE_AND_GOAL, id="no goal"),
        pytest.param({"owner": "School"}, {}, Check.NAMED_OWNER, id="school is nobody"),
        pytest.param({"owner": "The  SCHOOL "}, {}, Check.NAMED_OWNER, id="however written"),
        pytest.param({"due_on": None}, {}, Check.DUE_DATE, id="no date"),
        pytest.param({"due_on": "2027-02-02"}, {}, None, id="the day before the meeting"),
        pytest.param({"due_on": "2027-02-03"}, {}, None, id="on the day of the meeting"),
        pytest.param({"due_on": "2027-02-04"}, {}, Check.DUE_DATE, id="after the meeting"),
        pytest.param(
            {"due_on": "2027-09-01"}, {"next_meeting_on": None}, None, id="no meeting, any date"
        ),
        pytest.param(
            {},
            {"last": [{"id": "x", "target": "solves equations  with brackets"}]},
            Check.NEW_WORDS,
            id="last term's words",
        ),
        pytest.param({"measure": ""}, {}, Check.FUNDED_MEASURE, id="money without a measure"),
    ],
)
def test_a_target_is_warned_about(changed, around, check):
    """PEP-12: SMART, with an owner and a date before the next PEP; money asks for a measure."""
    found = warned({**GOOD, **changed}, **around)[GOOD["id"]]

    assert found == [] if check is None else check in found


def test_nothing_is_said_of_a_target_without_words():
    assert warned({"id": "new", "area": "maths"}) == {"": []}


def test_a_form_without_a_measure_asks_for_none():
    assert warned({**GOOD, "measure": ""}, has_measure=False)[GOOD["id"]] == []


@pytest.mark.parametrize(
    ("attainment", "said"),
    [
        pytest.param([{"subject": "reading", "now": "below"}], True, id="core subject below"),
        pytest.param([{"subject": "reading", "now": "just_below"}], False, id="just below"),
        pytest.param([{"subject": "Science", "progress": "below"}], True, id="as people write it"),
        pytest.param([{"subject": "Mathematics", "progress": "below"}], False, id="it has one"),
        pytest.param([{"area": "reading", "now": "below"}], True, id="early years area"),
        pytest.param([{"subject": "Drama", "progress": "below"}], False, id="no such area"),
    ],
)
def test_an_area_below_expectation_wants_a_target(attainment, said):
    """PEP-12: a mix that serves what is behind."""
    areas = ("reading", "maths", "science")

    found = warned(attainment=attainment, areas=areas)[""]

    assert (Check.AREA_WITHOUT_TARGET in found) is said


@pytest.mark.parametrize(
    ("named", "said"),
    [
        pytest.param(GOOD["target"], False, id="its words"),
        pytest.param("solves equations with BRACKETS", False, id="whatever the case"),
        pytest.param("Something that was taken out", True, id="of no target"),
        pytest.param("", True, id="for no target"),
    ],
)
def test_each_cost_is_for_one_of_the_targets(named, said):
    """PEP-12: a cost serves a target."""
    found = warned(requests=[{"id": "r", "target": named, "cost": 48_000}])[""]

    assert (Check.FUNDING_WITHOUT_TARGET in found) is said


# -- carried on -----------------------------------------------------------------------------------

COLUMNS = {"area", "need", "target", "measure", "baseline", "goal", "action", "owner", "due_on"}


def test_a_target_carried_on_is_asked_anew_where_the_child_is_and_by_when():
    row = rules.carried_row(PLAN, GOOD, columns=COLUMNS, options={"maths"})

    assert row["id"] == str(rules.carried_id(PLAN, GOOD["id"])) != GOOD["id"]
    assert row.keys() == {"id", "area", "need", "target", "measure", "goal", "owner"}


def test_an_area_the_new_form_does_not_have_is_asked_anew():
    assert "area" not in rules.carried_row(PLAN, GOOD, columns=COLUMNS, options={"course"})


@given(st.lists(st.uuids(), min_size=1, max_size=6, unique=True), st.uuids(), st.uuids())
def test_the_predecessor_is_known_by_the_row_whatever_else_is_there(earlier, plan, other_plan):
    rows = [{"id": str(rules.carried_id(plan, one)), "target": "T"} for one in earlier]
    stranger = {"id": str(uuid4()), "target": "New"}

    told = rules.proposals([*rows, stranger], plan_id=plan, earlier=earlier, areas={}, sources={})

    assert [one.predecessor for one in told] == [*earlier, None]
    assert len({one.id for one in told}) == len(told)
    if plan != other_plan:
        elsewhere = {rules.carried_id(other_plan, one) for one in earlier}
        assert elsewhere.isdisjoint(one.id for one in told)


# -- what is told ---------------------------------------------------------------------------------


def test_what_a_target_costs_is_read_from_what_is_asked_for_it():
    asked = [
        {"id": "a", "target": GOOD["target"].upper(), "cost": 48_000, "stream": "ppp"},
        {"id": "b", "target": GOOD["target"], "cost": 2_000, "stream": "school"},
        {"id": "c", "target": "Another one", "cost": 999, "stream": "ppp"},
    ]

    (told,) = rules.proposals(
        [GOOD],
        plan_id=PLAN,
        earlier=(),
        requests=asked,
        areas={"maths": "Maths"},
        sources={"ppp": "Pupil premium plus", "school": "School’s own budget"},
    )

    assert (told.cost_pence, told.source) == (50_000, "Pupil premium plus, School’s own budget")
    assert (told.area_name, told.due_on, told.is_funded) == ("Maths", date(2027, 2, 1), True)


def test_a_row_without_words_is_no_target_and_one_without_outcome_no_review():
    rows = [{"id": str(uuid4()), "area": "maths"}, {"id": str(uuid4()), "target": "  "}]

    assert rules.proposals(rows, plan_id=PLAN, earlier=(), areas={}, sources={}) == []
    assert rules.reviews([{"id": str(uuid4()), "evidence": "Some"}], plan_id=PLAN) == []


def test_a_review_has_what_was_spent_on_its_target():
    row = {"id": GOOD["id"], "target": GOOD["target"], "outcome": "partly", "evidence": "6 of 10"}

    (told,) = rules.reviews(
        [row],
        plan_id=PLAN,
        spent=[{"target": GOOD["target"], "amount": 0}, {"target": "Other", "amount": 5}],
    )

    assert (told.id, told.outcome, told.spent_pence) == (UUID(GOOD["id"]), "partly", 0)


# -- two people's rows kept beside each other ------------------------------------------------------

_rows = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(["One", "Two", "Three"]),
    max_size=4,
).map(lambda rows: [{"id": key, "target": text} for key, text in rows.items()])


@given(_rows, _rows)
def test_keeping_both_leaves_out_nobodys_row(theirs, mine):
    both = rules.keep_both("targets", theirs, mine)["targets"]

    words = [(row["id"], row["target"]) for row in both]
    assert all((row["id"], row["target"]) in words for row in theirs)
    assert {row["target"] for row in mine} <= {target for _, target in words}
    assert len({row["id"] for row in both}) == len(both)
    assert rules.keep_both("targets", both, mine) == {"targets": both}


def test_keeping_both_of_a_row_two_people_changed_shows_both():
    theirs, mine = [{"id": "a", "goal": "8 of 10"}], [{"id": "a", "goal": "9 of 10"}]

    both = rules.keep_both("targets", theirs, mine)["targets"]
    assert [row["goal"] for row in both] == ["8 of 10", "9 of 10"]
