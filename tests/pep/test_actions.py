import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.db.models.signals import post_init

from accounts.roles import Role
from audit.models import Event
from notifications.models import Notice
from pep import actions, rules
from pep.models import (
    AgreedVersion,
    Answer,
    FactWord,
    KeptText,
    Paper,
    PersonalEducationPlan,
    PlanMove,
    PlanSection,
    WritingStep,
)
from tests.factories.accounts import person
from tests.factories.children import ChildFactory, EnrolmentFactory
from tests.factories.pep import Cast, fill
from tests.factories.schools import PolicyFactory, SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
Status = PersonalEducationPlan.Status


@pytest.fixture
def cast(authority):
    return Cast(authority)


def save(cast, values, *, by=None, base=0, at=AT, slug="english"):
    return actions.save_section(
        plan_id=cast.plan.pk,
        slug=slug,
        values=values,
        base_version=base,
        by=by or cast.teacher,
        at=at,
    )


def answer(cast, key="strengths", slug="english"):
    return Answer.objects.get(plan=cast.plan, section=slug, key=key)


def ready(cast):
    """A plan sent and being checked."""
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    return actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)


def now(cast):
    return PersonalEducationPlan.objects.get(pk=cast.plan.pk)


# -- writing --------------------------------------------------------------------------------------


def test_the_first_words_begin_the_plan(cast):
    saved = save(cast, {"strengths": "She reads."})

    assert saved.version == 1
    assert answer(cast).value == "She reads."
    assert now(cast).status == Status.WITH_SCHOOL
    section = cast.plan.sections.get(slug="english")
    assert (section.state, section.written_by) == ("in_progress", cast.teacher)


def test_the_same_words_again_change_nothing(cast):
    save(cast, {"strengths": "She reads."})
    again = save(cast, {"strengths": "She reads."}, base=1, at=AT + timedelta(minutes=1))

    assert again.version == 1
    assert answer(cast).written_at == AT


def test_different_answers_of_two_people_merge(cast):
    save(cast, {"strengths": "She reads."})
    saved = save(cast, {"next_steps": "A book a week."}, by=cast.head, base=0)

    assert not saved.conflicts
    assert saved.merged_with_others
    assert answer(cast).value == "She reads."
    assert answer(cast, "next_steps").value == "A book a week."


def test_the_same_answer_of_two_people_is_kept_for_the_second(cast):
    save(cast, {"strengths": "She sings."})
    saved = save(cast, {"strengths": "She reads.", "next_steps": "Both."}, by=cast.head, base=0)

    assert saved.conflicts["strengths"] == rules.Conflict(mine="She reads.", theirs="She sings.")
    assert answer(cast).value == "She sings."
    assert answer(cast, "next_steps").value == "Both."
    kept = KeptText.objects.get()
    assert (kept.person, kept.values, kept.reason) == (
        cast.head,
        {"strengths": "She reads."},
        "conflict",
    )


def test_words_kept_grow_with_each_save(cast):
    save(cast, {"strengths": "She sings."})
    save(cast, {"strengths": "She reads."}, by=cast.head, base=0)
    save(cast, {"strengths": "She reads a lot."}, by=cast.head, base=0)

    assert KeptText.objects.get().values == {"strengths": "She reads a lot."}


def test_the_same_person_is_no_conflict(cast):
    save(cast, {"strengths": "She reads."})
    saved = save(cast, {"strengths": "She reads daily."}, base=0)

    assert not saved.conflicts
    assert answer(cast).value == "She reads daily."


def test_settling_writes_what_was_chosen(cast):
    save(cast, {"strengths": "She sings."})
    kept = save(cast, {"strengths": "She reads."}, by=cast.head, base=0).kept

    actions.settle_kept_text(
        kept_id=kept.pk, values={"strengths": "She sings.\n\nShe reads."}, seen_version=1,
        by=cast.head, at=AT,
    )  # fmt: skip

    kept.refresh_from_db()
    assert kept.settled_at == AT
    assert answer(cast).value == "She sings.\n\nShe reads."


def test_words_kept_are_recorded_and_settled_by_their_author_alone(cast):
    save(cast, {"strengths": "She sings."})
    kept = save(cast, {"strengths": "She reads."}, by=cast.head, base=0).kept

    assert Event.objects.get(kind="pep.words_kept.conflict").actor_id == cast.head.pk
    with pytest.raises(KeptText.DoesNotExist):
        actions.settle_kept_text(
            kept_id=kept.pk, values={"strengths": "x"}, seen_version=1, by=cast.teacher, at=AT
        )


