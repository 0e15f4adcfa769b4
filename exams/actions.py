"""Everything that is written about exams, sittings and the bank."""

import logging
import secrets
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from candidates import actions as candidate_actions
from candidates.actions import Imported
from candidates.enums import ImportSource
from candidates.models import Candidate, ImportDraft
from candidates.rules import NO_DECISION, Decisions
from candidates.siecle.gateway import Gateway, Progress
from candidates.siecle.reading import Context, read
from establishments.models import Establishment, User
from exams import protocol, queries, rules, sealing
from exams.auth import token_digest, token_matches
from exams.bank import source
from exams.enums import EventKind, ExamKind, ExamState, FileOutcome, Reason, SittingState
from exams.models import (
    ATTESTATION_COLUMNS,
    Exam,
    ExamQuestion,
    ExportedResult,
    Incident,
    Proposition,
    Question,
    SiecleExport,
    Sitting,
    SittingEvent,
)
from exams.queries import ExportLine, attestations_held, candidate_history, export_plan, sitting_now

logger = logging.getLogger(__name__)
_random = secrets.SystemRandom()


class NotAllowed(ValueError):
    """The exam's state forbids this; the message says why, in French."""


# --- Candidates ---------------------------------------------------------------------------------------------------


def confirm_import(*, draft: ImportDraft, seen: str, now: datetime, decisions: Decisions = NO_DECISION) -> Imported:
    """Do what the preview `seen` of `exams.queries.draft_preview` showed, as decided; raises as candidates.actions."""
    return candidate_actions.confirm_import(
        draft=draft,
        seen=seen,
        decisions=decisions,
        history=partial(candidate_history, now=now),
        is_held=partial(sitting_now, now=now, lock=True),
    )


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


def _locked(sitting: Sitting) -> Sitting:
    return Sitting.objects.select_for_update(of=("self",)).select_related("exam").get(pk=sitting.pk)


def _log(sitting: Sitting, kind: EventKind, now: datetime, by: User | None = None, **detail) -> None:
    SittingEvent.objects.create(sitting=sitting, kind=kind, at=now, account=by and by.pk, detail=detail)


def note_wrong_code(*, exam: Exam, now: datetime) -> None:
    """Count a code that was nobody's; the first one begins another day.

    Nothing is written once the exam is watched: a flood of guesses costs the database no more than that.
    """
    if queries.wrong_codes(exam, now).watched:
        return
    counter = Exam.objects.filter(pk=exam.pk)
    begun = Q(wrong_codes_since__isnull=False, wrong_codes_since__gt=now - rules.WRONG_CODES_WINDOW)
    if not counter.filter(~begun).update(wrong_codes=1, wrong_codes_since=now):
        counter.update(wrong_codes=F("wrong_codes") + 1)


def start_sitting(*, sitting: Sitting, token: str, now: datetime) -> Sitting:
    """Give the sitting to the device that made `token`; the same token again changes nothing.

    Raises TooEarly, Over, protocol.Elsewhere. A device that is refused because of another one is shown to the
    supervisor, who may let it in.
    """
    try:
        return _start(sitting, token, now)
    except protocol.Elsewhere:
        _ask_takeover(sitting, now)
        raise


@transaction.atomic
def _start(sitting: Sitting, token: str, now: datetime) -> Sitting:
    sitting = _locked(sitting)
    exam, before = sitting.exam, as_protocol(sitting)
    allowed = sitting.takeover_until is not None and now <= sitting.takeover_until
    try:
        after = protocol.enter(before, same_device=token_matches(sitting, token), takeover_allowed=allowed)
    except protocol.Closed as error:
        raise Over from error
    if after == before:
        return sitting
    if before.state == protocol.RUNNING:
        if now >= exam.ends_at + rules.LATE_ARRIVAL:
            raise Over
        kind = EventKind.TAKEN_OVER
    else:
        state = exam.state_at(now)
        if state == ExamState.UPCOMING:
            raise TooEarly
        if state == ExamState.OVER:
            raise Over
        extra_time = Candidate.objects.values_list("extra_time", flat=True).get(pk=sitting.candidate_id)
        own = rules.answer_time(extra_time=extra_time) // timedelta(milliseconds=1)
        sitting.answer_ms = max(own, sitting.answer_ms)  # the supervisor may have given time before
        sitting.started_at = now
        kind = EventKind.STARTED
    sitting.state, sitting.epoch = after.state, after.epoch
    sitting.token_hash = token_digest(token)
    sitting.last_seen_at = now
    sitting.takeover_until = sitting.takeover_asked_at = None
    sitting.save(
        update_fields=[
            "state", "epoch", "token_hash", "answer_ms", "started_at", "last_seen_at", "takeover_until",
            "takeover_asked_at",
        ]
    )  # fmt: skip
    _log(sitting, kind, now, epoch=sitting.epoch)
    return sitting


