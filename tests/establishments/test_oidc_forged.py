"""Forged, stolen, replayed and broken answers of a provider: each is refused in the same words, with one line in the
log that holds nothing of the person, and nobody comes to exist by it."""

import base64
import hashlib
import hmac
import json
import logging
import math
import socketserver
import threading
import time
from contextlib import suppress

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.contrib.sessions.models import Session
from django.test import Client

from esr.ops.mock_provider import Someone
from establishments import oidc
from establishments.models import Establishment, Identity, Membership, SignIn, User
from tests import mock_provider
from tests.mock_provider import SECRET, clicks, leaves, returns, rsa_key, signs_in, token_of

LOGIN, CALLBACK = "/connexion/academique/", "/connexion/academique/retour/"
SUBJECT = "sujet-de-madame-dupont"
TITLE = "La connexion n’a pas abouti"
HEAD = Someone("Cheffe", SUBJECT, {"FrEduFonctAdm": "DIR", "FrEduRneResp": "0750655E", "email": "ce@example.org"})


@pytest.fixture
def academic(settings, monkeypatch):
    with mock_provider.running("academic", settings, monkeypatch, [HEAD]) as provider:
        yield provider


@pytest.fixture
def educonnect(settings, monkeypatch):
    with mock_provider.running("educonnect", settings, monkeypatch, [HEAD]) as provider:
        yield provider


@pytest.fixture
def browser():
    """Not the strict client: the way back from a provider is the one GET that writes."""
    return Client()


@pytest.fixture
def log():
    """The lines of our logger."""
    lines = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())
    oidc.logger.addHandler(handler)
    yield lines
    oidc.logger.removeHandler(handler)


def assert_refused(browser, response, log, status=403):
    assert response.status_code == status
    assert ("Votre compte n’est pas en cause" in response.content.decode()) == (status == 503)
    assert f"<h1>{TITLE}</h1>" in response.content.decode()
    assert len(log) == 1
    assert log[0].startswith("academic sign-in refused: ")
    for personal in (SUBJECT, "0750655E", "ce@example.org", SECRET, "eyJ"):
        assert personal not in log[0]
    assert "_auth_user_id" not in browser.session
    assert [model.objects.count() for model in (User, Identity, Membership, SignIn)] == [0, 0, 0, 0]


@pytest.fixture(autouse=True)
def _school(establishment):
    """Without a forged answer, the head would come in."""
    assert Establishment.objects.get().identifier == "0750655E"


def test_the_honest_answer_comes_in(browser, academic, log):
    response = signs_in(browser, LOGIN, SUBJECT)
    assert (response.status_code, response["Location"]) == (302, "/accueil/")
    assert log == []
    assert browser.get("/accueil/").context["request"].membership.role == "head"


# --- What the ID token says -------------------------------------------------------------------------------------

NOW = int(time.time())
SAID = {
    "another issuer": {"iss": "https://ailleurs.example.org"},
    "issuer with a slash": lambda said: {"iss": said["iss"] + "/"},
    "issuer as a list": lambda said: {"iss": [said["iss"]]},
    "no issuer": {"iss": None},
    "another audience": {"aud": "autre"},
    "other audiences": {"aud": ["autre", "encore"]},
    "no audience": {"aud": None},
    "empty audience": {"aud": []},
    "several audiences, no azp": {"aud": ["esr", "autre"]},
    "several audiences, another azp": {"aud": ["esr", "autre"], "azp": "autre"},
    "another azp": {"azp": "autre"},
    "expired": {"exp": NOW - 3600},
    "expired a minute ago": {"exp": NOW - 60},
    "no expiry": {"exp": None},
    "expiry in words": {"exp": "demain"},
    "no end of days": {"exp": math.inf},
    "issued tomorrow": {"iat": NOW + 86400},
    "no date of issue": {"iat": None},
    "not yet valid": {"nbf": NOW + 3600},
    "another nonce": {"nonce": "0" * 32},
    "no nonce": {"nonce": None},
    "empty nonce": {"nonce": ""},
    "nonce as a number": {"nonce": 1},
    "nonce with an accent": {"nonce": "é"},
    "no subject": {"sub": None},
    "empty subject": {"sub": ""},
    "subject as a number": {"sub": 12},
    "subject too long": {"sub": "s" * 256},
    "subject with NUL": {"sub": "a\0"},
    "another access token": {"at_hash": "AAAA"},
}


