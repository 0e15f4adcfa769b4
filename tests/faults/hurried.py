"""The platform's Celery with its minutes made seconds, so that a test sees what comes back within them."""

import os
from datetime import timedelta

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "esr.settings")
django.setup()
for name in ("revive-stale-jobs", "send-mails"):
    settings.CELERY_BEAT_SCHEDULE[name]["schedule"] = 3

from esr.celery import app  # noqa: E402, F401
from esr.core import jobs, outbox  # noqa: E402

jobs.STALE_AFTER = timedelta(seconds=30)
jobs.MAX_ATTEMPTS = 100  # a slow machine is silent for as long
outbox.PEACE = timedelta(seconds=2)
