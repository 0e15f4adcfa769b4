"""What browsers, caches and passwords are told, on every page (docs/security.md)."""

import time

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import override_settings
from django.urls import NoReverseMatch, get_resolver, reverse

from establishments.auth import BreachedPasswordValidator, EasyStemValidator, is_breached
from tests.conftest import StrictClient, administrator
from tests.factories import PASSWORD, MembershipFactory, make_bank
from tests.test_settings import PRODUCTION, load

CSP = {
    "default-src": "'none'",
    "object-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "media-src": "'self' blob:",  # the player plays from memory what it has fetched
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def names_without_arguments() -> list[str]:
    found = set()
    for name in get_resolver().reverse_dict:
        if isinstance(name, str):
            try:
                reverse(name)
            except NoReverseMatch:
                continue
            found.add(name)
    return sorted(found)


def policy(response) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";") if part.strip())
    return {name: value for name, _, value in parts}


def faults(response) -> list[str]:
    """What a response lacks of what every response must say."""
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    found = [name for name, value in wanted.items() if response.get(name) != value]
    if policy(response) != CSP:
        found.append("Content-Security-Policy")
    if "camera=()" not in response.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if not response.get("Cache-Control"):
        found.append("Cache-Control")
    if response.has_header("Access-Control-Allow-Origin"):
        found.append("Access-Control-Allow-Origin")
    return found


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/login", 200),
        ("/nulle-part/", 404),
        ("/accueil/", 302),
        ("/sante/", 200),
        ("/static/css/app.css", 200),
    ],
)
def test_every_answer_carries_the_headers(db, client, address, status):
    make_bank() if address == "/" else None
    response = client.get(address)
    response.close()
    assert response.status_code == status
    assert faults(response) == []


def test_a_missing_header_is_noticed(db, client):
    response = client.get("/login")
    for name in ("Content-Security-Policy", "Referrer-Policy", "Permissions-Policy"):
        lacking = client.get("/login")
        lacking[name] = "nothing-src x"
        assert faults(lacking) == [name]
    assert faults(response) == []


def test_no_page_may_be_framed_and_nothing_runs_that_is_not_ours(db, client):
    directives = policy(client.get("/login"))
    assert directives == CSP
    assert not [value for value in directives.values() if "unsafe" in value or "*" in value or "http" in value]


def test_what_people_see_signed_in_is_kept_nowhere(head_client, admin_client):
    """Every page without arguments that answers: kept neither by the browser nor on the way."""
    seen = 0
    for client, names in ((head_client, names_without_arguments()), (admin_client, ["admin:index", "academy_figures"])):
        for name in names:
            response = client.get(reverse(name))
            if response.status_code == 200 and not response.get("Cache-Control", "").startswith("public"):
                assert "no-store" in response["Cache-Control"], name
                seen += 1
            elif response.get("Cache-Control", "").startswith("public"):
                assert name in PUBLIC_AND_KEPT, name
    assert seen > 20


# Pages that are the same for everybody.
PUBLIC_AND_KEPT = {"landing", "verification", "public_keys"}


def test_every_form_and_link_of_ours_has_a_type_and_a_charset(db, client):
    for address in ("/login", "/nulle-part/"):
        assert client.get(address)["Content-Type"] == "text/html; charset=utf-8"
    assert client.get("/sante/")["Content-Type"] == "application/json"


def test_trace_is_not_answered(db, client):
    assert client.trace("/sante/").status_code == 405


# --- Production -------------------------------------------------------------------------------------------------------


def test_cookies_of_production_are_bound_to_the_host(tmp_path):
    run = load(
        tmp_path,
        "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, "
        "settings.CSRF_COOKIE_SECURE, settings.CSRF_COOKIE_HTTPONLY, settings.SESSION_COOKIE_SAMESITE, "
        "settings.CSRF_COOKIE_SAMESITE",
        **PRODUCTION,
    )
    assert run.stdout.strip() == ("('__Host-sessionid', '__Host-csrftoken', True, True, True, 'Lax', 'Lax')")


def test_the_candidate_s_cookies_of_production_are_bound_to_the_host(tmp_path):
    code = (
        "(__import__('os').environ.setdefault('DJANGO_SETTINGS_MODULE', 'esr.settings'), "
        "__import__('django').setup(), "
        "(lambda auth, response: (auth.remember(response, auth.EXAM_COOKIE, '1'), "
        "auth.forget(response, auth.SITTING_COOKIE), print(response.cookies.output())))"
        "(__import__('exams.auth', fromlist=['x']), __import__('django.http', fromlist=['x']).HttpResponse()))"
    )
    lines = [line for line in load(tmp_path, code, **PRODUCTION).stdout.splitlines() if line.startswith("Set-Cookie")]
    assert [line.split("=")[0] for line in lines] == [
        "Set-Cookie: __Host-esr_candidat",
        "Set-Cookie: __Host-esr_epreuve",
    ]
    for line in lines:
        parts = {part.strip() for part in line.split(";")}
        assert {"Path=/", "Secure", "SameSite=Lax"} <= parts
        assert not [part for part in parts if part.startswith("Domain")]
    assert "HttpOnly" in lines[1]


