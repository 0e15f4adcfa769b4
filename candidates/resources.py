"""Reading a file of candidates (handbook 3): bytes in, rows and errors out; nothing is looked up, nothing written.

Schools save their CSV with Excel, LibreOffice or a Mac, or by hand, or send the workbook itself: whatever can be read
with certainty is read, and whatever cannot is explained, all errors at once, with the line as the spreadsheet numbers
it. The same columns make the template, the preview and the downloads.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import tablib
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.resources import ModelResource
from import_export.widgets import Widget

from candidates import rules
from candidates.models import Candidate, CandidateQuerySet
from candidates.rules import History, ImportRow, PlannedLine, Reading, RowError
from esr.core import spreadsheets
from esr.core.text import TextError, clean, misread, search_key
from establishments.models import Establishment

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

# Not asked for (C5), but understood: the platform's own downloads have it.
_EXTRA_TIME = Column(
    "extra_time",
    "Tps +",
    False,
    "oui ou non. Vide : inchangé.",
    ("Tps", "Tiers-temps", "Tiers temps", "Candidat avec tiers-temps"),
)
ERROR_TITLE = "Erreur"


def _title_key(title: str) -> str:
    return re.sub(r"[^a-z0-9]", "", search_key(title))


_UNDERSTOOD = (*COLUMNS, _EXTRA_TIME)
_BY_TITLE = {_title_key(title): column for column in _UNDERSTOOD for title in (column.title, *column.aliases)}
_TITLES = {column.field: column.title for column in _UNDERSTOOD}

# Columns of our own files that say nothing about who a candidate is.
_OURS = {_title_key(title) for title in (ERROR_TITLE, "Résultat")}

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


def read(content: bytes, *, year: int, attestations: Collection[str]) -> Reading:
    """Read a CSV or XLSX file for a session's `year` in an establishment that may organise `attestations`.

    Raises Unreadable when no line can be looked at.
    """
    lines, others = _lines_of(content)
    header = _header(next(lines, (0, []))[1])
    notes = header.notes + others
    rows, errors, examples, count = [], [], 0, 0
    for count, (number, cells) in enumerate(lines, start=1):
        if count > MAX_ROWS:
            continue  # only counted: the refusal names the number
        values = {column.field: cell for column, cell in zip(header.columns, cells, strict=False) if column}
        extra = [cell for place, cell in enumerate(cells) if place >= header.width and place != header.report]
        if search_key(values.get("last_name", "")) == search_key(EXAMPLE_NAME):
            examples += 1
            continue
        row, problems = _row(number, values, extra, year, attestations)
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


def table(content: bytes) -> list[tuple[int, list[str]]]:
    """The file's lines as they were read, titles first, each with its number; without the column of an earlier error
    report. Raises Unreadable."""
    lines, _ = _lines_of(content)
    number, titles = next(lines)
    ours = {place for place, title in enumerate(titles) if _title_key(title) == _title_key(ERROR_TITLE)}
    return [
        (number, [_reported(cell) for place, cell in enumerate(cells) if place not in ours])
        for number, cells in ((number, titles), *lines)
    ]


_KEPT = 300  # characters of a cell in the error report


def _reported(cell: str) -> str:
    """The cell as the report gives it back; a formula, which would come back as a mere text, as one that failed."""
    cell = cell[:_KEPT]
    return "#VALEUR!" if cell.lstrip().startswith("=") and not _AS_TEXT.fullmatch(cell.strip()) else cell


# --- From bytes to lines ----------------------------------------------------------------------------------------

_ZIP = b"PK\x03\x04"


def _lines_of(content: bytes) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    """The lines of a CSV or a workbook, titles first, and what to say about the file."""
    if not content.startswith(_ZIP):
        return _lines(_text_of(content)), []
    if b"ElevesSansAdresses" in content or b"ElevesAvecAdresses" in content:
        raise Unreadable(_FROM_SIECLE)
    try:
        sheet = spreadsheets.read_xlsx(content)
    except spreadsheets.SheetError as error:
        raise Unreadable(str(error)) from error
    notes = []
    if sheet.others:
        notes.append(f"Seule la feuille « {sheet.name} » du classeur est lue ; les autres sont ignorées.")
    return iter(sheet.rows), notes


_FROM_SIECLE = (
    "Ce fichier est un export de SIECLE : importez-le avec « Importer depuis SIECLE BEE », sur cette même page."
)


# --- From bytes to text -----------------------------------------------------------------------------------------

_SIGNATURES = (
    (b"PK", "une archive"),
    (b"\xd0\xcf\x11\xe0", "un ancien classeur Excel (.xls) ou un classeur protégé par un mot de passe"),
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
    if start.startswith(b"<") and b"BEE_ELEVES" in content[:2000]:
        raise Unreadable(_FROM_SIECLE)
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            raise Unreadable(
                f"Ce fichier est {kind}, pas un fichier CSV ni un classeur .xlsx. Ouvrez votre liste dans le tableur, "
                "choisissez « Enregistrer sous » puis le type « Classeur Excel (.xlsx) » ou « CSV UTF-8 », et importez "
                "le fichier obtenu."
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
        text = content.decode("utf-8", "replace")
        lost = text.count("\ufffd")
        # Almost all of it UTF-8: the lost characters are shown where they stand.
        if sum(not character.isascii() for character in text) <= 2 * lost:
            candidates = [content.decode("cp1252", "replace"), content.decode("mac_roman")]
            text = max(candidates, key=_likelihood)  # a tie goes to Windows
    if "\0" in text:
        raise Unreadable(
            "Ce fichier contient des octets nuls : ce n’est pas un fichier texte, ou il a été abîmé. Enregistrez à "
            "nouveau la liste en « CSV UTF-8 »."
        )
    return text.removesuffix("\x1a")  # the end of a file of DOS


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


@dataclass(frozen=True)
class _Header:
    """Which column stands where (None: left aside), and what to say about it.

    Nothing may stand at place `width` or after, except in the error report's own column at place `report`.
    """

    columns: list[Column | None]
    width: int
    report: int
    notes: list[str]


def _header(titles: list[str]) -> _Header:
    """Raises Unreadable when a required column is missing."""
    titles = [clean(title)[:_SHOWN] for title in titles]
    width = len(titles)
    while titles and not titles[-1]:
        titles.pop()
    columns = [_BY_TITLE.get(_title_key(title)) for title in titles]
    if not any(columns):
        raise Unreadable(_no_header(width))
    known = [_title_key(title) in _OURS or column is not None for title, column in zip(titles, columns, strict=True)]
    unknown = [title for title, is_known in zip(titles, known, strict=True) if title and not is_known]
    problems = []
    for column in _UNDERSTOOD:
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
    report = next((place for place, title in enumerate(titles) if _title_key(title) == _title_key(ERROR_TITLE)), -1)
    meant = [place for place, title in enumerate(titles) if title and place != report]
    return _Header(columns, meant[-1] + 1, report, notes)


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
        "division": lambda text: _fitting(text, _MAX_DIVISION),
        "sex": _sex,
        "attestation": lambda text: _attestation(text, attestations),
        "export_to_siecle": _yes_no,
        "extra_time": _yes_no,
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


# What a spreadsheet shows instead of a formula's result, in English and in French.
_FAILED = re.compile(r"#(N/A|REF!|NAME\?|NOM\?|VALUE!|VALEUR!|DIV/0!|NULL!|NUL!|NUM!|NOMBRE!|#+)", re.IGNORECASE)


def _cell(raw: str) -> str:
    text = clean(raw)
    if match := _AS_TEXT.fullmatch(text):
        text = match[1]
    if text.startswith("="):
        raise ValueError(
            "Cette case contient une formule : remplacez-la par sa valeur (copier, collage spécial, valeurs)."
        )
    if _FAILED.fullmatch(text):
        raise ValueError("Le tableur n’a pas pu calculer ou afficher cette case : saisissez la valeur elle-même.")
    text = clean(spreadsheets.unguard(text))
    if "\ufffd" in text:
        raise ValueError("Un caractère de ce texte est perdu (�) : saisissez-le à nouveau.")
    if meant := misread(text):
        raise ValueError(f"Les accents de ce texte sont abîmés : faut-il lire « {meant} » ? Corrigez-le.")
    return text


def _fitting(text: str, limit: int) -> str:
    try:
        return clean(text, max_length=limit)
    except TextError as error:
        raise ValueError(f"{error} Raccourcissez-le.") from error


def _name(text: str) -> str:
    if not text:
        raise ValueError("Cette information est obligatoire : remplissez cette case.")
    if not any(character.isalpha() for character in text):
        raise ValueError("Un nom contient des lettres : vérifiez que les colonnes ne sont pas décalées.")
    return _fitting(text, _MAX_NAME)


# 1,45582E+09: what Excel makes of an INE that it takes for a number.
_SCIENTIFIC = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)


def _identifier(text: str) -> str:
    value = rules.normal_identifier(text)
    if _SCIENTIFIC.fullmatch(value) and not rules.is_ine(value):
        raise ValueError(
            "Excel a pris cet INE pour un nombre et en a perdu des chiffres. Donnez à la colonne le format Texte, "
            "saisissez l’INE à nouveau et enregistrez."
        )
    return _fitting(value, _MAX_IDENTIFIER)


_DAY_FIRST = re.compile(r"(\d{1,2})\s?[/.\- ]\s?(\d{1,2})\s?[/.\- ]\s?(\d{2}|\d{4})(?: 0?0:00(?::00)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?")


def birth_date(text: str, year: int) -> date:
    """A birth date as people write it. Raises ValueError with what to do."""
    if not text:
        raise ValueError("Cette information est obligatoire : remplissez cette case.")
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


# --- The same columns for django-import-export ------------------------------------------------------------------


class _Cell(Widget):
    """A value as the template has it; what a spreadsheet would run is guarded where the file is written."""

    def render(self, value, **kwargs):
        return ("oui" if value else "non") if isinstance(value, bool) else value


class CandidateResource(ModelResource):
    """The columns of the template, and the extra time: what it exports, the school's own import reads back."""

    class Meta:
        model = Candidate
        fields = [column.field for column in _UNDERSTOOD]
        export_order = fields

    @classmethod
    def field_from_django_field(cls, field_name, django_field, readonly):
        return Field(attribute=field_name, column_name=_TITLES[field_name], widget=_Cell())


