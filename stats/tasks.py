from celery import shared_task
from django.utils import timezone

from esr.core import jobs
from exams.models import Exam
from stats import actions, documents, queries

EXAM_REPORT = "exam_report"


@jobs.task(EXAM_REPORT, file=True)
def exam_report(progress, *, exam: int) -> jobs.Product:
    """The report of an exam that somebody has finished. Raises ValueError when the exam is gone, or nobody has."""
    found = Exam.objects.select_related("establishment").filter(pk=exam).first()
    statistics = found and queries.exam_statistics(found)
    if not statistics or not statistics.candidates:
        raise ValueError("Cette épreuve n’a plus de résultat : il n’y a pas de rapport à préparer.")
    progress(0, 1)
    content = documents.exam_report(found, statistics)
    progress(1, 1)
    return jobs.Product(filename=documents.report_name(found), content=content)


@shared_task
def count_figures() -> None:
    """Every hour: the establishments whose day has ended since their last counting."""
    actions.count_figures(now=timezone.now())
