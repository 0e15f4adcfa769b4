"""Bad and odd files, each with the verdict that the platform owes it.

    for case in cases(year): case.name, case.content, case.verdict

A verdict is Refusal (the file as a whole cannot be read: the beginning of what is said), Errors (lines and columns), or
Accepted (how many candidates; what looks wrong and is not). Everything is built here, nothing is downloaded.
"""

import codecs
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

HEADER = ("INE", "Nom de famille", "Prénom", "Date de naissance", "Division", "Sexe", "Attestation", "SIECLE")
TITLES = ";".join(HEADER)


@dataclass(frozen=True)
class Refusal:
    beginning: str


@dataclass(frozen=True)
class Errors:
    places: tuple[tuple[int | str, str], ...]  # line (of SIECLE's: the pupil) and column, in order


@dataclass(frozen=True)
class Accepted:
    candidates: int
    notes: int = 0
    doubts: int = 0  # lines about which a person decides


@dataclass(frozen=True)
class Case:
    name: str
    content: bytes
    verdict: Refusal | Errors | Accepted
    extension: str = "csv"  # "xml" goes through « Importer depuis SIECLE BEE »


def errors(*places: tuple[int | str, str]) -> Errors:
    return Errors(places)


def cases(year: int) -> Iterator[Case]:
    """For a session of `year`, in an establishment that organises ASSR1, ASSR2 and AER."""
    yield from _encodings(year)
    yield from _shapes(year)
    yield from _spreadsheet_traps(year)
    yield from _meanings(year)
    yield from _unicode(year)
    yield from _workbooks(year)
    yield from _hostile_workbooks(year)
    yield from _exports(year)
    yield from _more_text(year)
    yield from _more_workbooks(year)
    yield from _more_exports(year)


# --- CSV --------------------------------------------------------------------------------------------------------


def _born(year: int) -> str:
    return f"03/04/{year - 13}"


def line(year: int, **cells: str) -> str:
    """Lily's line, with other cells by their place in HEADER: ine, last, first, born, division, sex, attestation,
    siecle."""
    values = {
        "ine": "130564139AC",
        "last": "Martin",
        "first": "Zoé",
        "born": _born(year),
        "division": "5A",
        "sex": "F",
        "attestation": "ASSR1",
        "siecle": "oui",
    } | cells
    return ";".join(values.values())


def text(*lines: str, titles: str = TITLES, end: str = "\r\n") -> str:
    return end.join((titles, *lines)) + end


_DAMAGED = "Ce fichier est abîmé"
_NULS = "Ce fichier contient des octets nuls"
_NO_TITLES = "La première ligne ne porte pas les titres des colonnes."
_ONE_COLUMN = "Tout le fichier tient dans une seule colonne"
_EMPTY = "Ce fichier est vide."
_QUOTE = "Un guillemet est mal placé ou n’est jamais refermé"
_NOBODY = "Ce fichier ne contient aucun candidat"


def _encodings(year: int) -> Iterator[Case]:
    good = text(line(year))
    yield Case("UTF-16 without mark", good.encode("utf-16-le"), Refusal(_NULS))
    yield Case("UTF-16 cut in the middle of a letter", good.encode("utf-16")[:-1], Refusal(_DAMAGED))
    yield Case("UTF-8 mark on Windows bytes", codecs.BOM_UTF8 + good.encode("cp1252"), Refusal(_DAMAGED))
    yield Case("UTF-32", good.encode("utf-32"), Refusal(_NULS))
    yield Case("NUL among the letters", good.encode().replace(b"Martin", b"Mar\0tin"), Refusal(_NULS))
    yield Case("UTF-8 read as Windows and saved", good.replace("Zoé", "ZoÃ©").encode(), errors((2, "Prénom")))
    yield Case("a lost character", good.replace("Zoé", "Zo\ufffd").encode(), errors((2, "Prénom")))
    yield Case("one byte outside UTF-8", good.encode().replace(b"5A", b"5\xff"), errors((2, "Division")))
    yield Case("EBCDIC", good.encode("cp500"), Refusal(_ONE_COLUMN))
    yield Case("Windows", good.encode("cp1252"), Accepted(1))
    yield Case("Mac", good.encode("mac_roman"), Accepted(1))
    yield Case("decomposed accents", text(line(year, first="Zoe\u0301")).encode(), Accepted(1))


