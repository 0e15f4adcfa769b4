"""The candidate's page in Chromium, against the real views: what a pupil, a cut network and a second tab do to it."""

import os
import re
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from exams import queries, rules
from exams.models import Sitting
from tests.browser import CHROMIUM, Person, enter_exam
from tests.factories import CandidateFactory, ExamFactory, ExamQuestion, QuestionFactory, SittingFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAVE, FINISH = "**/reponses/", "**/terminer/"
SECOND = timedelta(seconds=1)
SUCCESS = "Vos résultats sont bien enregistrés."


@pytest.fixture
def media(short_media) -> dict[str, bytes]:
    """What the platform would answer for any question's media."""
    return {file.name: file.read_bytes() for file in short_media.iterdir()}


@pytest.fixture
def answer_time(monkeypatch):
    """Give the sittings that begin from now on another time to answer, as a pupil with tiers-temps gets another."""

    def give(time: timedelta) -> None:
        monkeypatch.setattr(rules, "answer_time", lambda *, extra_time: time)

    return give


@pytest.fixture
def sitting(establishment) -> Sitting:
    """Lily's sitting of an exam that is open: question 1 has several expected answers, the others have A."""
    exam = ExamFactory(establishment=establishment)
    for number in range(1, rules.QUESTIONS + 1):
        question = QuestionFactory(statement=f"Énoncé {number} ?", expected="AC" if number == 1 else "A")
        ExamQuestion.objects.create(exam=exam, number=number, question=question)
    candidate = CandidateFactory(establishment=establishment, first_name="Lily", year=exam.year)
    return SittingFactory(exam=exam, candidate=candidate)


class Pupil(Person):
    """A candidate at a computer, who knows the player's screens; a pupil may open several tabs."""

    def __init__(self, context: BrowserContext, address: str, media: dict[str, bytes]):
        self.context = context
        self.media = media
        super().__init__(context, address)

    def _watched(self, page: Page) -> Page:
        page.route("**/media/bank/**", self.answer_media)
        return super()._watched(page)

    def answer_media(self, route) -> None:
        name = route.request.url.rsplit("/", 1)[-1]
        kind = {"mp4": "video/mp4", "m4a": "audio/mp4", "jpg": "image/jpeg", "json": "application/json"}
        route.fulfill(body=self.media[name], content_type=kind[name.rsplit(".", 1)[-1]])

    def begin(self, sitting: Sitting) -> None:
        """From the first page to the first question's video."""
        enter_exam(self, sitting)
        self.follows("Commencer")
        for _ in range(6):
            self.presses("Suivant")
        self.presses("Démarrer")
        self.presses("Commencer l'épreuve")

    def begin_at(self, sitting: Sitting, question: int) -> None:
        """As if the pupil had let the time pass up to `question`; the page learns it from the platform."""
        self.begin(sitting)
        self.reaches(1)
        passed = {"c": "", "e": 1, "s": 1, "f": True, "l": False, "at": 0}
        responses = {str(number): passed for number in range(1, question)}
        Sitting.objects.filter(pk=sitting.pk).update(responses=responses)
        self.page.reload()
        self.reaches(question)

    def heading(self, text: str):
        return self.page.get_by_role("heading", level=1, name=text, exact=True)

    def shows(self, text: str, seconds: float = 15) -> None:
        expect(self.heading(text)).to_be_visible(timeout=seconds * 1000)

    def reaches(self, question: int, seconds: float = 15) -> None:
        self.shows(f"Énoncé {question} ?", seconds)

    def says(self, text: str) -> None:
        expect(self.page.get_by_role("status").get_by_text(text)).to_be_visible()

    def now(self) -> float:
        """Milliseconds on the page's monotonic clock, comparable across reloads."""
        return self.page.evaluate("performance.timeOrigin + performance.now()")

    def closes(self) -> float:
        """The instant at which the question on the screen closes."""
        return self.page.evaluate(
            """() => new Promise((resolve) =>
              new MutationObserver(() => resolve(performance.timeOrigin + performance.now()))
                .observe(document.querySelector("fieldset"), { attributes: true, attributeFilter: ["disabled"] }))"""
        )

    def brick(self, letter: str):
        return self.page.locator(f"#brick-{letter}")

    def kept(self) -> list[dict]:
        """The answers on this computer's disk."""
        return self.page.evaluate(
            """async () => {
              const [{ name }] = (await indexedDB.databases()).filter((base) => base.name.startsWith("sitting-"));
              const open = indexedDB.open(name);
              await new Promise((done) => (open.onsuccess = done));
              const all = open.result.transaction("responses").objectStore("responses").getAll();
              await new Promise((done) => (all.onsuccess = done));
              open.result.close();
              return all.result;
            }"""
        )

    def receipt(self, sitting: Sitting) -> None:
        """The page shows the platform's receipt, and the platform has closed the sitting."""
        expect(self.page.get_by_text(SUCCESS)).to_be_visible(timeout=120_000)
        sitting.refresh_from_db()
        assert sitting.state == "closed"
        expect(self.page.locator("[data-receipt]")).to_have_text(queries.receipt(sitting))


