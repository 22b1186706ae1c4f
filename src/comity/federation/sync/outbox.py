"""What waits to be said by a party in a channel, as the items of its next frame: withdrawals, else revisions in order.

Withdrawals are never in one frame with revisions, for they have a feed of their own (`Feed.urgent`).

A revision that was destroyed, or whose record was withdrawn, before it left is never sent, and is noted so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from comity.federation.models import Feed, Released
from comity.federation.models import Withdrawal as WithdrawalRow
from comity.federation.protocol.statement import MAX_ITEMS, Item, Mode, Revision, Withdrawal
from comity.kernel.ids import PartyId, RecordId

NEVER_LEFT = 0
"""In place of the step: it was withdrawn or destroyed before it could leave."""
NOT_SIGNED = -1
"""In place of the step: the signer refused it; a person must look."""

MOST_BYTES = 1_400_000
"""Of revisions in one frame, unless a single one is larger: written as base64 twice, they stay below the bound."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item, and the row of the outbox that it comes from."""

    item: Item
    row: int

    @property
    def is_revision(self) -> bool:
        return isinstance(self.item, Revision)

    @property
    def is_urgent(self) -> bool:
        """Whether it must wait behind no record."""
        return not self.is_revision


def pairs() -> set[tuple[str, str]]:
    """Every (party, channel) whose outbox is not empty; two reads of small indexes."""
    waiting = {"emitted_seq__isnull": True}
    return {
        (party, channel)
        for table in (Released, WithdrawalRow)
        for party, channel in table.objects.filter(**waiting).values_list("party_id", "channel_id").distinct()
    }


def gather(party: PartyId, channel: str) -> list[Waiting]:
    """What the next frame says: as much as one holds. Notes what will never leave, so inside a transaction."""
    found: list[Waiting] = [*_withdrawals(party, channel)]
    if found:
        return found
    rows = _revisions(party, channel, MAX_ITEMS)
    size, never = 0, []
    for pk, owner, uuid, number, salt, body, withdrawn in rows:
        if salt is None or withdrawn:
            never.append(pk)
            continue
        data = bytes(body)
        size += len(data)
        if size > MOST_BYTES and size > len(data):
            break
        record = RecordId(PartyId(owner), uuid if isinstance(uuid, UUID) else UUID(str(uuid)))
        found.append(Waiting(Revision(record, number, bytes(salt), data), pk))
    if never:
        Released.objects.filter(pk__in=never).update(emitted_seq=NEVER_LEFT)
    return found


def said(waiting: Iterable[Waiting], feed: Feed, seq: int) -> None:
    """Note in which step of which feed these left, or why not (`NEVER_LEFT`, `NOT_SIGNED`)."""
    every = list(waiting)
    for table, rows in (
        (Released, [one.row for one in every if one.is_revision]),
        (WithdrawalRow, [one.row for one in every if not one.is_revision]),
    ):
        if rows:
            table.objects.filter(pk__in=rows, emitted_seq=None).update(feed=feed, emitted_seq=seq)


def _withdrawals(party: PartyId, channel: str) -> Iterable[Waiting]:
    rows = WithdrawalRow.objects.filter(party_id=party, channel_id=channel, emitted_seq=None).select_related("record")
    for row in rows.order_by("pk")[:MAX_ITEMS]:
        yield Waiting(Withdrawal(row.record.rid, Mode(row.mode)), row.pk)


def _revisions(party: PartyId, channel: str, most: int) -> Sequence[tuple[Any, ...]]:
    """(row, owner, uuid, number, salt, bytes, whether its record is withdrawn), the longest waiting first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT waiting.id, record.party_id, record.uuid, waiting.revision, revision.salt, revision.body,"
            " EXISTS (SELECT 1 FROM federation_withdrawal gone WHERE gone.channel_id = waiting.channel_id"
            " AND gone.record_id = waiting.record_id)"
            " FROM federation_released waiting"
            " JOIN records_record record ON record.id = waiting.record_id"
            " LEFT JOIN records_revision revision ON revision.record_id = waiting.record_id"
            " AND revision.number = waiting.revision"
            " WHERE waiting.party_id = %s AND waiting.channel_id = %s AND waiting.emitted_seq IS NULL"
            " ORDER BY waiting.id LIMIT %s",
            [party, channel, most],
        )
        return list(cursor.fetchall())