_LINE = "Ligne"
_TO_DECIDE = (
    "Cette ligne demande une décision, que seul l’établissement prend, sur sa page « Importer une liste de candidats »."
)
_SAT = "Ce candidat a déjà passé une épreuve : son nom et son attestation se modifient dans l’établissement."


class Changed(ValueError):
    """The file or the list is not any more what the trial was made from; nothing was written."""

    def __init__(self):
        super().__init__(
            "La liste des candidats ou le fichier a changé depuis l’essai. Rien n’a été enregistré : essayez le "
            "fichier de nouveau."
        )


class CandidateImport(CandidateResource):
    """What `read` understood of a file, written by django-import-export line by line or not at all.

    The plan is the school's own; a line about which a person must decide is refused here. `seen` is what an earlier
    trial gave as `shown`: whatever changed since then, nothing is written and Changed is raised. `history` says who
    sat an exam, and `identify` draws the identifier of somebody without INE: both belong to floors above.
    """

    class Meta:
        model = Candidate
        fields = [column.field for column in _UNDERSTOOD]
        use_bulk = True
        batch_size = 500
        skip_diff = True  # its differences are HTML with inline styles

    def __init__(
        self,
        *,
        establishment: Establishment,
        year: int,
        reading: Reading,
        history: Callable[[CandidateQuerySet], History],
        identify: Callable[[], str],
        seen: str = "",
    ):
        super().__init__()
        self.establishment, self.year, self.reading = establishment, year, reading
        self.history, self.identify, self.seen = history, identify, seen
        self.planned: dict[int, PlannedLine] = {}
        self.refused: dict[int, list[RowError]] = {}
        self.shown = ""

    def dataset(self) -> tablib.Dataset:
        """The numbers of the lines that were read, good or not."""
        numbers = {row.line for row in self.reading.rows} | {error.line for error in self.reading.errors}
        return tablib.Dataset(*[(number,) for number in sorted(numbers)], headers=[_LINE])

    def get_queryset(self):
        return Candidate.objects.ever_of(self.establishment).of_year(self.year)

    def before_import(self, dataset, **kwargs):
        Establishment.objects.select_for_update(no_key=True).get(pk=self.establishment.pk)
        known = list(self.get_queryset().order_by("pk").select_for_update())
        plan = rules.plan(self.reading.rows, known, history=self.history(self.get_queryset()))
        self.shown = hashlib.sha256(repr((self.reading.rows, plan.fingerprint)).encode()).hexdigest()
        if self.seen and self.seen != self.shown:
            raise Changed
        self.planned = {line.row.line: line for line in plan.lines}
        for error in (*self.reading.errors, *plan.errors):
            self.refused.setdefault(error.line, []).append(error)

    def handle_import_error(self, result, error, raise_errors=False):
        """The library would go on after what is not about one line."""
        raise (Changed() if isinstance(error, IntegrityError) else error) from error

    def import_row(self, row, instance_loader, **kwargs):
        done = super().import_row(row, instance_loader, **kwargs)
        for error in done.errors:  # no refusal, but a defect of ours
            raise error.error
        return done

    def before_import_row(self, row, **kwargs):
        number = row[_LINE]
        messages = [f", {error.column} : {error.message}" for error in self.refused.get(number, ())]
        if line := self.planned.get(number):
            messages += [f" : {line.note} {_TO_DECIDE}"] if line.action == "doubt" else []
            messages += [f" : {_SAT}"] if line.held else []
        if messages:
            raise ValidationError([f"Ligne {number}{message}" for message in messages])

    def get_or_init_instance(self, instance_loader, row):
        line = self.planned.get(row[_LINE])
        if line and line.candidate:
            return line.candidate, False
        return Candidate(establishment=self.establishment, year=self.year), True

    def import_instance(self, instance, row, **kwargs):
        line = self.planned.get(row[_LINE])
        if line and line.action == "add":
            values = {name: getattr(line.row, name) for name in self.fields}
            values["identifier"] = values["identifier"] or self.identify()
            values |= {name: bool(values[name]) for name in ("export_to_siecle", "extra_time")}
        else:
            values = {name: new for name, (_, new) in line.changes.items()} if line else {}
        for name, value in values.items():
            setattr(instance, name, value)

    def skip_row(self, instance, original, row, import_validation_errors=None):
        line = self.planned.get(row[_LINE])
        return line is None or not (line.action == "add" or line.changes)

    def after_import(self, dataset, result, **kwargs):
        """No reset of the sequence of keys: it would race with a candidate added in another school."""


class _Sheet(Format):
    """A format of django-import-export whose files leave by the one door."""

    title = extension = content_type = ""

    def get_title(self):
        return self.title

    def get_extension(self):
        return self.extension

    def get_content_type(self):
        return self.content_type

    def can_export(self):
        return True


class XlsxSheet(_Sheet):
    title, extension, content_type = "XLSX", "xlsx", spreadsheets.XLSX_TYPE

    def export_data(self, dataset: tablib.Dataset, **kwargs) -> bytes:
        return spreadsheets.to_xlsx("Candidats", dataset.headers, dataset)


class CsvSheet(_Sheet):
    title, extension, content_type = "CSV", "csv", spreadsheets.CSV_TYPE

    def export_data(self, dataset: tablib.Dataset, **kwargs) -> bytes:
        return spreadsheets.to_csv(dataset.headers, dataset)
