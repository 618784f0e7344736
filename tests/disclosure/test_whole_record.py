"""A child's whole record: nothing forgotten, nothing of others given unread, two people."""

import json
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.models import User
from accounts.roles import Role
from audit.models import Event
from children import actions as children_actions
from children.models import Child, Flag, Identifier, Involvement
from disclosure import actions, documents, gathering, reading, tasks
from disclosure.masking import Masks
from disclosure.models import MaskedItem, RequestFile, SubjectRequest
from disclosure.registry import CHAPTERS, LEFT_OUT
from disclosure.rules import Kind
from files.models import StoredFile
from notifications.models import Notice
from pep.models import AgreedVersion, Answer, PlanMove
from schools.models import Policy
from tests import world as planted
from tests.factories.accounts import MembershipFactory, UserFactory, seated
from tests.factories.children import ChildFactory, InvolvementFactory
from tests.reading_papers import words_of
from tests.world import build_world

FLAG_REASON = "Grandfather waits at the gate"
HIDDEN = (
    planted.PLANTED_STREET, planted.PLANTED_POSTCODE, planted.PLANTED_CARER,
    planted.PLANTED_CARER_PHONE, planted.PLANTED_AREA, planted.PLANTED_MEETING_PLACE,
    planted.PLANTED_TRAVEL, planted.PLANTED_KEY_ADULT, planted.PLANTED_UPN, planted.PLANTED_NOTE,
    FLAG_REASON, "Priya Example", "Teacher Example", "Thistlewood",
)  # fmt: skip


# Every table --------------------------------------------------------------------------------------


def tables_with_a_child():
    """Everything that stores something about one child, by a key of its own or through one."""
    stored = [model for model in apps.get_models() if not model._meta.proxy]
    direct = {m for m in stored if "child_id" in {f.column for f in m._meta.concrete_fields}}
    direct.add(Child)
    through = {
        model
        for model in stored
        for field in model._meta.concrete_fields
        if field.related_model in direct
    }
    return direct | through


def test_every_table_with_a_child_is_a_chapter_or_left_out_with_a_reason():
    copies = {m for m in tables_with_a_child() if getattr(m, "pgh_tracked_model", None)}
    labels = {model._meta.label_lower for model in tables_with_a_child() - copies}

    assert labels - CHAPTERS.keys() - LEFT_OUT.keys() == set()
    assert CHAPTERS.keys() & LEFT_OUT.keys() == set()
    assert {m.pgh_tracked_model._meta.label_lower for m in copies} <= CHAPTERS.keys()
    assert all(LEFT_OUT.values())


def test_the_lists_name_only_tables_that_are_there():
    there = {model._meta.label_lower for model in apps.get_models()}

    assert CHAPTERS.keys() | LEFT_OUT.keys() <= there


# One request from end to end ---------------------------------------------------------------------


@pytest.fixture
def world(db):
    world = build_world()
    with wall.opened([901, 902]):
        SubjectRequest.objects.filter(pk=world.whole_record.pk).update(state="withdrawn")
        Flag.objects.filter(pk=world.flag.pk).update(reason=FLAG_REASON)
        deputy = UserFactory(given_name="Ada", family_name="Second")
        MembershipFactory(user=deputy, role=Role.VIRTUAL_SCHOOL_HEAD, authority_id=901)
        world.people["deputy"] = deputy
    return world


@pytest.fixture
def opened(world):
    with wall.opened([901, 902]):
        yield world


def by(world, key="head"):
    return seated(User.objects.get(pk=world.people[key].pk))


def received(world, child=None):
    return actions.receive(
        child=child or world.amara, asked_by="self", asker_name="", reason="All of it",
        received_on=timezone.localdate(), by=by(world), at=timezone.now(),
    )  # fmt: skip


def drafted(world):
    asked = received(world)
    actions.check_identity(
        request_id=asked.pk, checked_on=timezone.localdate(), by=by(world), at=timezone.now()
    )
    documents.work_off(asked.pk, at=timezone.now())
    asked.refresh_from_db()
    return asked


def decide(world, asked, items, *, is_released, exemption="", key="head"):
    return actions.decide(
        request_id=asked.pk, item_ids=[item.pk for item in items], is_released=is_released,
        exemption=exemption, reason="Read by me", by=by(world, key), at=timezone.now(),
    )  # fmt: skip


