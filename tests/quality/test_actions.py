"""A round of checking: what is saved, what another changed, when a plan has its grade."""

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.models import Event
from pep import actions as plan_actions
from pep import rights
from pep.models import AgreedVersion, PersonalEducationPlan
from pep.rules import Lack
from quality import actions
from quality.actions import MoveRefused, Words
from quality.models import Area, AreaGrade, QualityCheck, Rubric
from quality.prints import fingerprint
from quality.reference import load_rubric
from tests.factories.quality import grade_all, keys_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]


def save(cast, values, *, by=None, seen=None):
    return actions.save(
        plan_id=cast.plan.pk,
        values=values,
        seen=seen or {},
        by=by or cast.adviser,
        at=timezone.now(),
    )


def grade_of(cast):
    return PersonalEducationPlan.objects.get(pk=cast.plan.pk).quality


def test_a_plan_is_not_agreed_before_every_area_has_a_grade(checked):
    """QA: qa_sections and qa_overall are required to approve (pep-form 19)."""
    save(checked, {key: Words("good") for key in keys_of(checked.plan)[:-1]})

    with pytest.raises(plan_actions.NotReady) as refused:
        plan_actions.agree(plan_id=checked.plan.pk, by=checked.adviser, at=timezone.now())

    assert [lack.lack for lack in refused.value.missing] == [Lack.GRADE]


def test_agreeing_keeps_the_grade_outside_what_was_agreed(checked):
    """Grades are no part of the child's paper (access matrix: QA grades and comments)."""
    grade_all(checked.plan, by=checked.adviser, voice=Words("needs_more", "Unheard-of comment"))
    plan_actions.agree(plan_id=checked.plan.pk, by=checked.adviser, at=timezone.now())

    plan = PersonalEducationPlan.objects.get()
    assert (plan.status, plan.quality) == ("agreed", "good")
    content = AgreedVersion.objects.get().content
    assert "Unheard-of comment" not in content
    assert "needs_more" not in content
    assert AreaGrade.objects.get(area="voice").comment == "Unheard-of comment"


def test_two_areas_that_need_more_make_the_whole_need_more(checked):
    """QA aggregation (cases 27)."""
    grade_all(checked.plan, by=checked.adviser, voice="needs_more", targets="needs_more")

    assert grade_of(checked) == "needs_more"


def test_another_grade_counts_once_it_has_a_reason(checked):
    grade_all(checked.plan, by=checked.adviser, overall=Words("needs_more"))
    assert grade_of(checked) == ""

    grade_all(checked.plan, by=checked.adviser, overall=Words("needs_more", "Too thin."))
    assert grade_of(checked) == "needs_more"


def test_what_two_checkers_changed_apart_is_all_kept(checked):
    save(checked, {"voice": Words("good", "Heard.")})
    saved = save(checked, {"voice": Words(), "targets": Words("good")}, by=checked.head)

    held = dict(AreaGrade.objects.values_list("area", "comment"))
    assert held == {"voice": "Heard.", "targets": ""}
    # An empty page made before the first save did not empty the area: it was not changed there
    assert saved.conflicts == {}


def test_what_two_checkers_changed_alike_is_a_conflict_and_neither_is_lost(checked):
    save(checked, {"voice": Words("good", "Heard.")})

    saved = save(checked, {"voice": Words("needs_more", "Whose words?")}, by=checked.head)

    assert list(saved.conflicts) == ["voice"]
    assert saved.conflicts["voice"].comment == "Heard."
    assert AreaGrade.objects.get().comment == "Heard."

    seen = {"voice": Words("good", "Heard.").mark}
    again = save(
        checked, {"voice": Words("needs_more", "Whose words?")}, by=checked.head, seen=seen
    )

    assert again.conflicts == {}
    assert AreaGrade.objects.get().comment == "Whose words?"
    assert QualityCheck.objects.get().marker == checked.head


def test_the_overall_grade_of_another_is_not_written_over_unseen(checked):
    save(checked, {"overall": Words("needs_more", "Thin.")})

    saved = save(checked, {"overall": Words("good", "Fine.")}, by=checked.head)

    assert list(saved.conflicts) == ["overall"]
    assert QualityCheck.objects.get().reason == "Thin."


