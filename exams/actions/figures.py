"""What exams teach about their questions: figures without anybody's answer, which outlive the exams."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from exams import rules
from exams.enums import SittingState
from exams.models import Exam, QuestionFigures, Sitting
from exams.queries import exam_questions


def count_answers(*, now: datetime) -> int:
    """Add to the questions' figures every sitting that is finished and not in them yet; returns how many.

    Exam by exam, each in its own transaction: killed anywhere, the next run goes on.
    """
    exams = Exam.objects.filter(pk__in=Sitting.objects.to_count(now).values("exam")).order_by("pk")
    return sum(count_exam(exam=exam) for exam in exams.iterator())


@transaction.atomic
def count_exam(*, exam: Exam) -> int:
    """Add one exam's sittings to the figures of its questions; returns how many. Once each, whoever else counts.

    Two kinds are passed over: a training of fewer than twenty questions, whose rest does not compare with the others',
    and a mark that was typed without its answers.
    """
    sittings = list(exam.sittings.filter(state=SittingState.CLOSED, counted=False).order_by("pk").select_for_update())
    Sitting.objects.filter(pk__in=[sitting.pk for sitting in sittings]).update(counted=True)
    sittings = [sitting for sitting in sittings if not sitting.is_mark_alone]
    questions = {row.number: row.question for row in exam_questions(exam)}
    if not sittings or len(questions) != rules.QUESTIONS:
        return len(sittings)
    sums = dict.fromkeys(questions, rules.AnswerSums())
    chosen = {number: Counter() for number in questions}
    for sitting in sittings:
        given = {number: sitting.responses.get(str(number), {}).get("c", "") for number in questions}
        right = {number: rules.is_right(given[number], question.expected) for number, question in questions.items()}
        mark = sum(right.values())
        for number in questions:
            sums[number] += rules.sums_of(right[number], mark)
            chosen[number][given[number]] += 1
    # In the order of the questions' keys: two exams counted at the same time wait for each other, never both.
    for number in sorted(questions, key=lambda number: questions[number].pk):
        _add(questions[number].pk, exam, sums[number], chosen[number])
    return len(sittings)


def _add(question: int, exam: Exam, sums: rules.AnswerSums, chosen: Counter) -> None:
    known = {"question_id": question, "year": exam.year, "kind": exam.kind}
    QuestionFigures.objects.get_or_create(**known)
    figures = QuestionFigures.objects.select_for_update().get(**known)
    for name, value in vars(figures.sums + sums).items():
        setattr(figures, name, value)
    figures.choices = dict(Counter(figures.choices) + chosen)
    figures.save()
