"""What the pages of the exchange show, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.federation.models import Channel, Direction
from comity.federation.sharing import words
from comity.federation.sharing.domain import QUIET, Condition
from comity.federation.sharing.held import HeldBack, HeldHere, title_of
from comity.federation.sharing.queries import Partner
from comity.records.kinds import UnknownKind, kind_named
from comity.shell.format import day, day_and_time, number
from comity.shell.texts import plain


@dataclass(frozen=True, slots=True)
class Shown:
    """A partner as a page shows it."""

    partner: Partner
    name: str
    condition: str
    tone: str
    mark: str
    facts: list[tuple[str, str]]
    warnings: list[str]

    @property
    def id(self) -> str:
        return self.partner.id


def name_of(partner: Partner) -> str:
    """What a partner is called here; the beginning of its id where nobody knows more."""
    return plain(partner.party.name) if partner.party is not None else partner.id[:8]


def in_words(partner: Partner, held: HeldBack, at: datetime) -> Shown:
    """A partner in words."""
    tone, mark = words.CONDITION_LOOKS[partner.condition]
    facts = [(term, value) for term, value in _facts(partner, held, at) if value]
    return Shown(partner, name_of(partner), _condition(partner), tone, mark, facts, list(warnings(partner)))


def _condition(partner: Partner) -> str:
    said = _(words.CONDITION_WORDS[partner.condition])
    peer, lacking = partner.peer, partner.peer.lacking if partner.peer else 0
    match partner.condition:
        case Condition.SILENT if peer is not None and (since := peer.silent_since or peer.last_contact_at):
            return _("does not answer since %(moment)s") % {"moment": day_and_time(since)}
        case Condition.FETCHING:
            more = ngettext("%(num)s step behind it", "%(num)s steps behind it", lacking)
            return more % {"num": number(lacking)}
        case Condition.BEHIND:
            count = partner.backlog.total
            return ngettext("%(num)s behind", "%(num)s behind", count) % {"num": number(count)}
    return said


def _facts(partner: Partner, held: HeldBack, at: datetime) -> Iterator[tuple[str, str]]:
    backlog, peer = partner.backlog, partner.peer
    if peer is not None:
        yield _("Last contact"), contact(peer.last_contact_at, at, by_hand=peer.direction == Direction.NONE)
        yield _("What is wrong"), _(trouble) if (trouble := words.trouble(peer.last_error)) else ""
    yield _("Released, has not left"), _some(backlog.waiting)
    yield _("Left, not acknowledged"), _some(backlog.unacknowledged)
    yield _("The oldest of it was released"), day_and_time(backlog.since) if backlog.since else ""
    yield _("Not yet fetched"), _some(peer.lacking if peer else 0)
    yield _("Here and not readable"), _some(partner.unread.total())
    yield _("Held here"), _some(held.count_here[partner.id])
    yield _("Held by it"), _some(held.count_there[partner.id])


def _some(count: int) -> str:
    return number(count) if count else ""


def contact(last: datetime | None, at: datetime, *, by_hand: bool = False) -> str:
    """When a partner was last heard; not to the second, so that an open page does not change all the time."""
    if by_hand:
        return _("by files that people carry")
    if last is None:
        return _("never")
    return _("within the last five minutes") if at - last <= QUIET else day_and_time(last)


def warnings(partner: Partner) -> Iterator[str]:
    """What somebody should see to before it hurts."""
    if partner.keys is None:
        yield _("Its manifest has not come: nothing of it can be verified.")
        return
    expiry = partner.keys.expiry
    if expiry.soon:
        yield _("Its manifest runs out on %(day)s; after that nothing of it is believed.") % {
            "day": day(expiry.expires)
        }
    for one in partner.keys.revocations:
        if one.log is not None:
            yield _("It revoked a key of its log: what that key signed counts up to %(size)s entries.") % {
                "size": number(one.log.size)
            }
        else:
            yield _("It revoked a release key: what that key signed counts up to the steps that it names.")


def unread(partner: Partner) -> list[tuple[str, str]]:
    """Steps that are here and not read: how many, and why."""
    return [(number(count), reason(words.UNREAD_WORDS, code)) for code, count in sorted(partner.unread.items())]


def reason(known: dict[str, str], code: str) -> str:
    """A code in words; one that is not known by itself."""
    return _(known[code]) if code in known else _(words.UNKNOWN_REASON) % {"code": code}


def held_here(held: HeldBack, partner: str) -> list[dict[str, Any]]:
    """What is held from a partner, and is for this reader."""
    return [_held(one) for one in held.here if one.party == partner]


def _held(one: HeldHere) -> dict[str, Any]:
    try:
        kind = _(kind_named(one.envelope.kind).singular)
    except UnknownKind:
        kind = one.envelope.kind
    why = _(one.message) % one.facts
    return {"title": title_of(one) or kind, "kind": kind, "why": why, "at": one.at, "card": one.card, "of": one}


def held_there(held: HeldBack, partner: str) -> list[tuple[Any, str]]:
    """What a partner says it holds back of ours, and is for this reader: a card, and why."""
    return [(one.card, reason(words.HELD_WORDS, one.code)) for one in held.there if one.party == partner]


def by_channel(partner: Partner, channels: dict[str, Channel]) -> list[tuple[Channel, Any]]:
    """The backlog of each channel that has one."""
    rows: Iterable[tuple[str, Any]] = partner.by_channel.items()
    return [(channels[pk], backlog) for pk, backlog in sorted(rows) if pk in channels]
