"""The same node without what a reader may not see: what is hidden is taken out, and every page must stay as it is.

A record that is hidden becomes a stub, as if it had never come. An entry of the log is left with what everybody may
know of it: its place, its time and its hash. Ids, places on the log and times stay, so that pages can be compared as
they are.

That a text spells somebody's name is told to whoever is about to release it, though not whose: it stays told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from django.db.models import Q

from comity.audit.models import Entry
from comity.federation.models import (
    Channel,
    ChannelVersion,
    Joining,
    Membership,
    Release,
    Released,
    StandingRule,
    Withdrawal,
)
from comity.federation.release import queries
from comity.federation.release.names import names_now
from comity.files.models import StoredFile
from comity.labels.domain import Label
from comity.labels.models import InternedLabel
from comity.labels.queries import label_id
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import Role
from comity.records import codec, search
from comity.records.envelope import decode
from comity.records.kinds import kind_named
from comity.records.models import Handle, Held, Record, Revision, RowsQuerySet
from comity.reports.models import StoredReading, StoredReport
from tests.leaks.beside import STRANGER
from tests.leaks.dataset import Dataset
from tests.leaks.markings import BLIND, Marking, Reader
from tests.leaks.scratch import scratch

_WATCHERS = {Role.SECURITY_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR}


@contextmanager
def twin(data: Dataset, reader: Reader) -> Iterator[None]:
    """Let the node be without what `reader` may not see."""
    names = names_now()
    with scratch(), mock.patch.object(queries, "names_now", return_value=names):
        assert take_out_hidden(data, reader) > 0
        yield


def take_out_hidden(data: Dataset, reader: Reader) -> int:
    """Leave on the node only what `reader` may see of it; how many revisions went."""
    readable = {label_id(marking.label(data.ids)) for marking in data.markings if reader.reads(marking)}
    revisions = Revision.objects.system("test").exclude(label_id__in=readable)
    unread = list(revisions.values_list("log_index", flat=True))
    hidden = Record.objects.system("test").filter(label_id__isnull=False).exclude(label_id__in=readable)
    _blank(data, reader, unread, hidden)
    revisions.delete()
    for record in hidden:
        _make_stub(record)
    for texts in (StoredReport, StoredReading):
        texts.objects.system("test").exclude(label_id__in=readable).delete()
    _as_if_never_come(data, reader)
    InternedLabel.objects.exclude(pk__in=readable | _of_own_channel(data, reader)).delete()
    _forget_held(readable, reader)
    _forget_channels(data.ids.get(reader.party, ""))
    Joining.objects.exclude(party_id=data.ids.get(reader.party, "")).delete()
    return len(unread)


def _of_own_channel(data: Dataset, reader: Reader) -> set[int]:
    """The marking for the members of the channel that the reader's party has: offered before anything bears it."""
    if not reader.reads(Marking(parties=frozenset({reader.party}))):
        return set()
    members = frozenset({data.ids[reader.party], STRANGER})
    return {label_id(Label(PARTNERSHIP, Classification.UNCLASSIFIED, members))}


def _forget_held(readable: set[int], reader: Reader) -> None:
    """What is held from partners; who keeps the node, and reads no record, is told how much it is."""
    if reader.roles - BLIND:
        for held in Held.objects.all():
            if label_id(decode(bytes(held.body)).label) not in readable:
                held.delete()


def _forget_channels(party: str) -> None:
    """Channels that the reader's party is not in."""
    others = Channel.objects.exclude(memberships__party_id=party)
    for table in (Withdrawal, Released, Release, StandingRule, Membership, ChannelVersion):
        table.objects.filter(channel__in=others).delete()
    others.delete()


def _as_if_never_come(data: Dataset, reader: Reader) -> None:
    """What is purged is nothing to any page but the log's; and its purge is told to whoever could read all of it."""
    Record.objects.system("test").filter(purged=True).update(revision=0)
    partly = [
        str(one.record.rid)
        for one in data.planted
        if one.purged and not all(reader.reads(marking) for marking in one.markings)
    ]
    purges = Entry.objects.system("test").filter(event="purged", about__in=partly)
    if reader.roles == {Role.AUDITOR}:  # who is told of all that its own party did
        purges = purges.exclude(party=data.ids.get(reader.party, ""))
    purges.update(event="", party="another", about="")


def _make_stub(record: Record) -> None:
    model = kind_named(record.kind).model
    row = model.objects.system("test").filter(pk=record.pk).first()
    if row is not None:
        for name in model_files(record.kind):
            StoredFile.objects.filter(digest=getattr(row, name)).delete()
    for name in codec.several(model):
        table, source = codec.links(model, name)
        table.filter(**{source: record.pk}).delete()
    model.objects.system("test").filter(pk=record.pk).delete()
    search.forget([record.pk])
    Handle.objects.filter(record=record).delete()
    stub = {"revision": 0, "kind": "", "label": None, "log_index": None, "purged": False}
    Record.objects.system("test").filter(pk=record.pk).update(**stub)


def model_files(kind: str) -> frozenset[str]:
    return kind_named(kind).named_files


def _blank(data: Dataset, reader: Reader, unread: list[int], hidden: RowsQuerySet[Record]) -> None:
    """Entries of hidden revisions, and acts of people whose acts are not for this reader.

    That a record was taken back is told of what its reader may read, and of nothing that is purged.
    """
    entries = Entry.objects.system("test")
    party = data.ids.get(reader.party, "")
    acts = Q(about="") & ~Q(party=party)
    if not reader.roles & _WATCHERS:
        acts |= Q(about="", party=party) & ~Q(actor=data.accounts.get(reader.name, "nobody"))
    taken = Record.objects.system("test").filter(Q(pk__in=hidden) | Q(purged=True))
    acts |= Q(event="withdrawn", about__in=[str(record.rid) for record in taken])
    told = Q(party=party) if reader.roles == {Role.AUDITOR} else Q(pk__in=[])
    gone = entries.filter((Q(index__in=unread) | acts) & ~told)
    gone.update(event="", party="another", actor="", about="")
    if reader.roles != {Role.AUDITOR}:  # to whom each entry is proved, also one that is not told: it needs its bytes
        gone.update(data=b'{"facts":{}}')