def test_saving_the_same_twice_changes_nothing(checked):
    save(checked, {"voice": Words("good")})
    events = Event.objects.count()

    save(checked, {"voice": Words("good")})

    assert Event.objects.filter(table="quality_areagrade").count() == 1
    assert Event.objects.count() == events


def test_an_agreed_plan_takes_no_grade(checked):
    grade_all(checked.plan, by=checked.adviser)
    plan_actions.agree(plan_id=checked.plan.pk, by=checked.adviser, at=timezone.now())

    with pytest.raises(MoveRefused):
        save(checked, {"voice": Words("needs_more", "Read again")})
    with pytest.raises(MoveRefused):
        plan_actions.grade(
            plan_id=checked.plan.pk, grade="needs_more", by=checked.adviser, at=timezone.now()
        )

    assert grade_of(checked) == "good"


@pytest.mark.parametrize("who", ["teacher", "governor"])
def test_nobody_else_gives_a_plan_its_grade(checked, who):
    with pytest.raises(PermissionDenied):
        plan_actions.grade(
            plan_id=checked.plan.pk, grade="good", by=getattr(checked, who), at=timezone.now()
        )


def test_an_area_that_is_none_of_the_rubrics_is_left_out(checked):
    save(checked, {"voice": Words("good"), "looks": Words("good")})

    assert [row.area for row in AreaGrade.objects.all()] == ["voice"]


@pytest.mark.parametrize("who", ["teacher", "social_worker", "carer", "governor"])
def test_nobody_else_grades(checked, who):
    with pytest.raises(PermissionDenied):
        save(checked, {"voice": Words("good")}, by=getattr(checked, who))


def test_a_plan_that_moved_on_takes_no_grade(checked):
    plan_actions.send_back(
        plan_id=checked.plan.pk,
        reason="More.",
        section="english",
        by=checked.adviser,
        at=timezone.now(),
    )

    with pytest.raises(MoveRefused):
        save(checked, {"voice": Words("good")})


def test_every_round_is_a_check_of_its_own(checked):
    grade_all(checked.plan, by=checked.adviser, grade="needs_more")
    plan_actions.send_back(
        plan_id=checked.plan.pk,
        reason="More.",
        section="english",
        by=checked.adviser,
        at=timezone.now(),
    )
    assert grade_of(checked) == "needs_more"  # which the school reads
    plan_actions.send(plan_id=checked.plan.pk, by=checked.teacher, at=timezone.now())
    actions.start(plan_id=checked.plan.pk, by=checked.adviser, at=timezone.now())

    assert grade_of(checked) == ""
    assert QualityCheck.objects.order_by("started_at").values_list("overall", flat=True)[:2][0] == (
        "needs_more"
    )
    assert QualityCheck.objects.count() == 2


def test_a_plan_opened_again_waits_for_a_new_grade(checked):
    grade_all(checked.plan, by=checked.adviser)
    plan_actions.agree(plan_id=checked.plan.pk, by=checked.adviser, at=timezone.now())

    plan_actions.reopen(
        plan_id=checked.plan.pk, reason="A date.", by=checked.head, at=timezone.now()
    )

    assert grade_of(checked) == ""
    assert QualityCheck.objects.get().overall == "good"


def test_a_change_is_recorded_with_who(checked):
    save(checked, {"voice": Words("good", "Heard.")})

    event = Event.objects.get(table="quality_areagrade")
    assert (event.child_id, event.kind) == (checked.child.pk, "row.insert")


# Rubrics ------------------------------------------------------------------------------------------


def own_rubric(authority, *, started_on, published=True, **fields):
    rubric = Rubric.objects.create(authority=authority, started_on=started_on, **fields)
    Area.objects.create(rubric=rubric, key="all", place=1, title="All of it")
    if published:
        rubric.published_at = timezone.now()
        rubric.save()
    return rubric


def in_force(authority):
    return Rubric.objects.in_force(authority_id=authority.pk, at=timezone.now())


