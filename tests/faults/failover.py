"""The primary PostgreSQL dies for good while its replica is away, and the replica takes over: the worst case there is.

With a synchronous replica nothing is acknowledged that it does not have, so nothing is lost. Control: `async-replica`
is the same hour without `synchronous_standby_names`, and loses what was acknowledged meanwhile.
"""

import asyncio
import os
import signal
import subprocess
import time

import psycopg

from tests.faults.restart import is_ready
from tests.faults.scene import PATIENCE, Day, gone, hold_down, ordinary, start
from tests.faults.stack import Service, Stack, kill, until
from tests.services import free_port, postgres_folder

AWAY = 4  # seconds


class Pair(Stack):
    """Two PostgreSQL servers, the second a replica of the first; the platform looks for the one that takes writes."""

    def pair(self) -> "Pair":
        port = self.ports["replica"] = free_port()
        self.environment["DATABASE_URL"] = (
            f"postgres://esr@/postgres?host=127.0.0.1,127.0.0.1&port={self.cluster.port},{port}"
            "&target_session_attrs=read-write"
        )
        server = [str(postgres_folder() / "postgres"), "-D", str(self.folder / "replica"), "-h", "127.0.0.1"]
        server += ["-p", str(port), "-k", "", "-c", "max_connections=200", "-c", "cluster_name=replica"]
        self.services["replica"] = Service(
            "replica", server, self.folder / "replica.log", self.environment, **self.cluster.user
        )
        return self

    def copy(self) -> None:
        """Make the replica's folder from the running primary."""
        folder, user = self.folder / "replica", self.cluster.user
        folder.mkdir(mode=0o700)
        if "user" in user:
            os.chown(folder, user["user"], user["group"])
        command = [postgres_folder() / "pg_basebackup", "-D", folder, "-h", "127.0.0.1", "-p", str(self.cluster.port)]
        subprocess.run([*command, "-U", "esr", "-X", "stream", "-c", "fast", "-R"], check=True, **user)

    def streams(self) -> bool:
        with psycopg.connect(self._dsn(None)) as connection:
            return bool(connection.execute("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'").fetchall())


def stack(folder, options) -> Pair:
    without = {**vars(options), "control": "" if options.control == "async-replica" else options.control}
    return ordinary(folder, type(options)(**without), kind=Pair).pair()


async def before(stack: Pair) -> None:
    await asyncio.to_thread(stack.copy)
    await stack.up("replica")
    await until(stack.streams, "replication", PATIENCE)


async def happen(day: Day) -> None:
    stack = day.stack
    if day.control != "async-replica":
        stack.sql("ALTER SYSTEM SET synchronous_standby_names = 'replica'")
        stack.sql("SELECT pg_reload_conf()")
        await asyncio.sleep(1)
    heard = len(day.heard)
    await until(lambda: len(day.heard) > heard + 10, "answers on both servers", PATIENCE)
    async with day.act("failover"):
        hold_down(stack, "replica", signal.SIGINT)
        await gone(stack, "replica")
        heard, since = len(day.heard), time.monotonic()
        while time.monotonic() - since < AWAY or (day.control and len(day.heard) - heard < 10):
            await asyncio.sleep(0.1)
        day.notes["acknowledged while the replica was away"] = len(day.heard) - heard
        primary = stack.services["postgresql"]
        primary.wanted = False
        primary.look()
        for pid in (primary.process.pid, *primary.family):
            kill(pid)
        died = time.monotonic()
        await start(stack, "replica", lambda: is_ready(stack.ports["replica"]))
        await asyncio.to_thread(stack.sql, "SELECT pg_promote()", stack.ports["replica"])
        day.mended()
        day.notes["promoted after"] = round(time.monotonic() - died, 1)
