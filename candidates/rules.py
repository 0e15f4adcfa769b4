"""What makes a candidate's identifier and age, and what an import does with each line. Pure functions.

INE shapes: the ministry's national pupil numbers as school software meets them (BEA, RNIE, SIFA apprentices).
Attestations, sexes and import actions are the values of `enums` as plain strings.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from esr.core.text import search_key

_INE_SHAPES = (
    re.compile(r"[0-9]{9}[A-Z]{2}"),  # 130564139AC
    re.compile(r"[0-9]{10}[A-Z]"),
    re.compile(r"[0-9A-Z]{11}"),
    re.compile(r"[0-9]{4}[A-Z][0-9]{5}[A-Z]"),  # SIFA, apprentices
)

# An identifier of the platform's own, for a candidate without INE: the hyphens keep it apart from every INE.
PLATFORM_PREFIX = "ESR-"
PLATFORM_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
PLATFORM_LENGTH = 8

# Ages reached in the session's year outside which a birth date is a typing error, not a candidate.
MIN_AGE = 10
MAX_AGE = 80


def is_ine(value: str) -> bool:
    """Whether `value` has one of the known INE shapes; others are accepted with a warning."""
    return any(shape.fullmatch(value) for shape in _INE_SHAPES)


def is_platform_identifier(value: str) -> bool:
    return value.startswith(PLATFORM_PREFIX)


def normal_identifier(value: str) -> str:
    """An INE or identifier as it is stored and compared: capitals, no spaces."""
    return "".join(value.split()).upper()


def is_plausible_birth_date(born: date, year: int) -> bool:
    """Whether someone born then may be a candidate of that session."""
    return MIN_AGE <= year - born.year <= MAX_AGE


# --- Imports ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImportRow:
    """One candidate of a file. An empty text, or None for the export, says nothing: what is known stays."""

    line: int  # as a spreadsheet numbers it
    identifier: str
    last_name: str
    first_name: str
    birth_date: date
    division: str
    sex: str
    attestation: str
    export_to_siecle: bool | None

    def as_json(self) -> dict:
        return asdict(self) | {"birth_date": self.birth_date.isoformat()}

    @classmethod
    def from_json(cls, values: Mapping) -> "ImportRow":
        return cls(**(values | {"birth_date": date.fromisoformat(values["birth_date"])}))


@dataclass(frozen=True)
class RowError:
    """What stands in the way of an import: where, what was read, and what to do, in French."""

    line: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class PlannedLine:
    """What the import does with one row: `action` is add, update, same or doubt (left out, for a person to see).

    `candidate` is the known one that the row means; `changes` maps a field to its old and new value.
    """

    row: ImportRow
    action: str
    candidate: object = None
    changes: Mapping[str, tuple] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Plan:
    lines: Sequence[PlannedLine]
    errors: Sequence[RowError]

    def of(self, action: str) -> list[PlannedLine]:
        return [line for line in self.lines if line.action == action]

    @property
    def fingerprint(self) -> str:
        """Two plans that do the same to the same list have the same one."""
        told = [(p.row.line, p.action, p.candidate and p.candidate.pk, sorted(p.changes.items())) for p in self.lines]
        return hashlib.sha256(repr((told, self.errors)).encode()).hexdigest()


def _person(someone) -> tuple:
    """What makes two lines the same person when no INE says so."""
    names = search_key(f"{someone.last_name}|{someone.first_name}".replace("-", " ").replace("’", "'"))
    return names, someone.birth_date


def _lines(numbers: Sequence[int]) -> str:
    """« à la ligne 7 », « aux lignes 7, 9 et 12 »."""
    if len(numbers) == 1:
        return f"à la ligne {numbers[0]}"
    return f"aux lignes {', '.join(map(str, numbers[:-1]))} et {numbers[-1]}"


def doubles(rows: Iterable[ImportRow]) -> list[RowError]:
    """Lines of one file that name the same person: by INE, or by name and birth date when an INE is missing."""
    by_identifier, by_person = defaultdict(list), defaultdict(list)
    for row in rows:
        by_person[_person(row)].append(row)
        if row.identifier:
            by_identifier[row.identifier].append(row)
    errors = []
    for identifier, same in by_identifier.items():
        for row in same if len(same) > 1 else ():
            others = _lines([other.line for other in same if other is not row])
            advice = "un INE désigne une seule personne. Corrigez ou supprimez l’une de ces lignes."
            errors.append(RowError(row.line, "INE", identifier, f"Cet INE est aussi {others} : {advice}"))
    for same in by_person.values():
        for row in same if len(same) > 1 and not all(other.identifier for other in same) else ():
            others = _lines([other.line for other in same if other is not row])
            advice = "supprimez le doublon ou, s’il s’agit d’homonymes, donnez à chacun un identifiant (colonne INE)."
            message = f"Ce nom et cette date de naissance sont aussi {others} : {advice}"
            errors.append(RowError(row.line, "Nom de famille", f"{row.last_name} {row.first_name}", message))
    return errors


_COMPARED = ("identifier", "last_name", "first_name", "division", "sex", "attestation", "export_to_siecle")


def plan(rows: Iterable[ImportRow], known: Iterable) -> Plan:
    """What importing `rows` does to the `known` candidates (objects with the columns of Candidate).

    The same identifier is the same person, unless the birth date says otherwise: that is an error, so that nobody
    ever takes over somebody else's results. Without that, the same name and birth date is the same person when at
    most one of the two has an INE; when both have, and they differ, the line is left out for a person to decide.
    """
    by_identifier, by_person = {}, defaultdict(list)
    for candidate in known:
        by_identifier[candidate.identifier] = candidate
        by_person[_person(candidate)].append(candidate)
    lines, errors, met = [], [], {}
    for row in rows:
        candidate = by_identifier.get(row.identifier)
        namesakes = by_person.get(_person(row), ())
        if candidate and candidate.birth_date != row.birth_date:
            errors.append(_other_person(row, candidate))
            continue
        if candidate is None and namesakes:
            candidate = namesakes[0]
            if len(namesakes) > 1 or (row.identifier and not is_platform_identifier(candidate.identifier)):
                lines.append(PlannedLine(row, "doubt", note=_doubt(namesakes)))
                continue
        if candidate is None:
            lines.append(PlannedLine(row, "add"))
            continue
        if candidate.pk in met:
            message = (
                f"Cette ligne désigne le même candidat de votre liste que la ligne {met[candidate.pk]} : "
                "supprimez l’une des deux."
            )
            errors.append(RowError(row.line, "Nom de famille", f"{row.last_name} {row.first_name}", message))
            continue
        met[candidate.pk] = row.line
        changes = {
            name: (getattr(candidate, name), getattr(row, name))
            for name in _COMPARED
            if getattr(row, name) not in ("", None) and getattr(row, name) != getattr(candidate, name)
        }
        lines.append(PlannedLine(row, "update" if changes else "same", candidate, changes))
    return Plan(lines, errors)


def _other_person(row: ImportRow, candidate) -> RowError:
    message = (
        f"Dans votre liste, cet INE est celui de {candidate.last_name} {candidate.first_name}, de date de naissance "
        f"{candidate.birth_date:%d/%m/%Y}, et le fichier indique {row.birth_date:%d/%m/%Y}. Corrigez l’INE ou la date "
        "dans le fichier ; si l’erreur est dans votre liste, modifiez d’abord ce candidat."
    )
    return RowError(row.line, "INE", row.identifier, message)


def _doubt(namesakes: Sequence) -> str:
    if len(namesakes) > 1:
        return "Plusieurs candidats de votre liste ont ce nom et cette date de naissance."
    return f"Ce nom et cette date de naissance y sont déjà, avec l’identifiant {namesakes[0].identifier}."
