"""Register marks: how many, of whom and from when (no database)."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pytest

from demo import marks
from demo.council import draw_children
from demo.geography import NORTHMERE
from schools.rules import AcademicYear

TODAY = date(2026, 11, 21)
CHILDREN = 220


@dataclass(frozen=True, slots=True)
class Line:
    """One line of COPY text, taken apart."""

    child: str
    on: date
    am: str
    pm: str
    load: int


@pytest.fixture(scope="module")
def drawn():
    return draw_children(children=CHILDREN, seed=1, today=TODAY)


@pytest.fixture(scope="module")
def lives(drawn):
    return {str(life.id): life for life in drawn.lives[NORTHMERE.id]}


@pytest.fixture(scope="module")
def lines(drawn):
    years = marks.years_with_marks(drawn.calendar)
    written = marks.lines(
        1,
        lives=drawn.lives[NORTHMERE.id],
        calendar=drawn.calendar,
        load_numbers={year.year.start_year: year.year.start_year for year in years},
    )
    fields = (line.split("\t") for line in written)
    return [
        Line(child, date.fromisoformat(on), am, pm, int(load))
        for _, child, on, _, am, pm, load in fields
    ]


def test_1500_children_have_about_two_million_marks(lines):
    """Morning and afternoon are a mark each; so many again were on the roll and left care."""
    for_1500 = 2 * len(lines) / CHILDREN * 1500

    assert 1_900_000 <= for_1500 <= 2_100_000


def test_marks_reach_back_before_care_but_not_past_its_end(lines, lives):
    years_before = [
        line for line in lines if (lives[line.child].care_started_on - line.on).days > 366
    ]

    assert years_before
    assert all(
        line.on < ended for line in lines if (ended := lives[line.child].care_ended_on) is not None
    )


def test_marks_from_before_care_came_no_earlier_than_care(lines, lives):
    """Each load is named here by its school year."""
    for line in lines:
        care_began_in = AcademicYear.of(lives[line.child].care_started_on).start_year
        assert line.load == max(AcademicYear.of(line.on).start_year, care_began_in)


def test_an_unaccompanied_child_has_no_marks_before_care(lines, lives):
    alone = [line for line in lines if lives[line.child].is_uasc]

    assert alone
    assert all(line.on >= lives[line.child].care_started_on for line in alone)


def test_nursery_marks_begin_in_the_term_after_the_third_birthday(lines, lives):
    young = [line for line in lines if lives[line.child].year_on(line.on) < 0]

    assert {lives[line.child].year_on(line.on) for line in young} == {-2, -1}
    assert all(line.on >= marks.funded_from(lives[line.child].born_on) for line in young)


def test_fifteen_hours_are_mornings(lines, lives):
    afternoons = Counter(
        (lives[line.child].year_on(line.on) == -2, line.pm == marks.NOT_TIMETABLED)
        for line in lines
    )

    assert afternoons[True, True]
    assert not afternoons[True, False]
    assert not afternoons[False, True]
    assert marks.NOT_TIMETABLED not in {line.am for line in lines}


@pytest.mark.parametrize(
    ("born_on", "first_day"),
    [
        (date(2023, 8, 31), date(2026, 9, 1)),
        (date(2023, 9, 1), date(2027, 1, 1)),
        (date(2023, 12, 31), date(2027, 1, 1)),
        (date(2024, 1, 1), date(2027, 4, 1)),
        (date(2024, 3, 31), date(2027, 4, 1)),
        (date(2024, 4, 1), date(2027, 9, 1)),
    ],
)
def test_free_early_education_begins_the_term_after(born_on, first_day):
    assert marks.funded_from(born_on) == first_day


def test_work_experience_is_not_for_the_young(lines, lives):
    youngest = {
        code: min(lives[line.child].year_on(line.on) for line in lines if line.am == code)
        for code in "VPW"
    }

    assert youngest["V"] < youngest["P"]
    assert (youngest["P"], youngest["W"]) == (3, 10)


def test_more_was_missed_before_care(drawn):
    """In the first year with marks, children of the roll who came into care later."""
    year = drawn.calendar.years[0]
    given = marks.give_bands(1, drawn.lives[NORTHMERE.id], year)
    steady = {True: [], False: []}
    for life in drawn.lives[NORTHMERE.id]:
        if life.id in given and 0 <= life.year_on(year.days[0]) <= 11:
            in_care = life.care_started_on <= year.days[-1]
            steady[in_care].append(given[life.id] in {"all", "high"})

    shares = {in_care: sum(found) / len(found) for in_care, found in steady.items()}
    assert shares[True] > shares[False] + 0.05
