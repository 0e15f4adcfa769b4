"""Result files as a device makes them, written apart from `exams.sealing`: by the format, not by the code.

Also files as an attacker makes them: everything below is public but a sitting's key.
"""

import base64
import hashlib
import hmac
import json
import secrets
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from exams.models import Sitting
from exams.sealing import SealKey


def b64(value: bytes) -> bytes:
    return base64.urlsafe_b64encode(value).rstrip(b"=")


def unb64(value: bytes) -> bytes:
    return base64.urlsafe_b64decode(value + b"=" * (-len(value) % 4))


def body_of(sitting: UUID, code: str, *items: tuple, epoch: int = 1) -> dict:
    """A body; an item is (question, letters), its final second change unless more is said."""
    names = ("q", "choices", "seq", "final", "t")
    rows = [dict(zip(names, (*item, 2, True, 900)[: max(5, len(item))], strict=True)) for item in items]
    return {"sitting": str(sitting), "epoch": epoch, "code": code, "items": rows}


def seal(body: dict | bytes, key: bytes, *, kid: str, point: bytes, mac: bytes | None = None) -> bytes:
    """Seal for the platform's public `point`; `key` is the sitting's, `mac` stands in for the right one."""
    ours = ec.generate_private_key(ec.SECP256R1())
    epk = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    header = b64(json.dumps({"v": 1, "kid": kid, "epk": b64(epk).decode()}).encode())
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    if mac is None:
        mac = hmac.digest(key, header + b"." + content, "sha256")
    shared = ours.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
    salt = hashlib.sha256(header).digest()
    aes = HKDF(hashes.SHA256(), 32, salt=salt, info=b"esr result file v1").derive(shared)
    iv = secrets.token_bytes(12)
    return b".".join((header, b64(iv), b64(AESGCM(aes).encrypt(iv, mac + content, header))))


def sealed_by(key: SealKey, body: dict | bytes, *, of: UUID | None = None, epoch: int | None = None) -> bytes:
    """The file of an honest device of `of` and `epoch`: those of the body, unless it lies."""
    owner = of or UUID(body["sitting"])
    return seal(body, key.sitting_key(owner, epoch or body["epoch"]), kid=key.kid, point=key.point)


def file_of(sitting: Sitting, keys, *items: tuple, epoch: int = 1, code: str | None = None) -> bytes:
    """The file of the device that sat `sitting`, with the platform's key of that year."""
    body = body_of(sitting.pk, sitting.exam.rescue_code if code is None else code, *items, epoch=epoch)
    return sealed_by(keys.sealing(sitting.exam.year), body)
