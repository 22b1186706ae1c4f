"""Why a party has a record, or has not: over plain facts. No Django.

The owner knows what it released and what it was told in return; a recipient knows by which channel a copy came. Nobody
knows what a party passed on, and the words say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from comity.kernel.ids import PartyId
from comity.kernel.text import N_


class Has(StrEnum):
    """What is known of whether a party has a record."""

    YES = "yes"
    TOLD = "told"  # it left for them; that it came is not known
    NO = "no"
    WITHDRAWN = "withdrawn"


HAS_WORDS = {
    Has.YES: N_("has it"),
    Has.TOLD: N_("was sent it"),
    Has.NO: N_("does not have it from us"),
    Has.WITHDRAWN: N_("was asked to give it up"),
}


class Why(StrEnum):
    """One reason, about a channel or about the record as such."""

    OWNER = "owner"
    SAME_NODE = "same_node"
    CAME = "came"
    ACKNOWLEDGED = "acknowledged"
    EMITTED = "emitted"
    IN_OUTBOX = "in_outbox"
    NOT_SIGNED = "not_signed"
    WITHDRAWN_HIDE = "withdrawn_hide"
    WITHDRAWN_PURGE = "withdrawn_purge"
    NOT_IN_CHANNEL = "not_in_channel"
    KIND_NOT_CARRIED = "kind_not_carried"
    NOT_RELEASED = "not_released"
    NO_CHANNEL = "no_channel"
    NOT_NAMED = "not_named"
    NEVER_EXCHANGED = "never_exchanged"


WHY_WORDS = {
    Why.OWNER: N_("It is its own."),
    Why.SAME_NODE: N_("This node speaks for both parties: its marking lets them read it here."),
    Why.CAME: N_("It came to this node in the channel %(channel)s."),
    Why.ACKNOWLEDGED: N_("Revision %(revision)s was released into the channel %(channel)s, and they said it came."),
    Why.EMITTED: N_("Revision %(revision)s was released into the channel %(channel)s, and has left."),
    Why.IN_OUTBOX: N_("Revision %(revision)s was released into the channel %(channel)s, and has not left yet."),
    Why.NOT_SIGNED: N_(
        "Revision %(revision)s was released into the channel %(channel)s, and the signer did not let it leave."
    ),
    Why.WITHDRAWN_HIDE: N_("It was withdrawn from the channel %(channel)s: members hide their copy."),
    Why.WITHDRAWN_PURGE: N_("It was withdrawn from the channel %(channel)s: members destroy their copy."),
    Why.NOT_IN_CHANNEL: N_("The party is not in the channel %(channel)s."),
    Why.KIND_NOT_CARRIED: N_("The channel %(channel)s does not carry records of this kind."),
    Why.NOT_RELEASED: N_("Nobody has released it into the channel %(channel)s."),
    Why.NO_CHANNEL: N_("No channel has both parties in it."),
    Why.NOT_NAMED: N_("Its marking does not name the party."),
    Why.NEVER_EXCHANGED: N_("It is marked as never exchanged."),
}


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What is known of a record in one channel, about one party.

    `revision`: the newest that was released there, 0 for none; `emitted`: it has left; `acknowledged`: the party said
    that it came; `not_signed`: the signer did not let it leave; `came`: a copy came here by it; `withdrawn`: "hide",
    "purge" or "".
    """

    name: str
    is_member: bool
    carries_kind: bool
    revision: int = 0
    emitted: bool = False
    acknowledged: bool = False
    not_signed: bool = False
    came: bool = False
    withdrawn: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """A record and a party. `is_here`: the party asks this; `same_node`: this node speaks for it and for the owner."""

    owner: PartyId
    party: PartyId
    names_party: bool
    exchange_never: bool
    is_here: bool
    same_node: bool
    channels: tuple[ChannelFacts, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """The answer, and the reasons: (reason, channel, revision), the most telling first."""

    has: Has
    reasons: tuple[tuple[Why, str, int], ...]


def explain(facts: Facts) -> Explained:
    """Why `facts.party` has the record, or has not, as far as is known here."""
    if facts.party == facts.owner:
        return Explained(Has.YES, ((Why.OWNER, "", 0),))
    if facts.same_node and facts.names_party:
        return Explained(Has.YES, ((Why.SAME_NODE, "", 0),))
    shared = [one for one in facts.channels if one.is_member]
    given = [reason for one in shared if (reason := _given(one, facts))]
    taken = [(_taken(one), one.name, 0) for one in shared if one.withdrawn]
    if given:
        whys = {why for why, _name, _number in given}
        has = Has.YES if whys & _KNOWN else Has.TOLD if Why.EMITTED in whys else Has.NO
        return Explained(has, tuple(sorted(given, key=_order) + taken))
    if taken:
        return Explained(Has.WITHDRAWN, tuple(taken))
    return Explained(Has.NO, tuple(_not_given(facts, shared)))


_KNOWN = frozenset({Why.CAME, Why.ACKNOWLEDGED})
_ORDER = list(Why)


def _order(reason: tuple[Why, str, int]) -> tuple[int, str]:
    return _ORDER.index(reason[0]), reason[1]


def _given(one: ChannelFacts, facts: Facts) -> tuple[Why, str, int] | None:
    if one.withdrawn:
        return None
    if one.came and facts.is_here:
        return Why.CAME, one.name, 0
    if not one.revision:
        return None
    if one.not_signed:
        return Why.NOT_SIGNED, one.name, one.revision
    why = Why.ACKNOWLEDGED if one.acknowledged else Why.EMITTED if one.emitted else Why.IN_OUTBOX
    return why, one.name, one.revision


def _taken(one: ChannelFacts) -> Why:
    return Why.WITHDRAWN_PURGE if one.withdrawn == "purge" else Why.WITHDRAWN_HIDE


def _not_given(facts: Facts, shared: Sequence[ChannelFacts]) -> list[tuple[Why, str, int]]:
    found: list[tuple[Why, str, int]] = []
    if facts.exchange_never:
        found.append((Why.NEVER_EXCHANGED, "", 0))
    if not facts.names_party:
        found.append((Why.NOT_NAMED, "", 0))
    if not shared:
        found.append((Why.NO_CHANNEL, "", 0))
    found += [(Why.NOT_RELEASED if one.carries_kind else Why.KIND_NOT_CARRIED, one.name, 0) for one in shared]
    found += [(Why.NOT_IN_CHANNEL, one.name, 0) for one in facts.channels if not one.is_member and one.revision]
    return found
