"""The new node: made from a parcel, and served only when it was told that the old one has let go.

`python -m comity.config.moving.arrival adopt|settle TOKEN`, with COMITY_HOME set, in a process of its own: the old node
and the new one have each a database.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from comity.config.moving.parcel import FOLDER, TOKEN, bytes_of, lines

_AT_ONCE = 250


class Spoilt(Exception):
    """The parcel or what was made of it is not whole."""


def adopt(folder: Path, at: datetime) -> None:
    """Make the tables and everything in them, in one transaction; the party is here, and not hosted yet."""
    from django.db import transaction

    from comity.config.commands import migrate
    from comity.labels.queries import steady
    from comity.parties.models import Party

    migrate()
    with transaction.atomic(durable=True), steady():
        _take_in(folder, at)
        Party.objects.filter(hosted=True).update(hosted=False)
    _check()


def _take_in(folder: Path, at: datetime) -> None:
    from comity.parties.models import Party
    from comity.records.models import Handle
    from comity.records.tables import stubs

    about: dict[str, Any] = {}
    handles: list[dict[str, Any]] = []
    for what, facts in _some_at_once(folder):
        if what == "about":
            about = facts[0]
        elif what == "party":
            for one in facts:
                Party.objects.create(**one, hosted=one["pk"] == about["party"])
        elif what == "handle":
            handles += facts  # the records come after them
        else:
            _SORTS[what](facts, at)
    records = stubs({_rid(one["record"]) for one in handles})
    Handle.objects.bulk_create(Handle(**{**one, "record": records[_rid(one["record"])]}) for one in handles)


def _manifests(facts: Sequence[dict[str, Any]], at: datetime) -> None:
    from comity.audit.log import Leaf, append
    from comity.parties.models import Manifest

    for one in facts:
        data = bytes_of(one["data"]) or b""
        Manifest.objects.create(**{**one, "data": data})
        said = {"version": one["version"], "sha256": hashlib.sha256(data).hexdigest()}
        append([Leaf("manifest", one["party_id"], "", "", said)], at)


def _labels(facts: Sequence[dict[str, Any]], _at: datetime) -> None:
    from comity.labels.domain import Label
    from comity.labels.queries import intern

    for one in facts:
        intern(Label.of(one["body"]))


def _purged(facts: Sequence[dict[str, Any]], at: datetime) -> None:
    from comity.audit.log import Leaf, append

    append([Leaf(**one) for one in facts], at)


def _rid(text: str) -> Any:
    from comity.kernel.ids import RecordId

    return RecordId.parse(text)


def _some_at_once(folder: Path) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The lines, some of one sort at a time."""
    for what, several in groupby(lines(folder), key=itemgetter(0)):
        while some := [facts for _, facts in islice(several, _AT_ONCE)]:
            yield what, some


def _insert(rows: Sequence[dict[str, Any]], _at: datetime) -> None:
    """Rows with their keys as they were; a second factor is encrypted under this node's secret."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import encrypt
    from django.core import serializers

    from comity.config.moving.packing import SECRETS

    for model, several in groupby(serializers.deserialize("python", rows), key=lambda one: type(one.object)):
        objects = [one.object for one in several]
        for one in objects:
            if isinstance(one, Authenticator):
                one.data = {name: encrypt(said) if name in SECRETS else said for name, said in one.data.items()}
        model._base_manager.bulk_create(objects, batch_size=_AT_ONCE)  # noqa: SLF001  (documented)


def _revisions(facts: Sequence[dict[str, Any]], at: datetime) -> None:
    """The party's own revisions as they are, then what came with them of others, as copies are always taken in."""
    from comity.records.receive import Received, receive

    if own := [one for one in facts if one["own"]]:
        _own(own, at)
    others = sorted((one for one in facts if not one["own"]), key=lambda one: str(_rid(one["record"]).party))
    for party, several in groupby(others, key=lambda one: _rid(one["record"]).party):
        copies = [Received(bytes_of(one["salt"]) or b"", bytes_of(one["data"]) or b"") for one in several]
        outcome = receive(copies, party=party, at=at)
        if outcome.held:
            raise Spoilt(f"a copy cannot be taken in: {next(iter(outcome.held.values()))}")


