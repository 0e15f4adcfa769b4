"""Handbook 5: an exam from its creation to the marks, with three candidates.

Lily answers thirteen questions right, Hugo (tiers-temps) four, Awa never comes. So the marks are 13/20 « Admis » and
4/20 « Échoué », and one candidate is absent.
"""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from exams import actions
from exams.models import Exam, Sitting
from tests.browser import enter_exam, pdf_pages
from tests.journeys.conftest import move_to_the_past

RIGHT = {"Lily": 13, "Hugo": 4}


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


def test_from_creation_to_the_marks(head, someone, candidates, bank, answer_time):
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
    head.follows("Résultats")
    expect(head.page.get_by_role("columnheader", name="Note")).to_be_visible()
    assert head.row("ALEXANDRE")[4:6] == ["13/20", "Admis"]
    assert head.row("BAILLY")[4:6] == ["4/20", "Échoué"]
    head.sees("Absents : 0")
    times = exam.sittings.exclude(state="not_started").values_list("candidate__first_name", "answer_ms")
    assert dict(times) == {"Lily": 2000, "Hugo": 3000}

    move_to_the_past(exam, timedelta(days=1))
    head.page.reload()
    head.sees("Terminé")
    head.sees("Absents : 1")
    assert head.row("CISSÉ")[5] == "Absent"
