"""Making, changing and deleting exams."""

import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string

from candidates.models import Candidate
from establishments.models import Establishment
from exams import rules
from exams.actions.attempts import entitled, hold, keep_what_counts
from exams.actions.figures import count_exam
from exams.actions.refusal import NotAllowed
from exams.enums import ExamKind, ExamState
from exams.models import (
    Exam,
    ExamQuestion,
    Question,
    Sitting,
)

_random = secrets.SystemRandom()


def _shuffled(values: Sequence[int]) -> list[int]:
    return _random.sample(list(values), len(values))


@transaction.atomic
def create_exam(
    *,
    establishment: Establishment,
    kind: str,
    attestation: str,
    name: str,
    starts_at: datetime,
    candidates: Iterable[Candidate],
    now: datetime,
    place: str = "",
    convocation_text: str = "",
    timed: bool = True,
    themes: Sequence[str] = (),
) -> Exam:
    """« Générer l'épreuve »: draw the questions, the exam's number and a code for each candidate.

    Raises rules.NotEnoughQuestions when the bank cannot fill the blueprint, NotAllowed when one of the candidates may
    not sit it (any more).
    """
    exam = Exam(
        establishment=establishment,
        year=establishment.year_at(starts_at),
        kind=kind,
        attestation=attestation,
        name=name,
        starts_at=starts_at,
        ends_at=rules.ends_at(kind, starts_at),
        place=place,
        convocation_text=convocation_text,
        timed=timed,
        themes=list(themes) if kind == ExamKind.TRAINING else [],
    )
    _number(exam)
    _draw_questions(exam)
    candidates = list(candidates)
    _register(exam, candidates, entitled(exam, candidates, now))
    return exam


def _number(exam: Exam) -> None:
    """Save the exam under a number that nobody else has; digits, so that any keyboard types it."""
    for _ in range(20):
        exam.number = str(secrets.randbelow(9 * 10 ** (rules.NUMBER_LENGTH - 1)) + 10 ** (rules.NUMBER_LENGTH - 1))
        try:
            with transaction.atomic():
                exam.save(force_insert=True)
            return
        except IntegrityError:
            if not Exam.objects.filter(number=exam.number).exists():
                raise
    raise RuntimeError("No free exam number was found in 20 draws")


def _draw_questions(exam: Exam) -> None:
    """Draw by the blueprint, first what this establishment has met least: its exams differ as far as they can.

    A new version of a question that was met is no new question.
    """
    met = Counter(
        ExamQuestion.objects.filter(exam__establishment=exam.establishment)
        .exclude(exam=exam)
        .values_list("question__code", flat=True)
    )
    pool: dict[str, list[tuple[int, int]]] = {}
    questions = Question.objects.for_attestation(exam.attestation).for_kind(exam.kind)
    for key, code, theme in questions.values_list("pk", "code", "theme"):
        pool.setdefault(theme, []).append((met[code], key))
    shares = rules.blueprint_for(exam.themes, {theme: len(entries) for theme, entries in pool.items()})
    drawn = rules.draw(pool, shares, _shuffled)
    ExamQuestion.objects.filter(exam=exam).delete()
    ExamQuestion.objects.bulk_create(
        ExamQuestion(exam=exam, number=number, question_id=key) for number, key in enumerate(drawn, start=1)
    )


def _renew_orders(exam: Exam) -> None:
    """Other questions, perhaps another number of them: those already registered get a new order."""
    numbers = list(exam.exam_questions.values_list("number", flat=True))
    sittings = list(exam.sittings.all())
    for sitting in sittings:
        sitting.order = _order(exam, numbers)
    Sitting.objects.bulk_update(sittings, ["order"], batch_size=500)


def _order(exam: Exam, numbers: Sequence[int]) -> list[int]:
    """Each candidate's own order of the questions; before one film everybody has the film's."""
    return sorted(numbers) if exam.is_offline else _shuffled(numbers)


