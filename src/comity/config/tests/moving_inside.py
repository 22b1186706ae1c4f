"""What the tests of a move do inside a node, in a process of its own: `python -m … prepare|facts|say|hear FILE`.

prepare   two parties with records under every sort of marking, files, drafts, an account with a second factor
facts     what the node holds, as JSON
say FILE  let the host open its hidden record to the mission, and write the new revision into FILE
hear FILE take that revision in
"""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
PASSWORD = "a-clerk-moves-house"
CANARY = "kingfisher"  # stands in what only the host may read
PDF = b"%PDF-1.4 letter "


def prepare() -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    from comity.accounts.actions import create_account
    from comity.accounts.domain import operator
    from comity.accounts.models import Group, Membership
    from comity.config.node import home
    from comity.files import store
    from comity.kernel.ids import PartyId
    from comity.kernel.text import Text
    from comity.labels.domain import Label
    from comity.labels.scale import PARTNERSHIP, Classification
    from comity.labels.subject import Role, Subject
    from comity.parties.actions import found_party
    from comity.people.models import Organisation
    from comity.records.models import Handle, Record
    from comity.records.purge import purge
    from comity.records.sheets.models import Sheet, SheetPart
    from comity.records.work import act
    from comity.responses.models import Concurrence

    def text(words: str) -> dict[str, Any]:
        return Text.single("en", words).json()

    for handle, nature in (("mission", "mission"), ("host", "host")):
        found_party(handle=handle, name=text(handle), nature=nature, home=home(), at=datetime.now(UTC))
    mission, host = PartyId(party("mission").pk), PartyId(party("host").pk)
    accounts = {}
    for owner, name, role in ((mission, "adviser", Role.ADVISER), (host, "clerk", Role.REGISTRY_CLERK)):
        accounts[name] = create_account(
            party=owner, username=name, password=PASSWORD, display_name=name, language="en", roles={role},
            clearances={PARTNERSHIP: Classification.UNCLASSIFIED}, actor=operator(owner), at=AT,
        )  # fmt: skip
    TOTP.activate(accounts["clerk"], "JBSWY3DPEHPK3PXP")
    assert Authenticator.objects.count() == 1
    group = Group.objects.create(party_id=host, name=text("Depots"))
    Membership.objects.create(group=group, account=accounts["clerk"], since=AT)
    sheet = Sheet.objects.create(
        uuid="01890a5d-ac96-774b-bcce-b302099a8057", party_id=host, account=str(accounts["clerk"].pk),
        kind="people.organisation/1", name="draft.csv", at=AT, until=AT + timedelta(days=9000),
    )  # fmt: skip
    SheetPart.objects.create(sheet=sheet, number=0, cells=b"[[]]")

    def label(*to: PartyId, never: bool = False) -> Label:
        return Label(PARTNERSHIP, Classification.UNCLASSIFIED, frozenset(to), exchange_never=never)

    shared, ours, theirs = label(mission, host), label(mission), label(host)
    never = label(mission, host, never=True)
    actors = {
        owner: Subject(owner, str(accounts[name].pk), frozenset({Role.SECURITY_OFFICER, *Role}), accounts_clearances())
        for owner, name in ((mission, "adviser"), (host, "clerk"))
    }

    def organisation(owner: PartyId, name: str, marking: Label, parent: Record | None = None) -> Organisation:
        with act(actors[owner], AT) as work:
            return work.create(Organisation, label=marking, name=text(name), nature="office", parent=parent)

    def again(row: Organisation, name: str, marking: Label) -> None:
        with act(actors[host], AT) as work:
            work.revise(row, expected_revision=1, label=marking, name=text(name))

    m_shared = organisation(mission, "M shared", shared)
    organisation(mission, "M never", never)
    h_own = organisation(host, f"H own {CANARY}", theirs)
    organisation(mission, "M own", ours, parent=h_own.record)
    opened = organisation(host, f"H opened {CANARY}", theirs, parent=m_shared.record)
    again(opened, "H opened", shared)
    closed = organisation(host, "H closed", shared)
    again(closed, f"H closed {CANARY}", theirs)
    organisation(host, f"H never {CANARY}", never)
    purged = organisation(host, f"H purged {CANARY}", theirs)
    purge(purged.record, reason="a drill", actor=actors[host], at=AT)
    for name, marking in (("shared", shared), ("own", theirs)):
        scan = store.keep(PDF + name.encode(), at=AT)
        with act(actors[host], AT) as work:
            work.create(
                Concurrence, label=marking, about=m_shared.record, position="concurs", view="working",
                note=text(f"C {name}" + (f" {CANARY}" if name == "own" else "")), scan=scan,
            )  # fmt: skip
    Handle.objects.create(directory="small", key="h-own", record=h_own.record, digest="0" * 64)


