"""The one door to WeasyPrint: a template in, the bytes of a PDF out.

Documents see our fonts, our static files, the bank's pictures, `data:` images, and nothing else: whatever a school
types, no document ever reads a file of the machine or an address of the network, and what a machine has installed
never changes how a document looks.
"""

import atexit
import gc
import io
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, lru_cache
from mimetypes import guess_type
from pathlib import Path
from threading import Lock, local
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.storage import default_storage
from django.template.loader import render_to_string

# Tagged, and pictures at this resolution (dots per inch) at most.
OPTIONS = {"pdf_variant": "pdf/ua-1", "optimize_images": True, "dpi": 150, "jpeg_quality": 80}

# As templates/print/base.html writes it.
_LINKED_SHEET = re.compile(r'<link rel="stylesheet" href="static:(css/print/\w+\.css)">')

# Called with how many steps are done, and of how many.
Progress = Callable[[int, int], None]

_fontconfig = Lock()


class RefusedAddress(ValueError):
    """A document asked for something outside the allow-list, or that does not exist."""


def _path_of_static(name: str) -> Path:
    path = finders.find(name)
    if path is None:
        raise RefusedAddress(f"No static file is called {name}")
    return Path(path)


def _read_static(name: str) -> bytes:
    return _path_of_static(name).read_bytes()


def _read_bank(name: str) -> bytes:
    with default_storage.open(f"bank/{name}") as picture:
        return picture.read()


# Addresses of our own inside documents: static:css/print/base.css, bank:<media>/still.jpg. Finders and storage
# themselves refuse to leave their folders.
_READERS = {"static": _read_static, "bank": _read_bank}


def has_picture(media: str) -> bool:
    """Whether `bank:<media>/still.jpg` exists: documents ask first, for a missing file is an error, never a hole."""
    return default_storage.exists(f"bank/{media}/still.jpg")


@cache
def _fetcher_class() -> type:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class AllowListFetcher(URLFetcher):
        """Answers `static:`, `bank:` and `data:` addresses; whatever it refuses stops the document."""

        def __init__(self):
            super().__init__(allowed_protocols={"data"}, fail_on_errors=True)

        def fetch(self, url, headers=None):
            scheme, _, rest = url.partition(":")
            if scheme not in _READERS:
                return super().fetch(url, headers)
            name = unquote(rest).lstrip("/")
            kind = guess_type(name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, body=_READERS[scheme](name), headers={"Content-Type": kind})

    return AllowListFetcher


@contextmanager
def _our_fonts_only() -> Iterator[None]:
    """fontconfig reads its configuration when a font map is made: ours, whatever the machine has installed.

    The variable is put back at once, because processes that we start (a browser in the tests) inherit it.
    """
    with _fontconfig:
        before = os.environ.get("FONTCONFIG_FILE")
        os.environ["FONTCONFIG_FILE"] = str(_path_of_static("fonts/fonts.conf"))
        try:
            yield
        finally:
            if before is None:
                del os.environ["FONTCONFIG_FILE"]
            else:
                os.environ["FONTCONFIG_FILE"] = before


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """All that a document is made of lives until its last page: searching it for garbage takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@cache
def _printable() -> frozenset[str]:
    """The characters that our fonts can print."""
    from fontTools.ttLib import TTFont

    printable = {"\n", "\t"}
    for path in _path_of_static("fonts/fonts.conf").parent.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            printable.update(map(chr, font.getBestCmap()))
    return frozenset(printable)


def _with_printable_text(html: str) -> str:
    """A character without a glyph would vanish from the page; it becomes �, which is seen."""
    missing = set(html) - _printable()
    return html.translate({ord(character): "\ufffd" for character in missing}) if missing else html


def scope_headers(document, pdf) -> None:
    """Say of each header of a table whether it heads a column (in `thead`) or a row.

    WeasyPrint lists each cell's headers by identifiers instead, without the tree of identifiers that this needs, and
    they would be the same ones in each part of a joined document.
    """

    def parent(tag):
        return pdf.objects[int(tag["P"].split()[0])]  # b"57 0 R"

    for tag in pdf.objects:
        kind = tag.get("S") if isinstance(tag, dict) else None
        if kind == "/TH":
            tag["A"]["Scope"] = "/Column" if parent(parent(tag))["S"] == "/THead" else "/Row"
            tag.pop("ID", None)
        elif kind == "/TD":
            tag["A"].pop("Headers", None)


def html_of(template: str, context: dict) -> str:
    """The template as HTML, all of it printable."""
    return _with_printable_text(render_to_string(template, {**context, "print_brand": settings.BRAND_MINISTRY}))


_of_thread = local()


def _fonts():
    """Our fonts as WeasyPrint knows them, found once by each thread: no document brings any of its own."""
    if not hasattr(_of_thread, "fonts"):
        with _our_fonts_only():
            from weasyprint.text.fonts import FontConfiguration

            _of_thread.fonts = FontConfiguration()
            # It cleans up after itself, which it no longer can once Python has begun to leave.
            atexit.register(vars(_of_thread).clear)
    return _of_thread.fonts


@lru_cache(maxsize=32)
def _sheet(content: bytes):
    """A style sheet of ours, read once: for a class, reading it takes a third as long as printing."""
    from weasyprint import CSS

    return CSS(string=content.decode(), base_url="static:", url_fetcher=_fetcher_class()())


def lay_out(html: str):
    """A WeasyPrint document with its pages laid out. Raises RefusedAddress."""
    sheets = [_sheet(_read_static(name)) for name in _LINKED_SHEET.findall(html)]
    html = _LINKED_SHEET.sub("", html)
    from weasyprint import HTML
    from weasyprint.urls import FatalURLFetchingError

    try:
        return HTML(string=html, base_url="static:", url_fetcher=_fetcher_class()()).render(
            font_config=_fonts(), stylesheets=sheets, **OPTIONS
        )
    except FatalURLFetchingError as error:  # a BaseException: it must not leave this module
        raise RefusedAddress(str(error)) from error


def unwatched(done: int, total: int) -> None:
    """The progress of what nobody waits for."""


_laid_out: ContextVar[Callable[[int], None]] = ContextVar("_laid_out", default=lambda page: None)


class _LaidOut(logging.Handler):
    """What WeasyPrint says of its progress, to whoever waits in this thread; what they raise stops the document."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.msg.endswith("Creating layout - Page %d"):
            _laid_out.get()(record.args[0])


