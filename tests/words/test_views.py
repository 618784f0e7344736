"""A form that arrives after its session has ended: nothing is lost, and nobody else sees it."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.forms import Textarea
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.middleware import LAST
from accounts.models import Membership
from pep.models import Answer, KeptText, PersonalEducationPlan
from tests.world import build_world
from words.models import HeldWords

WORDS = "She reads to her brother every evening."
THEIRS = "She is quick with rhymes."  # what stood in the section before, by somebody else


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def teacher(world):
    """A browser of the teacher, whose posts are checked as those of a browser are."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.people["teacher"])
    browser.get("/account/")
    return browser


def section_of(world):
    return reverse("pep:section", args=[world.plans.amara.pk, "english"])


def form_of(browser, url):
    """What the page would send, untouched."""
    page = browser.get(url)
    form = page.context["form"]
    shown = {name: form[name].value() for name in form.fields if "__prefix__" not in name}
    data = {name: value for name, value in shown.items() if value}
    data |= {name: str(page.context[name]) for name in ("version", "marks")}
    return data | {"csrfmiddlewaretoken": str(page.context["csrf_token"])}


def end_by_idling(browser):
    session = browser.session
    session[LAST] = (timezone.now() - timedelta(hours=2)).isoformat()
    session.save()


def end_in_the_database(browser):
    Session.objects.all().delete()


def end_by_the_clock(browser):
    session = browser.session
    session["began_at"] = (timezone.now() - timedelta(hours=13)).isoformat()
    session.save()


def end_and_forget(browser):
    Session.objects.all().delete()
    del browser.cookies[settings.SESSION_COOKIE_NAME]


def held_of(user):
    with wall.opened([], actor=wall.Actor(user_id=user.pk)):
        return list(HeldWords.objects.order_by("made_at"))


def stored(world, key="strengths"):
    with wall.opened([901]):
        found = Answer.objects.filter(plan=world.plans.amara, section="english", key=key)
        return found.values_list("value", flat=True).first()


@pytest.mark.parametrize(
    "end", [end_by_idling, end_by_the_clock, end_in_the_database, end_and_forget]
)
def test_a_section_sent_after_the_session_is_put_back_and_then_saved(world, teacher, end):
    url = section_of(world)
    data = form_of(teacher, url)
    end(teacher)

    sent = teacher.post(url, data | {"strengths": WORDS, "later": "1"})
    assert sent.status_code == 302
    assert sent.url.startswith("/sign-in/?next=")
    assert WORDS not in sent.url
    (held,) = held_of(world.people["teacher"])
    assert held.address() in sent.url.replace("%2F", "/").replace("%3F", "?").replace("%3D", "=")
    assert stored(world) != WORDS
    assert "We have kept it for 24 hours" in teacher.get(sent.url).content.decode()

    teacher.force_login(world.people["teacher"])
    back = teacher.get(held.address())
    text = back.content.decode()
    assert "We kept what you wrote at" in text
    assert back.context["form"]["strengths"].value() == WORDS
    assert "Not saved yet" in text
    assert stored(world) != WORDS

    again = {**data, "strengths": WORDS, "later": "1"}
    again["csrfmiddlewaretoken"] = str(back.context["csrf_token"])
    again |= {name: str(back.context[name]) for name in ("version", "marks")}
    saved = teacher.post(url, again)
    assert saved.status_code == 302, saved.context["form"].errors
    assert stored(world) == WORDS
    assert held_of(world.people["teacher"]) == []


def test_what_others_wrote_meanwhile_is_a_conflict(world, teacher):
    url = section_of(world)
    data = form_of(teacher, url)
    Session.objects.all().delete()
    teacher.post(url, data | {"strengths": WORDS})
    head = Client()
    head.force_login(world.people["head"])
    head.post(url, form_of(head, url) | {"strengths": THEIRS})
    (held,) = held_of(world.people["teacher"])

    teacher.force_login(world.people["teacher"])
    back = teacher.get(held.address())
    again = data | {name: str(back.context[name]) for name in ("version", "marks")}
    again |= {"strengths": WORDS, "csrfmiddlewaretoken": str(back.context["csrf_token"])}
    saved = teacher.post(url, again)

    assert saved.url.endswith("/conflict/")
    assert stored(world) == THEIRS
    with wall.opened([901]):
        assert KeptText.objects.get().values == {"strengths": WORDS}


