"""Where a name stands, letter for letter: in any stored state of a record, in drafts of imports.

Search knows the latest state alone, and folds what it knows. Before a name can be destroyed, every byte that spells it
has to be found; so this reads everything a party holds. It is slow on purpose, and done seldom.
"""

import json
from collections.abc import Collection, Iterable

from comity.kernel.ids import PartyId
from comity.records.models import Revision
from comity.records.sheets.drafts import discard
from comity.records.sheets.models import Sheet, SheetPart, SheetUnit

SHORTEST = 3  # letters; what is shorter stands everywhere


class Spelled:
    """Tells whether stored JSON holds one of these spellings, in capitals or small letters."""

    def __init__(self, spellings: Iterable[str]) -> None:
        long_enough = {one for one in spellings if len(one) >= SHORTEST}
        self.needles = sorted({json.dumps(one, ensure_ascii=False)[1:-1].casefold() for one in long_enough})

    def is_in(self, data: bytes | memoryview) -> bool:
        """Whether `data`, as UTF-8, holds one of them."""
        text = bytes(data).decode("utf-8", "replace").casefold()
        return any(needle in text for needle in self.needles)


def records_holding(spelled: Spelled, among: Collection[int] | None = None) -> dict[int, str]:
    """The records of which some revision, the latest or an older one, holds a spelling: pk → id of the owner.

    `among` limits what is looked at to these.
    """
    revisions = Revision.objects.system("every state that spells a name, for whoever must find all of them")
    if among is not None:
        revisions = revisions.filter(record__in=among)
    bodies = revisions.filter(body__isnull=False).values_list("record_id", "record__party_id", "body")
    return {pk: party for pk, party, body in bodies.iterator(chunk_size=500) if spelled.is_in(body or b"")}


def drafts_holding(spelled: Spelled, party: PartyId) -> list[Sheet]:
    """The party's drafts of imports, whoever's they are, that hold a spelling."""
    found = set()
    for table, column in ((SheetPart, "cells"), (SheetUnit, "plans")):
        rows = table.objects.filter(sheet__party_id=party).values_list("sheet_id", column)
        found |= {pk for pk, data in rows.iterator(chunk_size=100) if spelled.is_in(data)}
    for sheet in Sheet.objects.filter(party_id=party):
        told = json.dumps([sheet.name, sheet.problems, sheet.columns], ensure_ascii=False)
        found |= {sheet.pk} if spelled.is_in(told.encode()) else set()
    return list(Sheet.objects.filter(pk__in=found))


def discard_drafts(sheets: Iterable[Sheet]) -> None:
    """Delete these drafts, whole: what their authors uploaded they still have."""
    for sheet in sheets:
        discard(sheet)