@pytest.mark.parametrize("change", SAID.values(), ids=SAID.keys())
def test_a_token_that_says_something_else(browser, academic, log, change):
    honest = academic.payload

    def payload(grant):
        said = honest(grant)
        said |= change(said) if callable(change) else change
        return {name: value for name, value in said.items() if value is not None}

    def signed(said):
        # By hand: the library would refuse to write some of these.
        return token_of({"alg": "RS256", "kid": academic.kid}, said, _rs256(academic.key))

    academic.payload, academic.signed = payload, signed
    # The userinfo agrees with the token, so that only the token is wrong.
    academic.userinfo = lambda someone: {"sub": payload({"someone": someone, "nonce": ""}).get("sub"), **someone.claims}
    assert_refused(browser, signs_in(browser, LOGIN, SUBJECT), log)


def _rs256(key):
    return lambda signed: key.sign(signed, padding.PKCS1v15(), hashes.SHA256())


# --- How it is signed -------------------------------------------------------------------------------------------


def _hs256(secret: bytes):
    return lambda signed: hmac.digest(secret, signed, "sha256")


def _public(academic) -> bytes:
    return academic.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _jwk(key, **more) -> dict:
    return jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | more


def _truncated(academic, said):
    return jwt.encode(said, academic.key, algorithm="RS256", headers={"kid": academic.kid})[:-8]


def _changed_afterwards(academic, said):
    token = jwt.encode(said | {"sub": "autre"}, academic.key, algorithm="RS256", headers={"kid": academic.kid})
    head, _, signature = token.split(".")
    return f"{head}.{base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b'=').decode()}.{signature}"


SIGNED = {
    "none": lambda p, said: token_of({"alg": "none"}, said, lambda signed: b""),
    "none with a kid": lambda p, said: token_of({"alg": "none", "kid": p.kid}, said, lambda signed: b""),
    "NONE": lambda p, said: token_of({"alg": "NoNe", "kid": p.kid}, said, lambda signed: b""),
    "HS256 with the public key": lambda p, said: token_of({"alg": "HS256", "kid": p.kid}, said, _hs256(_public(p))),
    "HS256 with the client secret": lambda p, said: token_of({"alg": "HS256"}, said, _hs256(SECRET.encode())),
    "RS512": lambda p, said: jwt.encode(said, p.key, algorithm="RS512", headers={"kid": p.kid}),
    "PS256": lambda p, said: jwt.encode(said, p.key, algorithm="PS256", headers={"kid": p.kid}),
    "RS256 said, HS256 done": lambda p, said: token_of({"alg": "RS256", "kid": p.kid}, said, _hs256(_public(p))),
    "another key of the same name": lambda p, said: token_of(
        {"alg": "RS256", "kid": p.kid}, said, _rs256(rsa_key("forger"))
    ),
    "an unknown key": lambda p, said: token_of({"alg": "RS256", "kid": "forge"}, said, _rs256(rsa_key("forger"))),
    "another key without name": lambda p, said: token_of({"alg": "RS256"}, said, _rs256(rsa_key("forger"))),
    "a key in the header": lambda p, said: token_of(
        {"alg": "RS256", "kid": p.kid, "jwk": _jwk(rsa_key("forger"))}, said, _rs256(rsa_key("forger"))
    ),
    "a key elsewhere": lambda p, said: token_of(
        {"alg": "RS256", "kid": "forge", "jku": f"{p.issuer}/keys"}, said, _rs256(rsa_key("forger"))
    ),
    "no algorithm": lambda p, said: token_of({"kid": p.kid}, said, _rs256(p.key)),
    "a critical extension": lambda p, said: token_of(
        {"alg": "RS256", "kid": p.kid, "crit": ["x"], "x": 1}, said, _rs256(p.key)
    ),
    "no signature": lambda p, said: token_of({"alg": "RS256", "kid": p.kid}, said, lambda signed: b""),
    "a cut signature": _truncated,
    "changed after signing": _changed_afterwards,
    "not a token": lambda p, said: "bonjour",
    "an empty token": lambda p, said: "",
    "a number": lambda p, said: 12,
    "nothing": lambda p, said: None,
}


@pytest.mark.parametrize("forge", SIGNED.values(), ids=SIGNED.keys())
def test_a_token_signed_otherwise(browser, academic, log, forge):
    academic.signed = lambda said: forge(academic, said)
    assert_refused(browser, signs_in(browser, LOGIN, SUBJECT), log)


# --- What the provider's other pages answer ---------------------------------------------------------------------


def _short_key(academic):
    academic.key, academic.kid = rsa_key("short", 1024), "court"


