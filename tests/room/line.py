"""The one line of a school: so many bits a second for all devices together, so far from the platform.

A token bucket for each direction, through which the connections go in turn, a packet's worth at a time, as they would
through a fair queue. Every device has a port of its own, so its bytes are counted apart. What is not modelled: slow
start, and queues that overflow; `loss` makes a packet late by a retransmission instead.
"""

import asyncio
import contextlib
import random
import time

PACKET = 4 * 1460  # bytes that pass at a time
WINDOW = 24  # packets of a connection on their way
RETRANSMISSION = 0.25  # seconds


class Bucket:
    """`rate` in bytes a second, shared by whoever awaits `take`, in the order of asking."""

    def __init__(self, rate: float):
        self.rate = rate
        self.free_at = 0.0

    async def take(self, size: int) -> None:
        self.free_at = max(self.free_at, time.monotonic()) + size / self.rate
        if (wait := self.free_at - time.monotonic()) > 0:
            await asyncio.sleep(wait)


class Line:
    """`down` and `up` in Mbit/s, `latency` in seconds one way, `loss` a share of the packets."""

    def __init__(self, upstream: int, *, down: float, up: float, latency: float, loss: float = 0, seed: int = 1):
        self.upstream, self.latency, self.loss = upstream, latency, loss
        self.down, self.up = Bucket(down * 125_000), Bucket(up * 125_000)
        self.dice = random.Random(seed)
        self.received: dict[int, int] = {}  # port → bytes that came down to its device
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task] = set()

    async def open(self) -> int:
        """A device's own port."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        self.received[port] = 0
        self._servers.append(server)
        return port

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        port = writer.get_extra_info("sockname")[1]
        await asyncio.sleep(2 * self.latency)  # the handshake
        platform_writer = None
        try:
            platform_reader, platform_writer = await asyncio.open_connection("127.0.0.1", self.upstream)
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pass(reader, platform_writer, self.up, None))
                both.create_task(self._pass(platform_reader, writer, self.down, port))
        except* OSError:
            pass  # one side hung up
        finally:
            for end in (writer, platform_writer):
                if end:
                    end.transport.abort()

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, bucket: Bucket, port: int | None):
        """Move one direction's bytes until it ends; `port` counts them."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(WINDOW)

        async def deliver() -> None:
            while True:
                due, packet = await on_the_way.get()
                if (wait := due - time.monotonic()) > 0:
                    await asyncio.sleep(wait)
                if not packet:
                    break
                sink.write(packet)
                await sink.drain()
                if port is not None:
                    self.received[port] += len(packet)
            with contextlib.suppress(OSError, RuntimeError):
                sink.write_eof()

        async with asyncio.TaskGroup() as both:
            both.create_task(deliver())
            while True:
                packet = await source.read(PACKET)
                await bucket.take(len(packet))
                late = RETRANSMISSION if self.loss and self.dice.random() < self.loss else 0
                await on_the_way.put((time.monotonic() + self.latency + late, packet))
                if not packet:
                    break
