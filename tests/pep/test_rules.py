import json
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pep.rules import (
    BEING_WRITTEN,
    COUNTS_AS_AGREED,
    MOVE_RULES,
    MOVES,
    STATUS_LABELS,
    Check,
    CohortFacts,
    Conflict,
    FirstPlanFacts,
    Held,
    Lack,
    MoveFault,
    Need,
    NotCanonical,
    PepAges,
    PlanFacts,
    QualityFacts,
    Rate,
    SectionFacts,
    SectionState,
    Status,
    TargetFacts,
    TermFacts,
    Who,
    canonical_json,
    complete_after_school_change,
    complete_by,
    content_hash,
    download_name,
    initial_timeliness,
    initiate_by,
    is_in_cohort,
    is_overdue,
    is_writable,
    merge_save,
    missing_for_agreement,
    missing_for_sending,
    move_fault,
    quality_prompts,
    section_state,
    status_label,
    termly_completion,
    termly_due,
)
from schools.codes import bank_holidays
from schools.rules import AcademicYear, DateRange, Season

HOLIDAYS = bank_holidays()


# States


def test_moves_are_those_decided():
    assert {
        Status.NOT_STARTED: {Status.WITH_SCHOOL, Status.SUPERSEDED},
        Status.WITH_SCHOOL: {Status.SENT_TO_CHECK, Status.SUPERSEDED},
        Status.SENT_TO_CHECK: {Status.WITH_SCHOOL, Status.BEING_CHECKED},
        Status.BEING_CHECKED: {Status.SENT_BACK, Status.AGREED},
        Status.SENT_BACK: {Status.SENT_TO_CHECK, Status.SUPERSEDED},
        Status.AGREED: {Status.FINAL, Status.WITH_SCHOOL, Status.SUPERSEDED},
        Status.FINAL: {Status.WITH_SCHOOL, Status.SUPERSEDED},
        Status.SUPERSEDED: set(),
    } == MOVES


@pytest.mark.parametrize(
    ("before", "after", "who", "fulfilled", "expected"),
    [
        pytest.param(
            Status.WITH_SCHOOL, Status.SENT_TO_CHECK, Who.SCHOOL, {Need.COMPLETE_SECTIONS}, None,
            id="the school sends",
        ),
        pytest.param(
            Status.WITH_SCHOOL, Status.SENT_TO_CHECK, Who.SCHOOL, set(),
            MoveFault.NEEDS_SECTIONS, id="not with sections open",
        ),
        pytest.param(
            Status.SENT_TO_CHECK, Status.WITH_SCHOOL, Who.SCHOOL, set(), None,
            id="taken back before checking starts",
        ),
        pytest.param(
            Status.BEING_CHECKED, Status.WITH_SCHOOL, Who.SCHOOL, set(), MoveFault.NOT_A_MOVE,
            id="not taken back after",
        ),
        pytest.param(
            Status.BEING_CHECKED, Status.SENT_BACK, Who.VIRTUAL_SCHOOL, set(),
            MoveFault.NEEDS_REASON, id="sent back without a reason",
        ),
        pytest.param(
            Status.BEING_CHECKED, Status.SENT_BACK, Who.VIRTUAL_SCHOOL, {Need.REASON},
            MoveFault.NEEDS_QUERY, id="sent back without saying where",
        ),
        pytest.param(
            Status.BEING_CHECKED, Status.SENT_BACK, Who.VIRTUAL_SCHOOL,
            {Need.REASON, Need.WHERE}, None,
            id="sent back with both",
        ),
        pytest.param(
            Status.BEING_CHECKED, Status.AGREED, Who.SCHOOL, {Need.NOTHING_MISSING},
            MoveFault.NOT_THEIRS, id="a school never agrees",
        ),
        pytest.param(
            Status.SENT_TO_CHECK, Status.AGREED, Who.VIRTUAL_SCHOOL, {Need.NOTHING_MISSING},
            MoveFault.NOT_A_MOVE, id="nobody agrees what nobody has checked",
        ),
        pytest.param(
            Status.AGREED, Status.FINAL, Who.SERVICE, set(), MoveFault.NEEDS_SIGNATURES,
            id="final needs its signatures",
        ),
        pytest.param(
            Status.FINAL, Status.WITH_SCHOOL, Who.VIRTUAL_SCHOOL, set(), MoveFault.NEEDS_REASON,
            id="reopening needs a reason",
        ),
        pytest.param(
            Status.SUPERSEDED, Status.WITH_SCHOOL, Who.VIRTUAL_SCHOOL, {Need.REASON},
            MoveFault.NOT_A_MOVE, id="superseded stays",
        ),
    ],
)  # fmt: skip
def test_making_a_move(before, after, who, fulfilled, expected):
    assert move_fault(before, after, who=who, fulfilled=frozenset(fulfilled)) is expected


