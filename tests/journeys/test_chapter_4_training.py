"""Handbook 4.2: anybody prepares for each attestation on the public site, with the real bank."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from establishments.enums import Attestation
from exams import rules
from exams.models import Question
from tests.browser import Person
from tests.journeys.test_chapter_5_exam import plain

# Gives the first `right` questions of a test their expected letters, and the others a letter that is not expected.
ANSWERER = """([key, right]) => {
  const answering = document.querySelector("[data-answering]");
  let asked = 0;
  const answer = () => {
    if (answering.hidden) return;
    const statement = document.querySelector("[data-statement]").textContent.replaceAll("\\u00a0", " ");
    const letters = [...document.querySelectorAll("[data-bricks] input")].map(({ value }) => value);
    asked += 1;
    const wrong = letters.filter((letter) => !key[statement].includes(letter)).slice(0, 1);
    for (const letter of asked <= right ? key[statement] : wrong) document.querySelector(`#brick-${letter}`).click();
  };
  new MutationObserver(answer).observe(answering, { attributes: true, attributeFilter: ["hidden"] });
  answer();
}"""


def key(attestation: str) -> dict[str, str]:
    """Statement → expected letters, of all that the public site may ask."""
    questions = Question.objects.for_attestation(attestation).for_kind("training").prefetch_related("propositions")
    return {plain(question.statement): question.expected for question in questions}


def sound(page: Page) -> None:
    assert Axe().run(page).violations_count == 0


def begin(person: Person, attestation: str, verb: str) -> None:
    person.goes("/")
    person.sees_title("Se préparer aux attestations de sécurité routière")
    person.follows(attestation)
    person.sees_title(f"Se préparer à l'{attestation}")
    person.follows(f"Je {verb} à l'{attestation}")
    person.sees_title(f"Je {verb} à l'{attestation}")


@pytest.mark.parametrize("attestation", Attestation.values)
def test_training(someone, bank, attestation):
    person, answers = someone(), key(attestation)
    page = person.page
    begin(person, attestation, "m'entraîne")
    person.presses("Commencer l'entraînement")
    for number, right in ((1, True), (2, False), (3, True)):
        expect(page.get_by_role("button", name="Valider ma réponse")).to_be_visible()
        assert page.get_by_role("button", name="Réécouter la description").is_visible() == (attestation == "AER")
        expected = answers[plain(page.locator("[data-statement]").inner_text())]
        several = "Plusieurs réponses sont attendues" if len(expected) > 1 else "Une seule réponse est attendue"
        person.sees(several)
        wrong = next(letter for letter in "ABCD" if letter not in expected)
        for letter in expected if right else wrong:
            page.keyboard.press(letter.lower())
        person.presses("Valider ma réponse")
        expect(
            page.get_by_role("heading", level=2, name="Correct" if right else "Incorrect", exact=True)
        ).to_be_focused()
        title = "Réponses attendues" if len(expected) > 1 else "Réponse attendue"
        expect(page.locator("[data-verdict]")).to_contain_text(f"{title}\xa0: {', '.join(expected)}")
        sound(page)
        if number < 3:
            person.presses("Question suivante")
    person.presses("Terminer l'entraînement et afficher les statistiques")
    person.sees_title("Cet entraînement est terminé")
    person.sees("2 réponses correctes sur 3.")
    person.sees("Statistiques de l'entraînement")
    person.sees("1 erreur / 3 questions")
    sound(page)
    person.follows("Commencez un nouvel entraînement")
    person.sees_title(f"Je m'entraîne à l'{attestation}")
    assert page.context.cookies() == []


@pytest.mark.parametrize(("attestation", "right"), [("ASSR1", 13), ("ASSR2", 10), ("ASR", 9), ("AER", 20)])
def test_self_test(someone, bank, monkeypatch, attestation, right):
    monkeypatch.setattr(rules, "answer_time", lambda *, extra_time: timedelta(seconds=0.8))
    person = someone()
    page = person.page
    begin(person, attestation, "me teste")
    person.presses("Commencer le test")
    page.evaluate(ANSWERER, [key(attestation), right])
    title = "Bravo ! Vous avez réussi" if right >= 10 else "Pas encore réussi : continuez à vous entraîner"
    expect(page.locator("[data-lead]")).to_be_visible(timeout=120_000)
    assert plain(page.locator("h1:visible").inner_text()) == title
    outcome = "Admis" if right >= 10 else "Échoué"
    lead = plain(page.locator("[data-lead]").inner_text())
    assert lead == plain(f"Résultat : {right}/20. À l’examen, ce serait « {outcome} ».")
    person.sees("Statistiques du test")
    wrong = 20 - right
    person.sees(f"{wrong} erreur{'s' if wrong > 1 else ''} / 20 questions")
    person.sees("Corrigé du test")
    articles = page.locator("[data-corrected] article")
    expect(articles).to_have_count(20)
    assert articles.locator("[data-right]").all_inner_texts() == ["Correct"] * right + ["Incorrect"] * wrong
    # A bar of each theme, as many questions as the blueprint has.
    figures = [plain(text).split() for text in page.locator("[data-chart] [data-figure]").all_inner_texts()]
    assert [int(figure[2].rstrip(",")) for figure in figures] == list(rules.BLUEPRINT.values())
    assert sum(int(figure[0]) for figure in figures) == right
    sound(page)
    assert page.context.cookies() == []
