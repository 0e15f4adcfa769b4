"""The files that schools send: what is read, and every refusal word for word."""

import codecs
import io
import zipfile
from datetime import date

import pytest

from candidates import resources
from candidates.resources import EMPTY, MAX_ROWS, Unreadable, read
from candidates.rules import ImportRow

YEAR = 2026
SCHOOL = ("ASSR1", "ASSR2", "AER")
HEADER = "INE;Nom de famille;Prénom;Date de naissance;Division;Sexe;Attestation;SIECLE"
LILY = "130564139AC;Martin;Lily;03/04/2012;5A;F;ASSR1;oui"
LILY_ROW = ImportRow(2, "130564139AC", "MARTIN", "Lily", date(2012, 4, 3), "5A", "F", "ASSR1", True)
NAMES = ("Éloïse", "Zoé", "François", "Noël", "Gaëlle", "Maël", "Chloé", "Inès", "Jérôme", "Benoît", "Anaïs", "Loïc")
SAVE_AS_CSV = (
    ", pas un fichier CSV ni un classeur .xlsx. Ouvrez votre liste dans le tableur, choisissez « Enregistrer sous » "
    "puis le type « Classeur Excel (.xlsx) » ou « CSV UTF-8 », et importez le fichier obtenu."
)
FROM_SIECLE = (
    "Ce fichier est un export de SIECLE : importez-le avec « Importer depuis SIECLE BEE », sur cette même page."
)
TITLES = "INE ; Nom de famille ; Prénom ; Date de naissance ; Division ; Sexe ; Attestation ; SIECLE"
ONE_COLUMN = (
    "Tout le fichier tient dans une seule colonne : les colonnes doivent être séparées par des points-virgules, des "
    f"virgules ou des tabulations. Titres attendus : {TITLES}."
)
NO_TITLES = (
    "La première ligne ne porte pas les titres des colonnes. Ajoutez-les au-dessus des candidats, dans l’ordre de "
    f"votre choix : {TITLES}."
)
NO_CANDIDATE = "Ce fichier ne contient aucun candidat : ajoutez une ligne par candidat sous les titres."
NULS = (
    "Ce fichier contient des octets nuls : ce n’est pas un fichier texte, ou il a été abîmé. Enregistrez à nouveau la "
    "liste en « CSV UTF-8 »."
)


def quote(at):
    return (
        f"Un guillemet est mal placé ou n’est jamais refermé, à partir de la ligne {at} : corrigez-le, ou supprimez "
        "les guillemets du fichier."
    )


def text(*lines, end="\r\n"):
    return end.join((HEADER, *lines)) + end


def rows(content, attestations=SCHOOL):
    reading = read(content, year=YEAR, attestations=attestations)
    assert reading.errors == []
    return reading.rows


def one_column(**cells):
    """A file of one candidate, Lily with other `cells`."""
    values = dict(zip(HEADER.split(";"), LILY.split(";"), strict=True)) | cells
    return text(";".join(values.values())).encode()


def errors(content, attestations=SCHOOL):
    reading = read(content, year=YEAR, attestations=attestations)
    return [(e.line, e.column, e.value, e.message) for e in reading.errors]


# --- Good files -------------------------------------------------------------------------------------------------

