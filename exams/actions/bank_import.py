"""A bank given as a file: kept, read, shown, then brought in whole or not at all."""

import json
import secrets
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from django.core.files import File
from django.db import transaction

from esr.core.files import BANK_IMPORTS, FOOTAGE
from esr.core.models import Job
from exams import queries
from exams.actions.bank import (
    BankRefusal,
    ask_for_media,
    filled,
    keep_footage,
    media_name,
    too_few,
    write_content,
)
from exams.bank import archive, probe, source
from exams.bank.package import Package
from exams.enums import QuestionState
from exams.models import BankImport, Question

BANK_READ, BANK_APPLY = "bank_read", "bank_apply"
FORGOTTEN_AFTER = timedelta(days=1)
"""How long an unconfirmed file is kept."""

AT_ONCE = 3 * 1024 * 1024
"""Bytes of a file that is read while its sender waits: texts of a thousand questions. Films take longer."""


@dataclass
class Plan:
    """What an import would do, each version as « code v2 »; a published one becomes so once its media are built.

    `kept` says why some versions of the file are left out; `lacking` what no exam could be drawn for any more; `seen`
    is the digest of all of it: the same file on the same bank has the same.
    """

    added: list[str] = field(default_factory=list)
    versioned: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)
    seen: str = ""

    @property
    def changes(self) -> int:
        return len({*self.added, *self.versioned, *self.replaced, *self.published, *self.retired})


@dataclass
class _Step:
    """One version to write: `row` is new or to be changed; without `content` only its `state` changes."""

    row: Question
    content: source.Question | None
    state: str

    @property
    def name(self) -> str:
        return f"{self.row.code} v{self.row.version}"


# --- The plan -------------------------------------------------------------------------------------------------------


def plan_bank(*, bank: archive.Bank, retire: bool) -> Plan:
    """What importing this bank would do; `retire` takes the questions that it lacks out of the draw.

    Raises source.BankError for questions to be published whose scene nobody has drawn or filmed.
    """
    return _planned(bank, list(queries.bank_rows()), retire)[0]


def _planned(bank: archive.Bank, rows: Sequence[Question], retire: bool) -> tuple[Plan, list[_Step]]:
    plan, steps = Plan(), []
    here: dict[str, list[Question]] = defaultdict(list)
    for row in rows:
        here[row.code].append(row)
    given: dict[str, list[source.Entry]] = defaultdict(list)
    for entry in bank.entries:
        given[entry.question.code].append(entry)
    for code, entries in sorted(given.items()):
        steps += _of_code(plan, entries, here.get(code, []))
    if retire:
        gone = [row for code, versions in here.items() if code not in given for row in versions]
        steps += (_Step(row, None, "retired") for row in gone if row.state == QuestionState.PUBLISHED)
    written = [step for step in steps if step.content and step.state == "published"]
    if undrawn := [step.name for step in written if not media_name(step.content)]:
        raise source.BankError([f"{name} : scene.footage : {queries.NO_SCENE}" for name in undrawn])
    _weigh(plan, steps, rows)
    plan.retired = [step.name for step in steps if step.state == "retired" and step.content is None]
    plan.seen = sha256(json.dumps(asdict(plan), ensure_ascii=False).encode()).hexdigest()
    return plan, steps


def _of_code(plan: Plan, entries: list[source.Entry], rows: list[Question]) -> list[_Step]:
    """The steps of one question, oldest version first."""
    steps = []
    known = {row.version: (row, queries.as_entry(row)) for row in rows}
    had = bool(rows)
    numbers = {entry.version for entry in entries}
    publishes = any(entry.state == "published" for entry in entries)
    for entry in entries:
        # The same text under another number is the same version, unless the file holds both.
        same = [
            row
            for number, (row, held) in known.items()
            if held.question == entry.question and (number == entry.version or number not in numbers)
        ]
        row = next((row for row in same if row.version == entry.version), same[-1] if same else None)
        if row is not None:
            step = _restated(plan, row, known[row.version][1].state, entry.state, publishes=publishes)
        else:
            step = _written(plan, entry, known, had)
        if step:
            known[step.row.version] = (step.row, source.Entry(entry.question, step.row.version, step.state))
            steps.append(step)
    return steps


def _restated(plan: Plan, row: Question, held: str, given: str, *, publishes: bool) -> _Step | None:
    """The text is here already: only its state may differ. A draft of the file changes nothing of what is further on,
    and what another version of the file replaces is retired when that one is published."""
    if given == "published" and held != "published":
        plan.published.append(f"{row.code} v{row.version}")
        return _Step(row, None, "published")
    if given == "retired" and held == "published" and not publishes:
        return _Step(row, None, "retired")
    plan.unchanged.append(f"{row.code} v{row.version}")
    return None


def _written(plan: Plan, entry: source.Entry, known: dict, had: bool) -> _Step | None:
    """A text that is not here: under its own number when nothing stands there, else as the next version."""
    code, newest = entry.question.code, max(known, default=0)
    if entry.version in known:
        row, held = known[entry.version]
        if entry.state == "retired":
            plan.kept.append(f"{entry.name} : une autre version {entry.version} existe ici, elle est gardée")
            return None
        if held.state == "draft" and row.pk and not queries.is_used(row):
            plan.replaced.append(entry.name)
            return _Step(row, entry.question, entry.state)
    version = entry.version if entry.version > newest or entry.state == "retired" else newest + 1
    (plan.versioned if had else plan.added).append(f"{code} v{version}")
    return _Step(Question(code=code, version=version), entry.question, entry.state)


