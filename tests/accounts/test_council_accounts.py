"""Signing in with a council account, against a real provider process over HTTP."""

import time
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import actions, wall
from accounts.models import CouncilGroup, Membership, User
from accounts.roles import ADMINISTRATOR_ROLES, GROUP_ROLES, Role
from audit.models import Event
from people.actions import memberships
from tests.factories.accounts import (
    PASSWORD,
    CouncilSignInFactory,
    MembershipFactory,
    UserFactory,
    code_now,
    person,
    ready_to_sign_in,
)
from tests.factories.schools import SchoolFactory
from tests.oidc_provider import CLIENT

BEGIN, BACK, ACCOUNT = "/sign-in/council/901/", "/sign-in/council/901/back/", "/account/"
EMAIL = "head@council.example"


@pytest.fixture
def council(authority, council_server):
    return CouncilSignInFactory(authority=authority)


@pytest.fixture
def head(authority):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority, email=EMAIL)


@pytest.fixture
def says(council_server):
    """What the provider says of the head, save for what a test names."""

    def say(fault="", **claims):
        known = {"email": EMAIL, "email_verified": True, "amr": ["pwd", "mfa"]}
        council_server(fault, **(known | claims))

    say()
    return say


def there_and_back(client, address=BEGIN):
    """Answer what the browser gets when it comes back from the provider."""
    there = client.get(address)
    assert there.status_code == 302, there.content.decode()
    answer = requests.get(there.url, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    assert back.netloc == "testserver"
    return client.get(f"{back.path}?{back.query}")


def is_in(client):
    return client.get(ACCOUNT).status_code == 200


def refusals():
    with wall.opened([901]):
        found = Event.objects.filter(kind="council_account_refused", authority_id=901)
        return [event.after["why"] for event in found.order_by("at", "pk")]


# The way ---------------------------------------------------------------------------------------


def test_the_sign_in_page_offers_it_only_where_it_is_set_up(client, council, settings):
    link = f'href="{BEGIN}"'

    assert link in client.get("/sign-in/").content.decode()
    settings.COUNCIL_SERVERS = {}
    assert link not in client.get("/sign-in/").content.decode()
    assert client.get(BEGIN).status_code == client.get(BACK).status_code == 404


def test_one_that_was_closed_is_not_offered(client, council):
    council.is_open = False
    council.save()

    assert BEGIN not in client.get("/sign-in/").content.decode()
    assert client.get(BEGIN).status_code == 404


def test_the_link_leads_there_with_state_nonce_and_proof_key(client, council, says):
    asked = parse_qs(urlsplit(client.get(BEGIN).url).query)

    assert asked["client_id"] == [CLIENT]
    assert asked["redirect_uri"] == [f"http://testserver{BACK}"]
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) >= 32
    assert len(asked["state"][0]) >= 16
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}


def test_a_person_with_a_seat_is_let_in_and_it_is_recorded(client, council, says, head):
    answer = there_and_back(client)

    assert answer.url == "/"
    assert is_in(client)
    event = Event.objects.get(kind="signed_in")
    assert event.actor_id == head.pk
    assert event.after == {
        "second_step": "council account",
        "first_step": "council account",
        "council": 901,
    }
    assert Event.objects.filter(kind="council_account_linked", row=str(head.pk)).count() == 1


def test_nothing_that_the_server_said_is_kept_but_who_it_is(client, council, says, head):
    there_and_back(client)

    link = SocialAccount.objects.get(user=head)
    assert (link.uid, link.extra_data) == ("subject-1", {})
    assert link.provider.startswith("http://127.0.0.1:")


def test_the_page_asked_for_is_opened(client, council, says, head):
    assert there_and_back(client, f"{BEGIN}?next=/account/devices/").url == "/account/devices/"


@pytest.mark.parametrize(
    "target",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:x"],
)
def test_it_never_leads_to_another_host(client, council, says, head, target):
    assert there_and_back(client, f"{BEGIN}?next={target}").url == "/"


def test_a_new_session_begins(client, council, says, head):
    client.get(BEGIN)
    before = client.session.session_key

    there_and_back(client)

    assert client.session.session_key != before


