"""« Liste des candidats » and what is done from it: downloads, deletions. It shows results, so it lives up here."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from candidates import actions
from candidates.forms import CandidateListForm, DeleteListForm
from candidates.models import Candidate, CandidateQuerySet
from esr.core import spreadsheets
from establishments.perms import head_only
from exams import queries
from exams.forms import DeleteForm

PER_PAGE = 50
COLUMNS = {
    "candidat": "Candidat",
    "classe": "Classe",
    "naissance": "Date de naissance",
    "epreuve": "Épreuve",
    "tps": "Tps +",
    "resultat": "Résultat",
}
BUSY = "Une épreuve est en cours : attendez sa fin pour supprimer un candidat qui y est inscrit."


def _mine(request) -> CandidateQuerySet:
    return Candidate.objects.of(request.establishment).of_year(request.establishment.current_year)


def _posted(request):
    return request.POST if request.method == "POST" else None


@head_only
@require_GET
def candidate_list(request):
    now = timezone.now()
    establishment = request.establishment
    form = CandidateListForm(request.GET, orders=COLUMNS)
    form.is_valid()
    text = form.cleaned_data.get("q", "")
    order = form.cleaned_data.get("tri") or "candidat"
    lines = queries.candidate_lines(establishment, establishment.year_at(now), now)
    chosen = queries.ordered(queries.found(lines, text), order)
    context = {
        "form": form,
        "text": text,
        "columns": _headings(request, order),
        "order": order,
        "is_empty": not lines,
        "page": Paginator(chosen, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "exams/school/candidate_list.html", context)


@dataclass(frozen=True)
class Heading:
    label: str
    href: str
    aria_sort: str  # empty when the list is not sorted by this column


def _headings(request, order: str) -> list[Heading]:
    """Each column's link sorts by it, upwards first, and keeps the search."""
    headings = []
    for name, label in COLUMNS.items():
        query = request.GET.copy()
        query.pop("page", None)
        query["tri"] = f"-{name}" if order == name else name
        sense = {name: "ascending", f"-{name}": "descending"}.get(order, "")
        headings.append(Heading(label, f"?{query.urlencode()}", sense))
    return headings


# Extension → how it is written, and its type.
_FORMATS = {
    "xlsx": (partial(spreadsheets.to_xlsx, "Candidats"), spreadsheets.XLSX_TYPE),
    "csv": (spreadsheets.to_csv, spreadsheets.CSV_TYPE),
    "txt": (partial(spreadsheets.to_csv, delimiter="\t"), spreadsheets.TEXT_TYPE),
}


@head_only
@require_GET
def candidate_download(request, file_format):
    """« Télécharger la liste des candidats »: the whole year, as the archive of results (handbook 10.1)."""
    if file_format not in _FORMATS:
        raise Http404
    now = timezone.now()
    year = request.establishment.year_at(now)
    lines = queries.candidate_lines(request.establishment, year, now)
    write, content_type = _FORMATS[file_format]
    content = write(queries.CANDIDATE_HEADER, queries.candidate_rows(lines))
    headers = {"Content-Disposition": f'attachment; filename="candidats-{year}.{file_format}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


@head_only
@require_http_methods(["GET", "POST"])
def candidate_delete(request, pk):
    candidate = get_object_or_404(_mine(request), pk=pk)
    only = _mine(request).filter(pk=pk)
    form = DeleteForm(_posted(request))
    if form.is_valid():
        return _delete(request, only, done=f"Le candidat {candidate} est supprimé de votre liste.")
    context = {"candidate": candidate, "form": form, **_confirmation(only)}
    return render(request, "exams/school/candidate_list_delete.html", context)


@head_only
@require_http_methods(["GET", "POST"])
def candidate_delete_all(request):
    """« Supprimer la liste des candidats »"""
    everyone = _mine(request)
    form = DeleteListForm(_posted(request), establishment=request.establishment)
    if form.is_valid():
        return _delete(request, everyone, done="La liste des candidats est supprimée.")
    context = {"form": form, **_confirmation(everyone)}
    return render(request, "exams/school/candidate_list_delete_all.html", context)


def _confirmation(candidates: CandidateQuerySet) -> dict:
    """What the confirm page says will be lost, and whether it has to wait."""
    return {
        "loss": queries.candidates_loss(candidates),
        "busy": BUSY if queries.sitting_now(candidates, timezone.now()) else "",
    }


def _delete(request, candidates: CandidateQuerySet, *, done: str) -> HttpResponse:
    is_held = partial(queries.sitting_now, now=timezone.now(), lock=True)
    try:
        actions.delete_candidates(candidates=candidates, is_held=is_held)
    except actions.Held:
        messages.error(request, BUSY)
    else:
        messages.success(request, done)
    return redirect("candidate_list")
