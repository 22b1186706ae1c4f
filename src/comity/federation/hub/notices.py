"""Notices as a node posts and reads them: which of its channels need one at a hub, and whose it believes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence

from comity.federation.channels.queries import envelope_of
from comity.federation.hub.notice import Notice, seal, unseal
from comity.federation.models import Channel, ChannelVersion, Membership
from comity.federation.protocol import channel as channels
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.errors import CannotOpen, ProtocolError
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.parties.signing import open_sealed, public_key

logger = logging.getLogger(__name__)
Nothing: tuple[list[Envelope], set[PartyId]] = ([], set())


def post(
    carried: Sequence[str],
    *,
    members: set[PartyId],
    posted: Mapping[tuple[str, PartyId], int],
    entropy: Callable[[int], bytes],
) -> Iterator[Notice]:
    """The notices that a hub lacks. A channel's owner posts; where it does not use the hub, each other member does."""
    hosted = set(Party.objects.filter(hosted=True).values_list("pk", flat=True))
    for row in Channel.objects.filter(pk__in=carried).order_by("pk"):
        owner = PartyId(row.owner_id)
        if owner in hosted:
            poster: PartyId | None = owner
        elif owner in members:
            continue
        else:
            here = Membership.objects.filter(channel=row, party_id__in=hosted & members, until_version=None)
            first = here.order_by("party_id").values_list("party_id", flat=True).first()
            poster = PartyId(first) if first else None
        if poster is not None and poster in members and posted.get((row.pk, poster), 0) < row.version:
            yield _sealed(row, poster, entropy)


def _sealed(row: Channel, poster: PartyId, entropy: Callable[[int], bytes]) -> Notice:
    every = Membership.objects.filter(channel=row).values("party_id")
    readers = Party.objects.filter(pk__in=every, manifest_version__gt=0).order_by("pk").values_list("pk", flat=True)
    versions = ChannelVersion.objects.filter(channel=row).order_by("version")
    return seal(
        [envelope_of(one) for one in versions],
        channel=row.pk,
        party=poster,
        readers={PartyId(one): public_key(PartyId(one), "exchange") for one in readers},
        entropy=entropy,
    )


def read(data: bytes, *, channel: str, party: PartyId) -> tuple[list[Envelope], set[PartyId]]:
    """Every version of a channel's manifest that a notice holds, unverified, and the parties that the last one names.

    Nothing of a notice that does not open, is about something else, or is of a channel whose owner nobody here knows:
    whoever keeps the hub must not be able to bring a stranger in.
    """
    try:
        notice = Notice.decode(data)
        if (notice.channel, notice.party) != (channel, party):
            raise CannotOpen("another notice than was asked for")
        history = _opened(notice)
        first, last = channels.parse(history[0].payload), channels.parse(history[-1].payload)
    except (ProtocolError, IndexError) as error:
        logger.warning("A notice of channel %s is none: %s", channel[:8], getattr(error, "code", "empty"))
        return Nothing
    if channels.channel_id_of(history[0].payload) != channel or not Party.objects.filter(pk=first.owner).exists():
        logger.warning("A notice of channel %s names an owner whom nobody here knows.", channel[:8])
        return Nothing
    return history, set(last.members)


def _opened(notice: Notice) -> list[Envelope]:
    for party in Party.objects.filter(hosted=True, pk__in=list(notice.wraps)).order_by("pk"):
        return unseal(notice, PartyId(party.pk), lambda *sealed, of=party: open_sealed(of, *sealed))
    raise CannotOpen("it is sealed for others")
