"""The purge of 1 January (handbook 10): everything personal of a session and of those before goes, accounts stay.

What goes is what each app's `purge.py` calls PURGED; this engine knows no model of theirs. A row goes when it is marked
as of the year (`esr.core.fates`), or points to a row that goes. Keys are collected from the owners down and deleted
from the leaves up, by key and in batches, without loading a row: `Model.delete` would read all of them.

- Nothing is deleted before the year is over in every time zone (`over_everywhere`), nor by a clock that was not seen
  walking over that instant (`Clock`), nor by one that differs from the database's.
- One establishment is one transaction, with its row in the ledger. Killed anywhere, what is committed is done, what is
  not is not begun; the next run goes by what is there, not by what it remembers.
- Files go after the commit of their rows. Their names wait in the ledger until they are gone.
"""

import functools
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from graphlib import TopologicalSorter
from importlib import import_module
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.models import ForeignKey, Min, Model, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from certificates import seal
from esr.celery import app as celery
from esr.core import jobs, logs
from esr.core.fates import Mark
from esr.core.keyring import Key, read_keys
from esr.ops.models import Clock, Purge
from establishments.models import Establishment
from exams import sealing
from exams.tasks import count_answers

logger = logging.getLogger(__name__)

APPS = ("core", "establishments", "candidates", "exams", "certificates", "stats", "ops")
BATCH = 1000  # keys in one statement
LEAP = timedelta(hours=3)  # the clock is read every hour
CLOCKS_DIFFER = timedelta(hours=1)
LEAST_AGE = timedelta(hours=1)  # of a file that no row knows


class Refused(Exception):
    """The purge must not run now; the message says why and what to do."""


class NoMark(Exception):
    """A PURGED model does not say which year its rows are of."""


# --- When -------------------------------------------------------------------------------------------------------------


def over_everywhere(year: int) -> datetime:
    """The first instant at which `year` is over in every time zone there is: 1 January, 12:00 UTC.

    The last place to leave a year is twelve hours behind UTC (Etc/GMT+12), the first is fourteen hours before it
    (Pacific/Kiritimati): where midnight came first, it is by then two o’clock in the morning of 2 January.
    """
    return datetime(year + 1, 1, 1, 12, tzinfo=UTC)


def last_year_over(now: datetime) -> int:
    """The last session that is over in every time zone."""
    last = now.astimezone(UTC).year - 1
    return last if now >= over_everywhere(last) else last - 1


def new_year(year: int, zone: ZoneInfo) -> datetime:
    """The midnight with which `year` ends in a time zone."""
    return datetime(year + 1, 1, 1, tzinfo=zone)


@transaction.atomic
def read_clock(now: datetime) -> Clock:
    """Note that the clock was read: a leap, or a silence of more than LEAP, begins another steady time."""
    clock = Clock.objects.select_for_update().first() or Clock(steady_since=now, seen_at=now)
    if not clock.seen_at - CLOCKS_DIFFER <= now <= clock.seen_at + LEAP:
        clock.steady_since = now
    clock.seen_at = now
    clock.save()
    return clock


def refusal(year: int, now: datetime, *, clock_is_right: bool = False) -> str:
    """Why nothing of `year` may be deleted at `now`; empty when it may."""
    if now < over_everywhere(year):
        return (
            f"{year} is not over in every time zone: nothing of it is deleted before "
            f"{over_everywhere(year):%d/%m/%Y %H:%M} UTC, and the clock says {now.astimezone(UTC):%d/%m/%Y %H:%M}."
        )
    theirs = _database_clock()
    if abs(theirs - timezone.now()) > CLOCKS_DIFFER:
        return (
            f"The clock of this machine says {timezone.now():%d/%m/%Y %H:%M} UTC, the database’s "
            f"{theirs:%d/%m/%Y %H:%M}: set them right first."
        )
    clock = Clock.objects.first()
    if not clock_is_right and (clock is None or clock.steady_since >= over_everywhere(year)):
        return (
            f"The clock was not seen walking over the end of {year}: it leapt, or nobody read it for hours, or the "
            "platform is younger. Look at the date of this machine; if it is right, purge by hand with "
            "--clock-is-right."
        )
    return ""


def _database_clock() -> datetime:
    found = Establishment.objects.annotate(their_now=Now()).values_list("their_now", flat=True).first()
    return found or timezone.now()


# --- What -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fate:
    """How the rows of a PURGED model are found: by their own mark, by the rows that they point to, or by both."""

    model: type[Model]
    mark: Mark | None
    owners: dict[str, type[Model]]  # foreign key's name → PURGED model


def modules() -> list:
    """The `purge` modules of our apps."""
    names = [f"{apps.get_app_config(label).name}.purge" for label in APPS]
    return [import_module(name) for name in names if find_spec(name)]


