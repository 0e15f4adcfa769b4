import ctypes
import os
import secrets
import signal
import socket
import subprocess
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from esr.core.text import in_groups
from esr.ops import demo
from esr.ops.mock_provider import client_environment
from exams import actions, queries, tasks  # noqa: F401 - tasks registers the jobs
from exams.bank import build, tutorial

_PR_SET_PDEATHSIG = 1


def _die_with_parent() -> None:
    """Linux: a child of a killed demonstration does not stay behind."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Command(BaseCommand):
    help = (
        "Runs the whole platform on this machine with demonstration data: web server and worker, no other server. "
        "Safe to run again. Ctrl-C stops everything."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="port on the loopback interface (default: 8000)")
        parser.add_argument("--prepare-only", action="store_true", help="prepare everything, start nothing")

    def handle(self, *, port, prepare_only, **options):
        if not settings.EMBEDDED:
            raise CommandError("The demonstration runs on SQLite only: unset DATABASE_URL.")
        if not prepare_only:
            self._check_port(port)
        started = time.monotonic()
        self._step("Preparing the database")
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        self._step("Collecting the static files")
        call_command("collectstatic", interactive=False, verbosity=0)
        self._step("Loading the question bank and the demonstration")
        call_command("load_bank", stdout=self.stdout)
        report = demo.load(timezone.now())
        self._build_media(demo.media_needed([exam for exam, _ in report.exams]))
        self._step(f"Ready in {time.monotonic() - started:.0f} s")
        if not prepare_only:
            self._serve(port, report)

    def _step(self, text: str) -> None:
        self.stdout.write(f"→ {text}")
        self.stdout.flush()

    @staticmethod
    def _is_free(port: int) -> bool:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
        return True

    def _check_port(self, port: int) -> None:
        if not self._is_free(port):
            raise CommandError(f"Port {port} is in use. Choose another: make demo PORT={port + 1}")

    def _build_media(self, codes: list[str]) -> None:
        """What the open exams need, quickly; the worker makes the rest."""
        wanted = queries.questions_with_media(codes)
        self._step(f"Building the media of {len(wanted)} questions (the worker makes the others)")
        report = build.build(
            wanted,
            settings.MEDIA_ROOT / "bank",
            profile="fast",
            progress=self._show_progress,
            footage=settings.FOOTAGE_ROOT,
        )
        if report.built:
            self.stdout.write("")
        tutorial.make(settings.MEDIA_ROOT / "bank", profile="fast")
        if report.failed:
            raise CommandError("These media could not be built:\n" + "\n".join(report.failed.values()))

    def _show_progress(self, done: int, total: int, key: str) -> None:
        bar = "█" * (30 * done // total)
        self.stdout.write(f"\r  {bar:<30} {done}/{total}", ending="")
        self.stdout.flush()

    def _serve(self, port: int, report: demo.Report) -> None:
        # Nobody's telephone knows the demonstration's administrators: they enter with the password alone.
        alone = {"ADMIN_TOTP_REQUIRED": os.environ.get("ADMIN_TOTP_REQUIRED", "False")}
        siecle = {"SIECLE_GATEWAY": os.environ.get("SIECLE_GATEWAY", "candidates.siecle.demo.DemoGateway")}
        providers, doors = self._providers(port)
        environment = {**os.environ, **alone, **siecle, **doors, "SITE_URL": f"http://localhost:{port}"}
        web = [
            *(sys.executable, "-m", "gunicorn", "--config", "python:esr.serving", "--bind", f"127.0.0.1:{port}"),
            *("--workers", "2", "--threads", "8", "--log-level", "warning", "--graceful-timeout", "5"),
        ]
        worker = [
            *(sys.executable, "-m", "celery", "--quiet", "--app", "esr", "worker", "--beat", "--pool", "threads"),
            # Threads: a task may start processes of its own, which the children of a process pool may not.
            *("--concurrency", "2", "--loglevel", "warning", "--without-gossip", "--without-mingle"),
        ]
        # In a group of their own: Ctrl-C reaches this process alone, which ends them in order.
        processes = [
            subprocess.Popen(command, env=environment, start_new_session=True, preexec_fn=_die_with_parent)  # noqa: S603
            for command in (web, worker, *providers)
        ]
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            self._wait_until_open(port, processes[0])
            actions.ask_for_media()
            self._show(port, report)
            while all(process.poll() is None for process in processes):
                time.sleep(0.5)
            raise CommandError("A process of the demonstration ended unexpectedly; its messages are above.")
        except KeyboardInterrupt:
            self.stdout.write("\nStopping…")
        finally:
            self._stop(processes)

    def _providers(self, port: int) -> tuple[list[list[str]], dict[str, str]]:
        """The two identity providers on the next free ports: their commands, and the platform's settings for them."""
        commands, environment = [], {"MOCK_PROVIDER_SECRET": secrets.token_urlsafe()}
        # A proxy of this machine's must not be asked for the loopback interface.
        for name in ("NO_PROXY", "no_proxy"):
            environment[name] = ",".join([*filter(None, [os.environ.get(name)]), "localhost", "127.0.0.1"])
        free = (candidate for candidate in range(port + 1, port + 100) if self._is_free(candidate))
        for door, its_port in zip(("academic", "educonnect"), free, strict=False):
            commands.append(
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "mock_provider", door, "--port", str(its_port)]
            )
            environment |= client_environment(
                door.upper(),
                issuer=f"http://localhost:{its_port}",
                client_secret=environment["MOCK_PROVIDER_SECRET"],
            )
        return commands, environment

    @staticmethod
    def _stop(processes: list[subprocess.Popen]) -> None:
        for process in processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @staticmethod
    def _wait_until_open(port: int, web: subprocess.Popen) -> None:
        for _ in range(150):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if web.poll() is not None:
                break
            time.sleep(0.2)
        raise CommandError("The web server did not start; its messages are above.")

    def _show(self, port: int, report: demo.Report) -> None:
        site = f"http://localhost:{port}"
        lines = [
            "",
            f"  The platform is open: {site}/",
            "",
            f"  Establishments ({site}/login, password {demo.PASSWORD})",
            *(f"    {name}: {login}" for name, login in report.logins),
            f"  Administration ({site}/administration/): {demo.ADMINISTRATOR}, same password",
            "",
            "  Academic accounts and ÉduConnect: choose an invented person (head, deputy, two schools, pupil, parent…)",
            "",
            f"  Candidates ({site}/examen/)",
        ]
        for exam, sittings in report.exams:
            codes = ", ".join(f"{s.access_code[:4]} {s.access_code[4:]} ({s.candidate.first_name})" for s in sittings)
            lines.append(f"    {exam.name}: number {in_groups(exam.number)}, codes {codes}")
        lines += ["", "  Ctrl-C stops everything.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()