GOOD = {
    "UTF-8": text(LILY).encode(),
    "UTF-8 with BOM": text(LILY).encode("utf-8-sig"),
    "UTF-16 little-endian with BOM": codecs.BOM_UTF16_LE + text(LILY).encode("utf-16-le"),
    "UTF-16 big-endian with BOM": codecs.BOM_UTF16_BE + text(LILY).encode("utf-16-be"),
    "Windows": text(LILY).encode("cp1252"),
    "Mac": text(LILY).encode("mac_roman"),
    "comma": text(LILY).replace(";", ",").encode(),
    "tab": text(LILY).replace(";", "\t").encode(),
    "sep= line": b"sep=;\r\n" + text(LILY).encode(),
    "sep= line after a BOM": ("sep=,\n" + text(LILY, end="\n").replace(";", ",")).encode("utf-8-sig"),
    "sep= line with another separator": ("sep=|\n" + text(LILY).replace(";", "|")).encode(),
    "line feed": text(LILY, end="\n").encode(),
    "carriage return": text(LILY, end="\r").encode(),
    "no end of line at the end": text(LILY).rstrip().encode(),
    "trailing columns and lines": (HEADER + ";;;\r\n" + LILY + ";; ;\r\n;;;;;;;;;;\r\n\r\n  \r\n").encode(),
    "quoted cells": text('"130564139AC";"Martin";"Lily";"03/04/2012";"5A";"F";"ASSR1";"oui"').encode(),
    "line break in a quoted cell": text('130564139AC;"Mar\r\ntin";Lily;03/04/2012;5A;F;ASSR1;oui')
    .replace("Mar\r\ntin", "\nMartin\n")
    .encode(),
    "titles in capitals, no accents, other order": (
        b"PRENOM;nom_de_famille;DATE  DE NAISSANCE;Siecle;attestation;SEXE;division;ine\n"
        b"Lily;Martin;03/04/2012;oui;ASSR1;F;5A;130564139AC\n"
    ),
    "other usual titles": (
        "N° INE;Nom;Prénoms;Né(e) le;Classe;Code sexe;Épreuve;Export SIECLE\n" + LILY + "\n"
    ).encode(),
    "ISO date": one_column(**{"Date de naissance": "2012-04-03"}),
    "ISO date and midnight": one_column(**{"Date de naissance": "2012-04-03 00:00:00"}),
    "date without leading zeros": one_column(**{"Date de naissance": "3/4/2012"}),
    "date with dots": one_column(**{"Date de naissance": "03.04.2012"}),
    "date with hyphens": one_column(**{"Date de naissance": "03-04-2012"}),
    "date with spaces": one_column(**{"Date de naissance": " 03 / 04 / 2012 "}),
    "sex in words": one_column(Sexe="Féminin"),
    "sex as a girl": one_column(Sexe="FILLE"),
    "sex as the ministry's code": one_column(Sexe="2"),
    "attestation with a space": one_column(Attestation="assr 1"),
    "attestation with a hyphen": one_column(Attestation="ASSR-1"),
    "SIECLE in capitals": one_column(SIECLE="OUI"),
    "INE in small letters with spaces": one_column(INE="130564139 ac"),
    "no-break spaces": one_column(**{"Nom de famille": "\xa0Martin\u202f"}),
    "an INE written as a formula": one_column(INE='="130564139AC"'),
}


@pytest.mark.parametrize("content", GOOD.values(), ids=GOOD.keys())
def test_good_file(content):
    """However it was saved, the same candidate is read."""
    assert rows(content) == [LILY_ROW]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("name", NAMES)
def test_accents_of_a_lone_name(name, encoding):
    """One accented name in the whole file is enough to tell Windows from Mac."""
    header = HEADER.replace("é", "e")
    content = f"{header}\n;Durand;{name};03/04/2012;;;ASSR1;\n".encode(encoding)
    assert [row.first_name for row in rows(content)] == [name]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "mac_roman"])
def test_accents_of_a_class(encoding):
    lines = [f";{name.upper()};{name};{day:02}/04/2012;;;ASSR1;" for day, name in enumerate(NAMES, start=1)]
    assert [(row.last_name, row.first_name) for row in rows(text(*lines).encode(encoding))] == [
        (name.upper(), name) for name in NAMES
    ]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_punctuation_is_no_letter(encoding):
    """A dash or a curly apostrophe is a letter in the other encoding: it must not decide."""
    content = text(";L’Hermite;Zoé;03/04/2012;5A – option;;ASSR1;").encode(encoding)
    assert [(row.last_name, row.first_name, row.division) for row in rows(content)] == [
        ("L’HERMITE", "Zoé", "5A – option")
    ]


def test_a_dash_alone_does_not_decide():
    content = f"{HEADER.replace('é', 'e')}\n;Durand;Ali;03/04/2012;5A – option;;ASSR1;\n"
    assert rows(content.encode("cp1252"))[0].division == "5A – option"


def test_optional_cells_may_be_empty():
    assert rows(text(";Martin;Lily;03/04/2012;;;ASSR2;").encode()) == [
        ImportRow(2, "", "MARTIN", "Lily", date(2012, 4, 3), "", "", "ASSR2", None)
    ]


def test_a_guarded_cell_comes_back_as_it_was():
    assert rows(one_column(Division="'=5A"))[0].division == "=5A"


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("M", "M"), ("F", "F"), ("m.", "M"), ("Masculin", "M"), ("féminin", "F"), ("Garçon", "M"), ("fille", "F"),
        ("1", "M"), ("2", "F"), ("H", "M"), ("Mme", "F"), ("", ""),
    ],
)  # fmt: skip
def test_sexes(written, read_as):
    assert rows(one_column(Sexe=written))[0].sex == read_as


@pytest.mark.parametrize(("written", "read_as"), [("oui", True), ("O", True), ("Non", False), ("n", False), ("", None)])
def test_siecle(written, read_as):
    assert rows(one_column(SIECLE=written))[0].export_to_siecle is read_as