def _own(facts: Sequence[dict[str, Any]], at: datetime) -> None:
    from comity.audit.log import Leaf, append
    from comity.records import search
    from comity.records.envelope import commitment, decode
    from comity.records.kinds import kind_named
    from comity.records.models import Record, Revision
    from comity.records.tables import State, apply, stubs

    records = stubs({_rid(one["record"]) for one in facts})
    leaves = [
        Leaf(
            "adopted",
            str(_rid(one["record"]).party),
            one["actor"],
            one["record"],
            {"commitment": one["commitment"], "kind": one["kind"], "revision": one["number"]},
        )
        for one in facts
    ]
    start = append(leaves, at)
    latest: dict[Any, tuple[dict[str, Any], int]] = {}
    rows = []
    for index, one in enumerate(facts, start):
        rid, salt, data = _rid(one["record"]), bytes_of(one["salt"]), bytes_of(one["data"])
        if data is not None and commitment(salt or b"", data).hex() != one["commitment"]:
            raise Spoilt(f"revision {one['number']} of {rid} is not what was logged")
        rows.append(
            Revision(
                record=records[rid],
                number=one["number"],
                log_index=index,
                label_id=one["label"],
                at=datetime.fromisoformat(one["at"]),
                actor=one["actor"],
                commitment=bytes.fromhex(one["commitment"]),
                salt=salt,
                body=data,
            )
        )
        latest[rid] = (one, index)
    Revision.objects.system("adopted").bulk_create(rows)
    states: dict[str, list[State]] = {}
    for rid, (one, index) in latest.items():
        record = records[rid]
        record.revision, record.log_index, record.kind = one["number"], index, one["kind"]
        record.label_id, record.purged = one["label"], one["data"] is None
        if (data := bytes_of(one["data"])) is not None:
            states.setdefault(one["kind"], []).append((record, one["label"], decode(data).body))
    changed = ["revision", "log_index", "kind", "label", "purged"]
    Record.objects.system("adopted").bulk_update([records[rid] for rid in latest], changed)
    for name, some in states.items():
        apply(kind_named(name), some)
        search.index({record.pk: (label_id, name, body) for record, label_id, body in some})


_SORTS = {"manifest": _manifests, "label": _labels, "row": _insert, "revision": _revisions, "purged": _purged}


def _check() -> None:
    """The log verifies, and the tables say what the revisions say; else this never becomes a node."""
    from comity.records.rebuild import differences
    from comity.records.verification import verify_log

    if problem := verify_log():
        raise Spoilt(str(problem))
    if difference := next(differences(), None):
        raise Spoilt(difference)


def settle(home: Path, token: str, at: datetime) -> None:
    """Host the party from now on; done again, it changes nothing."""
    from django.db import transaction

    from comity.audit.log import Leaf, append
    from comity.audit.models import Entry
    from comity.config.checkpoints import sign_all
    from comity.kernel import canonical
    from comity.kernel.ids import PartyId
    from comity.parties import keys
    from comity.parties.manifest import Purpose
    from comity.parties.models import Party
    from comity.parties.signing import public_key

    folder = home / FOLDER
    for entry in Entry.objects.system("whether the party came already").filter(event="moved-here"):
        facts: Any = canonical.decode(bytes(entry.data))
        if facts["facts"]["token"] == token:
            shutil.rmtree(folder, ignore_errors=True)
            return
    if not folder.is_dir() or (folder / TOKEN).read_text().rpartition(" ")[2] != token:
        raise Spoilt(f"{home} does not hold what was moved there")
    _, about = next(iter(lines(folder)))
    party = PartyId(about["party"])
    for purpose in Purpose:  # or this node could not speak for it; a root key may be kept elsewhere
        if purpose is not Purpose.ROOT:
            keys.read(home, party, purpose, public_key(party, purpose.value))
    with transaction.atomic(durable=True):
        Party.objects.filter(pk=party).update(hosted=True)
        facts = {"token": token, "size": about["size"], "root": about["root"]}
        append([Leaf("moved-here", party, "", "", facts)], at)
    sign_all(at=at)
    shutil.rmtree(folder)


def main(what: str, token: str) -> int:
    """Carry out one step; what is wrong goes to standard error."""
    import django

    from comity.config import node
    from comity.kernel.clock import now

    os.umask(0o077)
    django.setup()
    from comity.kernel.errors import DomainError
    from comity.parties.keys import KeyMissing

    try:
        if what == "adopt":
            adopt(node.home() / FOLDER, now())
        else:
            settle(node.home(), token, now())
    except (Spoilt, DomainError, KeyMissing, OSError, ValueError, json.JSONDecodeError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
