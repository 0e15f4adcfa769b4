"""What an import does with each line of a file, against the list as it is."""

from dataclasses import dataclass, replace
from datetime import date

import pytest

from candidates import rules
from candidates.rules import ImportRow

ROW = ImportRow(2, "130564139AC", "MARTIN", "Lily", date(2012, 4, 3), "5A", "F", "ASSR1", False)


@dataclass
class Known:
    pk: int = 1
    identifier: str = "130564139AC"
    last_name: str = "MARTIN"
    first_name: str = "Lily"
    birth_date: date = date(2012, 4, 3)
    division: str = "5A"
    sex: str = "F"
    attestation: str = "ASSR1"
    export_to_siecle: bool = False
    siecle_id: str = ""
    in_siecle: bool = False
    extra_time: bool = False


def plan(rows, *known):
    return rules.plan(rows, known)


def only(rows, *known):
    made = plan(rows, *known)
    assert made.errors == []
    (line,) = made.lines
    return line.action, dict(line.changes), line.note


@pytest.mark.parametrize("identifier", ["130564139AC", "1234567890A", "0123456789B", "ABCDEFGHIJK", "1234A56789B"])
def test_shapes_of_an_ine(identifier):
    assert rules.is_ine(identifier)


@pytest.mark.parametrize("identifier", ["", "130564139", "130564139ac", "ESR-ABCDEFGH", "130564139ACX"])
def test_other_shapes(identifier):
    assert not rules.is_ine(identifier)


def test_a_new_candidate():
    assert only([ROW]) == ("add", {}, "")


def test_a_known_ine_changes_field_by_field():
    row = replace(ROW, last_name="MARTIN-ROUX", division="5B", attestation="AER", export_to_siecle=True)
    assert only([row], Known()) == (
        "update",
        {
            "last_name": ("MARTIN", "MARTIN-ROUX"),
            "division": ("5A", "5B"),
            "attestation": ("ASSR1", "AER"),
            "export_to_siecle": (False, True),
        },
        "",
    )


def test_the_same_again():
    assert only([ROW], Known()) == ("same", {}, "")


def test_an_empty_cell_takes_nothing_away():
    assert only([replace(ROW, division="", sex="", export_to_siecle=None)], Known(export_to_siecle=True)) == (
        "same",
        {},
        "",
    )


def test_a_known_ine_with_another_birth_date_is_never_merged():
    made = plan([replace(ROW, birth_date=date(2011, 9, 9))], Known())
    assert made.lines == []
    assert [(e.line, e.column, e.value, e.message) for e in made.errors] == [
        (
            2,
            "INE",
            "130564139AC",
            "Dans votre liste, cet INE est celui de MARTIN Lily, de date de naissance 03/04/2012, et le fichier "
            "indique 09/09/2011. Corrigez l’INE ou la date dans le fichier ; si l’erreur est dans votre liste, "
            "modifiez d’abord ce candidat.",
        )
    ]


def test_without_ine_the_name_and_birth_date_are_the_person():
    row = replace(ROW, identifier="", last_name="Märtin", first_name="LILY", division="5B")
    action, changes, _ = only([row], Known())
    assert (action, changes["division"]) == ("update", ("5A", "5B"))
    assert "identifier" not in changes


def test_an_ine_takes_the_place_of_the_platform_s_identifier():
    assert only([ROW], Known(identifier="ESR-ABCDEFGH")) == (
        "update",
        {"identifier": ("ESR-ABCDEFGH", "130564139AC")},
        "",
    )


def test_two_different_ines_are_left_for_a_person_to_decide():
    assert only([ROW], Known(identifier="130564140AD")) == (
        "doubt",
        {},
        "Ce nom et cette date de naissance sont déjà dans votre liste, avec l’identifiant 130564140AD.",
    )


def test_several_namesakes_are_left_for_a_person_to_decide():
    assert only([replace(ROW, identifier="")], Known(), Known(pk=2, identifier="130564140AD")) == (
        "doubt",
        {},
        "Plusieurs candidats de votre liste ont ce nom et cette date de naissance.",
    )


