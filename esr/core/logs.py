"""What the log says: one line of JSON for each record, and nothing of anybody.

Nobody's name, address, code, number or IP address is written. Where an investigation must tell one person from another,
the log calls them by a pseudonym: an HMAC under the key of the year (LOG_KEYS), which the purge destroys together with
the year. Until then `pseudonym` with the same words gives the same name; afterwards nobody can tell whose it was.

- Addresses of pages hold keys and signed links: of a request the log has the route, as the site map writes it.
- The message of an exception may repeat what somebody typed (PostgreSQL: « Key (identifier)=(…) already exists »): the
  log has its type, its SQLSTATE and the lines of code it came through.
- What is left is looked through for e-mail and IP addresses, in case a library writes one.
"""

import hmac
import json
import logging
import re
import secrets
import traceback
from datetime import UTC, datetime
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest

from esr.core import keyring

# Of a pseudonym: 64 bits, so that no two of a nation's people share one.
_DIGITS = 16
# Without a key the names hold within this process alone.
_of_this_process = secrets.token_bytes(32)

_security = logging.getLogger("esr.security")

_MASKS = (
    (re.compile(r"[\w.+%-]+@[\w-]+\.[\w.-]+"), "[e-mail]"),
    (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"), "[address]"),
    (
        re.compile(r"(?<![\w:])(?:[0-9a-fA-F:]*::[0-9a-fA-F:]*|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4})(?![\w:])"),
        "[address]",
    ),
)
# Of what Celery tells of a task: not its arguments, its result or its error's words.
_TASK_FIELDS = ("id", "name", "runtime", "description")


class LogKey(keyring.Key):
    """The secret of one year's pseudonyms."""

    command = "log_keys"

    @cached_property
    def point(self) -> bytes:
        """What the key is named after; gives nothing of it away."""
        return hmac.digest(self.value, b"esr log key", "sha256")


def new_key(year: int) -> LogKey:
    return LogKey(year, secrets.token_bytes(32))


def pseudonym(kind: str, value: object) -> str:
    """What the log calls somebody or something this year: "account-1f0c…"; the same for the same words."""
    key = settings.LOG_KEYS.sealing(datetime.now(UTC).year)
    digest = hmac.digest(key.value if key else _of_this_process, f"{kind}\0{value}".encode(), "sha256")
    return f"{kind}-{digest.hex()[:_DIGITS]}"


def event(name: str, request: HttpRequest | None = None, **facts: str | int) -> None:
    """Note something that whoever watches over the platform should be able to look up.

    `facts` are counts, kinds, keys of exams and pseudonyms, never what somebody is called.
    """
    _security.info(name, extra={"event": name, "facts": facts, "request": request})


class Formatter(logging.Formatter):
    """A record as one line of JSON: at (UTC), level, logger, message; of a request also method, route, status, who and
    from where; of an error its type and where it happened."""

    def format(self, record: logging.LogRecord) -> str:
        request = getattr(record, "request", None)
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _masked(_message(record, request)),
        }
        line |= getattr(record, "facts", {})
        if isinstance(request, HttpRequest):
            line |= _of_request(request)
        if status := getattr(record, "status_code", None):
            line["status"] = status
        if record.exc_info and record.exc_info[1]:
            line |= _of_error(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=lambda value: type(value).__name__)


def _message(record: logging.LogRecord, request) -> str:
    if record.name.startswith("django.security.") and record.name != "django.security.csrf":
        # Django puts what was refused into the message: the logger's name says which check it was.
        return record.name.rsplit(".", 1)[-1]
    if record.name == "django.server":
        return "request"
    if record.name.startswith("gunicorn") and str(record.msg).startswith("Invalid request"):
        return "Invalid request"  # what follows repeats it
    args = record.args
    if isinstance(args, dict):
        args = {name: value if name in _TASK_FIELDS else "…" for name, value in args.items()}
    elif args:
        args = tuple(_argument(value, record, request) for value in args)
    try:
        return str(record.msg) % args if args else str(record.msg)
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


def _argument(value, record: logging.LogRecord, request):
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, str) and value.startswith("/") and (request or record.name.startswith("gunicorn")):
        return _route(request) if isinstance(request, HttpRequest) else "…"
    return value


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return f"/{match.route}" if match else "(no such page)"


def _of_request(request: HttpRequest) -> dict[str, str]:
    facts = {"method": request.method, "route": _route(request), "from": pseudonym("address", client_address(request))}
    # Not asked of the database here: an error of the database is logged as well.
    user = getattr(request, "_cached_user", None)
    if user is not None and user.is_authenticated:
        facts["who"] = pseudonym("account", user.pk)
    return facts


def client_address(request: HttpRequest) -> str:
    """Who knocks: behind a proxy the last address it added, which no client can choose; never stored nor counted on."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


def _of_error(error: BaseException) -> dict:
    """Type and place of an error and of what caused it, without their messages."""
    chain, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        state = getattr(error, "sqlstate", None)
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        chain.append(
            {
                "type": f"{type(error).__module__}.{type(error).__qualname__}" + (f" {state}" if state else ""),
                "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
            }
        )
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return {"error": chain}


def _masked(text: str) -> str:
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    return text
