"""A small SYGNE-like service for the tests: real HTTP on a port of its own, with the answers that each test wants."""

import json
import threading
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ID, SECRET = "plateforme", "un secret de test"


@dataclass
class Answer:
    """What the service sends; `raw` takes the place of the JSON of `body`."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None

    @property
    def content(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass
class Service:
    """`answer` decides what each request but the token's gets; `asked` remembers them."""

    answer: Callable[["Service", BaseHTTPRequestHandler, bytes], Answer]
    address: str = ""
    asked: list[tuple[str, str, bytes, dict]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    token_answers: list[Answer] = field(default_factory=list)

    def new_token(self) -> Answer:
        if self.token_answers:
            return self.token_answers.pop(0)
        self.tokens.append(f"jeton-{len(self.tokens) + 1}")
        return Answer(body={"access_token": self.tokens[-1], "token_type": "Bearer", "expires_in": 600})


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet an answer

        def _any(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            service.asked.append((self.command, self.path, body, dict(self.headers)))
            answer = service.new_token() if self.path == "/token" else service.answer(service, self, body)
            if answer is None:  # the test wants the connection cut
                self.close_connection = True
                return
            content = answer.content
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(content)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _any

        def log_message(self, *args):
            pass

    return Handler


@contextmanager
def running(answer: Callable, settings):
    """The service, and the settings that lead to it."""
    service = Service(answer)
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    httpd.daemon_threads = True
    service.address = f"http://127.0.0.1:{httpd.server_port}"
    settings.SIECLE_GATEWAY = "candidates.siecle.sygne.SygneGateway"
    settings.SIECLE_SERVICE = {
        "URL": f"{service.address}/sygne/v1",
        "TOKEN_URL": f"{service.address}/token",
        "CLIENT_ID": ID,
        "CLIENT_SECRET": SECRET,
    }
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def pupil(number: int = 1, **values) -> dict:
    """One pupil as the service writes them."""
    return {
        "ine": f"{100_000_000 + number}AK",
        "nom": "DUPONT",
        "prenom": "Zoé",
        "dateNaissance": "2013-03-14",
        "codeSexe": "2",
        "codeUai": "0750655E",
        "niveau": "",
        "codeMef": "10110001110",
        "classe": "5A",
        "codeStatut": "ST",
        "telephone": "0612345678",
    } | values
