import io

import pytest

from esr.core import imposition, pdf
from tests.certificates.reading import assert_accessible, bookmarks_of, layout_of, sizes_of, text_of
from tests.core.test_pdf import PIXEL, print_html  # noqa: F401 (a fixture)

A5 = "<style>@page { size: A5; margin: 10mm }</style>"


@pytest.fixture
def booklet(print_html):  # noqa: F811
    """A document of A5 pages, each with a bookmark and one of the given texts; parts come from documents of their own,
    whose fonts have the same names and other letters."""

    def part(texts):
        pages = "".join(
            f'<section style="break-after: page"><h1 style="bookmark-level: 1">{text}</h1>'
            f'<p>Page de <b>{text}</b> <img alt="point" src="{PIXEL}"></p></section>'
            for text in texts
        )
        return print_html(pages, head=A5)

    return lambda *parts: pdf.join(part(texts) for texts in parts)


@pytest.mark.parametrize("parts", [[["Un", "Deux", "Trois", "Quatre"]], [["Un"], ["Deux"], ["Trois", "Quatre"]]])
def test_two_pages_make_a_sheet_with_their_tags_and_bookmarks(booklet, parts):
    sheets = imposition.two_up(booklet(*parts))
    assert text_of(sheets) == ["Un Page de Un Deux Page de Deux", "Trois Page de Trois Quatre Page de Quatre"]
    assert sizes_of(sheets) == {(297, 210)}
    assert bookmarks_of(sheets) == [("Un", 1), ("Deux", 1), ("Trois", 2), ("Quatre", 2)]
    assert_accessible(sheets, title="Essai")


def test_each_page_keeps_its_place_in_its_half(booklet):
    before = layout_of(booklet(["Un", "Deux"]))
    (sheet,) = layout_of(imposition.two_up(booklet(["Un", "Deux"])))
    left = [word for word in sheet.words if word.right < sheet.width / 2]
    right = [word for word in sheet.words if word.left > sheet.width / 2]
    for page, half, start in zip(before, (left, right), (0, sheet.width / 2), strict=True):
        assert [word.text for word in half] == [word.text for word in page.words]
        for word, alone in zip(half, page.words, strict=True):
            # An A4 sheet is a millimetre wider than two A5 pages.
            assert word.left - start == pytest.approx(alone.left + (sheet.width / 2 - page.width) / 2, abs=0.1)
            assert word.top == pytest.approx(alone.top, abs=0.1)


def test_the_last_page_of_an_odd_number_is_alone_on_the_left(booklet):
    sheets = imposition.two_up(booklet(["Un", "Deux", "Trois"]))
    assert text_of(sheets) == ["Un Page de Un Deux Page de Deux", "Trois Page de Trois"]
    last = layout_of(sheets)[1]
    assert all(word.right < last.width / 2 for word in last.words)
    assert sizes_of(sheets) == {(297, 210)}
    assert_accessible(sheets, title="Essai")


def test_pages_of_two_documents_keep_their_own_fonts(booklet):
    """Both call their font by one name, and each has the letters of its own pages only."""
    import pikepdf

    sheets = imposition.two_up(booklet(["ABC"], ["XYZ"]))
    assert text_of(sheets) == ["ABC Page de ABC XYZ Page de XYZ"]
    with pikepdf.open(io.BytesIO(sheets)) as document:
        (page,) = document.pages
        fonts = page.obj.Resources.Font
        assert len({font.objgen for font in fonts.values()}) == len(fonts) == 4


def test_no_page_that_was_moved_is_left_in_the_file(booklet):
    import pikepdf

    with pikepdf.open(io.BytesIO(imposition.two_up(booklet(["Un", "Deux", "Trois", "Quatre"])))) as document:
        found = [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/Page"]
    assert len(found) == 2


def test_a_sheet_has_a_line_to_cut_along_in_its_middle(booklet):
    import pikepdf

    with pikepdf.open(io.BytesIO(imposition.two_up(booklet(["Un", "Deux"])))) as document:
        drawn = list(pikepdf.parse_content_stream(document.pages[0]))
        (start,) = [n for n, step in enumerate(drawn) if str(step.operator) == "d" and list(step.operands[0]) == [3, 4]]
        middle = float(document.pages[0].mediabox[2]) / 2
    assert [
        (str(step.operator), [round(float(at)) for at in step.operands]) for step in drawn[start + 1 : start + 4]
    ] == [
        ("m", [round(middle), 0]),
        ("l", [round(middle), 595]),
        ("S", []),
    ]


def test_a_page_with_a_link_is_refused(print_html):  # noqa: F811
    with pytest.raises(ValueError, match="links"):
        imposition.two_up(print_html('<p>Un</p><a href="https://example.org">lien</a>', head=A5))


def test_the_same_pages_give_the_same_bytes(booklet):
    assert imposition.two_up(booklet(["Un"], ["Deux"])) == imposition.two_up(booklet(["Un"], ["Deux"]))
