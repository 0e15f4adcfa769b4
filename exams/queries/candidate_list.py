"""« Liste des candidats »: people with their results."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from uuid import UUID

from django.db.models import F

from candidates.models import Candidate, CandidateQuerySet, ImportDraft
from candidates.queries import Preview, import_preview
from candidates.rules import History
from esr.core.text import search_key
from establishments.models import Establishment
from exams import rules
from exams.enums import EXAM_KINDS, ExamState, Outcome, SittingState
from exams.models import (
    Sitting,
)


@dataclass(frozen=True)
class CandidateResult:
    """What the list says of a candidate (handbook 3 and 7.1): the mark is not part of it. `date` is local."""

    outcome: Outcome
    date: date
    sitting_id: UUID

    @property
    def label(self) -> str:
        """« Admis », « Échoué », « Absent », « Absence technique », or « Épreuve » while nothing is settled."""
        settled = self.outcome in (Outcome.ADMITTED, Outcome.FAILED, Outcome.ABSENT, Outcome.TECHNICAL_ABSENCE)
        return self.outcome.label if settled else "Épreuve"

    def __str__(self):
        return f"{self.label} le {self.date:%d/%m/%Y}"


def candidate_results(establishment: Establishment, year: int, now: datetime) -> dict[int, CandidateResult]:
    """Candidate key → result at the exams (not the trainings) of the attestation that the candidate is entered for.

    Having been admitted wins; otherwise the latest exam speaks, and a technical absence only when it is alone.
    One query.
    """
    sittings = (
        Sitting.objects.ever_of(establishment)
        .filter(exam__kind__in=EXAM_KINDS, exam__year=year, exam__attestation=F("candidate__attestation"))
        .select_related("exam")
        .only("candidate_id", "state", "mark", "order", "exam__kind", "exam__starts_at", "exam__ends_at")
        .order_by("exam__starts_at", "exam_id")
    )
    results: dict[int, CandidateResult] = {}
    for sitting in sittings:
        known = results.get(sitting.candidate_id)
        if known and (known.outcome == Outcome.ADMITTED or sitting.state == SittingState.VOID):
            continue
        day = sitting.exam.starts_at.astimezone(establishment.zone).date()
        results[sitting.candidate_id] = CandidateResult(sitting.outcome_at(now), day, sitting.pk)
    return results


@dataclass(frozen=True)
class CandidateLine:
    """One candidate on « Liste des candidats »."""

    candidate: Candidate
    result: CandidateResult | None
    name: str  # as it is sorted: accents and capitals aside

    @property
    def has_attestation(self) -> bool:
        """D2: admitted, and not one of those whose attestation is printed from SIECLE's side."""
        admitted = self.result is not None and self.result.outcome == Outcome.ADMITTED
        return admitted and not self.candidate.export_to_siecle

    def has(self, words: Sequence[str]) -> bool:
        """Whether every word stands in some column; `words` are search keys."""
        text = self._text() if words else ""
        return all(word in text for word in words)

    def _text(self) -> str:
        """Every column as the page shows it, for the search."""
        someone = self.candidate
        extra_time = "Tps + Tiers-temps" if someone.extra_time else ""
        cells = (someone, someone.division, f"{someone.birth_date:%d/%m/%Y}", someone.attestation, extra_time)
        return search_key(" ".join(map(str, (*cells, self.result or ""))))


def candidate_lines(establishment: Establishment, year: int, now: datetime) -> list[CandidateLine]:
    """The year's candidates by name, accents aside. Two queries."""
    results = candidate_results(establishment, year, now)
    candidates = Candidate.objects.ever_of(establishment).of_year(year)
    lines = [CandidateLine(someone, results.get(someone.pk), search_key(str(someone))) for someone in candidates]
    return sorted(lines, key=lambda line: (line.name, line.candidate.pk))


@dataclass(frozen=True)
class Asked:
    """What the list is asked for: words, a value per filter (None: any; a division or a result may be ""), an order."""

    text: str = ""
    division: str | None = None
    attestation: str | None = None
    result: str | None = None
    extra_time: bool | None = None
    order: str = "candidat"

    def wants(self, line: CandidateLine) -> bool:
        someone = line.candidate
        filters = (
            (self.division, someone.division),
            (self.attestation, someone.attestation),
            (self.result, line.result.label if line.result else ""),
            (self.extra_time, someone.extra_time),
        )
        return all(wanted is None or wanted == has for wanted, has in filters)


def found(lines: Iterable[CandidateLine], asked: Asked) -> list[CandidateLine]:
    """The lines that pass the filters and in which every word stands somewhere, accents and capitals aside; sorted."""
    words = search_key(asked.text).split()
    return ordered([line for line in lines if asked.wants(line) and line.has(words)], asked.order)


