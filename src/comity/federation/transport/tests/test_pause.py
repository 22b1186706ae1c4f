"""What a full disk, here or there, stops, and what it does not."""

from collections import namedtuple
from collections.abc import Mapping

import pytest

from comity.federation.models import Feed, Frame, Peer
from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.sync.emit import emit
from comity.federation.tests.factories import channel, officer
from comity.federation.transport import door, pause, views
from comity.federation.transport import link as links
from comity.federation.transport.client import Answer
from comity.federation.transport.link import BODY_BYTES, LEAST_BYTES, Link, Unreachable
from comity.federation.transport.tests.test_link import Partner
from comity.kernel import canonical
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.records.tests.factories import AT

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")


class Watch:
    seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def link(mission: Party, abroad: Party, partner: Partner, watch: Watch) -> Link:
    peer = Peer.objects.create(party=abroad, url="https://abroad.example", confirmed_at=AT)
    return Link(mission, peer, partner, tick=watch)


@pytest.fixture
def released(mission: Party, abroad: Party, link: Link, release_one) -> None:
    row = channel(officer(mission), abroad)
    release_one()
    emit(party=mission, channel=row.pk, at=AT)


def test_nine_tenths_of_the_disk_are_too_much(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(120, 84, 16))  # some is kept for root
    assert not pause.is_full()
    monkeypatch.setattr("shutil.disk_usage", lambda _: Usage(120, 86, 14))
    assert pause.is_full()
    assert pause.pauses().here


def test_a_partner_that_is_paused_is_asked_again_when_it_said_and_people_see_it(
    link: Link, partner: Partner, watch: Watch, released: None, monkeypatch: pytest.MonkeyPatch
):
    takes = Partner.post

    def post(self: Partner, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if path.endswith("frames"):
            self.asked.append("frames")
            return Answer(429, {"retry-after": "30"}, canonical.encode({"code": "paused", "window": 0}))
        return takes(self, path, body, headers)

    monkeypatch.setattr(Partner, "post", post)
    link.exchange()
    assert not link.push()
    assert [one.pk for one in pause.pauses().partners] == [link.peer.pk]
    watch.seconds += 29
    link.exchange()  # who is paused still answers, and gives
    link.note(AT, "")
    link.push()
    assert partner.asked.count("frames") == 1
    assert pause.pauses().partners
    monkeypatch.undo()
    watch.seconds += 2
    link.push()
    link.note(AT, "")
    assert len(partner.taken) == Frame.objects.count()
    assert not pause.pauses().partners


def test_whoever_is_paused_pulls_only_what_tells_whether_it_may_go_on(
    link: Link, partner: Partner, abroad: Party, mission: Party, released: None, monkeypatch: pytest.MonkeyPatch
):
    own = Feed.objects.get(own=True)
    partner.has = {
        FeedKey(own.channel, PartyId(abroad.pk), "0" * 16): Position(4, "a" * 64),
        own.key: Position(own.seq + 1, "b" * 64),
    }
    asked: list[object] = []
    post = Partner.post

    def note(self: Partner, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if path.endswith("pull"):
            asked.append(canonical.decode(body)["feed"][1])  # type: ignore[index,call-overload]
        return post(self, path, body, headers)

    monkeypatch.setattr(Partner, "post", note)
    link.exchange()
    assert asked == [mission.pk, abroad.pk]  # our own first: it must be known before anything is said
    asked.clear()
    monkeypatch.setattr(links, "is_full", lambda: True)
    assert not link.exchange()
    assert asked == [mission.pk]


def test_a_slow_node_asks_for_less_and_gets_less(link: Link, released: None, monkeypatch: pytest.MonkeyPatch):
    assert views.window_for(1_000_000, 0.5) == door.MOST_BYTES
    assert views.window_for(1_000_000, 20.0) == 250_000
    assert views.window_for(100, 60.0) == views.LEAST_WINDOW
    link.exchange()
    said: dict[str, Json] = {"vector": [], "refused": [], "window": 250_000}
    monkeypatch.setattr(link.carrier, "post", lambda *_: Answer(200, {}, canonical.encode(said)), raising=False)
    link.push()
    assert link.window == 250_000


def test_a_body_that_nobody_answers_is_smaller_the_next_time(
    link: Link, released: None, monkeypatch: pytest.MonkeyPatch
):
    link.exchange()

    def silent(*_: object) -> Answer:
        raise Unreachable("timed out")

    monkeypatch.setattr(link.carrier, "post", silent, raising=False)
    for expected in (BODY_BYTES // 2, BODY_BYTES // 4):
        with pytest.raises(Unreachable):
            link.push()
        assert link.window == expected
    for _ in range(9):
        with pytest.raises(Unreachable):
            link.push()
    assert link.window == LEAST_BYTES
