"""`comity party`: what is done with the keys of a hosted party, by whoever keeps its root key."""

from __future__ import annotations

import getpass
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import datetime

from comity.audit.log import head
from comity.audit.proofs import consistency
from comity.config import node
from comity.config.beginning import NoSuchParty
from comity.federation.models import Feed
from comity.kernel.errors import DomainError, NotFound, require
from comity.kernel.ids import BadId, PartyId, parse_party_id
from comity.kernel.text import N_
from comity.parties import fingerprint, keeping, rotation
from comity.parties.actions import renew_manifest
from comity.parties.manifest import BadManifest, LogEnd, Purpose, Step
from comity.parties.models import Party
from comity.parties.queries import newest


class NotTheSame(DomainError):
    """A passphrase that was mistyped would lock the key away for good."""

    message = N_("The two passphrases are not the same. Nothing was done.")


class NoLogEnd(DomainError):
    """A revocation of an audit key names a size and a root of the log exactly."""

    message = N_("“%(given)s” is no end of this log: say once its size and its root then, with / between.")


class NoStep(DomainError):
    """A revocation names the last good step of a feed exactly."""

    message = N_("“%(given)s” is no step: say channel, incarnation, number and hash with / between.")


def carry_out(asked: Namespace, *, at: datetime) -> Iterator[str]:
    """Do what was asked; says what was done, a line each. Raises DomainErrors."""
    hosted = Party.objects.filter(hosted=True).order_by("handle")
    row = (Party.objects if asked.party == "fingerprint" else hosted).filter(handle=asked.handle).first()
    if row is None:
        raise NoSuchParty(hosted=", ".join(hosted.values_list("handle", flat=True)))
    yield from _ACTS[asked.party](asked, PartyId(row.pk), at)


def _fingerprint(_asked: Namespace, party: PartyId, _at: datetime) -> Iterator[str]:
    yield party
    for language in fingerprint.LANGUAGES:
        yield " ".join(fingerprint.words_of(party, language))


def _renew(asked: Namespace, party: PartyId, at: datetime) -> Iterator[str]:
    renew_manifest(party=party, home=node.home(), at=at, endpoints=asked.endpoint or None)
    yield _holds(party)


def _rotate(asked: Namespace, party: PartyId, at: datetime) -> Iterator[str]:
    purposes = (*rotation.DAILY, Purpose.ROOT) if asked.root else rotation.DAILY
    rotation.rotate(party=party, home=node.home(), at=at, purposes=purposes)
    yield f"New keys: {', '.join(purpose.value for purpose in purposes)}. {_holds(party)}"
    if asked.root:
        yield "Export the new root key, and take it away from the node: comity party export-root"


def _revoke(asked: Namespace, party: PartyId, at: datetime) -> Iterator[str]:
    if asked.key == Purpose.AUDIT:
        yield from _revoke_audit(asked, party, at)
        return
    own = Feed.objects.filter(party_id=party, own=True, seq__gt=0).order_by("channel", "incarnation")
    named = [_step(given) for given in asked.good]
    last = named or [Step(feed.channel, feed.incarnation, feed.seq, feed.head) for feed in own]
    try:
        rotation.revoke(party=party, last=last, home=node.home(), at=at)
    except BadManifest as error:
        raise NoStep(given=" ".join(asked.good)) from error
    yield f"The release key is revoked, and there is a new one. {_holds(party)}"
    for step in last:
        yield f"Good up to: {step.channel}/{step.incarnation}/{step.seq}/{step.head}"


def _revoke_audit(asked: Namespace, party: PartyId, at: datetime) -> Iterator[str]:
    """Up to a size and root that the operator kept, which this log must have; without one, up to where it goes now."""
    end = head()
    log = _log_end(asked.good[0]) if asked.good else LogEnd(end.size, end.root.hex())
    require(len(asked.good) < 2 and _has(log), NoLogEnd(given=" ".join(asked.good)))
    rotation.revoke_audit(party=party, log=log, home=node.home(), at=at)
    yield f"The audit key is revoked, and there is a new one. {_holds(party)}"
    yield f"Good up to: {log.size}/{log.root}"


def _log_end(given: str) -> LogEnd:
    size, _, root = given.partition("/")
    if not (size.isascii() and size.isdecimal() and len(size) < 19):
        raise NoLogEnd(given=given)
    return LogEnd(int(size), root)


def _has(end: LogEnd) -> bool:
    """Whether the log of this node had that root when it was of that size."""
    try:
        return end.size > 0 and consistency(end.size).first_root.hex() == end.root
    except NotFound:
        return False


def _step(given: str) -> Step:
    try:
        channel, incarnation, seq, head = given.split("/")
        return Step(parse_party_id(channel), incarnation, int(seq), head)
    except (ValueError, BadId) as error:
        raise NoStep(given=given) from error


def _holds(party: PartyId) -> str:
    said = newest(party)
    return f"Manifest {said.version} holds until {said.expires.date().isoformat()}."


def _export(asked: Namespace, party: PartyId, _at: datetime) -> Iterator[str]:
    phrase = _passphrase()
    if sys.stdin.isatty():
        require(_passphrase("Again: ") == phrase, NotTheSame)
    keeping.export_root(party=party, file=asked.file, passphrase=phrase, home=node.home())
    yield f"Wrote {asked.file}, and opened it again. The root key is still on this node."


def _remove(asked: Namespace, party: PartyId, _at: datetime) -> Iterator[str]:
    keeping.remove_root(party=party, file=asked.file, passphrase=_passphrase(), home=node.home())
    yield f"The root key is no longer on this node; {asked.file} holds it."


def _import(asked: Namespace, party: PartyId, _at: datetime) -> Iterator[str]:
    keeping.import_root(party=party, file=asked.file, passphrase=_passphrase(), home=node.home())
    yield "The root key is on this node. Take it away again when you are done: comity party remove-root"


def _passphrase(asked: str = "Passphrase: ") -> str:
    """From the terminal, unseen; else the first line of standard input."""
    return getpass.getpass(asked) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


_ACTS: dict[str, Callable[[Namespace, PartyId, datetime], Iterator[str]]] = {
    "fingerprint": _fingerprint,
    "renew": _renew,
    "rotate": _rotate,
    "revoke": _revoke,
    "export-root": _export,
    "remove-root": _remove,
    "import-root": _import,
}
