"""The four requests by which a device begins, resumes, saves and finishes a sitting; and the one by which it learns
that the supervisor has done something.

JSON in, JSON out, POST only but for the signal. Beginning goes by the candidate's cookie; everything after it by the
token that the device made itself, so that no session and no CSRF expiry can stop an exam. The database is the only
thing on the way, and nothing is acknowledged before it is committed.

Refusals: 400 not from our page · 401 unknown token · 409 another device, or answers missing · 410 closed or over ·
425 not begun. Everything else makes the device try again.
"""

import json
import logging
import re
import uuid
from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from establishments.perms import public
from exams import actions, protocol
from exams.auth import candidate_only, token_matches
from exams.models import Sitting
from exams.queries import epoch_ms, receipt, seal_of, signal, standing

logger = logging.getLogger(__name__)

MAX_BODY = 32 * 1024
SIGNAL_AGE = 2  # seconds that an exam's signal may be kept, by whoever stands between
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes, base64url

Answer = tuple[int, dict]  # status, JSON


def answer(call: Callable, key: uuid.UUID, authorization: str, body: bytes) -> Answer:
    """What the device that holds the sitting's token is answered by `call`, one of CALLS. Cookies are not looked at."""
    scheme, _, token = authorization.partition(" ")
    if scheme != "Bearer":
        return _refusal(401, "token")
    try:
        sitting = standing(key)
    except Sitting.DoesNotExist:
        return _refusal(401, "token")
    now = timezone.now()
    if not sitting.exam.is_open_at(now):
        return _refusal(401, "token")
    if not token_matches(sitting, token):
        return _refusal(409, "elsewhere") if sitting.epoch > 1 else _refusal(401, "token")
    return _by_the_rules(call, sitting, body, now)


def _by_the_rules(call: Callable, sitting: Sitting, body: bytes, now: datetime) -> Answer:
    """The rules' refusals, in words that a device understands."""
    try:
        return 200, call(sitting, body, now)
    except protocol.Malformed as error:
        logger.warning("Refused a request of the player: %s", error)
        return _refusal(400, "malformed")
    except (protocol.Closed, Sitting.DoesNotExist):  # or deleted while it was being asked for
        return _refusal(410, "closed")
    except protocol.OldEpoch:
        return _refusal(409, "epoch")
    except protocol.Missing as error:
        return _refusal(409, "missing", missing=error.questions)
    except actions.TooEarly:
        return _refusal(425, "early", startsAt=epoch_ms(sitting.exam.starts_at))
    except actions.Over:
        return _refusal(410, "over")
    except protocol.Elsewhere:
        return _refusal(409, "elsewhere")


def _refusal(status: int, error: str, **more) -> Answer:
    return status, {"error": error, **more}


def _object(body: bytes) -> dict:
    """The JSON object posted. Raises protocol.Malformed."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise protocol.Malformed("body: expected JSON") from error
    if not isinstance(value, dict):
        raise protocol.Malformed("body: expected an object")
    return value


def _epoch(body: dict) -> int:
    epoch = body.get("epoch")
    if type(epoch) is not int or not 1 <= epoch <= 10_000:
        raise protocol.Malformed("epoch: expected a whole number")
    return epoch


def _start(sitting: Sitting, body: bytes, now: datetime) -> dict:
    token = _object(body).get("token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise protocol.Malformed("token: expected 32 bytes in base64url")
    return _standing(actions.start_sitting(sitting=sitting, token=token, now=now), now)


def _standing(sitting: Sitting, now: datetime) -> dict:
    """Where the sitting stands, for a device that begins or comes back."""
    return {
        "epoch": sitting.epoch,
        "answerMs": sitting.answer_ms,
        "pausedAt": sitting.paused_at and epoch_ms(sitting.paused_at),
        "pausedMs": sitting.paused_ms,
        "signal": sitting.exam.signal,
        "now": epoch_ms(now),
        "state": sitting.state,
        "seal": seal_of(sitting),
        "responses": {q: {"choices": r["c"], "seq": r["s"], "final": r["f"]} for q, r in sitting.responses.items()},
    }


def _resume(sitting: Sitting, body: bytes, now: datetime) -> dict:
    return _standing(sitting, now)


def _save(sitting: Sitting, body: bytes, now: datetime) -> dict:
    asked = _object(body)
    items = protocol.parse_items(asked.get("items"), sitting.total)
    sitting, ack = actions.save_answers(sitting=sitting, epoch=_epoch(asked), items=items, now=now)
    return {"ack": ack, "state": sitting.state, "signal": sitting.exam.signal, "now": epoch_ms(now)}


def _finish(sitting: Sitting, body: bytes, now: datetime) -> dict:
    asked = _object(body)
    held = protocol.parse_held(asked.get("held"), sitting.total)
    sitting = actions.finish_sitting(sitting=sitting, epoch=_epoch(asked), held=held, now=now)
    return {"state": sitting.state, "receipt": receipt(sitting), "now": epoch_ms(now)}


CALLS = {"sitting_resume": _resume, "sitting_save": _save, "sitting_finish": _finish}
"""What the holder of a token asks, by the names of their addresses."""


def _body(request) -> bytes:
    """What was posted; nothing of what is longer than anything from our page."""
    length = request.headers.get("Content-Length") or "0"
    return request.body if is_short(length) else b""


def is_short(length: str) -> bool:
    """Whether a body of this Content-Length may be read."""
    return length.isdecimal() and len(length) <= 9 and int(length) <= MAX_BODY


@candidate_only
@require_POST
def sitting_start(request):
    status, data = _by_the_rules(_start, request.sitting, _body(request), timezone.now())
    return JsonResponse(data, status=status)


def _bearer_only(name: str) -> Callable:
    @csrf_exempt
    @login_not_required
    @require_POST
    def view(request, key):
        authorization = request.headers.get("Authorization", "")
        status, data = answer(CALLS[name], key, authorization, _body(request))
        return JsonResponse(data, status=status)

    view.access = "bearer"
    return view


sitting_resume, sitting_save, sitting_finish = map(_bearer_only, CALLS)


@public
@require_GET
@cache_control(public=True, max_age=SIGNAL_AGE)
def exam_signal(request, pk: int):
    """A number that grows when the supervisor changes something for an exam's open pages, which ask for it every
    seven seconds and then for their own standing. It says nothing about anybody, so a cache before the platform may
    answer a whole room; an exam that is not there has the number of a new one."""
    return JsonResponse({"signal": signal(pk)})
