"""What each key of a party may sign. Whatever is not named here is refused. No Django, no state.

The signer trusts nobody who asks it: it reads the bytes it is to sign, and says no unless they are the party's own,
of a known form and, for what carries records, within what the channel may carry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from comity.audit.notes import NotANote, Note, origin_of
from comity.audit.witnessing import parse_cosigned
from comity.federation.hub import membership
from comity.federation.hub.membership import MEMBERSHIP_TYPE
from comity.federation.joining import documents
from comity.federation.joining.documents import ANSWER_TYPE, INVITATION_TYPE, LEAVING_TYPE, Leaving
from comity.federation.protocol import channel
from comity.federation.protocol.bundle import BUNDLE_TYPE, Index
from comity.federation.protocol.channel import CHANNEL_TYPE, ChannelManifest
from comity.federation.protocol.errors import ProtocolError
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.frame import FRAME_TYPE, parse_header
from comity.federation.protocol.request import REQUEST_TYPE, RequestStatement
from comity.federation.protocol.statement import (
    STATEMENT_TYPE,
    Checkpoint,
    Item,
    Revision,
    Statement,
    Unknown,
    Withdrawal,
    check_owner,
)
from comity.kernel import canonical
from comity.kernel.dsse import pae
from comity.kernel.ids import BadId, PartyId, RecordId, party_id_of
from comity.labels.scale import USE_CAVEATS
from comity.parties import manifest
from comity.parties.manifest import Purpose
from comity.records import envelope

NAME_PERSONS = ("people.person/", "people.mention/")
"""Kinds that are about a named individual whatever else they say; their marking says how they may be used."""


class Refused(ValueError):
    """Not to be signed with this key; the text says why, and quotes nothing of the message."""


def check(party: PartyId, purpose: Purpose, message: bytes, context: bytes) -> None:
    """Return if the party's key for `purpose` may sign `message`; `context` is what is needed to judge it.

    Raises:
        Refused: as it says.
    """
    _RULES[purpose](party, message, context)


def _root(party: PartyId, message: bytes, _context: bytes) -> None:
    """A root key signs manifests of its own party, and nothing else."""
    kind, data = _unwrapped(message)
    if kind != manifest.PAYLOAD_TYPE:
        raise Refused("a root key signs manifests only")
    try:
        said = manifest.parse(data)
    except manifest.BadManifest as error:
        raise Refused("this is no manifest") from error
    if (said.version == 1) != (party_id_of(data) == party):
        raise Refused("this is another party's manifest")


def _audit(party: PartyId, message: bytes, _context: bytes) -> None:
    """An audit key signs checkpoints of its own log, cosigns those of others, and says what was purged of its own."""
    if message.startswith(b"cosignature/"):
        if _origin(lambda: parse_cosigned(message)[0]) == origin_of(party):
            raise Refused("nobody is the witness of their own log")
    elif message.startswith(b"{"):
        _purge(party, message)
    elif _origin(lambda: Note.of(message)) != origin_of(party):
        raise Refused("this is the checkpoint of another log")


def _origin(read: Callable[[], Note]) -> str:
    try:
        return read().origin
    except NotANote as error:
        raise Refused("an audit key signs checkpoints and purges only") from error


def _purge(party: PartyId, message: bytes) -> None:
    try:
        said: Any = canonical.decode(message, max_bytes=65_536, max_depth=2)
        numbers = said["revisions"]
        record = RecordId.parse(said["purged"])
    except (canonical.NotCanonical, BadId, KeyError, TypeError, AttributeError) as error:
        raise Refused("an audit key signs checkpoints and purges only") from error
    if said.keys() != {"purged", "revisions"} or not isinstance(numbers, list):
        raise Refused("an audit key signs checkpoints and purges only")
    if record.party != party:
        raise Refused("only the owner of a record says that it was purged")


def _release(party: PartyId, message: bytes, context: bytes) -> None:
    """A release key signs what travels: each type by its own rule."""
    kind, data = _unwrapped(message)
    rule = _TRAVELS.get(kind)
    if rule is None:
        raise Refused("a release key does not sign this type")
    try:
        rule(party, data, context)
    except ProtocolError as error:
        raise Refused(f"{error.code}: {error}") from error


def _frame(party: PartyId, data: bytes, _context: bytes) -> None:
    header = parse_header(data)
    if header.feed.party != party:
        raise Refused("this is a step of another party's feed")
    if header.beyond:
        raise Refused("the header says something that this version does not know")


def _request(party: PartyId, data: bytes, _context: bytes) -> None:
    if RequestStatement.decode(data).sender != party:
        raise Refused("this is another party's request")


def _bundle(party: PartyId, data: bytes, _context: bytes) -> None:
    if Index.decode(data).sender != party:
        raise Refused("this is another party's bundle")


def _channel(party: PartyId, data: bytes, _context: bytes) -> None:
    said = channel.parse(data)
    if said.owner != party:
        raise Refused("this is another party's channel")
    if said.beyond:
        raise Refused("the manifest says something that this version does not know")


def _joining(party: PartyId, data: bytes, _context: bytes) -> None:
    said = documents.read(data)
    if (said.party if isinstance(said, Leaving) else said.of.party) != party:
        raise Refused("this introduces another party")


def _hub(party: PartyId, data: bytes, _context: bytes) -> None:
    if membership.read(data).of.party != party:
        raise Refused("this names the node of another party")


def _statement(party: PartyId, data: bytes, context: bytes) -> None:
    """What a frame carries: everything in it is the party's own, and fits the channel whose manifest `context` is."""
    said, audience = Statement.decode(data), channel.parse(context)
    if said.audience != hashlib.sha256(context).hexdigest():
        raise Refused("the statement is for another audience than this channel's")
    if (audience.version == 1) != (channel.channel_id_of(context) == said.feed.channel):
        raise Refused("the statement is for another channel")
    if said.feed.party != party:
        raise Refused("this is another party's statement")
    if party not in audience.members:
        raise Refused("the party is not in this channel")
    if said.encode() != data:  # what a reader may pass by, nobody signs without knowing it
        raise Refused("the statement says something that this version does not know")
    for item in said.items:
        _item(item, said.feed, audience)


