import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "esr.settings")

app = Celery("esr")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_configure.connect
def make_broker_folder(**_):
    """The filesystem transport reports an unreachable broker when its folder is missing."""
    if not settings.REDIS_URL:
        (settings.BROKER_FOLDER / "control").mkdir(parents=True, exist_ok=True)
