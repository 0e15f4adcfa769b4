"""The establishment's pages that bring candidates in: import from a file, one by hand."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from candidates import actions, queries, resources, rules
from candidates.forms import CandidateForm, ImportForm
from candidates.models import Candidate, ImportDraft
from candidates.rules import Reading
from candidates.views import list_place
from esr.core.downloads import download
from esr.core.spreadsheets import CSV_TYPE
from establishments.perms import head_only


@head_only
@require_http_methods(["GET", "POST"])
def candidate_import(request):
    """« Importer une liste de candidats »: what a file would do, or what is wrong in it, is shown by its preview."""
    establishment, year = request.establishment, request.establishment.current_year
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*posted, establishment=establishment, year=year)
    if form.is_valid():
        draft = _keep(form, establishment, year)
        return redirect("candidate_import_preview", pk=draft.pk)
    context = {"form": form, "columns": _columns(establishment)}
    return render(request, "candidates/school/import.html", context)


def _keep(form: ImportForm, establishment, year: int) -> ImportDraft:
    """A file with an error anywhere is kept for its report alone: none of its rows can be confirmed."""
    reading, table = form.reading, ()
    errors = [*reading.errors, *queries.import_plan(establishment, year, reading.rows).errors]
    if errors:
        reading = Reading([], sorted(errors, key=lambda error: error.line), reading.notes)
        table = resources.table(form.content)
    return actions.keep_draft(
        establishment=establishment, year=year, filename=form.filename, reading=reading, table=table
    )


def _columns(establishment) -> list[tuple[resources.Column, str]]:
    """Each column and what to write in it."""
    return [
        (column, " ou ".join(establishment.attestations) if column.field == "attestation" else column.expected)
        for column in resources.COLUMNS
    ]


@head_only
@require_GET
def candidate_template(request):
    establishment = request.establishment
    content = resources.template(year=establishment.current_year, attestations=establishment.attestations)
    return download(content, "modele-candidats.csv", CSV_TYPE)


@head_only
@require_http_methods(["GET", "POST"])
def candidate_add(request):
    candidate = Candidate(establishment=request.establishment, year=request.establishment.current_year)
    return _edit(request, candidate)


@head_only
@require_http_methods(["GET", "POST"])
def candidate_edit(request, pk):
    mine = Candidate.objects.of(request.establishment).of_year(request.establishment.current_year)
    return _edit(request, get_object_or_404(mine.select_related("establishment"), pk=pk))


def _edit(request, candidate: Candidate):
    is_new = candidate.pk is None
    back = list_place(request, candidate.pk)
    form = CandidateForm(request.POST if request.method == "POST" else None, instance=candidate)
    if form.is_valid():
        try:
            if is_new:
                actions.add_candidate(candidate=candidate)
            else:
                actions.change_candidate(candidate=candidate, fields=form.fields)
        except actions.IdentifierTaken as error:
            form.add_error("identifier", str(error))
        except Candidate.DoesNotExist:
            raise Http404 from None
        else:
            _tell(request, candidate, is_new=is_new)
            return redirect(back)
    context = {"form": form, "is_new": is_new, "back": back}
    return render(request, "candidates/school/candidate_form.html", context)


def _tell(request, candidate: Candidate, *, is_new: bool) -> None:
    done = "est ajouté à votre liste" if is_new else "est modifié"
    messages.success(request, f"Le candidat {candidate} {done}. Identifiant : {candidate.identifier}.")
    if candidate.has_ine and not rules.is_ine(candidate.identifier):
        messages.warning(request, f"L’INE {candidate.identifier} n’a pas une forme habituelle : vérifiez-le.")
