"""`manage.py attestation_keys`: the secrets of a year can go, its public half never does."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates import seal
from esr.core.keyring import Keyring, read_keys

THIS_YEAR = timezone.localdate().year
OLD, FIRST, SECOND = (seal.new_key(year) for year in (THIS_YEAR - 1, THIS_YEAR, THIS_YEAR))
SECRETS = [key.entry.partition(":")[2] for key in (OLD, FIRST, SECOND)]


@pytest.fixture(autouse=True)
def keys_of_the_environment(settings):
    settings.ATTESTATION_KEYS = Keyring([OLD, FIRST, SECOND])
    settings.ATTESTATION_KEYS_FILE = None
    settings.ATTESTATION_PUBLIC_KEYS = Keyring([FIRST.public, SECOND.public])
    settings.ATTESTATION_PUBLIC_KEYS_FILE = None


@pytest.fixture
def files(settings, tmp_path):
    for name in ("ATTESTATION_KEYS", "ATTESTATION_PUBLIC_KEYS"):
        path = tmp_path / name
        path.write_text("".join(f"{key.entry}\n" for key in getattr(settings, name).keys))
        setattr(settings, f"{name}_FILE", path)
    return settings.ATTESTATION_KEYS_FILE, settings.ATTESTATION_PUBLIC_KEYS_FILE


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("attestation_keys", *arguments, stdout=out)
    text = out.getvalue()
    assert [secret for secret in SECRETS if secret in text] == []
    return text


def test_create_says_the_public_half_and_then_the_secret():
    lines = run("create", "2027").splitlines()
    (half,) = read_keys(lines[1], seal.PublicKey).keys
    (key,) = read_keys(lines[3], seal.SigningKey).keys
    assert lines[0] == "Add this to ATTESTATION_PUBLIC_KEYS, after a comma if there are others:"
    assert lines[2] == "Add this to ATTESTATION_KEYS, after a comma if there are others, and keep it secret:"
    assert (key.year, key.public) == (2027, half)


def test_create_adds_to_both_files_and_shows_nothing(files):
    text = run("create", "2027")
    key = read_keys(files[0].read_text(), seal.SigningKey).keys[-1]
    halves = read_keys(files[1].read_text(), seal.PublicKey).keys
    assert [half.kid for half in halves] == [FIRST.kid, SECOND.kid, key.kid]
    assert key.entry.partition(":")[2] not in text
    assert [path.stat().st_mode & 0o777 for path in files] == [0o600, 0o644]
    assert len(list(files[0].parent.iterdir())) == 2


def test_retire_destroys_the_secret_and_keeps_the_public_half(files):
    run("retire", str(OLD.year))
    assert [key.kid for key in read_keys(files[0].read_text(), seal.SigningKey).keys] == [FIRST.kid, SECOND.kid]
    halves = read_keys(files[1].read_text(), seal.PublicKey)
    assert halves.named(OLD.kid) == OLD.public


def test_retire_says_what_to_change_in_the_environment():
    text = run("retire", str(OLD.year))
    assert OLD.public.entry in text.splitlines()
    assert f"Take every entry that begins with {OLD.year}: out of ATTESTATION_KEYS ({OLD.kid})." in text
    with pytest.raises(CommandError, match="no key of 2019"):
        run("retire", "2019")


def test_a_year_that_is_not_over_keeps_its_keys(files):
    before = [path.read_text() for path in files]
    with pytest.raises(CommandError, match="is not over"):
        run("retire", str(THIS_YEAR))
    assert [path.read_text() for path in files] == before
    run("retire", str(THIS_YEAR), "--force")
    assert [key.kid for key in read_keys(files[0].read_text(), seal.SigningKey).keys] == [OLD.kid]


def test_list_says_what_each_key_does(settings):
    gone = seal.new_key(THIS_YEAR - 2).public
    settings.ATTESTATION_PUBLIC_KEYS = Keyring([gone, FIRST.public, SECOND.public])
    assert run("list").splitlines() == [
        f"{gone.year}  {gone.kid}  verifies",
        f"{OLD.year}  {OLD.kid}  seals  its public half is not in ATTESTATION_PUBLIC_KEYS yet: {OLD.public.entry}",
        f"{THIS_YEAR}  {FIRST.kid}  seals",
        f"{THIS_YEAR}  {SECOND.kid}  is held in reserve",
    ]
    settings.ATTESTATION_KEYS = settings.ATTESTATION_PUBLIC_KEYS = Keyring([])
    assert run("list").startswith("There is no key")
