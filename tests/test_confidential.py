"""What gives a confidential home away, where the walk of every route does not come [DP-4].

Amara's home is confidential, and words found nowhere else stand in each place that leads to it.
"""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.roles import Role
from attendance.models import TermSummary
from children.models import Enrolment
from dashboard.summaries import roll
from dashboard.summaries.roll import RollFilter
from notifications import tasks
from notifications.models import Email
from papers import documents as paper_documents
from papers.models import ReaderPaper
from papers.rules import Kind
from pep import actions, documents, presence
from pep.models import Answer, Paper, PersonalEducationPlan
from placements.models import Address, CarerDetails, Placement
from placements.rights import sight_of
from schools.rules import StatisticalTerm
from tests.access_table import EVERYONE, ROUTES
from tests.confidential import HIDDEN_FROM, HOME, MEETING, REGISTER, SCHOOL, letters, text_of
from tests.factories.accounts import MembershipFactory, UserFactory, seated
from tests.factories.children import EnrolmentFactory, InvolvementFactory
from tests.factories.pep import fill
from tests.factories.schools import AuthorityFactory, SchoolFactory
from tests.test_access import call
from tests.world import AMARAS_SCHOOL, PLANTED_CARER, PLANTED_TRAVEL, build_world

ABOUT = {
    "pep:section": {"slug": "about"},
    "pep:history": {"slug": "about"},
    "pep:conflict": {"slug": "about"},
    "pep:read": {},
    "pep:plan": {},
    "pep:compare": {},
    "pep:sign": {},
    "pep:pdf": {},
}


@pytest.fixture
def world(db):
    world = build_world()
    with wall.opened([901, 902]):
        _former_school(world)
    return world


def _former_school(world):
    """A school she left three days ago, finishing a plan of its own."""
    today = timezone.localdate()
    left = SchoolFactory(name="Saltings Primary", authority=world.amara.authority)
    Enrolment.objects.filter(child=world.amara).update(started_on=today - timedelta(days=3))
    EnrolmentFactory(
        child=world.amara, school=left, started_on=today - timedelta(days=400),
        ended_on=today - timedelta(days=3), access_until=today + timedelta(days=12),
    )  # fmt: skip
    world.people["former_teacher"] = UserFactory(email="former@school.example")
    MembershipFactory(
        user=world.people["former_teacher"], role=Role.DESIGNATED_TEACHER, school=left
    )
    world.left = left


def agree(world):
    """Send, check and agree Amara's plan with its planted answers, and make its paper."""
    plan, now = world.plans.amara, timezone.now()
    planted = dict(Answer.objects.filter(plan=plan).values_list("key", "value"))
    Answer.objects.filter(plan=plan).delete()
    teacher, head = seated(world.people["teacher"]), seated(world.people["head"])
    fill(plan, by=teacher)
    for key, value in planted.items():
        Answer.objects.filter(plan=plan, section="about", key=key).update(value=value)
    actions.send(plan_id=plan.pk, by=teacher, at=now)
    actions.start_checking(plan_id=plan.pk, by=head, at=now)
    actions.agree(plan_id=plan.pk, by=head, at=now)
    documents.produce_pdf(Paper.objects.get().pk, at=now)
    for email in Email.objects.all():
        tasks.deliver(email.pk, at=now)


def routes(client, world, key, *, only=""):
    client.force_login(world.people[key])
    for name, route in ROUTES.items():
        if route.method == "get" and name not in REGISTER and only in name:
            yield name, call(client, world, name)


def more(client, world, key):
    """What the walk of every route does not ask: the sections that matter, and the filters."""
    client.force_login(world.people[key])
    for name, slug in ABOUT.items():
        url = reverse(name, kwargs={"pk": world.plans.amara.pk, **slug})
        yield f"{name} about", client.get(url)
    for query in ("sort=school", "school_area=in", "area=out", "pep=due"):
        yield query, client.get(f"{reverse('dashboard:children')}?{query}")
    for kind in ("draft", "meeting", "blank"):
        url = reverse("papers:paper", kwargs={"pk": world.plans.amara.pk, "kind": kind})
        yield f"papers:paper {kind}", client.get(url)
    yield "pep:list all", client.get(f"{reverse('pep:list')}?show=all")


def leaks(key, pages):
    return [
        f"{key}, {name}: {planted}"
        for name, answer in pages
        for text in [text_of(answer)]
        for planted in HIDDEN_FROM[key]
        if letters(planted) in text
    ]


def test_nothing_that_leads_to_a_confidential_home_reaches_who_is_not_cleared(client, world):
    assert [told for key in HIDDEN_FROM for told in leaks(key, more(client, world, key))] == []


def test_a_former_school_that_finishes_a_plan_does_not_learn_the_new_home_or_school(client, world):
    with wall.opened([901]):
        PersonalEducationPlan.objects.filter(pk=world.plans.amara.pk).update(school=world.left)

    pages = [*routes(client, world, "former_teacher"), *more(client, world, "former_teacher")]

    assert leaks("former_teacher", pages) == []