def test_words_of_another_window_stay_beside_those_kept_before(cast):
    save(cast, {"strengths": "She sings."})
    for window, words in (("a" * 32, "One."), ("a" * 32, "One and a half."), ("b" * 32, "Two.")):
        actions.save_section(
            plan_id=cast.plan.pk, slug="english", values={"strengths": words}, base_version=0,
            by=cast.head, at=AT, window=window,
        )  # fmt: skip

    kept = KeptText.objects.get()
    assert kept.values == {"strengths": "Two."}
    assert kept.earlier == [{"strengths": "One and a half."}]


def test_a_section_of_a_plan_that_was_sent_is_not_called_complete(cast):
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)

    with pytest.raises(PermissionDenied):
        actions.mark_complete(plan_id=cast.plan.pk, slug="english", by=cast.teacher, at=AT)


def test_settling_what_changed_again_is_a_new_conflict(cast):
    save(cast, {"strengths": "She sings."})
    kept = save(cast, {"strengths": "She reads."}, by=cast.head, base=0).kept
    save(cast, {"strengths": "She sings solo."}, base=1)

    saved = actions.settle_kept_text(
        kept_id=kept.pk, values={"strengths": "Mine."}, seen_version=1, by=cast.head, at=AT
    )

    kept.refresh_from_db()
    assert saved.conflicts
    assert kept.settled_at is None
    assert answer(cast).value == "She sings solo."


def test_words_for_a_locked_plan_are_kept(cast):
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    before = answer(cast).value

    saved = save(cast, {"strengths": "Too late."}, base=1)

    assert saved.is_locked
    assert answer(cast).value == before
    assert KeptText.objects.get().values == {"strengths": "Too late."}
    assert KeptText.objects.get().reason == "locked"


@pytest.mark.parametrize("who", ["social_worker", "carer", "young_person"])
def test_another_owners_section_is_refused(cast, who):
    with pytest.raises(PermissionDenied):
        save(cast, {"strengths": "Not mine."}, by=getattr(cast, who))
    assert not Answer.objects.exists()


def test_a_question_that_is_not_on_the_form_is_not_written(cast):
    save(cast, {"legal_name": "x", "strengths": "She reads."})

    assert [a.key for a in Answer.objects.all()] == ["strengths"]


def test_ten_minutes_of_one_person_are_one_step(cast):
    save(cast, {"strengths": "S"})
    save(cast, {"strengths": "She"}, base=1, at=AT + timedelta(minutes=9))
    save(cast, {"strengths": "She reads"}, base=2, at=AT + timedelta(minutes=12))

    steps = WritingStep.objects.order_by("began_at").values_list("before", "after")
    assert list(steps) == [(None, "She"), ("She", "She reads")]


def test_another_person_begins_a_step_of_their_own(cast):
    save(cast, {"strengths": "She"})
    save(cast, {"strengths": "She reads"}, by=cast.head, base=1, at=AT + timedelta(minutes=1))

    assert WritingStep.objects.count() == 2


def test_a_save_reads_one_step_of_an_answer_however_many_there_are(cast):
    """Twenty people in one answer leave hundreds in ten minutes; each save would read them all."""
    turns = [(cast.teacher, cast.head)[number % 2] for number in range(9)]
    for number, writer in enumerate(turns):
        later = AT + timedelta(seconds=number)
        save(cast, {"strengths": f"Word {number}"}, by=writer, base=number, at=later)
    assert WritingStep.objects.count() == len(turns)
    read = []

    def count(sender, instance, **_):
        read.append(instance.pk)

    post_init.connect(count, sender=WritingStep)
    try:
        later = AT + timedelta(seconds=len(turns))
        save(cast, {"strengths": "The last word"}, by=turns[-1], base=len(turns), at=later)
    finally:
        post_init.disconnect(count, sender=WritingStep)

    assert len(read) == 1
    assert WritingStep.objects.get(pk=read[0]).after == "The last word"
    assert WritingStep.objects.count() == len(turns)


def test_a_word_on_a_fact_is_written_down(cast):
    save(cast, {"child": {"is_right": False, "note": "Now in Year 11"}}, slug="about")

    word = FactWord.objects.get()
    assert (word.is_right, word.note, word.said_by) == (False, "Now in Year 11", cast.teacher)