def _weigh(plan: Plan, steps: Sequence[_Step], rows: Sequence[Question]) -> None:
    """What the blueprint would lack once all of it is published."""
    coming = [step for step in steps if step.state == "published"]
    replaced = {step.row.code for step in coming}
    leaving = {step.row.pk for step in steps if step.state == "retired" and step.row.pk}
    gone = [row for row in rows if row.state == QuestionState.PUBLISHED and (row.pk in leaving or row.code in replaced)]
    come = [filled(Question(), step.content) if step.content else step.row for step in coming]
    plan.lacking = queries.lacking_after(gone=gone, come=come)


# --- Bringing it in -------------------------------------------------------------------------------------------------


def import_bank(*, file: Path, bank: archive.Bank, retire: bool, seen: str, anyway: bool = False) -> Plan:
    """Do what the plan `seen` said, all of it or nothing. What is to be published is so once its media are built.

    Raises BankRefusal when the bank has changed since, or when too few questions would remain, unless `anyway`.
    """
    _keep_films(file, bank)
    with transaction.atomic():
        rows = list(queries.bank_rows().select_for_update())
        plan, steps = _planned(bank, rows, retire)
        if plan.seen != seen:
            raise BankRefusal(["La banque a changé depuis l’aperçu : relisez ce que ce fichier ferait maintenant."])
        if plan.lacking and not anyway:
            raise BankRefusal(too_few(plan.lacking), can_insist=True)
        for step in steps:
            _do(step)
        if steps:
            ask_for_media()
    return plan


def _keep_films(file: Path, bank: archive.Bank) -> None:
    """Films come first: named by their content, they harm nobody when the rest does not follow."""
    with Package(file) as package, tempfile.TemporaryDirectory() as folder:
        for digest, name in bank.footage.items():
            if not FOOTAGE.has(digest):
                copy = Path(folder) / "film"
                package.extract(name, copy, probe.FOOTAGE_MOST)
                keep_footage(copy)


def _do(step: _Step) -> None:
    row = step.row
    # A published version waits for its media as a draft; the worker publishes it and retires the old one.
    row.state = QuestionState.RETIRED if step.state == "retired" else QuestionState.DRAFT
    if step.content:
        write_content(row, step.content)
    row.awaited = step.state == "published"
    row.save(update_fields=["state", "awaited"])


# --- The file of an editor ------------------------------------------------------------------------------------------


def receive_bank(*, file: File, filename: str, retire: bool, account: int | None, now: datetime) -> BankImport:
    """Keep a file until it is confirmed; forgets those that nobody confirmed for a day."""
    for old in BankImport.objects.filter(done_at=None, made_at__lt=now - FORGOTTEN_AFTER):
        abandon_bank(given=old)
    BANK_IMPORTS.folder.mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(16)
    with BANK_IMPORTS.path(name).open("wb") as out:
        shutil.copyfileobj(file, out)
    BANK_IMPORTS.put(name)
    return BankImport.objects.create(filename=filename[:200], file=name, retire=retire, account=account)


def follow(*, given: BankImport, job: Job) -> None:
    """Note the job that reads or imports the file, so that its page can follow it."""
    given.job = job.pk
    given.save(update_fields=["job"])


def bank_file(given: BankImport) -> Path:
    """The file on this machine, brought from where it was received. Raises FileNotFoundError when it is gone."""
    return BANK_IMPORTS.bring(given.file)


def read_bank(*, given: BankImport, now: datetime, progress: Callable[[int, int], None] | None = None) -> None:
    """Read the file: what it would do, or everything that is wrong with it."""
    given.faults, given.plan = [], {}
    try:
        bank = archive.read(bank_file(given), progress)
        given.plan = asdict(plan_bank(bank=bank, retire=given.retire))
    except source.BankError as error:
        given.faults = error.errors
    except FileNotFoundError:
        given.faults = ["Le fichier n’est plus sur le serveur : envoyez-le de nouveau."]
    finally:
        BANK_IMPORTS.tidy(given.file)
    given.read_at = now
    given.save(update_fields=["faults", "plan", "read_at"])


def confirm_bank(*, given: BankImport, anyway: bool, now: datetime) -> None:
    """Import the file as its preview showed it. When the bank has changed since, the file is read again, and
    BankRefusal raised."""
    if given.done_at:
        return  # started again after a death: the first try had gone through
    try:
        bank = archive.read(bank_file(given))
        plan = import_bank(
            file=bank_file(given), bank=bank, retire=given.retire, seen=given.plan.get("seen", ""), anyway=anyway
        )
    except (source.BankError, FileNotFoundError) as error:
        read_bank(given=given, now=now)
        raise BankRefusal(["Ce fichier ne peut plus être importé : voyez ce qui ne va pas."]) from error
    except BankRefusal as refusal:
        if not refusal.can_insist:
            read_bank(given=given, now=now)
        raise
    given.plan, given.done_at = asdict(plan), now
    given.save(update_fields=["plan", "done_at"])
    BANK_IMPORTS.drop(given.file)


def abandon_bank(*, given: BankImport) -> None:
    """Forget a file that was not imported."""
    BANK_IMPORTS.drop(given.file)
    given.delete()
