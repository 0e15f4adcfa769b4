"""The candidate's other key: an ÉduConnect account instead of the access code (P1). It leaves no account behind."""

from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from establishments import claims, oidc
from establishments.perms import public
from exams import queries
from exams.auth import SITTING_COOKIE, current_exam, remember
from exams.enums import SittingState

_to_provider = oidc.RequestView.as_view(provider=oidc.EDUCONNECT)


@public
@never_cache
@require_GET
def educonnect_login(request):
    if current_exam(request) is None:
        return redirect("exam_number")
    return _to_provider(request)


@public
@never_cache
@require_GET
def educonnect_callback(request):
    """The same cookie as with a code, for the candidate of this exam that ÉduConnect says is there."""
    exam = current_exam(request)
    try:
        person = oidc.Backend(oidc.EDUCONNECT).person(request)
    except oidc.Away:
        return _refused(request, exam, "away", status=503)
    except oidc.Refused:
        return _refused(request, exam, "unverified")
    if exam is None:
        return redirect("exam_number")
    kinds = claims.affiliations(person.claims)
    if claims.PUPIL not in kinds:
        oidc.log_refusal(oidc.EDUCONNECT, "not a pupil's account")
        return _refused(request, exam, "parent" if kinds & claims.PARENTS else "not_pupil")
    sitting = queries.sitting_of_pupil(exam, claims.pupil(person.claims))
    if sitting is None:
        oidc.log_refusal(oidc.EDUCONNECT, "no candidate of this exam")
        return _refused(request, exam, "not_found")
    response = redirect("exam_result" if sitting.state == SittingState.CLOSED else "exam_identity")
    remember(response, SITTING_COOKIE, str(sitting.pk))
    return response


def _refused(request, exam, reason: str, status: int = 403):
    context = {"exam": exam, "reason": reason}
    return render(request, "exams/candidate/educonnect_refused.html", context, status=status)