@transaction.atomic
def _ask_takeover(sitting: Sitting, now: datetime) -> None:
    asked = Sitting.objects.filter(pk=sitting.pk, state=SittingState.RUNNING, takeover_asked_at=None)
    if asked.update(takeover_asked_at=now):
        _log(sitting, EventKind.TAKEOVER_ASKED, now)


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
    before = as_protocol(sitting)
    after = protocol.save(before, epoch, items, **_clock(sitting, now))
    _apply(sitting, before, after, now)
    return sitting, protocol.acknowledgement(after, items)


@transaction.atomic
def finish_sitting(*, sitting: Sitting, epoch: int, held: Mapping[int, int], now: datetime) -> Sitting:
    """The closed sitting, once the platform holds all that the device holds. Writes nothing: a save that is being
    stored is waited for, and it is the last answer that closes.

    Raises protocol.Closed, protocol.OldEpoch, protocol.Missing.
    """
    sitting = _locked(sitting)
    if sitting.state == SittingState.RUNNING and now >= sitting.exam.ends_at + rules.LATE_ARRIVAL:
        raise protocol.Closed
    protocol.finish(as_protocol(sitting), epoch, held)
    return sitting


def _clock(sitting: Sitting, now: datetime) -> dict[str, int]:
    """From when on an answer counts as late (never without a timer), and the server's time, in ms."""
    limit = timedelta(milliseconds=sitting.answer_ms) + rules.NETWORK_GRACE
    timed = rules.MODES[sitting.exam.mode].timed
    return {
        "limit_ms": limit // timedelta(milliseconds=1) if timed else 10**9,
        "now_ms": int(now.timestamp() * 1000),
    }


def as_protocol(sitting: Sitting) -> protocol.Sitting:
    """The sitting as the pure rules see it."""
    responses = {
        int(q): protocol.Response(r["c"], r["e"], r["s"], r["f"], r["l"], r["at"], r["o"])
        for q, r in sitting.responses.items()
    }
    return protocol.Sitting(sitting.state, sitting.epoch, sitting.total, responses)


def _apply(
    sitting: Sitting, before: protocol.Sitting, after: protocol.Sitting, now: datetime, *, seen: bool = True
) -> None:
    """Write what the rules decided; the mark is worked out here and nowhere else. `seen`: the device was heard of."""
    fields = ["responses"]
    if seen:
        sitting.last_seen_at = now
        fields.append("last_seen_at")
    sitting.responses = {
        str(q): {"c": r.choices, "e": r.epoch, "s": r.seq, "f": r.final, "l": r.late, "at": r.at, "o": r.source}
        for q, r in after.responses.items()
    }
    if after.state != before.state:
        sitting.state = after.state
        sitting.closed_at = now
        sitting.mark = rules.mark({q: r.choices for q, r in after.responses.items()}, answer_key(sitting.exam))
        sitting.paused_at = sitting.takeover_asked_at = sitting.takeover_until = None
        fields += ["state", "closed_at", "mark", "paused_at", "takeover_asked_at", "takeover_until"]
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


# --- Supervision ----------------------------------------------------------------------------------------------------


def _signal(exam: Exam) -> None:
    """Tell the open pages of an exam that something has changed for them (they ask within ten seconds)."""
    Exam.objects.filter(pk=exam.pk).update(signal=F("signal") + 1)


def _in_the_room(exam: Exam, only: Sitting | None, *states: SittingState) -> list[Sitting]:
    """The sittings of an exam, or one of them, that are in one of `states`: locked, in an order without deadlocks."""
    sittings = exam.sittings.select_for_update(of=("self",)).filter(state__in=states).order_by("pk")
    return list(sittings.filter(pk=only.pk) if only else sittings)


