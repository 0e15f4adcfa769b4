"""The seal of an attestation: its facts, signed, in the fragment of a link (docs/seal.md has it byte by byte).

What is sealed is CBOR in deterministic encoding (RFC 8949, 4.2.1) inside a COSE_Sign1 (RFC 9052) with Ed25519. Nothing
of it is stored: whoever holds the paper and the public keys can verify it. No Django, no database, no clock.
"""

import binascii
import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from esr.core.keyring import Key, Keyring, decode, encode

VERSION = 1
MAX_BYTES = 2048

# The numbers under which attestations are sealed: never changed, only added to.
ATTESTATIONS = {1: "ASSR1", 2: "ASSR2", 3: "ASR", 4: "AER"}

_SIGN1 = 18  # CBOR tag of COSE_Sign1
_ALGORITHM, _KID, _EDDSA = 1, 4, -8  # COSE header labels and algorithm
_EPOCH = date(1970, 1, 1)
_NUMBERS = {attestation: number for number, attestation in ATTESTATIONS.items()}
_SPACES = re.compile(r"\s+")


class Unverifiable(ValueError):
    """Not a seal of the platform. `step` is the check that failed: "link", "incomplete", "form", "key" (`kid` is then
    the one that nobody knows), "signature" or "claims"."""

    def __init__(self, step: str, kid: str = ""):
        super().__init__(step)
        self.step = step
        self.kid = kid


# --- Keys -------------------------------------------------------------------------------------------------------------


class PublicKey(Key):
    """The published half of a year's key; `value` is the Ed25519 point itself."""

    command = "attestation_keys"

    @cached_property
    def point(self) -> bytes:
        Ed25519PublicKey.from_public_bytes(self.value)
        return self.value

    @cached_property
    def short(self) -> bytes:
        """The `kid` of the protected header: two bytes of year, four of fingerprint."""
        return self.year.to_bytes(2) + hashlib.sha256(self.point).digest()[:4]

    def verify(self, signature: bytes, content: bytes) -> None:
        """Raises InvalidSignature."""
        Ed25519PublicKey.from_public_bytes(self.value).verify(signature, content)


class SigningKey(Key):
    """The key pair of a year; `value` is the secret seed."""

    command = "attestation_keys"

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.value)

    @cached_property
    def point(self) -> bytes:
        return self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @cached_property
    def public(self) -> PublicKey:
        return PublicKey(self.year, self.point)

    def sign(self, content: bytes) -> bytes:
        return self._private.sign(content)


def new_key(year: int) -> SigningKey:
    return SigningKey(year, Ed25519PrivateKey.generate().private_bytes_raw())


def published(keys: Keyring[SigningKey], retired: Keyring[PublicKey]) -> Keyring[PublicKey]:
    """Every public half there is, each once, by year."""
    halves = {key.kid: key for key in (*retired.keys, *(key.public for key in keys.keys))}
    return Keyring(sorted(halves.values(), key=lambda key: key.year))


# --- What is sealed ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claims:
    """What an attestation says. Dates are the establishment's; `duplicate_on` only stands on a duplicate."""

    attestation: str
    last_name: str
    first_name: str
    birth_date: date
    establishment: str  # its identifier
    exam_on: date
    issued_on: date
    duplicate_on: date | None = None

    @property
    def sealed_on(self) -> date:
        return self.duplicate_on or self.issued_on


def seal(claims: Claims, key: SigningKey) -> bytes:
    """The sealed claims, always the same for the same claims and key."""
    protected, payload = _dump({_ALGORITHM: _EDDSA, _KID: key.public.short}), _dump(_facts(claims))
    signature = key.sign(_to_sign(protected, payload))
    return _dump(cbor2.CBORTag(_SIGN1, [protected, {}, payload, signature]))


def _facts(claims: Claims) -> dict[int, object]:
    facts = {
        0: VERSION,
        1: _NUMBERS[claims.attestation],
        2: claims.last_name,
        3: claims.first_name,
        4: _days(claims.birth_date),
        5: claims.establishment,
        6: _days(claims.exam_on),
        7: _days(claims.issued_on),
    }
    if claims.duplicate_on:
        facts[8] = _days(claims.duplicate_on)
    return facts


