"""A young person's code: made by an adult, used with first name and birthday, and attacked."""

import re
from datetime import date, timedelta

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import wall
from accounts.models import Membership, User
from accounts.roles import Role
from audit.models import Event
from children import actions as children_actions
from children.models import Child, Involvement
from families import actions
from families.actions.codes import code_hash
from families.models import SignInCode
from notifications.models import Notice
from schools.models import Policy
from tests.factories.accounts import MembershipFactory, UserFactory, person, seated
from tests.factories.children import ChildFactory, InvolvementFactory

ME = "/me/"
KIND = SignInCode.Kind
DEVICE = django_settings.DEVICE_COOKIE_NAME


@pytest.fixture
def amara(authority):
    with wall.opened([authority.pk]):
        return ChildFactory(
            authority=authority,
            given_name="Amára Jane",
            known_as="Mari",
            family_name="Okell",
            date_of_birth=date(2012, 2, 9),
        )


@pytest.fixture
def social_worker(authority, amara):
    user = person(Role.SOCIAL_WORKER, authority=authority)
    with wall.opened([authority.pk]):
        InvolvementFactory(child=amara, person=user, role=Role.SOCIAL_WORKER)
    return user


@pytest.fixture
def code(amara, social_worker):
    return made(amara, social_worker)


def made(child, by, kind=KIND.CODE, at=None):
    with wall.opened([child.authority_id]):
        return actions.make_code(child=child, kind=kind, by=by, at=at or timezone.now())[1]


def use(client, code, name="Amara", day="9", month="2", **more):
    return client.post(ME, {"code": code, "given_name": name, "day": day, "month": month}, **more)


def is_in(client):
    return client.get("/account/").status_code == 200


def rows(child, **how):
    with wall.opened([child.authority_id]):
        return list(SignInCode.objects.filter(child=child, **how).order_by("made_at"))


def events(child, kind):
    with wall.opened([child.authority_id]):
        return list(Event.objects.filter(kind=kind, child_id=child.pk))


def test_a_code_with_name_and_birthday_lets_in_to_their_own_pages(client, amara, code):
    answer = use(client, code)

    assert answer.url == "/"
    assert client.get("/").url == "/my-views/"
    assert client.get("/my-views/").status_code == 200
    assert client.get("/children/").status_code == 403


@pytest.mark.parametrize(
    ("name", "day", "month"),
    [
        pytest.param("Amára Jane", "9", "2", id="whole first name"),
        pytest.param("amara", "09", "02", id="without accent, case or second name"),
        pytest.param(" MARI ", "9", "2", id="known as"),
    ],
)
def test_what_fits(client, code, name, day, month):
    assert use(client, code, name, day, month).status_code == 302
    assert is_in(client)


def other_code(code):
    return code[:-1] + ("A" if code[-1] != "A" else "C")


@pytest.mark.parametrize(
    ("change", "name", "day", "month"),
    [
        pytest.param(other_code, "Amara", "9", "2", id="another code"),
        pytest.param(lambda code: "OOOO OOOO", "Amara", "9", "2", id="no code at all"),
        pytest.param(str, "Kofi", "9", "2", id="another name"),
        pytest.param(str, "Okell", "9", "2", id="family name"),
        pytest.param(str, "Jane", "9", "2", id="second name"),
        pytest.param(str, "Amara", "8", "2", id="another day"),
        pytest.param(str, "Amara", "9", "3", id="another month"),
        pytest.param(str, "Amara", "2", "9", id="day and month changed over"),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(client, code, change, name, day, month):
    answer = use(client, change(code), name, day, month)
    words = re.sub(r'value="[^"]*"', "", answer.content.decode())

    assert answer.status_code == 422
    assert words.count("Check the code, your first name and your birthday") == 2
    assert re.sub(r'value="[^"]*"', "", use(Client(), "ACDE3467", "X").content.decode()) == words
    assert not is_in(client)


@pytest.mark.parametrize("month", ["2", "02", "feb", "February"])
def test_a_month_is_its_number_or_its_name(client, code, month):
    typed = {"code": code, "given_name": "Amara", "day": "9", "month": month}

    assert client.post(ME, typed).status_code == 302


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("code", "", "Enter the code"),
        ("given_name", "", "Enter your first name"),
        ("day", "32", "from 1 to 31"),
        ("day", "x", "from 1 to 31"),
        ("month", "0", "from 1 to 12"),
        ("month", "Febtober", "from 1 to 12"),
    ],
)
def test_what_is_missing_or_no_number_is_said(client, code, field, value, words):
    typed = {"code": code, "given_name": "Amara", "day": "9", "month": "2", field: value}

    answer = client.post(ME, typed)

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_code_of_one_child_does_not_open_another_by_their_name(client, amara, social_worker):
    with wall.opened([901]):
        kofi = ChildFactory(
            authority=amara.authority, given_name="Kofi", date_of_birth=date(2013, 5, 1)
        )
        InvolvementFactory(child=kofi, person=social_worker, role=Role.SOCIAL_WORKER)
    code, of_kofi = made(amara, social_worker), made(kofi, social_worker)

    assert use(client, code, "Kofi", "1", "5").status_code == 422
    assert use(client, of_kofi).status_code == 422
    assert not is_in(client)


