"""A page for each of many people that differ by a few words: laid out once, then filled in for everybody.

WeasyPrint takes 20 ms for such a page, most of it to find out again where everything goes. Here a template marks what
varies with an attribute, the last one before a text without elements or before the address of a picture:

    <p class="name" data-varies>{{ candidate.first_name }} {{ candidate.last_name|upper }}</p>
    <img class="seal" alt="…" data-varies src="data:image/png;base64,…">

Pages that are equal but for that have the same *shape*. WeasyPrint lays out one *specimen* of each shape. Every page is
the specimen's drawing with its own texts in it, which WeasyPrint shapes and draws too, and a copy of the specimen's
tags. A text that would move anything (by a second line, by a character of another height), or a field in a place where
that is not sure, sends the page to WeasyPrint as a whole: the result always looks as if it had done all of it.
"""

import re
import struct
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from itertools import chain, zip_longest

from esr.core import pdf, pdf_file

# What is between <body> and </body>: one of these elements a page, and nothing else.
_SHEET = '<section class="page"'
_VARIES = re.compile(r'(?<= data-varies>)[^<>]*[^<>\s][^<>]*(?=<)|(?<= data-varies src=")[^"]+(?=")')
# White space that HTML would take away or turn into a space.
_SPACES = re.compile(r"^ | $|  |[\t\n\f\r]")
_PNG = "data:image/png;base64,"

# Classes of the body, tried in this order until a page holds all of its text: smaller, never cut.
_DENSITIES = ("", "compact", "dense", "tight")

# A page that was laid out takes a megabyte until its document is written, and makes the others slower.
_LAID_OUT_AT_ONCE = 50
# A template of which more shapes are frequent than this marks too little of what varies.
_SPECIMENS = 20
# A text within so many pixels of the full width is left to WeasyPrint: rounding decides whether it fits.
_MARGIN = 0.1


def render(template: str, contexts: Iterable[dict], progress: Callable[[int], None] = lambda steps: None) -> bytes:
    """The pages of all contexts as one document, as `pdf.render` makes it, its bookmarks on one level.

    A context may give several pages; the first one gives the head of the document. `progress` is called with how many
    pages were read from the template plus how many were printed. Raises ValueError when there is no page, or a page has
    a link; and what `pdf.render` raises.
    """
    head, sheets, shapes = "", [], {}
    for context in contexts:
        start, *sections = pdf.html_of(template, context).split(_SHEET)
        head = head or start
        for section in sections:
            section = _SHEET + section[: section.rindex("</section>")] + "</section>"
            shape = tuple(_VARIES.split(section))
            # Equal shapes are one object.
            sheets.append(_Sheet(shapes.setdefault(shape, shape), tuple(_VARIES.findall(section))))
        progress(len(sheets))
    parts, printed = [], 0
    for count, part in _parts(head, sheets):
        parts.append(part)
        printed += count
        progress(len(sheets) + printed)
    if not parts:
        raise ValueError("There is nothing to print")
    return parts[0] if len(parts) == 1 else pdf.join(parts)


@dataclass(frozen=True)
class _Sheet:
    """What the template says of one person: the HTML around what varies, and what stands there, escaped."""

    shape: tuple[str, ...]
    values: tuple[str, ...]

    @property
    def html(self) -> str:
        return "".join(chain.from_iterable(zip_longest(self.shape, self.values, fillvalue="")))


def _parts(head: str, sheets: list[_Sheet]) -> Iterator[tuple[int, bytes]]:
    """Documents, each with how many sheets it holds: one, unless too many of the pages have to be laid out."""
    with pdf.no_garbage_collection():
        specimens, densities = _specimens(head, sheets)
    part = _Part(head, densities)
    for sheet in sheets:
        if len(part.whole) == _LAID_OUT_AT_ONCE:
            yield len(part.filled), part.close()
            part = _Part(head, densities)
        part.add(sheet, specimens.get(sheet.shape))
    if part.filled:
        yield len(part.filled), part.close()