def test_only_reopening_begins_a_version():
    begins = {move for move, rule in MOVE_RULES.items() if rule.begins_version}

    assert begins == {(status, Status.WITH_SCHOOL) for status in COUNTS_AS_AGREED}


@pytest.mark.parametrize("status", list(Status), ids=str)
def test_where_each_group_may_write(status):
    assert is_writable(status, who=Who.SCHOOL) is (status in BEING_WRITTEN)
    assert is_writable(status, who=Who.SOCIAL_WORKER) is (status in BEING_WRITTEN)
    assert is_writable(status, who=Who.VIRTUAL_SCHOOL) is (
        status in BEING_WRITTEN | {Status.BEING_CHECKED}
    )
    assert not is_writable(status, who=Who.SERVICE)


def test_every_state_has_words():
    assert set(STATUS_LABELS) == set(Status)
    assert status_label(Status.WITH_SCHOOL) == "With school"
    assert status_label(Status.WITH_SCHOOL, has_school=False) == "Being written"
    assert status_label(Status.AGREED, has_school=False) == "Agreed"


@pytest.mark.parametrize(
    ("has_answers", "marked", "expected"),
    [
        (False, False, SectionState.NOT_STARTED),
        (True, False, SectionState.IN_PROGRESS),
        (True, True, SectionState.COMPLETE),
    ],
)
def test_state_of_a_section(has_answers, marked, expected):
    assert section_state(has_answers=has_answers, is_marked_complete=marked) is expected


# Clocks


@pytest.mark.parametrize(
    ("care", "initiate", "complete"),
    [
        pytest.param(date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 30), id="case 1"),
        pytest.param(date(2026, 12, 17), date(2027, 1, 5), date(2027, 1, 19), id="case 2"),
        pytest.param(date(2026, 12, 19), date(2027, 1, 6), date(2027, 1, 20), id="case 3"),
        pytest.param(date(2027, 3, 24), date(2027, 4, 9), date(2027, 4, 23), id="case 4"),
    ],
)
def test_first_plan_clocks_pep_2_pep_3(care, initiate, complete):
    assert initiate_by(care, bank_holidays=HOLIDAYS) == initiate
    assert complete_by(care, bank_holidays=HOLIDAYS) == complete


@pytest.mark.parametrize(
    ("review", "expected"),
    [
        pytest.param(date(2026, 11, 24), date(2026, 11, 24), id="review held earlier"),
        pytest.param(date(2026, 11, 30), date(2026, 11, 30), id="on the last day"),
        pytest.param(date(2026, 12, 4), date(2026, 11, 30), id="a late review gives no more time"),
        pytest.param(None, date(2026, 11, 30), id="not held yet"),
    ],
)
def test_a_plan_is_due_for_the_first_review(review, expected):
    due = complete_by(date(2026, 11, 2), bank_holidays=HOLIDAYS, first_review_on=review)

    assert due == expected


def test_five_days_after_remand_to_the_authority():
    due = initiate_by(date(2026, 10, 5), bank_holidays=HOLIDAYS, is_only_remanded=True)

    assert due == date(2026, 10, 12)


def test_twenty_days_after_a_change_of_school_pep_4():
    assert complete_after_school_change(date(2026, 11, 2), bank_holidays=HOLIDAYS) == date(
        2026, 11, 30
    )


def test_the_termly_deadline_waits_for_a_first_plan_pep_7():
    deadline = date(2026, 11, 27)

    assert termly_due(deadline_on=deadline) == deadline
    assert termly_due(deadline_on=deadline, first_plan_due=date(2026, 12, 14)) == date(2026, 12, 14)
    assert termly_due(deadline_on=deadline, first_plan_due=date(2026, 10, 1)) == deadline


