"""Handbook 2.1: an establishment on the list gets an account, and nobody learns who has one already."""

import re
import uuid
from collections import Counter
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from esr.core import outbox
from esr.core.models import Mail
from esr.core.templatetags.components import french
from establishments import actions, auth, rules
from establishments.enums import MembershipSource, Role
from establishments.models import AuthorisedEstablishment, Establishment, Membership, SignUp, User
from establishments.views import public
from tests.establishments.hashing import CountedPBKDF2
from tests.factories import PASSWORD, EstablishmentFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

LISTED = {
    "identifier_kind": "uai",
    "identifier": "0750655E",
    "name": "Collège des Mimosas",
    "email": "ce.0750655e@example.org",
    "category": "EN",
    "status": "public",
    "academy": "01",
    "department": "Paris",
    "region": "Île-de-France",
    "address": "12 rue des Écoles",
    "postal_code": "75005",
    "city": "Paris",
}
ANSWERS = {name: LISTED[name] for name in list(LISTED)[2:] if name != "category"} | {"time_zone": "Europe/Paris"}


@pytest.fixture(autouse=True)
def _mails_leave_at_once(monkeypatch):
    """The tests' transaction never commits."""
    cache.clear()
    monkeypatch.setattr(transaction, "on_commit", lambda function, **kwargs: function())


@pytest.fixture
def listed():
    return AuthorisedEstablishment.objects.create(**LISTED)


def form_address(line: AuthorisedEstablishment) -> str:
    return f"/compte/creer/{auth.identity_key(line.identifier_kind, line.identifier, line.category)}/"


def asks(client, line, password=PASSWORD, **changes):
    return client.post(form_address(line), ANSWERS | {"password": password} | changes)


def link_in(message) -> str:
    return re.search(r"http://localhost:8000(/\S+)", message.body).group(1)


def test_the_sign_in_page_leads_to_the_first_step(client):
    page = client.get("/login").content.decode()
    assert '<a class="fr-link" href="/compte/creer/">créer un compte pour mon établissement</a>' in page
    assert client.get("/compte/creer/").status_code == 200


@pytest.mark.parametrize(
    ("applicant", "typed", "kind", "identifier", "category"),
    [
        ("school", " 0750655e ", "uai", "0750655E", "EN"),
        ("greta", "075 0655 E", "uai", "0750655E", "GRET"),
        ("epide", "Epide  Lyon", "epide", "EPIDE LYON", "EPID"),
        ("pjj", "stemo75", "srj", "STEMO75", "PJJ"),
        ("medico_social", "010 000 024", "finess", "010000024", "MEDS"),
        ("teaching_unit", "0750655E", "uai", "0750655E", "MEDS"),
    ],
)
def test_each_kind_of_establishment_has_its_kind_of_identifier(client, applicant, typed, kind, identifier, category):
    AuthorisedEstablishment.objects.create(
        **LISTED | {"identifier_kind": kind, "identifier": identifier, "category": category}
    )
    response = client.post("/compte/creer/", {"applicant": applicant, "identifier": typed})
    assert response["Location"] == f"/compte/creer/{response['Location'].split('/')[3]}/"
    page = client.get(response["Location"])
    assert page.context["authorised"].identifier == identifier


@pytest.mark.parametrize(
    ("applicant", "typed", "says"),
    [
        ("school", "0750655F", "Ce n’est pas un UAI"),
        ("school", "750655E", "Ce n’est pas un UAI"),
        ("teaching_unit", "010000024", "Ce n’est pas un UAI"),
        ("medico_social", "010000025", "Ce n’est pas un FINESS"),
        ("medico_social", "0750655E", "Ce n’est pas un FINESS"),
        ("school", "", "Saisissez l’identifiant"),
        ("", "0750655E", None),
    ],
)
def test_an_identifier_is_checked_by_form_and_key(client, listed, applicant, typed, says):
    response = client.post("/compte/creer/", {"applicant": applicant, "identifier": typed})
    assert response.status_code == 200
    errors = response.context["form"].errors
    if says is None:
        assert errors == {"applicant": ["Choisissez ce qu’est votre établissement."]}
    else:
        assert errors["identifier"][0].startswith(says)


