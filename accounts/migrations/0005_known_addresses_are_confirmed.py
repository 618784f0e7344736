"""Whoever could sign in before addresses were confirmed is not asked to confirm theirs now."""

from django.db import migrations
from django.db.models import Q


def confirm(apps, schema_editor):
    people = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    addresses = apps.get_model("account", "EmailAddress").objects.using(
        schema_editor.connection.alias
    )
    known = set(addresses.values_list("user_id", flat=True))
    taken = set(addresses.values_list("email", flat=True))
    unusable = Q(password__startswith="!") | Q(password="")  # noqa: S106 (a mark, no password)
    with_password = people.exclude(unusable | Q(email=None))
    addresses.bulk_create(
        addresses.model(user_id=pk, email=email, verified=True, primary=True)
        for pk, email in with_password.values_list("pk", "email")
        if pk not in known and email not in taken
    )


class Migration(migrations.Migration):

    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "0004_council_sign_in"),
    ]

    operations = [migrations.RunPython(confirm, migrations.RunPython.noop)]
