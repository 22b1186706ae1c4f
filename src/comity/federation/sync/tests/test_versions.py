"""Nodes of different versions go on exchanging: what one does not know yet it holds or passes by, says so, goes on with
everything else, and makes up for it after an update.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from comity.federation.channels.actions import take_manifest
from comity.federation.models import Acknowledged, Arrived, Channel, Feed, FeedStatus, Frame
from comity.federation.protocol import channel as channels
from comity.federation.protocol import dsse, errors, statement
from comity.federation.protocol import frame as frames
from comity.federation.protocol.channel import ChannelManifest
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.frame import Frame as Came
from comity.federation.protocol.statement import HeldBack, Receipt, Statement, Unknown
from comity.federation.sync import again, receipts
from comity.federation.sync.take_in import NEWER, take_in, take_in_all
from comity.federation.sync.tests.speaker import Speaker, revision
from comity.federation.tests.factories import channel, officer
from comity.kernel import canonical
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.domain import Label
from comity.labels.scale import PARTNERSHIP, Classification
from comity.parties.models import Party
from comity.records import kinds
from comity.records.kinds import kind_named
from comity.records.models import Held, Record
from comity.records.rebuild import differences, rebuild
from comity.records.tests.factories import AT, LATER, label, text, travelling
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db
ONE, TWO, LATER_KIND = "people.organisation/1", "people.organisation/2", "people.lesson/1"


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad, kinds={ONE, TWO, LATER_KIND})


@pytest.fixture
def speaker(abroad: Party, row: Channel, mission: Party, home: Path) -> Speaker:
    made = Speaker(abroad, row, home)
    take_in(made.announce(mission, abroad), at=AT)
    return made


@pytest.fixture
def sent(abroad: Party, mission: Party) -> Label:
    return label(abroad, mission)


def updated(monkeypatch: pytest.MonkeyPatch, *known: kinds.Kind) -> None:
    """From now on this is a version that knows these kinds too; which the courier takes up when it starts."""
    registry = {name: kind for name, kind in kinds._kinds.items() if name not in {one.name for one in known}}
    for one in known:
        registry = {name: kind for name, kind in registry.items() if name not in one.earlier}
    monkeypatch.setattr(kinds, "_kinds", {**registry, **{one.name: one for one in known}})
    monkeypatch.setattr(kinds, "_earlier", {name: one for one in known for name in one.earlier})
    again.take_up(LATER)


def table() -> Any:
    """Where organisations stand; only the room above knows its columns."""
    return kind_named(ONE).model


def held() -> dict[int, list[str]]:
    """What is held back, and why, by step."""
    return {
        seq: [code for _, code in items] for seq, items in Frame.objects.exclude(held=[]).values_list("seq", "held")
    }


def whole() -> None:
    """Nothing is held, and tables and log agree."""
    assert held() == {}
    assert not Held.objects.exists()
    assert verify_log() is None
    assert list(differences()) == []


def test_a_kind_that_is_not_known_is_held_while_the_rest_goes_in_and_is_applied_after_the_update(
    speaker: Speaker, abroad: Party, sent: Label, monkeypatch: pytest.MonkeyPatch
):
    lesson = travelling(abroad, sent, 1, kind=LATER_KIND)
    take_in(speaker.say(revision(lesson), revision(travelling(abroad, sent, 2))), at=AT)
    take_in(speaker.say(revision(travelling(abroad, sent, 3))), at=AT)
    assert held() == {2: ["UnknownKind"]}
    assert (Arrived.objects.count(), Held.objects.count()) == (2, 1)
    again.take_up(LATER)
    assert held() == {2: ["UnknownKind"]}
    updated(monkeypatch, replace(kind_named(ONE), name=LATER_KIND, earlier=(ONE,)))
    whole()
    assert Arrived.objects.count() == 3
    before = Record.objects.system("test").count()
    assert again.take_up(LATER) == 0
    assert Record.objects.system("test").count() == before


def test_a_newer_meaning_waits_and_the_older_state_stays_until_it_is_understood(
    speaker: Speaker, abroad: Party, sent: Label, monkeypatch: pytest.MonkeyPatch
):
    older, newer = travelling(abroad, sent, 1), travelling(abroad, sent, 1, revision=2, kind=TWO)
    take_in(speaker.say(revision(older)), at=AT)
    take_in(speaker.say(revision(newer), revision(travelling(abroad, sent, 2))), at=AT)
    record = Record.objects.system("test").get(uuid=revision(older).record.uuid)
    assert (record.revision, record.kind, held()) == (1, ONE, {3: ["UnknownKind"]})
    updated(monkeypatch, replace(kind_named(ONE), name=TWO, earlier=(ONE,)))
    record.refresh_from_db(from_queryset=Record.objects.system("test"))
    assert (record.revision, record.kind) == (2, TWO)
    whole()
    rebuild()
    whole()
    assert table().objects.system("test").count() == 2


def test_a_record_never_becomes_another_kind(
    speaker: Speaker, abroad: Party, sent: Label, monkeypatch: pytest.MonkeyPatch
):
    updated(monkeypatch, replace(kind_named(ONE), name=LATER_KIND))
    take_in(speaker.say(revision(travelling(abroad, sent, 1))), at=AT)
    take_in(speaker.say(revision(travelling(abroad, sent, 1, revision=2, kind=LATER_KIND))), at=AT)
    assert held() == {3: ["AnotherKind"]}


def test_fields_that_a_record_gained_are_kept(speaker: Speaker, abroad: Party, sent: Label):
    body = {"name": text("Office"), "nature": "office", "sources": [], "later": {"deep": ["x"]}}
    take_in(speaker.say(revision(travelling(abroad, sent, 1, body=body))), at=AT)
    assert table().objects.system("test").get().beyond == {"later": {"deep": ["x"]}}
    whole()


def test_it_is_acknowledged_as_held_and_then_as_held_no_longer(
    speaker: Speaker, mission: Party, abroad: Party, row: Channel, sent: Label, monkeypatch: pytest.MonkeyPatch
):
    own = Feed.objects.create(channel=row.pk, party=mission, own=True, incarnation="f" * 16)
    lesson = revision(travelling(abroad, sent, 1, kind=LATER_KIND))
    take_in(speaker.say(lesson), at=AT)
    said = receipts.due(own, AT)
    assert said == [Receipt(speaker.feed, 2, (HeldBack(lesson.record, "UnknownKind"),))]
    receipts.gave(own, said, AT)
    assert receipts.due(own, AT) == []
    assert receipts.pairs_due() == set()
    updated(monkeypatch, replace(kind_named(ONE), name=LATER_KIND))
    assert receipts.pairs_due() == {(mission.pk, row.pk)}
    said = receipts.due(own, LATER)
    assert said == [Receipt(speaker.feed, 2, ())]
    receipts.gave(own, said, LATER)
    assert (receipts.due(own, LATER), receipts.pairs_due()) == ([], set())


def test_a_partner_that_holds_less_back_is_believed(
    speaker: Speaker, mission: Party, abroad: Party, row: Channel, sent: Label
):
    own = Feed.objects.create(channel=row.pk, party=mission, own=True, incarnation="f" * 16, seq=9, head="a" * 64)
    record = revision(travelling(abroad, sent)).record
    for said in (Receipt(own.key, 3, (HeldBack(record, "UnknownKind"),)), Receipt(own.key, 5), Receipt(own.key, 4)):
        take_in(speaker.say(said), at=AT)
    acknowledged = Acknowledged.objects.get(feed=own)
    assert (acknowledged.seq, acknowledged.held) == (5, [[str(record), "UnknownKind"]])
    take_in(speaker.say(Receipt(own.key, 5)), at=LATER)
    acknowledged.refresh_from_db()
    assert (acknowledged.seq, acknowledged.held) == (5, [])


def test_a_header_with_more_members_is_taken(
    speaker: Speaker, abroad: Party, sent: Label, monkeypatch: pytest.MonkeyPatch
):
    plain = frames._header
    monkeypatch.setattr(frames, "_header", lambda *args: replace(plain(*args), beyond={"later": {"of": 2}}))
    take_in(speaker.say(revision(travelling(abroad, sent, 1))), at=AT)
    monkeypatch.undo()
    assert b"later" in Envelope.decode(bytes(Frame.objects.get(seq=2).header), max_bytes=16_384).payload
    take_in(speaker.say(revision(travelling(abroad, sent, 2))), at=AT)
    assert Arrived.objects.count() == 2
    whole()


def test_a_header_of_a_later_version_stops_its_feed_alone_and_loses_nothing(
    speaker: Speaker, abroad: Party, mission: Party, sent: Label, home: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(frames, "VERSION", 2)
    later = speaker.say(revision(travelling(abroad, sent, 1)))
    monkeypatch.undo()
    follows = speaker.say(revision(travelling(abroad, sent, 2)))
    other = Speaker(abroad, channel(officer(mission), abroad), home)
    rest = [other.announce(mission), other.say(revision(travelling(abroad, sent, 3)))]
    taken = take_in_all([later, follows, *rest], at=AT)
    assert {key: error.code for key, error in taken.refused.items()} == {speaker.feed: "unknown-version"}
    assert (taken.new, Arrived.objects.count()) == (2, 1)
    assert set(Feed.objects.values_list("state", flat=True)) == {FeedStatus.OPEN}


@dataclass(frozen=True, slots=True)
class LaterStatement(Statement):
    """What a later version says beside what this one knows."""

    def encode(self) -> bytes:
        return canonical.encode({**canonical.decode(Statement.encode(self)), "later": [1, 2]})  # type: ignore[dict-item]


def test_a_statement_and_items_with_more_members_are_read(
    speaker: Speaker, abroad: Party, sent: Label, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("comity.federation.sync.tests.speaker.Statement", LaterStatement)
    one = revision(travelling(abroad, sent))
    take_in(speaker.say(Unknown({**one.json(), "later": "x"})), at=AT)  # type: ignore[dict-item]
    assert Arrived.objects.count() == 1
    assert feed_of(speaker).state == FeedStatus.OPEN
    whole()


def feed_of(speaker: Speaker) -> Feed:
    return Feed.objects.get(channel=speaker.feed.channel, own=False)


def test_an_item_that_is_not_known_is_done_once_it_is(
    speaker: Speaker, abroad: Party, sent: Label, monkeypatch: pytest.MonkeyPatch
):
    one = revision(travelling(abroad, sent))
    take_back = Unknown({"t": "withdrawal", "record": str(one.record), "mode": "blur"})
    take_in(speaker.say(one, take_back, Unknown({"t": "later", "of": [1]})), at=AT)
    assert Frame.objects.get(seq=2).reason == NEWER
    assert Arrived.objects.count() == 1
    assert feed_of(speaker).state == FeedStatus.OPEN
    heard: list[Any] = []

    def understood(body: Any) -> Unknown:
        heard.append(body["t"])
        return Unknown(body)

    monkeypatch.setitem(statement._READERS, "later", understood)
    again.take_up(LATER)
    assert heard == ["later"]
    whole()


def owned_abroad(mission: Party, abroad: Party, speaker: Speaker) -> ChannelManifest:
    return ChannelManifest(
        version=1,
        previous="",
        owner=PartyId(abroad.pk),
        nonce="0" * 32,
        name=Text.single("en", "Theirs"),
        members=frozenset({PartyId(mission.pk), PartyId(abroad.pk)}),
        ceiling={PARTNERSHIP: Classification.UNCLASSIFIED},
        kinds=frozenset({ONE}),
        beyond={"later": {"of": [1]}},
    )


def test_a_manifest_of_a_channel_with_more_members_is_taken_and_spoken_for(
    speaker: Speaker, mission: Party, abroad: Party, sent: Label, home: Path
):
    first = owned_abroad(mission, abroad, speaker)
    envelope = dsse.sign(channels.CHANNEL_TYPE, first.encode(), speaker.key)
    row = take_manifest(envelope.payload, envelope.signatures, at=AT)
    assert row.pk == channels.channel_id_of(first.encode())
    second = replace(first, version=2, previous=channels.audience_hash(first), beyond={"later": 2})
    envelope = dsse.sign(channels.CHANNEL_TYPE, second.encode(), speaker.key)
    take_manifest(envelope.payload, envelope.signatures, at=AT)
    theirs = Speaker(abroad, row, home)
    came: Iterable[Came] = [theirs.announce(mission), theirs.say(revision(travelling(abroad, sent)))]
    taken = take_in_all(came, at=LATER)
    assert (taken.new, taken.refused) == (2, {})
    assert Arrived.objects.get().channel_id == row.pk


def test_a_class_of_frames_that_is_not_known_is_of_a_later_version(speaker: Speaker):
    said = speaker.say(Unknown({"t": "later"}))
    body = {**canonical.decode(said.envelope.payload), "class": "later"}  # type: ignore[dict-item]
    with pytest.raises(errors.UnknownVersion) as refused:
        frames.parse_header(canonical.encode(body))
    assert refused.value.feed == speaker.feed