def _code(exam: Exam, taken: set[str]) -> str:
    """A code that nobody of the exam has, added to the `taken` ones; none for an exam without internet."""
    if exam.is_offline:
        return ""
    while (code := get_random_string(rules.CODE_LENGTH, rules.CODE_ALPHABET)) in taken:
        pass
    taken.add(code)
    return code


def _renew_codes(exam: Exam) -> None:
    """An exam that is now with, or without, internet: its candidates get codes, or lose them."""
    sittings = list(exam.sittings.exclude(access_code="") if exam.is_offline else exam.sittings.filter(access_code=""))
    taken = set(exam.sittings.values_list("access_code", flat=True))
    for sitting in sittings:
        sitting.access_code = _code(exam, taken)
    Sitting.objects.bulk_update(sittings, ["access_code"], batch_size=500)


def _register(exam: Exam, candidates: Iterable[Candidate], again: Collection[int]) -> None:
    """Register candidates; for those whose keys are in `again` the exam is the rattrapage."""
    codes = set(exam.sittings.values_list("access_code", flat=True))
    numbers = list(exam.exam_questions.values_list("number", flat=True))
    sittings = []
    for candidate in candidates:
        sittings.append(
            Sitting(
                exam=exam,
                candidate=candidate,
                access_code=_code(exam, codes),
                settles=exam.settles,
                rattrapage=candidate.pk in again,
                order=_order(exam, numbers),
            )
        )
    Sitting.objects.bulk_create(sittings, batch_size=500)


@transaction.atomic
def change_exam(*, exam: Exam, candidates: Iterable[Candidate], now: datetime, **fields) -> Exam:
    """Change an « À venir » exam in any field, and who sits it. Codes already printed stay those of who stays.

    The questions are drawn again when the kind, the attestation or the themes change. Raises NotAllowed once the
    exam has begun, even if it began since the form was opened, and when one of the candidates may not sit it.
    """
    exam = Exam.objects.select_for_update().select_related("establishment").get(pk=exam.pk)
    if exam.state_at(now) != ExamState.UPCOMING:
        raise NotAllowed("Cette épreuve a commencé : elle ne peut plus être modifiée.")
    before = (exam.kind, exam.attestation, exam.themes)
    for name, value in fields.items():
        setattr(exam, name, value)
    if exam.kind != ExamKind.TRAINING:
        exam.themes, exam.timed = [], True
    exam.ends_at = rules.ends_at(exam.kind, exam.starts_at)
    exam.year = exam.establishment.year_at(exam.starts_at)
    exam.save()
    if (exam.kind, exam.attestation, exam.themes) != before:
        _draw_questions(exam)
        _renew_orders(exam)
    chosen = {candidate.pk: candidate for candidate in candidates}
    again = entitled(exam, list(chosen.values()), now)
    exam.sittings.exclude(candidate__in=chosen).delete()
    exam.sittings.filter(candidate__in=again).update(settles=exam.settles, rattrapage=True)
    exam.sittings.exclude(candidate__in=again).update(settles=exam.settles, rattrapage=False)
    _renew_codes(exam)
    kept = set(exam.sittings.values_list("candidate", flat=True))
    _register(exam, [candidate for key, candidate in chosen.items() if key not in kept], again)
    return exam


@transaction.atomic
def delete_exam(*, exam: Exam, now: datetime) -> None:
    """Delete an « À venir » or « Terminé » exam with all its data, but for what the rattrapage's rule needs. Raises
    NotAllowed while it is active."""
    hold(exam.sittings.values_list("candidate", flat=True))  # before the exam's row, as who voids a sitting
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    if exam.state_at(now) == ExamState.ACTIVE:
        raise NotAllowed("Cette épreuve est en cours : elle ne peut pas être supprimée avant sa fin.")
    keep_what_counts(exam, now)
    count_exam(exam=exam)  # what it taught about its questions stays
    exam.delete()
