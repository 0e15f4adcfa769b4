"""Sittings corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exams import rules
from exams.enums import Theme
from exams.models import (
    Exam,
    ExamQuestion,
    Sitting,
)
from exams.queries.questions import exam_questions, media_url, reading_sources, video_sources


@dataclass(frozen=True)
class CorrectedProposition:
    letter: str
    text: str
    expected: bool
    chosen: bool


@dataclass(frozen=True)
class CorrectedQuestion:
    """One question with its key; `given` and `right` speak of a candidate's answer.

    `neutralised`: the question proved faulty, and everybody has its point.
    """

    position: int
    number: int
    theme: str
    theme_label: str
    competence: str
    statement: str
    propositions: list[CorrectedProposition]
    given: str
    expected: str
    right: bool
    neutralised: bool
    explanation: str
    scene: str
    media: str
    still_url: str
    video: list[dict[str, str]]
    reading: list[dict[str, str]]


@dataclass(frozen=True)
class ThemeScore:
    theme: str
    label: str
    right: int
    total: int

    @property
    def percent(self) -> int:
        """Success in whole percents, rounded half up."""
        return (200 * self.right + self.total) // (2 * self.total) if self.total else 0


@dataclass(frozen=True)
class Correction:
    """One candidate's sitting, corrected, in the order the candidate met the questions."""

    mark: int
    admitted: bool
    themes: list[ThemeScore]
    questions: list[CorrectedQuestion]

    @property
    def errors(self) -> int:
        return len(self.questions) - self.mark


def _corrected(position: int, row: ExamQuestion, given: str) -> CorrectedQuestion:
    question = row.question
    expected = question.expected
    return CorrectedQuestion(
        position=position,
        number=row.number,
        theme=question.theme,
        theme_label=Theme(question.theme).label,
        competence=question.competence,
        statement=question.statement,
        propositions=[
            CorrectedProposition(p.letter, p.text, p.expected, p.letter in given) for p in question.propositions.all()
        ],
        given=given,
        expected=expected,
        right=row.neutralised_at is not None or rules.is_right(given, expected),
        neutralised=row.neutralised_at is not None,
        explanation=question.explanation,
        scene=question.scene,
        media=question.media,
        still_url=media_url(question, "still.jpg"),
        video=video_sources(question),
        reading=reading_sources(question),
    )


def exam_correction(exam: Exam) -> list[CorrectedQuestion]:
    """The exam's questions with their key, in the exam's order, no candidate's answers."""
    return [_corrected(row.number, row, "") for row in exam_questions(exam)]


def correction(sitting: Sitting, rows: Sequence[ExamQuestion] | None = None) -> Correction:
    """A closed sitting corrected; `rows` are the exam's questions when the caller has them already."""
    by_number = {row.number: row for row in (rows or exam_questions(sitting.exam))}
    questions = [
        _corrected(position, by_number[number], sitting.responses.get(str(number), {}).get("c", ""))
        for position, number in enumerate(sitting.order, start=1)
    ]
    return Correction(sitting.mark, rules.is_admitted(sitting.mark, sitting.total), theme_scores(questions), questions)


def theme_scores(questions: Sequence[CorrectedQuestion]) -> list[ThemeScore]:
    """Success per theme, in the handbook's order; themes without a question are left out."""
    scores = []
    for theme in Theme:
        of_theme = [question for question in questions if question.theme == theme]
        if of_theme:
            scores.append(ThemeScore(theme, theme.label, sum(q.right for q in of_theme), len(of_theme)))
    return scores


def correction_opens_at(sitting: Sitting) -> datetime:
    """When this candidate may see the correction; `exam.establishment` must be loaded."""
    exam = sitting.exam
    # Graded as it stands, or restored from a file, days later: the day of the exam is still the day it was sat.
    sat_at = min(sitting.closed_at, exam.ends_at)
    return rules.correction_opens_at(exam.kind, exam.ends_at, exam.establishment.zone, sat_at)
