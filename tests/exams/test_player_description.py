"""AER: the description of each video is heard to its end before the question's time begins, or else written."""

import json
import re
import subprocess
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from exams import actions
from exams.models import Sitting
from tests.exams.player import lilys
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)
DESCRIBED = 3  # seconds; the video is over after a third of one


@pytest.fixture
def sitting(establishment) -> Sitting:
    sitting = lilys(establishment)
    sitting.exam.attestation = "AER"
    sitting.exam.save(update_fields=["attestation"])
    return sitting


@pytest.fixture
def described(media, tmp_path) -> None:
    """Every question has a description of three seconds."""
    file = tmp_path / "description.m4a"
    sound = ["-f", "lavfi", "-i", f"sine=d={DESCRIBED}", "-c:a", "aac", file]
    subprocess.run(["ffmpeg", "-loglevel", "error", *sound], check=True)
    media["description.m4a"] = file.read_bytes()
    media["media.json"] = json.dumps({"video_seconds": 0.36, "description_seconds": DESCRIBED, "cues": []}).encode()


# What the voice has said so far, in seconds, and whether it is saying it.
VOICE = "(({ currentTime, paused }) => [currentTime, paused])(document.querySelector('[data-described]'))"


def test_the_description_is_heard_to_its_end_before_the_time_begins(pupil, sitting, described, answer_time):
    answer_time(6 * SECOND)
    pupil.takes_times()
    pupil.begin(sitting)
    pupil.shows("Question 1")
    begun = pupil.now()
    pupil.reaches(1)
    (_, shown), *_ = pupil.noted("shown")
    assert shown - begun > DESCRIBED * 1000 - 700
    heard, paused = pupil.page.evaluate(VOICE)
    assert heard > DESCRIBED - 0.3
    assert paused
    # Once more while answering, by keyboard; it stops with the question.
    again = pupil.page.get_by_role("button", name="Réécouter la description")
    again.focus()
    pupil.page.keyboard.press("Enter")
    pupil.waits(f"0 < {VOICE}[0] && {VOICE}[0] < {DESCRIBED - 0.5} && !{VOICE}[1]", 5)
    # The whole time to answer came after the description.
    assert pupil.closes() - shown > 5500
    assert pupil.page.evaluate(VOICE)[1] or pupil.heading("Question 2").is_visible()


def test_a_description_that_does_not_come_is_written_and_given_time(pupil, sitting, described, answer_time):
    answer_time(30 * SECOND)
    pupil.page.route("**/description.m4a", lambda route: route.abort())
    pupil.begin(sitting)
    pupil.shows("Question 1")
    begun = pupil.now()
    words = "La description sonore n’a pas pu être lue. La voici : Une rue, un passage piéton."
    expect(pupil.page.get_by_role("status").get_by_text(words)).to_be_visible(timeout=15_000)
    pupil.reaches(1)
    assert pupil.now() - begun > DESCRIBED * 1000 - 700


def test_a_video_that_does_not_come_leaves_the_description_to_be_heard(pupil, sitting, described, answer_time):
    answer_time(30 * SECOND)
    pupil.page.route("**/media/**/*.mp4", lambda route: route.abort())
    pupil.begin(sitting)
    expect(pupil.page.get_by_text("La vidéo n’a pas pu être lue.")).to_be_visible(timeout=15_000)
    pupil.reaches(1)
    assert pupil.page.evaluate(VOICE)[0] > DESCRIBED - 0.3


def test_the_other_attestations_have_no_description_to_hear(pupil, sitting, described, answer_time):
    answer_time(30 * SECOND)
    sitting.exam.attestation = "ASSR1"
    sitting.exam.save(update_fields=["attestation"])
    asked = []
    pupil.page.on("request", lambda request: asked.append(request.url))
    pupil.begin(sitting)
    pupil.reaches(1)
    expect(pupil.page.get_by_role("button", name="Réécouter la description")).to_be_hidden()
    assert [url for url in asked if re.search("video", url)]
    assert [url for url in asked if re.search("description", url)] == []


def test_a_pause_of_the_room_stops_the_voice_and_it_goes_on_from_there(pupil, sitting, described, answer_time):
    answer_time(30 * SECOND)
    pupil.finds("watch.js", "const PERIOD = 7000", "const PERIOD = 500")
    pupil.begin(sitting)
    pupil.shows("Question 1")
    whom = {"exam": sitting.exam, "sitting": None, "by": UserFactory()}
    actions.pause(**whom, now=timezone.now())
    pupil.shows("Épreuve en pause")
    heard, paused = pupil.page.evaluate(VOICE)
    assert paused
    assert heard < DESCRIBED - 0.3
    pupil.page.wait_for_timeout(DESCRIBED * 1000)
    assert pupil.page.evaluate(VOICE) == [heard, True]
    actions.end_pause(**whom, now=timezone.now())
    pupil.reaches(1)
    assert pupil.page.evaluate(VOICE)[0] > DESCRIBED - 0.3
