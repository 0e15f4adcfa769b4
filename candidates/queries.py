"""What an import would do to the list, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from candidates import resources, rules
from candidates.enums import ImportAction, ImportSource, Sex
from candidates.models import Candidate, ImportDraft
from candidates.rules import Decisions, History, ImportRow, Option, Plan, PlannedLine, RowError, SetAside
from establishments.models import Establishment

# Decisions that one page asks for; the import can be run again for the others.
MAX_DECISIONS = 200

_LABELS = {
    "identifier": "INE",
    "last_name": "Nom",
    "first_name": "Prénom",
    "division": "Classe",
    "sex": "Sexe",
    "attestation": "Attestation",
    "export_to_siecle": "SIECLE",
    "extra_time": "Tps +",
    "siecle_id": "Numéro dans SIECLE BEE",
    "in_siecle": "Connu de SIECLE BEE",
}


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Answer:
    """One answer to a question, in words, with the `value` that the form sends."""

    value: str
    label: str
    changes: list[Change] = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class PreviewLine:
    row: ImportRow
    action: ImportAction
    changes: list[Change]
    held: list[Change]  # only with the person's agreement
    answers: list[Answer]  # what the person may decide
    notes: list[str]

    @property
    def place(self) -> str:
        return f"Ligne {self.row.line}"


@dataclass(frozen=True)
class Gone:
    """A candidate whom SIECLE BEE does not have any more; one who sat an exam stays."""

    candidate: Candidate
    can_be_removed: bool
    note: str


@dataclass(frozen=True)
class Preview:
    """What confirming would do; `blocked` when the file cannot be imported as it is."""

    lines: list[PreviewLine]
    questions: list[PreviewLine]
    agreements: list[PreviewLine]
    gone: list[Gone]
    set_aside: list[SetAside]
    errors: list[RowError]
    notes: list[str]
    blocked: bool
    added: int
    updated: int
    same: int
    doubts: int
    fingerprint: str

    @property
    def can_write(self) -> bool:
        """Whether there is anything to confirm, decided or still to decide."""
        removable = any(someone.can_be_removed for someone in self.gone)
        return not self.blocked and bool(self.added or self.updated or self.questions or removable)

    @property
    def unasked(self) -> int:
        """How many decisions are left for the next import."""
        return self.doubts - len(self.questions)


def import_plan(establishment: Establishment, year: int, rows: Iterable[ImportRow]) -> Plan:
    """What a file's rows would do, for its errors."""
    return rules.plan(rows, Candidate.objects.ever_of(establishment).of_year(year))


def plan_of(
    draft: ImportDraft, known: Iterable[Candidate], history: History, decisions: Decisions = rules.NO_DECISION
) -> Plan:
    return rules.plan(
        map(ImportRow.from_json, draft.rows),
        known,
        history=history,
        decisions=decisions,
        siecle=draft.source == ImportSource.SIECLE,
        present=_present(draft),
    )


def _present(draft: ImportDraft) -> frozenset[str]:
    """How SIECLE BEE names the pupils whom it has and whom the import leaves aside."""
    aside = [pupil for pupil in draft.set_aside if not pupil["is_gone"]]
    return frozenset(key for pupil in (*draft.errors, *aside) for key in pupil["keys"])


def blocks(draft: ImportDraft, plan: Plan) -> bool:
    """A file goes in whole or not at all; of SIECLE BEE's pupils, those that can."""
    return bool(plan.errors) and draft.source == ImportSource.CSV


