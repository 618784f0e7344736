"""The record, and the rights of the application's database role.

The first migration of all: what later migrations make is granted to the application by default
privileges, except what they take back.
"""

import django.contrib.postgres.indexes
from django.conf import settings
from django.db import migrations, models

from audit.triggers import DROP_FUNCTION, FUNCTION

APP = '"{}"'.format(settings.DATABASES["default"]["USER"])

GRANT = [
    "GRANT USAGE ON SCHEMA public TO vs_reach",
    "GRANT CREATE ON SCHEMA public TO vs_reach",  # to own its functions, children/migrations
    f"GRANT USAGE ON SCHEMA public TO {APP}",
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP}",
    f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public "
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {APP}",
    f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {APP}",
    f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {APP}",
]

WALL = [
    "ALTER TABLE audit_event ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE audit_event FORCE ROW LEVEL SECURITY",
    "CREATE POLICY audit_append ON audit_event FOR INSERT WITH CHECK (true)",
    """
    CREATE POLICY audit_read ON audit_event FOR SELECT USING (
        authority_id IS NULL OR authority_id = ANY (
            string_to_array(nullif(current_setting('app.authorities', true), ''), ',')::int[])
    )
    """,
    f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM {APP}",
]


class Migration(migrations.Migration):
    initial = True

    dependencies = []
    run_before = [
        ("contenttypes", "0001_initial"),
        ("sessions", "0001_initial"),
        ("pghistory", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(GRANT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=60)),
                ("table", models.CharField(blank=True, max_length=63)),
                ("row", models.CharField(blank=True, max_length=120)),
                ("child_id", models.UUIDField(null=True)),
                ("authority_id", models.IntegerField(null=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                ("actor_id", models.UUIDField(null=True)),
                ("seat", models.CharField(blank=True, max_length=80)),
                ("acting_for_id", models.UUIDField(null=True)),
                ("reason", models.TextField(blank=True)),
                ("request_id", models.CharField(blank=True, max_length=36)),
                ("transaction", models.BigIntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["child_id", "at"], name="audit_event_child"),
                    models.Index(fields=["actor_id", "at"], name="audit_event_actor"),
                    models.Index(
                        fields=["authority_id", "kind", "at"], name="audit_event_authority"
                    ),
                    django.contrib.postgres.indexes.BrinIndex(fields=["at"], name="audit_event_at"),
                ],
            },
        ),
        migrations.RunSQL(WALL, migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
    ]