def test_a_greta_does_not_use_the_identifier_of_its_host(client, listed):
    response = client.post("/compte/creer/", {"applicant": "greta", "identifier": "0750655E"})
    assert response.context["form"].errors["identifier"] == [
        "Cet UAI est celui de « Collège des Mimosas », qui n’est pas un GRETA."
    ]


@pytest.mark.parametrize("change", [{"is_open": False}, {"identifier": "0781977A"}, {"identifier_kind": "srj"}])
def test_an_establishment_that_is_not_on_the_list_is_refused(client, listed, change):
    AuthorisedEstablishment.objects.update(**change)
    response = client.post("/compte/creer/", {"applicant": "school", "identifier": "0750655E"})
    assert response["Location"].startswith("/compte/demander/")
    page = client.get(response["Location"]).content.decode()
    assert "Votre établissement n’est pas sur la liste" in page
    assert "<dt>UAI</dt><dd>0750655E</dd>" in page


def test_the_form_is_filled_from_the_list_in_the_handbooks_order(client, listed):
    form = client.get(form_address(listed)).context["form"]
    assert list(form.fields) == [
        "identifier",
        "name",
        "email",
        "status",
        "academy",
        "department",
        "region",
        "address",
        "postal_code",
        "city",
        "time_zone",
        "password",
    ]
    assert {name: form[name].value() for name in ANSWERS} == ANSWERS
    assert form["identifier"].value() == "0750655E"


def test_what_the_list_fixes_cannot_be_changed(client, listed):
    asks(client, listed, email="pirate@example.org", identifier="0781977A", category="MEDS")
    assert [message.to for message in mail.outbox] == [["ce.0750655e@example.org"]]
    school = open_account(client, mail.outbox[0])
    assert (school.email, school.identifier, school.category) == ("ce.0750655e@example.org", "0750655E", "EN")


def test_without_an_address_on_the_list_the_establishment_gives_one(client, listed):
    AuthorisedEstablishment.objects.update(email="")
    asks(client, listed, email="ime@example.org")
    assert mail.outbox[0].to == ["ime@example.org"]
    assert asks(client, listed, email="pas une adresse").context["form"].errors.keys() == {"email"}


def open_account(client, message, password=PASSWORD) -> Establishment:
    client.post(link_in(message), {"password": password})
    return Establishment.objects.get()


def test_the_account_opens_once_the_link_is_followed(client, listed):
    assert asks(client, listed, name="Collège des Mimosas roses")["Location"] == "/compte/creer/envoye/"
    assert "Un message vous est envoyé" in client.get("/compte/creer/envoye/").content.decode()
    assert not Establishment.objects.exists()
    assert not User.objects.exists()
    assert client.post("/login", {"login": LISTED["email"], "password": PASSWORD}).status_code == 200
    link = link_in(mail.outbox[0])
    assert client.get(link).status_code == 200
    assert not Establishment.objects.exists()
    assert client.post(link, {"password": PASSWORD})["Location"] == "/login"
    school = Establishment.objects.get()
    expected = LISTED | {"name": "Collège des Mimosas roses", "time_zone": "Europe/Paris"}
    assert {name: getattr(school, name) for name in expected} == expected
    assert list(school.memberships.order_by("pk").values_list("user__username", "role")) == [
        ("0750655E", "head"),
        ("surveillant-0750655e", "supervisor"),
    ]
    assert client.post("/login", {"login": LISTED["email"], "password": PASSWORD})["Location"] == "/accueil/"


def test_the_link_serves_once(client, listed):
    asks(client, listed)
    link = link_in(mail.outbox[0])
    client.post(link, {"password": PASSWORD})
    for response in (client.get(link), client.post(link, {"password": PASSWORD})):
        assert response.status_code == 410
        assert "Ce lien n’est plus valable" in response.content.decode()
    assert Establishment.objects.count() == 1


