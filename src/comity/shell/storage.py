"""When nothing can be stored: the disk is full, or the database does not answer. Said as that, and not as a fault.

An act is durable or it is not there. When a database goes away in the midst of a commit, nobody knows which: the same
sending then settles it, for it makes one record.
"""

import sqlite3

from django.db import DatabaseError, InterfaceError, OperationalError

from comity.kernel.disk import FULL
from comity.kernel.errors import DomainError
from comity.kernel.text import N_

_PG_FULL = "53100"  # disk_full
# Of SQLite, by primary code: what another moment or an administrator mends, and no change of the program.
_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
    }
)


class NoRoom(DomainError):
    """The disk of the node or of its database is full."""

    message = N_(
        "The disk of this node is full, so nothing can be saved just now. What was saved before is safe and can be "
        "read. Tell your administrator, and send this again when there is room."
    )


class StoreAway(DomainError):
    """The database does not answer, or cannot write; an act that it was just keeping may be there."""

    message = N_(
        "The store of this node does not answer just now. Send this again in a moment: however often it is sent, it is "
        "saved once. Tell your administrator when it happens again."
    )


def refusal_of(error: BaseException | None) -> DomainError | None:
    """What an error of storing says to a person; None for an error of another sort."""
    if isinstance(error, OSError):
        return NoRoom() if error.errno in FULL else None
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        return NoRoom() if code == sqlite3.SQLITE_FULL else StoreAway() if code in _AWAY else None
    if getattr(cause, "sqlstate", None) == _PG_FULL:
        return NoRoom()
    return StoreAway() if isinstance(error, OperationalError | InterfaceError) else None