def text_of(asked, kind):
    held = RequestFile.objects.select_related("file").get(request=asked, kind=kind)
    with held.file.content.open("rb") as stored:
        content = stored.read()
    if "pdf" not in kind:
        return content.decode()
    with pikepdf.open(BytesIO(content)) as pdf:
        return " ".join(words_of(pdf).split())


def test_the_draft_has_the_record_and_nothing_of_others(opened):
    asked = drafted(opened)

    assert asked.state == "review"
    plain, pdf = text_of(asked, "draft_json"), text_of(asked, "draft_pdf")
    assert list(json.loads(plain)) == ["edition", "chapters"]
    for told in ("Amara", "Okell", "Hollins Park Academy", "Who has looked, by role"):
        assert told in plain
        assert told in pdf
    for hidden in HIDDEN:
        assert hidden not in plain, hidden
        assert hidden not in pdf, hidden
    assert "[withheld: review]" in pdf
    assert "Page 1 of" in pdf


def test_what_is_hidden_waits_for_a_person_under_its_kind(opened):
    asked = drafted(opened)

    held = dict(MaskedItem.objects.filter(request=asked).values_list("value", "kind"))
    assert held[planted.PLANTED_CARER] in {Kind.CARER, Kind.PERSON}
    assert held[planted.PLANTED_CARER_PHONE] == Kind.CARER
    assert held[planted.PLANTED_POSTCODE] == Kind.ADDRESS
    assert held[planted.PLANTED_UPN] == Kind.NUMBER
    assert held[FLAG_REASON] == Kind.FLAG
    assert held[planted.PLANTED_TRAVEL] == Kind.WORDS


def test_words_of_agreed_plans_of_moves_and_of_earlier_rows_wait_too(opened):
    here = {"authority": opened.amara.authority, "child": opened.amara}
    plan, head, now = opened.plans.amara, opened.people["head"], timezone.now()
    gone = InvolvementFactory(
        child=opened.amara,
        is_cover=True,
        person=UserFactory(given_name="Bertram", family_name="Gone"),
    )
    gone.ended_on = timezone.localdate()
    gone.save()
    Answer.objects.filter(plan=plan, key="travel").update(not_known_who="Aunt Bettany")
    PlanMove.objects.create(
        plan=plan, before="with_school", after="sent_back", reason="Words of a move", made_at=now,
        made_by=head, **here,
    )  # fmt: skip
    question = {"label": "How", "words": "Words agreed", "rows": [[["Goal", "Words of a row"]]]}
    content = {
        "plan": {"term": "Autumn", "number": 1},
        "people": [["Carer", "Clement Agreed"]],
        "agreed": {"by": "Cuthbert Agreed"},
        "sections": [{"title": "About", "questions": [question]}],
    }
    AgreedVersion.objects.create(
        plan=plan, number=1, form_version=plan.form_version, content=json.dumps(content),
        sha256="0", agreed_at=now, agreed_by=head, agreed_with_gap=["Words of a gap"], **here,
    )  # fmt: skip

    asked = drafted(opened)

    told = text_of(asked, "draft_json")
    held = dict(MaskedItem.objects.filter(request=asked).values_list("value", "kind"))
    expected = {
        "Bertram Gone": Kind.PERSON, "Aunt Bettany": Kind.PERSON, "Clement Agreed": Kind.PERSON,
        "Cuthbert Agreed": Kind.PERSON, "Words of a move": Kind.WORDS, "Words agreed": Kind.WORDS,
        "Words of a row": Kind.WORDS, '["Words of a gap"]': Kind.WORDS,
    }  # fmt: skip
    assert {words: held.get(words) for words in expected} == expected
    assert [words for words in expected if words.strip('[]"') in told] == []


def test_a_secret_is_never_read_not_even_to_be_reviewed(opened, monkeypatch):
    from audit.classes import CLASSES, FieldClass

    monkeypatch.setitem(
        CLASSES, "children.identifier",
        {FieldClass.PUBLIC: "id authority child started_on ended_on system",
         FieldClass.SECRET: "value"},
    )  # fmt: skip
    Identifier.objects.create(
        authority=opened.amara.authority, child=opened.amara, system="upn", value="sesame-1",
        started_on=timezone.localdate(),
    )  # fmt: skip

    content, masked = gathering.gather(opened.amara)

    assert "sesame-1" not in json.dumps(content)
    assert "sesame-1" not in {one.value for one in masked}


