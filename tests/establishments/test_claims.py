"""What the claims give (A11, formats.md): every shape that providers send, and nothing for what cannot be read."""

from datetime import date

import pytest

from establishments import claims
from establishments.claims import HEAD, SUPERVISOR, Right

A, B, C = "0750655E", "0781977A", "9760371Z"


def delegation(schools=f"FrEduRneResp={A}$UAJ$PU$N$T3$CLG$340", *, name="assr", since="01/09/2025", until="31/08/2026"):
    address = f"/redirectionhub/redirect.jsp?applicationname={name}"
    return f"ASSR|{address}|{since}|{until}|delegant|{schools}|serveur||"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"FrEduFonctAdm": "DIR", "FrEduRneResp": f"{A}$UAJ$PU$N$T3$LYC$300"}, [Right(A, HEAD)]),
        ({"FrEduFonctAdm": "DIR", "FrEduRneResp": A}, [Right(A, HEAD)]),
        ({"FrEduFonctAdm": "DIR", "FrEduRneResp": A.lower()}, [Right(A, HEAD)]),
        ({"FrEduFonctAdm": ["ENS", "DIR"], "FrEduRneResp": [A, f"{B}$UAJ"]}, [Right(A, HEAD), Right(B, HEAD)]),
        ({"FrEduFonctAdm": "DIR", "FrEduRneResp": "X"}, []),
        ({"FrEduFonctAdm": "DIR", "FrEduRneResp": ["X", None, 3, {}, "0750655F", "", A]}, [Right(A, HEAD)]),
        ({"FrEduFonctAdm": "DIR"}, []),
        ({"FrEduFonctAdm": "DIR", "FrEduRne": f"{A}$UAJ$PU$ADM${A}$T3$CLG$340", "FrEduRneResp": "X"}, []),
        ({"FrEduFonctAdm": "ADF", "FrEduRneResp": A}, []),
        ({"FrEduFonctAdm": "DIRECTEUR", "FrEduRneResp": A}, []),
        ({"FrEduRne": f"{A}$UAJ"}, []),
        ({}, []),
        ({"FrEduResDel": delegation()}, [Right(A, HEAD, date(2025, 9, 1), date(2026, 8, 31))]),
        (
            {"FrEduResDel": [delegation(f"FrEduRneResp={A}$UAJ$x;{B}$UAJ$y"), delegation(f"FrEduRne={C}$UAJ")]},
            [
                Right(A, HEAD, date(2025, 9, 1), date(2026, 8, 31)),
                Right(B, HEAD, date(2025, 9, 1), date(2026, 8, 31)),
                Right(C, SUPERVISOR, date(2025, 9, 1), date(2026, 8, 31)),
            ],
        ),
        ({"FrEduResDel": delegation(until="31/12/9999")}, [Right(A, HEAD, date(2025, 9, 1), date(9999, 12, 31))]),
        ({"FrEduResDel": delegation(name="assr2")}, []),
        ({"FrEduResDel": delegation(name="ASSR")}, []),
        ({"FrEduResDel": delegation(name="autre&x=assr")}, []),
        ({"FrEduResDel": delegation(name="autre&applicationname=assr")}, []),
        ({"FrEduResDel": delegation(name="")}, []),
        ({"FrEduResDel": delegation(f"FrEduFonctAdm={A}")}, []),
        ({"FrEduResDel": delegation("FrEduRneResp=X")}, []),
        ({"FrEduResDel": delegation(since="2025-09-01")}, []),
        ({"FrEduResDel": delegation(until="")}, []),
        ({"FrEduResDel": "assr"}, []),
        ({"FrEduResDel": "a|http://[|01/01/2025|01/01/2027|d|FrEduRneResp=0750655E|s||"}, []),
        ({"FrEduResDel": 12}, []),
    ],
)
def test_rights(said, expected):
    assert claims.rights(said, "assr") == expected


@pytest.mark.parametrize(
    ("day", "holds"),
    [
        (date(2025, 8, 31), False),
        (date(2025, 9, 1), True),
        (date(2026, 8, 31), True),
        (date(2026, 9, 1), False),
    ],
)
def test_both_dates_of_a_delegation_are_inclusive(day, holds):
    assert Right(A, HEAD, date(2025, 9, 1), date(2026, 8, 31)).holds_on(day) is holds


def test_an_office_has_no_dates():
    assert Right(A, HEAD).holds_on(date(1970, 1, 1))


def test_the_best_right_of_a_school():
    office, short = Right(A, HEAD), Right(A, HEAD, date(2025, 1, 1), date(2026, 1, 1))
    long_supervisor = Right(A, SUPERVISOR, date(2025, 1, 1), date(9999, 12, 31))
    assert claims.best([long_supervisor, short]) == short
    assert claims.best([short, office]) == office


def test_pupils():
    said = {
        "FrEduCtPersonAffiliation": ["Eleve2d"],
        "FrEduCtEleveINE": " 130564139ac ",
        "FrEduCtEleveUAI": [A],
        "given_name": "Zoé",
        "family_name": "DE L’ÎLE",
    }
    assert claims.affiliations(said) == {"eleve2d"}
    assert claims.pupil(said) == claims.Pupil("130564139AC", (A,), "DE L’ÎLE", "Zoé")
    assert claims.pupil({"FrEduCtEleveINE": "", "FrEduCtEleveUAI": [], "given_name": None}) == claims.Pupil(
        "", (), "", ""
    )
