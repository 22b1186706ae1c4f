"""What a node and a hub say to each other, in one place: subjects, limits, and whether an answer is one.

A node asks on a subject that ends with its own key, on which the message server lets nobody else publish; so the hub
knows who asks. An answer begins with one byte: what was asked for follows, or why there is none.

    state     {} → {"feeds": [[channel, party, incarnation, step, hash, wanted]],
                    "members": {party: version of its manifest}, "notices": [[channel, party, version]]}
    manifests {"parties": [...], "have": {id: version}} → {"parties": [...]}     (as in `transport.exchange`)
    notice    a notice (`notice.Notice`) → {}
    notices   {"channel", "party"} → a notice
    give      a body of frames (`protocol.parcel`) → {"feeds": [[channel, party, incarnation, step, hash]],
                                                       "refused": [[channel, party, incarnation, code]]}
    fetch     {"feed": [channel, party, incarnation], "after", "bytes"} → a body of frames

`wanted`: the step after which somebody asked and the hub had nothing, 2^53 - 1 where nobody did.
"""

from __future__ import annotations

from comity.federation.protocol import fields
from comity.federation.protocol.errors import Malformed, ProtocolError
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.fields import MAX_SEQ
from comity.kernel import canonical

MOST_BYTES = 8 * 1024 * 1024
"""Of one message: a frame of the greatest size, and what stands around it."""
BODY_BYTES = 2 * 1024 * 1024
"""Of frames in one message, unless a single one is larger."""
NOBODY_WANTS = MAX_SEQ
VERBS = ("state", "manifests", "notice", "notices", "give", "fetch")
ASKED = "hub.v1"

_DONE, _REFUSED = b"+", b"-"


class HubRefused(Exception):
    """The hub does not answer this; `code` says why, `retry_after` (seconds) when to ask again."""

    def __init__(self, code: str, retry_after: float = 0.0) -> None:
        super().__init__(code)
        self.code, self.retry_after = code, retry_after


def asking(verb: str, key: str) -> str:
    """Where the node with this key asks."""
    return f"{ASKED}.{verb}.{key}"


def inbox(key: str) -> str:
    """Where the answers to the node with this key begin."""
    return f"_INBOX.{key}"


def hint(key: str) -> str:
    """Where the node with this key is told that there is something new."""
    return f"hint.{key}"


def done(body: bytes) -> bytes:
    """An answer."""
    return _DONE + body


def refused(code: str, retry_after: int = 0) -> bytes:
    """No answer, and why."""
    return _REFUSED + canonical.encode({"code": code, "after": retry_after})


def read(answer: bytes) -> bytes:
    """What was asked for. Raises HubRefused, Malformed."""
    if answer[:1] == _DONE:
        return answer[1:]
    if answer[:1] != _REFUSED:
        raise Malformed("this is no answer of a hub")
    body = fields.members(fields.decode(answer[1:], max_bytes=1_000), "code", "after")
    raise HubRefused(fields.text(body["code"], 40), fields.number(body["after"], most=3_600))


def feed_of(value: object) -> FeedKey:
    """A feed as it is written here. Raises Malformed."""
    parts = fields.several(value, 3)  # type: ignore[arg-type]
    if len(parts) != 3:
        raise Malformed("channel, party and incarnation were expected")
    return FeedKey(fields.channel(parts[0]), fields.party(parts[1]), fields.incarnation(parts[2]))


__all__ = ["HubRefused", "ProtocolError", "asking", "done", "feed_of", "hint", "inbox", "read", "refused"]
