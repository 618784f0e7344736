"""All agreed plans of a term in one file: who, what, how it ends [DP-2]."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from accounts.throttle import EXPORTS, spend
from audit.models import Event
from children import actions as children_actions
from files.models import StoredFile
from notifications.models import Notice
from papers import actions, bundling, keeping, tasks
from papers.forms import BundleForm
from papers.models import Bundle, BundlePaper
from papers.rules import MOST_TRIES
from tests.factories.accounts import person, seated
from tests.factories.schools import PolicyFactory, SchoolFactory
from tests.papers_made import agreed_plan

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]

PLANS = 5


@pytest.fixture
def head(authority):
    return person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)


@pytest.fixture
def plans(authority, head):
    school = SchoolFactory(authority=authority)
    return [agreed_plan(authority, school, by=head) for _ in range(PLANS)]


def ask(plans, by, **chosen):
    chosen = {"term": plans[0].term, "school": None, "phase": ""} | chosen
    return actions.ask_for_all(reason="For the yearly review", by=by, at=timezone.now(), **chosen)


def make(bundle):
    bundling.make(bundle.pk, authority_id=901)
    bundle.refresh_from_db()
    return bundle


def inside(bundle):
    with bundle.file.content.open("rb") as stored, zipfile.ZipFile(stored) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_all_plans_of_a_term_come_in_one_file_without_names(plans, head):
    bundle = make(ask(plans, head))

    told = inside(bundle)
    assert sorted(told.values()) == sorted(f"%PDF {plan.pk}" for plan in plans)
    assert set(told) == {f"pep-autumn-2026-{plan.pk.hex[:6]}-v1.pdf" for plan in plans}
    assert (bundle.total, bundle.in_file) == (PLANS, PLANS)
    assert bundle.goes_at - bundle.made_at == timedelta(hours=24)
    assert Notice.objects.filter(kind="plans_ready", recipient=head).count() == 1
    told = Notice.objects.get(kind="plans_ready").text
    for plan in plans:
        assert plan.child.given_name not in told
    asked = Event.objects.get(kind="plans.all_asked")
    assert (asked.reason, asked.actor_id) == ("For the yearly review", head.pk)


def test_how_long_the_file_is_kept_is_the_councils(plans, head, client):
    """LOCAL: the policy of the day it is made; the page says how long."""
    PolicyFactory(authority=plans[0].authority, plans_file_kept_hours=6)

    bundle = make(ask(plans, head))
    client.force_login(head)

    assert bundle.goes_at - bundle.made_at == timedelta(hours=6)
    assert "kept for 6 hours" in client.get(reverse("papers:bundles")).text


def test_those_of_one_school_or_phase(plans, head, authority):
    other = agreed_plan(authority, SchoolFactory(authority=authority), by=head)

    assert make(ask(plans, head, school=other.school)).in_file == 1
    assert make(ask(plans, head, phase="SE")).in_file == PLANS + 1
    with pytest.raises(actions.NoPlans):
        ask(plans, head, phase="EY")


def test_a_second_click_makes_no_second_file(plans, head):
    first = ask(plans, head)

    with pytest.raises(actions.OneAtATime) as running:
        ask(plans, head)
    make(first)
    make(first)

    assert running.value.bundle_id == first.pk
    assert Bundle.objects.count() == 1
    assert StoredFile.objects.filter(content_type="application/zip").count() == 1


def test_what_is_left_out_is_listed_with_the_reason(client, plans, head, authority):
    school = plans[0].school
    agreed_plan(authority, school, by=head, has_paper=False)
    agreed_plan(authority, school, by=head, is_there=False)
    closed = agreed_plan(authority, school, by=head)
    owner = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    bundle = ask(plans, head)
    children_actions.restrict(
        child=closed.child, why="A case", owner=owner, by=owner, at=timezone.now()
    )

    make(bundle)

    failed = bundle.papers.filter(state="failed").values_list("why", flat=True)
    assert sorted(failed) == ["closed", "no_file", "no_paper"]
    assert bundle.in_file == PLANS
    client.force_login(head)
    page = client.get(reverse("papers:bundle", args=[bundle.pk])).content.decode()
    assert "3 left out" in page
    assert closed.child.family_name not in page


def test_a_plan_whose_pdf_is_not_made_yet_is_printed_for_the_file(head, authority):
    school = SchoolFactory(authority=authority)
    plan = agreed_plan(authority, school, by=head, has_paper=False, is_whole=True)

    bundle = ask([plan], head)
    make(bundle)

    with bundle.file.content.open("rb") as stored, zipfile.ZipFile(stored) as archive:
        assert archive.read(archive.namelist()[0]).startswith(b"%PDF-1.7")


def test_a_cancelled_bundle_keeps_no_file(plans, head):
    bundle = ask(plans, head)
    actions.cancel(bundle_id=bundle.pk, by=head, at=timezone.now())

    make(bundle)

    assert (bundle.state, bundle.file, bundle.tries) == ("cancelled", None, 0)


def test_a_cancel_is_heard_between_a_few_plans_and_the_next(plans, head, monkeypatch):
    monkeypatch.setattr(bundling, "A_FEW", 2)
    bundle = ask(plans, head)
    put = bundling._put
    seen = []

    def put_and_cancel(row, *rest):
        seen.append(row)
        if len(seen) == 2:
            actions.cancel(bundle_id=bundle.pk, by=head, at=timezone.now())
        return put(row, *rest)

    monkeypatch.setattr(bundling, "_put", put_and_cancel)
    make(bundle)

    assert (bundle.state, len(seen)) == ("cancelled", 2)
    assert not StoredFile.objects.filter(content_type="application/zip").exists()


def test_whoever_may_no_longer_take_plans_gets_no_file(plans, head):
    bundle = ask(plans, head)
    head.memberships.update(ended_on=timezone.localdate())

    make(bundle)

    assert (bundle.state, bundle.file) == ("failed", None)


def test_a_bundle_a_dead_worker_left_is_begun_anew(plans, head):
    bundle = ask(plans, head)
    now = timezone.now()
    bundle.papers.update(state="done")
    Bundle.objects.update(worked_at=now - timedelta(seconds=30), asked_at=now - timedelta(hours=1))

    assert tasks.bundles_owed(at=now) == []
    assert make(bundle).state == "asked"
    Bundle.objects.update(worked_at=now - timedelta(minutes=3))
    assert tasks.bundles_owed(at=now) == [bundle.pk]
    assert make(bundle).in_file == PLANS


def test_after_a_day_the_file_is_gone_and_what_was_asked_stays(
    plans, head, django_capture_on_commit_callbacks
):
    bundle = make(ask(plans, head))
    path = Path(bundle.file.content.path)

    keeping.let_old_go(at=bundle.made_at + timedelta(hours=23))
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        keeping.let_old_go(at=bundle.made_at + timedelta(hours=24))

    bundle.refresh_from_db()
    assert (bundle.state, bundle.file) == ("made", None)
    assert not path.exists()


def test_taking_the_file_is_recorded_at_each_child_and_limited(client, plans, head):
    bundle = make(ask(plans, head))
    client.force_login(head)
    url = reverse("papers:bundle_file", args=[bundle.pk])

    answer = client.get(url)
    content = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment; ")

    assert len(zipfile.ZipFile(io.BytesIO(content)).namelist()) == PLANS
    taken = Event.objects.filter(kind="child.downloaded", reason="For the yearly review")
    assert {event.child_id for event in taken} == {plan.child_id for plan in plans}
    for _ in range(EXPORTS.most - 1):
        spend(EXPORTS, head.pk, at=timezone.now())
    assert client.get(url).status_code == 429


def test_a_record_closed_since_stops_the_download(client, plans, head, authority):
    bundle = make(ask(plans, head))
    owner = person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority)
    children_actions.restrict(
        child=plans[0].child, why="A case", owner=owner, by=owner, at=timezone.now()
    )
    client.force_login(head)

    assert client.get(reverse("papers:bundle_file", args=[bundle.pk])).status_code == 404


def test_a_record_that_is_deleted_takes_the_file_along(plans, head):
    bundle = make(ask(plans, head))
    row = BundlePaper.objects.get(version__plan=plans[0])
    zipped = row.file_id

    row.delete()
    StoredFile.objects.filter(pk=zipped).delete()  # as the deletion of a whole record does

    bundle.refresh_from_db()
    assert bundle.file is None
    assert not BundlePaper.objects.filter(file__isnull=False).exists()
    assert BundlePaper.objects.filter(bundle=bundle).count() == PLANS - 1


def test_a_file_lacking_a_row_is_not_given_and_goes(client, plans, head):
    bundle = make(ask(plans, head))
    BundlePaper.objects.filter(version__plan=plans[0]).delete()
    client.force_login(head)

    assert client.get(reverse("papers:bundle_file", args=[bundle.pk])).status_code == 404
    keeping.let_old_go(at=timezone.now())
    bundle.refresh_from_db()
    assert bundle.file is None


def test_one_needs_a_reason(client, plans, head):
    client.force_login(head)
    url = reverse("papers:bundles")

    refused = client.post(url, {"term": str(plans[0].term_id), "reason": " "})
    asked = client.post(url, {"term": str(plans[0].term_id), "reason": "For Ofsted"})

    assert refused.status_code == 422
    assert "Enter why you take them away" in refused.content.decode()
    assert asked.status_code == 302
    assert client.get(asked.url).status_code == 200


def test_a_bundle_is_its_askers_alone(client, plans, head, authority):
    bundle = make(ask(plans, head))
    running = ask(plans, head)
    other = seated(person(Role.VIRTUAL_SCHOOL_HEAD, authority=authority))
    client.force_login(other)

    assert (
        reverse("papers:bundle", args=[bundle.pk]) not in client.get(reverse("papers:bundles")).text
    )
    for name in ("bundle", "bundle_file"):
        assert client.get(reverse(f"papers:{name}", args=[bundle.pk])).status_code == 404
    assert client.post(reverse("papers:cancel_bundle", args=[running.pk])).status_code == 404
    with pytest.raises(Bundle.DoesNotExist):
        actions.cancel(bundle_id=running.pk, by=other, at=timezone.now())


def test_a_bundle_is_of_the_seat_it_was_asked_from(plans, head):
    ask(plans, head)
    Bundle.objects.update(seat="governor:901")

    assert not Bundle.objects.visible_to(head).exists()


def test_terms_are_offered_of_plans_one_sees(plans, head, neighbour):
    stranger = person(Role.VIRTUAL_SCHOOL_HEAD, authority=neighbour)

    assert BundleForm(by=head).fields["term"].queryset.exists()
    assert not BundleForm(by=stranger).fields["term"].queryset.exists()
    with pytest.raises(actions.NoPlans):
        ask(plans, stranger)


def seal(child, head):
    children_actions.seal(
        child=child, why="Adopted", owner=head, keepers=[], by=head, at=timezone.now()
    )


def test_a_record_sealed_since_is_left_out_and_stops_the_download(client, plans, head):
    bundle = make(ask(plans, head))
    seal(plans[0].child, head)
    client.force_login(head)
    assert client.get(reverse("papers:bundle_file", args=[bundle.pk])).status_code == 404

    again = ask(plans[1:], head)
    seal(plans[1].child, head)
    make(again)

    assert list(again.papers.filter(state="failed").values_list("why", flat=True)) == [
        "not_allowed"
    ]


def test_the_file_is_not_given_after_its_day_though_it_is_still_there(client, plans, head):
    bundle = make(ask(plans, head))
    Bundle.objects.update(goes_at=timezone.now())
    client.force_login(head)

    assert client.get(reverse("papers:bundle_file", args=[bundle.pk])).status_code == 404


def test_a_worker_works_behind_the_wall_of_the_authority(plans, head):
    bundle = ask(plans, head)

    bundling.make(bundle.pk, authority_id=902)

    bundle.refresh_from_db()
    assert (bundle.state, bundle.tries) == ("asked", 0)


def test_a_bundle_is_given_up_after_a_few_tries(plans, head):
    bundle = ask(plans, head)
    Bundle.objects.update(tries=MOST_TRIES)

    assert make(bundle).state == "failed"


@pytest.mark.parametrize("meanwhile", ["another worker took it over", "a record was deleted"])
def test_what_happened_meanwhile_is_seen_before_the_file_is_kept(
    plans, head, monkeypatch, meanwhile
):
    bundle = ask(plans, head)
    put, gone = bundling._put, []

    def put_and(row, *rest):
        put(row, *rest)
        if meanwhile == "another worker took it over":
            Bundle.objects.update(run=uuid4())
        elif not gone:
            gone.append(BundlePaper.objects.filter(pk=row.pk).delete())

    monkeypatch.setattr(bundling, "_put", put_and)
    monkeypatch.setattr(bundling, "A_FEW", 2)
    make(bundle)

    assert (bundle.state, bundle.file) == ("asked", None)
    assert not StoredFile.objects.filter(content_type="application/zip").exists()
