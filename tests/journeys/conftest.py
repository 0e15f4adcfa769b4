"""Everything a journey needs: a school with its accounts, the real bank, Chromium, and tiny videos."""

import shutil
from datetime import timedelta

import pytest

from establishments.actions import create_establishment, set_supervisor_password
from exams import actions, rules
from exams.bank import source
from exams.models import Question
from tests.browser import Person
from tests.factories import PASSWORD, EstablishmentFactory


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
def answer_time(monkeypatch):
    """Seconds instead of three quarters of a minute: 2 s to answer, 3 s with tiers-temps."""

    def short(*, extra_time):
        return timedelta(seconds=3 if extra_time else 2)

    monkeypatch.setattr(rules, "answer_time", short)
