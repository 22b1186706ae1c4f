"""Return slips on this node: what stands on ours, and entering one of a partner's."""

from __future__ import annotations

from datetime import datetime

from comity.federation.bundle import queries, slip
from comity.federation.bundle.domain import NoSlip, SlipDoesNotFit
from comity.federation.joining.domain import MAY_JOIN
from comity.federation.models import Feed, Frame, Membership, Reported
from comity.federation.protocol.feed import Position
from comity.kernel.errors import require
from comity.kernel.ids import PartyId
from comity.labels.subject import Subject, require_role
from comity.records.work import act


def slip_for(party: PartyId, other: PartyId) -> list[slip.Line]:
    """How far a party of this node has the feeds of the channels that it shares with a partner, but for its own."""
    shared = Membership.objects.filter(party_id=other).values("channel_id")
    mine = Membership.objects.filter(party_id=party, channel__in=shared).values("channel_id")
    feeds = Feed.objects.filter(channel__in=mine, own=False, seq__gt=0).order_by("party_id", "pk")
    return [slip.Line(feed.key, feed.at, _held(feed)) for feed in feeds]


def _held(feed: Feed) -> int:
    held = Frame.objects.filter(feed=feed).exclude(held=[]).values_list("held", flat=True)
    return len({record for some in held for record, _code in some})


def enter(*, text: str, other: PartyId, actor: Subject, at: datetime) -> list[Reported]:
    """Enter a partner's slip, every line or none: that this person says so is on the log, and it is no receipt.

    Raises:
        RoleMissing: the actor is neither administrator nor release officer.
        NotAPartner: nobody has joined with that party.
        NoSlip: there is no line in it.
        SlipDoesNotFit: a line is of no feed, of no step, or its words are of another one.
    """
    require_role(actor, *MAY_JOIN)
    queries.check_partner(actor.party, other)
    entered = slip.read(text)
    require(entered, NoSlip(field="slip"))
    found = [(_line_of(one, actor.party, other), one) for one in entered]
    with act(actor, at) as work:
        rows = []
        for (feed, line), _one in found:
            rows.append(
                Reported.objects.create(
                    feed=feed, by_id=other, seq=line.at.seq, held=line.held, entered_by=actor.account, at=at
                )
            )
            facts = {"channel": feed.channel, "incarnation": feed.incarnation, "seq": line.at.seq, "held": line.held}
            work.note("slip-entered", None, other=other, **facts)
    return rows


def _line_of(entered: slip.Entered, party: PartyId, other: PartyId) -> tuple[Feed, slip.Line]:
    shared = Membership.objects.filter(party_id=other).values("channel_id")
    mine = Membership.objects.filter(party_id=party, channel__in=shared).values("channel_id")
    for feed in Feed.objects.filter(channel__in=mine, incarnation=entered.incarnation):
        head = Frame.objects.filter(feed=feed, seq=entered.step).values_list("hash", flat=True).first()
        if head is not None:
            line = slip.Line(feed.key, Position(entered.step, head), entered.held)
            if line.is_said(entered, other):
                return feed, line
    raise SlipDoesNotFit(field="slip", line=entered.line)
