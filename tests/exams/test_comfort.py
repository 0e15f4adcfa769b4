"""« Confort de lecture »: what candidates set for themselves holds for one sitting and changes none of its rules."""

import itertools
import json
import re
import subprocess
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from exams.models import Sitting
from tests.browser import enter_exam
from tests.exams.player import Pupil, choices, lilys
from tests.factories import make_bank

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)
READ = 2.0  # seconds that the voice takes for the statement, and as long for the answers

# Each time that the voice begins or ends, and each caption.
_HEARD = """
addEventListener("DOMContentLoaded", () => {
  window.heard = [];
  window.captions = [];
  const caption = document.querySelector("[data-caption]");
  if (caption) {
    new MutationObserver(() => caption.textContent && window.captions.push(caption.textContent))
      .observe(caption, { childList: true });
  }
  const voice = document.querySelector("[data-reading]");
  if (voice) for (const name of ["playing", "ended"]) voice.addEventListener(name, () => window.heard.push(name));
});
"""


@pytest.fixture
def sitting(establishment) -> Sitting:
    return lilys(establishment)


@pytest.fixture
def voice(media, tmp_path) -> None:
    """A reading that lasts long enough to be followed."""
    sound = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", f"sine=d={2 * READ}"]
    subprocess.run([*sound, "-c:a", "libopus", tmp_path / "reading.webm"], check=True)
    media["reading.webm"] = (tmp_path / "reading.webm").read_bytes()
    cues = [(0, READ, "statement"), (READ, 2 * READ, "A")]
    known = {"video_seconds": 0.36, "cues": [{"start": a, "end": b, "part": part} for a, b, part in cues]}
    media["media.json"] = json.dumps(known).encode()


def opens_panel(page: Page) -> None:
    page.get_by_text("Confort de lecture", exact=True).click()
    expect(page.get_by_role("radio", name="Normale")).to_be_visible()


def knows(page: Page, **choices: str) -> None:
    """The page has these choices, and no other."""
    for name in ("text", "contrast", "captions", "twice"):
        root = expect(page.locator("html"))
        if name in choices:
            root.to_have_attribute(f"data-{name}", choices[name])
        else:
            root.not_to_have_attribute(f"data-{name}", re.compile(""))


ALL = {"text": "larger", "contrast": "high", "captions": "on", "twice": "on"}


def chooses_everything(page: Page) -> None:
    opens_panel(page)
    page.get_by_role("radio", name="Très grande").check()
    for name in ("Contraste renforcé", "Sous-titres", "Deuxième lecture"):
        page.get_by_role("checkbox", name=name).check()
    knows(page, **ALL)


