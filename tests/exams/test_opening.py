"""P5: the correction opens at 18:00 of the school's clock or at the end of the exam, whichever is later (K5).

The hours are worked out here from offsets written by hand, not from the zone files that the platform reads.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import signing
from django.urls import reverse

from certificates import documents
from establishments.rules import FRENCH_TIME_ZONES
from exams import queries, rules
from exams.auth import SITTING_COOKIE
from exams.enums import ExamKind
from exams.models import Exam, Sitting
from tests.conftest import StrictClient
from tests.factories import EstablishmentFactory, ExamFactory, SittingFactory

# Hours ahead of UTC: (from, until) are the days of 2026 on which the clocks change, at 18:00 already changed.
OFFSETS = {
    "Europe/Paris": (1, 2, date(2026, 3, 29), date(2026, 10, 25)),
    "America/Miquelon": (-3, -2, date(2026, 3, 8), date(2026, 11, 1)),
    "America/Guadeloupe": -4,
    "America/Martinique": -4,
    "America/Cayenne": -3,
    "Indian/Reunion": 4,
    "Indian/Mayotte": 3,
    "Pacific/Noumea": 11,
    "Pacific/Tahiti": -10,
    "Pacific/Marquesas": -9.5,
    "Pacific/Gambier": -9,
    "Pacific/Wallis": 12,
}
# Ordinary days, those on which a clock changes, and the day before each.
DAYS = [date(2026, 1, 20), date(2026, 6, 2)]
DAYS += [day - timedelta(days=before) for o in list(OFFSETS.values())[:2] for day in o[2:] for before in (1, 0)]
# Start of the exam, and how long after it the candidate finished; the third finishes after midnight, the last of all at
# half past two.
SITTINGS = [(time(9), 25), (time(17, 30), 25), (time(18, 5), 25), (time(23, 30), 20), (time(23, 30), 40)]
SECOND = timedelta(seconds=1)


def utc(zone: str, day: date, hour: time) -> datetime:
    """An instant of the school's clock; hours of the night on which it changes are taken before the change."""
    offset = OFFSETS[zone]
    if isinstance(offset, tuple):
        winter, summer, begins, ends = offset
        changed = hour >= time(3)
        is_summer = (begins if changed else begins + timedelta(days=1)) <= day
        is_summer = is_summer and day < (ends if changed else ends + timedelta(days=1))
        offset = summer if is_summer else winter
    return datetime.combine(day, hour, UTC) - timedelta(hours=offset)


@dataclass(frozen=True)
class Case:
    """An exam and when its correction must open."""

    start: datetime
    finished: datetime
    evening: datetime  # 18:00 of the day on which the candidate finished
    end: datetime

    @property
    def opens(self) -> datetime:
        return max(self.evening, self.end)

    @property
    def instants(self) -> list[datetime]:
        around = [moment + n * SECOND for moment in (self.evening, self.end) for n in (-1, 0, 1)]
        return sorted(moment for moment in around if moment >= self.finished)


def cases(zone: str) -> list[Case]:
    found = []
    for day in DAYS:
        for hour, minutes in SITTINGS:
            start = utc(zone, day, hour)
            finished_on = day + timedelta(days=(hour, minutes) == (time(23, 30), 40))
            evening = utc(zone, finished_on, rules.CORRECTION_HOUR)
            found.append(Case(start, start + timedelta(minutes=minutes), evening, start + timedelta(hours=3)))
    return found


class School:
    """A candidate who has finished an exam, and a clock."""

    def __init__(self, zone: str, monkeypatch):
        self.zone = zone
        self.clock = monkeypatch
        exam = ExamFactory(establishment=EstablishmentFactory(time_zone=zone), exam_questions__count=20)
        self.sitting = SittingFactory(exam=exam, closed=True, access_code="ACDEFGHJ")

    def pages_at(self, now: datetime) -> dict[str, bool]:
        """Of each page that could show the key or the mark, whether it does so at an instant."""
        self.clock.setattr("django.utils.timezone.now", lambda: now)
        client = StrictClient()
        client.cookies[SITTING_COOKIE] = signing.dumps(str(self.sitting.pk), salt=SITTING_COOKIE)
        client.post(reverse("exam_number"), {"number": self.sitting.exam.number})
        code = client.post(reverse("exam_code"), {"code": self.sitting.access_code}, follow=True)
        pages = {
            "result": client.get(reverse("exam_result")),
            "correction": client.get(reverse("own_correction_pdf")),
            "code": code,
        }
        return {name: self.shows(response) for name, response in pages.items()}

    def shows(self, response) -> bool:
        body = b"".join(response) if response.streaming else response.content
        return any(sign in body for sign in (b"%PDF", b"attendue :", b"Explication", b"15/20"))

    def wrong(self, chosen: list[Case]) -> list[tuple]:
        """(start, instant, what each page showed) wherever a page did not open when it must, to the second."""
        found = []
        for case in chosen:
            Exam.objects.update(starts_at=case.start, ends_at=case.end)
            Sitting.objects.update(closed_at=case.finished)
            for now in case.instants:
                shown = self.pages_at(now)
                if set(shown.values()) != {now >= case.opens}:
                    found.append((self.zone, case.start, now - case.opens, shown))
        return found


@pytest.fixture
def printed(monkeypatch):
    """What is printed matters elsewhere; here, whether it is handed out."""
    monkeypatch.setattr(documents, "sitting_correction", lambda sitting: b"%PDF-1.7")


