"""What another node can ask of this one, under /exchange/v1/. Every answer is for a partner whom people confirmed."""

from __future__ import annotations

import time

from django.http import HttpResponse

from comity.federation.models import Peer
from comity.federation.protocol import fields, parcel, vector
from comity.federation.protocol.feed import FeedKey
from comity.federation.sync import vectors
from comity.federation.sync.take_in import take_in_all
from comity.federation.transport import exchange
from comity.federation.transport.door import MOST_BYTES, Caller, can_be_reached, door, heard, said
from comity.federation.transport.pause import PAUSED, is_full
from comity.kernel.canonical import Json

RETRY_AFTER = 10
"""Seconds, while this node is paused."""
TAKES_WITHIN = 5.0
"""Seconds that one body of frames should take: the caller waits for the answer no longer than `ANSWERS_WITHIN`."""
LEAST_WINDOW = 64 * 1024


@door
def status(caller: Caller, body: bytes) -> HttpResponse:
    """Who has how much: the caller says what it has, and is told what this node has.

    It counts as heard unless it has more of our own feeds than we: before it has brought that, nothing is said here.
    """
    theirs, _, _ = exchange.read_status(heard(body, "vector", "channels", "parties"))
    if not vectors.own_ahead(theirs):
        Peer.objects.filter(party_id=caller.sender).update(last_contact_at=caller.at)
    return said(exchange.status(caller.sender, calls=can_be_reached(caller.peer)))


@door
def manifests(caller: Caller, body: bytes) -> HttpResponse:
    """Take in manifests of parties and channels; answer those that the caller lacks."""
    asked = heard(body, "parties", "channels", "have")
    exchange.take(asked, sender=caller.sender, at=caller.at)
    have = heard_versions(asked["have"])
    return said(exchange.lacking(caller.sender, *have))


def heard_versions(value: Json) -> tuple[dict[str, int], dict[str, int]]:
    """Versions of parties and of channels. Raises Malformed."""
    body = fields.members(value, "parties", "channels")
    _, channels, parties = exchange.read_status({"vector": [], **body})
    return parties, channels


@door
def frames(caller: Caller, body: bytes) -> HttpResponse:
    """Take in frames; answer how far their feeds are known now, and what was refused."""
    if is_full():
        response = said({"code": PAUSED, "window": 0}, status=429)
        response.headers["Retry-After"] = str(RETRY_AFTER)
        return response
    began = time.monotonic()
    taken = take_in_all(parcel.unpack(body), at=caller.at)
    window = window_for(len(body), time.monotonic() - began)
    refused: list[Json] = [[*key, error.code] for key, error in sorted(taken.refused.items(), key=lambda one: one[0])]
    return said({"vector": vector.to_json(taken.feeds), "refused": refused, "window": window})


def window_for(size: int, seconds: float) -> int:
    """How many bytes the caller should send next, by how long these took: a slow node asks for little at a time."""
    return max(LEAST_WINDOW, min(MOST_BYTES, int(size * TAKES_WITHIN / max(seconds, 0.001))))


@door
def pull(caller: Caller, body: bytes) -> HttpResponse:
    """Frames of one feed after a step."""
    asked = heard(body, "feed", "after", "bytes")
    parts = fields.several(asked["feed"], 3)
    key = FeedKey(fields.channel(parts[0]), fields.party(parts[1]), fields.incarnation(parts[2]))
    most = fields.number(asked["bytes"], least=1)
    data = b""
    if vectors.may_see(caller.sender, key):
        data, _ = vectors.frames_after(key, fields.number(asked["after"]), most=min(most, vectors.MOST_BYTES))
    return HttpResponse(data, content_type="application/octet-stream")
