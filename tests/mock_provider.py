"""The demonstration's identity provider for the tests: on a port of its own, with people and answers of each test."""

import base64
import json
import threading
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from functools import cache

import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from esr.ops.mock_provider import MockProvider, Someone, client_environment, server

SECRET = "un secret de test assez long pour tout le monde"


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key that the whole run keeps: making one takes a moment."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@contextmanager
def running(door: str, settings, monkeypatch, people: list[Someone]):
    """`door` ("academic", "educonnect") answered by a provider that runs; `people` may be changed meanwhile."""
    from esr.settings import _identity_provider

    provider = MockProvider(
        issuer="", title="Fournisseur d’essai", people=lambda: people, client_secret=SECRET, key=rsa_key(door)
    )
    httpd = server(provider, 0)
    provider.issuer = f"http://localhost:{httpd.server_port}"
    for name, value in client_environment(door.upper(), issuer=provider.issuer, client_secret=SECRET).items():
        monkeypatch.setenv(name, value)
    settings.IDENTITY_PROVIDERS = {**settings.IDENTITY_PROVIDERS, door: _identity_provider(door)}
    settings.ALLOWED_HOSTS = ["localhost", "testserver"]
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        httpd.shutdown()
        httpd.server_close()
        thread.join()


def leaves(client, address: str) -> str:
    """The provider's address that the browser is sent to."""
    response = client.get(address, headers={"host": "localhost"})
    assert response.status_code == 302, response.content
    return response["Location"]


def clicks(provider_address: str, subject: str) -> str:
    """The person chosen on the provider's page: the address of ours that the browser is sent back to."""
    answer = requests.get(f"{provider_address}&person={subject}", allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"].removeprefix("http://localhost")


def returns(client, address: str):
    return client.get(address, headers={"host": "localhost"})


def signs_in(client, address: str, subject: str):
    """From our link to our answer, through the provider."""
    return returns(client, clicks(leaves(client, address), subject))


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def token_of(header: Mapping, payload: Mapping, sign: Callable[[bytes], bytes]) -> str:
    """A token that no library would make: any header, any signature."""
    signed = ".".join(encoded(json.dumps(part).encode()) for part in (header, payload))
    return f"{signed}.{encoded(sign(signed.encode()))}"
