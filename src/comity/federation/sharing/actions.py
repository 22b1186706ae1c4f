"""Every decision about a partner: what becomes of a stopped feed, that a log begins anew, that it is tried again.

Each is an entry of the log, and a row that says who and why. The evidence is never deleted: headers that are given up
move to where the others are kept.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Value
from django.db.models.functions import Least

from comity.audit.models import Witnessed
from comity.audit.witnesses import settle
from comity.federation.models import Acknowledged, Feed, FeedStatus, Fork, Frame, Outcome, Peer, Settlement
from comity.federation.protocol.feed import Position
from comity.federation.protocol.frame import FrameClass
from comity.federation.sharing.domain import MAY_CALL, MAY_SETTLE, Branch, NotSaid, NotStopped, ReasonMissing
from comity.federation.sharing.evidence import evidence_of
from comity.federation.sharing.queries import STANDING_STILL, channels_shared, partner_of
from comity.kernel.canonical import Json
from comity.kernel.errors import NotFound, require
from comity.labels.subject import Subject, require_role
from comity.records.work import Work, act

OUTCOMES = {Branch.OURS: Outcome.GOES_ON, Branch.OTHER: Outcome.OTHER, Branch.NEITHER: Outcome.CUT_BACK}


def let_go_on(*, feed: int, reason: str, actor: Subject, at: datetime) -> Outcome:
    """Take from a stopped feed again, in the history that its own party stands by; which of them that is.

    Steps that its party does not stand by are kept as evidence, and the ones in their place are fetched. Records that
    came with them stay: what is right about them, their owner says with their next revision.

    Raises:
        RoleMissing, NotFound, NotStopped, ReasonMissing: as they say.
        NotSaid: the party's manifest does not say which it is.
    """
    with act(actor, at) as work:
        row = _stopped(feed, reason, actor)
        found = evidence_of(row)
        if found is None or found.branch is Branch.UNSAID:
            raise NotSaid
        outcome = OUTCOMES[found.branch]
        _cut_back(row, found.good)
        row.state, row.reason = FeedStatus.OPEN, ""
        row.settled_seq = max(1, row.seq, found.good.seq, found.other.seq if outcome is Outcome.OTHER else 0)
        row.save(update_fields=["state", "reason", "seq", "head", "records_seq", "audience", "settled_seq"])
        _note(work, row, outcome, reason)
    return outcome


def give_up(*, feed: int, reason: str, actor: Subject, at: datetime) -> None:
    """Take nothing from a stopped feed for good; its party goes on in another one. Raises as `let_go_on` does."""
    with act(actor, at) as work:
        row = _stopped(feed, reason, actor)
        require(row.state == FeedStatus.QUARANTINED, NotStopped)
        Feed.objects.filter(pk=row.pk).update(state=FeedStatus.GIVEN_UP)
        _note(work, row, Outcome.GIVEN_UP, reason)


def begin_anew(*, checkpoint: int, reason: str, actor: Subject, at: datetime) -> None:
    """Take a partner's checkpoint that contradicts an earlier one as the beginning of its log: it was restored.

    Raises:
        RoleMissing, NotFound, NotStopped, ReasonMissing: as they say.
    """
    require_role(actor, *MAY_SETTLE)
    require(reason.strip(), ReasonMissing(field="reason"))
    with act(actor, at) as work:
        rows = Witnessed.objects.system("who may decide is asked here").select_for_update()
        row = rows.filter(pk=checkpoint, contradicts__isnull=False).first()
        if row is None:
            raise NotFound
        partner_of(actor, row.party, at)
        require(row.settled_at is None and row.disowned_at is None, NotStopped)
        settle(row, at=at)
        Settlement.objects.create(
            witnessed=row, party_id=actor.party, by=actor.account, at=at, outcome=Outcome.ANEW, reason=reason.strip()
        )
        work.note("log-begins-anew", None, of=row.party, size=row.size, root=bytes(row.root).hex())


def try_again(*, party: str, actor: Subject, at: datetime) -> None:
    """Have a partner that is left alone for a while asked at once. Raises RoleMissing, NotFound."""
    require_role(actor, *MAY_CALL)
    partner = partner_of(actor, party, at)
    if partner.peer is None:
        raise NotFound
    with act(actor, at) as work:
        Peer.objects.filter(pk=party).update(asked_at=at)
        work.note("partner-tried", None, partner=party)


def _stopped(feed: int, reason: str, actor: Subject) -> Feed:
    require_role(actor, *MAY_SETTLE)
    require(reason.strip(), ReasonMissing(field="reason"))
    rows = Feed.objects.select_for_update().filter(pk=feed, own=False, channel__in=list(channels_shared(actor)))
    row = rows.first()
    if row is None:
        raise NotFound
    require(row.state in STANDING_STILL, NotStopped)
    return row


def _note(work: Work, feed: Feed, outcome: Outcome, reason: str) -> None:
    Settlement.objects.create(
        feed=feed,
        party_id=work.actor.party,
        by=work.actor.account,
        at=work.at,
        outcome=outcome,
        reason=reason.strip(),
    )
    facts: dict[str, Json] = {"channel": feed.channel, "of": feed.party_id, "incarnation": feed.incarnation}
    work.note("feed-settled", None, **facts, seq=feed.seq, head=feed.head, outcome=outcome.value)


def _cut_back(feed: Feed, to: Position) -> None:
    """Let the feed end with this step; what came after it is kept beside the other evidence."""
    after = Frame.objects.filter(feed=feed, seq__gt=to.seq)
    for row in after.order_by("seq").iterator(200):
        Fork.objects.get_or_create(
            feed=feed,
            hash=row.hash,
            defaults={"seq": row.seq, "header": bytes(row.header), "content": row.content, "at": row.at},
        )
    if not after.delete()[0]:
        return
    feed.seq, feed.head = to
    feed.audience = 0  # what the other history spoke for says nothing of this one
    kept = Frame.objects.filter(feed=feed, frame_class=FrameClass.RECORDS).order_by("-seq")
    feed.records_seq = kept.values_list("seq", flat=True).first() or 0
    receipts = Acknowledged.objects.filter(feed=feed, by__hosted=True)
    receipts.update(seq=Least(F("seq"), Value(feed.seq)))
