"""QA: samples for a second, blind mark; how far markers agree; how a difference is settled."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import Membership, User
from accounts.roles import Role
from audit.models import Event
from children import actions as children_actions
from pep import actions as plan_actions
from pep.models import AgreedVersion, Answer, PersonalEducationPlan
from quality import actions, summaries
from quality.actions import Words
from quality.models import AreaGrade, QualityCheck, Sample, SecondMark
from tests.factories.accounts import person
from tests.factories.pep import Cast
from tests.factories.quality import grade_all, keys_of
from tests.factories.schools import PolicyFactory
from tests.quality.conftest import as_, begin

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]


@pytest.fixture
def agreed(checked):
    """The cast's plan, graded by the adviser with one area below good, and agreed."""
    grade_all(checked.plan, by=checked.adviser, voice=Words("needs_more", "Whose words are these?"))
    plan_actions.agree(plan_id=checked.plan.pk, by=checked.adviser, at=timezone.now())
    checked.plan.refresh_from_db()
    return checked


def draw(cast, **size):
    return actions.draw(
        term=cast.plan.term, by=cast.head, at=timezone.now(), seed=7, **(size or {"number": 1})
    )


@pytest.fixture
def drawn(agreed):
    """Somebody else, here the head, is to grade it again."""
    draw(agreed)
    return agreed


def mark_of(cast):
    return SecondMark.objects.select_related("first", "second").get(plan=cast.plan)


def grade_again(cast, *, grade="good", by=None, **others):
    values = dict.fromkeys(keys_of(cast.plan), Words(grade))
    values |= {key: Words(value) for key, value in others.items()}
    by = by or cast.head
    actions.save_second(mark_id=mark_of(cast).pk, values=values, seen={}, by=by, at=timezone.now())
    return actions.finish_second(mark_id=mark_of(cast).pk, by=by, at=timezone.now())


def test_a_plan_goes_to_somebody_who_neither_marked_nor_wrote_it(agreed):
    """QA: blind second marking; reviewer is not an author."""
    sample = draw(agreed)

    mark = mark_of(agreed)
    assert (mark.marker, mark.sample) == (agreed.head, sample)
    assert mark.second.mark == "second"
    assert (sample.drawn_from, sample.seed, sample.number) == (1, 7, 1)


def test_a_plan_nobody_else_may_mark_is_not_drawn(agreed):
    PolicyFactory(authority=agreed.child.authority, advisers_see_only_their_caseload=True)
    second_adviser = person(Role.ADVISER, authority=agreed.child.authority)
    QualityCheck.objects.update(marker=agreed.head)  # the only one left in the pool

    with pytest.raises(actions.NothingToDraw):
        draw(agreed)

    assert not SecondMark.objects.filter(marker=second_adviser).exists()
    assert not Sample.objects.exists()


def test_a_plan_is_drawn_once(drawn):
    with pytest.raises(actions.NothingToDraw):
        draw(drawn)


@pytest.mark.parametrize("who", ["adviser", "teacher", "governor"])
def test_only_the_head_draws(agreed, who):
    with pytest.raises(PermissionDenied):
        actions.draw(term=agreed.plan.term, number=1, by=getattr(agreed, who), at=timezone.now())


def _role(cast, **change):
    Membership.objects.filter(user=cast.adviser).update(**change)


@pytest.mark.parametrize(
    "change",
    [
        lambda cast: _role(cast, ended_on=timezone.localdate()),
        lambda cast: _role(cast, authority=902),
        lambda cast: _role(cast, role=Role.OFFICER),
        lambda cast: User.objects.filter(pk=cast.adviser.pk).update(is_active=False),
        lambda cast: Answer.objects.filter(section="views").update(written_by=cast.adviser),
        lambda cast: PolicyFactory(
            authority=cast.child.authority, advisers_see_only_their_caseload=True
        ),
    ],
    ids=["left", "elsewhere", "checks nothing", "closed", "wrote in it", "own caseload alone"],
)
def test_a_plan_goes_only_to_who_checks_plans_of_the_council_today(agreed, change):
    QualityCheck.objects.update(marker=agreed.head)  # so that the adviser alone is left
    change(agreed)

    with pytest.raises(actions.NothingToDraw):
        draw(agreed)