@functools.cache
def fates() -> tuple[Fate, ...]:
    """Of every PURGED model, owners first. Raises NoMark."""
    purged = {model for module in modules() for model in module.PURGED}
    given = {model: mark for module in modules() for model, mark in getattr(module, "MARKS", {}).items()}
    found = {model: fate_of(model, purged, given) for model in purged}
    order = TopologicalSorter(
        {
            model: set(fate.owners.values()) - {model}
            for model, fate in sorted(found.items(), key=lambda f: f[0]._meta.label)
        }
    )
    return tuple(found[model] for model in order.static_order())


def fate_of(model: type[Model], purged: Iterable[type[Model]], given: dict[type[Model], Mark]) -> Fate:
    """Raises NoMark for a model that nothing ties to a year."""
    keys = [column for column in model._meta.concrete_fields if isinstance(column, ForeignKey)]
    names = {column.name for column in model._meta.concrete_fields}
    mark = given.get(model)
    if mark is None and "year" in names and any(k.name == "establishment" for k in keys):
        mark = Mark(establishment="establishment", year="year")
    owners = {key.attname: key.related_model for key in keys if key.related_model in purged}
    if mark is None and not owners:
        raise NoMark(
            f"{model._meta.label} is PURGED, but nothing says which year its rows are of: give it `establishment` and "
            "`year`, a foreign key to a PURGED model, or a Mark in MARKS of its purge.py."
        )
    if model._meta.many_to_many and any(f.remote_field.through._meta.auto_created for f in model._meta.many_to_many):
        raise NoMark(f"{model._meta.label} has a many-to-many relation whose rows no model declares.")
    return Fate(model, mark, owners)


@dataclass(frozen=True)
class Scope:
    """Whose rows are looked for: those of one establishment, or with None those of nobody."""

    year: int
    establishment: Establishment | None

    def own(self, mark: Mark) -> Q | None:
        """The rows that a mark gives to this scope; None when it cannot give any."""
        if self.establishment is None:
            return self._nobodys(mark)
        if not mark.establishment:
            return None
        key = str(self.establishment.pk) if mark.as_text else self.establishment.pk
        return Q(**{mark.establishment: key}) & _of_year(mark, self.year, self.establishment.zone)

    def _nobodys(self, mark: Mark) -> Q | None:
        if mark.year:
            return None
        ours = _of_year(mark, self.year, ZoneInfo(settings.TIME_ZONE))
        if not mark.establishment:
            return ours
        if not mark.as_text:
            return ours & Q(**{f"{mark.establishment}__isnull": True})
        # A key kept as text may be that of an establishment that is no more.
        there = [str(key) for key in Establishment.objects.values_list("pk", flat=True)]
        return ours & (Q(**{mark.establishment: ""}) | ~Q(**{f"{mark.establishment}__in": there}))


def _of_year(mark: Mark, year: int, zone: ZoneInfo) -> Q:
    """Of `year` or of one before it."""
    if mark.year:
        return Q(**{f"{mark.year}__lte": year})
    return Q(**{f"{mark.instant}__lt": new_year(year, zone)})


def keys_in(scope: Scope, *, leaves: bool = True) -> dict[type[Model], list]:
    """Every key that goes, by model, owners first; without `leaves`, only of rows that others point to or that have
    files."""
    found: dict[type[Model], list] = {}
    for fate in fates():
        if leaves or fate.model in _collected():
            keys = {key for rows in _rows(fate, scope, found) for key in rows.values_list("pk", flat=True)}
            if keys:
                found[fate.model] = sorted(keys)
    return found


@functools.cache
def _collected() -> set[type[Model]]:
    owners = {owner for fate in fates() for owner in fate.owners.values()}
    return owners.union(*(getattr(module, "FILES", ()) for module in modules()))


def _rows(fate: Fate, scope: Scope, owners: dict[type[Model], list]) -> Iterator[QuerySet]:
    """The rows of one model that go: by its own mark, then by each owner, whose keys are known. One by one, for the
    database finds each by an index."""
    rows = fate.model._base_manager.order_by()
    own = scope.own(fate.mark) if fate.mark else None
    if own is not None:
        yield rows.filter(own)
    for name, owner in fate.owners.items():
        for some in _batches(owners.get(owner, [])):
            yield rows.filter(**{f"{name}__in": some})


def _batches(keys: list) -> Iterator[list]:
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))


def pending(year: int) -> list[Establishment]:
    """The establishments that hold something of the year or of one before it."""
    found: set[int] = set()
    first: dict[int, datetime] = {}  # establishment's key → its oldest row that has a moment
    for fate in fates():
        mark = fate.mark
        if not mark or not mark.establishment:
            continue
        rows = fate.model._base_manager.order_by().values_list(mark.establishment)
        if mark.year:
            found.update(key for (key,) in _numbered(rows.filter(**{f"{mark.year}__lte": year}).distinct()))
            continue
        rows = rows.filter(**{f"{mark.instant}__lt": over_everywhere(year)}).annotate(first=Min(mark.instant))
        for key, moment in _numbered(rows):
            first[key] = min(moment, first.get(key, moment))
    establishments = Establishment.objects.filter(pk__in=found | first.keys()).order_by("pk")
    return [e for e in establishments if e.pk in found or first[e.pk] < new_year(year, e.zone)]


