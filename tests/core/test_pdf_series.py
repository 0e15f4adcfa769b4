"""The pages of a series against those that WeasyPrint makes by itself: as pictures, pixel by pixel."""

import base64
import io
from html import escape

import pytest

from esr.core import pdf, pdf_series
from tests.certificates.reading import assert_accessible, bookmarks_of, faults_of, pictures_of, text_of

HEAD = (
    '<html lang="fr"><head><title>Essai</title><link rel="stylesheet" href="static:css/print/base.css">'
    "<style>@page {{ size: 90mm 60mm; margin: 5mm }} .page {{ break-after: page }} .page:last-child {{ break-after: "
    "auto }} {css}</style></head><body>"
)
NAMES = [
    "Elfie Bailly",
    "Ô",
    "Thị Hồng Đào NGUYỄN PHƯỚC",
    "TEʻIHOTUʻURA",
    "Griffith AVATAR & <b>",
    "Zoe\u0308 N\u0303a",
]


@pytest.fixture
def series(monkeypatch):
    """A page per name, out of a body in which NAME stands, or two bodies in turn: the whole document, whose pages
    WeasyPrint laid out, and the document that it makes of all by itself."""

    def render(body, names=NAMES, css="", at_once=4):
        bodies = [body, body] if isinstance(body, str) else body
        pages = [
            f'<section class="page">{bodies[number % 2].replace("NAME", escape(name))}</section>'
            for number, name in enumerate(names)
        ]
        parts = [pages[start : start + at_once] for start in range(0, len(pages), at_once)]

        def html(_template, context):
            return f"{HEAD.format(css=css)}{'<hr>'.join(context['pages'])}</body></html>".replace("<hr>", "\n")

        close, whole = pdf_series._Part.close, []
        with monkeypatch.context() as patch:
            patch.setattr(pdf, "render_to_string", html)
            patch.setattr(
                pdf_series._Part, "close", lambda part: whole.extend(s.html for s in part.whole) or close(part)
            )
            document = pdf_series.render("essai.html", ({"pages": part} for part in parts))
            plain = pdf.render("essai.html", {"pages": pages})
        return document, [name for name, page in zip(names, pages, strict=True) if page in whole], plain

    return render


def assert_same(document, plain):
    assert text_of(document) == text_of(plain)
    assert pictures_of(document) == pictures_of(plain)
    assert_accessible(document, title="Essai")


COLUMNS = "display: table; table-layout: fixed; width: 100%"
PLACES = {
    "block": "<p data-varies>NAME</p><p>suite</p>",
    "after a label": "<p>Nom : <b data-varies>NAME</b></p>",
    "right": '<p style="text-align: right" data-varies>NAME</p>',
    "centred": '<div style="text-align: center; padding-left: 9mm"><p data-varies>NAME</p></div>',
    "spaced": '<h1 style="letter-spacing: 0.1em; font-size: 12pt" data-varies>NAME</h1>',
    "columns": f'<div style="{COLUMNS}"><div style="display: table-cell; width: 9mm">x</div>'
    '<div style="display: table-cell"><p data-varies>NAME</p></div></div>',
    "below a float": '<p style="float: left">x</p><p style="clear: both" data-varies>NAME</p>',
}


@pytest.mark.parametrize("body", PLACES.values(), ids=PLACES)
def test_what_varies_is_filled_in(series, body):
    document, laid_out, plain = series(body)
    assert laid_out == []
    assert_same(document, plain)


WHOLE = {
    "before a text": "<p><b data-varies>NAME</b> suite</p>",
    "centred with its label": '<p style="text-align: center">Nom : <b data-varies>NAME</b></p>',
    "indented": '<p style="text-indent: 60mm" data-varies>NAME</p>',
    "inline block": '<p><span style="display: inline-block; border: 1pt solid" data-varies>NAME</span></p>',
    "float": '<p style="float: left; border: 1pt solid" data-varies>NAME</p>',
    "beside a float": '<p style="float: right; width: 60mm; height: 20mm"></p><p data-varies>NAME</p>',
    "absolute": '<p style="position: absolute; border: 1pt solid" data-varies>NAME</p>',
    "table": '<div style="display: table; border: 1pt solid"><p data-varies>NAME</p></div>',
    "flexible": '<div style="display: flex"><p data-varies>NAME</p><p>suite</p></div>',
    "after a line break": "<p>Nom :<br><b data-varies>NAME</b></p>",
    "before elements": "<p data-varies>NAME<b> et</b> suite</p>",
    "capitals": '<p style="text-transform: uppercase" data-varies>NAME</p>',
    "underlined": "<p><u data-varies>NAME</u></p>",
    "hidden": '<p style="visibility: hidden" data-varies>NAME</p><p>suite</p>',
    "not marked": "<p>NAME</p>",
}


