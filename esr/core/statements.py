"""Statements that are asked so often that making and planning them anew would cost more than they do.

PostgreSQL plans each once per connection. With a pooler between, it has to keep prepared statements (PgBouncer 1.21 or
newer does).
"""

from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, connection
from psycopg import Cursor


def one_row(query: str, values: Sequence) -> tuple | None:
    """The first row of a query that only reads. A connection that was lost while nobody used it is made again when it
    is missed: asking before each use whether it is there costs a tenth of a save."""
    connection.health_check_done = True
    try:
        return _execute(query, values).fetchone()
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _execute(query, values).fetchone()


def changed(query: str, values: Sequence) -> int:
    """Execute and say how many rows that changed: committed at once, outside a transaction."""
    return _execute(query, values).rowcount


def _execute(query: str, values: Sequence):
    if connection.vendor != "postgresql" or connection.queries_logged:
        cursor = connection.cursor()
        cursor.execute(query, values)
        return cursor
    connection.ensure_connection()
    with connection.wrap_database_errors:
        return Cursor(connection.connection).execute(query, values, prepare=True)
