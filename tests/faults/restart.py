"""PostgreSQL is restarted, as by an upgrade ("fast") and as by an emergency ("immediate"), and its connections are cut.

Controls: `bare-errors` says nothing useful to staff; `stale` uses broken connections again.
"""

import asyncio
import signal
import subprocess

from tests.faults.scene import Day, gone, hold_down, start
from tests.faults.stack import WEB_THREADS, WEB_WORKERS
from tests.services import postgres_folder

AWAY = 2  # seconds
_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'esr' AND pid <> pg_backend_pid()"


def is_ready(port: int) -> bool:
    """Whether a server lets people in, which it does some time after it listens."""
    asked = [postgres_folder() / "pg_isready", "-h", "127.0.0.1", "-p", str(port), "-q"]
    return subprocess.run(asked, check=False).returncode == 0


async def happen(day: Day) -> None:
    port = day.stack.cluster.port
    for name, sign in (("fast", signal.SIGINT), ("immediate", signal.SIGQUIT)):
        async with day.act(name):
            hold_down(day.stack, "postgresql", sign)
            await gone(day.stack, "postgresql")
            await asyncio.sleep(AWAY)
            await start(day.stack, "postgresql", lambda: is_ready(port))
    async with day.act("cut"):
        await asyncio.gather(*(day.ask("/accueil/") for _ in range(WEB_WORKERS * WEB_THREADS)))
        await asyncio.to_thread(day.stack.sql, _CUT)
        day.mended()
        await asyncio.gather(*(day.ask("/accueil/") for _ in range(WEB_WORKERS * WEB_THREADS)))
