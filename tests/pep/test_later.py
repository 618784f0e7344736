"""Not yet known: who will tell us, and by when. Nothing to add."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from pep import actions, content, reading, rights
from pep.models import Answer, PersonalEducationPlan, PlanSection, WritingStep
from pep.rules import later
from tests.factories.pep import Cast, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
UNTIL = {"strengths-later_until_0": "3", "strengths-later_until_1": "12",
         "strengths-later_until_2": "2026"}  # fmt: skip


@pytest.fixture
def cast(authority):
    return Cast(authority)


def url(cast, name="section", slug="english"):
    return reverse(f"pep:{name}", args=[cast.plan.pk, slug])


def as_(user):
    client = Client()
    client.force_login(user)
    return client


def post(cast, data, *, who="teacher", name="section", **headers):
    sent = {"version": "0", "marks": "{}", **data}
    return as_(getattr(cast, who)).post(url(cast, name), sent, **headers)


def not_known(**more):
    return {"strengths-later": "not_known", "strengths-later_who": "The reading mentor", **UNTIL,
            **more}  # fmt: skip


def the_answer(cast):
    return Answer.objects.get(plan=cast.plan, section="english", key="strengths")


def fresh(cast):
    return PersonalEducationPlan.objects.select_related("child", "term", "school").get(
        pk=cast.plan.pk
    )


def test_every_question_that_can_be_required_offers_it_and_no_other(cast):
    page = as_(cast.teacher).get(url(cast)).text

    assert 'name="strengths-later"' in page
    assert 'name="barrier-later"' in page  # required when progress is below
    assert 'name="assessed-later"' not in page
    assert 'name="progress-later"' in page
    assert 'id="id_progress-later-nothing_to_add"' not in page
    assert 'id="id_strengths-later-nothing_to_add"' in page


def test_it_is_kept_with_the_person_and_the_day(cast):
    person = cast.social_worker
    post(cast, not_known(**{"strengths-later_person": str(person.pk), "later": "1"}))

    answer = the_answer(cast)
    assert (answer.state, answer.value) == ("not_known", None)
    assert (answer.not_known_person_id, answer.not_known_until) == (person.pk, date(2026, 12, 3))
    page = as_(cast.teacher).get(url(cast)).text
    assert f'<option value="{person.pk}" selected>' in page
    assert 'value="2026"' in page


def test_it_is_kept_as_you_type(cast):
    answered = post(cast, not_known(), name="autosave", headers={"HX-Request": "true"})

    assert answered.status_code == 200
    assert the_answer(cast).not_known_who == "The reading mentor"
    assert WritingStep.objects.get(plan=cast.plan).after["until"] == "2026-12-03"


def test_it_makes_the_section_complete(cast):
    fill(cast.plan, by=cast.teacher)
    PlanSection.objects.filter(plan=cast.plan, slug="english").update(
        state="in_progress", completed_at=None, completed_by=None
    )
    Answer.objects.filter(plan=cast.plan, section="english", key="strengths").delete()
    with pytest.raises(actions.NotComplete):
        actions.mark_complete(plan_id=cast.plan.pk, slug="english", by=cast.teacher, at=AT)

    said = later.not_known(who="The mentor", until="2026-12-03")
    actions.save_section(
        plan_id=cast.plan.pk, slug="english", values={"strengths": said}, base_version=1,
        by=cast.teacher, at=AT,
    )  # fmt: skip
    section = actions.mark_complete(plan_id=cast.plan.pk, slug="english", by=cast.teacher, at=AT)

    assert section.state == "complete"
    assert actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT).status == "sent_to_check"


@pytest.mark.parametrize(
    ("left_out", "words"),
    [
        ("strengths-later_who", "Enter who will tell us"),
        ("strengths-later_until", "Enter by when they will tell us"),
    ],
)
def test_without_who_or_when_the_section_is_not_complete(cast, left_out, words):
    data = {k: v for k, v in not_known().items() if not k.startswith(left_out)}

    answered = post(cast, data | {"done": "1"})

    assert answered.status_code == 422
    assert words in answered.text
    assert the_answer(cast).state == "not_known"  # what there is of it is kept


def test_an_answer_wins(cast):
    post(cast, not_known(strengths="She reads."))

    answer = the_answer(cast)
    assert (answer.state, answer.value, answer.not_known_who) == ("answered", "She reads.", "")


def test_given_later_it_is_not_put_off_any_more(cast):
    post(cast, not_known())
    post(cast, {"strengths": "She reads now.", "strengths-later": "not_known", "version": "1"})

    answer = the_answer(cast)
    assert (answer.state, answer.not_known_until) == ("answered", None)


def test_nothing_to_add_is_an_answer_of_text_and_of_no_choice(cast):
    post(cast, {"strengths-later": "nothing_to_add", "progress-later": "nothing_to_add"})

    assert the_answer(cast).state == "nothing_to_add"
    assert not Answer.objects.filter(plan=cast.plan, key="progress").exists()


def test_only_a_person_of_the_plan_can_be_asked(cast, neighbour):
    stranger = Cast(neighbour).teacher

    post(cast, not_known(**{"strengths-later_person": str(stranger.pk)}))

    assert the_answer(cast).not_known_person is None


def test_the_carer_is_named_by_part_and_nobody_whose_name_leads_to_a_hidden_home(cast):
    from pep.pages.section import people_to_ask

    plan = fresh(cast)
    seen = dict(people_to_ask(plan, rights.reader(cast.teacher, plan)))
    assert seen[cast.carer.pk] == "The carer"
    assert cast.carer.name not in str(seen)
    assert seen[cast.social_worker.pk].endswith(", social worker")

    hidden = rights.Reader(
        role=cast.teacher.seat.role, is_home_hidden=True, not_named=frozenset({cast.carer.pk})
    )
    assert cast.carer.pk not in dict(people_to_ask(plan, hidden))
    elsewhere = rights.Reader(role=cast.social_worker.seat.role, is_home_hidden=True)
    assert people_to_ask(plan, elsewhere) == []


def test_it_is_read_everywhere_in_words(cast):
    post(cast, not_known(**{"strengths-later_person": str(cast.social_worker.pk)}))
    plan = fresh(cast)
    whole = content.plan_content(plan, on=timezone.localdate(), at=AT)
    words = f"Not yet known. {cast.social_worker.name} will tell us by 3 December 2026."

    assert words in str(whole)
    teacher = as_(cast.teacher)
    assert words in teacher.get(reverse("pep:read", args=[plan.pk])).text
    assert words in as_(cast.social_worker).get(url(cast)).text  # who reads the section only
    assert "A person of the plan will tell us" in teacher.get(url(cast, "history")).text


def test_a_name_that_leads_home_is_not_told(cast):
    """DP-4."""
    post(cast, not_known())
    plan = fresh(cast)
    whole = content.plan_content(plan, on=timezone.localdate(), at=AT)
    hidden = rights.Reader(role=cast.teacher.seat.role, is_home_hidden=True)

    assert "reading mentor" in str(whole)
    assert "reading mentor" not in str(content.shown_to(whole, hidden)["sections"])


@pytest.mark.parametrize("is_hidden", [True, False])
def test_nor_in_the_history_or_beside_ones_own_words(is_hidden):
    reader = rights.Reader(role=Role.DESIGNATED_TEACHER, is_home_hidden=is_hidden)
    told = reading.told(later.not_known(who="Mrs Corbett"), reader)

    assert ("Mrs Corbett" in str(told)) is not is_hidden


def test_two_people_who_disagree_about_it_choose(cast):
    post(cast, {"strengths": "She reads."}, who="head")

    answered = post(cast, not_known())

    assert answered.url == url(cast, "conflict")
    page = as_(cast.teacher).get(answered.url).text
    assert "Not yet known." in page
    assert "The reading mentor will tell us" in page
