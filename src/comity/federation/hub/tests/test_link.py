"""What a node makes of a hub that withholds, repeats, reorders, damages and invents."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comity.federation.hub import nkeys
from comity.federation.hub.link import HubLink
from comity.federation.hub.notice import Notice, seal
from comity.federation.hub.store import Memory
from comity.federation.hub.warden import Warden
from comity.federation.hub.wire import read
from comity.federation.models import Channel, ChannelVersion, Feed, FeedStatus, Frame, Hub
from comity.federation.protocol import fields, parcel
from comity.federation.protocol import frame as frames
from comity.federation.protocol.dsse import Envelope
from comity.federation.rings import ring_of
from comity.federation.sync.emit import emit
from comity.federation.sync.tests.speaker import Speaker, revision
from comity.federation.tests.factories import channel, officer
from comity.federation.transport.link import Refused
from comity.kernel import canonical
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.records.models import Record
from comity.records.tests.factories import AT, label, travelling

pytestmark = pytest.mark.django_db
OURS, THEIRS = (nkeys.public_of(bytes([number]) * 32) for number in (1, 2))


class Line:
    """A hub in memory that a node of each party asks; `lies` changes what it answers to one question."""

    def __init__(self, mission: Party, abroad: Party) -> None:
        async def tell(_key: str) -> None:
            """Nobody listens."""

        self.members = {OURS: frozenset({PartyId(mission.pk)}), THEIRS: frozenset({PartyId(abroad.pk)})}
        self.warden = Warden(Memory(), lambda: self.members, tell=tell)
        self.warden.register.ring = ring_of  # type: ignore[method-assign]
        self.lies: dict[str, Callable[[bytes], bytes]] = {}
        self.asked: list[str] = []

    def ask(self, verb: str, body: bytes, key: str = OURS) -> bytes:
        self.asked.append(verb)
        answer: bytes = _run(self.warden.answer(verb, key, body))
        lie = self.lies.get(verb)
        return lie(read(answer)) if lie is not None else read(answer)

    def listen(self, told: Callable[[], None]) -> None:
        """Nothing is ever told."""

    def cut(self) -> None:
        """Nobody waits."""

    def close(self) -> None:
        """Nothing is open."""


def _run(work: Any) -> Any:
    """A coroutine over memory never waits, so that no loop is needed beside the database's connection."""
    try:
        work.send(None)
    except StopIteration as ended:
        return ended.value
    raise AssertionError("it waits")


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


@pytest.fixture
def line(mission: Party, abroad: Party, row: Channel) -> Line:
    return Line(mission, abroad)


@pytest.fixture
def link(line: Line) -> HubLink:
    return HubLink(Hub.objects.create(url="tls://hub.example:4222", since=AT), line)


@pytest.fixture
def said(mission: Party, abroad: Party, row: Channel, home: Path, line: Line) -> list[frames.Frame]:
    """A keyset and three records from abroad, which lie at the hub."""
    speaker = Speaker(abroad, row, home)
    marking = label(abroad, mission)
    made = [speaker.announce(mission, abroad)]
    made += [speaker.say(revision(travelling(abroad, marking, number))) for number in range(3)]
    line.ask("give", parcel.pack(made), THEIRS)
    return made


def copies() -> int:
    return Record.objects.system("test").filter(party__hosted=False, revision__gt=0).count()


def test_what_lies_at_the_hub_is_taken_in_once(link: HubLink, said: list[frames.Frame]):
    assert link.exchange() is False
    assert link.exchange() is False
    assert (copies(), Frame.objects.count()) == (3, 4)


def test_what_is_released_is_given_once(link: HubLink, line: Line, mission: Party, row: Channel, release_one: Any):
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    link.exchange()
    link.push()
    link.push()
    assert line.asked.count("give") == 1
    assert [known.at.seq for known in line.warden.feeds.values()] == [2]


def test_a_hub_that_lost_everything_is_given_everything(
    link: HubLink, line: Line, mission: Party, abroad: Party, row: Channel, release_one: Any
):
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    link.exchange()
    link.push()
    link.line = again = Line(mission, abroad)
    link.exchange()
    link.push()
    assert [known.at.seq for known in again.warden.feeds.values()] == [2]
    assert again.warden.store.kept.keys() == line.warden.store.kept.keys()  # type: ignore[attr-defined]


def _damaged(body: bytes) -> bytes:
    *before, last = parcel.unpack(body)
    changed = bytes([(last.content or b"\0")[0] ^ 1]) + (last.content or b"\0")[1:]
    return parcel.pack([*before, frames.Frame(last.envelope, changed)])