def _numbered(rows: Iterable[tuple]) -> Iterator[tuple]:
    """Rows that begin with an establishment's key, as a number; without those of nobody."""
    return ((int(key), *rest) for key, *rest in rows if str(key).isdecimal())


# --- How --------------------------------------------------------------------------------------------------------------


@dataclass
class Report:
    """What a run did, or would do; by model's label."""

    year: int
    counts: Counter = field(default_factory=Counter)
    establishments: int = 0
    files: int = 0
    waiting: list[int] = field(default_factory=list)  # establishments whose exam still goes on
    failed: list[int] = field(default_factory=list)  # establishments to try again
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0


def count(*, year: int, now: datetime) -> Report:
    """What a purge at `now` would delete; nothing is written."""
    report = Report(year)
    for establishment in pending(year):
        keys = keys_in(Scope(year, establishment))
        if keys and _waits(establishment, year, now):
            report.waiting.append(establishment.pk)
        elif keys:
            report.establishments += 1
            report.counts.update(_counts(keys))
            report.files += len(_files(keys))
    nobodys = keys_in(Scope(year, None))
    report.counts.update(_counts(nobodys))
    report.files += len(_files(nobodys))
    if sessions := _sessions(year).count():
        report.counts["sessions.Session"] = sessions
    return report


