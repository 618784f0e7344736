"""The site for a WSGI server."""

import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vschool.settings")

application = get_wsgi_application()

# Read the code of every page now: once, before gunicorn forks, and not at the first visit.
import_module(settings.ROOT_URLCONF)