def _shapes(year: int) -> Iterator[Case]:
    good = line(year)
    yield Case("nothing", b"", Refusal(_EMPTY))
    yield Case("a mark and nothing", codecs.BOM_UTF8, Refusal(_EMPTY))
    yield Case("blank lines", b"\r\n\r\n  \r\n", Refusal(_EMPTY))
    yield Case("titles alone", text().encode(), Refusal(_NOBODY))
    yield Case("separators alone", b";;;;\r\n;;;;\r\n", Refusal(_EMPTY))
    yield Case("no titles", good.encode(), Refusal(_NO_TITLES))
    yield Case("a title above the titles", f"Collège;;;\r\n{text(good)}".encode(), Refusal(_NO_TITLES))
    yield Case("another separator", text(good).replace(";", "|").encode(), Refusal(_ONE_COLUMN))
    yield Case("the separator that it does not say", ("sep=,\r\n" + text(good)).encode(), Refusal(_ONE_COLUMN))
    yield Case("whole lines in quotes", f'"{TITLES}"\r\n"{good}"\r\n'.encode(), Refusal(_ONE_COLUMN))
    yield Case(
        "a required column missing", text(good).replace("Prénom", "Prnom").encode(), Refusal("La colonne « Prénom »")
    )
    twice = text(good + ";Dupont", titles=TITLES + ";Nom")
    yield Case("a column twice", twice.encode(), Refusal("Plusieurs colonnes donnent « Nom de famille »"))
    yield Case("a quote never closed", text(line(year, last='"Martin'), good).encode(), Refusal(_QUOTE))
    yield Case("a quote in the middle", text(line(year, last='"Mar"tin')).encode(), Refusal(_QUOTE))
    yield Case("a separator inside a name", text(line(year, last="Martin;Roux")).encode(), errors(
        (2, "Date de naissance"), (2, "Sexe"), (2, "Attestation"), (2, "SIECLE"), (2, "Fin de ligne"),
    ))  # fmt: skip
    yield Case("a cell too many", text(good + ";reste").encode(), errors((2, "Fin de ligne")))
    yield Case("a line too short", text("130564139AC;Martin").encode(), errors(
        (2, "Prénom"), (2, "Date de naissance"), (2, "Attestation"),
    ))  # fmt: skip
    yield Case("columns shifted by one", text(";" + good).encode(), errors(
        (2, "Date de naissance"), (2, "Sexe"), (2, "Attestation"), (2, "SIECLE"), (2, "Fin de ligne"),
    ))  # fmt: skip
    yield Case("empty columns at the end", text(good + ";;;;", titles=TITLES + ";;;;").encode(), Accepted(1))
    yield Case("sep= line of Excel", ("sep=;\r\n" + text(good)).encode(), Accepted(1))
    yield Case(
        "columns that nobody asked for", text(good + ";DP", titles=TITLES + ";Régime").encode(), Accepted(1, notes=1)
    )
    yield Case("a summary line under the list", text(good, "Total : 1;;;;;;;").encode(), errors(
        (3, "Nom de famille"), (3, "Prénom"), (3, "Date de naissance"), (3, "Attestation"),
    ))  # fmt: skip
    many = text(*(line(year, ine="", last=f"Martin {n}") for n in range(5001)))
    yield Case("too many candidates", many.encode(), Refusal("Ce fichier contient 5001 candidats"))
    yield Case("too many bytes", b"x" * (2 * 1024 * 1024 + 1), Refusal("Ce fichier pèse 2,0 Mo"))
    yield Case("one endless cell", text(line(year, last="A" * 200_000)).encode(), Refusal(_QUOTE))
    yield Case("one endless line of titles", (";".join("x" * 100 for _ in range(15_000))).encode(), Refusal(_NO_TITLES))


def _spreadsheet_traps(year: int) -> Iterator[Case]:
    yield Case("an INE as a number", text(line(year, ine="1,4558E+09")).encode(), errors((2, "INE")))
    yield Case("an INE as an English number", text(line(year, ine="1.45582E+10")).encode(), errors((2, "INE")))
    yield Case("a serial date", text(line(year, born="41002")).encode(), errors((2, "Date de naissance")))
    yield Case(
        "an English date", text(line(year, born=f"12/31/{year - 13}")).encode(), errors((2, "Date de naissance"))
    )
    yield Case("a year in two digits", text(line(year, born="03/04/12")).encode(), errors((2, "Date de naissance")))
    yield Case("a column too narrow", text(line(year, born="########")).encode(), errors((2, "Date de naissance")))
    yield Case("a failed lookup", text(line(year, last="#N/A")).encode(), errors((2, "Nom de famille")))
    yield Case("a broken reference", text(line(year, first="#REF!")).encode(), errors((2, "Prénom")))
    yield Case("a failed name in French", text(line(year, division="#NOM?")).encode(), errors((2, "Division")))
    yield Case("a formula", text(line(year, first="=B2")).encode(), errors((2, "Prénom")))
    link = text(line(year, first='"=HYPERLINK(""http://x"";""Zoé"")"'))
    yield Case("a formula that calls out", link.encode(), errors((2, "Prénom")))
    yield Case(
        "a formula in the class", text(line(year, division="=cmd|' /C calc'!A0")).encode(), errors((2, "Division"))
    )
    yield Case("an INE kept as text by a formula", text(line(year, ine='"=""130564139AC"""')).encode(), Accepted(1))
    yield Case("a cell that we guarded ourselves", text(line(year, division="'=5A")).encode(), Accepted(1))
    yield Case("a date with its midnight", text(line(year, born=f"{_born(year)} 00:00:00")).encode(), Accepted(1))


