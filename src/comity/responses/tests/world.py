"""A node with two parties and what little each test needs on it, entered by the one way there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.test import Client

from comity.accounts.actions import create_account
from comity.accounts.domain import operator
from comity.accounts.queries import subject_of
from comity.audit.log import head
from comity.kernel.errors import DomainError, Refused
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.domain import Label
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, USE_CAVEATS, Classification
from comity.labels.subject import READING_ROLES, Clearance, Role, Subject
from comity.parties.actions import found_party
from comity.parties.models import Party
from comity.records import entry
from comity.records.fields import PartialDateField, QuantityField
from comity.records.kinds import Kind, all_kinds, kind_coded, kind_named
from comity.records.models import Record, RecordRow, Revision
from comity.records.work import act

AT = datetime(2025, 7, 15, 9, tzinfo=UTC)
ON = date(2025, 7, 15)
_names = count(1)


def text(words: str, arabic: str = "") -> dict[str, Any]:
    return Text("en", {"en": words, "ar": arabic}).json() if arabic else Text.single("en", words).json()


# The least that each kind takes; a ref that is not given is made.
LEAST: dict[str, dict[str, Any]] = {
    "programme.mandate": {
        "title": text("Mandate"),
        "purpose": text("Advice"),
        "clauses": [{"key": "advisory", "text": text("It advises.")}],
    },
    "programme.objective": {"statement": text("Supplies arrive"), "area": "logistics", "stage": "submitted"},
    "programme.initiative": {"clause": "advisory", "title": text("Courses"), "status": "planned"},
    "programme.result": {"level": "outcome", "statement": text("Depots deliver")},
    "programme.milestone": {"title": text("Depot opens"), "state": "planned"},
    "programme.indicator": {
        "title": text("Convoys on time"),
        "measure": "unit",
        "nature": "stock",
        "direction": "ascending",
        "frequency": "quarterly",
        "additive": True,
        "critical": False,
        "distinct_people": False,
        "straight_line": False,
        "dimensions": [],
        "levels": [],
    },
    "programme.baseline": {"period_start": date(2024, 12, 31), "period_end": date(2024, 12, 31)},
    "programme.target": {"period_start": date(2025, 12, 31), "period_end": date(2025, 12, 31)},
    "programme.measurement": {"period_start": date(2025, 6, 30), "period_end": date(2025, 6, 30)},
    "programme.claim": {"statement": text("Things got better")},
    "programme.risk": {"statement": text("Money ends"), "state": "open"},
    "programme.assumption": {"statement": text("Money lasts"), "state": "holds"},
    "responses.concurrence": {"position": "concurs", "view": "official"},
    "responses.verification": {"finding": "confirmed", "mode": "independent", "verified_on": ON},
    "responses.proposal": {"changes": [{"field": "statement", "value": text("Supplies arrive on time")}]},
    "responses.reply": {"decision": "declined"},
    "responses.question": {"words": text("By when?")},
    "responses.answer": {"words": text("By spring.")},
    "people.organisation": {"name": text("Ministry"), "nature": "ministry"},
    "people.position": {"title": text("Director"), "holders": "one"},
    "people.person": {"name": text("Synthetic Person")},
    "people.appointment": {"status": "confirmed"},
    "people.delegation": {"starts": "2025-07-01"},
    "people.mention": {"name": text("Synthetic Mention")},
    "people.identification": {"finding": "same"},
}
TO_ANOTHER = {"responses.proposal", "responses.reply"}
"""What only a party can say to which the record above does not belong."""
LETTER: dict[str, Any] = {
    "letter_number": "77/2025",
    "letter_date": date(2025, 7, 1),
    "authority": text("The minister"),
}


@dataclass(frozen=True)
class World:
    """Iraq and the mission on one node."""

    iraq: Party
    nmi: Party

    def party(self, side: str) -> Party:
        return self.iraq if side == "iraq" else self.nmi

    def subject(self, side: str, *roles: Role) -> Subject:
        """Somebody of a side; of every role that reads, where none is named."""
        held = frozenset(Clearance(policy, Classification.UNCLASSIFIED) for policy in (PARTNERSHIP, SYNTHETIC))
        name = f"{side}-{'-'.join(sorted(roles)) or 'all'}"
        return Subject(PartyId(self.party(side).pk), name, frozenset(roles) or READING_ROLES, held, USE_CAVEATS)

    def label(self, *sides: str, caveats: frozenset[str] = frozenset()) -> Label:
        """Unclassified for the sides named, or for both."""
        to = frozenset(PartyId(self.party(side).pk) for side in sides or ("iraq", "nmi"))
        return Label(PARTNERSHIP, Classification.UNCLASSIFIED, to, caveats=caveats)

    def enter(
        self, code: str, by: str = "nmi", *, label: Label | None = None, actor: Subject | None = None, **fields: Any
    ) -> Any:
        """A record with the least that its kind takes and `fields`; refs may be rows or records."""
        kind = kind_coded(code)
        given = {name: _plain(kind, name, value) for name, value in {**LEAST[code], **fields}.items()}
        other = {"iraq": "nmi", "nmi": "iraq"}[by] if code in TO_ANOTHER else by
        for name, codes in kind.refs.items():
            if name in kind.required and name not in given:
                above = codes[0] if codes else "programme.objective"
                given[name] = self.enter(above, "iraq" if above == "programme.mandate" else other).record
        if code == "programme.indicator":
            given.setdefault("reporter", self.party(by))
        if code == "people.delegation" and not {"delegate", "person"} & given.keys():
            given["delegate"] = self.enter("people.position", by).record
        actor = actor or self.subject(by)
        return entry.enter(kind, fields=given, label=label or self.label(), actor=actor, at=AT)

    def amend(
        self, row: RecordRow, by: str = "nmi", *, label: Label | None = None, seen: int | None = None, **fields: Any
    ) -> None:
        """Change a record as its last revision shows it, or as the revision `seen` did."""
        record = Record.objects.system("test").get(pk=row.pk)
        kind = kind_named(record.kind)
        given = {name: _plain(kind, name, value) for name, value in fields.items()}
        entry.amend(
            kind,
            row,
            expected_revision=seen or record.revision,
            fields=given,
            label=label,
            actor=self.subject(by),
            at=AT,
        )

    def mark(self, row: RecordRow, by: str = "nmi", *, label: Label) -> None:
        """Mark a record otherwise, as another node may send it, whatever the rules of entry here would say of it."""
        row.record.refresh_from_db(from_queryset=Record.objects.system("test"))
        with act(self.subject(by), AT) as work:
            work.revise(row, expected_revision=row.record.revision, label=label)

    def concur(self, about: Any, by: str = "iraq", position: str = "concurs", **fields: Any) -> Any:
        """An official position with its letter."""
        return self.enter("responses.concurrence", by, about=about, position=position, **{**LETTER, **fields})

    def sign_in(self, client: Client, side: str, *roles: Role) -> Subject:
        """Sign `client` in as somebody of a side; the subject that its pages will see."""
        party = PartyId(self.party(side).pk)
        account = create_account(
            party=party,
            username=f"{side}-{next(_names)}",
            password="unused here",
            display_name=" ".join(roles),
            language="en",
            roles=roles or READING_ROLES,
            clearances={PARTNERSHIP: Classification.UNCLASSIFIED, SYNTHETIC: Classification.UNCLASSIFIED},
            caveats=USE_CAVEATS,
            actor=operator(party),
            at=AT,
        )
        client.force_login(account)
        return subject_of(account)


def _plain(kind: Kind, name: str, value: Any) -> Any:
    """A value as the rules of entry take it: "2018" as a partial date, 12 as a quantity, a row as its record."""
    column = kind.model._meta.get_field(name)
    if isinstance(column, PartialDateField | QuantityField):
        return column.to_python(value)
    if isinstance(value, list):
        return [one.record if isinstance(one, RecordRow) else one for one in value]
    return value.record if isinstance(value, RecordRow) else value


def written() -> tuple[int, ...]:
    """How much is on the node: rows of every kind, records, revisions and entries of the log."""
    rows = sum(kind.model.objects.system("test").count() for kind in all_kinds())
    return rows, Record.objects.system("test").count(), Revision.objects.system("test").count(), head().size


@contextmanager
def refused(*expected: tuple[type[DomainError], str | None]) -> Iterator[None]:
    """The block is refused for just these reasons, each on its field, and writes nothing."""
    before = written()
    with pytest.raises(DomainError) as caught:
        yield
    error = caught.value
    errors = error.errors if isinstance(error, Refused) else (error,)
    assert [(type(one), one.field) for one in errors] == list(expected)
    assert all(str(one) for one in errors), "each says what is wrong, with its facts"
    assert written() == before


def stop_clock(patch: pytest.MonkeyPatch, *modules: str) -> None:
    """Make pages of these modules believe that it is the day of these tests."""
    for name in modules:
        patch.setattr(import_module(name), "now", lambda: AT)


@pytest.fixture
def world(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for name, least in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):  # slow on purpose elsewhere
        monkeypatch.setattr(Argon2PasswordHasher, name, least)
    names = {"iraq": ("host", "Republic of Iraq", "العراق"), "nmi": ("mission", "Mission", "البعثة")}
    found = {
        handle: found_party(handle=handle, name=text(name, arabic), nature=nature, home=tmp_path, at=AT)
        for handle, (nature, name, arabic) in names.items()
    }
    return World(**found)
