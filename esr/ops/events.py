"""What the log notes of signing in and out: Django's and allauth's own signals are the only place that every door
passes. The platform's applications send each other none."""

import time

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib.auth import signals
from django.dispatch import receiver

from esr.core import logs
from esr.core.middleware import BEGAN, SEEN


def _account(user) -> str:
    return logs.pseudonym("account", user.pk)


@receiver(signals.user_logged_in)
def signed_in(request, user, **kwargs):
    request.session[SEEN] = request.session[BEGAN] = int(time.time())
    kind = "administrator" if user.is_staff else "school"
    logs.event("signed_in", request, who=_account(user), kind=kind)


@receiver(signals.user_logged_out)
def signed_out(request, user, **kwargs):
    if user is not None:
        logs.event("signed_out", request, who=_account(user))


@receiver(signals.user_login_failed)
def refused(credentials, request=None, **kwargs):
    """By what was typed, under a pseudonym: a campaign against one account or from one place shows."""
    login = credentials.get("email") or credentials.get("username") or ""
    logs.event("sign_in_refused", request, login=logs.pseudonym("login", str(login).casefold()))


@receiver(mfa_signals.authenticator_used)
def code_accepted(request, user, authenticator, **kwargs):
    logs.event("code_accepted", request, who=_account(user), factor=authenticator.type)


@receiver(mfa_signals.authentication_failed)
def code_refused(request, user, authenticator=None, **kwargs):
    logs.event("code_refused", request, who=_account(user), factor=authenticator.type if authenticator else "")


@receiver(mfa_signals.authenticator_added)
def factor_added(request, user, authenticator, **kwargs):
    logs.event("factor_added", request, who=_account(user), factor=authenticator.type)


@receiver(mfa_signals.authenticator_removed)
def factor_removed(request, user, authenticator, **kwargs):
    logs.event("factor_removed", request, who=_account(user), factor=authenticator.type)


@receiver([account_signals.password_changed, account_signals.password_reset, account_signals.password_set])
def password_changed(request, user, **kwargs):
    logs.event("password_changed", request, who=_account(user))
