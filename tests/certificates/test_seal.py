"""The seal against what RFC 8949, RFC 9052 and RFC 8032 say, written out by hand and checked without our own code."""

import dataclasses
import random
import re
from datetime import date
from pathlib import Path

import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.contrib.staticfiles import finders
from hypothesis import given
from hypothesis import strategies as st

from certificates import qr, seal
from esr.core.keyring import BadKeys, Keyring, decode, encode, read_keys

# RFC 8032, 7.1, TEST 1.
SECRET = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
POINT = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
KEY = seal.SigningKey(2026, SECRET)
OLDER, SECOND = seal.new_key(2025), seal.new_key(2026)
KEYS = seal.published(Keyring([KEY, SECOND]), Keyring([OLDER.public]))
CLAIMS = seal.Claims(
    attestation="ASSR2",
    last_name="BAILLY",
    first_name="Elfie",
    birth_date=date(2011, 11, 13),
    establishment="0750655E",
    exam_on=date(2026, 3, 16),
    issued_on=date(2026, 7, 3),
)
# docs/seal.md shows these very bytes.
HEADER = "a2 01 27 04 46 07ea 21fe31df"
PAYLOAD = "a8 00 01 01 02 02 66 4241494c4c59 03 65 456c666965 04 19 3bbb 05 68 3037353036353545 06 19 5030 07 19 509d"


def bytes_of(text: str) -> bytes:
    return bytes.fromhex(text.replace(" ", ""))


def test_the_bytes_are_those_of_the_documentation():
    header, payload = bytes_of(HEADER), bytes_of(PAYLOAD)
    sealed = seal.seal(CLAIMS, KEY)
    signature = sealed[-64:]
    assert sealed == b"\xd2\x84" + b"\x4b" + header + b"\xa0" + b"\x58\x2a" + payload + b"\x58\x40" + signature
    # RFC 9052, 4.4, letter by letter: ["Signature1", header, h'', payload].
    signed = b"\x84\x6aSignature1" + b"\x4b" + header + b"\x40" + b"\x58\x2a" + payload
    Ed25519PublicKey.from_public_bytes(POINT).verify(signature, signed)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(POINT).verify(signature, signed + b"\0")


def test_any_reader_of_cbor_reads_it():
    tag = cbor2.loads(seal.seal(dataclasses.replace(CLAIMS, duplicate_on=date(2026, 9, 12)), KEY))
    header, unprotected, payload, _ = tag.value
    assert (tag.tag, unprotected) == (18, {})
    assert cbor2.loads(header) == {1: -8, 4: (2026).to_bytes(2) + bytes.fromhex(KEY.kid[5:])}
    facts = cbor2.loads(payload)
    assert list(facts) == [*range(9)]
    assert facts[8] - facts[7] == (date(2026, 9, 12) - date(2026, 7, 3)).days


def test_the_same_claims_give_the_same_seal():
    assert seal.seal(CLAIMS, KEY) == seal.seal(CLAIMS, KEY) != seal.seal(CLAIMS, SECOND)


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=100)
days = st.dates(date(1900, 1, 1), date(2026, 12, 31))
this_year = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(
    st.builds(
        seal.Claims,
        attestation=st.sampled_from(sorted(seal.ATTESTATIONS.values())),
        last_name=names,
        first_name=names,
        birth_date=days,
        establishment=st.text("0123456789ABCDEF", max_size=30),
        exam_on=days,
        issued_on=this_year,
        duplicate_on=st.none() | this_year,
    )
)
def test_what_was_sealed_is_what_is_read(claims):
    link = seal.link("https://examens.example.org/verifier/", seal.seal(claims, KEY))
    assert seal.unseal(seal.read_link(link), KEYS) == (claims, KEY.public)


def refusal(sealed: bytes, keys=KEYS) -> str:
    with pytest.raises(seal.Unverifiable) as refused:
        seal.unseal(sealed, keys)
    return refused.value.step


