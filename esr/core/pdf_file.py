"""A PDF written as it grows, and the copies of its pages: what `pdf_series` needs below WeasyPrint.

`pydyf`, with which WeasyPrint writes, keeps every object until the end; here a hundred pages or ten thousand take the
same memory but for the bytes themselves. Terms are those of ISO 32000-1.
"""

import io
import re
import zlib
from collections import defaultdict
from hashlib import md5

# Objects to a compressed pack (7.5.7).
_PACK = 2000
# A reference.
_NUMBER = re.compile(rb"(\d+)(?= 0 R)")


class File:
    """Objects in, bytes out. Numbers are given out by `reserve`."""

    def __init__(self):
        self._out = io.BytesIO(b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n")
        self._out.seek(0, io.SEEK_END)
        self._places = bytearray((0).to_bytes(7))  # of object 0, which does not exist
        self._pack: list[tuple[int, bytes]] = []

    def reserve(self, count: int = 1) -> int:
        """The first of `count` new numbers in a row."""
        first = len(self._places) // 7
        self._places.extend(bytes(7 * count))
        return first

    def add(self, number: int, data: bytes) -> None:
        """Any object but a stream."""
        self._pack.append((number, data))
        if len(self._pack) >= _PACK:
            self._close_pack()

    def add_stream(self, number: int, content: bytes, entries: bytes = b"") -> None:
        """`content` comes compressed (Flate)."""
        head = b"<</Filter/FlateDecode/Length %d%s>>" % (len(content), entries)
        self.add_indirect(number, b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj" % (number, head, content))

    def add_indirect(self, number: int, data: bytes) -> None:
        """An object with its own head and foot."""
        self._place(number, 1, self._out.tell(), 0)
        self._out.write(data + b"\n")

    def close(self, catalog: int, info: int) -> bytes:
        """The whole file; the same objects give the same bytes."""
        self._close_pack()
        start, number = self._out.tell(), self.reserve()
        self._place(number, 1, start, 0)
        name = md5(self._out.getbuffer(), usedforsecurity=False).hexdigest().encode()
        entries = b"/Type/XRef/W[1 4 2]/Size %d/Root %d 0 R/Info %d 0 R/ID[<%s><%s>]" % (
            number + 1, catalog, info, name, name
        )  # fmt: skip
        self.add_stream(number, zlib.compress(self._places), entries)
        self._out.write(b"startxref\n%d\n%%%%EOF\n" % start)
        return self._out.getvalue()

    def _place(self, number: int, kind: int, where: int, index: int) -> None:
        """7.5.8.3: at a place in the file (1), or in a pack (2)."""
        self._places[7 * number : 7 * number + 7] = bytes((kind,)) + where.to_bytes(4) + index.to_bytes(2)

    def _close_pack(self) -> None:
        if not self._pack:
            return
        pack, where, heads = self.reserve(), 0, []
        for index, (number, data) in enumerate(self._pack):
            heads.append(b"%d %d" % (number, where))
            where += len(data) + 1
            self._place(number, 2, pack, index)
        head = b" ".join(heads) + b"\n"
        body = head + b"\n".join(data for _, data in self._pack)
        entries = b"/Type/ObjStm/N %d/First %d" % (len(self._pack), len(head))
        self.add_stream(pack, zlib.compress(body), entries)
        self._pack = []


class Book:
    """A document of WeasyPrint (`pdf`, of pydyf) of which pages are copied, each as often as wanted, in any order, with
    its tags; then it is written."""

    def __init__(self, pdf):
        import pydyf

        self._pydyf, self._pdf, self.file = pydyf, pdf, File()
        self.file.reserve(len(pdf.objects) - 1)
        pages = [pdf.objects[number] for number in pdf.pages["Kids"][::3]]
        self._tree = self._referred(pdf.catalog["StructTreeRoot"])
        self._document, self._owners = (
            self._referred(reference) for reference in (self._tree["K"][0], self._tree["ParentTree"])
        )
        tags = defaultdict(list)
        for item in pdf.objects:
            if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/StructElem" and "Pg" in item:
                tags[item["Pg"]].append(item)
        owners = self._owners["Nums"]
        self.plates = [
            _Plate(page, self._referred(page["Contents"]), tags[page.reference], owners[2 * number + 1], self._document)
            for number, page in enumerate(pages)
        ]
        self._left_out = {item.number for page in self.plates for item in (page.page, page.stream, *page.tags)}
        self._kids: list[bytes] = []
        self._branches: list[bytes] = []
        self._nums: list[bytes] = []
        self._bookmarks: list[tuple[str, bytes]] = []

    def _referred(self, reference: bytes):
        return self._pdf.objects[int(reference.split()[0])]

    def add_page(self, page: "_Plate", content: bytes, pictures: dict[str, tuple[bytes, bytes]]) -> bytes:
        """A copy of `page` with this content and these pictures in place of its own (name → content and entries of its
        object); its reference."""
        first = self.file.reserve(3 + len(page.tags))
        # The page, its content, who owns its marked content, and the tags, in this order.
        entries = self._pydyf.Dictionary(page.page)
        entries["Contents"] = b"%d 0 R" % (first + 1)
        entries["StructParents"] = len(self._kids)
        if self._referred(entries["Resources"])["XObject"]:
            entries["Resources"] = self._resources(entries["Resources"], content, pictures)
        self.file.add(first, entries.data)
        self.file.add_stream(first + 1, zlib.compress(content))
        self.file.add(first + 2, page.owners.at(first))
        for place, tag in enumerate(page.copies, start=3):
            self.file.add(first + place, tag.at(first))
        reference = b"%d 0 R" % first
        self._kids.append(reference)
        self._branches.extend(b"%d 0 R" % (first + place) for place in page.branches)
        self._nums.append(b"%d %d 0 R" % (entries["StructParents"], first + 2))
        return reference

    def _resources(self, reference: bytes, content: bytes, pictures: dict[str, tuple[bytes, bytes]]):
        shared = self._referred(reference)
        objects = {name: item for name, item in shared["XObject"].items() if f"/{name} ".encode() in content}
        for name, picture in pictures.items():
            number = self.file.reserve()
            self.file.add_stream(number, *picture)
            objects[name] = b"%d 0 R" % number
        return self._pydyf.Dictionary({**shared, "XObject": self._pydyf.Dictionary(objects)})

    def add_bookmark(self, title: str, page: bytes, x: float, y: float) -> None:
        """A bookmark on the first level; `x` and `y` in points from the bottom left."""
        self._bookmarks.append((title, self._pydyf.Array((page, "/XYZ", x, y, 0)).data))

    def close(self) -> bytes:
        """The whole document."""
        pydyf, pdf, file = self._pydyf, self._pdf, self.file
        special = {
            pdf.pages.number: b"<</Type/Pages/Count %d/Kids[%s]>>" % (len(self._kids), b" ".join(self._kids)),
            self._owners.number: b"<</Nums[%s]>>" % b" ".join(self._nums),
        }
        self._document["K"] = pydyf.Array(self._branches)
        if self._bookmarks:
            pdf.catalog["Outlines"] = self._outlines()
        for item in pdf.objects[1:]:
            if item.number in self._left_out:
                continue
            if isinstance(item, pydyf.Dictionary | pydyf.Array):
                file.add(item.number, special.get(item.number) or item.data)
            else:
                file.add_indirect(item.number, item.indirect)
        info = file.reserve()
        file.add(info, pdf.info.data)
        return file.close(pdf.catalog.number, info)

    def _outlines(self) -> bytes:
        root = self.file.reserve(1 + len(self._bookmarks))
        last = root + len(self._bookmarks)
        self.file.add(root, b"<</Count %d/First %d 0 R/Last %d 0 R>>" % (last - root, root + 1, last))
        for number, (title, target) in enumerate(self._bookmarks, start=root + 1):
            entries = {"Title": self._pydyf.String(title), "Dest": target, "Parent": b"%d 0 R" % root}
            if number > root + 1:
                entries["Prev"] = b"%d 0 R" % (number - 1)
            if number < last:
                entries["Next"] = b"%d 0 R" % (number + 1)
            self.file.add(number, self._pydyf.Dictionary(entries).data)
        return b"%d 0 R" % root


class _Plate:
    """A page of WeasyPrint's and what belongs to it alone."""

    def __init__(self, page, stream, tags, owners, document):
        self.page, self.stream, self.tags = page, stream, tags
        self.content = content(stream.stream)
        places = {page.number: 0} | {tag.number: place for place, tag in enumerate(tags, start=3)}
        self.owners = _Copy(owners.data, places)
        self.copies = [_Copy(tag.data, places) for tag in tags]
        self.branches = [places[tag.number] for tag in tags if tag["P"] == document.reference]


def content(operators: list) -> bytes:
    """What WeasyPrint has drawn, as it is written."""
    return b"\n".join(
        operator if isinstance(operator, bytes) else operator.encode() if isinstance(operator, str) else operator.data
        for operator in operators
    )


class _Copy:
    """An object to be written again and again, its references to what belongs to its page moved along."""

    def __init__(self, data: bytes, places: dict[int, int]):
        pieces, moving = _NUMBER.split(data.replace(b"%", b"%%")), []
        for place, number in enumerate(pieces[1::2]):
            if int(number) in places:
                moving.append(places[int(number)])
                pieces[2 * place + 1] = b"%d"
        self._pattern, self._moving = b"".join(pieces), moving

    def at(self, first: int) -> bytes:
        return self._pattern % tuple([first + place for place in self._moving])
