"""The network between a school and the platform: slow, far, and cut at the worst moment, by a seeded dice.

One request per connection, so each is read whole before its fate is known.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Coroutine

from tests.faults.wire import read_message

RATE = 64_000 / 8  # bytes a second
CHUNK = 512

# What happens to a request, out of 100.
BAD = {"pass": 40, "far": 20, "slow": 8, "cut the request": 6, "cut the reply": 14, "duplicate": 8, "late duplicate": 4}
GOOD = {"pass": 100}


class Proxy:
    """`port` answers once started; `upstream` may be down at any time. `fates` counts what was done."""

    def __init__(self, upstream: int, seed: int, odds: dict[str, int] = BAD):
        self.upstream = upstream
        self.odds = dict(odds)
        self.dice = random.Random(seed)
        self.fates: Counter[str] = Counter()
        self._tasks: set[asyncio.Task] = set()
        self._server: asyncio.Server | None = None

    async def start(self, port: int) -> None:
        self._server = await asyncio.start_server(
            lambda reader, writer: self._hold(self._serve(reader, writer)), "127.0.0.1", port
        )

    async def stop(self) -> None:
        if self._server:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _hold(self, work: Coroutine) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(30):
                request = await read_message(reader)
                (fate,) = self.dice.choices(list(self.odds), list(self.odds.values()))
                self.fates[fate] += 1
                await self._deliver(fate, request, writer)
        except (OSError, EOFError, TimeoutError):
            pass  # the pupil sees a connection that breaks
        finally:
            writer.transport.abort()

    async def _deliver(self, fate: str, request: bytes, writer: asyncio.StreamWriter) -> None:
        if fate == "cut the request":
            await self._half(request)
            return
        if fate == "far":
            await asyncio.sleep(self.dice.uniform(0.05, 0.4))
        if fate == "slow":
            await asyncio.sleep(len(request) / RATE)
        if fate == "late duplicate":
            self._later(request, self.dice.uniform(1, 8))
        if fate == "duplicate":
            reply, _ = await asyncio.gather(self._ask(request), self._ask(request))
        else:
            reply = await self._ask(request)
        if fate == "cut the reply":
            return
        if fate == "far":
            await asyncio.sleep(self.dice.uniform(0.05, 0.4))
        for start in range(0, len(reply), CHUNK):
            if fate == "slow":
                await asyncio.sleep(CHUNK / RATE)
            writer.write(reply[start : start + CHUNK])
            await writer.drain()
        writer.write_eof()
        await asyncio.sleep(0.05)  # an abort would drop what is still on its way

    async def _ask(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            writer.write(request)
            await writer.drain()
            return await read_message(reader)
        finally:
            writer.transport.abort()

    async def _half(self, request: bytes) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", self.upstream)
        writer.write(request[: self.dice.randrange(1, len(request))])
        await writer.drain()
        writer.transport.abort()

    def _later(self, request: bytes, seconds: float) -> None:
        """A copy that the network kept and delivers when nobody expects it any more."""

        async def deliver() -> None:
            await asyncio.sleep(seconds)
            with contextlib.suppress(OSError, EOFError, TimeoutError):
                async with asyncio.timeout(10):
                    await self._ask(request)

        self._hold(deliver())
