"""Targets of a plan: carried on, begun from an example, and told to `progress` (PEP-12)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied

from accounts import wall
from pep import actions, form_content, rules
from pep.models import Answer, PersonalEducationPlan, PlanSection, WritingStep
from progress.models import Example, Intervention, Target
from tests.factories.pep import Cast, fill, make_plan
from tests.factories.schools import AuthorityFactory, TermFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
ROW = {
    "area": "maths",
    "need": "Missed algebra.",
    "target": "Solves equations with brackets",
    "measure": "10 questions",
    "baseline": "2 of 10",
    "goal": "8 of 10",
    "action": "Tuition, an hour a week",
    "owner": "Ms Okafor",
    "due_on": "2026-11-01",
    "intervention": "One-to-one tuition",
}


def a_row(**more):
    return {"id": str(uuid4()), **ROW, **more}


@pytest.fixture
def cast(authority):
    return Cast(authority)


def put(plan, rows, slug="targets", key="targets"):
    Answer.objects.update_or_create(
        plan=plan,
        section=slug,
        key=key,
        defaults={
            "authority_id": plan.authority_id, "child_id": plan.child_id, "value": rows,
            "version": 1, "written_at": AT,
        },
    )  # fmt: skip


def finish(plan, rows):
    """Write what a target carried on asks again, and call its parts complete once more."""
    put(plan, rows)
    unfinished = PlanSection.objects.filter(plan=plan, is_asked=True).exclude(state="complete")
    assert set(unfinished.values_list("slug", flat=True)) == {"targets", "last-targets"}
    unfinished.update(state="complete", completed_at=AT)


def rows_of(plan, slug="targets"):
    found = Answer.objects.filter(plan=plan, section=slug, key="targets").first()
    return found.value if found else []


def targets(plan):
    return list(Target.objects.filter(plan_id=plan.pk).order_by("place"))


def sent(cast, rows):
    fill(cast.plan, by=cast.teacher)
    put(cast.plan, rows)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    return PersonalEducationPlan.objects.get(pk=cast.plan.pk)


def checked(plan, cast, at=AT):
    actions.start_checking(plan_id=plan.pk, by=cast.adviser, at=at)
    actions.grade(plan_id=plan.pk, grade="good", by=cast.adviser, at=at)
    actions.agree(plan_id=plan.pk, by=cast.adviser, at=at)


def agreed(cast, rows):
    checked(sent(cast, rows), cast)


def next_plan(cast):
    """The spring plan, with last term's targets to be reviewed."""
    term = TermFactory(
        authority=cast.child.authority,
        name="spring",
        started_on=datetime(2027, 1, 1, tzinfo=UTC).date(),
        ended_on=datetime(2027, 4, 12, tzinfo=UTC).date(),
        pep_deadline_on=datetime(2027, 3, 20, tzinfo=UTC).date(),
    )
    plan = make_plan(child=cast.child, school=cast.school, term=term)
    fill(plan, by=cast.teacher)
    return plan


# -- told when sent and agreed --------------------------------------------------------------------


def test_sending_proposes_the_targets_under_the_ids_of_their_rows(cast):
    """PEP-12, decisions 27."""
    rows = [a_row(), a_row(area="reading"), a_row(intervention="")]

    plan = sent(cast, rows)

    found = targets(plan)
    assert [str(one.pk) for one in found] == [row["id"] for row in rows]
    assert [one.area_name for one in found] == ["Maths", "Reading", "Maths"]
    assert [one.intervention and one.intervention.key for one in found] == [
        "one-to-one-tuition", "one-to-one-tuition", None,
    ]  # fmt: skip
    assert {one.agreed_at for one in found} == {None}
    assert (found[0].child_id, found[0].authority_id) == (cast.child.pk, plan.authority_id)


def test_agreeing_makes_them_count(cast):
    agreed(cast, [a_row(), a_row(), a_row()])

    assert {one.agreed_at for one in targets(cast.plan)} == {AT}
    assert Target.objects.agreed().count() == 3


