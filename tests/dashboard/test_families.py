"""A week and a plan as families read them: described, never scored."""

import json
from datetime import UTC, date, datetime

import pytest

from accounts.roles import Role
from attendance.models import Day
from dashboard.summaries import families
from pep.models import AgreedVersion
from tests.factories.accounts import person
from tests.factories.children import ChildFactory, PeriodOfCareFactory
from tests.factories.pep import make_plan

pytestmark = pytest.mark.usefixtures("open_wall")
MONDAY, SATURDAY = date(2026, 11, 16), date(2026, 11, 21)


@pytest.fixture
def child(authority):
    child = ChildFactory(authority=authority)
    PeriodOfCareFactory(child=child)
    return child


@pytest.mark.parametrize(
    ("am", "pm", "words", "sign"),
    [
        pytest.param("/", "\\", "in school", "", id="there all day"),
        pytest.param("L", "\\", "late", "Late", id="late"),
        pytest.param("I", "I", "away, ill", "Away", id="ill"),
        pytest.param("/", "I", "away, ill for part of the day", "Away", id="ill after lunch"),
        pytest.param("M", "\\", "at an appointment for part of the day", "Away", id="appointment"),
        pytest.param("O", "O", "away", "Away", id="no reason is given away"),
        pytest.param("#", "#", "no school", "–", id="closed"),
        pytest.param("V", "V", "learning somewhere else", "", id="a visit"),
        pytest.param("", "", "no news yet", "–", id="nothing known"),
    ],
)
def test_a_day_in_words(child, am, pm, words, sign):
    Day.objects.create(
        authority_id=child.authority_id, child_id=child.pk, on=MONDAY, school_id=100_001,
        am=am, pm=pm, load_number=1,
    )  # fmt: skip

    day = families.school_week(child, on=SATURDAY).days[0]

    assert (day.words, day.sign) == (words, sign)


def test_a_week_without_marks_says_that_nothing_is_known(child):
    week = families.school_week(child, on=MONDAY)

    assert not week.is_known
    assert [day.short for day in week.days] == ["Mon", "Tue", "Wed", "Thu", "Fri"]


def test_goals_are_those_of_the_latest_agreed_plan(child, authority):
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    plan = make_plan(child=child)
    for number, words in ((1, "Read a book"), (2, "Read two books")):
        at = datetime(2026, 6, number, 23, 30, tzinfo=UTC)  # past midnight in London
        content = {
            "sections": [
                {"slug": "english", "questions": [{"key": "strengths", "value": "Reads aloud"}]},
                {
                    "slug": "targets",
                    "questions": [
                        {
                            "key": "targets",
                            "value": [
                                {"target": words, "goal": "By June", "due_on": "2027-06-30"},
                                {"target": ""},
                            ],
                        }
                    ],
                },
            ]
        }
        AgreedVersion.objects.create(
            authority=authority, child=child, plan=plan, number=number,
            form_version=plan.form_version, content=json.dumps(content), sha256=f"{number}" * 64,
            agreed_at=at, agreed_by=head,
        )  # fmt: skip

    found = families.agreed(child)

    assert [goal.words for goal in found.goals] == ["Read two books"]
    assert found.goals[0].due_on == date(2027, 6, 30)
    assert found.going_well == "Reads aloud"
    assert found.agreed_on == date(2026, 6, 3)


def test_before_the_first_agreed_plan_there_is_nothing_to_read(child):
    make_plan(child=child)

    assert families.agreed(child) is None
