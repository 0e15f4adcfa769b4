"""Exams, sittings and what happened in them go; the bank stays."""

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
