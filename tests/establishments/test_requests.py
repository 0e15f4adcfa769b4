"""Handbook 2.1: an establishment that is not on the list asks to be, and is told of the answer either way."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from establishments import actions, auth
from establishments.enums import ListSource, RequestState
from establishments.models import AccountRequest, AuthorisedEstablishment
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ANSWERS = {
    "name": "IME Les Pins",
    "email": "ime@example.org",
    "category": "MEDS",
    "status": "private",
    "academy": "10",
    "city": "Lyon",
    "message": "Nous ouvrons en septembre.\nMerci.",
}
ADDRESS = f"/compte/demander/{auth.identity_key('finess', '010000024', 'MEDS')}/"


@pytest.fixture(autouse=True)
def _mails_leave_at_once(monkeypatch):
    """The tests' transaction never commits."""
    cache.clear()
    monkeypatch.setattr(transaction, "on_commit", lambda function, **kwargs: function())


@pytest.fixture
def asked(client) -> AccountRequest:
    assert client.post(ADDRESS, ANSWERS)["Location"] == "/compte/demander/envoye/"
    return AccountRequest.objects.get()


@pytest.fixture
def administrator():
    return UserFactory(is_staff=True, academy="10")


def test_the_refusal_carries_the_request_with_what_is_known(client):
    response = client.post("/compte/creer/", {"applicant": "medico_social", "identifier": "010 000 024"})
    page = client.get(response["Location"])
    form = page.context["form"]
    assert (form["identifier"].value(), form["identifier"].label) == ("010000024", "FINESS géographique")
    assert form["category"].value() == "MEDS"
    assert "Le compte ne peut pas être créé" in page.content.decode()


def test_a_request_waits_and_its_author_is_told(client, asked):
    assert {name: getattr(asked, name) for name in ANSWERS} == ANSWERS
    assert (asked.identifier_kind, asked.identifier, asked.state) == ("finess", "010000024", RequestState.PENDING)
    assert client.get("/compte/demander/envoye/").status_code == 200
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["ime@example.org"], "Votre demande d’habilitation est reçue")
    assert "IME Les Pins (010000024)" in message.body


@pytest.mark.parametrize(
    ("name", "value"), [("name", ""), ("email", "x"), ("category", "LUNE"), ("academy", "99"), ("city", "é" * 101)]
)
def test_a_wrong_field_sends_nothing(client, name, value):
    assert list(client.post(ADDRESS, ANSWERS | {name: value}).context["form"].errors) == [name]
    assert (mail.outbox, AccountRequest.objects.count()) == ([], 0)


def test_the_identifier_is_not_posted(client):
    client.post(ADDRESS, ANSWERS | {"identifier": "999999999", "identifier_kind": "uai", "state": "accepted"})
    asked = AccountRequest.objects.get()
    assert (asked.identifier_kind, asked.identifier, asked.state) == ("finess", "010000024", "pending")


def test_one_request_waits_at_a_time(client, asked):
    response = client.post(ADDRESS, ANSWERS | {"email": "autre@example.org"})
    assert response.context["form"].errors["__all__"] == ["Une demande est déjà en attente pour cet établissement."]
    assert (len(mail.outbox), AccountRequest.objects.count()) == (1, 1)


def test_the_mails_of_one_address_are_counted(client):
    for n in range(5):
        address = f"/compte/demander/{auth.identity_key('srj', f'STEMO{n}', 'PJJ')}/"
        assert client.post(address, ANSWERS).status_code == 302
    assert client.post(ADDRESS, ANSWERS).status_code == 429
    assert (len(mail.outbox), AccountRequest.objects.count()) == (5, 5)


def test_an_accepted_request_leads_straight_to_the_account_form(client, asked, administrator):
    now = timezone.now()
    line = actions.accept_request(request=asked, by=administrator, now=now)
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by, asked.decided_at) == ("accepted", administrator, now)
    copied = ["name", "email", "category", "status", "academy", "city", "identifier_kind", "identifier"]
    assert {name: getattr(line, name) for name in copied} == {name: getattr(asked, name) for name in copied}
    assert (line.is_open, line.source) == (True, ListSource.HAND)
    assert mail.outbox[1].subject == "Demande acceptée : créez le compte de votre établissement"
    link = re.search(r"http://localhost:8000(/compte/creer/\S+)", mail.outbox[1].body).group(1)
    form = client.get(link).context["form"]
    assert (form["name"].value(), form["email"].value(), form["academy"].value()) == (
        "IME Les Pins",
        "ime@example.org",
        "10",
    )


def test_a_closed_line_is_opened_again_with_what_was_asked(client, asked, administrator):
    AuthorisedEstablishment.objects.create(
        identifier_kind="finess",
        identifier="010000024",
        name="Ancien nom",
        email="ancienne@example.org",
        category="MEDS",
        status="private",
        address="1 rue des Pins",
        is_open=False,
        source=ListSource.FINESS,
    )
    line = actions.accept_request(request=asked, by=administrator, now=timezone.now())
    assert AuthorisedEstablishment.objects.get() == line
    line.refresh_from_db()
    assert (line.email, line.address, line.is_open, line.source) == ("ime@example.org", "1 rue des Pins", True, "hand")


def test_a_refusal_says_why(asked, administrator):
    now = timezone.now()
    actions.refuse_request(request=asked, by=administrator, reason="Ce n’est pas un établissement & co.", now=now)
    asked.refresh_from_db()
    assert (asked.state, asked.reason, asked.decided_by, asked.decided_at) == (
        "refused",
        "Ce n’est pas un établissement & co.",
        administrator,
        now,
    )
    message = mail.outbox[1]
    assert message.subject == "Votre demande d’habilitation n’est pas acceptée"
    assert message.body.count("Ce n’est pas un établissement & co.") == 1
    assert not AuthorisedEstablishment.objects.exists()


def test_after_a_refusal_another_request_may_be_made(client, asked, administrator):
    actions.refuse_request(request=asked, by=administrator, reason="Incomplet.", now=timezone.now())
    assert client.post(ADDRESS, ANSWERS).status_code == 302
    assert AccountRequest.objects.count() == 2


def test_a_request_is_decided_once(asked, administrator):
    stale = AccountRequest.objects.get()
    actions.refuse_request(request=asked, by=administrator, reason="Non.", now=timezone.now())
    for decide in (
        lambda: actions.accept_request(request=stale, by=administrator, now=timezone.now()),
        lambda: actions.refuse_request(request=stale, by=administrator, reason="Encore.", now=timezone.now()),
    ):
        with pytest.raises(ValidationError, match="déjà traitée"):
            decide()
    assert AccountRequest.objects.get().reason == "Non."
    assert len(mail.outbox) == 2
    assert not AuthorisedEstablishment.objects.exists()


def test_a_listed_establishment_may_ask_for_a_correction(client):
    line = AuthorisedEstablishment.objects.create(
        identifier_kind="finess",
        identifier="010000024",
        name="IME",
        email="ancienne@example.org",
        category="MEDS",
        status="private",
    )
    form = client.get(f"/compte/creer/{auth.identity_key('finess', '010000024', 'MEDS')}/").content.decode()
    assert f'href="{ADDRESS.rsplit(":", 2)[0]}' in form
    page = client.get(ADDRESS).content.decode()
    assert "Demander une correction" in page
    assert "ancienne@example.org" not in page
    client.post(ADDRESS, ANSWERS)
    actions.accept_request(request=AccountRequest.objects.get(), by=UserFactory(is_staff=True), now=timezone.now())
    line.refresh_from_db()
    assert line.email == "ime@example.org"
