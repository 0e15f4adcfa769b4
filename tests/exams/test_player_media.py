"""What the player fetches and when: a question waits for its media, a cut download goes on where it stopped, nothing is
fetched twice, and a room shares its line. None of it depends on how fast this machine is: the room's clock is counted.
"""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from exams.models import Sitting
from exams.queries import FIRST_VISIT
from tests.exams.player import lilys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)
SCRIPTS = Path(__file__).parents[1] / "room"
AWAITED = "Votre temps pour répondre n’a pas commencé : vous ne perdez rien."


@pytest.fixture
def sitting(establishment) -> Sitting:
    return lilys(establishment)


# --- The policy ------------------------------------------------------------------------------------------------------

POLICY = (SCRIPTS / "policy.js").read_text()


def test_what_is_fetched_next(pupil):
    pupil.goes("/examen/")
    assert pupil.page.evaluate(POLICY) == {
        "new": ["facts m application/json", "voice r.webm audio/webm", "video light video/av1"],
        "old": ["facts m application/json", "voice r.m4a audio/mp4", "video heavy video/avc"],
        "described": 4,
        "own": "first",
        "next": "second",
        "later": 700,
        "blocked": 500,
        "around": "first",
        "again": "failed",
        "goesOn": "second",
        "nothing": {},
        "settled": [True, False],
        "spread": [[6500, 21500], [0, 12500]],
        "narrow": ["0", "Infinity"],
    }


ROOM = (SCRIPTS / "model.js").read_text()

# Facts, voice and video of questions as the bank has them: five of each kind that stand for its whole range (bytes).
LIGHT = [
    [400, 50_000, 30_000],
    [400, 55_000, 55_000],
    [400, 60_000, 75_000],
    [400, 62_000, 110_000],
    [400, 68_000, 210_000],
]
HEAVY = [
    [400, 105_000, 70_000],
    [400, 130_000, 110_000],
    [400, 140_000, 150_000],
    [400, 150_000, 230_000],
    [400, 170_000, 430_000],
]


def room(pupil, mbit: float, weights, devices: int = 35) -> dict:
    pupil.goes("/examen/")
    return pupil.page.evaluate(ROOM, {"mbit": mbit, "weights": weights, "devices": devices, "visit": FIRST_VISIT})


@pytest.mark.parametrize(("mbit", "weights"), [(8, LIGHT), (8, HEAVY), (2, LIGHT), (4, HEAVY)])
def test_in_a_room_of_35_no_question_is_late(pupil, mbit, weights):
    found = room(pupil, mbit, weights)
    assert found["begun"] == 35 * 20
    assert (found["over"], found["longest"] < 2000) == (0, True), found
    # Each question's media came down once, and three questions are all that a tablet holds.
    assert found["bytes"] == pytest.approx(FIRST_VISIT + sum(map(sum, weights)) * 4)
    assert found["memory"] <= 3 * max(map(sum, weights))


def test_control_a_line_that_cannot_carry_the_room_is_seen(pupil):
    """The room that must not pass: or the one above would be no proof."""
    found = room(pupil, 1, HEAVY)
    assert found["begun"] == 35 * 20  # late, and nobody loses a question
    assert found["over"] > 35 * 10


# --- A download that is cut off --------------------------------------------------------------------------------------

# The network of the page: files of 10,000 bytes that come in parts and whose first two replies end too early.
DOWNLOADS = (SCRIPTS / "downloads.js").read_text()


def test_a_download_that_is_cut_off_goes_on_where_it_stopped(pupil):
    pupil.goes("/examen/")
    found = pupil.page.evaluate(DOWNLOADS)
    assert found["asked"] == [
        ["one.mp4", 0], ["one.mp4", 3000], ["one.mp4", 6000],
        # The rest of another file is no rest of this one: from the beginning again.
        ["other.mp4", 0], ["other.mp4", 3000], ["other.mp4", 0],
        ["none.mp4", 0],  # there is no such file: once is enough
        ["4.mp4", 0], ["4.mp4", 3000], ["4.mp4", 6000],
        ["last.mp4", 0],  # cut off after its last byte, and another question's too: nothing is missing
        ["last-untold.mp4", 0], ["last-untold.mp4", 10_000], ["last-untold.mp4", 0],  # how long it is nobody had said
    ]  # fmt: skip
    assert found["here"] == [True, True, True, True, False, True, True, True, True]
    assert found["most"] == 1  # request at a time
    assert found["stock"] == ["7.json", "7.m4a", "last-untold.mp4"]  # of the questions that are over nothing is held
    assert found["left"] == 0


