"""A nation that nobody lives in: as many establishments, candidates and sittings as a whole year has, to measure on.

Rows go into PostgreSQL by COPY, establishment by establishment, in one transaction: all of them or none. Marks are
those of the answers, figures of questions those of the marks, rattrapages follow failures and absences; the database
checks every constraint of its own before the commit. An establishment's rows depend on the seed, the year and its place
alone, so that one of them can be made by itself in another database.

Left out, for a purge meets few of them: exams without internet, drafts of imports, incidents, files of jobs.
"""

import json
import uuid
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from multiprocessing import get_context
from random import Random
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.core.management.color import no_style
from django.db import connection, models, transaction

from candidates.enums import Sex
from candidates.models import Candidate
from certificates.enums import Copy, DownloadKind
from certificates.models import Download, Issue
from esr.core.enums import JobState
from esr.core.models import Job
from esr.ops.demo import FIRST_NAMES, LAST_NAMES
from establishments.enums import Academy, Attestation, Category, Door, IdentifierKind, MembershipSource, Role, Status
from establishments.models import Establishment, Membership, SignIn, User
from establishments.rules import time_zone_of, usual_dates
from exams import rules
from exams.enums import EventKind, ExamKind, Outcome, Reason, SittingState
from exams.models import (
    Exam,
    ExamQuestion,
    ExportedResult,
    Question,
    QuestionFigures,
    SiecleExport,
    Sitting,
    SittingEvent,
)
from stats.actions import count_establishment
from stats.models import WeekFigures

BATCH = 100  # establishments sent together
DATABASES = ("bench", "test_")  # how the name of a database begins that may be filled
# An establishment's place gives it and its rows their keys: so many to each of them.
HEAD, EXAMS, PUPILS = 2, 100, 1000
MOST = 500_000  # places: identifiers of establishments and candidates have so many digits


class NoBank(Exception):
    """There are not enough published questions to draw exams from."""


# --- Whether ----------------------------------------------------------------------------------------------------------


def refusal() -> str:
    """Why this database must not be filled, in French, with what to do; empty when it may."""
    if connection.vendor != "postgresql":
        return (
            "La nation d’essai ne se génère que dans PostgreSQL, et cette installation utilise SQLite : renseignez "
            "DATABASE_URL avec une base réservée aux mesures."
        )
    name = connection.settings_dict["NAME"]
    if not str(name).startswith(DATABASES):
        return (
            f"La base « {name} » n’est pas une base de mesure ou de test : rien n’y est écrit. Créez une base vide "
            "dont le nom commence par « bench » (createdb bench_nation) et désignez-la dans DATABASE_URL."
        )
    tables = set(connection.introspection.table_names())
    if missing := [model for model in _FILLED if model._meta.db_table not in tables]:
        return (
            f"La base « {name} » n’a pas les tables de la plateforme (il manque {missing[0]._meta.db_table}) : lancez "
            "d’abord manage.py migrate."
        )
    if full := [model for model in _FILLED if model.objects.exists()]:
        held = ", ".join(str(model._meta.verbose_name_plural) for model in full)
        return (
            f"La base « {name} » n’est pas vide ({held}) : rien n’y est écrit. Prenez une base neuve ; celle-ci peut "
            f"être supprimée avec dropdb {name}."
        )
    return ""


# --- What -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sort:
    """A sort of establishment: its share in a hundred, and the classes that it has of each level."""

    share: int
    category: Category
    name: str
    levels: tuple[tuple[Attestation, str, int], ...]  # attestation, how its classes are called, age
    classes: tuple[int, int]  # fewest and most of a level
    pupils: tuple[int, int]  # fewest and most of a class


