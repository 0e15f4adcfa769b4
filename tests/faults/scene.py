"""A school day on a platform of which a part breaks down: candidates sit, staff look at pages, and all is compared.

    python -m tests.faults.scene restart redis_lost          (see SCENES for the others)
    python -m tests.faults.scene restart --control bare-errors

Each scene is a module of this folder: what happens, and what it notes; some need a stack of their own.
`tests/faults/test_breakdowns.py` says what each must look like to whom, and that its control is seen; `docs/faults.md`
says it in words.
"""

import argparse
import asyncio
import contextlib
import importlib
import itertools
import json
import math
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import school
from tests.faults.__main__ import Run, print_table, until_served
from tests.faults.journal import Journal
from tests.faults.proxy import GOOD, Proxy
from tests.faults.pupils import Platform, Staff
from tests.faults.stack import Stack, kill, until
from tests.faults.wire import Browser, Reply, Unreachable

SCENES = ("restart", "redis_lost", "mail", "identity", "failover", "disk")
PAGES = ("/accueil/", "/epreuves/", "/candidats/", "/travaux/")
APART = 0.15  # seconds between two looks of staff
PATIENCE = 120
# What templates/503.html says in either case.
APOLOGY = "Pendant une épreuve, ne fermez pas la fenêtre"


@dataclass(frozen=True)
class Look:
    """One page asked for by staff: when, for how long, and what came."""

    at: float
    seconds: float
    path: str
    status: int  # 0: nothing came
    explained: bool  # of an error: 503, when to come back, and words that say what to do

    @property
    def is_rude(self) -> bool:
        return self.status == 0 or (self.status >= 500 and not self.explained)


def look_of(at: float, path: str, reply: Reply | None, excused: bool = False) -> Look:
    explained = excused or (
        bool(reply) and reply.status == 503 and reply.header("retry-after").isdecimal() and APOLOGY in reply.text
    )
    return Look(at, time.monotonic() - at, path, reply.status if reply else 0, explained)


@dataclass(repr=False)
class Day:
    """What a scene works with."""

    stack: Stack
    run: Run
    staff: Staff
    control: str
    number: str = ""  # of an exam that goes on
    looks: list[Look] = field(default_factory=list)
    acts: dict[str, dict] = field(default_factory=dict)
    notes: dict = field(default_factory=dict)
    # When acknowledgements came, and when the last request that was acknowledged had been sent; monotonic seconds.
    heard: list[float] = field(default_factory=list)
    last_asked: float = 0.0
    _mended_at: float = 0.0

    def __post_init__(self):
        self.journal.on_answer = self._on_answer

    def _on_answer(self, asked_at: float) -> None:
        self.heard.append(time.monotonic())
        self.last_asked = max(self.last_asked, asked_at)

    @property
    def journal(self) -> Journal:
        return self.run.journal

    async def ask(self, path: str, fields: dict | None = None) -> Reply | None:
        """One page for staff, once, with what they posted if they did; None when nothing came."""
        return await self.ask_as(self.staff.browser, path, fields)

    async def ask_as(self, browser: Browser, path: str, fields: dict | None = None, *, excused: bool = False):
        """The same for anybody; `excused`: the page has words of its own for what is broken."""
        at = time.monotonic()
        try:
            reply = await browser.once("GET" if fields is None else "POST", path, fields)
        except Unreachable:
            reply = None
        self.looks.append(look_of(at, path, reply, excused))
        return reply

    async def watch(self) -> None:
        """Staff go from page to page."""
        while True:
            for path in PAGES:
                await self.ask(path)
                await asyncio.sleep(APART)

    @contextlib.asynccontextmanager
    async def act(self, name: str):
        """Note what candidates and staff saw from now until both are served again."""
        began, heard = time.monotonic(), self.journal.acknowledgements
        workers = self.workers()
        self._mended_at = 0.0
        yield
        self.mended()
        # At once: what is lost for a moment is lost, even if a device that is still there brings it again.
        await self.run._compare([pupil.place.sitting for pupil in self.run.pupils])
        await self.served()
        seen = [look for look in self.looks if look.at >= began]
        self.acts[name] = {
            "seconds": round(time.monotonic() - began, 2),
            "pages": dict(Counter(str(look.status) for look in seen)),
            "rude": sum(look.is_rude for look in seen),
            "slowest page": round(max((look.seconds for look in seen), default=0), 2),
            "after": dict(Counter(str(look.status) for look in seen if look.at >= self._mended_at)),
            "interruption": round(self._gap(began), 2),
            "acknowledged": self.journal.acknowledgements - heard,
            "web processes replaced": len(workers - self.workers()),
        }

    def mended(self) -> None:
        """What broke is there again: from now on nothing may fail any more."""
        self._mended_at = self._mended_at or time.monotonic()

    def workers(self) -> set[int]:
        service = self.stack.services["web"]
        service.look()
        return set(service.family)

    def _gap(self, since: float) -> float:
        """The longest time without an acknowledgement."""
        heard = [since, *(at for at in self.heard if at > since)]
        return max((b - a for a, b in itertools.pairwise(heard)), default=0)

    async def served(self) -> None:
        """Wait until an answer that was sent from now on is acknowledged, and a page comes."""
        since = time.monotonic()
        await until(lambda: self.last_asked > since, "an answer is acknowledged again", PATIENCE)
        while True:
            reply = await self.ask(PAGES[0])
            if reply and reply.status == 200:
                return
            await asyncio.sleep(APART)


