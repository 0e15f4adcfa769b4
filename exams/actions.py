"""Everything that is written about exams, sittings and the bank."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from candidates.models import Candidate
from establishments.models import Establishment
from exams import protocol, rules
from exams.auth import token_digest, token_matches
from exams.bank import source
from exams.enums import EventKind, ExamKind, ExamState, SittingState
from exams.models import ATTESTATION_COLUMNS, Exam, ExamQuestion, Proposition, Question, Sitting, SittingEvent

_random = secrets.SystemRandom()


class NotAllowed(ValueError):
    """The exam's state forbids this; the message says why, in French."""


# --- The bank -----------------------------------------------------------------------------------------------------


@transaction.atomic
def load_bank(*, questions: Iterable[source.Question], media: Mapping[str, str]) -> tuple[int, int]:
    """Create or update the bank's questions by code; `media` maps a code to the name of its media.

    Returns how many were created and updated.
    """
    created = updated = 0
    for item in questions:
        question, is_new = Question.objects.update_or_create(
            code=item.code,
            defaults={
                "theme": item.theme,
                "competence": item.competence,
                "use": item.use,
                "statement": item.statement,
                "explanation": item.explanation,
                "notes": item.notes,
                "scene": item.scene.description,
                "media": media[item.code],
                **{column: name in item.attestations for name, column in ATTESTATION_COLUMNS.items()},
            },
        )
        letters = protocol.LETTERS[: len(item.propositions)]
        for letter, proposition in zip(letters, item.propositions, strict=True):
            Proposition.objects.update_or_create(
                question=question,
                letter=letter,
                defaults={"text": proposition.text, "expected": proposition.expected},
            )
        question.propositions.exclude(letter__in=letters).delete()
        created += is_new
        updated += not is_new
    return created, updated


# --- Making and changing exams --------------------------------------------------------------------------------------


def _shuffled(values: Sequence[int]) -> list[int]:
    return _random.sample(list(values), len(values))


def _random_text(length: int, alphabet: str) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


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

    Raises rules.NotEnoughQuestions when the bank cannot fill the blueprint.
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
    _register(exam, candidates, now)
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
    """Draw by the blueprint, first what this establishment has met least: its exams differ as far as they can."""
    met = Counter(
        ExamQuestion.objects.filter(exam__establishment=exam.establishment)
        .exclude(exam=exam)
        .values_list("question", flat=True)
    )
    pool: dict[str, list[tuple[int, int]]] = {}
    questions = Question.objects.for_attestation(exam.attestation).for_kind(exam.kind)
    for key, theme in questions.values_list("pk", "theme"):
        pool.setdefault(theme, []).append((met[key], key))
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
        sitting.order = _shuffled(numbers)
    Sitting.objects.bulk_update(sittings, ["order"], batch_size=500)


def _register(exam: Exam, candidates: Iterable[Candidate], now: datetime) -> None:
    candidates = list(candidates)
    again = _needing_rattrapage(exam, [c.pk for c in candidates], now)
    codes = set(exam.sittings.values_list("access_code", flat=True))
    numbers = list(exam.exam_questions.values_list("number", flat=True))
    sittings = []
    for candidate in candidates:
        while (code := _random_text(rules.CODE_LENGTH, rules.CODE_ALPHABET)) in codes:
            pass
        codes.add(code)
        sittings.append(
            Sitting(
                exam=exam,
                candidate=candidate,
                access_code=code,
                rattrapage=candidate.pk in again,
                order=_shuffled(numbers),
            )
        )
    Sitting.objects.bulk_create(sittings, batch_size=500)


