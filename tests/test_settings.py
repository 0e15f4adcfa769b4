"""The environment decides, and a value that cannot be used stops the start with its name."""

import ast
import os
import subprocess
import sys

import pytest

PRODUCTION = {
    "SITE_URL": "https://examens.example.org",
    "SECRET_KEY": "k" * 60,
    "DATABASE_URL": "postgres://u:p@localhost:5432/esr",
    "REDIS_URL": "redis://localhost:6379/0",
}


def load(tmp_path, expression: str, **environment) -> subprocess.CompletedProcess:
    """Import the settings in a process of their own and print an expression about them."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LD_LIBRARY_PATH")}
    code = f"from esr import settings\nprint(({expression}))"
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**kept, "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_embedded_without_any_variable(tmp_path):
    run = load(tmp_path, "settings.EMBEDDED, settings.HTTPS, settings.CELERY_BROKER_URL, settings.DEBUG")
    assert run.stdout.strip() == "(True, False, 'filesystem://localhost//', False)"
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_the_embedded_secret_is_kept(tmp_path):
    first, second = (load(tmp_path, "settings.SECRET_KEY").stdout for _ in range(2))
    assert first == second
    assert len(first) > 50


def test_the_embedded_seal_keys_are_kept_and_the_coming_year_is_added(tmp_path):
    kids = "[(key.year - settings.date.today().year, key.kid) for key in settings.SEAL_KEYS.keys]"
    first, second = (load(tmp_path, kids).stdout for _ in range(2))
    assert first == second
    assert [line.startswith(f"[({n}, ") or f", ({n}, " in line for n, line in ((0, first), (1, first))] == [True, True]
    assert (tmp_path / "seal_keys").stat().st_mode & 0o777 == 0o600
    this_year, _ = (tmp_path / "seal_keys").read_text().splitlines()
    (tmp_path / "seal_keys").write_text(this_year + "\n")
    assert load(tmp_path, kids).stdout.startswith(first.partition(", (1")[0])
    assert len((tmp_path / "seal_keys").read_text().splitlines()) == 2


def test_the_embedded_attestation_keys_are_kept_with_their_public_halves(tmp_path):
    kids = "[[key.kid for key in keys.keys] for keys in (settings.ATTESTATION_KEYS, settings.ATTESTATION_PUBLIC_KEYS)]"
    first, second = (load(tmp_path, kids).stdout for _ in range(2))
    assert first == second
    secrets, halves = ast.literal_eval(first)
    assert (len(secrets), halves) == (2, secrets)
    assert (tmp_path / "attestation_keys").stat().st_mode & 0o777 == 0o600
    # A year later the first secret may be destroyed: the public half stays.
    _, coming = (tmp_path / "attestation_keys").read_text().splitlines()
    (tmp_path / "attestation_keys").write_text(coming + "\n")
    assert ast.literal_eval(load(tmp_path, kids).stdout)[1][:2] == halves


def test_production_starts_without_seal_keys_for_they_are_made_by_a_command(tmp_path):
    run = load(tmp_path, "settings.SEAL_KEYS.keys, settings.SEAL_KEYS_FILE", **PRODUCTION)
    assert run.stdout.strip() == "((), None)"


def test_seal_keys_come_from_a_file(tmp_path):
    load(tmp_path / "other", "1")
    file = tmp_path / "other" / "seal_keys"
    run = load(tmp_path, "len(settings.SEAL_KEYS.keys)", **PRODUCTION, SEAL_KEYS_FILE=str(file))
    assert run.stdout.strip() == "2"


def test_production(tmp_path):
    run = load(
        tmp_path,
        "settings.EMBEDDED, settings.DATABASES['default']['ENGINE'].rsplit('.')[-1], settings.SESSION_COOKIE_SECURE, "
        "settings.SECURE_HSTS_SECONDS > 0, settings.SERVE_MEDIA, settings.CELERY_BROKER_URL",
        **PRODUCTION,
    )
    assert run.stdout.strip() == "(False, 'postgresql', True, True, False, 'redis://localhost:6379/0')"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "peut-être"),
        ("SITE_URL", "examens.example.org"),
        ("SITE_URL", "https://example.org/chemin"),
        ("SITE_URL", "ftp://example.org"),
        ("REDIS_URL", "localhost:6379"),
        ("DATABASE_URL", "mongodb://localhost/esr"),
        ("LOG_LEVEL", "BAVARD"),
        ("EMAIL_URL", "pigeon://localhost"),
        ("SECRET_KEY", ""),
        ("SEAL_KEYS", "2026:courte"),
        ("SEAL_KEYS_FILE", "/nulle/part"),
        ("ATTESTATION_KEYS", "2026:courte"),
        ("ATTESTATION_PUBLIC_KEYS_FILE", "/nulle/part"),
        ("LEGAL_FILE", "/nulle/part.toml"),
        ("SIECLE_GATEWAY", "fichier"),
        ("SIECLE_GATEWAY", "candidates.siecle.nowhere.Gateway"),
    ],
)
def test_a_bad_value_stops_the_start_and_is_named(tmp_path, name, value):
    run = load(tmp_path, "'started'", **{**PRODUCTION, name: value})
    assert run.returncode != 0
    assert "ImproperlyConfigured" in run.stderr
    assert name in run.stderr.splitlines()[-1] or value in run.stderr.splitlines()[-1]


SYGNE = {
    "SIECLE_GATEWAY": "candidates.siecle.sygne.SygneGateway",
    "SIECLE_URL": "https://siecle.example.org/v1",
    "SIECLE_TOKEN_URL": "https://siecle.example.org/token",
    "SIECLE_CLIENT_ID": "plateforme",
    "SIECLE_CLIENT_SECRET": "secret",
}


def test_the_pupil_register_is_reached_by_files_unless_said_otherwise(tmp_path):
    shown = "settings.SIECLE_GATEWAY, sorted(settings.SIECLE_SERVICE)"
    assert load(tmp_path, shown).stdout.strip() == "('candidates.siecle.file.FileGateway', [])"
    assert load(tmp_path, shown, **SYGNE).stdout.strip() == (
        "('candidates.siecle.sygne.SygneGateway', ['CLIENT_ID', 'CLIENT_SECRET', 'TOKEN_URL', 'URL'])"
    )


@pytest.mark.parametrize("name", [name for name in SYGNE if name != "SIECLE_GATEWAY"])
def test_over_the_network_the_service_must_be_whole(tmp_path, name):
    run = load(tmp_path, "'started'", **{key: value for key, value in SYGNE.items() if key != name})
    assert run.returncode != 0
    assert name in run.stderr.splitlines()[-1]


def test_the_service_is_asked_over_https_only(tmp_path):
    run = load(tmp_path, "'started'", **{**SYGNE, "SIECLE_URL": "http://siecle.example.org"})
    assert "SIECLE_URL" in run.stderr.splitlines()[-1]
