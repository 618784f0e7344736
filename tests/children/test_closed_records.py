"""Restricted and sealed records, emergencies, and what must be seen at once."""

from datetime import date, timedelta
from itertools import chain

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.roles import Role
from audit.models import Event
from children import actions
from children.models import Child, Flag, Involvement, Opening, Restriction
from children.summaries import identity_facts
from notifications.models import Notice
from pep.models import Answer, PersonalEducationPlan
from quality.models import SecondMark
from tests.access_table import CASE_READERS, ROUTES
from tests.factories.accounts import MembershipFactory, seated
from tests.test_access import call
from tests.world import PLANTED_UPN, SEALED_NAME, build_world

WHY = "A member of staff is related to this child"
# Changes of the restriction itself, and what is not Amara's record
NOT_HER_RECORD = {"children:restricted", "children:end_opening", "children:open_sealed"}


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def restricted(world):
    """Amara's record, closed by the officer; the head is neither allocated nor its owner."""
    with wall.opened([901]):
        officer = world.people["officer"]
        actions.restrict(child=world.amara, why=WHY, owner=officer, by=officer, at=timezone.now())
    return world


def open_page(client, world, key, name="dashboard:child", child="amara", **kwargs):
    client.force_login(world.people[key])
    return client.get(reverse(name, args=[getattr(world, child).pk]), **kwargs)


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("head", 302),  # sees her as one of the team
        ("officer", 200),  # answers for the restriction
        ("adviser", 200),  # allocated to her
        ("social_worker", 200),
        ("manager", 200),
        ("reviewing_officer", 200),
        ("teacher", 200),
        ("other_head", 404),
    ],
)
def test_who_is_stopped(client, restricted, key, status):
    assert open_page(client, restricted, key).status_code == status


def _hers(world):
    """What addresses name of Amara's: herself, her plan, its second mark, her whole record."""
    return {world.amara.pk, world.plans.amara.pk, world.mark.pk, world.whole_record.pk}


def test_every_page_and_every_change_of_the_record_is_stopped(client, restricted):
    client.force_login(restricted.people["head"])
    hers = _hers(restricted)
    let_in = []
    for name, route in ROUTES.items():
        if route.kwargs is None or "head" not in route.roles or name in NOT_HER_RECORD:
            continue
        where = route.kwargs(restricted)
        if not hers & set(where.values()):
            continue
        answer = call(client, restricted, name)
        target = answer.get("HX-Redirect", "") or getattr(answer, "url", "")
        if not target.startswith(reverse("children:restricted", args=[restricted.amara.pk])):
            let_in.append(f"{name}: {answer.status_code}")

    assert let_in == []


def test_a_partial_request_is_led_to_the_page_that_asks_why(client, restricted):
    client.force_login(restricted.people["adviser"])
    url = reverse("pep:autosave", args=[restricted.plans.amara.pk, "english"])
    with wall.opened([901]):
        Involvement.objects.filter(person=restricted.people["adviser"]).delete()

    answer = client.post(url, {}, headers={"hx-request": "true"})

    where = reverse("children:restricted", args=[restricted.amara.pk])
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (200, where)


def test_a_reason_counts_for_its_giver_in_the_role_it_was_given_in(client, restricted):
    head = restricted.people["head"]
    MembershipFactory(user=head, role=Role.OFFICER, authority_id=901)
    client.force_login(head)
    record = reverse("dashboard:child", args=[restricted.amara.pk])

    def opened_as(seat):
        client.post(reverse("accounts:switch"), {"seat": f"{seat}:901"})
        return client.get(record)

    client.post(opened_as("officer").url, {"reason": "Covering today"})
    assert opened_as("officer").status_code == 200
    assert opened_as("virtual_school_head").status_code == 302

    with wall.opened([901]):
        Opening.objects.filter(kind="interrupted").update(person=restricted.people["adviser"])
    assert opened_as("officer").status_code == 302


def test_a_reason_opens_it_for_a_time_and_its_owner_is_told(client, restricted):
    stopped = open_page(client, restricted, "head")
    page = client.get(stopped.url)
    assert WHY in page.content.decode()
    assert client.post(stopped.url, {"reason": " "}).status_code == 422

    answer = client.post(stopped.url, {"reason": "Covering today"})

    assert answer.url == reverse("dashboard:child", args=[restricted.amara.pk])
    assert client.get(answer.url).status_code == 200
    with wall.opened([901]):
        opening = Opening.objects.get(kind="interrupted")
        assert opening.until_at - opening.began_at == timedelta(minutes=60)
        assert Notice.objects.get(kind="record_opened").recipient == restricted.people["officer"]
        event = Event.objects.get(kind="child.opened_interrupted")
        assert (event.reason, event.actor_id) == ("Covering today", restricted.people["head"].pk)
        Opening.objects.update(until_at=timezone.now())
    assert open_page(client, restricted, "head").status_code == 302


