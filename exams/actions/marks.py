"""Results of exams without internet: marks and answers typed by the school (handbook 5.4, O2)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from establishments.models import User
from exams import protocol, rules
from exams.actions.refusal import NotAllowed
from exams.actions.sitting import answer_key, log
from exams.enums import EventKind, ExamState, SittingState
from exams.models import Exam, Sitting

ABSENT = "absent"


@transaction.atomic
def type_results(*, exam: Exam, results: Mapping[UUID, int | str | None], by: User, now: datetime) -> list[Sitting]:
    """Write the results of some candidates: a mark out of 20, ABSENT, or None for what is not known any more.

    All of them or, when one cannot be, none. A mark replaces answers typed before. Returns the sittings that changed.
    Raises NotAllowed.
    """
    sittings = _typable(exam, now).filter(pk__in=results).order_by("pk")
    changed = []
    for sitting in sittings:
        result = results[sitting.pk]
        if (sitting.mark, sitting.state == SittingState.ABSENT) == (
            None if result == ABSENT else result,
            result == ABSENT,
        ):
            continue
        _write(sitting, result, {}, by, now)
        changed.append(sitting)
    return changed


@transaction.atomic
def type_answers(*, sitting: Sitting, answers: Mapping[int, str], by: User, now: datetime) -> Sitting:
    """Write one candidate's answers, number → letters as "AC" (none: ""); the mark follows. Raises NotAllowed."""
    sitting = _typable(sitting.exam, now).get(pk=sitting.pk)
    responses = {
        str(number): {"c": letters, "e": 0, "s": 1, "f": True, "l": False, "at": 0, "o": protocol.TYPED}
        for number, letters in answers.items()
    }
    _write(sitting, rules.mark(answers, answer_key(sitting.exam)), responses, by, now)
    return sitting


def why_not_typed(exam: Exam, now: datetime) -> str:
    """Why the results of an exam may not be typed; nothing when they may."""
    if not exam.is_offline:
        return "Les résultats de cette épreuve arrivent des appareils des candidats : ils ne se saisissent pas."
    if exam.state_at(now) == ExamState.UPCOMING:
        return "Cette épreuve n’a pas encore commencé : ses résultats se saisissent à partir de son début."
    return ""


def _typable(exam: Exam, now: datetime):
    """The locked sittings of an exam whose results may be typed."""
    if refusal := why_not_typed(exam, now):
        raise NotAllowed(refusal)
    return exam.sittings.select_related("exam").select_for_update(of=("self",))


def _write(sitting: Sitting, result: int | str | None, responses: dict, by: User, now: datetime) -> None:
    is_mark = isinstance(result, int)
    sitting.state = (
        SittingState.CLOSED if is_mark else SittingState.ABSENT if result == ABSENT else SittingState.NOT_STARTED
    )
    sitting.mark, sitting.closed_at = (result, now) if is_mark else (None, None)
    sitting.responses = responses
    sitting.save(update_fields=["state", "mark", "closed_at", "responses"])
    log(sitting, EventKind.TYPED, now, by, result=result)
