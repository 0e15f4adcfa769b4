"""What administrators see: figures of their establishments, without names."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from esr.core.downloads import download
from esr.core.spreadsheets import CSV_TYPE, XLSX_TYPE
from establishments.enums import Academy
from establishments.models import Establishment
from establishments.perms import administrator
from establishments.rules import time_zone_of
from stats import documents, queries
from stats.forms import AcademyForm, FiguresForm

FORMATS = {
    "csv": (documents.figures_csv, CSV_TYPE),
    "xlsx": (documents.figures_xlsx, XLSX_TYPE),
}


@dataclass(frozen=True)
class _Asked:
    """What an administrator asked to see, as far as it is theirs; `academies` is empty when a form is not valid."""

    year: int
    zone: ZoneInfo
    academy: str
    attestation: str
    week: date | None
    counted_at: datetime | None
    academies: list[queries.AcademyFigures]
    forms: list

    @property
    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms)


def _theirs(request) -> QuerySet[Establishment]:
    """The scope of the administration's table of establishments, without what that asks of each for its columns."""
    scope = admin.site.get_model_admin(Establishment).get_queryset(request).order_by().values("pk")
    rows = Establishment.objects.filter(pk__in=scope).order_by("name", "pk")
    return rows.only("name", "identifier", "city", "academy")


def _asked(request) -> _Asked:
    """The figures of the session that it is now in the academy itself; for the whole nation, in Paris."""
    is_national, academy, forms = request.user.is_superuser, request.user.academy, []
    if is_national:
        forms = [AcademyForm(request.GET)]
        academy = forms[0].cleaned_data["academie"] if forms[0].is_valid() else ""
    zone = ZoneInfo(time_zone_of(academy))
    year = timezone.now().astimezone(zone).year
    establishments = _theirs(request)
    if academy:
        establishments = establishments.filter(academy=academy)
    weeks, counted_at = queries.weeks_counted(establishments, year)
    forms.append(FiguresForm(request.GET, weeks=weeks, has_lines=bool(academy)))
    if not all(form.is_valid() for form in forms):
        return _Asked(year, zone, academy, "", None, counted_at, [], forms)
    chosen = forms[-1].cleaned_data
    only = {"attestation": chosen["attestation"], "week": chosen["semaine"]}
    academies = queries.figures_of_academies(establishments, year, **only)
    if chosen.get("tri"):
        academies = [replace(part, lines=queries.by_figure(part.lines, chosen["tri"])) for part in academies]
    return _Asked(year, zone, academy, **only, counted_at=counted_at, academies=academies, forms=forms)


@administrator
@require_GET
def academy_figures(request):
    """Registered, present and admitted by establishment and attestation: an academy's own only (handbook 11.2)."""
    asked = _asked(request)
    context = {
        **admin.site.each_context(request),
        "title": "Chiffres par établissement",
        "asked": asked,
        "academy": Academy(asked.academy).label if asked.academy else "",
        "national_totals": queries.national_totals(asked.academies),
        "query": request.GET.urlencode(),
    }
    with timezone.override(asked.zone):
        return render(request, "admin/figures.html", context)


@administrator
@require_GET
def academy_figures_download(request, file_format):
    """The same, and of the whole nation every establishment."""
    if file_format not in FORMATS:
        raise Http404
    asked = _asked(request)
    if not asked.is_valid:  # the page says what is wrong
        return redirect(f"{reverse('academy_figures')}?{request.GET.urlencode()}")
    write, content_type = FORMATS[file_format]
    content = write(asked.academies, asked.week, is_national=not asked.academy)
    day = (asked.counted_at or timezone.now()).astimezone(asked.zone)
    return download(content, f"chiffres-{asked.year}-au-{day:%Y-%m-%d}.{file_format}", content_type)
