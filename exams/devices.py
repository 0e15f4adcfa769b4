"""What devices ask most, answered before Django's own handler.

A room of thirty saves 1,200 answers and asks 5,000 times for its exam's signal: all that a page needs, sessions and
forms and accounts, costs more than the save. Each call is what the views of `exams.views.delivery` answer too; whatever
is not exactly one of them goes on to the application behind.
"""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus

from django.conf import settings
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from esr.core import metrics
from esr.core.breakdown import breakdown
from esr.core.middleware import SecurityHeaders
from exams import queries
from exams.views import delivery

logger = logging.getLogger(__name__)

_KEY = "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_CALL = re.compile(f"/examen/passation/{_KEY}/(reprendre|reponses|terminer)/", re.ASCII)
_CALLS = {"reprendre": "sitting_resume", "reponses": "sitting_save", "terminer": "sitting_finish"}
_SIGNAL = re.compile(r"/examen/signal/(\d{1,18})/", re.ASCII)
SIGNAL_KNOWN = 1  # seconds that an exam's signal is not asked of the database again
SIGNAL_KEPT = f"max-age={delivery.SIGNAL_AGE}, public"
KEPT_SIGNALS = 10_000

_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"


class Devices:
    """A WSGI application before another one."""

    def __init__(self, application: Callable):
        self.application = application
        self._headers = _headers()
        self._signals: dict[int, tuple[float, int]] = {}  # exam → until when it is known, and what it is

    def __call__(self, environ: dict, start_response: Callable) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/examen/") and _comes_by_the_front_door(environ):
            if environ["REQUEST_METHOD"] == "POST" and (found := _CALL.fullmatch(path)):
                return self._call(environ, start_response, *found.groups())
            if environ["REQUEST_METHOD"] == "GET" and (found := _SIGNAL.fullmatch(path)):
                return self._signal(start_response, int(found.group(1)))
        return self.application(environ, start_response)

    def _call(self, environ: dict, start_response: Callable, key: str, word: str) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        body = environ["wsgi.input"].read(int(length)) if delivery.is_short(length) else b""
        authorization = environ.get("HTTP_AUTHORIZATION", "")
        name = _CALLS[word]
        call = delivery.CALLS[name]
        answer = self._guarded(name, lambda: delivery.answer(call, uuid.UUID(key), authorization, body))
        return self._answered(start_response, *answer, "private, no-store")

    def _signal(self, start_response: Callable, exam: int) -> Iterable[bytes]:
        now = time.monotonic()
        until, signal = self._signals.get(exam, (0, 0))
        if now < until:
            metrics.answered("exam_signal", 200, time.perf_counter())
            return self._answered(start_response, 200, {"signal": signal}, SIGNAL_KEPT)
        status, data = self._guarded("exam_signal", lambda: (200, {"signal": queries.signal(exam)}))
        if status == 200:
            if len(self._signals) > KEPT_SIGNALS:
                self._signals.clear()
            self._signals[exam] = (now + SIGNAL_KNOWN, data["signal"])
        return self._answered(start_response, status, data, SIGNAL_KEPT if status == 200 else "private, no-store")

    def _guarded(self, name: str, ask: Callable[[], delivery.Answer]) -> delivery.Answer:
        """What `ask` answers; whatever breaks makes the device try again."""
        began = time.perf_counter()
        try:
            status, data = ask()
        except Exception as error:
            logger.exception("A device was not answered: %s", name)
            status, data = 503 if breakdown(error) else 500, {"error": "failed"}
        close_old_connections()
        metrics.answered(name, status, began)
        return status, data

    def _answered(self, start_response: Callable, status: int, data: dict, kept: str) -> Iterable[bytes]:
        body = json.dumps(data).encode()
        # The length lets the connection be used again.
        start_response(_STATUS[status], [*self._headers, ("Cache-Control", kept), ("Content-Length", str(len(body)))])
        return [body]


def _comes_by_the_front_door(environ: dict) -> bool:
    """Not what the middleware behind leads elsewhere: the administration's own host, and plain HTTP where there is
    HTTPS."""
    if settings.ADMIN_HOST and environ.get("HTTP_HOST", "").partition(":")[0] == settings.ADMIN_HOST:
        return False
    return not settings.HTTPS or environ.get("HTTP_X_FORWARDED_PROTO") == "https"


def _headers() -> list[tuple[str, str]]:
    """What the middleware says to browsers with every answer, and that this one is no page."""
    request = HttpRequest()
    request.META = {"HTTP_X_FORWARDED_PROTO": "https"}
    said = SecurityHeaders(SecurityMiddleware(lambda request: HttpResponse(content_type="application/json")))(request)
    said.headers["Content-Security-Policy"] = _NO_PAGE
    del said.headers["Cache-Control"]
    return list(said.headers.items())
