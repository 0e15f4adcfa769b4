"""`manage.py verify_attestation`: the verdict of the page, in a terminal."""

import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from certificates import seal
from esr.core.keyring import Keyring

KEY = seal.new_key(2025)
CLAIMS = seal.Claims(
    "ASSR2", "d'Artagnan", "Jean", date(2011, 11, 13), "0750655E", date(2025, 3, 16), date(2025, 7, 3), date(2025, 9, 1)
)
LINK = seal.link("https://examens.example.org/verifier/", seal.seal(CLAIMS, KEY))


@pytest.fixture(autouse=True)
def keys_of_the_environment(settings):
    settings.ATTESTATION_PUBLIC_KEYS = Keyring([KEY.public])


def test_it_says_what_was_sealed():
    out = io.StringIO()
    call_command("verify_attestation", LINK, stdout=out)
    assert [line.split(maxsplit=1) for line in out.getvalue().splitlines() if "first" not in line] == [
        ["attestation", "ASSR2"],
        ["name", "D'ARTAGNAN"],
        ["born", "13/11/2011"],
        ["establishment", "0750655E"],
        ["exam", "16/03/2025"],
        ["issued", "03/07/2025"],
        ["copy", "duplicate of 01/09/2025"],
        ["key", KEY.kid],
    ]


@pytest.mark.parametrize(
    ("link", "reason"),
    [
        (LINK[:-1] + ("A" if LINK[-1] != "A" else "Q"), "altered|damaged"),
        (LINK[:120], "end of the link is missing|damaged"),
        (seal.link("", seal.seal(CLAIMS, seal.new_key(2025))), "names the key 2025-"),
        ("https://examens.example.org/", "damaged"),
    ],
)
def test_it_fails_on_what_does_not_verify(link, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("verify_attestation", link)
