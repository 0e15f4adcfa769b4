"""What the figures of questions say, and what neutralising one would change."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from exams import rules
from exams.enums import Doubt, SittingState
from exams.models import Exam, ExamQuestion, Question, QuestionFigures, Sitting


@dataclass(frozen=True)
class ChosenProposition:
    """How often a proposition was chosen, in whole percents of the answers."""

    letter: str
    text: str
    expected: bool
    percent: int


@dataclass(frozen=True)
class Quality:
    """One question's figures over some sessions; `facility` in whole percents, `discrimination` to two decimals."""

    sums: rules.AnswerSums
    propositions: list[ChosenProposition]
    unanswered: int

    @property
    def facility(self) -> int | None:
        return None if self.sums.facility is None else round(100 * self.sums.facility)

    @property
    def discrimination(self) -> float | None:
        return None if self.sums.discrimination is None else round(self.sums.discrimination, 2)

    @property
    def is_judged(self) -> bool:
        return self.sums.answers >= rules.ANSWERS_TO_JUDGE

    @property
    def doubts(self) -> list[Doubt]:
        return [Doubt(doubt) for doubt in rules.doubts(self.sums)]


def quality(question: Question, figures: list[QuestionFigures]) -> Quality:
    """The figures of a question, together; `figures` are its rows of the sessions that are asked about."""
    sums = sum((row.sums for row in figures), rules.AnswerSums())
    chosen = sum((Counter(row.choices) for row in figures), Counter())
    by_letter = Counter()
    for letters, count in chosen.items():
        by_letter.update(dict.fromkeys(letters, count))
    propositions = [
        ChosenProposition(p.letter, p.text, p.expected, _percent(by_letter[p.letter], sums.answers))
        for p in question.propositions.all()
    ]
    return Quality(sums, propositions, _percent(chosen[""], sums.answers))


def _percent(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


@dataclass(frozen=True)
class Rescored:
    """A closed sitting whose mark another key changes."""

    sitting: Sitting
    before: int
    after: int

    @property
    def changes_result(self) -> bool:
        return self._is_admitted(self.before) != self._is_admitted(self.after)

    @property
    def is_admitted(self) -> bool:
        return self._is_admitted(self.after)

    def _is_admitted(self, mark: int) -> bool:
        return rules.is_admitted(mark, self.sitting.total)


def rescored(exam: Exam, key: Mapping[int, str | None]) -> list[Rescored]:
    """The closed sittings to which `key` gives another mark, in the order of the names. One query."""
    changes = []
    for sitting in exam.sittings.filter(state=SittingState.CLOSED).select_related("candidate", "exam"):
        if sitting.is_mark_alone:
            continue
        given = {int(number): response["c"] for number, response in sitting.responses.items()}
        after = rules.mark(given, key)
        if after != sitting.mark:
            changes.append(Rescored(sitting, sitting.mark, after))
    return changes


def rattrapages_in_vain(changes: Iterable[Rescored], now: datetime) -> list[Sitting]:
    """The rattrapages planned for those whom `changes`, of one exam, admit or would admit. One query."""
    admitted = [change.sitting for change in changes if change.changes_result and change.is_admitted]
    if not admitted or not admitted[0].settles:
        return []
    planned = Sitting.objects.filter(candidate__in=[s.candidate_id for s in admitted], settles=admitted[0].settles)
    planned = planned.exclude(exam=admitted[0].exam_id).planned_rattrapages(now)
    return list(planned.select_related("exam", "candidate").defer("responses"))


def neutralised_key(key: Mapping[int, str | None], row: ExamQuestion) -> dict[int, str | None]:
    """The key with one question's neutralisation turned round, for a dry run."""
    expected = row.question.expected if row.neutralised_at else None
    return {**key, row.number: expected}
