"""What each page weighs beyond the design system, which a device keeps after its first visit. Bytes as they travel:
compressed like the proxy does, so no speed of any machine enters."""

import gzip
import re
from itertools import chain
from pathlib import Path

from django.contrib.staticfiles import finders

from exams.queries import FIRST_VISIT
from tests.factories import SittingFactory
from tests.test_rights import cells, world  # noqa: F401 - a fixture

LIMIT = 100_000
CLASS = 35

# Who sees the pages of each access, the fullest ones.
ROLES = {"public": ["anonymous"], "candidate": ["candidate"], "bearer": [], "admin": ["national"]}
ROLES |= {"administrator": ["national"], "signed in": ["head"], "account owner": ["head"]}
ROLES |= {"head": ["head"], "staff": ["head", "supervisor"]}

_LINKED = re.compile(rb'(?:href|src|data-clip)="/static/([^"?#]+)"')
_IMPORTED = re.compile(r'(?:from|import)\s*\(?\s*"(\.{1,2}/[^"]+)"')
# The State's, and in the administration Django's own: files that stay on a device.
_DESIGN_SYSTEMS = ("/static/dsfr/", "/contrib/admin/static/")
_COMPRESSED = {".css", ".js", ".svg", ".json", ".html"}


def travels(content: bytes) -> int:
    return len(gzip.compress(content, 5))


def file_of(name: str) -> Path:
    path = finders.find(name) or finders.find(re.sub(r"\.[0-9a-f]{12}(\.\w+)$", r"\1", name))
    assert path, f"{name} is no static file"
    return Path(path)


def of_design_system(file: Path) -> bool:
    return any(part in file.as_posix() for part in _DESIGN_SYSTEMS)


def linked(page: bytes) -> set[Path]:
    """The static files of a page: those it names, and the modules that they import."""
    files = {file_of(name.decode()) for name in _LINKED.findall(page)}
    waiting = [file for file in files if file.suffix == ".js"]
    while waiting:
        file = waiting.pop()
        if of_design_system(file):
            continue  # one file
        for name in _IMPORTED.findall(file.read_text()):
            imported = (file.parent / name).resolve()
            if imported not in files:
                files.add(imported)
                waiting.append(imported)
    return files


def weight(file: Path) -> int:
    content = file.read_bytes()
    return travels(content) if file.suffix in _COMPRESSED else len(content)


def pages(world) -> dict[str, bytes]:  # noqa: F811
    """Every page that somebody sees, with a class of 35 in the exam and the list: name and role → its HTML."""
    for _ in range(CLASS - 1):
        SittingFactory(exam=world.a.exam)
    found = {}
    for cell in cells(world, world.a):
        for role in ROLES[cell.access]:
            answer = world.clients[role].get(cell.url)
            if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
                found[f"{cell.name} ({role}) {cell.url}"] = b"".join(answer)
    return found


def test_no_page_weighs_more_than_100_kb_beyond_the_design_system(world):  # noqa: F811
    found = pages(world)
    assert len(found) > 100
    sizes, heavy = {}, {}
    for name, page in found.items():
        own = [file for file in linked(page) if not of_design_system(file)]
        for file in own:
            sizes.setdefault(file, weight(file))
        total = travels(page) + sum(sizes[file] for file in own)
        if total > LIMIT:
            heavy[name] = total
    assert not heavy, sorted(heavy.items(), key=lambda item: -item[1])[:20]


def test_what_a_first_visit_costs_is_what_the_room_check_counts_on(world):  # noqa: F811
    """From the number to the player, on a device that was never here: pages, design system, fonts, scripts, check."""
    candidate = world.clients["candidate"]
    urls = ("/examen/", "/examen/connexion/", "/examen/identite/", "/examen/epreuve/")
    visited = [candidate.get(url).content for url in urls]
    files = set(chain.from_iterable(map(linked, visited)))
    fonts = [file_of(f"dsfr/fonts/Marianne-{style}.woff2") for style in ("Regular", "Bold")]
    total = sum(map(travels, visited)) + sum(map(weight, [*files, *fonts]))
    assert FIRST_VISIT * 0.7 < total < FIRST_VISIT
