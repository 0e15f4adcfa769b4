"""Who is imported from SIECLE BEE, with which attestation and why; who is refused, and who is not concerned."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from candidates import rules
from candidates.siecle import file, mef
from candidates.siecle.gateway import Export, Pupil, Refused
from candidates.siecle.reading import Context, day, read

SAMPLES = Path(__file__).parent / "siecle"
UAI = "0750001A"
CONTEXT = Context(uai=UAI, year=2026, today=date(2026, 1, 20), held={})

ZOE = Pupil(
    siecle_id="500001",
    ine="071340028HH",
    last_name="DUPONT",
    first_name="Zoé",
    birth_date="14/03/2013",
    sex="2",
    mef="10110001110",
    status="ST",
    divisions=["5A"],
)


def judged(*pupils, context=CONTEXT, knows_held=False, **export):
    return read(Export(**({"uai": UAI, "school_year": "2025"} | export), pupils=pupils, knows_held=knows_held), context)


def only(pupil, **kwargs):
    """The only row."""
    reading = judged(pupil, **kwargs)
    assert (reading.errors, reading.set_aside) == ([], [])
    return reading.rows[0]


def error(pupil, **kwargs):
    """Column, value and message of the only error, and who it names."""
    reading = judged(pupil, **kwargs)
    assert (reading.rows, reading.set_aside, len(reading.errors)) == ([], [], 1)
    found = reading.errors[0]
    return found.place, found.column, found.value, found.message


def aside(pupil, **kwargs):
    """Why the only pupil is not concerned, and whether that is for having left."""
    reading = judged(pupil, **kwargs)
    assert (reading.rows, reading.errors) == ([], [])
    return reading.set_aside[0].reason, reading.set_aside[0].is_gone


# --- The samples ----------------------------------------------------------------------------------------------------


def sample(name="ElevesSansAdresses.xml", *, nomenclature=True):
    national = file.read_nomenclature((SAMPLES / "Nomenclature.xml").read_bytes()) if nomenclature else {}
    return read(file.read_pupils((SAMPLES / name).read_bytes(), national), CONTEXT)


@pytest.mark.parametrize("name", ["ElevesSansAdresses.xml", "ExportXML_ElevesSansAdresses.zip", "zip-macos-junk.zip"])
@pytest.mark.parametrize("nomenclature", [True, False])
def test_the_sample(name, nomenclature):
    reading = sample(name, nomenclature=nomenclature)
    fields = ("siecle_id", "identifier", "last_name", "first_name", "division", "sex", "attestation")
    assert [tuple(getattr(row, name) for name in fields) for row in reading.rows] == [
        ("500002", "071340029HJ", "DA SILVA", "Antonin", "3B", "M", "ASSR2"),
        ("500003", "", "SANSINE", "Lœtitia", "5A", "F", "ASSR1"),
        ("500006", "071340033HN", "SEGPA", "Noé", "3SEGPA", "M", "ASSR2"),
        ("500007", "071340034HP", "ULISLOCAL", "Maïa", "5B", "F", "ASSR1"),
    ]
    assert [row.birth_date for row in reading.rows] == [
        date(2011, 11, 2),
        date(2013, 1, 30),
        date(2011, 6, 17),
        date(2012, 12, 8),
    ]
    assert [(e.place, e.column) for e in reading.errors] == [
        ("DUPONT Zoé (élève 500001)", "INE"),
        ("DOUBLON Zoé (élève 500008)", "INE"),
        ("N'GUYEN-LÊ Françoise (élève 500009)", "Date de naissance"),
    ]
    assert [(p.who, p.reason) for p in reading.set_aside] == [
        ("PARTI Kévin (élève 500004)", "A quitté l’établissement le 12/11/2025."),
        ("INACTIF Ana (élève 500005)", "Est dans la division « Inactifs » de SIECLE BEE."),
    ]
    assert reading.notes == []
    assert [row.why for row in reading.rows] == [
        ["3e, 15 ans en 2026 : ASSR2.", "Nom d’usage : MARTIN."],
        ["5e, 13 ans en 2026 : ASSR1."],
        ["3e SEGPA, 15 ans en 2026 : ASSR2."],
        ["5e, 14 ans en 2026 : ASSR1."],
    ]


# --- The school -----------------------------------------------------------------------------------------------------


def test_another_school_s_export_is_refused():
    with pytest.raises(Refused) as refused:
        judged(ZOE, uai="0781977A")
    assert refused.value.messages == (
        "Cet export est celui de l’établissement 0781977A, et votre compte est celui de 0750001A. Chargez l’export de "
        "votre établissement.",
    )


def test_an_export_of_no_school_is_refused():
    with pytest.raises(Refused, match="ne dit pas de quel établissement"):
        judged(ZOE, uai="")


@pytest.mark.parametrize(
    ("said", "today", "notes"),
    [
        ("2025", date(2026, 1, 20), 0),
        ("2025", date(2026, 7, 31), 0),
        ("2026", date(2026, 9, 2), 0),
        ("2026", date(2026, 3, 1), 0),  # southern rhythm
        ("2024", date(2026, 1, 20), 1),
        ("2025", date(2026, 9, 2), 1),
        ("", date(2026, 1, 20), 1),
    ],
)
def test_the_school_year_warns_at_most(said, today, notes):
    reading = judged(ZOE, school_year=said, context=replace(CONTEXT, today=today))
    assert (len(reading.notes), len(reading.rows)) == (notes, 1)


def test_an_export_without_pupils_says_so():
    assert judged().notes == ["Cet export ne contient aucun élève."]


# --- One pupil --------------------------------------------------------------------------------------------------------


def test_a_whole_row():
    row = only(ZOE)
    assert row == rules.ImportRow(
        line=1,
        identifier="071340028HH",
        last_name="DUPONT",
        first_name="Zoé",
        birth_date=date(2013, 3, 14),
        division="5A",
        sex="F",
        attestation="ASSR1",
        export_to_siecle=True,
        siecle_id="500001",
        in_siecle=True,
        why=["5e, 13 ans en 2026 : ASSR1."],
        warnings=[],
    )


def test_left_in_the_past_is_not_imported_even_with_mistakes():
    pupil = replace(ZOE, left_on="19/01/2026", birth_date="", last_name="")
    assert aside(pupil) == ("A quitté l’établissement le 19/01/2026.", True)


@pytest.mark.parametrize("left_on", ["20/01/2026", "31/08/2026"])
def test_leaving_today_or_later_is_imported_with_a_warning(left_on):
    assert only(replace(ZOE, left_on=left_on)).warnings == [f"Quitte l’établissement le {left_on}."]


def test_an_unreadable_leaving_date_is_an_error():
    assert error(replace(ZOE, left_on="bientôt"))[1:3] == ("Date de sortie", "bientôt")


@pytest.mark.parametrize("divisions", [["Inactifs"], ["INACTIFS"], ["5A", "inactifs"]])
def test_inactive_is_not_imported(divisions):
    assert aside(replace(ZOE, divisions=divisions)) == ("Est dans la division « Inactifs » de SIECLE BEE.", True)


def test_without_division_the_class_is_empty():
    assert only(replace(ZOE, divisions=[])).division == ""


def test_of_several_divisions_the_last_with_a_warning():
    row = only(replace(ZOE, divisions=["5A", "5B"]))
    assert (row.division, row.warnings) == ("5B", ["Plusieurs divisions (5A, 5B) : la dernière est retenue."])


@pytest.mark.parametrize("ine", ["", "  "])
def test_without_ine_not_exportable(ine):
    row = only(replace(ZOE, ine=ine))
    assert (row.identifier, row.export_to_siecle, len(row.warnings)) == ("", False, 1)


@pytest.mark.parametrize(("sex", "expected"), [("1", "M"), ("2", "F"), ("", ""), ("3", "")])
def test_sex(sex, expected):
    assert only(replace(ZOE, sex=sex)).sex == expected


def test_the_same_ine_twice_refuses_both_and_the_others_go_on():
    other = replace(ZOE, siecle_id="500008", last_name="DOUBLON", ine="071340028 hh")
    third = replace(ZOE, siecle_id="500010", ine="071340050AA")
    reading = judged(ZOE, other, third)
    assert [row.siecle_id for row in reading.rows] == ["500010"]
    assert [(e.who, e.value, e.message) for e in reading.errors] == [
        (
            "DUPONT Zoé (élève 500001)",
            "071340028HH",
            "Cet INE est aussi celui de DOUBLON Zoé (élève 500008) : corrigez-le dans SIECLE BEE et refaites l’export.",
        ),
        (
            "DOUBLON Zoé (élève 500008)",
            "071340028HH",
            "Cet INE est aussi celui de DUPONT Zoé (élève 500001) : corrigez-le dans SIECLE BEE et refaites l’export.",
        ),
    ]
    assert reading.errors[1].keys == ["071340028HH", "500008", "DOUBLON Zoé"]


def test_the_same_number_twice_refuses_both():
    reading = judged(ZOE, replace(ZOE, ine="071340050AA"))
    assert [(e.column, e.value) for e in reading.errors] == [("ELEVE_ID", "500001")] * 2


def test_two_pupils_without_ine_are_two_pupils():
    reading = judged(replace(ZOE, ine=""), replace(ZOE, ine="", siecle_id="500011", first_name="Ali"))
    assert len(reading.rows) == 2


def test_somebody_who_left_and_came_back_is_there_once():
    reading = judged(replace(ZOE, siecle_id="400000", left_on="01/10/2025"), ZOE)
    assert ([row.siecle_id for row in reading.rows], reading.errors) == (["500001"], [])


@pytest.mark.parametrize("name", ["", " ", "-", "."])
@pytest.mark.parametrize("field", ["last_name", "first_name"])
def test_a_missing_name_is_an_error(field, name):
    assert error(replace(ZOE, **{field: name}))[3] == (
        "Cette information manque : complétez-la dans SIECLE BEE et refaites l’export."
    )


def test_who_has_no_name_is_named_by_the_number():
    assert error(replace(ZOE, last_name="", first_name="Zoé"))[0] == "Zoé (élève 500001)"
    assert judged(replace(ZOE, last_name="", first_name="")).errors[0].place == "Élève sans nom (élève 500001)"


@pytest.mark.parametrize(
    ("born", "message"),
    [
        ("", "Cette date manque"),
        ("32/01/2013", "Cette date n’existe pas"),
        ("29/02/2013", "Cette date n’existe pas"),
        ("14/3/2013", "Cette date n’existe pas"),
        ("14/03/13", "Cette date n’existe pas"),
        ("2013/03/14", "Cette date n’existe pas"),
        ("14/03/2023", "Cette personne aurait 3 ans"),
        ("14/03/1913", "Cette personne aurait 113 ans"),
    ],
)
def test_a_bad_birth_date_is_an_error(born, message):
    place, column, value, said = error(replace(ZOE, birth_date=born))
    assert (place, column, value) == ("DUPONT Zoé (élève 500001)", "Date de naissance", born)
    assert said.startswith(message)
    assert said.endswith("dans SIECLE BEE et refaites l’export.")


def test_both_ways_to_write_a_day():
    assert day(" 14/03/2013 ") == day("2013-03-14") == date(2013, 3, 14)
    for wrong in ("1４/03/2013", "14-03-2013", "2013-3-14"):
        with pytest.raises(ValueError, match=wrong):
            day(wrong)


def test_all_mistakes_of_one_pupil_at_once():
    reading = judged(replace(ZOE, last_name="", birth_date="hier", divisions=["X" * 41]))
    assert [e.column for e in reading.errors] == ["Nom de famille", "Division", "Date de naissance"]


def test_texts_are_cleaned_and_names_in_capitals():
    row = only(replace(ZOE, last_name=" de la\u200b  Tour\u202e ", first_name="Zoe\u0301"))
    assert (row.last_name, row.first_name) == ("DE LA TOUR", "Zoé")


def test_an_apostrophe_of_windows_in_a_file_that_says_iso():
    assert only(replace(ZOE, last_name="L\x92Hermite")).last_name == "L’HERMITE"


def test_damaged_accents_are_an_error_that_shows_what_was_meant():
    assert "faut-il lire « Zoé » ?" in error(replace(ZOE, first_name="ZoÃ©"))[3]


@pytest.mark.parametrize("field", ["last_name", "first_name", "ine", "siecle_id", "birth_date"])
@pytest.mark.parametrize("text", ["\ud800", "x" * 300, "<b>", "=1+1"])
def test_any_text_is_answered_in_words(field, text):
    reading = judged(replace(ZOE, **{field: text}))
    assert len(reading.rows) + bool(reading.errors) == 1
    assert all(e.message and e.place for e in reading.errors)


# --- Levels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "name", "attestation"),
    [
        ("10010012110", "6e", ""),
        ("10110001110", "5e", "ASSR1"),
        ("1011000C11A", "5e", "ASSR1"),
        ("10210001110", "4e", ""),
        ("10310019110", "3e", "ASSR2"),
        ("16510001110", "5e SEGPA", "ASSR1"),
        ("16610001110", "4e SEGPA", ""),
        ("1671000C11A", "3e SEGPA", "ASSR2"),
        ("20010015110", "2de", ""),
        ("21010015110", "2de", ""),
        ("24025005211", "CAP, 1re année", ""),
        ("2412521032A", "CAP, 2e année", ""),
        ("24725005331", "bac professionnel, 3e année", ""),
    ],
)
def test_level_of_a_mef(code, name, attestation):
    level = mef.level_of(code)
    assert (level.name, level.attestation) == (name, attestation)


@pytest.mark.parametrize("code", ["", "9", "99910001110", "É", "10"])
def test_an_unknown_mef_is_no_level(code):
    assert mef.level_of(code) is None


def test_the_nomenclature_speaks_for_a_local_mef_and_the_statistical_code_when_nobody_else_does():
    assert mef.level_of("9991000C11A", national="10310019110").name == "3e"
    assert mef.level_of("10110001110", national="10310019110").name == "3e"
    assert mef.level_of("9991000C11A", national="9991000C11A", mefstat4="21160010019").name == "3e"
    assert [mef.level_of("", mefstat4=code).name for code in ("2115", "2116", "2211", "2433", "2434")] == [
        "4e",
        "3e",
        "2de",
        "4e SEGPA",
        "3e SEGPA",
    ]


# --- Eligibility (handbook 1) -----------------------------------------------------------------------------------------

FIFTH, FOURTH, THIRD, SECOND, CAP = "10110001110", "10210001110", "10310019110", "20010015110", "24025005211"


@pytest.mark.parametrize(
    ("code", "born", "held", "attestation"),
    [
        (FIFTH, 2013, (), "ASSR1"),  # at the usual age
        (FIFTH, 2014, (), "ASSR1"),  # a year ahead
        (FIFTH, 2012, (), "ASSR1"),  # 14
        (FIFTH, 2011, (), "ASSR1"),  # 15
        (FIFTH, 2010, (), "ASSR2"),  # 16: the age decides
        (FIFTH, 2013, ("ASSR1",), ""),
        (FOURTH, 2012, (), "ASSR1"),
        (FOURTH, 2013, (), ""),
        (FOURTH, 2011, (), ""),
        (FOURTH, 2012, ("ASSR1",), ""),
        (FOURTH, 2010, ("ASSR1",), "ASSR2"),
        (THIRD, 2011, (), "ASSR2"),
        (THIRD, 2011, ("ASSR1",), "ASSR2"),
        (THIRD, 2012, (), "ASSR2"),  # 14 in 3e: the class decides
        (THIRD, 2011, ("ASSR2",), ""),
        (SECOND, 2011, (), ""),  # a year ahead: 15
        (SECOND, 2010, (), "ASSR2"),
        (SECOND, 2010, ("ASSR1", "ASSR2"), ""),
        (SECOND, 2008, (), "ASSR2"),  # older, without it
        (CAP, 2006, (), "ASSR2"),
        ("10010012110", 2012, (), "ASSR1"),  # 14 in 6e
        ("10010012110", 2014, (), ""),
        ("99999999999", 2012, (), "ASSR1"),
        ("99999999999", 2011, (), ""),
    ],
)
def test_eligibility(code, born, held, attestation):
    pupil = replace(ZOE, mef=code, birth_date=f"31/12/{born}", held=held)
    reading = judged(pupil, knows_held=True)
    assert [row.attestation for row in reading.rows] == ([attestation] if attestation else [])
    assert len(reading.set_aside) == (not attestation)
    assert reading.errors == []


@pytest.mark.parametrize(
    ("pupil", "why"),
    [
        (ZOE, "5e, 13 ans en 2026 : ASSR1."),
        (
            replace(ZOE, mef=THIRD, birth_date="01/01/2010", held=("ASSR1",)),
            "3e, 16 ans en 2026, ASSR1 déjà obtenue : ASSR2.",
        ),
        (replace(ZOE, mef="999", birth_date="01/01/2010"), "Niveau inconnu, 16 ans en 2026 : ASSR2."),
    ],
)
def test_each_choice_is_explained(pupil, why):
    assert only(pupil, knows_held=True).why == [why]


@pytest.mark.parametrize(
    ("pupil", "reason"),
    [
        (replace(ZOE, mef=FOURTH), "4e, 13 ans en 2026 : ni l’ASSR1 ni l’ASSR2 cette année."),
        (replace(ZOE, held=("ASSR1",)), "5e, 13 ans en 2026, ASSR1 déjà obtenue : pas encore l’ASSR2."),
        (replace(ZOE, held=("ASSR2",)), "5e, 13 ans en 2026, ASSR2 déjà obtenue : plus aucune épreuve."),
        (
            replace(ZOE, mef=CAP, birth_date="01/01/2009", status="AP"),
            "CAP, 1re année, 17 ans en 2026, apprenti : relève de l’ASR, dans son centre de formation.",
        ),
    ],
)
def test_each_exclusion_is_explained(pupil, reason):
    assert aside(pupil, knows_held=True) == (reason, False)


def test_by_age_alone_the_export_cannot_say_what_is_held():
    pupil = replace(ZOE, mef=FOURTH, birth_date="14/03/2012")
    assert only(pupil).warnings == ["L’export ne dit pas si l’ASSR1 est déjà obtenue : vérifiez."]
    assert only(pupil, knows_held=True).warnings == []
    assert only(ZOE).warnings == []
    reason, is_gone = aside(pupil, context=replace(CONTEXT, possible=False))
    assert not is_gone
    assert reason == (
        "4e, 14 ans en 2026 : ASSR1. L’export ne dit pas si elle est déjà obtenue, et vous n’avez pas demandé ces "
        "élèves."
    )


def test_possible_does_not_touch_those_whom_the_class_points_at():
    assert only(ZOE, context=replace(CONTEXT, possible=False)).attestation == "ASSR1"


# --- What was obtained here this year -------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["071340028HH", "500001"])
def test_obtained_here_and_nothing_left_to_sit_stays_as_it_is(key):
    """Importing again after the exam is a no-op: the candidate stays in the list, with the same attestation."""
    row = only(ZOE, context=replace(CONTEXT, held={key: {"ASSR1"}}))
    assert (row.attestation, row.why) == ("ASSR1", ["5e, 13 ans en 2026, ASSR1 déjà obtenue : pas encore l’ASSR2."])


def test_obtained_here_and_the_next_one_to_sit():
    pupil = replace(ZOE, mef=THIRD, birth_date="01/01/2010")
    row = only(pupil, context=replace(CONTEXT, held={"071340028HH": {"ASSR1"}}))
    assert (row.attestation, row.why) == ("ASSR2", ["3e, 16 ans en 2026, ASSR1 déjà obtenue : ASSR2."])


def test_what_others_obtained_says_nothing():
    assert only(ZOE, context=replace(CONTEXT, held={"071340099ZZ": {"ASSR1"}})).attestation == "ASSR1"
    assert (
        only(replace(ZOE, ine="", siecle_id=""), context=replace(CONTEXT, held={"": {"ASSR2"}})).attestation == "ASSR1"
    )
