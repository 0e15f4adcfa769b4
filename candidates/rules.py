"""What makes a candidate's identifier and age, and what an import does with each line. Pure functions.

INE shapes: the ministry's national pupil numbers as school software meets them (BEA, RNIE, SIFA apprentices).
Attestations, sexes and import actions are the values of `enums` as plain strings.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
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


# --- Who sits what (handbook 1) ---------------------------------------------------------------------------------

# 1.1: who turns 14 in the calendar year sits the ASSR1; 1.2: who turns 16, or is older and has none, the ASSR2.
ASSR1_AGE = 14
ASSR2_AGE = 16


@dataclass(frozen=True)
class Eligibility:
    """The attestation that a pupil sits, or none, and why. `by_age_only`: the class alone would not have said so."""

    attestation: str
    why: str
    by_age_only: bool = False


def eligibility(
    *, level: str, by_level: str, is_apprentice: bool, born: int, year: int, held: Collection[str]
) -> Eligibility:
    """What a pupil born in the year `born` sits in the session's `year`.

    `level` is the class level in words (empty when unknown) and `by_level` the attestation that it sits. The level
    suggests; the year of birth and the attestations already `held` decide. The AER and the ASR are never given here.
    """
    age = year - born
    facts = f"{level or 'Niveau inconnu'}, {age} ans en {year}"
    if is_apprentice:
        return Eligibility("", f"{facts}, apprenti : relève de l’ASR, dans son centre de formation.")
    if "ASSR2" in held:
        return Eligibility("", f"{facts}, ASSR2 déjà obtenue : plus aucune épreuve.")
    if age >= ASSR2_AGE or by_level == "ASSR2":
        after = ", ASSR1 déjà obtenue" if "ASSR1" in held else ""
        return Eligibility("ASSR2", f"{facts}{after} : ASSR2.", by_age_only=by_level != "ASSR2")
    if age != ASSR1_AGE and by_level != "ASSR1":
        return Eligibility("", f"{facts} : ni l’ASSR1 ni l’ASSR2 cette année.")
    if "ASSR1" in held:
        return Eligibility("", f"{facts}, ASSR1 déjà obtenue : pas encore l’ASSR2.")
    return Eligibility("ASSR1", f"{facts} : ASSR1.", by_age_only=by_level != "ASSR1")


# --- Imports ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ImportRow:
    """One candidate of a file. An empty text, or None for a yes or no, says nothing: what is known stays.

    What SIECLE BEE adds has defaults: `why` explains the attestation chosen, `warnings` what deserves a look.
    """

    line: int  # as a spreadsheet numbers it; in SIECLE BEE, the pupil's rank
    identifier: str
    last_name: str
    first_name: str
    birth_date: date
    division: str
    sex: str
    attestation: str
    export_to_siecle: bool | None
    siecle_id: str = ""  # ELEVE_ID
    in_siecle: bool | None = None
    extra_time: bool | None = None
    why: Sequence[str] = ()
    warnings: Sequence[str] = ()

    def as_json(self) -> dict:
        return asdict(self) | {"birth_date": self.birth_date.isoformat()}

    @classmethod
    def from_json(cls, values: Mapping) -> "ImportRow":
        return cls(**(values | {"birth_date": date.fromisoformat(values["birth_date"])}))


@dataclass(frozen=True)
class RowError:
    """What stands in the way of an import: where, what was read, and what to do, in French.

    A file's error stands at its `line`; SIECLE BEE's is named after the pupil, `who`, whose `keys` are all by which
    the list may know them (INE, ELEVE_ID, « NOM Prénom »).
    """

    line: int
    column: str
    value: str
    message: str
    who: str = ""
    keys: Sequence[str] = ()

    @property
    def place(self) -> str:
        return self.who or f"Ligne {self.line}"


@dataclass(frozen=True)
class SetAside:
    """A pupil of the source whom the import does not concern, and why; no error.

    `keys` as in RowError; `is_gone`: is not at the school any more, like somebody whom the source does not have.
    """

    who: str
    division: str
    reason: str
    keys: Sequence[str] = ()
    is_gone: bool = False


@dataclass(frozen=True)
class Reading:
    """A whole source, read: `rows` are the good ones, `notes` what was left aside without being wrong.

    A CSV with `errors` is not imported at all; SIECLE BEE's errors are refused pupils, and the others go on.
    """

    rows: list[ImportRow]
    errors: list[RowError]
    notes: list[str]
    set_aside: list[SetAside] = field(default_factory=list)


@dataclass(frozen=True)
class History:
    """Keys of the known candidates who already began an exam, and of those who are registered and have not."""

    sat: frozenset = frozenset()
    registered: frozenset = frozenset()


@dataclass(frozen=True)
class Option:
    """What a person may decide of one line, under the `value` that the form sends back.

    "add" (somebody else), "skip", "update:<key>" (the known `candidate`, with `changes`), "merge:<line>" (somebody
    already read higher up in the same file).
    """

    value: str
    candidate: object = None
    line: int = 0
    changes: Mapping[str, tuple] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedLine:
    """What the import does with one row: `action` is add, update, same, merge, skip or doubt (a person decides among
    the `options`; until then the row is left out).

    `candidate` is the known one that the row means; `changes` maps a field to its old and new value; `held` are the
    changes that wait for a person's agreement, because the candidate already sat an exam.
    """

    row: ImportRow
    action: str
    candidate: object = None
    changes: Mapping[str, tuple] = field(default_factory=dict)
    held: Mapping[str, tuple] = field(default_factory=dict)
    options: Sequence[Option] = ()
    note: str = ""


@dataclass(frozen=True)
class Decisions:
    """What a person decided on the preview: an option's value by line, the lines whose held changes are agreed to,
    the keys of the candidates to remove."""

    choices: Mapping[int, str] = field(default_factory=dict)
    agreed: Collection[int] = frozenset()
    removed: Collection[int] = frozenset()


NO_HISTORY, NO_DECISION = History(), Decisions()


@dataclass(frozen=True)
class Plan:
    """`gone` are the known candidates whom SIECLE BEE does not have any more, `removed` those of them to delete."""

    lines: Sequence[PlannedLine]
    errors: Sequence[RowError]
    gone: Sequence = ()
    removed: Sequence = ()

    def of(self, action: str) -> list[PlannedLine]:
        return [line for line in self.lines if line.action == action]

    @property
    def fingerprint(self) -> str:
        """Two plans that do the same to the same list have the same one."""
        told = [
            (
                p.row.line,
                p.action,
                p.candidate and p.candidate.pk,
                sorted(p.changes.items()),
                sorted(p.held.items()),
                [(option.value, sorted(option.changes.items())) for option in p.options],
            )
            for p in self.lines
        ]
        return hashlib.sha256(repr((told, self.errors, [c.pk for c in self.gone])).encode()).hexdigest()


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
    """Lines of one file with the same INE and different birth dates: no decision can make one person of them."""
    by_identifier = defaultdict(list)
    for row in rows:
        if row.identifier:
            by_identifier[row.identifier].append(row)
    errors = []
    for identifier, same in by_identifier.items():
        if len({row.birth_date for row in same}) == 1:
            continue
        for row in same:
            others = _lines([other.line for other in same if other is not row])
            advice = "un INE désigne une seule personne. Corrigez ou supprimez l’une de ces lignes."
            message = f"Cet INE est aussi {others}, avec une autre date de naissance : {advice}"
            errors.append(RowError(row.line, "INE", identifier, message))
    return errors


_COMPARED = (
    "identifier", "last_name", "first_name", "division", "sex", "attestation", "export_to_siecle", "extra_time",
    "siecle_id", "in_siecle",
)  # fmt: skip

# Of a candidate who already sat an exam, these stand on a result: never changed without a person's agreement.
_PERSONAL = ("last_name", "first_name", "attestation")

# What the establishment decides by hand (C4, C6): an import from SIECLE BEE gives it once and never again.
_ASSIGNED_BY_HAND = ("ASR", "AER")


def _new_values(row: ImportRow, other, *, siecle: bool = False) -> dict[str, tuple]:
    """Field → (what `other` has, what `row` says instead), for the fields on which `row` says something."""
    left = set()
    if siecle:
        # Unticked, to print the attestation here; it follows once, when the pupil gets an INE.
        if not (row.identifier and is_platform_identifier(other.identifier)):
            left.add("export_to_siecle")
        if other.attestation in _ASSIGNED_BY_HAND:
            left.add("attestation")
    return {
        name: (getattr(other, name), getattr(row, name))
        for name in _COMPARED
        if name not in left and getattr(row, name) not in ("", None) and getattr(row, name) != getattr(other, name)
    }


def plan(
    rows: Iterable[ImportRow],
    known: Iterable,
    *,
    history: History = NO_HISTORY,
    decisions: Decisions = NO_DECISION,
    siecle: bool = False,
    present: Collection[str] = (),
) -> Plan:
    """What importing `rows` does to the `known` candidates (objects with the columns of Candidate).

    The same identifier is the same person, unless the birth date says otherwise: that is an error, so that nobody
    ever takes over somebody else's results. Without that, the same name and birth date is the same person when at
    most one of the two has an INE; when both have, and they differ, or when several are possible, a person decides.
    `siecle`: the rows are the whole school as SIECLE BEE knows it, less those `present` there (INE, ELEVE_ID or « NOM
    Prénom ») who are refused or not concerned; a known pupil whom it does not have any more is gone.
    """
    return _Planning(list(known), history, decisions, siecle).made(rows, present)


class _Planning:
    def __init__(self, known: Sequence, history: History, decisions: Decisions, siecle: bool):
        self.known, self.history, self.decisions, self.siecle = known, history, decisions, siecle
        self.by_identifier = {candidate.identifier: candidate for candidate in known}
        self.by_siecle_id = {candidate.siecle_id: candidate for candidate in known if candidate.siecle_id}
        self.by_person = defaultdict(list)
        for candidate in known:
            self.by_person[_person(candidate)].append(candidate)
        self.lines: dict[int, PlannedLine] = {}
        self.errors: list[RowError] = []
        self.met: dict[object, int] = {}  # key of a known candidate → line
        self.named = set()  # keys of the known candidates whom some row may mean
        self.read_identifiers, self.read_persons = {}, defaultdict(list)

    def made(self, rows: Iterable[ImportRow], present: Collection[str]) -> Plan:
        for row in rows:
            line = self._planned(row)
            if line:
                self.lines[row.line] = line
                self.read_persons[_person(row)].append(row)
                if row.identifier:
                    self.read_identifiers.setdefault(row.identifier, row)
        gone = self._gone(frozenset(present)) if self.siecle else []
        removed = [c for c in gone if c.pk in self.decisions.removed and c.pk not in self.history.sat]
        return Plan(list(self.lines.values()), self.errors, gone, removed)

    def _gone(self, present: Collection[str]) -> list:
        return [
            candidate
            for candidate in self.known
            if candidate.in_siecle
            and candidate.pk not in self.named
            and candidate.identifier not in present
            and (not candidate.siecle_id or candidate.siecle_id not in present)
            and f"{candidate.last_name} {candidate.first_name}" not in present
        ]

    def _planned(self, row: ImportRow) -> PlannedLine | None:
        candidate = self.by_identifier.get(row.identifier)
        if candidate and candidate.birth_date != row.birth_date:
            self.named.add(candidate.pk)
            who = f"{row.last_name} {row.first_name}" if self.siecle else ""
            self.errors.append(_other_person(row, candidate, who))
            return None
        by_number = self.by_siecle_id.get(row.siecle_id) if candidate is None else None
        if by_number and by_number.birth_date == row.birth_date and not self._two_ines(row, by_number):
            candidate = by_number
        namesakes = [] if candidate else self.by_person.get(_person(row), [])
        self.named.update(someone.pk for someone in namesakes)
        twins = self._twins(row)
        if twins and not _new_values(row, twins[0]):
            return PlannedLine(row, "same", note=f"Identique {_lines([twins[0].line])}.")
        if candidate is None and not twins and len(namesakes) == 1 and not self._two_ines(row, namesakes[0]):
            candidate = namesakes[0]
        if twins or (candidate and candidate.pk in self.met) or (candidate is None and namesakes):
            return self._doubt(row, twins, namesakes, candidate)
        if candidate is None:
            return PlannedLine(row, "add")
        return self._of_known(row, candidate)

    @staticmethod
    def _two_ines(row: ImportRow, candidate) -> bool:
        """Whether both have an identifier that is no make-shift of the platform's, and not the same."""
        return bool(row.identifier) and not is_platform_identifier(candidate.identifier)

    def _twins(self, row: ImportRow) -> list[ImportRow]:
        """Lines higher up in the file that may mean the same person."""
        if row.identifier and row.identifier in self.read_identifiers:
            return [self.read_identifiers[row.identifier]]
        return [other for other in self.read_persons[_person(row)] if not (row.identifier and other.identifier)]

    def _of_known(self, row: ImportRow, candidate) -> PlannedLine:
        self.met[candidate.pk] = row.line
        self.named.add(candidate.pk)
        changes, held = _new_values(row, candidate, siecle=self.siecle), {}
        if candidate.pk in self.history.sat and row.line not in self.decisions.agreed:
            held = {name: change for name, change in changes.items() if name in _PERSONAL}
            changes = {name: change for name, change in changes.items() if name not in held}
        return PlannedLine(row, "update" if changes or held else "same", candidate, changes, held)

    def _doubt(self, row: ImportRow, twins: Sequence[ImportRow], namesakes: Sequence, candidate) -> PlannedLine:
        options = [Option(f"merge:{twin.line}", line=twin.line) for twin in twins if self._takes_more(twin.line)]
        options += [
            Option(f"update:{someone.pk}", someone, changes=_new_values(row, someone, siecle=self.siecle))
            for someone in namesakes
            if someone.pk not in self.met
        ]
        if not row.identifier or not (candidate or row.identifier in self.read_identifiers):
            options.append(Option("add"))
        options.append(Option("skip"))
        chosen = next((o for o in options if o.value == self.decisions.choices.get(row.line)), None)
        if chosen is None:
            return PlannedLine(row, "doubt", options=options, note=self._why_in_doubt(row, twins, namesakes, candidate))
        if chosen.candidate is not None:
            self.met[chosen.candidate.pk] = row.line
            return PlannedLine(row, "update" if chosen.changes else "same", chosen.candidate, chosen.changes)
        if chosen.line:
            self._merge(chosen.line, row)
            return PlannedLine(row, "merge", note=f"Réuni avec la ligne {chosen.line}.")
        return PlannedLine(row, chosen.value)

    def _takes_more(self, line: int) -> bool:
        return self.lines[line].action in ("add", "update", "same")

    def _merge(self, line: int, row: ImportRow) -> None:
        """What `row` says goes to the person of an earlier `line`."""
        first = self.lines[line]
        merged = replace(first.row, **{name: new for name, (_, new) in _new_values(row, first.row).items()})
        if first.candidate is None:
            self.lines[line] = replace(first, row=merged)
        else:
            self.lines[line] = self._of_known(merged, first.candidate)

    def _why_in_doubt(self, row: ImportRow, twins: Sequence[ImportRow], namesakes: Sequence, candidate) -> str:
        if twins:
            same = "Cet INE est aussi" if row.identifier == twins[0].identifier else _SAME_PERSON + " sont aussi"
            if self.siecle:
                return f"{same} dans la liste de SIECLE BEE pour un autre élève."
            return f"{same} {_lines([twin.line for twin in twins])}."
        if candidate:
            return f"Cette ligne semble désigner le même candidat que la ligne {self.met[candidate.pk]}."
        if len(namesakes) > 1:
            return "Plusieurs candidats de votre liste ont ce nom et cette date de naissance."
        return f"{_SAME_PERSON} sont déjà dans votre liste, avec l’identifiant {namesakes[0].identifier}."


_SAME_PERSON = "Ce nom et cette date de naissance"


def _other_person(row: ImportRow, candidate, who: str) -> RowError:
    message = (
        f"Dans votre liste, cet INE est celui de {candidate.last_name} {candidate.first_name}, de date de naissance "
        f"{candidate.birth_date:%d/%m/%Y}, et le fichier indique {row.birth_date:%d/%m/%Y}. Corrigez l’INE ou la date "
        "dans le fichier ; si l’erreur est dans votre liste, modifiez d’abord ce candidat."
    )
    return RowError(row.line, "INE", row.identifier, message, who)