@pytest.mark.parametrize(("age", "status"), [(timedelta(hours=24, seconds=-5), 200), (timedelta(hours=24), 410)])
def test_the_link_serves_for_a_day(client, listed, age, status):
    asks(client, listed)
    SignUp.objects.update(created_at=timezone.now() - age)
    assert client.get(link_in(mail.outbox[0])).status_code == status
    client.post(link_in(mail.outbox[0]), {"password": PASSWORD})
    assert Establishment.objects.exists() is (status == 200)


def test_a_link_that_nobody_sent(client):
    assert client.get(f"/compte/ouvrir/{uuid.uuid4()}/").status_code == 410


def test_who_follows_the_link_must_know_the_password_of_the_sign_up(client, listed):
    """Somebody else's sign-up must not become the establishment's account, with that somebody's password."""
    asks(client, listed, password="Mot-de-passe-pirate-1")
    response = client.post(link_in(mail.outbox[0]), {"password": PASSWORD})
    assert list(response.context["form"].errors) == ["password"]
    assert not Establishment.objects.exists()


def test_a_sign_up_that_was_not_confirmed_can_be_started_again(client, listed):
    asks(client, listed)
    asks(client, listed, password="Priorite-a-droite-7")
    first, second = mail.outbox
    assert first.subject == second.subject == "Ouvrez le compte de votre établissement"
    client.post(link_in(second), {"password": "Priorite-a-droite-7"})
    assert client.get(link_in(first)).status_code == 410
    assert User.objects.get(username="0750655E").check_password("Priorite-a-droite-7")
    assert not SignUp.objects.exists()


def test_old_sign_ups_go(client, listed):
    asks(client, listed)
    SignUp.objects.update(created_at=timezone.now() - rules.SIGN_UP_LIFETIME)
    asks(client, listed)
    assert SignUp.objects.count() == 1


@pytest.mark.parametrize(
    "weak", ["Court-1", "sans-majuscule-1", "Sans-chiffre-ici", "SansSpecial1234", LISTED["email"]]
)
def test_the_password_rule_holds(client, listed, weak):
    response = asks(client, listed, password=weak)
    assert list(response.context["form"].errors) == ["password"]
    assert (mail.outbox, SignUp.objects.count()) == ([], 0)


def test_a_common_password_is_refused(client, listed, settings, tmp_path):
    common = tmp_path / "common.txt"
    common.write_text("azertyuiop-2026!\n")
    settings.AUTH_PASSWORD_VALIDATORS = [
        row | {"OPTIONS": {"password_list_path": common}} if row["NAME"].endswith("CommonPasswordValidator") else row
        for row in settings.AUTH_PASSWORD_VALIDATORS
    ]
    assert list(asks(client, listed, password="Azertyuiop-2026!").context["form"].errors) == ["password"]


def test_an_establishment_that_has_an_account_is_told_by_mail_only(client, listed):
    school = EstablishmentFactory(**LISTED)
    head = MembershipFactory(establishment=school, user=UserFactory(email="principal@example.org")).user
    assert asks(client, listed)["Location"] == "/compte/creer/envoye/"
    (message,) = mail.outbox
    assert (message.to, message.subject) == (["principal@example.org"], "Votre établissement a déjà un compte")
    assert link_in(message) == "/mot-de-passe/oublie/"
    client.post(f"/compte/ouvrir/{SignUp.objects.get().pk}/", {"password": PASSWORD})
    assert list(Membership.objects.values_list("user", flat=True)) == [head.pk]