def _meanings(year: int) -> Iterator[Case]:
    def one(name: str, column: str, **cells: str) -> Case:
        return Case(name, text(line(year, **cells)).encode(), errors((2, column)))

    yield one("no family name", "Nom de famille", last="")
    yield one("no first name", "Prénom", first=" ")
    yield one("no birth date", "Date de naissance", born="")
    yield one("no attestation", "Attestation", attestation="")
    yield one("a name of digits", "Nom de famille", last="12345")
    yield one("a name too long", "Nom de famille", last="A" * 101)
    yield one("a class too long", "Division", division="B" * 41)
    yield one("an INE too long", "INE", ine="1" * 21)
    yield one("30 February", "Date de naissance", born=f"30/02/{year - 13}")
    yield one("month 13", "Date de naissance", born=f"01/13/{year - 13}")
    yield one("a date in words", "Date de naissance", born=f"3 avril {year - 13}")
    yield one("a birth to come", "Date de naissance", born=f"03/04/{year + 1}")
    yield one("a birth of last century's beginning", "Date de naissance", born="03/04/1912")
    yield one("year zero", "Date de naissance", born="03/04/0000")
    yield one("a sex that is none", "Sexe", sex="X")
    yield one("an attestation that is none", "Attestation", attestation="ASSR3")
    yield one("an attestation of others", "Attestation", attestation="ASR")
    yield one("neither yes nor no", "SIECLE", siecle="peut-être")
    same = [line(year), line(year, last="Roux", born=f"05/06/{year - 14}")]
    yield Case("one INE for two people", text(*same).encode(), errors((2, "INE"), (3, "INE")))
    bad = line(year, ine="1,4E+09", last="", first="", born="99/99/9999", sex="X", attestation="?", siecle="?")
    columns = ("INE", "Nom de famille", "Prénom", "Date de naissance", "Sexe", "Attestation", "SIECLE")
    every = tuple((number, column) for number in range(2, 42) for column in columns)
    yield Case("everything wrong, forty times", text(*[bad] * 40).encode(), Errors(every))
    yield Case("the same line twice", text(line(year), line(year)).encode(), Accepted(1))
    yield Case(
        "the same person twice", text(line(year), line(year, ine="", division="5B")).encode(), Accepted(1, doubts=1)
    )
    yield Case("one INE under two names", text(line(year), line(year, last="Roux")).encode(), Accepted(1, doubts=1))
    namesakes = text(line(year), line(year, ine="130564140AD"))
    yield Case("namesakes with an INE each", namesakes.encode(), Accepted(2))
    yield Case("an INE of an unknown shape", text(line(year, ine="12345")).encode(), Accepted(1))


def _unicode(year: int) -> Iterator[Case]:
    yield Case(
        "nothing but invisible letters",
        text(line(year, last="\u200b\u200d\u2060")).encode(),
        errors((2, "Nom de famille")),
    )
    yield Case(
        "nothing but spaces of all kinds", text(line(year, first="\xa0\u2003\u202f")).encode(), errors((2, "Prénom"))
    )
    yield Case("letters of another script", text(line(year, last="Мартин")).encode(), Accepted(1))
    yield Case("text turned right to left", text(line(year, last="\u202eMartin\u202c")).encode(), Accepted(1))
    yield Case("an emoji for a name", text(line(year, first="😀")).encode(), errors((2, "Prénom")))
    yield Case("digits of another script in a date", text(line(year, born=f"٠٣/٠٤/{year - 13}")).encode(), Accepted(1))
    yield Case(
        "a letter that grows in capitals", text(line(year, last="ß" * 60)).encode(), errors((2, "Nom de famille"))
    )
    yield Case(
        "a hundred accents on one letter", text(line(year, first="e" + "\u0301" * 150)).encode(), errors((2, "Prénom"))
    )
    yield Case("markup", text(line(year, last="<script>alert(1)</script>")).encode(), Accepted(1))
    yield Case("a vertical tab", text(line(year, first="Zo\x0bé")).encode(), Accepted(1))


# --- Workbooks --------------------------------------------------------------------------------------------------


def workbook(*rows: tuple, titles: tuple = HEADER) -> bytes:
    book = Workbook()
    for row in (titles, *rows):
        book.active.append(row)
    return _saved(book)


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row(year: int, **cells) -> tuple:
    values = {
        "ine": "130564139AC",
        "last": "Martin",
        "first": "Zoé",
        "born": date(year - 13, 4, 3),
        "division": "5A",
        "sex": "F",
        "attestation": "ASSR1",
        "siecle": "oui",
    } | cells
    return tuple(values.values())


