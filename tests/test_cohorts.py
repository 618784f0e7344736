"""Cohort is a wall too: once care has ended, a school has no looked-after pupil."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from children.models import Child, Enrolment, PeriodOfCare
from pep.models import PersonalEducationPlan
from tests.factories.accounts import seated
from tests.world import build_world


@pytest.fixture
def world(db):
    world = build_world()
    with wall.opened([901]):
        PeriodOfCare.objects.filter(child=world.amara).update(ended_on=timezone.localdate())
    return world


@pytest.mark.parametrize("key", ["teacher", "head_teacher"])
def test_the_school_sees_neither_child_nor_plan_once_care_has_ended(client, world, key):
    """The status is the family's to tell [DP-9]."""
    client.force_login(world.people[key])
    record = client.get(reverse("dashboard:child", kwargs={"pk": world.amara.pk}))
    plan = client.get(reverse("pep:plan", kwargs={"pk": world.plans.amara.pk}))
    lists = [
        client.get(reverse(name), query).text
        for name, query in (
            ("dashboard:children", {}), ("dashboard:school_home", {}),
            ("pep:list", {"show": "all"}), ("attendance:overview", {}),
        )
    ]  # fmt: skip

    assert (record.status_code, plan.status_code) == (404, 404)
    assert [text for text in lists if "Okell" in text] == []


def test_the_record_stays_with_the_responsible_authority(client, world):
    client.force_login(world.people["head"])

    record = client.get(reverse("dashboard:child", kwargs={"pk": world.amara.pk}))

    assert record.status_code == 200
    assert "Not looked after now" in record.text
    assert "Okell" not in client.get(reverse("dashboard:children")).text


@pytest.mark.parametrize("key", ["social_worker", "adviser"])
def test_no_list_of_looked_after_children_names_the_child(client, world, key):
    client.force_login(world.people[key])

    assert "Okell" not in client.get(reverse("dashboard:children")).text


@pytest.mark.parametrize(("days_left", "may_finish"), [(14, True), (1, True), (0, False)])
def test_a_school_the_child_left_finishes_its_own_plan_for_its_time(world, days_left, may_finish):
    today = timezone.localdate()
    teacher = seated(world.people["teacher"])
    with wall.opened([901]):
        Enrolment.objects.filter(child=world.amara).update(
            ended_on=today - timedelta(days=1), access_until=today + timedelta(days=days_left)
        )
        PersonalEducationPlan.objects.filter(child=world.amara).update(school=world.school)

        assert not Child.objects.visible_to(teacher).exists()
        assert PersonalEducationPlan.objects.visible_to(teacher).exists() is may_finish
