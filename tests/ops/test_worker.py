"""Real Celery workers, killed -9 or asked to stop in the middle of a batch: the batch completes, once.

On SQLite with the broker in a folder, and on PostgreSQL with Redis in that run.
"""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser import pdf_pages
from tests.services import die_with_parent
from tests.test_six_hundred import letters

COUNT = 60  # attestations: more than one part of fifty
PATIENCE = 240  # seconds: generous, for nothing is measured here
NAMES = sorted(letters(n) for n in range(COUNT))


def until(condition: Callable[[], object], what: str):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} s"
        time.sleep(0.1)
    return found


@pytest.fixture
def environment(tmp_path):
    """A platform of its own: below `tmp_path`, or in a new database of the run's server."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "esr.settings"}
    environment |= {"LOG_LEVEL": "WARNING", "SECRET_KEY": "workers-only-" + "x" * 50}
    server = os.environ.get("DATABASE_URL")
    if not server:
        yield environment | {"DATABASE_URL": "", "REDIS_URL": ""}
        return
    import psycopg

    name = f"workers_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{name}").geturl()
        # Of the sixteen databases of Redis, one for each process of the run.
        number = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 15
        environment["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
        environment["SEAL_KEYS"] = os.environ.get("SEAL_KEYS", "")
        yield environment
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def start(environment, tmp_path):
    """Start a process of the platform; whatever still runs at the end is killed."""
    processes = []

    def run(*arguments: str, **options) -> subprocess.Popen:
        with (tmp_path / f"log-{len(processes)}").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments], env=environment, stderr=log, preexec_fn=die_with_parent, **options
            )
        processes.append(process)
        return process

    yield run
    for process in processes:
        process.kill()
        process.wait()
        for pipe in filter(None, (process.stdin, process.stdout)):
            pipe.close()


@pytest.fixture
def ask(start):
    """Put a question to the process that has the workers' database (tests.ops.drill)."""
    drill = start("tests.ops.drill", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def put(question: str):
        drill.stdin.write(question + "\n")
        drill.stdin.flush()
        return json.loads(drill.stdout.readline())

    put(f"seed {COUNT}")
    return put


@pytest.fixture
def worker(start):
    def run(application: str) -> subprocess.Popen:
        options = ("--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle")
        return start("celery", "--quiet", "--app", application, "worker", *options, stdout=subprocess.DEVNULL)

    return run


@pytest.fixture
def halted(ask, worker, tmp_path) -> subprocess.Popen:
    """A worker in the middle of both jobs."""
    (tmp_path / "halt").touch()
    process = worker("tests.ops.halting")
    until(lambda: len(list(tmp_path.glob("halted-*"))) == 2, "two jobs half-way")
    assert {state for state, *_ in ask("look").values()} == {"running"}
    # The archive is on the disk already, as far as it goes.
    assert [file.suffix for file in (tmp_path / "jobs").iterdir()] == [".part"]
    return process


def finished(ask) -> dict:
    return until(lambda: (rows := ask("look")) and all(row[0] == "done" for row in rows.values()) and rows, "the end")


def check_files(folder: Path, rows: dict) -> None:
    """One file a job and nothing else; every candidate once, in order, in each."""
    assert sorted(file.name for file in folder.iterdir()) == sorted(file for _, _, file, _ in rows.values())
    [attestations, archive] = [folder / rows[kind][2] for kind in ("attestations", "archive")]
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
        [name] = [name for name in opened.namelist() if "/attestations/" in name]
        copies = opened.read(name)
    for content in (attestations.read_bytes(), copies):
        pages = pdf_pages(content)
        assert [[name for name in NAMES if f" {name} " in f" {page} "] for page in pages] == [[name] for name in NAMES]


def test_a_worker_killed_in_mid_batch_is_replaced_and_the_batch_completes_once(ask, halted, worker, tmp_path):
    halted.send_signal(signal.SIGKILL)
    assert halted.wait() == -signal.SIGKILL
    (tmp_path / "halt").unlink()
    assert {state for state, *_ in ask("look").values()} == {"running"}  # nobody knows yet
    worker("esr")
    assert ask("revive") == 2
    rows = finished(ask)
    assert {attempts for _, attempts, *_ in rows.values()} == {2}
    check_files(tmp_path / "jobs", rows)
    # What the broker or beat brings once more changes nothing.
    assert ask("revive") == 0
    assert ask("look") == rows


def test_a_worker_asked_to_stop_ends_the_jobs_in_hand(ask, halted, tmp_path):
    halted.send_signal(signal.SIGTERM)
    (tmp_path / "halt").unlink()
    until(lambda: halted.poll() is not None, "the worker's end")
    rows = ask("look")
    assert {(state, attempts) for state, attempts, *_ in rows.values()} == {("done", 1)}
    check_files(tmp_path / "jobs", rows)
