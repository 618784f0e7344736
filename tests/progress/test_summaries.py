"""A child's targets over the terms: who sees which, and the one figure of them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.roles import Role
from children.actions import restrict
from children.models import Enrolment
from children.rights import FIELD_RIGHTS, Fact
from progress.models import Target
from progress.summaries import targets_of
from tests.factories.accounts import person
from tests.factories.children import EnrolmentFactory
from tests.factories.pep import Cast
from tests.factories.schools import SchoolFactory, TermFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def cast(authority):
    return Cast(authority)


def a_target(cast, *, plan=None, outcome="", **fields):
    reviewed = {"reviewed_at": AT, "reviewed_in": uuid4()} if outcome else {}
    return Target.objects.create(
        **{
            "authority": cast.child.authority,
            "child": cast.child,
            "plan_id": plan or cast.plan.pk,
            "term": cast.plan.term,
            "school": cast.school,
            "place": 1,
            "text": "Reads 90 words a minute",
            "proposed_at": AT,
            "agreed_at": AT,
            "outcome": outcome,
        }
        | reviewed
        | fields
    )


def test_the_figure_is_of_agreed_targets_that_were_reviewed(cast):
    for outcome in ("met", "met", "partly", "not_met", "not_relevant", ""):
        a_target(cast, outcome=outcome)
    a_target(cast, outcome="met", dropped_at=AT)
    a_target(cast, agreed_at=None)

    found = targets_of(cast.child, cast.head)

    assert (found.met.met, found.met.relevant, found.met.percent) == (2, 4, Decimal("50.0"))
    assert (found.met.not_relevant, found.met.open) == (1, 1)
    assert [len(term.targets) for term in found.terms] == [6]


def test_terms_come_newest_first_each_with_its_own_count(cast):
    spring = TermFactory(
        authority=cast.child.authority, name="spring", started_on=date(2027, 1, 1),
        ended_on=date(2027, 4, 12), pep_deadline_on=date(2027, 3, 20),
    )  # fmt: skip
    a_target(cast, outcome="met")
    a_target(cast, plan=uuid4(), term=spring)

    terms = targets_of(cast.child, cast.head).terms

    assert [(t.term, t.met.met, t.met.relevant) for t in terms] == [
        ("Spring 2027", 0, 0), ("Autumn 2026", 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("head", 1), ("adviser", 1), ("social_worker", 1), ("teacher", 1), ("carer", 1),
        ("young_person", 0), ("teacher_elsewhere", 0), ("governor", 0),
    ],
)  # fmt: skip
def test_who_sees_a_target(cast, who, seen):
    a_target(cast)

    assert Target.objects.visible_to(getattr(cast, who)).count() == seen


def test_a_former_school_sees_its_own_targets_while_it_hands_over_and_no_newer(cast, authority):
    a_target(cast)
    new = SchoolFactory(authority=authority)
    today = datetime.now(tz=UTC).date()
    Enrolment.objects.filter(child=cast.child).update(
        ended_on=today, access_until=date(today.year + 1, 1, 1)
    )
    EnrolmentFactory(child=cast.child, school=new, started_on=today)
    theirs = a_target(cast, plan=uuid4(), school=new)
    teacher = person(Role.DESIGNATED_TEACHER, school=new)

    assert Target.objects.visible_to(teacher).count() == 2
    assert theirs not in Target.objects.visible_to(cast.teacher)
    assert Target.objects.visible_to(cast.teacher).count() == 1


def ends_care(cast):
    cast.child.periodofcares.update(ended_on=timezone.localdate())


def shuts_out(cast):
    restrict(
        child=cast.child, why="A relative", owner=cast.adviser, shut_out=[cast.teacher],
        by=cast.adviser, at=AT,
    )  # fmt: skip


@pytest.mark.parametrize("what", [ends_care, shuts_out])
def test_a_school_sees_no_targets_of_a_child_it_no_longer_sees(cast, what):
    """DP-9: out of care; or a record that is closed to the teacher."""
    a_target(cast)
    assert Target.objects.visible_to(cast.teacher).exists()

    what(cast)

    assert not Target.objects.visible_to(cast.teacher).exists()


@pytest.mark.parametrize(("who", "terms"), [("teacher", 1), ("teacher_elsewhere", 0)])
def test_the_terms_are_of_targets_one_sees(cast, who, terms):
    a_target(cast)

    assert len(targets_of(cast.child, getattr(cast, who)).terms) == terms


def test_another_councils_targets_are_behind_the_wall(cast):
    a_target(cast)

    with wall.opened([902]):
        assert not Target.objects.exists()


def page(cast, who):
    client = Client()
    client.force_login(getattr(cast, who))
    return client.get(reverse("dashboard:child_targets", args=[cast.child.pk]))


def test_the_page_says_what_it_counts(cast):
    a_target(cast, outcome="met", evidence="Read 92 words", cost_pence=48_765)
    a_target(cast, outcome="partly")
    a_target(cast)

    html = page(cast, "teacher").content.decode()

    assert "1 of 2, 50.0%" in html
    assert "1 not reviewed yet" in html
    assert "Read 92 words" in html
    assert "487.65" not in html


@pytest.mark.parametrize("reads", [True, False])
def test_the_page_has_targets_for_a_role_that_reads_plans(cast, reads, monkeypatch):
    """Every role with a record page reads them today; the table of rights says so, not the page."""
    a_target(cast)
    facts = FIELD_RIGHTS[Role.DESIGNATED_TEACHER] - (set() if reads else {Fact.PLANS})
    monkeypatch.setitem(FIELD_RIGHTS, Role.DESIGNATED_TEACHER, facts)

    assert ("Reads 90 words" in page(cast, "teacher").text) is reads


def test_without_an_agreed_target_the_page_says_when_there_will_be_one(cast):
    assert "No agreed target yet" in page(cast, "head").content.decode()


@pytest.mark.parametrize(
    ("who", "status"), [("carer", 403), ("young_person", 403), ("teacher_elsewhere", 404)]
)
def test_who_has_no_record_page_has_no_page_of_targets(cast, who, status):
    assert page(cast, who).status_code == status


@pytest.mark.parametrize("number", [1, 30])
def test_targets_cost_one_query_however_many(cast, number, django_assert_num_queries):
    for _ in range(number):
        a_target(cast, plan=uuid4())

    with django_assert_num_queries(1):
        targets_of(cast.child, cast.head)