@transaction.atomic
def allow_takeover(*, sitting: Sitting, by: User, now: datetime) -> None:
    """« Autoriser la reprise »: let another device in, once, for ten minutes. Raises NotAllowed."""
    sitting = _locked(sitting)
    if sitting.state != SittingState.RUNNING:
        raise NotAllowed("Seule une épreuve commencée et non terminée peut être reprise sur un autre appareil.")
    sitting.takeover_until = now + rules.TAKEOVER_WINDOW
    sitting.save(update_fields=["takeover_until"])
    _log(sitting, EventKind.TAKEOVER_ALLOWED, now, by, epoch=sitting.epoch)


@transaction.atomic
def note_presence(*, exam: Exam, present: Collection[UUID], missing: Collection[UUID]) -> None:
    """Tick who has come in and untick who has not. Who has begun is there, whatever is ticked, and nobody else is
    touched: two supervisors may call the roll at the same time."""
    waiting = exam.sittings.filter(state=SittingState.NOT_STARTED)
    waiting.filter(pk__in=present).update(present=True)
    waiting.filter(pk__in=missing).update(present=False)


@transaction.atomic
def pause(*, exam: Exam, sitting: Sitting | None = None, by: User, now: datetime) -> int:
    """Stop the time of one candidate, or of everybody in the room, and return how many were stopped.

    Only running sittings are stopped; what is closed stays closed.
    """
    stopped = [s for s in _in_the_room(exam, sitting, SittingState.RUNNING) if s.paused_at is None]
    for paused in stopped:
        paused.paused_at = now
        paused.save(update_fields=["paused_at"])
        _log(paused, EventKind.PAUSED, now, by, room=sitting is None)
    _signal(exam)
    return len(stopped)


@transaction.atomic
def end_pause(*, exam: Exam, sitting: Sitting | None = None, by: User, now: datetime) -> int:
    """Let the time run again, and return for how many. The exam's own end does not move (handbook 5.1)."""
    stopped = [s for s in _in_the_room(exam, sitting, SittingState.RUNNING) if s.paused_at is not None]
    for paused in stopped:
        paused.paused_ms += (now - paused.paused_at) // timedelta(milliseconds=1)
        paused.paused_at = None
        paused.save(update_fields=["paused_at", "paused_ms"])
        _log(paused, EventKind.CONTINUED, now, by, room=sitting is None)
    _signal(exam)
    return len(stopped)