_TWO_LEVELS = ((Attestation.ASSR1, "5", 12), (Attestation.ASSR2, "3", 14))
# So that 11,000 establishments have about 1.6 million candidates.
SORTS = (
    _Sort(57, Category.NATIONAL_EDUCATION, "Collège", _TWO_LEVELS, (1, 8), (22, 30)),
    _Sort(25, Category.NATIONAL_EDUCATION, "Lycée", ((Attestation.ASSR2, "2DE", 15),), (1, 2), (12, 32)),
    _Sort(4, Category.AGRICULTURAL, "Lycée agricole", ((Attestation.ASSR2, "3AGRI", 15),), (1, 2), (12, 24)),
    _Sort(6, Category.CFA, "CFA", ((Attestation.ASR, "CAP", 17),), (1, 4), (12, 24)),
    _Sort(3, Category.GRETA, "GRETA", ((Attestation.ASR, "G", 24),), (1, 2), (6, 15)),
    _Sort(4, Category.MEDICO_SOCIAL, "IME", ((Attestation.AER, "U", 14),), (1, 2), (4, 8)),
    _Sort(1, Category.PJJ, "UEAJ", ((Attestation.ASSR2, "A", 16),), (1, 1), (2, 6)),
)

# Establishments of an academy in ten thousand, after their populations; the rest is shared among the others.
_SHARES = {
    "25": 800, "24": 640, "09": 620, "10": 480, "17": 560, "14": 520, "70": 500, "08": 500, "04": 480, "12": 370,
    "16": 440, "11": 400, "02": 390, "18": 380, "23": 260, "15": 260, "20": 300, "01": 280, "13": 270, "19": 220,
    "07": 250, "06": 220, "03": 200, "22": 120, "28": 120, "32": 70, "31": 65, "33": 55, "43": 50, "40": 60, "41": 55,
    "27": 45, "44": 20,
}  # fmt: skip

_PLACES = "Mimosas Tilleuls Glycines Alizés Grands-Champs Trois-Rivières Beauregard Bellevue Pins Ormes Vallon".split()


@dataclass(frozen=True)
class _Drawn:
    """One published question, as exams draw it: what is right, and what is chosen by those who are wrong."""

    key: int
    expected: str
    wrong: tuple[str, ...]


def _bank() -> dict[tuple[str, str], dict[str, list[_Drawn]]]:
    """(Kind, attestation) → theme → the questions of an exam. Raises NoBank."""
    bank: dict[tuple[str, str], dict[str, list[_Drawn]]] = {}
    for kind, attestation in product((ExamKind.EXAM, ExamKind.TRAINING), Attestation):
        questions = Question.objects.for_attestation(attestation).for_kind(kind)
        themes = bank.setdefault((kind, attestation), defaultdict(list))
        for question in questions.order_by("pk").prefetch_related("propositions"):
            letters = [proposition.letter for proposition in question.propositions.all()]
            wrong = tuple(choice for choice in [*letters, ""] if not rules.is_right(choice, question.expected))
            themes[question.theme].append(_Drawn(question.pk, question.expected, wrong))
        if any(len(themes[theme]) < least for theme, least in rules.BLUEPRINT.items()):
            raise NoBank(f"La banque n’a pas assez de questions publiées pour l’{attestation} : manage.py load_bank.")
    return bank


# --- How --------------------------------------------------------------------------------------------------------------


def _cell(value) -> str:
    """A value in COPY's text format; ours have no tabulations, ends of line or backslashes."""
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


class _Table:
    """Rows of one model that wait to be sent: the columns named, then the model's own defaults."""

    def __init__(self, model: type[models.Model], names: str):
        named = [model._meta.get_field(name) for name in names.split()]
        rest = [
            column
            for column in model._meta.concrete_fields
            if column not in named and not isinstance(column, models.AutoField)
        ]
        self.model, self.lines = model, []
        self.columns = [column.column for column in (*named, *rest)]
        self.rest = "".join(f"\t{_cell(column.get_default())}" for column in rest) + "\n"

    def add(self, *values) -> None:
        self.lines.append("\t".join(map(_cell, values)) + self.rest)

    def taken(self) -> tuple[int, str]:
        """How many rows there are and their text, which are not here any more."""
        rows, self.lines = (len(self.lines), "".join(self.lines)), []
        return rows

    def send(self, cursor, text: str) -> None:
        quoted = ", ".join(map(connection.ops.quote_name, self.columns))
        with cursor.copy(f'COPY "{self.model._meta.db_table}" ({quoted}) FROM STDIN') as copy:
            copy.write(text)