def unseal(sealed: bytes, keys: Keyring[PublicKey]) -> tuple[Claims, PublicKey]:
    """What was sealed, and by which key. Raises Unverifiable; nothing is believed before its signature was found right.

    There is one spelling of each seal: what does not encode back to the same bytes is refused.
    """
    protected, payload, signature = _parts(sealed)
    key = _key(protected, keys)
    try:
        key.verify(signature, _to_sign(protected, payload))
    except InvalidSignature as error:
        raise Unverifiable("signature") from error
    claims = _claims(_load(payload))
    # The key of a year seals the attestations of that year: an older one that got out forges nothing newer.
    # And `true` is no number, though Python counts with it.
    if claims.sealed_on.year != key.year or _dump(_facts(claims)) != payload:
        raise Unverifiable("claims")
    return claims, key


def _parts(sealed: bytes) -> tuple[bytes, bytes, bytes]:
    if not 0 < len(sealed) <= MAX_BYTES:
        raise Unverifiable("form")
    match _load(sealed):
        case cbor2.CBORTag(tag=18, value=[bytes(protected), unprotected, bytes(payload), bytes(signature)]):
            if unprotected == {} and len(signature) == 64:
                return protected, payload, signature
    raise Unverifiable("form")


def _key(protected: bytes, keys: Keyring[PublicKey]) -> PublicKey:
    match _load(protected):
        case {1: algorithm, 4: bytes(short), **others} if algorithm == _EDDSA and len(short) == 6 and not others:
            kid = f"{int.from_bytes(short[:2])}-{short[2:].hex()}"
            if key := keys.named(kid):
                return key
            raise Unverifiable("key", kid)
    raise Unverifiable("form")


def _claims(facts: object) -> Claims:
    match facts:
        case {
            0: 1,
            1: int(number),
            2: str(last_name),
            3: str(first_name),
            4: int(birth),
            5: str(establishment),
            6: int(exam),
            7: int(issued),
            **others,
        } if number in ATTESTATIONS and set(others) <= {8}:
            claims = Claims(
                ATTESTATIONS[number], last_name, first_name, _day(birth), establishment, _day(exam), _day(issued)
            )
            return replace(claims, duplicate_on=_day(others[8])) if others else claims
    raise Unverifiable("claims")


def _to_sign(protected: bytes, payload: bytes) -> bytes:
    """RFC 9052, 4.4: the Sig_structure of a COSE_Sign1, without external data."""
    return _dump(["Signature1", protected, b"", payload])


def _dump(value: object) -> bytes:
    return cbor2.dumps(value, canonical=True)


def _load(value: bytes) -> object:
    try:
        loaded = cbor2.loads(value)
        again = _dump(loaded)
    except cbor2.CBORDecodeEOF as error:
        raise Unverifiable("incomplete") from error
    except (cbor2.CBORError, ValueError, TypeError, OverflowError) as error:
        raise Unverifiable("form") from error
    if again != value:
        raise Unverifiable("form")
    return loaded


def _days(day: date) -> int:
    return (day - _EPOCH).days


def _day(days: object) -> date:
    try:
        return _EPOCH + timedelta(days=days)
    except (TypeError, OverflowError) as error:
        raise Unverifiable("claims") from error


# --- The link ---------------------------------------------------------------------------------------------------------


def link(address: str, sealed: bytes) -> str:
    """`address` is that of the page that verifies. What follows « # » reaches no server and no log."""
    return f"{address}#{encode(sealed)}"


def read_link(text: str) -> bytes:
    """What a link carries, or the part after « # » alone; spaces of a copy over several lines do not matter.

    Raises Unverifiable.
    """
    fragment = _SPACES.sub("", text).rpartition("#")[2]
    try:
        return decode(fragment.encode("ascii"))
    except (ValueError, binascii.Error) as error:
        raise Unverifiable("link") from error
