"""Handbook 6: corrections, for the establishment and for the candidates."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from exams import queries
from tests.browser import enter_exam, pdf_pages
from tests.journeys.conftest import move_to_the_past


def test_the_establishment_corrects(head, sat_exam):
    head.goes(f"/epreuves/{sat_exam.pk}/")
    correction = " ".join(pdf_pages(head.downloads("Corrigé pdf")))
    for row in sat_exam.exam_questions.select_related("question"):
        assert row.question.statement[:20] in correction
    head.page.get_by_role("link", name="Détails").first.click()
    head.sees_title("Lily ALEXANDRE")
    expect(head.page.get_by_text("13/20").first).to_be_visible()
    expect(head.page.get_by_text("Correct", exact=True)).to_have_count(13)
    expect(head.page.get_by_text("Incorrect", exact=True)).to_have_count(7)
    head.follows("Retour au détail de l'épreuve")
    head.follows("Corrigé vidéo")
    expect(head.page.locator("video")).to_have_count(20)
    head.goes(f"/epreuves/{sat_exam.pk}/")
    head.follows("Statistiques des réponses")
    head.sees_title("Statistiques des réponses")
    # (13 + 4) / 2
    expect(head.page.get_by_text("8,5/20").first).to_be_visible()
    assert head.downloads("Télécharger le rapport")[:5] == b"%PDF-"
    assert head.downloads("Télécharger le tableau")[:2] == b"PK"


def test_the_candidate_sees_the_correction_when_it_opens(someone, candidates, sat_exam):
    lily = sat_exam.sittings.get(candidate=candidates["Lily"])
    move_to_the_past(sat_exam, -timedelta(days=1))  # sat tomorrow: 18:00 of that day is to come
    lily.refresh_from_db()
    opens_at = timezone.localtime(queries.correction_opens_at(lily), lily.exam.establishment.zone)
    pupil = someone()
    enter_exam(pupil, lily)
    expect(pupil.page.get_by_text(f"{opens_at:%d/%m/%Y à %H:%M}")).to_be_visible()
    expect(pupil.page.get_by_text("13/20")).to_have_count(0)
    move_to_the_past(sat_exam, timedelta(days=1))
    enter_exam(pupil, lily)
    expect(pupil.page.get_by_text("Résultat 13/20")).to_be_visible()
    pupil.sees("Réussi")
    own = " ".join(pdf_pages(pupil.downloads("Télécharger le corrigé pdf de Lily")))
    assert "13/20" in own
    assert "BAILLY" not in own
