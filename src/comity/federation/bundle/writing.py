"""Writing a bundle: everything a partner lacks, in one file or in parts of a size.

What is to be written is read twice: once to know what the index says, and once to write it. So the index stands first,
where a spoiled or cut medium still gives it, and no more than one chunk is ever in memory. Files have their names only
when all of them are whole and on the disk.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from comity.federation.bundle import queries
from comity.federation.bundle.domain import (
    CHUNK,
    LEAST_PART,
    ChangedMeanwhile,
    PartTooSmall,
    Since,
    TooMuch,
)
from comity.federation.joining.domain import MAY_JOIN
from comity.federation.models import Bundle
from comity.federation.protocol import bundle as bundles
from comity.federation.protocol.bundle import Chunk, Index
from comity.federation.protocol.dsse import Envelope, Key
from comity.federation.protocol.errors import ProtocolError
from comity.federation.protocol.feed import FeedKey
from comity.kernel import disk
from comity.kernel.errors import require
from comity.kernel.ids import PartyId
from comity.labels.subject import Subject, require_role
from comity.parties.models import Party
from comity.parties.signing import public_key, sign_for
from comity.records.work import act

_ROOM = 4_096  # what the index may grow by when it says how the chunks are parted


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be written: the index, as it was signed, and the manifests, which stand nowhere else as bytes."""

    index: Index
    signed: Envelope
    manifests: tuple[bytes, ...]

    @property
    def sizes(self) -> list[int]:
        """Bytes of each part."""
        begins = len(bundles.opening(self.signed, 1))
        return [begins + sum(chunk.length for chunk in part) for part in self.index.parts]

    @property
    def frames(self) -> int:
        """How many frames it carries."""
        return sum(chunk.last - chunk.first + 1 for chunk in self.index.chunks if chunk.feed is not None)


def plan(
    *,
    other: PartyId,
    since: Since,
    actor: Subject,
    at: datetime,
    part_size: int | None = None,
    entropy: Callable[[int], bytes] = os.urandom,
) -> Plan:
    """Say what a bundle for a partner holds, and sign that; writes nothing. `part_size`: bytes of a part at most.

    Raises:
        RoleMissing: the actor is neither administrator nor release officer.
        NotAPartner: nobody has joined with that party.
        PartTooSmall, TooMuch: as they say.
    """
    require_role(actor, *MAY_JOIN)
    queries.check_partner(actor.party, other)
    require(part_size is None or part_size >= LEAST_PART, PartTooSmall(least=LEAST_PART))
    size = min(CHUNK, (part_size or CHUNK * 4) // 4)
    manifests = tuple(queries.manifests_for(other, size))
    chunks = [bundles.chunk_of(data) for data in manifests]
    for feed, first, last, data in queries.frames_for(actor.party, other, since, size):
        chunks.append(bundles.chunk_of(data, feed, first, last))
        require(len(chunks) <= bundles.MAX_CHUNKS, TooMuch)
    index = Index(actor.party, other, entropy(16).hex(), at, (tuple(chunks),), queries.introduction(actor.party))
    if part_size is not None:
        overhead = len(index.encode()) * 4 // 3 + _ROOM  # in base64, as the envelope carries it
        require(part_size >= (least := overhead + max(one.length for one in chunks)), PartTooSmall(least=least))
        index = replace(index, parts=_parted(chunks, part_size - overhead))
    try:
        return Plan(index, bundles.sign(index, _key(actor.party)), manifests)
    except ProtocolError as error:
        raise TooMuch from error


def _parted(chunks: Iterable[Chunk], room: int) -> tuple[tuple[Chunk, ...], ...]:
    """The chunks in their order, as many to a part as it holds."""
    parts: list[list[Chunk]] = [[]]
    size = 0
    for chunk in chunks:
        if size + chunk.length > room:
            parts.append([])
            size = 0
        parts[-1].append(chunk)
        size += chunk.length
    require(len(parts) <= bundles.MAX_PARTS, TooMuch)
    return tuple(map(tuple, parts))


def _key(party: PartyId) -> Key:
    row = Party.objects.get(pk=party)
    return Key(public_key(party, "release"), lambda message: sign_for(row, "release", message))


def write_part(made: Plan, part: int, stream: BinaryIO) -> None:
    """Write one part, from 1. Raises ChangedMeanwhile; what is in the stream then is of no use."""
    stream.write(bundles.opening(made.signed, part))
    manifests = iter(made.manifests)
    for number, some in enumerate(made.index.parts, 1):
        for chunk in some:
            data = next(manifests) if chunk.feed is None else b""
            if number == part:
                stream.write(_again(chunk, chunk.feed, made.index.recipient) if chunk.feed is not None else data)


def _again(chunk: Chunk, feed: FeedKey, recipient: PartyId) -> bytes:
    data = queries.frames_between(feed, chunk.first, chunk.last, content=feed.party != recipient)
    try:
        bundles.check_chunk(chunk, data)
    except ProtocolError as error:
        raise ChangedMeanwhile from error
    return data


def write_files(made: Plan, file: Path) -> list[Path]:
    """Write the bundle into `file`, or its parts beside it as `file.1`, `file.2` …; where they are.

    Raises:
        FileExistsError: something stands there.
        ChangedMeanwhile: as it says. No file is left behind by either.
    """
    files = names_of(file, len(made.index.parts))
    for one in files:
        if one.exists():
            raise FileExistsError(17, os.strerror(17), str(one))
    with ExitStack() as left:
        partials = [_written(made, part, one, left) for part, one in enumerate(files, 1)]
        for partial, one in zip(partials, files, strict=True):
            partial.rename(one)  # and not a link, which the file systems of small media do not know
        left.pop_all()
    disk.sync(file.absolute().parent)
    return files


def _written(made: Plan, part: int, file: Path, left: ExitStack) -> Path:
    """The part beside where it is to be, on the disk; taken away again if the rest fails."""
    handle, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.", suffix=disk.PARTIAL)
    left.callback(Path(name).unlink, missing_ok=True)
    with os.fdopen(handle, "wb") as stream:
        write_part(made, part, stream)
        stream.flush()
        os.fsync(stream.fileno())
    return Path(name)


def note(made: Plan, *, actor: Subject, at: datetime) -> Bundle:
    """Note that a bundle was written, by whom and how far it goes; once it is."""
    index = made.index
    ends = {chunk.feed: chunk.last for chunk in index.chunks if chunk.feed is not None}
    with act(actor, at) as work:
        row = Bundle.objects.create(
            party_id=actor.party,
            other_id=index.recipient,
            came=False,
            name=index.name,
            written_at=index.at,
            parts=len(index.parts),
            feeds=[[*feed, last] for feed, last in sorted(ends.items())],
            at=at,
            by=actor.account,
        )
        work.note("bundle-written", None, other=index.recipient, bundle=index.name, frames=made.frames)
    return row


def names_of(file: Path, parts: int) -> list[Path]:
    """What the files of a bundle of so many parts are called."""
    width = len(str(parts))
    return [file] if parts == 1 else [file.with_name(f"{file.name}.{n:0{width}}") for n in range(1, parts + 1)]
