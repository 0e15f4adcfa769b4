"""What an import would do to the list, in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from candidates import rules
from candidates.enums import ImportAction, Sex
from candidates.models import Candidate, ImportDraft
from candidates.rules import ImportRow, Plan, PlannedLine, RowError
from establishments.models import Establishment

_LABELS = {
    "identifier": "INE",
    "last_name": "Nom",
    "first_name": "Prénom",
    "division": "Classe",
    "sex": "Sexe",
    "attestation": "Attestation",
    "export_to_siecle": "SIECLE",
}


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class PreviewLine:
    row: ImportRow
    action: ImportAction
    changes: list[Change]
    notes: list[str]


@dataclass(frozen=True)
class Preview:
    """What confirming would do; nothing can be confirmed when `errors` is not empty."""

    lines: list[PreviewLine]
    errors: list[RowError]
    added: int
    updated: int
    same: int
    doubts: int
    fingerprint: str

    @property
    def writes(self) -> bool:
        return bool(self.added or self.updated)


def import_plan(establishment: Establishment, year: int, rows: Iterable[ImportRow]) -> Plan:
    return rules.plan(rows, Candidate.objects.of(establishment).of_year(year))


def import_preview(draft: ImportDraft) -> Preview:
    """The draft against the list as it is now: what asks for attention first."""
    plan = import_plan(draft.establishment, draft.year, map(ImportRow.from_json, draft.rows))
    order = list(ImportAction)
    lines = [PreviewLine(p.row, ImportAction(p.action), _changes(p), _notes(p)) for p in plan.lines]
    return Preview(
        lines=sorted(lines, key=lambda line: (order.index(line.action), not line.notes, line.row.line)),
        errors=list(plan.errors),
        added=len(plan.of("add")),
        updated=len(plan.of("update")),
        same=len(plan.of("same")),
        doubts=len(plan.of("doubt")),
        fingerprint=plan.fingerprint,
    )


def _changes(line: PlannedLine) -> list[Change]:
    return [Change(_LABELS[name], _words(name, old), _words(name, new)) for name, (old, new) in line.changes.items()]


def _words(name: str, value) -> str:
    if name == "sex":
        return Sex(value).label
    if name == "export_to_siecle":
        return "oui" if value else "non"
    return value or "vide"


def _notes(line: PlannedLine) -> list[str]:
    row = line.row
    notes = [line.note] if line.note else []
    has_ine = row.identifier and not rules.is_platform_identifier(row.identifier)
    if has_ine and not rules.is_ine(row.identifier):
        notes.append("Cet INE n’a pas une forme habituelle : vérifiez-le.")
    if line.action == "add" and row.export_to_siecle and not has_ine:
        notes.append("Sans INE, le résultat ne pourra pas être exporté vers SIECLE BEE.")
    return notes
