"""A node full of canaries: records of every kind, hidden in every way in which a record can be hidden.

They are written as the unit of work writes them, past the rules of entry: what an older version let in, or another
node will send, must be as safe. Kinds come from the registry, fields from their columns; a new kind needs no line here
unless it brings a list of a new shape.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import models

from comity.audit.models import Entry
from comity.files import store
from comity.kernel.dates import PartialDate
from comity.kernel.ids import PartyId, RecordId, uuid7
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, Classification
from comity.labels.subject import READING_ROLES, Clearance, Subject
from comity.parties.actions import found_party
from comity.parties.models import Party
from comity.records import codec
from comity.records.fields import ListField, MultilingualField, PartialDateField, QuantityField, RefField, RefsField
from comity.records.kinds import Kind, all_kinds, kind_coded
from comity.records.models import Record, RecordRow, Revision
from comity.records.purge import purge
from comity.records.tables import stubs
from comity.records.withhold import hide
from comity.records.work import act
from comity.responses.tests.world import LEAST
from tests.leaks import releasing
from tests.leaks.beside import plant_beside
from tests.leaks.canaries import Canaries, pdf
from tests.leaks.markings import AT, CAVEAT, CLASSIFIED, GROUP, HIDING, SHARED, WITHHELD, Marking
from tests.leaks.scenes import play
from tests.leaks.stage import Stage

PARTIES = {"iraq": "host", "nmi": "mission", "italy": "member"}


@dataclass(frozen=True, slots=True, eq=False)
class Planted:
    """One record: the marking of each of its revisions, the last one's its own."""

    kind: Kind
    way: str
    owner: str
    record: Record
    markings: tuple[Marking, ...]
    purged: bool = False
    scene: str = ""  # what it is called in one of `scenes`

    @property
    def slug(self) -> str:
        return self.record.slug

    def revision(self, number: int) -> str:
        """What a canary of this revision says of where it stands."""
        return revision_words(self.kind, self.scene or self.way, self.owner, number)

    def is_read_by(self, reads: Callable[[Marking], bool], number: int | None = None) -> bool:
        """Whether somebody who `reads` markings is meant to see this record, and of it the revision `number`."""
        if self.purged or not reads(self.markings[-1]):
            return False
        return number is None or reads(self.markings[number - 1])


def revision_words(kind: Kind, way: str, owner: str, number: int) -> str:
    return f"{kind.code} {way} by {owner}, revision {number}"


@dataclass
class Dataset:
    """The node: its parties, every record, and what stands in them."""

    parties: dict[str, Party]
    canaries: Canaries = field(default_factory=Canaries)
    planted: list[Planted] = field(default_factory=list)
    stub: Record | None = None
    scenes: dict[str, Planted] = field(default_factory=dict)
    texts: dict[str, Marking] = field(default_factory=dict)  # accounts and texts of reports, as canaries call them
    log_size: int = 0
    beside: dict[str, tuple[str, ...]] = field(default_factory=dict)  # ids of what is no record, by its name
    of_party: dict[str, str] = field(default_factory=dict)  # what is no record → whose it is; "" for nobody here
    accounts: dict[str, str] = field(default_factory=dict)  # of readers, by their names

    @property
    def markings(self) -> frozenset[Marking]:
        """Every marking that a revision has."""
        return frozenset(marking for one in self.planted for marking in one.markings)

    @cached_property
    def at(self) -> dict[str, tuple[Planted, int]]:
        """Every revision by the words that its canaries say."""
        return {one.revision(n): (one, n) for one in self.planted for n in range(1, len(one.markings) + 1)}

    @cached_property
    def logged(self) -> dict[int, Planted]:
        """The record that each entry of the log tells of."""
        by_pk = {one.record.pk: one for one in self.planted}
        rows = Revision.objects.system("test").values_list("log_index", "record_id")
        return {index: by_pk[pk] for index, pk in rows}

    @property
    def ids(self) -> dict[str, PartyId]:
        return {handle: PartyId(party.pk) for handle, party in self.parties.items()}

    def trunk(self, code: str) -> Planted:
        """The record of a kind that everybody may read, whom others refer to."""
        return next(one for one in self.planted if one.kind.code == code and one.way == "shared")

    def hidden_revisions(self, reads: Callable[[Marking], bool], party: str) -> frozenset[str]:
        """Where the canaries stand that somebody of `party` who `reads` markings must never meet."""
        beside = {what for what, owner in self.of_party.items() if owner != party}
        beside |= {what for what, marking in self.texts.items() if not reads(marking)}
        return frozenset(beside) | frozenset(
            one.revision(number)
            for one in self.planted
            for number in range(1, len(one.markings) + 1)
            if not one.is_read_by(reads, number)
        )


