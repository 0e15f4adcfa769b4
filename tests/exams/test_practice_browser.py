"""The public site in Chromium: training and self-test, their marking and drawing, reloads, cuts and small screens."""

import itertools
import random
import re
import time
from collections import Counter
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from exams import rules
from exams.enums import Theme
from exams.models import Question
from exams.queries import ThemeScore
from tests.exams.player import Pupil
from tests.factories import QuestionFactory, make_bank

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECOND = timedelta(seconds=1)
TRAINING, TEST = "/preparation/assr1/entrainement/", "/preparation/assr1/test/"
VALIDATE, NEXT = "Valider ma réponse", "Question suivante"
END = "Terminer l'entraînement et afficher les statistiques"


@pytest.fixture
def bank(transactional_db):
    return make_bank()


@pytest.fixture
def modules(pupil, bank):
    """Calls a function of the player's modules with arguments, in the browser: module, function, arguments → result."""
    pupil.goes("/")

    def call(module: str, function: str, cases: list):
        return pupil.page.evaluate(
            "async ([module, name, cases]) => { const found = await import(module);"
            " return cases.map((args) => found[name](...args)); }",
            [f"{pupil.address}/static/js/player/{module}.js", function, cases],
        )

    return call


# --- The rules, in both languages ------------------------------------------------------------------------------------


def test_the_page_marks_as_the_regulation_does(modules):
    answers = ["".join(letters) for n in range(7) for letters in itertools.combinations("ABCDEF", n)]
    pairs = [[given, expected] for given in answers for expected in answers if expected]
    chance = random.Random(6)
    pairs += [["".join(chance.choices("ABCDEF", k=chance.randrange(6))), chance.choice(answers)] for _ in range(500)]
    assert modules("marking", "isRight", pairs) == [rules.is_right(*pair) for pair in pairs]


def test_the_page_admits_as_the_regulation_does(modules):
    marks = [[mark, total, rules.PASS_MARK, rules.QUESTIONS] for total in range(1, 41) for mark in range(total + 1)]
    assert modules("marking", "isAdmitted", marks) == [rules.is_admitted(mark, total) for mark, total, _, _ in marks]


def test_the_page_counts_percents_as_the_reports_do(modules):
    scores = [[right, total] for total in range(1, 41) for right in range(total + 1)]
    assert modules("marking", "percent", scores) == [ThemeScore("", "", *score).percent for score in scores]


def test_the_page_draws_a_test_by_the_blueprint_and_spares_what_was_met(pupil, modules, bank):
    pool = [{"q": question.pk, "theme": str(question.theme)} for question in bank]
    drawn = pupil.page.evaluate(
        """async ([module, pool, blueprint]) => {
          const { drawTest } = await import(module);
          const met = {};
          const tests = [];
          for (let turn = 0; turn < 3; turn += 1) {
            const test = drawTest(pool, blueprint, (q) => met[q] || 0);
            for (const { q } of test) met[q] = (met[q] || 0) + 1;
            tests.push(test);
          }
          return tests;
        }""",
        [f"{pupil.address}/static/js/player/drawing.js", pool, rules.BLUEPRINT],
    )
    for test in drawn:
        assert {theme: sum(q["theme"] == theme for q in test) for theme in rules.BLUEPRINT} == rules.BLUEPRINT
        assert len({q["q"] for q in test}) == rules.QUESTIONS
    assert [q["theme"] for q in drawn[0]] != sorted(q["theme"] for q in drawn[0])  # mixed
    for count in range(1, 4):  # no question comes back before the seven of its theme were asked
        asked = Counter(q["q"] for test in drawn[:count] for q in test)
        for theme in rules.BLUEPRINT:
            times = [asked[q["q"]] for q in pool if q["theme"] == theme]
            assert max(times) - min(times) <= 1, theme


# --- « Je m'entraîne » -----------------------------------------------------------------------------------------------


