"""Hostile requests to every address, by every role; `make fuzz` sends many more."""

import json
import logging
import os
from pathlib import Path
from urllib.parse import quote

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.urls import get_resolver

from candidates.models import Candidate
from exams.models import ExamQuerySet
from tests.corpus.strings import MARK
from tests.fuzz.range import Range, Report
from tests.fuzz.shots import Gunner, Shot

pytestmark = pytest.mark.django_db

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", 500))
SEED = int(os.environ.get("FUZZ_SEED", 1))
SHARES = int(os.environ.get("FUZZ_SHARES", 1))
ONLY = os.environ.get("FUZZ_ONLY")
REPORT = os.environ.get("FUZZ_REPORT")
_OFTEN = 250  # requests between two notes of how far it is


@pytest.fixture
def _quiet():
    """A line and a trace for each of thousands of refusals would be half the work."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def note(share: int, report: Report) -> None:
    if REPORT:
        figures = {
            "requests": report.requests,
            "faults": report.faults,
            "statuses": report.statuses,
            "slowest": report.slowest,
            "patterns": sorted(report.patterns),
        }
        Path(REPORT, f"{share}.json").write_text(json.dumps(figures))


@pytest.mark.usefixtures("_quiet")
@pytest.mark.parametrize("share", range(SHARES))
def test_no_request_fails_or_tells_of_another_school(share):
    numbers = map(int, ONLY.split(",")) if ONLY else range(share, REQUESTS, SHARES)
    report = Report()
    for report in Range(SEED).run(numbers):
        if not report.requests % _OFTEN:
            note(share, report)
    note(share, report)
    assert not report.faults, "\n".join(report.faults[:40])
    assert report.requests


# --- Controls: the range sees what it is there to see -----------------------------------------------------------------


@pytest.fixture
def here(_quiet):
    return Range(SEED)


def judged(here: Range, role: str, method: str, path: str, *values: str) -> list[str]:
    shot = Shot(0, role, method, path, values=list(values))
    return here.judge(shot)[1]


def swapped(monkeypatch, name: str, view):
    pattern = next(p for p in get_resolver().url_patterns[0].url_patterns if p.name == name)
    monkeypatch.setattr(pattern, "callback", view)


def test_a_failure_is_noticed_and_named(here, monkeypatch):
    swapped(monkeypatch, "landing", login_not_required(lambda request: 1 // 0))
    (fault,) = judged(here, "anonymous", "GET", "/")
    assert fault.startswith("500: ZeroDivisionError")


def test_a_write_by_reading_is_noticed(here, monkeypatch):
    def view(request):
        Candidate.objects.update(division="X")
        return HttpResponse()

    swapped(monkeypatch, "landing", login_not_required(view))
    faults = judged(here, "anonymous", "GET", "/")
    assert [fault.split(":")[0] for fault in faults] == [
        "a reading request wrote",
        "what school a has was changed",
        "what school b has was changed",
    ]
    assert judged(here, "anonymous", "GET", "/login") == []  # all of it was taken back


def test_a_view_without_its_scope_is_noticed(here, monkeypatch):
    path = f"/epreuves/{here.world.a.exam.pk}/"
    assert judged(here, "head of another school", "GET", path) == []
    monkeypatch.setattr(ExamQuerySet, "of", lambda self, establishment: self)
    assert judged(here, "head of another school", "GET", path) == ["a pupil or exam of school a is named"]


def test_a_text_that_comes_back_as_it_went_is_noticed(here, monkeypatch):
    page = login_not_required(lambda request: HttpResponse(request.GET["q"]))
    swapped(monkeypatch, "landing", page)
    value = f"<b>{MARK}</b>"
    assert judged(here, "anonymous", "GET", f"/?q={quote(value)}", value) == [f"came back unescaped: {value!r}"]


def test_a_request_of_a_seed_is_always_the_same(here):
    first = [str(here.gunner.shot(number)) for number in (3, 1, 2)]
    again = Gunner(here.world, SEED, here.clients)
    assert [str(again.shot(number)) for number in (1, 2, 3)] == [first[1], first[2], first[0]]


def test_every_address_is_in_the_range(here):
    names = {cell.name for cell in here.gunner.cells[id(here.world.a)]}
    assert {"exam_detail", "sitting_save", "login", "candidate_list", "index"} <= names
    assert len(here.gunner.order) > 200
