"""A deployment that would lose answers is refused, by asking the database itself."""

import os
import subprocess
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db.utils import ConnectionHandler
from django.utils import timezone

from certificates import seal
from esr import settings as own
from esr.core import keyring, legal, logs
from esr.ops import checks
from exams import sealing
from tests import services


def codes(findings) -> list[str]:
    return [finding.id for finding in findings]


# --- What the law wants said ------------------------------------------------------------------------------------------


def test_the_law_is_answered(settings):
    settings.LEGAL = legal.read_legal("")
    (found,) = checks.the_law_is_answered()
    assert found.id == "esr.W006"
    assert "publisher.name" in found.msg
    assert "host.phone" in found.msg
    settings.LEGAL = legal.read_legal((settings.BASE_DIR / "docs" / "legal.toml").read_text())
    assert checks.the_law_is_answered() == []


# --- HTTPS and seal keys ----------------------------------------------------------------------------------------------


def test_served_over_https(settings):
    settings.HTTPS = True
    assert checks.served_over_https() == []
    settings.HTTPS = False
    assert codes(checks.served_over_https()) == ["esr.E001"]


@pytest.mark.parametrize(
    ("day", "years", "found"),
    [
        ("2026-03-01", [2026], []),
        ("2026-03-01", [], ["esr.E002"]),
        ("2026-03-01", [2025, 2027], ["esr.E002"]),
        ("2026-11-30", [2026], []),
        ("2026-12-01", [2026], ["esr.W002"]),
        ("2026-12-01", [2026, 2027], []),
        ("2027-01-01", [2026], ["esr.E002"]),
    ],
)
def test_seal_keys_cover_the_year(settings, monkeypatch, day, years, found):
    settings.SEAL_KEYS = keyring.Keyring([sealing.new_key(year) for year in years])
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.fromisoformat(day).date())
    assert codes(checks.seal_keys_cover_the_year()) == found


@pytest.mark.parametrize(
    ("day", "years", "found"),
    [
        ("2026-03-01", [2026], []),
        ("2026-03-01", [2025, 2027], ["esr.W003"]),
        ("2026-12-01", [2026], ["esr.W004"]),
        ("2026-12-01", [], ["esr.W003"]),
        ("2026-12-01", [2026, 2027], []),
    ],
)
def test_attestation_keys_cover_the_year(settings, monkeypatch, day, years, found):
    keys = [seal.new_key(year) for year in years]
    settings.ATTESTATION_KEYS = keyring.Keyring(keys)
    settings.ATTESTATION_PUBLIC_KEYS = keyring.Keyring(key.public for key in keys)
    monkeypatch.setattr(timezone, "localdate", lambda: datetime.fromisoformat(day).date())
    assert codes(checks.attestation_keys_cover_the_year()) == found


def test_a_public_half_that_would_go_with_its_secret_is_noticed(settings):
    key = seal.new_key(timezone.localdate().year - 1)
    settings.ATTESTATION_KEYS = keyring.Keyring([*settings.ATTESTATION_KEYS.keys, key])
    settings.ATTESTATION_PUBLIC_KEYS = keyring.Keyring(key.public for key in settings.ATTESTATION_KEYS.keys[:-1])
    (warning,) = checks.attestation_keys_cover_the_year()
    assert (warning.id, key.kid in warning.msg) == ("esr.W005", True)


# --- The database -----------------------------------------------------------------------------------------------------


@pytest.fixture
def ask(monkeypatch, django_db_blocker):
    """Run the check on a database of these settings."""
    handlers = []

    def asked(database: dict) -> list[str]:
        handler = ConnectionHandler({"default": database})
        handlers.append(handler)
        monkeypatch.setattr(checks, "connections", handler)
        with django_db_blocker.unblock():
            return codes(checks.database_keeps_what_it_acknowledges(databases=["default"]))

    yield asked
    for handler in handlers:
        handler.close_all()


def test_no_database_is_asked_unless_it_is_named():
    assert checks.database_keeps_what_it_acknowledges(databases=None) == []


SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, []),
        ({"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=EXTRA;"}, []),
        ({"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"}, ["esr.E005"]),
        ({"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"}, ["esr.E005"]),
        ({"init_command": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;"}, ["esr.E009"]),
        ({"transaction_mode": None}, ["esr.E010"]),
        ({"timeout": 1}, ["esr.E007"]),
    ],
)
def test_sqlite(ask, tmp_path, change, found):
    name = tmp_path / "db.sqlite3"
    assert ask({"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": {**SQLITE, **change}}) == found


def test_a_database_that_nobody_proved(ask):
    assert ask({"ENGINE": "django.db.backends.dummy"}) == ["esr.E003"]


@pytest.fixture(scope="module")
def server():
    # As root it runs as another user, who may not look into pytest's own folders.
    with (
        tempfile.TemporaryDirectory(prefix="esr-checks-") as folder,
        services.postgres(Path(folder)) as url,
    ):
        yield url


@pytest.fixture
def production(monkeypatch):
    """The settings that a DATABASE_URL gives."""

    def database(url: str, **changes) -> dict:
        monkeypatch.setenv("DATABASE_URL", url)
        return {**own._database(), **changes}

    return database


