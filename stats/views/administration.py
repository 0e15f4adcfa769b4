"""What administrators see: figures of their establishments, without names."""

from django.contrib import admin
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from establishments.models import Establishment
from establishments.perms import administrator
from stats import queries

PER_PAGE = 50


@administrator
@require_GET
def academy_figures(request):
    """Registered, present and admitted of the session, by establishment and attestation: an academy's own only."""
    year = timezone.localdate().year
    # The same scope as the administration's table of establishments.
    establishments = admin.site.get_model_admin(Establishment).get_queryset(request).order_by("name", "pk")
    page = Paginator(establishments, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **admin.site.each_context(request),
        "title": "Chiffres par établissement",
        "year": year,
        "page": page,
        "figures": queries.figures_of(list(page), year),
    }
    return render(request, "admin/figures.html", context)