def test_a_post_begins_nothing(client, council, says):
    assert client.post(BEGIN).status_code == client.post(BACK).status_code == 405


# What is not believed --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "claims"),
    [
        pytest.param("", {"nonce": "another"}, id="another nonce"),
        pytest.param("", {"nonce": None}, id="no nonce"),
        pytest.param("", {"aud": "another-client"}, id="another audience"),
        pytest.param("", {"aud": [CLIENT, "another"]}, id="an audience of several"),
        pytest.param("", {"iss": "https://elsewhere.example"}, id="another issuer in the token"),
        pytest.param("", {"exp": int(time.time()) - 120}, id="an expired token"),
        pytest.param("", {"exp": None}, id="a token for ever"),
        pytest.param("", {"sub": None}, id="no subject"),
        pytest.param("", {"sub": ""}, id="an empty subject"),
        pytest.param("", {"sub": "a" * 192}, id="a subject too long to keep"),
        pytest.param("alg none", {}, id="not signed"),
        pytest.param("signed with the public key", {}, id="signed with the public key"),
        pytest.param("another key", {}, id="signed by somebody else"),
        pytest.param("unknown key", {}, id="signed with a key nobody published"),
    ],
)
def test_a_token_that_is_wrong_in_one_thing_opens_nothing(
    client, council, says, head, fault, claims
):
    says(fault, **claims)

    answer = there_and_back(client)

    assert answer.status_code == 403
    assert "did not answer as it should" in answer.content.decode()
    assert not is_in(client)
    assert refusals() == ["server"]


@pytest.mark.parametrize("fault", ["another issuer", "moved"])
def test_a_server_that_is_not_the_one_we_were_told_of_is_not_asked(client, council, says, fault):
    says(fault)

    assert client.get(BEGIN).status_code == 403
    assert refusals() == ["server"]


def test_a_server_that_is_away_is_said_so(client, council, settings):
    server = settings.COUNCIL_SERVERS["901"]
    settings.COUNCIL_SERVERS = {
        "901": type(server)(issuer="http://127.0.0.1:9", client_id=CLIENT, secret=server.secret)
    }

    answer = client.get(BEGIN)

    assert answer.status_code == 403
    assert "Try again in a few minutes" in answer.content.decode()


def test_a_wrong_secret_opens_nothing(client, council, says, head, settings):
    server = settings.COUNCIL_SERVERS["901"]
    settings.COUNCIL_SERVERS = {
        "901": type(server)(issuer=server.issuer, client_id=CLIENT, secret="not-the-secret")
    }

    assert there_and_back(client).status_code == 403


@pytest.mark.parametrize("state", ["", "state=&code=x", "state=made-up&code=x"])
def test_a_state_that_was_not_made_here_opens_nothing(client, council, says, state):
    client.get(BEGIN)

    assert client.get(f"{BACK}?{state}").status_code == 403
    assert refusals() == ["state"]


def test_an_answer_meant_for_another_browser_opens_nothing(client, council, says, head):
    """Somebody leads a person to their own account, to read what is typed there."""
    there = client.get(BEGIN).url
    back = requests.get(there, allow_redirects=False, timeout=10).headers["Location"]
    victim = Client()
    victim.get(BEGIN)

    assert victim.get(f"{BACK}?{urlsplit(back).query}").status_code == 403
    assert not is_in(victim)


def test_an_answer_counts_once(client, council, says, head):
    there = client.get(BEGIN).url
    back = requests.get(there, allow_redirects=False, timeout=10).headers["Location"]
    address = f"{BACK}?{urlsplit(back).query}"
    client.get(address)
    client.post("/sign-out/")

    assert client.get(address).status_code == 403


def test_stopping_there_is_said_so(client, council, says):
    says("stopped")

    assert "stopped before it was finished" in there_and_back(client).content.decode()
    assert refusals() == ["stopped there"]


