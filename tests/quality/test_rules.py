"""QA (LOCAL): how grades add up, who agrees with whom, what is drawn, what is pointed out."""

from fractions import Fraction

import pytest

from pep.rules import Check, Grade, Prompt
from quality.rules import (
    AREA_OF,
    SCALES,
    AreaKind,
    ScaleName,
    Sign,
    agreement,
    drawn,
    hints_of_prompts,
    how_many,
    normalised,
    overall,
    suggested_grade,
)

FOUR = SCALES[ScaleName.COLOURS_WITH_GOLD]
THREE = SCALES[ScaleName.WORDS]


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        pytest.param({"gold": 7, "green": 1}, "gold", id="seven gold, one green"),
        pytest.param({"gold": 8}, "gold", id="all gold"),
        pytest.param({"green": 7, "amber": 1}, "green", id="seven green, one amber"),
        pytest.param({"gold": 6, "green": 2}, "green", id="six gold, two green"),
        pytest.param({"amber": 2, "green": 6}, "amber", id="two amber"),
        pytest.param({"red": 1, "gold": 7}, "red", id="any red"),
        pytest.param({"gold": 7, "amber": 1}, "green", id="seven gold, one amber is not gold"),
        pytest.param({"amber": 8}, "amber", id="all amber"),
    ],
)
def test_overall_grade_of_four(areas, expected):
    """QA aggregation, LOCAL (cases 27)."""
    found = [grade for grade, count in areas.items() for _ in range(count)]

    assert suggested_grade(found, FOUR) == expected


@pytest.mark.parametrize(
    ("areas", "expected"),
    [
        pytest.param({"good": 7, "needs_more": 1}, "good", id="one needs more"),
        pytest.param({"good": 6, "needs_more": 2}, "needs_more", id="two need more"),
        pytest.param({"good": 7, "not_good_enough": 1}, "not_good_enough", id="one is not enough"),
    ],
)
def test_overall_grade_of_three(areas, expected):
    """QA aggregation, LOCAL (cases 27)."""
    found = [grade for grade, count in areas.items() for _ in range(count)]

    assert suggested_grade(found, THREE) == expected


def test_an_authority_lets_one_red_pass():
    assert suggested_grade(["red"] + ["gold"] * 7, FOUR, any_worst=False) == "amber"
    assert suggested_grade(["red"] * 5 + ["gold"] * 3, FOUR, any_worst=False) == "red"


def test_no_grade_before_the_areas_are_graded():
    assert suggested_grade([], THREE) == ""


def test_words_and_colours_share_no_grade():
    words, colours = set(SCALES[ScaleName.WORDS]), set(SCALES[ScaleName.COLOURS_WITH_GOLD])

    assert words | colours == set(Grade)
    assert words & colours == set()
    assert set(SCALES[ScaleName.COLOURS]) < colours


@pytest.mark.parametrize(
    ("areas", "own", "reason", "expected"),
    [
        pytest.param({"a": "good", "b": "good"}, "", "", "good", id="as suggested"),
        pytest.param({"a": "good", "b": ""}, "", "", "", id="an area without a grade"),
        pytest.param({}, "", "", "", id="no areas"),
        pytest.param({"a": "good"}, "needs_more", "", "", id="another one needs a reason"),
        pytest.param({"a": "good"}, "needs_more", "  ", "", id="blanks are no reason"),
        pytest.param({"a": "good"}, "needs_more", "Thin.", "needs_more", id="with a reason"),
        pytest.param({"a": "good"}, "good", "", "good", id="the suggested one by hand"),
        pytest.param({"a": ""}, "needs_more", "Thin.", "", id="a reason is not a grade of areas"),
    ],
)
def test_the_overall_grade_is_the_suggested_one_or_has_a_reason(areas, own, reason, expected):
    """QA, pep-form 19: qa_overall is derived, or an override with a reason."""
    assert overall(areas, "good", own=own, reason=reason) == expected


# Agreement between markers ------------------------------------------------------------------------

