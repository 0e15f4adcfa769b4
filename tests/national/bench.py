"""A whole nation in PostgreSQL: what a school's pages cost beside the same school alone, and what the purge costs.

    make bench NATIONAL=1          11,000 establishments
    make bench NATIONAL=0.05       a trial
    make bench NATIONAL=1 | tee -a figures.txt    every figure is said as soon as it is known

Two databases of one server: the nation, and one with a single one of its schools. Each page is measured in one and in
the other in turn, and beside its own queries without the application: milliseconds of processor, the application's and
the database's together, for other work on the machine changes them little; then what was waited. The platform's clock
stands at 15 December of the session before this one; the purge that follows goes by the real clock, as on any day
after 1 January, while somebody plays this year's exams. NATIONAL_PLANS=folder keeps the plan of every statement and the
log of the server.
"""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from tests import services

ESTABLISHMENTS = 11_000
ROUNDS = 7
# As an operator sets up a server of 8 GB for this; nothing that could lose what was acknowledged.
SETTINGS = (
    "shared_buffers=2GB", "effective_cache_size=4GB", "max_wal_size=4GB", "checkpoint_timeout=15min",
    "maintenance_work_mem=256MB", "random_page_cost=1.1",
    # What takes long says so in its log.
    "log_min_duration_statement=500", "log_lock_waits=on", "log_autovacuum_min_duration=0",
)  # fmt: skip
QUIET = 20  # seconds that the probe plays before the purge
FEWEST = 40  # establishments of a trial
EVERY = 60  # seconds between two reports of the purge

# Name of the page → what is printed, what is wanted of it in milliseconds, whether one school alone has the same page.
PAGES = {
    "list": ("candidate list", 300, True),
    "search": ("candidate list, a search", 300, True),
    "exams": ("exams list", 300, True),
    "exam": ("exam page, results", 300, True),
    "room": ("exam page, while it goes on", 300, True),
    "exam statistics": ("exam statistics", 500, True),
    "statistics": ("statistics of the establishment", 500, True),
    "weeks": ("counting its figures of weeks", 50, True),
    "start": ("a sitting begins", 100, True),
    "save": ("20 saves of an answer", 1000, True),
    "academy": ("figures of an academy", 1000, False),
    "nation": ("figures of the nation", 2000, False),
    "purge": ("purge of the establishment, undone", 500, True),
    "left": ("who has something to purge", 2000, False),
}


class Asked:
    """A child process of `tests.national`, with one of the databases."""

    def __init__(self, module: str, url: str, environment: dict, *arguments: str):
        command = [sys.executable, "-m", f"tests.national.{module}", *arguments]
        self.process = subprocess.Popen(
            command, env={**environment, "DATABASE_URL": url}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            preexec_fn=services.die_with_parent,
        )  # fmt: skip

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.process.args} ended at: {words}")
        return json.loads(answer)

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(60)


@contextmanager
def asked(module: str, url: str, environment: dict, *arguments: str):
    child = Asked(module, url, environment, *arguments)
    try:
        yield child
    finally:
        if child.process.poll() is None:
            child.close()


class Server:
    """Our own server: databases by name, and what it says of itself."""

    def __init__(self, url: str):
        self.root = url.rsplit("/", 1)[0]
        self.connection = psycopg.connect(url, autocommit=True)

    def url(self, name: str) -> str:
        return f"{self.root}/{name}"

    def create(self, name: str, template: str = "template1") -> None:
        self.connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def value(self, query: str, *values):
        return self.connection.execute(query, values).fetchone()[0]

    def size(self, name: str) -> float:
        """In GB."""
        return self.value("SELECT pg_database_size(%s)", name) / 1e9


