import pytest
from django.urls import reverse

from tests.factories.pep import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("open_wall")]


@pytest.mark.parametrize(
    ("who", "status"),
    [("teacher", 302), ("adviser", 302), ("social_worker", 302), ("carer", 403),
     ("young_person", 403), ("teacher_elsewhere", 404), ("governor", 403)],
)  # fmt: skip
def test_starting_a_plan(client, authority, who, status):
    cast = Cast(authority)
    cast.plan.sections.all().delete()
    cast.plan.delete()

    client.force_login(getattr(cast, who))
    address = reverse("starting:start", args=[cast.child.pk])
    assert client.post(address).status_code == status
