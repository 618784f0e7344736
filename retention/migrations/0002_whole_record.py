"""A child's whole record may go: its tombstone, and the one function that lets it go (0015)."""

from django.db import migrations, models

from retention.forgetting import APPLY, TAKE_BACK


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_taken_out'),
        ('children', '0004_do_not_share'),
        ('pep', '0001_initial'),
        ('placements', '0001_initial'),
        ('retention', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='tombstone',
            name='events',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='tombstone',
            name='remains',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='proposed',
            name='kind',
            field=models.CharField(choices=[('refused_load', 'Refused load'), ('child_record', 'Child’s record')], max_length=12),
        ),
        migrations.AlterField(
            model_name='tombstone',
            name='kind',
            field=models.CharField(choices=[('refused_load', 'Refused load'), ('child_record', 'Child’s record')], max_length=12),
        ),
        migrations.RunSQL(APPLY, TAKE_BACK),
    ]