def test_an_answer_of_one_council_is_not_taken_for_another(
    client, council, says, head, neighbour, settings
):
    settings.COUNCIL_SERVERS |= {"902": settings.COUNCIL_SERVERS["901"]}
    CouncilSignInFactory(authority=neighbour)
    back = requests.get(client.get(BEGIN).url, allow_redirects=False, timeout=10)

    query = urlsplit(back.headers["Location"]).query

    assert client.get(f"/sign-in/council/902/back/?{query}").status_code == 403


def test_faults_are_logged_without_what_the_server_said(client, council, says, head, caplog):
    says("another key")
    there_and_back(client)

    assert "failed for authority 901" in caplog.text
    assert "council.example" not in caplog.text
    assert "subject-1" not in caplog.text


# Whose account it is ---------------------------------------------------------------------------


def test_an_address_in_capitals_is_the_same(client, council, says, head):
    says(email="Head@Council.Example")

    there_and_back(client)

    assert is_in(client)


def test_entra_vouches_for_an_address_in_its_own_word(client, council, says, head):
    says(email_verified=None, xms_edov=True)

    there_and_back(client)

    assert is_in(client)


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        pytest.param({"email_verified": False}, "address not verified", id="not verified"),
        pytest.param({"email_verified": None}, "address not verified", id="not said"),
        pytest.param({"email_verified": "no"}, "address not verified", id="another word"),
        pytest.param({"email": None}, "address not verified", id="no address"),
        pytest.param({"email": "head@other.example"}, "domain not allowed", id="another domain"),
        pytest.param(
            {"email": "head@council.example.elsewhere.example"}, "domain not allowed", id="longer"
        ),
        pytest.param(
            {"email": "head@elsewhere.council.example"}, "domain not allowed", id="below it"
        ),
        pytest.param({"email": "nobody@council.example"}, "unknown person", id="unknown"),
    ],
)
def test_who_is_not_let_in(client, council, says, head, claims, why):
    says(**claims)

    answer = there_and_back(client)

    assert answer.status_code == 403
    assert not is_in(client)
    assert refusals() == [why]
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_somebody_unknown_is_told_who_can_invite_them(client, council, says, authority):
    authority.contact_email = "virtual-school@council.example"
    authority.save()

    page = there_and_back(client).content.decode()

    assert "Access comes by invitation" in page
    assert authority.display_name in page
    assert "virtual-school@council.example" in page


def test_a_closed_account_stays_closed(client, council, says, head):
    there_and_back(client)
    client.post("/sign-out/")
    head.is_active = False
    head.save()

    assert there_and_back(client).status_code == 403
    assert refusals() == ["account closed"]


def test_once_linked_the_subject_is_the_person_whatever_the_address(client, council, says, head):
    there_and_back(client)
    client.post("/sign-out/")
    UserFactory(email="other@council.example")
    says(email="other@council.example")

    there_and_back(client)

    assert is_in(client)
    assert client.session["_auth_user_id"] == str(head.pk)


def test_an_address_given_to_somebody_new_does_not_bring_the_account(client, council, says, head):
    there_and_back(client)
    client.post("/sign-out/")
    says(sub="subject-2")

    assert there_and_back(client).status_code == 403
    assert refusals() == ["address of another account"]


def test_the_link_can_be_taken_off(client, council, says, head):
    there_and_back(client)
    client.post("/sign-out/")
    says(sub="subject-2")

    assert actions.unlink_council_account(person=head, by=_administrator(head), at=timezone.now())
    there_and_back(client)

    assert SocialAccount.objects.get(user=head).uid == "subject-2"


def test_a_former_colleague_is_not_let_in(client, council, says, head):
    head.memberships.update(ended_on=date(2026, 1, 1))

    assert there_and_back(client).status_code == 403
    assert refusals() == ["no seat"]
    assert not SocialAccount.objects.exists()


def test_a_council_lets_nobody_in_who_also_has_a_seat_elsewhere(
    client, council, says, head, neighbour
):
    MembershipFactory(user=head, role=Role.OFFICER, authority=neighbour)

    answer = there_and_back(client)

    assert answer.status_code == 403
    assert "Sign in with your email address and password" in answer.content.decode()
    assert refusals() == ["seats elsewhere"]


