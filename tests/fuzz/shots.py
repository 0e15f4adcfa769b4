"""What is sent: an address of the resolver, somebody's own form of that page, and what is wrong with it."""

import io
import json
import random
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from urllib.parse import quote

from django.apps import apps
from django.contrib import admin

from tests.corpus.files import cases
from tests.corpus.strings import DATES, HEADERS, HELDS, MOMENTS, NUMBERS, SAVES, TEXTS, TOKENS, UAIS
from tests.test_rights import ROLES, TOKEN, Cell, School, World, cells

METHODS = ("HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW", "get")

# In the place of a number, a key or a word of an address; escaped already.
_SEGMENTS = (
    "0", "-1", "1", "007", "2147483648", "9223372036854775807", "9223372036854775808", "9" * 30, "9" * 5000, "1.0", "1_0",
    "+1", "1e3", "%D9%A3", "%00", "1%00", "%FF%FE", "%ED%A0%80", "%0D%0AX-A:%20b", "%F0%9F%98%80", "%C3%A9", "..", "%2e%2e",
    "a%2Fb", "%5C", "%25", "%2500", "x" * 3000, "%27%20OR%201=1", "%3Cb%3Ezq9%3C/b%3E", "%7B%7B7*7%7D%7Dzq9", "_3C", "_5F5F",
    "None", "null", "undefined", "__proto__", "*", "~", "%E2%80%AE", "add", "change", "csv", "xlsx", "pdf", "docx", "CSV",
    str(uuid.UUID(int=0)), str(uuid.UUID(int=2**128 - 1)), str(uuid.UUID(int=1)).upper(), uuid.UUID(int=1).hex,
)  # fmt: skip

_PARAMETERS = (
    "page", "q", "recherche", "tri", "classe", "epreuve", "resultat", "tps", "next", "like", "themes", "vue", "seance",
    "academie", "attestation", "semaine", "choisis", "state", "code", "iss", "error", "o", "p", "e", "all", "ot", "_popup",
    "_to_field", "_changelist_filters", "is_facets", "_facets", "app_label", "model_name", "field_name", "term", "action",
    "token", "key", "uid", "name", "year", "month", "", "a[]", "__proto__", "csrfmiddlewaretoken", "identifier__exact",
)  # fmt: skip

_LOOKUPS = (
    "", "__exact", "__in", "__isnull", "__gte", "__lt", "__year", "__range", "__regex", "__icontains", "__pk", "__x__y",
    "__date", "__id__exact", "__contains", "__isnull__isnull",
)  # fmt: skip

_VALUES = (
    *(text.value for text in TEXTS), *DATES, *MOMENTS, *UAIS, *NUMBERS, "1", "2", "on", "true", "False", "-1", "0", "[]",
    "9" * 19, "9" * 40, "csv", "//evil.example", "/%00", "https://evil.example/", "2026-W14", "1,2", "\0",
)  # fmt: skip

# Who gets in where, so that most requests come as far as the view.
_ABLE = {
    "head": ("head", "head", "head of another school"),
    "staff": ("head", "supervisor", "delegated supervisor", "head of another school"),
    "signed in": ("head", "supervisor", "national"),
    "account owner": ("head", "national"),
    "administrator": ("national", "academy"),
    "admin": ("national", "national", "academy", "another academy"),
    "candidate": ("candidate",),
    "bearer": ("candidate",),
    "public": ("anonymous", "candidate", "head", "national"),
}


@dataclass
class Shot:
    """One request; `values` are the hostile texts in it, `tampered` says what it is made of, for people."""

    number: int
    role: str
    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/octet-stream"
    headers: dict[str, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)
    name: str = ""

    def __str__(self) -> str:
        body = f" {self.content_type[:60]} {self.body[:300]!r}" if self.body else ""
        headers = f" { ({k: v[:80] for k, v in self.headers.items()}) }" if self.headers else ""
        return f"{self.number}: {self.role} {self.method} {self.path[:300]} ({self.name}){body}{headers}"


# --- The forms of a page ----------------------------------------------------------------------------------------------


class _Forms(HTMLParser):
    """The fields of each form that is posted, as a browser would send them."""

    def __init__(self):
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self.files: set[str] = set()
        self._fields: list[tuple[str, str]] | None = None
        self._select, self._area = "", ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self._fields = []
            if (given.get("method") or "").lower() == "post":
                self.forms.append(self._fields)
        elif self._fields is None:
            return
        elif tag in ("input", "button") and name:
            if name == "csrfmiddlewaretoken":
                value = "x"  # another one each time, and not asked for here
            if given.get("type") == "file":
                self.files.add(name)
            if given.get("type") not in ("checkbox", "radio") or "checked" in given or given.get("type") == "radio":
                self._fields.append((name, value))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and value:
            self._fields.append((self._select, value))
            if "selected" not in given:
                self._select = ""
        elif tag == "textarea" and name:
            self._area = name
            self._fields.append((name, ""))

    def handle_data(self, data):
        if self._area and self._fields:
            self._fields[-1] = (self._area, data.strip())

    def handle_endtag(self, tag):
        if tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._fields = None


