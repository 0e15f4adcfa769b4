"""The academic door (A1, A11): signing in by the academic hub, and choosing one of several establishments.

Going to the provider and coming back are GETs by OpenID Connect's own rule, so the return is the one GET that
writes; its state, bound to the session and used once, is what a CSRF token is elsewhere.
"""

from django.contrib.auth import login
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from establishments import actions, claims, oidc
from establishments.enums import Door, MembershipSource
from establishments.forms import ChooseEstablishmentForm
from establishments.middleware import CHOSEN
from establishments.perms import public, signed_in

# Sessions belong to allauth's backend, an ordinary ModelBackend: no provider is asked again on later pages.
_SESSION_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

academic_login = public(never_cache(oidc.RequestView.as_view(provider=oidc.ACADEMIC)))


@public
@never_cache
@require_GET
def academic_callback(request):
    now = timezone.now()
    try:
        person = oidc.Backend(oidc.ACADEMIC).person(request)
    except oidc.Away:
        return render(request, "establishments/academic/refused.html", {"away": True}, status=503)
    except oidc.Refused:
        return render(request, "establishments/academic/refused.html", status=403)
    rights = claims.rights(person.claims, oidc.application(oidc.ACADEMIC))
    access = actions.grant_academic_access(issuer=person.issuer, subject=person.subject, rights=rights, now=now)
    if not access.memberships or not access.user.is_active:
        reason = "the school is not open here" if access.unknown or access.unopened else "no right of today"
        oidc.log_refusal(oidc.ACADEMIC, reason)
        return render(request, "establishments/academic/no_right.html", {"access": access}, status=403)
    login(request, access.user, backend=_SESSION_BACKEND)
    request.session.pop(CHOSEN, None)
    only = access.memberships[0] if len(access.memberships) == 1 else None
    actions.record_sign_in(user=access.user, membership=only, door=Door.ACADEMIC, now=now)
    return redirect(person.next or "home") if only else redirect("choose_establishment")


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def choose_establishment(request):
    """« Choisissez votre établissement », at the start and whenever the person changes over."""
    form = ChooseEstablishmentForm(
        request.POST or None, memberships=request.memberships, initial={"membership": request.session.get(CHOSEN)}
    )
    if request.method == "POST" and form.is_valid():
        membership = form.cleaned_data["membership"]
        request.session[CHOSEN] = membership.pk
        door = Door.ACADEMIC if membership.source == MembershipSource.ACADEMIC else Door.LOCAL
        actions.record_sign_in(user=request.user, membership=membership, door=door, now=timezone.now())
        return redirect("home")
    if len(request.memberships) < 2:
        return redirect("home")
    return render(request, "establishments/academic/choose.html", {"form": form})
