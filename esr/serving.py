"""gunicorn's settings: `gunicorn --config python:esr.serving`. Its own log goes through the platform's formatter,
for it names addresses of clients and of pages; there is no access log."""

import os
import shutil
import tempfile

wsgi_app = "esr.wsgi:application"
accesslog = None
limit_request_line = 4094
limit_request_fields = 50
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "esr.core.logs.Formatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}


def on_starting(server):
    """Where the processes of this server count what they do (esr.core.metrics): another folder each time it starts."""
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="esr-figures-")


def on_exit(server):
    shutil.rmtree(os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)
