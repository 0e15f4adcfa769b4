"""Exams without internet: the results that the establishment types (handbook 5.4)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from establishments.perms import head_only
from exams import actions, queries
from exams.forms import MarksForm, TypedAnswersForm
from exams.models import Exam, Sitting
from exams.views.misplaced import tell_misplaced


@head_only
@require_http_methods(["GET", "POST"])
def exam_marks(request, pk):
    """« Note »: the marks of an exam's candidates, typed from their grids"""
    exam = get_object_or_404(Exam.objects.of(request.establishment).select_related("establishment"), pk=pk)
    now = timezone.now()
    if refusal := actions.why_not_typed(exam, now):
        messages.error(request, refusal)
        return redirect("exam_detail", pk=pk)
    form = MarksForm(request.POST or None, sittings=exam.sittings.select_related("candidate"))
    if request.method == "POST" and form.is_valid():
        changed = actions.type_results(exam=exam, results=form.cleaned_data["results"], by=request.user, now=now)
        said = f"Résultats enregistrés : {len(changed)}." if changed else "Aucun résultat n’a changé."
        messages.success(request, said)
        tell_misplaced(request, changed, now)
        return redirect("exam_detail", pk=pk)
    return render(request, "exams/school/exam_marks.html", {"exam": exam, "form": form})


@head_only
@require_http_methods(["GET", "POST"])
def sitting_answers(request, key):
    """One candidate's grid, typed answer by answer: corrections and statistics then exist as well"""
    sittings = Sitting.objects.of(request.establishment).select_related("exam__establishment", "candidate")
    sitting = get_object_or_404(sittings, pk=key)
    exam, now = sitting.exam, timezone.now()
    if refusal := actions.why_not_typed(exam, now):
        messages.error(request, refusal)
        return redirect("exam_detail", pk=exam.pk)
    form = TypedAnswersForm(request.POST or None, sitting=sitting, rows=queries.exam_questions(exam))
    if request.method == "POST" and form.is_valid():
        done = actions.type_answers(sitting=sitting, answers=form.cleaned_data["answers"], by=request.user, now=now)
        messages.success(request, f"{sitting.candidate} : {done.mark}/{done.total}.")
        tell_misplaced(request, [done], now)
        return redirect("exam_marks", pk=exam.pk)
    return render(request, "exams/school/sitting_answers.html", {"exam": exam, "sitting": sitting, "form": form})