@cache
def _listen() -> None:
    from weasyprint.logger import PROGRESS_LOGGER

    PROGRESS_LOGGER.setLevel(logging.INFO)
    PROGRESS_LOGGER.addHandler(_LaidOut())
    PROGRESS_LOGGER.propagate = False


@contextmanager
def _each_laid_out(call: Callable[[int], None]) -> Iterator[None]:
    """`call` is told the number of each page that is laid out."""
    _listen()
    token = _laid_out.set(call)
    try:
        yield
    finally:
        _laid_out.reset(token)


def _each_drawn(pages: Iterable, call: Callable[[int], None]) -> None:
    """`call` is told the number of each page that is drawn."""

    def watched(paint, number):
        def paint_and_tell(*arguments):
            paint(*arguments)
            call(number)

        return paint_and_tell

    for number, page in enumerate(pages, start=1):
        page.paint = watched(page.paint, number)


def render(template: str, context: dict, *, progress: Progress = unwatched, expected: int = 1) -> bytes:
    """The template as a tagged PDF (PDF/UA-1): one document, however many pages; the same input gives the same bytes.

    The template links its style sheets as `static:css/print/….css`, names only the families of `static/fonts`, and
    has a `lang` and a `title`. `progress` counts each page twice, laid out and drawn; `expected` is how many pages
    there will be, more or less. Raises TemplateDoesNotExist, or RefusedAddress when the template itself (never typed
    text, which is escaped) asks for a file outside the allow-list.
    """
    with no_garbage_collection():
        with _each_laid_out(lambda page: progress(page, 2 * max(expected, page + 1))):
            document = lay_out(html_of(template, context))
        count = len(document.pages)
        _each_drawn(document.pages, lambda page: progress(count + page, 2 * count))
        return document.write_pdf(finisher=scope_headers, **OPTIONS)


def pages(document: bytes) -> int:
    """How many pages a document of `render` has."""
    import pikepdf

    with pikepdf.open(io.BytesIO(document)) as opened:
        return len(opened.pages)


def join(parts: Iterable[bytes]) -> bytes:
    """Several documents of `render` as one, with their tags and bookmarks; title and language are the first one's.

    The time of a document grows with the square of its pages: a long one is rendered in parts of about fifty.
    Raises ValueError when there is no part.
    """
    import pikepdf

    parts = iter(parts)
    first = next(parts, None)
    if first is None:
        raise ValueError("There is nothing to join")
    with pikepdf.open(io.BytesIO(first)) as whole:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as document:
                _append(whole, document)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _append(whole, document) -> None:
    """Add `document`'s pages, links and bookmarks, then its tags, which the library leaves behind."""
    first_page = len(whole.pages)
    whole.add_pages_from(document)
    # A tag copied after its page points at the copy.
    tags = whole.copy_foreign(document.Root.StructTreeRoot)
    branch, trunk = tags.K[0], whole.Root.StructTreeRoot.K[0]
    for element in branch.K:
        element.P = trunk
        trunk.K.append(element)
    mapping, added = whole.Root.StructTreeRoot.ParentTree.Nums, list(tags.ParentTree.Nums)
    offset = int(mapping[-2]) + 1  # keys and values alternate, keys grow
    for key, elements in zip(added[::2], added[1::2], strict=True):
        mapping.append(int(key) + offset)
        mapping.append(elements)
    for page in whole.pages[first_page:]:
        page.obj.StructParents = int(page.obj.StructParents) + offset
        for annotation in page.obj.get("/Annots", ()):
            annotation.StructParent = int(annotation.StructParent) + offset
