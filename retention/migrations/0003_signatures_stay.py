"""A signature goes with the whole record of its child, as an agreed plan does, and never alone."""

from django.db import migrations

from retention.forgetting import SIGNATURES_GO, SIGNATURES_STAY


class Migration(migrations.Migration):
    dependencies = [
        ("pep", "0018_withdrawn_files"),
        ("retention", "0002_whole_record"),
    ]

    operations = [migrations.RunSQL(SIGNATURES_STAY, SIGNATURES_GO)]
