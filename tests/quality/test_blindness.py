"""QA: until their own mark is in, a second marker finds the first one nowhere on the site."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import wall
from audit.models import Event
from disclosure.models import SubjectRequest
from pep import actions as plan_actions
from pep.content import plan_content
from pep.models import AgreedVersion, PersonalEducationPlan
from pep.rules import Rate, canonical_json
from quality import actions, pages, summaries
from quality.actions import Words
from quality.blindness import GRADE_COLUMNS
from quality.models import AreaGrade, QualityCheck, SecondMark
from tests.access_table import ROUTES
from tests.confidential import letters, text_of
from tests.factories.quality import grade_all
from tests.quality.conftest import as_
from tests.quality.test_sampling import agreed, draw, drawn, grade_again, mark_of  # noqa: F401
from tests.test_access import call
from tests.world import build_world

pytestmark = pytest.mark.django_db

COMMENT, REASON = "Planted by the first marker", "Planted as the first reason"


@pytest.fixture
def world(db):
    """The head is to mark Amara's plan again; the first marker left words found nowhere else."""
    world = build_world()
    plan = world.plans.amara
    with wall.opened([901]):
        first = world.mark.first
        AreaGrade.objects.create(
            authority_id=901, child=world.amara, check_of=first, area="voice", grade="needs_more",
            comment=COMMENT, written_at=timezone.now(), written_by=world.people["adviser"],
        )  # fmt: skip
        QualityCheck.objects.filter(pk=first.pk).update(own_grade="needs_more", reason=REASON)
        SecondMark.objects.filter(plan=plan).update(done_at=None)
        PersonalEducationPlan.objects.filter(pk=plan.pk).update(
            quality="needs_more", grade_hidden_from=world.people["head"]
        )
        content = plan_content(plan, on=timezone.localdate(), at=timezone.now())
        AgreedVersion.objects.create(
            authority_id=901, child=world.amara, plan=plan, number=1, agreed_at=timezone.now(),
            form_version=plan.form_version, agreed_by=world.people["adviser"], sha256="0" * 64,
            content=canonical_json(content),
        )  # fmt: skip
        SubjectRequest.objects.filter(pk=world.whole_record.pk).update(state="review")
    return world


def told(client, world, key):
    """On which pages a person reads what the first marker wrote: all routes, and all changes."""
    client.force_login(world.people[key])
    with wall.opened([901]):
        events = list(Event.objects.filter(kind__startswith="row.", table__in=GRADE_COLUMNS))
    answers = [
        (name, call(client, world, name)) for name, route in ROUTES.items() if route.method == "get"
    ] + [
        (f"{event.table}", client.get(reverse("oversight:event", args=[event.pk])))
        for event in events
        if event.authority_id == 901
    ]
    planted = [letters(words) for words in (COMMENT, REASON)]
    return {
        name for name, answer in answers for text in [text_of(answer)]
        if any(words in text for words in planted)
    }  # fmt: skip


def test_no_page_and_no_line_of_the_record_tells_a_second_marker(client, world):
    assert told(client, world, "head") == set()


def test_the_record_of_changes_tells_once_the_mark_is_given(client, world):
    with wall.opened([901]):
        SecondMark.objects.filter(plan=world.plans.amara).update(done_at=timezone.now())

    assert told(client, world, "head") >= {"quality_areagrade", "quality_qualitycheck"}


@pytest.mark.parametrize("table", GRADE_COLUMNS)
def test_a_changed_grade_is_named_and_not_shown(client, world, table):
    with wall.opened([901]):
        event = Event.objects.filter(table=table, child_id=world.amara.pk).latest("pk")
    client.force_login(world.people["head"])

    page = client.get(reverse("oversight:event", args=[event.pk]))

    assert page.status_code == 200
    assert "shown once you have given your second mark" in page.text
    assert ">needs_more<" not in page.text


def test_a_whole_record_waits_for_the_mark(client, world):
    """The record holds the first grades: who is to mark unseeing reads no part of it."""
    asked = world.whole_record
    review = reverse("disclosure:review", args=[asked.pk, "person"])
    client.force_login(world.people["head"])

    assert client.get(review).status_code == 302
    page = client.get(reverse("disclosure:request", args=[asked.pk]))

    assert "Give your mark before you read it" in page.text
    assert "Download:" not in page.text


# Figures ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("open_wall")
def test_no_figure_of_theirs_holds_the_plan(drawn):  # noqa: F811
    """One plan left out of one figure and not of another would tell its grade."""
    today = timezone.localdate()

    for name in ("quality:trends", "quality:plans", "dashboard:overview"):
        page = as_(drawn.head).get(reverse(name)).text
        assert "second time" in page, name
    assert summaries.of_term(drawn.head, on=today) == summaries.Figure(Rate(0, 0), left_out=1)
    assert summaries.of_term(drawn.adviser, on=today) == summaries.Figure(Rate(1, 1), left_out=0)

    assert grade_again(drawn)
    assert summaries.of_term(drawn.head, on=today) == summaries.Figure(Rate(1, 1), left_out=0)


# Opened again -------------------------------------------------------------------------------------


@pytest.fixture
def reopened(drawn):  # noqa: F811
    """The plan is opened again and sent while the second mark is still to be given."""
    plan_actions.reopen(
        plan_id=drawn.plan.pk, reason="A date was wrong", by=drawn.adviser, at=timezone.now()
    )
    plan_actions.send(plan_id=drawn.plan.pk, by=drawn.teacher, at=timezone.now())
    drawn.plan.refresh_from_db()
    return drawn


@pytest.mark.usefixtures("open_wall")
def test_a_plan_opened_again_is_not_theirs_to_check_first(reopened):
    """The check page shows the grades of the round before."""
    plan = reopened.plan
    url = reverse("quality:check", args=[plan.pk])

    answer = as_(reopened.head).post(url, follow=True)

    assert "without knowing the first grades" in answer.text
    assert plan not in pages.queue(reopened.head)
    with pytest.raises(actions.StillBlind):
        actions.start(plan_id=plan.pk, by=reopened.head, at=timezone.now())
    plan.refresh_from_db()
    assert plan.status == "sent_to_check"


@pytest.mark.usefixtures("open_wall")
def test_nor_is_the_new_check_theirs_to_read(reopened):
    actions.start(plan_id=reopened.plan.pk, by=reopened.adviser, at=timezone.now())
    grade_all(reopened.plan, by=reopened.adviser, voice=Words("needs_more", COMMENT))
    url = reverse("quality:check", args=[reopened.plan.pk])

    assert COMMENT in as_(reopened.adviser).get(url).text
    assert COMMENT not in as_(reopened.head).get(url, follow=True).text
    saved = as_(reopened.head).post(reverse("quality:autosave", args=[reopened.plan.pk]))
    assert (saved.status_code, "second time" in saved.text) == (422, True)


@pytest.mark.usefixtures("open_wall")
def test_once_the_mark_is_given_they_check_it_like_any_other(reopened):
    assert mark_of(reopened).done_at is None
    assert grade_again(reopened)

    plan = actions.start(plan_id=reopened.plan.pk, by=reopened.head, at=timezone.now())

    assert plan.status == "being_checked"
