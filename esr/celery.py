import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from esr.core import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "esr.settings")

TRANSPORT_ALIASES["filesystem"] = "esr.core.broker:Transport"
app = Celery("esr")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_configure.connect
def make_broker_folder(**_):
    broker.make_folder()
