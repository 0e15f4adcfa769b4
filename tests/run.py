"""The whole suite, as `make test` runs it: the bank's media, the tests on SQLite, again on PostgreSQL with Redis, the
browser journeys, then the platforms whose processes are killed, one part after another.

    python -m tests.run [pytest arguments]

What drives Chromium lives on real time, and a machine that stands still for seconds can break it: such a test may run
a second time, alone, and is named. Ends with one line that counts everything; a run in which something was skipped says
so and fails.
"""

import os
import random
import subprocess
import sys
import time
from xml.etree import ElementTree

from tests import services

# More journeys than these do not break by chance.
UNSTEADY = 10


def pytest(title: str, arguments: list[str], environment: dict[str, str]) -> dict[str, int]:
    print(f"\n=== {title}", flush=True)
    report = f"/tmp/esr-{os.getpid()}.xml"
    command = [sys.executable, "-m", "pytest", "-q", f"--junit-xml={report}", *arguments]
    code = subprocess.run(command, env={**os.environ, **environment}, check=False).returncode
    try:
        suite = ElementTree.parse(report).getroot().find("testsuite")
    except FileNotFoundError:
        return {"tests": 0, "failed": 1, "skipped": 0}
    os.unlink(report)
    failed = int(suite.get("failures")) + int(suite.get("errors"))
    return {
        "tests": int(suite.get("tests")),
        "failed": failed or int(code != 0),
        "skipped": int(suite.get("skipped")),
    }


def journeys(arguments: list[str], environment: dict[str, str]) -> dict[str, int]:
    first = pytest(
        "Journeys in Chromium, on PostgreSQL and Redis", ["-m", "browser", "-n", "2", *arguments], environment
    )
    if not 0 < first["failed"] <= UNSTEADY or not first["tests"]:
        return first
    failed = ["-m", "browser", "--last-failed", "--last-failed-no-failures", "none", *arguments]
    again = pytest("Those that failed, once more and alone", failed, environment)
    return {**first, "failed": again["failed"], "skipped": first["skipped"] + again["skipped"]}


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    # The questions whose media are built: others in every run, the same again when it is given.
    print("MEDIA_SEED=" + os.environ.setdefault("MEDIA_SEED", str(random.randrange(1_000_000))), flush=True)
    embedded = {"DATABASE_URL": "", "REDIS_URL": ""}
    runs = [
        pytest("The media of the whole bank", ["-m", "bank", *arguments], embedded),
        pytest(
            "SQLite",
            ["-m", "not bank and not browser and not faults and not postgresql", "-n", "2", *arguments],
            embedded,
        ),
    ]
    with services.both() as production:
        runs.append(
            pytest(
                "PostgreSQL and Redis",
                ["-m", "not browser and not faults and not media", "-n", "2", *arguments],
                production,
            )
        )
        runs.append(journeys(arguments, production))
        runs.append(pytest("Processes killed, on PostgreSQL", ["-m", "faults", *arguments], production))
    total = {name: sum(run[name] for run in runs) for name in runs[0]}
    passed = total["tests"] - total["failed"] - total["skipped"]
    print(f"\nAll {len(runs)} runs took {time.monotonic() - started:.0f} s.")
    print(f"{passed} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total["failed"] or total["skipped"] or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