@pytest.mark.parametrize("body", WHOLE.values(), ids=WHOLE)
def test_where_a_text_could_move_something_weasyprint_lays_out_the_page(series, body):
    names = [*NAMES[:4], "Marie-Antoinette de La Rochefoucauld"]
    document, laid_out, plain = series(body, names)
    assert laid_out == names
    assert_same(document, plain)


def test_what_is_drawn_apart_from_the_page_is_laid_out(series):
    document, laid_out, plain = series('<div style="opacity: 0.5"><p data-varies>NAME</p></div>')
    assert laid_out == NAMES
    assert pictures_of(document) == pictures_of(plain)


def test_a_text_that_does_not_fit_sends_its_own_page_only(series):
    odd = {
        "long": "de La Rochefoucauld-Montmorency d’Estouteville-Beauvoisin",
        "two spaces": "Jean  Claude",
        "a space in front": " J",
        "a new line": "Jean\nClaude",
        "a separator of lines": "Jean\u2028Claude",
        "a higher letter": "Jean ☑",
    }
    names = [name for pair in zip(NAMES, odd.values(), strict=True) for name in pair]
    document, laid_out, plain = series("<p>Nom : <b data-varies>NAME</b></p><p>suite</p>", names)
    assert laid_out == list(odd.values())
    assert_same(document, plain)


def test_a_text_fits_or_not_to_a_tenth_of_a_pixel(series):
    """Every width around the whole line's, by narrow letters."""
    names = ["i" * count + "." * more for count in range(84, 92) for more in range(3)]
    document, laid_out, plain = series("<p data-varies>NAME</p><p>suite</p>", names)
    assert 0 < len(laid_out) < len(names)
    assert_same(document, plain)


def test_each_shape_has_its_specimen(series):
    document, laid_out, plain = series(["<p data-varies>NAME</p>", "<h1 data-varies>NAME</h1><p>fin</p>"])
    assert laid_out == []
    assert_same(document, plain)


def test_a_shape_of_its_own_is_laid_out(series):
    document, laid_out, plain = series(["<p data-varies>NAME</p>", "<h1>NAME</h1>"])
    assert laid_out == NAMES[1::2]
    assert_same(document, plain)


def test_nothing_on_the_page_need_vary(series):
    document, laid_out, plain = series("<p>Toujours</p><p data-varies> </p><p data-varies></p>")
    assert laid_out == []
    assert_same(document, plain)


def test_hundreds_of_laid_out_pages_become_several_parts_and_one_document(series, monkeypatch):
    monkeypatch.setattr(pdf_series, "_LAID_OUT_AT_ONCE", 2)
    mark = '<p style="bookmark-level: 1; bookmark-label: content(text)" data-varies>NAME</p>'
    names = [f"Numéro {number}" for number in range(12)]
    document, laid_out, plain = series([mark, f"<p>NAME</p>{mark}"], names)
    assert laid_out == names[1::2]
    assert_same(document, plain)
    assert bookmarks_of(document) == [(name, page) for page, name in enumerate(names, start=1)]


def test_the_same_input_gives_the_same_bytes(series):
    bodies = ["<p data-varies>NAME</p>", "<h1>NAME</h1>"]
    assert series(bodies)[0] == series(bodies)[0]


def test_bookmarks_have_the_page_s_text_and_place(series):
    import pikepdf

    style = 'style="bookmark-level: 1; bookmark-label: content(text)"'
    body = f"<p {style}>Partie</p><p>x</p><p {style} data-varies>NAME</p>"
    document, _, plain = series(body)
    expected = [(title, page) for page, name in enumerate(NAMES, start=1) for title in ("Partie", name)]
    assert bookmarks_of(document) == expected

    def places(content):
        with pikepdf.open(io.BytesIO(content)) as opened, opened.open_outline() as outline:
            return [[float(place) for place in item.destination[2:]] for item in outline.root]

    assert places(document) == places(plain)


def test_a_page_that_overflows_gets_smaller_letters_and_the_others_do_not(series):
    css = "body.compact { font-size: 7pt } body.dense, body.tight { font-size: 1pt }"
    words = "<p data-varies>NAME</p>" + "<p>ligne</p>" * 9
    names = ["Elfie", "Marie-Antoinette " * 4, "John"]
    document, laid_out, _ = series(words, names, css)
    assert laid_out == names[1:2]
    pages = text_of(document)
    assert [page.count("ligne") for page in pages] == [9, 9, 9]
    with_class = series(words, names[1:2] * 2, css)[0]
    assert pictures_of(document)[1] == pictures_of(with_class)[0]


