"""Handbook 9: those who failed or never came are planned for the rattrapage, and get its convocation; then the same for
a whole school, whose documents are prepared by a job."""

from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser import pdf_pages


def assert_accessible(person) -> None:
    """By axe in both themes, without sideways scrolling on a telephone."""
    page = person.page
    for scheme, width in (("light", 1280), ("dark", 320)):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_rattrapage_from_its_form_to_its_convocations(head, sat_exam, monkeypatch):
    head.goes("/epreuves/nouvelle/")
    head.selects("Type d'épreuve", "Examen")
    head.selects("Épreuve", "ASSR1")
    head.fills("Nom de l'épreuve", "Rattrapage 5A")
    head.fills("Date planifiée", (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT10:00"))
    head.presses("Choisir les candidats")
    assert "rattrapage" in head.row("BAILLY")[-1].lower()
    assert_accessible(head)
    for name in ("BAILLY Hugo", "CISSÉ Awa"):
        head.page.get_by_label(name, exact=True).check(force=True)
    head.presses("Générer l'épreuve")
    head.sees_title("Rattrapage 5A")
    assert_accessible(head)

    monkeypatch.setattr("exams.tasks.PRINTED_AT_ONCE", 1)
    head.page.get_by_role("link", name="Toutes les convocations").click()
    head.sees_title("Convocations")
    expect(head.page.get_by_text("Ce document réunit 2 candidats")).to_be_visible()
    assert_accessible(head)
    head.presses("Préparer le PDF")
    head.sees_title("Convocations – Rattrapage 5A")
    head.sees("C’est terminé")
    assert_accessible(head)
    pages = pdf_pages(head.prints("Télécharger le fichier"))
    assert [name for page, name in zip(pages, ("BAILLY", "CISSÉ"), strict=True) if name in page] == ["BAILLY", "CISSÉ"]
    assert all("ÉPREUVE DE RATTRAPAGE" in page.upper() for page in pages)