@pytest.mark.parametrize(
    ("on", "agreed", "expected"),
    [
        pytest.param(date(2026, 11, 30), None, False, id="on the last day"),
        pytest.param(date(2026, 12, 1), None, True, id="the day after"),
        pytest.param(date(2026, 12, 2), date(2026, 12, 1), False, id="late, but agreed"),
        pytest.param(
            date(2026, 12, 2), date(2026, 12, 3), True, id="agreed later than asked about"
        ),
    ],
)
def test_overdue(on, agreed, expected):
    assert is_overdue(date(2026, 11, 30), on=on, agreed_on=agreed) is expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, True, id="Year 8"),
        pytest.param({"is_looked_after": False}, False, id="left care"),
        pytest.param({"legal_status": "V3"}, False, id="short breaks"),
        pytest.param({"legal_status": "V4"}, False, id="short breaks by agreement"),
        pytest.param({"is_only_remanded_to_custody": True}, False, id="custody by remand only"),
        pytest.param({"legal_status": "J1"}, True, id="remanded to foster care"),
        pytest.param({"nc_year": 13}, True, id="Year 13"),
        pytest.param({"nc_year": 13, "is_adult": True}, False, id="eighteen"),
        pytest.param({"nc_year": 14}, False, id="Year 14"),
        pytest.param({"nc_year": 8, "is_in_provision": False}, True, id="no school place"),
        pytest.param({"nc_year": 0, "is_in_provision": False}, True, id="Reception, no place"),
        pytest.param({"nc_year": -1, "is_in_provision": False}, False, id="nursery age, none"),
        pytest.param({"nc_year": -2}, True, id="year of the third birthday"),
        pytest.param({"nc_year": -3}, False, id="aged two"),
    ],
)
def test_who_has_a_pep_1(changes, expected):
    facts = {"is_looked_after": True, "legal_status": "C2", "nc_year": 8} | changes

    assert is_in_cohort(CohortFacts(**facts)) is expected


def test_an_authority_starts_at_two():
    toddler = CohortFacts(is_looked_after=True, legal_status="C2", nc_year=-3)

    assert is_in_cohort(toddler, PepAges(from_year=-3))


AUTUMN = DateRange(date(2026, 9, 1), date(2027, 1, 1))
SNAPSHOT = date(2026, 11, 30)
LONG_AGO = date(2024, 5, 1)

TERM_CHILDREN = {
    "A: agreed": (
        TermFacts(True, LONG_AGO, met_on=date(2026, 10, 12), agreed_on=date(2026, 10, 20)),
        True, True,
    ),
    "B: only sent to check": (TermFacts(True, LONG_AGO, met_on=date(2026, 11, 10)), True, False),
    "C: new, agreed": (
        TermFacts(
            True, date(2026, 11, 2), met_on=date(2026, 11, 25), agreed_on=date(2026, 11, 25)
        ),
        True, True,
    ),
    "D: not due yet": (TermFacts(True, date(2026, 11, 16)), False, False),
    "E: short breaks": (TermFacts(False, LONG_AGO), False, False),
    "F: two, no provision": (TermFacts(False, LONG_AGO), False, False),
    "G: last term's plan": (
        TermFacts(True, LONG_AGO, met_on=date(2026, 7, 3), agreed_on=date(2026, 7, 10)),
        True, False,
    ),
    "H: left care": (TermFacts(False, LONG_AGO), False, False),
}  # fmt: skip


@pytest.mark.parametrize(
    ("facts", "counted", "met"), TERM_CHILDREN.values(), ids=TERM_CHILDREN.keys()
)
def test_termly_completion_child_by_child_pepm_1(facts, counted, met):
    rate = termly_completion([facts], term=AUTUMN, snapshot=SNAPSHOT, bank_holidays=HOLIDAYS)

    assert rate == Rate(met=int(met and counted), counted=int(counted))


def test_termly_completion_of_all_pepm_1():
    children = [facts for facts, _, _ in TERM_CHILDREN.values()]

    rate = termly_completion(children, term=AUTUMN, snapshot=SNAPSHOT, bank_holidays=HOLIDAYS)

    assert rate == Rate(met=2, counted=4)
    assert rate.percent() == Decimal("50.0")


def test_initial_timeliness_of_november_pepm_2():
    november = DateRange(date(2026, 11, 1), date(2026, 12, 1))
    children = [
        FirstPlanFacts(True, date(2026, 11, 2), agreed_on=date(2026, 11, 25)),
        FirstPlanFacts(True, date(2026, 11, 16)),
        FirstPlanFacts(True, date(2026, 10, 20), care_ended_on=date(2026, 11, 10)),
    ]

    rate = initial_timeliness(children, period=november, bank_holidays=HOLIDAYS)

    assert rate == Rate(met=1, counted=1)
    assert rate.percent() == Decimal("100.0")


