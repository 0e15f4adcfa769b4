import io
from datetime import date

import pytest
from openpyxl import load_workbook

from esr.core.spreadsheets import guard, to_csv, to_xlsx, unguard

HOSTILE = ["=1+1", "==1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1", "\n@x"]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_formula_is_written_as_text(value):
    assert guard(value) == "'" + value
    assert unguard(guard(value)) == value


@pytest.mark.parametrize("value", ["DUPONT", "3B", "Saint-Martin", "", None, 12, date(2012, 4, 3), "l'eau", "'cité"])
def test_everything_else_passes(value):
    assert guard(value) == value


@pytest.mark.parametrize("value", ["l'eau", "'cité", "3B"])
def test_unguard_takes_nothing_that_it_did_not_put(value):
    assert unguard(value) == value


def test_csv_is_what_a_french_excel_opens():
    content = to_csv(["Nom", "Né le", "Tps +"], [["ÉVRARD; Zoé", date(2012, 4, 3), True], ['Dit "Zo"', None, False]])
    assert content == ('\ufeffNom;Né le;Tps +\r\n"ÉVRARD; Zoé";03/04/2012;oui\r\n"Dit ""Zo""";;non\r\n'.encode())


def test_xlsx_has_no_formula_and_real_dates():
    content = to_xlsx("Candidats", ["Nom", "Né le"], [[value, date(2012, 4, 3)] for value in HOSTILE])
    sheet = load_workbook(io.BytesIO(content)).active
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert sheet["B2"].value.date() == date(2012, 4, 3)
    assert sheet.freeze_panes == "A2"
