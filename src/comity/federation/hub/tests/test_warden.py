"""What a hub takes, from whom, and to whom it gives it."""

from dataclasses import replace

import pytest

from comity.federation.hub.pace import Pace
from comity.federation.hub.tests.hubs import HubRefused, Kept, key_of
from comity.federation.hub.wire import MOST_BYTES, NOBODY_WANTS
from comity.federation.protocol.frame import Frame
from comity.federation.protocol.keyset import Keyset
from comity.federation.protocol.tests.peer import Party, Voice, a_channel, a_revision, following


@pytest.fixture
def mission() -> Party:
    return Party("mission")


@pytest.fixture
def host() -> Party:
    return Party("host")


@pytest.fixture
def stranger() -> Party:
    return Party("stranger")


@pytest.fixture
def voice(mission: Party, host: Party) -> Voice:
    return Voice(mission, a_channel(mission, host))


@pytest.fixture
def said(voice: Voice) -> list[Frame]:
    return [voice.announce(), *(voice.say(a_revision(voice.party, number)) for number in range(3))]


@pytest.fixture
def hub(mission: Party, host: Party, stranger: Party) -> Kept:
    return Kept(mission, host, stranger)


def test_what_is_given_is_fetched_by_who_is_named(
    hub: Kept, said: list[Frame], voice: Voice, mission: Party, host: Party, stranger: Party
):
    assert hub.give(mission, *said)["feeds"][0][3] == 4
    assert hub.fetch(host, voice.feed) == hub.fetch(mission, voice.feed) == [1, 2, 3, 4]
    assert hub.fetch(host, voice.feed, 2) == [3, 4]
    assert hub.fetch(stranger, voice.feed) == []
    assert hub.asked(stranger, "state")["feeds"] == []
    assert hub.told == [key_of(host)]


def test_who_is_no_member_is_answered_nothing(hub: Kept, said: list[Frame]):
    with pytest.raises(HubRefused, match="not-a-member"):
        hub.give(Party("nobody"), *said)


def test_anybody_may_bring_what_another_signed(hub: Kept, said: list[Frame], voice: Voice, host: Party):
    assert hub.give(host, *said)["refused"] == []


def test_a_header_that_its_party_has_not_signed_is_refused(hub: Kept, voice: Voice, host: Party, said: list[Frame]):
    forged = Voice(host, voice.manifest)
    forged.feed = voice.feed
    assert hub.refuses(host, forged.announce()) == ["bad-signature"]
    assert hub.store.kept == {}


def test_a_content_that_the_header_does_not_name_is_refused(hub: Kept, said: list[Frame], mission: Party):
    assert hub.refuses(mission, said[0], replace(said[1], content=said[2].content)) == ["spliced"]


def test_a_step_that_does_not_follow_is_refused(hub: Kept, said: list[Frame], voice: Voice, mission: Party):
    assert hub.refuses(mission, said[0], said[2]) == ["gap"]
    other = Voice(mission, voice.manifest)
    other.announce()
    assert hub.refuses(mission, said[1], other.say(a_revision(mission, 9))) == ["equivocation"]


def test_one_bad_feed_keeps_no_other_back(hub: Kept, said: list[Frame], host: Party, voice: Voice):
    answer = Voice(host, voice.manifest)
    given = hub.give(host, said[1], answer.announce())
    assert [one[1] for one in given["feeds"]] == [host.id]


def test_what_comes_twice_changes_nothing(hub: Kept, said: list[Frame], mission: Party):
    hub.give(mission, *said)
    before = dict(hub.store.kept)
    assert hub.give(mission, *said)["refused"] == []
    assert hub.store.kept == before


def test_a_party_that_a_new_epoch_leaves_out_is_given_no_step_from_there_on(
    hub: Kept, said: list[Frame], voice: Voice, mission: Party, host: Party
):
    voice.manifest = following(voice.manifest, members=frozenset({mission.id}))
    hub.give(mission, *said, voice.announce(), voice.say(a_revision(mission, 7)))
    assert hub.fetch(host, voice.feed) == [1, 2, 3, 4]
    assert hub.asked(host, "state")["feeds"] == [[*voice.feed, 4, "", NOBODY_WANTS]]
    assert hub.fetch(mission, voice.feed) == [1, 2, 3, 4, 5, 6]


def test_who_is_given_an_old_key_later_is_given_the_feed(
    hub: Kept, said: list[Frame], voice: Voice, mission: Party, stranger: Party
):
    made = Keyset.decode(said[0].content or b"")
    wraps = {stranger.id: next(iter(made.wraps.values()))}
    voice.epoch = 0
    hub.give(mission, *said, voice.announce(wraps=wraps))
    assert hub.fetch(stranger, voice.feed) == [1, 2, 3, 4, 5]


def test_a_hub_that_begins_anew_knows_what_its_store_holds(
    hub: Kept, said: list[Frame], voice: Voice, mission: Party, host: Party
):
    hub.give(mission, *said)
    before = hub.asked(host, "state")
    hub.start()
    assert hub.asked(host, "state") == before
    assert hub.fetch(host, voice.feed) == [1, 2, 3, 4]


def test_what_the_store_lost_is_wanted_and_comes_again(
    hub: Kept, said: list[Frame], voice: Voice, mission: Party, host: Party
):
    hub.give(mission, *said)
    for name in [name for name in hub.store.kept if name.startswith("frame") and not name.endswith(".4")]:
        del hub.store.kept[name]
    assert hub.fetch(host, voice.feed, 1) == []
    assert hub.asked(mission, "state")["feeds"][0][-1] == 1
    hub.give(mission, said[1])
    assert hub.asked(mission, "state")["feeds"][0][-1] == 2
    hub.give(mission, said[2])
    assert hub.asked(mission, "state")["feeds"][0][-1] == NOBODY_WANTS
    assert hub.fetch(host, voice.feed, 1) == [2, 3, 4]


def test_what_is_not_on_the_disk_does_not_count(hub: Kept, said: list[Frame], voice: Voice, mission: Party):
    hub.store.is_full = True
    with pytest.raises(HubRefused, match="paused") as refused:
        hub.give(mission, *said)
    assert refused.value.retry_after > 0
    assert hub.fetch(mission, voice.feed) == []
    hub.store.is_full = False
    assert hub.give(mission, *said)["feeds"][0][3] == 4


@pytest.mark.parametrize("body", [b"", b"\0\0\0\1", b"\xff" * 40, b"{}"])
@pytest.mark.parametrize("verb", ["give", "fetch", "state", "manifests", "notice", "notices", "what"])
def test_bytes_that_say_nothing_are_refused_in_a_word(hub: Kept, mission: Party, verb: str, body: bytes):
    if (verb, body) in {("give", b""), ("state", b"{}")}:
        return
    with pytest.raises(HubRefused):
        hub.ask(mission, verb, body)


def test_a_member_that_sends_too_much_waits_and_keeps_nobody_back():
    seconds = [0.0]
    pace = Pace(1_000_000, tick=lambda: seconds[0])
    pace.allow("one", MOST_BYTES)
    pace.allow("one", MOST_BYTES)
    with pytest.raises(HubRefused, match="slow-down") as refused:
        pace.allow("one", 2_000_000)
    assert refused.value.retry_after == 2
    pace.allow("other", MOST_BYTES)
    seconds[0] = 2.0
    pace.allow("one", 2_000_000)