def test_a_restriction_and_an_instruction_end_only_when_confirmed(client, restricted):
    amara = restricted.amara
    with wall.opened([901]):
        flag = Flag.objects.get(child=amara, kind=Flag.Kind.STOP)
    ends = reverse("children:end_instruction", args=[amara.pk, flag.pk])
    lifts = reverse("children:lift", args=[amara.pk])
    client.force_login(restricted.people["adviser"])

    asked = client.post(ends).content.decode()
    assert f"End “{flag.label}”?" in asked
    with wall.opened([901]):
        assert Flag.objects.current().filter(pk=flag.pk).exists()
    assert client.post(ends, {"confirmed": "1"}).status_code == 302
    client.force_login(restricted.people["head"])
    client.post(
        reverse("children:restricted", args=[amara.pk]), {"reason": "To end the restriction"}
    )
    assert "End the restriction?" in client.post(lifts).content.decode()
    with wall.opened([901]):
        assert not Flag.objects.current().filter(pk=flag.pk).exists()
        assert Restriction.objects.current().filter(child=amara).exists()
    assert client.post(lifts, {"confirmed": "1"}).status_code == 302
    with wall.opened([901]):
        assert not Restriction.objects.current().filter(child=amara).exists()


def test_the_way_back_stays_on_this_site(client, restricted):
    client.force_login(restricted.people["head"])
    url = reverse("children:restricted", args=[restricted.amara.pk])

    answer = client.post(f"{url}?next=https://elsewhere.example/", {"reason": "Covering today"})

    assert answer.url == reverse("dashboard:child", args=[restricted.amara.pk])


@pytest.mark.parametrize("key", ["head", "teacher"])
def test_a_person_shut_out_finds_nothing(client, world, key):
    with wall.opened([901]):
        officer = world.people["officer"]
        actions.restrict(
            child=world.amara, why=WHY, owner=officer, shut_out=[world.people[key]],
            by=officer, at=timezone.now(),
        )  # fmt: skip

    assert open_page(client, world, key).status_code == 404
    for name in ("dashboard:children", "pep:list"):
        assert "Okell" not in client.get(reverse(name)).content.decode()
    plan = reverse("pep:plan", args=[world.plans.amara.pk])
    assert client.get(plan).status_code == 404
    assert open_page(client, world, "adviser").status_code == 200


def test_a_sealed_record_is_found_by_nobody(client, world):
    with wall.opened([901]):
        actions.seal(
            child=world.amara, why="Adopted", owner=world.people["adviser"], keepers=[],
            by=world.people["head"], at=timezone.now(),
        )  # fmt: skip

    for key in sorted(CASE_READERS | {"carer", "young_person"}):
        client.force_login(world.people[key])
        for name in ("dashboard:children", "pep:list", "dashboard:search"):
            assert "Okell" not in client.get(reverse(name)).content.decode(), (key, name)
        assert open_page(client, world, key).status_code in {403, 404}, key
    client.force_login(world.people["head"])
    answer = client.post(reverse("dashboard:children"), {"upn": PLANTED_UPN})
    assert answer.status_code == 422


# Where the head finds a plan, by where it stands
FOUND = {
    "with_school": {"chasing:board"},
    "sent_to_check": {"quality:queue", "chasing:board"},
    "being_checked": {"quality:queue", "chasing:board"},
    "agreed": {"quality:sample", "quality:queue"},
}


@pytest.mark.parametrize("status", FOUND)
def test_a_sealed_childs_plan_is_in_no_list(client, world, status):
    """For the head, who reads every other: nothing but `visible_to` can say so."""
    head, now = world.people["head"], timezone.now()
    addresses = {name: reverse(name) for name in {*chain(*FOUND.values())} - {"quality:sample"}}
    addresses["quality:sample"] = reverse("quality:sample", args=[world.mark.sample_id])
    with wall.opened([901]):
        plans = PersonalEducationPlan.objects.filter(pk=world.plans.amara.pk)
        plans.update(
            status=status, sent_at=now, sent_by=world.people["teacher"], checking_at=now,
            checking_by=head, agreed_at=now, agreed_by=head,
        )  # fmt: skip
        Answer.objects.filter(written_by=head).update(written_by=world.people["teacher"])
        SecondMark.objects.update(done_at=None if status == "agreed" else now)
    client.force_login(head)

    def found():
        return {name for name, url in addresses.items() if "Okell" in client.get(url).text}

    assert FOUND[status] <= found()
    sealed_by_the_head(world, owner=world.people["adviser"])

    assert found() == set()