class _Part:
    """Pages that become one document: its texts are drawn as they come, its fonts know all of their letters."""

    def __init__(self, head: str, densities: dict[tuple[str, ...], int]):
        self.head, self.densities = head, densities
        self.filled: list[tuple[_Sheet, _Specimen | None, list]] = []
        self.whole: list[_Sheet] = []  # those that WeasyPrint lays out
        self.fonts: dict = {}
        self._stream = _stream(self.fonts)
        self._drawn: dict = {}

    def add(self, sheet: _Sheet, specimen: "_Specimen | None") -> None:
        drawn = list(map(self._draw, specimen.fields, sheet.values)) if specimen else [None]
        if None in drawn:
            self.whole.append(sheet)
            specimen = None
        self.filled.append((sheet, specimen, drawn))

    def _draw(self, field, value: str):
        """Many have the same first name, and all of a class the same class."""
        if (field, value) not in self._drawn:
            self._drawn[field, value] = field.draw(value, self._stream)
        return self._drawn[field, value]

    def close(self) -> bytes:
        with pdf.no_garbage_collection():
            return self._close()

    def _close(self) -> bytes:
        from weasyprint import DEFAULT_OPTIONS
        from weasyprint.pdf import generate_pdf

        specimens = list(dict.fromkeys(specimen for _, specimen, _ in self.filled if specimen))
        whole = _lay_out(self.head, self.whole, self.densities) if self.whole else []
        pages = [*(specimen.page for specimen in specimens), *chain.from_iterable(whole)]
        document = pages[0].document.copy([page.page for page in pages])
        document.fonts = self.fonts
        options = {**DEFAULT_OPTIONS, **pdf.OPTIONS, "pdf_version": "1.7"}
        generated = generate_pdf(document, None, 1, **options)
        pdf.scope_headers(document, generated)
        book = pdf_file.Book(generated)
        plates = dict(zip(pages, book.plates, strict=True))
        own = {specimen: list(map(self._draw, specimen.fields, specimen.values)) for specimen in specimens}
        laid_out = iter(whole)
        for sheet, specimen, drawn in self.filled:
            if specimen:
                fields = zip(specimen.fields, own[specimen], drawn, strict=True)
                self._print(book, specimen.page, plates[specimen.page], fields, sheet.values)
            else:
                for page in next(laid_out):
                    self._print(book, page, plates[page], (), ())
        return book.close()

    def _print(self, book, page: "_Page", plate, fields: Iterable[tuple], values: tuple[str, ...]) -> None:
        content, pictures = plate.content, {}
        for field, own, drawn in fields:
            if isinstance(field, _Picture):
                pictures[field.name] = drawn
            elif content.count(own) == 1:
                content = content.replace(own, drawn)
            else:
                raise RuntimeError("The specimen's text is not in its page: nobody else's may stand there")
        reference = book.add_page(plate, content, pictures)
        titles = dict(zip(page.varying, map(unescape, values), strict=False))
        for label, element, x, y in page.bookmarks:
            book.add_bookmark(titles.get(element, label), reference, x, y)


# --- What WeasyPrint lays out ---------------------------------------------------------------------------------------


class _Page:
    """A page of WeasyPrint's. Bookmarks, as (label, element, x, y) in points, are taken out of it."""

    def __init__(self, document, page, density: int):
        if page.links:
            raise ValueError("Links are not supported in a series of pages")
        self.document, self.page, self.density = document, page, density
        self.boxes = list(_below(page._page_box))
        self.section = page._page_box.children[0].children[0].children[0].element
        # The elements in which `_VARIES` finds something, in the same order.
        marked = [element for element in self.section.iter() if "data-varies" in element.attrib]
        self.varying = [element for element in marked if element.get("src") or (element.text or "").strip()]
        labelled = [box for box, _ in self.boxes if box.bookmark_label and box.style["bookmark_level"] != "none"]
        self.bookmarks = [
            (label, box.element, 0.75 * x, 0.75 * (page.height - y))
            for (_, label, (x, y), _), box in zip(page.bookmarks, labelled, strict=True)
        ]
        page.bookmarks = []


def _below(box, around=()) -> Iterator[tuple]:
    """A box and all in it, each with the boxes around it, outermost first."""
    yield box, around
    for child in box.children:
        yield from _below(child, (*around, box))


