"""The head's statistics: of one exam, by name; of the session, anonymous."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from esr.core.downloads import download
from esr.core.spreadsheets import CSV_TYPE, XLSX_TYPE
from establishments.perms import head_only
from exams.models import Exam
from exams.views import papers
from stats import documents, queries, rules, tasks

FORMATS = {
    "csv": (documents.statistics_csv, CSV_TYPE),
    "xlsx": (documents.statistics_xlsx, XLSX_TYPE),
}


def _exam(request, pk: int) -> Exam:
    return get_object_or_404(Exam.objects.of(request.establishment).select_related("establishment"), pk=pk)


@head_only
@require_GET
def exam_statistics(request, pk):
    """« Statistiques des réponses » (handbook 6.1)."""
    exam = _exam(request, pk)
    statistics = queries.exam_statistics(exam)
    context = {"exam": exam, "statistics": statistics}
    context |= {"weak_below": rules.WEAK_BELOW, "weak_at_most": rules.WEAK_THEMES}
    return render(request, "stats/school/exam_statistics.html", context)


@head_only
@require_http_methods(["GET", "POST"])
def exam_statistics_report(request, pk):
    """« Télécharger le rapport »"""
    return papers.answer(request, _exam(request, pk), tasks.exam_report, back="exam_statistics")


@head_only
@require_GET
def exam_statistics_workbook(request, pk):
    exam = _exam(request, pk)
    statistics = queries.exam_statistics(exam)
    if not statistics.candidates:
        return redirect("exam_statistics", pk=pk)
    return download(documents.exam_workbook(statistics), f"statistiques-{exam.number}.xlsx", XLSX_TYPE)


@head_only
@require_GET
def statistics(request):
    """« Statistiques » of the session (handbook 11.1)."""
    year = request.establishment.year_at(timezone.now())
    sections = queries.establishment_statistics(request.establishment, year)
    return render(request, "stats/school/statistics.html", {"year": year, "sections": sections})


@head_only
@require_GET
def statistics_download(request, file_format):
    if file_format not in FORMATS:
        raise Http404
    write, content_type = FORMATS[file_format]
    year = request.establishment.year_at(timezone.now())
    sections = queries.establishment_statistics(request.establishment, year)
    return download(write(sections), f"statistiques-{year}.{file_format}", content_type)
