"""Writing down what a party takes along. Reads only, inside the transaction that holds the log's lock."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.core import serializers
from django.db.models import Model, Q

from comity.accounts.models import Account, Group, Membership
from comity.audit import log
from comity.audit.models import Entry
from comity.config.moving.parcel import Parcel, text_of
from comity.files import store
from comity.files.models import StoredFile
from comity.kernel import canonical, disk
from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.models import InternedLabel
from comity.parties import keys
from comity.parties.manifest import Purpose, parse
from comity.parties.models import Manifest, Party
from comity.records.kinds import all_kinds
from comity.records.models import Handle, Revision
from comity.records.resolve import body_of
from comity.records.sheets.models import Sheet, SheetColumns, SheetPart, SheetUnit
from comity.reports.models import StoredReading, StoredReport

_WHY = "a party takes along what it has"
SECRETS = ("secret", "seed")  # what of a second factor is encrypted under the node's own secret


def pack(party: Party, *, token: str, folder: Path, home: Path, to: Path) -> None:
    """Write the parcel into `folder`; keys and files go where the new node in `to` will look for them."""
    parcel = Parcel(folder)
    state = log.head()
    parcel.put("about", party=party.pk, token=token, size=state.size, root=state.root.hex())
    _parties(parcel)
    readable = _labels(parcel, party)
    _rows(parcel, party, readable)
    named: set[str] = set()
    for pk, line, naming in _revisions(party, readable):
        parcel.put("revision", own=pk == party.pk, **line)
        named |= naming
    for entry in Entry.objects.system(_WHY).filter(event="purged", party=party.pk).order_by("index"):
        said: Any = canonical.decode(bytes(entry.data))
        parcel.put("purged", **{name: said[name] for name in ("event", "party", "actor", "about", "facts")})
    for row in StoredFile.objects.filter(digest__in=named):
        _keep(to / store.path_of(row.digest).relative_to(home), store.path_of(row.digest).read_bytes())
        _dump(parcel, [row])
    parcel.close()
    _keys(party, home, to)


def _parties(parcel: Parcel) -> None:
    for party in Party.objects.order_by("pk"):
        facts = {name: getattr(party, name) for name in ("handle", "name", "nature", "manifest_version")}
        parcel.put("party", pk=party.pk, **facts)
        for one in Manifest.objects.filter(party=party).order_by("version"):
            parcel.put(
                "manifest", party_id=party.pk, version=one.version, data=text_of(one.data), signatures=one.signatures
            )


def _labels(parcel: Parcel, party: Party) -> dict[int, bool]:
    """The markings that release to the party; by id, whether what is so marked may go to another party at all."""
    own = set(Revision.objects.system(_WHY).filter(record__party=party).values_list("label_id", flat=True))
    found = {}
    for row in InternedLabel.objects.order_by("pk"):
        label = Label.of(row.body)
        if party.pk in label.releasable_to or row.pk in own:
            parcel.put("label", body=row.body)
        if party.pk in label.releasable_to:
            found[row.pk] = not label.exchange_never
    return found


def _rows(parcel: Parcel, party: Party, readable: Iterable[int]) -> None:
    accounts = Account.objects.filter(party=party)
    groups = Group.objects.filter(party=party)
    sheets = Sheet.objects.filter(party=party)
    _dump(parcel, accounts)
    _dump(parcel, groups)
    _dump(parcel, Membership.objects.filter(group__in=groups, account__in=accounts))
    factors = list(Authenticator.objects.filter(user__in=accounts))
    for factor in factors:
        factor.data = {name: decrypt(said) if name in SECRETS else said for name, said in factor.data.items()}
    _dump(parcel, factors)
    marked = Q(label__isnull=True) | Q(label__in=readable)
    for model in (sheets.filter(marked), SheetColumns.objects.filter(party=party)):
        _dump(parcel, model)
    for parts in (SheetPart, SheetUnit):
        _dump(parcel, parts.objects.filter(sheet__in=sheets.filter(marked)))
    readings = StoredReading.objects.system(_WHY).filter(label__in=readable)
    _dump(parcel, readings)
    _dump(parcel, StoredReport.objects.system(_WHY).filter(label__in=readable, reading__in=readings))
    for handle in Handle.objects.filter(record__party=party).select_related("record"):
        parcel.put(
            "handle", directory=handle.directory, key=handle.key, digest=handle.digest, record=str(handle.record.rid)
        )


def _dump(parcel: Parcel, rows: Iterable[Model]) -> None:
    for row in json.loads(serializers.serialize("json", rows)):
        parcel.put("row", **row)


def _revisions(party: Party, readable: dict[int, bool]) -> Iterator[tuple[str, dict[str, Any], set[str]]]:
    """Owner, line, and the files it names, of each revision that goes along, in the order of the log."""
    naming = {kind.name: kind.named_files for kind in all_kinds() if kind.named_files}
    going = [pk for pk, may_go in readable.items() if may_go]
    copies = Q(label__in=going, body__isnull=False, record__purged=False, record__withheld=False)
    rows = Revision.objects.system(_WHY).filter(Q(record__party=party) | copies).select_related("record")
    for row in rows.order_by("log_index").iterator(chunk_size=500):
        body = body_of(bytes(row.body)) if row.body is not None else {}
        digests = {body[name] for name in naming.get(row.record.kind, ()) if body.get(name)}
        line = {
            "record": str(row.record.rid),
            "kind": row.record.kind,
            "number": row.number,
            "label": row.label_id,
            "at": row.at.isoformat(),
            "actor": row.actor,
            "commitment": bytes(row.commitment).hex(),
            "salt": text_of(row.salt),
            "data": text_of(row.body),
        }
        yield row.record.party_id, line, digests


def _keys(party: Party, home: Path, to: Path) -> None:
    """Every key of the party that its manifests name and that lies here."""
    owner = PartyId(party.pk)
    for data in Manifest.objects.filter(party=party).values_list("data", flat=True):
        for purpose in Purpose:
            for public in parse(bytes(data)).keys[purpose]:
                target = keys.file_of(to, owner, purpose, public)
                if keys.holds(home, owner, purpose, public) and not target.exists():
                    _keep(target, keys.read(home, owner, purpose, public))


def _keep(path: Path, content: bytes) -> None:
    disk.make_folder(path.parent)
    disk.write(path, content)
