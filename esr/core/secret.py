"""What the database keeps for the platform alone: sealed with SECRET_KEY, so that a copy of it tells nothing."""

import base64
import secrets
from contextlib import suppress

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12  # bytes


def _keys(purpose: bytes) -> list[AESGCM]:
    """Of SECRET_KEY, then of those it replaced."""
    return [
        AESGCM(HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode()))
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]


def seal(text: str, purpose: bytes) -> str:
    """`text` for `unseal` with the same purpose, in base64url."""
    nonce = secrets.token_bytes(_NONCE)
    return base64.urlsafe_b64encode(nonce + _keys(purpose)[0].encrypt(nonce, text.encode(), None)).decode()


def unseal(sealed: str, purpose: bytes) -> str:
    """Raises ValueError when no SECRET_KEY of ours sealed it."""
    raw = base64.urlsafe_b64decode(sealed)
    for key in _keys(purpose):
        with suppress(InvalidTag):
            return key.decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()
    raise ValueError("encrypted with another SECRET_KEY: name it in SECRET_KEY_FALLBACKS")
