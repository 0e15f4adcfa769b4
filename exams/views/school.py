"""The establishment's pages about its exams: list, creation, change, deletion, one exam, one candidate's answers."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from candidates.models import Candidate
from esr.core import places
from establishments.perms import head_only, staff
from exams import actions, queries, rules
from exams.enums import ExamState, Theme
from exams.forms import ChooseCandidatesForm, DeleteForm, ExamForm, TrainingLikeForm
from exams.models import Exam, Sitting

LIST, PER_PAGE = "exam_list", 25


def _exam(request, pk: int) -> Exam:
    return get_object_or_404(Exam.objects.of(request.establishment).select_related("establishment"), pk=pk)


@staff
@require_GET
def exam_list(request):
    now = timezone.now()
    exams = Exam.objects.of(request.establishment).with_counts()
    page = Paginator(exams, PER_PAGE).get_page(request.GET.get("page"))
    sittings = Sitting.objects.filter(exam__in=[exam.pk for exam in page])
    misplaced = {one.sitting.exam_id for one in queries.misplaced(sittings, now)}
    for exam in page:
        exam.state = exam.state_at(now)
        exam.is_doubtful = exam.pk in misplaced
    places.remember(request, LIST)
    return render(request, "exams/school/exam_list.html", {"page": page})


@head_only
@require_http_methods(["GET", "POST"])
def exam_create(request):
    return _edit(request, exam=None)


@head_only
@require_http_methods(["GET", "POST"])
def exam_edit(request, pk):
    exam = _exam(request, pk)
    if exam.state_at(timezone.now()) != ExamState.UPCOMING:
        messages.error(request, "Cette épreuve a commencé : elle ne peut plus être modifiée.")
        return redirect("exam_detail", pk=pk)
    return _edit(request, exam=exam)


def _edit(request, exam: Exam | None):
    """Two steps, the fields then the candidates, and no state between them: the second page posts both."""
    now = timezone.now()
    if request.method == "GET":
        initial = ExamForm.initial_of(exam) if exam else _initial(request)
        return _fields_page(request, exam, ExamForm(establishment=request.establishment, now=now, initial=initial))
    form = ExamForm(request.POST, establishment=request.establishment, now=now)
    if "back" in request.POST or not form.is_valid():
        return _fields_page(request, exam, form)
    like = form.cleaned_data.pop("like")
    choices = _choices(request, exam, form, now)
    if "generate" not in request.POST:
        sittings = Sitting.objects.of(request.establishment).filter(exam=exam.pk if exam else like)
        chosen = {str(key) for key in sittings.values_list("candidate", flat=True)}
        return _candidates_page(request, exam, form, choices, chosen)
    chooser = ChooseCandidatesForm(request.POST, choices=choices)
    if not chooser.is_valid():
        return _candidates_page(request, exam, form, choices, set(request.POST.getlist("candidates")), chooser)
    return _write(request, exam, form, chooser, now)


def _initial(request) -> dict:
    """What a new exam's form shows at first: nothing, or a training that a link proposes."""
    if "like" not in request.GET:
        return {"kind": "exam"}
    proposal = TrainingLikeForm(request.GET, establishment=request.establishment)
    if not proposal.is_valid():
        raise Http404
    return proposal.initial_of_training


def _choices(request, exam, form, now) -> list[queries.Choice]:
    fields = form.cleaned_data
    return queries.choices(
        request.establishment,
        kind=fields["kind"],
        attestation=fields["attestation"],
        year=request.establishment.year_at(fields["starts_at"]),
        now=now,
        exam=exam,
    )


