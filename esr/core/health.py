"""Whether this process may be asked something: what load balancers and supervisors of services want to know.

Alive is a process that answers at all; whoever is not is started again. Ready is one that has what a candidate needs,
which is the database with the tables that this code expects; whoever is not is asked nothing for a while. The cache is
told of and never waited for: an exam goes on without it.
"""

from django.core.cache import cache
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

_PROBE = "ready"
_migrated = False  # once found, of this process: tables do not go back


def database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return False
    return True


def migrated() -> bool:
    """Whether the database has all migrations of this code; it may have later ones, of the code that comes."""
    global _migrated
    if not _migrated:
        try:
            executor = MigrationExecutor(connection)
            _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except Error:
            return False
    return _migrated


def cached() -> bool:
    """Whether the cache that all processes share answers."""
    away = getattr(cache, "is_away", None)
    try:
        cache.set(_PROBE, 1, 60)
        return not (away and away())
    except Exception:
        return False


def ready() -> tuple[bool, dict[str, str]]:
    """Whether to send requests here, and what each part says: ok, or what is wrong in one word."""
    there = database()
    parts = {
        "database": "ok" if there else "error",
        "migrations": "ok" if there and migrated() else "error",
        "cache": "ok" if cached() else "away",
    }
    return "error" not in parts.values(), parts
