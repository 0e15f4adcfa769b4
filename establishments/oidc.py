"""OpenID Connect with two providers, the academic hub and ÉduConnect: who is there, or one reason why not.

mozilla-django-oidc speaks to the providers; what it leaves open is closed here: settings of each provider by itself,
a state that belongs to one provider, one session and ten minutes, RS256 only, issuer, audience, dates, nonce, PKCE, a
time limit on every call, and the same subject in the token and in the userinfo. Neither backend is one of Django's
`AUTHENTICATION_BACKENDS`: Django never tries a provider by itself.
"""

import base64
import hashlib
import hmac
import json
import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass

import jwt
import requests
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.utils import absolutify
from mozilla_django_oidc.views import OIDCAuthenticationRequestView

logger = logging.getLogger(__name__)

ACADEMIC, EDUCONNECT = "academic", "educonnect"
ALGORITHM = "RS256"
LEEWAY = 30  # seconds by which two clocks may differ
ATTEMPT_LIFETIME = 10 * 60  # seconds between leaving for the provider and coming back
KEYS_LIFETIME = 60 * 60  # seconds; an unknown key is asked for at once
_REQUIRED = ["iss", "sub", "aud", "exp", "iat", "nonce"]
_MIN_KEY_BITS = 2048
PATIENCE = 10  # seconds for all that is asked of the provider about one person
_MAX_ANSWER = 256 * 1024  # bytes
_LATE = "the provider did not answer in time"
_MAX_SUBJECT = 255
_STATES = "oidc_states"  # mozilla-django-oidc's session key
# Whatever a provider that is broken, or not the provider at all, makes the libraries stumble over.
_UNUSABLE = (
    *(requests.RequestException, SuspiciousOperation),
    *(ValueError, TypeError, ArithmeticError, LookupError, AttributeError),
)
_FIXED = {
    "OIDC_RP_SIGN_ALGO": ALGORITHM,
    "OIDC_USE_NONCE": True,
    "OIDC_USE_PKCE": True,
    "OIDC_PKCE_CODE_CHALLENGE_METHOD": "S256",
    "OIDC_TIMEOUT": 5,
    "OIDC_VERIFY_SSL": True,
}

# Of each key address: until when (monotonic seconds) and which keys. In the process: a candidate needs no cache server.
_known_keys: dict[str, tuple[float, list[dict]]] = {}


class Refused(Exception):
    """Nobody is let in. The message is for the log: our own words, nothing of the person or of the token."""


class Away(Refused):
    """The provider does not answer, or says that it cannot: nothing is wrong with the account."""


@dataclass(frozen=True)
class Person:
    """Whom a provider vouches for: (issuer, subject) is who, `claims` what it says, `next` where they were going."""

    issuer: str
    subject: str
    claims: Mapping
    next: str | None


def is_open(provider: str) -> bool:
    return provider in settings.IDENTITY_PROVIDERS


def application(provider: str) -> str:
    """The name under which delegations mean this platform."""
    return settings.IDENTITY_PROVIDERS[provider]["APPLICATION"]


def log_refusal(provider: str, reason: str) -> None:
    logger.warning("%s sign-in refused: %s", provider, reason)


class _OfProvider:
    """The settings of one provider; a provider that is not set up has no address."""

    provider: str | None = None

    def get_settings(self, attr, *args):
        if not is_open(self.provider):
            raise Http404(f"{self.provider} is not set up")
        values = _FIXED | settings.IDENTITY_PROVIDERS[self.provider]
        return values.get(attr, *args) if args else values[attr]


class RequestView(_OfProvider, OIDCAuthenticationRequestView):
    """Sends the browser to the provider; `as_view(provider=…)` says which."""

    def get(self, request: HttpRequest) -> HttpResponse:
        response = super().get(request)
        # The newest state is the one this request made.
        attempt = request.session[_STATES][next(reversed(request.session[_STATES]))]
        attempt["provider"] = self.provider
        attempt["next"] = request.session.pop("oidc_login_next", None)
        return response


