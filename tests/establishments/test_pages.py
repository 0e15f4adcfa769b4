"""Each page for each kind of person, and what it shows them."""

import re
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from establishments.enums import FaqKind, Role
from establishments.models import FaqEntry, Membership, News, User
from tests.conftest import StrictClient
from tests.factories import PASSWORD, MembershipFactory, UserFactory

ANYONE = ["/login", "/mot-de-passe/oublie/", "/mot-de-passe/oublie/envoye/", "/sante/"]
HEADS = ["/accueil/", "/compte/", "/compte/surveillant/", "/foire-aux-questions/", "/mot-de-passe/changer/"]
STAFF = ["/aide/"]


@pytest.fixture
def supervisor(establishment):
    return MembershipFactory(
        establishment=establishment,
        role=Role.SUPERVISOR,
        user=UserFactory(username="surveillant-0750655e", email=None),
    ).user


@pytest.mark.parametrize("path", ANYONE)
def test_anyone_sees(client, db, path):
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", HEADS + STAFF)
def test_a_head_sees(head_client, supervisor, path):
    assert head_client.get(path).status_code == 200


@pytest.mark.parametrize("path", HEADS + STAFF)
def test_someone_unknown_is_asked_to_sign_in(client, db, path):
    assert client.get(path)["Location"] == f"/login?next={path}"


@pytest.mark.parametrize("path", STAFF)
def test_a_supervisor_sees(supervisor_client, path):
    assert supervisor_client.get(path).status_code == 200


@pytest.mark.parametrize("path", [path for path in HEADS if path != "/accueil/"])
def test_a_supervisor_does_not_see(supervisor_client, path):
    response = supervisor_client.get(path)
    assert response.status_code == 403
    assert "Vous n’avez pas accès à cette page" in response.content.decode()


@pytest.mark.parametrize("path", HEADS[1:] + STAFF)
def test_an_administrator_has_no_establishment_to_see(admin_client, path):
    assert admin_client.get(path).status_code == 403


def test_the_home_page_leads_each_to_their_work(supervisor_client, admin_client, db):
    assert supervisor_client.get("/accueil/")["Location"] == reverse("exam_list")
    assert admin_client.get("/accueil/")["Location"] == "/administration/"
    lost = StrictClient()
    lost.force_login(UserFactory())
    response = lost.get("/accueil/")
    assert response.status_code == 403
    assert "Votre compte n’est rattaché à aucun établissement" in response.content.decode()


def links(response, container: str) -> list[str]:
    """The words of the links and buttons in the part of the page that `container` opens."""
    html = response.content.decode()
    part = html[html.index(container) :]
    part = part[: part.index("</nav>")]
    return [
        re.sub(r"<[^>]+>", "", end.split(">", 1)[1]).replace("&#x27;", "'").strip()
        for end in part.replace("<button", "<a").replace("</button>", "</a>").split("</a>")[:-1]
        for end in [end[end.rindex("<a") :]]
    ]


def test_a_heads_tabs_and_menu(head_client):
    assert links(head_client.get("/accueil/"), 'id="onglets"') == [
        "Accueil",
        "Liste des épreuves",
        "Liste des candidats",
        "Aide",
        "Collège des Mimosas",
        "Compte responsable d'établissement",
        "Compte surveillant",
        "Statistiques",
        "Modèle d'attestation de réussite",
        "Archiver la session",
        "Travaux",
        "Déconnexion",
    ]


def test_a_supervisors_tabs_and_menu(supervisor_client):
    assert links(supervisor_client.get("/aide/"), 'id="onglets"') == [
        "Liste des épreuves",
        "Aide",
        "Collège des Mimosas",
        "Travaux",
        "Déconnexion",
    ]


