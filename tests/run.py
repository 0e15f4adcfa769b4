"""The whole suite, as `make test` runs it: the bank's media, the tests on SQLite, again on PostgreSQL with Redis, then
the browser journeys and what compares times, one after another.

    python -m tests.run [pytest arguments]

Ends with one line that counts everything; a run in which something was skipped says so and fails.
"""

import os
import random
import subprocess
import sys
import time
from xml.etree import ElementTree

from tests import services


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


def main(arguments: list[str]) -> int:
    started = time.monotonic()
    # The questions whose media are built: others in every run, the same again when it is given.
    print("MEDIA_SEED=" + os.environ.setdefault("MEDIA_SEED", str(random.randrange(1_000_000))), flush=True)
    embedded = {"DATABASE_URL": "", "REDIS_URL": ""}
    runs = [
        pytest("The media of the whole bank", ["-m", "bank", *arguments], embedded),
        pytest(
            "SQLite",
            ["-m", "not bank and not browser and not timing and not postgresql", "-n", "2", *arguments],
            embedded,
        ),
    ]
    with services.both() as production:
        runs.append(
            pytest(
                "PostgreSQL and Redis",
                ["-m", "not browser and not timing and not media", "-n", "2", *arguments],
                production,
            )
        )
        alone = ["-m", "browser or timing", *arguments]
        runs.append(pytest("Journeys in Chromium and comparisons of time, on PostgreSQL and Redis", alone, production))
    total = {name: sum(run[name] for run in runs) for name in runs[0]}
    passed = total["tests"] - total["failed"] - total["skipped"]
    print(f"\nAll four runs took {time.monotonic() - started:.0f} s.")
    print(f"{passed} passed, {total['failed']} failed, {total['skipped']} skipped")
    return 1 if total["failed"] or total["skipped"] or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