def test_a_council_lets_nobody_run_the_installation(client, council, says, head, authority):
    MembershipFactory(user=head, role=Role.SYSTEM_ADMINISTRATOR, authority=authority)

    assert there_and_back(client).status_code == 403
    assert refusals() == ["seats elsewhere"]


@pytest.mark.parametrize(("of", "status"), [("authority", 302), ("neighbour", 403)])
def test_school_staff_come_in_by_the_council_of_their_school(
    client, council, says, request, of, status
):
    school = SchoolFactory(authority=request.getfixturevalue(of))
    person(Role.DESIGNATED_TEACHER, school=school, email=EMAIL)

    assert there_and_back(client).status_code == status


# The second step -------------------------------------------------------------------------------


def test_the_councils_second_step_is_enough(client, council, says, head):
    ready_to_sign_in(head)

    assert there_and_back(client).url == "/"
    assert is_in(client)


@pytest.mark.parametrize("methods", [None, ["pwd"], [], "mfa"])
def test_without_it_ours_is_asked(client, council, says, head, methods):
    ready_to_sign_in(head)
    says(amr=methods)

    assert there_and_back(client).url == "/sign-in/code/"
    assert not is_in(client)
    client.post("/sign-in/code/", {"code": code_now(head)})
    assert is_in(client)
    assert Event.objects.get(kind="signed_in").after["second_step"] == "totp"


def test_without_it_a_person_who_has_none_sets_one_up_first(client, council, says, head):
    says(amr=["pwd"])
    there_and_back(client)

    assert client.get("/").url == "/account/two-step/"


def test_a_council_that_always_asks_for_one_may_say_so(client, council, says, head):
    council.does_second_step = True
    council.save()
    ready_to_sign_in(head)
    says(amr=None)

    assert there_and_back(client).url == "/"
    assert client.get("/").url != "/account/two-step/"


def test_a_councils_second_step_counts_for_its_own_session_only(client, council, says, head):
    """One who came back from the council without it, then types the password, has taken none."""
    ready_to_sign_in(head)
    says(amr=["pwd"])
    there_and_back(client)

    client.post("/sign-in/", {"email": EMAIL, "password": PASSWORD})
    client.post("/sign-in/code/", {"code": code_now(head)})

    assert client.session["council"] is None
    assert Event.objects.get(kind="signed_in").after == {"second_step": "totp"}


# Groups ----------------------------------------------------------------------------------------


@pytest.fixture
def groups(council):
    """Groups give access: `advisers` makes an adviser, `money` a finance officer."""
    council.makes_people = True
    council.save()
    CouncilGroup.objects.create(sign_in=council, group="advisers", role=Role.ADVISER)
    CouncilGroup.objects.create(sign_in=council, group="money", role=Role.FINANCE_OFFICER)
    return council


NEW = {"sub": "new", "email": "new@council.example", "given_name": "Nia", "family_name": "Rees"}


def roles_of(email):
    found = Membership.objects.filter(user__email=email, ended_on=None)
    return sorted(found.values_list("role", "by_group"))


def test_groups_make_nobody_while_they_give_no_access(client, council, says):
    CouncilGroup.objects.create(sign_in=council, group="advisers", role=Role.ADVISER)
    says(**NEW, groups=["advisers"])

    assert there_and_back(client).status_code == 403
    assert refusals() == ["unknown person"]
    assert not User.objects.exists()


def test_a_group_makes_a_person_and_their_seat(client, groups, says):
    says(**NEW, groups=["advisers", "others"])

    assert there_and_back(client).url == "/"
    made = User.objects.get(email="new@council.example")
    assert made.name == "Nia Rees"
    assert not made.has_usable_password()
    assert roles_of(made.email) == [("adviser", "given")]
    assert client.get(ACCOUNT).wsgi_request.user.seat.role == Role.ADVISER


def test_groups_are_asked_for_where_the_server_knows_them(client, groups, says):
    asked = parse_qs(urlsplit(client.get(BEGIN).url).query)

    assert "groups" in asked["scope"][0].split()


