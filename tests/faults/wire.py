"""HTTP/1.1 as far as the harness needs it: one request per connection, told apart from a reply that never came."""

import asyncio
import json
from dataclasses import dataclass, field
from urllib.parse import urlencode

# The statuses that the platform answers a device with on purpose (static/js/player/api.js).
ANSWERS = {200, 400, 401, 409, 410, 425}


class Unreachable(Exception):
    """No whole answer of the platform's own came back: whether the request was acted upon is unknown."""


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")

    @property
    def text(self) -> str:
        return self.body.decode()


async def read_message(reader: asyncio.StreamReader) -> bytes:
    """A whole request or reply: head, and as much body as it announces. Raises EOFError when it is cut."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        if name.lower() == b"transfer-encoding":
            raise EOFError("chunked messages are not expected here")
    return head + await reader.readexactly(length)


def parse_reply(message: bytes) -> Reply:
    head, _, body = message.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [line.split(":", 1) for line in lines]
    return Reply(int(first.split()[1]), [(name.lower().strip(), value.strip()) for name, value in pairs], body)


async def send(port: int, message: bytes, timeout: float = 5) -> Reply:
    """Raises Unreachable after `timeout` seconds, as the player's page does, or when the connection breaks."""
    writer = None
    try:
        async with asyncio.timeout(timeout):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(message)
            await writer.drain()
            return parse_reply(await read_message(reader))
    except (OSError, EOFError, TimeoutError, ValueError) as error:
        raise Unreachable(repr(error)) from error
    finally:
        if writer:
            writer.transport.abort()


def compose(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    lines = {"Host": "127.0.0.1", "Connection": "close", "Content-Length": str(len(body)), **headers}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return head.encode() + b"\r\n" + body


@dataclass
class Browser:
    """Cookies, and pages asked for again until they come, as somebody in front of a browser would."""

    port: int
    patience: float = 120  # seconds
    timeout: float = 5  # seconds of one try
    cookies: dict[str, str] = field(default_factory=dict)
    most_tries: int = 0  # the page that needed the most

    async def once(self, method: str, path: str, fields: dict | None = None, **headers: str) -> Reply:
        if fields is not None:
            fields = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **fields}
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        return await self.exchange(method, path, urlencode(fields or {}).encode(), headers)

    async def exchange(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Reply:
        headers = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        reply = await send(self.port, compose(method, path, headers, body), self.timeout)
        for name, value in reply.headers:
            if name == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return reply

    async def get(self, path: str) -> Reply:
        return await self._until_it_comes("GET", path)

    async def post(self, path: str, fields: dict) -> Reply:
        return await self._until_it_comes("POST", path, fields)

    async def _until_it_comes(self, method: str, path: str, fields: dict | None = None) -> Reply:
        tries, deadline = 0, asyncio.get_running_loop().time() + self.patience
        while True:
            tries += 1
            self.most_tries = max(self.most_tries, tries)
            try:
                reply = await self.once(method, path, fields)
                if reply.status < 500:
                    return reply
            except Unreachable:
                pass
            if asyncio.get_running_loop().time() > deadline:
                raise Unreachable(f"{method} {path} did not come in {self.patience} s")
            await asyncio.sleep(min(2, 0.25 * 2**tries))


def json_body(value: object) -> bytes:
    return json.dumps(value).encode()
