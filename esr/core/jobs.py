"""Long tasks: asked for in a request, done by a worker, followed through one row.

A task is registered under a name and receives a `Progress`; it must be idempotent, because a worker killed in the
middle is replaced and the task starts again. What it returns becomes the job's file.

    @jobs.task("attestations")
    def attestations(progress, *, candidates): ...
    job = jobs.start("attestations", title="…", scope=str(establishment.pk), candidates=[…])
"""

import logging
import os
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from esr.core.enums import JobState
from esr.core.models import Job

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=2)
FILES_KEPT = timedelta(days=7)
MAX_ATTEMPTS = 3
_SAVE_EVERY = 0.5  # seconds between two writes of the progress

_KEY = 36  # characters of a job's key
_TRY = re.compile(r"[0-9a-f-]{36}-\d")

_tasks: dict[str, Callable] = {}


@dataclass(frozen=True)
class Product:
    """What a task made: the name under which people download it, and its bytes, or where it was written
    (`Progress.scratch`) when it is too large for the memory."""

    filename: str
    content: bytes | Path


class Interrupted(Exception):
    """The job was taken over or is gone: the work stops here."""


class Progress:
    """Given to a task so that it can say how far it is; each write is also the sign of life."""

    def __init__(self, job: Job):
        self.job = job
        # Where the task may write a large file before it returns it; whatever is there at its end goes.
        self.scratch = path_of(f"{job.pk}-{job.attempts}.part")
        self._last = 0.0

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done < total and now - self._last < _SAVE_EVERY:
            return
        self._last = now
        updated = Job.objects.filter(pk=self.job.pk, state=JobState.RUNNING, attempts=self.job.attempts).update(
            done=done, total=total, heartbeat=timezone.now()
        )
        if not updated:
            raise Interrupted(self.job.pk)


def task(kind: str) -> Callable:
    """Register a function under `kind`; it is called as function(progress, **arguments)."""

    def register(function: Callable) -> Callable:
        if _tasks.setdefault(kind, function) is not function:
            raise ValueError(f"Two tasks are called {kind!r}")
        return function

    return register


def start(kind: str, *, title: str, scope: str = "", **arguments) -> Job:
    """Create the job's row and hand its key to a worker once the transaction is committed."""
    if kind not in _tasks:
        raise ValueError(f"No task is called {kind!r}")
    job = Job.objects.create(kind=kind, title=title, scope=scope, arguments=arguments)
    transaction.on_commit(lambda: enqueue(job.pk))
    return job


def enqueue(key) -> None:
    """Send the key to the broker; a broker that is down is only logged, `revive_stale` sends it again."""
    from esr.core.tasks import run_job

    try:
        run_job.delay(str(key))
    except Exception:
        logger.warning("Job %s could not be handed to the broker; it waits for the next check", key, exc_info=True)


def run(key) -> None:
    """Do the job, unless another worker has it. Called by the worker, and by commands that wait for the result."""
    now = timezone.now()
    taken = Job.objects.filter(pk=key, state=JobState.WAITING).update(
        state=JobState.RUNNING, heartbeat=now, attempts=F("attempts") + 1, done=0
    )
    if not taken:
        return
    job = Job.objects.get(pk=key)
    progress = Progress(job)
    settings.JOB_FILES_ROOT.mkdir(parents=True, exist_ok=True)
    try:
        product = _tasks[job.kind](progress, **job.arguments)
        name = _store(product.content) if product else ""
    except Interrupted:
        return
    except Exception as error:
        logger.exception("Job %s (%s) failed", job.pk, job.kind)
        _finish(job, state=JobState.FAILED, error=_for_people(error))
        return
    finally:
        progress.scratch.unlink(missing_ok=True)
    if not _finish(job, state=JobState.DONE, file=name, filename=product.filename if product else "") and name:
        path_of(name).unlink(missing_ok=True)


def _finish(job: Job, **fields) -> bool:
    return bool(
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
            finished_at=timezone.now(), **fields
        )
    )


def _for_people(error: Exception) -> str:
    """A task raises ValueError with a sentence meant for its reader; anything else stays in the log."""
    return str(error)[:500] if type(error) is ValueError else "Une erreur inattendue a interrompu ce travail."


def _store(content: bytes | Path) -> str:
    """Put the file in its place whole or not at all; its name tells nothing."""
    name = secrets.token_hex(16)
    partial = content if isinstance(content, Path) else path_of(name + ".part")
    with partial.open("ab") as out:
        if not isinstance(content, Path):
            out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path_of(name))
    return name


def path_of(name: str) -> Path:
    """Where a job's file lies on disk."""
    return settings.JOB_FILES_ROOT / name


def files_of(keys: Sequence) -> list[str]:
    """The names below JOB_FILES_ROOT of the files of the jobs with these keys."""
    return list(Job.objects.filter(pk__in=keys).exclude(file="").values_list("file", flat=True))


def drop_orphans(before: datetime) -> int:
    """Remove files that are no job's; return how many.

    The name of a try (`<key>-<number>…`) says whose it is; another name may be that of a file which its row does not
    have yet, so that it must be older than `before`.
    """
    known = set(Job.objects.exclude(file="").values_list("file", flat=True))
    there = {str(key) for key in Job.objects.values_list("pk", flat=True)}
    orphans = [
        file
        for file in settings.JOB_FILES_ROOT.glob("*")
        if file.name not in known
        and file.name[:_KEY] not in there
        and (_TRY.match(file.name) or file.stat().st_mtime < before.timestamp())
    ]
    for file in orphans:
        file.unlink(missing_ok=True)
    return len(orphans)


def revive_stale() -> int:
    """Send again the jobs whose worker died or whose message was lost; give up after MAX_ATTEMPTS."""
    limit = timezone.now() - STALE_AFTER
    stale = Job.objects.filter(state=JobState.RUNNING, heartbeat__lt=limit)
    stale.filter(attempts__gte=MAX_ATTEMPTS).update(
        state=JobState.FAILED, finished_at=timezone.now(), error="Ce travail a été interrompu plusieurs fois."
    )
    stale.update(state=JobState.WAITING)
    waiting = list(Job.objects.filter(state=JobState.WAITING, created_at__lt=limit).values_list("pk", flat=True))
    for key in waiting:
        enqueue(key)
    return len(waiting)


def drop_old_files(now: datetime) -> int:
    """Remove the files of jobs that ended FILES_KEPT ago, and what interrupted jobs left; return how many."""
    limit = now - FILES_KEPT
    Job.objects.filter(finished_at__lt=limit).exclude(file="").update(file="")
    kept = set(Job.objects.exclude(file="").values_list("file", flat=True))
    old = [
        file
        for file in settings.JOB_FILES_ROOT.glob("*")
        # A file is older than its job's end: one that is being made is not yet in any row.
        if file.name not in kept and file.stat().st_mtime < limit.timestamp()
    ]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
