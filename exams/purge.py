"""Exams, sittings and what happened in them go; the bank stays."""

from exams.models import Exam, ExamQuestion, Incident, Proposition, Question, Sitting, SittingEvent

PURGED = [Exam, ExamQuestion, Sitting, SittingEvent, Incident]
KEPT = [Question, Proposition]
