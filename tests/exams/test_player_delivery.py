"""Nothing a candidate answered is lost and no success is false, in Chromium: replies that are dropped, browsers that
are killed, devices side by side, cookies that are gone.

`PLAYER_LONG=10` makes the runs by chance ten times longer: 200 finishes, 30 killed browsers.
"""

import os
import random
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from exams import actions, protocol
from exams.models import Sitting
from exams.views import delivery
from tests.browser import CHROMIUM
from tests.exams.player import SAVE, SUCCESS, Pupil, choices, killed, lilys
from tests.factories import ExamFactory, SittingFactory, UserFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = int(os.environ.get("PLAYER_LONG", "1"))
SECOND = timedelta(seconds=1)

# A pupil who changes their mind all the time; `window.given` is what the device holds, question → letters.
HESITANT = """
window.given = {};
const { put } = IDBObjectStore.prototype;
IDBObjectStore.prototype.put = function (value, ...more) {
  if (value && value.choices !== undefined) window.given[value.q] = value.choices;
  return put.call(this, value, ...more);
};
setInterval(() => {
  const bricks = [...document.querySelectorAll("fieldset:not(:disabled) input")];
  if (window.hesitates && bricks.length) bricks[Math.floor(Math.random() * bricks.length)].click();
}, 70);
"""


@pytest.fixture
def sitting(establishment) -> Sitting:
    return lilys(establishment)


# --- P2: no false success --------------------------------------------------------------------------------------------

# Three replies in ten are lost after the platform has handled the request; a page whose cable is pulled sends nothing
# once it holds an answer.
LOSSY = """
window.hesitates = true;
const ask = window.fetch;
window.fetch = async (...request) => {
  const ours = String(request[0]).includes("/passation/");
  if (ours && window.pulled && Object.keys(window.given).length) throw new TypeError("the cable is pulled");
  const reply = await ask(...request);
  if (ours && Math.random() < 0.3) throw new TypeError("the reply was lost");
  return reply;
};
"""

SHOWN = "(document.querySelector('[data-screen]:not([hidden])') || { dataset: {} }).dataset.screen"


def finishes(make, establishment, count: int) -> list[tuple[str, list[int]]]:
    """Run `count` short exams side by side to their last screen. One in four loses its network and is graded by the
    school before it comes back. Returns per exam the screen and the questions whose answer the platform lacks."""
    exam = ExamFactory(establishment=establishment, exam_questions__count=2)
    let_in = {"state": "running", "epoch": 1, "takeover_until": exam.ends_at, "answer_ms": 700}
    runs = []
    for number in range(count):
        sitting = SittingFactory(exam=exam, order=[1, 2], **let_in)
        pupil, pulled = make(), number % 4 == 3
        pupil.finds("watch.js", "const PERIOD = 7000", "const PERIOD = 1000")
        pupil.context.add_init_script(f"window.pulled = {str(pulled).lower()};" + HESITANT + LOSSY)
        pupil.arrives(sitting)
        runs.append((pupil, sitting, pulled))
    for pupil, sitting, pulled in runs:
        if pulled:
            pupil.waits("Object.keys(window.given || {}).length === 2", 120)
            actions.grade_as_it_stands(sitting=sitting, reason="network", by=UserFactory(), now=timezone.now())
            pupil.page.evaluate("window.pulled = false")
    outcomes = []
    for pupil, sitting, _ in runs:
        pupil.waits(f"['done', 'refused'].includes({SHOWN})", 120)
        sitting.refresh_from_db()
        held = {q: response["c"] for q, response in sitting.responses.items()}
        given = pupil.page.evaluate("window.given")
        assert len(given) == 2
        lacking = [int(q) for q, letters in given.items() if held.get(q) != letters]
        outcomes.append((pupil.page.evaluate(SHOWN), lacking))
        pupil.context.close()
    return outcomes


def false_successes(outcomes: list) -> list:
    return [outcome for outcome in outcomes if outcome[0] == "done" and outcome[1]]


def test_a_success_is_never_false(pupils, establishment):
    for _ in range(LONG):
        outcomes = finishes(pupils, establishment, 20)
        assert false_successes(outcomes) == []
        assert [screen for screen, _ in outcomes] == ["done", "done", "done", "refused"] * 5


def test_control_a_finish_that_only_looks_at_the_state_is_caught(pupils, establishment, monkeypatch):
    def finish(sitting, epoch, held):
        return replace(sitting, state=protocol.CLOSED)  # already finished → OK

    monkeypatch.setattr(protocol, "finish", finish)
    assert len(false_successes(finishes(pupils, establishment, 4))) == 1


# --- P3: a killed browser loses nothing ------------------------------------------------------------------------------

