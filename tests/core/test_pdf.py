import gc
import io
import os
import socket
import subprocess
import sys

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from esr.core import pdf
from tests.certificates.reading import assert_accessible, bookmarks_of, fonts_of, text_of

PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@pytest.fixture
def print_html(monkeypatch):
    """The document whose body is the given HTML; any connection to the network fails the test."""

    def refuse(*args):
        raise AssertionError("A document opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    def render(body, head=""):
        html = (
            f'<html lang="fr"><head><title>Essai</title><link rel="stylesheet" href="static:css/print/base.css">'
            f"{head}</head><body>{body}</body></html>"
        )
        monkeypatch.setattr(pdf, "render_to_string", lambda template, context: html)
        return pdf.render("essai.html", {})

    return render


def test_a_document_is_tagged_in_french_with_its_title(print_html):
    assert_accessible(print_html("<h1>Un</h1><p>Deux</p>"), title="Essai")


def test_the_same_input_gives_the_same_bytes(print_html):
    assert print_html("<p>Toujours</p>") == print_html("<p>Toujours</p>")


REFUSED = [
    "file:///etc/passwd",
    "FILE:/etc/passwd",
    "/etc/passwd",
    "etc/passwd",
    "http://127.0.0.1:9/secret",
    "https://example.org/secret.png",
    "//example.org/secret.png",
    "ftp://example.org/secret",
    "static:../esr/settings.py",
    "static:css/%2e%2e/%2e%2e/manage.py",
    "static:/etc/passwd",
    "static:absent.png",
    "bank:../secret_key",
    "bank:absent/still.jpg",
]


@pytest.mark.parametrize("address", REFUSED)
@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", '<img alt="x" src="{}">'),
        ("", '<object data="{}">x</object>'),
        ('<link rel="stylesheet" href="{}">', "<p>x</p>"),
        ("<style>@import '{}';</style>", "<p>x</p>"),
        ("<style>p {{ background: url('{}') }}</style>", "<p>x</p>"),
        ("<style>@font-face {{ font-family: x; src: url('{}') }}</style>", "<p>x</p>"),
    ],
    ids=["img", "object", "link", "import", "background", "font"],
)
def test_nothing_outside_the_allow_list_is_read(print_html, address, head, body):
    with pytest.raises(pdf.RefusedAddress):
        print_html(body.format(address), head=head.format(address))


def test_data_is_read(print_html):
    print_html(f'<img alt="point" src="{PIXEL}">')


def test_a_question_without_picture_is_known_before(print_html):
    default_storage.save("bank/abc/still.jpg", ContentFile(b"..."))
    assert pdf.has_picture("abc")
    assert not pdf.has_picture("abd")


def test_a_picture_of_the_bank_is_printed_at_a_reasonable_resolution(print_html):
    import pikepdf
    from PIL import Image

    still = io.BytesIO()
    Image.effect_noise((1280, 720), 80).convert("RGB").save(still, "JPEG")
    default_storage.save("bank/abc/still.jpg", ContentFile(still.getvalue()))
    document = print_html('<img alt="rue" src="bank:abc/still.jpg" style="width: 200px">')
    with pikepdf.open(io.BytesIO(document)) as opened:
        (image,) = opened.pages[0].get_images().values()
        assert 300 < int(image.Width) < 330  # 200 px of CSS at 150 dpi


def test_only_our_fonts_are_used_and_they_are_inside(print_html, tmp_path):
    document = print_html(
        "<p>Nguyễn Thị, Heimanu Tāne, ʻĀnela, Æ œ ß, Γειά, Привет <b>gras</b> <i>italique</i> ✔ ☑ → </p>"
        "<p style=\"font-family: 'DejaVu Sans', monospace\">Police demandée, police ignorée</p>"
    )
    assert fonts_of(document, tmp_path) == {
        "Noto-Sans": True,
        "Noto-Sans-Bold": True,
        "Noto-Sans-Italic": True,
        "Noto-Sans-Symbols": True,
        "Noto-Sans-Symbols2": True,
    }


def test_a_character_without_glyph_is_seen_to_be_missing(print_html):
    assert text_of(print_html("<p>Ana 安娜 😀 fin</p>")) == ["Ana �� � fin"]


def test_the_environment_is_left_as_it_was(print_html, monkeypatch):
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    print_html("<p>x</p>")
    assert "FONTCONFIG_FILE" not in os.environ
    monkeypatch.setenv("FONTCONFIG_FILE", "/somewhere")
    print_html("<p>x</p>")
    assert os.environ["FONTCONFIG_FILE"] == "/somewhere"
    assert gc.isenabled()


def test_weasyprint_is_imported_only_when_something_is_printed():
    code = "import django; django.setup(); import certificates.documents, sys; sys.exit('weasyprint' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0


PAGES = '<p style="break-after: page">Une page.</p>' * 4 + "<p>La fin.</p>"


@pytest.mark.parametrize("expected", [1, 5, 9])
def test_whoever_waits_is_told_of_each_page_laid_out_and_drawn(print_html, monkeypatch, expected):
    print_html(PAGES)
    steps = []
    document = pdf.render("x.html", {}, progress=lambda *step: steps.append(step), expected=expected)
    assert document == pdf.render("x.html", {})
    assert [done for done, _ in steps] == list(range(1, 11))
    assert [total for _, total in steps[5:]] == [10] * 5
    shares = [done / total for done, total in steps]
    assert shares == sorted(shares)


@pytest.mark.parametrize("last", [2, 7])
def test_whoever_waits_may_stop_a_document_in_its_middle(print_html, last):
    print_html(PAGES)
    steps = []

    def stop(done, total):
        steps.append(done)
        if done == last:
            raise KeyError(done)

    with pytest.raises(KeyError):
        pdf.render("x.html", {}, progress=stop)
    pdf.render("x.html", {})
    assert steps == list(range(1, last + 1))


def test_joined_documents_keep_pages_tags_and_bookmarks(print_html):
    def part(*names):
        pages = "".join(
            f'<section style="break-after: page"><h1 style="bookmark-level: 1">{name}</h1>'
            f'<p>Page de {name} <a href="#{name}" id="{name}">lien</a></p></section>'
            for name in names
        )
        return print_html(pages)

    whole = pdf.join([part("Un", "Deux"), part("Trois"), part("Quatre", "Cinq")])
    assert text_of(whole) == [f"{name} Page de {name} lien" for name in ("Un", "Deux", "Trois", "Quatre", "Cinq")]
    assert bookmarks_of(whole) == [("Un", 1), ("Deux", 2), ("Trois", 3), ("Quatre", 4), ("Cinq", 5)]
    assert_accessible(whole, title="Essai")
    assert pdf.pages(whole) == 5


def test_nothing_cannot_be_joined():
    with pytest.raises(ValueError, match="nothing to join"):
        pdf.join([])
