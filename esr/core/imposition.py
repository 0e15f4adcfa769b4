"""Finished pages laid on larger sheets, which are cut after printing."""

import io
import re
from itertools import zip_longest

# A4 on its side, in points.
_WIDTH, _HEIGHT = 297 / 25.4 * 72, 210 / 25.4 * 72
# Where to cut: a fine dashed line, which screen readers pass over.
_CUT = f"/Artifact BMC q 0.5 G 0.4 w [3 4] 0 d {_WIDTH / 2:.3f} 0 m {_WIDTH / 2:.3f} {_HEIGHT:.3f} l S Q EMC\n".encode()

_MARK = re.compile(rb"/MCID (\d+)")


def two_up(document: bytes) -> bytes:
    """A document of A5 pages (see esr.core.pdf) as A4 sheets to cut in the middle: pages 1 and 2 on the first sheet, 3
    and 4 on the next, the last one alone when their number is odd.

    Tags, bookmarks, title and language stay, in the same order. Raises ValueError when a page has a link: it would be
    left where the page was.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(document)) as opened:
        pages = [page.obj for page in opened.pages]
        if any("/Annots" in page for page in pages):
            raise ValueError("A page with links cannot be laid on a sheet")
        numbers = list(opened.Root.StructTreeRoot.ParentTree.Nums)
        owners = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
        moved: dict[tuple, tuple] = {}
        for left, right in zip_longest(pages[::2], pages[1::2]):
            content = _placed(left, _content(left), column=0)
            if right is not None:
                marks = owners[int(left.StructParents)]
                moved[right.objgen] = (left, right, len(marks))
                content += _placed(right, _beside(left, right, len(marks)), column=1)
                marks.extend(owners.pop(int(right.StructParents)))
            left.Contents = opened.make_stream(content + _CUT)
            for box in ("/MediaBox", "/BleedBox", "/TrimBox"):
                left[box] = [0, 0, _WIDTH, _HEIGHT]
        opened.Root.StructTreeRoot.ParentTree.Nums = [item for pair in owners.items() for item in pair]
        _follow(opened, moved)
        for position in reversed(range(1, len(pages), 2)):
            del opened.pages[position]
        out = io.BytesIO()
        opened.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _content(page) -> bytes:
    import pikepdf

    streams = page.Contents if isinstance(page.Contents, pikepdf.Array) else [page.Contents]
    return b"\n".join(stream.read_bytes() for stream in streams)


def _left_edge(page, column: int) -> float:
    """Where the page begins on the sheet: in the middle of its half."""
    return _WIDTH / 4 * (2 * column + 1) - float(page.MediaBox[2]) / 2


def _placed(page, content: bytes, *, column: int) -> bytes:
    return b"q 1 0 0 1 %.3f 0 cm\n%s\nQ\n" % (_left_edge(page, column), content)


def _beside(left, right, marks: int) -> bytes:
    """The content of `right` with its marks counted from `marks` on, and its fonts and the like under names that
    `left` does not use; they are added to those of `left`."""
    content = _MARK.sub(lambda mark: b"/MCID %d" % (int(mark[1]) + marks), _content(right))
    if left.Resources.is_indirect and left.Resources.objgen == right.Resources.objgen:
        return content
    import pikepdf

    both = pikepdf.Dictionary({kind: pikepdf.Dictionary(named) for kind, named in left.Resources.items()})
    names = set()
    for kind, named in right.Resources.items():
        both[kind] = both.get(kind, pikepdf.Dictionary())
        for name, resource in named.items():
            both[kind][f"/Right-{name[1:]}"] = resource
            names.add(re.escape(name[1:].encode()))
    left.Resources = both
    if not names:
        return content
    return re.sub(rb"/(%s)(?=[\s/<>\[\]()])" % b"|".join(sorted(names)), rb"/Right-\1", content)


def _follow(opened, moved: dict[tuple, tuple]) -> None:
    """Tags and bookmarks of the moved pages point at their sheets."""
    import pikepdf

    for thing in opened.objects:
        if not isinstance(thing, pikepdf.Dictionary):
            continue
        if "/Pg" in thing and (place := moved.get(thing.Pg.objgen)):
            sheet, _, marks = place
            thing.Pg = sheet
            thing.K = pikepdf.Array([kid + marks if isinstance(kid, int) else kid for kid in thing.K])
        elif "/Title" in thing and (target := _target(thing)) is not None and (place := moved.get(target[0].objgen)):
            sheet, page, _ = place
            target[0] = sheet
            target[2] = float(target[2]) + _left_edge(page, 1)


def _target(bookmark):
    """Where a bookmark points: [page, /XYZ, left, top, zoom]."""
    return bookmark.get("/Dest") if "/Dest" in bookmark else bookmark.get("/A", {}).get("/D")
