"""Long tasks: asked for in a request, done by a worker, followed through one row.

A task is registered under a name and receives a `Progress`; it must be idempotent, because a worker killed in the
middle is replaced and the task starts again. What it returns becomes the job's file.

    @jobs.task("attestations", file=True)
    def attestations(progress, *, candidates): ...
    job = jobs.start("attestations", title="…", scope=str(establishment.pk), candidates=[…])

A worker may die at any instant (kill -9, power): the row stays RUNNING without a sign of life, and `revive_stale`,
which beat calls every minute, hands it to another one. The broker's own redelivery is not counted on: the folder
forgets a message once it is read, and Redis keeps it for an hour; `run` lets one worker take a WAITING row, whatever
arrives twice. A worker asked to stop (SIGTERM) ends the job in hand first; if it is killed before, the same happens.
"""

import hashlib
import json
import logging
import os
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from esr.core import broker, files
from esr.core.breakdown import breakdown
from esr.core.enums import JobState
from esr.core.models import Job

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=2)
FILES_KEPT = timedelta(days=7)
BENCH_KEPT = timedelta(days=1)  # what is half-made: no job takes as long
MAX_ATTEMPTS = 3
_SAVE_EVERY = 0.5  # seconds between two writes of the progress

_KEY = 36  # characters of a job's key
_TRY = re.compile(r"[0-9a-f-]{36}-\d")


@dataclass(frozen=True)
class Task:
    """What is registered under a kind."""

    function: Callable
    # All that it does is its file: it can be stopped half-way, and asked for again.
    file: bool
    # Why what was done once is not done again once its file is gone, in French; empty when it may be.
    once: str
    # The URL name of the page that follows the job, with its key.
    page: str
    # Called as fetched(job, account=…, now=…) each time somebody takes the file.
    fetched: Callable | None
    # Whether supervisors may follow it and take its file, as heads may.
    for_supervisors: bool


_tasks: dict[str, Task] = {}


@dataclass(frozen=True)
class Product:
    """What a task made: the name under which people download it, and its bytes, or where it was written
    (`Progress.scratch`) when it is too large for the memory."""

    filename: str
    content: bytes | Path


class Interrupted(Exception):
    """The job was cancelled, taken over or is gone: the work stops here."""


class NotPossible(ValueError):
    """The job cannot be cancelled or asked for again as it is now; the message says why, in French."""


class Progress:
    """Given to a task so that it can say how far it is; each write is also the sign of life."""

    def __init__(self, job: Job):
        self.job = job
        # Where the task may write a large file before it returns it; whatever is there at its end goes.
        self.scratch = path_of(f"{_name(job)}.part")
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


def task(
    kind: str,
    *,
    file: bool = False,
    once: str = "",
    page: str = "job",
    fetched: Callable | None = None,
    for_supervisors: bool = False,
) -> Callable:
    """Register a function under `kind`; it is called as function(progress, **arguments). See `Task`."""

    def register(function: Callable) -> Callable:
        registered = Task(function, file, once, page, fetched, for_supervisors)
        if _tasks.setdefault(kind, registered) != registered:
            raise ValueError(f"Two tasks are called {kind!r}")
        return function

    return register


def start(kind: str, *, title: str, scope: str = "", **arguments) -> Job:
    """Create the job's row and hand its key to a worker once the transaction is committed.

    In an establishment's scope, a job of the same kind and arguments that is not over yet is given back instead: who
    clicks twice waits for the same file.
    """
    if kind not in _tasks:
        raise ValueError(f"No task is called {kind!r}")
    fields = {"kind": kind, "scope": scope, "arguments": arguments}
    fields["fingerprint"] = _fingerprint(**fields) if scope else ""
    try:
        with transaction.atomic():
            job = Job.objects.create(title=title, **fields)
    except IntegrityError:
        twin = Job.objects.unfinished().filter(fingerprint=fields["fingerprint"]).first()
        # It may have ended in between: then this one is the first.
        return twin or start(kind, title=title, scope=scope, **arguments)
    transaction.on_commit(lambda: enqueue(job.pk))
    return job


def _fingerprint(**fields) -> str:
    return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def cancel(job: Job) -> None:
    """Stop a job that waits or runs; its worker notices at its next sign of life. Raises NotPossible."""
    if not makes_file(job):
        raise NotPossible("Ce travail ne peut pas être annulé.")
    cancelled = Job.objects.unfinished().filter(pk=job.pk)
    if not cancelled.update(state=JobState.CANCELLED, finished_at=timezone.now()):
        raise NotPossible("Ce travail est déjà terminé.")
    _clear(job)


def start_again(job: Job, *, account: int) -> Job:
    """A new job of the same arguments, for one that failed, was cancelled or has lost its file. Raises NotPossible.

    An argument called `account` is the key of whoever asks, so it becomes that of whoever asks again.
    """
    if not can_start_again(job):
        raise NotPossible(why_once(job) or "Ce travail ne peut pas être refait.")
    arguments = job.arguments | ({"account": account} if "account" in job.arguments else {})
    return start(job.kind, title=job.title, scope=job.scope, **arguments)


