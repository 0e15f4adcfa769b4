"""The questions of the bank, read from their TOML files."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path

QUESTIONS = Path(__file__).with_name("questions")

THEMES = (
    "circulation",
    "comportement-citoyen",
    "developpement-durable",
    "distracteurs",
    "equipements",
    "passagers",
    "premiers-secours",
    "sante-conduites-a-risque",
    "vitesse",
)
ATTESTATIONS = ("ASSR1", "ASSR2", "ASR", "AER")
USERS = ("pieton", "passager", "cycliste", "edpm", "cyclomotoriste", "conducteur")
USES = ("both", "exam", "training")
VIEWS = ("plan", "rue", "poste", "objet")

LETTERS = "ABCDEF"
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")


@dataclass(frozen=True)
class Proposition:
    text: str
    expected: bool


@dataclass(frozen=True)
class Scene:
    """What the video shows. ``duration`` is in seconds; ``description`` briefs who draws it, and is read out for the AER."""

    duration: int
    view: str
    description: str


@dataclass(frozen=True)
class Question:
    code: str
    theme: str
    competence: str
    users: tuple[str, ...]
    attestations: tuple[str, ...]
    use: str
    statement: str
    explanation: str
    notes: str
    propositions: tuple[Proposition, ...]
    scene: Scene

    @property
    def several(self) -> bool:
        """Whether more than one answer is expected."""
        return sum(proposition.expected for proposition in self.propositions) > 1


class BankError(Exception):
    """The bank cannot be read. ``errors`` lists every fault, each naming its file and what to do."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        self.errors = errors


def load(folder: Path = QUESTIONS) -> list[Question]:
    """Every question under ``folder`` (``<theme>/<code>.toml``), sorted by code. Raises BankError with all the faults."""
    questions, errors = [], []
    for file in sorted(folder.glob("*/*.toml")):
        name = file.relative_to(folder).as_posix()
        try:
            table = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            errors.append(f"{name}: this is not valid TOML in UTF-8 ({error}); correct the file")
            continue
        faults = _faults(table)
        if not faults:
            question = _question(table)
            faults = _misplaced(question, file)
            questions.append(question)
        errors += (f"{name}: {fault}" for fault in faults)
    twice = [code for code, count in Counter(question.code for question in questions).items() if count > 1]
    errors += (f"{code}: this code is used by several files; give each question its own" for code in twice)
    if errors:
        raise BankError(errors)
    if not questions:
        raise BankError([f"{folder}: no question was found; expected <theme>/<code>.toml files"])
    return sorted(questions, key=lambda question: question.code)


def _question(table: dict) -> Question:
    return Question(
        **table
        | {
            "users": tuple(table["users"]),
            "attestations": tuple(table["attestations"]),
            "propositions": tuple(Proposition(**entry) for entry in table["propositions"]),
            "scene": Scene(**table["scene"]),
        }
    )


def _misplaced(question: Question, file: Path) -> list[str]:
    faults = []
    if file.stem != question.code:
        faults.append(f"the code is {question.code!r}; rename the file {question.code}.toml, or correct the code")
    if file.parent.name != question.theme:
        faults.append(f"the theme is {question.theme!r}; move the file to {question.theme}/, or correct the theme")
    return faults


def _faults(table: dict) -> list[str]:
    """What is wrong in the table of a question, in words that say what to do."""
    return _keys(table, Question, "the question") or _texts(
        table, {"competence": (5, 90), "statement": (10, 160), "explanation": (20, 600), "notes": (0, 600)}
    ) + _choices(table) + _propositions(table["propositions"]) + _scene(table["scene"])


def _keys(table: object, model: type, where: str) -> list[str]:
    if not isinstance(table, dict):
        return [f"{where} must be a table"]
    known = {field.name for field in fields(model)}
    return [f"{where} lacks the key {key!r}; add it" for key in sorted(known - table.keys())] + [
        f"{where} has the unknown key {key!r}; remove it" for key in sorted(table.keys() - known)
    ]


def _texts(table: dict, limits: dict[str, tuple[int, int]]) -> list[str]:
    faults = []
    for key, (least, most) in limits.items():
        value = table[key]
        if not isinstance(value, str):
            faults.append(f"{key} must be a text")
        elif not least <= len(value.strip()) <= most:
            faults.append(f"{key} has {len(value.strip())} characters; write {least} to {most}")
    return faults


def _choices(table: dict) -> list[str]:
    faults = []
    if not (isinstance(table["code"], str) and CODE.fullmatch(table["code"])):
        faults.append("code must be lower-case words joined by hyphens, such as circ-pieton-feu")
    for key, allowed in (("theme", THEMES), ("use", USES)):
        if table[key] not in allowed:
            faults.append(f"{key} is {table[key]!r}; choose one of {', '.join(allowed)}")
    for key, allowed in (("users", USERS), ("attestations", ATTESTATIONS)):
        values = table[key]
        if not isinstance(values, list) or not values or any(value not in allowed for value in values):
            faults.append(f"{key} must list one or more of {', '.join(allowed)}")
    return faults


def _propositions(entries: object) -> list[str]:
    if not isinstance(entries, list) or not 2 <= len(entries) <= len(LETTERS):
        return [f"write 2 to {len(LETTERS)} propositions"]
    faults = []
    for letter, entry in zip(LETTERS, entries):
        where = f"proposition {letter}"
        wrong = _keys(entry, Proposition, where)
        if not wrong:
            wrong = [f"{where}: {fault}" for fault in _texts(entry, {"text": (1, 110)})]
            if not isinstance(entry["expected"], bool):
                wrong.append(f"{where}: expected must be true or false")
        faults += wrong
    if not faults:
        expected = {entry["expected"] for entry in entries}
        if expected != {True, False}:
            faults.append("at least one proposition must be expected, and at least one must not be")
        if len({entry["text"].strip() for entry in entries}) < len(entries):
            faults.append("two propositions read the same; write them differently")
    return faults


def _scene(table: object) -> list[str]:
    faults = _keys(table, Scene, "[scene]")
    if faults:
        return faults
    if not isinstance(table["duration"], int) or not 6 <= table["duration"] <= 12:
        faults.append("[scene] duration must be a whole number of seconds from 6 to 12")
    if table["view"] not in VIEWS:
        faults.append(f"[scene] view is {table['view']!r}; choose one of {', '.join(VIEWS)}")
    return faults + _texts(table, {"description": (20, 700)})
