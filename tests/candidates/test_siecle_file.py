"""The export that schools bring: what is read of it, and what is refused within caps of time and memory."""

import io
import struct
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from candidates.siecle import file
from candidates.siecle.gateway import MAX_PUPILS, Pupil, Refused
from tests.siecle_export import FIFTH, PRIVATE, Someone, export, school_of, zipped

SAMPLES = Path(__file__).parent / "siecle"
ZOE = Someone(500001, "071340028HH")


def pupils(content, national=None):
    return file.read_pupils(content, national or {}).pupils


def refusal(content, read=file.read_pupils):
    with pytest.raises(Refused) as refused:
        read(content, {}) if read is file.read_pupils else read(content)
    assert len(refused.value.messages) == 1
    return refused.value.messages[0]


# --- What is read -----------------------------------------------------------------------------------------------------


def test_one_pupil():
    read = file.read_pupils(export([ZOE]), {})
    assert (read.uai, read.school_year, read.knows_held) == ("0750655E", "2025", False)
    assert read.pupils == [
        Pupil(
            siecle_id="500001",
            ine="071340028HH",
            last_name="DUPONT",
            first_name="Zoé",
            birth_date="14/03/2013",
            sex="2",
            mef=FIFTH,
            status="ST",
            divisions=["5A"],
        )
    ]


def test_last_year_s_course_is_never_this_year_s():
    assert b"<CODE_MEF>10010012110</CODE_MEF>" in export([ZOE])
    assert pupils(export([Someone(1, "", mef="")]))[0].mef == ""


def test_private_data_is_not_kept():
    content = export([ZOE])
    assert all(secret.encode() in content for secret in PRIVATE)
    assert not any(secret in repr(file.read_pupils(content, {})) for secret in PRIVATE)


@pytest.mark.parametrize("structures_first", [False, True])
def test_the_sections_come_in_any_order_and_groups_are_no_division(structures_first):
    someone = Someone(1, "", divisions=("3B",), groups=("3GR1", "3LATIN"))
    both = pupils(export([ZOE, someone], structures_first=structures_first))
    assert [pupil.divisions for pupil in both] == [["5A"], ["3B"]]


def test_several_divisions_in_their_order():
    assert pupils(export([Someone(1, "", divisions=("5A", "5B"))]))[0].divisions == ["5A", "5B"]


def test_older_files_say_nom():
    someone = Someone(1, "", last_name="", extra="<NOM>ANCIEN</NOM>")
    assert pupils(export([someone]))[0].last_name == "ANCIEN"
    both = Someone(1, "", last_name="FAMILLE", extra="<NOM>ANCIEN</NOM><NOM_USAGE>USAGE</NOM_USAGE>")
    assert (pupils(export([both]))[0].last_name, pupils(export([both]))[0].usage_name) == ("FAMILLE", "USAGE")


def test_the_ine_may_stand_in_either_element():
    someone = Someone(1, "", extra="<ID_NATIONAL/><INE_RNIE>071340028HH</INE_RNIE>")
    assert pupils(export([someone]))[0].ine == "071340028HH"
    assert pupils(export([Someone(1, "", extra="<ID_NATIONAL></ID_NATIONAL>")]))[0].ine == ""


def test_the_nomenclature_attaches_local_courses():
    national = file.read_nomenclature((SAMPLES / "Nomenclature.xml").read_bytes())
    assert national["1011000C11A"] == ("10110001110", "")
    one = pupils(export([Someone(1, "", mef="1011000C11A")]), national)[0]
    assert (one.mef, one.national_mef) == ("1011000C11A", "10110001110")
    assert pupils(export([Someone(1, "", mef="10310019110")]), national)[0].mefstat4 == "2116"


@pytest.mark.parametrize("encoding", ["ISO-8859-15", "ISO-8859-1", "UTF-8", "utf-8", "windows-1252"])
def test_encodings(encoding):
    assert pupils(export([ZOE], encoding=encoding))[0].first_name == "Zoé"


def test_encodings_with_a_mark():
    text = export([ZOE], encoding="UTF-8")
    assert pupils(b"\xef\xbb\xbf" + text)[0].first_name == "Zoé"
    assert pupils(text.decode().replace('encoding="UTF-8"', "").encode("utf-16"))[0].first_name == "Zoé"


