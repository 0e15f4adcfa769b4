"""The two OpenID Connect doors in Chromium, through a provider that runs (handbook 2.1 and 2.2; A1, A11, P1)."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from esr.ops.demo_people import delegation
from esr.ops.mock_provider import Someone
from establishments.models import User
from tests import mock_provider
from tests.factories import CandidateFactory, EstablishmentFactory, ExamFactory, SittingFactory

OURS, OTHER = "0750655E", "9740999T"


@pytest.fixture
def academic(school, settings, monkeypatch):
    CandidateFactory(establishment=school, last_name="DESMIMOSAS")
    volcan = EstablishmentFactory(name="Lycée du Volcan", identifier=OTHER, time_zone="Indian/Reunion", academy="28")
    CandidateFactory(establishment=volcan, last_name="DUVOLCAN")
    today, day = timezone.localdate(), timedelta(days=1)
    head = {"FrEduFonctAdm": "DIR"}
    people = [
        Someone("Cheffe", "cheffe", head | {"FrEduRneResp": f"{OURS}$UAJ$PU$N$T3$CLG$300"}),
        Someone("Chef de deux", "deux", head | {"FrEduRneResp": [OURS, OTHER]}),
        Someone("Surveillante", "surv", {"FrEduResDel": delegation(OURS, today, today, attribute="FrEduRne")}),
        Someone("Hier", "hier", {"FrEduResDel": delegation(OURS, today - 90 * day, today - day)}),
        Someone("Ailleurs", "ailleurs", head | {"FrEduRneResp": "0781977A"}),
    ]
    with mock_provider.running("academic", settings, monkeypatch, people) as provider:
        yield provider


def enters(person, label: str) -> None:
    person.goes("/login")
    person.follows("Se connecter avec un compte académique")
    person.sees_title("Fournisseur d’essai")
    person.follows(label)


def test_a_head_and_a_supervisor(someone, academic):
    head = someone()
    enters(head, "Cheffe")
    head.sees("Actualités")
    head.follows("Liste des candidats")
    assert head.row("DESMIMOSAS")
    head.goes("/compte/")
    head.sees_title("Compte responsable d'établissement")
    assert head.page.get_by_role("link", name="Changer le mot de passe").count() == 0
    head.presses("Collège des Mimosas")
    assert head.page.get_by_role("link", name="Changer d'établissement").count() == 0
    head.presses("Déconnexion")
    head.goes("/accueil/")
    head.sees_title("Connexion des établissements organisateurs d'épreuves")

    supervisor = someone()
    enters(supervisor, "Surveillante")
    supervisor.sees_title("Liste des épreuves")
    assert supervisor.page.get_by_role("link", name="Liste des candidats").count() == 0


def test_a_person_with_two_schools_chooses_and_changes_over(someone, academic):
    person = someone()
    enters(person, "Chef de deux")
    person.sees_title("Choisissez votre établissement")
    person.page.get_by_label("Lycée du Volcan").check(force=True)
    person.presses("Continuer")
    person.follows("Liste des candidats")
    assert person.row("DUVOLCAN")
    assert person.page.get_by_text("DESMIMOSAS").count() == 0

    person.presses("Lycée du Volcan")
    person.follows("Changer d'établissement")
    person.page.get_by_label("Collège des Mimosas").check(force=True)
    person.presses("Continuer")
    person.follows("Liste des candidats")
    assert person.row("DESMIMOSAS")
    assert person.page.get_by_text("DUVOLCAN").count() == 0


@pytest.mark.parametrize(
    ("label", "title"), [("Hier", "Aucun droit à ce jour"), ("Ailleurs", "Établissement non habilité")]
)
def test_a_person_without_right(someone, academic, label, title):
    person = someone()
    enters(person, label)
    person.sees_title("Ce compte n’ouvre aucun établissement")
    person.sees(title)
    person.follows("Revenir à la page de connexion")
    person.goes("/accueil/")
    person.sees_title("Connexion des établissements organisateurs d'épreuves")
    assert User.objects.filter(identities__isnull=False).count() == 0


def test_a_pupil_and_a_parent(someone, school, settings, monkeypatch):
    exam = ExamFactory(establishment=school, exam_questions__count=20)
    candidate = CandidateFactory(establishment=school, last_name="HERVÉ", first_name="Éloïse", identifier="130564139AC")
    SittingFactory(exam=exam, candidate=candidate)
    child = {"FrEduCtEleveINE": "130564139AC", "given_name": "Éloïse", "family_name": "HERVÉ"}
    people = [
        Someone("Éloïse", "eleve", child | {"FrEduCtPersonAffiliation": ["eleve2d"], "FrEduCtEleveUAI": OURS}),
        Someone("Sa mère", "mere", child | {"FrEduCtPersonAffiliation": ["resp2d"]}),
    ]
    person = someone()
    with mock_provider.running("educonnect", settings, monkeypatch, people):
        for label, title in (
            ("Sa mère", "La connexion avec ÉduConnect n’a pas abouti"),
            ("Éloïse", "Est-ce bien vous"),
        ):
            person.goes("/examen/")
            person.fills("Numéro de l'épreuve", exam.number)
            person.presses("Valider")
            person.follows("Accéder avec un compte ÉduConnect")
            person.follows(label)
            person.sees_title(title)
    person.sees("HERVÉ")
    assert Session.objects.count() == 0
    assert User.objects.filter(identities__isnull=False).count() == 0
