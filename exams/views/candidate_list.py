"""« Liste des candidats » and what is done from it: changes, deletions. It shows results, so it lives up here."""

from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from candidates import actions
from candidates.forms import DeleteListForm
from candidates.models import Candidate, CandidateQuerySet
from candidates.views import LIST, list_place
from esr.core import places, searches
from establishments.perms import head_only
from exams import queries
from exams.forms import CandidateListForm, DeleteForm, SelectionActionForm

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
@require_http_methods(["GET", "POST"])
def candidate_list(request):
    """The list; a search is posted and leads to an address that names nobody."""
    now = timezone.now()
    establishment = request.establishment
    lines = queries.candidate_lines(establishment, establishment.year_at(now), now)
    parameters = searches.without(request.POST or request.GET, "q", "csrfmiddlewaretoken")
    try:
        words = request.POST["q"] if "q" in request.POST else searches.words_of(request, parameters)
    except searches.Forgotten as error:
        messages.info(request, str(error))
        return redirect(_address(searches.without(parameters, searches.PARAMETER)))
    form = CandidateListForm(
        _with(parameters, q=words), divisions=queries.divisions(lines), attestations=establishment.attestations
    )
    asked = form.asked()
    if request.method == "POST" and "q" not in form.errors:
        return redirect(_address(_with(parameters, **searches.keep(request, asked.text))))
    context = {
        "form": form,
        "filters": [form[name] for name in ("classe", "epreuve", "resultat", "tps")],
        "columns": _headings(parameters, asked.order),
        "order": asked.order,
        "is_empty": not lines,
        "has_exams": any(line.result for line in lines),
        "page": Paginator(queries.found(lines, asked), PER_PAGE).get_page(parameters.get("page")),
        "selection": _selection_form(request, now),
        "parameters": parameters,
    }
    if request.method == "GET":
        places.remember(request, LIST)
    return render(request, "exams/school/candidate_list.html", context)


def _with(parameters: QueryDict, **others: str) -> QueryDict:
    together = parameters.copy()
    for name, value in others.items():
        together[name] = value
    return together


def _address(parameters: QueryDict) -> str:
    """The list's, with what it is asked for."""
    query = f"?{parameters.urlencode()}" if parameters else ""
    return reverse(LIST) + query


def _selection_form(request, now) -> SelectionActionForm:
    establishment = request.establishment
    posted = request.POST if request.resolver_match.url_name == "candidate_selection" else None
    return SelectionActionForm(
        posted,
        establishment=establishment,
        year=establishment.year_at(now),
        now=now,
        words_of=partial(searches.words_of, request),
        auto_id="selection-%s",
    )


@head_only
@require_POST
def candidate_selection(request):
    """One act on all the candidates ticked; a deletion is confirmed first, on a page that says what is lost."""
    now = timezone.now()
    form = _selection_form(request, now)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect(list_place(request))
    chosen, action = form.cleaned_data["candidates"], form.cleaned_data["action"]
    if action == form.DELETE:
        return _delete_selection(request, chosen)
    label, field, value = form.changes[action]
    _change(request, label, chosen, field, value, now)
    return redirect(list_place(request))


def _change(request, label: str, chosen: CandidateQuerySet, field: str, value, now) -> None:
    """Who already began an exam keeps an attestation on which there is a result."""
    kept, changeable = 0, chosen
    if field == "attestation":
        sat = queries.candidate_history(chosen, now).sat
        kept = chosen.filter(pk__in=sat).exclude(attestation=value).count()
        changeable = chosen.exclude(pk__in=sat)
    changed = actions.change_candidates(candidates=changeable, field=field, value=value)
    messages.success(request, f"{label} : {changed} candidat(s) modifié(s), sur {chosen.count()} sélectionné(s).")
    if kept:
        messages.warning(
            request,
            f"Ont déjà passé une épreuve et gardent leur attestation : {kept} candidat(s). Si c’est une erreur, "
            "modifiez-les un par un.",
        )
    if field == "attestation" and (elsewhere := queries.registered_for_another(chosen, now)):
        messages.warning(
            request,
            f"Inscrits à une épreuve à venir d’une autre attestation : {elsewhere} candidat(s). Vérifiez leurs "
            "inscriptions.",
        )


def _delete_selection(request, chosen: CandidateQuerySet) -> HttpResponse:
    form = DeleteForm(request.POST if "confirming" in request.POST else None)
    if form.is_valid():
        return _delete(request, chosen, done="Les candidats sélectionnés sont supprimés de votre liste.")
    context = {
        "form": form,
        "candidates": list(chosen),
        "action": SelectionActionForm.DELETE,
        "back": list_place(request),
        **_confirmation(chosen),
    }
    return render(request, "exams/school/candidate_list_delete_selection.html", context)


@dataclass(frozen=True)
class Heading:
    label: str
    href: str
    aria_sort: str  # empty when the list is not sorted by this column


def _headings(parameters: QueryDict, order: str) -> list[Heading]:
    """Each column's link sorts by it, upwards first, and keeps the search."""
    headings = []
    for name, label in COLUMNS.items():
        query = searches.without(parameters, "page")
        query["tri"] = f"-{name}" if order == name else name
        sense = {name: "ascending", f"-{name}": "descending"}.get(order, "")
        headings.append(Heading(label, f"?{query.urlencode()}", sense))
    return headings


@head_only
@require_http_methods(["GET", "POST"])
def candidate_delete(request, pk):
    candidate = get_object_or_404(_mine(request), pk=pk)
    only = _mine(request).filter(pk=pk)
    form = DeleteForm(_posted(request))
    if form.is_valid():
        return _delete(request, only, done=f"Le candidat {candidate} est supprimé de votre liste.")
    context = {"candidate": candidate, "form": form, "back": list_place(request, pk), **_confirmation(only)}
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
    return redirect(list_place(request))
