"""What this web server did, counted: requests by view and status, and how long they took.

Counted per process in memory that its siblings can read (esr.serving gives them a folder), read at /mesures/. Labels
are names of views and statuses; nothing of anybody, of any school or of any exam can become one.
"""

import time

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import MiddlewareNotUsed
from django.utils import timezone
from prometheus_client import Counter, Histogram

REQUESTS = Counter("esr_requests", "Requests answered.", ["view", "status"], registry=None)
SECONDS = Histogram(
    "esr_request_seconds",
    "How long an answer took to make.",
    ["view"],
    registry=None,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10),
)
NOWHERE = "none"  # a static file, or an address that is none

MAILS_SENT, MAILS_FAILED, BEAT = "metrics-mails-sent", "metrics-mails-failed", "metrics-beat"


class Measured:
    """Counts every request, first of all middleware; none while nobody may read the figures."""

    def __init__(self, get_response):
        if not settings.METRICS_TOKEN:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request):
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        answered(match.view_name if match and match.view_name else NOWHERE, response.status_code, began)
        return response


def answered(view: str, status: int, began: float) -> None:
    """Count an answer that was begun at `began`, by `time.perf_counter`."""
    if settings.METRICS_TOKEN:
        REQUESTS.labels(view, status).inc()
        SECONDS.labels(view).observe(time.perf_counter() - began)


# What workers do is counted where web servers find it.


def count(key: str, more: int) -> None:
    """Nothing waits for a figure, nor fails for one."""
    if settings.METRICS_TOKEN and more:
        try:
            cache.add(key, 0, None)
            cache.incr(key, more)
        except Exception:  # noqa: S110
            pass


def beat_was_here() -> None:
    if settings.METRICS_TOKEN:
        cache.set(BEAT, timezone.now().timestamp(), None)