# Worked by hand: 50 plans; both good 20, both not 15, first alone good 5, second alone good 10.
# Same 35 of 50 = 0.7; chance 25/50 x 30/50 + 25/50 x 20/50 = 0.5; kappa (0.7 - 0.5) / 0.5 = 0.4.
BY_HAND = (
    [("good", "good")] * 20
    + [("needs_more", "needs_more")] * 15
    + [("good", "needs_more")] * 5
    + [("needs_more", "good")] * 10
)


@pytest.mark.parametrize(
    ("pairs", "exact", "kappa"),
    [
        pytest.param(BY_HAND, Fraction(7, 10), Fraction(2, 5), id="worked by hand: 0.4"),
        pytest.param([("a", "a"), ("b", "b")], 1, 1, id="always the same"),
        pytest.param([("a", "b"), ("b", "a")], 0, -1, id="always the other"),
        pytest.param([("a", "a")] * 3, 1, None, id="one grade throughout: kappa says nothing"),
        pytest.param([("a", "b")] * 3, 0, 0, id="never the same, one grade each"),
        pytest.param([], None, None, id="no pairs: no data"),
    ],
)
def test_agreement(pairs, exact, kappa):
    found = agreement(pairs)

    assert (found.pairs, found.exact, found.kappa) == (len(pairs), exact, kappa)


# Samples ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("of", "asked", "expected"),
    [
        (40, {"percent": 10}, 4),
        (41, {"percent": 10}, 5),
        (3, {"percent": 10}, 1),
        (0, {"percent": 10}, 0),
        (40, {"number": 5}, 5),
        (3, {"number": 5}, 3),
        (40, {"number": 0}, 0),
    ],
)
def test_size_of_a_sample(of, asked, expected):
    assert how_many(of, **asked) == expected


STRATA = {"dan": list(range(20)), "eve": list(range(100, 110)), "kit": [200]}


def test_each_first_marker_has_a_share_of_the_sample():
    found = drawn(STRATA, size=6, seed=7)

    assert len(set(found)) == 6
    assert [sum(low <= plan < high for plan in found) for low, high in
            ((0, 20), (100, 110), (200, 201))] == [4, 2, 0]  # fmt: skip


def test_the_seed_draws_the_same_again():
    assert drawn(STRATA, size=6, seed=7) == drawn(STRATA, size=6, seed=7)
    assert drawn(STRATA, size=6, seed=7) != drawn(STRATA, size=6, seed=8)


@pytest.mark.parametrize(("size", "expected"), [(0, 0), (31, 31), (99, 31)])
def test_never_more_than_there_are(size, expected):
    assert len(drawn(STRATA, size=size, seed=1)) == expected


def test_nothing_is_drawn_from_nothing():
    assert drawn({}, size=3, seed=1) == []


# Hints --------------------------------------------------------------------------------------------


def test_every_check_of_a_plan_has_an_area_it_stands_beside():
    """PEP-12: a failed check is a prompt to the reviewer."""
    assert set(AREA_OF) == set(Check) | set(Sign)
    prompts = [Prompt(check, "t2") for check in Check]

    hints = hints_of_prompts(prompts, {"t2": 2})

    assert [hint.area for hint in hints] == [AREA_OF[check] for check in Check]
    assert all(hint.words and hint.section for hint in hints)


def test_a_target_is_named_by_its_number():
    """PEP-12."""
    (hint,) = hints_of_prompts([Prompt(Check.MEASURE, "t2")], {"t2": 2})

    assert (hint.area, hint.words) == (AreaKind.TARGETS, "Target 2 has no number or measure")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Amara reads.", "amara  READS", id="signs, blanks and capitals"),
        pytest.param("Zoë reads.", "Amara reads.", id="each child's own name"),
        pytest.param("Zoe\u0308 reads.", "Amara reads.", id="a name typed with a separate accent"),
        pytest.param("Amara’s book", "Amara's book", id="either apostrophe"),
    ],
)
def test_texts_that_are_the_same(one, other):
    assert normalised(one, ["Zoë", "Lee-Ann"]) == normalised(other, ["Amara"]) or (
        normalised(one, ["Amara"]) == normalised(other, ["Amara"])
    )


def test_other_words_are_not_the_same():
    assert normalised("Leo reads.", []) != normalised("Leo sings.", [])