def test_transport_of_production(tmp_path):
    run = load(
        tmp_path,
        "settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_SSL_REDIRECT, "
        "settings.SECURE_REDIRECT_EXEMPT, settings.DEBUG",
        **PRODUCTION,
    )
    assert run.stdout.strip() == "(31536000, True, True, ['^sante/', '^mesures/$'], False)"


@override_settings(SECURE_HSTS_SECONDS=31536000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_SSL_REDIRECT=True)
def test_hsts_is_said_and_plain_http_is_sent_away(db):
    client = StrictClient()
    assert client.get("/login", secure=True)["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert client.get("/login")["Location"] == "https://testserver/login"


@pytest.mark.parametrize("name", ["SECRET_KEY", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"])
def test_a_secret_may_be_a_file(tmp_path, name):
    secret = {**PRODUCTION, "EMAIL_URL": "smtp://u:geheim@mail:25"}[name]
    file = tmp_path / "secret"
    file.write_text(secret + "\n")
    shown = {
        "SECRET_KEY": "settings.SECRET_KEY",
        "DATABASE_URL": "settings.DATABASES['default']['PASSWORD']",
        "REDIS_URL": "settings.REDIS_URL",
        "EMAIL_URL": "settings.EMAIL_HOST_PASSWORD",
    }[name]
    others = {key: value for key, value in PRODUCTION.items() if key != name}
    run = load(tmp_path, shown, **others, **{f"{name}_FILE": str(file)})
    wanted = {"DATABASE_URL": "p", "EMAIL_URL": "geheim"}.get(name, secret)
    assert run.stdout.strip() == wanted


def test_a_secret_s_file_that_is_not_there_stops_the_start(tmp_path):
    others = {key: value for key, value in PRODUCTION.items() if key != "SECRET_KEY"}
    run = load(tmp_path, "1", **others, SECRET_KEY_FILE="/nulle/part")
    assert run.returncode != 0
    assert "SECRET_KEY_FILE" in run.stderr.splitlines()[-1]


# --- The administration's own host ------------------------------------------------------------------------------------

HOST = "administration.example.org"


@pytest.fixture
def admin_host(settings):
    settings.ADMIN_HOST = HOST
    settings.ALLOWED_HOSTS = [HOST, "testserver"]


@pytest.mark.usefixtures("admin_host")
def test_the_administration_is_absent_from_the_site(db, admin_client, head_client):
    assert admin_client.get("/administration/").status_code == 404
    assert admin_client.get("/administration/establishments/user/").status_code == 404
    assert admin_client.get("/administration/chiffres/").status_code == 404
    assert admin_client.get("/accueil/")["Location"] == f"http://{HOST}/administration/"
    assert head_client.get("/accueil/").status_code == 200


@pytest.mark.usefixtures("admin_host")
def test_the_site_is_absent_from_the_administration_s_host(db, admin_client, head_client):
    there = {"headers": {"host": HOST}}
    assert admin_client.get("/administration/", **there).status_code == 200
    assert admin_client.get("/", **there)["Location"] == "/administration/"
    assert admin_client.get("/login", **there).status_code in (200, 302)
    reached = {
        name
        for name in names_without_arguments()
        if head_client.get(reverse(name), **there).status_code != 404
        and not reverse(name).startswith("/administration/")
    }
    assert reached == {
        "landing", "home", "account_login", "account_logout", "account_inactive", "account_reauthenticate",
        "account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done", "health",
        "alive", "ready",
        "mfa_activate_totp", "mfa_authenticate", "mfa_index", "mfa_reauthenticate",
    }  # fmt: skip


@pytest.mark.usefixtures("admin_host")
def test_signing_in_on_the_administration_s_host_speaks_of_it_alone(db, client):
    page = client.get("/login", headers={"host": HOST}).content.decode()
    assert "Connexion à l’administration" in page
    assert "Identifiant ou adresse mail" in page
    assert "établissement" not in page.partition("<form")[2].partition("</form")[0]
    assert reverse("account_signup") not in page
    assert reverse("account_signup") in client.get("/login").content.decode()


@pytest.mark.parametrize(
    "value", ["https://a.example.org", "a.example.org:8000", "A.example.org", "examens.example.org"]
)
def test_an_administration_s_host_that_is_none_stops_the_start(tmp_path, value):
    run = load(tmp_path, "1", **PRODUCTION, ADMIN_HOST=value)
    assert run.returncode != 0
    assert ImproperlyConfigured.__name__ in run.stderr
    assert "ADMIN_HOST" in run.stderr.splitlines()[-1]


# --- Sessions ---------------------------------------------------------------------------------------------------------


def _rested(client, seconds: int) -> None:
    session = client.session
    session["seen_at"] = int(time.time()) - seconds
    session.save()


def test_a_session_at_which_nobody_is_ends(head_client, settings):
    _rested(head_client, settings.SESSION_IDLE_AGE - 60)
    assert head_client.get("/accueil/").status_code == 200
    assert time.time() - head_client.session["seen_at"] < 60
    key = head_client.cookies["sessionid"].value
    _rested(head_client, settings.SESSION_IDLE_AGE + 60)
    assert head_client.get("/accueil/")["Location"].startswith("/login")
    assert not head_client.session.exists(key)


def test_a_session_ends_after_its_day_whoever_is_at_it(head_client, settings):
    for age, status in ((settings.SESSION_COOKIE_AGE - 60, 200), (settings.SESSION_COOKIE_AGE + 60, 302)):
        session = head_client.session
        session["began_at"] = int(time.time()) - age
        session.save()
        _rested(head_client, 400)  # so that it is written to
        assert head_client.get("/accueil/").status_code == status


def test_an_administrator_s_session_ends_sooner(db, settings):
    client = administrator(is_superuser=True)
    assert client.get("/administration/").status_code == 200
    _rested(client, settings.ADMIN_IDLE_AGE + 60)
    assert client.get("/administration/").status_code == 302
    assert settings.ADMIN_IDLE_AGE < settings.SESSION_IDLE_AGE < settings.SESSION_COOKIE_AGE


def test_signing_in_gives_another_session_and_signing_out_ends_it(db, client, establishment):
    user = MembershipFactory(establishment=establishment).user
    client.get("/login")
    client.session.save()
    before = client.session.session_key
    client.force_login(user)
    within = client.session.session_key
    assert within != before
    assert len(within) == 32
    client.post(reverse("account_logout"))
    assert not client.session.exists(within)


# --- Passwords --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    ["Motdepasse2026!", "P@ssw0rd2026!!", "Password1234!", "Azerty123456!", "Surveillant#2026", "S3curiteRoutiere!",
     "ASSRassr-2026", "Bonjour-Bonjour1", "A1!A1!A1!A1!", "Collège-2026-2026"],
)  # fmt: skip
def test_a_common_word_dressed_up_is_refused(password):
    with pytest.raises(ValidationError):
        EasyStemValidator().validate(password)


@pytest.mark.parametrize("password", [PASSWORD, "Trois-girafes-9-bleues", "Пароль-длинный-1A", "x" * 60 + "A1!"])
def test_other_words_pass(password):
    EasyStemValidator().validate(password)


def test_a_breached_password_is_refused_when_the_operator_has_the_list(tmp_path, settings):
    import hashlib

    known = [f"Parole-volee-{n}" for n in range(200)]
    lines = sorted(f"{hashlib.sha1(word.encode()).hexdigest().upper()}:{n}" for n, word in enumerate(known))
    file = tmp_path / "pwned.txt"
    file.write_text("\r\n".join(lines) + "\r\n")
    assert [word for word in known if not is_breached(file, word)] == []
    assert [n for n in range(200) if is_breached(file, f"Parole-neuve-{n}")] == []
    settings.BREACHED_PASSWORDS = file
    with pytest.raises(ValidationError):
        BreachedPasswordValidator().validate(known[7])
    BreachedPasswordValidator().validate("Parole-neuve-7")
    settings.BREACHED_PASSWORDS = None
    BreachedPasswordValidator().validate(known[7])


def test_the_form_refuses_a_common_word_dressed_up(head_client):
    page = head_client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "Motdepasse2026!", "password2": "Motdepasse2026!"},
    )
    assert "mot courant à peine transformé" in page.content.decode()


# --- Errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [400, 404, 500])
def test_an_error_page_says_nothing_of_the_inside(db, client, monkeypatch, status):
    client.raise_request_exception = False
    address = "/sante/"
    if status == 404:
        address = "/nulle-part/?x=CANARI"
    elif status == 400:
        response = client.get("/login", headers={"host": "canari.example.net"})
    else:
        monkeypatch.setattr("establishments.views.public.JsonResponse", lambda *args: 1 / 0)
    if status != 400:
        response = client.get(address)
    assert response.status_code == status
    page = response.content.decode()
    for inside in ("Traceback", "Exception", "Error", "CANARI", "canari", "site-packages", ".py", "SECRET", "Django"):
        assert inside not in page, inside
