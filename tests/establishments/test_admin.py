"""The administration: what each administrator sees and does, and how the lists read."""

import io
import re
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from establishments.enums import Category, Door, FaqKind, IdentifierKind, MembershipSource, RequestState, Role, Status
from establishments.models import (
    AccountRequest,
    AuthorisedEstablishment,
    Establishment,
    FaqEntry,
    News,
    SessionDates,
    SignIn,
    User,
)
from tests.conftest import administrator
from tests.factories import (
    PASSWORD,
    EstablishmentFactory,
    MembershipFactory,
    UserFactory,
)

MODELS = [
    "establishment", "accountrequest", "authorisedestablishment", "user", "signin", "sessiondates", "news", "faqentry",
    "contact",
    "resource",
]  # fmt: skip
TABLES = "/administration/establishments"


@pytest.fixture
def academy_client(db):
    return administrator(academy="01")


def make_request(**fields) -> AccountRequest:
    usual = {
        "identifier_kind": IdentifierKind.EPIDE,
        "identifier": "BORDEAUX",
        "name": "EPIDE de Bordeaux",
        "email": "epide@example.org",
        "category": Category.EPIDE,
        "status": Status.PUBLIC,
        "academy": "01",
        "city": "Bordeaux",
    }
    return AccountRequest.objects.create(**usual | fields)


@pytest.mark.parametrize("model", MODELS)
def test_the_lists_open_and_search(admin_client, model):
    EstablishmentFactory()
    assert searched(admin_client, f"/administration/establishments/{model}/", "collège").status_code == 200


def searched(client, url, words):
    """The list that a search leads to."""
    return client.post(url, {"q": words}, follow=True)


def test_what_is_searched_for_is_in_no_address(admin_client):
    url = f"{TABLES}/user/?is_active__exact=1"
    for n in range(60):
        UserFactory(username=f"durand{n:02}")
    page = searched(admin_client, url, "durand")
    assert page.redirect_chain == [(f"{TABLES}/user/?is_active__exact=1&recherche=1", 302)]
    assert len(shown(page)) == 50
    hrefs = re.findall(r'(?:href|action)="([^"]*)"', page.content.decode())
    assert [href for href in hrefs if "durand" in href and "recherche" not in href] == []
    assert [href for href in hrefs if "q=" in href] == []
    assert len(shown(admin_client.get(f"{url}&recherche=1&p=2"))) == 10
    assert 'value="durand"' in page.content.decode()
    assert searched(admin_client, f"{url}&recherche=1&p=2", "").redirect_chain[0][0] == url


def test_a_search_of_another_session_is_said_to_be_gone(admin_client):
    page = admin_client.get(f"{TABLES}/user/?recherche=7", follow=True)
    assert page.redirect_chain == [(f"{TABLES}/user/?", 302)]
    assert [str(message) for message in page.context["messages"]] == [
        "Cette recherche n’est plus gardée : saisissez-la à nouveau."
    ]


def test_an_endless_search_is_refused(admin_client):
    page = searched(admin_client, f"{TABLES}/user/", "a" * 201)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]


def test_an_academy_searches_no_table_of_the_nation(academy_client):
    assert academy_client.post(f"{TABLES}/user/", {"q": "nation"}).status_code == 403


@pytest.mark.parametrize("model", MODELS)
def test_the_administration_is_not_for_heads(head_client, model):
    assert head_client.get(f"/administration/establishments/{model}/").status_code == 302


def test_an_establishment_is_changed_but_not_made_here(admin_client, establishment):
    assert admin_client.get("/administration/establishments/establishment/add/").status_code == 403
    url = f"/administration/establishments/establishment/{establishment.pk}/change/"
    form = admin_client.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields} | {"name": "  Collège\u200b des   Lilas "}
    data = {name: value for name, value in data.items() if value is not None}
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert admin_client.post(url, data).status_code == 302
    assert Establishment.objects.get().name == "Collège des Lilas"