def rezipped(content: bytes, parts: dict[str, bytes]) -> bytes:
    """The workbook with some of its parts replaced or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(name, old.read(name)))
        for name in parts.keys() - set(old.namelist()):
            new.writestr(name, parts[name])
    return out.getvalue()


def _workbooks(year: int) -> Iterator[Case]:
    def case(name: str, content: bytes, verdict) -> Case:
        return Case(name, content, verdict, "xlsx")

    good = row(year)
    yield case("a workbook", workbook(good), Accepted(1))
    yield case("a date and its hour", workbook(row(year, born=datetime(year - 13, 4, 3))), Accepted(1))
    yield case("a date as text", workbook(row(year, born=_born(year))), Accepted(1))
    yield case("a class that is a number", workbook(row(year, division=5)), Accepted(1))
    yield case("an INE that is a number", workbook(row(year, ine=1.45582309e10)), Accepted(1))
    yield case("an INE that is a big number", workbook(row(year, ine=1.45582309e15)), errors((2, "INE")))
    yield case("a serial date in a workbook", workbook(row(year, born=41002)), errors((2, "Date de naissance")))
    yield case("a formula without result", workbook(row(year, first="=B2")), errors((2, "Prénom")))
    yield case("a formula without result in the class", workbook(row(year, division="=1+1")), errors((2, "Division")))
    yield case("an error cell", workbook(row(year, last="#N/A")), errors((2, "Nom de famille")))
    yield case("an empty workbook", _saved(Workbook()), Refusal(_EMPTY))
    yield case("titles alone in a workbook", workbook(), Refusal(_NOBODY))
    yield case(
        "a title above the titles in a workbook", workbook(HEADER, good, titles=("Liste",)), Refusal(_ONE_COLUMN)
    )
    yield case(
        "empty lines between", workbook((), good, (), row(year, ine="", last="Roux", first="")), errors((5, "Prénom"))
    )
    yield case("a cell beyond the titles", workbook((*good, None, "reste")), errors((2, "Fin de ligne")))
    book = Workbook()
    book.active.append(HEADER)
    book.active.append(good)
    book.create_sheet("Autre").append(["reste"])
    yield case("a second sheet", _saved(book), Accepted(1, notes=1))
    hidden = Workbook()
    hidden.active.append(HEADER)
    hidden.active.append(good)
    hidden.create_sheet("Cachée").append(["reste"])
    hidden["Cachée"].sheet_state = "hidden"
    yield case("a hidden sheet", _saved(hidden), Accepted(1))
    yield case(
        "an old workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        Refusal("Ce fichier est un ancien classeur"),
    )
    yield case(
        "a page named xlsx", b"<html><table><tr><td>INE</td></tr></table>", Refusal("Ce fichier est une page web")
    )
    yield case("a CSV named xlsx", text(line(year)).encode(), Accepted(1))
    yield Case("a workbook named csv", workbook(good), Accepted(1))


_SHEET = "xl/worksheets/sheet1.xml"
_ROWS = (
    '<?xml version="1.0"?>{before}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<sheetData>{rows}</sheetData></worksheet>"
)
_BROKEN = "Ce classeur est abîmé"
_TOO_BIG = "Ce classeur est beaucoup trop gros"


def _scratched(content: bytes) -> bytes:
    """A few bytes of the sheet itself overwritten, as by a bad disk."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        place = archive.getinfo(_SHEET).header_offset + 30 + len(_SHEET) + 20
    return content[:place] + bytes(byte ^ 0xFF for byte in content[place : place + 8]) + content[place + 8 :]


def _hostile_workbooks(year: int) -> Iterator[Case]:
    good = workbook(row(year))

    def sheet(rows: str, before: str = "") -> bytes:
        return rezipped(good, {_SHEET: _ROWS.format(rows=rows, before=before).encode()})

    def case(name: str, content: bytes, verdict) -> Case:
        return Case(name, content, verdict, "xlsx")

    yield case("an archive of nothing", b"PK\x05\x06" + bytes(18), Refusal("Ce fichier est une archive"))
    yield case("a workbook cut in two", good[: len(good) // 2], Refusal(_BROKEN))
    yield case("a workbook with a wrong byte", _scratched(good), Refusal(_BROKEN))
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    yield case("a LibreOffice document", other.getvalue(), Refusal("Ce fichier n’est pas un classeur Excel"))
    yield case("a sheet that is no XML", rezipped(good, {_SHEET: b"\0\1\2"}), Refusal(_BROKEN))
    bomb = "<!DOCTYPE x [" + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(9)
    ) + "]>"  # fmt: skip
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>{}</t></is></c></row>'
    yield case("a billion laughs", sheet(cell.format("&a8;"), bomb), Refusal(_BROKEN))
    file = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    yield case("an external file", sheet(cell.format("&f;"), file), Refusal(_BROKEN))
    yield case("fifty megabytes of blanks", rezipped(good, {"xl/blank.xml": b" " * 50_000_000}), Refusal(_TOO_BIG))
    parts = {f"xl/media/{n}.png": b"" for n in range(600)}
    yield case("six hundred parts", rezipped(good, parts), Refusal(_TOO_BIG))
    far = '<row r="4000000000"><c r="A4000000000"><v>1</v></c></row>'
    yield case("a row four thousand million down", sheet(far), Refusal("La feuille « Sheet » va au-delà"))
    wide = '<row r="1"><c r="XFD1"><v>1</v></c></row>' + "".join(f'<row r="{n}"/>' for n in range(2, 3000))
    yield case("a cell sixteen thousand columns right", sheet(wide), Refusal(_EMPTY))
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 20_100))
    yield case("twenty thousand rows", sheet(rows), Refusal("La feuille « Sheet » va au-delà"))
    lost = '<row r="1"><c r="A1" t="s"><v>7</v></c></row>'
    yield case("a text that is not in the workbook", sheet(lost), Refusal(_BROKEN))
    yield case(
        "tags never closed", rezipped(good, {_SHEET: b"<worksheet><sheetData>" + b"<row>" * 5000}), Refusal(_BROKEN)
    )