class Watch(threading.Thread):
    """Looks every fiftieth of a second at who waits for whom in a database, and at what the purge holds; says every
    minute how far it is, so that a run that is cut short leaves its figures."""

    def __init__(self, url: str):
        super().__init__(daemon=True)
        self.url, self.over, self.began = url, threading.Event(), time.monotonic()
        self.waits: list[float] = []  # seconds that a statement was seen waiting for a lock
        self.longest_transaction = 0.0
        self.longest: Counter[str] = Counter()  # what the server was seen waiting for in it
        self._begun, self._seen = None, Counter()  # the same of the transaction that goes on
        self.spent = 0.0  # seconds of processor of the purge's server process
        self.most_locks = 0
        self.modes: set[str] = set()

    def run(self) -> None:
        with psycopg.connect(self.url, autocommit=True, application_name="watch") as connection:
            lsn, reports = connection.execute("SELECT pg_current_wal_lsn()").fetchone()[0], 0
            while not self.over.wait(0.02):
                self._look(connection)
                if time.monotonic() - self.began > (reports + 1) * EVERY:
                    reports += 1
                    self._report(connection, lsn)

    def _report(self, connection, lsn: str) -> None:
        done, wal = connection.execute(
            "SELECT count(establishment), pg_wal_lsn_diff(pg_current_wal_lsn(), %s) FROM ops_purge", [lsn]
        ).fetchone()
        print(
            f"  after {time.monotonic() - self.began:.0f} s: {done} establishments, {float(wal) / 1e9:.2f} GB of WAL, "
            f"{self.spent:.0f} s of processor of the database, longest transaction "
            f"{1000 * self.longest_transaction:.0f} ms, {len(self.waits)} waits for locks"
        )

    def _look(self, connection) -> None:
        rows = connection.execute(
            "SELECT application_name, wait_event_type, extract(epoch FROM clock_timestamp() - query_start)::float,"
            " extract(epoch FROM clock_timestamp() - xact_start)::float, state, pid,"
            " xact_start, coalesce(wait_event, 'nothing') FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchall()
        for name, waits_for, query, transaction, state, pid, begun, wait in rows:
            if waits_for == "Lock" and state == "active":
                self.waits.append(query)
            if name == "purge":
                with suppress(FileNotFoundError):  # it has just ended
                    self.spent = int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
            if name == "purge" and transaction:
                if begun != self._begun:
                    self._begun, self._seen = begun, Counter()
                self._seen[wait] += 1
                if transaction > self.longest_transaction:
                    self.longest_transaction, self.longest = transaction, self._seen
        held = connection.execute(
            "SELECT mode, count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE application_name = 'purge' AND granted AND locktype IN ('relation', 'tuple') GROUP BY 1"
        ).fetchall()
        self.modes |= {mode for mode, _ in held}
        self.most_locks = max(self.most_locks, sum(many for _, many in held))


def line(name: str, ours: float, unit: str, peers: list[tuple[str, float]], wanted: str) -> None:
    beside = "  ".join(f"{peer}: {value:.1f} (× {ours / value:.2f})" for peer, value in peers if value)
    print(f"{name:<34} {ours:>9.1f} {unit:<4} {beside:<62} wanted: {wanted}", flush=True)


def manage(environment: dict, url: str, *arguments: str, name: str = "bench") -> tuple[float, float]:
    """[seconds, processor seconds] of a command."""
    import resource

    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(
        [sys.executable, "manage.py", *arguments], env={**environment, "DATABASE_URL": url, "PGAPPNAME": name},
        check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def pages(nation: Asked, alone: Asked, counts: list, rounds: int) -> None:
    print(f"(a school of {counts[0]} candidates, an exam of {counts[1]}, an academy of {counts[2]} establishments)")
    for name, (title, wanted, is_the_same) in PAGES.items():
        took: dict[str, list] = {"ours": [], "alone": [], "bare": []}
        waited = []
        for turn in range(rounds + 1):
            for who, child, verb in (("ours", nation, "page"), ("alone", alone, "page"), ("bare", nation, "bare")):
                measured = child.ask(verb, name)
                if turn:
                    took[who].append(1000 * measured[1])
                    waited += [1000 * measured[0]] if who == "ours" else []
        ours, peer, bare = (statistics.median(took[who]) for who in ("ours", "alone", "bare"))
        peers = [("one school alone", peer)] if is_the_same else []
        line(
            title, ours, "ms", [*peers, ("bare queries", bare)], f"{wanted} ms; waited {statistics.median(waited):.0f}"
        )


@dataclass(frozen=True)
class Plans:
    """What EXPLAIN (ANALYZE, BUFFERS) says of the statements of a page: blocks of 8 kB that they touch, and what of it
    would grow with the nation."""

    blocks: int
    remarks: list[str]

    @classmethod
    def read(cls, plans: list[list[str]], large: list[str]) -> "Plans":
        blocks, remarks = 0, set()
        for rows in plans:
            first = next((row for row in rows if "Buffers: shared" in row), "").partition(", temp")[0]
            blocks += sum(int(many) for many in re.findall(r"(?:hit|read)=(\d+)", first))
            read = {name for row in rows for name in re.findall(r"Seq Scan on (\w+)", row)}
            remarks |= {f"reads {name} through" for name in read.intersection(large)}
            remarks |= {"sorts on disk" for row in rows if re.search(r"Sort Method: external|Disk: ", row)}
        return cls(blocks, sorted(remarks))


def look_at_plans(nation: Asked, alone: Asked, folder: Path | None) -> None:
    """Blocks that each page's statements touch, here and in the school alone; what grows with the nation."""
    large = nation.ask("large")
    print(f"\n{'blocks of 8 kB, by the plans':<34} {'nation':>9} {'alone':>9}")
    for name, (title, _, is_the_same) in PAGES.items():
        plans = nation.ask("plan", name)
        if folder:
            parts = [f"-- {took} ms\n{sql}\n\n" + "\n".join(plan) for sql, took, plan in plans]
            (folder / f"{name.replace(' ', '-')}.txt").write_text("\n\n".join(parts))
        ours = Plans.read([plan for *_, plan in plans], large)
        peer = Plans.read([plan for *_, plan in alone.ask("plan", name)], large).blocks if is_the_same else ""
        print(f"{title:<34} {ours.blocks:>9} {peer:>9}  {', '.join(ours.remarks)}")


def told(when: str, played: dict) -> None:
    for kind in ("page", "save"):
        many, p50, p95, most = played[kind]
        print(f"  {kind}s {when:<17} {many:>6.0f}   p50 {p50:7.1f}   p95 {p95:7.1f}   most {most:8.1f} ms")
    if played["errors"]:
        raise SystemExit(f"{len(played['errors'])} requests failed {when}: {played['errors'][:5]}")


def purge(server: Server, environment: dict, year: int, places: list[int], quiet: float) -> None:
    """The year's deletion, while two of its schools play an exam of the present one."""
    url = server.url("bench_nation")
    with asked("probe", url, environment) as probe:
        probe.ask("open", *places)
        probe.ask("begin")
        time.sleep(quiet)
        before = probe.ask("end")
        told("before the purge", before)
        size, lsn = server.size("bench_nation"), server.value("SELECT pg_current_wal_lsn()")
        watch = Watch(url)
        watch.start()
        probe.ask("begin")
        seconds, spent = manage(
            environment, url, "purge", "--wet-run", "--clock-is-right", "--year", str(year), name="purge"
        )
        during = probe.ask("end")
        watch.over.set()
        watch.join()
        wal = float(server.value("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), %s)", lsn)) / 1e9
    with psycopg.connect(url, autocommit=True) as own:
        began = time.monotonic()
        own.execute("VACUUM (ANALYZE)")
        vacuum = time.monotonic() - began
        left = own.execute("SELECT count(*) FROM candidates_candidate WHERE year <= %s", [year]).fetchone()[0]
    if left:
        raise SystemExit(f"{left} candidates of {year} are still there")
    print(f"\nThe purge of {year} ({size:.1f} GB)")
    line("minutes", seconds / 60, "min", [("processor", (spent + watch.spent) / 60)], "less than 60 min")
    line("WAL", wal, "GB", [("database", size)], "less than the database")
    line("longest transaction", 1000 * watch.longest_transaction, "ms", [], "less than 5000 ms")
    print(f"  its server process was seen waiting for: {watch.longest.most_common()}")
    most = 1000 * max(watch.waits, default=0.0)
    line("longest wait for a lock, of anybody", most, "ms", [], "less than 1000 ms")
    print(f"  {len(watch.waits)} waits seen; at most {watch.most_locks} locks of tables at once: {sorted(watch.modes)}")
    print(f"  VACUUM (ANALYZE) afterwards: {vacuum:.0f} s; then {server.size('bench_nation'):.1f} GB")
    told("while it ran", during)


def main(scale: float, rounds: int = ROUNDS, quiet: float = QUIET) -> int:
    sys.stdout.reconfigure(line_buffering=True)
    establishments = max(FEWEST, round(ESTABLISHMENTS * scale))
    plans = Path(os.environ["NATIONAL_PLANS"]) if os.environ.get("NATIONAL_PLANS") else None
    year = datetime.now(UTC).year - 1
    then = datetime(year, 12, 15, 12, tzinfo=UTC).isoformat()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="esr-national-")))
        server = Server(stack.enter_context(services.postgres(folder, settings=SETTINGS)))
        if plans:
            plans.mkdir(parents=True, exist_ok=True)
            stack.callback(shutil.copy, folder / "postgres.log", plans)
        redis = stack.enter_context(services.redis(folder))
        environment = {
            **os.environ, "REDIS_URL": redis, "SECRET_KEY": "bench-only-" + "x" * 50, "DATA_DIR": str(folder / "data"),
            "DJANGO_SETTINGS_MODULE": "tests.settings", "LOG_LEVEL": "ERROR", "PYTHONUNBUFFERED": "1",
        }  # fmt: skip
        server.create("bench_school")
        manage(environment, server.url("bench_school"), "migrate", "-v0")
        manage(environment, server.url("bench_school"), "load_bank")
        server.create("bench_nation", "bench_school")
        made, spent = manage(
            environment, server.url("bench_nation"), "generate_nation", "--establishments", str(establishments),
            "--year", str(year),
        )  # fmt: skip
        print(f"\n{establishments} establishments, {server.size('bench_nation'):.1f} GB\n")
        line("generating the nation", made / 60, "min", [("processor", spent / 60)], "some minutes")
        nation = stack.enter_context(asked("side", server.url("bench_nation"), environment, then))
        alone = stack.enter_context(asked("side", server.url("bench_school"), environment, then))
        place, academy = nation.ask("pick")
        alone.ask("fill", place)
        alone.ask("open", place, academy)
        pages(nation, alone, nation.ask("open", place, academy), rounds)
        look_at_plans(nation, alone, plans)
        nation.close()
        alone.close()
        purge(server, environment, year, [place, establishments], quiet)
    return 0
