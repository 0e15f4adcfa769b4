from datetime import timedelta

import pytest
from django.utils import timezone

from exams import actions
from tests.factories import CandidateFactory, make_bank

TOKEN = "t" * 43


@pytest.fixture
def bank(db):
    return make_bank()


@pytest.fixture
def exam(establishment, bank):
    """An exam that began ten minutes ago, drawn from the bank, with three candidates; the last has tiers-temps."""
    now = timezone.now()
    candidates = [CandidateFactory(establishment=establishment, extra_time=n == 2) for n in range(3)]
    return actions.create_exam(
        establishment=establishment,
        kind="exam",
        attestation="ASSR1",
        name="Examen 5A",
        starts_at=now - timedelta(minutes=10),
        candidates=candidates,
        now=now,
    )


@pytest.fixture
def sitting(exam):
    return exam.sittings.first()