def test_lines_are_numbered_as_a_spreadsheet_does():
    """Empty lines count, a line break inside a cell does not, the sep= line does not."""
    content = "sep=;\n" + text(LILY, "", '130564140AD;"Du\npont";Zoé;03/04/2012;;;ASSR1;', "x;;;;;;;", end="\n")
    reading = read(content.encode(), year=YEAR, attestations=SCHOOL)
    assert [row.line for row in reading.rows] == [2, 4]
    assert {error.line for error in reading.errors} == {5}


def test_notes():
    """What is left aside is said, and does not stop the import."""
    content = "Nom;Prénom;Date de naissance;Attestation;Régime;Mél\nMartin;Lily;03/04/2012;ASSR1;DP;a@b.fr\n"
    reading = read(content.encode(), year=YEAR, attestations=SCHOOL)
    assert len(reading.rows) == 1
    assert reading.notes == [
        "Colonnes ignorées, car elles ne sont pas demandées : Régime, Mél.",
        "Colonnes absentes du fichier : INE, Division, Sexe, SIECLE. Ces informations restent vides pour les nouveaux "
        "candidats et inchangées pour les autres.",
    ]


# --- The template -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("attestations", [SCHOOL, ("ASR", "AER"), ("ASSR1", "ASSR2", "ASR", "AER")])
def test_template_lines_are_good_examples(attestations, monkeypatch):
    content = resources.template(year=YEAR, attestations=attestations)
    assert content.decode("utf-8-sig").splitlines()[0] == HEADER
    monkeypatch.setattr(resources, "EXAMPLE_NAME", "no such name")
    assert [row.first_name for row in rows(content, attestations)] == ["Camille", "Dominique"]


def test_template_lines_are_never_imported():
    content = resources.template(year=YEAR, attestations=SCHOOL) + (LILY + "\r\n").encode()
    reading = read(content, year=YEAR, attestations=SCHOOL)
    assert [row.last_name for row in reading.rows] == ["MARTIN"]
    assert reading.notes == ["Les lignes d’exemple du modèle ont été ignorées."]


def test_the_template_alone_holds_nobody():
    with pytest.raises(Unreadable) as refusal:
        read(resources.template(year=YEAR, attestations=SCHOOL), year=YEAR, attestations=SCHOOL)
    assert refusal.value.messages == (NO_CANDIDATE,)


# --- Files that cannot be read ----------------------------------------------------------------------------------


def _zip():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


UNREADABLE = {
    "nothing": (b"", [EMPTY]),
    "a BOM only": (codecs.BOM_UTF8, [EMPTY]),
    "blank lines": (b"\r\n \r\n", [EMPTY]),
    "separators only": (b";;;\r\n;;;\r\n", [EMPTY]),
    "titles only": (text().encode(), [NO_CANDIDATE]),
    "a workbook of nothing": (
        _zip(),
        [
            "Ce classeur est abîmé ou n’a pas été fait par un tableur : ouvrez-le dans Excel ou LibreOffice, "
            "enregistrez-le au format .xlsx et importez le fichier obtenu."
        ],
    ),
    "xls": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        ["Ce fichier est un ancien classeur Excel (.xls) ou un classeur protégé par un mot de passe" + SAVE_AS_CSV],
    ),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", ["Ce fichier est un document PDF" + SAVE_AS_CSV]),
    "RTF": (b"{\\rtf1\\ansi}", ["Ce fichier est un document de traitement de texte" + SAVE_AS_CSV]),
    "XML": (b"<?xml version='1.0'?><liste/>", ["Ce fichier est une page web ou un fichier XML" + SAVE_AS_CSV]),
    "SIECLE's own XML": (b"<?xml version='1.0'?><BEE_ELEVES/>", [FROM_SIECLE]),
    "NUL bytes": (text(LILY).encode().replace(b"Lily", b"Li\0ly"), [NULS]),
    "UTF-16 without BOM": (text(LILY).encode("utf-16-le"), [NULS]),
    "broken UTF-16": (
        codecs.BOM_UTF16_LE + text(LILY).encode("utf-16-le")[:-1],
        [
            "Ce fichier est abîmé : son encodage n’est pas celui qu’il annonce. Enregistrez à nouveau la liste en "
            "« CSV UTF-8 »."
        ],
    ),
    "another separator": (text(LILY).replace(";", "|").encode(), [ONE_COLUMN]),
    "whole lines in quotes": (f'"{HEADER}"\r\n"{LILY}"\r\n'.encode(), [ONE_COLUMN]),
    "no titles": (f"{LILY}\r\n".encode(), [NO_TITLES]),
    "a title above the titles": (f"Collège des Mimosas;;;\r\n{text(LILY)}".encode(), [NO_TITLES]),
    "a required column is missing": (
        "INE;Nom;Prénom;Naissance le\n1;2;3;4\n".encode(),
        [
            "La colonne « Date de naissance » manque : ajoutez-la ou corrigez son titre.",
            "La colonne « Attestation » manque : ajoutez-la ou corrigez son titre.",
            "Titres non reconnus : Naissance le.",
        ],
    ),
    "a column twice": (
        (HEADER + ";Nom\n" + LILY + ";Dupont\n").encode(),
        ["Plusieurs colonnes donnent « Nom de famille » : « Nom de famille » et « Nom ». Gardez-en une seule."],
    ),
    "a quote that is never closed": (
        text(LILY, '130564140AD;"Dupont;Zoé;03/04/2012;;;ASSR1;', LILY).encode(),
        [quote(at=3)],
    ),
    "a quote in the wrong place": (
        text('130564140AD;"Dupont"s;Zoé;03/04/2012;;;ASSR1;').encode(),
        [quote(at=2)],
    ),
    "too many lines": (
        text(*(f";Martin;Lily{n};03/04/2012;;;ASSR1;" for n in range(MAX_ROWS + 1))).encode(),
        ["Ce fichier contient 5001 candidats, pour 5000 au plus. Partagez-le en plusieurs fichiers."],
    ),
}


