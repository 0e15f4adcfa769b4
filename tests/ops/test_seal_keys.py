"""`manage.py seal_keys`: keys by year are made, listed and retired, and nothing secret is shown but by `create`."""

import io

import pytest
from django.core.management import CommandError, call_command

from esr.core import keyring
from exams import sealing
from tests.factories import SittingFactory

OLD, FIRST, SECOND = (sealing.new_key(year) for year in (2025, 2026, 2026))
SECRETS = [key.entry.partition(":")[2] for key in (OLD, FIRST, SECOND)]


@pytest.fixture(autouse=True)
def keys_of_the_environment(settings):
    settings.SEAL_KEYS = keyring.Keyring([OLD, FIRST, SECOND])
    settings.SEAL_KEYS_FILE = None


@pytest.fixture
def file(settings, tmp_path):
    settings.SEAL_KEYS_FILE = tmp_path / "seal_keys"
    settings.SEAL_KEYS_FILE.write_text("".join(f"{key.entry}\n" for key in (OLD, FIRST, SECOND)))
    return settings.SEAL_KEYS_FILE


def run(*arguments) -> str:
    out = io.StringIO()
    call_command("seal_keys", *arguments, stdout=out)
    text = out.getvalue()
    assert [secret for secret in SECRETS if secret in text] == []
    return text


def test_create_prints_the_line_of_the_environment():
    made = run("create", "2027").splitlines()[1]
    (key,) = keyring.read_keys(made, sealing.SealKey).keys
    assert key.year == 2027


def test_a_second_key_of_a_year_says_that_the_first_seals():
    assert f"{FIRST.kid} goes on sealing" in run("create", "2026")


def test_create_adds_to_the_file_and_shows_nothing(file):
    text = run("create", "2027")
    keys = keyring.read_keys(file.read_text(), sealing.SealKey).keys
    assert [key.kid for key in keys[:3]] == [OLD.kid, FIRST.kid, SECOND.kid]
    assert (keys[3].year, keys[3].kid in text) == (2027, True)
    assert keys[3].entry.partition(":")[2] not in text
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["seal_keys"]


def test_a_year_has_four_digits():
    with pytest.raises(CommandError):
        run("create", "26")


@pytest.mark.django_db
def test_list_says_which_key_seals_and_what_it_is_needed_for():
    SittingFactory.create_batch(2, exam__year=2025)
    assert run("list").splitlines() == [
        f"2025  {OLD.kid}  seals  sittings: 2",
        f"2026  {FIRST.kid}  seals  sittings: 0",
        f"2026  {SECOND.kid}  opens  sittings: 0",
    ]


def test_without_a_key_list_says_so(settings):
    settings.SEAL_KEYS = keyring.Keyring([])
    assert run("list").startswith("There is no key")


@pytest.mark.django_db
def test_retire_waits_for_the_purge(file):
    SittingFactory(exam__year=2025)
    before = file.read_text()
    with pytest.raises(CommandError, match="1 sittings of 2025"):
        run("retire", "2025")
    assert file.read_text() == before
    run("retire", "2025", "--force")
    assert [key.kid for key in keyring.read_keys(file.read_text(), sealing.SealKey).keys] == [FIRST.kid, SECOND.kid]


@pytest.mark.django_db
def test_retire_says_what_to_take_out_of_the_environment():
    assert f"every entry that begins with 2026: out of SEAL_KEYS ({FIRST.kid}, {SECOND.kid})" in run("retire", "2026")
    with pytest.raises(CommandError, match="no key of 2024"):
        run("retire", "2024")
