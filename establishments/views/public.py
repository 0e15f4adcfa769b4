"""What anyone sees: signing in and out, forgotten passwords, the components, the health check."""

import time
from functools import wraps

from allauth.account import views as allauth_views
from django.core.paginator import Paginator
from django.db import Error, connection
from django.http import JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from esr.core import health as core_health
from esr.core import outbox
from esr.core.templatetags.components import ALERT_KINDS, BADGE_KINDS
from esr.core.views import on_administration_s_host
from establishments import actions, oidc
from establishments.enums import Door
from establishments.forms import SampleForm
from establishments.models import Membership
from establishments.perms import public, signed_in


def recording_sign_in(view):
    """`view` may sign somebody in with a local account: when it does, that is written down."""

    @wraps(view)
    def recorded(request, *args, **kwargs):
        was_signed_in = request.user.is_authenticated
        response = view(request, *args, **kwargs)
        if request.user.is_authenticated and not was_signed_in:
            memberships = list(Membership.objects.filter(user=request.user).select_related("establishment")[:2])
            door = Door.LOCAL if memberships or not request.user.is_staff else Door.ADMINISTRATION
            membership = memberships[0] if len(memberships) == 1 else None
            actions.record_sign_in(user=request.user, membership=membership, door=door, now=timezone.now())
        return response

    return recorded


# Seconds; longer than either answer takes.
ANSWER_STEP = 0.5


def answering_in_steps(view):
    """`view` does more work for a known address: its answer comes at a multiple of ANSWER_STEP, so that the time it
    takes does not tell."""

    @wraps(view)
    def waiting(request, *args, **kwargs):
        began = time.monotonic()
        response = view(request, *args, **kwargs)
        if request.method == "POST":
            time.sleep(ANSWER_STEP - (time.monotonic() - began) % ANSWER_STEP)
        return response

    return waiting


@public
@recording_sign_in
def login(request):
    """A1: two doors; the academic one is open where the operator has set up its provider."""
    door = {
        "academic_login_url": reverse("academic_login") if oidc.is_open(oidc.ACADEMIC) else "",
        "administrators_only": on_administration_s_host(request),
    }
    return allauth_views.LoginView.as_view(extra_context=door)(request)


# allauth's own pages, each with its access said: what is not named here does not exist.
logout = public(require_POST(allauth_views.logout))
account_inactive = public(allauth_views.account_inactive)
email_verification_sent = public(allauth_views.email_verification_sent)
confirm_email = public(allauth_views.confirm_email)
password_reset = public(answering_in_steps(allauth_views.password_reset))


@public
def password_reset_done(request):
    return allauth_views.PasswordResetDoneView.as_view(extra_context={"late": outbox.late_since()})(request)


password_reset_from_key = public(allauth_views.password_reset_from_key)
password_reset_from_key_done = public(allauth_views.password_reset_from_key_done)


@public
@never_cache
@require_safe
def health(request):
    """200 while the database answers: what a load balancer asks."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return JsonResponse({"status": "error"}, status=503)
    return JsonResponse({"status": "ok"})


@public
@never_cache
@require_safe
def alive(request):
    """200 while the process answers: what restarts a service asks. Nothing else is looked at."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
@require_safe
def ready(request):
    """200 while requests may be sent here: what a proxy asks before it does."""
    is_ready, parts = core_health.ready()
    return JsonResponse({"status": "ok" if is_ready else "error", **parts}, status=200 if is_ready else 503)


@signed_in
@require_safe
def components(request):
    """Every component in every state, for those who write pages: any account opens it, as in the demonstration."""
    wrong = SampleForm({"name": "", "day": "31/02/2026"}, prefix="faux", auto_id="faux_%s")
    wrong.add_error(None, "Cette épreuve commence avant l’ouverture de la session.")
    context = {
        "alert_kinds": ALERT_KINDS,
        "badge_kinds": BADGE_KINDS,
        "form": SampleForm(auto_id="juste_%s"),
        "wrong_form": wrong,
        "first_page": Paginator(range(95), 10).page(1),
        "middle_page": Paginator(range(95), 10).page(5),
        "only_page": Paginator(range(5), 10).page(1),
    }
    return render(request, "core/components.html", context)
