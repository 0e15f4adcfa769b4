"""No acknowledged answer is lost, whatever process is killed -9 (P1), and nothing but the database is on the way of an
exam (P22). Each has its controls: the same harness on a platform with a seeded defect must see it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import die_with_parent

pytestmark = [pytest.mark.faults, pytest.mark.postgresql]

PROMISES = dict.fromkeys(("LOST", "STALE", "WRONG", "DUPLICATE"), 0)


class Harness:
    """A run of its own, with its own servers; it starts at once and is waited for by `report`."""

    def __init__(self, path: Path, arguments: tuple[str, ...], module: str = "tests.faults"):
        self.path = path
        command = [sys.executable, "-m", module, "--report", str(path), *arguments]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=die_with_parent
        )

    def report(self) -> dict:
        said, _ = self.process.communicate()
        print(said)
        figures = json.loads(self.path.read_text())
        kept = {name: figures[name] for name in PROMISES}
        return {**figures, "promises": kept, "code": self.process.returncode}


@pytest.fixture
def start(tmp_path):
    """Start runs side by side; none of them outlives the test."""
    runs = []

    def started(name: str, *arguments: str, **options: str) -> Harness:
        runs.append(Harness(tmp_path / f"{name}.json", arguments, **options))
        return runs[-1]

    yield started
    for run in runs:
        if run.process.poll() is None:
            run.process.send_signal(signal.SIGINT)  # as Ctrl-C: it ends its servers first
            run.process.communicate()


def test_a_minute_of_kills(start):
    run = start("kills", "--seconds", "60", "--pupils", "24", "--pace", "0.4", "--pause", "1.3")
    report = run.report()
    assert report["promises"] == PROMISES
    assert report["unfinished"] == {}
    assert report["errors"] == {}
    assert report["code"] == 0
    # And it was no idle minute.
    assert report["acknowledged"] > 500
    assert sum(report["kills"].values()) >= 15
    assert report["receipts"] == report["candidates"] > 24
    assert report["network"]["cut the reply"] > 50


def test_a_platform_that_acknowledges_too_early_is_seen(start):
    """A kill only shows the defect when it falls between an acknowledgement and its write, so who escapes in one short
    run is asked again, alone, longer, and with other kills."""
    controls = {"async-commit": "postgresql at once", "early-ack": "web worker", "redis-ack": "redis"}

    crowd = ["--pupils", "16", "--pace", "0.4", "--pause", "2", "--drain", "0"]
    for seed, seconds in ((1, 9), (2, 20), (3, 40)):
        runs = {
            control: start(
                f"{control}-{seed}",
                "--control",
                control,
                "--kills",
                kills,
                *crowd,
                f"--seed={seed}",
                f"--seconds={seconds}",
            )
            for control, kills in controls.items()
        }
        reports = {control: run.report() for control, run in runs.items()}
        assert [report["code"] for report in reports.values()] == [1] * len(reports)
        for control, report in reports.items():
            if report["LOST"] + report["STALE"]:
                del controls[control]
        if not controls:
            break
    assert controls == {}


def test_an_exam_needs_the_database_alone(start):
    """Redis, Celery, its clock, mail and the identity provider go one after the other, in mid-exam, and stay away."""
    short = ["--seconds", "10", "--pupils", "12", "--pace", "0.3"]
    runs = {how: start(how, "--outage", how, *short) for how in ("killed", "frozen")}
    control = start("control", "--outage", "killed", "--control", "redis-on-path", "--drain", "5", *short)
    for run in runs.values():
        report = run.report()
        assert report["kills"] == dict.fromkeys(["redis", "celery", "beat", "mail", "identity"], 1)
        assert report["promises"] == PROMISES
        assert report["unfinished"] == {}
        assert report["errors"] == {}
        assert report["staff"] == ""
        assert report["failures in a row"] <= 1
        assert report["tries of a page"] <= 2
        assert report["receipts"] == report["candidates"] >= 12
    seen = control.report()
    assert seen["failures in a row"] > 1
    assert seen["unfinished"] != {}
    assert seen["code"] == 1


def test_two_machines_of_which_one_after_the_other_is_lost(start):
    """Two web hosts and two workers in network namespaces: the first is cut off in the middle of a job, the second is
    killed once the first is back. Candidates notice nothing that their devices do not mend."""
    short = ["--seconds", "15", "--pupils", "10", "--pace", "0.4"]
    report = start("hosts", *short, module="tests.faults.hosts").report()
    assert report["kills"] == {"cut and killed": 1, "killed": 1}
    assert report["promises"] == PROMISES
    assert report["unfinished"] == {}
    assert report["errors"] == {}
    assert report["receipts"] == report["candidates"] >= 10
    # The job was under way when its machine was lost; the other one did it, once, and the head got its file.
    job = report["job"]
    assert job.pop("files") > 3
    assert job == {"lost": "running", "attempts": 2, "status": 200, "kept": 1}
    assert report["on disk"] == []
    assert report["code"] == 0
    if os.geteuid() == 0:
        assert report["separate networks"]
