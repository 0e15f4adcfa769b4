"""What the establishment prints: convocations, access codes, attestations, corrections, the Word model."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from candidates.models import Candidate
from certificates import documents, queries, rules, tasks
from certificates.forms import AttestationsForm
from certificates.views import WORD, download
from esr.core import jobs
from establishments.perms import head_only, staff
from exams.models import Exam, Sitting

_NO_CODES = "Cette épreuve se passe sur papier, sans accès internet : elle n’a pas de codes d’accès."


def _exam(request, pk: int) -> Exam:
    return get_object_or_404(Exam.objects.of(request.establishment).select_related("establishment"), pk=pk)


def _sittings(exam: Exam) -> list[Sitting]:
    return list(exam.sittings.select_related("candidate").defer("responses", "order"))


def _name(candidate: Candidate) -> str:
    """The candidate in a file's name: for a document about one person only."""
    return slugify(str(candidate)) or "candidat"


@head_only
@require_GET
def exam_convocations(request, pk):
    """« Toutes les convocations »"""
    return _convocations(request, pk, documents.convocations, "convocations-epreuve")


@head_only
@require_GET
def exam_convocations_to_cut(request, pk):
    """The same, two on an A4 sheet"""
    return _convocations(request, pk, documents.convocations_to_cut, "convocations-a4-epreuve")


def _convocations(request, pk: int, document: Callable, filename: str) -> HttpResponse:
    exam = _exam(request, pk)
    sittings = _sittings(exam)
    if not sittings:
        return _nothing(request, exam, "Aucun candidat n’est inscrit à cette épreuve : il n’y a pas de convocation.")
    return download(document(exam, sittings, issued_on=timezone.localdate()), f"{filename}-{exam.number}.pdf")


def _nothing(request, exam: Exam, why: str) -> HttpResponse:
    messages.error(request, why)
    return redirect("exam_detail", exam.pk)


@staff
@require_GET
def exam_codes(request, pk):
    """« Codes d'accès », on screen"""
    exam = _exam(request, pk)
    if exam.is_offline:
        return _nothing(request, exam, _NO_CODES)
    context = {
        "exam": exam,
        "number": rules.in_groups(exam.number),
        "lines": [(sitting.candidate, rules.in_groups(sitting.access_code)) for sitting in _sittings(exam)],
    }
    response = render(request, "certificates/school/exam_codes.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@staff
@require_GET
def exam_codes_pdf(request, pk):
    """The list of the codes, for the person who watches"""
    return _codes(request, pk, documents.access_codes, "codes-acces-epreuve")


@staff
@require_GET
def exam_code_slips(request, pk):
    """A slip per candidate, to cut out and hand over"""
    return _codes(request, pk, documents.code_slips, "codes-a-decouper-epreuve")


def _codes(request, pk: int, document: Callable, filename: str) -> HttpResponse:
    exam = _exam(request, pk)
    if exam.is_offline:
        return _nothing(request, exam, _NO_CODES)
    sittings = _sittings(exam)
    if not sittings:
        return _nothing(request, exam, "Aucun candidat n’est inscrit à cette épreuve : il n’y a aucun code à donner.")
    return download(document(exam, sittings), f"{filename}-{exam.number}.pdf")


@staff
@require_GET
def exam_grid(request, pk):
    """« Grille de l'épreuve »: one a candidate, to tick on paper (handbook 5.4)"""
    exam = _exam(request, pk)
    sittings = _sittings(exam)
    if not sittings:
        return _nothing(request, exam, "Aucun candidat n’est inscrit à cette épreuve : il n’y a pas de grille.")
    return download(documents.grids(exam, sittings), f"grilles-epreuve-{exam.number}.pdf")


@staff
@require_GET
def exam_key_grid(request, pk):
    """« Grille des corrections »"""
    exam = _exam(request, pk)
    return download(documents.key_grid(exam), f"grille-corrections-epreuve-{exam.number}.pdf")


@staff
@require_GET
def exam_attendance_sheet(request, pk):
    """« Feuille d’émargement »"""
    exam = _exam(request, pk)
    return download(documents.attendance_sheet(exam, _sittings(exam)), f"emargement-epreuve-{exam.number}.pdf")


@head_only
@require_GET
def exam_attestations(request, pk):
    """« Toutes les attestations » of one exam"""
    exam = _exam(request, pk)
    sittings = queries.attestable(request.establishment).filter(exam=exam)
    if not sittings:
        return _nothing(
            request,
            exam,
            "Aucune attestation à imprimer : il faut un candidat admis dont le résultat n’est pas à exporter vers "
            "SIECLE BEE.",
        )
    content = documents.attestations(sittings, issued_on=timezone.localdate())
    return download(content, f"attestations-epreuve-{exam.number}.pdf")


@head_only
@require_http_methods(["GET", "POST"])
def all_attestations(request):
    """« Toutes les attestations » of the list, or of a selection: what will be printed, then a job that prints it."""
    now = timezone.now()
    year = request.establishment.year_at(now)
    if request.method == "POST":
        form = AttestationsForm(request.POST, establishment=request.establishment, year=year, now=now)
        if form.is_valid():
            return _print_attestations(request, form.cleaned_data, year)
        messages.error(request, "Cochez au moins un candidat de votre liste.")
        return redirect("candidate_list")
    plan = queries.attestation_plan(request.establishment, year, now)
    return render(request, "certificates/school/all_attestations.html", {"plan": plan, "year": year})


def _print_attestations(request, chosen: dict, year: int) -> HttpResponse:
    sittings = queries.attestable(request.establishment).filter(candidate__year=year)
    if not chosen["everyone"]:
        sittings = sittings.filter(candidate__in=chosen["candidates"])
    candidates = sorted(set(sittings.values_list("candidate", flat=True)))
    if not candidates:
        messages.error(request, "Aucune attestation à imprimer pour ces candidats.")
        return redirect("all_attestations")
    left_out = len(chosen["candidates"]) - len(candidates)
    if left_out > 0:
        messages.warning(request, f"Candidats sélectionnés sans attestation à imprimer : {left_out}.")
    job = jobs.start(
        tasks.ATTESTATIONS,
        title=f"Attestations de la session {year}",
        scope=str(request.establishment.pk),
        establishment=request.establishment.pk,
        candidates=candidates,
        issued_on=timezone.localdate().isoformat(),
    )
    return redirect("job", job.pk)


@head_only
@require_GET
def candidate_attestation(request, pk):
    """The attestation of one admitted candidate"""
    sittings = get_list_or_404(queries.attestable(request.establishment), candidate=pk)
    content = documents.attestations(sittings, issued_on=timezone.localdate())
    return download(content, f"attestation-{_name(sittings[0].candidate)}.pdf")


@staff
@require_GET
def exam_correction_pdf(request, pk):
    """« Corrigé pdf » of an exam (handbook 5.1 offers it as soon as the exam is made)"""
    exam = _exam(request, pk)
    return download(documents.exam_correction(exam), f"corrige-epreuve-{exam.number}.pdf")


@staff
@require_GET
def sitting_correction_pdf(request, key):
    """« Corrigé pdf » of one candidate's answers"""
    sittings = Sitting.objects.of(request.establishment).with_answers()
    sitting = get_object_or_404(sittings.select_related("exam__establishment", "candidate"), pk=key)
    return download(documents.sitting_correction(sitting), f"corrige-{_name(sitting.candidate)}.pdf")


@head_only
@require_GET
def attestation_model(request):
    """« Modèle d'attestation de réussite »"""
    content = documents.attestation_model(request.establishment, issued_on=timezone.localdate())
    return download(content, "modele-attestation-reussite.docx", WORD)