@pytest.fixture
def sql(server, production, django_db_blocker):
    """Run statements as the owner of the server, and those of the second argument at the end."""
    connection = ConnectionHandler({"default": production(server, AUTOCOMMIT=True)})["default"]
    undo = []

    def run(*statements: str, then: tuple[str, ...] = ()) -> None:
        undo.extend(then)
        with django_db_blocker.unblock():
            for statement in statements:
                connection.cursor().execute(statement)

    yield run
    run(*undo)
    connection.close()


@pytest.mark.postgresql
def test_postgresql_as_it_comes(ask, server, production):
    assert ask(production(server)) == []


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("change", "undo"),
    [
        ("ALTER ROLE esr SET synchronous_commit = off", "ALTER ROLE esr RESET ALL"),
        ("ALTER ROLE esr SET synchronous_commit = local", "ALTER ROLE esr RESET ALL"),
        ("ALTER DATABASE postgres SET synchronous_commit = off", "ALTER DATABASE postgres RESET ALL"),
    ],
)
def test_postgresql_that_commits_later_for_this_role_or_database(ask, server, production, sql, change, undo):
    sql(change, then=(undo,))
    assert ask(production(server)) == ["esr.E005"]


@pytest.mark.postgresql
@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_postgresql_that_does_not_write_to_the_disk(ask, server, production, sql, name):
    reload = "SELECT pg_reload_conf(), pg_sleep(0.3)"
    sql(f"ALTER SYSTEM SET {name} = off", reload, then=(f"ALTER SYSTEM RESET {name}", reload))
    assert ask(production(server)) == ["esr.E005"]


@pytest.mark.postgresql
def test_a_table_that_a_crash_empties(ask, server, production, sql):
    sql("CREATE UNLOGGED TABLE quick (n int)", then=("DROP TABLE quick",))
    assert ask(production(server)) == ["esr.E006"]


@pytest.mark.postgresql
def test_waits_without_end(ask, server, production):
    address = f"{server}?options=-c%20lock_timeout=4s%20-c%20idle_in_transaction_session_timeout=60s"
    assert ask(production(address)) == ["esr.E007"]  # statement_timeout
    options = production(server)["OPTIONS"]
    options.pop("connect_timeout")
    assert ask(production(server, OPTIONS=options)) == ["esr.E007"]
    assert ask(production(server, OPTIONS={})) == ["esr.E007"] * 4


@pytest.mark.postgresql
def test_connections_that_nobody_checks(ask, server, production):
    assert ask(production(server, CONN_HEALTH_CHECKS=False)) == ["esr.E008"]
    assert ask(production(server, CONN_HEALTH_CHECKS=False, CONN_MAX_AGE=0)) == []


@pytest.mark.postgresql
def test_a_primary_that_waits_for_no_replica(ask, server, production, sql):
    """Of one server alone nothing is asked; of several, that an acknowledged answer is on two."""
    parts = urlsplit(server)
    address = f"postgres://{parts.username}@{parts.path}?host=127.0.0.1,127.0.0.1&port={parts.port},{parts.port}"
    address += "&target_session_attrs=read-write"
    assert ask(production(address)) == ["esr.E012"]
    reload = "SELECT pg_reload_conf(), pg_sleep(0.3)"
    # Local commits: there is no replica that could answer.
    wait = "SET synchronous_commit = local"
    sql(
        wait,
        "ALTER SYSTEM SET synchronous_standby_names = 'nobody'",
        reload,
        then=(wait, "ALTER SYSTEM RESET synchronous_standby_names", reload),
    )
    assert ask(production(address)) == []


def test_a_database_that_does_not_answer(ask, production):
    assert ask(production(f"postgres://esr@127.0.0.1:{services.free_port()}/postgres")) == ["esr.E004"]


# --- The command of a deployment --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("address", "code"), [("https://examens.example.org", 0), ("http://examens.example.org", 1)])
def test_the_command_refuses_the_deployment(tmp_path, address, code):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**kept, "DATA_DIR": str(tmp_path), "SITE_URL": address, "SECRET_KEY": "k0-" * 25 + "unlike"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--database", "default"]
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (run.returncode, "esr.E001" in run.stderr) == (code, bool(code))


@pytest.mark.parametrize(("years", "found"), [((0,), []), ((), ["esr.W007"]), ((-1,), ["esr.W007"])])
def test_log_keys_cover_the_year(settings, monkeypatch, years, found):
    monkeypatch.setattr(checks.timezone, "localdate", lambda: date(2026, 5, 2))
    settings.LOG_KEYS = keyring.Keyring(logs.new_key(2026 + n) for n in years)
    assert [warning.id for warning in checks.log_keys_cover_the_year()] == found


def test_in_december_the_log_s_next_key_is_asked_for(settings, monkeypatch):
    monkeypatch.setattr(checks.timezone, "localdate", lambda: date(2026, 12, 1))
    settings.LOG_KEYS = keyring.Keyring([logs.new_key(2026)])
    assert ["2027" in warning.msg for warning in checks.log_keys_cover_the_year()] == [True]


def test_administrators_give_a_code(settings):
    assert checks.administrators_give_a_code() == []
    settings.ADMIN_TOTP_REQUIRED = False
    assert [error.id for error in checks.administrators_give_a_code()] == ["esr.E011"]
