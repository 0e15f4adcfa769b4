"""How a candidate is known to the platform: no user account, no session row, one signed cookie per step.

`esr_epreuve` holds the number typed on the first page; `esr_candidat` holds the key of the sitting once the code
was right. Answers do not depend on either: they carry the sitting's own token (see `views.delivery`).

Guessing (promise P19). A code is one of 24^8 = 1.1 × 10^11. 100,000 guesses at an exam of 600 candidates hit one with
a chance of 100,000 × 600 / 24^8 = 0.05 %; at a class of 30, 0.003 %. Two counts stand before that:

- the device's own wrong answers, in a signed cookie: a person who errs on and on is asked to wait. The cookie names
  nobody. Whoever throws it away, or sends an older one, starts afresh: a count kept on the server could do no better,
  for its key would be in such a cookie;
- the exam's wrong codes (`queries.wrong_codes`). After 200 and five for each candidate in a day the exam is watched:
  it asks for the birth date too, and says the same whichever of the two is wrong. Pupils know theirs; a guesser has
  one chance in 700 or so (two school years), so that those 100,000 guesses hit with 0.0017 % for the 3,200 before the
  watch and less than 0.0001 % for all the others. Nobody is ever locked out, and an address counts for nothing: behind
  one of them sits a whole school.

Both live in the cookie and on the exam's row: no other server can be down.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from exams import rules
from exams.models import Exam, Sitting

EXAM_COOKIE = f"{settings.COOKIE_PREFIX}esr_epreuve"
SITTING_COOKIE = f"{settings.COOKIE_PREFIX}esr_candidat"
_LIFETIME = timedelta(hours=12)
# Browsers take a cookie that is bound to its host for every path only.
_PATH = "/" if settings.COOKIE_PREFIX else "/examen/"
# The device's wrong answers, and what it may give of them.
WRONG_NUMBERS = f"{settings.COOKIE_PREFIX}esr_numeros_faux"
WRONG_CODES = f"{settings.COOKIE_PREFIX}esr_codes_faux"
_LIMITS = {WRONG_NUMBERS: rules.NUMBER_TRIES, WRONG_CODES: rules.CODE_TRIES}


def remember(response: HttpResponse, cookie: str, value: str | list[int]) -> None:
    response.set_cookie(
        cookie,
        signing.dumps(value, salt=cookie),
        max_age=_LIFETIME,
        path=_PATH,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def recall(request: HttpRequest, cookie: str) -> str | list[int] | None:
    try:
        return signing.loads(request.COOKIES.get(cookie, ""), salt=cookie, max_age=_LIFETIME)
    except signing.BadSignature:
        return None


def forget(response: HttpResponse, *cookies: str) -> None:
    for cookie in cookies:
        response.delete_cookie(cookie, path=_PATH, samesite="Lax")


def wait(request: HttpRequest, cookie: str, now: datetime) -> timedelta | None:
    """How long this device waits before its next try; None when it need not."""
    return rules.wait(_LIMITS[cookie], _tried(request, cookie), now)


def note_wrong(request: HttpRequest, response: HttpResponse, cookie: str, now: datetime) -> None:
    """Let the device remember its last wrong answers, no more of them than its limit."""
    tried = [*_tried(request, cookie), now][-_LIMITS[cookie].tries :]
    remember(response, cookie, [int(at.timestamp()) for at in tried])


def _tried(request: HttpRequest, cookie: str) -> list[datetime]:
    return [datetime.fromtimestamp(seconds, UTC) for seconds in recall(request, cookie) or []]


def current_exam(request: HttpRequest) -> Exam | None:
    """The exam whose number was typed on this device."""
    number = recall(request, EXAM_COOKIE)
    exam = Exam.objects.select_related("establishment").online().filter(number=number).first() if number else None
    return exam if exam and exam.is_open_at(timezone.now()) else None


def candidate_only(view: Callable) -> Callable:
    """A candidate whose code was right: `request.sitting` is theirs, and local time is the establishment's."""

    @login_not_required
    @never_cache
    @wraps(view)
    def guarded(request, *args, **kwargs):
        key = recall(request, SITTING_COOKIE)
        sitting = (
            Sitting.objects.select_related("exam__establishment", "candidate").filter(pk=key).first() if key else None
        )
        if sitting is None or not sitting.exam.is_open_at(timezone.now()):
            return redirect("exam_number")
        request.sitting = sitting
        with timezone.override(sitting.exam.establishment.zone):
            return view(request, *args, **kwargs)

    guarded.access = "candidate"
    return guarded


def token_digest(token: str) -> str:
    """What is stored of a device's token: 32 random bytes need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_matches(sitting: Sitting, token: str) -> bool:
    return bool(sitting.token_hash) and hmac.compare_digest(sitting.token_hash, token_digest(token))
