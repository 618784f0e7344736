"""The Celery application and the schedule of repeated work, one table."""

import os

from celery import Celery
from celery.signals import beat_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vschool.settings")

app = Celery("vschool")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["vschool"])

app.conf.beat_schedule = {
    # what                      which task                          every (seconds)
    "heartbeat": {"task": "vschool.tasks.heartbeat", "schedule": 20.0},
    "send what waits": {"task": "notifications.tasks.sweep", "schedule": 30.0},
    "papers owed": {"task": "pep.tasks.sweep", "schedule": 60.0},
    "loads left behind": {"task": "returns.tasks.sweep", "schedule": 60.0},
}


@beat_init.connect
def _first_sign_of_life(**_: object) -> None:
    """Send the first heartbeat at once: beat itself waits for the first interval to pass."""
    app.send_task("vschool.tasks.heartbeat")