def test_an_address_that_opens_another_account_is_told_by_mail_only(client, listed):
    MembershipFactory(user=UserFactory(email=LISTED["email"]))
    assert asks(client, listed)["Location"] == "/compte/creer/envoye/"
    (message,) = mail.outbox
    assert (message.to, message.subject) == ([LISTED["email"]], "Cette adresse ouvre déjà un autre compte")
    assert client.post(f"/compte/ouvrir/{SignUp.objects.get().pk}/", {"password": PASSWORD}).status_code == 410
    assert Establishment.objects.filter(identifier="0750655E").count() == 0


def test_an_establishment_opened_by_an_academic_account_may_get_a_local_one(client, listed):
    school = EstablishmentFactory(**LISTED)
    MembershipFactory(establishment=school, source=MembershipSource.ACADEMIC, user=UserFactory(email=None))
    asks(client, listed)
    client.post(link_in(mail.outbox[0]), {"password": PASSWORD})
    assert school.memberships.filter(role=Role.HEAD, source=MembershipSource.LOCAL).count() == 1
    assert Establishment.objects.count() == 1


def test_but_not_at_an_address_that_anybody_could_have_typed(client, listed):
    AuthorisedEstablishment.objects.update(email="")
    MembershipFactory(
        establishment=EstablishmentFactory(**LISTED), source=MembershipSource.ACADEMIC, user=UserFactory(email=None)
    )
    asks(client, listed, email="pirate@example.org")
    assert [message.to for message in mail.outbox] == [[LISTED["email"]]]


def test_the_mails_of_one_establishment_are_counted_whoever_asks(client, listed):
    for _ in range(5):
        assert asks(Client(), listed).status_code == 302
    assert asks(client, listed).status_code == 429
    assert len(mail.outbox) == 5
    other = AuthorisedEstablishment.objects.create(
        **LISTED | {"identifier": "0781977A", "email": "ce.0781977a@example.org"}
    )
    assert asks(client, other).status_code == 302


def test_a_mail_server_that_is_down_is_said(client, listed, settings):
    """Nobody waits for it, the request is kept, and who comes next is told why nothing arrives."""
    settings.EMAIL_BACKEND = "esr.core.outbox.Backend"
    settings.MAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    late = "La messagerie de la plateforme est en panne"
    response = asks(client, listed)
    assert (response.status_code, Mail.objects.count(), SignUp.objects.count()) == (302, 1, 1)
    for page in (response.url, "/compte/demander/envoye/", "/mot-de-passe/oublie/envoye/"):
        assert late in client.get(page).content.decode()
    settings.MAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert outbox.send_due(timezone.now() + outbox.PEACE) == 1
    assert late not in client.get(response.url).content.decode()


@pytest.mark.parametrize("key", ["abc", "WyJ1YWkiLCIwNzUwNjU1RSIsIkVOIl0:faux"])
def test_an_address_that_we_did_not_make_is_not_found(client, listed, key):
    assert client.get(f"/compte/creer/{key}/").status_code == 404
    assert client.get(f"/compte/demander/{key}/").status_code == 404


def test_an_establishment_closed_meanwhile_is_refused(client, listed):
    address = form_address(listed)
    AuthorisedEstablishment.objects.update(is_open=False)
    assert client.get(address)["Location"].startswith("/compte/demander/")
    assert client.post(address, ANSWERS | {"password": PASSWORD})["Location"].startswith("/compte/demander/")


def test_abroad_the_time_zone_is_anywhere(client, listed):
    def zones():
        return dict(client.get(form_address(listed)).context["form"].fields["time_zone"].choices)

    assert "Asia/Tokyo" not in zones()
    listed.category = "ETRA"
    listed.save()
    assert "Asia/Tokyo" in zones()


# --- Known and unknown ----------------------------------------------------------------------------------------------

PAIRS = 4


def masked(response) -> tuple:
    """What a stranger sees of an answer, without what differs at every request."""
    page = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content)
    return response.status_code, response.headers.get("Location"), page


def uai(number: int) -> str:
    return f"{number:07d}" + "ABCDEFGHJKLMNPRSTUVWXYZ"[number % 23]


