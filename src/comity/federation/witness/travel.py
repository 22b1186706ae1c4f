"""What a party has to say of audit logs in a channel, and what it makes of what others say.

A checkpoint is said with whatever else is said, at most every half minute; nothing is said for its sake alone, so two
nodes that have nothing else to tell each other are quiet. What a partner's checkpoint deserves, a signature or an
alarm, is for `audit.witnesses`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db.models import Max

from comity.audit.checkpoints import sign_checkpoint
from comity.audit.log import Leaf, append, head
from comity.audit.models import Witnessed
from comity.audit.notes import Note
from comity.audit.witnesses import attest, cosign, held_of, take_checkpoint, take_cosignature
from comity.federation.models import Attested, Membership, Vouched
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.statement import Checkpoint, Cosignature, Item
from comity.federation.sync.extras import MOST_AT_ONCE
from comity.federation.witness.keys import signed_by_revoked, signed_checkpoint, vouches
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.parties.signing import sign_for

SAID_EVERY = timedelta(seconds=30)


def due(party: PartyId, channel: str, at: datetime) -> list[Item]:
    """Our checkpoint, if the log has grown and the last was said long enough ago; signatures that others wait for."""
    members = Membership.objects.filter(channel_id=channel, until_version=None).exclude(party_id=party)
    others = [PartyId(pk) for pk in members.order_by("party_id").values_list("party_id", flat=True)]
    own = Party.objects.get(pk=party)
    items: list[Item] = [*_checkpoint(own, channel, others, at)]
    return items + list(_cosignatures(own, channel, others, at))[: MOST_AT_ONCE - len(items)]


def _checkpoint(own: Party, channel: str, others: list[PartyId], at: datetime) -> Iterator[Item]:
    said, _ = Attested.objects.get_or_create(channel_id=channel, party=own, defaults={"size": 0, "at": at - SAID_EVERY})
    if head().size <= said.size or at < said.at + SAID_EVERY:
        return
    checkpoint = sign_checkpoint(PartyId(own.pk), partial(sign_for, own, "audit"), at)
    Attested.objects.filter(pk=said.pk).update(size=checkpoint.size, at=at)
    sent = attest(checkpoint, others)
    yield Checkpoint(sent.note, sent.signature, sent.proofs)


def _cosignatures(own: Party, channel: str, others: list[PartyId], at: datetime) -> Iterator[Item]:
    for other in _with_news(own, channel, others):
        held = held_of(other)
        if held is None or Vouched.objects.filter(witnessed=held, by=own, channel_id=channel).exists():
            continue
        made = cosign(held, partial(sign_for, own, "audit"), at)
        if made is not None:
            Vouched.objects.create(witnessed=held, by=own, channel_id=channel, at=at)
            yield Cosignature(other, *made)


def _with_news(own: Party, channel: str, others: list[PartyId]) -> list[PartyId]:
    """Those of whose log something came since a signature of ours last left in the channel: two reads, for a frame
    costs its sender the same however many members there are.
    """
    came = Witnessed.objects.system("what may be signed").filter(party__in=others).order_by().values_list("party")
    newest = dict(came.annotate(Max("pk")))
    signed = Vouched.objects.filter(by=own, channel_id=channel).values_list("witnessed__party")
    last = dict(signed.annotate(Max("witnessed_id")))
    return [other for other in others if newest.get(other, 0) > last.get(other, 0)]


def hear_checkpoint(feed: FeedKey, item: Item, at: datetime) -> None:
    """Hold a partner's checkpoint, or keep it as evidence and put the alarm on the log.

    One by a key that the partner revoked before is refused, and that is on the log too. Raises NotANote, NotSigned.
    """
    if not isinstance(item, Checkpoint):
        raise TypeError("a checkpoint was to be heard")
    if signed_by_revoked(feed.party, item.note, item.signature):
        refused: dict[str, Json] = {"size": Note.of(item.note).size}
        append([Leaf("checkpoint-refused", feed.party, "", "", refused)], at)
        return
    before = Witnessed.objects.system("whether it is news").filter(party=feed.party).aggregate(last=Max("pk"))["last"]
    kept = take_checkpoint(
        feed.party, item.note, item.signature, item.links, verify=partial(signed_checkpoint, feed.party), at=at
    )
    if kept.pk > (before or 0) and kept.contradicts_id is not None:
        facts: dict[str, Json] = {"size": kept.size, "finding": kept.finding}
        append([Leaf("log-contradicted", feed.party, "", "", facts)], at)


def hear_cosignature(feed: FeedKey, item: Item, at: datetime) -> None:
    """Keep what a partner signed of a log of ours; what it signed of others is theirs. Raises NotANote, NotSigned."""
    if not isinstance(item, Cosignature):
        raise TypeError("a cosignature was to be heard")
    hosted = list(Party.objects.filter(hosted=True).values_list("pk", flat=True))
    if item.party in hosted:
        take_cosignature(
            feed.party, item.note, item.signature, parties=hosted, verify=partial(vouches, feed.party), at=at
        )
