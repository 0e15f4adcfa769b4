"""A candidate at a computer, for the tests that drive the player in Chromium."""

import os
import signal
import time
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core import signing
from playwright.sync_api import BrowserContext, Page, expect

from exams import queries, rules
from exams.auth import SITTING_COOKIE
from exams.models import Sitting
from tests.browser import Person, enter_exam
from tests.factories import CandidateFactory, ExamFactory, ExamQuestion, QuestionFactory, SittingFactory

SAVE, FINISH = "**/reponses/", "**/terminer/"
SUCCESS = "Vos résultats sont bien enregistrés."


def lilys(establishment) -> Sitting:
    """Lily's sitting of an exam that is open: question 1 has several expected answers, the others have A."""
    exam = ExamFactory(establishment=establishment)
    for number in range(1, rules.QUESTIONS + 1):
        question = QuestionFactory(statement=f"Énoncé {number} ?", expected="AC" if number == 1 else "A")
        ExamQuestion.objects.create(exam=exam, number=number, question=question)
    candidate = CandidateFactory(establishment=establishment, first_name="Lily", year=exam.year)
    return SittingFactory(exam=exam, candidate=candidate)


_STOPWATCH = """
addEventListener("DOMContentLoaded", () => {
  const fieldset = document.querySelector("[data-screen=question] fieldset");
  if (!fieldset) return;
  const answering = document.querySelector("[data-answering]");
  const statement = document.querySelector("[data-statement]");
  const note = (event) => {
    const noted = JSON.parse(sessionStorage.getItem("noted") || "[]");
    noted.push([event, statement.textContent, performance.timeOrigin + performance.now()]);
    sessionStorage.setItem("noted", JSON.stringify(noted));
  };
  new MutationObserver(() => fieldset.disabled && note("closed"))
    .observe(fieldset, { attributes: true, attributeFilter: ["disabled"] });
  new MutationObserver(() => answering.hidden || note("shown"))
    .observe(answering, { attributes: true, attributeFilter: ["hidden"] });
});
"""


class Pupil(Person):
    """A candidate at a computer, who knows the player's screens; a pupil may open several tabs."""

    def __init__(self, context: BrowserContext, address: str, media: dict[str, bytes]):
        self.context = context
        self.media = media
        self.scripts: dict[str, str] = {}
        super().__init__(context, address)

    def _watched(self, page: Page) -> Page:
        page.route("**/media/bank/**", self.answer_media)
        return super()._watched(page)

    def answer_media(self, route) -> None:
        name = route.request.url.rsplit("/", 1)[-1]
        kind = {
            "mp4": "video/mp4",
            "m4a": "audio/mp4",
            "webm": "audio/webm",
            "jpg": "image/jpeg",
            "json": "application/json",
        }
        route.fulfill(body=self.media[name], content_type=kind[name.rsplit(".", 1)[-1]])

    def finds(self, module: str, old: str, new: str) -> None:
        """Give this pupil's pages another line in a module of the player: the defect that a test has to catch."""
        source = self.scripts.get(module) or (settings.BASE_DIR / "static/js/player" / module).read_text()
        assert source.count(old) == 1, f"{module}: {old}"
        script = self.scripts[module] = source.replace(old, new)
        self.context.route(
            f"**/js/player/{module}", lambda route: route.fulfill(body=script, content_type="text/javascript")
        )

    def takes_times(self) -> None:
        """From now on each page notes when a question is shown and when it closes, across reloads: see `noted`."""
        self.context.add_init_script(_STOPWATCH)

    def noted(self, what: str) -> list[tuple[str, float]]:
        """The statements that were "shown" or "closed" so far, with the instants in monotonic milliseconds."""
        noted = self.page.evaluate("JSON.parse(sessionStorage.getItem('noted') || '[]')")
        return [(statement, at) for event, statement, at in noted if event == what]

    def arrives(self, sitting: Sitting) -> None:
        """Straight to the player's page, past the doors: with the cookie that a right code gives."""
        cookie = {"name": SITTING_COOKIE, "value": signing.dumps(str(sitting.pk), salt=SITTING_COOKIE)}
        self.context.add_cookies([cookie | {"url": f"{self.address}/examen/"}])
        self.page.goto(f"{self.address}/examen/epreuve/", wait_until="commit")

    def begin(self, sitting: Sitting) -> None:
        """From the first page to the first question's video."""
        enter_exam(self, sitting)
        self.follows("Commencer")
        self.passes_tutorial()

    def passes_tutorial(self) -> None:
        onward = self.page.locator("[data-screen=tutorial] [data-next]")
        while onward.inner_text() != "Démarrer":
            onward.click()
        onward.click()
        self.presses("Commencer l'épreuve")

    def begin_at(self, sitting: Sitting, question: int) -> None:
        """As if the pupil had let the time pass up to `question`; the page learns it from the platform."""
        self.begin(sitting)
        self.reaches(1)
        passed = {"c": "", "e": 1, "s": 1, "f": True, "l": False, "at": 0, "o": "live"}
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

    def waits(self, expression: str, seconds: float) -> None:
        """Until a JavaScript expression is true; Playwright's own way of waiting breaks our Content Security Policy."""
        last = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < last, expression
            self.page.wait_for_timeout(100)

    def reads(self, tree: str) -> None:
        """Whoever hears the page instead of seeing it is given `tree`, axe finds nothing, and 320 px are enough."""
        expect(self.page.locator("main")).to_match_aria_snapshot(tree, timeout=15_000)
        found = Axe().run(self.page).response["violations"]
        assert [f"{violation['id']}: {violation['nodes'][0]['html']}" for violation in found] == [], tree
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": 320, "height": size["height"]})
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 320, tree
        self.page.set_viewport_size(size)

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


def choices(sitting: Sitting) -> str:
    """The letters the platform holds, in the order of the questions; « - » for none, « . » for no answer at all."""
    sitting.refresh_from_db()
    held = [sitting.responses.get(str(number)) for number in range(1, rules.QUESTIONS + 1)]
    return " ".join("." if response is None else response["c"] or "-" for response in held)


def killed(profile: Path) -> None:
    """kill -9 of the browser that works in this folder, and of nothing else."""
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"--user-data-dir={profile}".encode() in process.read_bytes():
                os.kill(int(process.parent.name), signal.SIGKILL)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it went with its parent