def test_only_what_was_released_is_in_the_final_files(opened):
    asked = drafted(opened)
    everything = list(asked.items.all())
    street = [item for item in everything if planted.PLANTED_STREET in item.value]
    travel = [item for item in everything if item.value == planted.PLANTED_TRAVEL]
    decide(opened, asked, everything, is_released=False, exemption="third_party")
    decide(opened, asked, street, is_released=False, exemption="confidential_placement")
    decide(opened, asked, travel, is_released=True)
    actions.finish_review(request_id=asked.pk, by=by(opened), at=timezone.now())
    actions.release(request_id=asked.pk, by=by(opened, "deputy"), at=timezone.now())
    documents.work_off(asked.pk, at=timezone.now())

    asked.refresh_from_db()
    assert asked.state == "released"
    for text in (text_of(asked, "json"), text_of(asked, "pdf")):
        assert planted.PLANTED_TRAVEL in text
        assert "[withheld: confidential placement]" in text
        assert "withheld: review" not in text
        for hidden in HIDDEN:
            assert hidden == planted.PLANTED_TRAVEL or hidden not in text


def test_the_work_is_done_once(opened):
    asked = drafted(opened)
    items, files = asked.items.count(), StoredFile.objects.count()

    tasks.work_off(authority_id=901, request_id=str(asked.pk))
    documents.work_off(asked.pk, at=timezone.now())

    assert (asked.items.count(), StoredFile.objects.count()) == (items, files)


def test_the_sweep_finds_what_a_dead_broker_left(
    opened, django_capture_on_commit_callbacks, monkeypatch
):
    asked = received(opened)
    actions.check_identity(
        request_id=asked.pk, checked_on=timezone.localdate(), by=by(opened), at=timezone.now()
    )
    SubjectRequest.objects.filter(pk=asked.pk).update(
        changed_at=timezone.now() - timedelta(minutes=5)
    )
    sent = []
    monkeypatch.setattr(tasks.work_off, "delay", lambda **kwargs: sent.append(kwargs))

    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()

    assert sent == [{"authority_id": 901, "request_id": str(asked.pk)}]


# Refusals ----------------------------------------------------------------------------------------


def test_undecided_parts_stop_the_review(opened):
    asked = drafted(opened)

    with pytest.raises(actions.Refused, match="Decide about everything"):
        actions.finish_review(request_id=asked.pk, by=by(opened), at=timezone.now())


@pytest.mark.parametrize(
    ("decided_by", "released_by"), [("head", "head"), ("deputy", "deputy"), ("deputy", "head")]
)
def test_who_decided_or_reviewed_may_not_release(opened, decided_by, released_by):
    asked = drafted(opened)
    decide(opened, asked, asked.items.all(), is_released=True, key=decided_by)
    actions.finish_review(request_id=asked.pk, by=by(opened), at=timezone.now())

    with pytest.raises(actions.Refused, match="second person"):
        actions.release(request_id=asked.pk, by=by(opened, released_by), at=timezone.now())


def test_steps_out_of_order_or_by_others_are_refused(opened):
    asked = drafted(opened)

    with pytest.raises(actions.Refused, match="moved on"):
        actions.release(request_id=asked.pk, by=by(opened, "deputy"), at=timezone.now())
    for key in ("adviser", "other_head"):
        with pytest.raises(SubjectRequest.DoesNotExist):
            actions.withdraw(
                request_id=asked.pk, reason="No", by=by(opened, key), at=timezone.now()
            )
    with pytest.raises(actions.Refused, match="moved on"):
        actions.receive(
            child=opened.kofi, asked_by="self", asker_name="", reason="All of it",
            received_on=timezone.localdate(), by=by(opened, "adviser"), at=timezone.now(),
        )  # fmt: skip
    steps = Event.objects.filter(kind="child.subject_access", row=str(asked.pk)).order_by("pk")
    assert [event.after["step"] for event in steps] == ["received", "making"]


