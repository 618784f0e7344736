"""What a carer or a young person is asked about their own answers stands on their home page."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from dashboard.summaries import families
from pep import actions
from pep.models import AgreedVersion, Owner
from tests.factories.pep import Cast, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]
AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ASKED = "Which books do you read together?"
PAGES = {"carer": ("my_child", "carer-views"), "young_person": ("my_views", "views")}
OWNERS = {"carer": Owner.CARER, "young_person": Owner.CHILD}


@pytest.fixture
def cast(authority):
    return Cast(authority)


def ask(cast, who, *, section, key="", query=True, words=ASKED, at=AT):
    return actions.ask(
        plan_id=cast.plan.pk, section=section, key=key, words=words, is_query=query,
        by=getattr(cast, who), at=at,
    )  # fmt: skip


def home(cast, who):
    client = Client()
    client.force_login(getattr(cast, who))
    name, _ = PAGES[who]
    kwargs = {"pk": cast.child.pk} if who == "carer" else {}
    return client.get(reverse(f"dashboard:{name}", kwargs=kwargs)).content.decode()


def waiting(cast, who):
    return families.asked(cast.child, getattr(cast, who), owner=OWNERS[who])


@pytest.mark.parametrize("who", PAGES)
def test_a_query_stands_on_the_home_page_until_it_is_answered(cast, who):
    note = ask(cast, "adviser", section=PAGES[who][1])

    page = home(cast, who)
    assert "A question for you" in page
    assert f"{cast.adviser.name} asked you something about your views." in page
    assert ASKED in page
    assert reverse("pep:note", args=[cast.plan.pk, note.pk]) in page

    actions.reply(
        note_id=note.pk, words="Animal books.", by=getattr(cast, who), at=AT + timedelta(hours=1)
    )
    assert ASKED not in home(cast, who)


def test_a_question_about_one_answer_names_it(cast):
    ask(cast, "adviser", section="carer-views", key="carer_view")

    (one,) = waiting(cast, "carer")
    assert one.about == "What is going well, at home and at school?"


def test_a_comment_of_the_teacher_is_told_as_what_it_is(cast):
    ask(cast, "teacher", section="carer-views", query=False, words="Thank you for the photo.")

    page = home(cast, "carer")
    assert "Somebody wrote to you" in page
    assert f"{cast.teacher.name} wrote something about your views." in page


@pytest.mark.parametrize("who", PAGES)
@pytest.mark.parametrize("section", ["english", "care"])
def test_what_is_asked_of_staff_is_on_no_familys_page(cast, who, section):
    ask(cast, "adviser", section=section)

    assert waiting(cast, who) == []


def test_one_is_not_told_of_what_the_other_is_asked(cast):
    ask(cast, "adviser", section="views")

    assert waiting(cast, "carer") == []
    assert len(waiting(cast, "young_person")) == 1


def test_what_is_sorted_or_ones_own_waits_for_nobody(cast):
    note = ask(cast, "adviser", section="carer-views")
    actions.mark_sorted(note_id=note.pk, by=cast.adviser, at=AT)
    ask(cast, "carer", section="carer-views", query=False, words="We read on Sundays.")

    assert waiting(cast, "carer") == []


def test_a_late_plan_names_no_day_that_is_over(cast):
    cast.plan.complete_by = AT.date() - timedelta(days=400)
    cast.plan.save()
    ask(cast, "adviser", section="carer-views")

    assert "Reply as soon as you can." in home(cast, "carer")


@pytest.mark.parametrize("who", PAGES)
def test_an_agreed_plan_waits_on_the_home_page_for_the_readers_signature(cast, who):
    assert "Read and sign" not in home(cast, who)
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)

    page = home(cast, who)
    assert "Read and sign" in page
    assert reverse("pep:sign", args=[cast.plan.pk]) in page

    version = AgreedVersion.objects.get(plan=cast.plan)
    actions.sign(plan_id=cast.plan.pk, sha256=version.sha256, by=getattr(cast, who), at=AT)
    assert "Read and sign" not in home(cast, who)
