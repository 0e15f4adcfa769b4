"""What the establishment prints: convocations, access codes, attestations, corrections, the Word model."""

from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from candidates.models import Candidate
from certificates import actions, documents, queries, rules, tasks
from certificates.forms import AttestationsForm, DuplicateForm
from esr.core import jobs, searches
from esr.core.downloads import WORD, download
from esr.core.text import in_groups
from establishments.perms import head_only, staff
from exams.models import Exam, Sitting, SittingQuerySet
from exams.tasks import Paper, is_printed_at_once
from exams.views import papers

_NO_CODES = "Cette épreuve se passe sur papier, sans accès internet : elle n’a pas de codes d’accès."


def _exam(request, pk: int) -> Exam:
    return get_object_or_404(Exam.objects.of(request.establishment).select_related("establishment"), pk=pk)


def _sittings(exam: Exam) -> list[Sitting]:
    return list(exam.sittings.select_related("candidate").defer("responses", "order"))


def _name(candidate: Candidate) -> str:
    """The candidate in a file's name: for a document about one person only."""
    return slugify(str(candidate)) or "candidat"


@head_only
@require_http_methods(["GET", "POST"])
def exam_convocations(request, pk):
    """« Toutes les convocations »"""
    return papers.answer(request, _exam(request, pk), tasks.convocations)