@pytest.mark.parametrize(
    ("category", "moment", "dates", "attestations", "notice"),
    [
        ("EN", datetime(2026, 1, 15, 12), ("16 janvier 2026", "7 juillet 2026"), "ASSR1, ASSR2, AER.", "pas encore"),
        ("EN", datetime(2026, 1, 16, 12), ("16 janvier 2026", "7 juillet 2026"), "ASSR1, ASSR2, AER.", ""),
        ("EN", datetime(2026, 7, 7, 12), ("16 janvier 2026", "7 juillet 2026"), "ASSR1, ASSR2, AER.", ""),
        ("EN", datetime(2026, 7, 8, 12), ("16 janvier 2026", "7 juillet 2026"), "ASSR1, ASSR2, AER.", "est close"),
        ("GRET", datetime(2026, 7, 8, 12), ("16 janvier 2026", "1 décembre 2026"), "ASR, AER.", ""),
    ],
)
def test_the_calendar_is_the_categorys(
    head_client, establishment, monkeypatch, category, moment, dates, attestations, notice
):
    type(establishment).objects.update(category=category)
    monkeypatch.setattr(timezone, "now", lambda: moment.replace(tzinfo=UTC))
    page = " ".join(head_client.get("/accueil/").content.decode().split())
    assert f"du <strong>{dates[0]}</strong> au <strong>{dates[1]}</strong>" in page
    assert f"Épreuves que vous pouvez organiser : {attestations}" in page
    for words in ("La session n’est pas encore ouverte", "La création d’épreuves est close"):
        assert (words in page) is bool(notice and notice in words)


def test_the_session_turns_at_the_establishments_own_midnight(head_client, establishment, monkeypatch):
    type(establishment).objects.update(time_zone="Pacific/Noumea")
    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 12, 31, 14, tzinfo=UTC))
    assert "Session 2026 :" in head_client.get("/accueil/").content.decode()


def test_news_appear_at_their_hour_newest_first(head_client):
    now = timezone.now()
    for title, hours in (("Hier", -24), ("Demain", 24), ("Tout à l’heure", -1)):
        News.objects.create(title=title, text="Texte <b>\n\nSuite", published_at=now + timedelta(hours=hours))
    page = head_client.get("/accueil/").content.decode()
    assert [item.title for item in head_client.get("/accueil/").context["news"]] == ["Tout à l’heure", "Hier"]
    assert "<p>Texte &lt;b&gt;</p>" in page
    assert "Demain" not in page


def test_each_faq_shows_its_own_questions(head_client):
    for kind, question in ((FaqKind.TECHNICAL, "Mon fichier ?"), (FaqKind.REGULATORY, "Quel âge ?")):
        FaqEntry.objects.create(kind=kind, question=question, answer="Réponse.")
    technical, regulatory = head_client.get("/aide/"), head_client.get("/foire-aux-questions/")
    assert [str(entry) for entry in technical.context["entries"]] == ["Mon fichier ?"]
    assert [str(entry) for entry in regulatory.context["entries"]] == ["Quel âge ?"]


@pytest.mark.parametrize("path", ["/accueil/", "/aide/", "/foire-aux-questions/"])
def test_longer_lists_take_no_more_queries(head_client, path):
    queries = []
    for more in (1, 2):
        for n in range(more):
            News.objects.create(title=f"Actualité {n}", text="Texte")
            for kind in FaqKind:
                FaqEntry.objects.create(kind=kind, question=f"Question {n} ?", answer="Réponse")
        with CaptureQueriesContext(connection) as captured:
            head_client.get(path)
        queries.append(len(captured))
    assert queries[0] == queries[1]


def test_the_account_page_shows_everything_known(head_client, establishment):
    type(establishment).objects.update(
        academy="28", status="private", time_zone="Indian/Reunion", email="ce@example.org"
    )
    page = " ".join(head_client.get("/compte/").content.decode().split())
    for term, value in (
        ("Numéro/identifiant de l’établissement", "0750655E (UAI)"),
        ("Nom de l’établissement", "Collège des Mimosas"),
        ("Adresse mail", "ce@example.org"),
        ("Statut de l’établissement", "Privé"),
        ("Catégorie", "Établissement de l’Éducation nationale"),
        ("Académie", "La Réunion"),
        ("Code de l’académie", "28"),
        ("Département", "Paris"),
        ("Région", "Île-de-France"),
        ("Adresse postale", "12 rue des Écoles<br>75005 Paris"),
        ("Fuseau horaire", "Indian/Reunion"),
    ):
        assert page.count(f"<dt>{term}</dt><dd>{value}</dd>") == 1, term