def build(home: Path) -> Dataset:
    """Plant everything; inside the caller's transaction."""
    names = {handle: {"original": "en", "text": {"en": f"Party {handle}", "ar": f"طرف {handle}"}} for handle in PARTIES}
    parties = {
        handle: found_party(handle=handle, name=names[handle], nature=nature, home=home, at=AT)
        for handle, nature in PARTIES.items()
    }
    planter = Planter(Dataset(parties))
    planter.plant_all()
    planter.data.scenes = play(planter)
    planter.data.beside, planter.data.of_party = plant_beside(planter.data.canaries, planter.data.ids)
    planter.data.scenes |= releasing.play(Stage(planter))
    planter.data.log_size = Entry.objects.system("test").count()
    return planter.data


class Planter:
    """Writes the records, one after another."""

    def __init__(self, data: Dataset) -> None:
        self.data = data
        away = RecordId(data.ids["italy"], uuid7(AT, bytes(10)))
        self.data.stub = stubs([away])[away]

    def plant_all(self) -> None:
        """Of each kind: one that all read, one hidden in each way, and those whose revisions or refs differ."""
        kinds = all_kinds()
        for kind in kinds:
            self.above(kind)
        for place, kind in enumerate(kinds):
            for turn, (way, marking) in enumerate(HIDING.items()):
                self.plant(kind, way, self.owner(place + turn), marking)
            self.plant(kind, "classified-too", self.owner(place + 1), CLASSIFIED)
            self.plant(kind, "narrowed", self.owner(place), SHARED, CLASSIFIED)
            self.plant(kind, "widened", self.owner(place + 1), CLASSIFIED, SHARED)
            self.plant(kind, "hidden-between", self.owner(place), SHARED, CLASSIFIED, SHARED)
            self.plant(kind, "withheld", self.owner(place), SHARED)
            self.plant(kind, "purged", self.owner(place + 1), SHARED)
            self.plant(kind, "purged-hidden", self.owner(place), CLASSIFIED)
        for place, kind in enumerate(kinds):
            if kind.refs:
                self.plant(kind, "names-hidden", self.owner(place), SHARED)
                self.plant(kind, "names-a-stub", self.owner(place + 1), SHARED)

    def owner(self, turn: int) -> str:
        return ("nmi", "iraq")[turn % 2]

    def above(self, kind: Kind) -> Record:
        """The record of a kind that everybody may read; made on first use."""
        for one in self.data.planted:
            if one.kind is kind and one.way == "shared":
                return one.record
        owner = "iraq" if kind.code in ("programme.mandate", "responses.concurrence") else "nmi"
        return self.plant(kind, "shared", owner, SHARED).record

    def plant(
        self,
        kind: Kind,
        way: str,
        owner: str,
        *markings: Marking,
        scene: str = "",
        at: datetime = AT,
        uuid: UUID | None = None,
        given: Mapping[str, Any] = MappingProxyType({}),
        then: Mapping[str, Any] = MappingProxyType({}),
    ) -> Planted:
        """One record with a revision for each marking: the first `at` its time.

        What is `given` stands in it instead of canaries; in its later revisions also what is given `then`.
        """
        actor, ids = self.writer(owner), self.data.ids
        fields = self.fields(kind, way, revision_words(kind, scene or way, owner, 1)) | dict(given)
        with act(actor, at) as work:
            row: RecordRow = work.create(kind.model, label=markings[0].label(ids), uuid=uuid, **fields)
        for number, marking in enumerate(markings[1:], start=2):
            fields = self.fields(kind, way, revision_words(kind, scene or way, owner, number)) | dict(given)
            with act(actor, AT) as work:
                work.revise(row, expected_revision=number - 1, label=marking.label(ids), **fields | dict(then))
        if is_purged := way.startswith("purged"):
            purge(row.record, reason="test", actor=actor, at=AT, sign=lambda *_given: b"signed")
        if way == "withheld":  # as if it were another node's, and taken back there
            hide(Record.objects.system("test").get(pk=row.pk))
            markings = (WITHHELD,)
        record = Record.objects.system("test").select_related("party").get(pk=row.pk)
        planted = Planted(kind, way, owner, record, markings, is_purged, scene)
        self.data.planted.append(planted)
        self._know(planted)
        return planted

    def _know(self, one: Planted) -> None:
        """What the product itself made: the id says that there is such a record, a commitment that it was said."""
        last = one.revision(len(one.markings))
        self.data.canaries.known(str(one.record.uuid), last, "its id")
        rows = Revision.objects.system("test").filter(record=one.record)
        for number, digest in rows.values_list("number", "commitment"):
            self.data.canaries.known(bytes(digest).hex(), one.revision(number), "its commitment")

    def writer(self, owner: str) -> Subject:
        held = frozenset(Clearance(policy, Classification.TOP_SECRET) for policy in (PARTNERSHIP, SYNTHETIC))
        return Subject(
            self.data.ids[owner], f"{owner}-writer", READING_ROLES, held, frozenset({CAVEAT}), frozenset({GROUP})
        )

    def fields(self, kind: Kind, way: str, revision: str) -> dict[str, Any]:
        """A canary for every column that can hold one."""
        return {column.name: self.value(kind, column, way, revision) for column in codec.columns(kind.model)}

    def value(self, kind: Kind, column: Any, way: str, revision: str) -> Any:  # noqa: C901, PLR0911  (a line for each type)
        canaries, name, usual = self.data.canaries, column.name, LEAST.get(kind.code, {})
        match column:
            case RefField() | RefsField():
                return self.ref(kind, column, way)
            case models.ForeignKey():
                return self.data.parties["nmi"]
            case MultilingualField():
                return canaries.text(revision, name)
            case ListField():
                return list(self.entries(kind, name, revision))
            case QuantityField():
                return canaries.number(revision, name)
            case PartialDateField():
                return PartialDate.parse(canaries.day(revision, name).isoformat())
            case models.DateField():
                return usual.get(name) or canaries.day(revision, name)
            case models.BooleanField():
                return bool(usual.get(name))
            case models.IntegerField():
                return canaries.number(revision, name) if type(column) is models.PositiveIntegerField else 1
            case models.CharField() if name in kind.named_files:
                return self.file(revision, name)
            case models.CharField() if name in kind.choices:
                return usual.get(name) or next(str(code) for code, _words in kind.choices[name]())
            case models.CharField():
                return canaries.word(revision, name, most=column.max_length or 0)
        raise AssertionError(f"{kind.code}.{name}: nobody has said what to plant in a {type(column).__name__}")

    def file(self, revision: str, name: str) -> str:
        canaries = self.data.canaries
        return canaries.known(store.keep(pdf(canaries.word(revision, name)), at=AT), revision, f"{name}'s digest")

    def ref(self, kind: Kind, column: Any, way: str) -> Any:
        """A readable record of the kind that belongs there; or a hidden one, or one that never came."""
        codes = kind.refs.get(column.name) or ("programme.objective",)
        several = isinstance(column, RefsField)
        if way == "names-hidden":
            hidden = next(one for one in self.data.planted if one.kind.code == codes[0] and one.way == "classified")
            return [hidden.record, self.above(kind_coded(codes[0]))] if several else hidden.record
        if way == "names-a-stub":
            return [self.data.stub] if several else self.data.stub
        if way == "shared" and codes[0] == kind.code:
            return [] if several else None  # the first of its kind
        above = self.above(kind_coded(codes[0]))
        return [above] if several else above

    def entries(self, kind: Kind, name: str, revision: str) -> Iterator[Any]:
        """A list in the shape that its field has."""
        if name in kind.choices:
            yield next(str(code) for code, _words in kind.choices[name]())
        else:
            yield from SHAPES.get(name, _words)(self.data.canaries, revision, name)


def _words(canaries: Canaries, revision: str, name: str) -> list[Any]:
    return [canaries.word(revision, name)]


def _option(canaries: Canaries, revision: str, name: str, key: str) -> dict[str, Any]:
    return {"key": key, "name": canaries.text(revision, name)}


SHAPES: Mapping[str, Callable[[Canaries, str, str], list[Any]]] = {
    "clauses": lambda c, at, name: [{"key": "advisory", "text": c.text(at, name)}],
    "levels": lambda c, at, name: [c.text(at, name)],
    "observed": lambda c, at, name: [c.day(at, name).isoformat()],
    "sources": lambda c, at, name: [
        {"report": c.word(at, name), "sentence": 1, "outlet": c.text(at, f"{name}, outlet")}
    ],
    "dimensions": lambda c, at, name: [
        {**_option(c, at, name, "sex"), "options": [_option(c, at, f"{name}, {o}", o) for o in ("female", "male")]}
    ],
    "changes": lambda c, at, name: [{"field": "statement", "value": c.text(at, name)}],
    "cells": lambda c, at, name: [{"options": {"sex": "female"}, "value": str(c.number(at, name))}],
}
"""Lists whose entries are no plain words, by the name of the field."""