def _lay_out(head: str, sheets: list[_Sheet], densities: dict[tuple[str, ...], int]) -> list[list[_Page]]:
    """The pages of each sheet: one, unless even the smallest letters need more. `densities` says for a shape which of
    `_DENSITIES` to begin with."""
    laid_out, waiting = {}, dict(enumerate(sheets))
    for number, density in enumerate(_DENSITIES):
        tried = {place: sheet for place, sheet in waiting.items() if densities.get(sheet.shape, 0) <= number}
        if not tried:
            continue
        start = head.replace("<body>", f'<body class="{density}">') if density else head
        document = pdf.lay_out(f"{start}{''.join(sheet.html for sheet in tried.values())}</body></html>")
        sections = {}
        for page in document.pages:
            page = _Page(document, page, number)
            sections.setdefault(page.section, []).append(page)
        laid_out |= zip(tried, sections.values(), strict=True)
        waiting = {place: sheet for place, sheet in waiting.items() if len(laid_out.get(place, ())) != 1}
        if not waiting:
            break
    return [pages for _, pages in sorted(laid_out.items())]


def _stream(fonts: dict):
    """What WeasyPrint draws on, apart from any document."""
    from pydyf import Dictionary
    from weasyprint.pdf.stream import Stream

    resources = Dictionary({kind: Dictionary() for kind in ("ExtGState", "XObject", "Pattern", "Shading")})
    return Stream(fonts, (0, 0, 0, 0), resources | {"ColorSpace": b""}, {}, {}, {}, None)


# --- Specimens ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Specimen:
    """The page of a shape: its fields, and what stands in them."""

    page: _Page
    fields: list["_Text | _Picture"]
    values: tuple[str, ...]


def _specimens(head: str, sheets: list[_Sheet]) -> tuple[dict[tuple[str, ...], _Specimen], dict[tuple[str, ...], int]]:
    """By shape, for those that several sheets have and in which every field is where it may vary; and the density that
    even the shortest texts of a shape need."""
    values = {}
    for sheet in sheets:
        values.setdefault(sheet.shape, []).append(sheet.values)
    frequent = sorted((shape for shape in values if len(values[shape]) > 1), key=lambda shape: -len(values[shape]))
    shortest = [
        _Sheet(shape, tuple(min(column, key=_awkward) for column in zip(*values[shape], strict=True)))
        for shape in frequent[:_SPECIMENS]
    ]
    specimens, densities = {}, {}
    for sheet, (page, *more) in zip(shortest, _lay_out(head, shortest, {}) if shortest else [], strict=True):
        densities[sheet.shape] = page.density
        fields = _fields(page, sheet.values)
        if fields is not None and not more:
            specimens[sheet.shape] = _Specimen(page, fields, sheet.values)
    return specimens, densities


def _awkward(value: str) -> tuple[bool, int]:
    """How little a value suits a specimen: a long one might take two lines."""
    return bool(_SPACES.search(value)), len(value)


def _fields(page: _Page, values: tuple[str, ...]) -> list["_Text | _Picture"] | None:
    """The fields in which the values stand; None unless another one could stand in each and move nothing."""
    from weasyprint.formatting_structure.boxes import ReplacedBox, TextBox

    stream = _stream({})
    page.page.paint(stream)
    drawn = pdf_file.content(stream.stream)
    fields = []
    for element, value in zip(page.varying, values, strict=True):
        places = [place for place in page.boxes if place[0].element is element]
        places = [(box, around) for box, around in places if isinstance(box, TextBox | ReplacedBox)]
        if len(places) != 1:
            return None
        ((box, around),) = places
        if isinstance(box, ReplacedBox):
            field = _Picture(box)
            stays = "auto" not in (box.style["width"], box.style["height"])
        else:
            field = _Text(box, around)
            stays = box.text == unescape(value) and field.stays(page.boxes)
            # What the field draws must be found in what the page draws.
            stays = stays and drawn.count(field.draw(value, stream) or b"?") == 1
        if not stays:
            return None
        fields.append(field)
    return fields


