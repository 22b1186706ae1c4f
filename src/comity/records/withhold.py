"""Copies that their owner took back: nobody is shown them any more, or their content is destroyed.

A withheld copy carries a marking that no reader can have, in every place that is asked for a marking: the record, each
of its revisions, its row and its search row. So lists, searches, files, cards and histories keep it back by the one
rule they all ask. Its bytes stay as they came, and so does the log.
"""

from collections.abc import Sequence

from comity.files import store as files
from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.queries import intern
from comity.labels.scale import PARTNERSHIP, Classification
from comity.records import search
from comity.records.envelope import NotARevision, decode
from comity.records.kinds import UnknownKind, kind_named
from comity.records.models import Held, Record, Revision
from comity.records.purge import destroy, named_only_by
from comity.records.resolve import body_of

NOBODY = PartyId("a" * 52)
"""The id that a manifest with a hash of nought would have: there is none."""

WITHHELD = Label(PARTNERSHIP, Classification.TOP_SECRET, frozenset({NOBODY}), exchange_never=True)


def withheld_label() -> int:
    """The id of the marking that nobody can read under."""
    return intern(WITHHELD)


def hide(record: Record) -> None:
    """Let nobody be shown this copy, whatever of it came or will come. Inside a transaction."""
    Record.objects.system("withheld by its owner").filter(pk=record.pk).update(withheld=True)
    record.withheld = True
    if record.revision and not record.purged:
        nobody = withheld_label()
        Revision.objects.system("withheld by its owner").filter(record=record).update(label_id=nobody)
        _mark(record, nobody)


def show(record: Record) -> None:
    """Take `hide` back: each revision carries the marking that its own bytes say."""
    Record.objects.system("no longer withheld").filter(pk=record.pk).update(withheld=False)
    record.withheld = False
    if not record.revision or record.purged:
        return
    latest = record.label_id
    for revision in Revision.objects.system("no longer withheld").filter(record=record, body__isnull=False):
        own = intern(decode(bytes(revision.body or b"")).label)
        Revision.objects.system("no longer withheld").filter(pk=revision.pk).update(label_id=own)
        latest = own if revision.number == record.revision else latest
    if latest is not None:
        _mark(record, latest)


def _mark(record: Record, label: int) -> None:
    """The marking of the record, its row and its search row."""
    Record.objects.system("its marking").filter(pk=record.pk).update(label_id=label)
    record.label_id = label
    try:
        kind = kind_named(record.kind)
    except UnknownKind:
        return
    kind.model.objects.system("its marking").filter(pk=record.pk).update(label_id=label)
    newest = Revision.objects.system("its words").filter(record=record, number=record.revision).first()
    if newest is not None and newest.body is not None:
        search.index({record.pk: (label, record.kind, body_of(bytes(newest.body)))})


def purge_copy(record: Record) -> Sequence[int]:
    """Destroy the content of this copy, held revisions of it included; the numbers of the revisions that lost theirs.

    What comes of it later is not kept either. Inside a transaction.
    """
    revisions = Revision.objects.system("its owner has it destroyed").filter(record=record).order_by("number")
    numbers = list(revisions.filter(body__isnull=False).values_list("number", flat=True))
    names = named_only_by(record)
    if record.kind:
        destroy(record)
    else:
        Record.objects.system("its owner has it destroyed").filter(pk=record.pk).update(purged=True)
    revisions.update(salt=None, body=None)
    for held in Held.objects.filter(party_id=record.party_id):
        if _is_of(held, record):
            held.delete()
    for digest in names:
        files.discard(digest)
    return numbers


def _is_of(held: Held, record: Record) -> bool:
    try:
        return decode(bytes(held.body)).id == record.rid
    except NotARevision:
        return str(record.rid).encode() in bytes(held.body)
