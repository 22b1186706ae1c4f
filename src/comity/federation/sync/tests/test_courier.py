"""The loop: what it does when partners answer, do not, or know more than this database."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from comity.federation.models import Channel, Direction, Frame, Peer
from comity.federation.sync.courier import LOOKS_EVERY, Courier
from comity.federation.sync.lines import ASKS_EVERY, COMPARES_EVERY, LONGEST_WAIT, Inline
from comity.federation.tests.factories import channel, officer
from comity.federation.transport.link import Link, Refused, Unreachable
from comity.parties.models import Party
from comity.records.models import Record
from comity.records.tests.factories import AT

pytestmark = pytest.mark.django_db
ReleaseOne = Callable[[], Record]


@dataclass
class FakeLink:
    """A partner that does as it is told."""

    peer: Peer
    fails: Exception | None = None
    is_called: bool = True
    more: bool = False
    asked: list[float] = field(default_factory=list)
    pushed: int = 0
    refused: dict[object, str] = field(default_factory=dict)
    tick: Callable[[], float] = lambda: 0.0
    hung_up: bool = False
    _paused_until: float = 0.0

    def exchange(self) -> bool:
        self.asked.append(self.tick())
        if self.fails:
            raise self.fails
        return self.more

    def lacking(self) -> int:
        return 7 if self.more else 0

    def push(self) -> bool:
        self.pushed += 1
        return False

    def note(self, at: datetime, error: str) -> None:
        Link.note(self, at, error)  # type: ignore[arg-type]

    def cut(self) -> None:
        """Nothing is being asked: it answers at once."""

    def hang_up(self) -> None:
        self.hung_up = True


@dataclass
class Watch:
    """A clock that only tests move."""

    seconds: float = 100.0

    def tick(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return AT + timedelta(seconds=self.seconds)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


@pytest.fixture
def peer(abroad: Party) -> Peer:
    return Peer.objects.create(party=abroad, url="https://abroad.example", confirmed_at=AT)


@pytest.fixture
def links() -> list[FakeLink]:
    return []


@pytest.fixture
def courier(links: list[FakeLink], watch: Watch) -> Courier:
    def dial(_party: Party, peer: Peer) -> FakeLink:
        links.append(FakeLink(peer, tick=watch.tick))
        return links[-1]

    return Courier(dial, now=watch.now, tick=watch.tick, chance=lambda: 0.5, crew=Inline())


def run(courier: Courier, watch: Watch, seconds: float, every: float = 0.5) -> None:
    for _ in range(int(seconds / every)):
        courier.step()
        watch.seconds += every


def test_nothing_is_said_before_a_partner_was_asked(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel, release_one: ReleaseOne
):
    release_one()
    courier.step()
    links[0].fails = None
    assert not Frame.objects.exists()  # asked in this very pass, and after the outbox was looked at
    courier.step()
    assert Frame.objects.filter(feed__own=True).count() == 2


def test_while_no_partner_answers_nothing_is_said(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel, release_one: ReleaseOne
):
    release_one()
    courier._look_around()
    links[0].fails = Unreachable("no")
    run(courier, watch, 10)
    assert not Frame.objects.exists()
    links[0].fails = None
    run(courier, watch, 10)
    assert Frame.objects.exists()


def test_a_contact_that_a_wrong_clock_dated_into_the_future_is_none_of_this_start(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel, release_one: ReleaseOne
):
    Peer.objects.update(last_contact_at=watch.now() + timedelta(days=3))
    release_one()
    courier._look_around()
    links[0].fails = Unreachable("no")
    run(courier, watch, 5)
    assert not Frame.objects.exists()
    Peer.objects.update(last_contact_at=watch.now())  # it called us
    courier.step()
    assert Frame.objects.exists()


def test_where_nobody_can_be_asked_nobody_is_waited_for(courier: Courier, row: Channel, release_one: ReleaseOne):
    release_one()
    courier.step()
    assert Frame.objects.count() == 2


def test_vectors_are_compared_at_the_start_and_now_and_then(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel
):
    run(courier, watch, 2 * COMPARES_EVERY + 5)
    assert [round(at - 100) for at in links[0].asked] == [0, COMPARES_EVERY, 2 * COMPARES_EVERY]
    assert Peer.objects.get().last_contact_at is not None


def test_who_cannot_call_us_is_asked_often(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel
):
    courier.step()
    links[0].is_called = False
    run(courier, watch, COMPARES_EVERY + 5)
    assert len(links[0].asked) >= 5 / ASKS_EVERY - 1


def test_what_is_left_is_fetched_at_once(courier: Courier, links: list[FakeLink], peer: Peer, row: Channel):
    courier._look_around()
    links[0].more = True
    courier.step()
    links[0].more = False
    courier.step()
    assert len(links[0].asked) == 2
    assert courier.step() == LOOKS_EVERY
    assert len(links[0].asked) == 2


def test_who_does_not_answer_is_left_alone_longer_each_time(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel
):
    courier._look_around()
    links[0].fails = Unreachable("refused")
    run(courier, watch, 400)
    waits = [round(later - earlier) for earlier, later in zip(links[0].asked, links[0].asked[1:], strict=False)]
    assert waits == sorted(waits)
    assert waits[0] <= 1
    assert waits[-1] == LONGEST_WAIT
    assert "refused" in Peer.objects.get().last_error


def test_who_asks_for_time_gets_it(courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel):
    courier._look_around()
    links[0].fails = Refused(429, "paused", 30)
    run(courier, watch, 29)
    assert len(links[0].asked) == 1


def test_only_confirmed_partners_that_can_be_called_are_called(
    courier: Courier, links: list[FakeLink], peer: Peer, row: Channel
):
    Peer.objects.update(confirmed_at=None)
    courier._look_around()
    Peer.objects.update(confirmed_at=AT, direction=Direction.OUTBOUND_ONLY)
    courier._look_around()
    assert links == []
    Peer.objects.update(direction=Direction.BOTH)
    courier._look_around()
    assert len(links) == 1
    Peer.objects.update(url="https://elsewhere.example")
    courier._look_around()
    assert [link.peer.url for link in links] == ["https://abroad.example", "https://elsewhere.example"]
    assert [link.hung_up for link in links] == [True, False]


def test_what_is_new_is_offered_at_once_and_what_is_not_once_a_second(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel, release_one: ReleaseOne
):
    courier.step()
    before = links[0].pushed
    for _ in range(40):
        watch.seconds += 0.05
        courier.step()
    assert links[0].pushed - before <= 2
    before = links[0].pushed
    release_one()
    courier.step()
    assert links[0].pushed == before + 1


@pytest.mark.parametrize(("code", "asked"), [("unknown-audience", True), ("quarantined", False)])
def test_a_partner_that_lacks_a_manifest_is_given_it_soon(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel, code: str, *, asked: bool
):
    courier._look_around()
    links[0].refused = {"feed": code}
    run(courier, watch, 5)
    assert (len(links[0].asked) > 1) is asked


def test_how_long_a_partner_is_silent_and_what_it_has_more_is_kept(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel
):
    courier._look_around()
    links[0].fails = Unreachable("refused")
    began = watch.now()
    run(courier, watch, 20)
    peer.refresh_from_db()
    assert peer.silent_since is not None
    assert (peer.silent_since - began).total_seconds() < 1
    links[0].fails, links[0].more = None, True
    run(courier, watch, 60)
    peer.refresh_from_db()
    assert Peer.objects.get(silent_since=None).lacking == 7


def test_a_partner_is_tried_at_once_when_a_person_asks(
    courier: Courier, links: list[FakeLink], watch: Watch, peer: Peer, row: Channel
):
    courier._look_around()
    links[0].fails = Refused(429, "paused", 3_000)
    run(courier, watch, 10)
    assert len(links[0].asked) == 1
    Peer.objects.update(asked_at=watch.now())
    run(courier, watch, 10)
    assert len(links[0].asked) == 2