ANSWERED = {
    "no key": lambda p: setattr(p, "keyset", lambda: {"keys": []}),
    "no key set": lambda p: setattr(p, "keyset", lambda: ["keys"]),
    "two keys of one name": lambda p: setattr(p, "keyset", lambda: {"keys": [_jwk(p.key, kid=p.kid)] * 2}),
    "a key to encrypt": lambda p: setattr(p, "keyset", lambda: {"keys": [_jwk(p.key, kid=p.kid, use="enc")]}),
    "a symmetric key": lambda p: setattr(p, "keyset", lambda: {"keys": [{"kty": "oct", "k": "AAAA", "kid": p.kid}]}),
    "a broken key": lambda p: setattr(p, "keyset", lambda: {"keys": [{"kty": "RSA", "n": 3, "kid": p.kid}]}),
    "a short key": _short_key,
    "no access token": lambda p: setattr(p, "tokens", lambda grant, access: {"id_token": p.signed(p.payload(grant))}),
    "no ID token": lambda p: setattr(p, "tokens", lambda grant, access: {"access_token": access}),
    "a list for tokens": lambda p: setattr(p, "tokens", lambda grant, access: [access]),
    "userinfo of another": lambda p: setattr(p, "userinfo", lambda someone: {"sub": "autre", **someone.claims}),
    "userinfo of nobody": lambda p: setattr(p, "userinfo", lambda someone: dict(someone.claims)),
    "userinfo as a list": lambda p: setattr(p, "userinfo", lambda someone: [SUBJECT]),
    "userinfo null": lambda p: setattr(p, "userinfo", lambda someone: None),
}


@pytest.mark.parametrize("change", ANSWERED.values(), ids=ANSWERED.keys())
def test_a_provider_that_answers_otherwise(browser, academic, log, change):
    academic.kid = hashlib.sha256(repr(change).encode()).hexdigest()  # no key of an earlier test is known
    change(academic)
    with pytest.warns() if change is _short_key else _nothing():
        response = signs_in(browser, LOGIN, SUBJECT)
    assert_refused(browser, response, log)


class _nothing:
    def __enter__(self):
        pass

    def __exit__(self, *error):
        pass


@pytest.mark.parametrize("setting", ["TOKEN", "USER", "JWKS"])
@pytest.mark.parametrize("address", ["http://localhost:9/", "{issuer}/nulle-part"])
def test_a_provider_that_is_not_there(browser, academic, log, settings, setting, address):
    academic.kid = f"{setting}{len(address)}"
    settings.IDENTITY_PROVIDERS["academic"][f"OIDC_OP_{setting}_ENDPOINT"] = address.format(issuer=academic.issuer)
    status = 503 if address.endswith("9/") else 403
    assert_refused(browser, signs_in(browser, LOGIN, SUBJECT), log, status)


@pytest.mark.parametrize("page", ["tokens", "userinfo", "keyset"])
def test_a_provider_that_never_answers(browser, academic, log, monkeypatch, page):
    monkeypatch.setitem(oidc._FIXED, "OIDC_TIMEOUT", 0.2)
    academic.kid = f"lente-{page}"
    honest = getattr(academic, page)

    def slow(*args):
        time.sleep(0.6)
        return honest(*args)

    setattr(academic, page, slow)
    assert_refused(browser, signs_in(browser, LOGIN, SUBJECT), log, 503)
    assert log == ["academic sign-in refused: the provider did not answer in time"]


def test_every_call_has_five_seconds_and_all_of_them_ten():
    assert (oidc._FIXED["OIDC_TIMEOUT"], oidc.PATIENCE) == (5, 10)


class _Dripping(socketserver.StreamRequestHandler):
    """Never silent for long, and never done."""

    def handle(self):
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 300\r\n\r\n")
        with suppress(OSError):
            for _ in range(300):
                self.wfile.write(b" ")
                time.sleep(0.1)


@pytest.mark.parametrize("setting", ["TOKEN", "USER", "JWKS"])
def test_a_provider_that_answers_by_drops(browser, academic, log, settings, monkeypatch, setting):
    monkeypatch.setattr(oidc, "PATIENCE", 1)
    academic.kid = f"gouttes-{setting}"
    with socketserver.ThreadingTCPServer(("localhost", 0), _Dripping) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://localhost:{server.server_address[1]}/"
        settings.IDENTITY_PROVIDERS["academic"][f"OIDC_OP_{setting}_ENDPOINT"] = address
        assert_refused(browser, signs_in(browser, LOGIN, SUBJECT), log, 503)
        server.shutdown()


@pytest.mark.parametrize(("status", "said"), [(500, 503), (502, 503), (503, 503), (429, 503), (400, 403), (302, 403)])
def test_a_provider_that_says_that_it_cannot(browser, academic, log, monkeypatch, status, said):
    """Its own trouble is no doubt about the account."""
    monkeypatch.setattr(academic, "_token", lambda environ: (f"{status} said", {}, b""))
    assert_refused(browser, signs_in(browser, LOGIN, SUBJECT), log, said)


