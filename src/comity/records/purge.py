"""Purge: the content of a record is destroyed, and the log still verifies.

Salt and bytes of every revision go, and with them the domain row, the search row and the files that it alone named;
commitments stay, from which nothing can be guessed; a *purged* entry, signed by the owner, says that it was meant.

SQLite overwrites what is deleted, and its write-ahead log is emptied. PostgreSQL keeps dead rows until its vacuum has
passed, and both keep what their backups hold: a purge reaches those only when they are replaced.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import connection, transaction

from comity.files import store
from comity.kernel import canonical
from comity.kernel.errors import DomainError, NotFound, NotYours, RoleMissing, require
from comity.kernel.text import N_
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.parties.signing import sign_for
from comity.records import codec, search
from comity.records.kinds import all_kinds, kind_named
from comity.records.models import Handle, Record, Revision
from comity.records.resolve import body_of
from comity.records.work import act

logger = logging.getLogger(__name__)

MAY_PURGE = frozenset({Role.SECURITY_OFFICER, Role.LEGAL_ADVISER})


class PurgeNeedsReason(DomainError):
    """A purge is for a reason that the log can keep."""

    message = N_("Say why this is purged; the reason stays on the log, so name nobody in it.")


def purge_statement(record_id: str, revisions: Sequence[int]) -> bytes:
    """What the owner signs: which revisions of which record were destroyed on purpose."""
    return canonical.encode({"purged": record_id, "revisions": list(revisions)})


def purge(
    record: Record,
    *,
    reason: str,
    actor: Subject,
    at: datetime,
    sign: Callable[[Party, str, bytes], bytes] = sign_for,
) -> None:
    """Destroy the content of a record of the actor's own party.

    Raises:
        RoleMissing: the actor is neither security officer nor legal adviser.
        NotYours: another party owns it; ask its owner.
        NotFound: the actor may not read it, or it is purged already.
        PurgeNeedsReason: no reason is given.
    """
    purge_all([record], reason=reason, actor=actor, at=at, sign=sign)


def purge_all(
    records: Sequence[Record],
    *,
    reason: str,
    actor: Subject,
    at: datetime,
    sign: Callable[[Party, str, bytes], bytes] = sign_for,
) -> None:
    """Destroy the content of several records, or of none; raises as `purge` does. Each has its own entry on the log."""
    require(actor.roles & MAY_PURGE, RoleMissing)
    with act(actor, at) as work:
        for record in records:
            require(record.party_id == actor.party, NotYours)
            visible = Record.objects.visible_to(actor).filter(pk=record.pk, purged=False)
            require(visible.select_for_update().exists(), NotFound)
            require(reason.strip(), PurgeNeedsReason(field="reason"))
            revisions = Revision.objects.system("purge").filter(record=record).order_by("number")
            numbers = list(revisions.values_list("number", flat=True))
            files = named_only_by(record)
            destroy(record)
            revisions.update(salt=None, body=None)
            signature = sign(record.party, "audit", purge_statement(str(record.rid), numbers))
            work.note("purged", record.rid, revisions=numbers, reason=reason.strip(), signature=signature.hex())
            for digest in files:
                store.discard(digest)
        transaction.on_commit(scrub)


def named_only_by(record: Record) -> set[str]:
    """The files that this record's revisions name and no other record's do."""
    naming = {kind.name: kind.named_files for kind in all_kinds() if kind.named_files}
    if record.kind not in naming:
        return set()
    found: dict[bool, set[str]] = {True: set(), False: set()}
    revisions = Revision.objects.system("which files to purge").filter(record__kind__in=naming, body__isnull=False)
    for pk, kind, data in revisions.values_list("record_id", "record__kind", "body").iterator():
        body = body_of(bytes(data or b"{}"))
        found[pk == record.pk].update(body[name] for name in naming[kind] if body.get(name))
    return found[True] - found[False]


def destroy(record: Record) -> None:
    """Delete everything that was made from the content, and say of the record that it is purged."""
    unmake(record)
    Record.objects.system("purge").filter(pk=record.pk).update(purged=True)


def unmake(record: Record) -> None:
    """Delete everything that was made from the content."""
    model = kind_named(record.kind).model
    for name in codec.several(model):
        table, source = codec.links(model, name)
        table.filter(**{source: record.pk}).delete()
    model.objects.system("purge").filter(pk=record.pk).delete()
    search.forget([record.pk])
    Handle.objects.filter(record=record).delete()


def scrub() -> None:
    """Make SQLite forget what its index segments and its write-ahead log still hold of deleted rows."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO records_search (records_search) VALUES ('optimize')")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_ = cursor.fetchone()
    if busy:
        logger.warning("A reader kept the write-ahead log; purged bytes leave it with the next checkpoint.")
