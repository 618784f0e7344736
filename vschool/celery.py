"""The Celery application and the schedule of repeated work, one table."""

import logging
import os
from logging.config import dictConfig

from celery import Celery
from celery.beat import BeatLazyFunc
from celery.schedules import crontab
from celery.signals import beat_init, setup_logging
from django.conf import settings
from django.utils import timezone

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vschool.settings")

app = Celery("vschool")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["vschool"])


def _now() -> str:
    return timezone.now().isoformat()


app.conf.beat_schedule = {
    # what                      which task                          every (seconds)
    "heartbeat": {
        "task": "vschool.tasks.heartbeat",
        "schedule": 20.0,
        "kwargs": {"sent_at": BeatLazyFunc(_now)},
    },
    "send what waits": {"task": "notifications.tasks.sweep", "schedule": 30.0},
    "words held a day": {"task": "words.tasks.sweep", "schedule": 600.0},
    "account mail owed": {"task": "accounts.tasks.sweep", "schedule": 60.0},
    "who joined the team": {"task": "people.tasks.tell_of_newcomers", "schedule": 600.0},
    "sign-in links owed": {"task": "families.tasks.sweep", "schedule": 60.0},
    # After schools that became another took their rolls along: that is no change of school
    "plans that start": {"task": "pep.tasks.start_all", "schedule": crontab(hour=4, minute=0)},
    "what to find out": {
        "task": "pep.tasks.tell_all_what_to_find_out",
        "schedule": crontab(hour=7, minute=0),
    },
    "papers owed": {"task": "pep.tasks.sweep", "schedule": 60.0},
    "papers asked for": {"task": "papers.tasks.sweep", "schedule": 60.0},
    "sections fitted to facts": {"task": "pep.tasks.fit", "schedule": crontab(hour=2, minute=20)},
    "whole records owed": {"task": "disclosure.tasks.sweep", "schedule": 60.0},
    "loads left behind": {"task": "returns.tasks.sweep", "schedule": 60.0},
    "rolls of schools that became another": {
        "task": "returns.tasks.carry_all_rolls",
        "schedule": crontab(hour=3, minute=40),
    },
    "seal the record": {"task": "oversight.tasks.seal", "schedule": 60.0},
    "unusual reading": {"task": "oversight.tasks.unusual", "schedule": crontab(hour=4, minute=10)},
    "files of what was deleted": {"task": "retention.tasks.sweep", "schedule": 600.0},
    "what may be deleted": {  # on the first of a month, or the first day after it that beat runs
        "task": "retention.tasks.propose",
        "schedule": crontab(hour=5, minute=20),
    },
    "anchor the record": {"task": "oversight.tasks.anchor", "schedule": 3600.0},
}


@setup_logging.connect
def _same_log_as_the_site(*, loglevel: int, **_: object) -> None:
    """Celery's own log would print an exception's words, which may be a person's."""
    dictConfig(settings.LOGGING)
    logging.getLogger().setLevel(loglevel)


@beat_init.connect
def _first_sign_of_life(**_: object) -> None:
    """Send the first heartbeat at once: beat itself waits for the first interval to pass."""
    app.send_task("vschool.tasks.heartbeat", kwargs={"sent_at": _now()})