def test_a_sealed_childs_plan_is_not_drawn(agreed):
    children_actions.seal(
        child=agreed.child, why="Adopted", owner=agreed.adviser, keepers=[], by=agreed.head,
        at=timezone.now(),
    )  # fmt: skip

    with pytest.raises(actions.NothingToDraw):
        draw(agreed)


def test_drawing_giving_and_settling_are_recorded(drawn):
    grade_again(drawn, grade="needs_more")
    settle(drawn)

    kinds = ("quality.sample_drawn", "quality.second_mark", "pep.grade_settled")
    assert [Event.objects.get(kind=kind).actor_id for kind in kinds] == [drawn.head.pk] * 3


def test_another_councils_term_is_not_offered_and_its_sample_not_there(drawn, neighbour):
    stranger = as_(person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour))
    page = stranger.get(reverse("quality:samples")).text
    url = reverse("quality:sample", args=[Sample.objects.get().pk])

    assert str(drawn.plan.term_id) not in page
    assert url not in page
    assert stranger.get(url).status_code == 404


# Blindness ----------------------------------------------------------------------------------------

PAGES = ("quality:result", "pep:plan", "dashboard:child_peps", "pep:list", "quality:plans",
         "quality:sample", "quality:second", "quality:queue")  # fmt: skip


def address(name, cast):
    match name:
        case "dashboard:child_peps":
            return reverse(name, args=[cast.child.pk])
        case "pep:list":
            return reverse(name) + "?show=agreed"
        case "quality:sample":
            return reverse(name, args=[Sample.objects.get().pk])
        case "quality:second":
            return reverse(name, args=[mark_of(cast).pk])
        case "quality:plans" | "quality:queue":
            return reverse(name)
    return reverse(name, args=[cast.plan.pk])