def test_the_euro_and_the_oe_of_iso_15():
    assert pupils(export([Someone(1, "", first_name="Lœtitia")]))[0].first_name == "Lœtitia"


def test_ascii_bytes_under_any_name_are_themselves():
    assert pupils(export([Someone(1, "", first_name="Ali")]))[0].first_name == "Ali"


def test_a_zip_whatever_its_name_and_folders():
    content = zipped({"export/": b"", "export/Eleves.XML": export([ZOE]), "lisez-moi.txt": b"bonjour"})
    assert len(pupils(content)) == 1


def test_leftovers_of_macos_are_passed_over():
    junk = {"__MACOSX/._ElevesSansAdresses.xml": b"\0", ".DS_Store": b"\0", "._x.xml": b"\0", "__MACOSX/x.xml": b"\0"}
    assert len(pupils(zipped({**junk, "ElevesSansAdresses.xml": export([ZOE])}))) == 1


@pytest.mark.parametrize("at", [1, 65_530, 65_537])
def test_a_letter_is_not_cut_between_two_pieces(at):
    """The document is read in pieces of 64 KB; an é may stand on the border."""
    for encoding in ("UTF-8", "ISO-8859-15"):
        content = export([ZOE], encoding=encoding, before=f"<!--{'x' * at}é-->")
        assert pupils(content)[0].first_name == "Zoé"


# --- The samples ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        (
            "declared-iso-bytes-utf8.xml",
            "Ce fichier a été ouvert puis enregistré par un autre logiciel : il se dit encodé en ISO8859-15 et il est "
            "en UTF-8, et les accents seraient abîmés.",
        ),
        ("zip-two-xml.zip", "Cette archive contient 2 fichiers XML, et il en faut un seul."),
        ("zip-slip.zip", "Cette archive contient un chemin interdit"),
        (
            "Nomenclature.xml",
            "Ce fichier est la nomenclature (Nomenclature.xml), et il faut l’export des élèves : "
            "ExportXML_ElevesSansAdresses.zip.",
        ),
    ],
)
def test_samples_that_are_refused(name, beginning):
    assert refusal((SAMPLES / name).read_bytes()).startswith(beginning)


@pytest.mark.parametrize("name", ["ElevesSansAdresses.xml", "ExportXML_ElevesSansAdresses.zip", "zip-macos-junk.zip"])
def test_samples_that_pass(name):
    assert len(pupils((SAMPLES / name).read_bytes())) == 9


# --- What is refused: another document --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("root", "named"),
    [
        ("BEE_RESPONSABLES", "l’export des responsables légaux"),
        ("BEE_NOMENCLATURES", "la nomenclature (Nomenclature.xml)"),
        ("BEE_COMMUN", "l’export des données communes"),
        ("html", "un document XML « html »"),
    ],
)
def test_another_export_is_named_and_the_wanted_one_too(root, named):
    assert refusal(export([ZOE], root=root)) == (
        f"Ce fichier est {named}, et il faut l’export des élèves : ExportXML_ElevesSansAdresses.zip."
    )


def test_pupils_instead_of_the_nomenclature():
    assert refusal(export([ZOE]), file.read_nomenclature) == (
        "Ce fichier est l’export des élèves, et il faut la nomenclature : Nomenclature.xml."
    )
    with pytest.raises(Refused, match=r"^Nomenclature : Ce fichier est l’export des élèves"):
        file.FileGateway().read("0750655E", [export([ZOE]), export([ZOE])], lambda *_: None)


