"""How a candidate is known to the platform: no user account, no session row, one signed cookie per step.

`esr_epreuve` holds the number typed on the first page; `esr_candidat` holds the key of the sitting once the code
was right. Answers do not depend on either: they carry the sitting's own token (see `views.delivery`).
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from exams.models import Exam, Sitting

EXAM_COOKIE = "esr_epreuve"
SITTING_COOKIE = "esr_candidat"
_LIFETIME = timedelta(hours=12)


def remember(response: HttpResponse, cookie: str, value: str) -> None:
    response.set_cookie(
        cookie,
        signing.dumps(value, salt=cookie),
        max_age=_LIFETIME,
        path="/examen/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def recall(request: HttpRequest, cookie: str) -> str | None:
    try:
        return signing.loads(request.COOKIES.get(cookie, ""), salt=cookie, max_age=_LIFETIME)
    except signing.BadSignature:
        return None


def forget(response: HttpResponse) -> None:
    for cookie in (EXAM_COOKIE, SITTING_COOKIE):
        response.delete_cookie(cookie, path="/examen/")


def current_exam(request: HttpRequest) -> Exam | None:
    """The exam whose number was typed on this device."""
    number = recall(request, EXAM_COOKIE)
    return Exam.objects.select_related("establishment").filter(number=number).first() if number else None


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
        if sitting is None:
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
