"""Exams, sittings and what happened in them go; the bank stays."""

from exams.models import Exam, ExamQuestion, Proposition, Question, Sitting, SittingEvent

PURGED = [Exam, ExamQuestion, Sitting, SittingEvent]
KEPT = [Question, Proposition]
