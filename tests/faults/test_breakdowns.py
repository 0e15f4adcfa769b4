"""What each breakdown looks like to candidates and to staff, and that nothing is lost by it (docs/faults.md).

Each is a run of its own (`python -m tests.faults.scene`), with the control that shows that its checks can fail.
"""

import json
import signal
import subprocess
import sys

import pytest

from tests.services import die_with_parent

pytestmark = [pytest.mark.faults, pytest.mark.postgresql]

PROMISES = dict.fromkeys(("LOST", "STALE", "WRONG", "DUPLICATE"), 0)


# Side by side: they wait more than they work. The breakdowns that need no servers of their own share one day.
RUNS = {
    "day": ["restart", "redis_lost", "mail", "identity"],
    "bare errors": ["restart", "--control", "bare-errors"],
    "stale": ["restart", "--control", "stale"],
    "failover": ["failover"],
    "failover without a copy": ["failover", "--control", "async-replica"],
    "full disk": ["disk"],
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes")
    runs = {}
    try:
        for name, arguments in RUNS.items():
            command = [sys.executable, "-m", "tests.faults.scene", *arguments, "--pupils", "6"]
            with (folder / f"{name}.log").open("w") as log:
                runs[name] = subprocess.Popen(
                    [*command, "--report", str(folder / f"{name}.json")],
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    preexec_fn=die_with_parent,
                )
        for name, process in runs.items():
            process.wait()
            print(f"--- {name}\n{(folder / f'{name}.log').read_text()[-4000:]}")
        yield {name: json.loads((folder / f"{name}.json").read_text()) for name in runs}
    finally:
        for process in runs.values():
            if process.poll() is None:
                process.send_signal(signal.SIGINT)  # as Ctrl-C: it ends its servers first
                process.wait()


@pytest.fixture
def day(reports):
    return reports["day"]


def assert_nothing_lost(report: dict) -> None:
    assert {name: report[name] for name in PROMISES} == PROMISES
    assert report["unfinished"] == {}
    assert report["errors"] == {}  # but for those of a database that is away
    assert report["receipts"] == report["candidates"] >= 6


def test_nobody_loses_an_answer_on_such_a_day(day):
    assert_nothing_lost(day)
    assert len(day["acts"]) == 10
    assert [name for name, act in day["acts"].items() if act["web processes replaced"]] == []
    assert [name for name, act in day["acts"].items() if act["rude"]] == []
    assert [name for name, act in day["acts"].items() if not act["acknowledged"]] == []


def test_a_restart_of_postgresql_is_explained_and_over_when_it_is_over(day, reports):
    for act in ("fast", "immediate"):
        assert day["acts"][act]["pages"]["503"] > 0
        assert set(day["acts"][act]["after"]) == {"200"}
    assert set(day["acts"]["cut"]["after"]) == {"200"}
    # The controls: without our page it is a bare error; without a look at the connections it goes on afterwards.
    assert reports["bare errors"]["acts"]["fast"]["rude"] > 0
    assert "503" in reports["stale"]["acts"]["cut"]["after"]
    assert_nothing_lost(reports["stale"])  # the devices try again


def test_redis_is_missed_by_nobody(day):
    """Pages, signing in and asking for a document go on; the document comes once, later."""
    for act in ("redis stopped", "redis hangs"):
        assert set(day["acts"][act]["pages"]) == {"200", "302"}
    assert [state for state, _ in day["notes"]["jobs"]] == ["done"]


def test_a_mail_server_that_is_away_is_said_and_waited_for_by_no_page(day):
    for act in ("mail down", "mail hangs"):
        assert set(day["acts"][act]["pages"]) == {"200", "302"}
        assert day["notes"][act] == ["302", "told"]
    assert day["notes"]["letters"] == 2


@pytest.mark.parametrize("act", ["provider fails", "provider down", "provider hangs"])
def test_without_educonnect_a_candidate_is_shown_the_other_door(day, act):
    assert day["notes"][act] == [503, "ÉduConnect ne répond pas", True]


def test_a_failover_loses_nothing_that_was_acknowledged(reports):
    report = reports["failover"]
    assert_nothing_lost(report)
    assert report["notes"]["acknowledged while the replica was away"] == 0
    assert report["acts"]["failover"]["rude"] == 0
    assert report["acts"]["failover"]["web processes replaced"] == 0
    assert set(report["acts"]["failover"]["after"]) == {"200"}


def test_a_primary_that_waits_for_no_replica_is_seen(reports):
    report = reports["failover without a copy"]
    assert report["notes"]["acknowledged while the replica was away"] > 0
    assert report["LOST"] > 0


def test_a_full_disk_is_said_and_forgotten(reports):
    """PostgreSQL, uploads, jobs and logs share it; with room again all goes on, and nothing is half-written."""
    report = reports["full disk"]
    assert_nothing_lost(report)
    assert report["acts"]["disk full"]["rude"] == 0
    assert report["notes"] == {"told of a full disk": True, "half-written": []}
