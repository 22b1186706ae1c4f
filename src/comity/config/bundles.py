"""`comity bundle`: what goes between nodes on media that people carry."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from comity.accounts.domain import operator
from comity.config.beginning import hosted_party
from comity.federation.bundle import queries, reading, reporting, speaking, writing
from comity.federation.bundle.domain import Since, WhichPartner
from comity.federation.bundle.reading import Report
from comity.kernel.errors import require
from comity.kernel.ids import PartyId
from comity.labels.subject import Subject
from comity.parties.keeping import FileExists

_MOST_SLIP = 65_536


def carry_out(asked: Namespace, *, at: datetime) -> Iterator[str]:
    """Do what was asked, as the operator of our party; says what was done, a line each. Raises DomainErrors."""
    party = hosted_party(asked.party)
    yield from _ACTS[asked.bundle](asked, operator(PartyId(party.pk)), at)


def _export(asked: Namespace, actor: Subject, at: datetime) -> Iterator[str]:
    other = _partner(asked.to)
    speaking.say_what_waits(party=actor.party, other=other, at=at)
    made = writing.plan(other=other, since=Since(asked.since), actor=actor, at=at, part_size=asked.part_size)
    try:
        files = writing.write_files(made, asked.file)
    except FileExistsError as error:
        raise FileExists(file=error.filename) from error
    writing.note(made, actor=actor, at=at)
    for file, size in zip(files, made.sizes, strict=True):
        yield f"Wrote {file} ({size / 1_000_000:.1f} MB)."
    yield f"Bundle {made.index.name} for {asked.to}: {made.frames} frames. Headers can be read by whoever carries it."


def _import(asked: Namespace, actor: Subject, at: datetime) -> Iterator[str]:
    senders: dict[PartyId, None] = {}
    for file in asked.files:
        with file.open("rb") as stream:
            report = reading.read(stream, actor=actor, at=at)
        yield from _told(file, report)
        senders[report.index.sender] = None
    for sender in senders:
        yield "Return slip, for where nothing else comes back:"
        yield from _slip(actor.party, sender)


def _told(file: Path, report: Report) -> Iterator[str]:
    index = report.index
    yield f"{file}: part {report.part} of {len(index.parts)} of bundle {index.name}: {report.new} new frames."
    for number in report.spoiled:
        chunk = list(index.chunks)[number - 1]
        what = f"steps {chunk.first} to {chunk.last} of {chunk.feed.incarnation}" if chunk.feed else "manifests"
        yield f"{file}: chunk {number} is spoiled ({what}). Read this part again from another copy."
    for feed, code in sorted(report.refused.items()):
        yield f"{file}: of feed {feed.incarnation} of {feed.party} something was refused: {code}."
    if report.missing:
        yield f"Still missing: {', '.join(f'part {part}' for part in report.missing)}."
    yield "Everything in the bundle is here." if report.complete else "The bundle is not complete here."


def _slip(party: PartyId, other: PartyId) -> Iterator[str]:
    for line in reporting.slip_for(party, other):
        yield line.text(party, "en")


def _enter(asked: Namespace, actor: Subject, at: datetime) -> Iterator[str]:
    text = " ".join(asked.words)
    if asked.file is not None:
        with asked.file.open(encoding="utf-8", errors="replace") as stream:
            text = stream.read(_MOST_SLIP)
    for row in reporting.enter(text=text, other=_partner(asked.of), actor=actor, at=at):
        yield f"Noted: {asked.of} has {row.feed.incarnation} up to step {row.seq}, and holds {row.held} back."


def _partner(name: str) -> PartyId:
    known = queries.partners()
    found = known.get(name) or next((party for party in known.values() if party == name), None)
    require(found, WhichPartner(name=name, known=", ".join(known) or "-"))
    return PartyId(str(found))


_ACTS: dict[str, Callable[[Namespace, Subject, datetime], Iterator[str]]] = {
    "export": _export,
    "import": _import,
    "slip": _enter,
}
