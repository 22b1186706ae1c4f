"""A conversation with a partner: what is given, what is taken, and that one bad feed keeps no other back."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from comity.federation.models import Feed, Frame, Peer, Released
from comity.federation.protocol import parcel, vector
from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.protocol.frame import parse_header
from comity.federation.release.withdrawal import withdraw
from comity.federation.sync import vectors
from comity.federation.sync.emit import emit
from comity.federation.sync.take_in import take_in
from comity.federation.sync.tests.speaker import Speaker
from comity.federation.tests.factories import channel, officer
from comity.federation.transport.client import Answer
from comity.federation.transport.link import Link, Refused
from comity.kernel import canonical, clock
from comity.kernel.canonical import Json
from comity.parties.models import Party
from comity.records.tests.factories import AT

pytestmark = pytest.mark.django_db


class Partner:
    """A node that has nothing, takes what it likes, and says the time as it sees it."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.taken: list[FeedKey] = []
        self.refuses: set[str] = set()
        self.has: vector.Vector = {}
        self.clock_is_off = False
        self.was_cut = False

    def cut(self) -> None:
        self.was_cut = True

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        what = path.rpartition("/")[2]
        self.asked.append(what)
        if self.clock_is_off:
            self.clock_is_off = False
            there = clock.to_text(clock.now() + timedelta(days=30))
            return Answer(401, {"comity-time": there}, canonical.encode({"code": "clock"}))
        if what == "vectors":
            said: dict[str, Json] = {"vector": vector.to_json(self.has), "channels": {}, "parties": {}, "calls": True}
            return Answer(200, {}, canonical.encode(said))
        if what == "frames":
            return self._take(body)
        if what == "pull":
            return Answer(200, {}, b"")
        return Answer(200, {}, canonical.encode({"parties": [], "channels": []}))

    def _take(self, body: bytes) -> Answer:
        headers = [parse_header(one.envelope.payload) for one in parcel.unpack(body)]
        key = headers[0].feed
        if key.channel in self.refuses:
            return Answer(200, {}, canonical.encode({"vector": [], "refused": [[*key, "quarantined"]]}))
        self.taken += [header.feed for header in headers]
        said: dict[str, Json] = {"vector": vector.to_json({key: headers[-1].at}), "refused": []}
        return Answer(200, {}, canonical.encode(said))


@pytest.fixture
def partner() -> Partner:
    return Partner()


@pytest.fixture
def link(mission: Party, abroad: Party, partner: Partner) -> Link:
    peer = Peer.objects.create(party=abroad, url="https://abroad.example", confirmed_at=AT)
    return Link(mission, peer, partner)


def test_what_a_partner_lacks_is_given_once(link: Link, partner: Partner, mission: Party, abroad: Party, release_one):
    row = channel(officer(mission), abroad)
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    link.exchange()
    assert "manifests" in partner.asked  # it has none
    link.push()
    link.push()
    assert len(partner.taken) == Frame.objects.count() == 2
    assert partner.asked.count("frames") == 1


def test_a_feed_that_is_refused_keeps_no_other_back(
    link: Link, partner: Partner, mission: Party, abroad: Party, release_one
):
    first = channel(officer(mission), abroad)
    release_one()
    second = channel(officer(mission), abroad)
    there = Released.objects.get()
    Released.objects.create(
        release=there.release, channel=second, party=mission, record=there.record, revision=there.revision
    )
    for row in (first, second):
        emit(party=mission, channel=row.pk, at=AT)
    link.exchange()
    partner.refuses = {first.pk}
    link.push()
    assert partner.asked.count("frames") == 2
    assert set(link.refused.values()) == {"quarantined"}
    link.push()
    assert partner.asked.count("frames") == 2
    link.exchange()
    assert link.refused == {}


def test_a_withdrawal_overtakes_records_also_while_they_are_given(
    link: Link, partner: Partner, mission: Party, abroad: Party, release_one, monkeypatch: pytest.MonkeyPatch
):
    row = channel(officer(mission), abroad)
    first = release_one()
    for _ in range(6):
        emit(party=mission, channel=row.pk, at=AT)
        release_one()
    link.exchange()
    given = vectors.frames_after
    monkeypatch.setattr(vectors, "frames_after", lambda key, after, most: given(key, after, most=1))  # one at a time
    take = partner._take

    def withdraw_meanwhile(body: bytes) -> Answer:
        if len(partner.taken) == 2:
            withdraw(channel=row.pk, record=first.pk, mode="hide", actor=officer(mission), at=AT)
            emit(party=mission, channel=row.pk, at=AT)
        return take(body)

    monkeypatch.setattr(partner, "_take", withdraw_meanwhile)
    link.push()
    urgent = Feed.objects.get(urgent=True).key
    assert [key == urgent for key in partner.taken] == [False] * 3 + [True] * 2 + [False] * 4


@pytest.mark.parametrize("given_meanwhile", [True, False])
def test_what_a_partner_gives_meanwhile_is_not_pulled_as_well(
    link: Link, mission: Party, abroad: Party, home: Path, monkeypatch: pytest.MonkeyPatch, given_meanwhile: bool
):
    speaker = Speaker(abroad, channel(officer(mission), abroad), home)
    steps = [speaker.announce(mission, abroad) for _ in range(4)]
    pulled: list[int] = []

    def gives(path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        after = cast("dict[str, int]", canonical.decode(body, max_bytes=1_000))["after"]
        pulled.append(after)
        if given_meanwhile:
            take_in(steps[after], at=AT)
        return Answer(200, {}, parcel.pack(steps[after : after + 1]))

    monkeypatch.setattr(link.carrier, "post", gives)
    link.theirs = {speaker.feed: speaker.at}
    link._pull(speaker.feed, 0, link.tick() + 60)
    assert pulled == ([0] if given_meanwhile else [0, 1, 2, 3])
    assert Feed.objects.get(own=False).seq == (1 if given_meanwhile else 4)


@pytest.mark.parametrize(("seq", "is_another"), [(1, True), (1, False), (2, True), (2, False)])
def test_another_history_of_a_partner_who_has_less_is_asked_for(
    link: Link, partner: Partner, mission: Party, release_one, seq: int, is_another: bool
):
    row = channel(officer(mission), link.peer.party)
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    step = Frame.objects.select_related("feed").get(seq=seq)
    partner.has = {step.feed.key: Position(seq, "0" * 64 if is_another else step.hash)}
    link.exchange()
    assert ("pull" in partner.asked) is is_another


def test_a_clock_that_is_off_is_corrected_and_asked_again(link: Link, partner: Partner):
    partner.clock_is_off = True
    link.exchange()
    assert partner.asked[:2] == ["vectors", "vectors"]
    assert link._skew > timedelta(days=29)


def test_a_partner_that_refuses_is_believed(link: Link, monkeypatch: pytest.MonkeyPatch):
    answer = Answer(429, {"retry-after": "30"}, canonical.encode({"code": "paused"}))
    monkeypatch.setattr(Partner, "post", lambda *_: answer)
    with pytest.raises(Refused) as refused:
        link.exchange()
    assert (refused.value.code, refused.value.retry_after) == ("paused", 30)