def divisions(lines: Iterable[CandidateLine]) -> list[str]:
    """The classes of the list, 5A before 10B; "" last, when somebody has none."""
    names = {line.candidate.division for line in lines}
    return sorted(names - {""}, key=_natural) + ([""] if "" in names else [])


def _natural(text: str) -> list:
    """5A before 10B."""
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", search_key(text))]


# Column → what it is sorted by; None where the cell is empty. Lines come by name, and equals stay so.
ORDERS: dict[str, Callable[[CandidateLine], object]] = {
    "candidat": lambda line: line.name,
    "classe": lambda line: _natural(line.candidate.division) if line.candidate.division else None,
    "naissance": lambda line: line.candidate.birth_date,
    "epreuve": lambda line: line.candidate.attestation,
    "tps": lambda line: line.candidate.extra_time or None,
    "resultat": lambda line: (line.result.label, line.result.date) if line.result else None,
}


def ordered(lines: Sequence[CandidateLine], order: str) -> list[CandidateLine]:
    """The lines sorted by a column, "-classe" downwards; empty cells come last either way, equals stay by name."""
    key = ORDERS[order.removeprefix("-")]
    keyed = [(key(line), line) for line in lines]
    filled = sorted((pair for pair in keyed if pair[0] is not None), key=itemgetter(0), reverse=order.startswith("-"))
    return [line for _, line in filled] + [line for value, line in keyed if value is None]


CANDIDATE_HEADER = (
    "Nom",
    "Prénom",
    "INE / Identifiant candidat",
    "Classe",
    "Date de naissance",
    "Épreuve",
    "Tps +",
    "Résultat",
)


def candidate_rows(lines: Iterable[CandidateLine]) -> list[tuple]:
    """« Télécharger la liste des candidats » under CANDIDATE_HEADER (handbook 10.1)."""
    return [
        (
            line.candidate.last_name,
            line.candidate.first_name,
            line.candidate.identifier,
            line.candidate.division,
            line.candidate.birth_date,
            line.candidate.attestation,
            "oui" if line.candidate.extra_time else "non",
            str(line.result or ""),
        )
        for line in lines
    ]


def candidate_history(candidates: CandidateQuerySet, now: datetime) -> History:
    """Who of them already began an exam, and who is registered in one that is not over. One query."""
    sat, registered = set(), set()
    sittings = Sitting.objects.filter(candidate__in=candidates).values_list("candidate", "state", "exam__ends_at")
    for candidate, state, ends_at in sittings.order_by():
        if state != SittingState.NOT_STARTED:
            sat.add(candidate)
        elif ends_at > now:
            registered.add(candidate)
    return History(frozenset(sat), frozenset(registered))


def registered_for_another(candidates: CandidateQuerySet, now: datetime) -> int:
    """How many of them are registered in an exam to come of another attestation than their own."""
    sittings = Sitting.objects.filter(candidate__in=candidates, exam__ends_at__gt=now, exam__kind__in=EXAM_KINDS)
    return sittings.exclude(exam__attestation=F("candidate__attestation")).values("candidate").distinct().count()


def draft_preview(draft: ImportDraft, now: datetime) -> Preview:
    """What confirming an import would do to the list, knowing who sat what."""
    known = Candidate.objects.ever_of(draft.establishment).of_year(draft.year)
    return import_preview(draft, candidate_history(known, now))


@dataclass(frozen=True)
class Loss:
    """What deleting candidates takes with it."""

    candidates: int
    registrations: int
    results: int


def candidates_loss(candidates: CandidateQuerySet) -> Loss:
    sittings = Sitting.objects.filter(candidate__in=candidates)
    return Loss(
        candidates=candidates.count(),
        registrations=sittings.count(),
        results=sittings.filter(mark__isnull=False).count(),
    )


def sitting_now(candidates: CandidateQuerySet, now: datetime, *, lock: bool = False) -> bool:
    """Whether one of them is registered in an active exam, or still sends its answers after the end.

    `lock` (in a transaction) holds their sittings, so that none of them starts before the commit.
    """
    sittings = Sitting.objects.filter(candidate__in=candidates, exam__ends_at__gt=now - rules.LATE_ARRIVAL)
    sittings = sittings.select_related("exam").only("state", "exam__starts_at", "exam__ends_at").order_by("pk")
    if lock:
        sittings = sittings.select_for_update(of=("self",))
    return any(
        sitting.state == SittingState.RUNNING or sitting.exam.state_at(now) == ExamState.ACTIVE for sitting in sittings
    )
