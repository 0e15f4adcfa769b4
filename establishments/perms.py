"""Who may use a URL: each view wears exactly one of these, and a test walks the resolver for views without any.

Not signed in: the sign-in page. Signed in with another role: 403. Another school's object: 404 (see `scoping`).
"""

from collections.abc import Callable
from functools import wraps

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied

from establishments.enums import Role


def public(view: Callable) -> Callable:
    """Anyone, signed in or not."""
    view = login_not_required(view)
    view.access = "public"
    return view


def signed_in(view: Callable) -> Callable:
    """Anyone signed in, with or without an establishment: the sign-in page for others is the middleware's."""
    view.access = "signed in"
    return view


def _with_roles(access: str, *roles: Role) -> Callable:
    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if request.membership is None or request.membership.role not in roles:
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.access = access
        return guarded

    return decorate


head_only = _with_roles("head", Role.HEAD)
staff = _with_roles("staff", Role.HEAD, Role.SUPERVISOR)


def account_owner(view: Callable) -> Callable:
    """Whoever holds an account alone: heads and administrators. The supervisor's account is shared in the room."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        is_head = request.membership is not None and request.membership.role == Role.HEAD
        if not (is_head or request.user.is_staff):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    guarded.access = "account owner"
    return guarded


def administrator(view: Callable) -> Callable:
    """An administrator, of an academy or of the nation, by the administration's own guard; the view scopes itself."""
    guarded = admin.site.admin_view(view)
    guarded.access = "administrator"
    return guarded


def may_open(access: str, request) -> bool:
    """Whether whoever asks reaches a page of this access. Candidates have no pages but by their number and code."""
    role = request.membership.role if request.membership else None
    return {
        "public": True,
        "signed in": role is not None,
        "account owner": role == Role.HEAD or request.user.is_staff,
        "head": role == Role.HEAD,
        "staff": role is not None,
        "administrator": admin.site.has_permission(request),
    }.get(access, False)
