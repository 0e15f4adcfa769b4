"""Everything a journey needs: a school with its accounts, the real bank, Chromium, and tiny videos."""

import os
import shutil
import subprocess
from datetime import timedelta

import pytest

from establishments.actions import create_establishment, set_supervisor_password
from exams import actions, rules
from exams.bank import source
from exams.models import Question
from tests.browser import Person, chromium
from tests.factories import PASSWORD, EstablishmentFactory

MEDIA = ("video.mp4", "still.jpg", "reading.m4a", "reading.vtt", "media.json")


def pytest_collection_modifyitems(items):
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_playwright():
    """Playwright's loop runs in the tests' thread; Django would take each query for a mistake."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def browser(_orm_beside_playwright):
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def short_media(tmp_path_factory):
    """A video and a voice of less than half a second, so that an exam takes seconds."""
    folder = tmp_path_factory.mktemp("media")
    quiet = ["ffmpeg", "-loglevel", "error", "-f", "lavfi"]
    encode = ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]
    subprocess.run([*quiet, "-i", "testsrc=d=0.4:s=320x180:r=25", *encode, folder / "video.mp4"], check=True)
    subprocess.run([*quiet, "-i", "sine=d=0.4", "-c:a", "aac", folder / "reading.m4a"], check=True)
    frame = ["-i", "testsrc=s=320x180", "-frames:v", "1", "-update", "1"]
    subprocess.run([*quiet, *frame, folder / "still.jpg"], check=True)
    (folder / "reading.vtt").write_text("WEBVTT\n")
    (folder / "media.json").write_text('{"video_seconds": 0.4, "reading_seconds": 0.4, "cues": []}')
    return folder


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
