"""The record keeps no longer what stood in a load, so that deleting one leaves none of it."""

from django.db import migrations

from audit.triggers import watch

HIDDEN = {
    "files_load": ("file_names", "faults", "warnings", "left_out", "left_out_reason"),
    "files_loadfile": ("name",),
}
FORMER = watch(*HIDDEN)[0]


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.RunSQL(FORMER.reverse_sql, FORMER.sql),
        *(
            operation
            for table, columns in HIDDEN.items()
            for operation in watch(table, hidden=columns)
        ),
    ]
