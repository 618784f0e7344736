import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from accounts.wall import same_authority, wall
from audit.triggers import watch
from quality.freezing import DROP_FREEZING, FREEZING

OF_A_CHILD = (
    "quality_qualitycheck",
    "quality_areagrade",
    "quality_planprint",
    "quality_secondmark",
)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('children', '0004_do_not_share'),
        ('pep', '0008_grade_hidden'),
        ('schools', '0008_retention_terms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Rubric',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(default=1)),
                ('scale', models.CharField(choices=[('words', 'Good, Needs more, Not good enough'), ('colours', 'Green, Amber, Red'), ('colours_with_gold', 'Gold, Green, Amber, Red')], default='words', max_length=17)),
                ('tolerance', models.PositiveSmallIntegerField(default=1, help_text='Areas that may be one grade below the overall one')),
                ('any_worst', models.BooleanField(default=True, help_text='One area with the worst grade makes the whole worst; else more than half do')),
                ('same_text_from', models.PositiveSmallIntegerField(default=60, help_text='Characters from which equal words in two plans are pointed out', validators=[django.core.validators.MinValueValidator(40)])),
                ('started_on', models.DateField(help_text='Checks begun from this day on are made by it')),
                ('published_at', models.DateTimeField(blank=True, help_text='Once published it never changes: begin a new edition', null=True)),
                ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
            ],
        ),
        migrations.CreateModel(
            name='QualityCheck',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('version_number', models.PositiveSmallIntegerField()),
                ('mark', models.CharField(choices=[('first', 'First mark'), ('second', 'Second mark, blind')], default='first', max_length=6)),
                ('started_at', models.DateTimeField()),
                ('own_grade', models.CharField(blank=True, help_text='Another grade than the suggested one', max_length=20)),
                ('reason', models.TextField(blank=True, help_text='Why it is another')),
                ('overall', models.CharField(blank=True, help_text='Empty until all is graded', max_length=20)),
                ('settled', models.CharField(blank=True, help_text='The grade after a difference was settled', max_length=20)),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='children.child')),
                ('marker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='pep.personaleducationplan')),
                ('rubric', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='quality.rubric')),
            ],
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('key', models.SlugField(help_text='Stays the same in later editions', max_length=40)),
                ('place', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=60)),
                ('description', models.CharField(blank=True, help_text='What is good here', max_length=300)),
                ('kind', models.CharField(choices=[('voice', "The child's voice"), ('progress', 'Attainment, progress and last targets'), ('needs', 'Needs'), ('targets', 'Targets'), ('support', 'Who does what'), ('transition', 'What comes next'), ('money', 'Pupil premium plus'), ('adults', 'Adults and the meeting'), ('other', 'Something else')], default='other', help_text='Which hints and comments are offered beside it', max_length=10)),
                ('rubric', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='quality.rubric')),
            ],
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('number', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('percent', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('drawn_from', models.PositiveIntegerField(help_text='Plans of the term that had been graded')),
                ('seed', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.term')),
            ],
        ),
        migrations.CreateModel(
            name='SecondMark',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True, help_text='How the difference was settled')),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='children.child')),
                ('first', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_mark', to='quality.qualitycheck')),
                ('marker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='second_marks', to='pep.personaleducationplan')),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='marks', to='quality.sample')),
                ('second', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='blind_mark', to='quality.qualitycheck')),
                ('settled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='BankComment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('voice', "The child's voice"), ('progress', 'Attainment, progress and last targets'), ('needs', 'Needs'), ('targets', 'Targets'), ('support', 'Who does what'), ('transition', 'What comes next'), ('money', 'Pupil premium plus'), ('adults', 'Adults and the meeting'), ('other', 'Something else')], help_text='Beside which areas', max_length=10)),
                ('words', models.CharField(max_length=300)),
                ('is_offered', models.BooleanField(default=True)),
                ('authority', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('authority', 'kind', 'words'), name='bankcomment_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='PlanPrint',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('hashes', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
                ('made_at', models.DateTimeField()),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='children.child')),
                ('plan', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='prints', to='pep.personaleducationplan')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.term')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['hashes'], name='planprint_hashes')],
                'constraints': [models.UniqueConstraint(fields=('authority', 'id'), name='planprint_authority_id')],
            },
        ),
        migrations.CreateModel(
            name='AreaGrade',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('area', models.SlugField(max_length=40)),
                ('grade', models.CharField(blank=True, max_length=20)),
                ('comment', models.TextField(blank=True)),
                ('written_at', models.DateTimeField()),
                ('authority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='schools.authority')),
                ('child', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='children.child')),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('check_of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='areas', to='quality.qualitycheck')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('authority', 'id'), name='areagrade_authority_id'), models.UniqueConstraint(fields=('check_of', 'area'), name='areagrade_once')],
            },
        ),
        migrations.AddConstraint(
            model_name='rubric',
            constraint=models.UniqueConstraint(fields=('authority', 'number'), name='rubric_number_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='qualitycheck',
            constraint=models.UniqueConstraint(fields=('authority', 'id'), name='qualitycheck_authority_id'),
        ),
        migrations.AddConstraint(
            model_name='qualitycheck',
            constraint=models.UniqueConstraint(fields=('plan', 'mark', 'started_at'), name='qualitycheck_once_a_round'),
        ),
        migrations.AddConstraint(
            model_name='area',
            constraint=models.UniqueConstraint(fields=('rubric', 'key'), name='area_key_once'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.UniqueConstraint(fields=('authority', 'id'), name='sample_authority_id'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', True), ('percent__isnull', False)), models.Q(('number__isnull', False), ('percent__isnull', True)), _connector='OR'), name='sample_number_or_percent'),
        ),
        migrations.AddConstraint(
            model_name='secondmark',
            constraint=models.UniqueConstraint(fields=('authority', 'id'), name='secondmark_authority_id'),
        ),
        migrations.AddConstraint(
            model_name='secondmark',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('note', ''), ('settled_at__isnull', True), ('settled_by__isnull', True)), models.Q(('done_at__isnull', False), ('settled_at__isnull', False), ('settled_by__isnull', False), models.Q(('note', ''), _negated=True)), _connector='OR'), name='secondmark_settled_with_note'),
        ),
        *wall(*OF_A_CHILD, "quality_sample"),
        same_authority(*OF_A_CHILD, parent="children_child", column="child_id"),
        same_authority(
            "quality_qualitycheck",
            "quality_planprint",
            "quality_secondmark",
            parent="pep_personaleducationplan",
            column="plan_id",
        ),
        same_authority("quality_areagrade", parent="quality_qualitycheck", column="check_of_id"),
        same_authority("quality_secondmark", parent="quality_sample", column="sample_id"),
        same_authority("quality_secondmark", parent="quality_qualitycheck", column="first_id"),
        same_authority("quality_secondmark", parent="quality_qualitycheck", column="second_id"),
        *watch(
            "quality_rubric",
            "quality_area",
            "quality_bankcomment",
            "quality_qualitycheck",
            "quality_areagrade",
            "quality_sample",
            "quality_secondmark",
        ),
        *watch("quality_planprint", hidden=("hashes",)),
        migrations.RunSQL(FREEZING, DROP_FREEZING),
    ]
