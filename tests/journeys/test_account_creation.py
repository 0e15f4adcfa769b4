"""Handbook 2.1: how an establishment gets its account, with the e-mails it receives."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import expect

from establishments import actions
from establishments.models import AccountRequest, AuthorisedEstablishment, User
from tests.factories import PASSWORD

LINES = {
    "collège": ("Établissement scolaire", "uai", "0750655E", "Collège des Mimosas", "EN"),
    "EPIDE": ("EPIDE", "epide", "EPIDE LYON", "EPIDE de Lyon", "EPID"),
    "PJJ": ("Établissement de la PJJ", "srj", "STEMO75", "STEMO de Paris", "PJJ"),
    "médico-social": ("Établissement médico-social", "finess", "010000024", "IME Les Pins", "MEDS"),
}


@pytest.fixture(autouse=True)
def _links_lead_to_this_server(live_server, settings):
    settings.SITE_URL = live_server.url
    cache.clear()


def put_on_the_list(kind, identifier, name, category, **fields) -> AuthorisedEstablishment:
    return AuthorisedEstablishment.objects.create(
        identifier_kind=kind,
        identifier=identifier,
        name=name,
        category=category,
        **{
            "status": "public",
            "academy": "10",
            "department": "Rhône",
            "region": "Auvergne-Rhône-Alpes",
            "address": "1 rue des Pins",
            "postal_code": "69001",
            "city": "Lyon",
            "email": "etablissement@example.org",
        }
        | fields,
    )


def starts(person, label: str, identifier: str) -> None:
    person.goes("/login")
    person.follows("créer un compte pour mon établissement")
    person.sees_title("Créer un compte pour mon établissement")
    person.page.get_by_role("radio", name=re.compile(f"^{label}")).check(force=True)
    person.fills("Numéro/identifiant de l’établissement", identifier)
    person.presses("Continuer")


def opens_the_account(person, address: str) -> None:
    """From the filled form to the home page, by the e-mail."""
    person.fills("Mot de passe", PASSWORD)
    person.presses("Créer le compte")
    person.sees_title("Consultez la messagerie de votre établissement")
    message = mail.outbox[-1]
    assert (message.to, message.subject) == ([address], "Ouvrez le compte de votre établissement")
    assert not User.objects.exclude(is_staff=True).exists()
    person.page.goto(re.search(r"http://\S+", message.body).group())
    person.sees_title("Ouvrir le compte de votre établissement")
    person.fills("Mot de passe", PASSWORD)
    person.presses("Ouvrir le compte")
    person.sees("Le compte de votre établissement est ouvert : vous pouvez vous connecter.")
    person.signs_in(address, PASSWORD)
    person.sees_title("Accueil")


@pytest.mark.parametrize("case", LINES)
def test_an_establishment_on_the_list_opens_its_account(someone, transactional_db, case):
    label, kind, identifier, name, category = LINES[case]
    put_on_the_list(kind, identifier, name, category)
    person = someone()
    starts(person, label, identifier.lower())
    expect(person.page.get_by_label("Nom de l’établissement")).to_have_value(name)
    opens_the_account(person, "etablissement@example.org")
    person.presses(name)
    person.follows("Compte responsable d'établissement")
    person.sees("Compte local")


def test_a_refusal_a_request_its_acceptance_and_the_account(someone, transactional_db):
    person = someone()
    starts(person, "Établissement médico-social", "010000024")
    person.sees_title("Votre établissement n’est pas sur la liste")
    person.fills("Nom de l’établissement", "IME Les Pins")
    person.fills("Adresse mail", "ime@example.org")
    person.selects("Statut", "Privé")
    person.selects("Académie", "Lyon")
    person.fills("Commune", "Lyon")
    person.presses("Envoyer la demande")
    person.sees_title("Votre demande est envoyée")
    assert mail.outbox[-1].subject == "Votre demande d’habilitation est reçue"

    administrator = User.objects.create_user("academie", is_staff=True, academy="10")
    actions.accept_request(request=AccountRequest.objects.get(), by=administrator, now=timezone.now())
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        ["ime@example.org"],
        "Demande acceptée : créez le compte de votre établissement",
    )

    person.page.goto(re.search(r"http://\S+", mail.outbox[-1].body).group())
    expect(person.page.get_by_label("Nom de l’établissement")).to_have_value("IME Les Pins")
    for label, value in (
        ("Département", "Rhône"),
        ("Région", "Auvergne-Rhône-Alpes"),
        ("Adresse postale", "1 rue des Pins"),
        ("Code postal", "69001"),
    ):
        person.fills(label, value)
    opens_the_account(person, "ime@example.org")


def test_a_refused_request_is_told_by_mail(someone, transactional_db):
    person = someone()
    starts(person, "EPIDE", "Épide inconnu")
    person.sees("ÉPIDE INCONNU")
    person.fills("Nom de l’établissement", "EPIDE inconnu")
    person.fills("Adresse mail", "epide@example.org")
    person.selects("Statut", "Public")
    person.selects("Académie", "Lyon")
    person.fills("Commune", "Lyon")
    person.presses("Envoyer la demande")
    person.sees_title("Votre demande est envoyée")
    administrator = User.objects.create_user("academie", is_staff=True, academy="10")
    actions.refuse_request(
        request=AccountRequest.objects.get(), by=administrator, reason="Acronyme inconnu.", now=timezone.now()
    )
    assert mail.outbox[-1].to == ["epide@example.org"]
    assert "Acronyme inconnu." in mail.outbox[-1].body
