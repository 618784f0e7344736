"""The project: settings, addresses, the queue. No domain code, no models."""

from vschool.celery import app as celery_app

__all__ = ["celery_app"]
