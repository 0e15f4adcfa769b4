"""Handbook 2: who gets in, by which door, and what they find there."""

from playwright.sync_api import expect

from tests.browser import enter_exam
from tests.factories import PASSWORD, ExamFactory, SittingFactory


def test_the_head_signs_in_and_opens_the_supervisors_account(head, someone, school):
    head.sees_title("Accueil")
    for title in ("Actualités", "Calendrier des épreuves"):
        expect(head.page.get_by_role("heading", name=title)).to_be_visible()
    expect(head.page.get_by_role("link", name="Foire aux questions réglementaire et pédagogique")).to_be_visible()
    for tab in ("Accueil", "Liste des épreuves", "Liste des candidats", "Aide"):
        expect(head.page.locator("#onglets").get_by_role("link", name=tab, exact=True)).to_be_visible()
    head.presses("Collège des Mimosas")
    for entry in (
        "Compte responsable d'établissement",
        "Compte surveillant",
        "Statistiques",
        "Modèle d'attestation de réussite",
    ):
        expect(head.page.get_by_role("link", name=entry, exact=True)).to_be_visible()
    expect(head.page.get_by_role("button", name="Déconnexion")).to_be_visible()
    head.follows("Compte surveillant")
    login = school.memberships.get(role="supervisor").user.username
    head.sees(login)

    ExamFactory(establishment=school, name="Examen 5A")
    supervisor = someone()
    supervisor.signs_in(login, PASSWORD)
    supervisor.sees_title("Liste des épreuves")
    supervisor.sees("Examen 5A")
    for hidden in ("Créer une nouvelle épreuve", "Liste des candidats"):
        expect(supervisor.page.get_by_role("link", name=hidden)).to_have_count(0)
    supervisor.goes("/candidats/")
    assert supervisor.page.title().startswith("Accès refusé")


def test_a_wrong_password_says_nothing_of_the_account(someone, school):
    texts = []
    for name in ("ce@example.org", "personne@example.org"):
        person = someone()
        person.signs_in(name, "Faux-mot-de-passe-1!")
        texts.append(person.page.locator("main").inner_text())
    assert texts[0] == texts[1]


def test_a_candidate_enters_with_number_and_code(someone, school):
    exam = ExamFactory(establishment=school)
    sitting = SittingFactory(exam=exam, candidate__last_name="ALEXANDRE", candidate__first_name="Lily")
    pupil = someone()
    pupil.goes("/examen/")
    pupil.fills("Numéro de l'épreuve", "1234")
    pupil.presses("Valider")
    expect(pupil.page.get_by_text("aucune épreuve").first).to_be_visible()
    enter_exam(pupil, sitting)
    pupil.sees("ALEXANDRE")
    pupil.presses("Ce n'est pas moi")
    expect(pupil.page.get_by_label("Numéro de l'épreuve", exact=True)).to_be_visible()
