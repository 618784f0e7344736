from importlib import import_module
from types import SimpleNamespace

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection

from tests.factories.accounts import UserFactory

confirm = import_module("accounts.migrations.0005_known_addresses_are_confirmed").confirm


def test_whoever_had_a_password_before_is_confirmed_and_nobody_else(db):
    before = UserFactory(password="argon2$something")
    invited = UserFactory(password="!")
    without = UserFactory(email=None, password="argon2$something")
    confirmed = UserFactory(password="argon2$something")
    EmailAddress.objects.all().delete()
    EmailAddress.objects.create(user=confirmed, email=confirmed.email, primary=True)

    for _ in range(2):
        confirm(apps, SimpleNamespace(connection=connection))

    rows = EmailAddress.objects.filter(user__in=[before, invited, without, confirmed])
    assert set(rows.values_list("user_id", "verified")) == {
        (before.pk, True),
        (confirmed.pk, False),
    }