def test_what_even_small_letters_do_not_hold_is_never_cut(series):
    names = ["Elfie", "mot " * 900, "John"]
    document, _, _ = series("<p data-varies>NAME</p>", names)
    pages = text_of(document)
    assert len(pages) > 3
    assert (pages[0], pages[-1]) == ("Elfie", "John")
    assert sum(page.count("mot") for page in pages) == 900
    assert_accessible(document, title="Essai")


def test_typed_text_marks_nothing(series):
    names = [
        '" data-varies>x<',
        "<b data-varies>x</b>",
        '" data-varies src="data:,',
        '</section><section class="page">',
    ]
    document, laid_out, plain = series("<p data-varies>NAME</p><p>suite</p>", names)
    assert laid_out == []
    assert text_of(document) == [f"{' '.join(name.split())} suite" for name in names]
    assert_same(document, plain)


def test_the_headers_of_a_table_say_what_they_head(series):
    body = "<h1>Titre</h1><p data-varies>NAME</p><table><thead><tr><th>Titre</th></tr></thead>"
    document, laid_out, _ = series(f"{body}<tbody><tr><td>Valeur</td></tr></tbody></table>")
    assert laid_out == []
    assert faults_of(document) == []


def test_a_page_on_which_the_specimen_s_text_is_not_found_is_not_printed(series, monkeypatch):
    fields = pdf_series._fields

    def elsewhere(page, values):
        found = fields(page, values)
        found[0].box = found[0].box.copy()
        found[0].box.position_x += 1
        return found

    monkeypatch.setattr(pdf_series, "_fields", elsewhere)
    with pytest.raises(RuntimeError, match="nobody else"):
        series("<p data-varies>NAME</p>")


def test_a_link_is_refused(series):
    with pytest.raises(ValueError, match="Links"):
        series('<p data-varies>NAME</p><a href="https://example.org/">x</a>')


def test_nothing_cannot_be_printed(series):
    with pytest.raises(ValueError, match="nothing to print"):
        series("<p data-varies>NAME</p>", [])


def test_a_file_outside_the_allow_list_stops_the_series(series):
    with pytest.raises(pdf.RefusedAddress):
        series('<p data-varies>NAME</p><img alt="x" src="file:///etc/passwd">')


# --- Pictures -------------------------------------------------------------------------------------------------------


def png(mode, size, colour):
    from PIL import Image

    picture, out = Image.new(mode, (size, size)), io.BytesIO()
    picture.putpixel((colour % size, 3), 1 if mode in ("1", "P") else 200 if mode == "L" else (200, 10, 10))
    picture.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


FIXED = 'style="width: 20mm; height: 20mm; image-rendering: {}"'


@pytest.mark.parametrize("rendering", ["pixelated", "auto"])
@pytest.mark.parametrize("mode", ["1", "L"])
def test_a_picture_varies(series, mode, rendering):
    pictures = [png(mode, size, colour) for colour, size in enumerate((29, 29, 33, 37), start=5)]
    body = f'<p>x</p><img {FIXED.format(rendering)} alt="code" data-varies src="NAME"><p>y</p>'
    document, laid_out, plain = series(body, pictures)
    assert laid_out == []
    assert_same(document, plain)


@pytest.mark.parametrize(
    ("style", "pictures"),
    [
        ("width: 20mm", [png("1", 29, 5), png("1", 31, 6)]),
        (FIXED.format("auto")[7:-1], [png("1", 500, 5), png("1", 500, 6)]),
        (FIXED.format("auto")[7:-1], [png("P", 29, 5), png("RGB", 29, 6)]),
        (
            FIXED.format("auto")[7:-1],
            [PIXEL := "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7", PIXEL],
        ),
    ],
    ids=["as high as it is", "too fine", "in colours", "not a PNG"],
)
def test_a_picture_that_weasyprint_would_convert_is_left_to_it(series, style, pictures):
    document, laid_out, plain = series(f'<img style="{style}" alt="code" data-varies src="NAME">', pictures)
    assert laid_out == pictures
    assert_same(document, plain)


def test_each_page_refers_to_its_own_picture_only(series):
    import pikepdf

    body = f'<img {FIXED.format("pixelated")} alt="code" data-varies src="NAME">'
    pictures = [png("1", 29, colour) for colour in range(6)]
    document, laid_out, _ = series([body, body.replace("data-varies ", "")], pictures)
    assert laid_out == pictures[1::2]
    with pikepdf.open(io.BytesIO(document)) as opened:
        objects = [[each.objgen for each in page.obj.Resources.XObject.values()] for page in opened.pages]
    assert [len(each) for each in objects] == [1] * 6
    assert len({each[0] for each in objects}) == 6
