"""Redis stops and comes back empty, then hangs: the queue and the limits on attempts are gone, and nobody is told.

A job that was asked for meanwhile is done later, once, by its row.
"""

import asyncio
import time

from tests.faults.pupils import Staff
from tests.faults.scene import PATIENCE, Day, start

AWAY = 2  # seconds


async def happen(day: Day) -> None:
    redis = day.stack.services["redis"]
    for name, stop in (("redis stopped", redis.end), ("redis hangs", redis.freeze)):
        async with day.act(name):
            stop()
            await asyncio.sleep(AWAY)
            await day.ask("/archive/", {})
            late = Staff(day.stack.web_port)
            late.browser.timeout = day.staff.browser.timeout
            await late.sign_in()  # raises when it is refused
            await asyncio.sleep(AWAY)
            redis.end()
            await start(day.stack, "redis")


async def after(day: Day) -> None:
    """Note the jobs once all are over: of each its state and how often it was begun."""
    since = time.monotonic()
    while True:
        jobs = await asyncio.to_thread(_jobs)
        if all(state not in ("waiting", "running") for state, _ in jobs):
            break
        if time.monotonic() - since > PATIENCE + 120:
            break
        await asyncio.sleep(0.5)
    day.notes["jobs"] = jobs
    day.notes["jobs came back after"] = round(time.monotonic() - since, 1)


def _jobs() -> list[tuple[str, int]]:
    from django.db import connection

    from esr.core.models import Job

    connection.close()  # it may be one that was cut
    try:
        return list(Job.objects.order_by("created_at").values_list("state", "attempts"))
    finally:
        connection.close()
