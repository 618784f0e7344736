"""The admin: who gets in, what they see, and what nobody may do to their own access."""

from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.db.models import UniqueConstraint
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import second_steps
from accounts.actions import reset_second_factor
from accounts.letters import deliver
from accounts.models import AccountMail, KnownDevice, Membership, OpenSession, User
from accounts.roles import Role
from audit.models import Event
from papers.models import DeliveryPlace
from pep.models import Form, FormVersion
from schools.models import Authority, BankHoliday, ClosedDay, Policy, Term
from tests.factories.accounts import (
    MembershipFactory,
    UserFactory,
    person,
    ready_to_sign_in,
    seated,
)
from tests.factories.schools import SchoolFactory
from tests.test_wall import walled_models

pytestmark = pytest.mark.django_db
LISTS = [
    "accounts_user", "accounts_membership", "schools_authority", "schools_policy", "schools_term",
    "schools_teachingperiod", "schools_closedday", "schools_bankholiday", "schools_school",
    "schools_district", "schools_postcode", "attendance_code", "pep_form", "pep_formversion",
    "pep_section",
]  # fmt: skip


@pytest.fixture
def system(authority):
    return person(Role.SYSTEM_ADMINISTRATOR, authority=authority)


@pytest.fixture
def local(authority):
    return person(Role.AUTHORITY_ADMINISTRATOR, authority=authority)


def test_nothing_behind_the_wall_and_no_secret_is_in_the_admin():
    """What the wall keeps, or names a child, is case content; rights come from the table.

    Where an authority's plans are handed over is a setting, kept behind the wall all the same.
    """
    shown = set(admin.site._registry) - {DeliveryPlace}
    about_children = {m for m in shown if "child_id" in {f.column for f in m._meta.fields}}
    libraries = {"account", "auth", "audit", "mfa", "sessions", "socialaccount"}

    assert shown & set(walled_models()) == set()
    assert about_children == set()
    assert {m._meta.app_label for m in shown} & libraries == set()


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_every_list_can_be_searched_and_nothing_is_deleted(model, rf, system):
    ours = admin.site._registry[model]
    request = rf.get("/")
    request.user = system

    assert ours.search_fields
    assert not ours.has_delete_permission(request)
    assert "delete_selected" not in ours.get_actions(request)


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_what_the_database_refuses_is_said_in_a_sentence(model):
    """Django says by itself which fields must be unique together, and nothing of other rules."""
    unsaid = [
        rule.name
        for rule in model._meta.constraints
        if rule.violation_error_message == rule.default_violation_error_message
        and not (isinstance(rule, UniqueConstraint) and rule.fields and not rule.condition)
    ]

    assert unsaid == []


def test_a_role_in_a_school_without_its_school_is_explained(client, local):
    client.force_login(local)

    answer = client.post(reverse("admin:accounts_membership_add"), {"role": "head_teacher"})

    assert "A role in a school needs its school and no authority" in answer.content.decode()


@pytest.mark.parametrize("role", [role for role in Role if "administrator" not in role])
def test_other_roles_are_refused(client, authority, role):
    school = SchoolFactory(authority=authority)
    somebody = person(role, authority=authority, school=school)
    client.force_login(somebody)

    assert client.get(reverse("admin:index")).status_code in {302, 403}
    assert client.get(reverse("admin:login")).status_code == 403


def test_whoever_is_not_signed_in_is_led_to_the_one_sign_in(client, authority):
    answer = client.get(reverse("admin:index"), follow=True)

    assert answer.redirect_chain[-1][0].startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["system", "local"])
def test_every_list_opens_and_is_searched(client, request, who, name):
    client.force_login(request.getfixturevalue(who))

    answer = client.get(reverse(f"admin:{name}_changelist"), {"q": "a"})

    assert answer.status_code == 200
    assert b"<style" not in answer.content
    assert b"style=" not in answer.content


@pytest.mark.parametrize("name", ["accounts_user", "accounts_membership", "schools_policy"])
def test_pages_to_add_open(client, local, name):
    client.force_login(local)

    answer = client.get(reverse(f"admin:{name}_add"))

    assert answer.status_code == 200
    assert b"style=" not in answer.content


def post_membership(client, **values):
    fields = {"role": Role.ADVISER, "started_on": "2026-09-01", "ended_on": "", "school": ""}
    return client.post(reverse("admin:accounts_membership_add"), fields | values)