class _Tables:
    """In the order in which they are sent: what others point to comes first."""

    def __init__(self):
        self.establishments = _Table(
            Establishment,
            "id identifier_kind identifier name email category status academy department region address postal_code "
            "city time_zone created_at",
        )
        self.users = _Table(User, "id username email password date_joined")
        self.memberships = _Table(Membership, "user establishment role source")
        self.sign_ins = _Table(SignIn, "user establishment role door at")
        self.candidates = _Table(
            Candidate,
            "id establishment year last_name first_name birth_date division sex identifier attestation extra_time "
            "export_to_siecle siecle_id in_siecle created_at",
        )
        self.exams = _Table(
            Exam, "id establishment year kind attestation name number starts_at ends_at place rescue_code created_at"
        )
        self.exam_questions = _Table(ExamQuestion, "exam number question")
        self.sittings = _Table(
            Sitting,
            "id exam candidate access_code settles rattrapage order state epoch token_hash answer_ms responses "
            "started_at closed_at last_seen_at present mark counted",
        )
        self.events = _Table(SittingEvent, "sitting kind at account detail")
        self.issues = _Table(Issue, "sitting copy at account")
        self.exports = _Table(SiecleExport, "id establishment year made_at")
        self.exported = _Table(ExportedResult, "export candidate ine siecle_id attestation outcome day")
        self.downloads = _Table(Download, "establishment year kind at as_of account")
        self.jobs = _Table(Job, "id kind title scope state arguments created_at finished_at")


_FILLED = (*(table.model for table in vars(_Tables()).values()), QuestionFigures, WeekFigures)


def _shuffles(dice: Random) -> list[str]:
    """Orders of twenty questions to choose from, as JSON."""
    numbers = list(range(1, rules.QUESTIONS + 1))
    return [json.dumps(dice.sample(numbers, len(numbers))) for _ in range(500)]


_KEYS = """
    SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND conrelid = ANY(%s::regclass[]) ORDER BY 1, 2
"""
_INDEXES = """
    SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY(%s::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    ORDER BY 1
"""


