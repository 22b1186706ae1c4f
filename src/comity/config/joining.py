"""`comity join`: two nodes join without a browser."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from comity.accounts.domain import operator
from comity.config.beginning import hosted_party
from comity.federation.joining import actions, queries
from comity.federation.joining.documents import MAX_BYTES
from comity.federation.joining.domain import NotNow, State
from comity.federation.models import Joining
from comity.kernel import disk
from comity.kernel.errors import require
from comity.kernel.ids import PartyId
from comity.labels.subject import Subject
from comity.parties import fingerprint
from comity.parties.keeping import FileExists


def carry_out(asked: Namespace, *, at: datetime) -> Iterator[str]:
    """Do what was asked, as the operator of our party; says what was done, a line each. Raises DomainErrors."""
    party = hosted_party(asked.party)
    yield from _ACTS[asked.join](asked, operator(PartyId(party.pk)), at)


def _invite(asked: Namespace, actor: Subject, at: datetime) -> Iterator[str]:
    require(not asked.file.exists(), FileExists(file=asked.file))
    row = actions.invite(purpose="", actor=actor, at=at)
    _write(asked.file, bytes(row.ours))
    yield f"{row.pk}: wrote {asked.file}, which holds until {row.expires.date().isoformat()}. Our fingerprint:"
    yield from _words(actor.party)


def _open(asked: Namespace, actor: Subject, at: datetime) -> Iterator[str]:
    with asked.file.open("rb") as stream:
        row = actions.take(data=stream.read(MAX_BYTES + 1), actor=actor, at=at)
    yield from _line(row)
    if row.state in {State.OPENED, State.ANSWERED}:
        yield "Let its people read their fingerprint to you. It must be:"
        yield from _words(PartyId(row.other))


def _confirm(asked: Namespace, actor: Subject, at: datetime) -> Iterator[str]:
    row = actions.confirm(joining=asked.number, words=" ".join(asked.words), actor=actor, at=at)
    yield from _line(row)


def _answer(asked: Namespace, actor: Subject, _at: datetime) -> Iterator[str]:
    row = queries.joining_of(actor.party, asked.number)
    require(row.state == State.JOINED and not row.inviting, NotNow)
    _write(asked.file, bytes(row.ours))
    yield f"Wrote {asked.file}: hand it to the party that invited you. Our fingerprint:"
    yield from _words(actor.party)


def _leave(asked: Namespace, actor: Subject, at: datetime) -> Iterator[str]:
    require(not asked.file.exists(), FileExists(file=asked.file))
    row = actions.leave(joining=asked.number, actor=actor, at=at)
    _write(asked.file, bytes(row.ours))
    yield from _line(row)


def _remove(asked: Namespace, actor: Subject, at: datetime) -> Iterator[str]:
    yield from _line(actions.remove(joining=asked.number, actor=actor, at=at))


def _list(_asked: Namespace, actor: Subject, _at: datetime) -> Iterator[str]:
    for row in queries.joinings_of(actor.party):
        yield from _line(row)


def _line(row: Joining) -> Iterator[str]:
    yield f"{row.pk}: {row.state} {queries.name_of(row) or '(nobody yet)'} {row.other}".rstrip()


def _words(party: PartyId) -> Iterator[str]:
    for language in fingerprint.LANGUAGES:
        yield " ".join(fingerprint.words_of(party, language))


def _write(file: Path, data: bytes) -> None:
    try:
        disk.write_new(file, data)
    except FileExistsError as error:
        raise FileExists(file=file) from error


_ACTS: dict[str, Callable[[Namespace, Subject, datetime], Iterator[str]]] = {
    "invite": _invite,
    "open": _open,
    "confirm": _confirm,
    "answer": _answer,
    "leave": _leave,
    "remove": _remove,
    "list": _list,
}