def test_a_colleague_is_given_a_seat(client, local, authority):
    client.force_login(local)
    colleague = MembershipFactory(authority=authority, role=Role.OFFICER).user

    post_membership(client, user=colleague.pk, authority=authority.pk)

    assert colleague.memberships.filter(role=Role.ADVISER, authority=authority).exists()


def test_nobody_gives_themselves_a_seat(client, local, authority):
    client.force_login(local)

    answer = post_membership(client, user=local.pk, authority=authority.pk)

    assert b"You cannot change your own access" in answer.content
    assert local.memberships.count() == 1


def test_a_local_administrator_makes_no_system_administrator(client, local, authority):
    client.force_login(local)
    colleague = MembershipFactory(authority=authority).user

    post_membership(
        client, user=colleague.pk, authority=authority.pk, role=Role.SYSTEM_ADMINISTRATOR
    )

    assert not colleague.memberships.filter(role=Role.SYSTEM_ADMINISTRATOR).exists()


def test_a_local_administrator_gives_no_seat_elsewhere(client, local, authority, neighbour):
    client.force_login(local)
    colleague = MembershipFactory(authority=authority).user

    post_membership(client, user=colleague.pk, authority=neighbour.pk)

    assert not colleague.memberships.filter(authority=neighbour).exists()


def test_nor_at_a_school_elsewhere(client, local, authority, neighbour):
    client.force_login(local)
    colleague = MembershipFactory(authority=authority).user
    there = SchoolFactory(authority=neighbour)

    answer = post_membership(
        client, user=colleague.pk, authority="", school=there.pk, role=Role.DESIGNATED_TEACHER
    )

    assert b"of your own authority" in answer.content
    assert not there.memberships.exists()


def test_the_last_administrator_cannot_be_ended(client, system, local, authority):
    client.force_login(system)
    seat = local.memberships.get()
    page = reverse("admin:accounts_membership_change", args=[seat.pk])

    answer = client.post(page, {"ended_on": "2026-10-01"})

    assert b"This is the last administrator" in answer.content
    seat.refresh_from_db()
    assert seat.ended_on is None


def test_one_of_two_administrators_can_be_ended(client, system, local, authority):
    client.force_login(system)
    person(Role.AUTHORITY_ADMINISTRATOR, authority=authority)
    seat = local.memberships.get()

    client.post(
        reverse("admin:accounts_membership_change", args=[seat.pk]), {"ended_on": "2026-10-01"}
    )

    seat.refresh_from_db()
    assert seat.ended_on == date(2026, 10, 1)


def test_the_last_administrator_stays_allowed_to_sign_in(client, system, local, authority):
    client.force_login(system)
    values = {"given_name": "Sam", "email": local.email, "family_name": "", "phone": "",
              "job_title": ""}  # fmt: skip

    client.post(reverse("admin:accounts_user_change", args=[local.pk]), values)

    local.refresh_from_db()
    assert local.is_active


def test_people_without_a_seat_are_not_listed(client, system, authority):
    client.force_login(system)
    young = UserFactory(given_name="Onlyachild", family_name="")

    answer = client.get(reverse("admin:accounts_user_changelist"), {"q": "Onlyachild"})

    assert str(young.pk).encode() not in answer.content


def test_a_local_administrator_sees_the_authoritys_own(client, local, authority, neighbour):
    client.force_login(local)
    Policy.objects.create(authority=neighbour, started_on=date(2026, 9, 1))
    theirs = Term.objects.create(
        authority=neighbour,
        academic_year=2026,
        name="autumn",
        started_on=date(2026, 9, 1),
        ended_on=date(2027, 1, 1),
        pep_deadline_on=date(2026, 11, 27),
    )
    elsewhere = MembershipFactory(authority=neighbour)

    for name, row in (
        ("schools_term", theirs),
        ("accounts_membership", elsewhere),
        ("accounts_user", elsewhere.user),
    ):
        page = client.get(reverse(f"admin:{name}_change", args=[row.pk]))
        assert page.status_code == 302, name
    assert client.get(reverse("admin:schools_policy_changelist")).context["cl"].result_count == 0


def test_another_authoritys_row_is_read_only(client, local, neighbour):
    client.force_login(local)

    answer = client.post(
        reverse("admin:schools_authority_change", args=[neighbour.pk]), {"display_name": "Mine"}
    )

    assert answer.status_code == 403
    assert Authority.objects.get(pk=neighbour.pk).display_name != "Mine"


