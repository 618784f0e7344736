from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('schools', '0013_how_long_papers_are_kept'),
    ]

    operations = [
        migrations.AddField(
            model_name='policy',
            name='minimum_targets_early_years',
            field=models.PositiveSmallIntegerField(default=2),
        ),
        migrations.AlterField(
            model_name='policy',
            name='minimum_targets',
            field=models.PositiveSmallIntegerField(default=3, help_text='Of a PEP; an interim one needs one, about getting back into school'),
        ),
    ]
