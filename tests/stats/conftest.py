import pytest

from exams.enums import SittingState
from exams.models import ExamQuestion
from tests.factories import CandidateFactory, ExamFactory, QuestionFactory, SittingFactory

THEMES = {"circulation": 12, "vitesse": 8}


@pytest.fixture
def make_exam(establishment):
    """An exam of twenty questions over two themes, twelve and eight, whose expected answers are A and C."""

    def make(themes=THEMES, **fields):
        exam = ExamFactory(**{"establishment": establishment, **fields})
        names = [theme for theme, count in themes.items() for _ in range(count)]
        for number, theme in enumerate(names, start=1):
            ExamQuestion.objects.create(exam=exam, number=number, question=QuestionFactory(theme=theme, expected="AC"))
        return exam

    return make


def answers(exam, **right):
    """Responses with so many right ones per theme; the others have one letter too few."""
    left = dict(right)
    responses = {}
    for row in exam.exam_questions.select_related("question"):
        is_right = left.get(row.question.theme, 0) > 0
        left[row.question.theme] = left.get(row.question.theme, 0) - 1
        letters = "AC" if is_right else "A"
        responses[str(row.number)] = {"c": letters, "e": 1, "s": 1, "f": True, "l": False, "at": 0}
    return responses


def finish(exam, *, candidate=None, rattrapage=False, person=None, **right):
    """A closed sitting with so many right answers per theme; `person` holds the fields of a new candidate."""
    candidate = candidate or CandidateFactory(establishment=exam.establishment, year=exam.year, **(person or {}))
    return SittingFactory(
        exam=exam,
        candidate=candidate,
        rattrapage=rattrapage,
        closed=True,
        mark=sum(right.values()),
        responses=answers(exam, **right),
    )


def finish_all(exam, marks, *, rattrapage=False, **person):
    """Closed sittings of new candidates with these marks, none of whose answers matter."""
    for mark in marks:
        candidate = CandidateFactory(establishment=exam.establishment, year=exam.year, **person)
        SittingFactory(exam=exam, candidate=candidate, rattrapage=rattrapage, closed=True, mark=mark)


def register(exam, count, *, state=SittingState.NOT_STARTED, **person):
    """Sittings of new candidates who have not finished."""
    for _ in range(count):
        candidate = CandidateFactory(establishment=exam.establishment, year=exam.year, **person)
        SittingFactory(exam=exam, candidate=candidate, state=state)
