"""The candidate's pages: number, code, identity, player, result."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from establishments import oidc
from establishments.perms import public
from exams import queries
from exams.auth import EXAM_COOKIE, SITTING_COOKIE, candidate_only, current_exam, forget, remember
from exams.enums import ExamState, SittingState
from exams.forms import CodeForm, NumberForm


@public
@never_cache
@require_http_methods(["GET", "POST"])
def exam_number(request):
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        response = redirect("exam_code")
        remember(response, EXAM_COOKIE, form.exam.number)
        return response
    return render(request, "exams/candidate/number.html", {"form": form})


@public
@never_cache
@require_http_methods(["GET", "POST"])
def exam_code(request):
    exam = current_exam(request)
    if exam is None:
        return redirect("exam_number")
    form = CodeForm(request.POST or None, exam=exam)
    if request.method == "POST" and form.is_valid():
        closed = form.sitting.state == SittingState.CLOSED
        response = redirect("exam_result" if closed else "exam_identity")
        remember(response, SITTING_COOKIE, str(form.sitting.pk))
        return response
    context = {"exam": exam, "form": form, "educonnect": oidc.is_open(oidc.EDUCONNECT)}
    return render(request, "exams/candidate/code.html", context)


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
        "over": state == ExamState.OVER and sitting.state != SittingState.RUNNING,
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
    context = {"exam": sitting.exam, "sitting": sitting, "player": queries.player_data(sitting, now)}
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
    forget(response)
    return response
