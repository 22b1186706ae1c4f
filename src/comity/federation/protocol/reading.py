"""Reading the content of a verified header: is it in place, for whom was it said, and by somebody who may say it.

What is wrong with a whole step is raised. What is wrong with one item of it (a record of another party, a marking
above the ceiling) is for that item alone: see `statement.check_owner` and `channel.check_carried`.
"""

from __future__ import annotations

from collections.abc import Callable

from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.errors import NotAMember, Spliced, UnknownAudience
from comity.federation.protocol.frame import FrameClass, Header, check_content, open_content
from comity.federation.protocol.keyset import Keyset
from comity.federation.protocol.ring import Ring
from comity.federation.protocol.statement import Statement

Audiences = Callable[[str], ChannelManifest | None]
"""Finds the version of the channel's manifest with this audience hash; None for one that has not come."""


def read_keyset(header: Header, content: bytes, audiences: Audiences) -> Keyset:
    """The keyset that a verified header names.

    Raises:
        Spliced: the header names another content, or no keyset.
        UnknownAudience, NotAMember: of the audience that it names.
        Malformed, TooBig, UnknownSuite: as they say.
    """
    if header.frame_class is not FrameClass.KEYSET:
        raise Spliced("the header names no keyset")
    check_content(header, content)
    keyset = Keyset.decode(content)
    _manifest(header, keyset.audience, audiences)
    return keyset


def read_statement(
    header: Header, content: bytes, *, epoch_key: bytes, ring: Ring, audiences: Audiences
) -> tuple[Statement, ChannelManifest]:
    """The statement inside, and the version of the channel's manifest that it was made for.

    Raises what `frame.open_content` raises, and:
        UnknownAudience, NotAMember: of the audience that it names.
    """
    statement = open_content(header, content, epoch_key=epoch_key, ring=ring)
    return statement, _manifest(header, statement.audience, audiences)


def _manifest(header: Header, audience: str, audiences: Audiences) -> ChannelManifest:
    manifest = audiences(audience)
    if manifest is None:
        raise UnknownAudience("it names a version of the channel that has not come")
    if header.feed.party not in manifest.members:
        raise NotAMember("its party is not in the channel for which it was said")
    return manifest
