"""What the pages of the exchange tell whom, and what can be decided on them."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comity.audit.models import Witnessed
from comity.audit.notes import Note, origin_of
from comity.federation.models import Acknowledged, Channel, Direction, Feed, FeedStatus, Peer
from comity.federation.protocol import errors
from comity.federation.sharing.backlog import Way, backlogs
from comity.federation.sync.emit import emit
from comity.federation.sync.take_in import take_in
from comity.federation.sync.tests.speaker import Speaker, revision
from comity.federation.tests.factories import channel, officer, sign_in
from comity.kernel.clock import now
from comity.kernel.ids import PartyId
from comity.labels.scale import Classification
from comity.labels.subject import Role
from comity.parties.models import Party
from comity.records.models import Record
from comity.records.tests.factories import AT, LATER, label, travelling

pytestmark = pytest.mark.django_db
ROOM = "/sharing/"
ReleaseMany = Callable[[int], list[Record]]


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


@pytest.fixture
def peer(abroad: Party) -> Peer:
    return Peer.objects.create(party=abroad, url="https://abroad.example", confirmed_at=AT, last_contact_at=now())


@pytest.fixture
def page(abroad: Party) -> str:
    return reverse("federation:exchange-partner", args=[abroad.pk])


@pytest.fixture
def speaker(abroad: Party, mission: Party, row: Channel, home: Path) -> Speaker:
    made = Speaker(abroad, row, home)
    take_in(made.announce(mission, abroad), at=AT)
    return made


def text(client: Client, address: str = ROOM) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_whom_the_exchange_does_not_concern_is_led_to_the_channels(client: Client, mission: Party, row: Channel):
    sign_in(client, mission, Role.ADVISER)
    assert client.get(ROOM)["Location"] == "/sharing/channels/"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "in step"),
        ({"silent_since": AT, "last_error": "Unreachable: refused"}, "does not answer since"),
        ({"last_contact_at": AT}, "does not answer since"),
        ({"last_error": "paused"}, "paused: its disk is full"),
        ({"lacking": 3}, "3 steps behind it"),
        ({"confirmed_at": None}, "not joined"),
        ({"direction": Direction.NONE, "last_contact_at": None}, "by files that people carry"),
    ],
)
def test_how_a_partner_is_doing_is_said_in_words(
    client: Client, mission: Party, row: Channel, peer: Peer, facts: dict[str, object], words: str
):
    Peer.objects.update(**facts)
    sign_in(client, mission, Role.ADMINISTRATOR)
    assert words in text(client)


def test_what_is_on_the_way_is_counted_until_it_is_acknowledged(
    client: Client, mission: Party, abroad: Party, peer: Peer, release_many: ReleaseMany, page: str
):
    row = channel(officer(mission), abroad)
    way = Way(mission.pk, row.pk, abroad.pk)
    release_many(3)
    assert (backlogs([mission.pk])[way].waiting, backlogs([mission.pk])[way].since) == (3, AT)
    emit(party=mission, channel=row.pk, at=AT)
    assert (backlogs([mission.pk])[way].waiting, backlogs([mission.pk])[way].unacknowledged) == (0, 3)
    sign_in(client, mission, Role.ADMINISTRATOR)
    assert "3 behind" in text(client)
    assert "Left, not acknowledged" in text(client, page)
    feed = Feed.objects.get(own=True)
    Acknowledged.objects.create(feed=feed, by=abroad, seq=feed.seq, at=LATER)
    assert backlogs([mission.pk]) == {}
    assert "in step" in text(client)


def test_a_member_that_nobody_here_knows_has_a_backlog_too(
    mission: Party, abroad: Party, row: Channel, release_many: ReleaseMany
):
    row.memberships.filter(party=abroad).update(party_id="b" * 52)
    release_many(2)
    assert backlogs([mission.pk])[Way(mission.pk, row.pk, "b" * 52)].waiting == 2
    emit(party=mission, channel=row.pk, at=AT)
    assert backlogs([mission.pk])[Way(mission.pk, row.pk, "b" * 52)].unacknowledged == 2


def test_what_is_held_is_named_to_who_may_read_it_and_counted_for_who_keeps_the_node(
    mission: Party, abroad: Party, peer: Peer, speaker: Speaker, page: str
):
    markings = [label(abroad, mission, classification=level) for level in (Classification.RESTRICTED,) * 2]
    secret, more = (revision(travelling(abroad, marking, n)) for n, marking in enumerate(markings, start=1))
    plain = revision(travelling(abroad, label(abroad, mission), 3))
    over = type(plain)(more.record, plain.number, plain.salt, plain.data)  # announced as another
    take_in(speaker.say(secret, over), at=LATER)
    reader, keeper = Client(), Client()
    sign_in(reader, mission)
    sign_in(keeper, mission, Role.ADMINISTRATOR)
    shown, counted = text(reader, page), text(keeper, page)
    assert "It was announced as another record or revision than it is." in shown
    assert "may not carry" not in shown
    assert "not shown to you" not in shown
    assert "It was announced" not in counted
    assert "2 records" in counted


def test_a_partner_says_what_it_holds_and_who_may_read_it_is_led_there(
    mission: Party, abroad: Party, row: Channel, peer: Peer, release_many: ReleaseMany, page: str
):
    (record,) = release_many(1)
    emit(party=mission, channel=row.pk, at=AT)
    feed = Feed.objects.get(own=True)
    Acknowledged.objects.create(feed=feed, by=abroad, seq=2, at=LATER, held=[[str(record.rid), "over-ceiling"], ["x"]])
    reader, keeper = Client(), Client()
    sign_in(reader, mission)
    sign_in(keeper, mission, Role.ADMINISTRATOR)
    assert "the channel may not carry it" in text(reader, page)
    assert record.slug in text(reader, page)
    assert record.slug not in text(keeper, page)
    assert "1 record" in text(keeper, page)


@pytest.fixture
def stopped(speaker: Speaker, abroad: Party, mission: Party) -> Feed:
    before = speaker.at
    take_in(speaker.say(revision(travelling(abroad, label(abroad, mission), 1))), at=LATER)
    speaker.at = before
    with pytest.raises(errors.Equivocation):
        take_in(speaker.say(revision(travelling(abroad, label(abroad, mission), 2))), at=LATER)
    return Feed.objects.get(own=False)


def test_a_stopped_feed_is_an_alarm_with_both_sides_and_is_given_up_on_the_page(
    client: Client, mission: Party, peer: Peer, stopped: Feed, page: str
):
    sign_in(client, mission)
    address = reverse("federation:exchange-feed", args=[stopped.pk])
    assert address in text(client)
    assert address in text(client, reverse("desk:today"))
    shown = text(client, address)
    evidence = json.loads(client.get(f"{address}evidence/").content)
    assert [one["seq"] for one in evidence["headers"]] == [2, 2]
    assert all(one["hash"] in shown for one in evidence["headers"])
    assert client.post(address, {"decision": "on", "reason": "Because", "meant": "on"}).status_code == 422
    assert client.post(address, {"decision": "up", "reason": "", "meant": "on"}).status_code == 422
    assert client.post(address, {"decision": "up", "reason": "Because", "meant": "on"})["Location"] == page
    stopped.refresh_from_db()
    assert stopped.state == FeedStatus.GIVEN_UP
    assert "Because" in text(client, page)
    assert "in step" in text(client)


def test_an_administrator_sees_an_alarm_and_does_not_decide(client: Client, mission: Party, peer: Peer, stopped: Feed):
    sign_in(client, mission, Role.ADMINISTRATOR)
    address = reverse("federation:exchange-feed", args=[stopped.pk])
    assert 'name="decision"' not in text(client, address)
    answer = client.post(address, {"decision": "up", "reason": "Because", "meant": "on"})
    assert answer.status_code == 422
    stopped.refresh_from_db()
    assert stopped.state == FeedStatus.QUARANTINED


def test_another_party_of_the_node_is_told_of_no_partner_of_ours(
    client: Client, iraq: Party, peer: Peer, stopped: Feed, page: str
):
    sign_in(client, iraq)
    assert page not in text(client)
    assert "A feed was stopped" not in text(client, reverse("desk:today"))
    for address in (page, reverse("federation:exchange-feed", args=[stopped.pk])):
        assert client.get(address).status_code == 404
    assert client.post(f"{page}again/").status_code == 404


def test_a_contradicted_log_is_shown_and_begins_anew(
    client: Client, mission: Party, abroad: Party, row: Channel, peer: Peer, page: str
):
    table, before = Witnessed.objects.system("test"), None
    for size, finding in ((9, "first"), (5, "shorter")):
        root = bytes([size]) * 32
        note = bytes(Note(origin_of(PartyId(abroad.pk)), size, root, AT))
        before = table.create(
            party=abroad.pk, size=size, root=root, at=AT, note=note, signature=b"s", received_at=AT, finding=finding,
            contradicts=before,
        )  # fmt: skip
    assert before is not None
    address = reverse("federation:exchange-log", args=[before.pk])
    sign_in(client, mission)
    assert address in text(client)
    assert address in text(client, reverse("desk:today"))
    assert (b"\x09" * 32).hex() in text(client, address)
    assert client.post(address, {"reason": "Restored"}).status_code == 422
    assert client.post(address, {"reason": "Restored", "meant": "on"})["Location"] == page
    assert client.get(address).status_code == 404
    assert "the log begins anew" in text(client, page)


def test_who_keeps_the_node_has_a_partner_tried_at_once(
    client: Client, mission: Party, row: Channel, peer: Peer, page: str
):
    sign_in(client, mission, Role.ADMINISTRATOR)
    assert client.post(f"{page}again/")["Location"] == page
    peer.refresh_from_db()
    assert peer.asked_at is not None
    assert now() - peer.asked_at < timedelta(minutes=1)


def test_more_partners_cost_no_more_queries(client: Client, mission: Party, abroad: Party, row: Channel, peer: Peer):
    sign_in(client, mission, Role.ADMINISTRATOR)
    text(client)
    with CaptureQueriesContext(connection) as few:
        text(client)
    for number in range(5):
        other = Party.objects.create(pk=f"{number}" * 52, handle=f"other{number}", name=abroad.name, nature="host")
        row.memberships.create(party=other, since_version=1)
        Peer.objects.create(party=other, confirmed_at=AT)
    with CaptureQueriesContext(connection) as many:
        text(client)
    assert len(many) == len(few)
