"""Candidates by the thousand out of one process: a few kept connections, as a proxy has them, and a coroutine each."""

import asyncio
import json
import random
import re
import secrets
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.faults.school import Place
from tests.faults.wire import Reply, parse_reply

_PLAYER_DATA = re.compile(r'<script id="player-data"[^>]*>(.*?)</script>', re.DOTALL)
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
SAVES_PER_QUESTION = 2  # a choice, and the final answer


class Unserved(Exception):
    """The platform refused, or did not answer."""


@dataclass
class Pool:
    """`size` connections to a server on the loopback. `times`: kind of request → seconds from the wish to the reply,
    the wait for a free connection included."""

    port: int
    size: int = 64
    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    failures: Counter = field(default_factory=Counter)

    def __post_init__(self):
        self.free: asyncio.LifoQueue = asyncio.LifoQueue()
        for _ in range(self.size):
            self.free.put_nowait(None)

    async def send(self, kind: str, message: bytes) -> Reply:
        """Raises Unserved when the connection breaks twice: a server may close one that it kept."""
        wished = time.perf_counter()
        connection, kept = await self.free.get(), None  # one whose reply was not read whole is not used again
        try:
            try:
                connection = connection or await self._connect()
                reply = await self._exchange(connection, message)
            except (OSError, EOFError):
                connection = await self._connect()
                reply = await self._exchange(connection, message)
            kept = connection if reply.header("connection") != "close" else None
        except (OSError, EOFError) as error:
            self.failures[kind] += 1
            raise Unserved(f"{kind}: {error!r}") from error
        finally:
            self.free.put_nowait(kept)
        self.times[kind].append(time.perf_counter() - wished)
        if reply.status >= 500:
            self.failures[kind] += 1
        return reply

    async def _connect(self):
        return await asyncio.open_connection("127.0.0.1", self.port)

    @staticmethod
    async def _exchange(connection, message: bytes) -> Reply:
        reader, writer = connection
        writer.write(message)
        head = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(head)
        return parse_reply(head + await reader.readexactly(int(length.group(1)) if length else 0))

    def close(self) -> None:
        while not self.free.empty():
            if connection := self.free.get_nowait():
                connection[1].close()


def compose(method: str, path: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **headers}
    return (
        (f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in lines.items())).encode() + b"\r\n" + body
    )


@dataclass
class Candidate:
    """One candidate with the player's own requests: the pages of the door, start, saves, signal, finish.

    `pace`: seconds from one question to the next. `polls`: seconds between two looks at the exam's signal; none when 0.
    """

    pool: Pool
    place: Place
    pace: float
    polls: float = 0
    cookies: dict[str, str] = field(default_factory=dict)
    urls: dict[str, str] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    finished: bool = False

    async def sit(self) -> None:
        await self.enter()
        await self.start()
        looking = asyncio.create_task(self._look()) if self.polls else None
        for q in self.order:
            await self.answer(q)
        if looking:
            looking.cancel()
        await self.finish()

    async def enter(self) -> None:
        """Number, code, identity, player; the first door's pages as a browser asks for them, without its files."""
        await self._page("GET", "/examen/")
        await self._page("POST", "/examen/", {"number": self.place.number})
        await self._page("GET", "/examen/connexion/")
        await self._page("POST", "/examen/connexion/", {"code": self.place.code})
        await self._page("GET", "/examen/identite/")
        page = await self._page("GET", "/examen/epreuve/")
        found = _PLAYER_DATA.search(page.text)
        if not found:
            raise Unserved(f"no player: {page.status} {page.header('location')}")
        data = json.loads(found.group(1))
        self.urls, self.order = data["urls"], [question["q"] for question in data["questions"]]

    async def start(self) -> None:
        self.token = secrets.token_urlsafe(32)
        headers = {"X-CSRFToken": self.cookies.get("csrftoken", ""), "Content-Type": "application/json"}
        headers["Cookie"] = self._cookie()
        reply = await self.pool.send(
            "start", compose("POST", self.urls["start"], headers, json.dumps({"token": self.token}).encode())
        )
        if reply.status != 200:
            raise Unserved(f"start: {reply.status}")
        self.epoch = json.loads(reply.body)["epoch"]
        self.seq, self.held = 100, {}

    async def answer(self, q: int) -> None:
        """A choice, then the final answer, `pace` seconds in all."""
        for final in (False, True):
            await asyncio.sleep(self.pace * random.uniform(0.3, 0.7))
            await self.save(q, random.choice("ABC"), final)

    async def save(self, q: int, choices: str, final: bool) -> None:
        self.seq += 1
        self.held[q] = self.seq
        item = {"q": q, "seq": self.seq, "choices": choices, "final": final, "t": 900}
        reply = await self._post("save", {"epoch": self.epoch, "items": [item]})
        if reply.status != 200 or json.loads(reply.body)["ack"].get(str(q)) != self.seq:
            raise Unserved(f"save: {reply.status} {reply.text[:80]}")

    async def finish(self) -> None:
        reply = await self._post("finish", {"epoch": self.epoch, "held": self.held})
        if reply.status != 200:
            raise Unserved(f"finish: {reply.status} {reply.text[:80]}")
        self.finished = True

    async def _look(self) -> None:
        await asyncio.sleep(random.uniform(0, self.polls))
        while True:
            await self.pool.send("signal", compose("GET", self.urls["signal"], {}, b""))
            await asyncio.sleep(self.polls)

    async def _post(self, name: str, body: dict) -> Reply:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        return await self.pool.send(name, compose("POST", self.urls[name], headers, json.dumps(body).encode()))

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    async def _page(self, method: str, path: str, fields: dict | None = None) -> Reply:
        headers, body = {"Cookie": self._cookie()}, b""
        if fields:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode({"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields}).encode()
        reply = await self.pool.send("page", compose(method, path, headers, body))
        for name, value in reply.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if reply.status not in (200, 302):
            raise Unserved(f"{method} {path}: {reply.status}")
        return reply