def test_a_provider_that_never_ends(browser, academic, log, monkeypatch):
    monkeypatch.setattr(academic, "userinfo", lambda someone: {"sub": SUBJECT, "long": "x" * 300_000})
    assert_refused(browser, signs_in(browser, LOGIN, SUBJECT), log)
    assert log == ["academic sign-in refused: the provider's answer is too long"]


# --- The way back -----------------------------------------------------------------------------------------------


def _another(name, value):
    def change(address: str) -> str:
        path, _, query = address.partition("?")
        parts = [part for part in query.split("&") if not part.startswith(f"{name}=")]
        return f"{path}?{'&'.join(parts + ([f'{name}={value}'] if value is not None else []))}"

    return change


BACK = {
    "an invented state": _another("state", "x" * 32),
    "no state": _another("state", None),
    "an empty state": _another("state", ""),
    "an invented code": _another("code", "x" * 32),
    "no code": _another("code", None),
    "another issuer": _another("iss", "https%3A%2F%2Failleurs.example.org"),
    "an error": _another("error", "access_denied"),
    "nothing": lambda address: CALLBACK,
}


@pytest.mark.parametrize("change", BACK.values(), ids=BACK.keys())
def test_a_way_back_that_is_not_ours(browser, academic, log, change):
    back = clicks(leaves(browser, LOGIN), SUBJECT)
    assert_refused(browser, returns(browser, change(back)), log)


def test_the_way_back_of_another_browser(browser, academic, log):
    """Somebody is sent a link that would sign them in as somebody else."""
    back = clicks(leaves(Client(), LOGIN), SUBJECT)
    response = returns(browser, back)
    assert Session.objects.count() == 1  # the other browser's own
    assert_refused(browser, response, log)


def test_a_stolen_code_in_one_s_own_attempt(browser, academic, log):
    """PKCE: a code is worth nothing to whoever did not ask for it."""
    stolen = clicks(leaves(Client(), LOGIN), SUBJECT)
    code = stolen.partition("code=")[2].partition("&")[0]
    own = clicks(leaves(browser, LOGIN), SUBJECT)
    assert_refused(browser, returns(browser, _another("code", code)(own)), log)


def test_a_state_that_is_too_old(browser, academic, log, monkeypatch):
    back = clicks(leaves(browser, LOGIN), SUBJECT)
    session = browser.session
    (attempt,) = session["oidc_states"].values()
    attempt["added_on"] -= oidc.ATTEMPT_LIFETIME + 1
    session.save()
    assert_refused(browser, returns(browser, back), log)


def test_a_refused_way_back_is_used_up(browser, academic, log):
    """The state serves once, even when it served for nothing; and no session stays behind."""
    back = clicks(leaves(browser, LOGIN), SUBJECT)
    returns(browser, _another("code", None)(back))
    log.clear()
    response = returns(browser, back)
    assert Session.objects.count() == 0
    assert_refused(browser, response, log)


def test_an_accepted_way_back_is_used_up(browser, academic, log):
    back = clicks(leaves(browser, LOGIN), SUBJECT)
    assert returns(browser, back).status_code == 302
    assert returns(browser, back).status_code == 403
    assert len(log) == 1
    assert User.objects.count() == 1


def test_a_replayed_code_in_a_new_attempt(browser, academic, log):
    back = clicks(leaves(Client(), LOGIN), SUBJECT)
    first = clicks(leaves(browser, LOGIN), SUBJECT)
    assert returns(browser, first).status_code == 302
    code = first.partition("code=")[2].partition("&")[0]
    other = Client()
    state = leaves(other, LOGIN).partition("state=")[2].partition("&")[0]
    replayed = _another("state", state)(_another("code", code)(back))
    assert returns(other, replayed).status_code == 403
    assert len(log) == 1
    assert "_auth_user_id" not in other.session


# --- The two providers ------------------------------------------------------------------------------------------


@pytest.fixture
def exam_cookie(browser, establishment):
    from tests.factories import ExamFactory

    exam = ExamFactory(establishment=establishment)
    browser.post("/examen/", {"number": exam.number}, headers={"host": "localhost"})


def test_a_state_of_the_other_provider(browser, academic, educonnect, exam_cookie, log):
    """A pupil's attempt is not finished at the staff's door."""
    back = clicks(leaves(browser, "/examen/educonnect/"), SUBJECT)
    response = returns(browser, CALLBACK + "?" + back.partition("?")[2])
    assert_refused(browser, response, log)
    assert log == ["academic sign-in refused: the state belongs to another provider"]


