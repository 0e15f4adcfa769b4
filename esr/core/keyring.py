"""Keys by year, as the environment carries them: "2026:base64url,2027:…". No Django, no database, no clock."""

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar, Generic, TypeVar


class BadKeys(ValueError):
    """The keys of the environment cannot be used; the message says why and repeats nothing of them."""


def encode(value: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(value: bytes) -> bytes:
    """The one spelling that `encode` gives, or ValueError: what is read has no second form that opens too."""
    decoded = base64.urlsafe_b64decode(value + b"=" * (-len(value) % 4))
    if encode(decoded).encode() != value:
        raise ValueError("not canonical")
    return decoded


@dataclass(frozen=True)
class Key:
    """A key of one year. `value` is 32 bytes, the secret unless the kind of key says otherwise."""

    year: int
    value: bytes = field(repr=False)

    # The command that makes keys of this kind, for messages.
    command: ClassVar[str] = ""

    @cached_property
    def point(self) -> bytes:
        """The public half. Raises ValueError when `value` is no key."""
        raise NotImplementedError

    @cached_property
    def kid(self) -> str:
        return f"{self.year}-{hashlib.sha256(self.point).hexdigest()[:8]}"

    @property
    def entry(self) -> str:
        """The key as the environment carries it, "2026:…"."""
        return f"{self.year}:{encode(self.value)}"


K = TypeVar("K", bound=Key)


class Keyring(Generic[K]):
    """Keys of all years; the first of a year seals, every one opens."""

    def __init__(self, keys: Iterable[K]):
        self.keys: tuple[K, ...] = tuple(keys)
        self._by_kid = {key.kid: key for key in self.keys}

    def sealing(self, year: int) -> K | None:
        return next((key for key in self.keys if key.year == year), None)

    def named(self, kid: str) -> K | None:
        return self._by_kid.get(kid)


def read_keys(text: str, kind: type[K]) -> Keyring[K]:
    """The keys in "2026:base64url,2027:…", separated by commas or line breaks. Raises BadKeys."""
    entries = re.split(r"[,\s]+", text.strip())
    keys = [_read_key(entry, place, kind) for place, entry in enumerate(entries, 1) if entry]
    if len({key.kid for key in keys}) < len(keys):
        raise BadKeys("the same key stands twice")
    return Keyring(keys)


def _read_key(entry: str, place: int, kind: type[K]) -> K:
    year, colon, value = entry.partition(":")
    if not colon or not re.fullmatch(r"2[0-9]{3}", year):
        raise BadKeys(f"entry {place} must look like 2026:key")
    try:
        key = kind(int(year), decode(value.encode()))
        if len(key.value) != 32 or not key.kid:
            raise ValueError
    except ValueError:  # not chained: the message would repeat what it read
        message = f"the key of entry {place} ({year}) is not 32 bytes of base64url made by {kind.command}"
        raise BadKeys(message) from None
    return key