def begin_training(pupil: Pupil, *themes: str) -> Page:
    pupil.goes(TRAINING)
    if themes:
        pupil.presses("Aucun")
        expect(pupil.page.get_by_text("Choisissez au moins un thème.")).to_be_visible()
        expect(pupil.page.get_by_role("button", name="Commencer l'entraînement")).to_be_disabled()
        for theme in themes:
            pupil.page.locator("label", has_text=theme).click()
    pupil.presses("Commencer l'entraînement")
    return pupil.page


def statement(page: Page) -> str:
    """That of the question which is being asked now."""
    expect(page.get_by_role("button", name=VALIDATE)).to_be_visible()
    return page.locator("[data-statement]").inner_text().replace("\xa0", " ")


def asked(page: Page) -> Question:
    return Question.objects.get(statement=statement(page))


def test_training_corrects_each_question_at_once_by_keyboard_alone(pupil, transactional_db):
    one = QuestionFactory(theme=Theme.SPEED, expected="B", explanation="On ralentit.")
    two = QuestionFactory(theme=Theme.SPEED, expected="AC", explanation="On regarde deux fois.")
    QuestionFactory(theme=Theme.PASSENGERS)
    page = begin_training(pupil, "Vitesse")
    press = page.keyboard.press
    seen = []
    for number in (1, 2):
        question = asked(page)
        seen.append(question)
        expect(page.locator("[data-statement]")).to_be_focused()
        expect(page.get_by_text("Thèmes sélectionnés : Vitesse", exact=False)).to_be_visible()
        expect(page.locator("video:visible")).to_have_js_property("controls", True)
        page.get_by_role("button", name=VALIDATE).focus()
        press("Enter")
        pupil.says("Choisissez d’abord une réponse.")
        page.locator("[data-statement]").focus()
        right = number == 1
        for letter in question.expected if right else "B" if question == two else "A":
            press(letter.lower())
        expect(page.get_by_text("Choisissez d’abord une réponse.")).to_be_hidden()
        page.get_by_role("button", name=VALIDATE).focus()
        press("Enter")
        verdict = page.get_by_role("heading", level=2, name="Correct" if right else "Incorrect", exact=True)
        expect(verdict).to_be_focused()
        letters = ", ".join(question.expected)
        plural = "s" if len(question.expected) > 1 else ""
        expect(page.locator("[data-verdict] [data-expected]")).to_have_text(
            re.compile(f"^Réponse{plural} attendue{plural}\\s: {letters}$")
        )
        expect(page.locator("[data-verdict]")).to_contain_text(question.explanation)
        assert page.locator("[data-bricks] .player-mark").count() >= 1
        press("Tab")
        onward = NEXT if number == 1 else "Afficher les statistiques"
        expect(page.get_by_role("button", name=onward, exact=True)).to_be_focused()
        press("Enter")
    assert {question.pk for question in seen} == {one.pk, two.pk}
    expect(pupil.heading("Cet entraînement est terminé")).to_be_focused()
    expect(page.get_by_text("1 erreur / 2 questions")).to_be_visible()
    bars = page.locator("[data-chart] li").all_inner_texts()
    assert [" ".join(bar.split()) for bar in bars] == ["Vitesse ✓ ✕ 1 sur 2, 50 % de réussite"]
    assert page.locator("[data-corrected] article").count() == 1  # what is to be learnt again
    expect(page.locator("[data-corrected]")).to_contain_text(seen[1].explanation)


def test_no_question_comes_back_before_all_were_asked(pupil, transactional_db):
    """Over several trainings of one visit, and in the theme that both share."""
    for theme in (Theme.SPEED, Theme.PASSENGERS):
        for _ in range(3):
            QuestionFactory(theme=theme)
    seen = []
    for themes, count in ((["Vitesse", "Passagers"], 4), (["Vitesse", "Passagers"], 2)):
        page = begin_training(pupil, *themes)
        for number in range(count):
            seen.append(asked(page).pk)
            page.locator("#brick-A").check()
            pupil.presses(VALIDATE)
            if number < count - 1:
                pupil.presses(NEXT)
        pupil.presses(END)
        pupil.shows("Cet entraînement est terminé")
        pupil.follows("Commencez un nouvel entraînement")
        pupil.shows("Je m'entraîne à l'ASSR1")
    assert len(set(seen)) == 6


