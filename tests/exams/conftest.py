from datetime import timedelta

import pytest
from django.utils import timezone

from exams import actions, rules
from tests.exams.player import Pupil
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


# --- Chromium -------------------------------------------------------------------------------------------------------


@pytest.fixture
def media(short_media) -> dict[str, bytes]:
    """What the platform would answer for any question's media."""
    return {file.name: file.read_bytes() for file in short_media.iterdir()}


@pytest.fixture
def answer_time(monkeypatch):
    """Give the sittings that begin from now on another time to answer, as a pupil with tiers-temps gets another."""

    def give(time: timedelta) -> None:
        monkeypatch.setattr(rules, "answer_time", lambda *, extra_time: time)

    return give


@pytest.fixture
def pupils(browser, live_server, media):
    """Makes as many candidates as a test wants, each at a computer of their own."""
    made: list[Pupil] = []

    def make(**options) -> Pupil:
        context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="fr-FR", **options)
        made.append(Pupil(context, live_server.url, media))
        return made[-1]

    yield make
    for pupil in made:
        pupil.context.close()
    assert [pupil.errors for pupil in made] == [[]] * len(made)


@pytest.fixture
def pupil(pupils):
    return pupils()
