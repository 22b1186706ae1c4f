"""What a node's database must promise before the node serves: an acknowledged write survives a power cut."""

import sys

from django.db import connection


def assert_durable() -> None:
    """Stop the node, with the reason, unless its database commits durably.

    SQLite: WAL with synchronous FULL. PostgreSQL: fsync and synchronous_commit on, READ COMMITTED, UTF-8.
    """
    wanted = (
        {"PRAGMA journal_mode": "wal", "PRAGMA synchronous": "2", "PRAGMA foreign_keys": "1"}
        if connection.vendor == "sqlite"
        else {
            "SHOW fsync": "on",
            "SHOW synchronous_commit": "on",
            "SHOW transaction_isolation": "read committed",
            "SHOW server_encoding": "UTF8",
        }
    )
    with connection.cursor() as cursor:
        for statement, value in wanted.items():
            cursor.execute(statement)
            found = str(cursor.fetchone()[0])
            if found != value:
                sys.exit(f"This database does not keep what it acknowledges: {statement} says {found}, not {value}.")
