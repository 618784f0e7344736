"""A young person writes about themselves: asked as "you", and of nothing that is for adults to say.

DP-7, and the field list's section 10: how the views were gathered is school's to say.
"""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from pep import actions
from pep.models import Answer, PlanSection
from pep.rules import later
from tests.factories.pep import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
OF_ADULTS = ("voice_how", "voice_helped", "voice_on")


@pytest.fixture
def cast(authority):
    return Cast(authority)


def address(cast, name="section"):
    return reverse(f"pep:{name}", args=[cast.plan.pk, "views"])


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def post(cast, who, data, name="section", **headers):
    sent = {"version": "0", "marks": "{}", **data}
    return as_(getattr(cast, who)).post(address(cast, name), sent, **headers)


def save(cast, values, by):
    actions.save_section(
        plan_id=cast.plan.pk, slug="views", values=values,
        base_version=PlanSection.objects.get(plan=cast.plan, slug="views").version, by=by, at=AT,
    )  # fmt: skip


def state(cast):
    return PlanSection.objects.get(plan=cast.plan, slug="views").state


@pytest.mark.parametrize(("who", "is_asked"), [("young_person", False), ("teacher", True)])
def test_how_the_views_were_gathered_is_asked_of_adults(cast, who, is_asked):
    page = as_(getattr(cast, who)).get(address(cast)).text

    assert 'name="voice_likes"' in page
    for key in OF_ADULTS:
        assert (f'name="{key}' in page) is is_asked
    assert ("Not yet known" in page) is is_asked
    assert (f"works with {cast.child.called}" in page) is is_asked
    assert ("works with you" in page) is not is_asked


def test_the_child_leaves_what_they_like_and_calls_it_complete(cast):
    words = {"voice_likes": "Otters", "voice_share": "everyone", "done": "1"}

    assert post(cast, "young_person", words).status_code == 302
    assert state(cast) == "complete"


def test_whom_they_share_with_is_still_asked(cast):
    answered = post(cast, "young_person", {"voice_likes": "Otters", "done": "1"})

    assert answered.status_code == 422
    assert "Who may read this?" in answered.text
    assert state(cast) == "in_progress"


@pytest.mark.parametrize("who", ["young_person", "teacher"])
def test_what_the_child_called_complete_stays_so_when_more_is_said(cast, who):
    """A teacher who adds how it was said does not have the child begin again."""
    post(cast, "young_person", {"voice_likes": "Otters", "voice_share": "everyone", "done": "1"})

    said = {"voice_likes": "Otters and maths"} if who == "young_person" else {"voice_how": "form"}
    save(cast, said, by=getattr(cast, who))

    assert state(cast) == "complete"


def test_a_teacher_is_asked_for_all_of_it(cast):
    answered = post(
        cast, "teacher", {"voice_likes": "Otters", "voice_share": "everyone", "done": "1"}
    )

    assert answered.status_code == 422
    assert "How did" in answered.text
    assert state(cast) == "in_progress"


def test_what_an_adult_put_off_is_kept_until_the_child_says_it(cast):
    """The child's page shows an empty answer: saving another one takes nothing away."""
    put_off = later.not_known(who="Her mentor", until="2026-12-03")
    save(cast, {"voice_goals": put_off, "voice_how": "form"}, by=cast.teacher)
    goals = Answer.objects.filter(plan=cast.plan, key="voice_goals")
    page = as_(cast.young_person).get(address(cast))
    sent = {key: page.context[key] for key in ("version", "marks", "window", "turn")}
    assert "Her mentor" not in page.text

    sent |= {"voice_likes": "Otters", "voice_share": "everyone"}
    post(cast, "young_person", sent)
    assert goals.get().said == put_off
    assert Answer.objects.get(plan=cast.plan, key="voice_how").value == "form"

    page = as_(cast.young_person).get(address(cast))
    sent = {key: page.context[key] for key in ("version", "marks", "window", "turn")}
    sent |= {"voice_likes": "Otters", "voice_share": "everyone", "voice_goals": "To be a vet"}
    post(cast, "young_person", sent)
    assert goals.get().said == "To be a vet"


def test_it_is_saved_as_they_type(cast):
    answered = post(
        cast, "young_person", {"voice_likes": "Otters", "voice_how": "refused"}, "autosave",
        headers={"HX-Request": "true"},
    )  # fmt: skip

    assert answered.status_code == 200
    assert not Answer.objects.filter(plan=cast.plan, key="voice_how").exists()