def _keeps_its_width(box) -> bool:
    """Whether a box is in the flow and as wide as what is around it wants, whatever it holds."""
    from weasyprint.formatting_structure import boxes

    steady = {boxes.PageBox, boxes.BlockBox, boxes.LineBox, boxes.InlineBox}
    steady |= {boxes.TableRowGroupBox, boxes.TableRowBox, boxes.TableCellBox}
    columns = type(box) is boxes.TableBox and box.style["table_layout"] == "fixed" and box.style["width"] != "auto"
    return box.is_in_normal_flow() and (columns or type(box) in steady)


class _Text:
    """A text at the end of the only line of its block."""

    def __init__(self, box, around: tuple):
        from weasyprint.formatting_structure.boxes import LineBox

        self.box, self.around = box, around
        place = next(place for place, other in enumerate(around) if isinstance(other, LineBox))
        self.block, self.line = around[place - 1], around[place]
        # The share of a difference in width by which the text starts further left.
        self.pull = {"center": 0.5, "right": 1, "end": 1}.get(self.line.style["text_align_all"], 0)
        before = 0 if self.pull else self.line.position_x - self.block.content_box_x()
        self.width = box.width + self.block.width - self.line.width - before - _MARGIN

    def stays(self, boxes: list[tuple]) -> bool:
        """Whether another text of the same height and not too wide stands in the same place, and all else too."""
        style, top, bottom = self.box.style, self.line.position_y, self.line.position_y + self.line.height
        on_line = [box for box, around in boxes if self.line in around and not box.children]
        beside = [
            box
            for box, _ in boxes
            if box.is_floated() and box.position_y < bottom and box.position_y + box.margin_height() > top
        ]
        return (
            all(map(_keeps_its_width, self.around))
            and list(self.block.children) == [self.line]
            and not self.line.text_indent
            and (on_line == [self.box] if self.pull else on_line[-1] is self.box)
            and not beside
            and (style["direction"], style["visibility"]) == ("ltr", "visible")
            and (style["text_transform"], style["text_decoration_line"]) == ("none", "none")
        )

    def draw(self, value: str, stream) -> bytes | None:
        """The operators that show `value`, from BT to ET; None if it takes more room than there is."""
        from weasyprint.draw.text import draw_text
        from weasyprint.layout.inline import split_text_box

        text = unescape(value)
        if _SPACES.search(text):
            return None
        box, rest, _ = split_text_box(None, self.box.copy_with_text(text), self.width, 0)
        size, own = (box.height, box.baseline), (self.box.height, self.box.baseline)
        if rest is not None or box.width > self.width or size != own:
            return None
        box.position_x -= self.pull * (box.width - self.box.width)
        stream.stream = []
        draw_text(stream, box, 0, "clip", "none")
        return pdf_file.content(stream.stream[stream.stream.index(b"BT") :])


class _Picture:
    """A picture of a fixed size."""

    def __init__(self, box):
        self.interpolated = box.style["image_rendering"] == "auto"
        self.name = f"i{box.replacement.id}{int(self.interpolated)}"
        self.most_pixels = min(box.width, box.height) / 96 * pdf.OPTIONS["dpi"]

    def draw(self, value: str, _stream) -> tuple[bytes, bytes] | None:
        """Content and entries of the object that a PNG becomes; None for one that WeasyPrint would convert."""
        if not value.startswith(_PNG):
            return None
        png = b64decode(value.removeprefix(_PNG))
        width, height, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", png[16:29])
        content, at = b"", 33
        while at < len(png):
            length, chunk = struct.unpack(">I4s", png[at : at + 8])
            if chunk == b"IDAT":
                content += png[at + 8 : at + 8 + length]
            at += length + 12
        if kind != 0 or bits > 8 or interlaced or b"tRNS" in png or max(width, height) > self.most_pixels:
            return None
        interpolate = b"true" if self.interpolated else b"false"
        return content, (
            b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace/DeviceGray/Interpolate %s"
            b"/DecodeParms<</Predictor 15/Columns %d/BitsPerComponent %d>>"
        ) % (width, height, bits, interpolate, width, bits)
