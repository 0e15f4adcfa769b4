"""The questions of the bank as text: read from TOML, judged, written to TOML (docs/bank.md describes the format)."""

import json
import re
import tomllib
from collections import Counter
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path

from esr.core.text import TextError, clean

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
STATES = ("draft", "published", "retired")

LETTERS = "ABCDEF"
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+")
CODE_MOST = 60
VERSION_MOST = 9999

DRAWN_SECONDS = (6, 12)
FOOTAGE_SECONDS = (2, 30)
"""How long a drawn scene, and a filmed one, may last."""

LENGTHS = {"competence": (5, 90), "statement": (10, 160), "explanation": (20, 600), "notes": (0, 600)}
PROPOSITION_LENGTH = (1, 110)
DESCRIPTION_LENGTH = (20, 700)
"""Fewest and most characters of each text."""

_MULTILINE = {"explanation", "notes", "description"}


@dataclass(frozen=True)
class Proposition:
    text: str
    expected: bool


@dataclass(frozen=True)
class Scene:
    """What the video shows. ``duration`` is in seconds; ``description`` briefs who draws it, and is read out for the AER.

    ``footage`` names the film of a scene that was filmed; it is empty for one that is drawn (exams/bank/scenes).
    """

    duration: int
    view: str
    description: str
    footage: str = ""


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


