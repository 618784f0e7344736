import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from accounts.wall import same_authority, wall
from audit.triggers import watch

TABLE = "children_donotshare"


class Migration(migrations.Migration):
    dependencies = [
        ("children", "0003_colleague_by_school_and_sections"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DoNotShare",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("started_on", models.DateField()),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("words", models.TextField()),
                ("why", models.CharField(help_text="Why it must not be passed on", max_length=200)),
                ("authority", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="schools.authority")),
                ("child", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="%(class)ss", to="children.child")),
                ("given_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
            ],
            options={
                "verbose_name": "do-not-share note",
                "indexes": [models.Index(fields=["child", "ended_on"], name="donotshare_of_child")],
                "constraints": [
                    models.UniqueConstraint(fields=("authority", "id"), name="donotshare_authority_id"),
                    models.CheckConstraint(condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="donotshare_range"),
                    models.CheckConstraint(condition=~Q(words=""), name="donotshare_has_words"),
                ],
            },
        ),
        *wall(TABLE),
        *watch(TABLE, hidden=("words", "why")),
        same_authority(TABLE, parent="children_child", column="child_id"),
    ]