def test_two_lines_for_one_candidate():
    """The first by INE, under a corrected name; the second by the old name: which one is right?"""
    rows = [replace(ROW, last_name="MARTINE"), replace(ROW, line=3, identifier="")]
    made = plan(rows, Known())
    assert [line.action for line in made.lines] == ["update", "doubt"]
    assert made.lines[1].note == "Cette ligne semble désigner le même candidat que la ligne 2."
    assert [option.value for option in made.lines[1].options] == ["add", "skip"]


@pytest.mark.parametrize("other", ["Jean Pierre", "JEAN-PIERRE", "jean-pierre"])
def test_hyphens_and_capitals_make_no_other_person(other):
    row = replace(ROW, identifier="", first_name=other)
    assert only([row], Known(first_name="Jean-Pierre"))[0] == "update"


def test_a_name_is_not_cut_elsewhere():
    """MARTIN Lily Rose and MARTIN LILY Rose are not the same names."""
    row = replace(ROW, identifier="", last_name="MARTIN LILY", first_name="Rose")
    assert only([row], Known(first_name="Lily Rose"))[0] == "add"


def test_fingerprint_tells_plans_apart():
    same = plan([ROW], Known()).fingerprint
    assert plan([ROW], Known()).fingerprint == same
    others = {
        plan([ROW]).fingerprint,
        plan([ROW], Known(pk=2)).fingerprint,
        plan([ROW], Known(division="5B")).fingerprint,
        plan([ROW], Known(division="5C")).fingerprint,
        plan([ROW], Known(birth_date=date(2011, 1, 1))).fingerprint,
        plan([replace(ROW, line=3)], Known()).fingerprint,
    }
    assert len(others | {same}) == 7


def test_rows_survive_the_draft():
    assert ImportRow.from_json(ROW.as_json()) == ROW


# --- SIECLE BEE, history, decisions -------------------------------------------------------------------------------


def from_siecle(rows, *known, **kwargs):
    return rules.plan(rows, known, siecle=True, **kwargs)


def test_who_is_not_in_siecle_any_more_is_gone():
    """Only those whom SIECLE BEE had: a candidate added by hand is nobody it could miss."""
    left, by_hand = Known(in_siecle=True), Known(pk=2, identifier="130564140AD", first_name="Ali")
    assert from_siecle([], left, by_hand).gone == [left]
    assert plan([], left, by_hand).gone == []


@pytest.mark.parametrize("key", ["130564139AC", "77", "MARTIN Lily"])
def test_who_is_present_without_a_row_is_not_gone(key):
    assert from_siecle([], Known(in_siecle=True, siecle_id="77"), present=[key]).gone == []


def test_who_sat_an_exam_is_never_removed():
    known = [Known(in_siecle=True), Known(pk=2, identifier="130564140AD", in_siecle=True)]
    made = from_siecle(
        [], *known, history=rules.History(sat=frozenset({1})), decisions=rules.Decisions(removed=frozenset({1, 2}))
    )
    assert [candidate.pk for candidate in made.removed] == [2]


def test_what_waits_for_an_agreement():
    row = replace(ROW, last_name="MARTINE", division="5B")
    history = rules.History(sat=frozenset({1}))
    (line,) = rules.plan([row], [Known()], history=history).lines
    assert (dict(line.changes), dict(line.held)) == ({"division": ("5A", "5B")}, {"last_name": ("MARTIN", "MARTINE")})
    agreed = rules.Decisions(agreed=frozenset({row.line}))
    (line,) = rules.plan([row], [Known()], history=history, decisions=agreed).lines
    assert (set(line.changes), dict(line.held)) == ({"division", "last_name"}, {})


@pytest.mark.parametrize("attestation", ["AER", "ASR"])
def test_siecle_does_not_undo_what_was_assigned_by_hand(attestation):
    known = Known(attestation=attestation, export_to_siecle=True)
    (line,) = from_siecle([ROW], known).lines
    assert line.action == "same"
    assert plan([ROW], known).lines[0].action == "update"
