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
from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from establishments.perms import public
from exams import actions, protocol
from exams.auth import candidate_only, token_matches
from exams.middleware import no_page
from exams.models import Sitting
from exams.queries import epoch_ms, receipt, seal_of, signal, standing

logger = logging.getLogger(__name__)

MAX_BODY = 32 * 1024
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes, base64url


def _refusal(status: int, error: str, **more) -> JsonResponse:
    return JsonResponse({"error": error, **more}, status=status)


def _body(request) -> dict:
    """The JSON object posted. Raises protocol.Malformed."""
    length = request.headers.get("Content-Length") or "0"
    if not length.isdecimal() or len(length) > 9 or int(length) > MAX_BODY:
        raise protocol.Malformed("body: too long")
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError) as error:
        raise protocol.Malformed("body: expected JSON") from error
    if not isinstance(body, dict):
        raise protocol.Malformed("body: expected an object")
    return body


def _epoch(body: dict) -> int:
    epoch = body.get("epoch")
    if type(epoch) is not int or not 1 <= epoch <= 10_000:
        raise protocol.Malformed("epoch: expected a whole number")
    return epoch


def _answers(view: Callable) -> Callable:
    """Turn the rules' refusals into answers a device understands."""

    @require_POST
    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except protocol.Malformed as error:
            logger.warning("Refused a request of the player: %s", error)
            return _refusal(400, "malformed")
        except (protocol.Closed, Sitting.DoesNotExist):  # or deleted while it was being asked for
            return _refusal(410, "closed")
        except protocol.OldEpoch:
            return _refusal(409, "epoch")
        except protocol.Missing as error:
            return _refusal(409, "missing", missing=error.questions)

    return answered


def bearer_only(view: Callable) -> Callable:
    """The device that holds the sitting's token: `request.sitting`, as `queries.standing` reads it. Cookies are not
    looked at."""

    @no_page
    @csrf_exempt
    @login_not_required
    @wraps(view)
    def guarded(request, key, *args, **kwargs):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            return _refusal(401, "token")
        try:
            sitting = standing(key)
        except Sitting.DoesNotExist:
            return _refusal(401, "token")
        if not sitting.exam.is_open_at(timezone.now()):
            return _refusal(401, "token")
        if not token_matches(sitting, token):
            return _refusal(409 if sitting.epoch > 1 else 401, "elsewhere" if sitting.epoch > 1 else "token")
        request.sitting = sitting
        return view(request, *args, **kwargs)

    guarded.access = "bearer"
    return guarded


@candidate_only
@_answers
def sitting_start(request):
    token = _body(request).get("token")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise protocol.Malformed("token: expected 32 bytes in base64url")
    now = timezone.now()
    try:
        sitting = actions.start_sitting(sitting=request.sitting, token=token, now=now)
    except actions.TooEarly:
        return _refusal(425, "early", startsAt=epoch_ms(request.sitting.exam.starts_at))
    except actions.Over:
        return _refusal(410, "over")
    except protocol.Elsewhere:
        return _refusal(409, "elsewhere")
    return JsonResponse(_standing(sitting, now))


@bearer_only
@_answers
def sitting_resume(request):
    return JsonResponse(_standing(request.sitting, timezone.now()))


@bearer_only
@_answers
def sitting_save(request):
    body = _body(request)
    now = timezone.now()
    items = protocol.parse_items(body.get("items"), request.sitting.total)
    sitting, ack = actions.save_answers(sitting=request.sitting, epoch=_epoch(body), items=items, now=now)
    return JsonResponse({"ack": ack, "state": sitting.state, "signal": sitting.exam.signal, "now": epoch_ms(now)})


@bearer_only
@_answers
def sitting_finish(request):
    body = _body(request)
    now = timezone.now()
    held = protocol.parse_held(body.get("held"), request.sitting.total)
    sitting = actions.finish_sitting(sitting=request.sitting, epoch=_epoch(body), held=held, now=now)
    return JsonResponse({"state": sitting.state, "receipt": receipt(sitting), "now": epoch_ms(now)})


@no_page
@public
@require_GET
@cache_control(public=True, max_age=2)
def exam_signal(request, pk: int):
    """A number that grows when the supervisor changes something for an exam's open pages, which ask for it every
    seven seconds and then for their own standing. It says nothing about anybody, so a cache before the platform may
    answer a whole room; an exam that is not there has the number of a new one."""
    return JsonResponse({"signal": signal(pk)})


def _standing(sitting: Sitting, now) -> dict:
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