@pytest.mark.parametrize(
    ("agreed", "met"),
    [
        pytest.param(date(2026, 11, 30), 1, id="on the 20th working day"),
        pytest.param(date(2026, 12, 1), 0, id="a day late"),
        pytest.param(None, 0, id="never"),
    ],
)
def test_initial_plans_in_time_pepm_2(agreed, met):
    november = DateRange(date(2026, 11, 1), date(2026, 12, 1))
    child = FirstPlanFacts(True, date(2026, 11, 2), agreed_on=agreed)

    rate = initial_timeliness([child], period=november, bank_holidays=HOLIDAYS)

    assert rate == Rate(met=met, counted=1)


def test_a_rate_of_nobody_has_no_percentage():
    assert Rate(met=0, counted=0).percent() is None


# Readiness


DONE = SectionFacts("views", "Child's views", is_complete=True)
OPEN = SectionFacts("health", "Health", is_complete=False)


def ready_plan(**changes):
    facts = {
        "status": Status.BEING_CHECKED,
        "sections": (DONE,),
        "targets": 3,
        "has_child_views": True,
        "met_on": date(2026, 11, 10),
        "grade": "Good",
    }
    return PlanFacts(**facts | changes)


def test_a_ready_plan_lacks_nothing():
    assert missing_for_sending(ready_plan()) == []
    assert missing_for_agreement(ready_plan()) == []


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        pytest.param({"sections": (DONE, OPEN)}, Lack.SECTION, id="a section"),
        pytest.param({"has_child_views": False}, Lack.CHILD_VIEWS, id="the child's views"),
        pytest.param({"targets": 2}, Lack.TARGETS, id="one target short"),
        pytest.param({"met_on": None}, Lack.MEETING, id="a meeting"),
        pytest.param({"status": Status.SENT_TO_CHECK}, Lack.CHECK, id="a check"),
        pytest.param({"grade": ""}, Lack.GRADE, id="a grade"),
        pytest.param({"checker_wrote_it": True}, Lack.OTHER_CHECKER, id="another checker"),
    ],
)
def test_what_a_plan_lacks(changes, lack):
    missing = missing_for_agreement(ready_plan(**changes))

    assert [found.lack for found in missing] == [lack]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            {"has_child_views": False, "refused_views": True}, id="the child chose not to say"
        ),
        pytest.param({"sections": (DONE, OPEN), "gaps": frozenset({"health"})}, id="a named gap"),
        pytest.param({"targets": 2, "minimum_targets": 2}, id="as many as this plan needs"),
        pytest.param({"grade": "", "needs_grade": False}, id="an authority without grades"),
    ],
)
def test_what_does_not_stop_a_plan(changes):
    assert missing_for_agreement(ready_plan(**changes)) == []


def test_a_missing_section_says_which():
    (missing,) = missing_for_sending(ready_plan(sections=(DONE, OPEN)))

    assert (missing.section, missing.words) == ("health", "Health is not complete")


GOOD_TARGET = TargetFacts(
    key="t1",
    text="Read 20 minutes a day",
    measure="Reading age",
    baseline="8 years 2 months",
    goal="8 years 8 months",
    owner="Ms Hale",
    due_on=date(2027, 2, 1),
    area="reading",
)


def quality(target=GOOD_TARGET, **changes):
    facts = {
        "targets": (target,),
        "next_meeting_on": date(2027, 2, 8),
        "has_child_views": True,
        "attendance_recorded": True,
    }
    return [prompt.check for prompt in quality_prompts(QualityFacts(**facts | changes))]


