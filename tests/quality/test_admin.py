"""An authority's administrator keeps its rubric in editions, and its bank of comments."""

from types import SimpleNamespace

import pytest
from django.contrib.admin import site
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from quality.admin import AreaInline, BankCommentAdmin, RubricAdmin
from quality.models import BankComment, Rubric
from tests.factories.accounts import person
from tests.quality.conftest import as_

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]


@pytest.fixture
def client(authority):
    return as_(person(Role.AUTHORITY_ADMINISTRATOR, authority=authority))


def edition(authority, **changes):
    values = {
        "authority": authority.pk, "number": "1", "scale": "colours_with_gold", "tolerance": "1",
        "any_worst": "on", "same_text_from": "60", "started_on": "2026-09-01",
        "published_at_0": "", "published_at_1": "",
    }  # fmt: skip
    return values | changes


def areas_as_they_are(rubric):
    """What the page of an edition sends for its areas."""
    sent = {"areas-TOTAL_FORMS": rubric.areas.count(), "areas-INITIAL_FORMS": rubric.areas.count()}
    for place, area in enumerate(rubric.areas.order_by("place")):
        sent |= {
            f"areas-{place}-{name}": getattr(area, name)
            for name in ("id", "key", "place", "title", "description", "kind")
        } | {f"areas-{place}-rubric": rubric.pk}
    return sent


def add(client, authority, **changes):
    none = {"areas-TOTAL_FORMS": "0", "areas-INITIAL_FORMS": "0"}
    return client.post(reverse("admin:quality_rubric_add"), edition(authority, **none | changes))


def change(client, rubric, authority, **changes):
    return client.post(
        reverse("admin:quality_rubric_change", args=[rubric.pk]),
        edition(authority, **areas_as_they_are(rubric)) | changes,
    )


def test_a_new_edition_begins_with_the_areas_before_it(client, authority):
    """QA: a rubric in use is never changed; a new edition is."""
    assert add(client, authority).status_code == 302

    rubric = Rubric.objects.get(authority=authority)
    assert rubric.areas.count() == 8
    assert rubric.published_at is None
    assert Rubric.objects.in_force(authority_id=authority.pk, at=timezone.now()) != rubric


def test_it_is_published_after_its_areas_were_seen_and_then_closed(client, authority):
    now = {"published_at_0": "2026-09-01", "published_at_1": "09:00"}
    assert "Save the edition first" in add(client, authority, **now).content.decode()
    add(client, authority)
    rubric = Rubric.objects.get(authority=authority)

    change(client, rubric, authority, **{"areas-0-title": "Heard", **now})

    rubric.refresh_from_db()
    assert rubric.published_at is not None
    assert rubric.areas.order_by("place").first().title == "Heard"
    assert Rubric.objects.in_force(authority_id=authority.pk, at=timezone.now()) == rubric
    assert change(client, rubric, authority, tolerance="5").status_code == 403


def test_the_shipped_rubric_is_read_only_and_another_s_is_not_there(client, neighbour):
    shipped = Rubric.objects.get(authority=None)
    theirs = Rubric.objects.create(authority=neighbour, started_on="2026-01-01")

    page = client.get(reverse("admin:quality_rubric_change", args=[shipped.pk]))

    assert page.status_code == 200
    assert "_save" not in page.text
    answer = client.get(reverse("admin:quality_rubric_change", args=[theirs.pk]))
    assert answer.status_code == 302  # it does not exist, says the list


def test_comments_of_the_authority(client, authority, neighbour):
    own = {"authority": authority.pk, "kind": "voice", "words": "Well heard.", "is_offered": "on"}

    assert client.post(reverse("admin:quality_bankcomment_add"), own).status_code == 302
    client.post(reverse("admin:quality_bankcomment_add"), own | {"authority": neighbour.pk})

    assert BankComment.objects.get(words="Well heard.").authority == authority


@pytest.mark.parametrize(
    ("whose", "is_published", "may"),
    [(901, False, True), (901, True, False), (902, False, False), (None, False, False)],
)
def test_whose_edition_and_areas_are_changed(authority, neighbour, whose, is_published, may):
    request = SimpleNamespace(user=person(Role.AUTHORITY_ADMINISTRATOR, authority=authority))
    rubric = Rubric(authority_id=whose, published_at=timezone.now() if is_published else None)

    for page in (RubricAdmin(Rubric, site), AreaInline(Rubric, site)):
        assert page.has_change_permission(request, rubric) is may


@pytest.mark.parametrize(("whose", "may"), [(901, True), (902, False), (None, False)])
def test_whose_comments_are_changed(authority, neighbour, whose, may):
    request = SimpleNamespace(user=person(Role.AUTHORITY_ADMINISTRATOR, authority=authority))
    row = BankComment(authority_id=whose, kind="voice", words="Well heard.")

    assert BankCommentAdmin(BankComment, site).has_change_permission(request, row) is may


def test_a_comment_is_never_added_as_a_shipped_one(client):
    sent = {"kind": "voice", "words": "Of nobody", "is_offered": "on", "authority": ""}
    client.post(reverse("admin:quality_bankcomment_add"), sent)

    assert not BankComment.objects.filter(words="Of nobody").exists()