@pytest.mark.parametrize("claim", [None, [], ["others"], "advisers", {"advisers": 1}, [["x"], 1]])
def test_without_a_group_that_gives_a_role_nobody_is_made(client, groups, says, claim):
    says(**NEW, groups=claim)

    assert there_and_back(client).status_code == 403
    assert not User.objects.exists()


def test_groups_may_be_told_under_another_name(client, groups, says):
    groups.groups_claim = "roles"
    groups.save()
    says(**NEW, groups=["advisers"], roles=["money"])

    there_and_back(client)

    assert roles_of(NEW["email"]) == [("finance_officer", "given")]


def test_leaving_the_group_ends_the_seat_at_the_next_sign_in(client, groups, says):
    says(**NEW, groups=["advisers", "money"])
    there_and_back(client)
    client.post("/sign-out/")
    says(**NEW, groups=["money"])
    there_and_back(client)

    assert roles_of(NEW["email"]) == [("finance_officer", "given")]
    client.post("/sign-out/")
    says(**NEW, groups=[])
    assert there_and_back(client).status_code == 403
    assert roles_of(NEW["email"]) == []
    assert refusals() == ["no seat"]


def test_coming_back_to_the_group_gives_the_seat_again(client, groups, says):
    for theirs in (["advisers"], [], ["advisers"]):
        says(**NEW, groups=theirs)
        there_and_back(client)
        client.post("/sign-out/")

    assert roles_of(NEW["email"]) == [("adviser", "given")]


def test_turned_off_what_groups_gave_ends(client, groups, says):
    says(**NEW, groups=["advisers"])
    there_and_back(client)
    client.post("/sign-out/")
    groups.makes_people = False
    groups.save()

    assert there_and_back(client).status_code == 403
    assert roles_of(NEW["email"]) == []


def test_a_seat_given_by_hand_is_not_touched(client, groups, says, head):
    says(groups=["advisers"])
    there_and_back(client)
    client.post("/sign-out/")
    says(groups=[])
    there_and_back(client)

    assert is_in(client)
    assert roles_of(EMAIL) == [("virtual_school_head", "")]


def test_what_a_group_gave_counts_only_with_the_councils_account(client, groups, says, head):
    """Somebody who has left the council still knows their password here."""
    ready_to_sign_in(head)
    says(groups=["money"])
    there_and_back(client)
    assert {seat.role for seat in client.get("/account/").wsgi_request.seats} == {
        Role.VIRTUAL_SCHOOL_HEAD,
        Role.FINANCE_OFFICER,
    }
    client.post("/sign-out/")

    client.post("/sign-in/", {"email": EMAIL, "password": PASSWORD})
    client.post("/sign-in/code/", {"code": code_now(head)})

    seats = client.get("/account/").wsgi_request.seats
    assert [seat.role for seat in seats] == [Role.VIRTUAL_SCHOOL_HEAD]


@pytest.mark.parametrize("by_group", ["given", ""])
def test_a_role_an_administrator_ended_is_not_given_back(client, groups, says, by_group):
    user = UserFactory(email=NEW["email"])
    MembershipFactory(
        user=user,
        role=Role.ADVISER,
        authority=groups.authority,
        ended_on=date(2026, 1, 1),
        by_group=by_group,
    )
    says(**NEW, groups=["advisers"])

    assert there_and_back(client).status_code == 403
    assert roles_of(NEW["email"]) == []


def test_an_administrator_gets_nothing_from_a_group(client, groups, says, authority):
    """They could write the table of groups themselves."""
    person(Role.AUTHORITY_ADMINISTRATOR, authority=authority, email=EMAIL)
    says(groups=["advisers"])

    there_and_back(client)

    assert is_in(client)
    assert roles_of(EMAIL) == [("authority_administrator", "")]


def test_a_group_gives_no_seat_to_somebody_from_elsewhere(client, groups, says, neighbour):
    person(Role.OFFICER, authority=neighbour, email=NEW["email"])
    says(**NEW, groups=["advisers"])

    assert there_and_back(client).status_code == 403
    assert roles_of(NEW["email"]) == [("officer", "")]


