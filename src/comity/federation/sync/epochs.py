"""The keys of epochs. They are in this process's memory only: what is stored is the keyset, sealed for its readers."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import F

from comity.federation.models import Feed, Frame
from comity.federation.protocol import keyset
from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.errors import ProtocolError, WrongEpoch
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.frame import FrameClass
from comity.federation.protocol.keyset import Keyset
from comity.kernel import canonical
from comity.kernel.ids import PartyId
from comity.parties.manifest import Purpose, parse
from comity.parties.models import Manifest, Party
from comity.parties.sealing import NotOpened
from comity.parties.signing import open_sealed

LASTS = timedelta(days=1)
MOST_FRAMES = 1 << 20
_REMEMBERED = 4_096

OpenFor = Callable[[Party, bytes, bytes, bytes], bytes]
"""Opens what was sealed for a party that is hosted here: (party, enc, ciphertext, info) → plaintext."""

_opened: OrderedDict[tuple[FeedKey, int], bytes] = OrderedDict()


def remember(feed: FeedKey, epoch: int, key: bytes) -> None:
    """Keep a key in memory; the oldest is forgotten, and opened again when it is needed."""
    _opened[feed, epoch] = key
    _opened.move_to_end((feed, epoch))
    while len(_opened) > _REMEMBERED:
        _opened.popitem(last=False)


def forget_all() -> None:
    """Forget every key, as a process does that ends."""
    _opened.clear()


def epoch_key(feed: Feed, epoch: int, *, open_for: OpenFor = open_sealed) -> bytes | None:
    """The key of an epoch, from any keyset that gives it to a party of this node; None when none does.

    Of a feed that was settled nothing is remembered: another process may remember a key that was given up.
    """
    if not feed.settled_seq and (key := _opened.get((feed.key, epoch))) is not None:
        return key
    hosted = {PartyId(party.pk): party for party in Party.objects.filter(hosted=True)}
    for made in keysets(feed, epoch):
        for name in sorted(made.wraps.keys() & hosted.keys()):
            try:
                key = keyset.unwrap(
                    made, feed=feed.key, party=name, open_sealed=lambda *sealed, of=name: open_for(hosted[of], *sealed)
                )
            except (ProtocolError, NotOpened):
                continue
            remember(feed.key, epoch, key)
            return key
    return None


def keysets(feed: Feed, epoch: int) -> Iterable[Keyset]:
    """Every keyset of the feed for this epoch, the first first."""
    rows = Frame.objects.filter(feed=feed, frame_class=FrameClass.KEYSET, epoch=epoch, content__isnull=False)
    for content in rows.order_by("seq").values_list("content", flat=True):
        yield Keyset.decode(bytes(content or b""))


def check_promise(feed: Feed, made: Keyset) -> None:
    """Refuse a keyset that commits to another key than an earlier one for its epoch. Raises WrongEpoch."""
    first = next(iter(keysets(feed, made.epoch)), None)
    if first is not None and first.commitment != made.commitment:
        raise WrongEpoch("this epoch was promised another key")


def exchange_keys(manifest: ChannelManifest) -> Mapping[PartyId, bytes]:
    """The exchange key of every member whose manifest is known here: who can be given a key."""
    newest = Manifest.objects.filter(party_id__in=manifest.members, version=F("party__manifest_version"))
    rows = newest.order_by("party_id").values_list("party_id", "data")
    return {PartyId(party): _exchange_key(bytes(data)) for party, data in rows}


@lru_cache(maxsize=4_096)
def _exchange_key(data: bytes) -> bytes:
    """Of a manifest by its bytes, which are read once: this is asked for every member before every frame."""
    return parse(data).keys[Purpose.EXCHANGE][0]


def readers(keys: Mapping[PartyId, bytes]) -> str:
    """A hash of who can read with which key: a change of it begins a new epoch."""
    return hashlib.sha256(canonical.encode([[party, key.hex()] for party, key in sorted(keys.items())])).hexdigest()


def is_due(feed: Feed, keys: Mapping[PartyId, bytes], at: datetime) -> bool:
    """Whether what our own feed says next must be under a new key: another reader, a day, or very many frames."""
    if feed.epoch == 0 or feed.epoch_at is None or feed.epoch_for != readers(keys):
        return True
    return not timedelta(0) <= at - feed.epoch_at < LASTS or feed.seq - feed.epoch_seq >= MOST_FRAMES


def without(feed: Feed, epoch: int, keys: Mapping[PartyId, bytes]) -> dict[PartyId, bytes]:
    """Those of `keys` to whose party no keyset of this epoch was given."""
    given = {party for made in keysets(feed, epoch) for party in made.wraps}
    return {party: key for party, key in keys.items() if party not in given}
