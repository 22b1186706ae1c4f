"""Who holds a record, as far as this node knows: gathered from channels, the outbox, acknowledgements, withdrawals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from comity.federation.channels.queries import Known, channels_of
from comity.federation.models import Arrived, Released, Withdrawal, Withheld
from comity.federation.models.feeds import Acknowledged
from comity.federation.models.release import Mode
from comity.federation.release.explain import ChannelFacts, Explained, Facts, explain
from comity.federation.sync.outbox import NEVER_LEFT, NOT_SIGNED
from comity.kernel.ids import PartyId
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.parties.queries import introduced
from comity.records.models import Record
from comity.shell.texts import plain


@dataclass(frozen=True, slots=True)
class Standing:
    """A record in one channel: the newest revision released, whether it left, who said it came, what was taken back.

    `others`: how many members are of other nodes. `not_signed`: the signer refused to let it leave; a person must look.
    """

    channel: Known
    revision: int
    emitted: bool
    not_signed: bool
    others: int
    acknowledged: frozenset[PartyId]
    came: bool
    withdrawn: str

    @property
    def name(self) -> str:
        """What the channel is called in the reader's language."""
        return plain(self.channel.row.name)


class _Left(NamedTuple):
    """A revision that was released: the step in which it left, if it did, and the feed."""

    revision: int
    seq: int | None
    feed: int | None


def standing_of(record: Record, subject: Subject) -> list[Standing]:
    """The record in each channel that the subject's party is in, and in which anything became of it or could."""
    known = channels_of(subject)
    pks = [one.row.pk for one in known]
    released: dict[str, list[_Left]] = defaultdict(list)
    rows = Released.objects.filter(channel__in=pks, record=record, party_id=record.party_id)
    for channel, revision, seq, feed in rows.values_list("channel_id", "revision", "emitted_seq", "feed_id"):
        released[channel].append(_Left(revision, seq, feed))
    came = set(Arrived.objects.filter(channel__in=pks, record=record).values_list("channel_id", flat=True))
    taken = _taken(record, pks)
    return [
        _standing(one, record, released[one.row.pk], came=one.row.pk in came, withdrawn=taken.get(one.row.pk, ""))
        for one in known
    ]


def _taken(record: Record, channels: Iterable[str]) -> dict[str, str]:
    """The channels from which it was taken back, and how; to be destroyed outweighs to be hidden."""
    found: dict[str, str] = {}
    for table in (Withdrawal, Withheld):
        for channel, mode in table.objects.filter(channel__in=channels, record=record).values_list(
            "channel_id", "mode"
        ):
            if found.get(channel) != Mode.PURGE:
                found[channel] = mode
    return found


def _standing(known: Known, record: Record, rows: list[_Left], *, came: bool, withdrawn: str) -> Standing:
    left = max((row for row in rows if row.seq is not None and row.seq > NEVER_LEFT), default=None)
    kept = {row.revision for row in rows if row.seq == NOT_SIGNED}
    waiting = [row.revision for row in rows if row.seq is None]
    here = {PartyId(pk) for pk in Party.objects.filter(hosted=True).values_list("pk", flat=True)}
    others = known.manifest.members - {PartyId(record.party_id)} - here  # parties of one node exchange nothing
    said: frozenset[PartyId] = frozenset()
    if left is not None:
        said = frozenset(_acknowledged(left)) & others
    return Standing(
        channel=known,
        revision=left.revision if left else max(waiting, default=max(kept, default=0)),
        emitted=left is not None,
        not_signed=bool(kept) and left is None and not waiting,
        others=len(others),
        acknowledged=said,
        came=came,
        withdrawn=withdrawn,
    )


def _acknowledged(left: _Left) -> list[PartyId]:
    """Who said that they have the feed in which it left at least as far."""
    said = Acknowledged.objects.filter(feed=left.feed, seq__gte=left.seq)
    return [PartyId(by) for by in said.values_list("by_id", flat=True)]


def explained(record: Record, subject: Subject) -> list[tuple[Party, Explained]]:
    """Of each party that this node knows why it has the record, or has not; what the subject may know of it.

    Of another party's record only what the subject's own party has: who else was given it is its owner's business.
    """
    standing = standing_of(record, subject)
    label = None if record.label_id is None else label_of(record.label_id)
    owner_here = Party.objects.filter(pk=record.party_id, hosted=True).exists()
    parties = introduced()
    if record.party_id != subject.party:
        parties = parties.filter(pk__in=(subject.party, record.party_id))
    found = []
    for party in parties:
        pk = PartyId(party.pk)
        channels = tuple(
            ChannelFacts(
                name=one.name,
                is_member=pk in one.channel.manifest.members,
                carries_kind=record.kind in one.channel.manifest.kinds,
                revision=one.revision if record.party_id == subject.party else 0,
                emitted=one.emitted,
                not_signed=one.not_signed,
                acknowledged=pk in one.acknowledged,
                came=one.came,
                withdrawn=one.withdrawn,
            )
            for one in standing
        )
        facts = Facts(
            owner=PartyId(record.party_id),
            party=pk,
            names_party=label is not None and pk in label.releasable_to,
            exchange_never=label is not None and label.exchange_never,
            is_here=pk == subject.party,
            same_node=party.hosted and owner_here,
            channels=channels,
        )
        found.append((party, explain(facts)))
    return found