class Backend(_OfProvider, OIDCAuthenticationBackend):
    """One provider: `person(request)` is who came back from it."""

    def __init__(self, provider: str):
        self.provider = provider
        super().__init__()
        self.issuer = self.get_settings("ISSUER")
        self._until = math.inf  # on the monotonic clock: until when the provider may take its time

    def person(self, request: HttpRequest) -> Person:
        """Who is there, once the callback has been checked from end to end.

        The attempt is used up whatever comes of it. Raises Refused, after one line in the log.
        """
        try:
            attempt = self._attempt(request)
            self._until = time.monotonic() + PATIENCE
            try:
                payload, userinfo = self._ask(request, attempt)
            except requests.Timeout as error:
                raise Away(_LATE) from error
            except requests.ConnectionError as error:
                raise Away("the provider cannot be reached") from error
            except _UNUSABLE as error:
                raise Refused(f"the provider's answer is not usable ({type(error).__name__})") from error
        except Refused as refusal:
            log_refusal(self.provider, str(refusal))
            raise
        finally:
            self._leave_nothing(request.session)
        return Person(self.issuer, payload["sub"], payload | userinfo, attempt["next"])

    def _attempt(self, request: HttpRequest) -> dict:
        """What was remembered when the browser left: {"nonce", "code_verifier", "provider", "next", …}, once."""
        states = request.session.get(_STATES, {})
        attempt = states.pop(request.GET.get("state", ""), None)
        if attempt is None:
            raise Refused("the state is unknown or was used before")
        request.session[_STATES] = states
        try:
            request.session.save()  # before the network: a second callback meanwhile finds nothing
        except UpdateError as error:
            raise Refused("the session ended meanwhile") from error
        if attempt.get("provider") != self.provider:
            raise Refused("the state belongs to another provider")
        if time.time() - attempt["added_on"] > ATTEMPT_LIFETIME:
            raise Refused("the state is too old")
        if request.GET.get("error"):
            raise Refused("the provider answered with an error")
        if request.GET.get("iss", self.issuer) != self.issuer:
            raise Refused("the answer names another issuer")
        if not request.GET.get("code"):
            raise Refused("the answer has no code")
        return attempt

    def _ask(self, request: HttpRequest, attempt: dict) -> tuple[dict, dict]:
        """The ID token's claims and the userinfo, of the same subject."""
        tokens = self.get_token(
            {
                "client_id": self.OIDC_RP_CLIENT_ID,
                "client_secret": self.OIDC_RP_CLIENT_SECRET,
                "grant_type": "authorization_code",
                "code": request.GET["code"],
                "redirect_uri": absolutify(request, reverse(self.get_settings("OIDC_AUTHENTICATION_CALLBACK_URL"))),
                "code_verifier": attempt["code_verifier"],
            }
        )
        wanted = ("id_token", "access_token")
        if not isinstance(tokens, dict) or not all(isinstance(tokens.get(name), str) for name in wanted):
            raise Refused("the provider gave no token")
        payload = self.verify_token(tokens["id_token"], nonce=attempt["nonce"])
        if "at_hash" in payload and payload["at_hash"] != _half_hash(tokens["access_token"]):
            raise Refused("the access token is not the one the ID token was given with")
        userinfo = self.get_userinfo(tokens["access_token"], tokens["id_token"], payload)
        if not isinstance(userinfo, dict) or userinfo.get("sub") != payload["sub"]:
            raise Refused("the userinfo is somebody else's")
        return payload, userinfo

    def get_token(self, payload: dict):
        auth = None
        if self.get_settings("OIDC_TOKEN_USE_BASIC_AUTH"):
            auth = (payload["client_id"], payload.pop("client_secret"))
        return self._call("POST", self.OIDC_OP_TOKEN_ENDPOINT, data=payload, auth=auth)

    def get_userinfo(self, access_token: str, id_token: str, payload: dict):
        return self._call("GET", self.OIDC_OP_USER_ENDPOINT, headers={"Authorization": f"Bearer {access_token}"})

    def _call(self, method: str, address: str, **options):
        """The provider's JSON. A redirect is not followed: it would take the secret along. Raises Refused."""
        timeout = min(self.get_settings("OIDC_TIMEOUT"), max(self._until - time.monotonic(), 0.1))
        with requests.request(
            method, address, timeout=timeout, allow_redirects=False, stream=True, **options
        ) as answer:
            if answer.status_code >= 500 or answer.status_code == 429:
                raise Away(f"the provider answered {answer.status_code}")
            if answer.status_code != 200:
                raise Refused(f"the provider answered {answer.status_code}")
            return json.loads(self._body(answer))

    def _body(self, answer: requests.Response) -> bytes:
        """What comes within our patience: a time limit of `requests` is one of silence, and a drop now and then ends
        none. Raises Refused."""
        body = b""
        while part := answer.raw.read1(_MAX_ANSWER, decode_content=True):
            body += part
            if len(body) > _MAX_ANSWER:
                raise Refused("the provider's answer is too long")
            if time.monotonic() > self._until:
                raise Away(_LATE)
        return body

    def verify_token(self, token: str, *, nonce: str = "") -> dict:
        """The claims of an ID token meant for us, now, in answer to this very request. Raises Refused."""
        try:
            payload = jwt.decode(
                token,
                self._key(jwt.get_unverified_header(token).get("kid")),
                algorithms=[ALGORITHM],
                audience=self.OIDC_RP_CLIENT_ID,
                issuer=self.issuer,
                leeway=LEEWAY,
                options={"require": _REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise Refused(f"the token does not hold ({type(error).__name__})") from error
        several = isinstance(payload["aud"], list) and len(payload["aud"]) > 1
        if payload.get("azp", None if several else self.OIDC_RP_CLIENT_ID) != self.OIDC_RP_CLIENT_ID:
            raise Refused("the token was given to another application")
        if (
            not nonce
            or not isinstance(payload["nonce"], str)
            or not hmac.compare_digest(payload["nonce"].encode(), nonce.encode())
        ):
            raise Refused("the nonce is not ours")
        subject = payload["sub"]
        if not 0 < len(subject) <= _MAX_SUBJECT or not subject.isprintable():
            raise Refused("the subject is not usable")
        return payload

    def _key(self, kid: str | None):
        """The provider's signing key of that name; keys just renewed are asked for once."""
        for fresh in (False, True):
            keys = self._keys(fresh=fresh)
            found = [key for key in keys if kid is None or key.get("kid") == kid]
            if len(found) == 1:
                key = jwt.PyJWK(found[0], algorithm=ALGORITHM).key
                if key.key_size < _MIN_KEY_BITS:
                    raise Refused("the provider's key is too short")
                return key
        raise Refused("the token's key is none of the provider's")

    def _keys(self, *, fresh: bool) -> list[dict]:
        address = self.OIDC_OP_JWKS_ENDPOINT
        until, keys = _known_keys.get(address, (0.0, []))
        if fresh or time.monotonic() > until:
            keys = [key for key in self._call("GET", address)["keys"] if _signs(key)]
            _known_keys[address] = time.monotonic() + KEYS_LIFETIME, keys
        return keys

    @staticmethod
    def _leave_nothing(session) -> None:
        """A session that held only attempts goes with the last of them: nobody is signed in by it."""
        if _STATES in session and not session[_STATES]:
            del session[_STATES]
        if session.session_key and not list(session.keys()):
            session.flush()


def _signs(key) -> bool:
    return (
        isinstance(key, dict)
        and key.get("kty") == "RSA"
        and key.get("use", "sig") == "sig"
        and key.get("alg", ALGORITHM) == ALGORITHM
    )


def _half_hash(access_token: str) -> str:
    """`at_hash` of OpenID Connect Core 3.1.3.6, for RS256."""
    digest = hashlib.sha256(access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()
