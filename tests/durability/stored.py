"""What a node has stored, read from its database as it lies on the disk; and the checks that a process inside makes."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.browser.node import environment


def marks(database: Path | str) -> Counter[str]:
    """How often each mark was saved: in a revision of an organisation (its name, else its note), in a concurrence.

    `database` is an SQLite file, or the address of a PostgreSQL database.
    """
    found = rows(database, "SELECT body FROM records_revision")
    return Counter(mark_of(json.loads(bytes(body))) for (body,) in found)


def office(database: Path | str) -> str:
    """What stands in the address of the mission's office, the first record of every node here."""
    sql = "SELECT party_id, uuid FROM records_record ORDER BY id LIMIT 1"
    ((party, uuid),) = rows(database, sql)
    return f"{party[:8]}-{UUID(str(uuid))}"


def events(database: Path | str) -> list[str]:
    """What is on the log, in order."""
    return [event for (event,) in rows(database, 'SELECT event FROM audit_entry ORDER BY "index"')]


def rows(database: Path | str, sql: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    if isinstance(database, Path):
        with closing(sqlite3.connect(database)) as opened:
            return opened.execute(sql).fetchall()
    import psycopg

    with psycopg.connect(database, autocommit=True) as connected:
        return connected.execute(sql.encode()).fetchall()


def mark_of(envelope: dict[str, dict[str, object]]) -> str:
    """The mark of one revision."""
    body = envelope["body"]
    if number := body.get("letter_number"):
        return str(number)
    note, name = body.get("note"), body.get("name")
    text = note or name
    assert isinstance(text, dict), body
    return str(text["text"]["en"]).removeprefix("Office ")


class Checker:
    """Asks a process with the node's settings what is wrong; one process for many questions."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def faults(self, database: Path | None = None) -> list[str]:
        """What is wrong with the node, or with the node around another SQLite database."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{database or ''}\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the checking process died"
        found: list[str] = json.loads(answer)
        return found


@contextmanager
def checking(home: Path, **more: str) -> Iterator[Checker]:
    """A process inside the node in `home`."""
    command = [sys.executable, "-m", "tests.durability.inside", "check"]
    env = {**environment(home), "DJANGO_SETTINGS_MODULE": "comity.config.settings", **more}
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Checker(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(30)