@contextmanager
def _checked_at_the_end(cursor):
    """Foreign keys and plain indexes are taken down, and put back over all rows at once: three times as fast as row by
    row. In one transaction with the rows, so that a database without them is never seen."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what the transaction has written before waits for none
    tables = [f'"{model._meta.db_table}"' for model in _FILLED]
    cursor.execute(_KEYS, [tables])
    keys = cursor.fetchall()
    cursor.execute(_INDEXES, [tables])
    indexes = cursor.fetchall()
    for table, name, _ in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for index, _ in indexes:
        cursor.execute(f"DROP INDEX {index}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


@dataclass
class _Sat:
    """One candidate in one exam, as it ended."""

    key: uuid.UUID
    outcome: Outcome
    mark: int | None = None


# What sittings say of questions, by question and kind: the sums of `rules.AnswerSums`, and what was chosen.
_Figures = dict[tuple[int, str], tuple[list[int], Counter]]


@dataclass(frozen=True)
class _Made:
    """Some establishments: by the name of their table, how many rows and their text."""

    rows: dict[str, tuple[int, str]]
    figures: _Figures
    places: int


class _Nation:
    """Makes establishments without asking the database anything."""

    def __init__(self, year: int, seed: int, now: datetime):
        self.year, self.seed, self.now = year, seed, now
        self.tables, self.bank = _Tables(), _bank()
        self.orders = _shuffles(Random(f"{seed}/orders"))  # noqa: S311 - the same nation everywhere
        self.figures: _Figures = {}
        self.password = make_password(None)

    def make(self, places: Sequence[int]) -> _Made:
        """The establishments at some places, with everything that their year leaves."""
        self.figures = {}
        for place in places:
            _School(self, place).make()
        rows = {name: table.taken() for name, table in vars(self.tables).items()}
        return _Made(rows, self.figures, len(places))

    def count(self, kind: str, drawn: Sequence[_Drawn], answers: Sequence[Sequence[str]], marks: list[int]) -> None:
        """What the finished sittings of an exam say of its questions."""
        people, points, squares = len(marks), sum(marks), sum(mark * mark for mark in marks)
        for question, given in zip(drawn, zip(*answers, strict=True), strict=True):
            of_right = [mark for mark, choice in zip(marks, given, strict=True) if choice == question.expected]
            right, theirs = len(of_right), sum(of_right)
            added = [people, right, points - right, squares - 2 * theirs + right, theirs - right]
            _add(self.figures, {(question.key, kind): (added, Counter(given))})


def _add(figures: _Figures, more: _Figures) -> None:
    for key, (sums, choices) in more.items():
        known, chosen = figures.setdefault(key, ([0] * len(sums), Counter()))
        known[:] = map(sum, zip(known, sums, strict=True))
        chosen.update(choices)


def _write_figures(figures: _Figures, year: int) -> int:
    rows = [
        QuestionFigures(
            question_id=key, year=year, kind=kind, choices=dict(choices),
            answers=sums[0], right=sums[1], rest=sums[2], rest_squares=sums[3], rest_of_right=sums[4],
        )
        for (key, kind), (sums, choices) in sorted(figures.items())
    ]  # fmt: skip
    return len(QuestionFigures.objects.bulk_create(rows))


@dataclass(frozen=True)
class _Pupil:
    key: int
    identifier: str
    attestation: str
    extra_time: bool
    exported: bool
    skill: float


class _School:
    """One establishment; all dice are its own."""

    def __init__(self, nation: _Nation, place: int):
        self.nation, self.tables, self.place, self.year = nation, nation.tables, place, nation.year
        self.dice = Random(f"{nation.seed}/{nation.year}/{place}")  # noqa: S311 - the same nation everywhere
        self.sort = self.dice.choices(SORTS, [sort.share for sort in SORTS])[0]
        self.academy = self.dice.choices([*_SHARES], [*_SHARES.values()])[0]
        self.zone = ZoneInfo(time_zone_of(self.academy))
        southern = self.academy in ("40", "41") and self.sort.category == Category.NATIONAL_EDUCATION
        self.category = Category.SOUTHERN if southern else self.sort.category
        self.exports = self.sort.category == Category.NATIONAL_EDUCATION and self.dice.random() < 0.85
        self.key, self.head, self.pupils, self.exams = place, HEAD * place, 0, 0
        self.last: dict[int, tuple[_Pupil, _Sat, date]] = {}  # candidate's key → the exam that speaks

    def make(self) -> None:
        self._establishment()
        for attestation, level, age in self.sort.levels:
            classes = [
                self._class(attestation, level, number, age) for number in range(self.dice.randint(*self.sort.classes))
            ]
            if len(classes) > 1 and self.dice.random() < 0.2:
                classes = [("les classes de " + level, [pupil for _, pupils in classes for pupil in pupils])]
            if self.dice.random() < 0.1:
                self._training(attestation, *classes[0])
            again = [pupil for name, pupils in classes for pupil in self._main_exam(attestation, name, pupils)]
            self._rattrapage(attestation, again)
        self._export()
        self._papers()

    def _at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=self.zone).astimezone(UTC)

    def _workday(self, first: date, last: date) -> date:
        day = first + timedelta(days=self.dice.randrange((last - first).days + 1))
        return day - timedelta(days=max(0, day.weekday() - 4))

    def _establishment(self) -> None:
        place, academy = self.place, Academy(self.academy)
        began = self._at(date(self.year, 1, 5), 9)
        digits = f"{place:07d}"
        identifier = digits + "ABCDEFGHJKLMNPRSTUVWXYZ"[int(digits) % 23]
        name = f"{self.sort.name} des {self.dice.choice(_PLACES)} {place}"
        self.tables.establishments.add(
            self.key, IdentifierKind.UAI, identifier, name, f"ce.{place}@example.org", self.category,
            Status.PUBLIC if self.exports or self.dice.random() < 0.5 else Status.PRIVATE, academy, academy.label,
            academy.label, f"{place % 90 + 1} rue des Écoles", f"{place % 95 + 1:02d}000", academy.label, self.zone.key,
            began,
        )  # fmt: skip
        for user, role in enumerate((Role.HEAD, Role.SUPERVISOR), start=self.head):
            email = f"ce.{place}@example.org" if role == Role.HEAD else None
            self.tables.users.add(user, f"{role}-{place}", email, self.nation.password, began)
            self.tables.memberships.add(user, self.key, role, MembershipSource.LOCAL)
            for _ in range(6):
                at = began + timedelta(hours=self.dice.randrange(24 * 300))
                if at < self.nation.now:
                    self.tables.sign_ins.add(user, self.key, role, Door.LOCAL, at)

    def _class(self, attestation: str, level: str, number: int, age: int) -> tuple[str, list[_Pupil]]:
        dice, name = self.dice, f"{level}{'ABCDEFGHIJ'[number]}"
        made = self._at(date(self.year, 1, 8), 10)
        pupils = []
        for _ in range(dice.randint(*self.sort.pupils)):
            key = PUPILS * self.place + self.pupils
            sex = Sex.FEMALE if dice.random() < 0.49 else Sex.MALE
            last_name = dice.choice(LAST_NAMES)
            if dice.random() < 0.2:
                last_name += f"-{dice.choice(LAST_NAMES)}"
            digits = 100_000_000 + key
            identifier = f"{digits}{dice.choice('ABCDEFGH')}{dice.choice('ABCDEFGH')}"
            pupil = _Pupil(key, identifier, attestation, dice.random() < 0.06, self.exports, dice.betavariate(7, 2))
            born = date(self.year - age, 1, 1) + timedelta(days=dice.randrange(365))
            siecle = str(100_000 + key) if pupil.exported else ""
            self.tables.candidates.add(
                key, self.key, self.year, last_name, dice.choice(FIRST_NAMES[sex]), born, name, sex, identifier,
                attestation, pupil.extra_time, pupil.exported, siecle, bool(siecle), made,
            )  # fmt: skip
            pupils.append(pupil)
            self.pupils += 1
        return name, pupils

    def _training(self, attestation: str, name: str, pupils: list[_Pupil]) -> None:
        day = self._workday(date(self.year, 1, 16), date(self.year, 1, 31))
        self._exam(ExamKind.TRAINING, attestation, f"Entraînement {name}", day, pupils)

    def _main_exam(self, attestation: str, name: str, pupils: list[_Pupil]) -> list[tuple[_Pupil, Outcome]]:
        """Who may sit it again, and why."""
        opens, closes = usual_dates(self.category, self.year)
        day = self._workday(opens + timedelta(days=16), closes - timedelta(days=25))
        sat = self._exam(ExamKind.EXAM, attestation, f"Examen {name}", day, pupils)
        self.last |= {pupil.key: (pupil, one, day) for pupil, one in zip(pupils, sat, strict=True)}
        may = (Outcome.FAILED, Outcome.ABSENT, Outcome.TECHNICAL_ABSENCE)
        return [(pupil, one.outcome) for pupil, one in zip(pupils, sat, strict=True) if one.outcome in may]

    def _rattrapage(self, attestation: str, again: list[tuple[_Pupil, Outcome]]) -> None:
        """A second exam for most of them; after a technical absence it is the main one."""
        again = [(pupil, outcome) for pupil, outcome in again if self.dice.random() < 0.4]
        if not again:
            return
        _, closes = usual_dates(self.category, self.year)
        day = self._workday(closes - timedelta(days=14), closes)
        pupils = [pupil for pupil, _ in again]
        rattrapage = {pupil.key for pupil, outcome in again if outcome != Outcome.TECHNICAL_ABSENCE}
        sat = self._exam(ExamKind.EXAM, attestation, f"Rattrapage {attestation}", day, pupils, rattrapage)
        self.last |= {pupil.key: (pupil, one, day) for pupil, one in zip(pupils, sat, strict=True)}

    def _exam(
        self, kind: str, attestation: str, name: str, day: date, pupils: Sequence[_Pupil], rattrapage=frozenset()
    ) -> list[_Sat]:
        dice, key = self.dice, EXAMS * self.place + self.exams
        self.exams += 1
        starts_at = self._at(day, dice.randrange(8, 16), dice.choice((0, 5, 15, 30)))
        ends_at = rules.ends_at(kind, starts_at)
        # 7,654,321 has no divisor in common with the number of numbers: each of them is met once.
        number = 10_000_000 + key * 7_654_321 % 90_000_000
        self.tables.exams.add(
            key, self.key, self.year, kind, attestation, name, number, starts_at, ends_at, "Salle informatique",
            f"{dice.randrange(1_000_000):06d}", starts_at - timedelta(days=8),
        )  # fmt: skip
        themes = self.nation.bank[kind, attestation]
        drawn = [q for theme, least in rules.BLUEPRINT.items() for q in dice.sample(themes[theme], least)]
        dice.shuffle(drawn)
        for position, question in enumerate(drawn, start=1):
            self.tables.exam_questions.add(key, position, question.key)
        room = _Room(self, key, kind, attestation, starts_at, drawn)
        if ends_at + rules.LATE_ARRIVAL > self.nation.now:
            sat = [room.registered(pupil, rattrapage) for pupil in pupils]
        else:
            sat = [room.sat(pupil, rattrapage) for pupil in pupils]
        if room.marks:
            self.nation.count(kind, drawn, room.answers, room.marks)
        return sat

    def _export(self) -> None:
        """What went to SIECLE BEE when the exams were over."""
        went = [
            (pupil, sat, day)
            for pupil, sat, day in self.last.values()
            if pupil.exported and sat.outcome in (Outcome.ADMITTED, Outcome.FAILED)
        ]
        _, closes = usual_dates(self.category, self.year)
        made_at = self._at(closes + timedelta(days=2), 11)
        if not went or made_at > self.nation.now:
            return
        self.tables.exports.add(self.key, self.key, self.year, made_at)
        for pupil, sat, day in went:
            number = str(100_000 + pupil.key)
            self.tables.exported.add(self.key, pupil.key, pupil.identifier, number, pupil.attestation, sat.outcome, day)

    def _papers(self) -> None:
        """Attestations issued here, what was downloaded, and the jobs that made it."""
        for pupil, sat, day in self.last.values():
            at = self._at(day + timedelta(days=3), 15)
            if sat.outcome == Outcome.ADMITTED and not pupil.exported and at < self.nation.now:
                self.tables.issues.add(sat.key, Copy.ORIGINAL, at, self.head)
        day = date(self.year, 7, 10)
        for number, (kind, title) in enumerate((("attestations", "Attestations"), ("archive", "Archive"))):
            at = self._at(day + timedelta(days=number), 9)
            if at < self.nation.now:
                key = uuid.UUID(int=self.dice.getrandbits(128), version=4)
                arguments = {"establishment": self.key}
                self.tables.jobs.add(key, kind, title, str(self.key), JobState.DONE, arguments, at, at)
                self.tables.downloads.add(self.key, self.year, list(DownloadKind)[number], at, at, self.head)


class _Room:
    """Who sits one exam, and what they answer. `answers` and `marks` are those of the finished sittings."""

    def __init__(self, school: _School, exam: int, kind: str, attestation: str, starts_at: datetime, drawn):
        self.school, self.tables, self.dice = school, school.tables, school.dice
        self.exam, self.drawn, self.starts_at = exam, drawn, starts_at
        self.settles = "" if kind == ExamKind.TRAINING else attestation
        self.codes: set[str] = set()
        self.answers: list[list[str]] = []
        self.marks: list[int] = []

    def registered(self, pupil: _Pupil, rattrapage) -> _Sat:
        return self._write(pupil, rattrapage, Outcome.REGISTERED, SittingState.NOT_STARTED)

    def sat(self, pupil: _Pupil, rattrapage) -> _Sat:
        """Most finish; some are absent, a few are interrupted, graded as it stands, or have a technical absence."""
        chance = self.dice.random()
        if chance < 0.035:
            return self._write(pupil, rattrapage, Outcome.ABSENT, SittingState.NOT_STARTED)
        if chance < 0.04:
            return self._write(pupil, rattrapage, Outcome.TECHNICAL_ABSENCE, SittingState.VOID)
        if chance < 0.042:
            return self._began(pupil, rattrapage, self.dice.randrange(1, rules.QUESTIONS), closed=False)
        if chance < 0.045:
            return self._began(pupil, rattrapage, self.dice.randrange(1, rules.QUESTIONS), closed=True)
        return self._began(pupil, rattrapage, rules.QUESTIONS, closed=True)

    def _began(self, pupil: _Pupil, rattrapage, answered: int, *, closed: bool) -> _Sat:
        dice = self.dice
        order = dice.choice(self.school.nation.orders)
        met = set(json.loads(order)[:answered])
        given = [
            ("" if number not in met else q.expected if dice.random() < pupil.skill else dice.choice(q.wrong))
            for number, q in enumerate(self.drawn, start=1)
        ]
        right = sum(choice == q.expected for choice, q in zip(given, self.drawn, strict=True))
        begun = self.starts_at + timedelta(seconds=dice.randrange(60, 900))
        pace = dice.randrange(35, 60)
        first = int(begun.timestamp()) * 1000
        responses = ",".join(
            f'"{number}":{{"c":"{choice}","e":1,"s":{number},"f":true,"l":false,"at":{first + number * pace * 1000},'
            '"o":"live"}'
            for number, choice in enumerate(given, start=1)
            if number in met
        )
        ended = begun + timedelta(seconds=pace * answered)
        if not closed:
            outcome, mark = Outcome.INTERRUPTED, None
        else:
            outcome, mark = Outcome.ADMITTED if rules.is_admitted(right) else Outcome.FAILED, right
            self.answers.append(given)
            self.marks.append(right)
        return self._write(
            pupil, rattrapage, outcome, SittingState.CLOSED if closed else SittingState.RUNNING,
            begun=begun, ended=ended, order=order, responses="{" + responses + "}", mark=mark, answered=answered,
        )  # fmt: skip

    def _code(self) -> str:
        while (code := "".join(self.dice.choices(rules.CODE_ALPHABET, k=rules.CODE_LENGTH))) in self.codes:
            pass
        self.codes.add(code)
        return code

    def _write(
        self, pupil: _Pupil, rattrapage, outcome: Outcome, state: SittingState, *, answered: int = 0,
        begun: datetime | None = None, ended: datetime | None = None, order: str = "", responses: str = "{}",
        mark: int | None = None,
    ) -> _Sat:  # fmt: skip
        dice, closed = self.dice, state == SittingState.CLOSED
        key = uuid.UUID(int=dice.getrandbits(128), version=4)
        answer_ms = rules.answer_time(extra_time=pupil.extra_time) // timedelta(milliseconds=1) if begun else 0
        self.tables.sittings.add(
            key, self.exam, pupil.key, self._code(), self.settles, pupil.key in rattrapage,
            order or dice.choice(self.school.nation.orders), state.value, int(begun is not None),
            f"{dice.getrandbits(256):064x}" if begun else "", answer_ms, responses, begun, ended if closed else None,
            ended, begun is not None, mark, closed,
        )  # fmt: skip
        if begun:
            self.tables.events.add(key, EventKind.STARTED, begun, None, '{"epoch": 1}')
        if closed and answered < rules.QUESTIONS:
            detail = f'{{"reason": "{Reason.DEVICE}"}}'
            self.tables.events.add(key, EventKind.GRADED, ended, self.school.head, detail)
        if closed:
            detail = f'{{"epoch": 1, "answers": {answered}}}'
            self.tables.events.add(key, EventKind.CLOSED, ended, None, detail)
        if state == SittingState.VOID:
            at = self.starts_at + timedelta(minutes=30)
            detail = f'{{"reason": "{Reason.DEVICE}"}}'
            self.tables.events.add(key, EventKind.VOIDED, at, self.school.head, detail)
        return _Sat(key, outcome, mark)


def load(
    places: Iterable[int],
    *,
    year: int,
    seed: int,
    now: datetime,
    workers: int = 1,
    progress: Callable[[int], None] = lambda done: None,
) -> Counter:
    """Make the establishments at some places with the session `year` as it stands at `now`; how many rows, by model's
    label. The figures of weeks and the planner's statistics are not part of it (`finish`). Raises NoBank.
    """
    nation, figures, sent, done = _Nation(year, seed, now), {}, Counter(), 0
    with transaction.atomic(), connection.cursor() as cursor:
        _wait_as_long_as_it_takes(cursor, "LOCAL")
        with _checked_at_the_end(cursor):
            for made in _in_order(nation, _batches(list(places)), workers):
                for name, (rows, text) in made.rows.items():
                    table = getattr(nation.tables, name)
                    table.send(cursor, text)
                    sent[table.model._meta.label] += rows
                _add(figures, made.figures)
                done += made.places
                progress(done)
        sent[QuestionFigures._meta.label] = _write_figures(figures, year)
        for statement in connection.ops.sequence_reset_sql(no_style(), _FILLED):
            cursor.execute(statement)
    return sent


_LIMITS = ("statement_timeout", "idle_in_transaction_session_timeout")


def _wait_as_long_as_it_takes(cursor, how_long: str) -> None:
    """The limits of `settings` are for requests: an index over two million rows is more than half a minute's work."""
    for limit in _LIMITS:
        cursor.execute(f"SET {how_long} {limit} = 0")


