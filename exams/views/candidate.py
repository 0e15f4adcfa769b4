"""The candidate's pages: number, code, identity, player, result."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from esr.core import logs
from establishments import oidc
from establishments.enums import Attestation
from establishments.perms import public
from exams import actions, queries
from exams.auth import (
    EXAM_COOKIE,
    SITTING_COOKIE,
    WRONG_CODES,
    WRONG_NUMBERS,
    candidate_only,
    current_exam,
    forget,
    note_wrong,
    remember,
    wait,
)
from exams.enums import ExamState, SittingState
from exams.forms import CodeForm, NumberForm


@public
@never_cache
@require_http_methods(["GET", "POST"])
def exam_number(request):
    now = timezone.now()
    form = NumberForm(request.POST or None, wait=wait(request, WRONG_NUMBERS, now))
    if request.method == "POST" and form.is_valid():
        response = redirect("exam_code")
        remember(response, EXAM_COOKIE, form.exam.number)
        forget(response, WRONG_NUMBERS)
        return response
    response = render(request, "exams/candidate/number.html", {"form": form})
    if form.was_wrong:
        logs.event("number_refused", request)
        note_wrong(request, response, WRONG_NUMBERS, now)
    return response


@public
@never_cache
@require_http_methods(["GET", "POST"])
def exam_code(request):
    exam = current_exam(request)
    if exam is None:
        return redirect("exam_number")
    now = timezone.now()
    watched = queries.wrong_codes(exam, now).watched
    form = CodeForm(request.POST or None, exam=exam, watched=watched, wait=wait(request, WRONG_CODES, now))
    if request.method == "POST" and form.is_valid():
        closed = form.sitting.state == SittingState.CLOSED
        response = redirect("exam_result" if closed else "exam_identity")
        logs.event("candidate_entered", request, exam=logs.pseudonym("exam", exam.pk))
        remember(response, SITTING_COOKIE, str(form.sitting.pk))
        forget(response, WRONG_CODES)
        return response
    if form.was_wrong:
        actions.note_wrong_code(exam=exam, now=now)
        logs.event("exam_code_refused", request, exam=logs.pseudonym("exam", exam.pk), watched=int(watched))
    context = {"exam": exam, "form": form, "educonnect": oidc.is_open(oidc.EDUCONNECT)}
    response = render(request, "exams/candidate/code.html", context)
    if form.was_wrong:
        note_wrong(request, response, WRONG_CODES, now)
    return response


@candidate_only
@ensure_csrf_cookie
@require_GET
def exam_identity(request):
    sitting, now = request.sitting, timezone.now()
    if sitting.state == SittingState.CLOSED:
        return redirect("exam_result")
    state = sitting.exam.state_at(now)
    context = {
        "exam": sitting.exam,
        "sitting": sitting,
        "candidate": sitting.candidate,
        "opens": state == ExamState.ACTIVE or sitting.state == SittingState.RUNNING,
        "over": sitting.state == SittingState.VOID
        or (state == ExamState.OVER and sitting.state != SittingState.RUNNING),
    }
    return render(request, "exams/candidate/identity.html", context)


@candidate_only
@ensure_csrf_cookie
@require_GET
def exam_player(request):
    # A closed sitting too: a device whose last reply was lost comes back for its receipt.
    sitting, now = request.sitting, timezone.now()
    if sitting.state == SittingState.NOT_STARTED and sitting.exam.state_at(now) != ExamState.ACTIVE:
        return redirect("exam_identity")
    context = {
        "exam": sitting.exam,
        "sitting": sitting,
        "player": queries.player_data(sitting, now),
        "tutorial": queries.tutorial_pages(sitting),
        "described": sitting.exam.attestation == Attestation.AER,
    }
    return render(request, "exams/candidate/player.html", context)


@candidate_only
@require_GET
def exam_result(request):
    sitting = request.sitting
    if sitting.state != SittingState.CLOSED:
        return redirect("exam_identity")
    opens_at = queries.correction_opens_at(sitting)
    is_open = timezone.now() >= opens_at
    context = {
        "exam": sitting.exam,
        "sitting": sitting,
        "candidate": sitting.candidate,
        "opens_at": opens_at,
        "is_open": is_open,
        "correction": queries.correction(sitting) if is_open else None,
    }
    return render(request, "exams/candidate/result.html", context)


@public
@require_POST
def exam_leave(request):
    """« Se déconnecter »: the next candidate of this device starts from an empty page."""
    response = redirect("exam_number")
    forget(response, EXAM_COOKIE, SITTING_COOKIE)
    return response
