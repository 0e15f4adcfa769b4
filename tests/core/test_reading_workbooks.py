"""A workbook as its people see it."""

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from esr.core.spreadsheets import SheetError, read_xlsx, to_xlsx


def saved(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_cells_are_read_as_they_are_shown():
    content = saved(
        ("Texte", 5, 5.0, 5.5, 1.45582309e15, date(2012, 4, 3), datetime(2012, 4, 3, 14, 30), True, None, "  "),
        (),
        (None, "é"),
    )
    sheet = read_xlsx(content)
    assert sheet.name == "Sheet"
    assert sheet.rows == [
        (1, ["Texte", "5", "5", "5.5", "1,45582E+15", "03/04/2012", "03/04/2012 14:30", "oui"]),
        (3, ["", "é"]),
    ]


def test_what_leaves_comes_back():
    content = to_xlsx("Candidats", ["Nom", "Né le"], [["=A1", date(2012, 4, 3)], ["Zoé", None]])
    assert read_xlsx(content).rows == [(1, ["Nom", "Né le"]), (2, ["'=A1", "03/04/2012"]), (3, ["Zoé"])]


def test_a_formula_without_result_is_shown_as_it_is():
    assert read_xlsx(saved(("a", "=1+1"), ("b", "c"))).rows == [(1, ["a", "=1+1"]), (2, ["b", "c"])]


def test_other_sheets_are_named():
    book = Workbook()
    book.create_sheet("Liste").append(["Nom"])
    book.create_sheet("Notes").append(["x"])
    book.create_sheet("Vide")
    out = io.BytesIO()
    book.save(out)
    sheet = read_xlsx(out.getvalue())
    assert (sheet.name, sheet.others) == ("Liste", ["Notes"])


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"x" * 100])
def test_what_is_no_workbook(content):
    with pytest.raises(SheetError):
        read_xlsx(content)