def test_a_good_target_prompts_nothing():
    assert quality() == []


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        pytest.param({"text": "Read more", "measure": ""}, Check.MEASURE, id="no number"),
        pytest.param({"goal": " "}, Check.BASELINE_AND_GOAL, id="no goal"),
        pytest.param({"due_on": date(2027, 2, 9)}, Check.DUE_DATE, id="after the meeting"),
        pytest.param({"due_on": None}, Check.DUE_DATE, id="no date"),
        pytest.param({"owner": "The School"}, Check.NAMED_OWNER, id="nobody in particular"),
        pytest.param(
            {"measure": "", "is_funded": True}, Check.FUNDED_MEASURE, id="money, no measure"
        ),
    ],
)
def test_weak_targets(changes, check):
    fields = {name: getattr(GOOD_TARGET, name) for name in GOOD_TARGET.__slots__}

    assert quality(TargetFacts(**fields | changes)) == [check]


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        pytest.param(
            {"last_texts": frozenset({"read  20 Minutes a day"})}, Check.NEW_WORDS, id="last term's"
        ),
        pytest.param(
            {"areas_below": frozenset({"maths"})}, Check.AREA_WITHOUT_TARGET, id="maths below"
        ),
        pytest.param(
            {"funding_targets": ("t9",)}, Check.FUNDING_WITHOUT_TARGET, id="money for nothing"
        ),
        pytest.param({"has_child_views": False}, Check.VOICE, id="no voice"),
        pytest.param({"attendance_recorded": False}, Check.ATTENDANCE_RECORDED, id="who came"),
        pytest.param({"next_meeting_on": None}, Check.NEXT_MEETING, id="no next meeting"),
        pytest.param({"transition_due": True}, Check.TRANSITION, id="transition due"),
    ],
)
def test_weak_plans(changes, check):
    assert quality(**changes) == [check]


# Merging


@pytest.mark.parametrize(
    ("mine", "held", "values", "conflicts"),
    [
        pytest.param({"a": "x"}, {}, {"a": "x"}, set(), id="first answer"),
        pytest.param({"a": "x"}, {"a": Held("y", 3)}, {"a": "x"}, set(), id="nobody wrote since"),
        pytest.param({"a": "x"}, {"b": Held("y", 4)}, {"a": "x", "b": "y"}, set(), id="another"),
        pytest.param({"a": "x"}, {"a": Held("y", 4)}, {"a": "y"}, {"a"}, id="the same answer"),
        pytest.param({"a": "y"}, {"a": Held("y", 4)}, {"a": "y"}, set(), id="the same words"),
    ],
)
def test_saving_over_someone_else(mine, held, values, conflicts):
    merged = merge_save(base_version=3, mine=mine, held=held)

    assert merged.values == values
    assert set(merged.conflicts) == conflicts


def row(key, text):
    return {"id": key, "text": text}


ONE, TWO = row("1", "read"), row("2", "write")
NEW, OWN = row("1", "read daily"), row("1", "read aloud")
NOTHING = {"state": "nothing_to_add"}


def rows(*held, version=1, **since):
    """Rows as stored, and the version that wrote or removed single ones: r1=4."""
    return Held(list(held), version, {name[1:]: number for name, number in since.items()})


@pytest.mark.parametrize(
    ("mine", "held", "values", "conflicts"),
    [
        pytest.param({"t:1": ONE}, None, [ONE], {}, id="the first row"),
        pytest.param({"t:2": TWO}, rows(ONE, r1=4), [ONE, TWO], {}, id="both added one"),
        pytest.param({"t:1": NEW}, rows(ONE, TWO, r2=4), [NEW, TWO], {}, id="one each"),
        pytest.param({"t:1": NEW}, rows(ONE, version=4, r1=1), [NEW], {}, id="written before"),
        pytest.param({"t:1": None}, rows(ONE, TWO, r2=4), [TWO], {}, id="I removed one"),
        pytest.param({"t:2": TWO}, rows(ONE, r3=4), [ONE, TWO], {}, id="they removed another"),
        pytest.param({"t:1": None}, rows(r1=4), [], {}, id="both removed it"),
        pytest.param({"t:1": NEW}, rows(NEW, r1=4), [NEW], {}, id="the same words"),
        pytest.param(
            {"t:1": OWN}, rows(NEW, r1=4), [NEW], {"t:1": Conflict(OWN, NEW)}, id="one row twice"
        ),
        pytest.param(
            {"t:1": None}, rows(NEW, r1=4), [NEW], {"t:1": Conflict(None, NEW)}, id="removed by me"
        ),
        pytest.param(
            {"t:1": OWN}, rows(r1=4), [], {"t:1": Conflict(OWN, None)}, id="removed by them"
        ),
        pytest.param(
            {"t:1": OWN, "t:2": TWO}, rows(NEW, r1=4), [NEW, TWO], {"t:1": Conflict(OWN, NEW)},
            id="the rest is saved",
        ),
        pytest.param({"t:1": ONE}, Held(NOTHING, 3), [ONE], {}, id="no longer nothing"),
        pytest.param(
            {"t:1": ONE}, Held(NOTHING, 4), NOTHING, {"t:1": Conflict(ONE, NOTHING)},
            id="a row, and nothing to add",
        ),
        pytest.param({"t:1": None}, Held(NOTHING, 4), NOTHING, {}, id="I removed the last"),
        pytest.param({"t": NOTHING}, rows(ONE), NOTHING, {}, id="nothing to add after all"),
        pytest.param(
            {"t": NOTHING}, rows(ONE, r1=4), [ONE], {"t": Conflict(NOTHING, [ONE])},
            id="nothing to add, and a row",
        ),
        pytest.param({"t": [NEW]}, rows(ONE, TWO), [NEW], {}, id="all rows at once"),
        pytest.param(
            {"t": [NEW]}, rows(ONE, TWO, r2=4), [NEW, TWO], {"t:2": Conflict(None, TWO)},
            id="all rows at once, without one they added",
        ),
    ],
)  # fmt: skip
def test_rows_merge_one_by_one(mine, held, values, conflicts):
    merged = merge_save(base_version=3, mine=mine, held={"t": held} if held else {})

    assert merged.values["t"] == values
    assert merged.conflicts == conflicts
    assert merged.is_clean is (not conflicts)