@pytest.mark.parametrize(
    ("key", "is_named"), [("adviser", True), ("teacher", False), ("head_teacher", False)]
)
def test_a_carer_who_writes_is_named_to_who_is_cleared_only(client, world, key, is_named):
    """In the section, its history, and while it is open."""
    plan, carer = world.plans.amara, seated(world.people["carer"])
    with wall.opened([901]):
        actions.save_section(
            plan_id=plan.pk, slug="carer-views", base_version=0, at=timezone.now(), by=carer,
            values={"carer_view": "Every evening"},
        )  # fmt: skip
    presence.enter(plan_id=plan.pk, slug="carer-views", person=carer)
    client.force_login(world.people[key])

    here = {"pk": plan.pk, "slug": "carer-views"}
    told = {
        "plan": client.get(reverse("pep:plan", args=[plan.pk])),
        "section": client.get(reverse("pep:section", kwargs=here)),
        "history": client.get(reverse("pep:history", kwargs=here)),
    }
    if key != "head_teacher":  # who only reads sends no beat
        told["presence"] = client.post(reverse("pep:presence", kwargs=here))

    for name, answer in told.items():
        page = answer.content.decode()
        assert (PLANTED_CARER in page) is is_named, name
        assert is_named or "Someone" in page, name


def test_an_agreed_plan_its_paper_and_the_emails_keep_the_home_too(client, world):
    with wall.opened([901]):
        agree(world)
    told = []
    for key in ("personal_adviser", "head_teacher", "teacher", "other_teacher", "former_teacher"):
        client.force_login(world.people[key])
        for name, slug in ABOUT.items():
            url = reverse(name, kwargs={"pk": world.plans.amara.pk, **slug})
            text = text_of(client.get(url))
            told += [f"{key}, {name}: {p}" for p in HIDDEN_FROM[key] if letters(p) in text]
        told += leaks(key, papers(client, world))
    sent = letters("".join(f"{one.subject}{one.body}{one.recipients()}" for one in mail.outbox))

    assert told == []
    assert mail.outbox
    assert [p for p in HOME | SCHOOL | MEETING if letters(p) in sent] == []


def papers(client, world):
    """Every paper of the agreed plan as a page, and the fullest of them as it is taken away."""
    plan = world.plans.amara.pk
    for kind in Kind:
        yield f"papers:paper {kind}", client.get(reverse("papers:paper", args=[plan, kind]))
    client.post(reverse("papers:ask", args=[plan, "full"]))
    with wall.opened([901]):
        for pk in ReaderPaper.objects.filter(state="asked").values_list("pk", flat=True):
            paper_documents.make(pk, at=timezone.now())
    yield "papers:pdf full", client.get(reverse("papers:pdf", args=[plan, "full"]))


def test_a_copy_for_a_family_keeps_a_confidential_home_whoever_asks_for_it(client, world):
    """DP-4, DP-5: who makes it reads more than whoever it is handed to."""
    with wall.opened([901]):
        agree(world)
    family = reverse("papers:paper", args=[world.plans.amara.pk, "family"])
    for key in ("head", "adviser", "social_worker", "teacher"):
        client.force_login(world.people[key])
        text = text_of(client.get(family))

        page = text.partition("vs-paper")[2]
        assert [p for p in HOME | SCHOOL | MEETING if letters(p) in page] == [], key
        assert letters("Amara Okell") in page
    client.force_login(world.people["carer"])
    assert letters(AMARAS_SCHOOL) in text_of(client.get(family))


def listed(world, key, *, sort="name", **chosen):
    """The rows a person's list has, by given name, in their order."""
    person, today = seated(world.people[key]), timezone.localdate()
    with wall.opened([901, 902]):
        rows = roll.children(person, day=today, chosen=RollFilter(**chosen), sort=sort)
    return {row.given_name: row for row in rows}


@pytest.mark.parametrize("narrowed", [{"area": "out"}, {"school_area": "in"}])
def test_a_narrowed_list_does_not_tell_by_who_stands_in_it(world, narrowed):
    assert "Amara" in listed(world, "head", **narrowed)
    assert "Amara" in listed(world, "personal_adviser")
    assert "Amara" not in listed(world, "personal_adviser", **narrowed)


def test_the_order_of_a_list_does_not_tell_the_school(world):
    """A hidden school comes last both ways."""
    with wall.opened([901]):
        Address.objects.filter(child=world.kofi).update(is_confidential=False)
        InvolvementFactory(
            child=world.kofi, person=world.people["personal_adviser"], role=Role.PERSONAL_ADVISER
        )
    orders = [list(listed(world, "personal_adviser", sort=way)) for way in ("school", "-school")]

    assert orders == [["Kofi", "Amara"]] * 2


def test_a_row_of_the_list_has_no_area_of_a_hidden_home(world):
    assert listed(world, "adviser")["Amara"].area == "out"
    for key in ("teacher", "personal_adviser"):
        assert listed(world, key)["Amara"].area == ""


