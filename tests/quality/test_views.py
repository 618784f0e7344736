"""The check page: grades saved as one goes, hints beside areas, decisions, and who reads them."""

import html
import json
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from pep import actions as plan_actions
from pep.models import Answer, PersonalEducationPlan
from quality.actions import Words
from quality.models import AreaGrade, BankComment, PlanPrint
from quality.prints import of_plan
from tests.factories.accounts import person
from tests.factories.children import ChildFactory, EnrolmentFactory, PeriodOfCareFactory
from tests.factories.pep import Cast, make_plan
from tests.factories.quality import grade_all, keys_of
from tests.factories.schools import PolicyFactory
from tests.quality.conftest import as_, begin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]
HTMX = {"HTTP_HX_REQUEST": "true"}
LONG = "{} reads with Ms Hale in the library three times a week and enjoys it very much."


def url(name, plan):
    return reverse(f"quality:{name}", args=[plan.pk])


def form_of(page):
    """What the page's form would send: its fields as they stand."""
    found = dict(re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\s?([^<]*)</textarea>', page.text))
    found |= dict(re.findall(r'name="([\w-]+)"[^>]*value="([^"]*)" checked', page.text))
    found["seen"] = re.search(r'name="seen"[^>]* value="([^"]*)"', page.text)[1]
    return {name: html.unescape(value).strip() for name, value in found.items()}


def test_grades_and_comments_are_saved_and_shown(checked):
    client = as_(checked.adviser)
    sent = form_of(client.get(url("check", checked.plan)))
    sent |= {"grade-voice": "good", "comment-voice": "Her <own> words.", "own_grade": ""}

    answered = client.post(url("save", checked.plan), sent, follow=True)

    assert "The check is saved." in answered.text
    assert form_of(answered)["comment-voice"] == "Her <own> words."
    assert form_of(answered)["grade-voice"] == "good"


def test_saving_while_writing_answers_what_the_next_save_begins_from(checked):
    client = as_(checked.adviser)
    sent = form_of(client.get(url("check", checked.plan)))
    for words in ("A", "AB"):
        answered = client.post(
            url("autosave", checked.plan), sent | {"comment-voice": words}, **HTMX
        )
        assert "All changes saved" in answered.text
        sent["seen"] = html.unescape(
            re.search(r'name="seen"[^>]* value="([^"]*)"', answered.text)[1]
        )

    assert AreaGrade.objects.get().comment == "AB"


def test_two_checkers_see_both_texts_and_neither_is_lost(checked):
    adviser, head = as_(checked.adviser), as_(checked.head)
    began = form_of(head.get(url("check", checked.plan)))
    adviser.post(url("save", checked.plan), {"comment-voice": "Heard.", "grade-voice": "good"})

    stale = began | {"comment-voice": "Whose words?", "grade-voice": "needs_more"}
    while_writing = head.post(url("autosave", checked.plan), stale, **HTMX)
    refused = head.post(url("save", checked.plan), stale)

    assert while_writing.status_code == 422
    assert f"{checked.adviser.name} changed the same area" in while_writing.text
    assert refused.status_code == 422
    assert "Heard." in refused.text
    assert form_of(refused)["comment-voice"] == "Whose words?"
    assert AreaGrade.objects.get().comment == "Heard."

    head.post(url("save", checked.plan), form_of(refused))
    assert AreaGrade.objects.get().comment == "Whose words?"


def test_a_stale_page_that_saves_itself_never_comes_to_count_as_fresh(checked):
    """The marks of what is in conflict stay those the page was made from."""
    head = as_(checked.head)
    began = form_of(head.get(url("check", checked.plan)))
    as_(checked.adviser).post(url("save", checked.plan), {"comment-voice": "Heard."})
    stale = began | {"comment-voice": "Whose words?"}

    first = head.post(url("autosave", checked.plan), stale, **HTMX)
    seen = html.unescape(re.search(r'name="seen"[^>]* value="([^"]*)"', first.text)[1])
    second = head.post(url("autosave", checked.plan), stale | {"seen": seen}, **HTMX)

    assert second.status_code == 422
    assert AreaGrade.objects.get().comment == "Heard."


def test_a_comment_that_is_too_long_keeps_the_rest(checked):
    client = as_(checked.adviser)
    sent = form_of(client.get(url("check", checked.plan)))
    sent |= {"comment-voice": "x" * 1501, "comment-targets": "Fine.", "grade-targets": "good"}

    answered = client.post(url("save", checked.plan), sent)

    assert answered.status_code == 422
    assert "Your comment on “Child’s voice” must be 1,500 characters or less" in answered.text
    assert "x" * 1501 in answered.text
    assert AreaGrade.objects.get().comment == "Fine."


def test_a_comment_of_the_bank_goes_below_what_is_written(checked):
    client = as_(checked.adviser)
    sent = form_of(client.get(url("check", checked.plan)))
    one = BankComment.objects.filter(kind="voice").order_by("words").first()
    sent |= {"comment-voice": "Mine first.", "insert": f"voice:{one.pk}"}

    answered = client.post(url("save", checked.plan), sent)

    assert answered.url == f"{url('check', checked.plan)}#area-voice"
    assert AreaGrade.objects.get().comment == f"Mine first.\n{one.words}"
    client.post(url("save", checked.plan), form_of(client.get(url("check", checked.plan)))
                | {"insert": f"voice:{one.pk}"})  # fmt: skip
    assert AreaGrade.objects.get().comment == f"Mine first.\n{one.words}"


@pytest.mark.parametrize(
    "insert", ["voice:", "voice:no", "nothing:{}", "voice:{theirs}", "voice:{gone}"]
)
def test_only_comments_one_is_offered_are_put_in(checked, neighbour, insert):
    theirs = BankComment.objects.create(authority=neighbour, kind="voice", words="Theirs")
    gone = BankComment.objects.create(kind="voice", words="Of old", is_offered=False)
    ours = BankComment.objects.filter(authority=None, is_offered=True).first()
    value = insert.format(ours.pk, theirs=theirs.pk, gone=gone.pk)
    page = as_(checked.adviser).get(url("check", checked.plan)).text
    assert ours.words in html.unescape(page)
    assert "Theirs" not in page
    assert "Of old" not in page

    as_(checked.adviser).post(url("save", checked.plan), {"insert": value})

    assert not AreaGrade.objects.exists()


def test_agreeing_saves_the_page_first_and_leads_to_the_next(checked):
    client = as_(checked.adviser)
    sent = form_of(client.get(url("check", checked.plan)))
    sent |= {f"grade-{key}": "good" for key in keys_of(checked.plan)} | {"own_grade": ""}

    answered = client.post(url("agree", checked.plan), sent)

    assert answered.url == reverse("quality:queue")
    plan = PersonalEducationPlan.objects.get()
    assert (plan.status, plan.quality) == ("agreed", "good")
    assert client.post(url("agree", checked.plan), sent).url == reverse("quality:queue")  # twice


def test_agreeing_without_grades_says_what_is_missing_and_keeps_the_words(checked):
    client = as_(checked.adviser)
    sent = form_of(client.get(url("check", checked.plan))) | {"comment-voice": "Kept."}

    answered = client.post(url("agree", checked.plan), sent)

    assert answered.status_code == 422
    assert "The grade of the quality check" in answered.text
    assert form_of(answered)["comment-voice"] == "Kept."


def test_sending_back_saves_first(checked):
    client = as_(checked.adviser)
    sent = form_of(client.get(url("check", checked.plan))) | {"comment-voice": "Kept."}

    answered = client.post(url("save", checked.plan), sent | {"send_back": "1"})

    assert answered.url == reverse("pep:send_back", args=[checked.plan.pk])
    assert AreaGrade.objects.get().comment == "Kept."


def test_the_last_round_stands_beside_the_next(checked):
    grade_all(checked.plan, by=checked.adviser, grade="needs_more")
    adviser = as_(checked.adviser)
    adviser.post(
        reverse("pep:send_back", args=[checked.plan.pk]),
        {"reason": "Say more.", "section": "english"},
    )
    plan_actions.send(plan_id=checked.plan.pk, by=checked.teacher, at=timezone.now())

    adviser.post(url("check", checked.plan))

    assert adviser.get(url("check", checked.plan)).text.count("Last time") == 8


def test_words_sent_when_the_plan_has_moved_on_are_not_taken_silently(checked):
    client = as_(checked.adviser)
    plan_actions.send_back(
        plan_id=checked.plan.pk,
        reason="More.",
        section="english",
        by=checked.adviser,
        at=timezone.now(),
    )

    while_writing = client.post(url("autosave", checked.plan), {"comment-voice": "x"}, **HTMX)

    assert while_writing.status_code == 422
    assert "moved on" in while_writing.text
    assert client.get(url("check", checked.plan)).status_code == 302


# The queue ----------------------------------------------------------------------------------------


def sent_plan(cast, *, at, by=None):
    child = ChildFactory(authority=cast.child.authority)
    PeriodOfCareFactory(child=child)
    EnrolmentFactory(child=child, school=cast.school)
    return make_plan(
        child=child,
        school=cast.school,
        status="sent_to_check",
        sent_at=at,
        sent_by=by or cast.teacher,
    )


def test_the_queue_shows_the_oldest_sent_and_never_ones_own_writing(cast):
    """QA: reviewer is not an author (pep-form 19)."""
    now = timezone.now()
    own = sent_plan(cast, at=now.replace(year=2024))
    Answer.objects.create(
        authority_id=901, child=own.child, plan=own, section="english", key="strengths",
        value="x", version=1, written_at=now, written_by=cast.head,
    )  # fmt: skip
    oldest, newer = sent_plan(cast, at=now.replace(year=2025)), sent_plan(cast, at=now)

    page = as_(cast.head).get(reverse("quality:queue"))

    assert page.context["next"] == oldest
    assert page.context["count"] == 2
    assert newer.child.name not in page.text
    assert own.child.name not in page.text


def test_what_another_has_begun_is_not_among_ones_own(checked):
    mine, theirs = as_(checked.adviser), as_(checked.head)

    assert checked.child.name in mine.get(reverse("quality:queue")).text
    assert checked.child.name not in theirs.get(reverse("quality:queue")).text


def test_an_empty_queue_says_so(cast):
    assert "No PEPs wait to be checked" in as_(cast.head).get(reverse("quality:queue")).text


@pytest.mark.parametrize("plans", [1, 12])
def test_cost_of_the_queue(cast, django_assert_num_queries, plans):
    for _ in range(plans):
        sent_plan(cast, at=timezone.now())
    client = as_(cast.head)
    client.get(reverse("quality:queue"))

    with django_assert_num_queries(QUEUE_COST):
        client.get(reverse("quality:queue"))


QUEUE_COST = 14


# Hints --------------------------------------------------------------------------------------------


def write(plan, section, key, value):
    Answer.objects.update_or_create(
        plan=plan,
        section=section,
        key=key,
        defaults={
            "authority_id": plan.authority_id,
            "child_id": plan.child_id,
            "value": value,
            "version": 1,
            "written_at": timezone.now(),
        },
    )


TARGET = {
    "id": "t1", "area": "reading", "need": "Reads slowly", "target": "Read 20 words a minute more",
    "baseline": "60", "goal": "80", "action": "Every day", "owner": "Ms Hale",
    "due_on": "2026-12-01", "child_agreed": True, "funding": False,
}  # fmt: skip
READY = {
    ("targets", "targets"): [TARGET],
    ("meeting", "next_meeting_date"): "2027-02-01",
    ("meeting", "attendees"): "Ms Hale, Priya Shah",
    ("views", "voice_likes"): "Drawing",
    ("english", "progress"): "on",
    ("maths", "progress"): "on",
    ("attainment", "subjects"): [],
    ("pupil-premium", "requests"): [],
}


@pytest.mark.parametrize(
    ("changes", "area", "words"),
    [
        pytest.param(
            {("targets", "targets"): [TARGET | {"target": "Read more", "goal": ""}]},
            "targets", "Target 1 has no number or measure", id="PEP-12 measure",
        ),
        pytest.param(
            {("targets", "targets"): [TARGET | {"owner": "school"}]},
            "support", "Target 1 names nobody", id="PEP-12 named owner",
        ),
        pytest.param(
            {("targets", "targets"): [TARGET | {"due_on": "2027-03-01"}]},
            "targets", "Target 1 has no day, or one after the next meeting", id="PEP-12 day",
        ),
        pytest.param(
            {("maths", "progress"): "below"},
            "targets", "A subject below expectation has no target", id="below without target",
        ),
        pytest.param(
            {("pupil-premium", "requests"): [{"item": "tuition", "target": "", "cost": 100}]},
            "money", "A pupil premium plus cost is not linked to a target", id="PP+ without target",
        ),
        pytest.param(
            {("views", "voice_likes"): ""}, "voice", "The child’s views are empty", id="no voice",
        ),
        pytest.param(
            {("views", "voice_likes"): "", ("views", "voice_how"): "refused"},
            "voice", "The child chose not to give views", id="voice refused",
        ),
        pytest.param(
            {("meeting", "attendees"): ""}, "adults", "Who came to the meeting", id="attendance",
        ),
        pytest.param(
            {("meeting", "next_meeting_date"): ""}, "adults", "The next meeting has no date",
            id="next meeting",
        ),
    ],
)  # fmt: skip
def test_hints_stand_beside_their_area(checked, changes, area, words):
    """PEP-12, pep-form "Target quality checks": a prompt to the reviewer, never a grade."""
    Answer.objects.filter(plan=checked.plan).delete()
    for (section, key), value in (READY | changes).items():
        write(checked.plan, section, key, value)

    page = as_(checked.adviser).get(url("check", checked.plan))

    block = page.text.partition(f'id="area-{area}"')[2].partition("</section>")[0]
    assert words in block
    assert AreaGrade.objects.count() == 0


def test_a_plan_without_faults_has_no_hints(checked):
    Answer.objects.filter(plan=checked.plan).delete()
    for (section, key), value in READY.items():
        write(checked.plan, section, key, value)

    assert "Look at</strong>" not in as_(checked.adviser).get(url("check", checked.plan)).text


def test_views_pasted_from_last_term_are_pointed_out(checked):
    last = make_plan(
        child=checked.child, school=checked.school, kind="initial",
        started_at=checked.plan.started_at.replace(year=2025),
    )  # fmt: skip
    for plan in (last, checked.plan):
        write(plan, "views", "voice_likes", LONG.format(checked.child.given_name))
        write(plan, "about", "travel", LONG.format("Carried"))  # begins from the last by design

    page = as_(checked.adviser).get(url("check", checked.plan)).text

    voice = page.partition('id="area-voice"')[2].partition("</section>")[0]
    assert "has the same words as last term" in voice
    assert page.count("has the same words as last term") == 1


@pytest.fixture
def copied(cast, open_wall):
    """Two children with one text; the first plan's prints are kept as it is checked."""
    other = Cast(cast.child.authority)
    begin(other)
    write(other.plan, "english", "next_steps", LONG.format(other.child.called).upper())
    prints = PlanPrint.objects.get()
    prints.hashes = of_plan(other.plan)
    prints.save()
    begin(cast)
    write(cast.plan, "english", "next_steps", LONG.format(cast.child.called))
    return other


def test_the_same_text_as_another_child_s_is_pointed_out_without_a_name(cast, copied):
    PolicyFactory(authority=cast.child.authority, advisers_see_only_their_caseload=True)

    page = as_(cast.adviser).get(url("check", cast.plan)).text

    assert "has the same words as another child’s PEP this term" in page
    assert copied.child.name not in page
    assert str(copied.plan.pk) not in page  # not one of this adviser's children


def test_whoever_sees_the_other_child_may_open_the_other_plan(cast, copied):
    page = as_(cast.head).get(url("check", cast.plan)).text

    assert reverse("pep:plan", args=[copied.plan.pk]) in page
    assert copied.child.name not in page


def test_texts_of_another_authority_are_never_compared(cast, neighbour):
    other = Cast(neighbour)
    begin(other)
    begin(cast)
    for one in (cast, other):
        write(one.plan, "english", "next_steps", LONG.format(one.child.called))

    assert "another child’s PEP" not in as_(cast.head).get(url("check", cast.plan)).text


@pytest.mark.parametrize("plans", [1, 15])
def test_cost_of_the_check_page(checked, django_assert_num_queries, plans):
    """However many plans of the term have been checked."""
    hashes = of_plan(checked.plan)
    for _ in range(plans):
        other = make_plan(child=ChildFactory(authority=checked.child.authority))
        PlanPrint.objects.create(
            authority_id=901, child=other.child, plan=other, term=other.term, hashes=hashes,
            made_at=timezone.now(),
        )  # fmt: skip
    client = as_(checked.adviser)
    client.get(url("check", checked.plan))

    with django_assert_num_queries(CHECK_COST):
        client.get(url("check", checked.plan))


CHECK_COST = 52  # one asks what is known since the plan was sent, two what earlier plans hold


# Who reads grades ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("head", 200),
        ("adviser", 200),
        ("social_worker", 200),
        ("teacher", 200),
        ("carer", 403),
        ("young_person", 403),
        ("governor", 403),
        ("teacher_elsewhere", 404),
    ],
)
def test_who_reads_what_a_check_found(checked, who, status):
    """Access matrix: QA grades and comments."""
    grade_all(
        checked.plan,
        by=checked.adviser,
        voice="good",
        targets=Words("needs_more", "Count the words."),
    )
    plan_actions.agree(plan_id=checked.plan.pk, by=checked.adviser, at=timezone.now())

    page = as_(getattr(checked, who)).get(url("result", checked.plan))

    assert page.status_code == status
    assert ("Count the words." in page.text) == (status == 200)


def test_a_school_reads_no_grade_before_the_answer(checked):
    """Access matrix: a school after return or agreement."""
    grade_all(checked.plan, by=checked.adviser, grade="needs_more")
    teacher = as_(checked.teacher)

    before = teacher.get(url("result", checked.plan)).text
    plan_actions.send_back(
        plan_id=checked.plan.pk,
        reason="More.",
        section="english",
        by=checked.adviser,
        at=timezone.now(),
    )
    after = teacher.get(url("result", checked.plan)).text

    assert "Nothing to read yet" in before
    assert "Needs more" not in before
    assert "Needs more" in after


def test_a_head_teacher_reads_no_grades(checked):
    head_teacher = person(Role.HEAD_TEACHER, school=checked.school)

    assert as_(head_teacher).get(url("result", checked.plan)).status_code == 403


def test_marks_a_page_made_up_harm_nothing(checked):
    client = as_(checked.adviser)
    for seen in ("[]", "{", '{"voice": 3}', json.dumps({"voice": "x"})):
        answered = client.post(
            url("autosave", checked.plan), {"seen": seen, "comment-voice": "A"}, **HTMX
        )
        assert answered.status_code in {200, 422}
