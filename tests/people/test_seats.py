"""Giving and ending roles: who may, what is gone at once, and what nobody can do to themselves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import second_steps
from accounts.models import Membership
from accounts.roles import AUTHORITY_ROLES, SCHOOL_ROLES, Role
from audit.models import Event
from children.models import Child
from people import rights
from people.actions import memberships
from people.actions.memberships import NotAllowed
from tests.factories.accounts import (
    SEATED_BY_AUTHORITY,
    MembershipFactory,
    UserFactory,
    person,
    ready_to_sign_in,
    seated,
)
from tests.factories.children import (
    ChildFactory,
    EnrolmentFactory,
    InvolvementFactory,
    PeriodOfCareFactory,
)
from tests.factories.schools import PolicyFactory, SchoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(open_wall, authority):
    return SchoolFactory(authority=authority)


@pytest.fixture
def administrator(open_wall, authority):
    return person(Role.AUTHORITY_ADMINISTRATOR, authority=authority)


def give(by, somebody, role, *, authority=None, school=None):
    return memberships.give(
        person=somebody,
        role=role,
        authority_id=authority.pk if authority else None,
        school_id=school.pk if school else None,
        started_on=timezone.localdate(),
        by=by,
        at=timezone.now(),
    )


def end(row, by):
    return memberships.end(membership_id=row.pk, on=timezone.localdate(), by=by, at=timezone.now())


@pytest.mark.parametrize("role", sorted(SEATED_BY_AUTHORITY))
def test_people_of_the_tests_sit_where_the_site_would_seat_them(open_wall, authority, role):
    user = person(role, authority=authority)
    built = user.seat

    assert built == seated(user).seat


@pytest.mark.parametrize("giver", sorted(Role))
def test_each_role_gives_the_roles_of_the_table_and_no_others(authority, school, giver):
    by = person(giver, authority=authority, school=school)
    allowed = set()
    for role in sorted(AUTHORITY_ROLES | SCHOOL_ROLES):
        place = {"school": school} if role in SCHOOL_ROLES else {"authority": authority}
        try:
            give(by, UserFactory(), role, **place)
        except NotAllowed:
            continue
        allowed.add(role)

    assert allowed == rights.GIVES.get(giver, set())


@pytest.mark.parametrize("giver", [Role.AUTHORITY_ADMINISTRATOR, Role.VIRTUAL_SCHOOL_HEAD])
def test_nobody_gives_in_another_authority(authority, neighbour, school, giver):
    by = person(giver, authority=authority)
    elsewhere = SchoolFactory(authority=neighbour)

    with pytest.raises(NotAllowed, match="your own authority"):
        give(by, UserFactory(), Role.SOCIAL_WORKER, authority=neighbour)
    with pytest.raises(NotAllowed, match="your own authority"):
        give(by, UserFactory(), Role.DESIGNATED_TEACHER, school=elsewhere)


def test_a_school_elsewhere_that_teaches_our_child_is_ours_to_invite(authority, neighbour, school):
    by = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    elsewhere = SchoolFactory(authority=neighbour)
    EnrolmentFactory(child=ChildFactory(authority=authority), school=elsewhere)

    assert give(by, UserFactory(), Role.DESIGNATED_TEACHER, school=elsewhere).school == elsewhere


def test_nobody_gives_or_ends_their_own_role(administrator, authority):
    MembershipFactory(role=Role.AUTHORITY_ADMINISTRATOR, authority=authority)

    with pytest.raises(NotAllowed, match="your own access"):
        give(administrator, administrator, Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    with pytest.raises(NotAllowed, match="your own access"):
        end(administrator.memberships.get(), administrator)
    with pytest.raises(NotAllowed, match="your own access"):
        memberships.close_account(person=administrator, by=administrator, at=timezone.now())


def test_the_last_administrator_stays(administrator, authority):
    system = person(Role.SYSTEM_ADMINISTRATOR, authority=authority)
    last = administrator.memberships.get()

    with pytest.raises(NotAllowed, match="last administrator"):
        end(last, system)
    with pytest.raises(NotAllowed, match="last administrator"):
        memberships.close_account(person=administrator, by=system, at=timezone.now())

    MembershipFactory(role=Role.AUTHORITY_ADMINISTRATOR, authority=authority)
    end(last, system)
    last.refresh_from_db()
    assert last.ended_on == timezone.localdate()


def test_giving_the_same_role_again_changes_nothing(administrator, authority):
    somebody = UserFactory()

    first = give(administrator, somebody, Role.ADVISER, authority=authority)

    assert give(administrator, somebody, Role.ADVISER, authority=authority) == first


def test_an_ended_role_is_gone_on_the_next_click_and_an_old_form_is_refused(
    client, administrator, authority
):
    officer = person(Role.OFFICER, authority=authority)
    teacher = MembershipFactory(
        role=Role.DESIGNATED_TEACHER, school=SchoolFactory(authority=authority)
    )
    client.force_login(officer)
    page = reverse("people:person", kwargs={"pk": teacher.user_id})
    assert client.get(page).status_code == 200

    end(officer.memberships.get(), administrator)

    assert client.post(reverse("people:end", kwargs={"pk": teacher.pk})).status_code == 403
    teacher.refresh_from_db()
    assert teacher.ended_on is None


def test_a_role_changed_in_mid_session_brings_only_the_new_rights(client, authority, school):
    somebody = UserFactory()
    head = MembershipFactory(user=somebody, role=Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    target = MembershipFactory(role=Role.ADVISER, authority=authority)
    client.force_login(somebody)
    client.get("/people/")

    Membership.objects.filter(pk=head.pk).update(role=Role.OFFICER)

    assert client.post(reverse("people:end", kwargs={"pk": target.pk})).status_code == 404


def test_ending_all_roles_can_be_undone_from_the_banner(client, administrator, authority, school):
    leaver = UserFactory()
    rows = [
        MembershipFactory(user=leaver, role=Role.ADVISER, authority=authority),
        MembershipFactory(user=leaver, role=Role.HEAD_TEACHER, school=school),
    ]
    client.force_login(administrator)

    answer = client.post(reverse("people:end_all", kwargs={"pk": leaver.pk}), follow=True)

    today = timezone.localdate()
    assert {row.ended_on for row in leaver.memberships.all()} == {today}
    undo = next(m for m in answer.context["messages"]).extra_tags.removeprefix("undo:")
    assert client.post(undo.split()[0]).status_code == 302
    assert {row.ended_on for row in leaver.memberships.all()} == {None}
    assert len(rows) == 2


def test_an_undo_of_somebody_elses_authority_is_not_found(client, administrator, neighbour):
    from django.core import signing

    theirs = MembershipFactory(role=Role.ADVISER, authority=neighbour)
    signed = signing.dumps(
        [[str(theirs.pk), None, timezone.localdate().isoformat()]], salt="people.ended"
    )
    client.force_login(administrator)

    assert client.post(reverse("people:undo", kwargs={"ended": signed})).status_code == 404


@pytest.mark.parametrize("role", sorted(set(Role) - set(rights.GIVES)))
def test_posting_every_field_of_a_seat_changes_nothing_for_other_roles(
    client, authority, school, role
):
    by = person(role, authority=authority, school=school)
    client.force_login(by)
    before = Membership.objects.count()
    fields = {
        "user": str(by.pk), "role": "virtual_school_head", "authority": "901", "school": school.pk,
        "started_on_0": "1", "started_on_1": "1", "started_on_2": "2020", "person": str(by.pk),
        "is_active": "on", "open": "1",
    }  # fmt: skip

    for url in (
        reverse("people:give", kwargs={"pk": by.pk}),
        reverse("people:account", kwargs={"pk": by.pk}),
        reverse("people:end_all", kwargs={"pk": by.pk}),
    ):
        assert client.post(url, fields).status_code == 403

    assert Membership.objects.count() == before


def test_posting_a_role_one_may_not_give_is_answered_in_words(client, authority, school):
    officer = person(Role.OFFICER, authority=authority)
    somebody = MembershipFactory(role=Role.SOCIAL_WORKER, authority=authority).user
    client.force_login(officer)

    answer = client.post(
        reverse("people:give", kwargs={"pk": somebody.pk}), {"role": "virtual_school_head"}
    )

    assert answer.status_code == 422
    assert "Select a role from the list" in answer.content.decode()
    assert somebody.memberships.count() == 1


def test_a_closed_account_is_signed_out_and_opens_again(client, administrator, authority):
    somebody = person(Role.ADVISER, authority=authority)
    memberships.close_account(person=somebody, by=administrator, at=timezone.now())
    client.force_login(administrator)

    client.post(reverse("people:account", kwargs={"pk": somebody.pk}), {"open": "1"})

    somebody.refresh_from_db()
    assert somebody.is_active
    kinds = set(Event.objects.filter(row=str(somebody.pk)).values_list("kind", flat=True))
    assert {"person.account_closed", "person.account_opened"} <= kinds


def test_a_lost_phone_is_taken_off_from_the_persons_page_with_a_reason(
    client, administrator, authority
):
    somebody = ready_to_sign_in(person(Role.ADVISER, authority=authority))
    client.force_login(administrator)
    shown = client.get(reverse("people:person", args=[somebody.pk])).content.decode()
    page = reverse("people:second_step", args=[somebody.pk])

    assert page in shown
    assert client.post(page, {"reason": " "}).status_code == 422
    assert second_steps.is_set_up(somebody)
    assert client.post(page, {"reason": "Phone lost, called back"}).status_code == 302

    assert not second_steps.is_set_up(somebody)
    assert Event.objects.get(kind="second_step_reset").reason == "Phone lost, called back"
    shown = client.get(reverse("people:person", args=[somebody.pk])).content.decode()
    assert "<dd>Not set up</dd>" in shown
    assert page not in shown


def test_a_second_step_of_somebody_with_a_role_elsewhere_stays(
    client, administrator, authority, neighbour
):
    somebody = ready_to_sign_in(person(Role.ADVISER, authority=authority))
    MembershipFactory(user=somebody, role=Role.ADVISER, authority=neighbour)
    client.force_login(administrator)

    answer = client.post(
        reverse("people:second_step", args=[somebody.pk]), {"reason": "Phone lost, called back"}
    )

    assert answer.status_code == 403
    assert second_steps.is_set_up(somebody)


def test_an_account_with_a_role_elsewhere_is_not_ours_to_close(administrator, authority, neighbour):
    somebody = person(Role.ADVISER, authority=authority)
    MembershipFactory(user=somebody, role=Role.ADVISER, authority=neighbour)

    with pytest.raises(NotAllowed, match="do not manage"):
        memberships.close_account(person=somebody, by=administrator, at=timezone.now())


def test_a_new_designated_teacher_inherits_the_pupils_at_once(authority, school):
    child = ChildFactory(authority=authority)
    EnrolmentFactory(child=child, school=school)
    PeriodOfCareFactory(child=child)
    by = person(Role.OFFICER, authority=authority)
    newcomer = UserFactory()

    give(by, newcomer, Role.DESIGNATED_TEACHER, school=school)

    assert list(Child.objects.visible_to(seated(newcomer))) == [child]


def test_advisers_are_narrowed_to_their_caseload_while_the_policy_says_so(authority, open_wall):
    adviser = person(Role.ADVISER, authority=authority)
    mine, other = ChildFactory(authority=authority), ChildFactory(authority=authority)
    InvolvementFactory(child=mine, person=adviser, role=Role.ADVISER)
    assert set(Child.objects.visible_to(adviser)) == {mine, other}
    today = timezone.localdate()

    policy = PolicyFactory(authority=authority, advisers_see_only_their_caseload=True)
    assert set(Child.objects.visible_to(adviser)) == {mine}

    policy.ended_on = today
    policy.save()
    assert set(Child.objects.visible_to(adviser)) == {mine, other}


def test_the_virtual_school_of_an_area_sees_the_children_named_to_it_alone(
    client, authority, neighbour, open_wall
):
    area = UserFactory()
    MembershipFactory(user=area, role=Role.AREA_VIRTUAL_SCHOOL, authority=neighbour)
    named = ChildFactory(authority=authority, given_name="Ife", family_name="Brook")
    row = InvolvementFactory(child=named, person=area, role=Role.AREA_VIRTUAL_SCHOOL)
    ChildFactory(authority=authority, given_name="Uma", family_name="Vale")
    ChildFactory(authority=neighbour, given_name="Tom", family_name="Reed")
    client.force_login(area)

    page = client.get(reverse("people:named")).content.decode()

    assert "Ife Brook" in page
    assert "Uma" not in page
    assert "Tom" not in page
    row.ended_on = timezone.localdate()
    row.save()
    assert "Ife" not in client.get(reverse("people:named")).content.decode()


@pytest.mark.parametrize("name", ["people:list", "people:changes"])
def test_lists_take_as_many_queries_for_many_people_as_for_few(
    client, administrator, authority, school, name
):
    client.force_login(administrator)

    def queries(number):
        for _ in range(number):
            MembershipFactory(role=Role.SOCIAL_WORKER, authority=authority)
            soon = timezone.localdate() + timedelta(days=5)
            MembershipFactory(role=Role.HEAD_TEACHER, school=school, ended_on=soon)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse(name)).status_code == 200
        return len(caught)

    client.get(reverse(name))
    assert queries(2) == queries(15)


def test_the_last_role_worked_in_is_the_first_after_signing_in_again(client, authority, school):
    somebody = UserFactory()
    MembershipFactory(user=somebody, role=Role.ADVISER, authority=authority)
    teacher = MembershipFactory(user=somebody, role=Role.DESIGNATED_TEACHER, school=school)
    client.force_login(somebody)
    client.post(reverse("accounts:switch"), {"seat": f"designated_teacher:{school.pk}"})
    client.logout()

    client.force_login(somebody)
    assert client.get("/").url == reverse("dashboard:school_home")

    teacher.ended_on = timezone.localdate()
    teacher.save()
    assert client.get("/").url == reverse("dashboard:your_work")
