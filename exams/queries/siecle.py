"""What SIECLE BEE is told and asked."""

from dataclasses import dataclass

from candidates.models import Candidate
from candidates.siecle.gateway import Result
from candidates.siecle.results import Batch
from esr.core.text import search_key
from establishments.models import Establishment
from exams import rules
from exams.enums import EXAM_KINDS, Outcome, SittingState
from exams.models import (
    ExportedResult,
    SiecleExport,
    Sitting,
)


def _settled(establishment: Establishment, year: int) -> dict[tuple[int, str], tuple[Candidate, Result]]:
    """(Candidate key, attestation) → the result of the year's exams: admitted once for all, or the latest failure.

    An absence is no result. One query.
    """
    sittings = (
        Sitting.objects.ever_of(establishment)
        .filter(exam__kind__in=EXAM_KINDS, exam__year=year, state=SittingState.CLOSED)
        .select_related("exam", "candidate")
        .defer("responses")
        .order_by("exam__starts_at", "exam_id")
    )
    settled: dict[tuple[int, str], tuple[Candidate, Result]] = {}
    for sitting in sittings:
        key = sitting.candidate_id, sitting.exam.attestation
        if key in settled and settled[key][1].outcome == Outcome.ADMITTED:
            continue
        candidate = sitting.candidate
        outcome = Outcome.ADMITTED if rules.is_admitted(sitting.mark, sitting.total) else Outcome.FAILED
        day = sitting.exam.starts_at.astimezone(establishment.zone).date()
        ine = candidate.identifier if candidate.has_ine else ""
        settled[key] = candidate, Result(ine, candidate.siecle_id, key[1], outcome.value, day)
    return settled


def attestations_held(establishment: Establishment, year: int) -> dict[str, set[str]]:
    """INE, or number in SIECLE BEE → the attestations obtained in this year's exams of this establishment."""
    held: dict[str, set[str]] = {}
    for candidate, result in _settled(establishment, year).values():
        if result.outcome == Outcome.ADMITTED:
            for key in filter(None, (candidate.identifier, candidate.siecle_id)):
                held.setdefault(key, set()).add(result.attestation)
    return held


@dataclass(frozen=True)
class ExportLine:
    """One result, and what stands in its way (`problem`) or deserves a look (`warning`).

    `is_again`: another result of the same attestation went before.
    """

    candidate: Candidate
    result: Result
    problem: str = ""
    warning: str = ""
    is_again: bool = False

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.result.outcome)


@dataclass(frozen=True)
class ExportPlan:
    """What an export to SIECLE BEE would carry now.

    `unchanged`: results that went and are still the same. `waiting`: candidates flagged for it without a result.
    """

    to_send: list[ExportLine]
    left_out: list[ExportLine]
    unchanged: int
    waiting: int


NOT_FLAGGED = "La case « Résultat du candidat à exporter vers SIECLE BEE » n’est pas cochée."
NO_INE = "Ce candidat n’a pas d’INE : SIECLE BEE ne peut pas le reconnaître."


def export_plan(establishment: Establishment, year: int) -> ExportPlan:
    """Every settled result of the year, by name: each goes once, unless it changed since. Three queries."""
    settled = _settled(establishment, year)
    sent, refused = _exported(establishment, year)
    to_send, left_out, unchanged = [], [], 0
    for key, (candidate, result) in sorted(settled.items(), key=lambda item: search_key(str(item[1][0]))):
        before = sent.get(key)
        if before == (result.ine, result.outcome, result.day):
            unchanged += 1
            continue
        problem = NOT_FLAGGED if not candidate.export_to_siecle else NO_INE if not result.ine else ""
        warnings = []
        if key in refused and refused[key][0] == result.ine:
            warnings.append(f"Refusé la dernière fois : {refused[key][1]}")
        if not candidate.in_siecle:
            warnings.append("Aucun import depuis SIECLE BEE ne connaît ce candidat : vérifiez son INE.")
        line = ExportLine(candidate, result, problem, " ".join(warnings), is_again=before is not None)
        (left_out if problem else to_send).append(line)
    return ExportPlan(to_send, left_out, unchanged, _waiting(establishment, year, {key for key, _ in settled}))


def _exported(establishment: Establishment, year: int):
    """(Candidate key, attestation) → (INE, outcome, day) as it last went; and → (INE, reason) if refused since."""
    sent, refused = {}, {}
    rows = ExportedResult.objects.filter(export__establishment=establishment, export__year=year)
    for row in rows.exclude(ine="").order_by("export__made_at", "export_id"):
        key = row.candidate_id, row.attestation
        if not row.problem:
            sent[key] = row.ine, row.outcome, row.day
            refused.pop(key, None)
        elif row.problem != NOT_FLAGGED:
            refused[key] = row.ine, row.problem
    return sent, refused


def exported_batch(export: SiecleExport) -> Batch:
    """The results that went with an export, as its file carries them."""
    results = [line.result for line in exported_lines(export) if not line.problem]
    return Batch(export.establishment.identifier, export.year, export.made_at, results)


def exported_lines(export: SiecleExport) -> list[ExportLine]:
    """What an export carried, and what it could not, as they were then."""
    return [
        ExportLine(row.candidate, Result(row.ine, row.siecle_id, row.attestation, row.outcome, row.day), row.problem)
        for row in export.results.select_related("candidate")
    ]


def _waiting(establishment: Establishment, year: int, settled: set[int]) -> int:
    flagged = Candidate.objects.ever_of(establishment).of_year(year).filter(export_to_siecle=True)
    return len(set(flagged.values_list("pk", flat=True)) - settled)