def test_no_page_and_no_change_of_a_sealed_record_is_there(client, world):
    """For the head, whose authority it is of: nothing but `visible_to` can say so."""
    with wall.opened([901]):
        actions.seal(
            child=world.amara, why="Adopted", owner=world.people["adviser"], keepers=[],
            by=world.people["head"], at=timezone.now(),
        )  # fmt: skip
    client.force_login(world.people["head"])
    hers = _hers(world)
    tried, let_in = 0, []
    for name, route in ROUTES.items():
        where = route.kwargs(world) if route.kwargs and "head" in route.roles else {}
        if not hers & set(where.values()):
            continue
        tried += 1
        status = call(client, world, name).status_code
        if status != 404:
            let_in.append(f"{name}: {status}")

    assert let_in == []
    assert tried > 40


def test_a_keeper_opens_a_sealed_record_with_a_reason(client, world):
    client.force_login(world.people["head"])
    listed = client.get(reverse("children:sealed"))
    url = reverse("children:open_sealed", args=[world.sealed.pk])
    assert url in listed.content.decode()
    assert SEALED_NAME not in listed.content.decode()

    opened = client.post(url, {"reason": "The adoption agency asks"})

    assert SEALED_NAME in client.get(opened.url).content.decode()
    client.force_login(world.people["officer"])
    assert client.get(url).status_code == 404
    assert client.get(opened.url).status_code == 404


def sealed_by_the_head(world, **who):
    with wall.opened([901]):
        return actions.seal(
            child=world.amara, why="Adopted", by=world.people["head"], at=timezone.now(),
            **{"owner": world.people["head"], "keepers": []} | who,
        )  # fmt: skip


@pytest.mark.parametrize(("key", "led"), [("officer", True), ("adviser", False)])
def test_whoever_was_named_is_told_and_led_to_what_is_sealed(client, world, key, led):
    sealed_by_the_head(world, keepers=[world.people["officer"]])
    client.force_login(world.people[key])

    home = client.get(reverse("dashboard:your_work")).content.decode()

    way = reverse("children:sealed")
    assert (way in home) is led
    with wall.opened([901]):
        told = Notice.objects.filter(kind="record_sealed", recipient=world.people[key])
        assert [notice.path for notice in told] == [way] * led
        assert not any("Amara" in notice.text for notice in told)


def test_whoever_answers_for_a_sealed_record_reads_who_opened_it(client, world):
    """In no other list: the record it is about is in none."""
    sealed = sealed_by_the_head(world, keepers=[world.people["officer"]])
    client.force_login(world.people["officer"])
    client.post(reverse("children:open_sealed", args=[sealed.pk]), {"reason": "The agency asks"})
    mine = client.get(reverse("children:sealed")).content.decode()

    client.force_login(world.people["head"])
    with wall.opened([901]):
        notice = Notice.objects.get(kind="record_opened", recipient=world.people["head"])
    theirs = client.get(notice.path).content.decode()

    assert "Officer Example" in theirs
    assert "The agency asks" in theirs
    assert "The agency asks" not in mine
    assert "Okell" not in theirs


def test_whoever_answers_for_a_restricted_record_reads_who_opened_it(client, restricted):
    head = restricted.people["head"]
    with wall.opened([901]):
        actions.open_restricted(
            child=restricted.amara, reason="Covering today", by=seated(head), at=timezone.now()
        )
        notice = Notice.objects.get(kind="record_opened")
    pages = {}
    for key in ("officer", "adviser"):
        client.force_login(restricted.people[key])
        pages[key] = client.get(notice.path).content.decode()
    client.force_login(restricted.people["officer"])
    home = client.get(reverse("dashboard:your_work")).content.decode()

    assert notice.recipient == restricted.people["officer"]
    assert "Covering today" in pages["officer"]
    assert "Close it now" not in pages["officer"]
    assert "Covering today" not in pages["adviser"]
    assert notice.path in home