def work(ask) -> tuple:
    """Call `ask`: the answer as a stranger sees it, and what takes the time: statements, passwords hashed, mails."""
    hashed, mails = len(CountedPBKDF2.encoded), len(mail.outbox)
    with CaptureQueriesContext(connection) as queries:
        response = ask()
    # A statement that is longer by a savepoint is not another one; what is asked and written is.
    statements = Counter(query["sql"].split(" ", 1)[0] for query in queries if "SAVEPOINT" not in query["sql"])
    return masked(response), statements, len(CountedPBKDF2.encoded) - hashed, len(mail.outbox) - mails


def compare(ask, known, unknown):
    """Ask for both: the same answers, for the same work. How long they take, `make bench` compares.

    `ask` takes a client without cookies and what `known` or `unknown` make of a number.
    """
    stranger = Client()
    for n in range(PAIRS):
        works = []
        for subject in (known, unknown):
            stranger.cookies.clear()
            works.append(work(partial(ask, stranger, subject(n))))
        assert works[0] == works[1]
        assert works[0][2] or works[0][3]


def signs_in(client, login):
    """A wrong password; the page repeats what was typed."""
    response = client.post("/login", {"login": login, "password": "Faux-mot-de-passe-1"})
    response.content = response.content.replace(login.encode(), b"LOGIN")
    return response


@pytest.fixture
def accounts(settings):
    """Establishments with accounts, and a hash that counts."""
    settings.PASSWORD_HASHERS = ["tests.establishments.hashing.CountedPBKDF2"]
    stored = make_password(PASSWORD)
    schools = Establishment.objects.bulk_create(
        EstablishmentFactory.build(identifier=uai(n), email=f"ce.{n}@example.org") for n in range(PAIRS)
    )
    users = User.objects.bulk_create(
        User(username=school.identifier, email=school.email, password=stored) for school in schools
    )
    Membership.objects.bulk_create(
        Membership(user=user, establishment=school, role=Role.HEAD) for user, school in zip(users, schools, strict=True)
    )


def listed_without_address(first: int, count: int = PAIRS) -> list[AuthorisedEstablishment]:
    return AuthorisedEstablishment.objects.bulk_create(
        AuthorisedEstablishment(**LISTED | {"identifier": uai(first + n), "email": ""}) for n in range(count)
    )


def test_signing_in_does_not_tell_known_addresses(accounts):
    compare(signs_in, "ce.{}@example.org".format, "xx.{}@example.org".format)


def test_signing_in_does_not_tell_known_identifiers(accounts):
    compare(signs_in, uai, lambda n: uai(5_000_000 + n))


def test_a_forgotten_password_does_not_tell_known_addresses(accounts, monkeypatch):
    """More is done for a known address: the answer waits for the next step."""
    monkeypatch.setattr(public.time, "sleep", lambda seconds: None)
    stranger = Client()

    def ask(email):
        return stranger.post("/mot-de-passe/oublie/", {"email": email})

    for n in range(PAIRS):
        known, unknown = (work(partial(ask, f"{who}.{n}@example.org")) for who in ("ce", "xx"))
        assert (known[0], known[3]) == (unknown[0], unknown[3])
    assert len(mail.outbox) == 2 * PAIRS


def test_signing_up_does_not_tell_known_establishments(accounts):
    known, unknown = listed_without_address(0), listed_without_address(5_000_000)

    def ask(client, line):
        return asks(client, line, email=f"liste.{line.pk}@example.org")

    compare(ask, known.__getitem__, unknown.__getitem__)
    assert Counter(message.subject for message in mail.outbox) == {
        "Votre établissement a déjà un compte": PAIRS,
        "Ouvrez le compte de votre établissement": PAIRS,
    }