def test_a_seat_is_ended_and_never_rewritten(client, system, authority):
    client.force_login(system)
    seat = MembershipFactory(authority=authority, role=Role.ADVISER)
    values = {"role": Role.SYSTEM_ADMINISTRATOR, "user": system.pk, "started_on": "2001-01-01",
              "ended_on": "2026-10-01"}  # fmt: skip
    before = Membership.objects.values().get(pk=seat.pk)

    client.post(reverse("admin:accounts_membership_change", args=[seat.pk]), values)

    assert Membership.objects.values().get(pk=seat.pk) == before | {"ended_on": date(2026, 10, 1)}


def test_a_colleague_with_a_seat_elsewhere_is_not_changed_by_one_of_them(
    client, local, authority, neighbour
):
    client.force_login(local)
    both = MembershipFactory(authority=authority, role=Role.OFFICER).user
    MembershipFactory(user=both, authority=neighbour, role=Role.ADVISER)

    answer = client.post(
        reverse("admin:accounts_user_change", args=[both.pk]),
        {"given_name": "Mine", "email": both.email, "is_active": "on"},
    )

    assert answer.status_code == 403
    assert User.objects.get(pk=both.pk).given_name != "Mine"


def test_a_row_is_added_to_ones_own_authority_alone(client, local, authority, neighbour):
    client.force_login(local)
    page = reverse("admin:schools_closedday_add")

    for place in (authority, neighbour):
        client.post(page, {"authority": place.pk, "on": "2026-10-01", "reason": "INSET"})

    assert list(ClosedDay.objects.values_list("authority_id")) == [(authority.pk,)]


def test_of_ones_own_authority_only_its_own_words_are_changed(client, local, authority):
    client.force_login(local)
    kept = Authority.objects.values("code", "name", "is_made_up", "ended_on").get(pk=authority.pk)
    values = {"code": "999", "name": "Mine", "is_made_up": "on", "ended_on": "2026-10-01",
              "display_name": "Northmere", "accent": authority.accent,
              "gss_codes-TOTAL_FORMS": "0", "gss_codes-INITIAL_FORMS": "0"}  # fmt: skip

    client.post(reverse("admin:schools_authority_change", args=[authority.pk]), values)

    changed = Authority.objects.get(pk=authority.pk)
    assert changed.display_name == "Northmere"
    assert {name: getattr(changed, name) for name in kept} == kept


def test_a_school_of_the_register_is_not_changed(client, system, authority):
    client.force_login(system)
    school = SchoolFactory(authority=authority)

    page = reverse("admin:schools_school_change", args=[school.pk])

    assert client.post(page, {"name": "Mine"}).status_code == 403


def test_a_published_form_cannot_be_changed(client, system):
    client.force_login(system)
    from pep.models import FormVersion

    version = FormVersion.objects.filter(published_at__isnull=False).order_by("pk").first()
    page = reverse("admin:pep_formversion_change", args=[version.pk])

    assert client.get(page).status_code == 200
    assert client.post(page, {"number": 9}).status_code == 403


def test_a_form_of_every_authority_is_not_one_authoritys_to_change(client, local, system):
    """Also before it is published."""
    shipped = Form.objects.filter(authority=None).first()
    edition = FormVersion.objects.create(form=shipped, number=99)
    answers = {}
    for who, user in (("local", local), ("system", system)):
        client.force_login(user)
        url = reverse("admin:pep_formversion_change", args=[edition.pk])
        answers[who] = client.get(url).status_code, client.post(url, {}).status_code

    assert answers == {"local": (200, 403), "system": (200, 200)}


def test_only_the_system_administrator_changes_bank_holidays(client, local, system):
    client.force_login(local)
    page = reverse("admin:schools_bankholiday_add")
    assert client.post(page, {"on": "2031-05-05", "name": "X"}).status_code == 403

    client.force_login(system)
    client.post(page, {"on": "2031-05-05", "name": "One-off"})

    assert BankHoliday.objects.filter(on=date(2031, 5, 5)).exists()


def test_a_new_colleague_gets_a_seat_at_once(client, local, authority):
    client.force_login(local)

    client.post(
        reverse("admin:accounts_user_add"),
        {
            "given_name": "Nadia",
            "family_name": "Rahman",
            "email": "Nadia@Council.example",
            "phone": "",
            "job_title": "Adviser",
            "is_active": "on",
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "0",
            "memberships-MIN_NUM_FORMS": "1",
            "memberships-MAX_NUM_FORMS": "1",
            "memberships-0-role": Role.ADVISER,
            "memberships-0-authority": authority.pk,
            "memberships-0-school": "",
            "memberships-0-started_on": timezone.localdate().isoformat(),
            "memberships-0-ended_on": "",
        },
    )

    nadia = User.objects.get(email="nadia@council.example")
    assert not nadia.has_usable_password()
    assert Membership.objects.get(user=nadia).authority == authority


