"""Nothing is read of what somebody asks before it is known who asks; and nobody asks twice with the same words."""

import base64
import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client

from comity.federation.models import Channel, Feed, Frame, Peer, SeenRequest
from comity.federation.protocol import parcel, request, vector
from comity.federation.protocol.dsse import Key
from comity.federation.protocol.statement import Unknown
from comity.federation.sync.tests.speaker import Speaker, key_of
from comity.federation.tests.factories import channel, officer
from comity.federation.transport import door, views
from comity.kernel import canonical, clock
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.records.tests.factories import AT

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


@pytest.fixture
def peer(abroad: Party) -> Peer:
    return Peer.objects.create(party=abroad, url="https://abroad.example", confirmed_at=AT)


@pytest.fixture
def ask(peer: Peer, abroad: Party, mission: Party, home: Path, client: Client) -> Ask:
    """A question of the party abroad, as its node would ask it; `lies` are what is wrong with it."""
    asked = 0

    def post(what: str, value: Any, **lies: Any) -> Any:
        nonlocal asked
        asked += 1
        body = value if isinstance(value, bytes) else canonical.encode(value)
        private = Ed25519PrivateKey.from_private_bytes(key_of(lies.pop("by", abroad), home))
        facts: dict[str, Any] = {
            "sender": PartyId(abroad.pk),
            "recipient": PartyId(mission.pk),
            "method": "POST",
            "path": f"/exchange/v1/{what}",
            "body": body,
            "at": clock.now(),
            "nonce": hashlib.sha256(bytes([asked])).digest()[:16],
            "key": Key(private.public_key().public_bytes_raw(), private.sign),
        }
        signed = request.sign_request(**(facts | lies))
        return client.post(
            f"/exchange/v1/{what}",
            data=body,
            content_type="application/octet-stream",
            headers={door.HEADER: base64.b64encode(signed.encode()).decode()},
        )

    return post


NOTHING: dict[str, Any] = {"vector": [], "channels": {}, "parties": {}}


def code(answer: Any) -> tuple[int, str]:
    said: Any = canonical.decode(answer.content)
    return answer.status_code, said["code"]


def test_a_partner_is_answered(ask: Ask, row: Channel, abroad: Party):
    answer = ask("vectors", NOTHING)
    assert answer.status_code == 200
    said: Any = canonical.decode(answer.content)
    assert said["channels"] == {row.pk: 1}
    assert said["calls"] is True
    assert abs(clock.from_text(answer.headers[door.TIME]) - clock.now()) < timedelta(minutes=5)
    assert Peer.objects.get(party=abroad).last_contact_at is not None


def test_who_does_not_sign_is_not_answered(client: Client, peer: Peer):
    answer = client.post("/exchange/v1/vectors", data=b"{}", content_type="application/octet-stream")
    assert code(answer) == (400, "malformed")
    assert client.get("/exchange/v1/vectors").status_code == 405


def test_a_request_is_answered_once(ask: Ask, row: Channel):
    same = {"nonce": bytes(16)}
    assert ask("vectors", NOTHING, **same).status_code == 200
    assert code(ask("vectors", NOTHING, **same)) == (409, "replayed")


def test_a_clock_may_be_days_off_and_no_more(ask: Ask, row: Channel):
    for days in (-3, 3):
        assert ask("vectors", NOTHING, at=clock.now() + timedelta(days=days)).status_code == 200
    for days in (-30, 30):
        assert code(ask("vectors", NOTHING, at=clock.now() + timedelta(days=days))) == (401, "clock")


def test_only_a_confirmed_partner_is_answered(ask: Ask, peer: Peer):
    Peer.objects.update(confirmed_at=None)
    assert code(ask("vectors", NOTHING)) == (401, "bad-signature")
    assert not SeenRequest.objects.exists()


@pytest.mark.parametrize("lie", [{"path": "/exchange/v1/pull"}, {"body": b"{}"}, {"method": "GET"}])
def test_a_signature_is_for_one_request(ask: Ask, lie: dict[str, Any]):
    assert code(ask("vectors", NOTHING, **lie)) == (401, "misdirected")