def test_a_head_opens_the_supervisors_account(head_client, establishment, supervisor, client):
    supervisor.set_unusable_password()
    supervisor.save()
    page = head_client.get("/compte/surveillant/").content.decode()
    assert ("surveillant-0750655e" in page, "À définir" in page, "http://testserver/login" in page) == (True,) * 3
    data = {"password1": "Passage-pieton-9", "password2": "Passage-pieton-9"}
    assert head_client.post("/compte/surveillant/", data)["Location"] == "/compte/surveillant/"
    page = head_client.get("/compte/surveillant/").content.decode()
    assert ("Le mot de passe du compte surveillant est enregistré." in page, "À définir" in page) == (True, False)
    client.post("/login", {"login": "surveillant-0750655e", "password": "Passage-pieton-9"})
    assert client.get("/aide/").status_code == 200
    assert client.get("/compte/surveillant/").status_code == 403


def test_a_new_password_signs_the_supervisor_out(head_client, establishment, supervisor, client):
    client.post("/login", {"login": "surveillant-0750655e", "password": PASSWORD})
    assert client.get("/aide/").status_code == 200
    head_client.post("/compte/surveillant/", {"password1": "Passage-pieton-9", "password2": "Passage-pieton-9"})
    assert client.get("/aide/").status_code == 302


def test_a_wrong_password_changes_nothing(head_client, establishment, supervisor):
    before = User.objects.get(pk=supervisor.pk).password
    for first, second in (("Passage-pieton-9", "Passage-pieton-8"), ("court", "court"), ("", "")):
        response = head_client.post("/compte/surveillant/", {"password1": first, "password2": second})
        assert response.status_code == 200
        assert response.context["form"].errors
    assert User.objects.get(pk=supervisor.pk).password == before


def test_the_other_establishments_supervisor_is_not_ours(head_client, other_establishment):
    MembershipFactory(establishment=other_establishment, role=Role.SUPERVISOR)
    assert head_client.get("/compte/surveillant/").status_code == 404
    assert Membership.objects.supervisors().count() == 1


def test_health_asks_the_database(client, db):
    response = client.get("/sante/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    with mock.patch("establishments.views.public.connection.cursor", side_effect=OperationalError("host db.internal")):
        response = client.get("/sante/")
    assert (response.status_code, response.json()) == (503, {"status": "error"})


def test_a_page_that_does_not_exist(client, db):
    response = client.get("/nulle-part/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "Cette page n’existe pas" in page
    assert "nulle-part" not in page


def test_an_error_of_ours_needs_nothing_and_tells_nothing(db, settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    }
    client = Client(raise_request_exception=False)
    with mock.patch("establishments.views.public.connection.cursor", side_effect=RuntimeError("secret 1234")):
        response = client.get("/sante/")
    assert response.status_code == 500
    assert response.content.decode() == render_to_string("500.html")
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("path", [*ANYONE[:-1], "/aide/", "/accueil/"])
def test_every_page_has_the_common_ground(head_client, path, settings, db):
    client = StrictClient() if path in ANYONE else head_client
    page = " ".join(client.get(path).content.decode().split())
    for part in (
        '<html lang="fr" data-fr-scheme="system">',
        f"– {settings.BRAND_NAME}</title>",
        '<a class="fr-link" href="#contenu">Contenu</a>',
        '<main id="contenu"',
        "Accessibilité : non conforme",
    ):
        assert page.count(part) == 1, part
    assert page.count("<h1") == 1
    assert "fr-logo" not in page  # the Marianne device is the State's
