"""What a deployment must be before a candidate may trust it: `manage.py check --deploy --database default`.

A kill -9 is not a power cut. What the fault harness proves holds only on a database that writes to the disk before it
says so; these checks ask the database itself, on the connection of the web server (design: delivery).
"""

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.db import DatabaseError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

KEEPS = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_apply"},
}
LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
SQLITE_SYNCHRONOUS = {2: "FULL", 3: "EXTRA"}


@register(Tags.security, deploy=True)
def served_over_https(app_configs=None, **kwargs) -> list[Error]:
    if settings.HTTPS:
        return []
    return [
        Error(
            f"The platform is not served over HTTPS: SITE_URL is {settings.SITE_URL}.",
            hint="Answers and tokens would cross the network in the clear, and browsers refuse WebCrypto and "
            "IndexedDB's durability without it. Set SITE_URL to the https:// address that people type.",
            id="esr.E001",
        )
    ]


@register(Tags.security, deploy=True)
def seal_keys_cover_the_year(app_configs=None, **kwargs) -> list[Error | Warning]:
    today = timezone.localdate()
    hint = "Make it with `manage.py seal_keys`, and add it to SEAL_KEYS or to SEAL_KEYS_FILE."
    if settings.SEAL_KEYS.sealing(today.year) is None:
        return [Error(f"There is no key to seal the result files of {today.year}.", hint=hint, id="esr.E002")]
    if today.month == 12 and settings.SEAL_KEYS.sealing(today.year + 1) is None:
        return [Warning(f"There is no key yet for the result files of {today.year + 1}.", hint=hint, id="esr.W002")]
    return []


@register(Tags.security, deploy=True)
def attestation_keys_cover_the_year(app_configs=None, **kwargs) -> list[Warning]:
    """Warnings: an attestation without a seal is worth as much as one of the years before there were any."""
    today = timezone.localdate()
    keys, kept = settings.ATTESTATION_KEYS, settings.ATTESTATION_PUBLIC_KEYS
    hint = "Make it with `manage.py attestation_keys create`, and add it as the command says (docs/seal.md)."
    found = []
    if keys.sealing(today.year) is None:
        found.append(Warning(f"The attestations of {today.year} are printed without a seal.", hint=hint, id="esr.W003"))
    elif today.month == 12 and keys.sealing(today.year + 1) is None:
        found.append(
            Warning(f"There is no key yet for the attestations of {today.year + 1}.", hint=hint, id="esr.W004")
        )
    found += [
        Warning(
            f"The public half of the attestation key {key.kid} is kept nowhere else.",
            hint="Without it nobody could verify these attestations once the secret is gone: add the line that "
            "`manage.py attestation_keys list` shows to ATTESTATION_PUBLIC_KEYS or to its file.",
            id="esr.W005",
        )
        for key in keys.keys
        if not kept.named(key.kid)
    ]
    return found


@register(Tags.security, deploy=True)
def the_law_is_answered(app_configs=None, **kwargs) -> list[Warning]:
    missing = settings.LEGAL.missing()
    if not missing:
        return []
    return [
        Warning(
            "The pages that the law asks for do not name everybody they must: " + ", ".join(missing) + ".",
            hint="Copy docs/legal.toml, fill it in, and set LEGAL_FILE to its path.",
            id="esr.W006",
        )
    ]


@register(Tags.security, deploy=True)
def log_keys_cover_the_year(app_configs=None, **kwargs) -> list[Warning]:
    today = timezone.localdate()
    wanted = [today.year, today.year + 1] if today.month == 12 else [today.year]
    return [
        Warning(
            f"There is no key for the log's pseudonyms of {year}: each process makes up names of its own.",
            hint="Make it with `manage.py log_keys create`, and add it to LOG_KEYS or to LOG_KEYS_FILE.",
            id="esr.W007",
        )
        for year in wanted
        if settings.LOG_KEYS.sealing(year) is None
    ]