def test_a_training_ended_without_an_answer(pupil, bank):
    page = begin_training(pupil)
    expect(page.get_by_text("Thèmes sélectionnés : tous")).to_be_visible()
    pupil.presses(END)
    pupil.shows("Cet entraînement est terminé")
    expect(page.get_by_text("Vous n’avez validé aucune réponse.")).to_be_visible()
    expect(page.get_by_role("heading", name="Statistiques de l'entraînement")).to_be_hidden()
    page.wait_for_timeout(1000)
    pupil.shows("Cet entraînement est terminé")  # the scene that was playing does not bring the question back


def test_a_reload_in_mid_training_is_no_loss(pupil, bank):
    page = begin_training(pupil, "Vitesse")
    first = statement(page)
    page.locator("#brick-A").check()
    pupil.presses(VALIDATE)
    pupil.presses(NEXT)
    second = statement(page)
    page.reload()
    pupil.shows("Un entraînement est en cours")
    expect(page.get_by_text("Vous en êtes à la question 2.")).to_be_visible()
    pupil.presses("Continuer l'entraînement")
    assert statement(page) == second != first
    expect(page.get_by_text("sur 1", exact=False).first).to_be_visible()
    page.reload()
    pupil.presses("Recommencer")
    pupil.shows("Je m'entraîne à l'ASSR1")
    page.reload()
    pupil.shows("Je m'entraîne à l'ASSR1")  # the run is forgotten, the page opens at its beginning


