"""A PDF read as a person reads it: by poppler and pikepdf, which know nothing of how it was made."""

import io
import itertools
import re
import subprocess
from dataclasses import dataclass
from xml.etree import ElementTree

_XHTML = "{http://www.w3.org/1999/xhtml}"


def text_of(pdf: bytes) -> list[str]:
    """The text of each page, with single spaces."""
    run = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return [" ".join(page.split()) for page in run.stdout.decode().split("\f")[:-1]]


def fonts_of(pdf: bytes, tmp_path) -> dict[str, bool]:
    """Family → whether the font itself is in the file."""
    path = tmp_path / "document.pdf"
    path.write_bytes(pdf)
    lines = subprocess.run(["pdffonts", path], capture_output=True, check=True, text=True).stdout.splitlines()[2:]
    return {re.sub(r"^[A-Z]{6}\+", "", line.split()[0]): line.split()[-5] == "yes" for line in lines}


@dataclass(frozen=True)
class Word:
    """A word and its box, in points from the page's upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    words: list[Word]


def layout_of(pdf: bytes) -> list[Page]:
    """Where the words of each page stand."""
    run = subprocess.run(["pdftotext", "-raw", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = ElementTree.fromstring(run.stdout).iter(f"{_XHTML}page")
    return [
        Page(
            float(page.get("width")),
            float(page.get("height")),
            [
                Word(word.text or "", *(float(word.get(side)) for side in ("xMin", "yMin", "xMax", "yMax")))
                for word in page.iter(f"{_XHTML}word")
            ],
        )
        for page in pages
    ]


def sizes_of(pdf: bytes) -> set[tuple[int, int]]:
    """Widths and heights of the pages, in millimetres."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        boxes = [[float(side) for side in page.mediabox] for page in document.pages]
    return {(round((box[2] - box[0]) / 72 * 25.4), round((box[3] - box[1]) / 72 * 25.4)) for box in boxes}


def assert_accessible(pdf: bytes, *, title: str) -> None:
    """Tagged, in French, with its title; every piece of marked content of every page is in the tree of tags."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        root = document.Root
        assert str(root.Lang) == "fr"
        assert bool(root.MarkInfo.Marked)
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as metadata:
            assert metadata["dc:title"] == title
            assert metadata["pdfuaid:part"] == "1"
        numbers = list(root.StructTreeRoot.ParentTree.Nums)
        owners = {int(key): value for key, value in zip(numbers[::2], numbers[1::2], strict=True)}
        assert list(owners) == sorted(owners)
        branches = {branch.objgen for branch in root.StructTreeRoot.K}
        for page in document.pages:
            marks = {
                int(operands[1].MCID)
                for operands, operator in pikepdf.parse_content_stream(page)
                if str(operator) == "BDC" and "/MCID" in operands[1]
            }
            elements = owners[int(page.obj.StructParents)]
            assert marks
            assert marks == set(range(len(elements)))
            for element in elements:
                assert element.Pg.objgen == page.obj.objgen
                while "/P" in element and element.objgen not in branches:
                    element = element.P
                assert element.objgen in branches


def bookmarks_of(pdf: bytes) -> list[tuple[str, int]]:
    """Title and page (from 1) of each bookmark."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_outline() as outline:
        found = []
        for item in outline.root:
            target = item.destination if item.destination is not None else item.action.D
            found.append((item.title, document.pages.index(pikepdf.Page(target[0])) + 1))
        return found


_PAINTS = frozenset("Tj TJ ' \" f F f* S s B B* b b* Do sh BI INLINE IMAGE".split())
# A cell may say nothing: a place to sign, a class that a candidate has not. What is no structure says nothing.
_MAY_BE_EMPTY = {"TD", "NonStruct"}


def faults_of(pdf: bytes) -> list[str]:
    """What a checker of PDF/UA would say of tags and content, page by page and tag by tag; nothing when all is well."""
    import pikepdf

    faults = []
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages, start=1):
            faults += [f"page {number}: {fault}" for fault in _unmarked(page)]
        tags = list(_walk(document.Root.StructTreeRoot.K, ()))
    levels = [int(kind[1]) for kind, _, _ in tags if re.fullmatch(r"H[1-6]", kind)]
    if levels[:1] != [1]:
        faults.append(f"the first heading is of level {levels[:1]}")
    faults += [f"a heading of level {b} follows one of {a}" for a, b in itertools.pairwise(levels) if b > a + 1]
    for kind, element, above in tags:
        path = "/".join((*above, kind))
        if "/K" not in element or len(_kids(element)) == 0:
            faults += [f"{path} is empty"] if kind not in _MAY_BE_EMPTY else []
        if kind in ("Figure", "Formula") and not str(element.get("/Alt", "")).strip():
            faults.append(f"{path} has no alternative")
        if kind == "TH" and _attribute(element, "/Scope") != ("/Column" if "THead" in above else "/Row"):
            faults.append(f"{path} has no scope")
        if "/ID" in element or _attribute(element, "/Headers"):
            faults.append(f"{path} is named, and there is no tree of names")
        if kind in ("TH", "TD") and above[-1] != "TR":
            faults.append(f"{path} is outside a row")
        if kind == "TR" and not set(above[-1:]) & {"Table", "THead", "TBody", "TFoot"}:
            faults.append(f"{path} is outside a table")
        if kind == "LI" and above[-1] != "L":
            faults.append(f"{path} is outside a list")
    for kind, element, _ in tags:
        if kind == "Table" and "TH" not in {inner for inner, _, _ in _walk(_kids(element), ())}:
            faults.append("a table has no header")
    return sorted(set(faults))


def _kids(element) -> list:
    import pikepdf

    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _walk(kids, above):
    """Each tag below: its kind, itself, the kinds above it; depth first, as it is read aloud."""
    import pikepdf

    for kid in kids:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            kind = str(kid.S)[1:]
            yield kind, kid, above
            yield from _walk(_kids(kid), (*above, kind))


def _attribute(element, name: str) -> str:
    import pikepdf

    attributes = element.get("/A", [])
    found = [attributes] if isinstance(attributes, pikepdf.Dictionary) else list(attributes)
    return next((str(each[name]) for each in found if isinstance(each, pikepdf.Dictionary) and name in each), "")


def _unmarked(page) -> list[str]:
    """What is painted that is neither in the tree of tags nor said to be an ornament."""
    import pikepdf

    marks, faults = [], []
    for operands, operator in pikepdf.parse_content_stream(page):
        name = str(operator)
        if name in ("BDC", "BMC"):
            tagged = name == "BDC" and isinstance(operands[1], pikepdf.Dictionary) and "/MCID" in operands[1]
            marks.append(tagged or str(operands[0]) == "/Artifact")
        elif name == "EMC":
            marks.pop()
        elif name in _PAINTS and not any(marks):
            faults.append(f"{name} paints without a mark")
    if marks:
        faults.append("a mark is not closed")
    return faults


def pictures_of(pdf: bytes) -> list[bytes]:
    """Each page as its pixels at 100 dpi, with their width and height in front."""
    run = subprocess.run(["pdftoppm", "-r", "100"], input=pdf, capture_output=True, check=True)
    assert run.stderr == b""
    pictures, rest = [], run.stdout
    while rest:
        head = re.match(rb"P6\n(\d+) (\d+)\n255\n", rest)
        end = head.end() + 3 * int(head[1]) * int(head[2])
        pictures.append(rest[:end])
        rest = rest[end:]
    return pictures
