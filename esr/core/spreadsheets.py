"""The one place where tables leave as CSV, text or XLSX, and where a workbook is read.

Every cell passes the same guard: a text that a spreadsheet would run as a formula is written with an apostrophe in
front, the way Excel itself marks plain text. CSV is what a French Excel opens by a double click: BOM, `;`, CRLF.
"""

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | float | bool | date | datetime | None

CSV_TYPE = "text/csv; charset=utf-8"
TEXT_TYPE = "text/plain; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guard(value: Cell) -> Cell:
    """`value` made safe for a spreadsheet; numbers, dates and None pass unchanged."""
    if isinstance(value, str) and value.lstrip().startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def unguard(value: str) -> str:
    """The text as it was before `guard`: what we export imports again without change."""
    if value.startswith("'") and value[1:].lstrip().startswith(_FORMULA_STARTS):
        return value[1:]
    return value


def _as_text(value: Cell) -> str:
    value = guard(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    return str(value)


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ";") -> bytes:
    """A CSV file with a header line, in UTF-8 with BOM; `delimiter="\\t"` makes the text file."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([_as_text(title) for title in header])
    writer.writerows([_as_text(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def to_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A one-sheet workbook: bold frozen header, filter, widths from the longest value of each column."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(title[:31])
    rows = [list(row) for row in rows]
    for index, name in enumerate(header):
        longest = max([len(name), *(len(_as_text(row[index])) for row in rows)])
        sheet.column_dimensions[get_column_letter(index + 1)].width = min(60, longest + 3)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"
    head = []
    for name in header:
        cell = WriteOnlyCell(sheet, value=name)
        cell.font = Font(bold=True)
        head.append(cell)
    sheet.append(head)
    for row in rows:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, value=guard(value))
            if isinstance(value, date):
                cell.number_format = "DD/MM/YYYY HH:MM" if isinstance(value, datetime) else "DD/MM/YYYY"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


# --- Reading ----------------------------------------------------------------------------------------------------

MAX_UNZIPPED = 40 * 1024 * 1024  # bytes of all parts of a workbook together
MAX_PARTS = 500
MAX_SHEET_ROWS = 20_000  # empty ones too
MAX_SHEET_COLUMNS = 100


class SheetError(ValueError):
    """The workbook cannot be read; the message says why and what to do, in French."""


@dataclass(frozen=True)
class Sheet:
    """The first sheet that has something in it: its rows as (number, cells), empty rows left out; the names of the
    other sheets that have something too."""

    name: str
    rows: list[tuple[int, list[str]]]
    others: list[str]


def read_xlsx(content: bytes) -> Sheet:
    """Read a workbook as its people see it: dates as JJ/MM/AAAA, numbers without needless decimals, formulas by
    their last result; a formula without a result is given as "=…". Raises SheetError."""
    has_formulas = _checked(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet = _first_sheet(content, formulas=False)
            if has_formulas:
                texts = _first_sheet(content, formulas=True)
                rows = sheet.rows if sheet.name == texts.name else []
                sheet = Sheet(texts.name, _with_formulas(rows, texts.rows), texts.others)
    except SheetError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers raise
        raise SheetError(
            "Ce classeur est abîmé ou n’a pas été fait par un tableur : ouvrez-le dans Excel ou LibreOffice, "
            "enregistrez-le au format .xlsx et importez le fichier obtenu."
        ) from error
    return sheet


def _checked(content: bytes) -> bool:
    """Refuse archives that would fill the memory; return whether a sheet holds formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            # A part never gives more than it announces: zipfile stops there.
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNZIPPED:
                raise SheetError(
                    "Ce classeur est beaucoup trop gros une fois décompressé : copiez la liste seule dans un nouveau "
                    "classeur, et importez celui-ci."
                )
            if any(part.flag_bits & 1 for part in parts):
                raise SheetError("Ce classeur est protégé par un mot de passe : enregistrez-le sans mot de passe.")
            names = [part.filename for part in parts]
            if "xl/workbook.xml" not in names:
                raise SheetError(
                    "Ce fichier n’est pas un classeur Excel : enregistrez votre liste au format .xlsx ou « CSV UTF-8 »."
                )
            sheets = [name for name in names if name.startswith("xl/worksheets/") and name.endswith(".xml")]
            return any(mark in archive.read(name) for name in sheets for mark in (b"<f>", b"<f "))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError) as error:
        if isinstance(error, SheetError):
            raise
        raise SheetError("Ce classeur est abîmé : enregistrez-le à nouveau au format .xlsx.") from error


def _first_sheet(content: bytes, *, formulas: bool) -> Sheet:
    """`formulas`: their texts instead of their results."""
    workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=not formulas, keep_links=False)
    try:
        found = Sheet("", [], [])
        for sheet in workbook.worksheets:
            if sheet.sheet_state != "visible":
                continue
            if found.rows:
                found.others.extend([sheet.title] if next(_rows(sheet), None) else [])
            else:
                found = Sheet(sheet.title, list(_rows(sheet)), [])
        return found
    finally:
        workbook.close()


def _rows(sheet) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # what the file says of its own size is often wrong
    for number, values in enumerate(sheet.iter_rows(values_only=True, max_col=MAX_SHEET_COLUMNS), start=1):
        if number > MAX_SHEET_ROWS:
            raise SheetError(
                f"La feuille « {sheet.title} » va au-delà de la ligne {MAX_SHEET_ROWS} : supprimez les lignes vides "
                "sous la liste, ou copiez la liste dans un nouveau classeur."
            )
        filled = [place for place, value in enumerate(values) if value is not None]
        cells = [_read(value) for value in values[: filled[-1] + 1]] if filled else []
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield number, cells


def _read(value) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e11:
        return str(int(value))
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 1e11:
        return f"{value:.5E}".replace(".", ",")  # as the cell shows it: the digits are lost
    if isinstance(value, datetime) and value.time() == time(0):
        value = value.date()
    return value if isinstance(value, str) else _as_text(value)


def _with_formulas(rows: list, texts: list) -> list:
    """`rows` with the text of the formulas that have no result, which `texts` (the same cells) shows."""
    results = dict(rows)
    merged = []
    for number, cells in texts:
        known = results.get(number, [])
        known = known + [""] * (len(cells) - len(known))
        merged.append(
            (
                number,
                [
                    text if not shown and text.startswith("=") else shown
                    for shown, text in zip(known, cells, strict=False)
                ],
            )
        )
    return merged