KEPT = "this.kept.add(answer);"
CONFIRMED = "{ this.kept.add(answer); window.confirmed(answer.q, answer.seq, answer.choices); }"


class Computer:
    """A browser with a profile on the disk, killed at any instant while its pupil answers without network."""

    def __init__(self, chromium, address: str, media: dict, profile: Path, defects: list):
        self.chromium, self.address, self.media, self.profile = chromium, address, media, profile
        self.defects = defects
        self.confirmed: dict[int, tuple[int, str]] = {}  # question → the last (seq, letters) that the page called kept

    def starts(self, sitting: Sitting) -> Pupil:
        context = self.chromium.launch_persistent_context(
            self.profile, executable_path="/usr/bin/chromium", args=CHROMIUM
        )
        pupil = Pupil(context, self.address, self.media)
        for module, old, new in [("delivery.js", KEPT, CONFIRMED), *self.defects]:
            pupil.finds(module, old, new)
        context.add_init_script(HESITANT)
        context.expose_binding("confirmed", self.notes)
        pupil.arrives(sitting)
        return pupil

    def notes(self, _, q: int, seq: int, letters: str) -> None:
        self.confirmed[q] = (seq, letters)

    def is_killed_while_it_answers(self, sitting: Sitting) -> list[int]:
        """Returns what was lost of the time before: it has to be sent first."""
        pupil, lost = self.comes_back(sitting)
        if lost:
            pupil.context.close()
            return lost
        pupil.context.route(SAVE, lambda route: route.abort())
        pupil.page.evaluate("window.hesitates = true")
        known, last = len(self.confirmed), time.monotonic() + 20
        while len(self.confirmed) < known + 2 and time.monotonic() < last:
            pupil.page.wait_for_timeout(50)
        pupil.page.wait_for_timeout(random.uniform(0, 600))
        killed(self.profile)
        return []

    def comes_back(self, sitting: Sitting) -> tuple[Pupil, list[int]]:
        """Start again, and tell which answers, confirmed before, the platform does not get from the new page."""
        confirmed = dict(self.confirmed)
        pupil = self.starts(sitting)
        lacking = []
        for _ in range(30):
            sitting.refresh_from_db()
            lacking = [q for q, kept in confirmed.items() if not _holds(sitting, q, kept)]
            if not lacking:
                break
            pupil.page.wait_for_timeout(200)
        return pupil, lacking


def _holds(sitting: Sitting, q: int, kept: tuple[int, str]) -> bool:
    """That answer or a newer one. A page that has forgotten it asks again, and nobody clicks: that is none."""
    response = sitting.responses.get(str(q), {"s": 0, "c": ""})
    forgotten = kept[1] and not response["c"]
    return (response["s"] > kept[0] and not forgotten) or (response["s"], response["c"]) == kept


def lost_by_kills(chromium, live_server, media, establishment, profile: Path, *defects) -> tuple[int, list[int]]:
    """Kill a browser three times in one exam. Returns how many questions were answered, and which were lost."""
    exam = lilys(establishment).exam
    let_in = {"state": "running", "epoch": 1, "takeover_until": exam.ends_at, "answer_ms": 1000}
    sitting = SittingFactory(exam=exam, **let_in)
    computer = Computer(chromium, live_server.url, media, profile, list(defects))
    for _ in range(3):
        if lost := computer.is_killed_while_it_answers(sitting):
            return len(computer.confirmed), lost
    pupil, lost = computer.comes_back(sitting)
    pupil.context.close()
    return len(computer.confirmed), lost


def test_browsers_killed_at_any_instant_lose_nothing(chromium, live_server, media, establishment, tmp_path):
    for run in range(LONG):
        answered, lost = lost_by_kills(chromium, live_server, media, establishment, tmp_path / str(run))
        assert lost == []
        assert answered >= 6


# What localStorage does: a write is confirmed at once, and is on the disk some seconds later.
CONFIRMED_EARLY = (
    "store.js",
    "    this.answers.set(answer.q, answer);\n    return this.write(",
    "    this.answers.set(answer.q, answer);\n    const later = (work) => setTimeout(() => this.write(work), 5000);\n"
    "    return (async (work) => void later(work))(",
)
SENT_ALREADY = ("delivery.js", "{ ...answer, acked: 0 }", "{ ...answer, acked: answer.seq }")


@pytest.mark.parametrize("defect", [CONFIRMED_EARLY, SENT_ALREADY], ids=["confirmed too early", "restored as sent"])
def test_control_a_store_that_forgets_is_caught(chromium, live_server, media, establishment, tmp_path, defect):
    assert lost_by_kills(chromium, live_server, media, establishment, tmp_path / "profile", defect)[1] != []


