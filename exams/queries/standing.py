"""What a device asks again and again while it sits an exam, in queries that cost next to nothing."""

import json
import uuid
from datetime import UTC, datetime

from django.db import connection

from esr.core.statements import one_row
from exams.models import Exam, Sitting

# In the order of the models' fields, as `from_db` takes them, and of the query below.
_EXAM = ["id", "establishment_id", "year", "kind", "ends_at", "timed", "signal"]
_SITTING = ["id", "order", "state", "epoch", "token_hash", "answer_ms", "responses", "paused_at", "paused_ms"]
# Written out: making this text out of models costs as much as all the rest of a save.
_STANDING = """
    SELECT exam.id, exam.establishment_id, exam.year, exam.kind, exam.ends_at,
           CASE WHEN exam.timed THEN 1 ELSE 0 END, exam.signal,
           sitting."order", sitting.state, sitting.epoch, sitting.token_hash, sitting.answer_ms, sitting.responses,
           sitting.paused_at, sitting.paused_ms
      FROM exams_sitting sitting JOIN exams_exam exam ON exam.id = sitting.exam_id
     WHERE sitting.id = %s
"""
_SIGNAL = "SELECT signal FROM exams_exam WHERE id = %s"
_LAST = 2**63  # of the keys of exams


def standing(key: uuid.UUID) -> Sitting:
    """The sitting with its exam, both with what saving and resuming need; other fields are loaded when asked for. Its
    `stored` are its answers as the database wrote them, by which `actions.save_answers` sees that they are the same
    still. Raises DoesNotExist."""
    row = one_row(_STANDING, [key.hex])
    if row is None:
        raise Sitting.DoesNotExist
    exam, establishment, year, kind, ends_at, timed, signal = row[: len(_EXAM)]
    order, state, epoch, token_hash, answer_ms, stored, paused_at, paused_ms = row[len(_EXAM) :]
    values = [int(exam), int(establishment), int(year), kind, _moment(ends_at), int(timed) == 1, int(signal)]
    exam = Exam.from_db(connection.alias, _EXAM, values)
    values = [key, json.loads(order), state, int(epoch), token_hash, int(answer_ms), json.loads(stored)]
    sitting = Sitting.from_db(connection.alias, _SITTING, [*values, _moment(paused_at), int(paused_ms)])
    sitting.stored, sitting.exam = stored, exam
    return sitting


def signal(exam: int) -> int:
    """`Exam.signal`; that of a new one where there is none."""
    row = one_row(_SIGNAL, [exam]) if exam < _LAST else None
    return int(row[0]) if row else 0


def _moment(value: datetime | str | None) -> datetime | None:
    """Moments come as text, in UTC, from SQLite and from libpq."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value
