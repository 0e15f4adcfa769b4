"""Tiers-temps is the school's staff's to know: everything a class sees is byte for byte the same with and without."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from candidates.models import Candidate
from exams.auth import EXAM_COOKIE
from tests.conftest import StrictClient
from tests.factories import ExamFactory, SittingFactory

pytestmark = pytest.mark.django_db

# Address of the staff's pages and documents that a class sees, printed, pinned up or projected.
SEEN = (
    "exam_convocations",
    "exam_convocations_to_cut",
    "exam_codes",
    "exam_codes_pdf",
    "exam_code_slips",
    "exam_correction_pdf",
    "exam_video_correction",
)
SEEN_WHEN_OVER = (*SEEN, "exam_attestations")

# What differs at every request, and the seconds of the clock.
_DRAWN = re.compile(rb'(name="csrfmiddlewaretoken" value|nonce|data-csrf|data-clock|data-now)="[^"]*"')


def seen(client, address):
    response = client.post(address) if "attestation" in address else client.get(address)
    assert response.status_code == 200, address
    return _DRAWN.sub(b"", response.content)


def with_and_without(client, address):
    pages = []
    for extra_time in (False, True):
        Candidate.objects.update(extra_time=extra_time)
        pages.append(seen(client, address))
    return pages


@pytest.fixture
def sittings(establishment):
    """One candidate whose exam is to come, one who was admitted."""
    coming = ExamFactory(
        establishment=establishment, starts_at=timezone.now() + timedelta(days=1), exam_questions__count=20
    )
    over = ExamFactory(
        establishment=establishment, starts_at=timezone.now() - timedelta(days=2), exam_questions__count=20
    )
    return SittingFactory(exam=coming), SittingFactory(exam=over, closed=True)


def test_papers_and_screens_of_an_exam_to_come(head_client, sittings):
    for name in SEEN:
        without, with_it = with_and_without(head_client, reverse(name, args=[sittings[0].exam.pk]))
        assert with_it == without, name


def test_papers_and_screens_of_an_exam_that_is_over(head_client, sittings):
    for name in SEEN_WHEN_OVER:
        without, with_it = with_and_without(head_client, reverse(name, args=[sittings[1].exam.pk]))
        assert with_it == without, name


def test_a_candidate_s_own_documents(head_client, sittings):
    done = sittings[1]
    addresses = [
        reverse("candidate_attestation", args=[done.candidate.pk]),
        reverse("sitting_correction_pdf", args=[done.pk]),
    ]
    for address in addresses:
        without, with_it = with_and_without(head_client, address)
        assert with_it == without, address


def test_the_board_of_the_staff_shows_it(head_client, sittings):
    """The comparison notices tiers-temps where it is meant to be seen."""
    without, with_it = with_and_without(head_client, reverse("exam_detail", args=[sittings[0].exam.pk]))
    assert b"Tiers-temps" not in without
    assert b"Tiers-temps" in with_it


def test_the_candidate_s_screens_before_the_exam(establishment):
    """The neighbours look on: who the candidate is, and nothing more."""
    sitting = SittingFactory(exam=ExamFactory(establishment=establishment, exam_questions__count=20))
    client = StrictClient()
    client.post(reverse("exam_number"), {"number": sitting.exam.number})
    assert EXAM_COOKIE in client.cookies
    client.post(reverse("exam_code"), {"code": sitting.access_code})
    without, with_it = with_and_without(client, reverse("exam_identity"))
    assert sitting.candidate.last_name.encode() in with_it
    assert with_it == without
