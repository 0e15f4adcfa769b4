"""Statements that are asked so often that making and planning them anew would cost more than they do.

PostgreSQL plans each once per connection, and libpq is given them as they are: a cursor would work out for each again
what its types are. With a pooler between, it has to keep prepared statements (PgBouncer 1.21 or newer does).
"""

import re
from collections.abc import Sequence
from itertools import count
from weakref import WeakKeyDictionary

import psycopg
from django.db import InterfaceError, OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus

Values = Sequence[object]  # that the database understands as text

_DONE = ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK
_numbers = count()
_names: WeakKeyDictionary[psycopg.Connection, dict[str, bytes]] = WeakKeyDictionary()


def one_row(query: str, values: Values) -> tuple | None:
    """The first row of a query that only reads; on PostgreSQL its values are text, outside a transaction.

    A connection that was lost while nobody used it is made again when it is missed: asking before each use whether it
    is there costs a tenth of a save.
    """
    connection = connections["default"]
    connection.health_check_done = True
    try:
        return _row(connection, query, values)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return _row(connection, query, values)


def changed(query: str, values: Values) -> int:
    """Execute and say how many rows that changed: committed at once, outside a transaction."""
    connection = connections["default"]
    if _goes_through_django(connection):
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.rowcount
    return _execute(connection, query, values).command_tuples


def _row(connection: BaseDatabaseWrapper, query: str, values: Values) -> tuple | None:
    if _goes_through_django(connection):
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchone()
    result = _execute(connection, query, values)
    if not result.ntuples:
        return None
    found = [result.get_value(0, column) for column in range(result.nfields)]
    return tuple([None if value is None else value.decode() for value in found])


def _goes_through_django(connection: BaseDatabaseWrapper) -> bool:
    """A transaction begins with Django's first statement in it, and a log of queries is Django's too."""
    return connection.vendor != "postgresql" or connection.in_atomic_block or connection.queries_logged


def _execute(connection: BaseDatabaseWrapper, query: str, values: Values):
    connection.ensure_connection()
    with connection.wrap_database_errors:
        pgconn = connection.connection.pgconn
        names = _names.setdefault(connection.connection, {})
        try:
            if query not in names:
                names[query] = _prepared(pgconn, query)
            return _check(pgconn, pgconn.exec_prepared(names[query], [str(value).encode() for value in values]))
        except psycopg.Error:
            names.clear()  # a plan may be what is wrong: a migration changed a column's type
            raise


def _prepared(pgconn, query: str) -> bytes:
    name, places = b"esr_%d" % next(_numbers), count(1)
    _check(pgconn, pgconn.prepare(name, re.sub("%s", lambda _: f"${next(places)}", query).encode()))
    return name


def _check(pgconn, result):
    if result.status in _DONE:
        return result
    if pgconn.status == ConnStatus.BAD:  # which has no code of its own
        raise psycopg.OperationalError(result.get_error_message())
    raise error_from_result(result)
