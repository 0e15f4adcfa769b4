"""Reading a file of candidates (handbook 3): bytes in, rows and errors out; nothing is looked up, nothing written.

Schools save their CSV with Excel, LibreOffice or a Mac, or by hand: whatever can be read with certainty is read, and
whatever cannot is explained, all errors at once, with the line as the spreadsheet numbers it.
"""

import csv
import io
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from candidates import rules
from candidates.rules import ImportRow, RowError
from esr.core import spreadsheets
from esr.core.text import clean, search_key

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 5000
_MAX_NAME = 100
_MAX_DIVISION = 40
_MAX_IDENTIFIER = 20
EMPTY = "Ce fichier est vide. Téléchargez le modèle, remplissez-le et importez-le."
_SHOWN = 60  # characters of a wrong value that the report repeats


class Unreadable(ValueError):
    """The file as a whole cannot be read; `messages` say why and what to do, in French."""

    def __init__(self, *messages: str):
        super().__init__(" ".join(messages))
        self.messages = messages


@dataclass(frozen=True)
class Column:
    """One column of the template; `aliases` are other titles under which schools have it."""

    field: str
    title: str
    required: bool
    expected: str  # what to write in it, for the people who fill it
    aliases: tuple[str, ...] = ()


COLUMNS = (
    Column(
        "identifier",
        "INE",
        False,
        "L’identifiant national élève. Laissez vide si le candidat n’en a pas : la plateforme lui attribue un "
        "identifiant, que vous pourrez modifier.",
        (
            "INE / Identifiant candidat",
            "INE / Identifiant",
            "Identifiant",
            "Identifiant candidat",
            "Identifiant national",
            "Identifiant national élève",
            "ID national",
            "N° INE",
            "Numéro INE",
            "Num INE",
        ),
    ),
    Column("last_name", "Nom de famille", True, "Enregistré en majuscules.", ("Nom", "Nom élève", "Nom candidat")),
    Column("first_name", "Prénom", True, "Le prénom usuel.", ("Prénoms", "Prénom usuel", "Prénom 1")),
    Column(
        "birth_date",
        "Date de naissance",
        True,
        "Jour/mois/année, avec l’année en quatre chiffres.",
        ("Né le", "Née le", "Né(e) le", "Naissance", "Date naissance", "Date naiss", "DDN"),
    ),
    Column("division", "Division", False, "Peut rester vide.", ("Classe", "Code division", "Code structure", "Groupe")),
    Column("sex", "Sexe", False, "F ou M. Peut rester vide.", ("Code sexe", "Genre", "Civilité")),
    Column("attestation", "Attestation", True, "", ("Attestation de sécurité routière", "Épreuve", "Examen")),
    Column(
        "export_to_siecle",
        "SIECLE",
        False,
        "oui si le résultat est à exporter vers SIECLE BEE, sinon non. Vide : non.",
        ("SIECLE BEE", "Export SIECLE", "Export SIECLE BEE", "À exporter vers SIECLE BEE"),
    ),
)


