"""Sit exams on a platform whose processes die, and compare what it acknowledged with what it holds.

    python -m tests.faults --seconds 600 --seed 1        (make faults SECONDS=600 SEED=1)
    python -m tests.faults --seconds 20 --control async-commit

Ends with one table; exit code 1 when a promise was broken or a candidate could not finish.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import school
from tests.faults.journal import Finding, Journal, judge_answers, judge_sittings
from tests.faults.proxy import BAD, GOOD, Proxy
from tests.faults.pupils import Platform, Pupil, Refused, Staff
from tests.faults.stack import WEIGHTS, Stack, until
from tests.faults.wire import Unreachable, compose, send

# Nobody writes the WAL before its turn comes every ten seconds: a crash in between takes it along.
ASYNC_COMMIT = ("synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=1GB", "autovacuum=off")
CONTROLS = {
    "async-commit": {"postgres_settings": ASYNC_COMMIT},
    "early-ack": {"application": "tests.faults.controls:early_ack()"},
    "redis-ack": {"application": "tests.faults.controls:redis_ack()"},
    "redis-on-path": {"application": "tests.faults.controls:redis_on_path()"},
}
OUTAGES = ("redis", "celery", "beat", "mail", "identity")


@dataclass(repr=False)  # asyncio writes down what a task holds
class Run:
    """One run's options and all that it found."""

    stack: Stack
    proxy: Proxy
    journal: Journal
    platform: Platform
    places: list[school.Place]
    seconds: float
    dice: random.Random
    kills: Counter = field(default_factory=Counter)
    waiting: list[tuple[str, float]] = field(default_factory=list)
    recovered: dict[str, list[float]] = field(default_factory=dict)
    findings: dict[Finding, None] = field(default_factory=dict)
    audits: int = 0
    pupils: list[Pupil] = field(default_factory=list)
    staff_error: str = ""
    errors: dict[str, int] = field(default_factory=dict)  # other than a database that is away

    def __post_init__(self):
        self.journal.on_answer = self._heard
        self.killed = asyncio.Event()
        self.ends_at = 0.0

    def _heard(self, asked_at: float) -> None:
        """A request that left after a kill was acknowledged: the platform is back."""
        now = time.monotonic()
        for kind, at in [(kind, at) for kind, at in self.waiting if at < asked_at]:
            self.waiting.remove((kind, at))
            self.recovered.setdefault(kind, []).append(now - at)

    # --- The day ------------------------------------------------------------------------------------------------

    async def go(self, options: argparse.Namespace) -> None:
        self.ends_at = time.monotonic() + self.seconds
        auditor = asyncio.create_task(self._audit())
        disaster = self._stop_for_good(options.outage) if options.outage else self._kill(options.pause, options.kills)
        disaster = asyncio.create_task(disaster)
        line = asyncio.gather(*(self._desk() for _ in range(options.pupils)))
        await asyncio.wait([line], timeout=self.seconds + options.drain)
        line.cancel()
        await disaster
        auditor.cancel()
        await asyncio.gather(line, auditor, return_exceptions=True)

    async def _desk(self) -> None:
        """One candidate after the other, until nobody may begin any more."""
        await asyncio.sleep(self.platform.dice.uniform(0, 2) * self.platform.pace)
        while self.places and time.monotonic() < self.ends_at:
            pupil = Pupil(self.platform, self.places.pop())
            self.pupils.append(pupil)
            await pupil.sit()

    async def _kill(self, pause: float, kinds: list[str]) -> None:
        while True:
            await asyncio.sleep(self.dice.uniform(0.5, 1.5) * pause)
            (kind,) = self.dice.choices(kinds, [WEIGHTS[kind] for kind in kinds])
            while not self.stack.is_up(kind) and time.monotonic() < self.ends_at:
                await asyncio.sleep(0.02)
            if time.monotonic() >= self.ends_at:
                return
            self.waiting.append((kind, time.monotonic()))
            self.stack.kill(kind, self.dice)
            self.kills[kind] += 1
            self.killed.set()

    async def _stop_for_good(self, how: str) -> None:
        """One after the other, in mid-exam: and the supervisor who comes late still signs in."""
        await asyncio.sleep(self.seconds * 0.3)
        for name in OUTAGES:
            if how == "killed":
                self.stack.services[name].end()
            else:
                self.stack.services[name].freeze()
            self.kills[name] += 1
            await asyncio.sleep(self.seconds * 0.05)
        try:
            await Staff(self.platform.port).sign_in()
        except (Refused, Unreachable) as error:
            self.staff_error = str(error)

    # --- The comparison -----------------------------------------------------------------------------------------

    async def _audit(self) -> None:
        """After each kill, as soon as the database answers: what was lost for a moment only was lost all the same."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.killed.wait(), 2)
            self.killed.clear()
            await self._compare([pupil.place.sitting for pupil in self.pupils if not pupil.outcome])

    async def _compare(self, sittings: list[str]) -> list[school.Row]:
        from django.db import Error

        while True:
            acknowledged = dict(self.journal.acknowledged)
            try:
                rows = await asyncio.to_thread(school.rows, sittings)
                break
            except Error:
                await asyncio.sleep(0.05)
        self.audits += 1
        self.findings |= dict.fromkeys(judge_answers(acknowledged, self.journal.sent, rows))
        return rows

    async def judge(self) -> None:
        rows = await self._compare([pupil.place.sitting for pupil in self.pupils])
        marks = await asyncio.to_thread(school.marks, rows)
        self.findings |= dict.fromkeys(judge_sittings(self.journal.receipts, rows, marks))

    def read_log(self) -> None:
        for error, (count, trace) in self.stack.errors().items():
            if not error.startswith("psycopg.") and error != "django.db.utils.OperationalError":
                self.errors[error] = count
                print(trace)

    # --- The table ----------------------------------------------------------------------------------------------

    def report(self) -> dict:
        broken = Counter(finding.kind for finding in self.findings)
        unfinished = Counter(pupil.outcome or pupil.stage for pupil in self.pupils if pupil.outcome != "finished")
        return {
            "candidates": len(self.pupils),
            "acknowledged": self.journal.acknowledgements,
            "receipts": len(self.journal.receipts),
            "takeovers": self.platform.told["takeovers"],
            "crashes": self.platform.told["crashes"],
            "comparisons": self.audits,
            "network": dict(self.proxy.fates),
            "kills": dict(self.kills),
            "recovery": {
                kind: {"median": round(statistics.median(times), 2), "longest": round(max(times), 2)}
                for kind, times in sorted(self.recovered.items())
            },
            "failures in a row": self.platform.most_failures,
            "tries of a page": self.platform.told["most tries of a page"],
            "errors": self.errors,
            "staff": self.staff_error,
            "unfinished": dict(unfinished),
            **{kind: broken[kind] for kind in ("LOST", "STALE", "WRONG", "DUPLICATE")},
        }


def print_table(report: dict, findings: list[Finding]) -> None:
    for finding in findings[:10]:
        print(f"{finding.kind}: sitting {finding.sitting}: {finding.what}")
    print(f"\n{'killed':<22}{'times':>7}{'recovery: median':>20}{'longest':>12}")
    for kind, times in report["kills"].items():
        recovery = report["recovery"].get(kind)
        figures = f"{recovery['median']:>18.2f} s{recovery['longest']:>10.2f} s" if recovery else ""
        print(f"{kind:<22}{times:>7}{figures}")
    print(f"{'all':<22}{sum(report['kills'].values()):>7}\n")
    print("network: " + ", ".join(f"{fate} {count}" for fate, count in sorted(report["network"].items())))
    names = ("candidates", "receipts", "acknowledged", "takeovers", "crashes", "comparisons")
    print(" · ".join(f"{name} {report[name]}" for name in names))
    for reason, count in report["unfinished"].items():
        print(f"not finished: {count} ({reason})")
    for error, count in report["errors"].items():
        print(f"in the log of the web server: {error} {count}")
    if report["staff"]:
        print(f"staff: {report['staff']}")
    print(" · ".join(f"{kind} {report[kind]}" for kind in ("LOST", "STALE", "WRONG", "DUPLICATE")))


async def live(options: argparse.Namespace, folder: Path) -> tuple[dict, list[Finding]]:
    stack = Stack(folder, outage=bool(options.outage), **CONTROLS.get(options.control, {}))
    os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="esr.settings")
    proxy = Proxy(stack.web_port, options.seed, GOOD if options.outage else BAD)
    try:
        await stack.up("postgresql")
        await until(lambda: stack.answers("postgresql"), "PostgreSQL")
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        import django

        django.setup()
        count = max(4 * options.pupils, int(options.seconds * options.pupils / 8))
        places = await asyncio.to_thread(school.open_rooms, count)
        await stack.up(*(name for name in stack.services if name != "postgresql"))
        await until(lambda: all(stack.answers(name) for name in stack.services), "the servers")
        await until_served(stack.web_port)
        await proxy.start(stack.port)
        staff = Staff(stack.port)
        await staff.sign_in()
        journal = Journal(folder / "journal.jsonl")
        dice = random.Random(options.seed + 1)
        platform = Platform(stack.port, journal, dice, staff, pace=options.pace)
        random.Random(options.seed + 2).shuffle(places)
        run = Run(stack, proxy, journal, platform, places, options.seconds, random.Random(options.seed + 3))
        await run.go(options)
        await run.judge()
        run.read_log()
        return run.report(), list(run.findings)
    finally:
        await proxy.stop()
        stack.down()


async def until_served(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            if (await send(port, compose("GET", "/sante/", {}))).status == 200:
                return
        except Unreachable:
            pass
        await asyncio.sleep(0.1)
    raise RuntimeError("the platform did not answer within 120 s")


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long candidates may begin and processes die")
    parser.add_argument("--seed", type=int, default=1, help="of the network, of the candidates and of the kills")
    parser.add_argument("--pupils", type=int, default=32, help="who sit at the same time")
    parser.add_argument("--pause", type=float, default=2.2, help="seconds between two kills, on average")
    parser.add_argument("--kills", nargs="+", choices=WEIGHTS, default=list(WEIGHTS), help="kinds of process that die")
    parser.add_argument("--drain", type=float, default=90, help="seconds in which those who began may still finish")
    parser.add_argument("--pace", type=float, default=1.0, help="how slowly candidates answer")
    parser.add_argument("--control", choices=CONTROLS, help="a seeded defect, which must be seen")
    parser.add_argument("--outage", choices=["killed", "frozen"], help="instead of kills: stop these for good, in turn")
    parser.add_argument("--report", type=Path, help="also write the figures as JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    folder = Path(tempfile.mkdtemp(prefix="esr-faults-", dir="/var/tmp"))  # a disk, which /tmp need not be
    try:
        report, findings = asyncio.run(live(options, folder))
    except BaseException:
        for log in sorted(folder.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print_table(report, findings)
    if options.report:
        options.report.write_text(json.dumps(report))
    return int(bool(findings or report["unfinished"] or report["staff"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
