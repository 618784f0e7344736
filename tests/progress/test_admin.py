"""The lists an authority adds to: what ships is read, what it added is its own."""

from types import SimpleNamespace

import pytest
from django.contrib.admin import site

from accounts.roles import Role
from progress.admin import ExampleAdmin, InterventionAdmin
from progress.models import Example, Intervention
from tests.factories.accounts import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]


@pytest.fixture
def request_(authority):
    return SimpleNamespace(user=person(Role.AUTHORITY_ADMINISTRATOR, authority=authority))


def of(authority_id):
    return Intervention.objects.create(
        authority_id=authority_id, key=f"of-{authority_id}", name=f"Of {authority_id}",
        category="tuition", evidence="E", source="S",
    )  # fmt: skip


@pytest.mark.parametrize(("whose", "is_listed", "may"), [
    (901, True, True), (902, False, False), (None, True, False),
])  # fmt: skip
def test_whose_entries_are_listed_and_changed(request_, neighbour, whose, is_listed, may):
    page, row = InterventionAdmin(Intervention, site), of(whose)

    assert page.get_queryset(request_).filter(pk=row.pk).exists() is is_listed
    assert page.has_change_permission(request_, row) is may


def test_what_is_added_is_ones_own_and_uses_ones_own(request_, neighbour):
    own, theirs = of(901), of(902)
    page = ExampleAdmin(Example, site)
    authority, helping = (
        page.formfield_for_foreignkey(Example._meta.get_field(name), request_)
        for name in ("authority", "intervention")
    )

    assert authority.required
    assert [row.pk for row in authority.queryset] == [901]
    offered = set(helping.queryset)
    assert own in offered
    assert theirs not in offered


def test_what_ships_is_read_by_whoever_keeps_the_service_too(authority):
    """It comes with the product's own files, and would be written over."""
    keeper = SimpleNamespace(user=person(Role.SYSTEM_ADMINISTRATOR, authority=authority))
    shipped = of(None)
    example = Example.objects.filter(authority=None).first()

    assert not InterventionAdmin(Intervention, site).has_change_permission(keeper, shipped)
    assert not ExampleAdmin(Example, site).has_change_permission(keeper, example)
    assert InterventionAdmin(Intervention, site).has_change_permission(keeper, of(901))