@dataclass(frozen=True)
class Entry:
    """A question as one version of a bank: ``state`` is draft, published or retired."""

    question: Question
    version: int = 1
    state: str = "published"

    @property
    def name(self) -> str:
        return f"{self.question.code} v{self.version}"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one field, and what to do, in French; ``field`` is the key in TOML, as « scene.duration »."""

    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.field} : {self.message}"


class BankError(Exception):
    """The bank cannot be read. ``errors`` lists every fault, each naming its file, its field and what to do."""

    def __init__(self, errors: list[str]):
        super().__init__("\n".join(errors))
        self.errors = errors


def load(folder: Path = QUESTIONS) -> list[Question]:
    """Every question under ``folder`` (``<theme>/<code>.toml``), sorted by code. Raises BankError with all the faults."""
    questions, errors = [], []
    for file in sorted(folder.glob("*/*.toml")):
        name = file.relative_to(folder).as_posix()
        try:
            question = parse(file.read_bytes(), versioned=False).question
        except BankError as error:
            errors += (f"{name} : {fault}" for fault in error.errors)
            continue
        errors += (f"{name} : {fault}" for fault in _misplaced(question, file))
        questions.append(question)
    twice = [code for code, count in Counter(question.code for question in questions).items() if count > 1]
    errors += (f"{code} : plusieurs fichiers ont ce code ; donnez à chaque question le sien" for code in twice)
    if errors:
        raise BankError(errors)
    if not questions:
        raise BankError([f"{folder} : aucune question ; il faut des fichiers <thème>/<code>.toml"])
    return sorted(questions, key=lambda question: question.code)


def parse(content: bytes, *, versioned: bool = True) -> Entry:
    """One question from the bytes of its TOML file; ``versioned`` files may say a version and a state.

    Every text is cleaned on the way. Raises BankError, whose faults name fields.
    """
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:  # an endless number is a ValueError
        raise BankError([f"ce n’est pas du TOML en UTF-8 ({error}) ; corrigez le fichier"]) from error
    try:
        return entry(table, versioned=versioned)
    except RecursionError as error:  # a key of a thousand dots
        raise BankError(["ce fichier est imbriqué d’une façon qu’aucune question n’emploie ; corrigez-le"]) from error


def entry(table: dict, *, versioned: bool = True) -> Entry:
    """The same from the table itself. Raises BankError."""
    version, state = (table.pop("version", 1), table.pop("state", "published")) if versioned else (1, "published")
    table, wrong = cleaned(table)
    wrong = wrong or faults(table)
    if type(version) is not int or not 1 <= version <= VERSION_MOST:
        wrong.append(Fault("version", f"il faut un nombre entier de 1 à {VERSION_MOST}"))
    if state not in STATES:
        wrong.append(Fault("state", f"choisissez parmi {', '.join(STATES)}"))
    if wrong:
        raise BankError([str(fault) for fault in wrong])
    return Entry(question(table), version, state)


def question(table: dict) -> Question:
    """The question of a table without faults."""
    return Question(
        **table
        | {
            "users": tuple(name for name in USERS if name in table["users"]),
            "attestations": tuple(name for name in ATTESTATIONS if name in table["attestations"]),
            "propositions": tuple(Proposition(**entry) for entry in table["propositions"]),
            "scene": Scene(**table["scene"]),
        }
    )


def table(question: Question) -> dict:
    """The table of a question, as TOML holds it."""
    made = asdict(question) | {"users": list(question.users), "attestations": list(question.attestations)}
    made["propositions"] = list(made["propositions"])
    if not question.scene.footage:
        del made["scene"]["footage"]
    return made


def dump(question: Question, *, version: int | None = None, state: str = "") -> str:
    """The TOML of a question; ``parse`` reads back the same."""
    values = table(question)
    propositions, scene = values.pop("propositions"), values.pop("scene")
    if version is not None:
        values |= {"version": version, "state": state}
    blocks = [_lines(values)]
    blocks += ("[[propositions]]\n" + _lines(proposition) for proposition in propositions)
    blocks.append("[scene]\n" + _lines(scene))
    return "\n".join(blocks)


def _lines(values: dict) -> str:
    # A JSON text, list, number or boolean is a TOML one too, once DEL is escaped, and cleaned texts hold none.
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())


def cleaned(value, key: str = "") -> tuple:
    """The same value with every text in it cleaned, and the faults of those that cannot be."""
    if isinstance(value, str):
        try:
            return clean(value, multiline=key.rpartition(".")[2] in _MULTILINE), []
        except TextError as error:
            return value, [Fault(key, str(error))]
    if isinstance(value, dict):
        pairs = {name: cleaned(item, f"{key}.{name}".strip(".")) for name, item in value.items()}
        return {name: item for name, (item, _) in pairs.items()}, [f for _, wrong in pairs.values() for f in wrong]
    if isinstance(value, list):
        items = [cleaned(item, key) for item in value]
        return [item for item, _ in items], [fault for _, wrong in items for fault in wrong]
    return value, []


def _misplaced(question: Question, file: Path) -> list[Fault]:
    wrong = []
    if file.stem != question.code:
        wrong.append(
            Fault("code", f"il vaut « {question.code} » : nommez le fichier {question.code}.toml, ou corrigez-le")
        )
    if file.parent.name != question.theme:
        wrong.append(Fault("theme", f"il vaut « {question.theme} » : rangez le fichier dans {question.theme}/"))
    return wrong


def faults(table: object) -> list[Fault]:
    """What is wrong in the table of a question, in words that say what to do."""
    return _keys(table, Question, "") or [
        *_choices(table),
        *_texts(table, LENGTHS, ""),
        *proposition_faults(table["propositions"]),
        *_scene(table["scene"]),
    ]


def _keys(table: object, model: type, where: str) -> list[Fault]:
    if not isinstance(table, dict):
        return [Fault(where, "il faut une table")]
    known = {field.name for field in fields(model)}
    needed = {field.name for field in fields(model) if field.default is MISSING}
    start = f"{where}." if where else ""
    return [Fault(f"{start}{key}", "cette clé manque ; ajoutez-la") for key in sorted(needed - table.keys())] + [
        Fault(f"{start}{key}"[:80], "cette clé est inconnue ; supprimez-la") for key in sorted(table.keys() - known)
    ]


def _texts(table: dict, lengths: dict[str, tuple[int, int]], where: str) -> list[Fault]:
    wrong = []
    for key, (least, most) in lengths.items():
        value, field = table[key], f"{where}.{key}" if where else key
        if not isinstance(value, str):
            wrong.append(Fault(field, "il faut un texte"))
        elif not value.strip() and least:
            wrong.append(Fault(field, f"ce texte est vide ; écrivez {least} à {most} caractères"))
        elif not least <= len(value.strip()) <= most:
            wrong.append(Fault(field, f"ce texte a {len(value.strip())} caractères ; écrivez-en {least} à {most}"))
    return wrong


def _choices(table: dict) -> list[Fault]:
    wrong = []
    code = table["code"]
    if not (isinstance(code, str) and CODE.fullmatch(code) and len(code) <= CODE_MOST):
        wrong.append(
            Fault(
                "code",
                "il faut des mots en minuscules, sans accent, joints par des tirets, comme circ-pieton-feu "
                f"({CODE_MOST} caractères au plus)",
            )
        )
    for key, allowed in (("theme", THEMES), ("use", USES)):
        if table[key] not in allowed:
            wrong.append(Fault(key, f"choisissez parmi {', '.join(allowed)}"))
    for key, allowed in (("users", USERS), ("attestations", ATTESTATIONS)):
        values = table[key]
        if not isinstance(values, list) or not values or any(value not in allowed for value in values):
            wrong.append(Fault(key, f"il faut une liste d’un ou plusieurs de {', '.join(allowed)}"))
    return wrong


def proposition_faults(entries: object) -> list[Fault]:
    """What is wrong with the propositions: a list of tables with ``text`` and ``expected``."""
    if not isinstance(entries, list) or not 2 <= len(entries) <= len(LETTERS):
        return [Fault("propositions", f"écrivez 2 à {len(LETTERS)} propositions")]
    wrong = []
    for letter, entry in zip(LETTERS, entries):
        where = f"propositions.{letter}"
        keys = _keys(entry, Proposition, where)
        if not keys:
            keys = _texts(entry, {"text": PROPOSITION_LENGTH}, where)
            if not isinstance(entry["expected"], bool):
                keys.append(Fault(f"{where}.expected", "il faut true ou false"))
        wrong += keys
    if not wrong:
        if {entry["expected"] for entry in entries} != {True, False}:
            wrong.append(Fault("propositions", "il en faut au moins une attendue, et au moins une qui ne l’est pas"))
        if len({entry["text"].strip().casefold() for entry in entries}) < len(entries):
            wrong.append(Fault("propositions", "deux d’entre elles disent la même chose ; écrivez-les autrement"))
    return wrong


def _scene(table: object) -> list[Fault]:
    wrong = _keys(table, Scene, "scene")
    if wrong:
        return wrong
    footage = table.get("footage", "")
    if not isinstance(footage, str):
        return [Fault("scene.footage", "il faut le nom d’un fichier")]
    least, most = FOOTAGE_SECONDS if footage else DRAWN_SECONDS
    if type(table["duration"]) is not int or not least <= table["duration"] <= most:
        wrong.append(Fault("scene.duration", f"il faut un nombre entier de secondes de {least} à {most}"))
    if table["view"] not in VIEWS:
        wrong.append(Fault("scene.view", f"choisissez parmi {', '.join(VIEWS)}"))
    return wrong + _texts(table, {"description": DESCRIPTION_LENGTH}, "scene")
