"""The bank's pages in Chromium: the preview plays, and every page passes axe in light and dark, wide and narrow."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from exams import actions, rules
from exams.models import ExamQuestion, QuestionFigures
from tests.browser import Person
from tests.conftest import administrator
from tests.exams.bank.conftest import make_question, reworded
from tests.factories import ExamFactory, make_bank

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LIST = "/administration/exams/question/"
# The corner of Django's tables in a form has no heading.
AXE = {"rules": {"empty-table-header": {"enabled": False}}}


@pytest.fixture
def editor(browser, live_server, short_media):
    """A national administrator at a browser, to whom any question's media are served."""
    client = administrator(is_superuser=True)
    # Without motion: a link whose colour is still on its way from the dark theme has neither theme's contrast.
    context = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])

    def serve(route):
        name = route.request.url.rsplit("/", 1)[-1]
        file = short_media / name
        route.fulfill(path=file) if file.exists() else route.abort()

    context.route(re.compile("/media/bank/"), serve)
    person = Person(context, live_server.url)
    yield person
    assert person.errors == []
    context.close()


def test_a_question_is_previewed_as_candidates_see_it(editor, published, monkeypatch):
    monkeypatch.setattr(rules, "ANSWER_TIME", rules.timedelta(seconds=2))
    sent = []
    editor.page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    editor.goes(f"{LIST}{published.pk}/apercu/")
    editor.sees_title("Aperçu de la question")
    editor.presses("Lancer l’aperçu")
    expect(editor.page.get_by_role("heading", name="Le bonhomme est rouge : que fais-tu ?")).to_be_visible()
    editor.sees("Une seule réponse est attendue")
    editor.page.get_by_label(re.compile("J’attends le vert")).check(force=True)
    editor.sees_title("Le temps est écoulé")
    editor.presses("Revoir")
    expect(editor.page.get_by_role("heading", name="Le bonhomme est rouge : que fais-tu ?")).to_be_visible()
    assert sent == []
    editor.follows("Retour à la question")
    expect(editor.page).to_have_url(re.compile(rf"/{published.pk}/change/$"))


def test_every_page_of_the_bank_is_accessible(editor, published, tmp_path):
    make_bank(per_theme=6)
    row = ExamQuestion.objects.create(exam=ExamFactory(), number=1, question=published)
    QuestionFigures.objects.create(
        question=published, year=2026, kind="exam", answers=200, right=90, rest=2200, rest_squares=26_400,
        rest_of_right=900, choices={"A": 90, "B": 70, "": 40},
    )  # fmt: skip
    draft = actions.save_question(content=reworded(make_question()), question=published)
    for name, path in {
        "liste": LIST,
        "ajout": f"{LIST}add/",
        "utilisee": f"{LIST}{published.pk}/change/",
        "brouillon": f"{LIST}{draft.pk}/change/",
        "apercu": f"{LIST}{published.pk}/apercu/",
        "publier": f"{LIST}{draft.pk}/publier/",
        "retirer": f"{LIST}{published.pk}/retirer/",
        "couverture": f"{LIST}couverture/",
        "importer": f"{LIST}importer/",
    }.items():
        editor.goes(path)
        looks_right(editor, name, tmp_path)
    editor.goes(f"{LIST}{published.pk}/neutraliser/")
    looks_right(editor, "neutraliser", tmp_path)
    editor.fills("Numéro de l’épreuve", row.exam.number)
    editor.presses("Voir ce qui changerait")
    looks_right(editor, "neutraliser-vu", tmp_path)
    wrong_file(editor, tmp_path)
    looks_right(editor, "fautes", tmp_path)


def wrong_file(editor, folder: Path) -> None:
    (folder / "banque.zip").write_bytes(b"PK\x03\x04")
    editor.goes(f"{LIST}importer/")
    editor.page.get_by_label("Fichier de la banque").set_input_files(folder / "banque.zip")
    editor.presses("Lire le fichier")
    editor.sees("Ce fichier ne peut pas être importé")


def looks_right(editor, name: str, folder: Path) -> None:
    for width in (1280, 390):
        for scheme in ("light", "dark"):
            editor.page.set_viewport_size({"width": width, "height": 900})
            editor.page.emulate_media(color_scheme=scheme)
            editor.looks(folder / f"{name}-{width}-{scheme}.png")
            violations = Axe().run(editor.page, options=AXE).response["violations"]
            found = [f"{violation['id']}: {violation['nodes'][0]['html'][:200]}" for violation in violations]
            assert found == [], (name, width, scheme)
    editor.errors.clear()  # a picture adds a style of its own, which the policy refuses