def _item(item: Item, feed: FeedKey, audience: ChannelManifest) -> None:
    match item:
        case Revision():
            check_owner(item, feed)
            _revision(item, audience)
        case Withdrawal():
            check_owner(item, feed)
        case Checkpoint():
            if _origin(lambda: Note.of(item.note)) != origin_of(feed.party):
                raise Refused("this is the checkpoint of another log")
        case Unknown():
            raise Refused("the statement says something that this version does not know")


def _revision(item: Revision, audience: ChannelManifest) -> None:
    """Judge the record's own bytes: what stands beside them is only what whoever asks says of them."""
    try:
        state = envelope.decode(item.data)
    except envelope.NotARevision as error:
        raise Refused("a revision that is none") from error
    if (state.id, state.revision) != (item.record, item.number):
        raise Refused("a revision of another record or number than it says")
    channel.check_carried(state.label, kind=state.kind, owner=item.record.party, manifest=audience)
    if state.kind.startswith(NAME_PERSONS) and not state.label.caveats & USE_CAVEATS:
        raise Refused("what names a person says how it may be used")


def _unwrapped(message: bytes) -> tuple[str, bytes]:
    """The payload type and the payload of DSSE's pre-authentication encoding."""
    parts = message.split(b" ", 4)
    if len(parts) == 5 and parts[2].isascii() and message == pae(parts[2].decode(), parts[4]):
        return parts[2].decode(), parts[4]
    raise Refused("what a key signs says of what type it is")


def _nothing(_party: PartyId, _message: bytes, _context: bytes) -> None:
    raise Refused("the exchange key signs nothing")


_TRAVELS: Mapping[str, Callable[[PartyId, bytes, bytes], None]] = {
    FRAME_TYPE: _frame,
    STATEMENT_TYPE: _statement,
    REQUEST_TYPE: _request,
    BUNDLE_TYPE: _bundle,
    CHANNEL_TYPE: _channel,
    INVITATION_TYPE: _joining,
    ANSWER_TYPE: _joining,
    LEAVING_TYPE: _joining,
    MEMBERSHIP_TYPE: _hub,
}
_RULES: Mapping[Purpose, Callable[[PartyId, bytes, bytes], None]] = {
    Purpose.ROOT: _root,
    Purpose.RELEASE: _release,
    Purpose.EXCHANGE: _nothing,
    Purpose.AUDIT: _audit,
}