@head_only
@require_http_methods(["GET", "POST"])
def exam_convocations_to_cut(request, pk):
    """The same, two on an A4 sheet"""
    return papers.answer(request, _exam(request, pk), tasks.convocations_to_cut)


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
        "number": in_groups(exam.number),
        "lines": [(sitting.candidate, in_groups(sitting.access_code)) for sitting in _sittings(exam)],
    }
    response = render(request, "certificates/school/exam_codes.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


@staff
@require_http_methods(["GET", "POST"])
def exam_codes_pdf(request, pk):
    """The list of the codes, for the person who watches"""
    return _codes(request, pk, tasks.access_codes)


@staff
@require_http_methods(["GET", "POST"])
def exam_code_slips(request, pk):
    """A slip per candidate, to cut out and hand over"""
    return _codes(request, pk, tasks.code_slips)


def _codes(request, pk: int, paper: Paper) -> HttpResponse:
    exam = _exam(request, pk)
    if exam.is_offline:
        return _nothing(request, exam, _NO_CODES)
    return papers.answer(request, exam, paper)


@staff
@require_http_methods(["GET", "POST"])
def exam_grid(request, pk):
    """« Grille de l'épreuve »: one a candidate, to tick on paper (handbook 5.4)"""
    return papers.answer(request, _exam(request, pk), tasks.grids)


@staff
@require_GET
def exam_key_grid(request, pk):
    """« Grille des corrections »"""
    exam = _exam(request, pk)
    return download(documents.key_grid(exam), f"grille-corrections-epreuve-{exam.number}.pdf")


@staff
@require_http_methods(["GET", "POST"])
def exam_attendance_sheet(request, pk):
    """« Feuille d’émargement »"""
    return papers.answer(request, _exam(request, pk), tasks.attendance_sheet)


@head_only
@require_http_methods(["GET", "POST"])
def exam_attestations(request, pk):
    """« Toutes les attestations » of one exam: what will be printed and what was issued, then the document, which a
    job prepares for more candidates than a class has."""
    exam = _exam(request, pk)
    if exam.is_training:
        return _nothing(request, exam, "Un entraînement ne donne pas d’attestation.")
    if request.method == "POST":
        sittings = queries.attestable(request.establishment).filter(exam=exam)
        return _originals(request, sittings, f"attestations-epreuve-{exam.number}.pdf", back=request.path, exam=exam)
    context = {"plan": queries.exam_attestation_plan(exam, timezone.now()), "exam": exam}
    return render(request, "certificates/school/all_attestations.html", context)


def _originals(
    request, sittings: SittingQuerySet, filename: str, *, back: str, exam: Exam | None = None
) -> HttpResponse:
    """The originals that may be printed today, recorded as issued; `back` is where whoever gets nothing is told why.
    Those of an `exam` may be too many to be printed at once."""
    now = timezone.now()
    today = now.astimezone(request.establishment.zone).date()
    able = list(sittings)
    printed = queries.originals(able, today)
    _say_what_is_left(request, set(able) - set(printed))
    if not printed:
        messages.error(request, "Aucune attestation à imprimer.")
        return redirect(back)
    if exam and not is_printed_at_once(str(sitting.candidate) for sitting in printed):
        return _start(request, f"Attestations – {exam.name}", printed, exam=exam.pk)
    content = documents.attestations(printed, issued_on=today)
    try:
        actions.issue(sittings=printed, at=now, account=request.user.pk)
    except actions.AlreadyIssued:
        messages.error(request, "Une de ces attestations vient d’être délivrée, à une autre date : recommencez.")
        return redirect(back)
    return download(content, filename)


@head_only
@require_http_methods(["GET", "POST"])
def all_attestations(request):
    """« Toutes les attestations » of the list, or of a selection: what will be printed, then a job that prints it."""
    now = timezone.now()
    year = request.establishment.year_at(now)
    if request.method == "POST":
        words_of = partial(searches.words_of, request)
        form = AttestationsForm(
            request.POST, establishment=request.establishment, year=year, now=now, words_of=words_of
        )
        if form.is_valid():
            return _print_attestations(request, form.cleaned_data, year, now)
        for error in form.non_field_errors() or ["Cochez au moins un candidat de votre liste."]:
            messages.error(request, error)
        return redirect("candidate_list")
    plan = queries.attestation_plan(request.establishment, year, now)
    return render(request, "certificates/school/all_attestations.html", {"plan": plan, "year": year})


def _print_attestations(request, chosen: dict, year: int, now: datetime) -> HttpResponse:
    able = queries.attestable(request.establishment).filter(candidate__year=year)
    if not chosen["everyone"]:
        able = able.filter(candidate__in=chosen["candidates"])
    able = list(able)
    printed = queries.originals(able, now.astimezone(request.establishment.zone).date())
    _say_what_is_left(request, set(able) - set(printed))
    if not printed:
        messages.error(request, "Aucune attestation à imprimer pour ces candidats.")
        return redirect("all_attestations")
    left_out = len(chosen["candidates"]) - len({sitting.candidate_id for sitting in able})
    if left_out > 0:
        messages.warning(request, f"Candidats sélectionnés sans attestation à imprimer : {left_out}.")
    return _start(request, f"Attestations de la session {year}", printed)


def _start(request, title: str, printed: list[Sitting], **arguments) -> HttpResponse:
    """Have a job print originals; `arguments` says of which exam, if need be."""
    job = jobs.start(
        tasks.ATTESTATIONS,
        title=title,
        scope=str(request.establishment.pk),
        establishment=request.establishment.pk,
        candidates=sorted({sitting.candidate_id for sitting in printed}),
        account=request.user.pk,
        **arguments,
    )
    return redirect("job", job.pk)


def _say_what_is_left(request, sittings: set[Sitting]) -> None:
    """How many are not printed because their original was issued on a day before, and when."""
    if days := sorted(queries.original_days(sittings).values()):
        first, last = (date_format(day, "j F Y") for day in (days[0], days[-1]))
        when = f"le {first}" if first == last else f"du {first} au {last}"
        messages.warning(request, f"Attestations déjà délivrées, laissées de côté : {len(days)} ({when}).")


def _attestations_of(request, pk: int) -> SittingQuerySet:
    """The attestations of one admitted candidate: one, or several after exams of several kinds."""
    sittings = queries.attestable(request.establishment).filter(candidate=pk)
    if not sittings:
        raise Http404
    return sittings


@head_only
@require_POST
def candidate_attestation(request, pk):
    """The original; for whoever has theirs already, the page of the duplicate."""
    sittings = _attestations_of(request, pk)
    today = timezone.localdate()
    if not queries.originals(sittings, today):
        return redirect("candidate_duplicate", pk)
    filename = f"attestation-{_name(sittings[0].candidate)}.pdf"
    return _originals(request, sittings, filename, back=reverse("candidate_duplicate", args=[pk]))


@head_only
@require_http_methods(["GET", "POST"])
def candidate_duplicate(request, pk):
    """What was issued to one candidate, and « le duplicata », which is the only one (handbook 8 and 10.3)."""
    sittings = _attestations_of(request, pk)
    if request.method == "POST":
        form = DuplicateForm(request.POST, sittings=sittings)
        if form.is_valid():
            return _duplicate(request, form.cleaned_data["sitting"])
        messages.error(request, "Cette attestation n’est plus à imprimer : elle a changé entre-temps.")
        return redirect(request.path)
    today = timezone.localdate()
    days = queries.issued_days(sittings)
    who = {line.sitting.pk: line for line in queries.issued(sittings, request.establishment)}
    context = {
        "candidate": sittings[0].candidate,
        "lines": [(sitting, days[sitting.pk].printing(today).name, who.get(sitting.pk)) for sitting in sittings],
        "only_one": rules.ONLY_ONE,
    }
    return render(request, "certificates/school/duplicate.html", context)


def _duplicate(request, sitting: Sitting) -> HttpResponse:
    now = timezone.now()
    today = now.astimezone(request.establishment.zone).date()
    days = queries.issued_days([sitting])[sitting.pk]
    if days.printing(today) is rules.Printing.DUPLICATE:
        content = documents.attestations(
            [sitting], issued_on=today, originals={sitting.pk: days.original}, duplicate=True
        )
        try:
            actions.issue_duplicate(sitting=sitting, at=now, account=request.user.pk)
            return download(content, f"duplicata-{_name(sitting.candidate)}.pdf")
        except actions.AlreadyIssued:
            pass
    messages.error(request, "Le duplicata de cette attestation ne peut pas être imprimé : voyez ci-dessous pourquoi.")
    return redirect("candidate_duplicate", sitting.candidate_id)


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