def test_a_proposal_taken_out_and_sent_again_is_forgotten(cast):
    first, second, third, fourth = [a_row() for _ in range(4)]
    plan = sent(cast, [first, second, third])
    actions.take_back(plan_id=plan.pk, by=cast.teacher, at=AT)
    put(plan, [third, {**first, "goal": "9 of 10"}, fourth])

    actions.send(plan_id=plan.pk, by=cast.teacher, at=AT)

    assert [str(one.pk) for one in targets(plan)] == [third["id"], first["id"], fourth["id"]]
    assert targets(plan)[1].goal == "9 of 10"


def test_an_agreed_target_counts_until_the_plan_is_agreed_again(cast):
    first, second, third, fourth = [a_row() for _ in range(4)]
    agreed(cast, [first, second, third])
    actions.reopen(plan_id=cast.plan.pk, reason="A target was wrong", by=cast.head, at=AT)
    put(cast.plan, [{**first, "goal": "10 of 10"}, second, fourth])
    later = AT + timedelta(days=3)
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=later)

    kept = {str(one.pk): one.goal for one in Target.objects.agreed()}
    assert kept == dict.fromkeys([first["id"], second["id"], third["id"]], "8 of 10")

    checked(cast.plan, cast, at=later)

    kept = {str(one.pk): one.goal for one in Target.objects.agreed()}
    assert kept == {first["id"]: "10 of 10", second["id"]: "8 of 10", fourth["id"]: "8 of 10"}
    assert Target.objects.get(pk=third["id"]).dropped_at == later


def test_a_target_taken_out_and_put_back_counts_again(cast):
    rows = [a_row() for _ in range(4)]
    agreed(cast, rows)
    for version, left in ((1, rows[:3]), (2, rows)):
        at = AT + timedelta(days=version)
        actions.reopen(plan_id=cast.plan.pk, reason="Again", by=cast.head, at=at)
        put(cast.plan, left)
        actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=at)
        checked(cast.plan, cast, at=at)
        assert Target.objects.agreed().count() == len(left)


@pytest.mark.parametrize("elsewhere", [False, True], ids=["of this council", "of another"])
def test_a_row_with_the_id_of_another_plans_target_neither_stops_nor_changes_it(cast, elsewhere):
    council = AuthorityFactory(id=902) if elsewhere else cast.child.authority
    theirs = a_row(target="Theirs")
    with wall.opened([cast.child.authority_id, council.pk]):
        other = Cast(council)
        agreed(other, [theirs, a_row(), a_row()])

    with wall.opened([cast.child.authority_id]):  # which hides what is of another council
        agreed(cast, [{**theirs, "target": "Mine"}, a_row(), a_row()])
        actions.reopen(plan_id=cast.plan.pk, reason="Again", by=cast.head, at=AT)
        actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
        checked(cast.plan, cast)

        assert [one.text for one in targets(cast.plan)][:1] == ["Mine"]
        assert len(targets(cast.plan)) == 3
    with wall.opened([cast.child.authority_id, council.pk]):
        kept = Target.objects.get(pk=theirs["id"])
        assert (kept.text, kept.plan_id) == ("Theirs", other.plan.pk)


def test_the_cost_is_read_from_the_pupil_premium_section(cast):
    fill(cast.plan, by=cast.teacher)
    row = a_row(funding=True)
    asked = {"id": str(uuid4()), "target": row["target"], "cost": 48_000, "stream": "ppp"}
    put(cast.plan, [asked], slug="pupil-premium", key="requests")

    put(cast.plan, [row, a_row(target="Another"), a_row(target="A third")])
    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)

    first, second, _ = targets(cast.plan)
    assert (first.cost_pence, first.source) == (48_000, "Pupil premium plus")
    assert (second.cost_pence, second.is_funded) == (None, False)


# -- reviewed -------------------------------------------------------------------------------------


