"""Everything a journey needs: a school with its accounts, the real bank, Chromium, and tiny videos."""

import shutil
from datetime import timedelta

import pytest
from django.utils import timezone

from establishments.actions import create_establishment, set_supervisor_password
from exams import actions, protocol, rules
from exams.bank import source
from exams.models import Exam, Question, Sitting
from tests.browser import Person
from tests.factories import PASSWORD, CandidateFactory, EstablishmentFactory


def pytest_collection_modifyitems(items):
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture
def bank(transactional_db, short_media, settings):
    """The real questions, with one short video for all of them."""
    shutil.copytree(short_media, settings.MEDIA_ROOT / "bank" / ("0" * 20))
    questions = source.load()
    actions.load_bank(questions=questions, media={question.code: "0" * 20 for question in questions})
    return list(Question.objects.all())


@pytest.fixture
def school(transactional_db, open_calendar):
    fields = EstablishmentFactory.build(name="Collège des Mimosas", identifier="0750655E", email="ce@example.org")
    names = [field.name for field in fields._meta.fields if field.name not in ("id", "created_at")]
    school = create_establishment(head_password=PASSWORD, **{name: getattr(fields, name) for name in names})
    set_supervisor_password(establishment=school, password=PASSWORD)
    return school


@pytest.fixture
def someone(browser, live_server):
    """Makes people, each with a browser of their own; none of them may meet a script error."""
    people = []

    def make() -> Person:
        person = Person(browser.new_context(locale="fr-FR", timezone_id="Europe/Paris"), live_server.url)
        people.append(person)
        return person

    yield make
    for person in people:
        person.page.context.close()
        assert person.errors == []


@pytest.fixture
def head(someone, school):
    person = someone()
    person.signs_in("ce@example.org", PASSWORD)
    return person


@pytest.fixture
def candidates(school):
    """Lily ALEXANDRE, Hugo BAILLY with tiers-temps, and Awa CISSÉ, by first name."""
    return {
        first_name: CandidateFactory(
            establishment=school, last_name=last_name, first_name=first_name, extra_time=first_name == "Hugo"
        )
        for last_name, first_name in (("ALEXANDRE", "Lily"), ("BAILLY", "Hugo"), ("CISSÉ", "Awa"))
    }


def move_to_the_past(exam: Exam, past: timedelta) -> None:
    """As if the exam had begun `past` ago (ahead when negative) and whoever closed it had taken half an hour."""
    start = timezone.now() - past
    Exam.objects.filter(pk=exam.pk).update(starts_at=start, ends_at=rules.ends_at(exam.kind, start))
    Sitting.objects.filter(exam=exam, state="closed").update(closed_at=start + timedelta(minutes=30))


@pytest.fixture
def sat_exam(school, candidates, bank):
    """Yesterday's exam: Lily answered thirteen questions right, Hugo four, Awa never came."""
    now = timezone.now()
    exam = actions.create_exam(
        establishment=school,
        kind="exam",
        attestation="ASSR1",
        name="Examen 5A",
        starts_at=now - timedelta(minutes=5),
        candidates=candidates.values(),
        now=now,
    )
    key = actions.answer_key(exam)
    for first_name, right in (("Lily", 13), ("Hugo", 4)):
        sitting = exam.sittings.get(candidate=candidates[first_name])
        actions.start_sitting(sitting=sitting, token=f"{first_name:x<43}", now=now)
        items = [protocol.Item(q, 1, key[q] if q <= right else "", True, 900) for q in key]
        actions.save_answers(sitting=sitting, epoch=1, items=items, now=now)
    move_to_the_past(exam, timedelta(days=1))
    exam.refresh_from_db()
    return exam


@pytest.fixture
def answer_time(monkeypatch):
    """Seconds instead of three quarters of a minute: 2 s to answer, 3 s with tiers-temps."""

    def short(*, extra_time):
        return timedelta(seconds=3 if extra_time else 2)

    monkeypatch.setattr(rules, "answer_time", short)
