from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pep', '0016_asked_for_more'),
    ]

    operations = [
        migrations.AddField(
            model_name='plansection',
            name='turns',
            field=models.JSONField(blank=True, default=dict, help_text='{person:page: [turn, when]}: the last save of each page open of late'),
        ),
        migrations.AddField(
            model_name='writingstep',
            name='is_late',
            field=models.BooleanField(default=False, help_text='It came after later words of its page, and never stood in the plan'),
        ),
        migrations.AddField(
            model_name='kepttext',
            name='order',
            field=models.JSONField(blank=True, default=list, help_text='The parts as they stood in the page: objects keep none'),
        ),
        migrations.AlterField(
            model_name='kepttext',
            name='values',
            field=models.JSONField(help_text='{part: value} as sent'),
        ),
        migrations.AlterField(
            model_name='kepttext',
            name='earlier',
            field=models.JSONField(blank=True, default=list, help_text='[{part: value}, ...] of other windows, oldest first'),
        ),
    ]