def test_the_outcome_is_told_when_the_review_is_agreed_and_taken_back_with_it(cast):
    rows = [a_row(), a_row(), a_row()]
    agreed(cast, rows)
    plan = next_plan(cast)
    review = [
        {"id": rows[0]["id"], "target": rows[0]["target"], "outcome": "met", "evidence": "9 of 10",
         "difference": "significant"},
        {"id": rows[1]["id"], "target": rows[1]["target"], "outcome": "partly"},
        {"id": rows[2]["id"], "target": rows[2]["target"]},
    ]  # fmt: skip
    put(plan, review, slug="last-targets")
    put(plan, [{"id": rows[0]["id"], "target": "T", "amount": 42_000}], "pupil-premium", "spent")
    actions.send(plan_id=plan.pk, by=cast.teacher, at=AT)
    assert {one.outcome for one in targets(cast.plan)} == {""}

    checked(plan, cast)

    met, partly, unsaid = targets(cast.plan)
    assert (met.outcome, met.evidence, met.impact) == ("met", "9 of 10", "significant")
    assert (partly.outcome, unsaid.outcome) == ("partly", "")
    assert (met.reviewed_in, met.reviewed_at, unsaid.reviewed_at) == (plan.pk, AT, None)

    actions.reopen(plan_id=plan.pk, reason="Wrong", by=cast.head, at=AT)
    put(plan, review[1:], slug="last-targets")
    actions.send(plan_id=plan.pk, by=cast.teacher, at=AT)
    checked(plan, cast)

    assert [one.outcome for one in targets(cast.plan)] == ["", "partly", ""]


def test_a_review_of_another_childs_target_says_nothing_of_it(cast, authority):
    theirs = a_row()
    other = Cast(authority)
    agreed(other, [theirs, a_row(), a_row()])
    fill(cast.plan, by=cast.teacher)
    put(cast.plan, [{"id": theirs["id"], "target": "T", "outcome": "met"}], slug="last-targets")

    actions.send(plan_id=cast.plan.pk, by=cast.teacher, at=AT)
    checked(cast.plan, cast)

    assert Target.objects.get(pk=theirs["id"]).outcome == ""


def test_a_plan_does_not_review_its_own_targets(cast):
    rows = [a_row(), a_row(), a_row()]
    plan = sent(cast, rows)
    put(plan, [{"id": rows[0]["id"], "target": "T", "outcome": "met"}], slug="last-targets")

    checked(plan, cast)

    assert [one.outcome for one in targets(plan)] == ["", "", ""]


# -- carried on -----------------------------------------------------------------------------------


def carry(plan, row, by):
    return actions.carry_on(plan_id=plan.pk, row_id=UUID(row["id"]), by=by, at=AT)


@pytest.fixture
def under_review(cast):
    """A spring plan whose autumn target is under review, and that target's row."""
    row = a_row()
    agreed(cast, [row, a_row(), a_row()])
    plan = next_plan(cast)
    put(plan, [{"id": row["id"], "target": row["target"]}], slug="last-targets")
    put(plan, [])
    return plan, row


def test_a_target_carried_on_names_its_predecessor(cast, under_review):
    plan, row = under_review

    assert carry(plan, row, cast.teacher)

    (new,) = rows_of(plan)
    assert new["id"] == str(rules.carried_id(plan.pk, row["id"]))
    assert (new["goal"], new["need"], new["area"]) == (row["goal"], row["need"], "maths")
    assert new.keys().isdisjoint({"baseline", "due_on"})
    finish(plan, [new, a_row(), a_row()])
    actions.send(plan_id=plan.pk, by=cast.teacher, at=AT)
    assert [str(one.predecessor_id) for one in targets(plan)] == [row["id"], "None", "None"]


def test_carried_on_twice_it_is_there_once_with_what_was_written_meanwhile(cast, under_review):
    plan, row = under_review
    carry(plan, row, cast.teacher)
    written = [{**rows_of(plan)[0], "baseline": "6 of 10"}]
    put(plan, written)

    assert not carry(plan, row, cast.teacher)

    assert rows_of(plan) == written
    assert [one["carry"] for one in rows_of(plan, "last-targets")] == [True]


def test_carried_on_removed_and_carried_on_again(cast, under_review):
    plan, row = under_review
    carry(plan, row, cast.teacher)
    put(plan, [])

    assert carry(plan, row, cast.teacher)
    assert len(rows_of(plan)) == 1


def test_one_more_than_the_form_holds_is_not_carried_on_over_the_others(cast, under_review):
    plan, row = under_review
    form = form_content.of_version(plan.form_version_id)
    full = [a_row() for _ in range(form.section("targets").question("targets").max_rows)]
    put(plan, full)

    with pytest.raises(actions.NoRoom):
        carry(plan, row, cast.teacher)

    assert rows_of(plan) == full


