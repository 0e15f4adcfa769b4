"""Whom an exam may take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from candidates.models import Candidate
from establishments.models import Establishment
from exams.enums import EXAM_KINDS, ExamKind, Outcome
from exams.models import (
    Exam,
    Sitting,
)


@dataclass(frozen=True)
class Choice:
    """One candidate on the page « Choisir les candidats »."""

    candidate: Candidate
    information: str
    can_be_chosen: bool


def choices(
    establishment: Establishment, *, kind: str, attestation: str, year: int, now: datetime, exam: Exam | None = None
) -> list[Choice]:
    """Every candidate of the session entered for `attestation`, and why each may or may not be chosen.

    `exam` is the one being changed: its own registrations count for nothing. Two queries.
    """
    candidates = Candidate.objects.ever_of(establishment).of_year(year).filter(attestation=attestation)
    if kind == ExamKind.TRAINING:
        return [Choice(candidate, "", True) for candidate in candidates]
    earlier: dict[int, list[Sitting]] = {}
    sittings = Sitting.objects.ever_of(establishment).filter(
        exam__kind__in=EXAM_KINDS, exam__attestation=attestation, exam__year=year
    )
    if exam:
        sittings = sittings.exclude(exam=exam)
    for sitting in sittings.select_related("exam").defer("responses").order_by("exam__starts_at"):
        earlier.setdefault(sitting.candidate_id, []).append(sitting)
    return [Choice(candidate, *_information(earlier.get(candidate.pk, []), now)) for candidate in candidates]


def _information(sittings: Sequence[Sitting], now: datetime) -> tuple[str, bool]:
    """What stands in the Information column, and whether the candidate can be chosen (handbook 9)."""
    outcomes = [(sitting, sitting.outcome_at(now)) for sitting in sittings]
    for sitting, outcome in outcomes:
        if outcome == Outcome.ADMITTED:
            return f"Déjà admis le {_day(sitting)}", False
    for sitting, outcome in outcomes:
        if outcome in (Outcome.REGISTERED, Outcome.RUNNING):
            return f"Déjà inscrit le {_day(sitting)}", False
        if outcome == Outcome.INTERRUPTED:
            return f"Épreuve interrompue le {_day(sitting)}", False
    counted = [(sitting, outcome) for sitting, outcome in outcomes if outcome != Outcome.TECHNICAL_ABSENCE]
    for sitting, _ in counted:
        if sitting.rattrapage:
            return f"Rattrapage déjà organisé le {_day(sitting)}", False
    if counted:
        sitting, outcome = counted[-1]
        return f"{outcome.label} le {_day(sitting)} : rattrapage", True
    if outcomes:
        sitting, outcome = outcomes[-1]
        return f"{outcome.label} le {_day(sitting)}", True
    return "", True


def _day(sitting: Sitting) -> str:
    return timezone.localtime(sitting.exam.starts_at).strftime("%d/%m/%Y")