@pytest.fixture
def pupil(browser, live_server, media):
    context = browser.new_context(viewport={"width": 1024, "height": 768}, locale="fr-FR")
    pupil = Pupil(context, live_server.url, media)
    yield pupil
    context.close()
    assert pupil.errors == []


def choices(sitting: Sitting) -> str:
    """The letters the platform holds, in the order of the questions; « - » for none, « . » for no answer at all."""
    sitting.refresh_from_db()
    held = [sitting.responses.get(str(number)) for number in range(1, rules.QUESTIONS + 1)]
    return " ".join("." if response is None else response["c"] or "-" for response in held)


def test_a_whole_exam_by_keyboard(pupil, sitting, answer_time):
    answer_time(3 * SECOND)  # time to press five keys on a busy machine
    page, press = pupil.page, pupil.page.keyboard.press
    enter_exam(pupil, sitting)
    expect(page.get_by_role("link", name="Commencer")).to_have_attribute("href", "/examen/epreuve/")
    page.get_by_role("link", name="Commencer").focus()
    press("Enter")
    for _ in range(6):
        page.get_by_role("button", name="Suivant").focus()
        press("Enter")
    page.get_by_role("button", name="Démarrer").focus()
    press("Enter")
    expect(pupil.heading("Lily, c'est à vous")).to_be_focused()
    press("Tab")
    press("Enter")
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
    expect(pupil.brick("B")).to_be_checked()
    pupil.reaches(3)
    press("a")
    expect(page.get_by_text("Question 3 sur 20")).to_be_visible()
    pupil.receipt(sitting)
    assert choices(sitting) == "AC B A" + " -" * 17
    assert sitting.mark == 2
    assert {response["f"] for response in sitting.responses.values()} == {True}


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


def test_the_device_s_clock_counts_for_nothing(pupil, sitting, answer_time):
    answer_time(2 * SECOND)
    page = pupil.page
    page.add_init_script("const real = Date.now; let jump = 26 * 3600e3; Date.now = () => real() + (jump = -jump);")
    pupil.begin(sitting)
    pupil.reaches(1)
    started = pupil.now()
    assert abs(pupil.closes() - started - 2000) < 500


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
    pupil.says("Réponse conservée sur cet ordinateur")
    pupil.says("Réponse reçue par la plateforme")
    assert dropped == [{"ack": {"1": 1}, "state": "running", "now": reply["now"]} for reply in dropped]
    assert choices(sitting).startswith("A .")