def test_carrying_on_is_written_in_the_history_and_moves_the_section_on(cast, under_review):
    plan, row = under_review
    before = PlanSection.objects.get(plan=plan, slug="targets")
    PlanSection.objects.filter(pk=before.pk).update(version=before.version)

    carry(plan, row, cast.teacher)

    after = PlanSection.objects.get(plan=plan, slug="targets")
    assert (after.version, after.written_by) == (before.version + 1, cast.teacher)
    step = WritingStep.objects.get(plan=plan, section="targets")
    assert WritingStep.objects.filter(plan=plan, section="last-targets").count() == 1
    assert (step.before, step.person, len(step.after)) == ([], cast.teacher, 1)


def test_who_may_not_write_the_targets_carries_none_on(cast, under_review):
    plan, row = under_review
    for person in (cast.carer, cast.social_worker, cast.young_person):
        with pytest.raises(PermissionDenied):
            carry(plan, row, person)
    assert rows_of(plan) == []


def test_nothing_is_carried_on_into_a_plan_that_was_sent(cast, under_review):
    plan, row = under_review
    PersonalEducationPlan.objects.filter(pk=plan.pk).update(status="sent_to_check")

    with pytest.raises(PermissionDenied):
        carry(plan, row, cast.teacher)


def test_only_a_target_under_review_in_this_plan_is_carried_on(cast, under_review, authority):
    plan, _ = under_review
    other = Cast(authority)
    theirs = a_row(need="Theirs alone")
    agreed(other, [theirs, a_row(), a_row()])

    with pytest.raises(LookupError):
        carry(plan, theirs, cast.teacher)


def test_another_childs_words_are_not_carried_on_by_a_forged_review(cast, under_review, authority):
    plan, _ = under_review
    other = Cast(authority)
    theirs = a_row(need="Theirs alone")
    agreed(other, [theirs, a_row(), a_row()])
    put(plan, [{"id": theirs["id"], "target": "Forged"}], slug="last-targets")

    carry(plan, theirs, cast.teacher)

    (new,) = rows_of(plan)
    assert (new["target"], "need" in new) == ("Forged", False)
    finish(plan, [new, a_row(), a_row()])
    actions.send(plan_id=plan.pk, by=cast.teacher, at=AT)
    assert [one.predecessor_id for one in targets(plan)] == [None] * 3


# -- examples -------------------------------------------------------------------------------------


def use(cast, example, *, version=0, by=None):
    return actions.use_example(
        plan_id=cast.plan.pk, example_id=example.pk, version=version, by=by or cast.teacher, at=AT
    )


def test_an_example_is_put_after_the_targets_there_are_never_over_them(cast):
    mine = a_row()
    put(cast.plan, [mine])
    example = Example.objects.get(key="se-gap")

    assert use(cast, example)

    first, new = rows_of(cast.plan)
    assert first == mine
    assert (new["target"], new["goal"]) == (example.text, example.goal)
    assert (new["measure"], new["intervention"]) == (example.measure, "One-to-one tuition")
    assert new.keys().isdisjoint({"owner", "due_on"})


def test_one_press_pressed_twice_adds_one_example_and_a_later_one_another(cast):
    example = Example.objects.get(key="se-gap")

    assert [use(cast, example), use(cast, example)] == [True, False]
    assert use(cast, example, version=1)

    assert len(rows_of(cast.plan)) == 2


def test_an_authority_has_its_own_examples_and_no_other_has_them(cast):
    theirs = AuthorityFactory(id=902)
    words = {
        "phase": "SE", "area": "maths", "need": "n", "text": "t", "measure": "m", "baseline": "b",
        "goal": "g", "at_school": "s",
    }  # fmt: skip
    own = Example.objects.create(authority=cast.plan.authority, key="own", **words)
    other = Example.objects.create(authority=theirs, key="other", **words)

    assert use(cast, own)
    Example.objects.filter(pk=own.pk).update(is_offered=False)
    for none in (other, own):
        with pytest.raises(LookupError):
            use(cast, none)


def test_an_authoritys_own_intervention_is_meant_before_the_shipped_one(cast):
    own = Intervention.objects.create(
        authority=cast.plan.authority,
        key="ours",
        category="tuition",
        name="One-to-one tuition",
        evidence="Ours",
        source="Us",
    )

    sent(cast, [a_row(), a_row(), a_row()])

    assert {one.intervention_id for one in targets(cast.plan)} == {own.pk}