def _write(request, exam, form, chooser, now):
    fields = {**form.cleaned_data, "candidates": chooser.cleaned_data["candidates"], "now": now}
    try:
        if exam:
            exam = actions.change_exam(exam=exam, **fields)
        else:
            exam = actions.create_exam(establishment=request.establishment, **fields)
    except rules.NotEnoughQuestions as error:
        themes = ", ".join(f"{Theme(theme).label} ({count})" for theme, count in error.missing.items())
        form.add_error(None, f"La banque ne contient pas assez de questions pour cette épreuve. Il manque : {themes}.")
        return _fields_page(request, exam, form)
    except actions.NotAllowed as error:
        if exam and exam.state_at(timezone.now()) != ExamState.UPCOMING:
            messages.error(request, str(error))
            return redirect("exam_detail", pk=exam.pk)
        chooser.add_error(None, str(error))  # somebody else wrote in the meantime: the page says what holds now
        chosen = set(request.POST.getlist("candidates"))
        return _candidates_page(request, exam, form, _choices(request, exam, form, timezone.now()), chosen, chooser)
    messages.success(request, f"L’épreuve « {exam.name} » est enregistrée.")
    return redirect("exam_detail", pk=exam.pk)


def _fields_page(request, exam, form) -> HttpResponse:
    has_candidates = exam is not None or Candidate.objects.of(request.establishment).exists()
    context = {"exam": exam, "form": form, "has_candidates": has_candidates}
    return render(request, "exams/school/exam_fields.html", context)


def _candidates_page(request, exam, form, choices, chosen, chooser=None) -> HttpResponse:
    context = {
        "exam": exam,
        "form": form,
        "chooser": chooser,
        "choices": choices,
        "has_rattrapages": any(choice.is_rattrapage for choice in choices),
        "chosen": chosen,
        "divisions": sorted({choice.candidate.division for choice in choices if choice.candidate.division}),
    }
    return render(request, "exams/school/exam_candidates.html", context)


@staff
@require_GET
def exam_detail(request, pk):
    """The exam's page: how it goes while the room is followed, and the results; asked for by htmx, only the part that
    changes."""
    exam = _exam(request, pk)
    now = timezone.now()
    watched = not exam.is_offline and rules.is_watched(exam.starts_at, exam.ends_at, now)
    context = {"exam": exam, "state": exam.state_at(now), "watched": watched}
    if watched and request.GET.get("vue") != "resultats":
        context |= {"room": queries.room(exam, now), "wrong_codes": queries.wrong_codes(exam, now)}
    else:
        context["board"] = queries.board(exam, now)
    if request.htmx:
        return render(request, "exams/school/board.html", context)
    context["back"] = places.address(request, LIST, f"epreuve-{pk}")
    context["misplaced"] = queries.misplaced(exam.sittings.all(), now)
    return render(request, "exams/school/exam_detail.html", context)


@head_only
@require_http_methods(["GET", "POST"])
def exam_delete(request, pk):
    exam = _exam(request, pk)
    now = timezone.now()
    if exam.state_at(now) == ExamState.ACTIVE:
        messages.error(request, "Cette épreuve est en cours : elle ne peut pas être supprimée avant sa fin.")
        return redirect("exam_detail", pk=pk)
    form = DeleteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.delete_exam(exam=exam, now=now)
        except actions.NotAllowed as error:
            messages.error(request, str(error))
            return redirect("exam_detail", pk=pk)
        messages.success(request, f"L’épreuve « {exam.name} » et ses données sont supprimées.")
        return redirect(places.address(request, LIST))
    context = {"exam": exam, "form": form, "board": queries.board(exam, now)}
    return render(request, "exams/school/exam_delete.html", context)


@staff
@require_GET
def exam_video_correction(request, pk):
    """« Corrigé vidéo »: the twenty questions and answers, to project with player controls."""
    exam = _exam(request, pk)
    return render(
        request, "exams/school/video_correction.html", {"exam": exam, "questions": queries.exam_correction(exam)}
    )


@head_only
@require_GET
def sitting_detail(request, key):
    """« Détails »: one candidate's answers, mark and success per theme (handbook 6.1)."""
    sittings = Sitting.objects.of(request.establishment).with_answers()
    sitting = get_object_or_404(sittings.select_related("exam__establishment", "candidate"), pk=key)
    context = {"sitting": sitting, "exam": sitting.exam, "correction": queries.correction(sitting)}
    return render(request, "exams/school/sitting_detail.html", context)
