"""What a statement says is done: revisions are received, withdrawals carried out, receipts and the rest noted.

What is wrong with one item is refused or held for that item; the others go in.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from comity.federation.protocol import channel as channels
from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.errors import Foreign, OverCeiling, ProtocolError, Spliced
from comity.federation.protocol.statement import Item, Receipt, Revision, Statement, Withdrawal, check_owner
from comity.federation.release.withdrawal import note_arrivals, take_withdrawal
from comity.federation.sync import extras, receipts
from comity.kernel.errors import DomainError
from comity.kernel.ids import RecordId
from comity.kernel.text import N_
from comity.records.envelope import Envelope
from comity.records.receive import Received, receive

logger = logging.getLogger(__name__)


class NotCarried(DomainError):
    """A label or a kind above what the channel may carry: its owner should not have sent it there."""

    message = N_("The channel in which it came may not carry it.")


class AnotherThanSaid(DomainError):
    """The statement names another record or revision than the bytes do."""

    message = N_("It was announced as another record or revision than it is.")


CODES: dict[type[DomainError], str] = {NotCarried: OverCeiling.code, AnotherThanSaid: Spliced.code}


def apply(statement: Statement, manifest: ChannelManifest, *, step: str, at: datetime) -> list[tuple[RecordId, str]]:
    """Do what a verified statement says, inside the caller's transaction; the records held back or refused, and why.

    `step`: the hash of the header that carried it.
    """
    feed = statement.feed
    refused: list[tuple[RecordId, str]] = []
    revisions: list[Revision] = []
    for item in statement.items:
        if not isinstance(item, Revision | Withdrawal):
            continue
        try:
            check_owner(item, feed)
        except Foreign as error:
            refused.append((item.record, error.code))
            logger.warning("Party %s sent a record of another in channel %s.", feed.party[:8], feed.channel[:8])
        else:
            revisions += [item] if isinstance(item, Revision) else []
    held = _receive(revisions, statement, manifest, at)
    for item in statement.items:
        if isinstance(item, Revision):
            continue
        if isinstance(item, Withdrawal):
            if item.record.party == feed.party:
                mode = item.mode.value
                take_withdrawal(channel=feed.channel, party=feed.party, record=item.record, mode=mode, at=at, step=step)
        elif isinstance(item, Receipt):
            receipts.take(item, feed.party, feed.channel, at)
        else:
            _tell(statement, item, at)
    return refused + held


def _receive(
    revisions: list[Revision], statement: Statement, manifest: ChannelManifest, at: datetime
) -> list[tuple[RecordId, str]]:
    if not revisions:
        return []
    said = {(one.salt, one.data): one for one in revisions}

    def admit(one: Received, envelope: Envelope) -> None:
        item = said[one.salt, one.data]
        if (envelope.id, envelope.revision) != (item.record, item.number):
            raise AnotherThanSaid
        try:
            channels.check_carried(envelope.label, kind=envelope.kind, owner=envelope.id.party, manifest=manifest)
        except OverCeiling as error:
            raise NotCarried from error

    batch = [Received(one.salt, one.data) for one in revisions]
    outcome = receive(batch, party=statement.feed.party, at=at, admit=admit)
    held = _held(revisions, outcome.held)
    kept = {record for record, _ in held}
    arrived: dict[int, int] = {}
    for one in revisions:
        if one.record not in kept:
            pk = outcome.here[one.record]
            arrived[pk] = max(one.number, arrived.get(pk, 0))
    note_arrivals(channel=statement.feed.channel, arrived=arrived, at=at)
    return held


def _held(revisions: list[Revision], why: Mapping[str, DomainError]) -> list[tuple[RecordId, str]]:
    """The records that are held, and for what; `why` by the SHA-256 of the bytes. Mostly none is."""
    if not why:
        return []
    by_digest = ((one.record, why.get(hashlib.sha256(one.data).hexdigest())) for one in revisions)
    return [(record, _code(refusal)) for record, refusal in by_digest if refusal is not None]


def _code(refusal: DomainError) -> str:
    """A word for a receipt: of the protocol where it has one, else the name of the refusal."""
    return CODES.get(type(refusal), type(refusal).__name__)[:40]


def _tell(statement: Statement, item: Item, at: datetime) -> None:
    """Let those who registered hear an item; what they refuse is noted and skipped."""
    for listener in extras.listeners(item):
        try:
            with transaction.atomic():
                listener(statement.feed, item, at)
        except (DomainError, ProtocolError, ValueError) as error:
            logger.warning("An item of party %s was refused: %s", statement.feed.party[:8], type(error).__name__)
