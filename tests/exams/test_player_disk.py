"""A disk that fails in mid-exam, and a computer that is not fit for one: the exam goes on, or does not begin."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from exams.models import Sitting
from tests.browser import enter_exam
from tests.exams.player import SAVE, Pupil, choices, lilys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)
UNKEPT = "Cet appareil n’arrive plus à garder vos réponses."

# What a browser does when the disk is full, the database is gone or the disk hangs; `window.disk` says which.
FAULTS = """
const { put } = IDBObjectStore.prototype, { transaction } = IDBDatabase.prototype, { open } = IDBFactory.prototype;
IDBObjectStore.prototype.put = function (...args) {
  if (window.disk === "full") throw new DOMException("no room", "QuotaExceededError");
  return put.apply(this, args);
};
IDBDatabase.prototype.transaction = function (...args) {
  if (window.disk !== "hangs") return transaction.apply(this, args);
  return { objectStore: () => ({ put() {}, clear() {} }) };
};
IDBFactory.prototype.open = function (...args) {
  if (window.disk === "private") throw new DOMException("not in private mode", "InvalidStateError");
  return open.apply(this, args);
};
"""


@pytest.fixture
def sitting(establishment) -> Sitting:
    return lilys(establishment)


def begin(pupil: Pupil, sitting: Sitting, disk: str = "works") -> Page:
    pupil.context.add_init_script(f"window.disk = '{disk}';" + FAULTS)
    pupil.arrives(sitting)
    pupil.passes_tutorial()
    pupil.reaches(1)
    return pupil.page


def test_a_full_disk_stops_nothing_and_is_said(pupil, sitting, answer_time):
    answer_time(60 * SECOND)
    page = begin(pupil, sitting)
    alert = page.get_by_role("alert").get_by_text(UNKEPT)
    page.route(SAVE, lambda route: route.abort())
    pupil.brick("A").check()
    pupil.says("Réponse conservée sur cet appareil")
    page.evaluate("window.disk = 'full'")
    pupil.brick("B").check()
    expect(alert).to_be_visible()
    expect(page.get_by_text("Réponse conservée sur cet appareil")).to_be_hidden()
    assert [answer["choices"] for answer in pupil.kept()] == ["A"]  # what was there before is there
    page.unroute(SAVE)
    pupil.says("Réponse reçue par la plateforme")
    page.evaluate("window.disk = 'works'")
    pupil.brick("C").check()
    expect(alert).to_be_hidden()
    assert [answer["choices"] for answer in pupil.kept()] == ["ABC"]
    pupil.says("Réponse reçue par la plateforme")
    assert choices(sitting).startswith("ABC .")


def test_a_database_that_vanishes_is_made_anew_whole(pupil, sitting, answer_time):
    answer_time(2 * SECOND)
    page = begin(pupil, sitting)
    page.route(SAVE, lambda route: route.abort())
    pupil.brick("B").check()
    pupil.says("Réponse conservée sur cet appareil")
    origin = {"origin": pupil.address, "storageTypes": "indexeddb"}
    pupil.context.new_cdp_session(page).send("Storage.clearDataForOrigin", origin)
    pupil.reaches(2)
    pupil.brick("A").check()
    pupil.says("Réponse conservée sur cet appareil")
    assert [(answer["q"], answer["choices"]) for answer in pupil.kept()] == [(1, "B"), (2, "A")]
    page.unroute(SAVE)
    page.reload()
    expect(page.locator("[data-screen=question] [data-count]")).to_have_text("2 réponses reçues par la plateforme")
    assert choices(sitting).startswith("B A")


def test_a_disk_that_hangs_holds_nothing_up(pupil, sitting, answer_time):
    answer_time(4 * SECOND)
    page = begin(pupil, sitting)
    page.evaluate("window.disk = 'hangs'")
    pupil.brick("A").check()
    pupil.says("Réponse reçue par la plateforme")
    pupil.reaches(2, seconds=10)
    pupil.brick("B").check()
    pupil.says("Réponse reçue par la plateforme")
    assert choices(sitting).startswith("A B")


def test_without_any_database_the_exam_goes_on(pupil, sitting, answer_time):
    answer_time(1.5 * SECOND)
    page = begin(pupil, sitting, disk="private")
    expect(page.get_by_role("alert").get_by_text(UNKEPT)).to_be_visible()
    pupil.brick("A").check()
    pupil.says("Réponse reçue par la plateforme")
    pupil.reaches(2)
    assert choices(sitting).startswith("A .")


def test_where_every_answer_is(pupil, sitting, answer_time):
    answer_time(3 * SECOND)
    page = begin(pupil, sitting)
    count = page.locator("[data-screen=question] [data-count]")
    expect(count).to_have_text("")
    pupil.brick("A").check()
    expect(count).to_have_text("1 réponse reçue par la plateforme")
    pupil.reaches(2)
    page.route(SAVE, lambda route: route.abort())
    pupil.brick("A").check()
    expect(count).to_have_text("1 réponse reçue par la plateforme, 1 conservée sur cet appareil")
    pupil.reaches(3)
    pupil.brick("A").check()
    expect(count).to_have_text("1 réponse reçue par la plateforme, 2 conservées sur cet appareil")
    page.unroute(SAVE)
    expect(count).to_have_text("3 réponses reçues par la plateforme", timeout=15_000)
    assert page.locator("[aria-live] [data-count], [role=status] [data-count]").count() == 0  # quiet


# --- The check before « Commencer » ----------------------------------------------------------------------------------


def commencer(pupil: Pupil, sitting: Sitting):
    enter_exam(pupil, sitting)
    return pupil.page.locator("[data-begin]")


def test_a_fit_computer_may_begin(pupil, sitting):
    expect(commencer(pupil, sitting)).to_have_attribute("href", "/examen/epreuve/")
    passed = pupil.page.locator("[data-check]").evaluate_all("lines => lines.map((line) => line.dataset.passed)")
    assert passed == ["true"] * 4
    expect(pupil.page.locator("[data-clock]")).to_be_hidden()


@pytest.mark.parametrize(
    ("what", "defect"),
    [
        ("storage", "IDBObjectStore.prototype.put = function () {}"),
        ("storage", "IDBFactory.prototype.open = () => { throw new DOMException('', 'InvalidStateError'); }"),
        ("locks", "Object.defineProperty(Navigator.prototype, 'locks', { value: { request: async () => false } })"),
        ("secure", "Object.defineProperty(window, 'isSecureContext', { value: false })"),
    ],
)
def test_a_computer_that_keeps_nothing_may_not(pupil, sitting, what, defect):
    pupil.context.add_init_script(defect)
    begin = commencer(pupil, sitting)
    expect(pupil.page.get_by_text("Cet appareil ne convient pas")).to_be_visible()
    expect(begin).not_to_have_attribute("href", re.compile("."))
    failed = pupil.page.locator("[data-passed=false]").evaluate_all("lines => lines.map((line) => line.dataset.check)")
    assert failed == [what]


def test_a_browser_that_says_it_plays_videos_and_does_not_may_not(pupil, sitting):
    pupil.page.route("**/check.mp4", lambda route: route.fulfill(body=b"\0" * 2000, content_type="video/mp4"))
    begin = commencer(pupil, sitting)
    expect(pupil.page.get_by_text("La vidéo d’essai ne passe pas", exact=False)).to_be_visible()
    expect(begin).not_to_have_attribute("href", re.compile("."))


def test_a_film_that_is_long_in_coming_is_waited_for(pupil, sitting):
    asked = []
    pupil.page.route("**/check.mp4", lambda route: asked.append(route))
    begin = commencer(pupil, sitting)
    expect(pupil.page.get_by_text("La page continue de l’attendre.", exact=False)).to_be_visible(timeout=20_000)
    expect(pupil.page.get_by_text("Cet appareil ne convient pas")).to_be_hidden()
    expect(begin).not_to_have_attribute("href", re.compile("."))
    for route in asked:
        route.continue_()
    expect(begin).to_have_attribute("href", "/examen/epreuve/")


def test_a_film_that_a_broken_line_cut_off_is_asked_for_again(pupil, sitting):
    asked = []

    def answer(route):
        asked.append(route)
        if len(asked) == 1:
            route.abort("connectionreset")
        elif len(asked) == 2:
            route.fulfill(status=502)
        else:
            route.continue_()

    pupil.page.route("**/check.mp4", answer)
    expect(commencer(pupil, sitting)).to_have_attribute("href", "/examen/epreuve/", timeout=15_000)
    assert len(asked) == 3


def test_a_film_that_the_platform_does_not_have_is_not_waited_for(pupil, sitting):
    pupil.page.route("**/check.mp4", lambda route: route.fulfill(status=404))
    begin = commencer(pupil, sitting)
    expect(pupil.page.get_by_text("La vidéo d’essai ne passe pas", exact=False)).to_be_visible()
    expect(begin).not_to_have_attribute("href", re.compile("."))


def test_a_computer_that_proves_fit_late_may_begin_all_the_same(pupil, sitting):
    pupil.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'locks', { value: {"
        " request: () => new Promise((done) => setTimeout(() => done(true), 12000)) } })"
    )
    begin = commencer(pupil, sitting)
    expect(pupil.page.get_by_text("Cet appareil ne convient pas")).to_be_visible(timeout=20_000)
    expect(begin).to_have_attribute("href", "/examen/epreuve/")
    expect(pupil.page.get_by_text("Cet appareil ne convient pas")).to_be_hidden()


def test_a_wrong_clock_is_named_and_does_not_matter(pupil, sitting):
    pupil.context.add_init_script(
        "const { timeOrigin } = performance;"
        "Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin - 26 * 3600e3 })"
    )
    expect(commencer(pupil, sitting)).to_have_attribute("href", "/examen/epreuve/")
    expect(pupil.page.get_by_text("L’horloge de cet appareil retarde de 26 h", exact=False)).to_be_visible()