# --- SIECLE's XML -----------------------------------------------------------------------------------------------

_XML = (
    '<?xml version="1.0" encoding="ISO-8859-15"?>{before}<BEE_ELEVES><PARAMETRES><UAJ>{uai}</UAJ></PARAMETRES><DONNEES>'
    "<ELEVES>{pupils}</ELEVES></DONNEES></BEE_ELEVES>"
)


def pupil(year: int, number: int = 1, **values: str) -> str:
    fields = {
        "ID_NATIONAL": f"{130564138 + number}AC",
        "NOM_DE_FAMILLE": "MARTIN",
        "PRENOM": "Zoé",
        "DATE_NAISS": f"03/04/{year - 14}",
        "CODE_SEXE": "2",
        "CODE_MEF": "10110001110",
        "CODE_STATUT": "ST",
    } | values
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items() if value)
    return f'<ELEVE ELEVE_ID="{number}">{inside}</ELEVE>'


def export(*pupils: str, uai: str = "0750655E", before: str = "") -> bytes:
    return _XML.format(pupils="".join(pupils), uai=uai, before=before).encode("iso-8859-15")


def zipped(*parts: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def _exports(year: int) -> Iterator[Case]:
    def case(name: str, content: bytes, verdict) -> Case:
        return Case(f"SIECLE: {name}", content, verdict, "xml")

    lily = pupil(year)
    who = "MARTIN Zoé (élève 1)"
    yield case("nothing", b"", Refusal("Ce fichier est vide."))
    yield case("a CSV", text(line(year)).encode(), Refusal("Ce fichier n’est pas un XML complet"))
    yield case(
        "another school's", export(lily, uai="0781977A"), Refusal("Cet export est celui de l’établissement 0781977A")
    )
    yield case("no school", export(lily, uai=""), Refusal("Cet export ne dit pas de quel établissement il vient"))
    yield case("cut in two", export(lily)[:-60], Refusal("Ce fichier n’est pas un XML complet"))
    yield case(
        "the parents'",
        export(lily).replace(b"BEE_ELEVES", b"BEE_RESPONSABLES"),
        Refusal("Ce fichier est l’export des responsables légaux"),
    )
    yield case(
        "UTF-8 bytes that say ISO",
        export(lily).decode("iso-8859-15").encode(),
        Refusal("Ce fichier a été ouvert puis enregistré par un autre logiciel"),
    )
    unknown = export(lily).replace(b"ISO-8859-15", b"KLINGON-1")
    yield case("an encoding that does not exist", unknown, Refusal("Ce fichier se dit encodé en « KLINGON-1 »"))
    bomb = "<!DOCTYPE x [" + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(9)
    ) + "]>"  # fmt: skip
    yield case(
        "a billion laughs",
        export(pupil(year, PRENOM="&a8;"), before=bomb),
        Refusal("Ce fichier contient une DTD ou des entités"),
    )
    file = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
    yield case(
        "an external file",
        export(pupil(year, PRENOM="&f;"), before=file),
        Refusal("Ce fichier contient une DTD ou des entités"),
    )
    yield case("tags without end", export("<a>" * 5000), Refusal("Ce fichier est imbriqué"))
    good = ("ElevesSansAdresses.xml", export(lily))
    yield case(
        "two documents in one archive",
        zipped(good, ("Autre.xml", export(lily))),
        Refusal("Cette archive contient 2 fichiers XML"),
    )
    yield case(
        "an archive without XML", zipped(("liste.txt", b"x")), Refusal("Cette archive ne contient aucun fichier XML")
    )
    yield case(
        "a path out of the archive",
        zipped(("../../etc/ElevesSansAdresses.xml", export(lily))),
        Refusal("Cette archive contient un chemin interdit"),
    )
    blank = export(lily).replace(b"<DONNEES>", b" " * 70_000_000 + b"<DONNEES>")
    yield case(
        "seventy megabytes of blanks",
        zipped(("ElevesSansAdresses.xml", blank)),
        Refusal("Cette archive contient bien plus qu’un export"),
    )
    yield case("an archive cut in two", zipped(good)[:200], Refusal("Cette archive est abîmée"))
    yield case("no birth date", export(pupil(year, DATE_NAISS="")), errors((who, "Date de naissance")))
    yield case("a wrong birth date", export(pupil(year, DATE_NAISS="31/02/2012")), errors((who, "Date de naissance")))
    yield case("no name", export(pupil(year, NOM_DE_FAMILLE="")), errors(("Zoé (élève 1)", "Nom de famille")))
    yield case("one INE for two pupils", export(lily, pupil(year, 2, ID_NATIONAL="130564139AC")), errors(
        (who, "INE"), ("MARTIN Zoé (élève 2)", "INE"),
    ))  # fmt: skip
    yield case("a good one", export(lily), Accepted(1, notes=1))
    yield case("a good one in an archive", zipped(good), Accepted(1, notes=1))


