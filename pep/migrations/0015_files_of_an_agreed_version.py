from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("pep", "0014_rows_written")]

    operations = [
        migrations.AddField(
            "attachment",
            "agreed_at",
            models.DateTimeField(
                blank=True,
                help_text="When a version that lists it was first agreed: it stays",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            "attachment",
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(removed_at__isnull=True),
                name="attachment_agreed_stays",
            ),
        ),
    ]