class Gunner:
    """Makes the requests of a seed for a world."""

    def __init__(self, world: World, seed: int, clients: dict):
        self.world, self.seed, self.clients = world, seed, clients
        self.cells = {id(school): cells(world, school) for school in (world.a, world.b)}
        self.order = list(range(len(self.cells[id(world.a)])))
        random.Random(seed).shuffle(self.order)
        self._forms: dict[tuple[str, str], _Forms] = {}

    def shot(self, number: int) -> Shot:
        rng = random.Random(f"{self.seed}/{number}")
        place = self.order[number % len(self.order)]
        access = self.cells[id(self.world.a)][place].access
        role = rng.choice(_ABLE[access]) if rng.random() < 0.75 else rng.choice(ROLES)
        school = self.world.b if role in ("head of another school", "another academy") else self.world.a
        if rng.random() < 0.15:
            school = self.world.b if school is self.world.a else self.world.a
        cell = self.cells[id(school)][place]
        draw = rng.random()
        method = "GET" if draw < 0.4 else "POST" if draw < 0.93 else rng.choice(METHODS)
        shot = Shot(number, role, method, quote(cell.url, safe="/:%()$"), name=cell.name)
        if rng.random() < 0.3:
            shot.path = _tampered_path(rng, shot.path)
        self._with_query(rng, shot, cell)
        if method not in ("GET", "get"):
            self._with_body(rng, shot, cell, school)
        if rng.random() < 0.15:
            name, value = rng.choice(HEADERS)
            # As a server hands bytes on.
            shot.headers[name] = value.encode("utf-8", "surrogatepass").decode("latin-1")
        return shot

    def _value(self, rng, shot: Shot) -> str:
        value = rng.choice(_VALUES)
        shot.values.append(value)
        return value

    def _forms_of(self, role: str, url: str) -> _Forms:
        if (role, url) not in self._forms:
            parser = _Forms()
            response = self.clients[role].get(url)
            if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
                parser.feed(response.content.decode())
            self._forms[role, url] = parser
        return self._forms[role, url]

    def _with_query(self, rng, shot: Shot, cell: Cell) -> None:
        if rng.random() > (0.7 if shot.method == "GET" else 0.15):
            return
        pairs = []
        for _ in range(rng.choice((1, 1, 2, 3, 8))):
            name = rng.choice(_PARAMETERS)
            if cell.access == "admin" and rng.random() < 0.5:
                name = rng.choice(_admin_fields()) + rng.choice(_LOOKUPS)
            pairs += [(name, self._value(rng, shot))] * rng.choice((1, 1, 1, 2))
        if rng.random() < 0.03:
            pairs = pairs * 700
        query = "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in pairs)
        if rng.random() < 0.05:
            query = rng.choice(("&&&==", "%", "%zz=%", "a" * 9000, "=", "%00=%00", "\\", "?", "a;b", "+"))
        shot.path += "?" + query.replace("[", "%5B").replace("]", "%5D")

    # --- Bodies -------------------------------------------------------------------------------------------------------

    def _with_body(self, rng, shot: Shot, cell: Cell, school: School) -> None:
        if cell.access == "bearer" or cell.name == "sitting_start":
            return _with_json(rng, shot, self.world.a)  # a token of school B would open school B
        draw = rng.random()
        if draw < 0.08:
            return _with_odd_body(rng, shot)
        page = self._forms_of(shot.role, cell.url)
        fields = list(rng.choice(page.forms)) if page.forms else []
        for _ in range(rng.choice((0, 1, 1, 1, 2, 3, 6))):
            fields = self._tampered(rng, shot, fields)
        if rng.random() < 0.02:
            fields *= 40
        files = {name for name in page.files if rng.random() < 0.8}
        if not files and rng.random() < 0.06:
            files = {rng.choice(fields)[0] if fields else "file"}
        if files or rng.random() < 0.15:
            _with_multipart(rng, shot, fields, files)
        else:
            shot.content_type = "application/x-www-form-urlencoded"
            shot.body = "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in fields).encode()

    def _tampered(self, rng, shot: Shot, fields: list) -> list:
        if not fields or rng.random() < 0.1:
            return [*fields, (rng.choice(_PARAMETERS), self._value(rng, shot))]
        place = rng.randrange(len(fields))
        name, value = fields[place]
        match rng.randrange(8):
            case 0:
                return fields[:place] + fields[place + 1 :]
            case 1:
                return [*fields, (name, self._value(rng, shot))]
            case 2:
                return [*fields, (name, rng.choice(fields)[1])]
            case 3:
                fields[place] = (name + rng.choice(("[]", "[0]", ".x", "\0", "-0", "é")), value)
            case 4:
                fields[place] = (name, "")
            case _:
                fields[place] = (name, self._value(rng, shot))
        return fields


