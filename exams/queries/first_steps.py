"""« Premiers pas »: how far an establishment is from its first exam of the session, read from what it has made.

Nothing is stored for it: a step that is undone (a list deleted, the supervisor's account closed) is to be done again,
and a new session begins anew.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from candidates.models import Candidate
from establishments.models import Establishment
from establishments.queries import has_supervisor
from exams.enums import ExamKind, SittingState
from exams.models import Exam, Sitting


@dataclass(frozen=True)
class FirstSteps:
    """What there is of the session. `exam` is the one to prepare or to sit: not over yet, or waiting for its marks."""

    supervisor: bool
    candidates: bool
    exam: Exam | None
    entered: bool  # somebody is in a room, or has begun
    results: bool


def first_steps(establishment: Establishment, now: datetime) -> FirstSteps:
    """Five queries at most."""
    year = establishment.year_at(now)
    sittings = Sitting.objects.ever_of(establishment).filter(exam__year=year)
    exams = Exam.objects.ever_of(establishment).filter(year=year)
    return FirstSteps(
        supervisor=has_supervisor(establishment, now),
        candidates=Candidate.objects.ever_of(establishment).of_year(year).exists(),
        # Of an exam on paper the clock does not know whether it was sat.
        exam=exams.filter(Q(ends_at__gt=now) | Q(kind=ExamKind.OFFLINE)).order_by("starts_at", "pk").first(),
        entered=sittings.filter(~Q(state=SittingState.NOT_STARTED) | Q(present=True)).exists(),
        results=sittings.filter(state=SittingState.CLOSED).exists(),
    )
