import pytest
from django.db import connection, transaction

from accounts import wall


@pytest.fixture
def statements():
    sent = []

    def note(execute, sql, params, many, context):
        sent.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield sent


@pytest.mark.django_db(transaction=True)
def test_a_request_pays_one_query_for_the_wall(statements):
    with wall.opened([901]):
        pass

    assert len(statements) == 1  # the values die with the transaction
    with transaction.atomic():
        assert wall.authorities_open() == []


@pytest.mark.django_db(transaction=True)
def test_a_wall_inside_a_transaction_is_put_back(statements):
    with transaction.atomic():
        with wall.opened([901]):
            pass
        assert len([sql for sql in statements if "set_config" in sql]) == 2
        assert wall.authorities_open() == []


@pytest.mark.django_db(transaction=True)
def test_a_wall_inside_a_wall_is_put_back():
    with wall.opened([901]):
        with wall.opened([902]):
            assert wall.authorities_open() == [902]
        assert wall.authorities_open() == [901]
