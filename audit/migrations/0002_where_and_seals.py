"""From where each thing was done, and the seals over the record (decisions 28, 29)."""

from django.conf import settings
from django.db import migrations, models

from audit.triggers import FUNCTION_WITH_WHERE, FUNCTION_WITHOUT_WHERE

APP = '"{}"'.format(settings.DATABASES["default"]["USER"])


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddField(
            "event", "ip_address", models.GenericIPAddressField(blank=True, null=True)
        ),
        migrations.AddField(
            "event",
            "device",
            models.CharField(
                blank=True, db_default="", help_text="Phone, tablet or computer", max_length=10
            ),
        ),
        migrations.AddIndex(
            "event",
            models.Index(fields=["transaction", "id"], name="audit_event_sealing"),
        ),
        migrations.RunSQL(FUNCTION_WITH_WHERE, FUNCTION_WITHOUT_WHERE),
        migrations.CreateModel(
            name="Seal",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("form", models.SmallIntegerField()),
                ("made_at", models.DateTimeField()),
                ("era", models.IntegerField()),
                ("after_id", models.BigIntegerField()),
                ("upto_transaction", models.BigIntegerField()),
                ("upto_id", models.BigIntegerField()),
                ("highest_id", models.BigIntegerField()),
                ("count", models.IntegerField()),
                ("leaves", models.BinaryField()),
                ("previous", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunSQL(
            f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_seal FROM {APP}", migrations.RunSQL.noop
        ),
    ]
