"""The site for a WSGI server."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vschool.settings")

application = get_wsgi_application()

# Read the code of every page now: once, before gunicorn forks, and not at the first visit.
import_module(settings.ROOT_URLCONF)

# What stays as long as the process is not looked through for rubbish at every full look, which held
# up a page in twenty by a tenth of a second; and processes that gunicorn forks share it.
gc.collect()
gc.freeze()
