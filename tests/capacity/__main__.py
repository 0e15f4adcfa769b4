"""What a sitting costs the servers, how fast they answer, and how far from the limit that is.

    python -m tests.capacity                          (as `make bench` runs it)
    python -m tests.capacity --candidates 10000 --over 600 --pace 50
    python -m tests.capacity --rush 5000 --over 10    (everybody comes in at once, and begins)

PostgreSQL, Redis and gunicorn as in production, everything on the loopback. `--candidates` arrive over `--over` seconds
and take `--pace` seconds a question. CPU is that of all server processes, by the kernel's own count; times are what
the candidates waited. The limit is `bare.py` under the same gunicorn, asked as often.
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.capacity import bare
from tests.capacity.load import Candidate, Pool, Unserved, compose
from tests.faults import school
from tests.faults.stack import Service, Stack, children, until

TICK = os.sysconf("SC_CLK_TCK")
SAVES_MEASURED = 1600


def cpu(*services: Service) -> float:
    """CPU seconds of the services' processes and of their children, those that have ended included."""
    total = 0.0
    for service in services:
        for pid in [service.process.pid, *children(service.process.pid)]:
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            total += sum(int(ticks) for ticks in fields[11:15]) / TICK
    return total


def quantiles(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    return " / ".join(f"{1000 * ordered[min(len(ordered) - 1, int(len(ordered) * q))]:.0f}" for q in (0.5, 0.95, 0.99))


def line(name: str, ours: float, peer_name: str, peer: float, unit: str, wanted: str) -> None:
    print(f"{name:<46} {ours:>9.2f} {unit:<5} {peer_name}: {peer:.2f} {unit:<5} ratio {ours / peer:6.2f}  ({wanted})")


class Day:
    def __init__(self, stack: Stack, options: argparse.Namespace):
        self.stack, self.options = stack, options
        self.servers = [stack.services["web"], stack.services["postgresql"]]
        self.refused: Counter = Counter()

    async def _sits(self, candidate: Candidate, delay: float) -> None:
        await asyncio.sleep(delay)
        try:
            await candidate.sit()
        except Unserved as error:
            self.refused[str(error)] += 1

    async def sittings(self, places: list[school.Place]) -> tuple[float, int]:
        """Play whole sittings. CPU seconds a sitting, and how many requests one makes."""
        pool = Pool(self.stack.web_port)
        candidates = [Candidate(pool, place, self.options.pace, self.options.polls) for place in places]
        before, began = [cpu(server) for server in self.servers], time.monotonic()
        step = self.options.over / len(places)
        await asyncio.gather(*(self._sits(candidate, n * step) for n, candidate in enumerate(candidates)))
        each = [cpu(server) - was for server, was in zip(self.servers, before, strict=True)]
        spent, took = sum(each), time.monotonic() - began
        pool.close()
        finished = sum(candidate.finished for candidate in candidates)
        print(f"{len(places)} candidates arrived over {self.options.over:.0f} s, {self.options.pace:g} s a question: "
              f"{finished} finished in {took:.0f} s; refused or unserved: {dict(self.refused) or 'none'}")  # fmt: skip
        for kind, seconds in pool.times.items():
            failed = pool.failures[kind]
            print(f"  {kind:<8} {len(seconds):>8} asked, {len(seconds) / took:>7.1f} a second, "
                  f"p50/p95/p99 {quantiles(seconds)} ms (p99 under 300), {failed} failed")  # fmt: skip
        shares = " and ".join(
            f"{server.name} {100 * used / took:.0f} %" for server, used in zip(self.servers, each, strict=True)
        )
        print(f"  of one processor: {shares}")
        return spent / max(1, finished), sum(map(len, pool.times.values())) // len(places)

    async def rush(self, places: list[school.Place]) -> None:
        """Everybody comes in and begins, and nothing more."""
        pool = Pool(self.stack.web_port)
        candidates = [Candidate(pool, place, 0) for place in places]
        began, step, inside = time.monotonic(), self.options.over / len(places), []

        async def comes(candidate: Candidate, delay: float) -> None:
            await asyncio.sleep(delay)
            try:
                await candidate.enter()
                await candidate.start()
                inside.append(time.monotonic() - began - delay)
            except Unserved as error:
                self.refused[str(error)] += 1

        await asyncio.gather(*(comes(candidate, n * step) for n, candidate in enumerate(candidates)))
        took = time.monotonic() - began
        pool.close()
        print(f"{len(places)} candidates came within {self.options.over:.0f} s: {len(inside)} began, "
              f"the last one after {took:.0f} s; refused or unserved: {dict(self.refused) or 'none'}")  # fmt: skip
        print(f"  from the first page to the first question, p50/p95/p99 {quantiles(inside)} ms, seven requests each")

    async def saves(self, places: list[school.Place]) -> float:
        """CPU seconds of one save: sittings that have begun, and then nothing but saves."""
        pool = Pool(self.stack.web_port, 16)
        candidates = [Candidate(pool, place, 0) for place in places]
        for candidate in candidates:
            await candidate.enter()
            await candidate.start()

        async def answers(candidate: Candidate) -> None:
            for n in range(SAVES_MEASURED // len(places)):
                await candidate.save(candidate.order[n % 20], "ABC"[n % 3], False)

        await asyncio.gather(*(candidate.save(1, "A", False) for candidate in candidates))
        before, asked = cpu(*self.servers), len(pool.times["save"])
        await asyncio.gather(*map(answers, candidates))
        spent = cpu(*self.servers) - before
        pool.close()
        return spent / (len(pool.times["save"]) - asked)

    async def limit(self) -> float:
        """CPU seconds of one request of the bare application."""
        arguments = [
            f"127.0.0.1:{self.stack.web_port}" if part.startswith("127.") else part for part in self.servers[0].command
        ]
        web = Service(
            "bare",
            ["tests.capacity.bare:application" if part == "esr.wsgi:application" else part for part in arguments],
            self.stack.folder / "bare.log",
            self.stack.environment,
        )
        self.stack.services["web"].end()
        web.start()
        try:
            await until(
                lambda: self.stack.answers("web") and len(children(web.process.pid)) > 0, "the bare application"
            )
            pool = Pool(self.stack.web_port, 16)
            headers = {"Content-Type": "application/json", "Authorization": "Bearer " + "t" * 43}

            async def asks(number: int, count: int) -> None:
                for n in range(count):
                    item = {"q": n % 20 + 1, "seq": n + 1, "choices": "A", "final": False, "t": 900}
                    body = str({"epoch": 1, "items": [item]}).replace("'", '"').replace("False", "false").encode()
                    await pool.send("bare", compose("POST", f"/passations/{number}/reponses/", headers, body))

            await asyncio.gather(*(asks(n, 10) for n in range(16)))
            before = cpu(web, self.servers[1])
            await asyncio.gather(*(asks(n, SAVES_MEASURED // 16) for n in range(16)))
            spent = cpu(web, self.servers[1]) - before
            pool.close()
        finally:
            web.end()
        return spent / (SAVES_MEASURED // 16 * 16)


async def measure(options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="esr-capacity-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        stack = Stack(folder)
        try:
            await stack.up("postgresql", "redis")
            await until(lambda: stack.answers("postgresql") and stack.answers("redis"), "the servers")
            os.environ.update(stack.environment, DJANGO_SETTINGS_MODULE="esr.settings")
            for command in ("migrate", "collectstatic --noinput"):
                await asyncio.to_thread(stack.manage, *command.split(), "--verbosity", "0")
            places = await asyncio.to_thread(_open, options.rush or options.candidates + 40)
            await stack.up("web")
            await until(lambda: stack.answers("web"), "the web server")
            day = Day(stack, options)
            if options.rush:
                await day.rush(places)
                return 1 if day.refused else 0
            save = statistics.median([await day.saves(places[n : n + 8]) for n in (0, 8, 16)])
            sitting, requests = await day.sittings(places[40:])
            bare = await day.limit()
        finally:
            stack.down()
    line(
        "CPU of a save, all server processes", 1000 * save, "bare upsert", 1000 * bare, "ms", "1.2 ms, ratio 2 at most"
    )
    line(
        f"CPU of a sitting ({requests} requests)", 1000 * sitting, "bare, as often", 1000 * bare * requests, "ms",
        "45 ms, ratio 2 at most",
    )  # fmt: skip
    return 1 if day.refused else 0


def _open(count: int) -> list[school.Place]:
    import django

    django.setup()
    from django.db import connection

    try:
        with connection.cursor() as cursor:
            cursor.execute(bare.TABLE)
        return school.open_rooms(count)
    finally:
        connection.close()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.capacity", description=__doc__.splitlines()[0])
    parser.add_argument("--candidates", type=int, default=200, help="how many sit an exam")
    parser.add_argument("--rush", type=int, default=0, help="how many come in and begin, and nothing more")
    parser.add_argument("--over", type=float, default=20, help="seconds over which they arrive")
    parser.add_argument("--pace", type=float, default=1, help="seconds a question takes")
    parser.add_argument(
        "--polls", type=float, default=7, help="seconds between two looks at the exam's signal; 0: none"
    )
    return asyncio.run(measure(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