def accounts_clearances() -> Any:
    from comity.labels.scale import PARTNERSHIP, Classification
    from comity.labels.subject import Clearance

    return frozenset({Clearance(PARTNERSHIP, Classification.UNCLASSIFIED)})


def party(handle: str) -> Any:
    from comity.parties.models import Party

    return Party.objects.get(handle=handle)


def name_of(data: Any) -> str:
    body = json.loads(bytes(data))["body"] if data else {}
    return str((body.get("name") or body.get("note") or {"text": {"en": ""}})["text"]["en"])


def facts() -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import decrypt
    from django.contrib.auth.hashers import check_password

    from comity.accounts.models import Account, Group, Membership
    from comity.audit.models import Entry
    from comity.config.node import home
    from comity.files.models import StoredFile
    from comity.files.store import path_of
    from comity.kernel.clock import now
    from comity.kernel.ids import PartyId
    from comity.parties.models import Party
    from comity.parties.queries import manifest_in_force
    from comity.people.models import Organisation
    from comity.records.models import Handle, Record, Revision
    from comity.records.sheets.models import SheetPart
    from comity.responses.models import Concurrence

    rows = {
        pk for model in (Organisation, Concurrence) for pk in model.objects.system("t").values_list("pk", flat=True)
    }
    revisions = Revision.objects.system("test").select_related("record__party").order_by("record", "number")

    def holds(one: Party) -> bool:
        return manifest_in_force(PartyId(one.pk), at=now()).version == one.manifest_version

    found = {
        "hosted": sorted(Party.objects.filter(hosted=True).values_list("handle", flat=True)),
        "parties": sorted(one.handle for one in Party.objects.all() if holds(one)),
        "keys": sorted(path.name for path in (home() / "keys").iterdir()),
        "revisions": [
            [one.record.party.handle, str(one.record.rid), one.number, bytes(one.commitment).hex(),
             bytes(one.salt).hex() if one.salt else "", name_of(one.body)] for one in revisions
        ],
        "shown": sorted(
            name_of(revisions.get(record=record, number=record.revision).body)
            for record in Record.objects.system("test").filter(pk__in=rows)
        ),
        "purged": [str(one.rid) for one in Record.objects.system("test").filter(purged=True)],
        "accounts": {
            one.username: [one.is_active, check_password(PASSWORD, one.password)] for one in Account.objects.all()
        },
        "factors": [decrypt(one.data["secret"]) for one in Authenticator.objects.all()],
        "groups": [Group.objects.count(), Membership.objects.count()],
        "drafts": SheetPart.objects.count(),
        "handles": [[one.key, str(one.record.rid)] for one in Handle.objects.select_related("record")],
        "letters": sorted(path_of(one.digest).read_bytes().decode() for one in StoredFile.objects.all()),
        "files": sum(path.is_file() for path in (home() / "files").rglob("*")),
        "events": sorted(set(Entry.objects.system("test").values_list("event", flat=True))),
    }  # fmt: skip
    print(json.dumps(found))


def say(file: Path) -> None:
    from comity.kernel.ids import PartyId
    from comity.kernel.text import Text
    from comity.labels.domain import Label
    from comity.labels.scale import PARTNERSHIP, Classification
    from comity.labels.subject import Role, Subject
    from comity.people.models import Organisation
    from comity.records.models import Handle, Revision
    from comity.records.work import act

    record = Handle.objects.get(key="h-own").record
    owner = PartyId(party("host").pk)
    label = Label(PARTNERSHIP, Classification.UNCLASSIFIED, frozenset({owner, PartyId(party("mission").pk)}))
    row = Organisation.objects.system("test").get(pk=record.pk)
    with act(Subject(owner, "clerk", frozenset(Role), accounts_clearances()), AT) as work:
        work.revise(row, expected_revision=1, label=label, name=Text.single("en", "H own, opened").json())
    revision = Revision.objects.system("test").get(record=record, number=2)
    file.write_text(json.dumps([bytes(revision.salt or b"").hex(), bytes(revision.body or b"").hex()]))


def hear(file: Path) -> None:
    from comity.kernel.ids import PartyId
    from comity.records.receive import Received, receive

    salt, data = (bytes.fromhex(part) for part in json.loads(file.read_text()))
    outcome = receive([Received(salt, data)], party=PartyId(party("host").pk), at=AT)
    assert (outcome.applied, dict(outcome.held)) == (1, {})


if __name__ == "__main__":
    import django

    django.setup()
    acts: dict[str, Callable[..., None]] = {"prepare": prepare, "facts": facts, "say": say, "hear": hear}
    acts[sys.argv[1]](*map(Path, sys.argv[2:]))
