"""Whom an exam may take."""

from dataclasses import dataclass
from datetime import datetime

from candidates.models import Candidate
from establishments.models import Establishment
from exams import rules
from exams.enums import ExamKind, Outcome
from exams.models import Exam
from exams.queries.attempts import Attempt, attempts


@dataclass(frozen=True)
class Choice:
    """One candidate on the page « Choisir les candidats »; `information` says why they may or may not be chosen."""

    candidate: Candidate
    information: str
    can_be_chosen: bool
    is_rattrapage: bool = False


def choices(
    establishment: Establishment, *, kind: str, attestation: str, year: int, now: datetime, exam: Exam | None = None
) -> list[Choice]:
    """Every candidate of the session entered for `attestation`, and why each may or may not be chosen.

    `exam` is the one being changed: its own registrations count for nothing. Three queries.
    """
    candidates = list(Candidate.objects.ever_of(establishment).of_year(year).filter(attestation=attestation))
    if kind == ExamKind.TRAINING:
        return [Choice(candidate, "", True) for candidate in candidates]
    earlier = attempts([candidate.pk for candidate in candidates], attestation, now, but=exam)
    return [choice(candidate, earlier.get(candidate.pk, [])) for candidate in candidates]


def choice(candidate: Candidate, earlier: list[Attempt]) -> Choice:
    """Whether a candidate with these exams behind them can be chosen for another one (handbook 9)."""
    allowed, position = rules.entitlement([attempt.for_the_rule for attempt in earlier])
    if position is None:
        return Choice(candidate, "", True)
    attempt = earlier[position]
    if allowed is None:
        return Choice(candidate, _refusal(attempt, earlier), False)
    information = f"{attempt.outcome.label} le {attempt.day}"
    if allowed == rules.RATTRAPAGE:
        return Choice(candidate, f"{information} : rattrapage", True, True)
    return Choice(candidate, information, True)


def _refusal(attempt: Attempt, earlier: list[Attempt]) -> str:
    """Why not, and what to do where something can be done."""
    match attempt.outcome:
        case Outcome.ADMITTED:
            planned = [other for other in earlier if other.outcome == Outcome.REGISTERED]
            still = f" ; à retirer de l’épreuve du {planned[0].day}" if planned else ""
            return f"Déjà admis le {attempt.day}{still}"
        case Outcome.REGISTERED if attempt.awaits_result:
            return f"Résultat du {attempt.day} à saisir d’abord"
        case Outcome.REGISTERED | Outcome.RUNNING:
            return f"Déjà inscrit le {attempt.day}"
        case Outcome.INTERRUPTED if attempt.sitting:
            return f"Épreuve interrompue le {attempt.day} : décision à prendre"
    return f"Rattrapage déjà organisé le {attempt.day}"
