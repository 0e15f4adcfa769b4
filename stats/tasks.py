from datetime import date

from celery import shared_task
from django.utils import timezone

from esr.core.pdf import Progress
from exams.models import Exam
from exams.tasks import paper
from stats import actions, documents, queries


@paper("exam_report", title="Statistiques des réponses", filename="statistiques-epreuve")
def exam_report(exam: Exam, on: date, progress: Progress) -> bytes:
    """« Télécharger le rapport », once somebody has finished."""
    statistics = queries.exam_statistics(exam)
    if not statistics.candidates:
        raise ValueError("Cette épreuve n’a pas de résultat : il n’y a pas de rapport à préparer.")
    return documents.exam_report(exam, statistics, progress=progress)


@shared_task
def count_figures() -> None:
    """Every hour: the establishments whose day has ended since their last counting."""
    actions.count_figures(now=timezone.now())