def test_a_part_of_another_request_is_not_decided_about(opened):
    asked, other = drafted(opened), received(opened, child=opened.kofi)
    SubjectRequest.objects.filter(pk=other.pk).update(
        state="review", identity_checked_on=timezone.localdate(),
        identity_checked_by=opened.people["head"], due_on=timezone.localdate(),
    )  # fmt: skip

    assert decide(opened, other, asked.items.all(), is_released=True) == 0
    assert not asked.items.exclude(is_released=None).exists()


def test_in_a_small_team_one_person_may(opened):
    Policy.objects.create(
        authority_id=901, started_on="2020-01-01", one_person_may_answer_subject_access=True
    )
    asked = drafted(opened)
    decide(opened, asked, asked.items.all(), is_released=True)
    actions.finish_review(request_id=asked.pk, by=by(opened), at=timezone.now())

    actions.release(request_id=asked.pk, by=by(opened), at=timezone.now())


def reviewed(world, *, reader="adviser"):
    """A record the one head reviewed; somebody else was asked to release it."""
    asked = drafted(world)
    decide(world, asked, asked.items.all(), is_released=True)
    actions.finish_review(request_id=asked.pk, by=by(world), at=timezone.now())
    if reader:
        ask_second(world, asked, reader)
    asked.refresh_from_db()
    return asked


def ask_second(world, asked, reader, *, key="head"):
    return actions.ask_second(
        request_id=asked.pk,
        person_id=world.people[reader].pk,
        by=by(world, key),
        at=timezone.now(),
    )


def test_an_adviser_who_is_asked_to_may_release_what_one_head_reviewed(opened):
    asked = reviewed(opened)
    assert SubjectRequest.objects.visible_to(by(opened, "adviser")).get() == asked

    actions.release(request_id=asked.pk, by=by(opened, "adviser"), at=timezone.now())
    documents.work_off(asked.pk, at=timezone.now())

    asked.refresh_from_db()
    assert (asked.state, asked.released_by) == ("released", opened.people["adviser"])
    seen = SubjectRequest.objects.visible_to(by(opened, "adviser"))
    assert not seen.exists(), "released: no more of theirs"
    told = Notice.objects.get(recipient=opened.people["adviser"], kind="subject_access")
    assert opened.amara.family_name not in told.text


def test_or_sends_it_back_to_the_review(opened):
    asked = reviewed(opened)

    actions.go_on(request_id=asked.pk, by=by(opened, "adviser"), at=timezone.now())

    asked.refresh_from_db()
    assert (asked.state, asked.reviewed_by, asked.second_person) == ("review", None, None)
    assert not SubjectRequest.objects.visible_to(by(opened, "adviser")).exists()


def test_who_is_asked_to_release_does_nothing_else(opened):
    asked = reviewed(opened)
    adviser, now = by(opened, "adviser"), timezone.now()
    steps = [
        (actions.withdraw, {"reason": "No"}),
        (actions.make_complex, {"reason": "Long"}),
        (actions.ask_back, {}),
        (actions.ask_second, {"person_id": opened.people["deputy"].pk}),
        (actions.check_identity, {"checked_on": timezone.localdate()}),
        (
            actions.decide,
            {"item_ids": [], "is_released": True, "exemption": "", "reason": "Read"},
        ),
    ]

    for act, said in steps:
        with pytest.raises(PermissionDenied), transaction.atomic():
            act(request_id=asked.pk, **said, by=adviser, at=now)


def test_only_who_sees_the_child_and_took_no_part_is_asked(opened):
    asked = reviewed(opened, reader="")

    for reader in ("head", "officer", "social_worker", "other_head", "authority_administrator"):
        with pytest.raises(actions.Refused):
            ask_second(opened, asked, reader)
    Policy.objects.create(
        authority_id=901, started_on="2020-01-01", advisers_see_only_their_caseload=True
    )
    Involvement.objects.filter(child=opened.amara, role=Role.ADVISER).update(
        ended_on=timezone.localdate()
    )
    with pytest.raises(actions.Refused):
        ask_second(opened, asked, "adviser")
    assert ask_second(opened, asked, "deputy").second_person == opened.people["deputy"]


def test_an_adviser_nobody_asked_releases_nothing(opened):
    asked = reviewed(opened, reader="deputy")

    assert not SubjectRequest.objects.visible_to(by(opened, "adviser")).exists()
    assert not RequestFile.objects.visible_to(by(opened, "adviser")).exists()
    assert not MaskedItem.objects.visible_to(by(opened, "adviser")).exists()
    with pytest.raises(SubjectRequest.DoesNotExist):
        actions.release(request_id=asked.pk, by=by(opened, "adviser"), at=timezone.now())


