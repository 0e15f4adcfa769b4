"""The sealed result file: what opens, what does not, and in which order it is refused (delivery, 8 and 9; P8)."""

import json
import random
from functools import partial
from uuid import UUID, uuid4

import pytest

from esr.core import keyring
from exams import protocol, sealing
from tests.exams.sealed import b64, body_of, seal, sealed_by, unb64

KEYS = keyring.Keyring(sealing.new_key(year) for year in (2025, 2026, 2026, 2027))
LAST_YEAR, KEY, SECOND, _ = KEYS.keys
STRANGER = sealing.new_key(2026)
LILY, HUGO, ELSEWHERE = (UUID(int=number) for number in (1, 2, 3))
CODE = "482913"
ANSWERS = [(1, "A"), (2, "BC"), (20, "")]
BODY = body_of(LILY, CODE, *ANSWERS)


def find(sitting):
    """Lily and Hugo sit this exam, and nobody else does."""
    return sealing.Expected(20, CODE) if sitting in (LILY, HUGO) else None


def refusal(content: bytes) -> str:
    with pytest.raises(sealing.Unreadable) as refused:
        sealing.open_file(content, KEYS, find)
    return refused.value.step


def test_an_honest_file_opens():
    opened = sealing.open_file(sealed_by(KEY, BODY), KEYS, find)
    items = [protocol.Item(q, 2, choices, True, 900) for q, choices in ANSWERS]
    assert opened == sealing.Contents(LILY, 1, items)


def test_a_whole_exam_is_under_two_kilobytes_and_a_half():
    body = body_of(LILY, CODE, *((q, "ABC", 12, True, 45_000) for q in range(1, 21)))
    assert len(sealed_by(KEY, body)) < 2560


@pytest.mark.parametrize("key", [LAST_YEAR, SECOND])
def test_every_key_of_the_ring_opens(key):
    assert sealing.open_file(sealed_by(key, BODY), KEYS, find).sitting == LILY


def test_the_first_key_of_a_year_seals():
    assert KEYS.sealing(2026) is KEY
    assert KEYS.sealing(2024) is None


# --- In this order --------------------------------------------------------------------------------------------------


def header(**fields) -> bytes:
    return b64(json.dumps({"v": 1, "kid": KEY.kid, "epk": b64(KEY.point).decode(), **fields}).encode())


HONEST = sealed_by(KEY, BODY)
HEAD, IV, SEALED = HONEST.split(b".")
forged = partial(seal, key=b"", kid=KEY.kid, point=KEY.point)
honest = partial(sealed_by, KEY)
REFUSALS = {
    "nothing": (b"", "size"),
    "too much": (HONEST + b"A" * sealing.MAX_BYTES, "size"),
    "plain JSON": (json.dumps(BODY).encode(), "alphabet"),
    "a line break at the end": (HONEST + b"\n", "alphabet"),
    "a fourth part": (HONEST + b".AAAA", "alphabet"),
    "padding": (HONEST + b"=", "alphabet"),
    "a length that base64 has not": (b".".join((HEAD, IV[:13], SEALED)), "alphabet"),
    "not an object": (b".".join((b64(b"[]"), IV, SEALED)), "header"),
    "not JSON": (b".".join((b64(b"\xff{"), IV, SEALED)), "header"),
    "endless brackets": (b".".join((b64(b"[" * 9000), IV, b"AAAA")), "header"),
    "another version": (b".".join((header(v=2), IV, SEALED)), "header"),
    "no key id": (b".".join((header(kid=None), IV, SEALED)), "header"),
    "a key that nobody has": (seal(BODY, b"", kid=STRANGER.kid, point=STRANGER.point), "key id"),
    "half a character for key id": (b".".join((header(kid="\ud800"), IV, SEALED)), "key id"),
    "no point of the curve": (b".".join((header(epk=b64(b"\x04" + b"\x01" * 64).decode()), IV, SEALED)), "point"),
    "a compressed point": (b".".join((header(epk=b64(b"\x02" + KEY.point[1:33]).decode()), IV, SEALED)), "point"),
    "half a character for point": (b".".join((header(epk="\ud800"), IV, SEALED)), "point"),
    "a long iv": (b".".join((HEAD, b64(unb64(IV) + b"0"), SEALED)), "seal"),
    "an empty seal": (b".".join((HEAD, IV, b64(b"0" * 4))), "seal"),
    "the header said in another way": (
        b".".join((b64(json.dumps(json.loads(unb64(HEAD)), indent=1).encode()), IV, SEALED)),
        "seal",
    ),
    "another key's name on it": (b".".join((header(kid=SECOND.kid), IV, SEALED)), "seal"),
    "sealed, no JSON": (forged(b"\x00" * 60), "body"),
    "sealed, too short for its HMAC": (forged(b"", mac=b"short"), "body"),
    "a huge number": (forged(b'{"epoch":' + b"9" * 6000 + b"}"), "body"),
    "no epoch": (forged(BODY | {"epoch": True}), "body"),
    "epoch 0": (forged(BODY | {"epoch": 0}), "body"),
    "a sitting that is no key": (forged(BODY | {"sitting": "Lily"}), "body"),
    "a sitting of another exam": (honest(BODY | {"sitting": str(ELSEWHERE)}), "sitting"),
    "an invented HMAC": (forged(BODY, mac=b"m" * 32), "mac"),
    "the key of another sitting": (honest(BODY, of=HUGO), "mac"),
    "the key of another device": (honest(BODY, epoch=2), "mac"),
    "the key of another year": (
        seal(BODY, LAST_YEAR.sitting_key(LILY, 1), kid=KEY.kid, point=KEY.point),
        "mac",
    ),
    "no answers": (honest(BODY | {"items": []}), "schema"),
    "a question too many": (honest(body_of(LILY, CODE, (21, "A"))), "schema"),
    "a letter too many": (honest(body_of(LILY, CODE, (1, "Z"))), "schema"),
    "a wrong code": (honest(BODY | {"code": "000000"}), "code"),
    "no code": (honest(BODY | {"code": None}), "code"),
    "half a character for code": (honest(BODY | {"code": "\ud800"}), "code"),
}