def test_chosen_at_the_door_and_held_to_the_end(pupil, sitting, answer_time, voice):
    answer_time(300 * SECOND)
    page = pupil.page
    pupil.context.add_init_script(_HEARD)
    pupil.goes("/examen/")
    before = page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)")
    chooses_everything(page)
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('h1')).fontSize)") == before * 1.5
    pupil.fills("Numéro de l'épreuve", sitting.exam.number)
    pupil.presses("Valider")
    pupil.fills("Code d'accès", sitting.access_code)
    pupil.presses("Valider")
    pupil.follows("Commencer")
    knows(page, **ALL)
    pupil.passes_tutorial()
    pupil.reaches(1)
    expect(page.locator("[data-caption]")).to_be_visible()
    pupil.waits("window.heard.filter((event) => event === 'ended').length == 2", 60)
    page.wait_for_timeout(500)
    assert page.evaluate("window.heard.filter((event) => event === 'ended')") == ["ended"] * 2  # and no third one
    said = [caption for caption, _ in itertools.groupby(page.evaluate("window.captions"))]
    assert said == ["Énoncé 1\u00a0?", "Réponse A\u00a0: Proposition A"] * 2
    page.reload()
    pupil.reaches(1)
    knows(page, **ALL)
    opens_panel(page)
    expect(page.get_by_role("radio", name="Très grande")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Sous-titres")).to_be_checked()
    # Nothing but the two cookies of every sitting, and nothing that stays.
    assert {cookie["name"] for cookie in pupil.context.cookies()} <= {"esr_epreuve", "esr_candidat", "csrftoken"}
    assert page.evaluate("Object.keys(localStorage).filter((name) => name !== 'scheme')") == []
    assert page.evaluate("Object.keys(sessionStorage)") == ["comfort"]


def test_once_is_enough_for_the_others(pupil, sitting, answer_time):
    answer_time(300 * SECOND)
    pupil.context.add_init_script(_HEARD)
    pupil.begin(sitting)
    pupil.reaches(1)
    pupil.waits("window.heard.includes('ended')", 10)
    pupil.page.wait_for_timeout(1000)
    assert pupil.page.evaluate("window.heard") == ["playing", "ended"]
    expect(pupil.page.locator("[data-caption]")).to_be_hidden()
    pupil.presses("Réécouter")
    pupil.waits("window.heard.length == 4", 10)
    pupil.page.wait_for_timeout(1000)
    assert len(pupil.page.evaluate("window.heard")) == 4


def test_changed_in_mid_question_costs_neither_a_second_nor_an_answer(pupil, sitting, answer_time, voice):
    answer_time(600 * SECOND)
    page = pupil.page
    pupil.begin(sitting)
    pupil.reaches(1)
    clock = "[performance.now() / 1000, Number(document.querySelector('[data-seconds]').textContent)]"
    began, left = page.evaluate(clock)
    pupil.brick("A").check()
    chooses_everything(page)
    expect(page.locator("[data-caption]")).to_be_visible()
    expect(pupil.brick("A")).to_be_checked()
    page.get_by_role("radio", name="Normale").check()
    page.get_by_text("Confort de lecture", exact=True).click()
    pupil.brick("C").check()
    for _ in range(150):
        if choices(sitting).startswith("AC ."):
            break
        page.wait_for_timeout(100)
    assert choices(sitting).startswith("AC .")
    now, still_left = page.evaluate(clock)
    assert abs((now - began) - (left - still_left)) < 3  # the seconds shown lag behind on a busy machine


@pytest.mark.parametrize(
    ("twice", "course", "plays"),
    [
        ("on", ["asked", "ended", "ended"], 2),
        ("", ["asked", "ended", "ended"], 1),
        ("on", ["asked", "stopped", "ended"], 1),  # the time is over: nothing begins any more
        ("on", ["asked", "ended", "stopped", "ended"], 2),
        ("on", ["asked", "ended", "again", "ended"], 3),  # « Réécouter » is read once
        ("on", ["asked", "ended", "ended", "asked", "ended", "ended"], 4),  # and each question twice
    ],
)
def test_how_often_a_question_is_read(pupil, twice, course, plays):
    pupil.goes("/examen/")
    counted = pupil.page.evaluate(
        """async ([module, twice, course]) => {
          const { Reading } = await import(module);
          document.documentElement.dataset.twice = twice;
          const voice = new EventTarget();
          let plays = 0;
          Object.assign(voice, { play: () => Promise.resolve((plays += 1)), pause() {} });
          const reading = new Reading(voice, {}, { onPart() {}, onState() {} });
          const does = {
            asked: () => reading.play(true),
            again: () => reading.play(),
            stopped: () => reading.stop(),
            ended: () => voice.dispatchEvent(new Event("ended")),
          };
          for (const step of course) does[step]();
          return plays;
        }""",
        [f"{pupil.address}/static/js/player/reading.js", twice, course],
    )
    assert counted == plays


def test_the_next_candidate_starts_afresh(pupil, sitting, answer_time):
    answer_time(60 * SECOND)
    page = pupil.page
    enter_exam(pupil, sitting)
    chooses_everything(page)
    pupil.presses("Ce n'est pas moi")
    pupil.shows("Accès des candidats")
    knows(page)
    assert page.evaluate("sessionStorage.length") == 0
    # Or comes by another way, without anybody having left.
    enter_exam(pupil, sitting)
    chooses_everything(page)
    other = lilys(sitting.exam.establishment)
    pupil.arrives(other)
    pupil.shows("Déroulement d’une épreuve")
    knows(page)
    opens_panel(page)
    page.get_by_role("radio", name="Grande", exact=True).check()
    pupil.goes("/examen/")
    knows(page)


def test_a_device_that_asks_for_contrast_has_it(pupil):
    pupil.page.emulate_media(contrast="more")
    pupil.goes("/examen/")
    knows(pupil.page, contrast="high")
    opens_panel(pupil.page)
    box = pupil.page.get_by_role("checkbox", name="Contraste renforcé")
    expect(box).to_be_checked()
    box.uncheck()
    pupil.page.reload()
    knows(pupil.page)


def is_clear(page: Page) -> None:
    """Seven to one everywhere, nothing wider than a telephone, whatever the theme."""
    rules = {"runOnly": ["color-contrast-enhanced"], "rules": {"color-contrast-enhanced": {"enabled": True}}}
    size = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 640})
    page.wait_for_function("innerWidth === 320 && document.documentElement.scrollWidth <= 320")
    page.set_viewport_size(size)
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.setAttribute('data-fr-theme', theme)", theme)
        found = Axe().run(page, options=rules).response
        assert len(found["passes"]) == 1, "the rule was not asked"
        assert [node["html"] for violation in found["violations"] for node in violation["nodes"]] == [], theme


