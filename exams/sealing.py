"""The sealed result file (delivery, 8 and 9): what a device makes when the network does not come back, and how it is
opened. No Django, no database, no clock.

A file is three base64url parts without padding, `header.iv.ciphertext`, in ASCII:

- header: JSON {"v": 1, "kid": "2026-1a2b3c4d", "epk": the device's P-256 point of this one file, uncompressed};
- ciphertext: AES-256-GCM of 32 bytes of HMAC-SHA256 and the body, with the header part as additional data. The key is
  HKDF-SHA256 of the ECDH secret between `epk` and the platform's key of the year;
- body: JSON {"sitting", "epoch", "code", "items": [{"q", "seq", "choices", "final", "t"}]}. The HMAC is taken over the
  header part, a full stop and the body's very bytes, so that nobody need agree on how JSON is written.

Anybody may know the platform's public point, so the ciphertext alone proves nothing. The HMAC does: its key belongs to
one sitting and one epoch, is given to the device as it begins, and is worked out again here from the year's key.
`code` is what the supervisor typed.
"""

import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from esr.core import keyring
from esr.core.keyring import Keyring, decode
from exams import protocol

VERSION = 1
MAX_BYTES = 16 * 1024

# Typed offline, checked offline: slow enough that a person gains nothing by trying, quick enough for an old tablet.
CODE_ITERATIONS = 50_000

_CURVE = ec.SECP256R1()
_SHAPE = re.compile(rb"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")
_MAC, _IV, _POINT = 32, 12, 65
_FILE_INFO = b"esr result file v1"
_SITTING_INFO = b"esr sitting v1"


class Unreadable(ValueError):
    """Not a result file of this exam. `step` is the check that failed, for the log and for nobody else; `sitting` is
    the one that the file speaks of, once it was found."""

    def __init__(self, step: str, sitting: UUID | None = None):
        super().__init__(step)
        self.step = step
        self.sitting = sitting


# --- The platform's keys ------------------------------------------------------------------------------------------


class SealKey(keyring.Key):
    """The platform's key pair of one year; `value` is the secret scalar."""

    command = "seal_keys"

    @cached_property
    def _private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(self.value), _CURVE)

    @cached_property
    def point(self) -> bytes:
        """The public half, 65 bytes."""
        return self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def sitting_key(self, sitting: UUID, epoch: int) -> bytes:
        """What one device proves its file with: 32 bytes, given to it alone."""
        info = _SITTING_INFO + sitting.bytes + epoch.to_bytes(4)
        return HKDF(SHA256(), 32, salt=None, info=info).derive(self.value)

    def file_key(self, epk: bytes, header: bytes) -> bytes:
        """The AES key of one file. Raises ValueError when `epk` is no point of the curve."""
        secret = self._private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, epk))
        return HKDF(SHA256(), 32, salt=hashlib.sha256(header).digest(), info=_FILE_INFO).derive(secret)


def new_key(year: int) -> SealKey:
    scalar = ec.generate_private_key(_CURVE).private_numbers().private_value
    return SealKey(year, scalar.to_bytes(32))


# --- The supervisor's code ----------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def code_check(number: str, code: str) -> str:
    """What a page needs to tell offline whether a typed code is the exam's: PBKDF2-SHA256, hexadecimal."""
    return hashlib.pbkdf2_hmac("sha256", code.encode(), number.encode(), CODE_ITERATIONS).hex()


# --- The file -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """What the platform knows of the sitting that a file speaks of."""

    questions: int
    code: str


@dataclass(frozen=True)
class Contents:
    """A file that passed every check."""

    sitting: UUID
    epoch: int
    items: list[protocol.Item]


def open_file(content: bytes, keys: Keyring[SealKey], find: Callable[[UUID], Expected | None]) -> Contents:
    """Check a result file in the order of delivery, 9, and give what it holds.

    `find` answers with what is known of a sitting of this exam, and None for any other. Raises Unreadable; nothing of
    a file is believed before its HMAC was found right.
    """
    if not 0 < len(content) <= MAX_BYTES:
        raise Unreadable("size")
    parts = _SHAPE.fullmatch(content)
    if not parts:
        raise Unreadable("alphabet")
    header, iv, ciphertext = parts.groups()
    key, plain = _unseal(header, iv, ciphertext, keys)
    mac, body = plain[:_MAC], plain[_MAC:]
    claims = _object(body, "body")
    sitting, epoch = _claimed(claims)
    expected = find(sitting)
    if expected is None:
        raise Unreadable("sitting")
    if not hmac.compare_digest(mac, hmac.digest(key.sitting_key(sitting, epoch), header + b"." + body, "sha256")):
        raise Unreadable("mac", sitting)
    try:
        items = protocol.parse_items(claims.get("items"), expected.questions)
    except protocol.Malformed as error:
        raise Unreadable("schema", sitting) from error
    if claims.get("code") != expected.code:
        raise Unreadable("code", sitting)
    return Contents(sitting, epoch, items)


def _unseal(header: bytes, iv: bytes, ciphertext: bytes, keys: Keyring[SealKey]) -> tuple[SealKey, bytes]:
    try:
        opened, nonce, sealed = decode(header), decode(iv), decode(ciphertext)
    except (ValueError, binascii.Error) as error:
        raise Unreadable("alphabet") from error
    fields = _object(opened, "header")
    kid, epk = fields.get("kid"), fields.get("epk")
    if fields.get("v") != VERSION or not isinstance(kid, str) or not isinstance(epk, str):
        raise Unreadable("header")
    key = keys.named(kid)
    if key is None:
        raise Unreadable("key id")
    try:
        point = decode(epk.encode())
        if len(point) != _POINT:
            raise Unreadable("point")
        file_key = key.file_key(point, header)
    except ValueError as error:
        raise error if isinstance(error, Unreadable) else Unreadable("point") from error
    if len(nonce) != _IV:
        raise Unreadable("seal")
    try:
        return key, AESGCM(file_key).decrypt(nonce, sealed, header)
    except (InvalidTag, ValueError) as error:
        raise Unreadable("seal") from error


def _object(value: bytes, step: str) -> dict:
    try:
        parsed = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise Unreadable(step) from error
    if not isinstance(parsed, dict):
        raise Unreadable(step)
    return parsed


def _claimed(claims: dict) -> tuple[UUID, int]:
    """Whose file it says it is; believed once the HMAC of that very device is found right."""
    sitting, epoch = claims.get("sitting"), claims.get("epoch")
    if type(epoch) is not int or not 1 <= epoch < 2**31 or not isinstance(sitting, str):
        raise Unreadable("body")
    try:
        return UUID(sitting), epoch
    except ValueError as error:
        raise Unreadable("body") from error
