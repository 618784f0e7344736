"""What the child chose to share with some stays with them, also beside the plan's own pages."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.middleware import LAST
from pep import actions
from pep.models import Answer
from tests.factories.pep import Cast, make_plan
from tests.factories.schools import TermFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

SECRET = "Zanzibar"  # one word: a page of two wordings marks words one by one


@pytest.fixture
def cast(authority):
    return Cast(authority)


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def say(cast, values, *, by, version=0, plan=None):
    return actions.save_section(
        plan_id=(plan or cast.plan).pk,
        slug="views",
        values=values,
        base_version=version,
        by=by,
        at=timezone.now(),
    )


def test_words_kept_for_a_teacher_do_not_show_what_was_closed_to_the_teacher_since(cast):
    first = say(cast, {"voice_likes": "Football"}, by=cast.young_person)
    kept = say(cast, {"voice_likes": "Football, says Ben"}, by=cast.teacher).kept
    assert kept is not None
    say(
        cast,
        {"voice_likes": SECRET, "voice_share": "social_worker"},
        by=cast.young_person,
        version=first.version,
    )

    page = as_(cast.teacher).get(reverse("pep:conflict", args=[cast.plan.pk, "views"]))

    assert page.status_code == 200
    assert "says Ben" in page.content.decode()
    assert SECRET not in page.content.decode()


def test_last_plans_private_words_are_not_offered_in_the_next_plan(cast):
    before = TermFactory(
        authority=cast.child.authority,
        academic_year=2025,
        name="summer",
        started_on=cast.plan.term.started_on - timedelta(days=140),
        ended_on=cast.plan.term.started_on,
    )
    last = make_plan(child=cast.child, school=cast.school, term=before)
    Answer.objects.create(
        authority_id=last.authority_id, child=cast.child, plan=last, section="views",
        key="voice_likes", value=SECRET, version=1, written_at=timezone.now(),
    )  # fmt: skip
    Answer.objects.create(
        authority_id=last.authority_id, child=cast.child, plan=last, section="views",
        key="voice_share", value="social_worker", version=1, written_at=timezone.now(),
    )  # fmt: skip

    page = as_(cast.teacher).get(reverse("pep:section", args=[cast.plan.pk, "views"]))

    assert page.status_code == 200
    assert SECRET not in page.content.decode()


def test_who_is_in_a_section_is_told_to_its_readers_alone(cast):
    here = reverse("pep:presence", args=[cast.plan.pk, "english"])
    as_(cast.teacher).post(here)

    told = {
        who: as_(getattr(cast, who)).post(here).content.decode() for who in ("head", "young_person")
    }

    assert "Ben" in told["head"]
    assert told["young_person"] == ""


@pytest.mark.parametrize(
    ("active", "is_noted"),
    [
        pytest.param("0", False, id="the page beats by itself"),
        pytest.param("1", True, id="the person typed or clicked"),
    ],
)
def test_presence_keeps_a_session_alive_only_for_a_person(cast, active, is_noted):
    client = as_(cast.teacher)
    client.get(reverse("accounts:account"))
    session = client.session
    session[LAST] = before = (timezone.now() - timedelta(minutes=20)).isoformat()
    session.save()

    answer = client.post(
        reverse("pep:presence", args=[cast.plan.pk, "english"]), {"active": active}
    )

    assert answer.status_code == 200
    assert (client.session[LAST] != before) is is_noted