def _title_key(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", search_key(title))


_BY_TITLE = {_title_key(title): column for column in COLUMNS for title in (column.title, *column.aliases)}
_TITLES = {column.field: column.title for column in COLUMNS}

# The family name of the template's lines: who forgets to delete them does not import fictitious candidates.
EXAMPLE_NAME = "EXEMPLE À SUPPRIMER"


def template(*, year: int, attestations: Sequence[str]) -> bytes:
    """The CSV that the page offers: C5's columns and two lines that show how to fill them."""
    first, last = attestations[0], attestations[min(1, len(attestations) - 1)]
    rows = [
        ("123456789AB", EXAMPLE_NAME, "Camille", date(year - 13, 4, 3), "5A", "F", first, "oui"),
        ("", EXAMPLE_NAME, "Dominique", date(year - 15, 11, 29), "", "M", last, "non"),
    ]
    return spreadsheets.to_csv([column.title for column in COLUMNS], rows)


@dataclass(frozen=True)
class Reading:
    """A whole file, read: `rows` are the good lines, `notes` what was left aside without being wrong."""

    rows: list[ImportRow]
    errors: list[RowError]
    notes: list[str]


def read(content: bytes, *, year: int, attestations: Collection[str]) -> Reading:
    """Read a CSV file for a session's `year` in an establishment that may organise `attestations`.

    Raises Unreadable when no line can be looked at.
    """
    lines = _lines(_text_of(content))
    columns, notes = _header(next(lines, (0, []))[1])
    rows, errors, examples, count = [], [], 0, 0
    for count, (number, cells) in enumerate(lines, start=1):
        if count > MAX_ROWS:
            continue  # only counted: the refusal names the number
        values = {column.field: cell for column, cell in zip(columns, cells, strict=False) if column}
        if search_key(values.get("last_name", "")) == search_key(EXAMPLE_NAME):
            examples += 1
            continue
        row, problems = _row(number, values, cells[len(columns) :], year, attestations)
        errors += problems
        if not problems:
            rows.append(row)
    if count > MAX_ROWS:
        raise Unreadable(
            f"Ce fichier contient {count} candidats, pour {MAX_ROWS} au plus. Partagez-le en plusieurs fichiers."
        )
    if count == examples:
        raise Unreadable("Ce fichier ne contient aucun candidat : ajoutez une ligne par candidat sous les titres.")
    if examples:
        notes.append("Les lignes d’exemple du modèle ont été ignorées.")
    errors = sorted([*errors, *rules.doubles(rows)], key=lambda error: error.line)
    return Reading(rows, errors, notes)


# --- From bytes to text -----------------------------------------------------------------------------------------

_SIGNATURES = (
    (b"PK\x03\x04", "un classeur (Excel .xlsx ou LibreOffice .ods) ou une archive zip"),
    (b"\xd0\xcf\x11\xe0", "un classeur Excel (.xls)"),
    (b"%PDF", "un document PDF"),
    (b"{\\rtf", "un document de traitement de texte"),
    (b"<", "une page web ou un fichier XML"),
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

# Words for the choice between Windows and Mac: runs of ASCII letters and of anything outside ASCII.
_WORD = re.compile("[A-Za-z\x80-\U0010ffff]+")
_FRENCH = "a-zàâäæçéèêëîïñôöœùûüÿ"
# A French word is all small, all capitals, or a capital and small letters.
_LIKELY = re.compile(rf"[{_FRENCH}]+|[{_FRENCH.upper()}]+|[{_FRENCH.upper()}][{_FRENCH}]+")
_PUNCTUATION = dict.fromkeys(map(ord, "«»’‘“”–—…°€\xa0"))


def _text_of(content: bytes) -> str:
    """Decode UTF-8 and UTF-16 by their own marks, otherwise Windows or Mac, whichever gives likelier French words."""
    start = content.lstrip()[:8]
    if not start:
        raise Unreadable(EMPTY)
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            raise Unreadable(
                f"Ce fichier est {kind}, pas un fichier CSV. Ouvrez votre liste dans le tableur, choisissez "
                "« Enregistrer sous » puis le type « CSV UTF-8 », et importez le fichier obtenu."
            )
    encoding = next((name for mark, name in _BOMS if content.startswith(mark)), None)
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        if encoding:
            raise Unreadable(
                "Ce fichier est abîmé : son encodage n’est pas celui qu’il annonce. Enregistrez à nouveau la liste "
                "en « CSV UTF-8 »."
            ) from None
        candidates = [content.decode("cp1252", "replace"), content.decode("mac_roman")]
        text = max(candidates, key=_likelihood)  # a tie goes to Windows
    if "\0" in text:
        raise Unreadable(
            "Ce fichier contient des octets nuls : ce n’est pas un fichier texte, ou il a été abîmé. Enregistrez à "
            "nouveau la liste en « CSV UTF-8 »."
        )
    return text


def _likelihood(text: str) -> int:
    """How many words with a letter outside ASCII could be French, less those that could not."""
    words = {word.translate(_PUNCTUATION) for word in _WORD.findall(text) if not word.isascii()}
    # A letter alone is more often a dash or a quote read wrongly.
    return sum(1 if _LIKELY.fullmatch(word) else -1 for word in words if len(word) > 1 and not word.isascii())


# --- From text to lines -----------------------------------------------------------------------------------------

_SEPARATORS = (";", "\t", ",")
_SEP_LINE = re.compile(r'"?sep=([^"\r\n])"?;*(?:\r\n|\r|\n|$)', re.IGNORECASE)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """The header first, then each line that is not empty, with its number in the spreadsheet."""
    said = _SEP_LINE.match(text)
    if said:
        text = text[said.end() :]
    separator = said[1] if said else _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, cells
    except csv.Error:
        raise Unreadable(
            f"Un guillemet est mal placé ou n’est jamais refermé, à partir de la ligne {number + 1} : corrigez-le, ou "
            "supprimez les guillemets du fichier."
        ) from None


def _separator(text: str) -> str:
    """The separator under which the first line has most columns that we know, then most columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")[:5000]

    def score(separator: str) -> tuple[int, int]:
        cells = next(csv.reader([first], delimiter=separator), [])
        return sum(_title_key(cell) in _BY_TITLE for cell in cells), len(cells)

    return max(_SEPARATORS, key=score)


def _header(titles: list[str]) -> tuple[list[Column | None], list[str]]:
    """Which column stands where (None: left aside), and what to say about it. Raises Unreadable."""
    titles = [clean(title)[:_SHOWN] for title in titles]
    width = len(titles)
    while titles and not titles[-1]:
        titles.pop()
    columns = [_BY_TITLE.get(_title_key(title)) for title in titles]
    if not any(columns):
        raise Unreadable(_no_header(width))
    unknown = [title for title, column in zip(titles, columns, strict=True) if column is None and title]
    problems = []
    for column in COLUMNS:
        met = [title for title, found in zip(titles, columns, strict=True) if found is column]
        if column.required and not met:
            problems.append(f"La colonne « {column.title} » manque : ajoutez-la ou corrigez son titre.")
        if len(met) > 1:
            named = " et ".join(f"« {title} »" for title in met)
            problems.append(f"Plusieurs colonnes donnent « {column.title} » : {named}. Gardez-en une seule.")
    if problems and unknown:
        problems.append(f"Titres non reconnus : {', '.join(unknown)}.")
    if problems:
        raise Unreadable(*problems)
    notes = [f"Colonnes ignorées, car elles ne sont pas demandées : {', '.join(unknown)}."] if unknown else []
    absent = [column.title for column in COLUMNS if column not in columns]
    if absent:
        notes.append(
            f"Colonnes absentes du fichier : {', '.join(absent)}. Ces informations restent vides pour les nouveaux "
            "candidats et inchangées pour les autres."
        )
    return columns, notes


def _no_header(width: int) -> str:
    wanted = " ; ".join(column.title for column in COLUMNS)
    if not width:
        return EMPTY
    if width == 1:
        return (
            "Tout le fichier tient dans une seule colonne : les colonnes doivent être séparées par des "
            f"points-virgules, des virgules ou des tabulations. Titres attendus : {wanted}."
        )
    return (
        "La première ligne ne porte pas les titres des colonnes. Ajoutez-les au-dessus des candidats, dans l’ordre de "
        f"votre choix : {wanted}."
    )


# --- From cells to a row ----------------------------------------------------------------------------------------


def _row(
    line: int, values: dict[str, str], extra: Sequence[str], year: int, attestations: Collection[str]
) -> tuple[ImportRow | None, list[RowError]]:
    """The row, or everything that is wrong in it; `extra` are the cells beyond the last title."""
    parsers: dict[str, Callable[[str], object]] = {
        "identifier": _identifier,
        "last_name": lambda text: _name(text.upper()),
        "first_name": _name,
        "birth_date": lambda text: birth_date(text, year),
        "division": lambda text: clean(text, max_length=_MAX_DIVISION),
        "sex": _sex,
        "attestation": lambda text: _attestation(text, attestations),
        "export_to_siecle": _yes_no,
    }
    parsed, errors = {}, []
    for name, parse in parsers.items():
        raw = values.get(name, "")
        try:
            parsed[name] = parse(_cell(raw))
        except ValueError as error:
            errors.append(RowError(line, _TITLES[name], raw.strip()[:_SHOWN], str(error)))
    for cell in filter(str.strip, extra):
        message = (
            "Cette ligne a plus de cases que le fichier n’a de colonnes : un séparateur est sans doute entré dans un "
            "texte. Mettez ce texte entre guillemets ou supprimez le séparateur."
        )
        errors.append(RowError(line, "Fin de ligne", cell.strip()[:_SHOWN], message))
        break
    return (None if errors else ImportRow(line=line, **parsed)), errors


# ="130564139AC": how some software keeps Excel from taking a text for a number.
_AS_TEXT = re.compile(r'="([^"]*)"')


def _cell(raw: str) -> str:
    text = clean(spreadsheets.unguard(raw))
    if match := _AS_TEXT.fullmatch(text):
        text = match[1]
    if "\ufffd" in text:
        raise ValueError("Un caractère de ce texte est perdu (�) : saisissez-le à nouveau.")
    if not text.isascii():
        try:
            meant = text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text
        raise ValueError(f"Les accents de ce texte sont abîmés : faut-il lire « {meant} » ? Corrigez-le.")
    return text


def _name(text: str) -> str:
    if not text:
        raise ValueError("Cette information est obligatoire.")
    if not any(character.isalpha() for character in text):
        raise ValueError("Un nom contient des lettres : vérifiez que les colonnes ne sont pas décalées.")
    return clean(text, max_length=_MAX_NAME)


# 1,45582E+09: what Excel makes of an INE that it takes for a number.
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


def _identifier(text: str) -> str:
    value = rules.normal_identifier(text)
    if _SCIENTIFIC.fullmatch(value) and not rules.is_ine(value):
        raise ValueError(
            "Excel a pris cet INE pour un nombre et en a perdu des chiffres. Donnez à la colonne le format Texte, "
            "saisissez l’INE à nouveau et enregistrez."
        )
    return clean(value, max_length=_MAX_IDENTIFIER)


_DAY_FIRST = re.compile(r"(\d{1,2})\s?[/.\- ]\s?(\d{1,2})\s?[/.\- ]\s?(\d{2}|\d{4})(?: 0?0:00(?::00)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")


def birth_date(text: str, year: int) -> date:
    """A birth date as people write it. Raises ValueError with what to do."""
    if not text:
        raise ValueError("Cette information est obligatoire.")
    if match := _YEAR_FIRST.fullmatch(text):
        numbers = [int(part) for part in match.groups()]
    elif match := _DAY_FIRST.fullmatch(text):
        if len(match[3]) == 2:
            raise ValueError("L’année n’a que deux chiffres : écrivez-la en quatre chiffres, par exemple 03/04/2012.")
        numbers = [int(part) for part in reversed(match.groups())]
    elif re.fullmatch(r"\d{5}", text):
        raise ValueError("Ce nombre est une date au format interne d’Excel : donnez à la colonne le format Date.")
    else:
        raise ValueError("Cette date est illisible : écrivez jour/mois/année, par exemple 03/04/2012.")
    try:
        born = date(*numbers)
    except ValueError:
        raise ValueError("Cette date n’existe pas : écrivez jour/mois/année, par exemple 03/04/2012.") from None
    if not rules.is_plausible_birth_date(born, year):
        raise ValueError(
            f"Cette personne aurait {year - born.year} ans en {year}, et un candidat a de {rules.MIN_AGE} à "
            f"{rules.MAX_AGE} ans : vérifiez l’année."
        )
    return born


_SEXES = {
    "": "",
    **dict.fromkeys(("f", "feminin", "femme", "fille", "2", "mme", "madame", "mlle"), "F"),
    **dict.fromkeys(("m", "masculin", "homme", "garcon", "g", "h", "1", "monsieur"), "M"),
}


def _sex(text: str) -> str:
    try:
        return _SEXES[search_key(text).rstrip(".")]
    except KeyError:
        raise ValueError("Écrivez F ou M, ou laissez vide.") from None


def _attestation(text: str, allowed: Collection[str]) -> str:
    value = re.sub(r"[^A-Z0-9]", "", search_key(text).upper())
    choices = ", ".join(allowed)
    if not value:
        raise ValueError(f"Cette information est obligatoire. Écrivez l’une de ces attestations : {choices}.")
    if value not in ("ASSR1", "ASSR2", "ASR", "AER"):
        raise ValueError(f"Cette attestation n’existe pas. Écrivez l’une de celles-ci : {choices}.")
    if value not in allowed:
        raise ValueError(f"Votre établissement n’organise pas l’{value}. Écrivez l’une de celles-ci : {choices}.")
    return value


_YES_NO = {"": None, "oui": True, "o": True, "vrai": True, "non": False, "n": False, "faux": False}


def _yes_no(text: str) -> bool | None:
    try:
        return _YES_NO[search_key(text)]
    except KeyError:
        raise ValueError("Écrivez oui ou non.") from None
