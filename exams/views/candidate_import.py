"""The preview of an import and what is decided on it. It says who already sat an exam, so it lives up here."""

from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from candidates import actions
from candidates.forms import ConfirmImportForm
from candidates.models import ImportDraft
from candidates.queries import error_report
from esr.core import spreadsheets
from esr.core.downloads import download
from establishments.perms import head_only
from exams import queries
from exams.actions import confirm_import

PER_PAGE = 50
MAX_ERRORS = 1000  # lines of the error report on one page


def _draft(request, pk: int) -> ImportDraft:
    drafts = ImportDraft.objects.of(request.establishment).filter(year=request.establishment.current_year)
    return get_object_or_404(drafts.select_related("establishment"), pk=pk)


@head_only
@require_http_methods(["GET", "POST"])
def candidate_import_preview(request, pk):
    """What the import would do to the list; POST does it, if it is still exactly that."""
    now = timezone.now()
    draft = _draft(request, pk)
    preview = queries.draft_preview(draft, now)
    form = ConfirmImportForm(request.POST if request.method == "POST" else None, preview=preview)
    if request.method == "POST":
        answer = _confirm(request, draft, form, now)
        if answer:
            return answer
    context = {
        "draft": draft,
        "preview": preview,
        "form": form,
        "questions": form.questions(),
        "agreed": form.ticked("agreed"),
        "removed": form.ticked("removed"),
        "errors": preview.errors[:MAX_ERRORS],
        "page": Paginator(preview.lines, PER_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "exams/school/candidate_import_preview.html", context)


CHANGED = (
    "Votre liste de candidats a changé depuis cet aperçu. Rien n’a été enregistré : vérifiez le nouvel aperçu et "
    "confirmez à nouveau."
)
BUSY = "Une épreuve est en cours : attendez sa fin pour retirer un candidat qui y est inscrit. Rien n’a été enregistré."


def _confirm(request, draft: ImportDraft, form: ConfirmImportForm, now) -> HttpResponse | None:
    """Do it, or say why not; None shows the preview again with the decisions as they were made."""
    try:
        if not form.is_valid():
            raise actions.ListChanged
        done = confirm_import(draft=draft, seen=form.cleaned_data["seen"], decisions=form.decisions(), now=now)
    except actions.ListChanged:
        messages.error(request, CHANGED)
        return redirect("candidate_import_preview", pk=draft.pk)
    except (actions.Contradiction, actions.Held) as error:
        messages.error(request, str(error) or BUSY)
        return None
    removed = f" ; retirés : {done.removed}" if done.removed else ""
    messages.success(
        request,
        f"Import terminé. Candidats ajoutés : {done.added} ; mis à jour : {done.updated}{removed} ; inchangés : "
        f"{done.same} ; non importés : {done.left_out}.",
    )
    return redirect("candidate_list")


@head_only
@require_POST
def candidate_import_cancel(request, pk):
    actions.drop_draft(draft=_draft(request, pk))
    messages.info(request, "L’import est abandonné : votre liste n’a pas changé.")
    return redirect("candidate_import")


_FORMATS = {
    "xlsx": (partial(spreadsheets.to_xlsx, "Erreurs"), spreadsheets.XLSX_TYPE),
    "csv": (spreadsheets.to_csv, spreadsheets.CSV_TYPE),
}


@head_only
@require_GET
def candidate_import_errors(request, pk, file_format):
    """The refused file with a column « Erreur », to correct and load again."""
    draft = _draft(request, pk)
    if file_format not in _FORMATS or not draft.is_refused:
        raise Http404
    write, content_type = _FORMATS[file_format]
    return download(write(*error_report(draft)), f"candidats-a-corriger.{file_format}", content_type)