def test_a_code_counts_once(client, amara, code):
    use(client, code)
    other = Client()

    assert use(other, code).status_code == 422
    assert not is_in(other)
    assert len(events(amara, "young_person.code_used")) == 1
    assert len(events(amara, "young_person.refused")) == 1


@pytest.mark.parametrize(
    ("kind", "lasts"), [(KIND.CODE, timedelta(minutes=15)), (KIND.SHEET, timedelta(days=14))]
)
def test_a_code_is_over_when_its_time_is(client, amara, social_worker, kind, lasts):
    now = timezone.now()
    just = made(amara, social_worker, kind, at=now - lasts + timedelta(seconds=60))
    assert use(client, just).status_code == 302

    over = made(amara, social_worker, kind, at=now - lasts)
    assert use(Client(), over).status_code == 422


def test_a_sheet_counts_until_it_is_withdrawn(client, amara, social_worker):
    code = made(amara, social_worker, KIND.SHEET)
    assert use(client, code).status_code == 302
    assert use(Client(), code).status_code == 302
    (sheet,) = rows(amara)
    desk = Client()
    desk.force_login(social_worker)
    desk.post(f"/children/{amara.pk}/sign-in/{sheet.pk}/withdraw/")

    assert use(Client(), code).status_code == 422
    assert len(events(amara, "young_person.code_withdrawn")) == 1


@pytest.mark.parametrize("kind", [KIND.CODE, KIND.SHEET])
def test_a_new_one_ends_the_one_before(client, amara, social_worker, kind):
    first, second = made(amara, social_worker, kind), made(amara, social_worker, kind)

    assert use(client, first).status_code == 422
    assert use(client, second).status_code == 302


def test_a_sheet_and_a_code_live_side_by_side(client, amara, social_worker):
    sheet, code = made(amara, social_worker, KIND.SHEET), made(amara, social_worker)

    assert use(client, sheet).status_code == 302
    assert use(Client(), code).status_code == 302


def test_the_authority_says_how_long_and_from_which_age(client, amara, social_worker):
    Policy.objects.create(
        authority=amara.authority,
        started_on=date(2020, 1, 1),
        sign_in_sheet_days=3,
        young_person_signs_in_from_age=11,
    )
    made(amara, social_worker, KIND.SHEET)
    (sheet,) = rows(amara)
    with wall.opened([901]):
        Child.objects.update(date_of_birth=timezone.localdate() - timedelta(days=10 * 365))

    assert sheet.expires_at - sheet.made_at == timedelta(days=3)
    with wall.opened([901]):
        younger = Child.objects.get(pk=amara.pk)
    with pytest.raises(actions.TooYoung):
        made(younger, social_worker)


def born(years, days):
    today = timezone.localdate()
    return today.replace(year=today.year - years) + timedelta(days=days)


@pytest.mark.parametrize(("days", "is_made"), [(1, False), (0, True)])
def test_from_the_eighth_birthday(client, amara, social_worker, days, is_made):
    with wall.opened([901]):
        Child.objects.filter(pk=amara.pk).update(date_of_birth=born(8, days))
    client.force_login(social_worker)

    answer = client.post(f"/children/{amara.pk}/sign-in/code/")

    assert (answer.status_code == 200) is is_made
    assert bool(rows(amara)) is is_made