def kinds_for_supervisors() -> list[str]:
    """The kinds of jobs that are not for heads alone."""
    return [kind for kind, registered in _tasks.items() if registered.for_supervisors]


def makes_file(job: Job) -> bool:
    """Whether all that the job's task does is its file."""
    return job.kind in _tasks and _tasks[job.kind].file


def can_start_again(job: Job) -> bool:
    return makes_file(job) and job.is_over and not has_file(job) and not why_once(job)


def why_once(job: Job) -> str:
    """Why a job that was done may not be done again, in French; empty when it may, or was not done."""
    return _tasks[job.kind].once if job.kind in _tasks and job.state == JobState.DONE else ""


def has_file(job: Job) -> bool:
    """Whether the job's file is there to be taken."""
    return bool(job.file) and files.JOBS.has(job.file)


def kept_until(job: Job) -> datetime | None:
    """Until when the file of a job that is over is kept."""
    return job.finished_at and job.finished_at + FILES_KEPT


def page_of(job: Job) -> str:
    """The URL name of the page that follows the job."""
    return _tasks[job.kind].page if job.kind in _tasks else "job"


def open_file(job: Job) -> BinaryIO:
    """The job's file, from wherever it is kept. Raises FileNotFoundError."""
    if not job.file:
        raise FileNotFoundError(job.pk)
    return files.JOBS.open(job.file)


def fetch(job: Job, *, account: int) -> BinaryIO:
    """Open the job's file for somebody who takes it, and tell its task. Raises FileNotFoundError."""
    content = open_file(job)
    registered = _tasks.get(job.kind)
    if registered and registered.fetched:
        registered.fetched(job, account=account, now=timezone.now())
    return content


def enqueue(key) -> None:
    """Send the key to the broker; a broker that is down is only logged, `revive_stale` sends it again."""
    from esr.core.tasks import run_job

    if not broker.hand(run_job, str(key)):
        logger.warning("Job %s could not be handed to the broker; it waits for the next check", key)


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
    files.JOBS.folder.mkdir(parents=True, exist_ok=True)
    _clear(job)  # what a worker that was killed has left
    _clear_bench(now)
    try:
        product = _tasks[job.kind].function(progress, **job.arguments)
        name = _store(product.content, progress) if product else ""
    except Interrupted:
        return
    except Exception as error:
        if _finish(job, state=JobState.FAILED, error=_for_people(error)):
            logger.exception("Job %s (%s) failed", job.pk, job.kind)
        return
    finally:
        progress.scratch.unlink(missing_ok=True)
    if not _finish(job, state=JobState.DONE, file=name, filename=product.filename if product else "") and name:
        drop_file(name)


def _finish(job: Job, **fields) -> bool:
    """Whether the job was still this worker's."""
    return bool(
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
            finished_at=timezone.now(), **fields
        )
    )


def _name(job: Job) -> str:
    """The name of a job's file on disk; each try has its own, and it tells nothing of the content."""
    return f"{job.pk}-{job.attempts}"


def _clear(job: Job) -> None:
    """Remove whatever tries of the job have left; one that still goes on here has nothing to rename at its end."""
    for file in files.JOBS.folder.glob(f"{job.pk}-*"):
        file.unlink(missing_ok=True)
    for attempt in range(1, job.attempts + 1):
        try:
            drop_file(f"{job.pk}-{attempt}")
        except Exception:  # the storage is away: `drop_old_files` comes every hour
            logger.warning("What job %s has left could not be removed", job.pk, exc_info=True)


def _clear_bench(now: datetime) -> None:
    """Remove what a killed worker left half-made on this machine, which none of the others can see."""
    for file in files.JOBS.folder.glob("*.part*"):
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < (now - BENCH_KEPT).timestamp():
                file.unlink()


def _for_people(error: Exception) -> str:
    """A task raises ValueError with a sentence meant for its reader; anything else stays in the log."""
    if type(error) is ValueError:
        return str(error)[:500]
    if breakdown(error) == "full":
        return "La plateforme n’avait plus de place pour ce travail. Refaites-le dans une dizaine de minutes."
    return "Une erreur inattendue a interrompu ce travail."


def _store(content: bytes | Path, progress: Progress) -> str:
    """Put the file in its place whole or not at all."""
    name = _name(progress.job)
    partial = content if isinstance(content, Path) else progress.scratch
    with partial.open("r+b" if isinstance(content, Path) else "wb") as out:
        if not isinstance(content, Path):
            out.write(content)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path_of(name))
    files.JOBS.put(name)
    return name


def path_of(name: str) -> Path:
    """Where a job's file is made, and lies while there is no object storage."""
    return files.JOBS.path(name)


def drop_file(name: str) -> None:
    files.JOBS.drop(name)


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
    orphans = {
        name
        for name, written in files.JOBS.listing()
        if name not in known and name[:_KEY] not in there and (_TRY.match(name) or written < before.timestamp())
    }
    for name in orphans:
        drop_file(name)
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
    # A file is older than its job's end: one that is being made is not yet in any row.
    old = {name for name, written in files.JOBS.listing() if name not in kept and written < limit.timestamp()}
    for name in old:
        drop_file(name)
    return len(old)
