"""Answers not known yet: whose task they are, who is told, and that giving the answer ends it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from chasing import board
from notifications.models import Email, Notice
from pep import actions, finding_out, pages, rights
from pep.models import Answer, PersonalEducationPlan, PlanSection
from pep.rules.later import not_known as not_known_yet
from tests.factories.accounts import person
from tests.factories.pep import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
UNTIL = date(2026, 12, 3)


@pytest.fixture
def cast(authority):
    return Cast(authority, status=PersonalEducationPlan.Status.WITH_SCHOOL)


def not_known(cast, *, who="social_worker", section="english", key="strengths", until=UNTIL):
    return Answer.objects.create(
        authority=cast.child.authority, child=cast.child, plan=cast.plan, section=section, key=key,
        value=None, state=Answer.State.NOT_KNOWN, not_known_until=until,
        not_known_person=User.objects.get(pk=getattr(cast, who).pk) if who else None,
        not_known_who="" if who else "The reading mentor", version=1, written_at=AT,
        written_by=User.objects.get(pk=cast.head.pk),
    )  # fmt: skip


def tell(cast, at=AT):
    return finding_out.tell(authority_id=cast.child.authority_id, at=at)


def notices(kind="pep_find_out"):
    return list(Notice.objects.filter(kind=kind).order_by("made_at"))


def test_the_person_named_is_told_once_without_names(cast):
    not_known(cast)
    assert tell(cast) == 1
    assert tell(cast, AT + timedelta(days=1)) == 0

    (notice,) = notices()
    assert notice.recipient_id == cast.social_worker.pk
    assert "about “English”" in notice.text
    assert "3 December 2026" in notice.text
    assert cast.child.given_name not in notice.text


def test_who_cannot_sign_in_is_not_told(cast):
    not_known(cast)
    User.objects.filter(pk=cast.social_worker.pk).update(is_active=False)

    assert tell(cast) == 0


def test_it_is_the_work_of_the_person_named_alone(cast):
    not_known(cast)

    for who, found in (("social_worker", 1), ("adviser", 0)):
        user = User.objects.get(pk=getattr(cast, who).pk)
        assert len(finding_out.of_person(user, [cast.child.pk])) == found


def test_who_finds_it_out_is_named_as_the_reader_may_know(cast):
    """DP-4: a carer leads to a hidden home."""
    not_known(cast, who="carer")
    hidden = {"is_home_hidden": True, "not_named": frozenset({cast.carer.pk})}
    told = [
        finding_out.of_plans(
            [cast.plan], on=AT.date(), reader=rights.Reader(cast.teacher.seat.role, **how)
        )[cast.plan.pk][0].who
        for how in ({}, hidden)
    ]

    assert told == [cast.carer.name, "someone"]


# By writing it ------------------------------------------------------------------------------------


def write(cast, *, by=None, until=UNTIL, who="social_worker", key="strengths", at=AT):
    """The teacher says who finds out an answer, as the page saves it."""
    said = not_known_yet(
        person=str(getattr(cast, who).pk), until=until.isoformat() if until else ""
    )
    version = PlanSection.objects.get(plan=cast.plan, slug="english").version
    return actions.save_section(
        plan_id=cast.plan.pk, slug="english", values={key: said}, base_version=version,
        by=by or cast.teacher, at=at,
    )  # fmt: skip


def test_they_are_told_when_it_is_written_and_not_again_in_the_morning(
    cast, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as after_commit:
        write(cast)

    (notice,) = notices()
    assert (notice.recipient_id, notice.made_at) == (cast.social_worker.pk, AT)
    assert Email.objects.get(notice=notice)
    assert after_commit  # the e-mail goes once the answer is kept
    assert cast.child.given_name not in notice.text
    assert tell(cast, AT + timedelta(days=1)) == 0


def test_an_answer_in_a_plan_not_begun_is_told_too(cast):
    PersonalEducationPlan.objects.filter(pk=cast.plan.pk).update(status="not_started")

    write(cast)

    assert len(notices()) == 1


def test_saving_it_again_tells_nobody_and_another_name_tells_that_one(cast):
    write(cast)
    write(cast, at=AT + timedelta(minutes=1))
    write(cast, until=UNTIL + timedelta(days=7), at=AT + timedelta(minutes=2))
    assert len(notices()) == 1

    write(cast, who="adviser", at=AT + timedelta(minutes=3))

    assert [notice.recipient_id for notice in notices()] == [cast.social_worker.pk, cast.adviser.pk]


def test_a_name_without_a_day_waits_for_the_sweep(cast):
    """The page saves while its author is still choosing."""
    write(cast, until=None)
    assert notices() == []

    assert tell(cast, AT + timedelta(hours=1)) == 1


def test_whoever_names_themselves_is_reminded_on_the_day_only(cast):
    write(cast, who="teacher")
    assert tell(cast, AT + timedelta(days=1)) == 0

    assert tell(cast, datetime(2026, 12, 3, 7, 0, tzinfo=UTC)) == 1


def test_somebody_the_child_is_not_with_is_not_told(cast):
    cast.child.involvements.filter(person=cast.social_worker).delete()

    write(cast)

    assert notices() == []


# In the morning -----------------------------------------------------------------------------------


def test_they_are_reminded_on_the_day(cast):
    not_known(cast)
    tell(cast)
    tell(cast, datetime(2026, 12, 3, 7, 0, tzinfo=UTC))
    tell(cast, datetime(2026, 12, 4, 7, 0, tzinfo=UTC))

    assert len(notices()) == 2
    assert "was to be known by now" in notices()[1].text


def test_the_answer_given_ends_it(cast):
    answer = not_known(cast)
    answer.state, answer.value = Answer.State.ANSWERED, "She reads every day."
    answer.save()

    assert tell(cast) == 0
    assert finding_out.of_person(cast.social_worker, [cast.child.pk]) == {}


def test_whoever_left_the_child_is_not_told(cast):
    not_known(cast)
    cast.child.involvements.filter(person=cast.social_worker).delete()

    assert tell(cast) == 0


@pytest.mark.parametrize("who", ["teacher", "adviser", "carer"])
def test_school_team_and_family_are_told_alike(cast, who):
    not_known(cast, who=who)

    assert tell(cast) == 1


def test_a_plan_that_is_done_waits_for_nobody(cast):
    not_known(cast)
    PersonalEducationPlan.objects.update(status="superseded")

    assert tell(cast) == 0


def test_it_stands_in_their_work_on_the_board_and_on_the_plan(cast):
    not_known(cast)
    client = Client()
    client.force_login(cast.social_worker)

    assert "1 answer of the PEP to find out" in client.get(reverse("dashboard:your_work")).text
    (row,) = board.rows_of([cast.plan], cast.adviser, on=AT.date())
    assert row.not_known == [f"English: {cast.social_worker.name} by 3 Dec 2026"]
    page = pages.plan_page(cast.plan, cast.teacher)
    (item,) = page.not_known
    assert (item.section, item.who, item.is_late) == ("English", cast.social_worker.name, False)
    assert item.label in client.get(reverse("pep:plan", args=[cast.plan.pk])).text


def test_who_may_not_read_the_answer_does_not_see_it_on_the_plan(cast):
    not_known(cast)

    assert pages.plan_page(cast.plan, cast.young_person).not_known == ()


def test_a_name_that_was_typed_is_not_told_beside_a_hidden_home(cast):
    """DP-4: a typed name may lead to the home."""
    not_known(cast, who="")
    reader = pages.reader_of(cast.plan, person(Role.HEAD_TEACHER, school=cast.school))
    hidden = replace(reader, is_home_hidden=True)

    (seen,) = finding_out.of_plans([cast.plan], on=AT.date(), reader=reader)[cast.plan.pk]
    (less,) = finding_out.of_plans([cast.plan], on=AT.date(), reader=hidden)[cast.plan.pk]

    assert (seen.who, less.who) == ("The reading mentor", "someone")
