"""What the supervisor decides reaches the open page: pauses, more time, the end, a technical absence."""

import subprocess
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from exams import actions
from exams.models import Sitting
from tests.exams.player import SAVE, SUCCESS, Pupil, choices, lilys
from tests.factories import UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)
PAUSE = "Épreuve en pause"


@pytest.fixture
def sitting(establishment) -> Sitting:
    return lilys(establishment)


class Supervisor:
    """Somebody who watches over the room, with the real actions."""

    def __init__(self, sitting: Sitting):
        self.sitting = sitting
        self.account = UserFactory()

    def does(self, action, *, room: bool = False, **more) -> None:
        whom = {"exam": self.sitting.exam, "sitting": None if room else self.sitting}
        action(**whom, by=self.account, now=timezone.now(), **more)

    def decides(self, action, **more) -> None:
        action(sitting=self.sitting, by=self.account, now=timezone.now(), **more)


@pytest.fixture
def supervisor(sitting):
    return Supervisor(sitting)


@pytest.fixture
def watchful(pupil):
    """A pupil whose page looks at the signal every second, so that the test need not wait seven."""
    pupil.finds("watch.js", "const PERIOD = 7000", "const PERIOD = 1000")
    return pupil


def pause_in_a_question(pupil: Pupil, supervisor: Supervisor) -> float:
    """Pause the room while question 1 is answered, reload, and go on. Returns by how many milliseconds the question
    was open longer than its time and the pause."""
    sitting = supervisor.sitting
    pupil.takes_times()
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    pupil.reaches(1)
    supervisor.does(actions.pause, room=True)
    said = time.monotonic()
    pupil.brick("B").check()  # the page has not heard of it yet: the answer counts
    pupil.shows(PAUSE, seconds=10)
    assert time.monotonic() - said < 10
    expect(pupil.heading("Énoncé 1 ?")).to_be_hidden()
    expect(pupil.page.locator("fieldset")).to_be_hidden()
    pupil.page.reload()
    pupil.shows(PAUSE)
    assert choices(sitting).startswith("B .")
    supervisor.does(actions.end_pause, room=True)
    pupil.reaches(1, seconds=10)
    expect(pupil.brick("B")).to_be_checked()
    pupil.reaches(2, seconds=30)
    sitting.refresh_from_db()
    assert sitting.paused_at is None
    open_for = pupil.noted("closed")[0][1] - pupil.noted("shown")[0][1]
    return open_for - sitting.answer_ms - sitting.paused_ms


def test_a_pause_reaches_the_open_page_within_ten_seconds_and_costs_no_time(pupil, supervisor, answer_time):
    answer_time(14 * SECOND)
    assert abs(pause_in_a_question(pupil, supervisor)) < 500


def test_control_a_page_that_does_not_count_the_pause_is_caught(watchful, supervisor, answer_time):
    answer_time(8 * SECOND)
    watchful.finds("span.js", "terms.answerMs + stillUntil(terms, now) - span.pausedMs - now", "terms.answerMs - now")
    assert pause_in_a_question(watchful, supervisor) < -500


def test_a_pause_stops_the_video_where_it_is(watchful, supervisor, sitting, tmp_path):
    film = tmp_path / "video.mp4"
    source = ["-f", "lavfi", "-i", "testsrc=d=4:s=320x180:r=25", "-pix_fmt", "yuv420p"]
    subprocess.run(["ffmpeg", "-loglevel", "error", *source, film], check=True)
    watchful.media = watchful.media | dict.fromkeys(("video.mp4", "light.mp4"), film.read_bytes())
    watchful.arrives(sitting)
    watchful.passes_tutorial()
    watchful.shows("Question 1")
    supervisor.does(actions.pause)
    watchful.shows(PAUSE, seconds=10)

    def position() -> float:
        return watchful.page.evaluate(
            "Math.max(...[...document.querySelectorAll('video')].map((video) => video.currentTime))"
        )

    stopped_at = position()
    watchful.page.wait_for_timeout(1500)
    assert position() == stopped_at
    assert stopped_at < 4
    supervisor.does(actions.end_pause)
    watchful.shows("Question 1", seconds=10)
    watchful.reaches(1)


def test_a_page_that_comes_during_a_pause_waits(pupil, supervisor, sitting, answer_time):
    answer_time(20 * SECOND)
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    pupil.reaches(1)
    pupil.page.goto("about:blank")
    supervisor.does(actions.pause)
    pupil.goes("/examen/epreuve/")
    pupil.shows(PAUSE)
    expect(pupil.page.locator("fieldset")).to_be_hidden()