def test_a_page_that_is_closed_sends_what_is_left(pupil, sitting, answer_time):
    answer_time(20 * SECOND)
    pupil.begin(sitting)
    pupil.reaches(1)
    # Sooner than the 300 ms that a change waits for the next.
    pupil.page.evaluate("document.querySelector('#brick-B').click(); location.href = 'about:blank'")
    pupil.page.wait_for_timeout(1000)
    assert choices(sitting).startswith("B .")


def killed(profile: Path) -> None:
    """kill -9 of the browser that works in this folder, and of nothing else."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"--user-data-dir={profile}".encode() in process.read_bytes():
                os.kill(int(process.parent.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it went with its parent


def test_a_killed_browser_loses_nothing(chromium, live_server, media, sitting, answer_time, tmp_path):
    """P3: an answer that was kept and never arrived is sent by the browser of afterwards."""
    answer_time(60 * SECOND)
    profile = tmp_path / "profile"

    def open_browser() -> Pupil:
        context = chromium.launch_persistent_context(profile, executable_path="/usr/bin/chromium", args=CHROMIUM)
        return Pupil(context, live_server.url, media)

    pupil = open_browser()
    pupil.begin(sitting)
    pupil.reaches(1)
    pupil.page.route(SAVE, lambda route: route.abort())
    pupil.brick("B").check()
    pupil.says("Réponse conservée sur cet ordinateur")
    killed(profile)
    assert choices(sitting).startswith(". .")
    pupil = open_browser()
    enter_exam(pupil, sitting)  # the cookies may be gone, the answers are not
    pupil.follows("Commencer")
    pupil.reaches(1)
    expect(pupil.brick("B")).to_be_checked()
    pupil.says("Réponse reçue par la plateforme")
    assert choices(sitting).startswith("B .")
    pupil.context.close()


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
    pupil.says("Réponse conservée sur cet ordinateur")
    for question in range(13, 21):
        pupil.reaches(question)
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
    expect(page.get_by_text("Les réponses sont gardées sur cet ordinateur.")).to_be_visible()
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


def test_without_session_or_csrf_the_exam_goes_on(pupil, sitting, answer_time):
    answer_time(2 * SECOND)
    pupil.begin_at(sitting, 18)
    pupil.context.clear_cookies()
    pupil.brick("A").check()
    pupil.receipt(sitting)
    assert sitting.mark == 1


def test_a_video_that_does_not_come_gives_way_to_its_description(pupil, sitting, answer_time):
    answer_time(30 * SECOND)
    pupil.page.route("**/video.mp4", lambda route: None)  # never answered
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


@pytest.mark.parametrize("width", [1280, 320])
def test_every_screen_passes_axe_and_reflows(pupil, sitting, answer_time, width):
    answer_time(600 * SECOND)
    page = pupil.page
    page.set_viewport_size({"width": width, "height": 768})
    seen = []

    def look():
        violations = [f"{v['id']}: {v['nodes'][0]['html']}" for v in Axe().run(page).response["violations"]]
        assert violations == [], f"{page.url} {seen}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        seen.append(page.url)

    page.goto(f"{pupil.address}/examen/")
    look()
    enter_exam(pupil, sitting)
    expect(page.get_by_role("link", name="Commencer")).to_have_attribute("href", re.compile("epreuve"))
    look()
    pupil.begin(sitting)
    pupil.reaches(1)
    pupil.brick("A").check()
    look()
    for screen in page.locator("[data-screen]").all():
        if screen.get_attribute("data-screen") == "question":
            continue
        page.evaluate(
            "name => document.querySelectorAll('[data-screen]').forEach((s) => (s.hidden = s.dataset.screen !== name))",
            screen.get_attribute("data-screen"),
        )
        look()
    sitting.refresh_from_db()
    sitting.state, sitting.mark, sitting.closed_at = "closed", 3, sitting.exam.starts_at
    sitting.save(update_fields=["state", "mark", "closed_at"])
    page.goto(f"{pupil.address}/examen/resultat/")
    expect(page.get_by_text("Ils s’ouvrent le")).to_be_visible()
    look()
