"""A mail server that behaves as it is told: `ok`, `hang` (it takes the call and says nothing), `later` (4xx), `never`
(5xx); or `down` when nobody listens.

    python -m tests.faults.mailer PORT FOLDER       the word in FOLDER/mode says how; letters are kept beside it
"""

import contextlib
import itertools
import socketserver
import sys
import threading
import time
from pathlib import Path

PATIENCE = 60
_numbers = itertools.count()


class _Call(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        if self.server.mode() == "hang":
            time.sleep(PATIENCE)
            return
        self._say("220 ready")
        while line := self.rfile.readline():
            verb = line.strip().upper()[:4]
            if verb == b"DATA":
                self._say("354 go on")
                self._keep(b"".join(itertools.takewhile(lambda text: text.strip() != b".", self.rfile)))
                self._say("250 taken")
            elif verb == b"RCPT":
                self._say({"later": "451 later", "never": "550 nobody here"}.get(self.server.mode(), "250 fine"))
            else:
                self._say("221 bye" if verb == b"QUIT" else "250 fine")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _keep(self, letter: bytes) -> None:
        (self.server.folder / f"{next(_numbers):05}.eml").write_bytes(letter)


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = allow_reuse_address = True

    def __init__(self, port: int, folder: Path):
        self.folder = folder
        super().__init__(("127.0.0.1", port), _Call)

    def mode(self) -> str:
        file = self.folder / "mode"
        return file.read_text().strip() if file.exists() else "ok"

    def behave(self, mode: str) -> None:
        (self.folder / "mode").write_text(mode)

    @property
    def letters(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted(self.folder.glob("*.eml"))]


@contextlib.contextmanager
def serving(folder: Path):
    with Server(0, folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


if __name__ == "__main__":
    with Server(int(sys.argv[1]), Path(sys.argv[2])) as server:
        server.serve_forever()