@pytest.mark.parametrize("role", sorted({*ADMINISTRATOR_ROLES, Role.VIRTUAL_SCHOOL_HEAD, "carer"}))
def test_no_group_can_give_a_role_that_is_not_safe(council, role):
    assert role not in GROUP_ROLES
    with pytest.raises(IntegrityError, match="council_group_gives_safe_role"):
        CouncilGroup.objects.create(sign_in=council, group="x", role=role)


def test_a_group_gives_its_role_once(council):
    CouncilGroup.objects.create(sign_in=council, group="x", role=Role.ADVISER)
    with pytest.raises(IntegrityError, match="council_group_role_once"):
        CouncilGroup.objects.create(sign_in=council, group="x", role=Role.ADVISER)


def test_names_too_long_or_with_other_signs_break_nothing(client, groups, says):
    says(
        **(NEW | {"given_name": "N\x00ia" * 100, "family_name": None}), groups=["advisers", "\x00"]
    )

    assert there_and_back(client).status_code == 302
    assert User.objects.get().given_name == ("Nia" * 100)[:100]


def test_a_role_given_by_hand_as_well_stays_when_the_group_is_left(client, groups, says):
    says(**NEW, groups=["advisers"])
    there_and_back(client)
    client.post("/sign-out/")
    user = User.objects.get(email=NEW["email"])
    memberships.seat(
        person=user,
        role=Role.ADVISER,
        authority_id=901,
        school_id=None,
        started_on=timezone.localdate(),
    )
    says(**NEW, groups=[])

    there_and_back(client)

    assert is_in(client)
    assert roles_of(NEW["email"]) == [("adviser", "")]


# Setting it up ---------------------------------------------------------------------------------


def test_an_administrator_sets_up_their_own_council_and_no_other(client, council, neighbour):
    theirs = CouncilSignInFactory(authority=neighbour, name="Elsewhere")
    client.force_login(person(Role.AUTHORITY_ADMINISTRATOR, authority=council.authority))

    page = client.get(reverse("admin:accounts_councilsignin_changelist")).content.decode()

    assert "Northbridge" in page
    assert "Elsewhere" not in page
    own = reverse("admin:accounts_councilsignin_change", args=[council.pk])
    other = reverse("admin:accounts_councilsignin_change", args=[theirs.pk])
    assert client.get(own).status_code == 200
    assert client.get(other).status_code == 302


def test_no_page_holds_or_takes_the_server_or_its_secret(client, council, settings):
    client.force_login(person(Role.AUTHORITY_ADMINISTRATOR, authority=council.authority))

    page = client.get(reverse("admin:accounts_councilsignin_change", args=[council.pk]))

    server = settings.COUNCIL_SERVERS["901"]
    assert server.secret not in page.content.decode()
    assert server.issuer not in page.content.decode()
    assert server.secret not in repr(server)


def test_an_administrator_unlinks_an_account_from_its_persons_page(client, council, says, head):
    there_and_back(client)
    administrator = Client()
    administrator.force_login(_administrator(head))
    page = reverse("people:person", args=[head.pk])

    assert "Unlink the council account" in administrator.get(page).content.decode()
    administrator.post(reverse("people:unlink", args=[head.pk]))

    assert not SocialAccount.objects.exists()
    assert "Unlink the council account" not in administrator.get(page).content.decode()


def test_an_administrator_of_another_authority_unlinks_nothing(
    client, council, says, head, neighbour
):
    there_and_back(client)
    client.force_login(person(Role.AUTHORITY_ADMINISTRATOR, authority=neighbour))

    assert client.post(reverse("people:unlink", args=[head.pk])).status_code == 404
    assert SocialAccount.objects.exists()


def test_only_who_manages_people_unlinks(council, head, authority):
    with pytest.raises(PermissionDenied):
        actions.unlink_council_account(
            person=head, by=person(Role.OFFICER, authority=authority), at=timezone.now()
        )


def _administrator(head):
    return person(Role.AUTHORITY_ADMINISTRATOR, authority=head.memberships.get().authority)