def test_a_partial_save_after_the_session_is_held_too(world, teacher):
    url = section_of(world)
    data = form_of(teacher, url)
    Session.objects.all().delete()

    headers = {"hx-request": "true"}
    answer = teacher.post(url + "autosave/", data | {"strengths": WORDS}, headers=headers)

    assert (answer.status_code, answer.content) == (401, b"")
    (held,) = held_of(world.people["teacher"])
    assert held.page == url

    teacher.force_login(world.people["teacher"])
    back = teacher.get(held.address())
    data["csrfmiddlewaretoken"] = str(back.context["csrf_token"])
    saved = teacher.post(url + "autosave/", data | {"strengths": WORDS}, headers=headers)
    assert saved.status_code == 200
    assert held_of(world.people["teacher"]) == []


def test_a_forged_form_leaves_nothing(world, teacher):
    url = section_of(world)
    data = form_of(teacher, url)
    Session.objects.all().delete()

    for token in ("", "x" * 64):
        forged = teacher.post(url, data | {"strengths": WORDS, "csrfmiddlewaretoken": token})
        assert forged.status_code == 403
    assert held_of(world.people["teacher"]) == []


def test_a_cookie_of_ones_own_making_leaves_nothing(world, teacher):
    url = section_of(world)
    data = form_of(teacher, url)
    victim = world.people["head"].pk.hex
    genuine = teacher.cookies[settings.AUTHOR_COOKIE_NAME].value
    Session.objects.all().delete()

    for cookie in ("", victim, genuine.replace(genuine.split(":")[0], victim), genuine[:-2]):
        teacher.cookies[settings.AUTHOR_COOKIE_NAME] = cookie
        assert teacher.post(url, data | {"strengths": WORDS}).status_code == 302
    assert held_of(world.people["head"]) == held_of(world.people["teacher"]) == []


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(teacher):
    cookie = teacher.cookies[settings.AUTHOR_COOKIE_NAME]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["max-age"] == 24 * 60 * 60


def test_another_person_at_the_same_browser_sees_nothing_of_it(world, teacher):
    url = section_of(world)
    data = form_of(teacher, url)
    Session.objects.all().delete()
    teacher.post(url, data | {"strengths": WORDS})
    (held,) = held_of(world.people["teacher"])

    for key in ("head", "other_teacher", "head_teacher"):
        teacher.force_login(world.people[key])
        for address in (held.address(), "/account/words/", f"/account/words/?words={held.pk}"):
            answer = teacher.get(address)
            assert WORDS not in answer.content.decode()
            assert "We kept what you wrote at" not in answer.content.decode()
            assert answer.status_code != 302
        teacher.post(reverse("words:discard", args=[held.pk]), token_of(teacher))
    assert held_of(world.people["teacher"]) == [held]


def token_of(browser):
    page = browser.get("/account/words/", follow=True)
    return {"csrfmiddlewaretoken": str(page.context["csrf_token"])}


def test_access_lost_meanwhile_leaves_ones_own_words_and_nothing_of_the_plan(world, teacher):
    url = section_of(world)
    head = Client()
    head.force_login(world.people["head"])
    head.post(url, form_of(head, url) | {"strengths": THEIRS})
    data = form_of(teacher, url)
    assert THEIRS in data.values()
    Session.objects.all().delete()
    teacher.post(url, data | {"next_steps": WORDS})
    (held,) = held_of(world.people["teacher"])
    Membership.objects.filter(user=world.people["teacher"]).update(
        school=world.people["other_teacher"].memberships.get().school
    )

    teacher.force_login(world.people["teacher"])
    answer = teacher.get(held.address(), follow=True)
    text = answer.content.decode()

    assert answer.redirect_chain == [(f"/account/words/#words-{held.pk}", 302)]
    assert WORDS in text
    assert THEIRS not in text
    assert world.amara.given_name not in text


