"""« Importer depuis SIECLE BEE » and « Exporter les résultats vers SIECLE BEE ».

Both need the results of the year (who holds what, what goes), so they live up here.
"""

from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from candidates.enums import ImportSource
from candidates.models import ImportDraft
from candidates.siecle import results
from candidates.siecle.gateway import Refused, gateway
from candidates.siecle.reading import AUTOMATIC
from esr.core import jobs, spreadsheets
from esr.core.downloads import download
from esr.core.enums import JobState
from esr.core.models import Job
from establishments.enums import IdentifierKind
from establishments.perms import head_only
from establishments.queries import jobs_of
from exams import actions, queries, tasks
from exams.forms import SiecleConfirmForm, SiecleImportForm
from exams.models import SiecleExport

NOT_THERE = "Il n’y a pas de nouveau résultat à exporter."


def _is_there(establishment) -> bool:
    """Whether SIECLE BEE can know the establishment at all."""
    return establishment.identifier_kind == IdentifierKind.UAI


@head_only
@require_http_methods(["GET", "POST"])
def siecle_import(request):
    """The school's own export, or one button; either way a preview comes before anything is written."""
    establishment, way = request.establishment, gateway()
    possible = _is_there(establishment) and bool(set(AUTOMATIC) & set(establishment.attestations))
    form = _import_form(request, way)
    if possible and form.is_valid():
        if way.is_remote:
            return _start(request, tasks.SIECLE_IMPORT, "Import depuis SIECLE BEE")
        try:
            draft = actions.draft_from_siecle(
                establishment=establishment, gateway=way, now=timezone.now(), **_given(form, way)
            )
        except Refused as refused:
            form.add_error("file" if way.from_files else None, list(refused.messages))
        else:
            return redirect("candidate_import_preview", pk=draft.pk)
    context = {"form": form, "way": way, "possible": possible}
    return render(request, "exams/school/siecle_import.html", context)


def _import_form(request, way):
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    return SiecleImportForm(*posted, initial={"possible": True}) if way.from_files else SiecleConfirmForm(*posted)


def _given(form, way) -> dict:
    if not way.from_files:
        return {}
    return {"files": form.files_read, "filename": form.filename, "possible": form.cleaned_data["possible"]}


def _start(request, kind: str, title: str, **arguments) -> HttpResponse:
    establishment = request.establishment
    job = jobs.start(kind, title=title, scope=str(establishment.pk), establishment=establishment.pk, **arguments)
    return redirect("siecle_wait", job.pk)


@head_only
@never_cache
@require_safe
def siecle_wait(request, key):
    """How far SIECLE BEE is; once it is over, where its answer is."""
    kinds = (tasks.SIECLE_IMPORT, tasks.SIECLE_EXPORT)
    job = get_object_or_404(jobs_of(request.establishment, timezone.now()), pk=key, kind__in=kinds)
    if job.state != JobState.DONE:
        return render(request, "exams/school/siecle_wait.html", {"job": job, "JobState": JobState})
    address = _answer_of(request, job)
    if request.htmx:
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)


def _answer_of(request, job: Job) -> str:
    establishment = request.establishment
    if job.kind == tasks.SIECLE_EXPORT:
        export = SiecleExport.objects.of(establishment).first()
        return reverse("siecle_export_detail", args=[export.pk]) if export else reverse("siecle_export")
    draft = ImportDraft.objects.of(establishment).filter(source=ImportSource.SIECLE).first()
    return reverse("candidate_import_preview", args=[draft.pk]) if draft else reverse("siecle_import")


@head_only
@require_http_methods(["GET", "POST"])
def siecle_export(request):
    """What would go, what would not and why; POST makes the export."""
    establishment, way, now = request.establishment, gateway(), timezone.now()
    year = establishment.year_at(now)
    form = SiecleConfirmForm(request.POST if request.method == "POST" else None)
    if _is_there(establishment) and form.is_valid():
        if way.is_remote:
            return _start(request, tasks.SIECLE_EXPORT, "Export des résultats vers SIECLE BEE", year=year)
        return _export(request, way, year, now)
    context = {
        "way": way,
        "possible": _is_there(establishment),
        "plan": queries.export_plan(establishment, year),
        "exports": SiecleExport.objects.of(establishment).filter(year=year).with_counts(),
        "year": year,
    }
    return render(request, "exams/school/siecle_export.html", context)


def _export(request, way, year: int, now) -> HttpResponse:
    try:
        export = actions.export_results(establishment=request.establishment, year=year, now=now, gateway=way)
    except actions.NothingToExport:
        messages.info(request, NOT_THERE)
        return redirect("siecle_export")
    messages.success(request, "L’export est prêt : téléchargez le fichier et le reçu.")
    return redirect("siecle_export_detail", pk=export.pk)


def _of_mine(request, pk: int) -> SiecleExport:
    return get_object_or_404(SiecleExport.objects.of(request.establishment), pk=pk)


@head_only
@require_GET
def siecle_export_detail(request, pk):
    """The receipt of one export: what went, what did not and why."""
    export = _of_mine(request, pk)
    lines = queries.exported_lines(export)
    context = {
        "export": export,
        "gone": [line for line in lines if not line.problem],
        "kept": [line for line in lines if line.problem],
        "way": gateway(),
    }
    return render(request, "exams/school/siecle_export_detail.html", context)


RECEIPT = ("Nom", "Prénom", "Classe", "INE", "ELEVE_ID", "Attestation", "Résultat", "Date", "Exporté", "Pourquoi")
_RECEIPTS = {
    "xlsx": (partial(spreadsheets.to_xlsx, "Reçu"), spreadsheets.XLSX_TYPE),
    "csv": (spreadsheets.to_csv, spreadsheets.CSV_TYPE),
}


@head_only
@require_GET
def siecle_export_receipt(request, pk, file_format):
    export = _of_mine(request, pk)
    if file_format not in _RECEIPTS:
        raise Http404
    write, content_type = _RECEIPTS[file_format]
    content = write(RECEIPT, [_receipt_row(line) for line in queries.exported_lines(export)])
    return download(content, f"recu-siecle-{export.pk}.{file_format}", content_type)


def _receipt_row(line: queries.ExportLine) -> tuple:
    someone, result = line.candidate, line.result
    facts = (result.ine, result.siecle_id, result.attestation, line.outcome.label, result.day)
    return (someone.last_name, someone.first_name, someone.division, *facts, not line.problem, line.problem)


@head_only
@require_GET
def siecle_export_file(request, pk, file_format):
    """The results that went, in this project's own format (docs/siecle.md)."""
    export = _of_mine(request, pk)
    if file_format not in results.WRITERS:
        raise Http404
    write, content_type = results.WRITERS[file_format]
    content = write(queries.exported_batch(export))
    return download(content, f"resultats-siecle-{export.pk}.{file_format}", content_type)
