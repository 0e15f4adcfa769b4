"""The candidate's page in Chromium, against the real views: what a pupil, a cut network and a second tab do to it."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from exams import queries
from exams.models import Sitting
from tests.browser import enter_exam
from tests.exams.player import FINISH, SAVE, SUCCESS, Pupil, choices, lilys

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)


@pytest.fixture
def sitting(establishment) -> Sitting:
    return lilys(establishment)


# A mouse or a finger, wherever it touches.
_POINTER = """
for (const name of ["pointerdown", "mousedown", "touchstart"]) {
  addEventListener(name, () => console.log("POINTER"), true);
}
"""

# Whether what has the focus shows it: by an outline of its own, of its label, or of the tile that it covers.
_SHOWN = """() => {
  const element = document.activeElement;
  const outlined = (part) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(part);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  };
  // Past the last control the focus is nowhere, before it comes to the first again.
  return element === document.body || [element, ...(element.labels || [])].some(outlined);
}"""


class Keyboard:
    """Somebody who has no mouse: everything is reached by Tab, and what is reached can be seen."""

    def __init__(self, pupil: Pupil):
        self.page = pupil.page
        self.press = pupil.page.keyboard.press
        self.type = pupil.page.keyboard.type
        self.touched = []
        pupil.context.add_init_script(_POINTER)
        self.page.on("console", lambda message: message.text == "POINTER" and self.touched.append(self.page.url))

    def reaches(self, role: str, name: str) -> None:
        """Go on by Tab until this control has the focus."""
        wanted = self.page.get_by_role(role, name=name, exact=True)
        expect(wanted).to_be_visible()
        for _ in range(30):
            self.press("Tab")
            assert self.page.evaluate(_SHOWN), self.page.evaluate("document.activeElement.outerHTML")
            if wanted.evaluate("element => element === document.activeElement"):
                return
        raise AssertionError(f"the keyboard never reaches {role} {name}")

    def presses(self, role: str, name: str) -> None:
        self.reaches(role, name)
        self.press("Enter")


def test_from_the_door_to_the_result_by_keyboard_alone(pupil, sitting, answer_time):
    answer_time(3 * SECOND)  # time to press five keys on a busy machine
    sitting.exam.kind = "training"  # whose result is there at once
    sitting.exam.save(update_fields=["kind"])
    page, keyboard = pupil.page, Keyboard(pupil)
    press = page.keyboard.press
    pupil.goes("/examen/")
    keyboard.reaches("textbox", "Numéro de l'épreuve")
    keyboard.type(sitting.exam.number)
    press("Enter")
    keyboard.reaches("textbox", "Code d'accès")
    keyboard.type(sitting.access_code)
    press("Enter")
    expect(page.get_by_role("link", name="Commencer")).to_have_attribute("href", "/examen/epreuve/")
    keyboard.presses("link", "Commencer")
    for _ in range(8):
        keyboard.presses("button", "Suivant")
        expect(page.locator("[data-page]:visible h2")).to_be_focused()
    keyboard.presses("button", "Essayer une question")
    pupil.shows("Qu’avez-vous vu passer dans la rue ?")
    press("a")
    pupil.shows("Déroulement d’une épreuve")  # by itself, as in the exam
    keyboard.presses("button", "Démarrer")
    expect(pupil.heading("Lily, c'est à vous")).to_be_focused()
    keyboard.presses("button", "Commencer l'épreuve")
    pupil.reaches(1)
    expect(pupil.heading("Énoncé 1 ?")).to_be_focused()
    expect(page.get_by_text("Plusieurs réponses sont attendues", exact=True)).to_be_visible()
    for key in ["c", "a", "b", "b"]:  # B is taken back
        press(key)
    pupil.says("Réponse reçue par la plateforme")
    pupil.reaches(2)
    expect(page.get_by_text("Une seule réponse est attendue", exact=True)).to_be_visible()
    press("Tab")
    press("Space")
    press("ArrowDown")
    assert page.evaluate(_SHOWN)
    expect(pupil.brick("B")).to_be_checked()
    pupil.reaches(3)
    press("a")
    expect(page.get_by_text("Question 3 sur 20")).to_be_visible()
    pupil.receipt(sitting)
    assert choices(sitting) == "AC B A" + " -" * 17
    assert sitting.mark == 2
    assert {response["f"] for response in sitting.responses.values()} == {True}
    keyboard.presses("link", "Voir mon résultat et le corrigé")
    expect(page.get_by_text("Résultat 2/20")).to_be_visible()
    keyboard.presses("button", "Se déconnecter")
    pupil.shows("Accès des candidats")
    assert keyboard.touched == []


def test_a_reload_keeps_the_answer_and_gives_no_time_back(pupil, sitting, answer_time):
    answer_time(6 * SECOND)
    page = pupil.page
    pupil.begin(sitting)
    pupil.reaches(1)
    started = pupil.now()
    pupil.brick("A").check()
    for _ in range(3):
        page.wait_for_timeout(300)
        page.reload()
        pupil.reaches(1)
        expect(pupil.brick("A")).to_be_checked()
    assert abs(pupil.closes() - started - 6000) < 500
    pupil.reaches(2)
    assert choices(sitting).startswith("A .")
    assert sitting.responses["1"]["f"]


def test_time_that_ran_out_while_the_page_was_closed_costs_one_question(pupil, sitting, answer_time):
    answer_time(1.5 * SECOND)
    pupil.begin(sitting)
    pupil.reaches(1)
    pupil.brick("C").check()
    pupil.says("Réponse reçue par la plateforme")
    pupil.page.goto("about:blank")
    pupil.page.wait_for_timeout(4000)
    pupil.page.goto(f"{pupil.address}/examen/epreuve/")
    pupil.reaches(2)
    assert choices(sitting).startswith("C . .")
    assert sitting.responses["1"]["f"]
    assert not sitting.responses["1"]["l"]


def test_a_dropped_reply_is_sent_again(pupil, sitting, answer_time):
    answer_time(20 * SECOND)
    pupil.begin(sitting)
    pupil.reaches(1)
    dropped = []

    def drop(route):
        if len(dropped) == 2:
            return route.continue_()
        dropped.append(route.fetch().json())
        return route.abort()

    pupil.page.route(SAVE, drop)
    pupil.brick("A").check()
    pupil.says("Réponse conservée sur cet appareil")
    pupil.says("Réponse reçue par la plateforme")
    assert [reply["ack"] for reply in dropped] == [{"1": 101}, {"1": 101}]  # the first opening counts from a hundred
    assert choices(sitting).startswith("A .")


def test_a_page_that_is_closed_sends_what_is_left(pupil, sitting, answer_time):
    answer_time(20 * SECOND)
    pupil.begin(sitting)
    pupil.reaches(1)
    # Sooner than the 300 ms that a change waits for the next.
    pupil.page.evaluate("document.querySelector('#brick-B').click(); location.href = 'about:blank'")
    pupil.page.wait_for_timeout(1000)
    assert choices(sitting).startswith("B .")


def test_a_second_tab_says_so_and_takes_over_when_the_first_is_closed(pupil, sitting, answer_time):
    answer_time(30 * SECOND)
    pupil.begin(sitting)
    pupil.reaches(1)
    first, pupil.page = pupil.page, pupil._watched(pupil.context.new_page())
    pupil.page.goto(f"{pupil.address}/examen/epreuve/")
    pupil.shows("Cette épreuve est déjà ouverte dans un autre onglet.")
    first.close()
    pupil.reaches(1)


def test_a_cut_at_question_12_stops_nothing(pupil, sitting, answer_time):
    answer_time(1.5 * SECOND)
    pupil.begin_at(sitting, 12)
    pupil.context.set_offline(True)
    pupil.brick("A").check()
    pupil.says("Réponse conservée sur cet appareil")
    for question in range(13, 21):
        pupil.reaches(question, seconds=40)  # its video is waited for, then its description is read
        pupil.brick("B").check()
    pupil.shows("L'épreuve est terminée")
    expect(pupil.page.get_by_text(SUCCESS)).to_be_hidden()
    assert choices(sitting) == "- - - - - - - - - - - . . . . . . . . ."
    pupil.context.set_offline(False)
    pupil.receipt(sitting)
    assert choices(sitting) == "- - - - - - - - - - - A B B B B B B B B"
    assert pupil.kept() == []


def test_no_success_without_a_receipt(pupil, sitting, answer_time):
    answer_time(0.6 * SECOND)
    page = pupil.page
    pupil.begin_at(sitting, 19)
    handled = []

    def drop(route):
        handled.append(route.fetch().json())
        route.abort()

    page.route(FINISH, drop)
    failed = page.locator("section:visible").get_by_text("L'enregistrement du résultat a échoué.")
    expect(failed).to_be_visible(timeout=90_000)
    sitting.refresh_from_db()
    assert sitting.state == "closed"  # the platform has everything: it is the page that cannot know
    assert handled[0]["receipt"] == queries.receipt(sitting)
    for _ in range(2):
        expect(page.get_by_text(SUCCESS)).to_be_hidden()
        tries = len(handled)
        page.get_by_role("button", name="Réessayer").click()
        expect(page.get_by_text("Nouvel essai en cours…")).to_be_hidden()
        assert len(handled) > tries
    page.get_by_role("button", name="Récupérer le résultat").click()
    expect(page.get_by_text("Les réponses sont gardées sur cet appareil.")).to_be_visible()
    expect(page.get_by_text(SUCCESS)).to_be_hidden()
    page.unroute(FINISH)
    pupil.receipt(sitting)


def test_answers_the_platform_lost_are_sent_again_before_any_receipt(pupil, sitting, answer_time):
    """A platform that closes without what the device holds: the finish must tell, and the page send again."""
    answer_time(0.6 * SECOND)
    pupil.begin_at(sitting, 18)
    lost = []

    def acknowledge_without_storing(route):
        items = route.request.post_data_json["items"]
        if items[0]["q"] != 19 or lost:
            return route.continue_()
        lost.append(items)
        return route.fulfill(json={"ack": {"19": items[0]["seq"]}, "state": "running", "now": 0})

    pupil.page.route(SAVE, acknowledge_without_storing)
    pupil.receipt(sitting)
    assert len(lost) == 1
    assert sitting.responses["19"]["f"]


def test_another_device_takes_over(pupil, sitting, answer_time, browser, live_server, media):
    answer_time(30 * SECOND)
    pupil.begin(sitting)
    pupil.reaches(1)
    pupil.brick("A").check()
    pupil.says("Réponse reçue par la plateforme")
    context = browser.new_context(viewport={"width": 768, "height": 1024}, locale="fr-FR")
    other = Pupil(context, live_server.url, media)
    enter_exam(other, sitting)
    other.page.get_by_role("link", name="Commencer").click()
    other.shows("Cette épreuve est commencée sur un autre appareil")
    Sitting.objects.filter(pk=sitting.pk).update(takeover_until=sitting.exam.ends_at)
    other.page.get_by_role("button", name="Réessayer").click()
    other.reaches(1)
    expect(other.brick("A")).to_be_checked()
    pupil.brick("B").check()
    pupil.shows("L’épreuve continue sur un autre appareil")
    assert [answer["choices"] for answer in pupil.kept()] == ["AB"]
    assert choices(sitting).startswith("A .")
    assert other.errors == []
    context.close()


def test_a_video_that_does_not_come_gives_way_to_its_description(pupil, sitting, answer_time):
    answer_time(30 * SECOND)
    pupil.page.route("**/media/**/*.mp4", lambda route: None)  # never answered
    pupil.begin(sitting)
    expect(pupil.page.get_by_text("Une rue, un passage piéton.")).to_be_visible(timeout=12_000)
    pupil.reaches(1, seconds=12)


def test_untimed_training_goes_on_by_suivant_only(pupil, sitting, answer_time):
    sitting.exam.kind, sitting.exam.timed = "training", False
    sitting.exam.save(update_fields=["kind", "timed"])
    answer_time(0.3 * SECOND)
    page = pupil.page
    pupil.begin_at(sitting, 18)
    assert page.locator("video:visible").evaluate("video => video.controls")
    expect(page.get_by_role("timer")).to_have_count(0)
    page.wait_for_timeout(1500)
    for question in range(18, 21):
        pupil.reaches(question)
        pupil.brick("A").check()
        page.get_by_role("button", name="Suivant").click()
    pupil.receipt(sitting)
    assert sitting.mark == 3
    page.get_by_role("link", name="Voir mon résultat et le corrigé").click()
    expect(page.get_by_text("Résultat 3/20")).to_be_visible()
    assert Axe().run(page).violations_count == 0
