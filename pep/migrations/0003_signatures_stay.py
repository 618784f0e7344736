from django.db import migrations

from pep.freezing import DROP_SIGNATURES, SIGNATURES


class Migration(migrations.Migration):
    dependencies = [("pep", "0002_index_writing_steps")]

    operations = [migrations.RunSQL(SIGNATURES, DROP_SIGNATURES)]