@register(Tags.security, deploy=True)
def administrators_give_a_code(app_configs=None, **kwargs) -> list[Error]:
    if settings.ADMIN_TOTP_REQUIRED:
        return []
    return [
        Error(
            "Administrators enter with a password alone: ADMIN_TOTP_REQUIRED is False.",
            hint="Take it out of the environment: only a demonstration does without the telephone's code.",
            id="esr.E011",
        )
    ]


@register(Tags.database, deploy=True)
def database_keeps_what_it_acknowledges(app_configs=None, databases: Sequence[str] | None = None, **kwargs):
    """Only of the databases named by `--database`, as Django's own checks."""
    return [error for alias in databases or () for error in _faults_of(connections[alias])]


def _faults_of(connection: BaseDatabaseWrapper) -> Iterable[Error]:
    look = {"postgresql": _postgresql, "sqlite": _sqlite}.get(connection.vendor)
    if look is None:
        return [Error(f"{connection.vendor} is not known to keep what it acknowledges.", id="esr.E003")]
    try:
        return list(look(connection))
    except DatabaseError as error:
        return [Error(f"The database « {connection.alias} » does not answer: {error}", id="esr.E004")]


def _postgresql(connection: BaseDatabaseWrapper) -> Iterable[Error]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
            [[*KEEPS, *LIMITS, "synchronous_standby_names"]],
        )
        found = dict(cursor.fetchall())
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relpersistence = 'u'")
        unlogged = [name for (name,) in cursor.fetchall()]
    for name, wanted in KEEPS.items():
        if found[name] not in wanted:
            yield Error(
                f"PostgreSQL's {name} is {found[name]}: it acknowledges answers that a crash takes back.",
                hint=f"Set it to on for the server, the database and the role (SHOW {name} as the web server's role).",
                id="esr.E005",
            )
    if len(_hosts(connection)) > 1 and not found["synchronous_standby_names"]:
        yield Error(
            "DATABASE_URL names several servers, and the primary waits for no replica: a failover takes back what was "
            "acknowledged and not copied yet.",
            hint="Set synchronous_standby_names, like 'ANY 1 (a, b)', on every server (docs/faults.md).",
            id="esr.E012",
        )
    for name in unlogged:
        yield Error(f"The table {name} is UNLOGGED: a crash empties it.", id="esr.E006")
    missing = [name for name in LIMITS if found[name] == "0"]
    if "connect_timeout" not in connection.settings_dict["OPTIONS"]:
        missing.append("connect_timeout")
    for name in missing:
        yield Error(
            f"PostgreSQL's {name} is not set: a wait without end takes the web server's threads one by one.",
            hint="esr.settings sets it; a parameter of DATABASE_URL, such as `options`, replaces that.",
            id="esr.E007",
        )
    if connection.settings_dict["CONN_MAX_AGE"] != 0 and not connection.settings_dict["CONN_HEALTH_CHECKS"]:
        yield Error(
            "Connections are kept and not checked: after a restart of PostgreSQL each would fail one more request.",
            hint="Leave conn_health_checks to esr.settings.",
            id="esr.E008",
        )


def _hosts(connection: BaseDatabaseWrapper) -> list[str]:
    """The servers among which the platform looks for the one that takes writes."""
    return str(connection.settings_dict["OPTIONS"].get("host", "")).split(",")


def _sqlite(connection: BaseDatabaseWrapper) -> Iterable[Error]:
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
        busy = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
    if journal != "wal":
        yield Error(f"SQLite's journal_mode is {journal}: readers and writers wait for each other.", id="esr.E009")
    if synchronous not in SQLITE_SYNCHRONOUS:
        yield Error(
            f"SQLite's synchronous is {synchronous}: it acknowledges answers that a power cut takes back.",
            hint="FULL, in the init_command of esr.settings.",
            id="esr.E005",
        )
    if connection.transaction_mode != "IMMEDIATE":
        yield Error("SQLite's transactions are not IMMEDIATE: two writers would fail each other.", id="esr.E010")
    if busy < 5000:
        yield Error(f"SQLite waits for {busy} ms: concurrent writers would fail instead of queueing.", id="esr.E007")
