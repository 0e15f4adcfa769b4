"""The establishment's pages that bring candidates in: import from a file, one by hand."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from candidates import actions, queries, resources, rules
from candidates.forms import CandidateForm, ConfirmImportForm, ImportForm
from candidates.models import Candidate, ImportDraft
from esr.core.spreadsheets import CSV_TYPE
from establishments.perms import head_only

PER_PAGE = 50
MAX_ERRORS = 1000  # lines of the error report on one page


@head_only
@require_http_methods(["GET", "POST"])
def candidate_import(request):
    """« Importer une liste de candidats »: a file with errors is explained here, a good one goes on to its preview."""
    establishment, year = request.establishment, request.establishment.current_year
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*posted, establishment=establishment, year=year)
    errors = []
    if form.is_valid():
        rows, plan = form.reading.rows, queries.import_plan(establishment, year, form.reading.rows)
        errors = sorted([*form.reading.errors, *plan.errors], key=lambda error: error.line)
        if not errors:
            draft = actions.keep_draft(establishment=establishment, year=year, filename=form.filename, rows=rows)
            for note in form.reading.notes:
                messages.warning(request, note)
            return redirect("candidate_import_preview", pk=draft.pk)
    context = {"form": form, "columns": _columns(establishment), "errors": errors[:MAX_ERRORS], "count": len(errors)}
    return render(request, "candidates/school/import.html", context)


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
    headers = {"Content-Disposition": 'attachment; filename="modele-candidats.csv"'}
    return HttpResponse(content, content_type=CSV_TYPE, headers=headers)


def _draft(request, pk: int) -> ImportDraft:
    drafts = ImportDraft.objects.of(request.establishment).filter(year=request.establishment.current_year)
    return get_object_or_404(drafts.select_related("establishment"), pk=pk)


@head_only
@require_http_methods(["GET", "POST"])
def candidate_import_preview(request, pk):
    """What the file would do to the list; POST does it, if it is still exactly that."""
    draft = _draft(request, pk)
    if request.method == "POST":
        return _confirm(request, draft)
    preview = queries.import_preview(draft)
    context = {
        "draft": draft,
        "preview": preview,
        "form": ConfirmImportForm(initial={"seen": preview.fingerprint}),
        "page": Paginator(preview.lines, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "candidates/school/import_preview.html", context)


def _confirm(request, draft: ImportDraft):
    form = ConfirmImportForm(request.POST)
    try:
        done = actions.confirm_import(draft=draft, seen=form.cleaned_data["seen"] if form.is_valid() else "")
    except actions.ListChanged:
        messages.error(
            request,
            "Votre liste de candidats a changé depuis cet aperçu. Rien n’a été enregistré : vérifiez le nouvel aperçu "
            "et confirmez à nouveau.",
        )
        return redirect("candidate_import_preview", pk=draft.pk)
    messages.success(
        request,
        f"Import terminé. Candidats ajoutés : {done.added} ; mis à jour : {done.updated} ; inchangés : {done.same} ; "
        f"non importés : {done.doubts}.",
    )
    return redirect("candidate_list")


@head_only
@require_POST
def candidate_import_cancel(request, pk):
    actions.drop_draft(draft=_draft(request, pk))
    messages.info(request, "L’import est abandonné : votre liste n’a pas changé.")
    return redirect("candidate_import")


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
            return redirect("candidate_list")
    return render(request, "candidates/school/candidate_form.html", {"form": form, "is_new": is_new})


def _tell(request, candidate: Candidate, *, is_new: bool) -> None:
    done = "est ajouté à votre liste" if is_new else "est modifié"
    messages.success(request, f"Le candidat {candidate} {done}. Identifiant : {candidate.identifier}.")
    if candidate.has_ine and not rules.is_ine(candidate.identifier):
        messages.warning(request, f"L’INE {candidate.identifier} n’a pas une forme habituelle : vérifiez-le.")
