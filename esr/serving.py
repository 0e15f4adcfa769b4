"""gunicorn's settings: `gunicorn --config python:esr.serving`. Its own log goes through the platform's formatter,
for it names addresses of clients and of pages; there is no access log."""

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
