"""Handing over and cover: one day closes and opens, both are told, nothing waits unseen."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Role
from children.models import Child, Involvement
from notifications.models import Notice
from people.actions import handing_over
from people.actions.memberships import NotAllowed
from pep.models import PersonalEducationPlan
from tests.factories.accounts import MembershipFactory, person, seated
from tests.factories.children import ChildFactory, InvolvementFactory
from tests.factories.pep import make_plan
from tests.factories.schools import SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(open_wall, authority):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)


@pytest.fixture
def former(open_wall, authority):
    return person(Role.SOCIAL_WORKER, authority=authority, given_name="Priya")


@pytest.fixture
def newcomer(open_wall, authority):
    return person(Role.SOCIAL_WORKER, authority=authority, given_name="Noor")


def allocated(authority, somebody, number=1, role=Role.SOCIAL_WORKER):
    children = [ChildFactory(authority=authority) for _ in range(number)]
    for child in children:
        InvolvementFactory(child=child, person=somebody, role=role)
    return children


def hand_over(children, to, by, role=Role.SOCIAL_WORKER):
    return handing_over.hand_over(
        child_ids=[child.pk for child in children], role=role, to=to, by=by, at=timezone.now()
    )


def test_a_caseload_changes_hands_on_one_day_without_gap_or_overlap(
    authority, head, former, newcomer
):
    children = allocated(authority, former, 3)

    assert hand_over(children, newcomer, head) == 3

    today = timezone.localdate()
    for child in children:
        old, new = Involvement.objects.filter(child=child).order_by("started_on")
        assert (old.person, old.ended_on) == (former, today)
        assert (new.person, new.started_on, new.ended_on) == (newcomer, today, None)
    assert not Child.objects.visible_to(seated(former)).exists()
    assert Child.objects.visible_to(seated(newcomer)).count() == 3


def test_both_are_told_once_and_what_was_not_read_goes_along(authority, head, former, newcomer):
    child = allocated(authority, former)[0]
    Notice.objects.create(
        authority=authority, recipient=former, key="k", kind="pep", text="Something waits",
        child_id=child.pk, path="/", made_at=timezone.now(),
    )  # fmt: skip

    hand_over([child], newcomer, head)

    assert Notice.objects.get(key="k").recipient == newcomer
    told = Notice.objects.filter(kind="handed_over").values_list("recipient", flat=True)
    assert set(told) == {former.pk, newcomer.pk}


def test_a_check_that_was_begun_goes_to_the_new_adviser(authority, head):
    old = person(Role.ADVISER, authority=authority)
    new = person(Role.ADVISER, authority=authority)
    child = allocated(authority, old, role=Role.ADVISER)[0]
    plan = make_plan(
        child=child, status="being_checked", checking_by=old, checking_at=timezone.now(),
        sent_at=timezone.now(), sent_by=old,
    )  # fmt: skip

    hand_over([child], new, head, role=Role.ADVISER)

    assert PersonalEducationPlan.objects.get(pk=plan.pk).checking_by == new


def test_handing_over_to_the_same_person_changes_nothing(authority, head, former):
    children = allocated(authority, former)

    assert hand_over(children, former, head) == 0
    assert Involvement.objects.count() == 1


def test_a_change_planned_for_later_and_cover_fall_away(authority, head, former, newcomer):
    child = allocated(authority, former)[0]
    today = timezone.localdate()
    Involvement.objects.update(ended_on=today + timedelta(days=9))
    later = person(Role.SOCIAL_WORKER, authority=authority)
    InvolvementFactory(child=child, person=later, started_on=today + timedelta(days=9))
    cover = InvolvementFactory(
        child=child, person=later, is_cover=True, started_on=today - timedelta(days=2)
    )

    hand_over([child], newcomer, head)

    cover.refresh_from_db()
    assert cover.ended_on == today
    assert not Involvement.objects.filter(started_on__gt=today).exists()


@pytest.mark.parametrize("role", sorted(set(Role) - {"virtual_school_head", "officer"}))
def test_who_may_not_hand_over_changes_nothing(authority, head, former, newcomer, role):
    children = allocated(authority, former)
    by = person(role, authority=authority, school=SchoolFactory(authority=authority))

    if role == Role.TEAM_MANAGER:  # may, for children of their team: this one is not
        assert hand_over(children, newcomer, by) == 0
    else:
        with pytest.raises(NotAllowed):
            hand_over(children, newcomer, by)
    assert Involvement.objects.get(child=children[0], role=Role.SOCIAL_WORKER).person == former


def test_a_child_of_another_authority_is_not_handed_over(authority, neighbour, head, newcomer):
    theirs = allocated(neighbour, person(Role.SOCIAL_WORKER, authority=neighbour))

    assert hand_over(theirs, newcomer, head) == 0


def test_only_somebody_with_the_role_today_takes_over(authority, head, former):
    left = person(Role.SOCIAL_WORKER, authority=authority)
    Membership.objects.filter(user=left).update(ended_on=timezone.localdate())

    with pytest.raises(NotAllowed, match="role today"):
        hand_over(allocated(authority, former), left, head)


def test_a_large_caseload_takes_as_many_statements_as_a_small_one(
    authority, head, former, newcomer
):
    def queries(number):
        children = allocated(authority, former, number)
        with CaptureQueriesContext(connection) as caught:
            hand_over(children, newcomer, head)
        return len(caught)

    assert queries(2) == queries(30)


def test_two_clicks_choose_and_confirm(client, authority, head, former, newcomer):
    child = allocated(authority, former)[0]
    client.force_login(head)
    url = reverse("people:change", kwargs={"pk": child.pk, "role": "social_worker"})

    chosen = client.post(url, {"person": newcomer.pk}).content.decode()
    assert "no longer sees it" in chosen
    assert Involvement.objects.count() == 1
    answer = client.post(url, {"person": newcomer.pk, "confirmed": "1"})

    assert answer.status_code == 302
    assert Child.objects.visible_to(seated(newcomer)).get() == child


def test_an_old_form_of_the_former_worker_is_refused(client, authority, head, former, newcomer):
    child = allocated(authority, former)[0]
    plan = make_plan(child=child)
    client.force_login(former)
    url = reverse("pep:section", kwargs={"pk": plan.pk, "slug": "care"})
    client.get(url)

    hand_over([child], newcomer, head)

    assert client.post(url, {"version": "0"}).status_code == 404
    assert client.get(reverse("dashboard:child", kwargs={"pk": child.pk})).status_code == 404


def test_cover_opens_the_caseload_for_its_days_and_ends_by_itself(
    authority, head, former, newcomer, monkeypatch
):
    allocated(authority, former, 2)
    today = timezone.localdate()
    number = handing_over.cover(
        absent=former, role=Role.SOCIAL_WORKER, by_whom=newcomer, started_on=today,
        ended_on=today + timedelta(days=5), by=head, at=timezone.now(),
    )  # fmt: skip

    assert number == 2
    assert Child.objects.visible_to(seated(newcomer)).count() == 2
    assert Child.objects.visible_to(seated(former)).count() == 2
    monkeypatch.setattr(timezone, "localdate", lambda *_: today + timedelta(days=5))
    assert not Child.objects.visible_to(newcomer).exists()


def test_cover_is_ended_early_from_its_page(client, authority, head, former, newcomer):
    allocated(authority, former, 2)
    client.force_login(head)
    today = timezone.localdate()
    kwargs = {"pk": former.pk, "role": "social_worker"}
    client.post(
        reverse("people:add_cover", kwargs=kwargs),
        {
            "person": newcomer.pk,
            "started_on_0": today.day, "started_on_1": today.month, "started_on_2": today.year,
            "last_day_0": today.day, "last_day_1": today.month, "last_day_2": today.year + 1,
        },
    )  # fmt: skip
    assert Child.objects.visible_to(seated(newcomer)).count() == 2
    page = client.get(reverse("people:cover")).content.decode()
    assert f"<b>{newcomer.name}</b> stands in for {former.name}" in page

    client.post(reverse("people:end_cover", kwargs={**kwargs, "pk": newcomer.pk}))

    assert not Child.objects.visible_to(seated(newcomer)).exists()


def test_children_of_a_leaver_are_listed_until_they_are_handed_over(
    client, authority, head, former, newcomer
):
    children = allocated(authority, former, 2)
    Membership.objects.filter(user=former).update(ended_on=timezone.localdate())
    MembershipFactory(role=Role.ADVISER, authority=authority)
    client.force_login(head)
    heading = "Children allocated to somebody who no longer has the role"
    assert heading in client.get(reverse("people:changes")).content.decode()

    hand_over(children, newcomer, head)

    assert heading not in client.get(reverse("people:changes")).content.decode()
