"""An identity provider to try the two doors with: real HTTP, real RS256 signatures, invented people.

OpenID Connect's authorisation code flow with PKCE and nothing more. There is no password: its first page lists the
people, and whoever is clicked on is signed in. Never in production (see the command `mock_provider`).
"""

import base64
import hashlib
import hmac
import html
import json
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from socketserver import ThreadingMixIn
from urllib.parse import parse_qsl, urlencode, urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

LOOPBACK = ("localhost", "127.0.0.1")
CLIENT_ID = "esr"
APPLICATION = "assr"  # what delegations call the platform
_BASE = "/idp/profile/oidc"
_CODE_LIFETIME = 60  # seconds
_TOKEN_LIFETIME = 300


@dataclass(frozen=True)
class Someone:
    """A person of the list: `label` is read on the page, `claims` go into the userinfo."""

    label: str
    subject: str
    claims: Mapping


def client_environment(prefix: str, *, issuer: str, client_secret: str) -> dict[str, str]:
    """The platform's environment variables for a provider that runs at `issuer`."""
    values = {"ISSUER": issuer, "CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": client_secret, "APPLICATION": APPLICATION}
    pages = {"AUTHORIZE": "authorize", "TOKEN": "token", "USERINFO": "userinfo", "JWKS": "keyset"}
    values |= {f"{name}_URL": f"{issuer}{_BASE}/{page}" for name, page in pages.items()}
    return {f"{prefix}_{name}": value for name, value in values.items()}


@dataclass
class MockProvider:
    """A WSGI application. `people` is asked at each request; the methods that make an answer may be replaced."""

    issuer: str
    title: str
    people: Callable[[], list[Someone]]
    client_secret: str
    client_id: str = CLIENT_ID
    key: RSAPrivateKey = field(default_factory=lambda: generate_private_key(public_exponent=65537, key_size=2048))
    kid: str = field(default_factory=lambda: secrets.token_hex(8))

    def __post_init__(self):
        self._codes: dict[str, dict] = {}
        self._access: dict[str, Someone] = {}

    # --- What is answered ---------------------------------------------------------------------------------------

    def payload(self, grant: Mapping) -> dict:
        """The ID token's claims."""
        now = int(time.time())
        return {
            "iss": self.issuer,
            "sub": grant["someone"].subject,
            "aud": self.client_id,
            "exp": now + _TOKEN_LIFETIME,
            "iat": now,
            "nonce": grant["nonce"],
        }

    def signed(self, payload: Mapping) -> str:
        return jwt.encode(dict(payload), self.key, algorithm="RS256", headers={"kid": self.kid})

    def tokens(self, grant: Mapping, access_token: str) -> dict:
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": _TOKEN_LIFETIME,
            "id_token": self.signed(self.payload(grant)),
        }

    def userinfo(self, someone: Someone) -> dict:
        return {"sub": someone.subject, **someone.claims}

    def keyset(self) -> dict:
        key = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [key | {"kid": self.kid, "use": "sig", "alg": "RS256"}]}

    # --- HTTP ---------------------------------------------------------------------------------------------------

    def __call__(self, environ, start_response):
        routes = {
            ("GET", f"{_BASE}/authorize"): self._authorize,
            ("POST", f"{_BASE}/token"): self._token,
            ("GET", f"{_BASE}/userinfo"): self._userinfo,
            ("GET", f"{_BASE}/keyset"): lambda environ: _json("200 OK", self.keyset()),
        }
        route = routes.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        status, headers, body = route(environ) if route else ("404 Not Found", {}, b"")
        headers["Content-Length"] = str(len(body))
        start_response(status, list(headers.items()))
        return [body]

    def _authorize(self, environ):
        asked = dict(parse_qsl(environ["QUERY_STRING"]))
        back = urlsplit(asked.get("redirect_uri", ""))
        wanted = {"client_id": self.client_id, "response_type": "code", "code_challenge_method": "S256"}
        if any(asked.get(name) != value for name, value in wanted.items()) or back.hostname not in LOOPBACK:
            return _json("400 Bad Request", {"error": "invalid_request"})
        people = {someone.subject: someone for someone in self.people()}
        someone = people.get(asked.pop("person", ""))
        if someone is None:
            return self._page(people.values(), asked)
        code = secrets.token_urlsafe()
        names = ("nonce", "code_challenge", "redirect_uri")
        self._codes[code] = {"someone": someone, "until": time.time() + _CODE_LIFETIME} | {
            name: asked.get(name, "") for name in names
        }
        answer = urlencode({"code": code, "state": asked.get("state", ""), "iss": self.issuer})
        return "302 Found", {"Location": f"{asked['redirect_uri']}?{answer}"}, b""

    def _page(self, people, asked: dict):
        links = ""
        for person in people:
            address = html.escape(urlencode(asked | {"person": person.subject}))
            links += f'<li><a href="?{address}">{html.escape(person.label)}</a>'
        title = html.escape(self.title)
        page = (
            f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{title}</title><h1>{title}</h1>'
            "<p>Fournisseur d’identité de démonstration : des gens inventés, sans mot de passe. Qui êtes-vous ?</p>"
            f"<ul>{links}</ul></html>"
        )
        return "200 OK", {"Content-Type": "text/html; charset=utf-8"}, page.encode()

    def _token(self, environ):
        asked = dict(parse_qsl(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()))
        grant = self._codes.pop(asked.get("code", ""), None)  # once
        if not hmac.compare_digest(asked.get("client_secret", ""), self.client_secret):
            return _json("401 Unauthorized", {"error": "invalid_client"})
        verifier = hashlib.sha256(asked.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
        if (
            grant is None
            or grant["until"] < time.time()
            or grant["code_challenge"] != challenge
            or grant["redirect_uri"] != asked.get("redirect_uri")
        ):
            return _json("400 Bad Request", {"error": "invalid_grant"})
        access_token = secrets.token_urlsafe()
        self._access[access_token] = grant["someone"]
        return _json("200 OK", self.tokens(grant, access_token))

    def _userinfo(self, environ):
        someone = self._access.pop(environ.get("HTTP_AUTHORIZATION", "").removeprefix("Bearer "), None)
        if someone is None:
            return _json("401 Unauthorized", {"error": "invalid_token"})
        return _json("200 OK", self.userinfo(someone))


def _json(status: str, value) -> tuple[str, dict, bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


def server(provider: MockProvider, port: int) -> WSGIServer:
    """A server on the loopback interface; port 0 takes a free one. `serve_forever()` runs it."""
    return make_server("127.0.0.1", port, provider, server_class=_Server, handler_class=_Quiet)
