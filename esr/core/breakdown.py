"""Telling a part of the platform that is away, or full, from a defect."""

import errno
from collections.abc import Iterator

from django.db import InterfaceError, OperationalError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
_NO_ROOM_STATES = {"53100"}  # PostgreSQL's disk_full
# "cannot execute … in a read-only transaction": a connection to a server that was the primary one.
_AWAY_STATES = {"25006"}


def breakdown(error: BaseException | None) -> str:
    """What an error comes from: "full" (a disk, ours or the database's), "away" (the database), or "" for a defect."""
    errors = list(_chain(error))
    states = {getattr(e, "sqlstate", None) for e in errors}
    if states & _NO_ROOM_STATES or any(isinstance(e, OSError) and e.errno in _NO_ROOM for e in errors):
        return "full"
    if any(isinstance(e, OperationalError) and "disk is full" in str(e) for e in errors):  # SQLite's words
        return "full"
    away = any(isinstance(e, OperationalError | InterfaceError) for e in errors)
    return "away" if away or states & _AWAY_STATES else ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it arose from."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