def _batches(places: list[int]) -> Iterator[list[int]]:
    return (places[start : start + BATCH] for start in range(0, len(places), BATCH))


def _in_order(nation: _Nation, batches: Iterable[list[int]], workers: int) -> Iterator[_Made]:
    """Every batch, made by processes beside this one, which sends; no more of them wait than there are workers."""
    if workers < 2:
        yield from map(nation.make, batches)
        return
    with ProcessPoolExecutor(workers, get_context("fork"), _keep, (nation,)) as pool:
        waiting: deque[Future[_Made]] = deque()
        for batch in batches:
            waiting.append(pool.submit(_make, batch))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_kept: list[_Nation] = []  # of a worker, which was forked with it


def _keep(nation: _Nation) -> None:
    _kept[:] = [nation]


def _make(places: list[int]) -> _Made:
    return _kept[0].make(places)


def finish(*, year: int, now: datetime, progress: Callable[[int], None] = lambda done: None) -> int:
    """Count the figures of weeks as beat does, and let the database look at its tables; how many establishments."""
    with connection.cursor() as cursor:
        _wait_as_long_as_it_takes(cursor, "SESSION")
        cursor.execute("VACUUM (ANALYZE)")
        for limit in _LIMITS:
            cursor.execute(f"RESET {limit}")
    done = 0
    for establishment in Establishment.objects.order_by("pk"):
        # Of a session that is over, as on its last day.
        last = datetime(year, 12, 31, 12, tzinfo=establishment.zone)
        count_establishment(establishment=establishment, now=min(now, last))
        done += 1
        if done % BATCH == 0:
            progress(done)
    progress(done)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE stats_weekfigures")
    return done