def import_preview(draft: ImportDraft, history: History) -> Preview:
    """The draft against the list as it is now: what asks for attention first."""
    known = Candidate.objects.ever_of(draft.establishment).of_year(draft.year)
    plan = plan_of(draft, known, history)
    order = list(ImportAction)
    lines = [_line(planned, history) for planned in plan.lines]
    lines.sort(key=lambda line: (order.index(line.action), not line.notes, line.row.line))
    return Preview(
        lines=lines,
        questions=[line for line in lines if line.answers][:MAX_DECISIONS],
        agreements=[line for line in lines if line.held][:MAX_DECISIONS],
        gone=[_gone(candidate, history) for candidate in plan.gone],
        set_aside=[SetAside(**pupil) for pupil in draft.set_aside],
        errors=[*(RowError(**error) for error in draft.errors), *plan.errors],
        notes=list(draft.notes),
        blocked=draft.is_refused or blocks(draft, plan),
        added=len(plan.of("add")),
        updated=sum(bool(line.changes) for line in plan.of("update")),
        same=len(plan.of("same")),
        doubts=len(plan.of("doubt")),
        fingerprint=plan.fingerprint,
    )


def _gone(candidate: Candidate, history: History) -> Gone:
    if candidate.pk in history.sat:
        return Gone(candidate, False, "A déjà passé une épreuve : reste dans votre liste.")
    registered = candidate.pk in history.registered
    note = "Inscrit à une épreuve : son inscription serait supprimée aussi." if registered else ""
    return Gone(candidate, True, note)


def _line(planned: PlannedLine, history: History) -> PreviewLine:
    return PreviewLine(
        row=planned.row,
        action=ImportAction(planned.action),
        changes=_changes(planned.changes),
        held=_changes(planned.held),
        answers=[_answer(option, history) for option in planned.options],
        notes=_notes(planned, history),
    )


def _changes(changes: Mapping[str, tuple]) -> list[Change]:
    return [Change(_LABELS[name], _words(name, old), _words(name, new)) for name, (old, new) in changes.items()]


def _words(name: str, value) -> str:
    if name == "sex":
        return Sex(value).label
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value or "vide"


def _answer(option: Option, history: History) -> Answer:
    if option.candidate is not None:
        known = option.candidate
        where = ", ".join(filter(None, [known.identifier, known.division]))
        label = f"C’est la même personne que {known} ({where}) : la mettre à jour"
        note = "A déjà passé une épreuve." if known.pk in history.sat else ""
        return Answer(option.value, label, _changes(option.changes), note)
    if option.line:
        return Answer(option.value, f"C’est la même personne qu’à la ligne {option.line} : réunir les deux lignes")
    if option.value == "add":
        return Answer(option.value, "C’est une autre personne : l’ajouter à votre liste")
    return Answer(option.value, "Ne pas importer cette ligne")


def _notes(planned: PlannedLine, history: History) -> list[str]:
    row = planned.row
    notes = [*([planned.note] if planned.note else []), *row.warnings, *row.why]
    if planned.candidate is not None and (planned.changes or planned.held):
        if planned.candidate.pk in history.sat:
            notes.append("A déjà passé une épreuve.")
        elif planned.candidate.pk in history.registered:
            notes.append("Inscrit à une épreuve à venir : ses convocations suivront ce changement.")
    has_ine = row.identifier and not rules.is_platform_identifier(row.identifier)
    if has_ine and not rules.is_ine(row.identifier):
        notes.append("Cet INE n’a pas une forme habituelle : vérifiez-le.")
    if planned.action == "add" and row.export_to_siecle and not has_ine:
        notes.append("Sans INE, le résultat ne pourra pas être exporté vers SIECLE BEE.")
    return notes


def error_report(draft: ImportDraft) -> tuple[list[str], list[list[str]]]:
    """A refused file's titles and lines, with a last column « Erreur » that says what is wrong in each line."""
    wrong: dict[int, list[str]] = {}
    for error in (RowError(**values) for values in draft.errors):
        wrong.setdefault(error.line, []).append(f"{error.column} : {error.message}")
    (_, titles), *lines = draft.table
    width = max([len(titles), *(len(cells) for _, cells in lines)])
    header = [*titles, *[""] * (width - len(titles)), resources.ERROR_TITLE]
    return header, [[*cells, *[""] * (width - len(cells)), " ".join(wrong.get(number, []))] for number, cells in lines]
