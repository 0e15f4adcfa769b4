"""The questions of an exam and where their media are."""

from django.conf import settings
from django.db.models import Prefetch

from exams.bank import encode
from exams.models import (
    Exam,
    ExamQuestion,
    Question,
)


def media_url(question: Question, name: str) -> str:
    return f"{settings.MEDIA_URL}bank/{question.media}/{name}"


def video_sources(question: Question) -> list[dict[str, str]]:
    """The files of the question's video, best first: a browser takes the first whose type it plays."""
    return _sources(question, "light.mp4", "video.mp4")


def reading_sources(question: Question) -> list[dict[str, str]]:
    """The files of the question's voice, best first."""
    return _sources(question, "reading.webm", "reading.m4a")


def _sources(question: Question, *names: str) -> list[dict[str, str]]:
    return [{"src": media_url(question, name), "type": encode.TYPES[name]} for name in names]


def exam_questions(exam: Exam) -> list[ExamQuestion]:
    """The exam's questions in their order, with propositions loaded: three queries whatever their number."""
    return list(
        exam.exam_questions.order_by("number").prefetch_related(
            Prefetch("question", Question.objects.prefetch_related("propositions"))
        )
    )