@pytest.mark.parametrize(("content", "messages"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_unreadable_file(content, messages):
    with pytest.raises(Unreadable) as refusal:
        read(content, year=YEAR, attestations=SCHOOL)
    assert list(refusal.value.messages) == messages


def test_as_many_lines_as_allowed():
    content = text(*(f";Martin;Lily{n};03/04/2012;;;ASSR1;" for n in range(MAX_ROWS))).encode()
    assert len(rows(content)) == MAX_ROWS


def test_a_long_file_of_one_word_is_read_in_time():
    """The choice of the encoding is linear in the file's size: this takes hours when it is not."""
    with pytest.raises(Unreadable):
        read(b"a" * 1_900_000 + b"\xe9", year=YEAR, attestations=SCHOOL)


# --- Wrong cells ------------------------------------------------------------------------------------------------

REQUIRED = "Cette information est obligatoire : remplissez cette case."
UNCLEAR_DATE = "Cette date est illisible : écrivez jour/mois/année, par exemple 03/04/2012."
NO_SUCH_DATE = "Cette date n’existe pas : écrivez jour/mois/année, par exemple 03/04/2012."
SHORT_YEAR = "L’année n’a que deux chiffres : écrivez-la en quatre chiffres, par exemple 03/04/2012."
EXCEL_INE = (
    "Excel a pris cet INE pour un nombre et en a perdu des chiffres. Donnez à la colonne le format Texte, saisissez "
    "l’INE à nouveau et enregistrez."
)


def too(age):
    return f"Cette personne aurait {age} ans en 2026, et un candidat a de 10 à 80 ans : vérifiez l’année."


WRONG = {
    "no family name": ("Nom de famille", "", REQUIRED),
    "no first name": ("Prénom", " ", REQUIRED),
    "a date for a name": (
        "Prénom", "03/04/2012", "Un nom contient des lettres : vérifiez que les colonnes ne sont pas décalées.",
    ),
    "a long name": (
        "Nom de famille", "A" * 101, "Ce texte est trop long : 101 caractères pour 100 au plus. Raccourcissez-le.",
    ),
    "a name that capitals make too long": (
        "Nom de famille", "ß" * 51, "Ce texte est trop long : 102 caractères pour 100 au plus. Raccourcissez-le.",
    ),
    "a long class": ("Division", "B" * 41, "Ce texte est trop long : 41 caractères pour 40 au plus. Raccourcissez-le."),
    "broken accents": (
        "Prénom", "ZoÃ©", "Les accents de ce texte sont abîmés : faut-il lire « Zoé » ? Corrigez-le.",
    ),
    "a lost character": ("Prénom", "Zo\ufffd", "Un caractère de ce texte est perdu (�) : saisissez-le à nouveau."),
    "no birth date": ("Date de naissance", "", REQUIRED),
    "a two-digit year": ("Date de naissance", "03/04/12", SHORT_YEAR),
    "a two-digit year, short": ("Date de naissance", "3/4/12", SHORT_YEAR),
    "30 February": ("Date de naissance", "30/02/2012", NO_SUCH_DATE),
    "month first": ("Date de naissance", "04/13/2012", NO_SUCH_DATE),
    "day zero": ("Date de naissance", "00/04/2012", NO_SUCH_DATE),
    "a date in words": ("Date de naissance", "3 avril 2012", UNCLEAR_DATE),
    "an Excel date number": (
        "Date de naissance",
        "41002",
        "Ce nombre est une date au format interne d’Excel : donnez à la colonne le format Date.",
    ),
    "a nine-year-old": ("Date de naissance", "01/01/2017", too(9)),
    "someone of 81": ("Date de naissance", "31/12/1945", too(81)),
    "a sex that is none": ("Sexe", "X", "Écrivez F ou M, ou laissez vide."),
    "no attestation": (
        "Attestation", "", "Cette information est obligatoire. Écrivez l’une de ces attestations : ASSR1, ASSR2, AER.",
    ),
    "an unclear attestation": (
        "Attestation", "ASSR", "Cette attestation n’existe pas. Écrivez l’une de celles-ci : ASSR1, ASSR2, AER.",
    ),
    "another category's attestation": (
        "Attestation",
        "ASR",
        "Votre établissement n’organise pas l’ASR. Écrivez l’une de celles-ci : ASSR1, ASSR2, AER.",
    ),
    "SIECLE neither yes nor no": ("SIECLE", "peut-être", "Écrivez oui ou non."),
    "an INE that Excel destroyed": ("INE", "1,45582E+09", EXCEL_INE),
    "an INE that Excel destroyed, English": ("INE", "1.45582E+10", EXCEL_INE),
    "a long identifier": ("INE", "1" * 21, "Ce texte est trop long : 21 caractères pour 20 au plus. Raccourcissez-le."),
}  # fmt: skip


@pytest.mark.parametrize(("column", "value", "message"), WRONG.values(), ids=WRONG.keys())
def test_wrong_cell(column, value, message):
    assert errors(one_column(**{column: value})) == [(2, column, value.strip()[:60], message)]


@pytest.mark.parametrize("born", ["31/12/2016", "01/01/1946"])
def test_ages_at_the_limits(born):
    assert len(rows(one_column(**{"Date de naissance": born}))) == 1


def test_attestations_of_a_training_centre():
    centre = ("ASR", "AER")
    assert rows(one_column(Attestation="asr"), centre)[0].attestation == "ASR"
    assert errors(one_column(Attestation="ASSR1"), centre) == [
        (
            2,
            "Attestation",
            "ASSR1",
            "Votre établissement n’organise pas l’ASSR1. Écrivez l’une de celles-ci : ASR, AER.",
        )
    ]


def test_a_separator_inside_a_text():
    assert errors(text("130564139AC;Martin;Lily;03/04/2012;5A;F;ASSR1;oui;rab").encode()) == [
        (
            2,
            "Fin de ligne",
            "rab",
            "Cette ligne a plus de cases que le fichier n’a de colonnes : un séparateur est sans doute entré dans un "
            "texte. Mettez ce texte entre guillemets ou supprimez le séparateur.",
        )
    ]


def test_every_error_of_every_line_at_once():
    bad = "1,4E+09;;;99/99/9999;5A;X;ASSR3;bof"
    found = errors(text(*[bad] * 60).encode())
    assert [(line, column) for line, column, _, _ in found] == [
        (line, column)
        for line in range(2, 62)
        for column in (
            "INE", "Nom de famille", "Prénom", "Date de naissance", "Sexe", "Attestation", "SIECLE",
        )
    ]  # fmt: skip


def test_the_same_ine_with_other_birth_dates_names_the_other_lines():
    lines = [LILY, "130564139ac;Dupont;Zoé;05/06/2012;;;ASSR1;", "130564139AC;Roux;Ali;05/06/2011;;;ASSR1;"]
    advice = (
        "avec une autre date de naissance : un INE désigne une seule personne. Corrigez ou supprimez l’une de ces "
        "lignes."
    )
    assert errors(text(*lines).encode()) == [
        (2, "INE", "130564139AC", f"Cet INE est aussi aux lignes 3 et 4, {advice}"),
        (3, "INE", "130564139AC", f"Cet INE est aussi aux lignes 2 et 4, {advice}"),
        (4, "INE", "130564139AC", f"Cet INE est aussi aux lignes 2 et 3, {advice}"),
    ]


def test_the_same_person_twice_is_read_twice():
    """Whether it is the same person is for the preview to ask."""
    assert len(rows(text(LILY, ";MARTIN;lily;2012-04-03;;;ASSR1;").encode())) == 2


def test_homonyms_with_an_ine_each_are_two_people():
    assert len(rows(text(LILY, LILY.replace("130564139AC", "130564140AD")).encode())) == 2