def test_only_a_keyed_hash_is_kept(amara, code):
    (row,) = rows(amara)

    assert row.code_hash == code_hash(code)
    with wall.opened([901]):
        copies = Event.objects.filter(table="families_signincode", kind="row.insert")
        assert copies.get().after["code_hash"] == "(not kept)"


def test_the_account_is_made_without_email_and_without_password(client, amara, code):
    with wall.opened([901]):
        mine = Involvement.objects.get(child=amara, role=Role.YOUNG_PERSON)
    user = mine.person

    assert (user.given_name, user.family_name, user.email) == ("Mari", "Okell", None)
    assert not user.has_usable_password()
    assert len(events(amara, "young_person.account_made")) == 1


def test_an_account_that_is_there_is_used(client, amara, social_worker):
    with wall.opened([901]):
        mine = InvolvementFactory(child=amara, role=Role.YOUNG_PERSON)
    use(client, made(amara, social_worker))

    assert client.session["_auth_user_id"] == str(mine.person_id)
    with wall.opened([901]):
        assert Involvement.objects.filter(role=Role.YOUNG_PERSON).count() == 1


def test_who_made_it_is_told_and_it_names_nobody(client, amara, social_worker, code):
    use(client, code)

    with wall.opened([901]):
        notice = Notice.objects.get(kind="code_used")
    assert notice.recipient_id == social_worker.pk
    assert not re.search("Am[aá]ra|Mari|Okell", notice.text)


def test_making_and_using_are_recorded_with_who(client, amara, social_worker):
    client.force_login(social_worker)
    client.post(f"/children/{amara.pk}/sign-in/sheet/")
    made(amara, social_worker)

    (printed,) = events(amara, "young_person.sheet_printed")
    assert printed.actor_id == social_worker.pk
    assert len(events(amara, "young_person.code_made")) == 1


def test_a_code_waits_after_five_wrong_tries(client, code):
    answers = [use(Client(), code, "Kofi").status_code for _ in range(5)]

    assert answers == [422] * 5
    assert use(client, code).status_code == 429
    assert not is_in(client)


def test_a_device_waits_after_ten(client, code):
    client.get(ME)
    assert client.cookies[DEVICE].value
    answers = [use(client, f"ACDE34{n:02}").status_code for n in range(10)]

    assert set(answers) == {422}
    assert use(client, code).status_code == 429
    assert use(Client(), code).status_code == 302


def test_an_address_waits_after_a_hundred_and_others_do_not(client, code):
    for n in range(101):
        use(Client(), f"ACD{n:05}")

    assert use(client, code).status_code == 429
    assert use(client, code, REMOTE_ADDR="192.0.2.7").status_code == 302


def test_the_session_gets_a_new_key(client, code):
    client.get(ME)
    session = client.session
    session["planted"] = "x"
    session.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    use(client, code)

    assert client.session.session_key != session.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session.session_key
    assert not is_in(client)


def test_the_session_is_the_short_one_of_a_young_person(client, code):
    use(client, code)
    client.get("/my-views/")
    session = client.session
    session["last_at"] = (timezone.now() - timedelta(minutes=16)).isoformat()
    session.save()

    assert not is_in(client)


def test_a_code_dies_with_the_access_of_who_made_it(client, amara, social_worker):
    code = made(amara, social_worker, KIND.SHEET)
    with wall.opened([901]):
        Involvement.objects.filter(person=social_worker).update(ended_on=timezone.localdate())

    assert use(client, code).status_code == 422


@pytest.mark.parametrize("what", ["seat", "account"])
def test_a_code_dies_with_the_job_of_who_made_it(client, amara, social_worker, what):
    code = made(amara, social_worker, KIND.SHEET)
    if what == "seat":
        Membership.objects.filter(user=social_worker).update(ended_on=timezone.localdate())
    else:
        User.objects.filter(pk=social_worker.pk).update(is_active=False)

    assert use(client, code).status_code == 422


