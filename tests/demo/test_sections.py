from dataclasses import fields

from demo.sections import AnswerRow
from pep.models import Answer


def test_a_plain_row_of_an_answer_has_every_column_of_the_table():
    columns = {field.attname for field in Answer._meta.local_concrete_fields}

    assert {field.name for field in fields(AnswerRow)} == columns
