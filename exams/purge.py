"""Exams, sittings and what happened in them go; the bank stays, and what they say of its questions without anybody."""

from datetime import datetime

from establishments.models import Establishment
from exams import actions, rules
from exams.enums import SittingState
from exams.models import (
    BankImport,
    DeletedSitting,
    Exam,
    ExamQuestion,
    ExportedResult,
    Incident,
    Proposition,
    Question,
    QuestionFigures,
    SiecleExport,
    Sitting,
    SittingEvent,
)

PURGED = [Exam, ExamQuestion, Sitting, DeletedSitting, SittingEvent, Incident, SiecleExport, ExportedResult]
KEPT = [Question, Proposition, QuestionFigures, BankImport]


def waits(establishment: Establishment, year: int, now: datetime) -> bool:
    """Whether an exam of the year still goes on, as a training over the new year does: nothing goes before its end."""
    exams = Exam.objects.ever_of(establishment).filter(year__lte=year)
    return exams.filter(ends_at__gt=now - rules.LATE_ARRIVAL).exists()


def before(establishment: Establishment, year: int) -> None:
    """Count what the hourly count has not met yet; in the transaction that deletes it."""
    uncounted = Sitting.objects.filter(state=SittingState.CLOSED, counted=False)
    exams = Exam.objects.ever_of(establishment).filter(year__lte=year, pk__in=uncounted.values("exam"))
    for exam in exams.order_by("pk"):
        actions.count_exam(exam=exam)