def test_the_shipped_rubric_has_eight_areas_and_three_grades(authority):
    rubric = in_force(authority)

    assert rubric.areas.count() == 8
    assert [grade.value for grade in rubric.grades] == ["not_good_enough", "needs_more", "good"]
    assert load_rubric() is False  # safe to repeat
    assert Rubric.objects.filter(authority=None).count() == 1


def test_an_authority_s_own_rubric_counts_from_its_day(authority, neighbour):
    today = timezone.localdate()
    own_rubric(authority, number=2, started_on=today + timedelta(days=1))
    own_rubric(authority, number=3, started_on=today, published=False)
    assert in_force(authority).authority is None

    own = own_rubric(authority, number=1, started_on=today, scale="colours_with_gold")

    assert in_force(authority) == own
    assert in_force(neighbour).authority is None
    assert own.grades[-1] == "gold"


def test_a_later_edition_takes_over(authority):
    own_rubric(authority, number=1, started_on=date(2026, 1, 1))
    later = own_rubric(authority, number=2, started_on=date(2026, 2, 1))

    assert in_force(authority) == later


@pytest.mark.parametrize(
    "change",
    [
        lambda rubric: Rubric.objects.filter(pk=rubric.pk).update(tolerance=3),
        lambda rubric: Rubric.objects.filter(pk=rubric.pk).update(published_at=None),
        lambda rubric: Area.objects.filter(rubric=rubric).update(title="Other"),
        lambda rubric: Area.objects.filter(rubric=rubric).delete(),
        lambda rubric: Area.objects.create(rubric=rubric, key="more", place=9, title="More"),
    ],
    ids=["tolerance", "unpublish", "area", "fewer", "more"],
)
def test_a_published_rubric_never_changes(authority, change):
    """QA: a rubric in use is never changed (a trigger)."""
    rubric = own_rubric(authority, started_on=date(2026, 1, 1))

    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        change(rubric)


def test_a_check_goes_on_by_the_rubric_it_began_with(checked):
    own_rubric(checked.plan.authority, started_on=timezone.localdate())

    check = save(checked, {"voice": Words("good")}).check

    assert check.rubric.authority is None


def test_one_check_a_round(checked):
    check = QualityCheck.objects.get()
    check.pk = None

    with pytest.raises(IntegrityError, match="once_a_round"), transaction.atomic():
        QualityCheck.objects.create(
            authority_id=check.authority_id, child_id=check.child_id, plan_id=check.plan_id,
            version_number=1, rubric=check.rubric, started_at=check.started_at,
            marker=check.marker,
        )  # fmt: skip


def test_one_grade_an_area(checked):
    save(checked, {"voice": Words("good")})
    row = AreaGrade.objects.get()
    with pytest.raises(IntegrityError, match="areagrade_once"), transaction.atomic():
        AreaGrade.objects.create(
            authority_id=row.authority_id, child_id=row.child_id, check_of_id=row.check_of_id,
            area="voice", written_at=row.written_at, written_by=row.written_by,
        )  # fmt: skip
    assert connection.is_usable()


@pytest.mark.parametrize(
    ("status", "reads_grades", "is_to_mark_it", "told"),
    [
        ("being_checked", True, False, ""),
        ("sent_back", True, False, "good"),
        ("agreed", True, False, "good"),
        ("agreed", False, False, ""),
        ("agreed", True, True, ""),
    ],
)
def test_to_whom_and_when_a_grade_is_told(status, reads_grades, is_to_mark_it, told):
    reader = SimpleNamespace(pk=uuid4())
    plan = PersonalEducationPlan(
        status=status, quality="good", grade_hidden_from_id=reader.pk if is_to_mark_it else None
    )

    assert rights.grade_shown(reader, plan, SimpleNamespace(shows=lambda _: reads_grades)) == told


def test_fingerprints_tell_nothing_without_our_key(settings):
    before = fingerprint("Reads every day with her mentor")
    settings.SECRET_KEY = "another key of another installation"

    assert fingerprint("Reads every day with her mentor") != before
