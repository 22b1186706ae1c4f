"""The same node without what a reader may not see: what is hidden is taken out, and every page must stay as it is.

A record that is hidden becomes a stub, as if it had never come. An entry of the log is left with what everybody may
know of it: its place, its time and its hash. Ids, places on the log and times stay, so that pages can be compared as
they are.
"""

from django.db.models import Q

from comity.audit.models import Entry
from comity.files.models import StoredFile
from comity.labels.models import InternedLabel
from comity.labels.queries import label_id
from comity.labels.subject import Role
from comity.records import codec, search
from comity.records.kinds import kind_named
from comity.records.models import Handle, Record, Revision
from tests.leaks.dataset import Dataset
from tests.leaks.markings import Reader

_WATCHERS = {Role.SECURITY_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR}


def take_out_hidden(data: Dataset, reader: Reader) -> int:
    """Leave on the node only what `reader` may see of it; how many revisions went."""
    readable = {label_id(marking.label(data.ids)) for marking in data.markings if reader.reads(marking)}
    revisions = Revision.objects.system("test").exclude(label_id__in=readable)
    unread = list(revisions.values_list("log_index", flat=True))
    hidden = Record.objects.system("test").filter(label_id__isnull=False).exclude(label_id__in=readable)
    _blank(data, reader, unread)
    revisions.delete()
    for record in hidden:
        _make_stub(record)
    InternedLabel.objects.exclude(pk__in=readable).delete()
    return len(unread)


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


def _blank(data: Dataset, reader: Reader, unread: list[int]) -> None:
    """Entries of hidden revisions, and acts about no record of people whose acts are not for this reader."""
    entries = Entry.objects.system("test")
    party = data.ids.get(reader.party, "")
    acts = Q(about="") & ~Q(party=party)
    if not reader.roles & _WATCHERS:
        acts |= Q(about="", party=party) & ~Q(actor=data.accounts.get(reader.name, "nobody"))
    told = Q(party=party) if reader.roles == {Role.AUDITOR} else Q(pk__in=[])
    gone = entries.filter((Q(index__in=unread) | acts) & ~told)
    gone.update(event="", party="another", actor="", about="", data=b'{"facts":{}}')