@pytest.mark.parametrize(
    ("content", "beginning"),
    [
        (b"", "Ce fichier est vide."),
        (b" \r\n", "Ce fichier est vide."),
        (b"INE;Nom\n1;DUPONT\n", "Ce fichier n’est pas un XML complet (ligne 1)."),
        (b"\x1f\x8b\x08\x00", "Ce fichier est une archive gzip"),
        (b"7z\xbc\xaf\x27\x1c", "Ce fichier est une archive 7-Zip"),
        (b"Rar!\x1a\x07", "Ce fichier est une archive RAR"),
        (b"%PDF-1.7", "Ce fichier est un document PDF"),
        (b"\xd0\xcf\x11\xe0", "Ce fichier est un classeur Excel"),
        (b"\0" * 100, "Ce fichier n’est pas un XML complet"),
        (b"PK\x03\x04", "Cette archive est abîmée ou incomplète."),
        (zipped({}), "Cette archive ne contient aucun fichier XML."),
        (zipped({"a.zip": zipped({"a.xml": b"<a/>"})}), "Cette archive ne contient aucun fichier XML."),
        (zipped({"xl/workbook.xml": b"<a/>", "[Content_Types].xml": b"<a/>"}), "Cette archive contient 2 fichiers XML"),
        (zipped({f"{n}.txt": b"" for n in range(51)}), "Cette archive contient 51 fichiers"),
        (export([ZOE])[:-40], "Ce fichier n’est pas un XML complet (ligne "),
        (export([ZOE]).replace(b"</ELEVE>", b"</ELEVES>"), "Ce fichier n’est pas un XML complet (ligne "),
        (export([ZOE]).replace(b"DUPONT", b"DU\0PONT"), "Ce fichier n’est pas un XML complet (ligne "),
    ],
)
def test_not_the_export(content, beginning):
    message = refusal(content)
    assert message.startswith(beginning)
    assert "Refaites l’export" in message or "Chargez l’export" in message


# --- What is refused: encodings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", ["x-mac-croate", "UTF-7", "utf-32", "zip", "rot13", "idna", "ebcdic-cp-fr"])
def test_an_encoding_that_siecle_does_not_use(declared):
    assert refusal(export([ZOE], encoding="UTF-8", declared=declared)).startswith(
        f"Ce fichier se dit encodé en « {declared} », que SIECLE n’emploie pas."
    )


def test_bytes_of_utf8_under_another_name():
    for declared in ("ISO-8859-15", "ISO-8859-1", "windows-1252"):
        assert "enregistré par un autre logiciel" in refusal(export([ZOE], encoding="UTF-8", declared=declared))
    assert "enregistré par un autre logiciel" in refusal(b"\xef\xbb\xbf" + export([Someone(1, "", first_name="Ali")]))


def test_bytes_of_iso_under_the_name_of_utf8():
    assert refusal(export([ZOE], declared="UTF-8")).startswith("Ce fichier se dit encodé en UTF-8 et ne l’est pas")


# --- What is refused: attacks -----------------------------------------------------------------------------------------

LAUGHS = "<!DOCTYPE x [" + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(9)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "before",
    [
        LAUGHS,
        '<!DOCTYPE BEE_ELEVES SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;]>',
        "<!DOCTYPE BEE_ELEVES>",
    ],
)
def test_definitions_are_refused(before):
    assert refusal(export([ZOE], before=before)).startswith("Ce fichier contient une DTD ou des entités")


@pytest.mark.parametrize(
    "name", ["../x.xml", "a/../../x.xml", "/etc/x.xml", "C:\\x.xml", "..\\x.xml", "a\\..\\x.xml", "\\\\host\\x.xml"]
)
def test_paths_that_leave_the_folder(name):
    assert refusal(zipped({name: export([ZOE])})).startswith("Cette archive contient un chemin interdit")


def patched(content: bytes, offset_local: int, offset_central: int, value: int) -> bytes:
    """A zip with a two-byte field of its only entry changed, in both headers."""
    raw = bytearray(content)
    central = raw.index(b"PK\x01\x02")
    struct.pack_into("<H", raw, offset_local, value)
    struct.pack_into("<H", raw, central + offset_central, value)
    return bytes(raw)


def test_an_encrypted_archive():
    assert "mot de passe" in refusal(patched(zipped({"x.xml": export([ZOE])}), 6, 8, 1))


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_compression_that_siecle_does_not_use(compression):
    assert "compressée d’une façon inconnue" in refusal(zipped({"x.xml": export([ZOE])}, compression))


def test_a_link_instead_of_a_file():
    entry = zipfile.ZipInfo("x.xml")
    entry.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    assert "un lien" in refusal(out.getvalue())