@pytest.fixture
def school(db, monkeypatch, printed):
    return lambda zone: School(zone, monkeypatch)


def test_the_rule_at_every_case_of_every_zone(db):
    """The rule alone, over all days; the pages follow with fewer of them."""
    assert set(OFFSETS) == set(FRENCH_TIME_ZONES)
    count = 0
    for zone in OFFSETS:
        establishment = EstablishmentFactory.build(time_zone=zone)
        for case in cases(zone):
            exam = Exam(establishment=establishment, kind=ExamKind.EXAM, starts_at=case.start, ends_at=case.end)
            assert rules.ends_at(ExamKind.EXAM, case.start) == case.end
            sitting = Sitting(exam=exam, closed_at=case.finished)
            assert queries.correction_opens_at(sitting) == case.opens, (zone, case)
            count += 1
    assert count == 12 * 10 * 5


@pytest.mark.parametrize("zone", OFFSETS)
def test_pages_open_to_the_second_in_every_zone(school, zone):
    """An ordinary day, and where clocks change the day on which they do."""
    days = [DAYS[0], *(OFFSETS[zone][2:] if isinstance(OFFSETS[zone], tuple) else ())]
    assert school(zone).wrong([case for case in cases(zone) if local_day(zone, case) in days]) == []


def local_day(zone: str, case: Case) -> date:
    return next(day for day in DAYS for hour, _ in SITTINGS if utc(zone, day, hour) == case.start)


@pytest.mark.parametrize("zone", OFFSETS)
def test_a_decision_taken_later_does_not_move_the_day_on_which_it_was_sat(db, zone):
    """Graded as it stands, or restored from a file, the next morning: 18:00 of the exam's own day is over."""
    establishment = EstablishmentFactory.build(time_zone=zone)
    for day in DAYS:
        for hour, closes_after in [(time(9), timedelta(days=1)), (time(17, 30), timedelta(days=9))]:
            start = utc(zone, day, hour)
            exam = Exam(
                establishment=establishment, kind=ExamKind.EXAM, starts_at=start, ends_at=start + timedelta(hours=3)
            )
            opens = max(utc(zone, day, rules.CORRECTION_HOUR), exam.ends_at)
            assert queries.correction_opens_at(Sitting(exam=exam, closed_at=start + closes_after)) == opens


def test_the_last_answers_after_the_end_do_not_wait_for_another_evening(db):
    """An exam that ends at 23:55: what arrives in the ten minutes after that was sat on the day before."""
    establishment = EstablishmentFactory.build(time_zone="Europe/Paris")
    start = utc("Europe/Paris", DAYS[0], time(20, 55))
    exam = Exam(establishment=establishment, kind=ExamKind.EXAM, starts_at=start, ends_at=start + timedelta(hours=3))
    sitting = Sitting(exam=exam, closed_at=exam.ends_at + rules.LATE_ARRIVAL - SECOND)
    assert queries.correction_opens_at(sitting) == exam.ends_at


@pytest.mark.parametrize("state", ["not_started", "running", "void"])
def test_without_a_finished_sitting_nothing_ever_opens(school, state):
    """Absent, interrupted, technically absent: not at 18:00, not at the end, not the day after."""
    here = school("Europe/Paris")
    case = cases("Europe/Paris")[0]
    Exam.objects.update(starts_at=case.start, ends_at=case.end)
    Sitting.objects.update(state=state, closed_at=None, mark=None)
    for now in [*case.instants, case.opens + timedelta(days=1), case.opens + timedelta(days=40)]:
        assert set(here.pages_at(now).values()) == {False}, now


def test_a_training_opens_at_once(school):
    here = school("Indian/Reunion")
    case = cases("Indian/Reunion")[0]
    Exam.objects.update(kind=ExamKind.TRAINING, starts_at=case.start, ends_at=case.start + timedelta(days=3))
    Sitting.objects.update(closed_at=case.finished)
    assert set(here.pages_at(case.finished).values()) == {True}


# --- Controls -----------------------------------------------------------------------------------------------------


def evening_only(kind, end, zone, sat_at):
    return datetime.combine(sat_at.astimezone(zone).date(), rules.CORRECTION_HOUR, tzinfo=zone)


def end_only(kind, end, zone, sat_at):
    return end


def evening_of_paris(kind, end, zone, sat_at):
    return max(evening_only(kind, end, rules.ZoneInfo("Europe/Paris"), sat_at), end)


def evening_of_the_start(kind, end, zone, sat_at):
    return max(evening_only(kind, end, zone, end - timedelta(hours=3)), end)


def a_second_late(kind, end, zone, sat_at):
    return max(evening_only(kind, end, zone, sat_at), end) + SECOND


@pytest.mark.parametrize(
    ("defect", "starts"),
    [
        (evening_only, ["17:30", "18:05", "23:30"]),
        (end_only, ["09:00", "23:30"]),
        (evening_of_paris, ["09:00", "17:30", "23:30"]),
        (evening_of_the_start, ["23:30"]),
        (a_second_late, ["09:00", "17:30", "18:05", "23:30"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_another_hour_is_noticed(school, monkeypatch, defect, starts):
    monkeypatch.setattr(rules, "correction_opens_at", defect)
    here = school("Indian/Reunion")
    wrong = here.wrong(cases("Indian/Reunion")[: len(SITTINGS)])
    hours = {(start + timedelta(hours=4)).strftime("%H:%M") for _, start, _, _ in wrong}
    assert sorted(hours) == starts