def test_an_address_is_still_checked_as_an_address(admin_client, establishment):
    url = f"/administration/establishments/establishment/{establishment.pk}/change/"
    form = admin_client.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields} | {"email": "pas une adresse"}
    data = {name: value for name, value in data.items() if value is not None}
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert list(admin_client.post(url, data).context["adminform"].form.errors) == ["email"]


def test_news_keep_their_paragraphs(admin_client):
    data = {"title": "Titre", "text": "Un\r\n\r\nDeux\u200b", "published_at_0": "01/03/2026", "published_at_1": "08:00"}
    assert admin_client.post("/administration/establishments/news/add/", data).status_code == 302
    assert News.objects.get().text == "Un\n\nDeux"


def test_accounts_are_listed_with_little_and_made_with_a_password(admin_client):
    UserFactory(username="0750655E", email="ce@example.org")
    page = searched(admin_client, "/administration/establishments/user/", "0750655E")
    assert page.context["cl"].list_display == ["action_checkbox", "username", "email", "is_active"]
    assert [user.username for user in page.context["cl"].result_list] == ["0750655E"]
    data = {
        "username": "national",
        "email": "",
        "usable_password": "true",
        "password1": PASSWORD,
        "password2": PASSWORD,
    }
    assert admin_client.post("/administration/establishments/user/add/", data).status_code == 302
    made = User.objects.get(username="national")
    assert (made.email, made.check_password(PASSWORD)) == (None, True)
    assert admin_client.get(f"/administration/establishments/user/{made.pk}/change/").status_code == 200


# --- National administrators --------------------------------------------------------------------------------------


def shown(response) -> list[str]:
    return [str(row) for row in response.context["cl"].result_list]


