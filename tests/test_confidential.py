"""What gives a confidential home away, on every page of everybody who is not cleared for it [DP-4].

Amara's home is confidential, and words found nowhere else stand in each place that leads to it.
"""

import io
from datetime import timedelta

import pikepdf
import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.roles import Role
from children.models import Enrolment
from notifications import tasks
from notifications.models import Email
from pep import actions, documents
from pep.models import Answer, Paper, PersonalEducationPlan
from tests.access_table import ROUTES
from tests.factories.accounts import MembershipFactory, UserFactory, seated
from tests.factories.children import EnrolmentFactory
from tests.factories.pep import fill
from tests.factories.schools import SchoolFactory
from tests.papers import words_of
from tests.test_access import call
from tests.world import (
    AMARAS_SCHOOL,
    PLANTED_AREA,
    PLANTED_CARER,
    PLANTED_CARER_PHONE,
    PLANTED_DISTANCE,
    PLANTED_KEY_ADULT,
    PLANTED_MEETING_PLACE,
    PLANTED_TRAVEL,
    build_world,
)

HOME = {PLANTED_AREA, PLANTED_DISTANCE, PLANTED_CARER, PLANTED_CARER_PHONE, PLANTED_TRAVEL}
SCHOOL = {AMARAS_SCHOOL, PLANTED_KEY_ADULT}
MEETING = {PLANTED_MEETING_PLACE}
# Who sees Amara and is not cleared for her home, and what must reach them nowhere
HIDDEN_FROM = {
    "personal_adviser": HOME | SCHOOL | MEETING,
    "head_teacher": HOME | MEETING,
    # Writes how the child travels, and is invited to the meeting
    "teacher": HOME - {PLANTED_TRAVEL},
    "former_teacher": HOME | SCHOOL | MEETING,
    "other_teacher": HOME | SCHOOL | MEETING,
    "other_carer": HOME | SCHOOL | MEETING,
    "other_social_worker": HOME | SCHOOL | MEETING,
    "other_head": HOME | SCHOOL | MEETING,
    "governor": HOME | SCHOOL | MEETING,
    "authority_administrator": HOME | MEETING,
}
REGISTER = {"schools:school", "schools:list"}  # names every school, of no child
ABOUT = {
    "pep:section": {"slug": "about"},
    "pep:history": {"slug": "about"},
    "pep:conflict": {"slug": "about"},
    "pep:read": {},
    "pep:plan": {},
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


def outputs(client, world, key, *, only=""):
    """Every page this person can open, with the sections that matter."""
    client.force_login(world.people[key])
    for name, route in ROUTES.items():
        if route.method == "get" and name not in REGISTER and only in name:
            yield name, call(client, world, name)
    for name, more in ABOUT.items():
        url = reverse(name, kwargs={"pk": world.plans.amara.pk, **more})
        yield f"{name} about", client.get(url)
    for query in ("sort=school", "school_area=in", "area=out", "pep=due"):
        yield query, client.get(f"{reverse('dashboard:children')}?{query}")
    yield "pep:list all", client.get(f"{reverse('pep:list')}?show=all")


def text_of(answer):
    """The letters of an answer, its headers and, of a paper, its text and properties."""
    told = [str(dict(answer.headers))]
    if answer.headers.get("Content-Type") == "application/pdf":
        with pikepdf.open(io.BytesIO(answer.content)) as paper:
            told += [str(dict(paper.docinfo)), words_of(paper)]
    else:
        told.append(answer.content.decode(errors="replace"))
    return letters("".join(told))


def letters(words):
    """Words without the spaces, which a line's end may take."""
    return "".join(words.split())


@pytest.mark.parametrize("key", sorted(HIDDEN_FROM))
def test_nothing_that_leads_to_a_confidential_home_reaches_who_is_not_cleared(client, world, key):
    if key == "former_teacher":
        with wall.opened([901]):
            PersonalEducationPlan.objects.filter(pk=world.plans.amara.pk).update(school=world.left)

    told = [
        f"{name}: {planted}"
        for name, answer in outputs(client, world, key)
        for text in [text_of(answer)]
        for planted in HIDDEN_FROM[key]
        if letters(planted) in text
    ]

    assert told == []


def test_an_agreed_plan_its_paper_and_the_emails_keep_the_home_too(client, world):
    with wall.opened([901]):
        agree(world)
    told = []
    for key in ("personal_adviser", "head_teacher", "teacher", "other_teacher", "former_teacher"):
        client.force_login(world.people[key])
        for name, more in ABOUT.items():
            url = reverse(name, kwargs={"pk": world.plans.amara.pk, **more})
            text = text_of(client.get(url))
            told += [f"{key}, {name}: {p}" for p in HIDDEN_FROM[key] if letters(p) in text]
    sent = letters("".join(f"{one.subject}{one.body}{one.recipients()}" for one in mail.outbox))

    assert told == []
    assert mail.outbox
    assert [p for p in HOME | SCHOOL | MEETING if letters(p) in sent] == []


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
        seen += [text_of(answer) for _, answer in outputs(client, world, key, only="child_")]
        address = reverse("dashboard:child_placements", kwargs={"pk": world.amara.pk})
        seen.append(text_of(client.post(address, {"reason": "A taxi for the meeting"})))
        found |= {(key, p) for p in HOME | SCHOOL | MEETING if any(letters(p) in t for t in seen)}

    assert {p for key, p in found if key == "social_worker"} == HOME | SCHOOL | MEETING
    assert {p for key, p in found if key == "teacher"} == SCHOOL | MEETING | {PLANTED_TRAVEL}
