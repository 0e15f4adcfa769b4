"""The administration: Django admin behind the platform's own sign-in, with a telephone's code for everyone in it."""

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache

# Heading → the models below it, in this order; a model that is not named keeps its application's heading.
_GROUPS = {
    "Établissements et demandes": ["Establishment", "AccountRequest", "AuthorisedEstablishment", "Candidate"],
    "Comptes": ["User", "SignIn"],
    "Session": ["SessionDates"],
    "Textes des pages": ["News", "FaqEntry", "Contact", "Resource"],
    "Banque de questions": ["Question"],
    "Historique": ["LogEntry"],
}


def proved(request) -> bool:
    """Whether whoever is signed in has given a code in this session, as administrators must."""
    if not settings.ADMIN_TOTP_REQUIRED:
        return True
    records = get_authentication_records(request, request.user)
    return _has_code(request.user) and any(record.get("method") == "mfa" for record in records)


def _has_code(user) -> bool:
    return user.authenticator_set.filter(type="totp").exists()


class AdministrationSite(AdminSite):
    site_header = "Administration de la plateforme"
    site_title = "Administration"
    index_title = "Administration"
    site_url = None

    def has_permission(self, request) -> bool:
        return super().has_permission(request) and proved(request)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request, extra_context=None):
        """Where everyone without permission arrives: each is led to what they lack."""
        there = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(there, {request.get_host()}, request.is_secure()):
            there = reverse("admin:index")
        user = request.user
        if not user.is_authenticated:
            return redirect_to_login(there)
        if not user.is_staff:
            raise PermissionDenied
        if self.has_permission(request):
            return HttpResponseRedirect(there)  # an address, and never the name of a view
        missing = "mfa_reauthenticate" if _has_code(user) else "mfa_activate_totp"
        return redirect(f"{reverse(missing)}?{urlencode({'next': there})}")

    def get_app_list(self, request, app_label=None):
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        models = {model["object_name"]: model for app in apps for model in app["models"]}
        figures = {
            "name": "Chiffres par établissement",
            "object_name": "Figures",
            "admin_url": reverse("academy_figures"),
            "add_url": None,
            "view_only": True,
            "perms": {"view": True},
            "model": None,
        }
        groups = []
        for name, names in _GROUPS.items():
            found = [models.pop(model) for model in names if model in models]
            if found:
                groups.append(_group(name, found))
        groups.append(_group("Chiffres", [figures]))
        if models:
            groups.append(_group("Autres tables", list(models.values())))
        return groups


def _group(name: str, models: list[dict]) -> dict:
    """A heading of the index, in the shape that Django's own templates read."""
    label = name.lower().replace(" ", "-")
    return {
        "name": name,
        "app_label": label,
        "app_url": reverse("admin:index"),
        "has_module_perms": True,
        "models": models,
    }
