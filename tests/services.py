"""PostgreSQL and Redis of the tests' own: in a private temporary folder, on free ports, ended with the test run."""

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def die_with_parent() -> None:
    """Linux: a server never survives a test run that was killed."""
    ctypes.CDLL(None).prctl(1, signal.SIGINT)


def _wait_for(port: int, process: subprocess.Popen, log: Path) -> None:
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"A server did not start on port {port}:\n{log.read_text()[-2000:]}")


@contextmanager
def _server(command: list, port: int, log: Path, stop=signal.SIGTERM, **options):
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, preexec_fn=die_with_parent, **options)
    try:
        _wait_for(port, process, log)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(stop)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def postgres_folder() -> Path:
    """Where Debian keeps the server's programs, the newest version."""
    return max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3])).parent


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL data folder: `command` starts its server, `user` are the options of Popen under which it runs."""

    command: list[str]
    user: dict
    port: int

    @property
    def url(self) -> str:
        return f"postgres://esr@127.0.0.1:{self.port}/postgres"


def postgres_cluster(folder: Path, settings: tuple[str, ...] = ()) -> Cluster:
    """Make an empty cluster in `folder`/pg. As root it belongs to Debian's `postgres` user, as it must."""
    programs, port = postgres_folder(), free_port()
    data = folder / "pg"
    user = {"cwd": folder}
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        folder.chmod(0o755)
        data.mkdir()
        os.chown(data, owner.pw_uid, owner.pw_gid)
        user |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    initdb = [programs / "initdb", "-D", data, "-U", "esr", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, **user)
    command = [str(programs / "postgres"), "-D", str(data), "-h", "127.0.0.1", "-p", str(port), "-k", ""]
    for setting in ("max_connections=200", *settings):
        command += ["-c", setting]
    return Cluster(command, user, port)


@contextmanager
def postgres(folder: Path, *, settings: tuple[str, ...] = ()):
    """Start a server and yield its DATABASE_URL."""
    cluster = postgres_cluster(folder, settings)
    with _server(cluster.command, cluster.port, folder / "postgres.log", stop=signal.SIGINT, **cluster.user):
        for _ in range(100):
            ready = [postgres_folder() / "pg_isready", "-h", "127.0.0.1", "-p", str(cluster.port), "-q"]
            if subprocess.run(ready, check=False).returncode == 0:
                break
            time.sleep(0.1)
        yield cluster.url


def caddy(folder: Path, web_port: int) -> tuple[list[str], dict[str, str], int]:
    """Production's proxy with docs/Caddyfile, files below `folder`, before the platform at `web_port`: its command, its
    environment, and its port on the loopback. Without certificates and without Caddy's own administration."""
    port, config = free_port(), folder / "Caddyfile"
    ours = (Path(__file__).parents[1] / "docs" / "Caddyfile").read_text()
    config.write_text(ours.replace("\n{\n", "\n{\n\tadmin off\n\tauto_https off\n", 1))
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ADMIN_URL": f"http://127.0.0.1:{free_port()}",
        "WEB": f"127.0.0.1:{web_port}",
        "DATA": str(folder),
    }
    return ["caddy", "run", "--config", str(config), "--adapter", "caddyfile"], environment, port


def redis_command(folder: Path, port: int) -> list[str]:
    return ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]


@contextmanager
def redis(folder: Path):
    """Start a server and yield its REDIS_URL."""
    port = free_port()
    with _server(redis_command(folder, port), port, folder / "redis.log"):
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def both():
    """The environment of production: {"DATABASE_URL": …, "REDIS_URL": …, "SECRET_KEY": …}."""
    folder = Path(tempfile.mkdtemp(prefix="esr-services-"))
    try:
        with ExitStack() as stack:
            yield {
                "DATABASE_URL": stack.enter_context(postgres(folder)),
                "REDIS_URL": stack.enter_context(redis(folder)),
                "SECRET_KEY": "tests-only-" + "x" * 50,
            }
    finally:
        shutil.rmtree(folder, ignore_errors=True)