def test_a_browser_that_remembers_nothing_trains_all_the_same(pupil, bank):
    pupil.context.add_init_script(
        "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    page = begin_training(pupil, "Vitesse")
    first = statement(page)
    page.locator("#brick-A").check()
    pupil.presses(VALIDATE)
    pupil.presses(NEXT)
    assert statement(page) != first
    pupil.presses(END)
    pupil.shows("Cet entraînement est terminé")


def test_a_video_that_does_not_come_waits_for_continuer(pupil, bank):
    pupil.page.route("**/media/**/*.mp4", lambda route: route.abort())
    page = begin_training(pupil)
    words = "La vidéo n’a pas pu être lue. Voici ce qu’elle montre ; continuez quand vous voulez."
    expect(page.get_by_role("status").get_by_text(words)).to_be_visible()
    expect(page.get_by_text("Une rue, un passage piéton.")).to_be_visible()
    expect(page.locator("[data-still]")).to_be_visible()
    page.wait_for_timeout(9000)
    expect(page.get_by_role("button", name=VALIDATE)).to_be_hidden()
    pupil.presses("Continuer")
    expect(page.get_by_role("button", name=VALIDATE)).to_be_visible()


def test_questions_that_do_not_arrive_are_asked_for_again(pupil, bank):
    pupil.page.route("**/questions/", lambda route: route.abort())
    pupil.goes(TRAINING)
    pupil.shows("Les questions ne sont pas arrivées")
    pupil.page.unroute("**/questions/")
    pupil.presses("Réessayer")
    pupil.shows("Je m'entraîne à l'ASSR1")


def test_a_browser_takes_the_first_format_that_it_plays(pupil, bank, monkeypatch):
    formats = [("film.xyz", "video/x-unknown"), ("broken.mp4", "video/mp4"), ("video.mp4", "video/mp4")]
    monkeypatch.setattr(
        "exams.queries.player.video_sources",
        lambda question: [{"src": f"/media/bank/{question.media}/{name}", "type": kind} for name, kind in formats],
    )
    names = []
    pupil.media["broken.mp4"] = b"not a video"
    pupil.page.on("request", lambda request: names.append(request.url.rsplit("/", 1)[-1]))
    page = begin_training(pupil)
    statement(page)
    assert "film.xyz" not in names
    assert names.index("broken.mp4") < names.index("video.mp4")
    expect(page.locator("[data-notice]")).to_be_empty()


# --- « Je me teste » -------------------------------------------------------------------------------------------------


def begin_test(pupil: Pupil, *, extra: bool = False) -> Page:
    pupil.goes(TEST)
    if extra:
        pupil.page.locator("label", has_text="tiers-temps").click()
    pupil.presses("Commencer le test")
    return pupil.page


def test_a_whole_test_goes_on_by_itself_even_without_the_network(pupil, bank, answer_time):
    answer_time(0.7 * SECOND)
    page = begin_test(pupil)
    expect(page.locator("[data-answering]")).to_be_visible()
    assert page.locator("video:visible").evaluate("video => video.controls") is False
    assert page.get_by_role("button", name=VALIDATE).count() == 0
    given: dict[str, str] = {}
    letters = itertools.cycle("ABC")
    last = time.monotonic() + 150
    while not page.locator("[data-lead]").is_visible():
        assert time.monotonic() < last
        if page.locator("[data-step]").inner_text() == "Question 17 sur 20":
            pupil.context.set_offline(True)  # from now on there is nothing but what is in the page
        # Answer whatever is on the screen, once.
        shown = page.evaluate(
            """(letter) => {
              const statement = document.querySelector("[data-statement]").textContent;
              const open = !document.querySelector("fieldset").disabled;
              const brick = document.querySelector(`#brick-${letter}`);
              if (!open || !brick || document.querySelector("[data-answering]").hidden) return null;
              if (document.querySelector("[data-bricks] input:checked")) return null;
              brick.click();
              return statement;
            }""",
            letter := next(letters),
        )
        if shown:
            given[shown.replace("\xa0", " ")] = letter
        page.wait_for_timeout(60)
    pupil.context.set_offline(False)
    assert len(given) > 12  # on a busy machine one or the other is missed
    questions = {q.statement: q for q in Question.objects.prefetch_related("propositions")}
    mark = sum(rules.is_right(letter, questions[text].expected) for text, letter in given.items())
    articles = page.locator("[data-corrected] article")
    assert articles.count() == 20
    assert articles.filter(has=page.get_by_text("Aucune réponse n’a été donnée.")).count() == 20 - len(given)
    assert articles.locator("[data-right]").all_inner_texts().count("Correct") == mark
    outcome = "Admis" if rules.is_admitted(mark) else "Échoué"
    lead = page.locator("[data-lead]").inner_text().replace("\xa0", " ")
    assert lead == f"Résultat : {mark}/20. À l’examen, ce serait « {outcome} »."
    figures = page.locator("[data-chart] li [data-figure]").all_inner_texts()
    assert [int(figure.split()[2].rstrip(",")) for figure in figures] == list(rules.BLUEPRINT.values())
    assert sum(int(figure.split()[0]) for figure in figures) == mark
    assert page.locator("[data-chart] .public-cell--right").count() == mark


def test_time_ends_the_question_and_tiers_temps_gives_more(pupil, bank, answer_time, monkeypatch):
    monkeypatch.setattr(rules, "answer_time", lambda *, extra_time: (4 if extra_time else 2) * SECOND)
    pupil.takes_times()
    for extra, seconds in ((False, 2), (True, 4)):
        page = begin_test(pupil, extra=extra)
        expect(page.get_by_text("Question 2 sur 20", exact=True)).to_be_visible()
        shown, closed = pupil.noted("shown")[0], pupil.noted("closed")[0]
        assert shown[0] == closed[0]
        assert abs(closed[1] - shown[1] - seconds * 1000) < 400
        pupil.goes(TEST)
        pupil.presses("Recommencer")
        page.evaluate("sessionStorage.removeItem('noted')")


def test_a_reload_in_mid_test_takes_it_up_again(pupil, bank, answer_time):
    answer_time(1.2 * SECOND)
    page = begin_test(pupil)
    expect(page.get_by_text("Question 3 sur 20", exact=True)).to_be_visible()
    page.reload()
    pupil.shows("Un test est en cours")
    expect(page.get_by_text("Vous en êtes à la question 3 sur 20.")).to_be_visible()
    assert Axe().run(page).violations_count == 0
    pupil.presses("Continuer le test")
    expect(page.get_by_text("Question 3 sur 20", exact=True)).to_be_visible()
    expect(page.get_by_text("Question 4 sur 20", exact=True)).to_be_visible()


# --- Everywhere ------------------------------------------------------------------------------------------------------


def test_a_visit_leaves_nothing_behind_but_in_the_tab(pupil, bank, answer_time):
    answer_time(0.5 * SECOND)
    posts = []
    pupil.page.on("request", lambda request: request.method != "GET" and posts.append(request.url))
    pupil.goes("/")
    pupil.follows("ASSR1")
    pupil.follows("Je m'entraîne à l'ASSR1")
    pupil.presses("Commencer l'entraînement")
    statement(pupil.page)
    pupil.page.locator("#brick-A").check()
    pupil.presses(VALIDATE)
    begin_test(pupil)
    expect(pupil.page.get_by_text("Question 2 sur 20", exact=True)).to_be_visible()
    assert posts == []
    assert pupil.context.cookies() == []
    assert pupil.page.evaluate("indexedDB.databases()") == []
    kept = pupil.page.evaluate("Object.keys(localStorage)")
    assert [name for name in kept if name != "scheme"] == []  # the colours of the pages, as everywhere on the site
    names = pupil.page.evaluate("Object.keys(sessionStorage)")
    assert sorted(names) == ["ASSR1-practice", "ASSR1-self_test", "questions-met"]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (320, "dark")])