@transaction.atomic
def give_time(*, exam: Exam, sitting: Sitting | None = None, answer_time: timedelta, by: User, now: datetime) -> int:
    """Give one candidate, or everybody, longer to answer each question from now on, the one in progress included;
    return how many have more than before. Time is never taken away, and a closed sitting is never reopened."""
    answer_ms = answer_time // timedelta(milliseconds=1)
    given = [
        s
        for s in _in_the_room(exam, sitting, SittingState.NOT_STARTED, SittingState.RUNNING)
        if s.answer_ms < answer_ms
    ]
    for longer in given:
        longer.answer_ms = answer_ms
        longer.save(update_fields=["answer_ms"])
        _log(longer, EventKind.TIME_GIVEN, now, by, seconds=answer_ms // 1000, room=sitting is None)
    _signal(exam)
    return len(given)


@transaction.atomic
def grade_as_it_stands(*, sitting: Sitting, reason: str, by: User, now: datetime) -> Sitting:
    """Close a sitting that was not finished, with the answers that arrived. Raises NotAllowed."""
    sitting = _locked(sitting)
    before = as_protocol(sitting)
    try:
        after = protocol.grade_as_it_stands(before)
    except protocol.Closed as error:
        raise NotAllowed("Seule une épreuve commencée et non terminée peut être notée en l’état.") from error
    _log(sitting, EventKind.GRADED, now, by, reason=Reason(reason))
    _apply(sitting, before, after, now, seen=False)
    _signal(sitting.exam)
    return sitting


@transaction.atomic
def declare_technical_absence(*, sitting: Sitting, reason: str, by: User, now: datetime) -> None:
    """Nothing of this sitting counts, and the candidate keeps the rattrapage. Raises NotAllowed."""
    sitting = _locked(sitting)
    if sitting.exam.state_at(now) == ExamState.UPCOMING:
        raise NotAllowed("L’épreuve n’a pas encore commencé.")
    try:
        after = protocol.declare_void(as_protocol(sitting))
    except protocol.Closed as error:
        raise NotAllowed("Cette épreuve est terminée : elle ne peut plus être une absence technique.") from error
    sitting.state = after.state
    sitting.takeover_asked_at = sitting.takeover_until = None  # a pause stays: lifted, the time still stands
    sitting.save(update_fields=["state", "takeover_asked_at", "takeover_until"])
    _log(sitting, EventKind.VOIDED, now, by, reason=Reason(reason))
    _signal(sitting.exam)


@transaction.atomic
def lift_technical_absence(*, sitting: Sitting, by: User, now: datetime) -> None:
    """Put the sitting back where it stood. Raises NotAllowed."""
    sitting = _locked(sitting)
    try:
        after = protocol.lift_void(as_protocol(sitting))
    except protocol.Closed as error:
        raise NotAllowed("Ce candidat n’est pas en absence technique.") from error
    sitting.state = after.state
    sitting.save(update_fields=["state"])
    _log(sitting, EventKind.UNVOIDED, now, by)
    _signal(sitting.exam)


def note_incident(
    *, exam: Exam, sitting: Sitting | None = None, category: str, text: str, by: User, now: datetime
) -> Incident:
    """A supervisor's note about one candidate, or about the room."""
    return Incident.objects.create(exam=exam, sitting=sitting, category=category, text=text, at=now, account=by.pk)


# --- Result files ---------------------------------------------------------------------------------------------------


class Late(Exception):
    """The correction is open: only a head may restore, and says why."""


@transaction.atomic
def restore_sitting(
    *, sitting: Sitting, epoch: int, items: Sequence[protocol.Item], by: User, now: datetime, reason: str = ""
) -> tuple[Sitting, int]:
    """Put the answers of an opened result file where the device could not; return the sitting and how many questions
    the file brought.

    `reason` is a Reason once the correction is open. Raises protocol.NeverStarted, AlreadyHandled, Closed, OldEpoch,
    and Late for want of a reason; log it with note_refused_file.
    """
    sitting = _locked(sitting)
    exam = sitting.exam
    before = as_protocol(sitting)
    after = protocol.restore(before, epoch, items, **_clock(sitting, now))
    if rules.file_is_late(exam.kind, exam.ends_at, exam.establishment.zone, sitting.started_at, now) and not reason:
        raise Late
    brought = sum(after.responses[q] != before.responses.get(q) for q in after.responses)
    _log(
        sitting, EventKind.FILE_LOADED, now, by, epoch=epoch, answers=brought, **({"reason": reason} if reason else {})
    )
    _apply(sitting, before, after, now, seen=False)
    _signal(sitting.exam)
    return sitting, brought


def note_refused_file(*, sitting: Sitting, cause: str, by: User, now: datetime) -> None:
    """A result file of this sitting that brought nothing; `cause` is the name of the rule."""
    _log(sitting, EventKind.FILE_REFUSED, now, by, cause=cause)


@dataclass(frozen=True)
class LoadedFile:
    """What became of a result file. Of one that is not recognised nothing is told but a reference into the log."""

    outcome: FileOutcome
    sitting: Sitting | None = None
    brought: int = 0
    reference: str = ""


_REFUSALS = {
    protocol.AlreadyHandled: FileOutcome.HANDLED,
    protocol.NeverStarted: FileOutcome.NEVER_STARTED,
    protocol.Closed: FileOutcome.CLOSED,
    Late: FileOutcome.LATE,
}


def load_result_file(*, exam: Exam, content: bytes, by: User, now: datetime, reason: str = "") -> LoadedFile:
    """Open a result file of this exam and restore what it holds; whatever is wrong with it, say so and raise nothing.

    `reason` is a Reason, which a head alone may give.
    """
    found: dict[UUID, Sitting] = {}

    def find(key: UUID) -> sealing.Expected | None:
        sitting = exam.sittings.select_related("candidate").filter(pk=key).first()
        if sitting is None:
            return None
        found[key] = sitting
        return sealing.Expected(sitting.total, exam.rescue_code)

    try:
        file = sealing.open_file(content, settings.SEAL_KEYS, find)
        sitting = found[file.sitting]
        restored, brought = restore_sitting(
            sitting=sitting, epoch=file.epoch, items=file.items, by=by, now=now, reason=reason
        )
    except sealing.Unreadable as error:
        return _unreadable(exam, found.get(error.sitting), error.step, by, now)
    except protocol.OldEpoch:
        return _unreadable(exam, sitting, "epoch", by, now)
    except Sitting.DoesNotExist:  # deleted since it was found
        return _unreadable(exam, None, "sitting", by, now)
    except tuple(_REFUSALS) as error:
        outcome = _REFUSALS[type(error)]
        if outcome == FileOutcome.CLOSED and sitting.state == SittingState.VOID:
            outcome = FileOutcome.VOID
        if outcome != FileOutcome.HANDLED:
            note_refused_file(sitting=sitting, cause=outcome, by=by, now=now)
        return LoadedFile(outcome, sitting)
    sitting.state, sitting.mark = restored.state, restored.mark
    whole = restored.state == SittingState.CLOSED
    return LoadedFile(FileOutcome.RESTORED if whole else FileOutcome.INCOMPLETE, sitting, brought)


def _unreadable(exam: Exam, sitting: Sitting | None, step: str, by: User, now: datetime) -> LoadedFile:
    """One answer for everything that is wrong with a file: which check failed stands in the log."""
    reference = "".join(_random.choices(rules.CODE_ALPHABET, k=rules.CODE_LENGTH))
    logger.warning("Refused a result file, reference %s: %s (exam %s)", reference, step, exam.pk)
    if sitting:
        note_refused_file(sitting=sitting, cause=step, by=by, now=now)
    return LoadedFile(FileOutcome.UNREADABLE, reference=reference)


# --- SIECLE BEE -----------------------------------------------------------------------------------------------------


def draft_from_siecle(
    *,
    establishment: Establishment,
    gateway: Gateway,
    now: datetime,
    files: Sequence[bytes] = (),
    filename: str = "",
    possible: bool = True,
    progress: Progress = lambda done, total: None,
) -> ImportDraft:
    """Read SIECLE BEE and keep what it says as a draft to preview; `possible` as `reading.Context` has it.

    Raises siecle.gateway.Refused.
    """
    year = establishment.year_at(now)
    export = gateway.read(establishment.identifier, files, progress)
    context = Context(
        uai=establishment.identifier,
        year=year,
        today=now.astimezone(establishment.zone).date(),
        held=attestations_held(establishment, year),
        possible=possible,
    )
    return candidate_actions.keep_draft(
        establishment=establishment,
        year=year,
        filename=filename,
        source=ImportSource.SIECLE,
        reading=read(export, context),
    )


class NothingToExport(ValueError):
    """Every result that could go to SIECLE BEE went already."""


def export_results(*, establishment: Establishment, year: int, now: datetime, gateway: Gateway) -> SiecleExport:
    """Send the results of the year that have not gone yet, and keep what went and what did not.

    Nothing is locked while the network takes its time; a result that another export took meanwhile is not counted
    twice, and the receiver knows a sending that it had already. Raises NothingToExport, siecle.gateway.Refused.
    """
    plan = export_plan(establishment, year)
    if not plan.to_send:
        raise NothingToExport
    sent = gateway.send(establishment.identifier, year, [line.result for line in plan.to_send])
    with transaction.atomic():
        Establishment.objects.select_for_update(no_key=True).get(pk=establishment.pk)
        current = export_plan(establishment, year)
        results = {(line.candidate.pk, line.result) for line in plan.to_send}
        went = [line for line in current.to_send if (line.candidate.pk, line.result) in results]
        if not went:
            raise NothingToExport
        export = SiecleExport.objects.create(establishment=establishment, year=year, made_at=now)
        refused = sent.refused
        rows = [_exported(export, line, refused.get((line.result.ine, line.result.attestation), "")) for line in went]
        rows += [_exported(export, line, line.problem) for line in current.left_out]
        ExportedResult.objects.bulk_create(rows, batch_size=500)
    return export


def _exported(export: SiecleExport, line: ExportLine, problem: str) -> ExportedResult:
    result = line.result
    return ExportedResult(
        export=export,
        candidate=line.candidate,
        ine=result.ine,
        siecle_id=result.siecle_id,
        attestation=result.attestation,
        outcome=result.outcome,
        day=result.day,
        problem=problem,
    )
