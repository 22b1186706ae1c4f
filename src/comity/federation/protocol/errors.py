"""What can be wrong with what came from another node.

Each class has a `code`: a word that travels in receipts, stands in tables and metrics, and never changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from comity.federation.protocol.feed import FeedKey


class ProtocolError(ValueError):
    """Something came that the protocol does not allow."""

    code: ClassVar[str] = "refused"


class Malformed(ProtocolError):
    """Not the canonical form of what it should be: other fields, other types, white space, too deep."""

    code = "malformed"


class TooBig(ProtocolError):
    """More bytes, or more items, than the protocol allows; found before anything was parsed."""

    code = "too-big"


class UnknownSuite(ProtocolError):
    """Sealed in a way that this version cannot open."""

    code = "unknown-suite"


class UnknownVersion(ProtocolError):
    """A header of a later protocol, which this version cannot judge. `feed`: the feed that it says it is of."""

    code = "unknown-version"

    def __init__(self, message: str, feed: FeedKey | None = None) -> None:
        super().__init__(message)
        self.feed = feed


class BadSignature(ProtocolError):
    """Nobody who may sign it has signed these bytes."""

    code = "bad-signature"


class Revoked(ProtocolError):
    """Signed with a revoked key, or beyond the step at which the feed was ended."""

    code = "revoked"


class NotAMember(ProtocolError):
    """The party is not in the channel whose audience it names."""

    code = "not-a-member"


class OldAudience(ProtocolError):
    """Said for an older version of the channel than its party has spoken for before."""

    code = "old-audience"


class UnknownAudience(ProtocolError):
    """It names a version of the channel's manifest that has not come."""

    code = "unknown-audience"


class Foreign(ProtocolError):
    """A record of another party than the one whose feed it came in."""

    code = "foreign"


class OverCeiling(ProtocolError):
    """A marking or a kind that the channel does not carry."""

    code = "over-ceiling"


class Spliced(ProtocolError):
    """A header, a content and a statement that do not belong together."""

    code = "spliced"


class Gap(ProtocolError):
    """A step is missing: the next must be `expected`."""

    code = "gap"

    def __init__(self, expected: int) -> None:
        super().__init__(f"step {expected} comes next")
        self.expected = expected


class Equivocation(ProtocolError):
    """The same step with another content, or on another past: proof of two histories. `seq` says where they part."""

    code = "equivocation"

    def __init__(self, seq: int) -> None:
        super().__init__(f"two different histories at step {seq}")
        self.seq = seq


class Quarantined(ProtocolError):
    """Nothing more is taken from this feed until a person has looked at it."""

    code = "quarantined"


class TooManyFeeds(ProtocolError):
    """A party begins anew in a channel more often than any restored node would."""

    code = "too-many-feeds"


class WrongEpoch(ProtocolError):
    """A key of an epoch that was not announced, or another key than the one that was."""

    code = "wrong-epoch"


class CannotOpen(ProtocolError):
    """The ciphertext does not open with the key it names."""

    code = "cannot-open"


class BadChannel(ProtocolError):
    """Not a channel's manifest that its owner can have signed, or not one to follow the last."""

    code = "bad-channel"


class Misdirected(ProtocolError):
    """A request that was made to somebody else, or for something else."""

    code = "misdirected"


class Replayed(ProtocolError):
    """A request that was made before."""

    code = "replayed"
