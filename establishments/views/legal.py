"""What the law asks for, on every page's footer: none of these pages stores anything or asks who is there."""

from django.conf import settings
from django.contrib import admin
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from esr.core.legal import conformity
from establishments.pages import SITE
from establishments.perms import may_open, public


def _page(request, template: str, context: dict | None = None):
    """In the layout of the pages that the reader comes from: a school's people keep their tabs."""
    layout = "school.html" if request.membership else "public.html"
    return render(request, f"establishments/legal/{template}.html", {"layout": layout, **(context or {})})


@public
@require_safe
def site_map(request):
    sections = {}
    for title, links in SITE.items():
        pages = [(reverse(link.name, args=link.args), link.title) for link in links]
        sections[title] = [(url, label) for url, label in pages if may_open(resolve(url).func.access, request)]
    if admin.site.has_permission(request):
        models = [model for group in admin.site.get_app_list(request) for model in group["models"]]
        tables = [(model["admin_url"], model["name"]) for model in models if model["model"] and model["admin_url"]]
        sections["Administration"] = [
            (reverse("admin:index"), "Accueil de l’administration"),
            *sections["Administration"],
            *tables,
        ]
    return _page(request, "site_map", {"sections": {title: pages for title, pages in sections.items() if pages}})


@public
@require_safe
def accessibility(request):
    legal, today = settings.LEGAL, timezone.localdate()
    audit = legal.audit if legal.audit and legal.audit.stands_on(today) else None
    context = {"legal": legal, "audit": audit, "old_audit": legal.audit if audit is None else None}
    return _page(request, "accessibility", {**context, "state": conformity(legal.audit, today)})


@public
@require_safe
def notices(request):
    return _page(request, "notices", {"legal": settings.LEGAL})


@public
@require_safe
def personal_data(request):
    return _page(request, "personal_data", {"legal": settings.LEGAL})


@public
@require_safe
def personal_data_for_pupils(request):
    return _page(request, "personal_data_for_pupils", {"legal": settings.LEGAL})


@public
@require_safe
def cookies(request):
    names = {"session_cookie": settings.SESSION_COOKIE_NAME, "csrf_cookie": settings.CSRF_COOKIE_NAME}
    return _page(request, "cookies", names)
