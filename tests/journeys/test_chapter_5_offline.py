"""Handbook 5.4: an exam without internet, from its creation to the attestation."""

from datetime import timedelta
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from exams import actions
from exams.models import Exam
from tests.browser import pdf_pages
from tests.journeys.conftest import move_to_the_past


def assert_accessible(page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_from_creation_to_the_attestation(head, candidates, bank):
    head.follows("Liste des épreuves")
    head.follows("Créer une nouvelle épreuve")
    head.selects("Type d'épreuve", "Examen (sans accès internet)")
    head.fills("Nom de l'épreuve", "Examen 3C")
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1))
    head.fills("Date planifiée", f"{tomorrow:%Y-%m-%dT09:00}")
    head.presses("Choisir les candidats")
    head.sees("Sans tiers-temps")
    for candidate in candidates.values():
        head.page.locator(f"#candidate-{candidate.pk}").check(force=True)
    head.presses("Générer l'épreuve")
    exam = Exam.objects.get()
    for label in ("Codes d'accès", "Page de restauration des résultats"):
        expect(head.page.get_by_role("link", name=label)).to_have_count(0)
    grids = pdf_pages(head.downloads("Grille de l'épreuve"))
    assert [name for page in grids for name in ("ALEXANDRE", "BAILLY", "CISSÉ") if name in page] == [
        "ALEXANDRE",
        "BAILLY",
        "CISSÉ",
    ]
    key = pdf_pages(head.downloads("Grille des corrections"))
    assert len(key) == 1, "twenty lines on one page"
    expect(head.page.get_by_role("link", name="Film de l'épreuve")).to_be_visible()

    move_to_the_past(exam, timedelta(hours=4))
    head.goes(f"/epreuves/{exam.pk}/")
    head.follows("Saisir les notes")
    assert_accessible(head.page)
    head.page.get_by_label("Note de ALEXANDRE Lily").fill("16")
    head.page.get_by_label("Note de BAILLY Hugo").fill("vingt")
    head.presses("Enregistrer les notes")
    expect(head.page.get_by_text("écrivez une note entière de 0 à 20").first).to_be_visible()
    assert_accessible(head.page)
    head.page.get_by_label("Note de BAILLY Hugo").fill("abs")
    head.presses("Enregistrer les notes")
    assert "Admis" in " ".join(head.row("ALEXANDRE"))
    assert "Absent" in " ".join(head.row("BAILLY"))

    head.follows("Saisir les notes")
    head.page.get_by_role("link", name="Saisir les réponses de CISSÉ Awa").click()
    assert_accessible(head.page)
    right = actions.answer_key(exam)
    for number in range(1, 13):
        group = head.page.get_by_role("group", name=f"Question {number}", exact=True)
        for letter in right[number]:
            group.get_by_label(letter, exact=True).check(force=True)
    head.presses("Enregistrer les réponses")
    head.goes(f"/epreuves/{exam.pk}/")
    assert "12/20" in " ".join(head.row("CISSÉ"))
    head.page.get_by_role("link", name="Détails des réponses de CISSÉ Awa").click()
    head.sees("8 erreurs / 20 questions")
    head.goes(f"/epreuves/{exam.pk}/")
    head.follows("Toutes les attestations")
    attestations = pdf_pages(head.prints("Préparer le PDF"))
    assert len(attestations) == 2


def test_pictures_of_the_typing_pages(head, candidates, bank, school, tmp_path):
    """Nothing scrolls sideways at 320 px."""
    now = timezone.now()
    exam = actions.create_exam(
        establishment=school,
        kind="offline",
        attestation="ASSR1",
        name="Examen 3C",
        starts_at=now - timedelta(hours=1),
        candidates=candidates.values(),
        now=now,
    )
    for path in (f"/epreuves/{exam.pk}/notes/", f"/passations/{exam.sittings.first().pk}/reponses-saisies/"):
        for width in (1280, 320):
            head.page.set_viewport_size({"width": width, "height": 800})
            head.goes(path)
            assert head.page.evaluate("document.documentElement.scrollWidth") <= width
            head.page.screenshot(path=Path(tmp_path, f"{path.split('/')[-2]}-{width}.png"), full_page=True)
