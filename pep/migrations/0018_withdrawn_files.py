import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('files', '0001_initial'),
        ('pep', '0017_turns_of_saves'),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='attachment',
            name='withdrawn_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='attachment',
            name='withdrawn_why',
            field=models.TextField(blank=True, default=''),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='attachment',
            name='name',
            field=models.CharField(blank=True, help_text='As the sender called it', max_length=120),
        ),
        migrations.AlterField(
            model_name='attachment',
            name='file',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='files.storedfile'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(('file__isnull', False), ('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_why', '')) | models.Q(models.Q(('withdrawn_why', ''), _negated=True), ('agreed_at__isnull', False), ('file__isnull', True), ('name', ''), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), name='attachment_withdrawn_is_gone'),
        ),
    ]
