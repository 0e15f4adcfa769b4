"""Who gets an attestation, and who does not and why."""

from dataclasses import dataclass
from datetime import datetime

from candidates.models import Candidate
from establishments.models import Establishment
from exams.enums import ExamKind, Outcome, SittingState
from exams.models import Sitting, SittingQuerySet
from exams.queries import CandidateLine, candidate_lines
from exams.rules import PASS_MARK

# Handbook 8.1: LSU prints the attestations of those whose result goes to SIECLE BEE.
_EXPORTED = "Admis, résultat à exporter vers SIECLE BEE : l’attestation s’édite depuis le LSU"
_REASONS = {
    Outcome.ADMITTED: _EXPORTED,
    Outcome.FAILED: "Échoué",
    Outcome.ABSENT: "Absent",
    Outcome.TECHNICAL_ABSENCE: "Absence technique",
    Outcome.INTERRUPTED: "Épreuve interrompue",
    Outcome.RUNNING: "Épreuve en cours",
    Outcome.REGISTERED: "Épreuve à venir ou non commencée",
}
_NO_EXAM = "Inscrit à aucune épreuve d’examen"


def attestable(establishment: Establishment) -> SittingQuerySet:
    """D2: the sittings that give an attestation to print here, with all that it says; by name."""
    return (
        Sitting.objects.of(establishment)
        .filter(state=SittingState.CLOSED, mark__gte=PASS_MARK, candidate__export_to_siecle=False)
        .exclude(exam__kind=ExamKind.TRAINING)
        .select_related("candidate", "exam__establishment")
        .defer("responses")
    )


@dataclass(frozen=True)
class LeftOut:
    """Candidates without an attestation to print, for one reason."""

    reason: str
    candidates: list[Candidate]


@dataclass(frozen=True)
class AttestationPlan:
    """What « Toutes les attestations » would print, and whom it leaves out."""

    ready: int
    left_out: list[LeftOut]


def attestation_plan(establishment: Establishment, year: int, now: datetime) -> AttestationPlan:
    """Everyone of the session is counted once: ready, or left out for one reason. Three queries."""
    sittings = attestable(establishment).filter(candidate__year=year)
    ready = set(sittings.values_list("candidate", flat=True))
    left_out: dict[str, list[Candidate]] = {reason: [] for reason in (*_REASONS.values(), _NO_EXAM)}
    for line in candidate_lines(establishment, year, now):
        if line.candidate.pk not in ready:
            left_out[_reason(line)].append(line.candidate)
    return AttestationPlan(
        ready=len(ready),
        left_out=[LeftOut(reason, candidates) for reason, candidates in left_out.items() if candidates],
    )


def _reason(line: CandidateLine) -> str:
    return _REASONS[line.result.outcome] if line.result else _NO_EXAM