def test_a_school_is_not_asked_to_keep_what_it_cannot_open(client, world):
    """Nor to answer for it; it may be shut out."""
    forms = open_page(client, world, "head", "children:protection").context
    teacher = str(world.people["teacher"].pk)

    def offered(name, field):
        return {value for value, _ in forms[name].fields[field].choices}

    assert teacher in offered("restrict_form", "shut_out")
    for name, field in (
        ("restrict_form", "owner"), ("seal_form", "owner"), ("seal_form", "keepers"),
    ):  # fmt: skip
        assert teacher not in offered(name, field)
        assert str(world.people["officer"].pk) in offered(name, field)


def test_only_a_keeper_opens_and_the_owner_is_told(world):
    with wall.opened([901]):
        head, adviser = seated(world.people["head"]), world.people["adviser"]
        sealed = actions.seal(
            child=world.amara, why="Adopted", owner=adviser, keepers=[head], by=head,
            at=timezone.now(),
        )  # fmt: skip
        with pytest.raises(actions.NotTheirsToOpen):
            actions.open_sealed(
                restriction=sealed, reason="Curious", by=seated(world.people["officer"]),
                at=timezone.now(),
            )  # fmt: skip
        assert not Notice.objects.filter(kind="record_opened").exists()

        actions.open_sealed(restriction=sealed, reason="Asked", by=head, at=timezone.now())

        assert Notice.objects.get(kind="record_opened").recipient == adviser


NOT_THE_ONE = [
    pytest.param({}, True, id="the one that opens"),
    pytest.param({"hours": -1}, False, id="over"),
    pytest.param({"role": Role.GOVERNOR}, False, id="in another role"),
    pytest.param({"person": "reviewing_officer"}, False, id="of somebody else"),
    pytest.param({"kind": "interrupted"}, False, id="of another kind"),
]


def opening_of(world, key, child, kind, changes):
    now = timezone.now()
    person = seated(world.people[key])
    values = {
        "kind": kind, "person": person, "role": person.seat.role, "reason": "On duty",
        "hours": 1, **changes,
    }  # fmt: skip
    if isinstance(values["person"], str):
        values["person"] = world.people[values["person"]]
    until_at = now + timedelta(hours=values.pop("hours"))
    Opening.objects.create(
        authority=child.authority, child=child, began_at=now - timedelta(hours=2),
        until_at=until_at, **values,
    )  # fmt: skip
    return {one.pk for one in Child.objects.visible_to(person)}


@pytest.mark.parametrize(("changes", "opens"), NOT_THE_ONE)
def test_an_emergency_opens_one_child_to_one_person_for_a_time(world, changes, opens):
    with wall.opened([901, 902]):
        seen = opening_of(world, "other_social_worker", world.kofi, "emergency", changes)

    assert seen == ({world.kofi.pk} if opens else set())


def test_an_emergency_opens_nothing_outside_the_authority_of_the_seat(world):
    with wall.opened([901, 902]):
        assert opening_of(world, "other_social_worker", world.zofia, "emergency", {}) == set()


@pytest.mark.parametrize(("changes", "opens"), NOT_THE_ONE)
def test_a_seal_is_passed_by_ones_own_opening_alone(world, changes, opens):
    with wall.opened([901, 902]):
        seen = opening_of(world, "head", world.sealed.child, "sealed", changes)

    assert (world.sealed.child_id in seen) is opens


@pytest.mark.parametrize("who", ["of another authority", "sealed", "shut out"])
def test_no_emergency_opens_a_child_who_is_not_theirs_to_find(world, who):
    duty = seated(world.people["other_social_worker"])
    child = {"of another authority": world.zofia, "sealed": None}.get(who, world.kofi)
    with wall.opened([901, 902]):
        child = child or world.sealed.child
        if who == "shut out":
            officer = world.people["officer"]
            actions.restrict(
                child=child, why=WHY, owner=officer, shut_out=[duty], by=officer,
                at=timezone.now(),
            )  # fmt: skip
        with pytest.raises(actions.NotTheirsToOpen):
            actions.open_in_emergency(child=child, reason="On duty", by=duty, at=timezone.now())


def emergency(client, **changes):
    data = {
        "given_name": "kofi", "family_name": "ARDEN", "date_of_birth_0": "1",
        "date_of_birth_1": "5", "date_of_birth_2": str(timezone.localdate().year - 13),
        "reason": "At a police station",
    }  # fmt: skip
    return client.post(reverse("children:emergency"), data | changes)


