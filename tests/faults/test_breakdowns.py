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


@pytest.fixture(scope="module")
def play(tmp_path_factory):
    """Start scenes side by side; what is called gives their report."""
    runs = []

    def started(*arguments: str):
        path = tmp_path_factory.mktemp("scene") / "report.json"
        command = [sys.executable, "-m", "tests.faults.scene", *arguments, "--pupils", "6", "--report", str(path)]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, preexec_fn=die_with_parent
        )
        runs.append(process)

        def report() -> dict:
            said, _ = process.communicate()
            print(said)
            return json.loads(path.read_text())

        return report

    yield started
    for process in runs:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.communicate()


@pytest.fixture(scope="module")
def day(play):
    """The breakdowns that need no servers of their own, one after the other on one day."""
    return play("restart", "redis_lost", "mail", "identity")()


@pytest.fixture(scope="module")
def controls(play):
    runs = {
        "bare-errors": play("restart", "--control", "bare-errors"),
        "stale": play("restart", "--control", "stale"),
    }
    return {name: report() for name, report in runs.items()}


@pytest.fixture(scope="module")
def failovers(play):
    runs = {"": play("failover"), "async-replica": play("failover", "--control", "async-replica")}
    return {name: report() for name, report in runs.items()}


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


def test_a_restart_of_postgresql_is_explained_and_over_when_it_is_over(day, controls):
    for act in ("fast", "immediate"):
        assert day["acts"][act]["pages"]["503"] > 0
        assert set(day["acts"][act]["after"]) == {"200"}
    assert set(day["acts"]["cut"]["after"]) == {"200"}
    # The controls: without our page it is a bare error; without a look at the connections it goes on afterwards.
    assert controls["bare-errors"]["acts"]["fast"]["rude"] > 0
    assert "503" in controls["stale"]["acts"]["cut"]["after"]
    assert_nothing_lost(controls["stale"])  # the devices try again


def test_redis_is_missed_by_nobody(day):
    """Pages, signing in and asking for a document go on; the document comes once, later."""
    for act in ("redis stopped", "redis hangs"):
        assert set(day["acts"][act]["pages"]) == {"200", "302"}
    assert day["notes"]["jobs"] == [["done", 1]]


def test_a_mail_server_that_is_away_is_said_and_waited_for_by_no_page(day):
    for act in ("mail down", "mail hangs"):
        assert set(day["acts"][act]["pages"]) == {"200", "302"}
        assert day["notes"][act] == ["302", "told"]
    assert day["notes"]["letters"] == 2


@pytest.mark.parametrize("act", ["provider fails", "provider down", "provider hangs"])
def test_without_educonnect_a_candidate_is_shown_the_other_door(day, act):
    assert day["notes"][act] == [503, "ÉduConnect ne répond pas", True]


def test_a_failover_loses_nothing_that_was_acknowledged(failovers):
    report = failovers[""]
    assert_nothing_lost(report)
    assert report["notes"]["acknowledged while the replica was away"] == 0
    assert report["acts"]["failover"]["rude"] == 0
    assert report["acts"]["failover"]["web processes replaced"] == 0
    assert set(report["acts"]["failover"]["after"]) == {"200"}


def test_a_primary_that_waits_for_no_replica_is_seen(failovers):
    report = failovers["async-replica"]
    assert report["notes"]["acknowledged while the replica was away"] > 0
    assert report["LOST"] > 0
