"""A bundle as a party abroad writes it: anything at all can be in it."""

from collections.abc import Sequence

from comity.federation.bundle import queries
from comity.federation.protocol import bundle, dsse, parcel
from comity.federation.protocol.bundle import Chunk, Index, chunk_of
from comity.federation.protocol.frame import Frame as Came
from comity.federation.protocol.frame import parse_header
from comity.federation.sync.tests.speaker import Speaker
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.records.tests.factories import AT


class Written:
    """A bundle of what a party abroad said, a chunk to a frame; `parts`: how many of them go to each part."""

    def __init__(self, speaker: Speaker, recipient: Party, frames: Sequence[Came], *parts: int) -> None:
        self.data: list[bytes] = []
        chunks: list[Chunk] = []
        for one in frames:
            header = parse_header(one.envelope.payload)
            self.data.append(parcel.pack([one]))
            chunks.append(chunk_of(self.data[-1], header.feed, header.seq, header.seq))
        taken = iter(chunks)
        split = tuple(tuple(next(taken) for _ in range(count)) for count in parts or (len(chunks),))
        sender = PartyId(speaker.party.pk)
        self.index = Index(sender, PartyId(recipient.pk), "ab" * 16, AT, split, queries.introduction(sender))
        self.speaker = speaker

    def file(self, part: int = 1, signed: dsse.Envelope | None = None) -> bytearray:
        before = sum(len(some) for some in self.index.parts[: part - 1])
        here = self.data[before : before + len(self.index.parts[part - 1])]
        opening = bundle.opening(signed or bundle.sign(self.index, self.speaker.key), part)
        return bytearray(opening + b"".join(here))