# --- More of each kind ------------------------------------------------------------------------------------------------


def _more_text(year: int) -> Iterator[Case]:
    good = line(year)
    yield Case("UTF-16 with its mark", text(good).encode("utf-16"), Accepted(1))
    yield Case("UTF-16 the other way round", codecs.BOM_UTF16_BE + text(good).encode("utf-16-be"), Accepted(1))
    yield Case("UTF-8 with its mark", text(good).encode("utf-8-sig"), Accepted(1))
    yield Case("line ends of an old Mac", text(good, end="\r").encode(), Accepted(1))
    yield Case(
        "line ends of all kinds", f"{TITLES}\r\n{good}\n\r{line(year, last='Roux')}".encode(), Accepted(1, doubts=1)
    )
    yield Case("tabs", text(good).replace(";", "\t").encode(), Accepted(1))
    yield Case("commas", text(good).replace(";", ",").encode(), Accepted(1))
    yield Case(
        "every cell in quotes",
        ('"' + text(good).strip().replace(";", '";"').replace("\r\n", '"\r\n"') + '"').encode(),
        Accepted(1),
    )
    yield Case("a separator in a quoted name", text(line(year, last='"Martin;Roux"')).encode(), Accepted(1))
    yield Case("a line end in a quoted name", text(line(year, last='"Martin\r\nRoux"')).encode(), Accepted(1))
    yield Case("a quote in a quoted name", text(line(year, last='"Mar""tin"')).encode(), Accepted(1))
    yield Case("a line end that only Unicode knows", text(line(year, last="Martin\u2028Roux")).encode(), Accepted(1))
    yield Case("an end of file of DOS", text(good).encode() + b"\x1a", Accepted(1))
    yield Case("a million empty cells", text(good + ";" * 1_000_000).encode(), Accepted(1))
    yield Case("titles in capitals and without accents", text(good).replace("Prénom", "PRENOM").encode(), Accepted(1))
    yield Case("a name that is a word of Python", text(line(year, last="None", first="True")).encode(), Accepted(1))
    yield Case(
        "half a character in UTF-8",
        text(line(year, last="Éléonôre-Béatrïce-Zoé", first="Zo@")).encode().replace(b"@", b"\xed\xa0\x80"),
        errors((2, "Prénom")),
    )
    yield Case(
        "an overlong zero in UTF-8",
        text(line(year, last="Éléonôre-Béatrïce-Zoé", first="Zo@")).encode().replace(b"@", b"\xc0\x80"),
        errors((2, "Prénom")),
    )
    yield Case("marks in the middle", text(line(year, first="Zo\ufeffé")).encode(), Accepted(1))
    yield Case("accents that would make another letter", text(line(year, last="NOÉ’S")).encode(), Accepted(1))
    yield Case("a JSON", b'[{"INE": "130564139AC", "Nom de famille": "Martin"}]', Refusal(_NO_TITLES))
    yield Case("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(40), Refusal(_NULS))
    yield Case("a photograph", b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(40), Refusal(_NULS))
    yield Case("a PDF", b"%PDF-1.7\n1 0 obj", Refusal("Ce fichier est un document PDF"))
    yield Case("a text document", b"{\\rtf1\\ansi INE}", Refusal("Ce fichier est un document de traitement de texte"))
    yield Case("a list of mails", b"INE\n130564139AC\n", Refusal("La colonne « Nom de famille » manque"))
    yield Case("dots and commas", b",.;" * 2000, Refusal(_NO_TITLES))


def _more_workbooks(year: int) -> Iterator[Case]:
    good, content = row(year), workbook(row(year))

    def case(name: str, content: bytes, verdict) -> Case:
        return Case(name, content, verdict, "xlsx")

    def changed(change) -> bytes:
        book = Workbook()
        book.active.append(HEADER)
        book.active.append(good)
        change(book)
        return _saved(book)

    def without(name: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(content)) as old:
            return zipped(*((part, old.read(part)) for part in old.namelist() if part != name))

    def born(value) -> bytes:
        def change(book):
            book.active["D2"].value, book.active["D2"].number_format = value, "DD/MM/YYYY"

        return changed(change)

    def since_1904(book):
        book.epoch = CALENDAR_MAC_1904

    def macros(name: str) -> bytes:
        types = zipfile.ZipFile(io.BytesIO(content)).read(name)
        kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        enabled = types.replace(kind, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
        return rezipped(content, {name: enabled, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + bytes(60)})

    yield case("days counted from 1904", changed(since_1904), Accepted(1))
    yield case("cells that are one", changed(lambda book: book.active.merge_cells("B2:C2")), errors((2, "Prénom")))
    yield case(
        "a hidden line", changed(lambda book: setattr(book.active.row_dimensions[2], "hidden", True)), Accepted(1)
    )
    yield case("a day before all days", born(-5), errors((2, "Date de naissance")))
    yield case("a day after all days", born(3_000_000), errors((2, "Date de naissance")))
    yield case("an hour instead of a day", born(0.5), errors((2, "Date de naissance")))
    yield case("yes instead of a name", workbook(row(year, first=True)), Accepted(1))
    yield case("a number instead of a name", workbook(row(year, last=12)), errors((2, "Nom de famille")))
    yield case("the longest text of Excel", workbook(row(year, last="A" * 32_767)), errors((2, "Nom de famille")))
    yield case("macros", macros("[Content_Types].xml"), Accepted(1))
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    yield case(
        "a link to another workbook", rezipped(content, {"xl/externalLinks/externalLink1.xml": link}), Accepted(1)
    )
    yield case("a workbook inside", rezipped(content, {"xl/embeddings/book.xlsx": content}), Accepted(1))
    for name, verdict in {
        "[Content_Types].xml": Refusal(_BROKEN),
        "_rels/.rels": Accepted(1),
        "xl/workbook.xml": Refusal("Ce fichier n’est pas un classeur Excel"),
        "xl/_rels/workbook.xml.rels": Refusal(_BROKEN),
        _SHEET: Refusal(_EMPTY),
        "xl/styles.xml": errors((2, "Date de naissance")),
    }.items():
        yield case(f"without {name}", without(name), verdict)
    yield case(
        "a sheet in UTF-16", rezipped(content, {_SHEET: _sheet_of(content).decode().encode("utf-16")}), Accepted(1)
    )
    other = _sheet_of(content).replace(b"spreadsheetml/2006/main", b"spreadsheetml/1999/main")
    yield case("a sheet of another language", rezipped(content, {_SHEET: other}), Refusal(_EMPTY))
    included = _sheet_of(content).replace(
        b"<sheetData>", b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/><sheetData>'
    )
    yield case("a sheet that includes a file", rezipped(content, {_SHEET: included}), Accepted(1))
    yield case("a password on every part", flagged(content), Refusal("Ce classeur est protégé par un mot de passe"))
    yield case(
        "a text document of Word",
        zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")),
        Refusal("Ce fichier n’est pas un classeur Excel"),
    )
    yield case(
        "an archive of archives",
        zipped(("a.zip", zipped(("b.zip", b"PK")))),
        Refusal("Ce fichier n’est pas un classeur"),
    )
    yield case("a path out of the workbook", rezipped(content, {"../../etc/cron.d/x": b"x"}), Accepted(1))


def _sheet_of(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read(_SHEET)


def flagged(content: bytes) -> bytes:
    """The archive, every part of which says that it needs a password."""
    out = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + offset] |= 1
            at = out.find(mark, at + 4)
    return bytes(out)


def linked(name: str, target: str) -> bytes:
    """An archive with a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        archive.writestr(entry, target)
    return out.getvalue()


def _more_exports(year: int) -> Iterator[Case]:
    lily = pupil(year)
    good = export(lily)
    inside = "ElevesSansAdresses.xml"

    def case(name: str, content: bytes, verdict) -> Case:
        return Case(f"SIECLE: {name}", content, verdict, "xml")

    one = Accepted(1, notes=1)
    torn = Refusal("Ce fichier n’est pas un XML complet")
    entities = Refusal("Ce fichier contient une DTD ou des entités")
    path = Refusal("Cette archive contient un chemin interdit")
    xi = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    yield case("a file included", good.replace(b"<DONNEES>", xi + b"<DONNEES>"), one)
    yield case("a namespace", good.replace(b"<BEE_ELEVES>", b'<BEE_ELEVES xmlns="urn:x">'), one)
    prefixed = good.replace(b"<BEE_ELEVES>", b'<b:BEE_ELEVES xmlns:b="urn:x">').replace(b"</BEE_", b"</b:BEE_")
    yield case("a prefix", prefixed, Refusal("Ce fichier est un document XML « b:BEE_ELEVES »"))
    yield case(
        "instructions", good.replace(b"<DONNEES>", b"<?php system('id'); ?><?xml-stylesheet href='x'?><DONNEES>"), one
    )
    yield case(
        "pupils in a comment", good.replace(b"<ELEVES>", b"<ELEVES><!--" + lily.encode("iso-8859-15") + b"-->"), one
    )
    yield case("names in CDATA", export(pupil(year, PRENOM="<![CDATA[Zoé <b>]]>")), one)
    yield case("escaped marks", export(pupil(year, NOM_DE_FAMILLE="&lt;script&gt;")), one)
    yield case("a DTD without entities", export(lily, before="<!DOCTYPE BEE_ELEVES>"), entities)
    parameter = '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://192.0.2.1/x"> %a;]>'
    yield case("a DTD from elsewhere", export(lily, before=parameter), entities)
    yield case("NUL by number", export(pupil(year, PRENOM="Zo&#0;")), torn)
    yield case("half a character by number", export(pupil(year, PRENOM="Zo&#xD800;")), torn)
    yield case("an entity that nobody defined", export(pupil(year, PRENOM="Zo&eacute;")), torn)
    yield case("two roots", good + b"<BEE_ELEVES/>", torn)
    yield case("a byte behind the end", good + b"\0", torn)
    yield case("tags that cross", good.replace(b"</PARAMETRES><DONNEES>", b"<DONNEES></PARAMETRES>"), torn)
    utf16 = good.decode("iso-8859-15").replace("ISO-8859-15", "UTF-16").encode("utf-16")
    yield case("UTF-16", utf16, one)
    yield case("UTF-16 cut in a letter", utf16[:-1], Refusal("Ce fichier se dit encodé en UTF-16"))
    utf7 = good.replace(b"ISO-8859-15", b"UTF-7")
    yield case("UTF-7", utf7, Refusal("Ce fichier se dit encodé en « UTF-7 »"))
    utf8 = good.decode("iso-8859-15").replace("ISO-8859-15", "UTF-8").encode()
    yield case("UTF-8", utf8, one)
    yield case("UTF-8 with its mark", codecs.BOM_UTF8 + utf8, one)
    yield case("a mark that says otherwise", codecs.BOM_UTF8 + good, Refusal("Ce fichier a été ouvert puis enregistré"))
    yield case(
        "ISO bytes that say UTF-8", utf8.decode().encode("iso-8859-15"), Refusal("Ce fichier se dit encodé en UTF-8")
    )
    yield case("an attribute of a megabyte", good.replace(b"<ELEVES>", b'<ELEVES a="' + b"x" * 1_000_000 + b'">'), one)
    yield case(
        "a name of a megabyte",
        export(pupil(year, PRENOM="a" * 1_000_000)),
        errors((f"MARTIN {'a' * 93} (élève 1)", "Prénom")),
    )
    yield case("no number", good.replace(b' ELEVE_ID="1"', b""), one)
    yield case("the same pupil twice", export(lily, lily), errors(
        ("MARTIN Zoé (élève 1)", "INE"), ("MARTIN Zoé (élève 1)", "INE"),
    ))  # fmt: skip
    yield case(
        "year zero", export(pupil(year, DATE_NAISS="01/01/0000")), errors(("MARTIN Zoé (élève 1)", "Date de naissance"))
    )
    yield case(
        "a leap day that is none",
        export(pupil(year, DATE_NAISS="29/02/2011")),
        errors(("MARTIN Zoé (élève 1)", "Date de naissance")),
    )
    yield case(
        "digits of another script",
        utf8.replace(b"03/04", "٠٣/٠٤".encode()),
        errors(("MARTIN Zoé (élève 1)", "Date de naissance")),
    )
    yield case("a password", flagged(zipped((inside, good))), Refusal("Cette archive est protégée par un mot de passe"))
    yield case("a link", linked(inside, "/etc/passwd"), Refusal("Cette archive contient un lien"))
    yield case(
        "an archive in an archive",
        zipped(("a.zip", zipped((inside, good)))),
        Refusal("Cette archive ne contient aucun"),
    )
    yield case("an absolute path", zipped((f"/{inside}", good)), path)
    yield case("a path of Windows", zipped((f"..\\..\\{inside}", good)), path)
    yield case("a drive", zipped((f"C:{inside}", good)), path)
    yield case("leftovers of a Mac", zipped((f"__MACOSX/._{inside}", b"x"), (inside, good)), one)
    yield case(
        "three hundred files", zipped(*((f"{n}.txt", b"") for n in range(300))), Refusal("Cette archive contient 300")
    )
    yield case(
        "an archive of nothing", b"PK\x05\x06" + bytes(18), Refusal("Cette archive ne contient aucun fichier XML")
    )
    yield case("a gzip", b"\x1f\x8b\x08" + bytes(20), Refusal("Ce fichier est une archive gzip"))
    yield case("a 7-Zip", b"7z\xbc\xaf\x27\x1c" + bytes(20), Refusal("Ce fichier est une archive 7-Zip"))
    yield case("a workbook", workbook(row(year)), Refusal("Cette archive contient"))
    yield case("a picture", b"\x89PNG\r\n\x1a\n" + bytes(40), torn)