def test_signing_up_does_not_tell_known_addresses(accounts):
    lines = listed_without_address(6_000_000, 2 * PAIRS)

    def ask(client, subject):
        return asks(client, subject[0], email=subject[1])

    compare(
        ask,
        lambda n: (lines[2 * n], f"ce.{n}@example.org"),
        lambda n: (lines[2 * n + 1], f"xx.{n}@example.org"),
    )
    assert Counter(message.subject for message in mail.outbox) == {
        "Cette adresse ouvre déjà un autre compte": PAIRS,
        "Ouvrez le compte de votre établissement": PAIRS,
    }


@pytest.mark.parametrize(("took", "waits"), [(0.1, 0.4), (0.49, 0.01), (0.7, 0.3)])
def test_the_answer_waits_for_the_next_step(client, monkeypatch, took, waits):
    clock, slept = iter([10.0, 10.0 + took]), []
    monkeypatch.setattr(public, "time", SimpleNamespace(monotonic=clock.__next__, sleep=slept.append))
    client.post("/mot-de-passe/oublie/", {"email": "xx@example.org"})
    assert slept == [pytest.approx(waits)]


# --- Limits, sessions, log ------------------------------------------------------------------------------------------


@pytest.fixture
def fifty_heads():
    return [
        actions.create_establishment(
            head_password=PASSWORD,
            **LISTED | {"identifier": uai(n), "email": f"ce.{n}@example.org"},
        )
        for n in range(51)
    ]


def test_wrong_attempts_close_one_account_and_nobody_elses(fifty_heads):
    """A whole academy behind one network address."""
    for n in range(12):
        Client().post("/login", {"login": "ce.0@example.org", "password": f"Faux-mot-de-passe-{n}"})
    refused = Client().post("/login", {"login": "ce.0@example.org", "password": PASSWORD})
    assert refused.context["form"].errors["__all__"][0].startswith("Trop d’essais")
    for n in range(1, 51):
        response = Client().post("/login", {"login": f"ce.{n}@example.org", "password": PASSWORD})
        assert response["Location"] == "/accueil/"


def test_an_unknown_address_is_closed_after_as_many_attempts():
    for n in range(11):
        response = Client().post("/login", {"login": "xx@example.org", "password": f"Faux-mot-de-passe-{n}"})
    assert response.context["form"].errors["__all__"][0].startswith("Trop d’essais")


def test_a_session_ends_after_twelve_hours(client, fifty_heads):
    began = timezone.now()
    client.post("/login", {"login": "ce.1@example.org", "password": PASSWORD})
    session = Session.objects.get()
    assert timedelta(hours=12) <= session.expire_date - began < timedelta(hours=12, minutes=1)
    assert client.get("/compte/").status_code == 200
    Session.objects.update(expire_date=timezone.now())
    assert client.get("/compte/").status_code == 302


def test_a_forgotten_password_signs_other_sessions_out(client, fifty_heads):
    client.post("/login", {"login": "ce.1@example.org", "password": PASSWORD})
    other = Client()
    other.post("/mot-de-passe/oublie/", {"email": "ce.1@example.org"})
    link = re.search(r"http://testserver(/mot-de-passe/oublie/\S+)", mail.outbox[0].body).group(1)
    form = other.get(link)["Location"]
    other.post(form, {"password1": "Priorite-a-droite-7", "password2": "Priorite-a-droite-7"})
    assert client.get("/compte/").status_code == 302


def test_an_academic_account_gets_no_password(client):
    user = UserFactory(email="prof@example.org")
    user.set_unusable_password()
    user.save()
    client.post("/mot-de-passe/oublie/", {"email": "prof@example.org"})
    assert [message.subject for message in mail.outbox] == ["Aucun mot de passe à changer pour cette adresse"]


def test_each_sign_in_is_written_down_without_address_or_device(client, fifty_heads):
    from establishments.models import SignIn

    Client().post("/login", {"login": "ce.1@example.org", "password": "Faux-mot-de-passe-1"})
    assert not SignIn.objects.exists()
    client.post("/login", {"login": "ce.1@example.org", "password": PASSWORD}, headers={"user-agent": "Navigateur 7"})
    row = SignIn.objects.get()
    assert (row.user.username, row.establishment.identifier, row.role, row.door) == (uai(1), uai(1), "head", "local")
    assert [field.name for field in SignIn._meta.fields] == ["id", "user", "establishment", "role", "door", "at"]
    client.post("/login", {"login": "ce.1@example.org", "password": PASSWORD})  # already signed in
    assert SignIn.objects.count() == 1


