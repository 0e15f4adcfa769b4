"""The second proof of who signs in (a telephone's code), for those who hold an account alone.

The work is allauth's; what differs: no GET writes, and recovery codes are shown once, in the answer that makes them.
"""

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.base import views as mfa_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal import flows as recovery_flows
from allauth.mfa.totp import views as totp_views
from allauth.mfa.totp.internal import flows as totp_flows
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from establishments.perms import account_owner, public, signed_in
from establishments.views.public import recording_sign_in

# Reached between the password and the session: allauth knows by the session's state whose turn it is.
second_factor = public(never_cache(recording_sign_in(mfa_views.authenticate)))
second_factor_again = signed_in(never_cache(mfa_views.reauthenticate))


@account_owner
@never_cache
@require_safe
def protection(request):
    """Whether a code is asked for besides the password, and what can be done about it."""
    authenticators = {row.type: row for row in Authenticator.objects.filter(user=request.user)}
    codes = authenticators.get(Authenticator.Type.RECOVERY_CODES)
    context = {
        "totp": authenticators.get(Authenticator.Type.TOTP),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
    }
    return render(request, "mfa/index.html", context)


class _Activate(totp_views.ActivateTOTPView):
    def form_valid(self, form):
        totp_flows.activate_totp(self.request, form)
        # The code that was just right counts for this session.
        record_authentication(self.request, self.request.user, "mfa", type=Authenticator.Type.TOTP)
        return _show_codes(self.request)


@account_owner
@never_cache
@require_http_methods(["GET", "POST"])
def activate(request):
    if not request.user.has_usable_password():
        # An account of the academy: its second proof is asked for where it was made.
        return redirect("mfa_index")
    return _Activate.as_view()(request)


@account_owner
@never_cache
@require_http_methods(["GET", "POST"])
def deactivate(request):
    return totp_views.deactivate_totp(request)


@account_owner
@never_cache
@require_http_methods(["GET", "POST"])
def recovery_codes(request):
    """New codes instead of the old ones, which stop working."""
    get_object_or_404(Authenticator, user=request.user, type=Authenticator.Type.TOTP)
    return _new_codes(request)


@reauthentication_required(app="allauth.mfa")
def _new_codes(request):
    if request.method == "GET":
        return render(request, "mfa/recovery_codes/generate.html")
    recovery_flows.generate_recovery_codes(request)
    return _show_codes(request)


def _show_codes(request) -> HttpResponse:
    codes = Authenticator.objects.get(user=request.user, type=Authenticator.Type.RECOVERY_CODES)
    return render(request, "mfa/recovery_codes/index.html", {"codes": codes.wrap().get_unused_codes()})