# The network refuses everything: nothing is given up while the tutorial is read or while time stands still; soon after
# that, all is.
REFUSED = """
async () => {
  const { Media } = await import("/static/js/player/media.js");
  let asked = 0;
  window.fetch = async () => {
    asked += 1;
    throw new TypeError("no network");
  };
  const browser = { canPlayVideo: () => "probably", canPlaySound: () => "probably" };
  const [media, tutorial] = [new Media(browser), new Media(browser)];
  const sources = [{ src: "one.mp4", type: "video/mp4" }];
  const question = { q: 1, media: "1.json", reading: "1.m4a", readings: [], sources, audioDescription: null };
  let later = null;
  const read = tutorial.ready(question, [], true).then((result) => (later = result));
  media.hold(true);
  let here = null;
  const ready = media.ready(question, []).then((result) => (here = result));
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const held = here;
  media.hold(false);
  await ready;
  const before = later;
  tutorial.stop();
  await read;
  return [before, held, here, asked > 3, media.lacks("one.mp4"), media.address("one.mp4")];
}
"""


def test_nothing_is_given_up_while_nobody_waits(pupil):
    pupil.goes("/examen/")
    assert pupil.page.evaluate(REFUSED) == [None, None, False, True, True, "one.mp4"]


# --- The page --------------------------------------------------------------------------------------------------------


def test_nothing_is_fetched_twice_and_everything_plays_from_memory(pupil, sitting, answer_time):
    answer_time(3 * SECOND)
    asked = Counter()
    pupil.page.on("request", lambda request: asked.update([request.url]))
    pupil.begin(sitting)
    for question in range(1, 5):
        pupil.reaches(question)
        sources = pupil.page.evaluate(
            "[...document.querySelectorAll('video, [data-reading]')].map((media) => media.currentSrc.slice(0, 5))"
        )
        assert sources == ["blob:", "blob:"]
    media = {url: count for url, count in asked.items() if "/media/bank/" in url}
    assert set(media.values()) == {1}
    assert {url.rsplit("/", 1)[-1] for url in media} == {"media.json", "reading.webm", "light.mp4"}
    reached = int(
        pupil.page.locator("[data-screen=question] [data-step]").inner_text().split()[1]
    )  # « Question 4 sur 20 », or a later one
    assert len(media) <= 3 * (reached + 2)  # two questions ahead, and no more


def test_a_question_waits_for_its_media_and_loses_no_time(pupil, sitting, answer_time):
    answer_time(6 * SECOND)
    pupil.finds("media.js", "const PATIENCE = 8000", "const PATIENCE = 60000")  # this machine may be slow
    pupil.takes_times()
    waiting = []
    pupil.page.route("**/light.mp4", lambda route: waiting.append(route))
    pupil.begin(sitting)
    pupil.shows("Question 1")
    expect(pupil.page.get_by_role("status").get_by_text(AWAITED)).to_be_visible(timeout=30_000)
    assert pupil.noted("shown") == []
    pupil.page.unroute("**/light.mp4")
    for route in waiting:
        pupil.answer_media(route)
    pupil.reaches(1, seconds=30)
    expect(pupil.page.locator("[data-notice]")).to_be_empty()
    expect(pupil.page.locator("[data-still]")).to_be_hidden()
    pupil.reaches(2, seconds=30)
    [(_, shown), *_], [(_, closed), *_] = pupil.noted("shown"), pupil.noted("closed")
    assert closed - shown > 5500


def test_control_a_page_that_does_not_wait_is_caught(pupil, sitting, answer_time):
    answer_time(30 * SECOND)
    pupil.finds("stage.js", "if (!resumed) await this.arrival(question, coming);", "")
    pupil.page.route("**/light.mp4", lambda route: None)
    pupil.begin(sitting)
    expect(pupil.page.locator("[data-still]")).to_be_visible(timeout=30_000)  # it goes on without its video
    expect(pupil.page.get_by_text(AWAITED)).to_be_hidden()