def test_the_heads_page_shows_the_last_twenty_sign_ins(head_client, establishment, other_establishment):
    user = MembershipFactory(establishment=other_establishment).user
    for n in range(21):
        actions.record_sign_in(
            user=user,
            membership=Membership(establishment=establishment, role=Role.SUPERVISOR),
            door="local",
            now=timezone.now() - timedelta(days=n),
        )
    actions.record_sign_in(
        user=user, membership=user.memberships.get(), door="academic", now=timezone.now() + timedelta(hours=1)
    )
    response = head_client.get("/compte/")
    assert len(response.context["sign_ins"]) == 20
    assert "Compte académique" not in response.content.decode()
    assert response.content.decode().count("<td>Surveillant</td>") == 20


# --- The supervisor's account ---------------------------------------------------------------------------------------


def test_the_head_switches_the_supervisors_account_off_and_on(client, fifty_heads):
    head, supervisor = Client(), Client()
    head.post("/login", {"login": "ce.1@example.org", "password": PASSWORD})
    name = f"surveillant-{uai(1).lower()}"
    head.post("/compte/surveillant/", {"password1": "Passage-pieton-9", "password2": "Passage-pieton-9"})
    supervisor.post("/login", {"login": name, "password": "Passage-pieton-9"})
    assert supervisor.get("/aide/").status_code == 200
    asked = head.get("/compte/surveillant/desactiver/").content.decode()
    assert french("Désactiver le compte surveillant ?") in asked
    assert supervisor.get("/aide/").status_code == 200
    assert head.post("/compte/surveillant/desactiver/")["Location"] == "/compte/surveillant/"
    assert supervisor.get("/aide/").status_code == 302
    assert supervisor.post("/login", {"login": name, "password": "Passage-pieton-9"}).status_code == 200
    head.post("/compte/surveillant/", {"password1": "Passage-pieton-8", "password2": "Passage-pieton-8"})
    assert supervisor.get("/aide/").status_code == 302
    assert supervisor.post("/login", {"login": name, "password": "Passage-pieton-8"})["Location"] == "/accueil/"


def test_only_the_head_switches_it_off(establishment, supervisor_client, other_head_client):
    assert supervisor_client.post("/compte/surveillant/desactiver/").status_code == 403
    assert other_head_client.post("/compte/surveillant/desactiver/").status_code == 404
    assert establishment.memberships.get().user.has_usable_password()


# --- E-mails --------------------------------------------------------------------------------------------------------


def test_a_mail_says_the_same_as_text_and_as_page(client, listed):
    AuthorisedEstablishment.objects.update(name="Collège <b>d'Alembert</b> & Cie")
    asks(client, listed)
    (message,) = mail.outbox
    ((page, kind),) = message.alternatives
    assert kind == "text/html"
    assert "Collège <b>d'Alembert</b> & Cie (0750655E)" in message.body
    assert "Collège &lt;b&gt;d&#x27;Alembert&lt;/b&gt; &amp; Cie (0750655E)" in page
    address = "http://localhost:8000" + link_in(message)
    assert page.count(f'href="{address}"') == 2  # the button, and the address itself
    assert message.body.startswith("Bonjour,\n\n")


def test_the_forgotten_password_mail_has_both_forms_too(client):
    UserFactory(email="ce@example.org")
    client.post("/mot-de-passe/oublie/", {"email": "ce@example.org"})
    (message,) = mail.outbox
    address = re.search(r"http://testserver\S+", message.body).group()
    assert f'href="{address}"' in message.alternatives[0][0]
