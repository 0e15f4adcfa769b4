"""The public keys and the page that embeds them: open to anybody, cacheable, and without a cookie."""

import json
import re

import pytest
from django.utils import timezone

from certificates import seal
from esr.core.keyring import Keyring, decode, encode

THIS_YEAR = timezone.localdate().year
LAST_YEAR = seal.new_key(THIS_YEAR - 1).public

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _keys_of_last_year(settings):
    settings.ATTESTATION_PUBLIC_KEYS = Keyring([LAST_YEAR])


def test_the_public_keys_of_all_years_are_published(client, settings):
    answer = client.get("/verifier/cles.json")
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert answer["Access-Control-Allow-Origin"] == "*"
    keys = answer.json()["keys"]
    assert keys[0] == {"kid": LAST_YEAR.kid, "year": LAST_YEAR.year, "x": encode(LAST_YEAR.point)}
    assert [key["year"] for key in keys] == [THIS_YEAR - 1, THIS_YEAR, THIS_YEAR + 1]
    assert [len(decode(key["x"].encode())) for key in keys] == [32] * 3
    secrets = [encode(key.value) for key in settings.ATTESTATION_KEYS.keys]
    assert [secret for secret in secrets if secret in answer.content.decode()] == []


def test_the_page_embeds_them_and_sets_no_cookie(client):
    page = client.get("/verifier/")
    assert page["Cache-Control"] == "public, max-age=60"
    assert not page.cookies
    embedded = re.search(r'<script id="keys" type="application/json">(.*?)</script>', page.content.decode()).group(1)
    assert json.loads(embedded) == client.get("/verifier/cles.json").json()["keys"]


@pytest.mark.parametrize("path", ["/verifier/", "/verifier/cles.json"])
def test_nothing_is_received(client, path):
    assert client.post(path).status_code == 405
