"""The identity providers of the demonstration: honest, for the demonstration only, with people who can be tried."""

import pytest
import requests
from django.core.management import CommandError, call_command
from django.utils import timezone
from environs import EnvError

from esr import settings as esr_settings
from esr.ops import demo, demo_people
from esr.ops.management.commands import demo as demo_command
from esr.ops.mock_provider import APPLICATION, client_environment
from establishments import claims
from exams import actions
from exams.bank import source
from tests import mock_provider

ASKED = "client_id=esr&response_type=code&code_challenge_method=S256&code_challenge=x&state=s&nonce=n"


def test_it_never_starts_in_production(settings):
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="never in production"):
        call_command("mock_provider", "academic", port=0)


@pytest.fixture
def authorize(settings, monkeypatch):
    people = [mock_provider.Someone("<Zoé>", "zoe", {})]
    with mock_provider.running("academic", settings, monkeypatch, people) as provider:
        yield f"{provider.issuer}/idp/profile/oidc/authorize"


def test_it_sends_nobody_elsewhere(authorize):
    answer = requests.get(f"{authorize}?{ASKED}&person=zoe&redirect_uri=https://ailleurs.example.org/", timeout=5)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def test_its_page_lists_the_people(authorize):
    page = requests.get(f"{authorize}?{ASKED}&redirect_uri=http://localhost/", timeout=5).text
    assert "&lt;Zoé&gt;</a>" in page


def test_a_code_needs_its_verifier(authorize):
    back = requests.get(
        f"{authorize}?{ASKED}&person=zoe&redirect_uri=http://localhost/", allow_redirects=False, timeout=5
    ).headers["Location"]
    code = back.partition("code=")[2].partition("&")[0]
    form = {"code": code, "client_secret": mock_provider.SECRET, "redirect_uri": "http://localhost/"}
    answer = requests.post(authorize.replace("authorize", "token"), data=form | {"code_verifier": "y"}, timeout=5)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


def test_the_people_of_the_academic_door():
    today = timezone.localdate()
    held = {
        person.subject: sorted(
            (right.uai, right.role) for right in claims.rights(person.claims, APPLICATION) if right.holds_on(today)
        )
        for person in demo_people.academic()
    }
    assert held == {
        "demo-chef": [("0750655E", "head")],
        "demo-adjoint": [("0750655E", "head")],
        "demo-surveillante": [("0750655E", "supervisor")],
        "demo-deux": [("0750655E", "head"), ("9740999T", "head")],
        "demo-terminee": [],
        "demo-professeur": [],
    }


def test_the_pupils_are_candidates_who_have_not_begun(db):
    questions = source.load()
    actions.load_bank(questions=questions, media={question.code: "0" * 20 for question in questions})
    exam, _ = demo.load(timezone.now()).exams[0]
    pupils = [claims.pupil(someone.claims) for someone in demo_people.educonnect()]
    assert len(pupils) == 5
    known = set(exam.sittings.values_list("candidate__identifier", flat=True))
    assert [pupil.ine in known for pupil in pupils] == [True, True, True, False, False]


def test_the_demonstration_starts_both_on_free_ports(monkeypatch):
    monkeypatch.setattr(demo_command.Command, "_is_free", staticmethod(lambda port: port not in (8001, 8003)))
    monkeypatch.setenv("NO_PROXY", "example.org")
    commands, environment = demo_command.Command()._providers(8000)
    assert [command[-4:] for command in commands] == [
        ["mock_provider", "academic", "--port", "8002"],
        ["mock_provider", "educonnect", "--port", "8004"],
    ]
    assert environment["ACADEMIC_ISSUER"] == "http://localhost:8002"
    assert environment["EDUCONNECT_TOKEN_URL"] == "http://localhost:8004/idp/profile/oidc/token"
    assert environment["NO_PROXY"] == "example.org,localhost,127.0.0.1"


# --- The platform's settings for a provider ---------------------------------------------------------------------


@pytest.fixture
def environment(monkeypatch):
    values = client_environment("ACADEMIC", issuer="https://hub.example.org/idp", client_secret="secret")
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_provider_is_read_whole(environment):
    provider = esr_settings._identity_provider("academic")
    assert provider["ISSUER"] == "https://hub.example.org/idp"
    assert provider["OIDC_RP_SCOPES"] == "openid profile"
    assert provider["APPLICATION"] == APPLICATION


@pytest.mark.parametrize(
    "name", ["CLIENT_ID", "CLIENT_SECRET", "AUTHORIZE_URL", "TOKEN_URL", "USERINFO_URL", "JWKS_URL"]
)
def test_half_a_provider_stops_the_start(environment, name):
    environment.delenv(f"ACADEMIC_{name}")
    with pytest.raises(EnvError, match=name):
        esr_settings._identity_provider("academic")


@pytest.mark.parametrize("address", ["http://hub.example.org/token", "hub.example.org", "ftp://hub.example.org/"])
def test_a_provider_is_spoken_to_in_private(environment, address):
    environment.setenv("ACADEMIC_TOKEN_URL", address)
    with pytest.raises(EnvError, match="TOKEN_URL"):
        esr_settings._identity_provider("academic")


def test_no_issuer_is_no_provider(environment):
    environment.setenv("ACADEMIC_ISSUER", "")
    assert esr_settings._identity_provider("academic") is None
