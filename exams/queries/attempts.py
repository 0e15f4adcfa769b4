"""The exams that a candidate has had of one attestation in the year, and what follows for the rattrapage (9)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from candidates.models import Candidate
from exams import rules
from exams.enums import ExamState, Outcome
from exams.models import DeletedSitting, Exam, Sitting, SittingQuerySet


@dataclass(frozen=True)
class Attempt:
    """One exam of a candidate; `sitting`, with its exam, is None when the exam was deleted.

    `awaits_result`: over, on paper, and nobody has typed the result.
    """

    outcome: Outcome
    rattrapage: bool
    starts_at: datetime
    sitting: Sitting | None = None
    awaits_result: bool = False

    @property
    def for_the_rule(self) -> tuple[str, bool]:
        """As rules.entitlement takes it."""
        # Nobody can decide any more about an interruption whose exam is gone: it left no result, as an absence.
        gone = self.sitting is None and self.outcome == Outcome.INTERRUPTED
        return (Outcome.ABSENT if gone else self.outcome), self.rattrapage

    @property
    def day(self) -> str:
        """As "12/03/2026", and why an exam cannot be found any more."""
        day = timezone.localtime(self.starts_at).strftime("%d/%m/%Y")
        return day if self.sitting else f"{day} (épreuve supprimée)"


def attempts(
    candidates: Collection[int], attestation: str, now: datetime, *, but: Exam | None = None
) -> dict[int, list[Attempt]]:
    """Candidate key → the exams that count for `attestation`, technical absences among them, oldest first; `but` is
    left out. Two queries."""
    sittings = Sitting.objects.filter(candidate__in=candidates, settles=attestation).select_related("exam")
    found: dict[int, list[Attempt]] = {}
    for sitting in (sittings.exclude(exam=but) if but else sittings).defer("responses").order_by():
        outcome = sitting.outcome_at(now)
        untyped = outcome == Outcome.REGISTERED and sitting.exam.state_at(now) == ExamState.OVER
        attempt = Attempt(outcome, sitting.rattrapage, sitting.exam.starts_at, sitting, untyped)
        found.setdefault(sitting.candidate_id, []).append(attempt)
    for row in DeletedSitting.objects.filter(candidate__in=candidates, settles=attestation):
        attempt = Attempt(Outcome(row.outcome), row.rattrapage, row.starts_at)
        found.setdefault(row.candidate_id, []).append(attempt)
    return {key: sorted(of_one, key=lambda attempt: attempt.starts_at) for key, of_one in found.items()}


@dataclass(frozen=True)
class Misplaced:
    """Somebody registered for a rattrapage that what has become of the main exam forbids, or does not allow yet."""

    sitting: Sitting
    reason: str
    is_admitted: bool

    @property
    def candidate(self) -> Candidate:
        return self.sitting.candidate

    def __str__(self):
        return f"{self.candidate} : {self.reason}"


def misplaced(sittings: SittingQuerySet, now: datetime) -> list[Misplaced]:
    """Those among `sittings` who should not be registered any more, since a result came after the rattrapage was
    planned: a file restored, a question neutralised, a mark corrected, a technical absence taken back.

    Three queries an attestation; one where no rattrapage is planned.
    """
    planned = sittings.planned_rattrapages(now).select_related("exam__establishment", "candidate").defer("responses")
    by_attestation: dict[str, list[Sitting]] = {}
    for sitting in planned:
        by_attestation.setdefault(sitting.settles, []).append(sitting)
    found = []
    for attestation, of_attestation in by_attestation.items():
        before = attempts([sitting.candidate_id for sitting in of_attestation], attestation, now)
        for sitting in of_attestation:
            others = [a for a in before[sitting.candidate_id] if a.sitting != sitting]
            found += _misplaced(sitting, others)
    return found


def _misplaced(sitting: Sitting, others: list[Attempt]) -> list[Misplaced]:
    exam, position = rules.entitlement([attempt.for_the_rule for attempt in others])
    if exam == rules.RATTRAPAGE:
        return []
    if exam is None and others[position].outcome == Outcome.ADMITTED:
        return [Misplaced(sitting, f"admis le {others[position].day}", True)]
    label = others[position].outcome.label.lower() if position is not None else ""
    return [Misplaced(sitting, f"épreuve du {others[position].day} pas encore réglée ({label})", False)]
