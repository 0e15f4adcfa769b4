"""Two people act on one list at the same instant. Only PostgreSQL runs them side by side: SQLite queues writers."""

import threading
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connections
from django.utils import timezone

from candidates.actions import (
    Held,
    IdentifierTaken,
    ListChanged,
    add_candidate,
    delete_candidates,
    keep_draft,
)
from candidates.models import Candidate
from candidates.rules import ImportRow, Reading
from exams.actions import confirm_import, start_sitting
from exams.models import Sitting
from exams.queries import draft_preview, sitting_now
from tests.factories import CandidateFactory, ExamFactory, SittingFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

ROUNDS = 5
NOW = timezone.now()
YEAR = NOW.year


def together(*acts):
    """Run the acts at once; for each "done", or the exception it raised."""
    ends, gate = [None] * len(acts), threading.Barrier(len(acts))

    def run(place, act):
        gate.wait()
        try:
            act()
            ends[place] = "done"
        except Exception as error:
            ends[place] = type(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def draft_of(establishment):
    rows = [
        ImportRow(n + 2, f"{130000000 + n}AC", f"NOM {n}", "Lily", date(YEAR - 13, 1, 1), "", "", "ASSR1", False)
        for n in range(200)
    ]
    draft = keep_draft(establishment=establishment, year=YEAR, filename="x.csv", reading=Reading(rows, [], []))
    return draft, draft_preview(draft, NOW).fingerprint


@pytest.mark.parametrize("_", range(ROUNDS))
def test_an_import_confirmed_twice_is_written_once(establishment, _):
    draft, seen = draft_of(establishment)
    confirm = partial(confirm_import, draft=draft, seen=seen, now=NOW)
    assert sorted(map(str, together(confirm, confirm))) == sorted(map(str, ["done", ListChanged]))
    assert Candidate.objects.count() == 200


@pytest.mark.parametrize("_", range(ROUNDS))
def test_a_candidate_added_during_an_import(establishment, _):
    """One of the two wins whole; neither waits for the other forever."""
    draft, seen = draft_of(establishment)
    by_hand = CandidateFactory.build(establishment=establishment, year=YEAR, identifier="130000150AC")
    ends = together(partial(confirm_import, draft=draft, seen=seen, now=NOW), partial(add_candidate, candidate=by_hand))
    assert (ends, Candidate.objects.count()) in [(["done", IdentifierTaken], 200), ([ListChanged, "done"], 1)]


@pytest.mark.parametrize("_", range(ROUNDS))
def test_an_exam_that_starts_while_its_candidate_is_deleted(establishment, _):
    """The deletion read its clock just before the exam opened: an exam that has begun is never deleted."""
    start = timezone.now()
    sitting = SittingFactory(exam=ExamFactory(establishment=establishment, starts_at=start))
    held = partial(sitting_now, now=start - timedelta(milliseconds=1), lock=True)
    ends = together(
        partial(start_sitting, sitting=sitting, token="t" * 43, now=start),
        partial(delete_candidates, candidates=Candidate.objects.all(), is_held=held),
    )
    assert (ends, Sitting.objects.count()) in [(["done", Held], 1), ([Sitting.DoesNotExist, "done"], 0)]