@pytest.mark.parametrize("model", ["establishment", "accountrequest", "signin"])
def test_longer_lists_take_no_more_queries(admin_client, model):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            member = MembershipFactory(role=Role.SUPERVISOR)
            make_request(identifier=member.establishment.identifier)
            SignIn.objects.create(user=member.user, door=Door.LOCAL, establishment=member.establishment)
        with CaptureQueriesContext(connection) as captured:
            admin_client.get(f"{TABLES}/{model}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_the_index_is_grouped(admin_client, academy_client):
    groups = {group["name"]: [model["name"] for model in group["models"]] for group in _groups(admin_client)}
    assert groups == {
        "Établissements et demandes": ["Établissements", "Demandes de compte", "Établissements habilités", "Candidats"],
        "Comptes": ["Comptes", "Connexions"],
        "Session": ["Dates de session"],
        "Textes des pages": ["Actualités", "Questions fréquentes", "Contacts", "Ressources"],
        "Banque de questions": ["Questions"],
        "Historique": ["Entrées d’historique"],
        "Chiffres": ["Chiffres par établissement"],
    }
    groups = {group["name"]: [model["name"] for model in group["models"]] for group in _groups(academy_client)}
    assert groups == {
        "Établissements et demandes": ["Établissements", "Demandes de compte"],
        "Chiffres": ["Chiffres par établissement"],
    }


def _groups(client) -> list[dict]:
    return client.get("/administration/").context["app_list"]


def test_no_exam_and_no_secret_is_a_table():
    names = {model.__name__ for model in admin.site._registry}
    assert names == {
        "Establishment", "AccountRequest", "AuthorisedEstablishment", "User", "SignIn", "SessionDates", "News",
        "FaqEntry", "Contact", "Resource", "Question", "LogEntry", "Candidate",
    }  # fmt: skip


def test_the_supervisors_state_is_in_the_list(admin_client):
    now = timezone.now()
    opened = MembershipFactory(role=Role.SUPERVISOR, user=UserFactory(last_login=now)).establishment
    closed = MembershipFactory(role=Role.SUPERVISOR)
    closed.user.set_unusable_password()
    closed.user.save()
    hub = MembershipFactory(role=Role.SUPERVISOR, source=MembershipSource.ACADEMIC)
    hub.user.set_unusable_password()
    hub.user.save()
    off = MembershipFactory(role=Role.SUPERVISOR, user=UserFactory(is_active=False))
    MembershipFactory(role=Role.HEAD, establishment=closed.establishment, user=UserFactory(last_login=now))
    rows = {row.pk: row for row in admin_client.get(f"{TABLES}/establishment/").context["cl"].result_list}
    states = {pk: (row.supervisor_open, row.supervisor_at) for pk, row in rows.items()}
    assert states == {
        opened.pk: (True, now),
        closed.establishment_id: (False, None),
        hub.establishment_id: (True, None),
        off.establishment_id: (False, None),
    }
    are_open = {opened.pk, hub.establishment_id}
    for value, wanted in (("ouvert", are_open), ("ferme", set(rows) - are_open)):
        page = admin_client.get(f"{TABLES}/establishment/?surveillant={value}")
        assert {row.pk for row in page.context["cl"].result_list} == wanted


def test_the_calendar_is_changed_in_its_list(admin_client):
    row = SessionDates.objects.create(category="EN", year=2031, opens_on="2031-01-16", closes_on="2031-07-07")
    data = {
        "form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": row.pk, "form-0-opens_on": "20/01/2031",
        "form-0-closes_on": "10/07/2031", "_save": "Enregistrer",
    }  # fmt: skip
    assert admin_client.post(f"{TABLES}/sessiondates/", data).status_code == 302
    row.refresh_from_db()
    assert (row.opens_on, row.closes_on) == (date(2031, 1, 20), date(2031, 7, 10))
    data |= {"form-0-opens_on": "11/07/2031"}
    assert admin_client.post(f"{TABLES}/sessiondates/", data).status_code == 200
    row.refresh_from_db()
    assert row.opens_on == date(2031, 1, 20)


def test_the_history_says_in_french_what_was_done(admin_client):
    entry = FaqEntry.objects.create(kind=FaqKind.TECHNICAL, question="Quoi ?", answer="Ceci.")
    url = f"{TABLES}/faqentry/{entry.pk}/change/"
    admin_client.post(url, {"kind": "technical", "position": 3, "question": "Quoi donc ?", "answer": "Ceci."})
    page = admin_client.get("/administration/admin/logentry/")
    assert shown(page) == ["Modification de «\xa0Quoi donc ?\xa0» — Modification de Rang et Question."]
    assert "Modification de Rang et Question." in page.content.decode()
    assert admin_client.get(f"{TABLES}/faqentry/{entry.pk}/history/").status_code == 200


def test_an_administrators_account_is_whole_or_refused(admin_client):
    base = {"email": "", "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    for flags in ({"is_staff": "on"}, {"is_superuser": "on"}):
        page = admin_client.post(f"{TABLES}/user/add/", {"username": "a", **base, **flags})
        assert page.context["adminform"].form.non_field_errors(), flags
    good = {"username": "a", **base, "is_staff": "on", "academy": "28"}
    assert admin_client.post(f"{TABLES}/user/add/", good).status_code == 302
    assert User.objects.get(username="a").academy == "28"


def test_a_lost_telephone_is_forgotten(admin_client):
    lost, other = UserFactory(is_staff=True, academy="01"), UserFactory(is_staff=True, academy="01")
    for user in (lost, other):
        Authenticator.objects.create(user=user, type="totp", data={"secret": "X"})
    data = {"action": "forget_telephone", "_selected_action": [lost.pk]}
    assert admin_client.post(f"{TABLES}/user/", data).status_code == 302
    assert not Authenticator.objects.filter(user=lost).exists()
    assert Authenticator.objects.filter(user=other).exists()
    assert LogEntry.objects.get().get_change_message() == "Double authentification retirée."


HEADER = (
    "Identifiant_de_l_etablissement;Nom_etablissement;Type_etablissement;Statut_public_prive;Adresse_1;Code_postal;"
    "Nom_commune;Code_academie;Libelle_departement;Libelle_region;Mail"
)
LINE = (
    "0781977A;Collège des Tilleuls;Collège;Public;1 rue des Lilas;78000;Versailles;25;Yvelines;Île-de-France;"
    "a@example.org"
)


def test_the_directory_is_uploaded_and_reported(admin_client):
    def post(text):
        file = io.BytesIO(text.encode())
        file.name = "annuaire.csv"
        return admin_client.post(f"{TABLES}/authorisedestablishment/charger/annuaire/", {"file": file})

    page = post(f"{HEADER}\n{LINE}\n")
    assert page.status_code == 200
    assert AuthorisedEstablishment.objects.get().identifier == "0781977A"
    assert (page.context["report"].added, page.context["report"].unchanged) == (["0781977A"], 0)
    assert "Fichier chargé : 1 ajoutés" in LogEntry.objects.get().get_change_message()
    assert post(f"{HEADER}\n{LINE}\n").context["report"].unchanged == 1
    page = post("n’importe quoi\n1\n")
    assert page.context["report"] is None
    assert page.context["form"].errors["file"]
    assert LogEntry.objects.count() == 2


def test_sign_ins_are_read(admin_client, establishment):
    SignIn.objects.create(user=UserFactory(username="personne"), door=Door.LOCAL, establishment=establishment)
    assert len(shown(searched(admin_client, f"{TABLES}/signin/", establishment.identifier))) == 1
    assert shown(searched(admin_client, f"{TABLES}/signin/", "autre")) == []


# --- The administrators of an academy -----------------------------------------------------------------------------


@pytest.fixture
def two_academies(db):
    own, other = EstablishmentFactory(name="Ici", academy="01"), EstablishmentFactory(name="Ailleurs", academy="28")
    make_request(name="Demande d’ici")
    make_request(name="Demande d’ailleurs", identifier="AUTRE", academy="28")
    return own, other


def test_an_academy_sees_its_own(academy_client, admin_client, two_academies):
    own, other = two_academies
    assert shown(academy_client.get(f"{TABLES}/establishment/")) == ["Ici"]
    assert shown(academy_client.get(f"{TABLES}/establishment/?academy__exact=28")) == []
    assert shown(searched(academy_client, f"{TABLES}/establishment/", "Ailleurs")) == []
    assert shown(academy_client.get(f"{TABLES}/accountrequest/")) == ["Demande d’ici (BORDEAUX)"]
    assert shown(admin_client.get(f"{TABLES}/establishment/")) == ["Ailleurs", "Ici"]
    assert academy_client.get(f"{TABLES}/establishment/{own.pk}/change/").status_code == 200
    theirs = academy_client.get(f"{TABLES}/establishment/{other.pk}/change/")
    nobodys = academy_client.get(f"{TABLES}/establishment/987654/change/")
    for page in (theirs, nobodys):
        assert (page.status_code, page["Location"]) == (302, "/administration/")


def test_an_administrator_without_academy_sees_nothing(two_academies):
    client = administrator()
    assert client.get("/administration/").status_code == 200
    for model in MODELS:
        assert client.get(f"{TABLES}/{model}/").status_code == 403
    assert client.get("/administration/chiffres/").context["asked"].academies == []


def test_an_academy_changes_no_establishment(academy_client, two_academies):
    own, _ = two_academies
    url = f"{TABLES}/establishment/{own.pk}/change/"
    assert academy_client.post(url, {"name": "Changé"}).status_code == 403
    assert academy_client.get(url).context["has_change_permission"] is False
    data = {"action": "delete_selected", "_selected_action": [own.pk], "post": "yes"}
    academy_client.post(f"{TABLES}/establishment/", data)
    assert Establishment.objects.filter(name="Ici").exists()


def test_completion_and_bulk_actions_are_the_nations(academy_client, admin_client):
    query = "?app_label=establishments&model_name=membership&field_name=user&term="
    UserFactory(username="secret")
    assert academy_client.get(f"/administration/autocomplete/{query}").status_code == 403
    found = admin_client.get(f"/administration/autocomplete/{query}secret").json()["results"]
    assert [row["text"] for row in found] == ["secret"]
    assert academy_client.get(f"{TABLES}/establishment/").context["action_form"] is None


@pytest.mark.parametrize("client_name", ["academy_client", "admin_client"])
def test_a_request_is_accepted(request, client_name, two_academies, django_capture_on_commit_callbacks):
    client = request.getfixturevalue(client_name)
    asked = AccountRequest.objects.get(academy="01")
    url = f"{TABLES}/accountrequest/{asked.pk}/accepter/"
    page = client.get(url)
    assert page.status_code == 200
    assert AccountRequest.objects.get(pk=asked.pk).state == RequestState.PENDING
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url)["Location"] == f"{TABLES}/accountrequest/{asked.pk}/change/"
    asked.refresh_from_db()
    assert (asked.state, asked.decided_by_id) == (RequestState.ACCEPTED, client.user.pk)
    assert AuthorisedEstablishment.objects.get().identifier == "BORDEAUX"
    assert [message.to for message in mail.outbox] == [["epide@example.org"]]
    assert LogEntry.objects.get().get_change_message() == "Demande acceptée."
    client.post(url)
    assert LogEntry.objects.count() == 1


def test_a_request_is_refused_with_a_reason(academy_client, two_academies, django_capture_on_commit_callbacks):
    asked = AccountRequest.objects.get(academy="01")
    url = f"{TABLES}/accountrequest/{asked.pk}/refuser/"
    assert academy_client.post(url, {"reason": "  "}).context["form"].errors["reason"]
    with django_capture_on_commit_callbacks(execute=True):
        academy_client.post(url, {"reason": "Ce centre est fermé."})
    asked.refresh_from_db()
    assert (asked.state, asked.reason) == (RequestState.REFUSED, "Ce centre est fermé.")
    assert "Ce centre est fermé." in mail.outbox[0].body
    assert not AuthorisedEstablishment.objects.exists()


def test_the_request_of_another_academy_is_not_there(academy_client, two_academies):
    asked = AccountRequest.objects.get(academy="28")
    for verdict in ("accepter", "refuser"):
        for method in (academy_client.get, academy_client.post):
            assert method(f"{TABLES}/accountrequest/{asked.pk}/{verdict}/").status_code == 404
    asked.refresh_from_db()
    assert asked.state == RequestState.PENDING


# --- Exceptions -------------------------------------------------------------------------------------------------------


def test_an_exception_of_one_establishment_is_the_nations(admin_client, establishment):
    url = f"{TABLES}/establishment/{establishment.pk}/change/"
    form = admin_client.get(url).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    data |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    wrong = admin_client.post(url, data | {"opens_on": "10/12/2031", "closes_on": "01/12/2031"})
    assert wrong.context["adminform"].form.non_field_errors() == ["Le premier jour doit précéder le dernier."]
    assert admin_client.post(url, data | {"closes_on": "10/12/2031"}).status_code == 302
    establishment.refresh_from_db()
    assert (establishment.opens_on, establishment.closes_on) == (None, date(2031, 12, 10))


def test_a_row_is_found_without_a_field_to_look_it_up_by(admin_client):
    row = News.objects.create(title="Titre", text="Texte")
    for page in ("delete", "change"):
        url = f"/administration/establishments/news/{row.pk}/{page}/"
        assert admin_client.get(url, {"_to_field": ""}).status_code == 200


def test_an_address_fills_in_nothing(admin_client):
    page = admin_client.get("/administration/establishments/news/add/", {"published_at": "x", "title": "Bonjour"})
    assert page.status_code == 200
    assert "Bonjour" not in page.content.decode()
