"""Beside a hidden home the staff of another school are not named: their names lead to it [DP-4]."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from accounts.roles import Role
from pep.models import Answer, PlanSection, WritingStep
from pep.presence import enter
from placements.models import Address
from tests.factories.accounts import MembershipFactory, UserFactory, seated
from tests.factories.children import EnrolmentFactory
from tests.factories.pep import make_plan
from tests.factories.schools import SchoolFactory, TermFactory
from tests.world import build_world

FORMER = "Ottoline Saltmarsh"
THEN, NOW = "Read two novels last term", "Reads with the librarian"


@pytest.fixture
def world(db):
    """Somebody of the school she left wrote last term's plan, and in this one before she moved."""
    world, today = build_world(), timezone.localdate()
    with wall.opened([901, 902]):
        left = SchoolFactory(name="Saltings Primary", authority=world.amara.authority)
        former = UserFactory(given_name="Ottoline", family_name="Saltmarsh")
        EnrolmentFactory(
            child=world.amara, school=left, started_on=today - timedelta(days=4000),
            ended_on=today - timedelta(days=3000), access_until=today - timedelta(days=2970),
        )  # fmt: skip
        MembershipFactory(user=former, role=Role.DESIGNATED_TEACHER, school=left)
        world.people["former"] = former
        term = TermFactory(
            authority=world.amara.authority, academic_year=today.year - 2, name="summer",
            started_on=today - timedelta(days=400), ended_on=today - timedelta(days=300),
            pep_deadline_on=today - timedelta(days=310),
        )  # fmt: skip
        plan = world.plans.amara
        before = make_plan(
            child=world.amara, school=left, term=term, form_version=plan.form_version
        )
        for of, words in ((before, THEN), (plan, NOW)):
            answer(of, words, by=former)
        step(plan, by=former)
    return world


def answer(plan, words, *, by):
    Answer.objects.update_or_create(
        plan=plan, section="english", key="strengths",
        defaults={
            "authority_id": plan.authority_id, "child_id": plan.child_id, "value": words,
            "version": 1, "written_at": timezone.now(), "written_by": by,
        },
    )  # fmt: skip
    PlanSection.objects.filter(plan=plan, slug="english").update(
        written_at=timezone.now(), written_by=by
    )


def step(plan, *, by):
    now = timezone.now()
    WritingStep.objects.create(
        authority_id=plan.authority_id, child_id=plan.child_id, plan=plan, section="english",
        key="strengths", person=by, began_at=now, last_at=now, before="", after=NOW,
    )  # fmt: skip


def pages(client, world, key):
    client.force_login(world.people[key])
    where = [world.plans.amara.pk, "english"]
    for name in ("section", "history"):
        yield client.get(reverse(f"pep:{name}", args=where)).content.decode()


@pytest.mark.parametrize("key", ["teacher", "head_teacher", "personal_adviser"])
def test_the_staff_of_the_school_before_are_not_named(client, world, key):
    section, history = pages(client, world, key)

    assert FORMER not in section + history
    assert "Someone" in history
    assert NOW in history


def test_last_terms_words_are_shown_without_who_wrote_them(client, world):
    section, _ = pages(client, world, "teacher")

    assert THEN in section


@pytest.mark.parametrize("key", ["adviser", "head"])
def test_who_is_cleared_reads_every_name(client, world, key):
    section, history = pages(client, world, key)

    assert f"by {FORMER}" in section
    assert FORMER in history


def test_a_colleague_of_the_own_school_is_named(client, world):
    with wall.opened([901]):
        step(world.plans.amara, by=world.people["head_teacher"])

    _, history = pages(client, world, "teacher")

    assert world.people["head_teacher"].name in history


def test_a_home_that_is_not_hidden_hides_no_name(client, world):
    with wall.opened([901]):
        Address.objects.filter(child=world.amara).update(is_confidential=False)

    section, history = pages(client, world, "teacher")

    assert f"by {FORMER}" in section
    assert FORMER in history


def test_nobody_of_another_school_is_seen_at_work(client, world):
    plan = world.plans.amara
    for key in ("former", "head_teacher"):
        enter(plan_id=plan.pk, slug="english", person=seated(world.people[key]))
    client.force_login(world.people["teacher"])

    here = client.post(reverse("pep:presence", args=[plan.pk, "english"])).content.decode()
    tasks = client.get(reverse("pep:plan", args=[plan.pk])).content.decode()

    assert world.people["head_teacher"].name in here
    assert FORMER not in here + tasks
