"""What a candidate's device writes: start, answers, finish."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q

from esr.core.statements import changed
from establishments.models import User
from exams import protocol, queries, rules
from exams.actions.refusal import NotAllowed
from exams.auth import token_digest, token_matches
from exams.enums import EventKind, ExamState, SittingState
from exams.models import (
    Exam,
    ExamQuestion,
    Sitting,
    SittingEvent,
)


class TooEarly(NotAllowed):
    """The exam has not begun."""


class Over(NotAllowed):
    """The exam is over: nothing begins or arrives any more."""


def locked(sitting: Sitting) -> Sitting:
    return Sitting.objects.locked(sitting.pk)


def log(sitting: Sitting, kind: EventKind, now: datetime, by: User | None = None, **detail) -> None:
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
def _start(known: Sitting, token: str, now: datetime) -> Sitting:
    sitting = locked(known)
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
        own = rules.answer_time(extra_time=known.candidate.extra_time) // timedelta(milliseconds=1)
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
    log(sitting, kind, now, epoch=sitting.epoch)
    return sitting


@transaction.atomic
def _ask_takeover(sitting: Sitting, now: datetime) -> None:
    asked = Sitting.objects.filter(pk=sitting.pk, state=SittingState.RUNNING, takeover_asked_at=None)
    if asked.update(takeover_asked_at=now):
        log(sitting, EventKind.TAKEOVER_ASKED, now)


def save_answers(
    *, sitting: Sitting, epoch: int, items: Sequence[protocol.Item], now: datetime
) -> tuple[Sitting, dict[int, int]]:
    """Store the answers of a device and return the sitting with what may be acknowledged once this is committed.

    Nobody else writes to a sitting while its candidate answers, as a rule: the answers of `queries.standing` are
    replaced if they are still those that were read. Where somebody was quicker, or when the sitting ends with these
    answers, its row is locked and all is decided again. Raises protocol.Closed, protocol.OldEpoch.
    """
    after = _with_answers(sitting, epoch, items, now) if sitting.stored is not None else None
    if after is None or after.state != sitting.state or not _replace(sitting, after, now):
        with transaction.atomic():
            sitting = locked(sitting)
            before, after = as_protocol(sitting), _with_answers(sitting, epoch, items, now)
            apply(sitting, before, after, now)
    return sitting, protocol.acknowledgement(after, items)


def _with_answers(sitting: Sitting, epoch: int, items: Sequence[protocol.Item], now: datetime) -> protocol.Sitting:
    if now >= sitting.exam.ends_at + rules.LATE_ARRIVAL:
        raise protocol.Closed
    return protocol.save(as_protocol(sitting), epoch, items, **clock(sitting, now))


# Written out, as `queries.standing` is: it says all that `after` was decided by.
_REPLACE = """
    UPDATE exams_sitting SET responses = %s, last_seen_at = %s
     WHERE id = %s AND state = %s AND epoch = %s AND answer_ms = %s AND responses = %s
"""


def _replace(sitting: Sitting, after: protocol.Sitting, now: datetime) -> bool:
    """Whether the answers could be stored, the sitting being as it was read. Committed at once, outside a
    transaction."""
    values = [
        json.dumps(_responses(after)),
        connection.ops.adapt_datetimefield_value(now),
        sitting.pk.hex,
        sitting.state,
        sitting.epoch,
        sitting.answer_ms,
        sitting.stored,
    ]
    return changed(_REPLACE, values) == 1


def finish_sitting(*, sitting: Sitting, epoch: int, held: Mapping[int, int], now: datetime) -> Sitting:
    """The closed sitting, once the platform holds all that the device holds. Writes nothing: a save that is being
    stored is waited for, and it is the last answer that closes.

    Raises protocol.Closed, protocol.OldEpoch, protocol.Missing.
    """
    with transaction.atomic():
        sitting = locked(sitting)
        if sitting.state == SittingState.RUNNING and now >= sitting.exam.ends_at + rules.LATE_ARRIVAL:
            raise protocol.Closed
        protocol.finish(as_protocol(sitting), epoch, held)
        return sitting


def clock(sitting: Sitting, now: datetime) -> dict[str, int]:
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


def _responses(sitting: protocol.Sitting) -> dict[str, dict]:
    """As the row holds them."""
    return {
        str(q): {"c": r.choices, "e": r.epoch, "s": r.seq, "f": r.final, "l": r.late, "at": r.at, "o": r.source}
        for q, r in sitting.responses.items()
    }


def apply(
    sitting: Sitting, before: protocol.Sitting, after: protocol.Sitting, now: datetime, *, seen: bool = True
) -> None:
    """Write what the rules decided; the mark is worked out here and nowhere else. `seen`: the device was heard of."""
    fields = ["responses"]
    if seen:
        sitting.last_seen_at = now
        fields.append("last_seen_at")
    sitting.responses = _responses(after)
    if after.state != before.state:
        sitting.state = after.state
        sitting.closed_at = now
        sitting.mark = rules.mark({q: r.choices for q, r in after.responses.items()}, answer_key(sitting.exam))
        sitting.paused_at = sitting.takeover_asked_at = sitting.takeover_until = None
        fields += ["state", "closed_at", "mark", "paused_at", "takeover_asked_at", "takeover_until"]
        log(sitting, EventKind.CLOSED, now, epoch=sitting.epoch, answers=len(after.responses))
    sitting.save(update_fields=fields)


def answer_key(exam: Exam) -> dict[int, str | None]:
    """Question number → expected letters, as "AC"; None where the question is neutralised."""
    rows = ExamQuestion.objects.filter(exam=exam, question__propositions__expected=True).order_by(
        "number", "question__propositions__letter"
    )
    key: dict[int, str | None] = {}
    for number, letter, neutralised in rows.values_list("number", "question__propositions__letter", "neutralised_at"):
        key[number] = None if neutralised else key.get(number, "") + letter
    return key