def test_a_section_without_its_answers_is_not_complete(cast):
    save(cast, {"strengths": "She reads."})

    with pytest.raises(actions.NotComplete) as caught:
        actions.mark_complete(plan_id=cast.plan.pk, slug="english", by=cast.teacher, at=AT)
    keys = {question.key for question in caught.value.lacking}
    assert keys == {"progress", "support", "next_steps"}


ENGLISH = {"strengths": "a", "progress": "on", "support": ["none"], "next_steps": "b"}


def test_a_complete_section_counts_and_stops_counting_when_emptied(cast):
    save(cast, ENGLISH)
    actions.mark_complete(plan_id=cast.plan.pk, slug="english", by=cast.teacher, at=AT)
    assert now(cast).sections_complete == 1

    save(cast, {"next_steps": None}, base=1)

    assert now(cast).sections_complete == 0
    assert cast.plan.sections.get(slug="english").state == PlanSection.State.IN_PROGRESS


def test_a_complete_section_is_so_no_longer_when_a_row_lacks_what_it_needs(cast):
    """PEP-12: not only through the page's own button; a plan is not sent with half a target."""
    fill(cast.plan, by=cast.teacher)
    cast.plan.refresh_from_db()
    rows = answer(cast, "targets", "targets").value
    part = rules.row_part("targets", rows[1]["id"])

    save(cast, {part: {**rows[1], "goal": ""}}, slug="targets", base=1)

    assert cast.plan.sections.get(slug="targets").state == "in_progress"
    with pytest.raises(actions.NotReady):
        actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    with pytest.raises(actions.NotComplete):
        actions.mark_complete(plan_id=cast.plan.pk, slug="targets", by=cast.teacher, at=AT)
    save(cast, {part: rows[1]}, slug="targets", base=2)
    actions.mark_complete(plan_id=cast.plan.pk, slug="targets", by=cast.teacher, at=AT)
    assert actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT).status == Status.SENT_TO_CHECK


def test_a_follow_up_is_needed_only_with_its_option(cast):
    save(cast, ENGLISH | {"progress": "below"})

    with pytest.raises(actions.NotComplete) as caught:
        actions.mark_complete(plan_id=cast.plan.pk, slug="english", by=cast.teacher, at=AT)
    assert [question.key for question in caught.value.lacking] == ["barrier"]


# -- moving ---------------------------------------------------------------------------------------


def test_an_unfinished_plan_is_not_sent(cast):
    save(cast, {"strengths": "She reads."})

    with pytest.raises(actions.NotReady) as caught:
        actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    assert len(caught.value.missing) == cast.plan.sections_total


def test_sending_tells_the_adviser_once(cast):
    fill(cast.plan, by=cast.teacher)

    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT + timedelta(minutes=1))

    assert now(cast).sent_at == AT
    assert [n.recipient for n in Notice.objects.all()] == [cast.adviser]
    assert PlanMove.objects.filter(after=Status.SENT_TO_CHECK).count() == 1


def test_a_sent_plan_can_be_taken_back_until_checking_starts(cast):
    fill(cast.plan, by=cast.teacher)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.take_back(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    assert now(cast).status == Status.WITH_SCHOOL

    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    with pytest.raises(actions.MoveRefused):
        actions.take_back(plan_id=cast.plan.pk, by=cast.teacher, at=AT)


def test_sending_back_needs_a_reason_and_tells_the_school(cast):
    ready(cast)

    with pytest.raises(actions.MoveRefused) as caught:
        actions.send_back(plan_id=cast.plan.pk, reason="  ", by=cast.adviser, at=AT)
    assert caught.value.fault is rules.MoveFault.NEEDS_REASON

    actions.send_back(
        plan_id=cast.plan.pk, reason="Say more.", section="english", by=cast.adviser, at=AT
    )
    assert now(cast).status == Status.SENT_BACK
    assert PlanMove.objects.get(after=Status.SENT_BACK).reason == "Say more."
    assert Notice.objects.get(kind="pep_sent_back").recipient == cast.teacher


def test_agreeing_keeps_the_words_for_good(cast, django_capture_on_commit_callbacks):
    ready(cast)

    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)

    version = AgreedVersion.objects.get()
    assert version.sha256 == rules.content_hash(version.content)
    content = json.loads(version.content)
    assert content["plan"]["number"] == 1
    assert content["agreed"]["by"] == cast.adviser.name
    assert len(content["sections"]) == cast.plan.sections_total
    assert now(cast).agreed_by == cast.adviser
    assert Paper.objects.get().made_at is None
    assert Event.objects.filter(kind="pep.agreed", row=str(cast.plan.pk)).exists()