def test_words_for_a_plan_that_is_locked_are_shown_to_copy(world, teacher):
    url = section_of(world)
    data = form_of(teacher, url)
    Session.objects.all().delete()
    teacher.post(url, data | {"strengths": WORDS})
    (held,) = held_of(world.people["teacher"])
    with wall.opened([901]):
        PersonalEducationPlan.objects.filter(pk=world.plans.amara.pk).update(
            status="sent_to_check", sent_at=timezone.now(), sent_by=world.people["teacher"]
        )

    teacher.force_login(world.people["teacher"])
    answer = teacher.get(held.address(), follow=True)

    assert WORDS in answer.content.decode()
    assert answer.request["PATH_INFO"] == "/account/words/"


def test_signing_in_elsewhere_says_that_words_wait(world, teacher, client):
    url = section_of(world)
    data = form_of(teacher, url)
    Session.objects.all().delete()
    teacher.post(url, data | {"strengths": WORDS})
    person = world.people["teacher"]

    client.force_login(person)
    listed = client.get("/account/words/").content.decode()
    (held,) = held_of(person)
    client.post(reverse("words:discard", args=[held.pk]))

    assert WORDS in listed
    assert held_of(person) == []


def test_too_much_is_refused_in_words(world, teacher, monkeypatch):
    monkeypatch.setattr("words.rules.MOST_CHARACTERS", 10)
    url = section_of(world)
    data = form_of(teacher, url)
    Session.objects.all().delete()

    sent = teacher.post(url, data | {"strengths": WORDS})

    assert held_of(world.people["teacher"]) == []
    assert "too long for us to keep" in teacher.get(sent.url).content.decode()


# Every form with a box for many words, and a route that takes it after its session has ended.
# A new one is decided about here: mark its view with `keeps_words`, or say why it is not held.
LONG_FORMS = {
    "children.forms.OpenForm": "children:restricted",
    "children.forms.EmergencyForm": "children:emergency",
    "children.forms.InstructionForm": "children:instruction",
    "children.forms.RestrictForm": "children:restrict",
    "children.forms.SealForm": "children:seal",
    "children.forms.NoteForm": "children:note",
    "children.forms.ShowNotesForm": "children:show_notes",
    "people.forms.TakeOffForm": "people:second_step",
    "disclosure.forms.ReceiveForm": "disclosure:receive",
    "disclosure.forms.ReasonForm": "disclosure:complex",
    "disclosure.forms.DecideForm": "disclosure:review",
    "dashboard.forms.AddressForm": "dashboard:child_placements",
    "oversight.forms.ExportForm": "dashboard:export_access",
    "oversight.forms.NoteForm": "oversight:look_into",
    "papers.forms.BundleForm": "papers:bundles",
    "pep.forms.asking.AskForm": "pep:ask",
    "pep.forms.asking.ReplyForm": "pep:note",
    "pep.forms.attaching.WithdrawForm": "pep:withdraw_file",
    "pep.forms.gap.GapForm": "pep:name_gap",
    "pep.forms.gap.DoubtForm": "pep:doubt",
    "pep.forms.moving.ReasonForm": "pep:send_back",
    "pep.forms.moving.ReopenForm": "pep:reopen",
    "pep.forms.signing.SignForm": "pep:sign",
    "quality.forms.SettleForm": "quality:settle",
    "retention.forms.DecideForm": "retention:decide",
    "retention.forms.HoldForm": "retention:hold_child",
    "retention.forms.LiftForm": "retention:lift",
    "returns.forms.LeaveOutForm": "returns:leave_out",
}