def test_a_persons_form_takes_their_details_and_nothing_else(client, system, authority):
    colleague = MembershipFactory(authority=authority, role=Role.ADVISER).user
    details = {"given_name", "family_name", "email", "phone", "job_title", "is_active"}
    columns = [field.name for field in User._meta.concrete_fields if field.name not in details]
    before = User.objects.values(*columns).get(pk=colleague.pk)
    client.force_login(system)

    answer = client.post(
        reverse("admin:accounts_user_change", args=[colleague.pk]),
        dict.fromkeys(columns, "x")
        | {"last_login_0": "2020-01-01", "last_login_1": "10:00", "given_name": "Ana",
           "family_name": "Bell", "email": "ana@council.example", "is_active": "on"},
    )  # fmt: skip

    assert answer.status_code == 302
    assert User.objects.get(pk=colleague.pk).given_name == "Ana"
    assert User.objects.values(*columns).get(pk=colleague.pk) == before


# Nobody signs in as somebody else -----------------------------------------------------------------


@pytest.fixture
def joined(authority):
    """A virtual school head who signs in, with a second step."""
    head = ready_to_sign_in(person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority))
    User.objects.filter(pk=head.pk).update(last_login=timezone.now())
    head.refresh_from_db()
    return head


def move(client, somebody, *, to="mine@council.example"):
    values = {"given_name": somebody.given_name, "family_name": "", "email": to, "is_active": "on"}
    return client.post(reverse("admin:accounts_user_change", args=[somebody.pk]), values)


def test_an_authoritys_administrator_takes_no_account_over_by_its_address(client, local, joined):
    """A new password, and a council account, follow the address."""
    client.force_login(local)

    answer = move(client, joined)

    assert "Ask a system administrator to change it" in answer.text
    assert User.objects.get(pk=joined.pk).email == joined.email


def test_an_address_nobody_has_signed_in_with_is_put_right(client, local, authority):
    colleague = MembershipFactory(authority=authority, role=Role.ADVISER).user
    client.force_login(local)

    assert move(client, colleague).status_code == 302
    assert User.objects.get(pk=colleague.pk).email == "mine@council.example"


def test_the_former_address_is_told_and_the_second_step_stays(client, system, joined):
    before = joined.email
    their_own = Client()
    their_own.force_login(joined)
    now = timezone.now()
    device = KnownDevice.objects.create(
        user=joined, token_hash="0", first_seen_at=now, last_seen_at=now, words="Firefox"
    )
    key = their_own.session.session_key
    OpenSession.objects.create(user=joined, session_key=key, began_at=now, device=device)
    client.force_login(system)

    assert move(client, joined).status_code == 302

    deliver(AccountMail.objects.get(kind="moved").pk, at=timezone.now())
    assert mail.outbox[-1].to == [before]
    assert "If you did not ask for that" in mail.outbox[-1].body
    assert their_own.get("/")["Location"].startswith("/sign-in/"), "signed out everywhere"
    assert Event.objects.filter(kind="email_moved", row=str(joined.pk)).exists()
    page = reverse("people:second_step", args=[joined.pk])
    refused = client.post(page, {"reason": "Phone lost, called back"})
    assert refused.status_code == 422
    assert "changed in the last 14 days" in refused.text
    with pytest.raises(PermissionDenied):
        reset_second_factor(person=joined, by=seated(system), reason="Lost", at=timezone.now())
    assert second_steps.is_set_up(joined)

    AccountMail.objects.update(asked_at=timezone.now() - timedelta(days=15))
    assert client.post(page, {"reason": "Phone lost, called back"}).status_code == 302


def test_nor_is_the_address_changed_while_there_is_no_second_step(client, system, joined):
    client.force_login(system)
    page = reverse("people:second_step", args=[joined.pk])
    assert client.post(page, {"reason": "Phone lost, called back"}).status_code == 302

    answer = move(client, joined)

    assert "once they have set one up" in answer.text
    assert User.objects.get(pk=joined.pk).email == joined.email


def test_an_authoritys_administrator_changes_no_system_administrator(client, local, system):
    client.force_login(local)

    assert move(client, system).status_code == 403
    assert User.objects.get(pk=system.pk).email == system.email