@pytest.mark.parametrize("damage", [lambda z: z[:-30], lambda z: z[:60] + b"\xff" * 20 + z[80:], lambda z: z[:100]])
def test_a_damaged_archive(damage):
    content = zipped({"x.xml": export(school_of(50, year=2026))})
    assert refusal(damage(content)).startswith("Cette archive est abîmée ou incomplète.")


def test_a_wrong_checksum():
    content = bytearray(zipped({"x.xml": export([ZOE])}, zipfile.ZIP_STORED))
    content[content.index(b"DUPONT")] = ord("X")
    assert refusal(bytes(content)).startswith("Cette archive est abîmée ou incomplète.")


def measured(content) -> tuple[str, float, int]:
    """The refusal, its seconds and its peak of memory in bytes."""
    tracemalloc.start()
    started = time.perf_counter()
    try:
        message = refusal(content)
        return message, time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bomb(size: int) -> bytes:
    start, end = export([ZOE]).split(b"<ELEVES>")
    return zipped({"x.xml": start + b"<ELEVES>" + b" " * size + end})


def test_a_bomb_is_not_unpacked():
    content = bomb(150 * 1024 * 1024)
    assert len(content) < 1024 * 1024
    message, seconds, peak = measured(content)
    assert message.startswith("Cette archive contient bien plus qu’un export d’élèves.")
    assert seconds < 10
    assert peak < 30 * 1024 * 1024


def test_an_archive_that_lies_about_its_size():
    raw = bytearray(bomb(20 * 1024 * 1024))
    central = raw.index(b"PK\x01\x02")
    struct.pack_into("<I", raw, central + 24, 100)
    assert refusal(bytes(raw)).startswith("Cette archive ")


def test_too_many_bytes(monkeypatch):
    monkeypatch.setattr(file, "MAX_XML", 100_000)
    many = export(school_of(200, year=2026))
    assert refusal(many).startswith("Ce fichier dépasse 0 Mo")
    assert refusal(zipped({"x.xml": many})).startswith("Cette archive contient bien plus")
    monkeypatch.setattr(file, "MAX_UPLOAD", 1000)
    assert refusal(many).startswith("Ce fichier dépasse 0 Mo")


def test_too_many_pupils():
    content = export([ZOE]).replace(b"</ELEVES>", b'<ELEVE ELEVE_ID="1"/>' * MAX_PUPILS + b"</ELEVES>")
    assert refusal(content).startswith(f"Cet export contient plus de {MAX_PUPILS} élèves")


def test_too_many_divisions():
    structures = "".join(
        f'<STRUCTURES_ELEVE ELEVE_ID="{n}"><STRUCTURE><CODE_STRUCTURE>A</CODE_STRUCTURE><TYPE_STRUCTURE>D'
        "</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE>"
        for n in range(MAX_PUPILS + 2)
    )
    content = export([ZOE]).replace(b"</STRUCTURES>\n", structures.encode() + b"</STRUCTURES>\n")
    assert refusal(content).startswith("Les divisions de ce fichier")


def test_too_deep():
    content = export([ZOE]).replace(b"</ELEVES>", b"<a>" * 100_000 + b"</a>" * 100_000 + b"</ELEVES>")
    assert "imbriqué" in refusal(content)


def test_too_slow(monkeypatch):
    clock = iter(range(0, 10_000, 15))
    monkeypatch.setattr(file.time, "monotonic", lambda: next(clock))
    assert refusal(export(school_of(300, year=2026))).startswith("Ce fichier est trop long à lire")


def test_one_endless_value_is_not_kept():
    content = export([Someone(1, "", first_name="x" * 5_000_000)])
    assert len(pupils(content)[0].first_name) <= 2 * file.MAX_TEXT + 1
    tracemalloc.start()
    pupils(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 1024 * 1024


@pytest.mark.parametrize(
    "element", ["<ELEVE/>", "<ELEVE ELEVE_ID=''/>", "<ELEVE ELEVE_ID='1'><PRENOM><b>x</b></PRENOM></ELEVE>"]
)
def test_odd_pupils_are_read_as_empty(element):
    content = export([ZOE]).replace(b"</ELEVES>", element.encode() + b"</ELEVES>")
    odd = pupils(content)[1]
    assert (odd.last_name, odd.first_name, odd.divisions) == ("", "", [] if "'1'" in element else ())
