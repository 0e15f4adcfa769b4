"""Purges that are killed -9 at many points, each on a copy of the same database, then run again.

    DATA_DIR=… DJANGO_SETTINGS_MODULE=tests.settings python -m tests.ops.purge_killed [seed]

The database is a file, and there are fifty points; or with DATABASE_URL, which names a database of PostgreSQL that is
the copy and may be dropped, eight.

A point is before a statement, before or after a commit, before or after a file is unlinked. Each purge is a process of
its own, so that a kill leaves what a kill leaves: locks, a journal, half of the files.
"""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from candidates.models import ImportDraft  # noqa: E402
from esr.ops import purging  # noqa: E402
from esr.ops.models import Clock, Purge  # noqa: E402
from tests import services  # noqa: E402
from tests.ops.purge_world import MODELS, build, there  # noqa: E402

IN_A_FILE = connection.vendor == "sqlite"
KILLS = 50 if IN_A_FILE else 8
ZONES = ("Europe/Paris", "Pacific/Noumea", "Pacific/Tahiti")
NOW = datetime(2027, 1, 1, 20, tzinfo=UTC)
NAME = "CANARI"
PLACES = ("db.sqlite3", "db.sqlite3-wal", "db.sqlite3-shm", "jobs")
PLACES += ("seal_keys", "attestation_keys", "attestation_public_keys")


class Steps:
    """Counts the points at which the process may be killed; at `last` it is."""

    def __init__(self, last: int | None):
        self.count, self.last = 0, last

    def step(self):
        if self.count == self.last:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1

    def around(self, function):
        def stepped(*args, **kwargs):
            self.step()
            result = function(*args, **kwargs)
            self.step()
            return result

        return stepped

    def statement(self, execute, sql, params, many, context):
        self.step()
        return execute(sql, params, many, context)


def purge(last: int | None = None) -> int:
    steps = Steps(last)
    connection.commit = steps.around(connection.commit)
    connection._commit = steps.around(connection._commit)
    Path.unlink = steps.around(Path.unlink)
    with connection.execute_wrapper(steps.statement):
        purging.run(year=2026, now=NOW)
    return steps.count


def state() -> dict:
    """What is there: rows, files, the sums of the ledger, and whether a name is left in any byte of the database."""
    rows = {model._meta.label: sorted(map(str, keys)) for model, keys in there().items()}
    ledger = sorted(
        (row.year, row.establishment or 0, sorted(row.counts.items()), bool(row.finished_at))
        for row in Purge.objects.all()
        if row.counts
    )
    files = sorted(path.name for path in settings.JOB_FILES_ROOT.iterdir())
    done = purging.is_done(2026)
    purging.run(year=2026, now=NOW)
    again = {model._meta.label: sorted(map(str, keys)) for model, keys in there().items()}
    connection.close()
    return {
        "rows": rows, "ledger": ledger, "files": files, "done": done, "again": again == rows,
        "named": NAME.encode() in content(),
    }  # fmt: skip


def content() -> bytes:
    """Every byte of the database in its file; of PostgreSQL, what pg_dump says of all of it."""
    if IN_A_FILE:
        return b"".join(path.read_bytes() for path in settings.DATA_DIR.glob("db.sqlite3*"))
    where = settings.DATABASES["default"]
    address = f"postgresql://{where['USER']}@{where['HOST']}:{where['PORT']}/{where['NAME']}"
    return subprocess.run([services.postgres_folder() / "pg_dump", address], check=True, capture_output=True).stdout


def in_child(work) -> tuple[int, object]:
    """(how the process ended, what `work` gave) of a process of its own."""
    answer = settings.DATA_DIR / "answer.json"
    answer.unlink(missing_ok=True)
    key = os.fork()
    if key == 0:
        try:
            answer.write_text(json.dumps(work()))
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    _, status = os.waitpid(key, 0)
    return status, json.loads(answer.read_text()) if answer.exists() else None


@contextmanager
def elsewhere():
    """A cursor beside the database that is copied, for as long as nobody is in it."""
    connection.close()
    with connection._nodb_cursor() as cursor:
        yield cursor


def keep(template: Path) -> None:
    """The database and its files as they are now."""
    if not IN_A_FILE:
        name = settings.DATABASES["default"]["NAME"]
        with elsewhere() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}_kept" TEMPLATE "{name}"')
    connection.close()
    template.mkdir()
    for place in PLACES:
        path = settings.DATA_DIR / place
        if path.exists():
            (shutil.copytree if path.is_dir() else shutil.copy)(path, template / place)


def restore(template: Path) -> None:
    if not IN_A_FILE:
        name = settings.DATABASES["default"]["NAME"]
        with elsewhere() as cursor:
            # What a killed process has left of its session ends here.
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{name}_kept"')
    for place in PLACES:
        path, kept = settings.DATA_DIR / place, template / place
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        if kept.exists():
            (shutil.copytree if kept.is_dir() else shutil.copy)(kept, path)


def main(seed: int) -> None:
    database = settings.DATABASES["default"]["NAME"]
    if IN_A_FILE:
        assert database == settings.DATA_DIR / "db.sqlite3", "this kills on a database in a file"
    else:
        assert database.startswith("killed"), "this drops its database"
    call_command("migrate", verbosity=0)
    built = build(ZONES, (2026, 2027), files=True, name=NAME, late=False)
    # Of the new year no name is looked for.
    for model in MODELS:
        for column in model._meta.concrete_fields:
            if column.name in ("last_name", "filename", "text", "name") and model in built.years:
                keys = [key for key, year in built.years[model].items() if year == 2027]
                model._base_manager.filter(pk__in=keys).update(**{column.name: "AUTRE"})
    ImportDraft.objects.filter(year=2027).update(rows=[])
    Clock.objects.create(steady_since=NOW - timedelta(days=30), seen_at=NOW)
    assert NAME.encode() in content()
    template = settings.DATA_DIR / "template"
    keep(template)
    restore(template)

    status, points = in_child(purge)
    assert status == 0
    _, whole = in_child(state)
    expected = {m._meta.label: sorted(map(str, keys)) for m, keys in built.left_after(2026).items()}
    assert whole["rows"] == expected
    assert whole["done"]
    assert whole["again"]
    assert not whole["named"]
    assert len(whole["files"]) == 3 * len(ZONES)  # of the new year and the next
    assert points > KILLS
    kills = 0
    for point in random.Random(seed).sample(range(points), points):
        restore(template)
        status, _ = in_child(lambda point=point: purge(point))
        if status == 0:  # one run has a few points more or less than another, and may end before it is killed
            continue
        assert os.WIFSIGNALED(status), point
        assert os.WTERMSIG(status) == signal.SIGKILL, point
        status, _ = in_child(purge)
        assert status == 0, point
        _, found = in_child(state)
        assert found == whole, (point, found, whole)
        kills += 1
        if kills == KILLS:
            break
    print(f"{kills} kills at points out of {points}, seed {seed}: the same rows, files and ledger each time")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else random.randrange(1_000_000))
