"""The pages about the record, and who is told what on them."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

import audit
from accounts import wall
from audit.models import Event
from children.actions import restrict, seal
from children.models import Child
from files.models import Load
from oversight import log, rules
from oversight.models import UnusualReading
from pep import actions as pep_actions
from pep.models import WritingStep
from placements.models import Placement
from tests.access_table import EVERYONE
from tests.factories.accounts import seated
from tests.test_access import call
from tests.world import SEALED_NAME, build_world

REASON = "For a complaint"
ALL = log.LogFilter()


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def as_head(client, world):
    client.force_login(world.people["head"])
    return client


def opened(world, by, *, at=None, child=None, kind="child.opened", seat=None, **more):
    """An opening as the middleware would have it."""
    child = child or world.amara
    person = world.people[by]
    actor = wall.Actor(user_id=person.pk, seat=seat or f"{by}:901", device="phone",
                       ip_address="192.0.2.7")  # fmt: skip
    with wall.opened([901, 902], actor=actor):
        audit.record(
            kind=kind, at=at or timezone.now(), table="children_child", row=child.pk,
            child_id=child.pk, authority_id=child.authority_id, after={"page": "summary"}, **more,
        )  # fmt: skip


def access(world, **query):
    return reverse("dashboard:child_access", args=[world.amara.pk], query=query or None)


def names(answer):
    return [look.name for look in answer.context["looks"]]


# Who has looked -----------------------------------------------------------------------------------


def test_who_has_looked_is_narrowed_by_person_role_and_day(as_head, world):
    long_ago = timezone.now() - timedelta(days=60)
    opened(world, "teacher", at=long_ago, seat="designated_teacher:1")
    opened(world, "social_worker")
    opened(world, "adviser", child=world.kofi)

    assert "Teacher Example" in names(as_head.get(access(world)))
    assert "Dan Example" not in names(as_head.get(access(world)))
    only = as_head.get(access(world, person=world.people["teacher"].pk))
    assert set(names(only)) == {"Teacher Example"}
    assert set(names(as_head.get(access(world, role="designated_teacher")))) == {"Teacher Example"}
    day = long_ago.date().isoformat()
    assert names(as_head.get(access(world, from_on=day, to_on=day))) == ["Teacher Example"]


def test_a_line_says_from_where_and_for_what_reason(as_head, world):
    opened(world, "adviser", kind="child.address_shown", reason="Taxi to the meeting")

    text = as_head.get(access(world)).content.decode()

    assert "phone, 192.0.2.7" in text
    assert "Taxi to the meeting" in text
    assert "Home address" in text


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"from_on": "2026-07-07"}, True),
        ({"to_on": "2026-07-07"}, True),
        ({"to_on": "2026-07-06"}, False),
        ({"from_on": "2026-07-08"}, False),
    ],
)
def test_a_day_is_a_day_of_london(as_head, world, query, is_found):
    """Half past midnight in summer is still the day before by the clock of the server."""
    opened(world, "teacher", at=datetime(2026, 7, 6, 23, 30, tzinfo=UTC))

    found = names(as_head.get(access(world, person=world.people["teacher"].pk, **query)))

    assert bool(found) == is_found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"from_on": "2026-02-31"}, "From: enter a real date"),
        ({"from_on": "2026-03-02", "to_on": "2026-03-01"}, "must be the same as or after"),
        ({"person": "11111111-1111-4111-8111-111111111111"}, "has not looked at the record"),
    ],
)
def test_a_filter_that_means_nothing_is_said(as_head, world, query, words):
    answer = as_head.get(access(world, **query))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.context["looks"] == []


def test_the_list_is_taken_away_for_a_reason_which_is_recorded(as_head, world):
    with wall.opened([901]):
        teacher = world.people["teacher"]
        teacher.given_name = '=HYPERLINK("http://x")'
        teacher.save()
    opened(world, "teacher", seat="designated_teacher:1")
    url = reverse("dashboard:export_access", args=[world.amara.pk])

    refused = as_head.post(url, {"reason": ""})
    answer = as_head.post(url, {"reason": REASON})

    assert refused.status_code == 422
    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "Okell" not in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:3] == ["When", "Who", "Role"]
    cells = [cell for row in rows for cell in row]
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells)
    assert any("HYPERLINK" in cell for cell in cells)
    with wall.opened([901]):
        event = Event.objects.get(kind="child.looks_exported")
    assert (event.reason, event.child_id) == (REASON, world.amara.pk)


@pytest.mark.parametrize("openings", [1, 45])
def test_who_has_looked_costs_the_same(as_head, world, django_assert_max_num_queries, openings):
    for _ in range(openings):
        opened(world, "teacher")
    as_head.get(access(world))

    with django_assert_max_num_queries(22):
        as_head.get(access(world))


# What a young person is told ----------------------------------------------------------------------


def test_a_young_person_is_told_roles_and_months_and_no_names(client, world):
    at = timezone.now()
    opened(world, "teacher", at=at, seat="designated_teacher:1")
    opened(world, "teacher", at=at, seat="designated_teacher:1")
    opened(world, "head_teacher", at=at - timedelta(days=1), seat="head_teacher:1")
    opened(world, "carer", seat="carer:children")
    opened(world, "adviser", kind="child.address_shown", reason="A secret reason")
    opened(world, "reviewing_officer", child=world.kofi)
    client.force_login(world.people["young_person"])

    text = client.get(reverse("oversight:my_looks")).content.decode()

    assert "Your school, on" in text
    assert "The virtual school, on 1 day" in text
    for hidden in ("Teacher Example", "Dan Example", "Carer", "carer", "A secret reason", "192.0",
                   "reviewing officer"):  # fmt: skip
        assert hidden not in text.replace("Who has looked", "")


def test_a_young_persons_own_reading_is_recorded_and_not_told_to_them(client, world):
    client.force_login(world.people["young_person"])

    text = client.get(reverse("oversight:my_looks")).text

    with wall.opened([901]):
        event = Event.objects.filter(kind="child.opened").latest("pk")
    assert (event.actor_id, event.after) == (
        world.people["young_person"].pk,
        {"page": "who has looked"},
    )
    assert "Young person" not in text


def test_a_young_person_finds_the_page_from_their_people(client, world):
    client.force_login(world.people["young_person"])

    assert reverse("oversight:my_looks") in client.get(reverse("dashboard:my_people")).text


# The log, and what a person did -------------------------------------------------------------------


def write_answer(world):
    with wall.opened([901], actor=wall.Actor(user_id=world.people["teacher"].pk)):
        teacher = seated(world.people["teacher"])
        pep_actions.save_section(
            plan_id=world.plans.amara.pk, slug="english", base_version=0, at=timezone.now(),
            values={"strengths": "She reads every day."}, by=teacher,
        )  # fmt: skip


def words_of(answer):
    return [f"{entry.who} {entry.words}" for entry in answer.context["entries"]]


def test_the_log_speaks_in_plain_sentences(as_head, world):
    write_answer(world)
    opened(world, "teacher")

    answer = as_head.get(reverse("oversight:log"), {"child": world.amara.pk})

    term = world.term.get_name_display().lower()
    told = words_of(answer)
    assert "Teacher Example opened Amara’s record: summary" in told
    assert any(
        line.startswith("Teacher Example changed “") and line.endswith(f"in Amara’s {term} PEP")
        for line in told
    )
    assert "She reads every day" not in answer.text


@pytest.mark.parametrize("key", ["authority_administrator", "system_administrator"])
def test_administrators_read_no_case_content(client, world, key):
    write_answer(world)
    opened(world, "teacher", reason="She was crying")
    with wall.opened([901], actor=wall.Actor(user_id=world.people["teacher"].pk)):
        for kind in ("emergency.not_found", "retention.deleted", "plans.all_asked"):
            audit.record(kind=kind, at=timezone.now(), authority_id=901, reason="She was crying")
        lost = {"kind": "second_step_reset", "table": "accounts_user", "reason": "Lost his phone"}
        audit.record(**lost, at=timezone.now(), authority_id=901)
        Child.objects.filter(pk=world.amara.pk).update(first_language="French")
    client.force_login(world.people[key])

    page = client.get(reverse("oversight:log"))
    person = client.get(reverse("oversight:person", args=[world.people["teacher"].pk]))

    for answer in (page, person):
        assert "Teacher Example" in answer.text
        assert "a child’s record" in answer.text
        assert "a child’s PEP" in answer.text
        assert "Lost his phone" in answer.text
        for hidden in ("Amara", "Okell", "crying", "strengths", "language", str(world.amara.pk)):
            assert hidden not in answer.text
    about = {"child": world.amara.pk}
    assert client.get(reverse("oversight:log"), about).status_code == 404
    assert (
        client.get(reverse("oversight:event", args=[world.changes[world.amara.pk]])).status_code
        == 404
    )


def test_nothing_of_another_authority_is_in_the_log(client, world):
    opened(world, "teacher")
    client.force_login(world.people["other_head"])

    answer = client.get(reverse("oversight:log"))

    assert answer.context["entries"]
    assert not any("Teacher" in line for line in words_of(answer))


def test_each_line_of_the_log_is_of_the_authority_even_without_the_wall(world):
    """The wall stands behind it: here both authorities are open."""
    opened(world, "teacher", child=world.zofia)
    with wall.opened([901, 902]):
        plan = world.plans.zofia
        at = timezone.now()
        step = WritingStep.objects.create(
            authority=plan.authority, child=plan.child, plan=plan, section="learning", key="needs",
            person=world.people["teacher"], began_at=at, last_at=at, after="Zofia reads",
        )  # fmt: skip
        told = {
            head: [
                line.at for line in log.page(seated(world.people[head]), ALL, after=None).entries
            ]
            for head in ("head", "other_head")
        }

    assert step.last_at in told["other_head"]
    assert step.last_at not in told["head"]


def test_a_sealed_child_is_not_named_in_the_log(as_head, world):
    opened(world, "adviser", child=world.sealed.child, reason="She was crying")

    answer = as_head.get(reverse("oversight:log"))

    assert "Dan Example opened a child’s record: page not noted" in words_of(answer)
    for hidden in (SEALED_NAME, "crying", str(world.sealed.child_id)):
        assert hidden not in answer.text


def test_what_is_filed_under_no_authority_is_in_no_log(as_head, world):
    with wall.opened([]):
        audit.record(kind="signed_in", at=timezone.now(), actor_id=world.people["other_head"].pk)

    assert not any("signed in" in line for line in words_of(as_head.get(reverse("oversight:log"))))


@pytest.mark.parametrize("name", ["oversight:log", "oversight:person"])
@pytest.mark.parametrize("who", ["sealed", "elsewhere"])
def test_a_child_one_does_not_see_is_not_asked_about(as_head, world, name, who):
    child = world.sealed.child_id if who == "sealed" else world.zofia.pk
    args = [world.people["adviser"].pk] if name == "oversight:person" else []

    assert as_head.get(reverse(name, args=args), {"child": child}).status_code == 404


def test_a_person_of_another_authority_is_not_asked_about(as_head, world):
    query = {"person": world.people["other_head"].pk}

    assert as_head.get(reverse("oversight:log"), query).status_code == 404


def test_only_a_change_of_ones_own_authority_is_opened(as_head, world):
    """Not what was done otherwise, what is filed nowhere, nor the changes of a sealed record."""
    opened(world, "teacher")
    with wall.opened([901]):
        rows = {
            "an opening": Event.objects.filter(kind="child.opened"),
            "of an account": Event.objects.filter(kind="row.update", table="accounts_user"),
            "of a sealed child": Event.objects.filter(row=world.sealed.child_id),
        }
        events = {name: found.latest("pk").pk for name, found in rows.items()}

    answers = {
        name: as_head.get(reverse("oversight:event", args=[pk])).status_code
        for name, pk in events.items()
    }

    assert answers == dict.fromkeys(rows, 404)


def test_what_a_person_did_holds_their_sign_ins_too(as_head, world, client):
    with wall.opened([]):
        audit.record(kind="signed_in", at=timezone.now(), actor_id=world.people["adviser"].pk)

    answer = as_head.get(reverse("oversight:person", args=[world.people["adviser"].pk]))

    assert "Dan Example signed in" in words_of(answer)
    assert "Adviser, Northmere Council" in answer.text


def test_the_log_is_read_on_without_loss_or_repeat(as_head, world):
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    for number in range(70):  # many of one moment, as one statement leaves them
        opened(world, "teacher", at=at + timedelta(minutes=number // 20))
    query = {"child": str(world.amara.pk), "action": "opened", "to_on": "2026-03-02"}
    seen = []

    url = f"{reverse('oversight:log')}?" + "&".join(f"{k}={v}" for k, v in query.items())
    while url:
        answer = as_head.get(url)
        seen += [(entry.at, entry.words) for entry in answer.context["entries"]]
        url = answer.context["next_url"] and reverse("oversight:log") + answer.context["next_url"]

    assert len(seen) == 70
    assert seen == sorted(seen, reverse=True)


def test_a_change_is_shown_before_and_after_without_numbers_and_addresses(as_head, world):
    with wall.opened([901], actor=wall.Actor(user_id=world.people["officer"].pk)):
        world.amara.known_as = "Ama"
        world.amara.upn = "B999200012346"
        world.amara.save()
        event = Event.objects.filter(kind="row.update", table="children_child").latest("pk")

        Placement.objects.filter(child=world.amara).update(distance_miles="61.7")
        moved = Event.objects.filter(kind="row.update", table="placements_placement").latest("pk")

    text = as_head.get(reverse("oversight:event", args=[event.pk])).text
    home = as_head.get(reverse("oversight:event", args=[moved.pk])).text

    assert "Ama" in text
    assert "(not shown)" in text
    assert "B999200012346" not in text
    assert "(not shown)" in home
    assert "61.7" not in home


def test_administrators_open_a_change_without_its_case_content(client, world):
    with wall.opened([901]):
        Load.objects.filter(pk=world.load.pk).update(left_out_reason="She was crying")
        event = Event.objects.filter(kind="row.update", table="files_load").latest("pk")
    client.force_login(world.people["authority_administrator"])

    text = client.get(reverse("oversight:event", args=[event.pk])).text

    assert "(not shown)" in text
    assert "crying" not in text


def test_before_and_after_of_a_restricted_child_waits_for_a_reason(as_head, world):
    """What stops a reader at the record stops them at its changes (ux 7.5)."""
    with wall.opened([901]):
        restrict(
            child=world.amara, why="High risk", owner=world.people["adviser"],
            by=seated(world.people["adviser"]), at=timezone.now(),
        )  # fmt: skip

    answer = as_head.get(reverse("oversight:event", args=[world.changes[world.amara.pk]]))

    assert answer.status_code == 302
    assert "restricted" in answer.url


def test_what_the_service_did_by_itself_is_shown_when_asked_for(as_head, world):
    url = reverse("oversight:log")

    assert "The service added" not in as_head.get(url, {"child": world.amara.pk}).text
    told = as_head.get(url, {"child": world.amara.pk, "service": "on"}).text
    assert "The service added child in Amara’s record" in told


@pytest.mark.parametrize("events", [1, 45])
def test_the_log_costs_the_same(as_head, world, django_assert_max_num_queries, events):
    for _ in range(events):
        opened(world, "teacher")
    as_head.get(reverse("oversight:log"))

    with django_assert_max_num_queries(16):
        as_head.get(reverse("oversight:log"))


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("oversight:log", "the log"),
        ("oversight:person", "what a person did"),
        ("oversight:event", "before and after"),
        ("oversight:unusual", "unusual reading"),
        ("oversight:look_into", "unusual reading"),
    ],
)
def test_reading_the_record_is_recorded(as_head, world, name, page):
    call(as_head, world, name)

    with wall.opened([901]):
        event = Event.objects.filter(kind="record.read").latest("pk")
    assert event.actor_id == world.people["head"].pk
    assert event.after == {"page": page}


def test_finding_a_person_leads_to_them_or_to_a_choice(as_head, world):
    url = reverse("oversight:find_person")

    assert as_head.post(url, {"name": "Dan Example"}).status_code == 302
    assert "More than one person" in as_head.post(url, {"name": "example"}).text
    assert as_head.post(url, {"name": "Nobody Known"}).status_code == 422


# Unusual reading ----------------------------------------------------------------------------------


def test_unusual_reading_is_looked_into_with_a_note(as_head, world):
    url = reverse("oversight:look_into", args=[world.unusual.pk])

    refused = as_head.post(url, {"note": ""})
    saved = as_head.post(url, {"note": "She is no relation"})

    assert "Enter what you found out" in refused.text
    assert saved.status_code == 302
    with wall.opened([901]):
        row = UnusualReading.objects.get()
    assert (row.note, row.looked_into_by) == ("She is no relation", world.people["head"])
    assert "own family name" not in as_head.get(reverse("oversight:unusual")).text
    assert "She is no relation" in as_head.get(reverse("oversight:unusual"), {"show": "all"}).text


def test_only_the_head_of_the_authority_sees_what_was_found(world):
    """By itself, whatever wall is open and whoever is let to the page."""
    with wall.opened([901, 902]):
        readers = {
            key
            for key in EVERYONE
            if UnusualReading.objects.visible_to(seated(world.people[key])).exists()
        }

    assert readers == {"head"}


def test_a_child_hidden_from_the_head_is_not_named_in_unusual_reading(as_head, world):
    with wall.opened([901]):
        UnusualReading.objects.update(child=world.amara)
        seal(
            child=world.amara, why="Adopted", owner=world.people["adviser"], keepers=[],
            by=seated(world.people["adviser"]), at=timezone.now(),
        )  # fmt: skip

    assert "Okell" not in as_head.get(reverse("oversight:unusual")).text
    assert "Okell" not in call(as_head, world, "oversight:look_into").text


# Rules --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "e", "x1.2", "e1", "e99999999999999999999.1", "e-1e9.2", "e1." + "9" * 40]
)
def test_a_place_that_is_none_is_no_place(text):
    assert rules.place_of(text) is None


def test_a_place_is_read_back_to_the_microsecond():
    place = rules.Place(datetime(2026, 3, 2, 9, 5, 7, 123457, tzinfo=UTC), rules.Source.EVENT, "12")

    assert rules.place_of(place.as_text()) == place


@pytest.mark.parametrize("kind", sorted(rules._SENTENCES))
def test_every_sentence_can_be_said_with_and_without_the_child(kind):
    assert "{" not in rules.sentence(kind)
    assert "Amara’s" not in rules.sentence(kind)
    rules.sentence(kind, child="Amara’s", page="summary", thing="child", fields=("known as",))
