"""A PDF read as a person reads it: by poppler and pikepdf, which know nothing of how it was made."""

import io
import re
import subprocess


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