def test_large_text_and_contrast_on_every_screen(pupil, sitting, answer_time):
    answer_time(600 * SECOND)
    page = pupil.page
    page.emulate_media(reduced_motion="reduce")
    pupil.goes("/examen/")
    chooses_everything(page)
    is_clear(page)
    pupil.fills("Numéro de l'épreuve", sitting.exam.number)
    pupil.presses("Valider")
    pupil.fills("Code d'accès", sitting.access_code)
    pupil.presses("Valider")
    expect(page.get_by_role("link", name="Commencer")).to_have_attribute("href", "/examen/epreuve/")
    is_clear(page)
    pupil.follows("Commencer")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    is_clear(page)
    pupil.passes_tutorial()
    pupil.reaches(1)
    pupil.brick("A").check()
    is_clear(page)


def test_the_same_on_the_public_site(pupil, transactional_db):
    make_bank()
    page = pupil.page
    pupil.goes("/")
    chooses_everything(page)
    is_clear(page)
    pupil.goes("/preparation/assr1/entrainement/")
    knows(page, **ALL)
    is_clear(page)
    pupil.presses("Commencer l'entraînement")
    pupil.page.get_by_role("button", name="Valider ma réponse").wait_for()
    pupil.brick("A").check()
    pupil.presses("Valider ma réponse")
    is_clear(page)
    pupil.presses("Terminer l'entraînement et afficher les statistiques")
    pupil.shows("Cet entraînement est terminé")
    is_clear(page)
    assert pupil.context.cookies() == []


def test_the_panel_opens_and_closes_by_keyboard(pupil: Pupil):
    page, press = pupil.page, pupil.page.keyboard.press
    pupil.goes("/examen/")
    page.get_by_text("Confort de lecture", exact=True).focus()
    press("Enter")
    press("Tab")
    expect(page.get_by_role("radio", name="Normale")).to_be_focused()
    press("ArrowDown")
    knows(page, text="large")
    press("Tab")
    press("Space")
    knows(page, text="large", contrast="high")
    press("Escape")
    expect(page.get_by_role("radio", name="Normale")).to_be_hidden()
    expect(page.get_by_text("Confort de lecture", exact=True)).to_be_focused()
