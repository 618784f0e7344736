"""The page of a plan's papers: who may ask for which, and what happens to those made before."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from audit.models import Event
from papers import documents, exchange
from papers.models import ReaderPaper
from papers.rules import Kind
from pep import actions, rules
from pep.models import AgreedVersion, Answer
from placements.models import Address
from tests.factories.accounts import seated
from tests.factories.pep import fill
from tests.world import build_world


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def agreed(world):
    """Amara's plan, agreed, with the child's words shared with school and social worker only."""
    plan, now = world.plans.amara, timezone.now()
    with wall.opened([901]):
        fill(plan, by=world.people["teacher"])
        Answer.objects.filter(plan=plan, section="views", key="voice_share").update(
            value="school_and_social_worker"
        )
        actions.send(plan_id=plan.pk, by=seated(world.people["teacher"]), at=now)
        actions.start_checking(plan_id=plan.pk, by=seated(world.people["adviser"]), at=now)
        actions.agree(plan_id=plan.pk, by=seated(world.people["adviser"]), at=now)
    return plan


def at(plan, name="list", kind=None):
    return reverse(f"papers:{name}", args=[plan.pk, *([kind] if kind else [])])


def work_off():
    with wall.opened([901]):
        for pk in ReaderPaper.objects.filter(state="asked").values_list("pk", flat=True):
            documents.make(pk, at=timezone.now())


def test_two_clicks_make_one_paper_that_its_reader_takes_away(client, world, agreed):
    client.force_login(world.people["carer"])

    for _ in range(2):
        assert client.post(at(agreed, "ask", "family")).status_code == 302
    assert "Being made" in client.get(at(agreed)).content.decode()
    work_off()
    page = client.get(at(agreed)).content.decode()
    answer = client.get(at(agreed, "pdf", "family"))

    assert page.count(at(agreed, "pdf", "family")) == 1
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert f"{agreed.pk.hex[:6]}-v1-family.pdf" in answer["Content-Disposition"]
    with wall.opened([901]):
        assert ReaderPaper.objects.count() == 1
        taken = Event.objects.filter(kind="child.downloaded", child_id=agreed.child_id)
        assert [event.after["page"] for event in taken] == ["papers/family"]
        assert Event.objects.filter(kind="plan.paper_asked").count() == 1
    assert answer["Content-Disposition"].startswith("attachment; ")


def test_a_paper_is_its_readers_alone(client, world, agreed):
    client.force_login(world.people["carer"])
    client.post(at(agreed, "ask", "full"))
    work_off()

    for other in ("adviser", "young_person", "teacher", "personal_adviser"):
        client.force_login(world.people[other])
        assert client.get(at(agreed, "pdf", "full")).status_code == 404, other


def test_the_page_lists_ones_own_papers_of_this_plan(client, world, agreed):
    client.force_login(world.people["social_worker"])
    client.post(at(agreed, "ask", "meeting"))
    work_off()
    assert at(agreed, "pdf", "meeting") in client.get(at(agreed)).text
    client.force_login(world.people["head"])
    page = client.get(at(agreed)).text
    client.post(at(agreed, "ask", "meeting"))
    work_off()

    assert at(agreed, "pdf", "meeting") not in page
    assert client.get(at(world.plans.kofi, "pdf", "meeting")).status_code == 404


def test_what_others_asked_for_and_of_other_plans_is_not_on_the_page(client, world, agreed):
    def word_of_blank(who, plan):
        client.force_login(world.people[who])
        (row,) = [one for one in client.get(at(plan)).context["page"].rows if one.kind == "blank"]
        return row.word

    client.force_login(world.people["social_worker"])
    client.post(at(agreed, "ask", "blank"))
    client.force_login(world.people["head"])
    client.post(at(world.plans.kofi, "ask", "blank"))

    assert word_of_blank("social_worker", agreed) == "Being made"
    assert word_of_blank("head", world.plans.kofi) == "Being made"
    assert word_of_blank("head", agreed) == "Not made yet"


@pytest.mark.parametrize(("who", "is_whole"), [("head", True), ("carer", False)])
def test_the_councils_copy_is_listed_for_who_reads_all_of_it(client, world, agreed, who, is_whole):
    client.force_login(world.people[who])

    assert ("The whole plan, as it was agreed" in client.get(at(agreed)).text) is is_whole


def test_a_paper_whose_time_is_over_is_not_given_though_it_is_still_there(client, world, agreed):
    client.force_login(world.people["carer"])
    client.post(at(agreed, "ask", "full"))
    work_off()
    with wall.opened([901]):
        ReaderPaper.objects.update(goes_at=timezone.now())

    assert client.get(at(agreed, "pdf", "full")).status_code == 404


def test_a_paper_made_under_other_rights_is_not_given_any_more(client, world, agreed):
    """DP-4: the home became confidential after the paper was made."""
    with wall.opened([901]):
        Address.objects.filter(child=agreed.child_id).update(is_confidential=False)
    client.force_login(world.people["head_teacher"])
    client.post(at(agreed, "ask", "full"))
    work_off()
    assert client.get(at(agreed, "pdf", "full")).status_code == 200
    with wall.opened([901]):
        Address.objects.filter(child=agreed.child_id).update(is_confidential=True)

    answer = client.get(at(agreed, "pdf", "full"), follow=True)

    assert answer["Content-Type"].startswith("text/html")
    assert "Make it again" in answer.content.decode()
    client.post(at(agreed, "ask", "full"))
    work_off()
    assert client.get(at(agreed, "pdf", "full"))["Content-Type"] == "application/pdf"


@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [
        ("adviser", "family", 200),
        ("adviser", "school", 200),
        ("carer", "family", 200),
        ("carer", "school", 403),
        ("young_person", "school", 403),
        ("young_person", "full", 200),
        ("colleague", "family", 403),
        ("colleague", "full", 200),
        ("send_officer", "school", 403),
        ("adviser", "draft", 404),
        ("adviser", "poster", 404),
    ],
)
def test_which_paper_is_for_whom(client, world, agreed, who, kind, status):
    client.force_login(world.people[who])

    assert client.get(at(agreed, "paper", kind)).status_code == status


def test_a_familys_copy_is_read_and_checked_before_it_is_made(client, world, agreed):
    """DP-5: a stated check list, before a paper for a family is made by somebody else."""
    client.force_login(world.people["social_worker"])
    page = client.get(at(agreed, "ask", "family"))
    half = client.post(at(agreed, "ask", "family"), {"checked": ["read"]})
    with wall.opened([901]):
        before = ReaderPaper.objects.count()
    every = ["one_person", "read", "no_place", "no_others"]
    done = client.post(at(agreed, "ask", "family"), {"checked": every})

    assert page.status_code == 200
    assert "Read it as the family will" in page.content.decode()
    assert (half.status_code, before, done.status_code) == (422, 0, 302)
    with wall.opened([901]):
        asked = Event.objects.get(kind="plan.paper_asked")
        assert asked.after == {"kind": "family", "checked_for_family": True}


def test_the_agreed_content_is_given_as_json_with_its_hash(client, world, agreed):
    client.force_login(world.people["teacher"])
    school = json.loads(client.get(at(agreed, "json")).content)
    client.force_login(world.people["head"])
    answer = client.get(at(agreed, "json"))
    told = json.loads(answer.content)

    assert school["withheld"] == [{"number": 1, "why": "not_for_every_reader"}]
    assert "siblings" not in json.dumps(school)

    assert answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith("attachment; ")
    with wall.opened([901]):
        taken = Event.objects.filter(kind="child.downloaded", after__page="papers/json")
        assert taken.count() == 2
    assert told["withheld"] == []
    assert rules.content_hash(rules.canonical_json(told["content"])) == told["sha256"]
    with wall.opened([901]):
        version = AgreedVersion.objects.get(plan=agreed)
        assert told["sha256"] == version.sha256
        filed = exchange.for_the_file(version, is_home_confidential=False)
        assert filed["withheld"] == [{"number": 1, "why": "not_for_every_reader"}]
    for who, status in (("carer", 403), ("officer", 403), ("governor", 403)):
        client.force_login(world.people[who])
        assert client.get(at(agreed, "json")).status_code == status


def test_one_section_of_a_blank_form_can_be_printed(client, world):
    client.force_login(world.people["teacher"])
    url = at(world.plans.amara, "paper", "blank")

    whole = client.get(url).content.decode()
    one = client.get(f"{url}?section=english").content.decode()

    assert "English" in one
    assert "Attendance" in whole
    assert "<h3" in one
    assert one.count("<h3") == 1 < whole.count("<h3")


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.DRAFT])
def test_each_paper_has_a_page_with_the_same_words(client, world, agreed, kind):
    client.force_login(world.people["adviser"])

    page = client.get(at(agreed, "paper", kind.value))

    assert page.status_code == 200
    assert "vs-paper" in page.content.decode()