def test_asking_again_tells_once_and_asking_another_takes_it_from_the_first(opened):
    asked = reviewed(opened)
    ask_second(opened, asked, "adviser")
    assert Notice.objects.filter(recipient=opened.people["adviser"]).count() == 1

    ask_second(opened, asked, "deputy")

    assert not SubjectRequest.objects.visible_to(by(opened, "adviser")).exists()
    steps = Event.objects.filter(kind="child.subject_access", after__step="second_person")
    assert steps.count() == 2


def test_the_clock_stands_still_while_who_asked_is_asked(opened):
    asked = drafted(opened)
    due = asked.due_on
    now = timezone.now()
    actions.ask_back(request_id=asked.pk, by=by(opened), at=now)
    with pytest.raises(actions.Refused):
        decide(opened, asked, asked.items.all(), is_released=True)

    asked = actions.go_on(request_id=asked.pk, by=by(opened), at=now + timedelta(days=7))

    assert asked.days_stopped == 7
    assert (asked.due_on - due).days >= 5  # a due day on Saturday had moved to Monday before
    assert asked.state == "review"


def test_a_decision_without_a_reason_is_refused_by_the_database(opened):
    asked = drafted(opened)

    with pytest.raises(IntegrityError), transaction.atomic():
        asked.items.update(is_released=True)


def test_only_who_answers_sees_a_request(opened):
    asked = drafted(opened)

    for key in ("adviser", "officer", "other_head", "young_person", "social_worker"):
        assert not SubjectRequest.objects.visible_to(by(opened, key)).exists(), key
        assert not RequestFile.objects.visible_to(by(opened, key)).exists(), key
    assert SubjectRequest.objects.visible_to(by(opened)).filter(pk=asked.pk).exists()


def test_a_sealed_record_only_by_its_keeper_and_joined_to_no_other(opened):
    sealed = opened.sealed.child
    namesake = ChildFactory(authority=sealed.authority, given_name="Zebedee", family_name="Quill")
    for child in (sealed, namesake):
        ident = {"authority": child.authority, "child": child, "system": "social_care"}
        Identifier.objects.create(
            value=f"SC-{child.given_name}", started_on=timezone.localdate(), **ident
        )
    with pytest.raises(actions.Refused):
        received(opened, child=sealed)

    children_actions.open_sealed(
        restriction=opened.sealed, reason="She asked", by=by(opened), at=timezone.now()
    )
    asked = received(opened, child=sealed)
    assert not SubjectRequest.objects.visible_to(by(opened, "deputy")).filter(pk=asked.pk).exists()

    content, masked = gathering.gather(sealed)
    told = json.dumps(content) + " ".join(one.value for one in masked)
    assert "Ptolemy" in told
    assert "Zebedee" not in told
    assert "Ptolemy" not in json.dumps(gathering.gather(namesake)[0])


# Pages -------------------------------------------------------------------------------------------


def test_the_head_asks_and_the_adviser_reads_and_releases_on_its_pages(client, world):
    with wall.opened([901, 902]):
        asked = reviewed(world, reader="")
    pages = {
        name: reverse(f"disclosure:{name}", args=[asked.pk, *more])
        for name, more in {
            "request": [], "second": [], "withdraw": [], "review": ["person"],
            "accept": ["person"], "step": ["release"], "file": ["draft_pdf"],
        }.items()
    }  # fmt: skip
    client.force_login(world.people["head"])
    assert "Ask a second person" in client.get(pages["request"]).text
    empty = client.post(pages["second"], {"person": ""})
    wrong = client.post(pages["second"], {"person": str(world.people["officer"].pk)})
    assert (empty.status_code, wrong.status_code) == (422, 422)
    named = client.post(pages["second"], {"person": str(world.people["adviser"].pk)}, follow=True)
    assert f"{world.people['adviser'].name} was asked to" in named.text

    client.force_login(world.people["adviser"])
    read = client.get(pages["request"]).text
    assert "Release the record" in read
    assert "Close without giving anything" not in read
    answers = {name: client.get(url).status_code for name, url in pages.items()}
    assert answers == {
        "request": 200, "second": 403, "withdraw": 403, "review": 200, "accept": 405, "step": 405,
        "file": 200,
    }  # fmt: skip
    item = asked_item(asked)
    said = {"item": item, "decision": "release", "reason": "Mine"}
    assert client.post(pages["review"], said).status_code == 403
    done = client.post(pages["step"], follow=True)

    assert done.redirect_chain == [(reverse("disclosure:list"), 302)]
    assert "goes on with it" in done.text
    assert client.get(pages["request"]).status_code == 404