def test_an_agreed_version_never_changes_pep_19(cast):
    ready(cast)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)

    with pytest.raises(DatabaseError), transaction.atomic():
        AgreedVersion.objects.update(content="{}")


def test_agreeing_twice_changes_nothing(cast):
    ready(cast)

    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    actions.agree(plan_id=cast.plan.pk, by=cast.head, at=AT + timedelta(minutes=1))

    assert now(cast).agreed_by == cast.adviser
    assert AgreedVersion.objects.count() == Paper.objects.count() == 1


def test_a_plan_without_enough_targets_is_not_agreed(cast):
    PolicyFactory(authority=cast.child.authority, minimum_targets=4)
    ready(cast)

    with pytest.raises(actions.NotReady) as caught:
        actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    assert [missing.lack for missing in caught.value.missing] == [rules.Lack.TARGETS]
    assert not AgreedVersion.objects.exists()


@pytest.mark.parametrize(
    ("kind", "facts", "targets", "lacks"),
    [
        pytest.param("termly", ["SE"], 2, True, id="three of most"),
        pytest.param("termly", ["EY"], 2, False, id="two in the early years"),
        pytest.param("termly", ["EY"], 1, True, id="but not one"),
        pytest.param("interim", ["SE"], 1, False, id="one of an interim plan: back into school"),
        pytest.param("interim", ["SE"], 0, True, id="but one"),
    ],
)
def test_how_many_targets_a_plan_needs(cast, kind, facts, targets, lacks):
    """PEP-12, PEP-8: LOCAL numbers, of the plan's phase and kind."""
    plan = ready(cast)
    plan.kind, plan.facts = kind, facts
    held = answer(cast, "targets", "targets")
    Answer.objects.filter(pk=held.pk).update(value=held.value[:targets])

    missing = {missing.lack for missing in actions.missing_for_agreement(plan, by=cast.adviser)}

    assert (rules.Lack.TARGETS in missing) is lacks


def test_nobody_agrees_what_they_wrote(cast):
    ready(cast)
    Answer.objects.filter(plan=cast.plan, key="summary").update(written_by=cast.adviser)

    with pytest.raises(actions.NotReady) as caught:
        actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    assert [missing.lack for missing in caught.value.missing] == [rules.Lack.OTHER_CHECKER]


def test_a_child_who_did_not_want_to_say_hinders_nothing(cast):
    ready(cast)
    Answer.objects.filter(plan=cast.plan, section="views").delete()
    Answer.objects.create(
        authority=cast.child.authority, child=cast.child, plan=cast.plan, section="views",
        key="voice_how", value="refused", version=2, written_at=AT, written_by=cast.teacher,
    )  # fmt: skip

    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)

    assert now(cast).is_agreed


@pytest.mark.parametrize("who", ["teacher", "social_worker", "carer", "young_person", "governor"])
def test_only_the_virtual_school_agrees(cast, who):
    ready(cast)

    with pytest.raises(PermissionDenied):
        actions.agree(plan_id=cast.plan.pk, by=getattr(cast, who), at=AT)
    assert now(cast).status == Status.BEING_CHECKED


def test_reopening_begins_a_new_version_beside_the_agreed_one(cast):
    ready(cast)
    actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)

    actions.reopen(plan_id=cast.plan.pk, reason="A wrong date.", by=cast.head, at=AT)

    plan = now(cast)
    assert (plan.status, plan.version_number, plan.agreed_at) == (Status.WITH_SCHOOL, 2, None)
    assert AgreedVersion.objects.get().number == 1
    save(cast, {"strengths": "Put right."}, base=1)
    actions.send(plan_id=plan.pk, by=cast.teacher, at=AT)
    actions.start_checking(plan_id=plan.pk, by=cast.adviser, at=AT)
    actions.grade(plan_id=plan.pk, grade="good", by=cast.adviser, at=AT)
    actions.agree(plan_id=plan.pk, by=cast.adviser, at=AT)
    assert list(AgreedVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_plan_of_another_authority_is_not_there(cast, neighbour):
    child = ChildFactory(authority=neighbour)
    EnrolmentFactory(child=child, school=SchoolFactory(authority=neighbour))

    visible = PersonalEducationPlan.objects.visible_to(person(Role.ADVISER, authority=neighbour))

    assert not visible.filter(pk=cast.plan.pk).exists()
