"""Identifiers, dates and zones, with the examples of public sources."""

from datetime import date

import pytest

from establishments import rules
from establishments.enums import Academy, Attestation, Category


@pytest.mark.parametrize("uai", ["0750655E", "0781977A", "9760371Z", "9730570G"])
def test_a_right_uai(uai):
    assert rules.is_uai(uai)


@pytest.mark.parametrize("uai", ["0750655F", "0750655e", "750655E", "0750655", "0750655EE", "0750655I", "", "٠٧٥٠٦٥٥E"])
def test_a_wrong_uai(uai):
    assert not rules.is_uai(uai)


@pytest.mark.parametrize("finess", ["010000024", "750712184", "2A0000014", "2B0000020"])
def test_a_right_finess(finess):
    assert rules.is_finess(finess)


@pytest.mark.parametrize("finess", ["010000025", "01000002", "0100000240", "2C0000014", "", "01000002A"])
def test_a_wrong_finess(finess):
    assert not rules.is_finess(finess)


def test_attestations_by_category():
    school = ("ASSR1", "ASSR2", "AER")
    expected = dict.fromkeys(Category.values, school)
    expected |= {"CFA": ("ASR", "AER"), "GRET": ("ASR", "AER"), "MEDS": ("ASSR1", "ASSR2", "ASR", "AER")}
    assert {category: rules.attestations_of(category) for category in Category.values} == expected
    assert set(Attestation.values) == {"ASSR1", "ASSR2", "ASR", "AER"}


def test_dates_by_category():
    late = {"SUD", "PJJ", "PENI", "EPID", "GRET", "MEDS"}
    for category in Category.values:
        closes = date(2023, 12, 1) if category in late else date(2023, 7, 7)
        assert rules.usual_dates(category, 2023) == (date(2023, 1, 16), closes)


def test_every_academy_has_a_time_zone():
    zones = {Academy(academy).label: rules.time_zone_of(academy) for academy in Academy.values}
    assert zones["La Réunion"] == "Indian/Reunion"
    assert zones["Nouvelle-Calédonie"] == "Pacific/Noumea"
    assert zones["Corse"] == zones["Paris"] == "Europe/Paris"
