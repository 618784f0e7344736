"""Who reads a question: those an authority made before get the strictest rule their part may have.

The shipped ones keep the rules of `pep.rights`. The trigger that keeps published forms as they are
is off for that one statement.
"""

from django.db import migrations, models

from pep.rules.readers import READERS_LABELS, Readers

_FIELD = {
    "verbose_name": "Who reads it",
    "max_length": 7,
    "choices": READERS_LABELS.items(),
    "help_text": "Of those who read the part. A shipped question has a rule of its own besides",
}
OWN = [
    "ALTER TABLE pep_question DISABLE TRIGGER form_is_frozen",
    """
    UPDATE pep_question AS q
    SET readers = CASE s.owner WHEN 'school' THEN 'staff' WHEN 'carer' THEN 'home'
                  WHEN 'child' THEN 'home' ELSE 'few' END
    FROM pep_section AS s
    JOIN pep_formversion AS v ON v.id = s.version_id
    JOIN pep_form AS f ON f.id = v.form_id
    WHERE s.id = q.section_id AND f.authority_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM pep_question AS shipped
        JOIN pep_section AS of ON of.id = shipped.section_id
        JOIN pep_formversion AS edition ON edition.id = of.version_id
        JOIN pep_form AS product ON product.id = edition.form_id
        WHERE product.authority_id IS NULL AND of.slug = s.slug AND shipped.key = q.key
    )
    """,
    "ALTER TABLE pep_question ENABLE TRIGGER form_is_frozen",
]


class Migration(migrations.Migration):
    dependencies = [("pep", "0012_files_of_sections")]

    operations = [
        migrations.AddField(
            "question", "readers", models.CharField(**_FIELD, default=Readers.SECTION)
        ),
        migrations.AlterField(
            "question", "readers", models.CharField(**_FIELD, default=Readers.FEW)
        ),
        migrations.RunSQL(OWN, migrations.RunSQL.noop),
    ]