def grades_told(text):
    """Whether the first marks are on a page: the comment, or the plan's grade as a status."""
    return (
        "Whose words are these?" in text
        or 'vs-tag--good">Good' in text
        or (">Good</" in text and "govuk-radios" not in text)
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_second_marker_sees_no_first_grade_until_done(drawn, name):
    """QA: the second marker does not see the first grade or comments until done."""
    page = as_(drawn.head).get(address(name, drawn))

    assert page.status_code in {200, 403}
    assert not grades_told(page.text)


@pytest.mark.parametrize("name", ["quality:result", "pep:plan", "dashboard:child_peps",
                                  "pep:list", "quality:plans"])  # fmt: skip
def test_others_see_it_meanwhile_and_the_marker_once_done(drawn, name):
    other = person(Role.VIRTUAL_SCHOOL_HEAD, authority=drawn.child.authority)
    assert grades_told(as_(other).get(address(name, drawn)).text)

    assert grade_again(drawn)

    assert grades_told(as_(drawn.head).get(address(name, drawn)).text)


def test_a_sample_tells_neither_grade_before_the_second_is_given(drawn):
    values = dict.fromkeys(keys_of(drawn.plan), Words("not_good_enough"))
    mark = mark_of(drawn).pk
    actions.save_second(mark_id=mark, values=values, seen={}, by=drawn.head, at=timezone.now())
    page = as_(drawn.head).get(address("quality:sample", drawn)).text

    assert "Not good enough" not in page
    assert not grades_told(page)


def test_a_second_marker_reads_the_version_that_was_graded(drawn):
    first = AgreedVersion.objects.get()
    AgreedVersion.objects.create(
        plan=drawn.plan, number=2, form_version=first.form_version, agreed_by=drawn.head,
        content=first.content, sha256="0" * 64, agreed_at=timezone.now(),
        authority=drawn.child.authority, child=drawn.child,
    )  # fmt: skip
    PersonalEducationPlan.objects.update(version_number=2)

    page = as_(drawn.head).get(reverse("quality:second", args=[mark_of(drawn).pk]))

    assert page.context["version"] == first


def test_the_second_page_shows_the_plan_as_agreed_and_no_round_before(drawn):
    page = as_(drawn.head).get(reverse("quality:second", args=[mark_of(drawn).pk]))

    assert page.status_code == 200
    assert "Last time" not in page.text
    assert "Grades" in page.text


def test_only_the_marker_finds_it_in_the_queue(drawn):
    theirs = reverse("quality:second", args=[mark_of(drawn).pk])

    assert theirs in as_(drawn.head).get(reverse("quality:queue")).text
    assert theirs not in as_(drawn.adviser).get(reverse("quality:queue")).text


def test_only_the_marker_has_the_page(drawn):
    url = reverse("quality:second", args=[mark_of(drawn).pk])

    assert as_(drawn.adviser).get(url).status_code == 404
    assert as_(drawn.teacher).get(url).status_code == 403
    with pytest.raises(actions.NotTheirs):
        grade_again(drawn, by=drawn.adviser)


def test_a_mark_is_not_given_before_every_area_has_a_grade(drawn):
    client = as_(drawn.head)
    url = reverse("quality:second", args=[mark_of(drawn).pk])

    answered = client.post(url, {"grade-voice": "good", "comment-voice": "Mine", "done": "1"})

    assert answered.status_code == 422
    assert "Give every area a grade" in answered.text
    assert mark_of(drawn).done_at is None
    assert AreaGrade.objects.get(check_of=mark_of(drawn).second).comment == "Mine"


def test_giving_a_mark_by_the_page(drawn):
    client = as_(drawn.head)
    url = reverse("quality:second", args=[mark_of(drawn).pk])
    saved = client.post(
        reverse("quality:autosave_second", args=[mark_of(drawn).pk]), {"grade-voice": "good"},
        HTTP_HX_REQUEST="true",
    )  # fmt: skip
    assert "All changes saved" in saved.text
    sent = {f"grade-{key}": "good" for key in keys_of(drawn.plan) if key != "voice"}

    answered = client.post(url, sent | {"done": "1", "own_grade": ""})

    assert answered.url == reverse("quality:result", args=[drawn.plan.pk])
    assert "Whose words are these?" in client.get(answered.url).text
    assert client.get(url).status_code == 302
    assert client.post(
        reverse("quality:autosave_second", args=[mark_of(drawn).pk]), {"grade-voice": "good"}
    ).status_code == 422  # fmt: skip


def test_the_first_marks_are_as_they_were(drawn):
    grade_again(drawn, grade="needs_more")

    first = mark_of(drawn).first
    assert first.overall == "good"
    assert first.areas.get(area="voice").comment == "Whose words are these?"
    assert PersonalEducationPlan.objects.get().quality == "good"


def test_a_mark_that_is_given_is_given(drawn):
    grade_again(drawn)

    with pytest.raises(actions.NotTheirs):
        grade_again(drawn, grade="needs_more")


# Agreement and settling ---------------------------------------------------------------------------


def test_agreement_by_area_and_overall(drawn):
    """QA: exact agreement and kappa with n; no data when none."""
    before = summaries.agreements(SecondMark.objects.all())
    assert [(row.title, row.found.pairs, row.found.exact) for row in before] == [
        ("Overall", 0, None)
    ]

    grade_again(drawn, targets="needs_more")  # the first marker: voice

    found = {row.title: row.found for row in summaries.agreements(SecondMark.objects.all())}
    assert (found["Overall"].pairs, found["Overall"].same) == (1, 1)
    assert found["Child’s voice"].same == 0
    assert found["Targets"].same == 0
    assert found["Needs"].same == 1
    assert found["Needs"].kappa is None


def settle(cast, *, grade="needs_more", note="Read again.", by=None):
    return actions.settle(
        mark_id=mark_of(cast).pk, grade=grade, note=note, by=by or cast.head, at=timezone.now()
    )


def test_grades_that_agree_need_no_settling(drawn):
    grade_again(drawn)

    with pytest.raises(actions.NotToSettle):
        settle(drawn, grade="good")


@pytest.mark.parametrize("how", [{"note": " "}, {"grade": "gold"}, {"grade": ""}], ids=str)
def test_what_does_not_settle_a_difference(drawn, how):
    grade_again(drawn, grade="needs_more")

    with pytest.raises(actions.NotToSettle):
        settle(drawn, **how)


def test_a_difference_is_settled_once_and_by_who_may(drawn):
    values = dict.fromkeys(keys_of(drawn.plan), Words("needs_more"))
    mark = mark_of(drawn).pk
    actions.save_second(mark_id=mark, values=values, seen={}, by=drawn.head, at=timezone.now())
    with pytest.raises(actions.NotToSettle):
        settle(drawn)  # the second mark is not given yet
    assert grade_again(drawn, grade="needs_more")
    with pytest.raises(PermissionDenied):
        settle(drawn, by=drawn.adviser)

    settle(drawn)

    with pytest.raises(actions.NotToSettle):
        settle(drawn, grade="good")


def test_a_difference_is_settled_with_a_note_and_counts(drawn):
    """QA, PEPM-3: the settled grade counts; both marks stay."""
    grade_again(drawn, grade="needs_more")
    client = as_(drawn.head)
    url = reverse("quality:settle", args=[mark_of(drawn).pk])
    assert "Whose words are these?" in client.get(url).text
    assert client.post(url, {"grade": "needs_more", "note": ""}).status_code == 422
    assert client.post(url, {"grade": "gold", "note": "x"}).status_code == 422

    answered = client.post(url, {"grade": "needs_more", "note": "Read again together."})

    mark = mark_of(drawn)
    assert answered.url == reverse("quality:sample", args=[mark.sample_id])
    assert (mark.note, mark.settled_by) == ("Read again together.", drawn.head)
    assert (mark.first.overall, mark.first.counts_as) == ("good", "needs_more")
    assert PersonalEducationPlan.objects.get().quality == "needs_more"
    (row,) = summaries.checked_plans(drawn.head, on=timezone.localdate())
    assert row.grade == "needs_more"
    overall = summaries.agreements(SecondMark.objects.all())[0]
    assert overall.found.same == 0  # as first given
    assert "Settled: Needs more" in client.get(answered.url).text
    assert client.post(url, {"grade": "good", "note": "Again"}).url == answered.url


def test_a_plan_opened_again_keeps_its_own_grade(drawn):
    grade_again(drawn, grade="needs_more")
    plan_actions.reopen(plan_id=drawn.plan.pk, reason="A date.", by=drawn.head, at=timezone.now())

    actions.settle(
        mark_id=mark_of(drawn).pk, grade="needs_more", note="x", by=drawn.head, at=timezone.now()
    )

    assert PersonalEducationPlan.objects.get().quality == ""


def test_settled_needs_a_note(drawn):
    grade_again(drawn, grade="needs_more")

    with pytest.raises(IntegrityError, match="settled_with_note"), transaction.atomic():
        SecondMark.objects.update(settled_at=timezone.now(), settled_by=drawn.head)


# Drawing by the page ------------------------------------------------------------------------------


def test_drawing_by_the_page(agreed):
    client = as_(agreed.head)
    url = reverse("quality:samples")
    assert "No sample has been drawn yet" in client.get(url).text
    term = str(agreed.plan.term_id)

    for wrong in (
        {"term": term, "how": "percent", "percent": "0"},
        {"term": term, "how": "percent", "percent": ""},
        {"term": term, "how": "number", "number": "many"},
        {"term": "x", "how": "percent", "percent": "10"},
        {},
    ):
        assert client.post(url, wrong).status_code == 422
    answered = client.post(url, {"term": term, "how": "percent", "percent": "10", "number": "x"})

    assert answered.url == reverse("quality:sample", args=[Sample.objects.get().pk])
    page = client.get(answered.url).text
    assert "To mark" in page
    assert "No data yet" in page
    assert client.post(url, {"term": term, "how": "number", "number": "1"}).status_code == 422


@pytest.mark.parametrize("plans", [1, 5])
def test_cost_of_a_sample(authority, django_assert_num_queries, plans):
    casts = [Cast(authority) for _ in range(plans)]
    for number, cast in enumerate(casts):
        begin(cast, at=timezone.now() - timedelta(days=number + 1))
        grade_all(cast.plan, by=cast.adviser)
        plan_actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=timezone.now())
    with django_assert_num_queries(DRAW_COST):
        actions.draw(
            term=casts[0].plan.term, percent=100, by=casts[0].head, at=timezone.now(), seed=1
        )
    client = as_(casts[0].head)
    url = reverse("quality:sample", args=[Sample.objects.get().pk])
    client.get(url)

    with django_assert_num_queries(SAMPLE_COST):
        client.get(url)


DRAW_COST, SAMPLE_COST = 13, 13
