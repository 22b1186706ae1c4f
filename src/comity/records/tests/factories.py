"""Parties, people and records for tests. Kinds are those of the rooms above, known by name from the registry alone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from comity.kernel.ids import PartyId, RecordId, uuid7
from comity.kernel.text import Text
from comity.labels.domain import Label
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, Classification
from comity.labels.subject import Clearance, Role, Subject
from comity.parties.actions import found_party
from comity.parties.models import Party
from comity.records.entry import enter
from comity.records.envelope import Envelope
from comity.records.kinds import kind_coded
from comity.records.models import RecordRow
from comity.records.receive import Received
from comity.records.work import act

AT = datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)
LATER = AT + timedelta(hours=1)
SALT = bytes(range(32))

ORGANISATION = "people.organisation"
PERSON = "people.person"
MANDATE = "programme.mandate"
OBJECTIVE = "programme.objective"
INDICATOR = "programme.indicator"
CONCURRENCE = "responses.concurrence"


def found(handle: str, home: Path, *, nature: str = "host", hosted: bool = True) -> Party:
    """A party with keys; one that is not hosted has left them elsewhere."""
    name = Text("en", {"en": handle.title(), "ar": f"طرف {handle}"}).json()
    party = found_party(
        handle=handle, name=name, nature=nature, home=home if hosted else home / "elsewhere" / handle, at=AT
    )
    if not hosted:
        Party.objects.filter(pk=party.pk).update(hosted=False)
        party.refresh_from_db()
    return party


def subject(
    party: Party, *roles: Role, clearance: Classification = Classification.UNCLASSIFIED, **more: Any
) -> Subject:
    """Somebody of `party`, who plans unless told otherwise."""
    return Subject(
        party=PartyId(party.pk),
        account=more.pop("account", "someone"),
        roles=frozenset(roles or {Role.PROGRAMME_MANAGER, Role.CHIEF, Role.ADVISER, Role.REGISTRY_CLERK}),
        clearances=frozenset({Clearance(PARTNERSHIP, clearance), Clearance(SYNTHETIC, clearance)}),
        **more,
    )


def label(*parties: Party, classification: Classification = Classification.UNCLASSIFIED, **more: Any) -> Label:
    """A marking that lets these parties read."""
    return Label(PARTNERSHIP, classification, frozenset(PartyId(party.pk) for party in parties), **more)


def text(english: str, arabic: str = "") -> dict[str, Any]:
    """A text, in English and perhaps Arabic."""
    return Text("en", {"en": english, **({"ar": arabic} if arabic else {})}).json()


def kind(code: str) -> Any:
    """The kind with this code; its model has columns that only the room above knows."""
    return kind_coded(code)


def organisation(actor: Subject, marking: Label, name: str | dict[str, Any] = "Ministry", **more: Any) -> Any:
    """An organisation of the actor's party: a record without rules of its own."""
    fields = {"name": text(name) if isinstance(name, str) else name, "nature": "ministry", **more}
    return enter(kind(ORGANISATION), fields=fields, label=marking, actor=actor, at=AT)


def change(row: RecordRow, actor: Subject, *, at: datetime = LATER, **fields: Any) -> None:
    """A further revision of the record, by its owner."""
    row.record.refresh_from_db(from_queryset=type(row.record).objects.system("test"))
    with act(actor, at) as work:
        work.revise(row, expected_revision=row.record.revision, **fields)


def uuid_number(number: int) -> UUID:
    """The `number`th id that somebody else chose."""
    return uuid7(AT, number.to_bytes(10, "big"))


def envelope(owner: Party, marking: Label, number: int = 1, *, revision: int = 1, **changes: Any) -> Envelope:
    """A revision of an organisation, as its owner would have written it."""
    facts: dict[str, Any] = {
        "id": RecordId(PartyId(owner.pk), uuid_number(number)),
        "kind": f"{ORGANISATION}/1",
        "revision": revision,
        "at": AT,
        "by": "over-there",
        "label": marking,
        "body": {"name": text(f"Organisation {number}, revision {revision}"), "nature": "ministry", "sources": []},
    }
    return Envelope(**(facts | changes))


def travelling(*args: Any, salt: bytes = SALT, **changes: Any) -> Received:
    """The same as bytes on their way."""
    return Received(salt, envelope(*args, **changes).encode())