def test_every_page_and_state_passes_axe_and_reflows(pupils, bank, answer_time, width, scheme):
    answer_time(600 * SECOND)
    pupil = pupils(color_scheme=scheme, reduced_motion="reduce")
    page = pupil.page
    page.set_viewport_size({"width": width, "height": 768})

    def look():
        violations = [f"{v['id']}: {v['nodes'][0]['html']}" for v in Axe().run(page).response["violations"]]
        assert violations == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url

    pupil.goes("/")
    for details in page.locator("details").all():
        details.locator("summary").click()
    look()
    pupil.goes("/preparation/aer/")
    look()
    for attestation in ("assr1", "aer"):
        pupil.goes(f"/preparation/{attestation}/entrainement/")
        pupil.shows(f"Je m'entraîne à l'{attestation.upper()}")
        look()
        pupil.presses("Commencer l'entraînement")
        statement(page)
        look()
        page.locator("#brick-B").check()
        pupil.presses(VALIDATE)
        expect(page.locator("[data-verdict]")).to_be_visible()
        look()
        pupil.presses(END)
        pupil.shows("Cet entraînement est terminé")
        look()
    pupil.goes(TEST)
    pupil.shows("Je me teste à l'ASSR1")
    look()
    pupil.presses("Commencer le test")
    expect(page.locator("[data-answering]")).to_be_visible()
    look()
    for screen in ("loading", "unreachable", "broken"):
        page.evaluate(
            "name => document.querySelectorAll('[data-screen]').forEach((s) => (s.hidden = s.dataset.screen !== name))",
            screen,
        )
        look()
    Question.objects.all().delete()
    pupil.goes("/preparation/asr/")
    expect(page.get_by_text("Les questions arrivent bientôt")).to_be_visible()
    look()


def test_without_scripts_the_site_says_so(browser, live_server, bank):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}{TRAINING}")
    # This browser is told not to run scripts, and does not know that it has none: it shows no <noscript>.
    expect(page.get_by_text("il faut une version à jour de Firefox")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Je m'entraîne à l'ASSR1")).to_be_visible()
    expect(page.get_by_role("button", name="Commencer l'entraînement")).to_be_hidden()
    context.close()
