"""What the page of one plan says in each state and to each reader, and what it leaves out."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from pep import actions, presence, reading
from pep.models import Answer, PersonalEducationPlan
from tests.factories.accounts import UserFactory, seated
from tests.factories.children import InvolvementFactory
from tests.factories.pep import Cast, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]
COUNTED = "required questions answered"
NOT_SAFE = "If you do not feel safe"
Status = PersonalEducationPlan.Status


@pytest.fixture
def cast(authority):
    return Cast(authority)


def page(cast, who, name="plan", *more):
    client = Client()
    client.force_login(getattr(cast, who))
    return client.get(reverse(f"pep:{name}", args=[cast.plan.pk, *more])).content.decode()


def agree(cast):
    now = timezone.now()
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=now)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=now)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=now)


@pytest.mark.parametrize(
    ("who", "is_counted"),
    [("teacher", True), ("adviser", True), ("carer", False), ("young_person", False)],
)
def test_a_family_is_shown_no_count_of_other_peoples_answers(cast, who, is_counted):
    text = page(cast, who)

    assert (COUNTED in text) is is_counted
    assert ("Which rules set these dates" in text) is is_counted
    assert ("Tell us what you think" in text) is (not is_counted)


def test_an_agreed_plan_is_not_counted_any_more(cast):
    agree(cast)

    assert COUNTED not in page(cast, "teacher")


@pytest.mark.parametrize("name", ["plan", "section", "read"])
def test_pages_of_a_family_are_the_calm_ones(cast, name):
    more = ("views",) if name == "section" else ()

    assert 'class="govuk-template__body vs-calm"' in page(cast, "carer", name, *more)
    assert "vs-calm" not in page(cast, "teacher", name, *more)


@pytest.mark.parametrize(
    ("who", "heading", "word"),
    [
        ("social_worker", "Queries", "Query to answer"),
        ("carer", "Questions for you", "Question to answer"),
    ],
)
def test_a_query_is_a_question_to_a_family(cast, who, heading, word):
    section = {"social_worker": "care", "carer": "carer-views"}[who]
    actions.ask(
        plan_id=cast.plan.pk, section=section, key="", is_query=True, words="Which books?",
        by=cast.adviser, at=timezone.now(),
    )  # fmt: skip

    plan, asked = page(cast, who), page(cast, who, "section", section)

    assert f"<h2>{heading}</h2>" in plan
    assert word in plan
    assert word in asked


def test_colleagues_are_invited_while_there_is_something_to_write(cast):
    assert "Invite a colleague" in page(cast, "teacher")

    agree(cast)

    assert "Invite a colleague" not in page(cast, "teacher")


@pytest.mark.parametrize(
    ("name", "more"), [("plan", ()), ("section", ("views",)), ("read", ()), ("compare", ())]
)
def test_a_young_person_reads_on_each_page_whom_to_talk_to(cast, name, more):
    assert NOT_SAFE in page(cast, "young_person", name, *more)
    assert NOT_SAFE not in page(cast, "teacher", name, *more)


def test_what_is_late_is_not_to_be_done_by_a_day_that_is_over(cast):
    cast.plan.complete_by = timezone.localdate() - timedelta(days=3)
    cast.plan.save()

    assert "to do. It was due by" in page(cast, "teacher")


def test_who_is_here_is_named_with_the_section(cast):
    presence.enter(plan_id=cast.plan.pk, slug="english", person=cast.teacher)

    text = page(cast, "adviser")

    assert f"{cast.teacher.name}, designated teacher, is in" in text
    assert ">English</a>." in text


def test_a_reopened_plan_says_that_the_agreed_version_counts_and_why_once(cast):
    agree(cast)
    why = "The target names the wrong book."
    actions.reopen(plan_id=cast.plan.pk, reason=why, by=cast.head, at=timezone.now())

    text = page(cast, "teacher")

    assert "It counts until the new version is agreed." in text
    assert text.count(why) == 1


@pytest.mark.parametrize(
    ("who", "section", "is_told"),
    [
        ("teacher", "care", True),
        ("social_worker", "care", True),
        ("carer", "care", False),
        ("young_person", "care", False),
        ("colleague", "care", False),
        ("teacher", "views", False),  # the child chose that the school does not read them
        ("social_worker", "views", True),
    ],
)
def test_why_a_plan_came_back_is_told_to_who_reads_what_it_is_about(cast, who, section, is_told):
    now, why = timezone.now(), "Leave out what her mother said to the court."
    if who == "colleague":
        cast.colleague = UserFactory(given_name="Tia")
        InvolvementFactory(
            child=cast.child, person=cast.colleague, role=Role.INVITED_COLLEAGUE,
            school=cast.school, sections=["english"],
            ended_on=timezone.localdate() + timedelta(days=30),
        )  # fmt: skip
        seated(cast.colleague)
    fill(cast.plan, by=cast.teacher)
    Answer.objects.filter(plan=cast.plan, key="voice_share").update(value="social_worker")
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=now)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=now)
    actions.send_back(plan_id=cast.plan.pk, reason=why, section=section, by=cast.adviser, at=now)

    assert (why in page(cast, who)) is is_told


def test_a_replaced_plan_leads_to_the_one_that_counts(cast):
    later = PersonalEducationPlan.objects.get(pk=cast.plan.pk)
    agree(cast)
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(status=Status.SUPERSEDED)
    later.pk = None
    later.id = None
    later.kind = PersonalEducationPlan.Kind.SCHOOL_CHANGE
    later.status, later.agreed_at, later.agreed_by = Status.AGREED, timezone.now(), cast.adviser
    later._state.adding = True
    later.save(force_insert=True)

    text = page(cast, "teacher")

    assert "A later PEP has replaced this one." in text
    assert reverse("pep:plan", args=[later.pk]) in text


def test_the_end_of_a_line_is_no_change_of_the_words_beside_it():
    before = "Adviser: Dan Whitlow\nReviewing officer: Gareth Lomas"
    after = "Adviser: Dan Whitlow\nPersonal adviser: Zac Stott\nReviewing officer: Gareth Lomas"

    left, right = reading.compared(before, after)

    assert "<del>" not in left
    assert right.count("<ins>") == 1
    assert "Personal adviser: Zac Stott" in right
    assert [line.strip() for line in left.split("\n")] == before.split("\n")