def test_more_time_reaches_the_question_in_progress(watchful, supervisor, sitting, answer_time):
    answer_time(4 * SECOND)
    watchful.takes_times()
    watchful.arrives(sitting)
    watchful.passes_tutorial()
    watchful.reaches(1)
    supervisor.does(actions.give_time, room=True, answer_time=7 * SECOND)
    watchful.reaches(2)
    [(_, shown), *_], [(_, closed), *_] = watchful.noted("shown"), watchful.noted("closed")
    assert abs(closed - shown - 7000) < 500
    sitting.refresh_from_db()
    assert not sitting.responses["1"]["l"]


def test_a_closed_sitting_stays_closed(watchful, supervisor, sitting, answer_time):
    answer_time(60 * SECOND)
    watchful.arrives(sitting)
    watchful.passes_tutorial()
    watchful.reaches(1)
    watchful.brick("A").check()
    watchful.says("Réponse reçue par la plateforme")
    supervisor.decides(actions.grade_as_it_stands, reason="device")
    watchful.receipt(sitting)
    before = Sitting.objects.filter(pk=sitting.pk).values().get()
    supervisor.does(actions.pause, room=True)
    supervisor.does(actions.give_time, room=True, answer_time=90 * SECOND)
    supervisor.does(actions.end_pause, room=True)
    watchful.page.wait_for_timeout(2500)
    expect(watchful.page.get_by_text(SUCCESS)).to_be_visible()
    watchful.page.reload()
    watchful.receipt(sitting)
    assert Sitting.objects.filter(pk=sitting.pk).values().get() == before


def test_a_sitting_closed_without_the_device_s_answers_is_no_success(watchful, supervisor, sitting, answer_time):
    answer_time(60 * SECOND)
    watchful.arrives(sitting)
    watchful.passes_tutorial()
    watchful.reaches(1)
    watchful.page.route(SAVE, lambda route: route.abort())
    watchful.brick("A").check()
    watchful.says("Réponse conservée sur cet appareil")
    supervisor.decides(actions.grade_as_it_stands, reason="device")
    watchful.page.unroute(SAVE)
    watchful.shows("La plateforme n’accepte plus de réponses", seconds=30)
    assert [answer["choices"] for answer in watchful.kept()] == ["A"]


def test_a_technical_absence_stops_the_page_until_it_is_taken_back(watchful, supervisor, sitting, answer_time):
    answer_time(60 * SECOND)
    watchful.arrives(sitting)
    watchful.passes_tutorial()
    watchful.reaches(1)
    watchful.brick("A").check()
    watchful.says("Réponse reçue par la plateforme")
    supervisor.decides(actions.declare_technical_absence, reason="device")
    watchful.shows("Votre épreuve est arrêtée", seconds=10)
    watchful.page.reload()
    watchful.shows("Votre épreuve est arrêtée")
    supervisor.decides(actions.lift_technical_absence)
    watchful.reaches(1)
    expect(watchful.brick("A")).to_be_checked()


SPAN_CASES = """
async () => {
  const { begin, left, settled } = await import("/static/js/player/span.js");
  const terms = (pausedAt, pausedMs, answerMs = 45000) => ({ pausedAt, pausedMs, answerMs });
  const asked = begin(1, terms(null, 5000), 100000); // an earlier pause had lasted 5 s
  const late = begin(2, terms(null, 0), 100000); // begun in a pause that the page had not heard of
  const heard = settled(late, terms(97000, 0), 103000);
  const missed = settled(late, terms(null, 300000), 103000); // offline for a whole pause, most of it before
  return [
    left(asked, terms(null, 5000), 110000),
    left(asked, terms(110000, 5000), 190000), // stands still
    left(asked, terms(null, 85000), 190000), // goes on
    left(asked, terms(null, 5000, 60000), 110000), // more time
    left(heard, terms(97000, 0), 103000),
    left(heard, terms(null, 30000), 127000), // the pause ended
    left(heard, terms(null, 30000), 128000),
    left(missed, terms(null, 300000), 103000),
    left(missed, terms(null, 300000), 113000),
    left(settled(asked, terms(null, 5000), 40000), terms(null, 5000), 40000), // the platform's clock was set back
    left(settled(asked, terms(null, 5000), 40000), terms(null, 5000), 50000),
  ];
}
"""


def test_what_is_left_of_a_question_s_time(pupil):
    pupil.goes("/examen/")
    left = pupil.page.evaluate(SPAN_CASES)
    assert left == [35_000, 35_000, 35_000, 50_000, 45_000, 45_000, 44_000, 45_000, 35_000, 45_000, 35_000]