# --- P10: two tabs, two devices --------------------------------------------------------------------------------------


def taken_over(pupil: Pupil, other: Pupil, sitting: Sitting) -> str:
    """Answer « B » without network here and « C » on another device that was let in; then the network comes back here.
    Returns what the platform holds."""
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    pupil.reaches(1)
    pupil.page.route(SAVE, lambda route: route.abort())
    for letter in "ACB":
        pupil.brick(letter).click()
    pupil.brick("A").uncheck()
    pupil.brick("C").uncheck()
    pupil.says("Réponse conservée sur cet appareil")
    actions.allow_takeover(sitting=sitting, by=UserFactory(), now=timezone.now())
    other.arrives(sitting)
    other.reaches(1)
    other.brick("C").check()
    other.says("Réponse reçue par la plateforme")
    with pupil.page.expect_response(SAVE, timeout=20_000):
        pupil.page.unroute(SAVE)
    return choices(sitting)


def test_a_device_that_was_taken_over_overwrites_nothing(pupils, sitting, answer_time):
    answer_time(60 * SECOND)
    pupil, other = pupils(), pupils()
    assert taken_over(pupil, other, sitting).startswith("C .")
    pupil.shows("L’épreuve continue sur un autre appareil")
    assert [answer["choices"] for answer in pupil.kept()] == ["B"]
    expect(other.brick("C")).to_be_checked()


def test_control_without_epochs_it_does(pupils, sitting, answer_time, monkeypatch):
    def save(before, epoch, items, **clock):
        return real(before, before.epoch, items, **clock)

    real = protocol.save
    monkeypatch.setattr(protocol, "save", save)
    monkeypatch.setattr(delivery, "token_matches", lambda sitting, token: True)
    answer_time(60 * SECOND)
    assert taken_over(pupils(), pupils(), sitting).startswith("B .")


def second_tab_is_told(pupil: Pupil, sitting: Sitting) -> bool:
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    pupil.reaches(1)
    tab = pupil._watched(pupil.context.new_page())
    tab.goto(f"{pupil.address}/examen/epreuve/")
    tab.locator("[data-screen=question]:visible, [data-screen=second-tab]:visible").wait_for()
    return tab.get_by_role("heading", name="Cette épreuve est déjà ouverte dans un autre onglet.").is_visible()


@pytest.mark.parametrize("locked", [True, False], ids=["locks", "control: no locks"])
def test_a_second_tab_never_plays(pupil, sitting, answer_time, locked):
    answer_time(60 * SECOND)
    if not locked:
        pupil.finds("main.js", "(lock) => lock && work()", "() => work()")
    assert second_tab_is_told(pupil, sitting) == locked


# --- P12: without session, cookies or CSRF ---------------------------------------------------------------------------

# Clicks the expected answer as soon as a question is shown.
DILIGENT = """
setInterval(() => {
  const wanted = document.querySelector("fieldset:not(:disabled) [type=checkbox]") ? ["A", "C"] : ["A"];
  for (const letter of wanted) {
    const brick = document.querySelector(`fieldset:not(:disabled) #brick-${letter}`);
    if (brick && !brick.checked) brick.click();
  }
}, 100);
"""


def without_cookies(pupil: Pupil, sitting: Sitting) -> None:
    """Take the cookies and the sessions away at each question."""
    pupil.context.add_init_script(DILIGENT)
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    for question in sitting.order:
        pupil.reaches(question)
        pupil.context.clear_cookies()
        Session.objects.all().delete()
    assert pupil.context.cookies() == []


def test_without_cookies_at_each_question_the_exam_is_whole(pupil, sitting, answer_time):
    answer_time(1 * SECOND)
    without_cookies(pupil, sitting)
    pupil.receipt(sitting)
    assert sitting.mark == 20


def test_control_saves_by_cookie_are_caught(pupil, sitting, answer_time):
    answer_time(1 * SECOND)
    pupil.finds("api.js", 'credentials: cookies ? "same-origin" : "omit"', 'credentials: "same-origin"')

    def by_cookie(route):
        return route.continue_() if "cookie" in route.request.all_headers() else route.fulfill(status=403)

    pupil.page.route(SAVE, by_cookie)
    Sitting.objects.filter(pk=sitting.pk).update(order=[1, 2])
    sitting.refresh_from_db()
    without_cookies(pupil, sitting)
    pupil.shows("L'épreuve est terminée")
    pupil.page.wait_for_timeout(3000)
    expect(pupil.page.get_by_text(SUCCESS)).to_be_hidden()
    sitting.refresh_from_db()
    assert sitting.state == "running"