def asked_item(asked):
    with wall.opened([901]):
        return str(asked.items.first().pk)


def test_the_list_leaves_out_a_sealed_childs_request(client, world):
    with wall.opened([901, 902]):
        children_actions.open_sealed(
            restriction=world.sealed, reason="She asked", by=by(world), at=timezone.now()
        )
        asked = received(world, child=world.sealed.child)

    listed = {}
    for key in ("head", "deputy"):
        client.force_login(world.people[key])
        page = client.get(reverse("disclosure:list")).context["page"]
        listed[key] = asked in page.object_list

    assert listed == {"head": True, "deputy": False}


def test_a_file_is_taken_only_from_its_page_and_that_is_recorded(client, world):
    with wall.opened([901, 902]):
        asked = drafted(world)
    url = reverse("disclosure:file", args=[asked.pk, "draft_pdf"])
    client.force_login(world.people["head"])

    answer = client.get(url)

    assert answer.status_code == 200
    assert answer["Content-Disposition"] == (
        f'attachment; filename="record-draft-{str(asked.pk)[:6]}.pdf"'
    )
    with wall.opened([901]):
        last = Event.objects.filter(kind="child.downloaded").latest("at")
        assert (last.child_id, last.after) == (world.amara.pk, {"page": "subject access"})
    # Another request has one of this kind too
    of_two = client.get(reverse("disclosure:file", args=[asked.pk, "draft_json"]))
    assert of_two.headers["Content-Disposition"].endswith(f'-{str(asked.pk)[:6]}.json"')
    for kind in ("pdf", "json", "gathered", "nothing"):
        other = reverse("disclosure:file", args=[asked.pk, kind])
        assert client.get(other).status_code == 404, kind


def test_a_person_reads_ticks_and_decides(client, world):
    with wall.opened([901, 902]):
        asked = drafted(world)
        item = asked.items.get(value=planted.PLANTED_TRAVEL)
    client.force_login(world.people["head"])
    url = reverse("disclosure:review", args=[asked.pk, "words"])

    assert planted.PLANTED_TRAVEL in client.get(url).content.decode()
    refused = client.post(url, {"decision": "release", "reason": "Hers"})
    taken = client.post(url, {"item": str(item.pk), "decision": "serious_harm", "reason": "Risk"})

    assert refused.status_code == 422
    assert "Tick at least one part" in refused.content.decode()
    assert taken.status_code == 302
    with wall.opened([901]):
        item.refresh_from_db()
        assert (item.is_released, item.exemption, item.reason) == (False, "serious_harm", "Risk")


def test_a_request_is_noted_and_its_record_made(client, world):
    client.force_login(world.people["head"])
    today = timezone.localdate()
    day = {"0": today.day, "1": today.month, "2": today.year}
    form = {"asked_by": "acting", "reason": "A solicitor asks"}
    form |= {f"received_on_{part}": value for part, value in day.items()}
    url = reverse("disclosure:receive", args=[world.amara.pk])

    refused = client.post(url, form)

    assert refused.status_code == 422
    assert "Enter the name of the person acting" in refused.content.decode()


# Who has looked -----------------------------------------------------------------------------------


def test_who_has_looked_is_told_by_role_and_month_without_a_name(client, world):
    record = reverse("dashboard:child", args=[world.amara.pk])
    for key in ("adviser", "adviser", "social_worker"):
        client.force_login(world.people[key])
        client.get(record)

    with wall.opened([901]):
        chapter = CHAPTERS["audit.event"]
        (told,) = reading.seen(Event, chapter, world.amara, Masks())

    month = f"{timezone.localdate():%B %Y}"
    assert told["table"] == [[month, "Adviser", "1"], [month, "Social worker", "1"]]
