"""The regulation, worked out by hand."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from exams import rules
from exams.enums import ExamKind, Theme

PARIS = ZoneInfo("Europe/Paris")


def at(text: str, zone=UTC) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_the_blueprint_is_the_printed_one():
    assert list(rules.BLUEPRINT.values()) == [6, 2, 1, 2, 2, 1, 1, 3, 2]
    assert sum(rules.BLUEPRINT.values()) == rules.QUESTIONS
    assert list(rules.BLUEPRINT) == Theme.values


PLENTY = dict.fromkeys(rules.BLUEPRINT, 50)


@pytest.mark.parametrize("size", range(1, 10))
def test_chosen_themes_share_the_twenty_questions(size):
    for themes in combinations(rules.BLUEPRINT, size):
        shares = rules.blueprint_for(themes, PLENTY)
        assert set(shares) == set(themes)
        assert sum(shares.values()) == 20
        assert min(shares.values()) >= 1


def test_two_themes_by_hand():
    # circulation weighs 6, passagers 1: 20 × 6/7 = 17.14, 20 × 1/7 = 2.86.
    assert rules.blueprint_for(["circulation", "passagers"], PLENTY) == {"circulation": 17, "passagers": 3}


def test_a_theme_that_runs_out_leaves_its_part_to_the_others():
    available = {"circulation": 9, "passagers": 30}
    assert rules.blueprint_for(["circulation", "passagers"], available) == {"circulation": 9, "passagers": 11}


def test_a_small_bank_gives_a_shorter_training():
    assert rules.blueprint_for(["passagers"], {"passagers": 3, "vitesse": 9}) == {"passagers": 3}


def test_a_bank_that_lacks_questions_says_how_many():
    with pytest.raises(rules.NotEnoughQuestions) as error:
        rules.blueprint_for([], PLENTY | {"vitesse": 1, "circulation": 0})
    assert error.value.missing == {"circulation": 6, "vitesse": 1}
    with pytest.raises(rules.NotEnoughQuestions) as error:
        rules.blueprint_for(["passagers", "vitesse"], {"vitesse": 9})
    assert error.value.missing == {"passagers": 1}


def test_validity():
    assert rules.ends_at(ExamKind.EXAM, at("2026-03-10T10:00")) == at("2026-03-10T13:00")
    assert rules.ends_at(ExamKind.TRAINING, at("2026-03-10T10:00")) == at("2026-03-13T10:00")
    assert set(rules.VALIDITY) == set(ExamKind.values)


def test_the_state_changes_at_the_start_and_at_the_end():
    start, end, second = at("2026-03-10T10:00"), at("2026-03-10T13:00"), timedelta(seconds=1)
    states = [rules.state_of(start, end, now) for now in (start - second, start, end - second, end)]
    assert states == ["upcoming", "active", "active", "over"]


@pytest.mark.parametrize(
    ("start", "sat", "opens"),
    [
        ("2026-03-10T09:00", "2026-03-10T09:25", "2026-03-10T18:00"),
        ("2026-03-10T17:30", "2026-03-10T17:55", "2026-03-10T20:30"),  # others may sit it until 20:30
        ("2026-03-10T18:05", "2026-03-10T18:30", "2026-03-10T21:05"),
        ("2026-03-10T22:30", "2026-03-11T00:10", "2026-03-11T18:00"),  # sat after midnight: that day's evening
        ("2026-03-29T00:30", "2026-03-29T03:10", "2026-03-29T18:00"),  # the night the clocks go forward
    ],
)
def test_the_correction_opens_at_18_or_at_the_end(start, sat, opens):
    end = rules.ends_at(ExamKind.EXAM, at(start, PARIS))
    assert rules.correction_opens_at(ExamKind.EXAM, end, PARIS, at(sat, PARIS)) == at(opens, PARIS)


def test_a_training_is_corrected_at_once():
    sat = at("2026-03-10T09:25", PARIS)
    assert rules.correction_opens_at(ExamKind.TRAINING, sat + timedelta(days=3), PARIS, sat) == sat


def test_eighteen_is_eighteen_where_the_school_is():
    zone = ZoneInfo("Pacific/Noumea")
    sat = at("2026-03-10T09:25", zone)
    opens = rules.correction_opens_at(ExamKind.EXAM, sat, zone, sat)
    assert opens.astimezone(UTC) == at("2026-03-10T07:00")


def test_a_point_for_all_the_expected_answers_and_no_other():
    key = {1: "A", 2: "AC", 3: "B", 4: "ABC", 5: "B"}
    given = {1: "A", 2: "CA", 3: "AB", 4: "AB", 5: ""}
    assert rules.mark(given, key) == 2
    assert rules.mark({}, key) == 0


def test_ten_is_admitted():
    assert [rules.is_admitted(mark) for mark in (0, 9, 10, 20)] == [False, False, True, True]
    assert [rules.is_admitted(mark, total=7) for mark in (3, 4)] == [False, True]


def test_the_draw_prefers_what_was_met_least():
    pool = {"vitesse": [(0, 1), (3, 2), (0, 3), (1, 4)]}
    drawn = rules.draw(pool, {"vitesse": 3}, lambda values: list(values))
    assert sorted(drawn) == [1, 3, 4]


def test_codes_have_no_letter_that_is_read_as_another():
    for pair in ("0O", "1I", "1L", "5S", "8B", "2Z", "UV", "QO"):
        assert not set(pair) <= set(rules.CODE_ALPHABET), pair
    # 100,000 guesses against an exam of 600 candidates find a code once in more than a thousand tries.
    assert len(rules.CODE_ALPHABET) ** rules.CODE_LENGTH > 1000 * 100_000 * 600


def test_a_device_waits_until_its_oldest_error_is_old_enough():
    limit = rules.Limit(3, timedelta(minutes=5))
    now = at("2026-03-10T10:00")
    tried = [now - timedelta(seconds=seconds) for seconds in (400, 299, 200, 100)]
    assert rules.wait(limit, tried[:3], now) is None
    assert rules.wait(limit, tried, now) == timedelta(seconds=1)
    assert rules.wait(limit, tried, now + timedelta(seconds=1)) is None
    assert rules.wait(limit, [], now) is None


def test_clumsy_classes_are_not_watched():
    """Five errors of each candidate, and two hundred more, before anybody is asked for anything else."""
    assert [rules.wrong_codes_allowed(count) for count in (1, 30, 600)] == [205, 350, 3_200]