def test_one_changed_bit_anywhere_is_refused():
    sealed = seal.seal(CLAIMS, KEY)
    seal.unseal(sealed, KEYS)
    for bit in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[bit // 8] ^= 1 << bit % 8
        assert refusal(bytes(changed)), bit


def test_one_changed_letter_of_the_link_is_refused():
    """The last letter of a link carries bits that mean nothing: no other spelling opens either."""
    link = seal.link("", seal.seal(CLAIMS, KEY))
    for place in range(1, len(link)):
        for letter in "AQgw-_":
            if letter != link[place]:
                with pytest.raises(seal.Unverifiable):
                    seal.unseal(seal.read_link(link[:place] + letter + link[place + 1 :]), KEYS)


def test_what_is_cut_is_incomplete_and_what_is_longer_unreadable():
    sealed = seal.seal(CLAIMS, KEY)
    assert {refusal(sealed[:length]) for length in range(1, len(sealed))} == {"incomplete"}
    assert refusal(b"") == refusal(sealed + b"\0") == refusal(bytes(seal.MAX_BYTES + 1)) == "form"


def test_noise_never_raises_anything_else():
    noise = random.Random(7)
    assert {refusal(noise.randbytes(noise.randrange(1, 200))) for _ in range(5000)} <= {"form", "incomplete"}


def test_keys_of_past_years_verify_although_their_secrets_are_gone():
    claims = dataclasses.replace(CLAIMS, exam_on=date(2025, 3, 1), issued_on=date(2025, 7, 3))
    sealed = seal.seal(claims, OLDER)
    assert seal.unseal(sealed, KEYS) == (claims, OLDER.public)
    with pytest.raises(seal.Unverifiable) as refused:
        seal.unseal(sealed, seal.published(Keyring([KEY]), Keyring([])))
    assert (refused.value.step, refused.value.kid) == ("key", OLDER.kid)


def test_a_key_seals_nothing_of_another_year():
    """A secret that got out in 2027 makes no attestation of 2028 with it, nor one of before."""
    assert refusal(seal.seal(dataclasses.replace(CLAIMS, issued_on=date(2027, 1, 1)), KEY)) == "claims"
    assert refusal(seal.seal(dataclasses.replace(CLAIMS, duplicate_on=date(2027, 1, 1)), KEY)) == "claims"


def signed(header: object, payload: bytes, unprotected: object = None, tag: int = 18) -> bytes:
    """A seal with a right signature over whatever it is given."""
    protected = header if isinstance(header, bytes) else cbor2.dumps(header, canonical=True)
    signature = KEY.sign(cbor2.dumps(["Signature1", protected, b"", payload], canonical=True))
    return cbor2.dumps(cbor2.CBORTag(tag, [protected, unprotected or {}, payload, signature]), canonical=True)


@pytest.mark.parametrize(
    ("sealed", "step"),
    [
        (signed({1: -8, 4: KEY.public.short}, bytes_of(PAYLOAD), tag=17), "form"),
        (signed({1: -7, 4: KEY.public.short}, bytes_of(PAYLOAD)), "form"),
        (signed({1: -8, 4: KEY.public.short, 2: []}, bytes_of(PAYLOAD)), "form"),
        (signed({1: -8, 4: KEY.kid}, bytes_of(PAYLOAD)), "form"),
        (signed({1: -8, 4: KEY.public.short}, bytes_of(PAYLOAD), unprotected={4: b"x"}), "form"),
        (signed({1: -8, 4: KEY.public.short}, bytes_of(PAYLOAD.replace("a8 00 01", "a8 00 02"))), "claims"),
        (signed({1: -8, 4: KEY.public.short}, bytes_of(PAYLOAD.replace("01 02 02", "01 05 02"))), "claims"),
        (signed({1: -8, 4: KEY.public.short}, cbor2.dumps("BAILLY")), "claims"),
        # Numbers that are longer than they need be, and a map without an end.
        (signed({1: -8, 4: KEY.public.short}, bytes_of(PAYLOAD.replace("00 01", "00 18 01"))), "form"),
        (signed({1: -8, 4: KEY.public.short}, bytes_of(PAYLOAD.replace("a8", "bf") + " ff")), "form"),
    ],
)
def test_only_the_one_form_is_read_even_when_it_is_signed(sealed, step):
    assert refusal(sealed) == step


def test_the_controls_of_these_forms_verify():
    assert seal.unseal(signed({1: -8, 4: KEY.public.short}, bytes_of(PAYLOAD)), KEYS)[0] == CLAIMS


def test_the_longest_names_fit_in_modules_of_four_tenths_of_a_millimetre():
    sheet = Path(finders.find("css/print/attestations.css")).read_text()
    side = float(re.search(r"\.seal img \{[^}]*width: ([\d.]+)mm", sheet).group(1))
    for last_name, first_name, smallest in (
        ("BAILLY", "Elfie", 0.65),
        ("de La Rochefoucauld-Montmorency d’Estouteville-Beauvoisin", "Marie-Antoinette", 0.55),
        ("Ệ" * 100, "Ữ" * 100, 0.4),  # three bytes a letter, a hundred letters a field
    ):
        claims = dataclasses.replace(CLAIMS, last_name=last_name, first_name=first_name)
        link = seal.link("https://examens.example.org/verifier/", seal.seal(claims, KEY))
        assert side / len(qr.matrix(link)) >= smallest


# --- Keys -------------------------------------------------------------------------------------------------------------


def test_a_key_shows_its_public_half_only():
    assert KEY.point == KEY.public.point == POINT
    assert KEY.kid == KEY.public.kid == "2026-21fe31df"
    assert encode(SECRET) not in repr(KEY) + repr(KEY.public)
    assert decode(KEY.entry.partition(":")[2].encode()) == SECRET


@pytest.mark.parametrize(
    "text", ["2026", "26:" + encode(POINT), "2026:" + encode(POINT)[:-2], f"{KEY.entry}, {KEY.entry}"]
)
def test_unusable_keys_are_refused_without_being_repeated(text):
    for kind in (seal.SigningKey, seal.PublicKey):
        with pytest.raises(BadKeys) as refused:
            read_keys(text, kind)
        assert encode(SECRET) not in str(refused.value)
