"""What is asked of a node from the inside, by a process of its own: `python -m tests.durability.inside WHAT`.

accounts   opens the clerk's account
check      for each line of standard input, a JSON list of what is wrong with the node, [] when all is well; a
           line names an SQLite database to look at instead of the node's own, or is empty
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

PASSWORD = "a-clerk-writes-all-day"


def open_accounts() -> None:
    """A registry clerk of the host, who may enter organisations and concurrences."""
    from comity.accounts.actions import create_account
    from comity.accounts.domain import operator
    from comity.kernel.clock import now
    from comity.kernel.ids import PartyId
    from comity.labels.scale import Classification
    from comity.labels.subject import Role
    from comity.parties.models import Party

    party = PartyId(Party.objects.get(handle="host").pk)
    create_account(
        party=party,
        username="clerk",
        password=PASSWORD,
        display_name="Registry",
        language="en",
        roles=frozenset({Role.REGISTRY_CLERK}),
        clearances={"PARTNERSHIP": Classification.UNCLASSIFIED},
        actor=operator(party),
        at=now(),
    )


def faults() -> Iterator[str]:
    """What is half there: log against revisions, rows and search against revisions, keys, letters."""
    from pathlib import Path

    from django.conf import settings
    from django.db import connection

    from comity.files import store
    from comity.kernel.ids import PartyId
    from comity.parties import keys
    from comity.parties.manifest import Purpose
    from comity.parties.models import Party
    from comity.parties.signing import public_key
    from comity.records.kinds import all_kinds
    from comity.records.rebuild import differences
    from comity.records.verification import verify_log

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for (said,) in cursor.execute("PRAGMA integrity_check").fetchall():
                if said != "ok":
                    yield f"integrity: {said}"
            yield from (f"foreign key: {row}" for row in cursor.execute("PRAGMA foreign_key_check").fetchall())
    if problem := verify_log():
        yield f"log: {problem}"
    yield from differences()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_search")
        (searched,) = cursor.fetchone()
        cursor.execute("SELECT count(*), sum(CASE WHEN revision = 0 THEN 1 ELSE 0 END) FROM records_record")
        records, without = cursor.fetchone()
    if searched != records or without:
        yield f"{records} records, {without} of them without revision, {searched} search rows"
    home = Path(settings.COMITY_HOME)
    for party in Party.objects.filter(hosted=True):
        for purpose in Purpose:
            keys.read(home, PartyId(party.pk), purpose, public_key(PartyId(party.pk), purpose.value))
    for kind in all_kinds():
        for name in kind.named_files:
            for digest in kind.model.objects.system("test").exclude(**{name: ""}).values_list(name, flat=True):
                store.read(digest)


def check() -> None:
    """Answer each line, until there is none."""
    from django.db import connections

    for line in sys.stdin:
        connections["default"].close()
        if place := line.strip():
            home, _, database = place.rpartition("/")
            _look_at(home, database)
        found: list[str] = []
        try:
            found += faults()
        except Exception as error:  # noqa: BLE001  whatever it is, the state is not sound
            found.append(repr(error))
        connections["default"].close()
        sys.stdout.write(json.dumps(found) + "\n")
        sys.stdout.flush()


def _look_at(home: str, database: str) -> None:
    from django.conf import settings
    from django.db import connections

    settings.COMITY_HOME = home
    os.environ["COMITY_HOME"] = home
    for described in (settings.DATABASES["default"], connections["default"].settings_dict):
        described["NAME"] = f"{home}/{database}"


def main(asked: list[str]) -> Any:
    """Carry out what the command line names."""
    import django

    django.setup()
    return {"accounts": open_accounts, "check": check}[asked[0]]()


if __name__ == "__main__":
    main(sys.argv[1:])
