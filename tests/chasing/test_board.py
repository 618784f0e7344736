"""Who owes what: whom each open plan waits for, what is missing, and reminding them once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from chasing import actions, board
from notifications.models import Email, Notice
from pep import persons
from pep.models import Note, Nudge, Owner, PersonalEducationPlan, PlanSection
from tests.factories.accounts import MembershipFactory, UserFactory, person, seated
from tests.factories.children import (
    ChildFactory,
    EnrolmentFactory,
    InvolvementFactory,
    PeriodOfCareFactory,
)
from tests.factories.pep import Cast, fill, make_plan
from tests.factories.schools import AuthorityFactory, PolicyFactory, SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ON = AT.date()
Status = PersonalEducationPlan.Status


@pytest.fixture
def cast(authority):
    cast = Cast(authority)
    set_status(cast.plan, Status.WITH_SCHOOL)
    return cast


def set_status(plan, status):
    PersonalEducationPlan.objects.filter(pk=plan.pk).update(status=status)


def of(cast, *, who="", user=None):
    found = board.board(user or cast.adviser, board.Chosen(who=who), page=1, on=ON)
    return {(row.plan.pk, part.owner): part for row in found.rows for part in row.owed}


def complete(plan, *owners):
    PlanSection.objects.filter(plan=plan, owner__in=owners).update(
        state="complete", completed_at=AT, completed_by=None
    )


def nudge(cast, owner, *, by=None, at=AT, plans=None):
    ids = [plan.pk for plan in plans or [cast.plan]]
    return actions.nudge(plan_ids=ids, owner=owner, by=by or cast.adviser, at=at)


def browser(user):
    client = Client()
    client.force_login(user)
    return client


# -- who is waited for -----------------------------------------------------------------------------


def test_each_part_waits_for_the_people_of_its_owner(cast):
    found = of(cast)

    names = {owner: part.names for (_, owner), part in found.items()}
    assert names[Owner.SCHOOL] == [cast.teacher.name]
    assert names[Owner.SOCIAL_WORKER] == [cast.social_worker.name]
    assert names[Owner.CARER] == [cast.carer.name]
    assert names[Owner.CHILD] == [cast.young_person.name]
    assert "English" in found[cast.plan.pk, Owner.SCHOOL].missing


def test_the_school_is_waited_for_where_nobody_else_has_a_door(cast):
    cast.child.involvements.filter(role__in=[Role.CARER, Role.YOUNG_PERSON]).delete()

    found = persons.waited_for([cast.plan], on=ON)[cast.plan.pk]

    assert [p.pk for p in found[Owner.CARER]] == [cast.teacher.pk]
    assert [p.pk for p in found[Owner.CHILD]] == [cast.teacher.pk]


def test_adviser_and_social_worker_are_waited_for_where_there_is_no_school(cast):
    """PEP-13: the plan of a child without a school is theirs."""
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(school=None)
    cast.plan.refresh_from_db()

    found = persons.waited_for([cast.plan], on=ON)[cast.plan.pk]

    assert [p.pk for p in found[Owner.SCHOOL]] == [cast.adviser.pk, cast.social_worker.pk]


def test_a_sent_plan_waits_for_the_check_alone(cast):
    set_status(cast.plan, Status.SENT_TO_CHECK)

    ((key, part),) = of(cast).items()
    assert key == (cast.plan.pk, Owner.VIRTUAL_SCHOOL)
    assert part.missing == ["The check"]


def test_a_section_the_facts_do_not_ask_for_is_not_missing(cast):
    PlanSection.objects.filter(plan=cast.plan, slug="english").update(is_asked=False)

    assert "English" not in of(cast)[cast.plan.pk, Owner.SCHOOL].missing


def test_a_query_to_answer_is_missing_too(cast):
    fill(cast.plan, by=cast.teacher)
    ask_about_english(cast.plan, by=cast.adviser)

    ((_, owner),) = of(cast)
    assert owner == Owner.SCHOOL
    assert of(cast, who="school")[cast.plan.pk, Owner.SCHOOL].missing == ["a query on English"]


@pytest.mark.parametrize("status", [Status.AGREED, Status.FINAL, Status.SUPERSEDED])
def test_a_plan_that_is_done_is_not_there(cast, status):
    done = {"status": status, "agreed_at": AT, "agreed_by": cast.adviser}
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(**done)

    assert of(cast) == {}


def test_the_board_narrows_by_who_school_and_adviser(cast, authority):
    other = make_plan(child=_child(authority), status=Status.WITH_SCHOOL)
    complete(other, Owner.SCHOOL)
    found = board.board(cast.head, board.Chosen(), page=1, on=ON)
    assert {tab.key: tab.count for tab in found.tabs} == {
        "": 2, "school": 1, "social_worker": 2, "carer": 2, "child": 2, "virtual_school": 0,
    }  # fmt: skip

    def ids(**chosen):
        page = board.board(cast.head, board.Chosen(**chosen), page=1, on=ON)
        return {row.plan.pk for row in page.rows}

    assert ids(who="school") == {cast.plan.pk}
    assert ids(school=other.school_id) == {other.pk}
    assert ids(adviser=cast.adviser.pk) == {cast.plan.pk}
    assert ids(term=other.term_id) == {cast.plan.pk, other.pk}


def test_each_tab_counts_what_its_list_shows(cast, authority):
    """Counted from the parts and listed plan by plan: two ways to the same number."""
    plans = [make_plan(child=_child(authority), status=Status.WITH_SCHOOL) for _ in range(5)]
    complete(plans[0], *Owner.values)  # nothing is missing
    for plan in plans[1:3]:  # all is complete, and a query waits, in one of them twice
        complete(plan, *Owner.values)
        ask_about_english(plan, by=cast.adviser)
    ask_about_english(plans[2], by=cast.adviser)
    ask_about_english(plans[3], by=cast.adviser)  # and a section is missing besides
    ask_about_english(plans[1], by=cast.adviser, answered_at=AT)
    set_status(plans[4], Status.SENT_TO_CHECK)
    set_status(make_plan(child=_child(authority)), Status.SENT_BACK)

    counts = {}
    for who in ["", *Owner.values]:
        found = board.board(cast.head, board.Chosen(who=who), page=1, on=ON)
        tabs = {tab.key: tab.count for tab in found.tabs}
        counts[who] = tabs[who]
        assert tabs[who] == len(found.rows)
    assert counts == {
        "": 7, "school": 5, "social_worker": 3, "carer": 3, "child": 3, "virtual_school": 1,
    }  # fmt: skip


def ask_about_english(plan, *, by, **more):
    Note.objects.create(
        authority=plan.authority, child=plan.child, plan=plan, section="english", kind="query",
        words="Why?", written_at=AT, written_by=by, **more,
    )  # fmt: skip


def _child(authority):
    child = ChildFactory(authority=authority)
    PeriodOfCareFactory(child=child)
    return child


@pytest.mark.parametrize("plans", [1, board.A_PAGE])
def test_board_cost(authority, django_assert_max_num_queries, plans):
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    for _ in range(plans):
        child = _child(authority)
        school = SchoolFactory(authority=authority)
        EnrolmentFactory(child=child, school=school)
        make_plan(child=child, school=school, status=Status.WITH_SCHOOL)
        carer = UserFactory()
        InvolvementFactory(child=child, person=carer, role=Role.CARER)
    client = browser(head)
    client.get(reverse("chasing:board"))

    with django_assert_max_num_queries(25):
        page = client.get(reverse("chasing:board"))
    assert len(page.context["board"].rows) == plans


# -- reminding -------------------------------------------------------------------------------------


def test_a_nudge_is_a_notice_and_an_email_without_names(cast):
    done = nudge(cast, Owner.SCHOOL)

    assert (done.people, done.plans) == (1, 1)
    (notice,) = Notice.objects.filter(kind="pep_nudge")
    assert notice.recipient_id == cast.teacher.pk
    assert Email.objects.filter(notice=notice).exists()
    for name in (cast.child.given_name, cast.child.family_name, cast.school.name):
        assert name not in notice.text
    assert of(cast)[cast.plan.pk, Owner.SCHOOL].nudged == "Nudged today by Dan"


def test_nobody_is_nudged_twice_on_a_day_about_one_plan(cast):
    nudge(cast, Owner.SCHOOL)

    assert nudge(cast, Owner.SCHOOL, at=AT + timedelta(hours=2)).people == 0
    assert nudge(cast, Owner.SCHOOL, at=AT + timedelta(days=1)).people == 1
    tomorrow = board.rows_of([cast.plan], cast.adviser, on=ON + timedelta(days=2))
    assert tomorrow[0].owed[0].nudged == "Nudged yesterday by Dan"


def test_the_authority_may_want_more_days_between(cast):
    """LOCAL: how often the same person may be reminded of the same plan."""
    PolicyFactory(authority=cast.child.authority, days_between_pep_nudges=3)
    nudge(cast, Owner.SCHOOL)

    assert nudge(cast, Owner.SCHOOL, at=AT + timedelta(days=2)).people == 0
    assert nudge(cast, Owner.SCHOOL, at=AT + timedelta(days=3)).people == 1


def test_all_of_a_kind_get_one_notice_each_for_all_their_plans(cast, authority):
    sibling = _child(authority)
    EnrolmentFactory(child=sibling, school=cast.school)
    second = make_plan(child=sibling, school=cast.school, status=Status.WITH_SCHOOL)

    done = nudge(cast, Owner.SCHOOL, by=cast.head, plans=[cast.plan, second])

    assert (done.people, done.plans) == (1, 2)
    (notice,) = Notice.objects.filter(kind="pep_nudge")
    assert notice.text.startswith("2 PEPs wait for your part.")
    assert Nudge.objects.count() == 2


def test_who_has_done_their_part_is_not_nudged(cast):
    fill(cast.plan, by=cast.teacher)

    assert nudge(cast, Owner.SCHOOL).people == 0
    assert not Notice.objects.filter(kind="pep_nudge").exists()


def test_nobody_is_nudged_about_a_plan_that_is_done(cast):
    done = {"status": Status.AGREED, "agreed_at": AT, "agreed_by": cast.adviser}
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(**done)

    assert nudge(cast, Owner.SCHOOL).people == 0


def test_nobody_nudges_themselves(cast):
    set_status(cast.plan, Status.SENT_TO_CHECK)

    assert nudge(cast, Owner.VIRTUAL_SCHOOL, by=cast.adviser).people == 0
    assert nudge(cast, Owner.VIRTUAL_SCHOOL, by=cast.head).people == 1


@pytest.mark.parametrize("who", ["teacher", "social_worker", "carer"])
def test_only_the_virtual_school_nudges(cast, who):
    with pytest.raises(PermissionDenied):
        nudge(cast, Owner.SCHOOL, by=getattr(cast, who))


def test_plans_of_others_are_left_out(cast):
    stranger = person(Role.VIRTUAL_SCHOOL_HEAD, authority=AuthorityFactory(id=902))

    assert nudge(cast, Owner.SCHOOL, by=stranger).people == 0


# -- pages -----------------------------------------------------------------------------------------


def test_one_click_and_all_at_once_by_hand(cast):
    adviser = browser(cast.adviser)
    page = adviser.get(reverse("chasing:board"), {"who": "school"})
    assert cast.teacher.name in page.text
    assert "Nudge them all" in page.text

    url = reverse("chasing:nudge", args=[cast.plan.pk])
    assert adviser.post(url, {"owner": "nonsense"}).status_code == 404
    back = adviser.post(url, {"owner": "school", "next": "https://elsewhere.example/"})
    assert back.url == reverse("chasing:board")
    asked = adviser.get(reverse("chasing:nudge_all"), {"who": "carer"})
    assert "1 PEP waits" in asked.text
    adviser.post(reverse("chasing:nudge_all") + "?who=carer")
    assert {row.owner for row in Nudge.objects.all()} == {Owner.SCHOOL, Owner.CARER}


def test_an_adviser_begins_with_their_own_children(cast, authority):
    make_plan(child=_child(authority), status=Status.WITH_SCHOOL)
    other = UserFactory()
    MembershipFactory(user=other, role=Role.ADVISER, authority=authority)
    adviser = browser(seated(cast.adviser))

    own = adviser.get(reverse("chasing:board")).context["board"]
    everyone = adviser.get(reverse("chasing:board"), {"adviser": "all"}).context["board"]

    assert [row.plan.pk for row in own.rows] == [cast.plan.pk]
    assert len(everyone.rows) == 2


def test_the_board_is_linked_from_where_work_begins(cast):
    url = reverse("chasing:board")

    assert url in browser(cast.adviser).get(reverse("dashboard:your_work")).text
    assert url in browser(cast.head).get(reverse("dashboard:overview")).text
    assert url in browser(cast.head).get(reverse("pep:list")).text
    assert url not in browser(cast.teacher).get(reverse("pep:list")).text
