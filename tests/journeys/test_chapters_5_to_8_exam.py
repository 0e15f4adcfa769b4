"""Handbook 5 to 8: an exam from its creation to the attestations, with three candidates.

Lily answers thirteen questions right, Hugo (tiers-temps) four, Awa never comes. So the marks are 13/20 « Admis » and
4/20 « Échoué », one candidate is absent, and one attestation is printed.
"""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from exams import actions
from exams.models import Exam, Sitting
from tests.browser import enter_exam, pdf_pages
from tests.factories import CandidateFactory

RIGHT = {"Lily": 13, "Hugo": 4}


@pytest.fixture
def candidates(school):
    return {
        first_name: CandidateFactory(
            establishment=school, last_name=last_name, first_name=first_name, extra_time=first_name == "Hugo"
        )
        for last_name, first_name in (("ALEXANDRE", "Lily"), ("BAILLY", "Hugo"), ("CISSÉ", "Awa"))
    }


def create_exam(head) -> Exam:
    """Chapter 5.1: the two steps, then the exam's page while it is « À venir »."""
    head.follows("Liste des épreuves")
    head.follows("Créer une nouvelle épreuve")
    head.sees_title("Nouvelle épreuve")
    head.selects("Type d'épreuve", "Examen")
    head.selects("Épreuve", "ASSR1")
    head.fills("Nom de l'épreuve", "Examen 5A")
    head.fills("Date planifiée", (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT10:00"))
    head.fills("Lieu de l'examen (facultatif)", "Salle informatique")
    head.fills("Informations complémentaires à ajouter sur la convocation (facultatif)", "Apportez votre casque.")
    head.presses("Choisir les candidats")
    head.sees_columns("Candidat", "Classe", "Date de naissance", "Tps", "Information")
    head.presses("Tout")
    expect(head.page.get_by_text("3 candidat(s) sélectionné(s)")).to_be_visible()
    head.presses("Générer l'épreuve")
    head.sees_title("Examen 5A")
    return Exam.objects.get()


def check_upcoming(head, exam: Exam) -> None:
    for text in ("À venir", "Inscrits : 3", "Absents : 0"):
        head.sees(text)
    head.sees_columns("Nom", "Prénom", "Classe", "Tps +", "Note", "Résultat", "Corrigé pdf", "Réponses", "Attestation")
    pages = pdf_pages(head.downloads("Toutes les convocations"))
    assert len(pages) == 3
    for page, name in zip(pages, ("ALEXANDRE", "BAILLY", "CISSÉ"), strict=True):
        assert name in page
        assert "Salle informatique" in page
        assert "Apportez votre casque." in page
        assert "iers-temps" not in page
    head.follows("Codes d'accès")
    expect(head.page.get_by_text(exam.number[:4]).first).to_be_visible()
    codes = " ".join(pdf_pages(head.downloads("PDF")))
    for sitting in exam.sittings.all():
        assert sitting.access_code in codes.replace(" ", "")
    head.goes(f"/epreuves/{exam.pk}/")


def plain(statement: str) -> str:
    """The statement as it was written: on screen its spaces before « ? » do not break."""
    return statement.replace("\u00a0", " ").replace("\u202f", " ")


def sit(pupil, sitting: Sitting, right: int) -> None:
    """Chapter 5.2: identity, tutorial, twenty questions, and the message that the results have arrived."""
    key = actions.answer_key(sitting.exam)
    by_statement = {row.question.statement: key[row.number] for row in sitting.exam.exam_questions.all()}
    enter_exam(pupil, sitting)
    pupil.page.get_by_role("link", name="Commencer", exact=True).click()
    while not pupil.page.get_by_role("button", name="Démarrer", exact=True).is_visible():
        pupil.presses("Suivant")
    pupil.presses("Démarrer")
    pupil.sees_title(f"{sitting.candidate.first_name}, c'est à vous")
    pupil.presses("Commencer l'épreuve")
    for position in range(20):
        heading = pupil.page.locator("[data-statement]")
        expect(heading).to_be_visible(timeout=20_000)
        statement = heading.inner_text()
        expected = by_statement[plain(statement)]
        banner = "Une seule réponse est attendue" if len(expected) == 1 else "Plusieurs réponses sont attendues"
        expect(pupil.page.get_by_text(banner, exact=True)).to_be_visible()
        for letter in expected if position < right else ():
            pupil.page.keyboard.press(letter.lower())
        if position < 19:
            expect(heading).not_to_have_text(statement, timeout=10_000)
    expect(pupil.page.get_by_text("Vos résultats sont bien enregistrés.")).to_be_visible(timeout=20_000)
    pupil.sees_title("L'épreuve est terminée")


def end_of_the_exam(exam: Exam, closed_hours_ago: int) -> None:
    """Move the exam back in time, as if its three hours were over since `closed_hours_ago` hours."""
    back = timedelta(hours=3 + closed_hours_ago)
    Exam.objects.filter(pk=exam.pk).update(
        starts_at=timezone.now() - back, ends_at=timezone.now() - timedelta(hours=closed_hours_ago)
    )
    Sitting.objects.filter(exam=exam, state="closed").update(closed_at=timezone.now() - back + timedelta(minutes=30))


def test_from_creation_to_attestation(head, someone, candidates, bank, answer_time):
    exam = create_exam(head)
    check_upcoming(head, exam)
    now = timezone.now()
    Exam.objects.filter(pk=exam.pk).update(starts_at=now - timedelta(minutes=5), ends_at=now + timedelta(minutes=175))
    exam.refresh_from_db()

    head.page.reload()
    head.sees("Actif")
    expect(head.page.get_by_role("link", name="Modifier l'épreuve")).to_have_count(0)
    for first_name, right in RIGHT.items():
        pupil = someone()
        sit(pupil, exam.sittings.get(candidate=candidates[first_name]), right)
        # The page refreshes by itself: nobody touches it.
        expect(head.page.get_by_text(f"{right}/20")).to_be_visible()
        pupil.presses("Se déconnecter")
    assert head.row("ALEXANDRE")[4:6] == ["13/20", "Admis"]
    assert head.row("BAILLY")[4:6] == ["4/20", "Échoué"]
    head.sees("Absents : 0")
    times = exam.sittings.exclude(state="not_started").values_list("candidate__first_name", "answer_ms")
    assert dict(times) == {"Lily": 2000, "Hugo": 3000}

    # Before the correction opens the candidate is told when.
    lily = exam.sittings.get(candidate=candidates["Lily"])
    pupil = someone()
    enter_exam(pupil, lily)
    expect(pupil.page.get_by_text("13/20")).to_have_count(0)

    end_of_the_exam(exam, closed_hours_ago=24)
    head.page.reload()
    head.sees("Terminé")
    head.sees("Absents : 1")
    assert head.row("CISSÉ")[5] == "Absent"

    # Chapter 6: corrections.
    correction = " ".join(pdf_pages(head.downloads("Corrigé pdf")))
    assert correction.count("attendue") >= 20
    head.page.get_by_role("link", name="Détails").first.click()
    expect(head.page.get_by_text("13/20").first).to_be_visible()
    expect(head.page.get_by_text("Correct", exact=True)).to_have_count(13)
    expect(head.page.get_by_text("Incorrect", exact=True)).to_have_count(7)
    head.follows("Retour au détail de l'épreuve")
    head.follows("Corrigé vidéo")
    expect(head.page.locator("video")).to_have_count(20)
    head.goes(f"/epreuves/{exam.pk}/")
    head.follows("Statistiques des réponses")
    head.sees_title("Statistiques des réponses")
    expect(head.page.get_by_role("link", name="Télécharger le rapport")).to_be_visible()
    enter_exam(pupil, lily)
    expect(pupil.page.get_by_text("13/20").first).to_be_visible()

    # Chapter 7: the list says the result, never the mark.
    head.follows("Liste des candidats")
    day = timezone.localtime(Exam.objects.get().starts_at).strftime("%d/%m/%Y")
    assert f"Admis le {day}" in head.row("ALEXANDRE")
    assert f"Échoué le {day}" in head.row("BAILLY")
    assert f"Absent le {day}" in head.row("CISSÉ")
    expect(head.page.get_by_text("13/20")).to_have_count(0)

    # Chapter 8: one attestation, for the one who was admitted.
    head.goes(f"/epreuves/{exam.pk}/")
    pages = pdf_pages(head.downloads("Toutes les attestations"))
    assert len(pages) == 1
    for piece in ("ALEXANDRE", "Lily", "03/04/2012", "Collège des Mimosas", "SEUL DUPLICATA"):
        assert piece in pages[0], piece