def _escaped(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _tampered_path(rng, path: str) -> str:
    parts = path.split("/")
    place = rng.randrange(1, len(parts)) if len(parts) > 1 else 0
    numbered = [n for n, part in enumerate(parts) if re.fullmatch(r"\d+|[0-9a-f-]{36}", part)]
    match rng.randrange(6):
        case 0:
            return path.rstrip("/")
        case 1:
            parts.insert(place, rng.choice(_SEGMENTS))
        case _:
            parts[rng.choice(numbered) if numbered else place] = rng.choice(_SEGMENTS)
    return "/" + "/".join(parts).lstrip("/")


@cache
def _admin_fields() -> tuple[str, ...]:
    """Fields of the tables of the administration, and of those behind them."""
    names = set()
    for model in admin.site._registry:
        for one in model._meta.get_fields():
            names.add(one.name)
            if one.is_relation and one.related_model in apps.get_models():
                names.update(f"{one.name}__{far.name}" for far in one.related_model._meta.get_fields())
    return tuple(sorted(names))


@cache
def _uploads() -> tuple[tuple[str, bytes], ...]:
    """Files of the corpus that are small."""
    small = (case for case in cases(2026) if len(case.content) < 60_000)
    return (
        *((f"liste.{case.extension}", case.content) for case in small),
        ("vide", b""),
        ("x.esr", b"a.b.c"),
        ("x.png", b"\x89PNG\r\n\x1a\n" + bytes(64)),
        ("a" * 300, b"x"),
    )


def _with_json(rng, shot: Shot, school: School) -> None:
    body, _ = rng.choice((*SAVES.values(), *HELDS.values()))
    if rng.random() < 0.3:
        body = json.dumps({"token": rng.choice((*TOKENS, None, 1, [], {}, TOKEN))}).encode()
    shot.body, shot.content_type = body, rng.choice(("application/json", "application/json", "text/plain", "x"))
    token = TOKEN + school.establishment.identifier if rng.random() < 0.8 else rng.choice(TOKENS)
    shot.headers["Authorization"] = f"Bearer {token}".encode().decode("latin-1")


def _with_odd_body(rng, shot: Shot) -> None:
    shot.body = rng.choice(
        (
            b"", b"\0" * 100, bytes(range(256)), b"{}", b"[1", b"<a/>", b"a=1&" * 13_000, b"=&=&", b"%zz=%", b"\xff=\xfe",
            b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--b--", b"--b\r\nContent-Disposition: form-data",
            b'--b\r\nContent-Disposition: form-data; name="a"; filename="../../x\0.csv"\r\n\r\n1\r\n--b--\r\n',
            b'--b\r\nContent-Disposition: form-data; name="a"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--b--\r\n',
            b"x" * 200_000,
        )
    )  # fmt: skip
    shot.content_type = rng.choice(
        (
            "multipart/form-data; boundary=b", "multipart/form-data", "multipart/form-data; boundary=" + "b" * 300, "",
            "application/x-www-form-urlencoded; charset=klingon", "application/x-www-form-urlencoded; charset=utf-16",
            "application/json", "application/x-www-form-urlencoded", "text/xml", "multipart/mixed; boundary=b", "x" * 500,
            "application/x-www-form-urlencoded; charset=utf-8",
        )
    )  # fmt: skip


def _with_multipart(rng, shot: Shot, fields: list, files: set[str]) -> None:
    out, boundary = io.BytesIO(), b"----z" + b"q" * 20
    for part in (*_texts(fields, files), *_files(rng, files)):
        out.write(b"--" + boundary + b"\r\nContent-Disposition: form-data; name=" + part + b"\r\n")
    out.write(b"--" + boundary + b"--\r\n")
    shot.body = out.getvalue()
    if rng.random() < 0.05:
        shot.body = shot.body[: rng.randrange(len(shot.body))]
    shot.content_type = "multipart/form-data; boundary=" + boundary.decode()


def _texts(fields: list, files: set[str]) -> Iterator[bytes]:
    for name, value in fields:
        if name not in files:
            yield _named(name) + b"\r\n\r\n" + value.encode("utf-8", "surrogatepass")


def _files(rng, files: set[str]) -> Iterator[bytes]:
    for name in sorted(files):
        filename, content = rng.choice(_uploads())
        shown = rng.choice((filename, filename, "é\u202e.csv", "../x", 'a"b.csv', "<zq9>.csv", "\0.csv", ""))
        yield _named(name) + b'; filename="' + shown.encode() + b'"\r\nContent-Type: text/csv\r\n\r\n' + content


def _named(name: str) -> bytes:
    return b'"' + name.encode("utf-8", "surrogatepass").replace(b'"', b"%22") + b'"'
