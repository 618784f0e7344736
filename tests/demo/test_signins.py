"""Who can sign in to the demonstration, and that nobody can where it is not one."""

import pytest

from accounts import wall
from demo import signins
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("production", [False, True])
def test_in_production_no_known_password_is_given_or_told(settings, production):
    settings.PRODUCTION = production
    part = signins.SIGN_INS[0]
    somebody = UserFactory(email=part.email, password="!")

    with wall.opened([]):
        signins.give_passwords({part.name: somebody})
    somebody.refresh_from_db()

    assert somebody.check_password(signins.PASSWORD) is not production
    assert bool(signins.signins()) is not production