def ordinary(folder: Path, options: argparse.Namespace, *, kind: type[Stack] = Stack, **more) -> Stack:
    application = f"tests.faults.controls:{options.control.replace('-', '_')}()" if options.control else ""
    celery_app = "esr" if options.unhurried else "tests.faults.hurried"
    return kind(folder, application=application or "esr.wsgi:application", outage=True, celery_app=celery_app, **more)


async def play(scenes: list, folder: Path, options: argparse.Namespace) -> dict:
    """Build the stack, let candidates sit while the scenes do their worst one after the other, and compare."""
    stack: Stack = getattr(scenes[0], "stack", ordinary)(folder, options)
    os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="esr.settings")
    proxy = Proxy(stack.web_port, options.seed, GOOD)
    try:
        await stack.up("postgresql")
        await until(lambda: stack.answers("postgresql"), "PostgreSQL")
        stack.manage("migrate", "--verbosity", "0")
        stack.manage("collectstatic", "--noinput", "--verbosity", "0")
        import django

        django.setup()
        places = await asyncio.to_thread(school.open_rooms, options.places)
        if before := getattr(scenes[0], "before", None):
            await before(stack)
        await stack.up(*(name for name, service in stack.services.items() if not service.starts))
        await until(lambda: all(stack.answers(name) for name in stack.services), "the servers")
        await until_served(stack.web_port)
        await proxy.start(stack.port)
        staff = Staff(stack.web_port)
        staff.browser.timeout = 60  # a browser waits for a page
        await staff.sign_in()
        journal = Journal(folder / "journal.jsonl")
        dice = random.Random(options.seed)
        platform = Platform(stack.port, journal, dice, staff, calm=True, pace=options.pace)
        run = Run(stack, proxy, journal, platform, places, 0, dice)
        run.ends_at = math.inf
        day = Day(stack, run, staff, options.control, places[0].number)
        sitting = [asyncio.create_task(run._desk()) for _ in range(options.pupils)]
        watching = asyncio.create_task(day.watch())
        await until(lambda: len(day.heard) >= options.pupils, "the first answers", PATIENCE)
        for scene in scenes:
            await scene.happen(day)
        run.ends_at = 0
        await asyncio.wait(sitting, timeout=options.drain)
        watching.cancel()
        for task in sitting:
            task.cancel()
        await asyncio.gather(*sitting, watching, return_exceptions=True)
        for scene in scenes:
            if after := getattr(scene, "after", None):
                await after(day)
        await run.judge()
        run.read_log()
        return {**run.report(), "acts": day.acts, "notes": day.notes}
    finally:
        await proxy.stop()
        stack.down()
        if clean := getattr(scenes[0], "clean", None):
            clean(stack)


def hold_down(stack: Stack, name: str, sign: int) -> None:
    """Stop a service by a signal; it does not come back before it is started."""
    service = stack.services[name]
    service.wanted = False
    service.look()
    kill(service.process.pid, sign)


async def gone(stack: Stack, name: str, seconds: float = PATIENCE) -> None:
    service = stack.services[name]
    await until(lambda: service.process.poll() is not None, f"the end of {name}", seconds)


async def start(stack: Stack, name: str, condition: Callable[[], bool] | None = None) -> None:
    stack.services[name].start()
    await until(condition or (lambda: stack.answers(name)), f"{name} again", PATIENCE)


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.scene", description=__doc__.partition("\n")[0])
    parser.add_argument("scenes", nargs="+", choices=SCENES, metavar="SCENE", help=", ".join(SCENES))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pupils", type=int, default=10, help="who sit at the same time")
    parser.add_argument("--places", type=int, default=70, help="all who may sit, one after the other")
    parser.add_argument("--pace", type=float, default=1.0, help="how slowly they answer")
    parser.add_argument("--drain", type=float, default=PATIENCE, help="seconds in which they may still finish")
    parser.add_argument("--control", default="", help="a seeded defect, which must be seen")
    parser.add_argument("--unhurried", action="store_true", help="jobs and mails come back after minutes, not seconds")
    parser.add_argument("--report", type=Path, help="also write the figures as JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    scenes = [importlib.import_module(f"tests.faults.{name}") for name in options.scenes]
    folder = Path(tempfile.mkdtemp(prefix="esr-faults-", dir="/var/tmp"))  # a disk, which /tmp need not be
    try:
        report = asyncio.run(play(scenes, folder, options))
    except BaseException:
        for log in sorted(folder.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print_table(report, [])
    for name, act in report["acts"].items():
        print(f"{name}: " + " · ".join(f"{what} {value}" for what, value in act.items()))
    print(json.dumps(report["notes"], ensure_ascii=False))
    if options.report:
        options.report.write_text(json.dumps(report))
    return int(bool(report["unfinished"] or sum(report[kind] for kind in ("LOST", "STALE", "WRONG", "DUPLICATE"))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
