"""A small team names a deputy: a checker who may check what they wrote in."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.roles import Role
from pep import actions
from pep.models import Answer, Deputy
from tests.factories.accounts import person, seated
from tests.factories.pep import Cast, fill

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

AT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture
def cast(authority):
    cast = Cast(authority)
    fill(cast.plan, by=cast.teacher)
    Answer.objects.filter(plan=cast.plan, section="maths").update(written_by=cast.adviser)
    return cast


def name(cast, *, by=None, who=None, first=DAY, last=DAY):
    return actions.name_deputy(
        person_id=(who or cast.adviser).pk, started_on=first, last_day=last,
        reason="The head is away.", by=by or cast.head, at=AT,
    )  # fmt: skip


def agree(cast, *, sent_by):
    actions.send(plan_id=cast.plan.pk, by=sent_by, at=AT)
    actions.start_checking(plan_id=cast.plan.pk, by=cast.adviser, at=AT)
    return actions.agree(plan_id=cast.plan.pk, by=cast.adviser, at=AT)


def test_whoever_wrote_in_it_does_not_check_it(cast):
    with pytest.raises(actions.NotReady):
        agree(cast, sent_by=cast.teacher)


def test_a_deputy_may_and_the_plan_says_so(cast, client):
    name(cast)

    assert agree(cast, sent_by=cast.teacher).status == "agreed"
    client.force_login(cast.head)
    page = client.get(reverse("pep:plan", args=[cast.plan.pk])).content.decode()
    assert "Checked by a named deputy, who wrote in it too." in page


def test_never_what_the_deputy_sent_as_well(cast):
    name(cast)

    with pytest.raises(actions.NotReady):
        agree(cast, sent_by=cast.adviser)


@pytest.mark.parametrize(
    ("first", "last", "may"),
    [
        pytest.param(DAY, DAY, True, id="on the day"),
        pytest.param(date(2026, 11, 1), date(2026, 11, 19), False, id="until the day before"),
        pytest.param(date(2026, 11, 21), date(2026, 11, 30), False, id="from the day after"),
    ],
)
def test_only_on_the_days_named(cast, first, last, may):
    name(cast, first=first, last=last)

    if may:
        agree(cast, sent_by=cast.teacher)
    else:
        with pytest.raises(actions.NotReady):
            agree(cast, sent_by=cast.teacher)


@pytest.mark.parametrize("who", ["adviser", "teacher", "social_worker", "governor"])
def test_only_the_head_names(cast, who):
    with pytest.raises(PermissionDenied):
        name(cast, by=getattr(cast, who))


@pytest.mark.parametrize("who", ["head", "teacher"])
def test_nobody_names_themself_or_who_checks_nothing(cast, who):
    with pytest.raises(PermissionDenied):
        name(cast, who=getattr(cast, who))


def test_the_database_keeps_that_nobody_names_themself(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Deputy.objects.create(
            authority=cast.child.authority, person=cast.head, started_on=DAY, reason="x",
            named_at=AT, named_by=cast.head,
        )  # fmt: skip


def test_the_same_again_changes_nothing_and_it_ends(cast):
    assert name(cast) == name(cast)
    actions.end_deputy(deputy_id=Deputy.objects.get().pk, on=DAY, by=cast.head)

    assert not Deputy.objects.exists()


def test_the_page_names_and_ends(cast, client):
    client.force_login(cast.head)
    url = reverse("pep:deputies")
    days = {
        "started_on_0": "1", "started_on_1": "1", "started_on_2": "2099",
        "last_day_0": "31", "last_day_1": "1", "last_day_2": "2099",
    }  # fmt: skip
    assert "Nobody is named." in client.get(url).content.decode()
    assert client.post(url, days | {"last_day_2": "2098"}).status_code == 422

    sent = {"person": str(cast.adviser.pk), "reason": "The head is away."}
    assert client.post(url, days | sent).status_code == 302

    page = client.get(url).content.decode()
    assert "1 January 2099 to 31 January 2099" in page
    client.post(reverse("pep:end_deputy", args=[Deputy.objects.get().pk]))
    assert not Deputy.objects.exists()


def test_another_councils_deputy_is_not_ended(cast, neighbour, client):
    row = name(cast, first=date(2099, 1, 1), last=date(2099, 1, 31))
    client.force_login(person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour))

    assert client.post(reverse("pep:end_deputy", args=[row.pk])).status_code == 404

    assert Deputy.objects.get().ended_on == date(2099, 2, 1)


@pytest.mark.parametrize("whose", ["another person's", "another council's"])
def test_a_deputy_stands_in_as_themself_and_for_their_council_alone(cast, neighbour, whose):
    other = person(Role.ADVISER, authority=cast.child.authority)
    row = name(cast, who=other if whose == "another person's" else None)
    if whose == "another council's":
        Deputy.objects.filter(pk=row.pk).update(authority=neighbour)

    with pytest.raises(actions.NotReady):
        agree(cast, sent_by=cast.teacher)


def test_only_who_checks_plans_of_the_council_is_named(cast, neighbour):
    for who in (
        person(Role.ADVISER, authority=neighbour),
        person(Role.OFFICER, authority=cast.child.authority),
    ):
        with pytest.raises(PermissionDenied):
            name(cast, who=who)


def test_only_the_head_of_the_council_ends_one(cast, neighbour):
    row = name(cast, last=date(2099, 1, 31))
    stranger = person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour)

    with pytest.raises(PermissionDenied):
        actions.end_deputy(deputy_id=row.pk, on=DAY, by=cast.adviser)
    actions.end_deputy(deputy_id=row.pk, on=DAY, by=stranger)

    assert Deputy.objects.filter(pk=row.pk, ended_on=row.ended_on).exists()
    for who, seen in ((cast.head, True), (cast.adviser, False), (stranger, False)):
        assert Deputy.objects.visible_to(seated(who)).exists() is seen


def test_the_page_lists_the_deputies_of_the_council(cast, neighbour, client):
    row = name(cast, first=date(2099, 1, 1), last=date(2099, 1, 31))
    client.force_login(person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour))

    page = client.get(reverse("pep:deputies")).content.decode()

    assert str(row.pk) not in page
    assert cast.adviser.name not in page