def long_forms():
    from ui.forms import UiForm

    for app in apps.get_app_configs():
        try:
            import_module(f"{app.name}.forms")
        except ModuleNotFoundError:
            continue
    waiting = [UiForm]
    while waiting:
        form = waiting.pop()
        waiting += form.__subclasses__()
        if form.__module__.startswith("tests."):
            continue
        if any(isinstance(field.widget, Textarea) for field in form.base_fields.values()):
            yield f"{form.__module__}.{form.__qualname__}"


def test_every_form_for_many_words_is_decided_about():
    assert set(long_forms()) - set(LONG_FORMS) == set()


@pytest.mark.parametrize("route", sorted(set(LONG_FORMS.values())))
def test_the_words_of_every_such_form_are_held(world, teacher, route):
    """Also of one this person could not send: whether they may is asked when they are back."""
    kwargs = {
        "children:emergency": {},
        "papers:bundles": {},
        "disclosure:review": {"pk": world.amara.pk, "kind": "person"},
        "returns:leave_out": {"pk": world.load.pk},
        "pep:send_back": {"pk": world.plans.amara.pk},
        "pep:name_gap": {"pk": world.plans.amara.pk},
        "pep:withdraw_file": {"pk": world.plans.amara.pk, "file_pk": world.file.pk},
        "pep:doubt": {"pk": world.plans.amara.pk, "doubt_pk": world.doubt.pk},
        "pep:reopen": {"pk": world.plans.amara.pk},
        "quality:settle": {"pk": world.mark.pk},
        "pep:sign": {"pk": world.plans.amara.pk},
        "pep:ask": {"pk": world.plans.amara.pk, "slug": "english"},
        "pep:note": {"pk": world.plans.amara.pk, "note_pk": world.query.pk},
    }.get(route, {"pk": world.amara.pk})
    token = token_of(teacher)
    Session.objects.all().delete()

    sent = teacher.post(reverse(route, kwargs=kwargs), token | {"reason": WORDS, "n": "1"})

    assert sent.url.startswith("/sign-in/?next=")
    (held,) = held_of(world.people["teacher"])
    assert held.own == [["Reason", WORDS]]


def test_one_form_of_a_page_gets_its_own_words_and_no_other(world):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.people["head"])
    page = reverse("children:protection", args=[world.amara.pk])
    token = {"csrfmiddlewaretoken": str(browser.get(page).context["csrf_token"])}
    Session.objects.all().delete()
    browser.post(
        reverse("children:instruction", args=[world.amara.pk]),
        token | {"instruction-label": "Not to be collected by the uncle"},
    )
    (held,) = held_of(world.people["head"])

    browser.force_login(world.people["head"])
    back = browser.get(held.address())

    assert back.context["instruction_form"]["label"].value() == "Not to be collected by the uncle"
    assert not back.context["restrict_form"].is_bound
    assert not back.context["seal_form"].is_bound

    token["csrfmiddlewaretoken"] = str(back.context["csrf_token"])
    browser.post(
        reverse("children:instruction", args=[world.amara.pk]),
        token | {"instruction-label": "Not to be collected by the uncle"},
    )
    assert held_of(world.people["head"]) == []


def test_own_words_are_told_by_the_marks_of_the_page():
    from pep.forms import digest, own_words

    marks = {"strengths": digest("Old"), "aims": digest(None), "aims-0-what": digest("Read"),
             "facts_note": digest("")}  # fmt: skip
    posted = {
        "marks": [json.dumps(marks)],
        "version": ["12"],
        "later": ["Save"],
        "strengths": ["New"],
        "facts_note": ["The date is wrong"],
        "aims-0-what": ["Read"],
        "aims-1-what": ["Write"],
        "aims-1-id": ["a"],
        "aims-__prefix__-what": ["Nothing"],
    }

    assert own_words(posted) == {
        "strengths": "New", "facts_note": "The date is wrong", "aims-1-what": "Write"
    }  # fmt: skip
    assert own_words({"marks": ["not json"], "strengths": ["x"]}) == {}
