"""What a supervisor decides while an exam goes on, and after it."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F

from establishments.models import User
from exams import protocol, rules
from exams.actions.attempts import derive, hold
from exams.actions.refusal import NotAllowed
from exams.actions.sitting import apply, as_protocol, locked, log
from exams.enums import EventKind, ExamState, Reason, SittingState
from exams.models import (
    Exam,
    Incident,
    Sitting,
)


def tell_pages(exam: Exam) -> None:
    """Tell the open pages of an exam that something has changed for them (they ask within ten seconds)."""
    Exam.objects.filter(pk=exam.pk).update(signal=F("signal") + 1)


def _in_the_room(exam: Exam, only: Sitting | None, *states: SittingState) -> list[Sitting]:
    """The sittings of an exam, or one of them, that are in one of `states`: locked, in an order without deadlocks."""
    sittings = exam.sittings.select_for_update(of=("self",)).filter(state__in=states).order_by("pk")
    return list(sittings.filter(pk=only.pk) if only else sittings)


@transaction.atomic
def allow_takeover(*, sitting: Sitting, by: User, now: datetime) -> None:
    """« Autoriser la reprise »: let another device in, once, for ten minutes. Raises NotAllowed."""
    sitting = locked(sitting)
    if sitting.state != SittingState.RUNNING:
        raise NotAllowed("Seule une épreuve commencée et non terminée peut être reprise sur un autre appareil.")
    sitting.takeover_until = now + rules.TAKEOVER_WINDOW
    sitting.save(update_fields=["takeover_until"])
    log(sitting, EventKind.TAKEOVER_ALLOWED, now, by, epoch=sitting.epoch)


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
        log(paused, EventKind.PAUSED, now, by, room=sitting is None)
    tell_pages(exam)
    return len(stopped)


@transaction.atomic
def end_pause(*, exam: Exam, sitting: Sitting | None = None, by: User, now: datetime) -> int:
    """Let the time run again, and return for how many. The exam's own end does not move (handbook 5.1)."""
    stopped = [s for s in _in_the_room(exam, sitting, SittingState.RUNNING) if s.paused_at is not None]
    for paused in stopped:
        paused.paused_ms += (now - paused.paused_at) // timedelta(milliseconds=1)
        paused.paused_at = None
        paused.save(update_fields=["paused_at", "paused_ms"])
        log(paused, EventKind.CONTINUED, now, by, room=sitting is None)
    tell_pages(exam)
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
        log(longer, EventKind.TIME_GIVEN, now, by, seconds=answer_ms // 1000, room=sitting is None)
    tell_pages(exam)
    return len(given)


@transaction.atomic
def grade_as_it_stands(*, sitting: Sitting, reason: str, by: User, now: datetime) -> Sitting:
    """Close a sitting that was not finished, with the answers that arrived. Raises NotAllowed."""
    sitting = locked(sitting)
    before = as_protocol(sitting)
    try:
        after = protocol.grade_as_it_stands(before)
    except protocol.Closed as error:
        raise NotAllowed("Seule une épreuve commencée et non terminée peut être notée en l’état.") from error
    log(sitting, EventKind.GRADED, now, by, reason=Reason(reason))
    apply(sitting, before, after, now, seen=False)
    tell_pages(sitting.exam)
    return sitting


def _locked_with_candidate(sitting: Sitting) -> Sitting:
    """The sitting, once nobody else can change which of the candidate's exams count. The exam's row comes last, as
    in all that is done to a sitting (`tell_pages`)."""
    hold([sitting.candidate_id])
    return locked(sitting)


@transaction.atomic
def declare_technical_absence(*, sitting: Sitting, reason: str, by: User, now: datetime) -> list[Sitting]:
    """Nothing of this sitting counts, and the candidate keeps the rattrapage. Return the sittings of other exams that
    were the rattrapage and are now the main exam. Raises NotAllowed."""
    sitting = _locked_with_candidate(sitting)
    if sitting.exam.state_at(now) == ExamState.UPCOMING:
        raise NotAllowed("L’épreuve n’a pas encore commencé.")
    try:
        after = protocol.declare_void(as_protocol(sitting))
    except protocol.Closed as error:
        raise NotAllowed("Cette épreuve est terminée : elle ne peut plus être une absence technique.") from error
    sitting.state = after.state
    sitting.takeover_asked_at = sitting.takeover_until = None  # a pause stays: lifted, the time still stands
    sitting.save(update_fields=["state", "takeover_asked_at", "takeover_until"])
    log(sitting, EventKind.VOIDED, now, by, reason=Reason(reason))
    tell_pages(sitting.exam)
    return derive(sitting, counts=False)


@transaction.atomic
def lift_technical_absence(*, sitting: Sitting, by: User, now: datetime) -> list[Sitting]:
    """Put the sitting back where it stood. Return the sittings of other exams that were the main exam and are now the
    rattrapage. Raises NotAllowed, also when a main exam and a rattrapage were planned in the meantime."""
    sitting = _locked_with_candidate(sitting)
    try:
        after = protocol.lift_void(as_protocol(sitting))
    except protocol.Closed as error:
        raise NotAllowed("Ce candidat n’est pas en absence technique.") from error
    changed = derive(sitting, counts=True)
    sitting.state = after.state
    sitting.save(update_fields=["state"])
    log(sitting, EventKind.UNVOIDED, now, by)
    tell_pages(sitting.exam)
    return changed


def note_incident(
    *, exam: Exam, sitting: Sitting | None = None, category: str, text: str, by: User, now: datetime
) -> Incident:
    """A supervisor's note about one candidate, or about the room."""
    return Incident.objects.create(exam=exam, sitting=sitting, category=category, text=text, at=now, account=by.pk)