def _needing_rattrapage(exam: Exam, keys: Sequence[int], now: datetime) -> set[int]:
    """Handbook 9: for those who failed or were absent at an earlier exam of this attestation, this one is the
    rattrapage. Training exams are neither."""
    if exam.kind == ExamKind.TRAINING:
        return set()
    earlier = Sitting.objects.filter(
        candidate__in=keys, exam__kind=ExamKind.EXAM, exam__attestation=exam.attestation, exam__year=exam.year
    ).exclude(exam=exam)
    failed = Q(state=SittingState.CLOSED, mark__lt=rules.PASS_MARK)
    absent = Q(state=SittingState.NOT_STARTED, exam__ends_at__lte=now)
    return set(earlier.filter(failed | absent).values_list("candidate", flat=True))


@transaction.atomic
def change_exam(*, exam: Exam, candidates: Iterable[Candidate], now: datetime, **fields) -> Exam:
    """Change an « À venir » exam in any field, and who sits it. Codes already printed stay those of who stays.

    The questions are drawn again when the kind, the attestation or the themes change. Raises NotAllowed once the
    exam has begun, even if it began since the form was opened.
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
    exam.sittings.exclude(candidate__in=chosen).delete()
    kept = set(exam.sittings.values_list("candidate", flat=True))
    _register(exam, [candidate for key, candidate in chosen.items() if key not in kept], now)
    again = _needing_rattrapage(exam, list(kept), now)
    exam.sittings.filter(candidate__in=kept - again).update(rattrapage=False)
    exam.sittings.filter(candidate__in=again).update(rattrapage=True)
    return exam


@transaction.atomic
def delete_exam(*, exam: Exam, now: datetime) -> None:
    """Delete an « À venir » or « Terminé » exam with all its data. Raises NotAllowed while it is active."""
    exam = Exam.objects.select_for_update().get(pk=exam.pk)
    if exam.state_at(now) == ExamState.ACTIVE:
        raise NotAllowed("Cette épreuve est en cours : elle ne peut pas être supprimée avant sa fin.")
    exam.delete()


# --- Sitting an exam ------------------------------------------------------------------------------------------------


class TooEarly(NotAllowed):
    """The exam has not begun."""


class Over(NotAllowed):
    """The exam is over: nothing begins or arrives any more."""


class Elsewhere(NotAllowed):
    """Another device holds this sitting, and nobody allowed it to move."""


def _locked(sitting: Sitting) -> Sitting:
    return Sitting.objects.select_for_update(of=("self",)).select_related("exam").get(pk=sitting.pk)


def _log(sitting: Sitting, kind: EventKind, now: datetime, **detail) -> None:
    SittingEvent.objects.create(sitting=sitting, kind=kind, at=now, detail=detail)


@transaction.atomic
def start_sitting(*, sitting: Sitting, token: str, now: datetime) -> Sitting:
    """Give the sitting to the device that made `token`; the same token again changes nothing.

    Raises TooEarly, Over, Elsewhere.
    """
    sitting = _locked(sitting)
    exam = sitting.exam
    if sitting.state != SittingState.NOT_STARTED and token_matches(sitting, token):
        return sitting
    if sitting.state == SittingState.CLOSED:
        raise Over
    if sitting.state == SittingState.RUNNING:
        if sitting.takeover_until is None or now > sitting.takeover_until:
            raise Elsewhere
        if now >= exam.ends_at + rules.LATE_ARRIVAL:
            raise Over
        sitting.takeover_until = None
        kind = EventKind.TAKEN_OVER
    else:
        state = exam.state_at(now)
        if state == ExamState.UPCOMING:
            raise TooEarly
        if state == ExamState.OVER:
            raise Over
        extra_time = Candidate.objects.values_list("extra_time", flat=True).get(pk=sitting.candidate_id)
        sitting.answer_ms = rules.answer_time(extra_time=extra_time) // timedelta(milliseconds=1)
        sitting.state = SittingState.RUNNING
        sitting.started_at = now
        kind = EventKind.STARTED
    sitting.epoch += 1
    sitting.token_hash = token_digest(token)
    sitting.last_seen_at = now
    sitting.save(
        update_fields=["state", "epoch", "token_hash", "answer_ms", "started_at", "last_seen_at", "takeover_until"]
    )
    _log(sitting, kind, now, epoch=sitting.epoch)
    return sitting


@transaction.atomic
def allow_takeover(*, sitting: Sitting, now: datetime) -> None:
    """« Autoriser la reprise »: let another device in, once, for ten minutes. Raises NotAllowed."""
    sitting = _locked(sitting)
    if sitting.state != SittingState.RUNNING:
        raise NotAllowed("Seule une épreuve commencée et non terminée peut être reprise sur un autre appareil.")
    sitting.takeover_until = now + rules.TAKEOVER_WINDOW
    sitting.save(update_fields=["takeover_until"])
    _log(sitting, EventKind.TAKEOVER_ALLOWED, now, epoch=sitting.epoch)


@transaction.atomic
def save_answers(
    *, sitting: Sitting, epoch: int, items: Sequence[protocol.Item], now: datetime
) -> tuple[Sitting, dict[int, int]]:
    """Store the answers of a device and return the sitting with what may be acknowledged once this is committed.

    Raises protocol.Closed, protocol.OldEpoch.
    """
    sitting = _locked(sitting)
    if now >= sitting.exam.ends_at + rules.LATE_ARRIVAL:
        raise protocol.Closed
    limit = timedelta(milliseconds=sitting.answer_ms) + rules.NETWORK_GRACE
    before = as_protocol(sitting)
    after = protocol.save(
        before,
        epoch,
        items,
        # Without a timer nothing is ever late.
        limit_ms=limit // timedelta(milliseconds=1) if rules.MODES[sitting.exam.mode].timed else 10**9,
        now_ms=int(now.timestamp() * 1000),
    )
    _apply(sitting, before, after, now)
    return sitting, protocol.acknowledgement(after, items)


@transaction.atomic
def finish_sitting(*, sitting: Sitting, epoch: int, held: Mapping[int, int], now: datetime) -> Sitting:
    """Close the sitting if the platform holds all that the device holds; a repeat changes nothing.

    Raises protocol.Closed, protocol.OldEpoch, protocol.Missing.
    """
    sitting = _locked(sitting)
    before = as_protocol(sitting)
    after = protocol.finish(before, epoch, held)
    if before.state != after.state and now >= sitting.exam.ends_at + rules.LATE_ARRIVAL:
        raise protocol.Closed
    _apply(sitting, before, after, now)
    return sitting


def as_protocol(sitting: Sitting) -> protocol.Sitting:
    """The sitting as the pure rules see it."""
    responses = {
        int(q): protocol.Response(r["c"], r["e"], r["s"], r["f"], r["l"], r["at"]) for q, r in sitting.responses.items()
    }
    return protocol.Sitting(sitting.state, sitting.epoch, sitting.total, responses)


def _apply(sitting: Sitting, before: protocol.Sitting, after: protocol.Sitting, now: datetime) -> None:
    """Write what the rules decided; the mark is worked out here and nowhere else."""
    fields = ["responses", "last_seen_at"]
    sitting.last_seen_at = now
    sitting.responses = {
        str(q): {"c": r.choices, "e": r.epoch, "s": r.seq, "f": r.final, "l": r.late, "at": r.at}
        for q, r in after.responses.items()
    }
    if after.state != before.state:
        sitting.state = after.state
        sitting.closed_at = now
        sitting.mark = rules.mark({q: r.choices for q, r in after.responses.items()}, answer_key(sitting.exam))
        fields += ["state", "closed_at", "mark"]
        _log(sitting, EventKind.CLOSED, now, epoch=sitting.epoch, answers=len(after.responses))
    sitting.save(update_fields=fields)


def answer_key(exam: Exam) -> dict[int, str]:
    """Question number → expected letters, as "AC"."""
    rows = ExamQuestion.objects.filter(exam=exam, question__propositions__expected=True).order_by(
        "number", "question__propositions__letter"
    )
    key: dict[int, str] = {}
    for number, letter in rows.values_list("number", "question__propositions__letter"):
        key[number] = key.get(number, "") + letter
    return key
