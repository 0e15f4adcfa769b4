"""Handbook 2.1: who gets in, by which door, and what a refusal says."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from establishments import actions
from establishments.enums import Role
from establishments.models import User
from tests.factories import PASSWORD, EstablishmentFactory, UserFactory

NEW_PASSWORD = "Priorite-a-droite-7"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    cache.clear()


@pytest.fixture
def school(db):
    fields = EstablishmentFactory.build(identifier="0750655E", email="ce.0750655e@example.org").__dict__
    names = ("identifier_kind", "identifier", "name", "email", "category", "status", "academy", "department", "region")
    names += ("address", "postal_code", "city")
    return actions.create_establishment(head_password=PASSWORD, **{name: fields[name] for name in names})


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post("/login", {"login": login, "password": password, **extra})


def user_of(client) -> str | None:
    key = client.session.get("_auth_user_id")
    return User.objects.get(pk=key).username if key else None


@pytest.mark.parametrize("login", ["ce.0750655e@example.org", "CE.0750655E@example.org", "0750655E", "0750655e"])
def test_a_head_signs_in_by_address_or_identifier(client, school, login):
    response = sign_in(client, login)
    assert (response.status_code, response["Location"]) == (302, "/accueil/")
    assert user_of(client) == "0750655E"
    assert mail.outbox == []


def test_a_supervisor_signs_in_once_the_head_has_set_a_password(client, school):
    assert sign_in(client, "surveillant-0750655e").status_code == 200
    actions.set_supervisor_password(establishment=school, password=NEW_PASSWORD)
    response = sign_in(client, "surveillant-0750655e", NEW_PASSWORD)
    assert (response.status_code, response["Location"]) == (302, "/accueil/")
    assert client.get("/accueil/")["Location"] == reverse("exam_list")


def test_a_refusal_is_one_sentence_whatever_was_wrong(client, school):
    actions.set_supervisor_password(establishment=school, password=NEW_PASSWORD)
    refusals = [
        sign_in(client, "ce.0750655e@example.org", "faux"),
        sign_in(client, "personne@example.org", PASSWORD),
        sign_in(client, "surveillant-0750655e", "faux"),
        sign_in(client, "surveillant-inconnu", "faux"),
    ]
    assert [r.context["form"].errors for r in refusals] == [
        {
            "__all__": [
                "L’adresse ou l’identifiant et le mot de passe ne correspondent pas. "
                "Vérifiez votre saisie et recommencez."
            ]
        }
    ] * 4
    assert user_of(client) is None


def test_a_password_keeps_its_spaces(client, school):
    head = User.objects.get(username="0750655E")
    head.set_password("  Rond point 2026 !  ")
    head.save()
    assert sign_in(client, "0750655E", "Rond point 2026 !").status_code == 200
    assert sign_in(client, "0750655E", "  Rond point 2026 !  ").status_code == 302


def test_too_many_attempts_close_the_account_and_not_the_school(client, school):
    actions.set_supervisor_password(establishment=school, password=NEW_PASSWORD)
    for _ in range(10):
        sign_in(client, "0750655E", "faux")
    refused = sign_in(client, "0750655E")
    assert refused.context["form"].errors["__all__"] == [
        "Trop d’essais de suite pour ce compte. Attendez cinq minutes et recommencez."
    ]
    assert sign_in(client, "surveillant-0750655e", NEW_PASSWORD).status_code == 302


def test_a_closed_account_is_told_so_only_with_its_password(client, school):
    User.objects.filter(username="0750655E").update(is_active=False)
    assert sign_in(client, "0750655E", "faux").status_code == 200
    assert sign_in(client, "0750655E")["Location"] == "/compte/inactif/"
    assert user_of(client) is None
    assert "Ce compte est fermé" in client.get("/compte/inactif/").content.decode()


def test_an_unconfirmed_address_gets_a_link_before_it_gets_in(client, db):
    UserFactory(username="0750655E", email="ce@example.org")
    assert sign_in(client, "ce@example.org")["Location"] == "/compte/validation/"
    assert user_of(client) is None
    assert client.get("/compte/validation/").status_code == 200
    link = re.search(r"http://testserver(/compte/validation/\S+)", mail.outbox[0].body).group(1)
    assert "Confirmer cette adresse" in client.get(link).content.decode()
    client.post(link)
    assert sign_in(client, "ce@example.org")["Location"] == "/accueil/"


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/compte/", "/compte/"),
        ("https://exemple.test/", "/accueil/"),
        ("//exemple.test/", "/accueil/"),
        ("/\\exemple.test/", "/accueil/"),
        ("javascript:alert(1)", "/accueil/"),
    ],
)
def test_signing_in_leads_back_to_our_own_pages_only(client, school, wanted, given):
    assert sign_in(client, "0750655E", next=wanted)["Location"] == given


def test_the_page_asked_for_survives_the_form(client, school):
    assert client.get("/compte/")["Location"] == "/login?next=/compte/"
    page = client.get("/login?next=/compte/").content.decode()
    assert page.count('<input type="hidden" name="next" value="/compte/">') == 1


def test_the_local_door_has_the_handbooks_words(client, db):
    page = " ".join(client.get("/login").content.decode().split())
    for words in (
        '<label class="fr-label" for="id_login">Adresse mail de votre établissement</label>',
        '<label class="fr-label" for="id_password">Mot de passe</label>',
        '<button type="submit" class="fr-btn">Se connecter avec un compte local</button>',
        '<a class="fr-link" href="/mot-de-passe/oublie/">Mot de passe oublié ?</a>',
    ):
        assert page.count(words) == 1


def test_signing_out_takes_a_post(head_client):
    assert head_client.get("/deconnexion/").status_code == 405
    assert user_of(head_client) is not None
    assert head_client.post("/deconnexion/")["Location"] == "/login"
    assert user_of(head_client) is None


def test_signing_out_needs_the_forms_token(establishment, head_client):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = head_client.cookies
    response = strict.post("/deconnexion/")
    assert response.status_code == 403
    assert "Votre envoi n’a pas été pris en compte" in response.content.decode()
    assert user_of(head_client) is not None


def ask_for_link(client, email):
    response = client.post("/mot-de-passe/oublie/", {"email": email})
    assert response["Location"] == "/mot-de-passe/oublie/envoye/"
    return client.get("/mot-de-passe/oublie/envoye/").content


def test_a_forgotten_password_is_chosen_again_once(client, school):
    ask_for_link(client, "ce.0750655e@example.org")
    (message,) = mail.outbox
    assert message.subject == "Choisissez un nouveau mot de passe"
    link = re.search(r"http://testserver(/mot-de-passe/oublie/\S+)", message.body).group(1)
    form = client.get(link)["Location"]
    refused = client.post(form, {"password1": "court", "password2": "court"})
    assert list(refused.context["form"].errors) == ["password1"]
    done = client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert done["Location"] == "/mot-de-passe/oublie/termine/"
    assert client.get(done["Location"]).status_code == 200
    assert sign_in(client, "0750655E", PASSWORD).status_code == 200
    assert sign_in(client, "0750655E", NEW_PASSWORD).status_code == 302
    assert "Ce lien n’est plus valable" in Client().get(link).content.decode()


def test_asking_for_a_link_does_not_tell_who_has_an_account(client, school):
    known = ask_for_link(client, "ce.0750655e@example.org")
    unknown = ask_for_link(client, "personne@example.org")
    assert known == unknown
    assert [message.to for message in mail.outbox] == [["ce.0750655e@example.org"], ["personne@example.org"]]
    assert mail.outbox[1].subject == "Aucun mot de passe à changer pour cette adresse"
    assert "mot-de-passe/oublie" not in mail.outbox[1].body


def test_five_links_in_ten_minutes_are_enough(client, school):
    for _ in range(5):
        ask_for_link(client, "ce.0750655e@example.org")
    refused = client.post("/mot-de-passe/oublie/", {"email": "ce.0750655e@example.org"})
    assert refused.status_code == 429
    assert "Trop de demandes à la suite" in refused.content.decode()
    assert len(mail.outbox) == 5


def test_a_head_changes_the_password_and_stays_signed_in(client, school):
    sign_in(client, "0750655E")
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    wrong = client.post("/mot-de-passe/changer/", data | {"oldpassword": "faux"})
    assert wrong.context["form"].errors == {"oldpassword": ["Ce n’est pas le mot de passe actuel de ce compte."]}
    differing = client.post("/mot-de-passe/changer/", data | {"password2": "Autre-chose-88"})
    assert list(differing.context["form"].errors) == ["password2"]
    assert client.post("/mot-de-passe/changer/", data)["Location"] == "/compte/"
    assert "Votre mot de passe est changé." in client.get("/compte/").content.decode()
    assert User.objects.get(username="0750655E").check_password(NEW_PASSWORD)


@pytest.mark.parametrize("weak", ["Court-1", "sans-majuscule-1", "Sans-chiffre-ici", "SansSpecial1234"])
def test_the_password_rule_holds_where_passwords_are_chosen(client, school, weak):
    sign_in(client, "0750655E")
    data = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
    assert "password1" in client.post("/mot-de-passe/changer/", data).context["form"].errors
    assert "password1" in client.post("/compte/surveillant/", data).context["form"].errors


def test_a_password_is_not_the_address_it_goes_with(client, school):
    sign_in(client, "0750655E")
    data = {"oldpassword": PASSWORD, "password1": "CE.0750655E@example.org", "password2": "CE.0750655E@example.org"}
    assert list(client.post("/mot-de-passe/changer/", data).context["form"].errors) == ["password1"]


def test_an_account_of_the_academy_has_no_password_to_change_here(head_client, establishment):
    user = User.objects.get(memberships__establishment=establishment, memberships__role=Role.HEAD)
    user.set_unusable_password()
    user.save()
    head_client.force_login(user)
    assert head_client.get("/mot-de-passe/changer/")["Location"] == "/compte/"
    assert "/mot-de-passe/changer/" not in head_client.get("/compte/").content.decode()


def test_signing_in_again_before_a_delicate_act(client, school):
    sign_in(client, "0750655E")
    wrong = client.post("/compte/verification/", {"password": "faux"})
    assert wrong.context["form"].errors == {"password": ["Ce n’est pas le mot de passe de ce compte."]}
    assert client.post("/compte/verification/", {"password": PASSWORD})["Location"] == "/accueil/"