def test_a_duty_worker_opens_a_child_who_is_not_theirs(client, world):
    assert open_page(client, world, "other_social_worker", child="kofi").status_code == 404

    answer = emergency(client)

    assert answer.url == reverse("dashboard:child", args=[world.kofi.pk])
    assert client.get(answer.url).status_code == 200
    with wall.opened([901]):
        told = Notice.objects.get(kind="record_opened")
        assert told.recipient == world.people["head"]
        assert "Kofi" not in told.text
        opening = Opening.objects.get(child=world.kofi)
        assert opening.until_at - opening.began_at == timedelta(hours=24)
        Opening.objects.filter(child=world.kofi).update(until_at=timezone.now())
    assert client.get(answer.url).status_code == 404


@pytest.mark.parametrize(("key", "offered"), [("social_worker", True), ("personal_adviser", False)])
def test_the_way_to_it_is_offered_to_those_who_may(client, world, key, offered):
    client.force_login(world.people[key])

    page = client.get(reverse("dashboard:social_worker_home")).content.decode()

    assert (reverse("children:emergency") in page) is offered


def test_the_virtual_head_closes_it_again(client, world):
    client.force_login(world.people["other_social_worker"])
    record = emergency(client).url
    client.force_login(world.people["head"])
    with wall.opened([901]):
        opening = Opening.objects.get(child=world.kofi)

    client.post(reverse("children:end_opening", args=[opening.pk]))

    client.force_login(world.people["other_social_worker"])
    assert client.get(record).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"given_name": "Ko"},
        {"family_name": "Ard"},
        {"date_of_birth_0": "2"},
        {"given_name": "Zofia", "family_name": "Łaska"},  # of another authority
        {"given_name": SEALED_NAME, "family_name": "Quill"},
        {"reason": ""},
    ],
    ids=[
        "part of a name",
        "part of a family name",
        "another day",
        "elsewhere",
        "sealed",
        "no reason",
    ],
)
def test_an_emergency_finds_only_the_exact_child(client, world, changes):
    with wall.opened([901, 902]):
        Child.objects.exclude(pk=world.kofi.pk).update(
            date_of_birth=date(timezone.localdate().year - 13, 5, 1)
        )
    client.force_login(world.people["other_social_worker"])

    answer = emergency(client, **changes)

    assert answer.status_code in {422, 404}
    with wall.opened([901]):  # names tried in vain are in the record
        tried = Event.objects.filter(kind="emergency.not_found").exists()
    assert tried is (changes.get("reason") != "")
    with wall.opened([901, 902]):
        assert not Opening.objects.filter(person=world.people["other_social_worker"]).exclude(
            pk=world.opening.pk
        )


def test_the_head_closes_no_opening_of_a_record_hidden_from_them(client, world):
    sealed = sealed_by_the_head(world, owner=world.people["adviser"], keepers=[])
    now = timezone.now()
    with wall.opened([901]):
        opening = Opening.objects.create(
            authority=world.amara.authority, child=sealed.child, kind=Opening.Kind.SEALED,
            person=world.people["officer"], role=Role.OFFICER, reason="The agency asks",
            began_at=now, until_at=now + timedelta(hours=1),
        )  # fmt: skip
    client.force_login(world.people["head"])

    answer = client.post(reverse("children:end_opening", args=[opening.pk]))

    assert answer.status_code == 404
    with wall.opened([901]):
        assert Opening.objects.running(at=timezone.now()).filter(pk=opening.pk).exists()


@pytest.mark.parametrize(
    ("key", "told"), [("teacher", True), ("carer", False), ("young_person", False)]
)
def test_families_are_shown_no_flags_over_a_page(world, key, told):
    """A carer reads the instructions on the child's own page, in words for them."""
    with wall.opened([901]):
        shown = identity_facts(world.amara, seated(world.people[key]))

    assert bool(shown.flags) is told


def test_a_safety_instruction_is_seen_at_once_and_its_reason_is_not(client, world):
    client.force_login(world.people["social_worker"])
    url = reverse("children:instruction", args=[world.amara.pk])
    client.post(
        url,
        {
            "instruction-label": "Must not be collected by an aunt",
            "instruction-reason": "Threats in March",
        },
    )

    text = open_page(client, world, "teacher").content.decode()

    assert "Must not be collected by an aunt" in text
    assert "Threats in March" not in text


def test_a_carer_reads_the_safety_instructions_and_never_why(client, world):
    with wall.opened([901]):
        actions.give_instruction(
            child=world.amara, label="Must not be collected by an aunt", reason="Threats in March",
            review_on=None, by=world.people["head"], at=timezone.now(),
        )  # fmt: skip

    text = open_page(client, world, "carer", "dashboard:my_child").content.decode()

    assert "Must not be collected by an aunt" in text
    assert "Speaks French at home" not in text
    assert "Threats in March" not in text