changes = st.dictionaries(st.sampled_from("12345"), st.sampled_from(["a", "b", None]))


@given(began=st.sets(st.sampled_from("123")), mine=changes, theirs=changes)
def test_merging_rows_loses_nobodys_words(began, mine, theirs):
    """Both began from the same rows; what either changed is there, or in a conflict."""
    base = {key: row(key, "before") for key in sorted(began)}
    mine, theirs = (
        {key: text and row(key, text) for key, text in changed.items() if text or key in base}
        for changed in (mine, theirs)
    )
    now = {key: value for key, value in (base | theirs).items() if value}
    held = Held(list(now.values()), 4, dict.fromkeys(base, 1) | dict.fromkeys(theirs, 4))

    merged = merge_save(
        base_version=3, mine={f"t:{key}": value for key, value in mine.items()}, held={"t": held}
    )

    found = {one["id"]: one for one in merged.values["t"]}
    assert len(found) == len(merged.values["t"])
    for key in {**base, **mine, **theirs}:
        if f"t:{key}" in merged.conflicts:
            assert mine[key] != theirs[key]
            assert merged.conflicts[f"t:{key}"] == Conflict(mine[key], theirs[key])
        elif key in mine:
            assert found.get(key) == mine[key]
        else:
            assert found.get(key) == theirs.get(key, base.get(key))


# Papers


def test_canonical_json_is_sorted_and_dense():
    content = {"b": [1, True, None], "a": "Zoe\u0308"}

    assert canonical_json(content) == '{"a":"Zo\u00eb","b":[1,true,null]}'


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"a": 1.5}, id="a float"),
        pytest.param({"a": float("nan")}, id="no number"),
        pytest.param({"a": Decimal("1.5")}, id="a decimal"),
        pytest.param({"a": date(2026, 11, 2)}, id="a date"),
        pytest.param({1: "a"}, id="a key that is a number"),
        pytest.param({"\u00eb": 1, "e\u0308": 2}, id="two keys written alike"),
        pytest.param("\ud800", id="half a character"),
    ],
)
def test_what_has_no_canonical_form(content):
    with pytest.raises(NotCanonical):
        canonical_json(content)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="ascii")), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(content=json_values)
def test_canonical_json_read_and_written_again_is_the_same(content):
    written = canonical_json(content)

    assert canonical_json(json.loads(written)) == written
    assert content_hash(canonical_json(json.loads(written))) == content_hash(written)


def test_hash_is_sha256_of_the_text():
    assert content_hash("{}") == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize(
    ("season", "expected"),
    [
        (Season.AUTUMN, "pep-autumn-2026-3f9c2a-v2.pdf"),
        (Season.SPRING, "pep-spring-2027-3f9c2a-v2.pdf"),
        (Season.SUMMER, "pep-summer-2027-3f9c2a-v2.pdf"),
    ],
)
def test_file_names_carry_no_names(season, expected):
    plan_id = UUID("3f9c2a10-0000-4000-8000-000000000000")

    name = download_name(
        season=season, academic_year=AcademicYear(2026), plan_id=plan_id, version=2
    )

    assert name == expected


@given(start=st.dates(date(2024, 1, 1), date(2028, 5, 1)))
def test_completing_is_never_due_before_beginning(start):
    begin = initiate_by(start, bank_holidays=HOLIDAYS)

    assert start < begin < complete_by(start, bank_holidays=HOLIDAYS) <= start + timedelta(days=45)