def test_a_token_of_the_other_provider(browser, academic, educonnect, log):
    """ÉduConnect's token, whole and honest, answered by the academic hub's address."""
    academic.payload = lambda grant: educonnect.payload(grant)
    academic.signed = educonnect.signed
    assert_refused(browser, signs_in(browser, LOGIN, SUBJECT), log)


def test_a_token_of_the_other_provider_s_key(browser, academic, educonnect, log):
    academic.signed = educonnect.signed
    assert_refused(browser, signs_in(browser, LOGIN, SUBJECT), log)


def test_the_same_subject_of_another_issuer_is_another_person(browser, academic, establishment):
    signs_in(browser, LOGIN, SUBJECT)
    Identity.objects.update(issuer="https://ailleurs.example.org")
    signs_in(Client(), LOGIN, SUBJECT)
    assert User.objects.count() == 2


def test_an_account_is_never_matched_by_its_address(browser, academic, establishment):
    local = User.objects.create_user("0750655E", email="ce@example.org")
    signs_in(browser, LOGIN, SUBJECT)
    assert int(browser.session["_auth_user_id"]) != local.pk
    assert User.objects.exclude(pk=local.pk).get().email is None


# --- Keys -------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(academic):
    """How often the provider's keys were asked for."""
    calls, honest = [], academic.keyset
    academic.keyset = lambda: calls.append(1) or honest()
    return calls


def test_keys_are_asked_for_once(academic, asked):
    for _ in range(3):
        assert signs_in(Client(), LOGIN, SUBJECT).status_code == 302
    assert len(asked) == 1


def test_a_renewed_key_is_found(academic, asked):
    assert signs_in(Client(), LOGIN, SUBJECT).status_code == 302
    academic.key, academic.kid = rsa_key("renewed"), "nouvelle"
    assert signs_in(Client(), LOGIN, SUBJECT).status_code == 302
    assert len(asked) == 2


def test_an_unknown_key_is_asked_for_once_more_only(academic, asked):
    signs_in(Client(), LOGIN, SUBJECT)
    academic.signed = lambda said: jwt.encode(said, academic.key, algorithm="RS256", headers={"kid": "inconnue"})
    assert signs_in(Client(), LOGIN, SUBJECT).status_code == 403
    assert len(asked) == 2


def test_a_single_key_needs_no_name(academic):
    academic.signed = lambda said: jwt.encode(said, academic.key, algorithm="RS256")
    assert signs_in(Client(), LOGIN, SUBJECT).status_code == 302


@pytest.mark.parametrize("change", [{"exp": NOW - 20}, {"iat": NOW + 20}, {"nbf": NOW + 20}])
def test_clocks_may_differ_a_little(academic, change):
    honest, now = academic.payload, int(time.time())
    shift = {name: value - NOW + now for name, value in change.items()}
    academic.payload = lambda grant: honest(grant) | shift
    assert signs_in(Client(), LOGIN, SUBJECT).status_code == 302


@pytest.mark.parametrize("more", [{"aud": ["esr"]}, {"aud": ["autre", "esr"], "azp": "esr"}, {"azp": "esr"}])
def test_audiences_that_mean_us(academic, more):
    honest = academic.payload
    academic.payload = lambda grant: honest(grant) | more
    assert signs_in(Client(), LOGIN, SUBJECT).status_code == 302


def test_the_right_half_hash_of_the_access_token(academic):
    honest = academic.tokens

    def tokens(grant, access_token):
        digest = hashlib.sha256(access_token.encode()).digest()[:16]
        said = academic.payload(grant) | {"at_hash": base64.urlsafe_b64encode(digest).rstrip(b"=").decode()}
        return honest(grant, access_token) | {"id_token": academic.signed(said)}

    academic.tokens = tokens
    assert signs_in(Client(), LOGIN, SUBJECT).status_code == 302


def test_what_the_browser_is_sent_with(browser, academic):
    address = leaves(browser, LOGIN)
    assert address.startswith(f"{academic.issuer}/idp/profile/oidc/authorize?response_type=code&")
    for part in ("code_challenge_method=S256", "client_id=esr", "scope=openid+profile", "nonce=", "state="):
        assert part in address
    assert "client_secret" not in address


@pytest.mark.parametrize("address", [LOGIN, CALLBACK, "/examen/educonnect/retour/"])
def test_a_provider_that_is_not_set_up_has_no_address(browser, settings, address):
    settings.IDENTITY_PROVIDERS = {}
    assert browser.get(address).status_code == 404
