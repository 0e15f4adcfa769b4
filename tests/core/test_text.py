import pytest
from hypothesis import given
from hypothesis import strategies as st

from esr.core.text import TextError, clean, in_groups, search_key


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("  Éloïse \t Dupont\u00a0", "Éloïse Dupont"),
        ("E\u0301loise", "Éloise"),
        ("a\x00b\x07c", "abc"),
        ("Jean\u202eevil\u202c", "Jeanevil"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("un\ndeux\r\ntrois", "un deux trois"),
        ("\ue000prive", "prive"),
        ("नमस्ते", "नमस्ते"),
        ("👩‍🏫", "👩‍🏫"),
    ],
)
def test_clean(typed, cleaned):
    assert clean(typed) == cleaned


def test_lines_are_kept_where_they_are_wanted():
    assert clean(" un \r\n\r\n\r\n\r\n deux \u2028trois", multiline=True) == "un\n\ndeux\ntrois"


def test_length_counts_code_points_after_cleaning():
    assert clean("é" * 5 + "\x00" * 100, max_length=5) == "é" * 5
    assert clean("e\u0301" * 5, max_length=5) == "é" * 5
    with pytest.raises(TextError, match="6 caractères pour 5"):
        clean("é" * 6, max_length=5)


def test_a_lone_surrogate_is_refused():
    with pytest.raises(TextError):
        clean("a\ud800b")


@given(st.text())
def test_cleaning_twice_changes_nothing_and_is_storable(value):
    try:
        once = clean(value, multiline=True)
    except TextError:
        return
    assert clean(once, multiline=True) == once
    assert "\x00" not in once
    once.encode()


@pytest.mark.parametrize(
    ("left", "right"), [("ÉLOÏSE", "eloise"), ("Œuvre", "oeuvre"), ("Straße", "strasse"), ("Nguyễn", "NGUYEN")]
)
def test_search_knows_no_accents(left, right):
    assert search_key(left) == search_key(right)


@pytest.mark.parametrize(
    ("code", "expected"), [("12345678", "1234 5678"), ("ACDEFGHJ", "ACDE FGHJ"), ("123456789", "1234 5678 9"), ("", "")]
)
def test_codes_are_read_in_groups_of_four(code, expected):
    assert in_groups(code) == expected
