"""How far a plan is: required questions answered or confirmed, not sections opened."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from pep.form_content import Kind, QuestionContent, SectionContent
from pep.meter import Given, Meter, measure, meters
from pep.models import Answer, FactWord, PersonalEducationPlan, PlanSection
from pep.rules import Fact
from tests.factories.pep import Cast, fill

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


def question(key, **more):
    return QuestionContent(key=key, kind=more.pop("kind", Kind.TEXT.value), label=key, **more)


SECTION = SectionContent(
    slug="english", title="English", group="Learning", owner="school", place=1, hint="",
    guidance="", statutory_head="",
    questions=(
        question("strengths", is_required=True),
        question("progress", is_required=True),
        question("barrier", required_when={"answer": "progress", "in": ["below"]},
                 shown_when={"answer": "progress", "in": ["below"]}),
        question("extra"),
        question("school", kind=Kind.FACT.value, is_required=True),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, Meter(0, 3), id="nothing yet"),
        pytest.param({"extra": Given("x", True)}, Meter(0, 3), id="one that may be left out"),
        pytest.param({"strengths": Given(None, True)}, Meter(1, 3), id="one answered"),
        pytest.param({"strengths": Given(None, False)}, Meter(0, 3), id="opened, left blank"),
        pytest.param(
            {"strengths": Given(None, True, True)}, Meter(0, 3, 1), id="carried, to be confirmed"
        ),
        pytest.param({"progress": Given("below", True)}, Meter(1, 4), id="one more is asked now"),
        pytest.param({"school": Given(None, True)}, Meter(1, 3), id="somebody spoke of a fact"),
    ],
)
def test_what_counts(given, expected):
    assert measure([SECTION], {("english", key): one for key, one in given.items()}) == expected


@pytest.fixture
def cast(authority, open_wall):
    return Cast(authority, status=PersonalEducationPlan.Status.WITH_SCHOOL)


def of(cast):
    return meters([cast.plan])[cast.plan.pk]


@pytest.mark.django_db
def test_a_full_plan_is_full_and_an_opened_section_is_nothing(cast):
    PlanSection.objects.filter(plan=cast.plan).update(state="in_progress")
    assert of(cast).done == 0

    Answer.objects.all().delete()
    FactWord.objects.all().delete()
    fill(cast.plan, by=cast.teacher)

    assert of(cast).done == of(cast).total > 20


@pytest.mark.django_db
@pytest.mark.parametrize("value", [None, "", []])
def test_a_blank_answer_counts_for_nothing_and_not_known_counts(cast, value):
    dated = {"authority": cast.child.authority, "child": cast.child, "plan": cast.plan}
    answer = Answer.objects.create(
        section="english", key="strengths", value=value, version=1, written_at=AT, **dated
    )
    assert of(cast).done == 0

    answer.state = Answer.State.NOT_KNOWN
    answer.save()
    assert of(cast).done == 1


@pytest.mark.django_db
def test_a_section_the_facts_do_not_ask_for_counts_for_nothing(cast):
    cast.plan.facts = []
    fewer = of(cast).total
    cast.plan.facts = sorted(Fact)

    assert of(cast).total > fewer


@pytest.mark.django_db
def test_list_board_and_task_list_say_the_same(cast):
    fill(cast.plan, by=cast.teacher)
    Answer.objects.filter(section="english").delete()
    PlanSection.objects.filter(slug="english").update(
        state="in_progress", completed_at=None, completed_by=None
    )
    client, meter = Client(), of(cast)
    client.force_login(cast.head)

    assert f"{meter.words}." in client.get(reverse("pep:plan", args=[cast.plan.pk])).text
    assert meter.words in client.get(reverse("chasing:board")).text
    said = f"{meter.done} of {meter.total}"
    assert said in client.get(reverse("pep:list"), {"show": "all"}).text
