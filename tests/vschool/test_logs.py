"""Words of people reach no log, whatever goes wrong with them."""

import logging
import logging.config
from io import StringIO

import pytest
from celery import shared_task
from celery.signals import setup_logging
from django.conf import settings
from django.db import DatabaseError, connection

from vschool.logs import WithoutWords

WORDS = "Amara likes Zanzibar"


@pytest.fixture
def log():
    """What the service's own handler writes, settled as in production."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logging.config.dictConfig(settings.LOGGING)
    root.handlers[0].setStream(written := StringIO())
    yield written
    root.handlers[:] = before
    root.setLevel(level)


def spoil():
    """Make PostgreSQL refuse a person's words and quote them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::date", [WORDS])


def test_an_error_of_the_database_is_logged_without_the_words_it_quotes(log, db):
    with pytest.raises(DatabaseError, match=WORDS) as caught:
        spoil()
    logging.getLogger("django.request").error("Internal Server Error", exc_info=caught._excinfo)

    assert "DataError" in log.getvalue()
    assert "in spoil" in log.getvalue()
    assert WORDS not in log.getvalue()


def test_what_another_handler_wrote_of_an_exception_is_not_taken_over(log):
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "Failed", (), None)
    record.exc_text = f"ValueError: {WORDS}"

    logging.getLogger().handle(record)

    assert "Failed" in log.getvalue()
    assert WORDS not in log.getvalue()


def test_a_failed_task_is_logged_without_the_words(log, db):
    @shared_task
    def fails():
        raise ValueError(WORDS)

    fails.apply()

    assert "fails" in log.getvalue()
    assert "ValueError" in log.getvalue()
    assert WORDS not in log.getvalue()


def test_the_worker_writes_the_same_log(log):
    setup_logging.send(sender=None, loglevel=logging.INFO)

    (handler,) = logging.getLogger().handlers
    assert isinstance(handler.formatter, WithoutWords)
    assert logging.getLogger().level == logging.INFO


def test_a_value_under_a_personal_name_is_left_out(log):
    logging.getLogger("children").error(
        "Not matched: %(family_name)s, %(postcode)s, %(count)s",
        {
            "family_name": WORDS,
            "postcode": "ZZ1 1ZZ",
            "count": 3,
        },
    )

    assert "Not matched: (left out), (left out), 3" in log.getvalue()
