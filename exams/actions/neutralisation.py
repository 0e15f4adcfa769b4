"""What becomes of a question that proves faulty once it was asked."""

from datetime import datetime

from django.db import transaction

from establishments.models import User
from exams.actions.refusal import NotAllowed
from exams.actions.sitting import answer_key, log
from exams.enums import EventKind
from exams.models import Exam, ExamQuestion, Sitting
from exams.queries import Rescored, rescored


@transaction.atomic
def neutralise(*, exam_question: ExamQuestion, reason: str, by: User, now: datetime) -> list[Rescored]:
    """Give everybody the point of a faulty question, in one exam; returns the sittings whose mark changes.

    Sittings that close afterwards get the point as well. Raises NotAllowed when it is neutralised already.
    """
    return _rescore(exam_question, by=by, now=now, at=now, reason=reason)


@transaction.atomic
def lift_neutralisation(*, exam_question: ExamQuestion, by: User, now: datetime) -> list[Rescored]:
    """Count a neutralised question again. Raises NotAllowed when it is not neutralised."""
    return _rescore(exam_question, by=by, now=now, at=None, reason="")


def hold(exam: Exam) -> None:
    """Lock every sitting before the key changes: one that is being closed is waited for and marked again, and one that
    closes later reads the new key."""
    list(exam.sittings.order_by("pk").select_for_update().values_list("pk"))


def _rescore(
    exam_question: ExamQuestion, *, by: User, now: datetime, at: datetime | None, reason: str
) -> list[Rescored]:
    exam = exam_question.exam
    hold(exam)
    row = ExamQuestion.objects.select_for_update().get(pk=exam_question.pk)
    if (at is None) == (row.neutralised_at is None):
        raise NotAllowed(
            "Cette question est déjà neutralisée dans cette épreuve." if at else "Cette question n’est pas neutralisée."
        )
    row.neutralised_at, row.neutralised_by, row.neutralised_because = at, by.pk if at else None, reason
    row.save(update_fields=["neutralised_at", "neutralised_by", "neutralised_because"])
    changes = rescored(exam, answer_key(exam))
    for change in changes:
        change.sitting.mark = change.after
        log(
            change.sitting, EventKind.RESCORED, now, by,
            question=row.number, before=change.before, after=change.after, reason=reason,
        )  # fmt: skip
    Sitting.objects.bulk_update([change.sitting for change in changes], ["mark"], batch_size=500)
    return changes
