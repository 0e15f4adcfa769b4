"""The whole platform in a temporary folder, kept up as systemd keeps services up, and killed -9 on demand."""

import asyncio
import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import psycopg

from esr.ops.mock_provider import client_environment
from exams import sealing
from tests.services import Cluster, die_with_parent, free_port, postgres_cluster, redis_command

RESTART_AFTER = 0.1  # seconds, systemd's own RestartSec
WEB_WORKERS, WEB_THREADS = 3, 8
TICK = 0.02
_CHAINED = ("During handling of the above", "The above exception was")
_ERROR = re.compile(r"^[\w.]+(?:Error|Exception|DoesNotExist|Timeout)\b")


class Service:
    """One server and the processes it begot. When it dies, what it left behind is killed and it starts again."""

    def __init__(self, name: str, command: list[str], log: Path, environment: dict[str, str], **options):
        self.name, self.command, self.log, self.environment, self.options = name, command, log, environment, options
        self.process: subprocess.Popen | None = None
        self.family: dict[int, str] = {}  # process → when it began, so that a number used again is not mistaken for it
        self.wanted = False
        self.starts = 0

    def start(self) -> None:
        self.wanted = True
        self.starts += 1
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=self.environment,
                preexec_fn=die_with_parent,
                **self.options,
            )
        self.family = {}

    def look(self) -> bool:
        """Whether it runs. Remembers the children of now: they cannot be found once their parent is gone."""
        if self.process is None or self.process.poll() is not None:
            return False
        self.family = {pid: _born(pid) for pid in children(self.process.pid)}
        return True

    async def keep_up(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            if self.wanted and not self.look():
                await asyncio.sleep(RESTART_AFTER)
                self.clear()
                self.start()

    def clear(self) -> None:
        """Kill the children that outlived it."""
        for pid, born in self.family.items():
            if born and _born(pid) == born:
                kill(pid)

    def freeze(self) -> None:
        """It goes on listening, and answers nothing: what a hung server or a broken network looks like."""
        self.wanted = False
        self.look()
        for pid in (self.process.pid, *self.family):
            kill(pid, signal.SIGSTOP)

    def thaw(self) -> None:
        for pid in (self.process.pid, *self.family):
            kill(pid, signal.SIGCONT)

    def end(self) -> None:
        """Kill it and its children for good."""
        self.wanted = False
        if self.process is None:
            return
        self.look()
        kill(self.process.pid)
        self.process.wait()
        self.clear()


def children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _born(pid: int) -> str:
    """When a process began, in ticks since the machine did; nothing when it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def kill(pid: int, sign: int = signal.SIGKILL) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, sign)


def tracebacks(log: str) -> dict[str, tuple[int, str]]:
    """How the tracebacks of a log end: how often, and the first one."""
    errors: dict[str, tuple[int, str]] = {}
    trace: list[str] = []
    ended = ""
    for line in [*log.splitlines(), "the end"]:
        if ended and line:
            if not line.startswith(_CHAINED):
                count, first = errors.get(ended, (0, "\n".join(trace)))
                errors[ended] = (count + 1, first)
            ended = ""
        trace = [line] if line.startswith("Traceback") else [*trace[-40:], line]
        if found := _ERROR.match(line):
            ended = found.group()
    return errors


class Stack:
    """PostgreSQL, Redis, gunicorn with its workers, a Celery worker and beat; all of them in `folder`.

    `application` is the WSGI application that gunicorn serves; candidates reach it through `port`, behind which the
    proxy stands.
    """

    def __init__(
        self,
        folder: Path,
        *,
        application: str = "esr.wsgi:application",
        postgres_settings: Iterable[str] = (),
        outage: bool = False,
        celery_app: str = "esr",
    ):
        self.celery_app = celery_app
        self.folder = folder
        self.port, self.web_port, redis_port = free_port(), free_port(), free_port()
        self.cluster: Cluster = postgres_cluster(folder, tuple(postgres_settings))
        data = folder / "data"
        data.mkdir()
        self.environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
            "DATA_DIR": str(data),
            "DATABASE_URL": self.cluster.url,
            "REDIS_URL": f"redis://127.0.0.1:{redis_port}/0",
            "SECRET_KEY": "faults-only-" + "x" * 50,
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "SEAL_KEYS": sealing.new_key(date.today().year).entry,
            "LOG_LEVEL": "WARNING",
        }
        self.ports = {"postgresql": self.cluster.port, "redis": redis_port, "web": self.web_port}
        if outage:
            self.ports |= {"mail": free_port(), "identity": free_port()}
            self.environment |= {
                "EMAIL_URL": f"smtp://127.0.0.1:{self.ports['mail']}",
                **client_environment(
                    "EDUCONNECT", issuer=f"http://127.0.0.1:{self.ports['identity']}", client_secret="secret"
                ),
            }
        gunicorn = [
            "--no-control-socket",
            "--bind",
            f"127.0.0.1:{self.web_port}",
            "--workers",
            str(WEB_WORKERS),
            "--threads",
            str(WEB_THREADS),
        ]
        self.services = {
            service.name: service
            for service in (
                self._service("postgresql", self.cluster.command, **self.cluster.user),
                self._service("redis", redis_command(folder, redis_port)),
                self._service("web", self._python("gunicorn", application, *gunicorn)),
                self._service("celery", self._celery("worker", "--pool", "threads", "--concurrency", "2")),
                self._service("beat", self._celery("beat")),
            )
        }
        if outage:
            self.letters = folder / "letters"
            self.letters.mkdir()
            mail = self._python("tests.faults.mailer", str(self.ports["mail"]), str(self.letters))
            # A provider that knows nobody: what it would answer does not matter, that it answers does.
            identity = self._python("http.server", str(self.ports["identity"]), "--bind", "127.0.0.1")
            self.services |= {"mail": self._service("mail", mail), "identity": self._service("identity", identity)}
        self._keepers: list[asyncio.Task] = []

    def _service(self, name: str, command: list[str], **options) -> Service:
        return Service(name, command, self.folder / f"{name}.log", self.environment, **options)

    def _python(self, module: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", module, *arguments]

    def _celery(self, program: str, *arguments: str) -> list[str]:
        return self._python("celery", "--app", self.celery_app, program, *arguments, "--loglevel", "warning")

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        run = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if run.returncode:
            raise RuntimeError(f"manage.py {' '.join(arguments)} failed:\n{run.stdout}{run.stderr}")

    def sql(self, statement: str, port: int | None = None) -> None:
        """Run a statement as the owner of everything, on a connection of its own."""
        with psycopg.connect(self._dsn(port), autocommit=True) as connection:
            connection.execute(statement)

    def _dsn(self, port: int | None) -> str:
        return f"postgres://esr@127.0.0.1:{port or self.cluster.port}/postgres"

    # --- Up and down ----------------------------------------------------------------------------------------------

    async def up(self, *names: str) -> None:
        """Start services and keep them up from now on."""
        for name in names:
            self.services[name].start()
            self._keepers.append(asyncio.create_task(self.services[name].keep_up()))

    def down(self) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        for service in reversed(self.services.values()):
            service.end()

    def answers(self, name: str) -> bool:
        """Whether something listens at its port; what has none is taken to be there."""
        with socket.socket() as probe:
            return name not in self.ports or probe.connect_ex(("127.0.0.1", self.ports[name])) == 0

    def is_up(self, kind: str) -> bool:
        """Whether there is something of this kind to kill."""
        return bool(self._victims(kind))

    def errors(self) -> dict[str, tuple[int, str]]:
        """How the web server's tracebacks end: how often, and the first one. A database that is away ends many."""
        return tracebacks(self.services["web"].log.read_text(errors="replace"))

    # --- Killing --------------------------------------------------------------------------------------------------

    def _victims(self, kind: str) -> list[int]:
        service = self.services[SERVICE_OF[kind]]
        if not service.look():
            return []
        if kind == "web worker":
            return sorted(service.family)
        if kind == "postgresql backend":
            return sorted(pid for pid in service.family if _command_line(pid).startswith(b"postgres: esr "))
        return [service.process.pid]

    def kill(self, kind: str, dice: random.Random) -> None:
        """kill -9 one process of this kind; `postgresql at once` takes the server and all its children together."""
        service = self.services[SERVICE_OF[kind]]
        victims = self._victims(kind)
        if kind == "postgresql at once":
            for pid in (service.process.pid, *service.family):
                kill(pid)
        else:
            kill(dice.choice(victims))


SERVICE_OF = {
    "web worker": "web",
    "web master": "web",
    "postgresql backend": "postgresql",
    "postgresql master": "postgresql",
    "postgresql at once": "postgresql",
    "celery worker": "celery",
    "celery beat": "beat",
    "redis": "redis",
}
# How often each kind is killed, relative to the others.
WEIGHTS = {
    "web worker": 30,
    "web master": 8,
    "postgresql backend": 16,
    "postgresql master": 8,
    "postgresql at once": 8,
    "celery worker": 6,
    "celery beat": 6,
    "redis": 18,
}


async def until(condition: Callable[[], bool], what: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what}: not within {seconds} s")
        await asyncio.sleep(0.05)
