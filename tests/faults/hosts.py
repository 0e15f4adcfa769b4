"""Exams on two machines, of which one after the other is lost: two web hosts and two workers, each in a network
namespace and with a disk of its own, behind the proxy of production.

    python -m tests.faults.hosts --seconds 300 --seed 1

PostgreSQL, Redis, an S3 server and Caddy (docs/Caddyfile) stand in the main namespace, on a bridge. A machine is lost
in one of three ways: its link is cut and what ran on it dies; all that runs on it is killed; or its link is cut for a
while and it goes on by itself meanwhile. A job is under way on the first that is lost. Without the right to make
namespaces the machines are addresses of the loopback and a cut is a freeze; the table says so.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date, timedelta
from http.client import HTTPConnection
from io import BytesIO
from pathlib import Path

from certificates import seal
from esr.core import logs
from exams import sealing
from tests.faults import school
from tests.faults.__main__ import Run, print_table, until_served
from tests.faults.journal import Journal
from tests.faults.proxy import BAD, GOOD, Proxy
from tests.faults.pupils import Platform, Staff
from tests.faults.stack import Service, tracebacks, until
from tests.services import free_port, postgres_cluster

REPOSITORY = Path(__file__).parent.parent.parent
WEB_PORT = 8000
BUCKETS = ("esr-private", "esr-media")
# All that a machine keeps for itself: static files of its own version, beat's notes, and what is on its way.
ITS_OWN = {"static", "beat-schedule", "uploads"}


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


class Network:
    """A bridge with an address, and a namespace for each machine on it; on the loopback where that is not allowed."""

    def __init__(self, machines: int):
        self.name = f"esr{os.getpid() % 100_000}"
        octet = os.getpid() % 250
        self.gateway = f"10.213.{octet}.1"
        self.addresses = [f"10.213.{octet}.{11 + n}" for n in range(machines)]
        self.separate = os.geteuid() == 0
        try:
            self._build()
        except (OSError, subprocess.CalledProcessError):
            self.take_down()
            self.separate = False
            self.gateway, self.addresses = "127.0.0.1", [f"127.0.0.{11 + n}" for n in range(machines)]

    def _build(self) -> None:
        if not self.separate:
            raise PermissionError
        _ip("link", "add", self.name, "type", "bridge")
        _ip("addr", "add", f"{self.gateway}/24", "dev", self.name)
        _ip("link", "set", self.name, "up")
        for n, address in enumerate(self.addresses):
            space, here, there = self.space(n), f"{self.name}h{n}", f"{self.name}m{n}"
            _ip("netns", "add", space)
            _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", space)
            _ip("link", "set", here, "master", self.name, "up")
            _ip("-n", space, "addr", "add", f"{address}/24", "dev", there)
            _ip("-n", space, "link", "set", there, "up")
            _ip("-n", space, "link", "set", "lo", "up")

    def space(self, n: int) -> str:
        return f"{self.name}-{n}"

    def inside(self, n: int) -> list[str]:
        """What goes before a command that is to run on a machine."""
        return ["ip", "netns", "exec", self.space(n)] if self.separate else []

    def link(self, n: int, state: str) -> None:
        _ip("link", "set", f"{self.name}h{n}", state)

    def take_down(self) -> None:
        for n in range(len(self.addresses)):
            subprocess.run(["ip", "netns", "del", self.space(n)], check=False, capture_output=True)
            subprocess.run(["ip", "link", "del", f"{self.name}h{n}"], check=False, capture_output=True)
        subprocess.run(["ip", "link", "del", self.name], check=False, capture_output=True)


class Machine:
    """A web server, a worker and a beat with an address and a disk of their own."""

    def __init__(self, number: int, network: Network, folder: Path, environment: dict[str, str]):
        self.number, self.network = number, network
        self.address = network.addresses[number]
        self.disk = folder / f"machine-{number}"
        self.disk.mkdir()
        environment = environment | {"DATA_DIR": str(self.disk), "TMPDIR": str(folder / f"tmp-{number}")}
        Path(environment["TMPDIR"]).mkdir()
        python = [*network.inside(number), sys.executable, "-m"]
        celery = [*python, "celery", "--app", "esr"]
        bind = ["--no-control-socket", "--bind", f"{self.address}:{WEB_PORT}", "--workers", "2", "--threads", "8"]
        commands = {
            "web": [*python, "gunicorn", "esr.wsgi:application", *bind],
            "worker": [*celery, "worker", "-P", "threads", "-c", "2", "-n", f"worker@{number}", "-l", "warning"],
            "beat": [*celery, "beat", "-l", "warning"],
        }
        self.services = {
            name: Service(name, command, folder / f"{name}-{number}.log", environment, cwd=REPOSITORY)
            for name, command in commands.items()
        }

    def start(self, *names: str) -> None:
        for name in names or self.services:
            self.services[name].start()

    def kill(self) -> None:
        """kill -9 everything on it, and nobody starts it again."""
        for service in self.services.values():
            service.end()

    def is_ready(self) -> bool:
        """What the proxy asks."""
        web = HTTPConnection(self.address, WEB_PORT, timeout=2)
        try:
            web.request("GET", "/sante/pret/", headers={"Host": "localhost"})
            return web.getresponse().status == 200
        except OSError:
            return False
        finally:
            web.close()

    def cut(self) -> None:
        if self.network.separate:
            self.network.link(self.number, "down")
        else:
            for service in self.services.values():
                service.freeze()

    def join(self) -> None:
        if self.network.separate:
            self.network.link(self.number, "up")
        else:
            for service in self.services.values():
                service.thaw()


class TwoMachines:
    """The machines and what they share; `port` is the proxy's."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.network = Network(2)
        gateway = self.network.gateway
        self.port, self.outside = free_port(), free_port()
        redis_port, objects_port = free_port(), free_port()
        cluster = postgres_cluster(folder, (f"listen_addresses={','.join(sorted({'127.0.0.1', gateway}))}",))
        with (folder / "pg" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all esr {gateway}/24 trust\n")
        self.objects = f"http://{gateway}:{objects_port}"
        keys = seal.new_key(date.today().year)
        self.environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
            "DATABASE_URL": cluster.url.replace("127.0.0.1", gateway),
            "REDIS_URL": f"redis://{gateway}:{redis_port}/0",
            "PRIVATE_STORAGE_URL": f"http://key:secret@{gateway}:{objects_port}/{BUCKETS[0]}",
            "MEDIA_STORAGE_URL": f"http://key:secret@{gateway}:{objects_port}/{BUCKETS[1]}",
            "SECRET_KEY": "faults-only-" + "x" * 50,
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "SEAL_KEYS": sealing.new_key(date.today().year).entry,
            "ATTESTATION_KEYS": keys.entry,
            "ATTESTATION_PUBLIC_KEYS": keys.public.entry,
            "LOG_KEYS": logs.new_key(date.today().year).entry,
            "LOG_LEVEL": "WARNING",
        }
        self.machines = [Machine(n, self.network, folder, self.environment) for n in range(2)]
        # What the machines share, and the place from which the proxy and the judge look at it.
        (folder / "main").mkdir()
        self.main_environment = self.environment | {"DATA_DIR": str(folder / "main")}
        redis = ["redis-server", "--port", str(redis_port), "--bind", *sorted({"127.0.0.1", gateway}), "--save", ""]
        self.shared = {
            "postgresql": self._service("postgresql", cluster.command, **cluster.user),
            "redis": self._service("redis", [*redis, "--protected-mode", "no", "--dir", str(folder)]),
            "objects": self._service(
                "objects", [sys.executable, "-m", "moto.server", "-H", gateway, "-p", str(objects_port)]
            ),
            "proxy": self._service(
                "proxy", ["caddy", "run", "--config", str(self._caddyfile()), "--adapter", "caddyfile"]
            ),
        }
        self.cluster = cluster

    def _service(self, name: str, command: list[str], **options) -> Service:
        environment = self.main_environment | {
            "HOME": str(self.folder),
            "WEB": " ".join(f"{machine.address}:{WEB_PORT}" for machine in self.machines),
            "ADMIN_URL": f"http://127.0.0.1:{self.outside}",
            "DATA": str(self.folder / "main"),
        }
        return Service(name, command, self.folder / f"{name}.log", environment, **options)

    def _caddyfile(self) -> Path:
        ours = (REPOSITORY / "docs" / "Caddyfile").read_text()
        file = self.folder / "Caddyfile"
        file.write_text(ours.replace("\n{\n", "\n{\n\tadmin off\n\tauto_https off\n", 1))
        return file

    def manage(self, *arguments: str, **environment: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(
            command,
            env=self.main_environment | environment,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        if run.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{run.stdout}{run.stderr}")

    async def prepare(self) -> None:
        for service in self.shared.values():
            service.start()
        await until(lambda: _listens(self.network.gateway, self.cluster.port), "PostgreSQL")
        await until(lambda: _listens(self.network.gateway, int(self.objects.rpartition(":")[2])), "the S3 server")
        await asyncio.to_thread(self._make_buckets)
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        for machine in self.machines:  # as the image of a deployment has them
            shutil.copytree(self.folder / "main" / "static", machine.disk / "static")

    def _make_buckets(self) -> None:
        import boto3

        client = boto3.client(
            "s3",
            endpoint_url=self.objects,
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
        for name in BUCKETS:
            client.create_bucket(Bucket=name)

    def errors(self) -> dict[str, tuple[int, str]]:
        """Tracebacks of both web servers; those of a machine that was cut off say that everything was away."""
        return tracebacks("".join(log.read_text(errors="replace") for log in self.folder.glob("web-*.log")))

    def on_disk(self) -> list[str]:
        """What the machines kept for themselves, but ITS_OWN: nothing of it would outlive one of them."""
        found = [
            f"{machine.number}: {file.relative_to(machine.disk)}"
            for machine in self.machines
            for file in machine.disk.rglob("*")
            if file.is_file() and file.relative_to(machine.disk).parts[0].partition(".")[0] not in ITS_OWN
        ]
        return found + [str(file.relative_to(self.folder)) for file in self.folder.glob("tmp-*/*") if file.is_file()]

    def down(self) -> None:
        for machine in self.machines:
            machine.kill()
        for service in reversed(self.shared.values()):
            service.end()
        self.network.take_down()


def _listens(address: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0


# --- The day ----------------------------------------------------------------------------------------------------------


class Loss(Run):
    """Candidates sit, and machines are lost in turn. `patient`: beat finds the job by itself, two minutes later."""

    patient = False
    job: dict

    async def go(self, options: argparse.Namespace) -> None:
        """Unlike kills, losses take the time they take: who began may finish from then on."""
        self.ends_at = time.monotonic() + self.seconds
        auditor = asyncio.create_task(self._audit())
        line = asyncio.gather(*(self._desk() for _ in range(options.pupils)))
        await self._lose_all(options.pause)
        await asyncio.wait([line], timeout=options.drain)
        line.cancel()
        auditor.cancel()
        await asyncio.gather(line, auditor, return_exceptions=True)

    async def _lose_all(self, pause: float) -> None:
        first, second = self.stack.machines
        regular_end, self.ends_at = self.ends_at, float("inf")  # until both have been lost, others go on coming
        await asyncio.sleep(self.seconds * 0.1)
        key = await asyncio.to_thread(self._ask_for_a_job)
        await until(lambda: self._job(key).state == "running", "a worker that takes the job")
        self._lose("cut and killed", first)
        second.start("worker")
        await asyncio.sleep(self.seconds * 0.1)
        first.kill()
        await self._job_is_done_elsewhere(key)
        await asyncio.sleep(self.seconds * 0.1)
        first.join()
        await self._back(first)
        self._lose("killed", second)
        self.ends_at = max(regular_end, time.monotonic() + 3)
        while time.monotonic() < self.ends_at - pause:
            await asyncio.sleep(pause)
            await self._back(second)
            first, second = second, first
            how = self.dice.choice(["cut", "killed", "cut and killed"])
            self._lose(how, second)
            await asyncio.sleep(pause / 2)
            if how != "killed":
                if how == "cut and killed":
                    second.kill()
                second.join()
        self.judge_job(key)

    def _lose(self, how: str, machine: Machine) -> None:
        self.waiting.append((how, time.monotonic()))
        self.kills[how] += 1
        machine.kill() if how == "killed" else machine.cut()
        self.killed.set()

    async def _back(self, machine: Machine) -> None:
        """Start what does not run; the other one is not touched before this one answers."""
        machine.start(*(name for name, service in machine.services.items() if not service.look()))
        await until(machine.is_ready, "the machine that came back")
        await asyncio.sleep(5)  # the proxy looks every two seconds

    # --- The job ----------------------------------------------------------------------------------------------------

    def _ask_for_a_job(self) -> str:
        """« Archiver la session », as the head asks for it."""
        from django.db import connection

        from certificates.queries import ARCHIVE
        from esr.core import jobs
        from establishments.models import Establishment

        try:
            establishment = Establishment.objects.get()
            scope = str(establishment.pk)
            arguments = {"establishment": establishment.pk, "year": date.today().year}
            return str(jobs.start(ARCHIVE, title="Archive de la session", scope=scope, **arguments).pk)
        finally:
            connection.close()

    def _job(self, key: str):
        from concurrent.futures import ThreadPoolExecutor

        from django.db import connection

        from esr.core.models import Job

        def read():
            try:
                return Job.objects.get(pk=key)
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as aside:
            return aside.submit(read).result()

    async def _job_is_done_elsewhere(self, key: str) -> None:
        self.job = {"lost": self._job(key).state}
        if not self.patient:
            await asyncio.to_thread(self._let_two_minutes_pass, key)
        await until(lambda: self._job(key).state == "done", "the job, done by the other worker", 600)
        staff = self.platform.staff
        reply = await staff.browser.post(f"/travaux/{key}/fichier/", {})
        names = zipfile.ZipFile(BytesIO(reply.body)).namelist()
        self.job |= {"attempts": self._job(key).attempts, "status": reply.status, "files": len(names)}

    def _let_two_minutes_pass(self, key: str) -> None:
        from django.db import connection

        from esr.core import jobs, tasks
        from esr.core.models import Job

        try:
            for row in Job.objects.filter(pk=key):
                Job.objects.filter(pk=key).update(
                    heartbeat=row.heartbeat - jobs.STALE_AFTER - timedelta(seconds=1),
                    created_at=row.created_at - jobs.STALE_AFTER - timedelta(seconds=1),
                )
            tasks.revive_stale_jobs.delay()
        finally:
            connection.close()

    def judge_job(self, key: str) -> None:
        """Once, whole, and nothing of the lost try: the storage holds one file of it."""
        import boto3

        bucket = boto3.resource(
            "s3",
            endpoint_url=self.stack.objects,
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        ).Bucket(BUCKETS[0])
        self.job["kept"] = sum(item.key.startswith(f"jobs/{key}") for item in bucket.objects.all())

    def report(self) -> dict:
        return super().report() | {
            "separate networks": self.stack.network.separate,
            "job": self.job,
            "on disk": self.stack.on_disk(),
        }


async def live(options: argparse.Namespace, folder: Path) -> tuple[dict, list]:
    stack = TwoMachines(folder)
    proxy = Proxy(stack.port, options.seed, BAD if options.bad_network else GOOD)
    entrance = free_port()
    try:
        await stack.prepare()
        os.environ.update(stack.main_environment, DJANGO_SETTINGS_MODULE="esr.settings")
        import django

        django.setup()
        count = max(12 * options.pupils, int(options.seconds * options.pupils / 8))
        places = await asyncio.to_thread(school.open_rooms, count)
        stack.machines[0].start()
        stack.machines[1].start("web", "beat")  # its worker is late: the job is the first one's
        await until(lambda: all(machine.is_ready() for machine in stack.machines), "the web servers")
        await until_served(stack.port)
        await proxy.start(entrance)
        staff = Staff(entrance)
        await staff.sign_in()
        platform = Platform(
            entrance, Journal(folder / "journal.jsonl"), random.Random(options.seed + 1), staff, pace=options.pace
        )
        random.Random(options.seed + 2).shuffle(places)
        run = Loss(stack, proxy, platform.journal, platform, places, options.seconds, random.Random(options.seed + 3))
        run.patient = options.patient
        await run.go(options)
        await run.judge()
        run.read_log()
        return run.report(), list(run.findings)
    finally:
        await proxy.stop()
        stack.down()


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.hosts", description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=300, help="how long candidates may begin")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pupils", type=int, default=32, help="who sit at the same time")
    parser.add_argument("--pause", type=float, default=30, help="seconds between two losses, after the first two")
    parser.add_argument("--drain", type=float, default=300, help="seconds in which those who began may still finish")
    parser.add_argument("--pace", type=float, default=1.0, help="how slowly candidates answer")
    parser.add_argument("--patient", action="store_true", help="wait until beat finds the lost job by itself")
    parser.add_argument("--bad-network", action="store_true", help="between candidates and proxy as well")
    parser.add_argument("--report", type=Path, help="also write the figures as JSON")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # namespaces outlive a process that takes none down
    folder = Path(tempfile.mkdtemp(prefix="esr-hosts-", dir="/var/tmp"))
    try:
        report, findings = asyncio.run(live(options, folder))
    except BaseException:
        for log in sorted(folder.glob("*.log")):
            print(f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}", file=sys.stderr)
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print_table(report, findings)
    print(f"networks of their own: {'yes' if report['separate networks'] else 'NO: addresses of the loopback'}")
    print("the job: " + ", ".join(f"{name} {value}" for name, value in report["job"].items()))
    print("on the machines' disks: " + (", ".join(report["on disk"]) or "nothing"))
    if options.report:
        options.report.write_text(json.dumps(report))
    return int(bool(findings or report["unfinished"] or report["on disk"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