@pytest.mark.parametrize(("content", "step"), REFUSALS.values(), ids=REFUSALS)
def test_each_check_refuses_what_it_is_for(content, step):
    assert refusal(content) == step


def test_a_key_is_found_by_the_whole_name():
    """Two keys may share a year; a file of a key that was retired no longer opens."""
    content = sealed_by(SECOND, BODY)
    with pytest.raises(sealing.Unreadable, match="key id"):
        sealing.open_file(content, keyring.Keyring([LAST_YEAR, KEY]), find)


def test_only_a_sitting_that_was_found_is_named():
    for name, known in (("a sitting of another exam", None), ("an invented HMAC", LILY), ("a wrong code", LILY)):
        with pytest.raises(sealing.Unreadable) as refused:
            sealing.open_file(REFUSALS[name][0], KEYS, find)
        assert refused.value.sitting == known


# --- A hundred thousand files (P8) ----------------------------------------------------------------------------------

SEEDS = range(4)
FILES = 25_000
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Forger:
    """Makes files that are none: altered, mixed from several honest ones, and sealed by somebody who knows all that
    is public and holds a sitting's key of their own (Hugo's), but not Lily's."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.honest = [
            sealed_by(key, body_of(sitting, CODE, (1, letter), epoch=epoch))
            for key in (KEY, SECOND, LAST_YEAR)
            for sitting, letter in ((LILY, "A"), (HUGO, "BC"), (ELSEWHERE, "C"))
            for epoch in (1, 2)
        ]
        self.kinds = [self.bits, self.letters, self.spelling, self.cut, self.mixed, self.forged, self.plain]
        self.weights = [30, 25, 5, 15, 15, 8, 2]

    def __call__(self) -> bytes:
        (kind,) = self.random.choices(self.kinds, self.weights)
        return kind()

    def one(self) -> bytes:
        return self.random.choice(self.honest)

    def bits(self) -> bytes:
        """One bit of one part is another."""
        parts = [bytearray(unb64(part)) for part in self.one().split(b".")]
        part = self.random.choice(parts)
        part[self.random.randrange(len(part))] ^= 1 << self.random.randrange(8)
        return b".".join(b64(bytes(part)) for part in parts)

    def letters(self) -> bytes:
        """One to three characters are others: mostly of the alphabet, so that the alphabet is not what refuses them."""
        content = original = bytearray(self.one())
        while content == original:
            content = bytearray(original)
            for _ in range(self.random.randint(1, 3)):
                anything = self.random.randrange(256) if self.random.random() < 0.1 else self.random.choice(LETTERS)
                content[self.random.randrange(len(content))] = anything
        return bytes(content)

    def spelling(self) -> bytes:
        """The last character of a part is another: some of its bits say nothing."""
        parts = self.one().split(b".")
        place = self.random.randrange(3)
        others = [letter for letter in LETTERS if letter != parts[place][-1]]
        parts[place] = parts[place][:-1] + bytes([self.random.choice(others)])
        return b".".join(parts)

    def cut(self) -> bytes:
        """A stretch is missing, doubled, or put elsewhere."""
        content = self.one()
        start, end = sorted(self.random.sample(range(len(content)), 2))
        rest, stretch = content[:start] + content[end:], content[start:end]
        if self.random.random() < 0.4:
            return rest
        if self.random.random() < 0.5:
            return content[:end] + stretch + content[end:]
        place = self.random.choice([n for n in range(len(rest) + 1) if n != start])
        moved = rest[:place] + stretch + rest[place:]
        return rest if moved == content else moved

    def mixed(self) -> bytes:
        """Parts of different files in one."""
        parts = [self.one().split(b".")[n] for n in range(3)]
        return rest if (rest := b".".join(parts)) not in self.honest else b".".join(reversed(parts))

    def forged(self) -> bytes:
        """Lily's answers as Hugo would like them: sealed as it should be, but for Lily's key."""
        key = self.random.choice([KEY, SECOND, LAST_YEAR])
        body = body_of(LILY, CODE, *((q, self.random.choice("ABC")) for q in range(1, 21)))
        keys = [key.sitting_key(HUGO, 1), key.sitting_key(LILY, 3), self.random.randbytes(32), b"", key.point]
        mac = self.random.choice([None, None, bytes(32), self.random.randbytes(32)])
        return seal(body, self.random.choice(keys), kid=key.kid, point=key.point, mac=mac)

    def plain(self) -> bytes:
        body = json.dumps(body_of(LILY, CODE, *((q, "A") for q in range(1, 21)))).encode()
        return self.random.choice(
            [body, b64(body), b64(b"{}") + b".." + b64(body), HEAD + b"." + IV + b"." + b64(body)]
        )


def accepted(seed: int, count: int, open_file=sealing.open_file) -> int:
    """How many of so many forged files are accepted; whatever is not a refusal is a crash and goes through."""
    forger, opened = Forger(seed), 0
    for _ in range(count):
        try:
            open_file(forger(), KEYS, find)
        except sealing.Unreadable:
            continue
        opened += 1
    return opened


@pytest.mark.parametrize("seed", SEEDS)
def test_no_forged_file_is_accepted(seed):
    """100,000 in all, none accepted and none that crashes; those of another exam are refused even unaltered."""
    assert accepted(seed, FILES) == 0


def test_the_same_test_catches_a_platform_that_skips_the_hmac(monkeypatch):
    monkeypatch.setattr(sealing.hmac, "compare_digest", lambda ours, theirs: True)
    assert accepted(0, 500) > 0


def test_the_same_test_catches_a_platform_that_takes_plain_json():
    def careless(content, keys, find):
        try:
            body = json.loads(content)
        except ValueError:
            return sealing.open_file(content, keys, find)
        return sealing.Contents(UUID(body["sitting"]), body["epoch"], protocol.parse_items(body["items"], 20))

    assert accepted(0, 500, careless) > 0


def test_the_same_test_catches_a_second_spelling_of_base64(monkeypatch):
    monkeypatch.setattr(sealing, "decode", unb64)
    assert accepted(0, 5000) > 0


# --- Keys -----------------------------------------------------------------------------------------------------------


def test_keys_come_in_lines_or_with_commas():
    text = "\n".join(key.entry for key in KEYS.keys)
    for written in (text, text.replace("\n", ","), f" {text.replace(chr(10), ' , ')},\n"):
        assert [key.kid for key in keyring.read_keys(written, sealing.SealKey).keys] == [key.kid for key in KEYS.keys]
    assert keyring.read_keys("", sealing.SealKey).keys == ()


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        KEY.entry.replace("2026:", "26:"),
        KEY.entry + "AAAA",
        "2026:" + keyring.encode(bytes(32)),  # zero is no key
        "2026:" + keyring.encode(b"\xff" * 32),  # larger than the curve
        f"{KEY.entry},{KEY.entry}",
        f"{KEY.entry};{SECOND.entry}",
    ],
    ids=["no key", "short year", "too long", "zero", "too large", "twice", "wrong separator"],
)
def test_unusable_keys_are_refused_without_being_repeated(text):
    with pytest.raises(keyring.BadKeys) as refused:
        keyring.read_keys(text, sealing.SealKey)
    secret = KEY.entry.removeprefix("2026:")
    assert secret not in str(refused.value)
    assert refused.value.__context__ is None or refused.value.__suppress_context__


def test_a_key_shows_nothing_of_itself():
    assert keyring.encode(KEY.value) not in repr(KEY) + str(KEYS.__dict__)


def test_a_sitting_s_key_is_nobody_else_s():
    keys = {key.sitting_key(sitting, epoch) for key in (KEY, SECOND) for sitting in (LILY, HUGO) for epoch in (1, 2)}
    assert len(keys) == 8
    assert KEY.sitting_key(LILY, 1) == KEY.sitting_key(LILY, 1)


def test_the_code_check_depends_on_exam_and_code():
    checks = {sealing.code_check(number, code) for number in ("11112222", "33334444") for code in ("000000", "000001")}
    assert len(checks) == 4
    assert sealing.code_check(str(uuid4()), CODE) != sealing.code_check(str(uuid4()), CODE)