def _spliced(body: bytes) -> bytes:
    *before, one, other = parcel.unpack(body)
    return parcel.pack([*before, frames.Frame(one.envelope, other.content), other])


def _forged(body: bytes) -> bytes:
    *before, last = parcel.unpack(body)
    signatures = {name: bytes(64) for name in last.envelope.signatures}
    forged = Envelope(last.envelope.payload_type, last.envelope.payload, signatures)
    return parcel.pack([*before, frames.Frame(forged, last.content)])


def _reordered(body: bytes) -> bytes:
    return parcel.pack(reversed(list(parcel.unpack(body))))


def _repeated(body: bytes) -> bytes:
    every = list(parcel.unpack(body))
    return parcel.pack([*every, *every])


@pytest.mark.parametrize("lie", [_damaged, _spliced, _forged, _reordered, _repeated, lambda _: b"", lambda _: b"\0\0"])
def test_whatever_a_hub_does_to_frames_nobody_is_blamed_and_all_comes_when_it_is_honest(
    link: HubLink, line: Line, said: list[frames.Frame], lie: Callable[[bytes], bytes]
):
    line.lies["fetch"] = lie
    try:
        link.exchange()
    except ValueError:
        assert lie(b"") == b"\0\0"
    assert not Feed.objects.exclude(state=FeedStatus.OPEN).exists()
    line.lies.clear()
    link.exchange()
    assert (copies(), Feed.objects.get(own=False).seq) == (3, 4)


def test_a_hub_that_claims_steps_that_there_are_not_is_asked_once_for_them(
    link: HubLink, line: Line, said: list[frames.Frame]
):
    def boasts(body: bytes) -> bytes:
        answer = fields.decode(body, max_bytes=10**6)
        feeds = [[*one[:3], 10**9, "0" * 64, one[5]] for one in answer["feeds"]]
        return canonical.encode({**answer, "feeds": feeds})

    line.lies["state"] = boasts
    assert link.exchange() is False
    assert copies() == 3
    assert line.asked.count("fetch") == 2


def test_a_node_that_says_no_more_than_it_may_is_told_so(link: HubLink, line: Line):
    line.members = {}
    with pytest.raises(Refused, match="not-a-member"):
        link.exchange()


def test_a_hub_is_told_of_no_channel_that_nobody_else_uses_it_for(
    link: HubLink, line: Line, mission: Party, row: Channel, release_one: Any
):
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    line.members.pop(THEIRS)
    link.exchange()
    link.push()
    assert (line.warden.feeds, line.warden.notices) == ({}, {})
    assert Hub.objects.get().carries == []


def test_a_notice_says_nothing_to_the_hub_and_is_posted_once(link: HubLink, line: Line, row: Channel, abroad: Party):
    link.exchange()
    link.exchange()
    assert line.asked.count("notice") == 1
    kept = b"".join(line.warden.store.kept.values())  # type: ignore[attr-defined]
    assert row.pk.encode() in kept
    assert not any(word in kept for word in (b"Advice", b"people.organisation", b"PARTNERSHIP"))
    (notice,) = (Notice.decode(data) for name, data in line.warden.store.kept.items() if "notice" in name)  # type: ignore[attr-defined]
    assert PartyId(abroad.pk) in notice.wraps


def test_a_channel_of_somebody_whom_nobody_here_knows_is_not_taken(
    link: HubLink, line: Line, mission: Party, abroad: Party, row: Channel
):
    """The hub, or a member, cannot bring a stranger in: it posts what it likes, and the owner is not known here."""
    from comity.federation.protocol import dsse
    from comity.federation.protocol.channel import CHANNEL_TYPE, channel_id_of, parse
    from comity.federation.protocol.tests.peer import Party as Stranger
    from comity.parties.signing import public_key

    stranger = Stranger("stranger")
    version = parse(bytes(ChannelVersion.objects.get(channel=row).data))
    members = frozenset({stranger.id, PartyId(mission.pk)})
    manifest = type(version)(**{**{name: getattr(version, name) for name in version.__slots__},
                                "owner": stranger.id, "members": members})  # fmt: skip
    posted = seal(
        [dsse.sign(CHANNEL_TYPE, manifest.encode(), stranger.key())],
        channel=channel_id_of(manifest.encode()),
        party=PartyId(abroad.pk),
        readers={PartyId(mission.pk): public_key(PartyId(mission.pk), "exchange")},
        entropy=bytes,
    )
    line.ask("notice", posted.encode(), THEIRS)
    link.exchange()
    assert "notices" in line.asked
    assert list(Channel.objects.values_list("pk", flat=True)) == [row.pk]
    assert not Party.objects.filter(pk=stranger.id).exists()