def test_a_request_to_a_party_that_is_not_here_is_refused(ask: Ask, abroad: Party):
    assert code(ask("vectors", NOTHING, recipient=PartyId(abroad.pk))) == (401, "misdirected")


def test_nonces_are_forgotten_once_they_could_not_be_believed(ask: Ask, row: Channel):
    ask("vectors", NOTHING)
    door.forget_seen(clock.now() + 2 * door.SKEW)
    assert SeenRequest.objects.count() == 1
    door.forget_seen(clock.now() + 2 * door.SKEW + timedelta(days=2))
    assert not SeenRequest.objects.exists()


def test_frames_are_taken_in_and_given_out(ask: Ask, row: Channel, abroad: Party, mission: Party, home: Path):
    speaker = Speaker(abroad, row, home)
    frames = [speaker.announce(mission, abroad), speaker.say(Unknown({"t": "newer"}))]
    answer = ask("frames", parcel.pack(frames))
    said: Any = canonical.decode(answer.content)
    assert vector.of_json(said["vector"]) == {speaker.feed: speaker.at}
    assert said["refused"] == []
    pulled = ask("pull", {"feed": list(speaker.feed), "after": 1, "bytes": 1_000_000})
    assert list(parcel.unpack(pulled.content)) == frames[1:]


def test_a_partner_that_has_more_of_our_feed_is_not_heard_before_it_brought_that(
    ask: Ask, row: Channel, mission: Party, abroad: Party
):
    Feed.objects.create(channel=row.pk, party=mission, own=True, incarnation="1" * 16, seq=2, head="a" * 64)
    ours = [row.pk, mission.pk, "1" * 16]
    for feed, is_heard in (
        ([*ours, 3, "b" * 64], False),
        ([row.pk, mission.pk, "2" * 16, 1, "b" * 64], False),  # a feed that this database never began
        ([*ours, 2, "a" * 64], True),
        ([row.pk, abroad.pk, "3" * 16, 9, "b" * 64], True),
    ):
        Peer.objects.update(last_contact_at=None)
        ask("vectors", NOTHING | {"vector": [feed]})
        assert (Peer.objects.get().last_contact_at is not None) is is_heard, feed


def test_a_refusal_is_said_by_its_code(ask: Ask, row: Channel, abroad: Party, mission: Party, home: Path):
    speaker = Speaker(abroad, row, home)
    speaker.announce(mission, abroad)
    answer = ask("frames", parcel.pack([speaker.say(Unknown({"t": "newer"}))]))
    said: Any = canonical.decode(answer.content)
    assert said["refused"] == [[*speaker.feed, "gap"]]


def test_nobody_is_told_of_channels_that_they_are_not_in(
    ask: Ask, row: Channel, abroad: Party, mission: Party, iraq: Party, home: Path
):
    other = channel(officer(mission), iraq)
    feed = Feed.objects.create(channel=other.pk, party=mission, own=True, incarnation="0" * 16, seq=1, head="a" * 64)
    Frame.objects.create(
        feed=feed, seq=1, header=b"h", hash="a" * 64, content=b"c", digest="", frame_class="records", epoch=1, at=AT
    )
    said: Any = canonical.decode(ask("vectors", NOTHING).content)
    assert said["vector"] == []
    assert other.pk not in said["channels"]
    assert ask("pull", {"feed": list(feed.key), "after": 0, "bytes": 1_000}).content == b""
    given: Any = canonical.decode(
        ask("manifests", {"parties": [], "channels": [], "have": {"parties": {}, "channels": {}}}).content
    )
    assert len(given["channels"]) == 1


def test_a_full_disk_takes_nothing_in(ask: Ask, row: Channel, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(views, "is_full", lambda: True)
    answer = ask("frames", b"")
    assert code(answer) == (429, "paused")
    assert answer.headers["Retry-After"] == str(views.RETRY_AFTER)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"vector":[],"channels":[],"parties":{}}', b"[" * 500])
def test_what_makes_no_sense_is_refused_in_words(ask: Ask, body: bytes):
    assert code(ask("vectors", body))[0] == 400


def test_a_body_beyond_the_bound_is_not_read(ask: Ask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(door, "MOST_BYTES", 10)
    assert code(ask("frames", b"x" * 11)) == (413, "too-big")
