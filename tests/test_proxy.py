"""The proxy of production, Caddy with docs/Caddyfile as it is: what is compressed, kept, and sent in parts."""

import gzip
import http.client
import random
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from whitenoise import WhiteNoise

from tests.services import _server, caddy

VIDEO = random.Random(1).randbytes(200_000)
STYLE = b"body { margin: 0; color: #161616; }\n" * 500
PAGE = b"<!DOCTYPE html><title>Accueil</title>" + b"<p>Une ligne.</p>" * 500
FOR_EVER = "public, max-age=31536000, immutable"


class Platform(BaseHTTPRequestHandler):
    """What stands behind the proxy: a page, and JSON for a device."""

    def do_GET(self):
        kind = "application/json" if self.path.endswith("signal") else "text/html; charset=utf-8"
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    """Its port, in front of a folder with a style sheet and a video."""
    data = tmp_path_factory.mktemp("data")
    for name, content in {"static/a.css": STYLE, "media/bank/ab/video.mp4": VIDEO}.items():
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).write_bytes(content)
    platform = ThreadingHTTPServer(("127.0.0.1", 0), Platform)
    threading.Thread(target=platform.serve_forever, daemon=True).start()
    command, environment, port = caddy(data, platform.server_port)
    with _server(command, port, data / "caddy.log", env=environment):
        yield port
    platform.shutdown()
    platform.server_close()


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.mark.parametrize("path", ["/", "/examen/signal", "/static/a.css"])
def test_text_travels_compressed(proxy, path):
    status, headers, body = ask(proxy, path, Accept_Encoding="gzip")
    plain = STYLE if path.endswith("css") else PAGE
    assert (status, headers["content-encoding"], gzip.decompress(body)) == (200, "gzip", plain)
    assert len(body) < len(plain) / 5
    assert ask(proxy, path, Accept_Encoding="gzip, zstd")[1]["content-encoding"] == "zstd"
    assert ask(proxy, path, Accept_Encoding="identity")[2] == plain


def test_files_are_kept_for_ever_and_pages_are_not(proxy):
    for path in ("/static/a.css", "/media/bank/ab/video.mp4"):
        assert ask(proxy, path)[1]["cache-control"] == FOR_EVER
    assert "cache-control" not in ask(proxy, "/")[1]


def test_a_video_is_sent_from_where_it_was_cut_off(proxy):
    status, headers, body = ask(proxy, "/media/bank/ab/video.mp4", Accept_Encoding="gzip, zstd")
    assert (status, body) == (200, VIDEO)
    assert "content-encoding" not in headers
    assert headers["accept-ranges"] == "bytes"
    status, headers, rest = ask(proxy, "/media/bank/ab/video.mp4", Range="bytes=120000-", Accept_Encoding="gzip")
    assert (status, headers["content-range"]) == (206, f"bytes 120000-199999/{len(VIDEO)}")
    assert VIDEO[:120_000] + rest == VIDEO


def test_the_demonstration_s_server_sends_parts_too(tmp_path: Path):
    """make demo has no proxy: esr.wsgi serves the media itself."""
    (tmp_path / "video.mp4").write_bytes(VIDEO)
    served = WhiteNoise(
        None, root=tmp_path, prefix="/media/bank/", autorefresh=True, immutable_file_test=lambda *_: True
    )
    environ = {"PATH_INFO": "/media/bank/video.mp4", "REQUEST_METHOD": "GET", "HTTP_RANGE": "bytes=120000-"}
    started = []
    body = b"".join(served(environ, lambda status, headers: started.append((status, dict(headers)))))
    [(status, headers)] = started
    assert (status[:3], headers["Content-Range"]) == ("206", f"bytes 120000-199999/{len(VIDEO)}")
    assert "immutable" in headers["Cache-Control"]
    assert body == VIDEO[120_000:]