def run(
    *,
    year: int,
    now: datetime,
    clock_is_right: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Delete everything of the year and of those before it. Raises Refused.

    `progress` is told the establishments done and all of them.
    """
    if why := refusal(year, now, clock_is_right=clock_is_right):
        raise Refused(why)
    began, report = time.monotonic(), Report(year)
    for row in Purge.objects.filter(finished_at=None).exclude(establishment=None):
        report.files += _finish(row)
    count_answers()  # exam by exam, so that the transactions below have little left to count
    schools = pending(year)
    remnant = Purge.objects.filter(finished_at=None).first()
    if remnant is None and any(not _waits(school, year, now) for school in schools):
        # Before the first deletion: whatever happens, what lies outside the database will not be forgotten.
        remnant = Purge.objects.create(year=year, began_at=now)
    for done, establishment in enumerate(schools, start=1):
        progress(done, len(schools))
        try:
            purge_establishment(establishment, year, now, report)
        except DatabaseError:
            # A lock that was not had, or a row written meanwhile: the next run finds it again.
            logger.exception("The purge of establishment %s failed; it will be tried again", establishment.pk)
            report.failed.append(establishment.pk)
    _purge_nobodys(year, now, report, remnant)
    report.seconds = time.monotonic() - began
    return report


def is_done(year: int) -> bool:
    """Whether nothing is left to delete, or to finish."""
    left = Purge.objects.filter(finished_at=None).exists() or pending(year) or keys_in(Scope(year, None))
    return not left and not _sessions(year).exists()


def told(report: Report) -> str:
    """One line, in numbers."""
    rows = sum(report.counts.values())
    line = f"{report.establishments} establishments, {rows} rows, {report.files} files"
    if report.waiting:
        line += f"; {len(report.waiting)} wait for the end of an exam"
    if report.failed:
        line += f"; {len(report.failed)} failed"
    return line + (f"; {report.seconds:.1f} s" if report.seconds else "")


def _waits(establishment: Establishment, year: int, now: datetime) -> bool:
    asked = (getattr(module, "waits", None) for module in modules())
    return any(waits(establishment, year, now) for waits in asked if waits)


def purge_establishment(establishment: Establishment, year: int, now: datetime, report: Report) -> None:
    """One establishment: its rows and its line of the ledger in one transaction, then its files."""
    with transaction.atomic():
        # Two purges at the same time take turns; whoever works in the school is not kept waiting.
        establishment = Establishment.objects.select_for_update(no_key=True).get(pk=establishment.pk)
        if establishment.year_at(now) <= year or _waits(establishment, year, now):
            report.waiting.append(establishment.pk)
            return
        for module in modules():
            if before := getattr(module, "before", None):
                before(establishment, year)
        scope = Scope(year, establishment)
        keys = keys_in(scope, leaves=False)
        row = Purge(year=year, establishment=establishment.pk, files=_files(keys), began_at=now)
        row.counts = _delete(scope, keys)
        if not row.counts:
            return
        row.finished_at = None if row.files else timezone.now()
        row.save()
    report.establishments += 1
    report.counts.update(row.counts)
    if row.files:
        report.files += _finish(row)


def _purge_nobodys(year: int, now: datetime, report: Report, row: Purge | None) -> None:
    """What belongs to no establishment, then what lies outside the database; again if it was interrupted there.

    `row` is the line of the ledger that an earlier run could not finish.
    """
    sessions = _sessions(year)
    with transaction.atomic():
        scope = Scope(year, None)
        keys = keys_in(scope, leaves=False)
        files, counts = _files(keys), Counter(_delete(scope, keys))
        if gone := sessions._raw_delete(sessions.db):
            counts["sessions.Session"] = gone
        if not (counts or row):
            return
        row = row or Purge(year=year, began_at=now)
        row.files += files
        row.counts = Counter(row.counts) + counts
        row.save()
    report.counts.update(counts)
    _forget(year, report)
    report.files += _finish(row)


def _delete(scope: Scope, keys: dict[type[Model], list]) -> dict[str, int]:
    """From the leaves up; `keys` are those of `keys_in` without leaves. Counts what the database says it deleted."""
    counts = {}
    for fate in reversed(fates()):
        if fate.model in keys:
            rows = (fate.model._base_manager.filter(pk__in=some) for some in _batches(keys[fate.model]))
        elif fate.model not in _collected():
            rows = _rows(fate, scope, keys)
        else:
            continue
        if gone := sum(some._raw_delete(some.db) for some in rows):
            counts[fate.model._meta.label] = gone
    return counts


def _counts(keys: dict[type[Model], list]) -> dict[str, int]:
    return {model._meta.label: len(found) for model, found in keys.items()}


def _files(keys: dict[type[Model], list]) -> list[str]:
    listing = {model: files for module in modules() for model, files in getattr(module, "FILES", {}).items()}
    return [name for model, found in keys.items() if model in listing for name in listing[model](found)]


def _finish(row: Purge) -> int:
    """Unlink the files of a committed line of the ledger, and say there that they are gone."""
    for name in row.files:
        jobs.drop_file(name)
    gone, row.files, row.finished_at = len(row.files), [], timezone.now()
    row.save(update_fields=["files", "finished_at"])
    return gone


def _sessions(year: int):
    """Those last written to before the year was over everywhere: they hold what was searched for, by name.

    Whoever was signed in signs in again, once.
    """
    return Session.objects.filter(
        expire_date__lt=over_everywhere(year) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    )


def _forget(year: int, report: Report) -> None:
    """What lies outside the database. Everything here may be done again at any time."""
    before = min(over_everywhere(year), timezone.now() - LEAST_AGE)
    report.files += jobs.drop_orphans(before) + _drop_uploads(before)
    for what, act in (("cache", cache.clear), ("queue", _empty_queue)):
        try:
            act()
        except Exception:  # a server that is down has no say in the purge
            logger.exception("The %s could not be emptied", what)
            report.notes.append(f"The {what} could not be emptied: see the log. It names nobody.")
    report.notes += _retire_keys(year)
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _drop_uploads(before: datetime) -> int:
    """Uploads that a killed process has left."""
    left = [file for file in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*") if file.is_file()]
    old = []
    for file in left:
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < before.timestamp():
                file.unlink()
                old.append(file)
    return len(old)


def _empty_queue() -> None:
    """Messages are disposable: of a job that is still wanted, `revive_stale` sends another within minutes."""
    with celery.connection_for_write(connect_timeout=3) as broker:
        celery.control.purge(connection=broker)


# The command that retires the keys of a setting.
_KEYS = {
    "SEAL_KEYS": ("seal_keys", sealing.SealKey),
    "ATTESTATION_KEYS": ("attestation_keys", seal.SigningKey),
    "LOG_KEYS": ("log_keys", logs.LogKey),
}


def _retire_keys(year: int) -> list[str]:
    """The keys of every session of which nothing is left. The public halves of those of attestations stay for good."""
    notes = []
    for name, (command, kind) in _KEYS.items():
        _read_again(name, kind)
        years = sorted({key.year for key in getattr(settings, name).keys if key.year <= year})
        for old in years:
            if not _has_rows(old):
                said = StringIO()
                call_command(command, "retire", str(old), "--force", stdout=said)  # it is over, and nothing is left
                notes.append(" ".join(said.getvalue().split()))
                _read_again(name, kind)
    return notes


def _read_again(name: str, kind: type[Key]) -> None:
    """Of a file, what it holds now: this process may have read it months ago."""
    if file := getattr(settings, f"{name}_FILE"):
        setattr(settings, name, read_keys(Path(file).read_text(), kind))


def _has_rows(year: int) -> bool:
    rows = (
        fate.model._base_manager.filter(**{fate.mark.year: year}) for fate in fates() if fate.mark and fate.mark.year
    )
    return any(some.exists() for some in rows)