def test_a_sealed_record_is_not_opened_by_a_code(client, amara, authority, social_worker):
    code = made(amara, social_worker, KIND.SHEET)
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    now = timezone.now()
    with wall.opened([901]):
        children_actions.seal(child=amara, why="An order", owner=head, keepers=[], by=head, at=now)

    assert use(client, code).status_code == 422
    client.force_login(social_worker)
    assert client.post(f"/children/{amara.pk}/sign-in/code/").status_code == 404


def test_a_restricted_record_is_passed_before_a_code_is_made(client, amara, authority):
    head = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    adviser = person(Role.ADVISER, authority=authority)
    with wall.opened([901]):
        children_actions.restrict(
            child=amara, why="Family of staff", owner=head, by=head, at=timezone.now()
        )
    client.force_login(adviser)

    answer = client.post(f"/children/{amara.pk}/sign-in/code/")

    assert answer.url.startswith(f"/children/{amara.pk}/restricted/")
    assert rows(amara) == []


def test_an_account_with_other_work_here_is_not_let_in_by_a_code(client, amara, code):
    with wall.opened([901]):
        user = Involvement.objects.get(role=Role.YOUNG_PERSON).person
    MembershipFactory(user=user, role=Role.ADVISER, authority=amara.authority)

    assert use(client, code).status_code == 422


def test_who_may_not_give_codes_cannot(amara, authority):
    officer = person(Role.OFFICER, authority=authority)

    with pytest.raises(PermissionDenied):
        made(amara, officer)


def test_a_carer_makes_codes_for_the_child_they_care_for_only(client, amara):
    with wall.opened([901]):
        carer = InvolvementFactory(child=amara, person=UserFactory(), role=Role.CARER).person
        other = ChildFactory(authority=amara.authority)
    client.force_login(carer)

    assert client.post(f"/children/{amara.pk}/sign-in/code/").status_code == 200
    assert client.post(f"/children/{other.pk}/sign-in/code/").status_code == 404


def test_the_code_stands_behind_a_hash_mark_and_the_sheet_names_nobody(
    client, amara, social_worker, settings
):
    client.force_login(social_worker)
    sheet = client.post(f"/children/{amara.pk}/sign-in/sheet/").content.decode()
    main = sheet[sheet.index("<main") : sheet.index("</main>")]

    assert 'fill="' in main or "<path" in main
    assert "style=" not in main
    assert not re.search("Am[aá]ra|Mari|Okell|School", main.replace("Virtual School", ""))
    assert f"{settings.VS_BASE_URL}/me/" in main


def test_the_page_says_who_made_a_code_by_role_alone(client, amara, authority, social_worker):
    with wall.opened([901]):
        person_ = UserFactory(given_name="Wilhelmina")
        InvolvementFactory(child=amara, person=person_, role=Role.CARER)
        made(amara, seated(person_), KIND.SHEET)
    client.force_login(social_worker)
    page = client.get(f"/children/{amara.pk}/sign-in/").content.decode()

    assert "made by the carer on" in page
    assert "Wilhelmina" not in page


def test_a_code_in_the_address_is_not_read(client, code):
    page = client.get(f"{ME}?code={code}").content.decode()

    assert code not in page
    assert use(client, "", QUERY_STRING=f"code={code}").status_code == 422


def test_somebody_who_is_signed_in_is_not_replaced(client, social_worker, code):
    client.force_login(social_worker)

    assert "Somebody is signed in" in client.get(ME).content.decode()
    use(client, code)
    assert client.session["_auth_user_id"] == str(social_worker.pk)


def test_before_the_wall_opens_a_code_tells_its_authority_and_nothing_else(amara, code):
    with connection.cursor() as cursor:
        cursor.execute("SELECT reach_of_code(%s)", [code_hash(code)])
        assert cursor.fetchone() == (901,)
        cursor.execute("SELECT reach_of_code('')")
        assert cursor.fetchone() == (None,)
        cursor.execute("SELECT count(*) FROM families_signincode")
        assert cursor.fetchone() == (0,)


@pytest.mark.parametrize("wrong", ["second", "ends before"])
def test_the_database_refuses_what_cannot_be(amara, social_worker, code, wrong):
    (row,) = rows(amara)
    row.pk, row.code_hash = None, "x"
    row._state.adding = True
    if wrong == "ends before":
        row.kind, row.expires_at = KIND.SHEET, row.made_at

    with wall.opened([901]), pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)
