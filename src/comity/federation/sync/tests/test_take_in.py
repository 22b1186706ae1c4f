"""What comes from abroad becomes records here, once, whole, and only as far as its party may say it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from comity.audit.models import Entry
from comity.federation.channels.actions import change_channel
from comity.federation.models import Acknowledged, Arrived, Channel, Feed, FeedStatus, Fork, Frame, Withheld
from comity.federation.protocol import errors
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.feed import Position
from comity.federation.protocol.frame import Frame as Came
from comity.federation.protocol.frame import FrameClass, parse_header
from comity.federation.protocol.statement import Mode, Receipt, Unknown, Withdrawal
from comity.federation.sync import epochs, extras
from comity.federation.sync.emit import emit
from comity.federation.sync.take_in import NO_KEY, take_in, take_in_all
from comity.federation.sync.tests.speaker import Speaker, revision
from comity.federation.tests.factories import channel, officer
from comity.labels.domain import Label
from comity.labels.scale import Classification
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records import search
from comity.records.models import Held, Record
from comity.records.rebuild import differences
from comity.records.tests.factories import AT, LATER, label, travelling, uuid_number
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


@pytest.fixture
def speaker(abroad: Party, row: Channel, home: Path) -> Speaker:
    return Speaker(abroad, row, home)


@pytest.fixture
def sent(abroad: Party, mission: Party) -> Label:
    return label(abroad, mission)


@pytest.fixture
def spoken(speaker: Speaker, mission: Party, abroad: Party) -> Speaker:
    """A speaker whose key has come."""
    take_in(speaker.announce(mission, abroad), at=AT)
    return speaker


def feed() -> Feed:
    return Feed.objects.get(own=False)


def refuses(said: Came, error: type[errors.ProtocolError], *, state: str = FeedStatus.OPEN) -> None:
    before = (feed().seq, Frame.objects.count(), Record.objects.system("test").count())
    with pytest.raises(error):
        take_in(said, at=LATER)
    assert (feed().seq, Frame.objects.count(), Record.objects.system("test").count()) == before
    assert feed().state == state
    assert verify_log() is None


def test_a_frame_becomes_records(spoken: Speaker, abroad: Party, sent: Label, planner: Subject):
    items = [revision(travelling(abroad, sent, number)) for number in range(1, 4)]
    _, new = take_in(spoken.say(*items), at=LATER)
    assert new
    assert {hit.record_pk for hit in search.find("organisation", planner)} == set(
        Record.objects.system("test").values_list("pk", flat=True)
    )
    assert Arrived.objects.count() == 3
    assert feed().at == spoken.at
    events = list(Entry.objects.system("test").order_by("index").values_list("event", flat=True))
    assert events[-4:] == ["received"] * 3 + ["taken-in"]
    assert Frame.objects.get(seq=2).applied
    assert verify_log() is None
    assert list(differences()) == []


def test_what_comes_twice_changes_nothing(spoken: Speaker, abroad: Party, sent: Label):
    said = spoken.say(revision(travelling(abroad, sent)))
    take_in(said, at=LATER)
    before = Entry.objects.system("test").count()
    _, new = take_in(said, at=LATER)
    assert not new
    assert Entry.objects.system("test").count() == before


def test_what_comes_out_of_order_waits_for_what_is_missing(spoken: Speaker, abroad: Party, sent: Label):
    first, second = (spoken.say(revision(travelling(abroad, sent, number))) for number in (1, 2))
    refuses(second, errors.Gap)
    taken = take_in_all([second, first, second], at=LATER)
    assert (taken.new, [error.code for error in taken.refused.values()]) == (0, ["gap"])
    taken = take_in_all([first, second], at=LATER)
    assert (taken.new, taken.refused) == (2, {})


def test_a_byte_changed_on_the_way_is_nobodys_fault(spoken: Speaker, abroad: Party, sent: Label):
    said = spoken.say(revision(travelling(abroad, sent)))
    refuses(Came(said.envelope, (said.content or b"")[:-1] + b"x"), errors.Spliced)
    assert take_in(said, at=LATER)[1]


def test_who_begins_anew_too_often_ends_no_exchange(
    home: Path, row: Channel, mission: Party, abroad: Party, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("comity.federation.sync.take_in.MOST_FEEDS", 2)
    speakers = [Speaker(abroad, row, home, f"{number:016x}") for number in range(3)]
    taken = take_in_all([one.announce(mission, abroad) for one in speakers], at=AT)
    assert {key: error.code for key, error in taken.refused.items()} == {speakers[2].feed: "too-many-feeds"}
    assert Feed.objects.count() == 2
    assert take_in(speakers[0].announce(mission, abroad), at=AT)[1]


def test_two_histories_quarantine_the_feed_and_both_are_kept(spoken: Speaker, abroad: Party, sent: Label):
    before = spoken.at
    take_in(spoken.say(revision(travelling(abroad, sent, 1))), at=LATER)
    spoken.at = before
    other = spoken.say(revision(travelling(abroad, sent, 2)))
    refuses(other, errors.Equivocation, state=FeedStatus.QUARANTINED)
    fork = Fork.objects.get()
    assert (fork.seq, fork.hash) == (2, spoken.at.head)
    assert Frame.objects.get(seq=2).hash != fork.hash
    assert Entry.objects.system("test").filter(event="feed-quarantined").count() == 1
    refuses(spoken.say(revision(travelling(abroad, sent, 3))), errors.Quarantined, state=FeedStatus.QUARANTINED)


@pytest.mark.parametrize("lie", ["another channel", "another content", "a key that was not promised", "old audience"])
def test_a_signed_lie_quarantines_the_feed(
    spoken: Speaker, abroad: Party, mission: Party, sent: Label, lie: str, row: Channel
):
    one = revision(travelling(abroad, sent))
    error: type[errors.ProtocolError] = errors.CannotOpen
    if lie == "another channel":
        other = Speaker(abroad, channel(officer(mission), abroad), spoken.home)
        other.epoch, other.epoch_key, other.at = spoken.epoch, spoken.epoch_key, spoken.at
        stolen = other.say(one)
        said = spoken.step(stolen.content or b"", FrameClass.RECORDS)
    elif lie == "another content":
        said = spoken.step(b"not a ciphertext at all", FrameClass.RECORDS)
    elif lie == "a key that was not promised":
        said, error = spoken.announce(mission, abroad, epoch=1, epoch_key=b"k" * 32), errors.WrongEpoch
    else:
        narrower = {"people.organisation/1"}
        change_channel(channel=row.pk, expected_version=1, actor=officer(mission), at=AT, kinds=narrower)
        newer = Speaker(abroad, row, spoken.home)
        newer.at, newer.epoch, newer.epoch_key = spoken.at, spoken.epoch, spoken.epoch_key
        take_in(newer.say(one), at=AT)
        spoken.at = newer.at
        said, error = spoken.say(one), errors.OldAudience
    refuses(said, error, state=FeedStatus.QUARANTINED)
    assert Fork.objects.get().hash == spoken.at.head


def test_nobody_else_speaks_in_the_channel(home: Path, row: Channel, iraq: Party, mission: Party, sent: Label):
    Party.objects.filter(pk=iraq.pk).update(hosted=False)
    (home / "elsewhere" / "iraq" / "keys").parent.mkdir(parents=True)
    (home / "keys" / iraq.pk).rename(_made(home / "elsewhere" / "iraq" / "keys") / iraq.pk)
    intruder = Speaker(iraq, row, home)
    with pytest.raises(errors.NotAMember):
        take_in(intruder.announce(mission), at=AT)
    assert not Feed.objects.exists()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def test_who_left_says_only_what_was_said_before(
    spoken: Speaker, abroad: Party, iraq: Party, mission: Party, row: Channel
):
    change_channel(
        channel=row.pk, expected_version=1, actor=officer(mission), at=AT, members={mission.pk, iraq.pk, abroad.pk}
    )
    late = spoken.say(Unknown({"t": "newer"}))
    change_channel(
        channel=row.pk,
        expected_version=2,
        actor=officer(mission),
        at=AT,
        members={mission.pk, iraq.pk},
        ended={abroad.pk: {spoken.feed.incarnation: spoken.at}},
    )
    assert take_in(late, at=LATER)[1]
    with pytest.raises(errors.Revoked):
        take_in(spoken.say(Unknown({"t": "newer"})), at=LATER)
    other = Speaker(abroad, row, spoken.home, "1" * 16)
    with pytest.raises(errors.NotAMember):
        take_in(other.announce(mission), at=LATER)


def test_a_record_of_another_party_is_refused_and_the_rest_goes_in(
    spoken: Speaker, abroad: Party, mission: Party, iraq: Party, sent: Label
):
    forged = revision(travelling(iraq, label(iraq, mission, abroad), 7))
    good = revision(travelling(abroad, sent))
    taken_back = Withdrawal(forged.record, Mode.PURGE)
    take_in(spoken.say(forged, good, taken_back), at=LATER)
    frame = Frame.objects.get(seq=2)
    assert frame.held == [[str(forged.record), "foreign"], [str(forged.record), "foreign"]]
    assert [record.uuid for record in Record.objects.system("test")] == [uuid_number(1)]
    assert not Withheld.objects.exists()
    assert feed().state == FeedStatus.OPEN


@pytest.mark.parametrize(
    ("marking", "code"),
    [
        ({"classification": Classification.SECRET}, "over-ceiling"),
        ({"groups": frozenset({"cell"})}, "over-ceiling"),
    ],
)
def test_what_the_channel_may_not_carry_is_held(
    spoken: Speaker, abroad: Party, mission: Party, sent: Label, marking: dict[str, Any], code: str
):
    over = revision(travelling(abroad, label(abroad, mission, **marking), 1))
    take_in(spoken.say(over, revision(travelling(abroad, sent, 2))), at=LATER)
    assert Frame.objects.get(seq=2).held == [[str(over.record), code]]
    assert Held.objects.count() == 1
    assert [one.record.uuid for one in Arrived.objects.select_related("record")] == [uuid_number(2)]


def test_a_revision_announced_as_another_is_held(spoken: Speaker, abroad: Party, sent: Label):
    one, other = (revision(travelling(abroad, sent, number)) for number in (1, 2))
    mixed = type(one)(other.record, one.number, one.salt, one.data)
    take_in(spoken.say(mixed), at=LATER)
    assert Frame.objects.get(seq=2).held == [[str(other.record), "spliced"]]
    assert not Arrived.objects.exists()


def test_a_withdrawal_may_come_before_its_record(spoken: Speaker, abroad: Party, sent: Label, planner: Subject):
    one = revision(travelling(abroad, sent))
    take_in(spoken.say(Withdrawal(one.record, Mode.HIDE)), at=LATER)
    take_in(spoken.say(one), at=LATER)
    assert Record.objects.system("test").get().withheld
    assert search.find("organisation", planner) == []
    assert verify_log() is None


def test_what_was_said_under_a_key_we_were_not_given_is_kept_and_read_when_the_key_comes(
    speaker: Speaker, mission: Party, abroad: Party, sent: Label
):
    take_in(speaker.announce(abroad), at=AT)
    take_in(speaker.say(revision(travelling(abroad, sent))), at=AT)
    assert [one.reason for one in Frame.objects.filter(applied=False)] == [NO_KEY]
    assert not Arrived.objects.exists()
    take_in(speaker.announce(mission, epoch=1, epoch_key=speaker.epoch_key), at=LATER)
    assert Arrived.objects.count() == 1
    assert not Frame.objects.filter(applied=False).exists()
    assert verify_log() is None


def test_a_content_that_comes_after_its_header_is_read(spoken: Speaker, abroad: Party, sent: Label):
    said = spoken.say(revision(travelling(abroad, sent)))
    assert take_in(Came(said.envelope, None), at=LATER)[1]
    assert not Arrived.objects.exists()
    assert take_in(said, at=LATER)[1]
    assert Arrived.objects.count() == 1
    assert feed().at == spoken.at


def test_keys_are_opened_anew_by_another_process(spoken: Speaker, abroad: Party, sent: Label):
    epochs.forget_all()
    assert take_in(spoken.say(revision(travelling(abroad, sent))), at=LATER)[1]
    assert Arrived.objects.count() == 1


def test_no_key_of_an_epoch_is_stored(spoken: Speaker, home: Path, abroad: Party, sent: Label):
    take_in(spoken.say(revision(travelling(abroad, sent))), at=LATER)
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for found in cursor.fetchall():
                assert all(
                    spoken.epoch_key not in bytes(value) for value in found if isinstance(value, bytes | memoryview)
                )
                assert all(spoken.epoch_key.hex() not in str(value) for value in found)


def test_a_channel_that_has_not_come_is_waited_for(spoken: Speaker, abroad: Party, home: Path, mission: Party):
    other = Speaker(abroad, Channel.objects.get(), home)
    other.feed = other.feed._replace(channel="a" * 52)
    with pytest.raises(errors.UnknownAudience):
        take_in(other.announce(mission), at=AT)


def test_a_receipt_says_how_far_a_partner_is(spoken: Speaker, mission: Party, abroad: Party, row: Channel):
    own = Feed.objects.create(channel=row.pk, party=mission, own=True, incarnation="f" * 16, seq=5, head="a" * 64)
    for seq in (3, 5, 4):
        take_in(spoken.say(Receipt(own.key, seq)), at=LATER)
    assert [(one.by_id, one.seq) for one in Acknowledged.objects.filter(feed=own)] == [(abroad.pk, 5)]


def test_a_partner_gives_no_receipt_in_anothers_place(spoken: Speaker, abroad: Party, row: Channel):
    take_in(spoken.say(Receipt(spoken.feed, 99)), at=LATER)
    assert not Acknowledged.objects.exists()


def test_other_rooms_hear_their_items_and_a_refusal_of_theirs_stops_nothing(
    spoken: Speaker, abroad: Party, sent: Label, monkeypatch: pytest.MonkeyPatch
):
    heard: list[object] = []

    def listener(_feed: object, item: object, _at: object) -> None:
        heard.append(item)
        raise ValueError

    monkeypatch.setattr(extras, "_listeners", {Unknown: [listener]})
    item = Unknown({"t": "newer"})
    take_in(spoken.say(item, revision(travelling(abroad, sent))), at=LATER)
    assert heard == [item]
    assert Arrived.objects.count() == 1


def test_a_partner_that_has_more_of_our_own_feed_makes_us_begin_anew(
    mission: Party, abroad: Party, row: Channel, planner: Subject, release_one: Callable[[], None]
):
    """The node's disk is copied; the copy speaks; then the first is asked to go on."""
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    own = Feed.objects.get(own=True)
    kept = [Came(_envelope(one), bytes(one.content or b"")) for one in Frame.objects.order_by("seq")]
    Frame.objects.filter(seq=2).delete()
    first = Frame.objects.get()
    Feed.objects.filter(pk=own.pk).update(seq=1, head=first.hash)
    taken = take_in_all(kept, at=LATER)
    assert (taken.new, taken.known, taken.refused) == (1, 1, {})
    own.refresh_from_db()
    assert (own.state, own.at) == (FeedStatus.OVERTAKEN, Position(2, kept_hash(kept[1])))
    release_one()
    emit(party=mission, channel=row.pk, at=LATER)
    assert Feed.objects.filter(own=True, state=FeedStatus.OPEN).exclude(pk=own.pk).count() == 1
    assert verify_log() is None


def _envelope(one: Frame) -> Envelope:
    return Envelope.decode(bytes(one.header), max_bytes=16_384)


def kept_hash(one: Came) -> str:
    return parse_header(one.envelope.payload).hash