@pytest.mark.parametrize(("key", "is_told"), [("adviser", True), ("personal_adviser", False)])
def test_the_school_history_names_no_council_and_no_school_to_come(client, world, key, is_told):
    page = reverse("dashboard:child_school", args=[world.amara.pk])
    client.force_login(world.people[key])
    rows = client.get(page).content.decode().count("<th scope=")
    with wall.opened([901]):
        today, council = timezone.localdate(), AuthorityFactory(id=904, display_name="Farborough")
        now, to_come = SchoolFactory(authority=council), SchoolFactory(authority=council)
        Enrolment.objects.filter(child=world.amara, ended_on=None).update(school=now)
        EnrolmentFactory(
            child=world.amara, school=to_come, kind=Enrolment.Kind.SUBSIDIARY,
            started_on=today + timedelta(days=9),
        )  # fmt: skip

    text = client.get(page).content.decode()

    assert ("Farborough" in text) is is_told
    assert text.count("<th scope=") - rows == int(is_told)


@pytest.mark.parametrize(("key", "is_named"), [("adviser", True), ("personal_adviser", False)])
def test_attendance_names_no_hidden_school(client, world, key, is_named):
    none = dict.fromkeys(
        ("approved", "unauthorised", "late", "late_after_close", "ill", "excluded"), 0
    )
    with wall.opened([901]):
        TermSummary.objects.create(
            authority_id=901, child_id=world.amara.pk, school_id=world.school.pk, possible=2,
            attending=1, authorised=1,
            term_started_on=StatisticalTerm.of(timezone.localdate()).range.started_on, **none,
        )  # fmt: skip
    client.force_login(world.people[key])

    text = text_of(client.get(reverse("dashboard:child_attendance", args=[world.amara.pk])))

    assert "50" in text
    assert (letters(AMARAS_SCHOOL) in text) is is_named


CLEARED = {
    "head": {"Amara", "Kofi"}, "adviser": {"Amara", "Kofi"}, "officer": {"Amara", "Kofi"},
    "other_head": {"Zofia"}, "social_worker": {"Amara"}, "manager": {"Amara"},
    "duty_worker": {"Amara"}, "reviewing_officer": {"Amara"},
}  # fmt: skip
ASKING = {"teacher": {"Amara"}, "safeguarding_lead": {"Amara"}, "other_teacher": {"Kofi", "Zofia"}}


@pytest.mark.parametrize(
    ("is_confidential", "expected"), [(True, CLEARED), (False, CLEARED | ASKING)]
)
def test_whose_address_and_carer_each_seat_may_ask_for(world, is_confidential, expected):
    """By the tables themselves, whatever wall is open and whoever is let to the page."""
    with wall.opened([901, 902]):
        Address.objects.update(is_confidential=is_confidential)
        found = {Address: {}, CarerDetails: {}}
        for key in EVERYONE:
            person = seated(world.people[key])
            for model, told in found.items():
                names = model.objects.visible_to(person).values_list("child__given_name")
                told[key] = {name for (name,) in names}

    assert {key: names for key, names in found[Address].items() if names} == expected
    carers = {key: {"Amara"} for key, names in expected.items() if "Amara" in names}
    assert {key: names for key, names in found[CarerDetails].items() if names} == carers


@pytest.mark.parametrize(
    ("key", "is_confidential", "hides"),
    [
        ("personal_adviser", True, True),
        ("personal_adviser", False, False),
        ("adviser", True, False),
    ],
)
def test_what_one_may_know_of_a_child_asks_whether_the_home_is_confidential(
    world, key, is_confidential, hides
):
    with wall.opened([901]):
        Address.objects.filter(child=world.amara).update(is_confidential=is_confidential)
        sight = sight_of(seated(world.people[key]), world.amara.pk, on=timezone.localdate())

    assert sight.is_hidden is hides


@pytest.mark.parametrize(("days", "counts"), [(None, True), (1, True), (0, False)])
def test_a_home_is_confidential_until_it_has_ended(world, days, counts):
    today = timezone.localdate()
    ended_on = None if days is None else today + timedelta(days=days)
    with wall.opened([901]):
        Placement.objects.filter(child=world.amara).update(ended_on=ended_on)

        assert Address.objects.confidential(on=today).filter(child=world.amara).exists() is counts


def test_who_is_cleared_finds_every_one_of_them_somewhere(client, world):
    """That the tests above can fail."""
    record = reverse("dashboard:child", kwargs={"pk": world.amara.pk})
    texts = {}
    for key in ("social_worker", "teacher"):
        client.force_login(world.people[key])
        texts[key] = [text_of(client.get(record))]
    with wall.opened([901]):
        agree(world)
    found = set()
    for key, seen in texts.items():
        pages = [*routes(client, world, key, only="child_"), *more(client, world, key)]
        seen += [text_of(answer) for _, answer in pages]
        address = reverse("dashboard:child_placements", kwargs={"pk": world.amara.pk})
        seen.append(text_of(client.post(address, {"reason": "A taxi for the meeting"})))
        found |= {(key, p) for p in HOME | SCHOOL | MEETING if any(letters(p) in t for t in seen)}

    assert {p for key, p in found if key == "social_worker"} == HOME | SCHOOL | MEETING
    assert {p for key, p in found if key == "teacher"} == SCHOOL | MEETING | {PLANTED_TRAVEL}
