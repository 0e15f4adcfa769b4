"""Result files: what no network brought."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string

from establishments.models import User
from exams import protocol, rules, sealing
from exams.actions.sitting import apply, as_protocol, clock, locked, log
from exams.actions.supervision import tell_pages
from exams.enums import EventKind, FileOutcome, SittingState
from exams.models import (
    Exam,
    Sitting,
)

logger = logging.getLogger(__name__)


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
    sitting = locked(sitting)
    exam = sitting.exam
    before = as_protocol(sitting)
    after = protocol.restore(before, epoch, items, **clock(sitting, now))
    if rules.file_is_late(exam.kind, exam.ends_at, exam.establishment.zone, sitting.started_at, now) and not reason:
        raise Late
    brought = sum(after.responses[q] != before.responses.get(q) for q in after.responses)
    log(sitting, EventKind.FILE_LOADED, now, by, epoch=epoch, answers=brought, **({"reason": reason} if reason else {}))
    apply(sitting, before, after, now, seen=False)
    tell_pages(sitting.exam)
    return sitting, brought


def note_refused_file(*, sitting: Sitting, cause: str, by: User, now: datetime) -> None:
    """A result file of this sitting that brought nothing; `cause` is the name of the rule."""
    log(sitting, EventKind.FILE_REFUSED, now, by, cause=cause)


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
    reference = get_random_string(rules.CODE_LENGTH, rules.CODE_ALPHABET)
    logger.warning("Refused a result file, reference %s: %s (exam %s)", reference, step, exam.pk)
    if sitting:
        note_refused_file(sitting=sitting, cause=step, by=by, now=now)
    return LoadedFile(FileOutcome.UNREADABLE, reference=reference)
