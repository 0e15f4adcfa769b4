"""The telephone's code: a duty for administrators, a choice for heads, nothing for the shared supervisor's account."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from establishments import actions
from establishments.auth import SecondFactorAdapter
from establishments.models import User
from tests.conftest import SECRET, StrictClient
from tests.factories import PASSWORD, UserFactory

INDEX = "/administration/"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet():
    cache.clear()


def code(secret=SECRET, steps=0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


@pytest.fixture
def national(db):
    return actions.create_administrator(username="national", email=None, academy="", password=PASSWORD)


def enter(client, login="national", **extra):
    return client.post("/login", {"login": login, "password": PASSWORD, **extra})


def walk(client, url) -> list[str]:
    """The addresses that one request leads to, until a page answers."""
    path = [url]
    response = client.get(url)
    while response.status_code == 302:
        path.append(response["Location"].split("?")[0])
        response = client.get(response["Location"])
    return path


def test_a_new_administrator_sets_up_the_code_before_anything(client, national):
    assert walk(client, INDEX)[-1] == "/login"
    enter(client, next=INDEX)
    activate = reverse("mfa_activate_totp")
    for url in (INDEX, "/administration/establishments/establishment/", "/administration/chiffres/", "/accueil/"):
        assert walk(client, url)[-1] == reverse("account_reauthenticate"), url
    assert client.get("/epreuves/").status_code == 403
    client.post(f"{reverse('account_reauthenticate')}?next={activate}", {"password": PASSWORD})
    page = client.get(activate)
    assert page.status_code == 200
    secret = page.context["form"].secret
    wrong = client.post(activate, {"code": "000000"})
    assert wrong.context["form"].errors["code"] == [
        "Ce code n’est pas le bon ou a déjà servi : attendez le suivant et saisissez-le."
    ]
    assert client.get(INDEX).status_code == 302
    done = client.post(activate, {"code": code(secret)})
    assert len(done.context["codes"]) == 10
    assert client.get(INDEX).status_code == 200


@pytest.fixture
def protected(national):
    Authenticator.objects.create(user=national, type="totp", data={"secret": SecondFactorAdapter().encrypt(SECRET)})
    return national


def test_the_password_alone_opens_nothing(client, protected):
    assert enter(client, next=INDEX)["Location"].startswith("/login/code/")
    assert walk(client, INDEX)[-1] == "/login/code/"
    assert "_auth_user_id" not in client.session
    page = client.get("/login/code/")
    assert page.status_code == 200
    assert client.post("/login/code/", {"code": "000000"}).context["form"].errors["code"]
    answer = client.post("/login/code/", {"code": code()})
    assert answer.status_code == 302
    assert client.get(INDEX).status_code == 200


def test_a_code_serves_once(protected):
    used = code()
    for count, client in enumerate((StrictClient(), StrictClient())):
        enter(client)
        answer = client.post("/login/code/", {"code": used})
        assert (answer.status_code == 302) is (count == 0)


def test_guesses_are_counted_per_account(client, protected):
    enter(client)
    for _ in range(10):
        client.post("/login/code/", {"code": "000000"})
    answer = client.post("/login/code/", {"code": code()})
    assert answer.context["form"].errors["code"] == [
        "Trop d’essais de suite pour ce compte. Attendez cinq minutes et recommencez."
    ]
    other = actions.create_administrator(username="autre", email=None, academy="01", password=PASSWORD)
    Authenticator.objects.create(user=other, type="totp", data={"secret": SecondFactorAdapter().encrypt(SECRET)})
    second = StrictClient()
    enter(second, "autre")
    assert second.post("/login/code/", {"code": code()}).status_code == 302


def test_a_recovery_code_replaces_the_telephone_once(client, protected):
    enter(client)
    client.post("/login/code/", {"code": code()})
    url = reverse("mfa_view_recovery_codes")
    client.post(f"{reverse('account_reauthenticate')}?next={url}", {"password": PASSWORD})
    assert client.get(url).status_code == 200
    codes = client.post(url).context["codes"]
    for attempt in range(2):
        again = StrictClient()
        enter(again)
        assert (again.post("/login/code/", {"code": codes[0]}).status_code == 302) is (attempt == 0)


def test_a_session_that_gave_no_code_is_asked_for_one(protected):
    """Signed in by another door, as the academic hub: the administration asks for the code all the same."""
    client = StrictClient()
    client.force_login(protected)
    assert walk(client, INDEX)[-1] == reverse("mfa_reauthenticate")
    answer = client.post(f"{reverse('mfa_reauthenticate')}?next={INDEX}", {"code": code(), "next": INDEX})
    assert answer["Location"] == INDEX
    assert client.get(INDEX).status_code == 200


def test_a_code_taken_away_closes_the_administration_at_once(admin_client):
    assert admin_client.get(INDEX).status_code == 200
    Authenticator.objects.all().delete()
    assert admin_client.get(INDEX).status_code == 302


def test_administrators_keep_their_code_and_heads_may_drop_it(admin_client, head_client, settings):
    for client in (admin_client, head_client):
        user = User.objects.get(pk=client.session["_auth_user_id"])
        stored = {"secret": SecondFactorAdapter().encrypt(SECRET)}
        Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": stored})
        url = reverse("mfa_deactivate_totp")
        client.post(f"{reverse('account_reauthenticate')}?next={url}", {"password": PASSWORD})
        client.post(url)
        assert Authenticator.objects.filter(user=user).exists() is user.is_staff


def test_without_the_duty_the_password_is_enough(client, national, settings):
    settings.ADMIN_TOTP_REQUIRED = False
    enter(client)
    assert client.get(INDEX).status_code == 200


def test_a_head_may_protect_the_account(head_client, supervisor_client):
    assert "Régler la double authentification" in head_client.get("/compte/").content.decode()
    assert head_client.get(reverse("mfa_index")).status_code == 200
    assert supervisor_client.get(reverse("mfa_index")).status_code == 403


def test_the_secret_is_no_part_of_the_protections_page(admin_client):
    page = admin_client.get(reverse("mfa_index"))
    assert page.status_code == 200
    assert SECRET not in page.content.decode()


# --- The command --------------------------------------------------------------------------------------------------


def create(*arguments, monkeypatch, capsys, password=PASSWORD):
    monkeypatch.setenv("ADMINISTRATOR_PASSWORD", password)
    call_command("create_administrator", *arguments)
    return capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_makes_administrators(monkeypatch, capsys, client):
    out = create("nation", "--email", "n@example.org", monkeypatch=monkeypatch, capsys=capsys)
    assert "nation is an administrator (national)." in out
    assert "Next: sign in at http://localhost:8000/administration/" in out
    create("reunion", "--academy", "28", monkeypatch=monkeypatch, capsys=capsys)
    made = User.objects.order_by("pk").values_list("username", "email", "is_staff", "is_superuser", "academy")
    assert list(made) == [("nation", "n@example.org", True, True, ""), ("reunion", None, True, False, "28")]
    assert enter(client, "n@example.org").status_code == 302
    assert client.session["_auth_user_id"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        (["a", "--academy", "99"], PASSWORD, "No academy has the code 99"),
        (["a"], "court", "12"),
        (["a"], "sans-majuscule-1", "une majuscule"),
        (["pris"], PASSWORD, "Un utilisateur avec ce nom existe déjà."),
        (["a", "--email", "pris@example.org"], PASSWORD, "Adresse mail existe déjà"),
        (["a", "--email", "rien"], PASSWORD, "adresse"),
    ],
)
def test_the_command_refuses(monkeypatch, capsys, arguments, password, said):
    UserFactory(username="pris", email="pris@example.org")
    with pytest.raises(CommandError) as refusal:
        create(*arguments, monkeypatch=monkeypatch, capsys=capsys, password=password)
    assert said in str(refusal.value)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_command_needs_a_terminal_or_a_variable(monkeypatch):
    monkeypatch.delenv("ADMINISTRATOR_PASSWORD", raising=False)
    monkeypatch.setattr("os.isatty", lambda descriptor: False)
    with pytest.raises(CommandError, match="set ADMINISTRATOR_PASSWORD"):
        call_command("create_administrator", "a")


def test_the_database_holds_no_secret_in_the_clear(settings):
    adapter = SecondFactorAdapter()
    stored = adapter.encrypt(SECRET)
    assert SECRET not in stored
    assert adapter.encrypt(SECRET) != stored
    assert adapter.decrypt(stored) == SECRET
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another" * 10, [settings.SECRET_KEY]
    assert adapter.decrypt(stored) == SECRET
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ValueError, match="SECRET_KEY"):
        adapter.decrypt(stored)


def test_what_is_set_up_is_stored_encrypted(client, national):
    enter(client)
    activate = reverse("mfa_activate_totp")
    client.post(f"{reverse('account_reauthenticate')}?next={activate}", {"password": PASSWORD})
    secret = client.get(activate).context["form"].secret
    client.post(activate, {"code": code(secret)})
    rows = list(Authenticator.objects.filter(user=national))
    assert {row.type for row in rows} == {"totp", "recovery_codes"}
    assert secret not in str([row.data for row in rows])


@pytest.mark.parametrize(("said", "led"), [("Zoé", "Zo%C3%A9"), ("home", "home"), ("//evil.example", INDEX)])
def test_the_door_leads_to_an_address_and_never_to_a_view(admin_client, said, led):
    assert admin_client.get("/administration/login/", {"next": said})["Location"] == led
