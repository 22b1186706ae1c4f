"""The door of the exchange: who asks is verified before anything is read of what they ask.

A request is answered once: its nonce is kept for as long as its time could still be believed. Clocks may differ by
days; each answer says the time here, so that a node whose clock is far off can correct what it signs.
"""

from __future__ import annotations

import base64
import binascii
import functools
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from comity.federation.models import Direction, Peer, SeenRequest
from comity.federation.protocol import fields, request
from comity.federation.protocol.dsse import Envelope
from comity.federation.protocol.errors import BadSignature, Malformed, Misdirected, ProtocolError, Replayed, TooBig
from comity.federation.rings import ring_of
from comity.kernel import canonical, clock
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties.models import Party

logger = logging.getLogger(__name__)

HEADER = "Comity-Request"
TIME = "Comity-Time"
MOST_BYTES = 8 * 1024 * 1024
SKEW = timedelta(days=4)
"""How far the clocks of two nodes may be apart."""
_KEPT = 2 * SKEW + timedelta(days=1)


class ClockOff(ProtocolError):
    """Signed at a time too far from the time here; the answer says which that is."""

    code = "clock"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks whom, and when that was here."""

    sender: PartyId
    recipient: PartyId
    peer: Peer
    at: datetime


View = Callable[[Caller, bytes], HttpResponse]


def door(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """Make a view of what answers a verified caller."""

    @csrf_exempt
    @login_not_required
    @require_POST
    @functools.wraps(view)
    def answered(asked: HttpRequest) -> HttpResponse:
        at = clock.now()
        try:
            body = _body(asked)
            response = view(_caller(asked, body, at), body)
        except ProtocolError as error:
            response = said({"code": error.code}, status=_STATUS.get(type(error), 400))
        response.headers[TIME] = clock.to_text(at)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


_STATUS: Mapping[type[ProtocolError], int] = {
    BadSignature: 401,
    ClockOff: 401,
    Misdirected: 401,
    Replayed: 409,
    TooBig: 413,
}


def said(value: Mapping[str, Json], *, status: int = 200) -> HttpResponse:
    """An answer in canonical JSON."""
    return HttpResponse(canonical.encode(value), content_type="application/json", status=status)


def heard(body: bytes, *names: str) -> Mapping[str, Any]:
    """What a caller says, as an object with at least these members; more are of a newer version. Raises Malformed."""
    value = fields.decode(body, max_bytes=MOST_BYTES)
    if not isinstance(value, Mapping) or not set(names) <= value.keys():
        raise Malformed(f"an object with {', '.join(names)} was expected")
    return value


def _body(asked: HttpRequest) -> bytes:
    body = asked.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooBig("a request larger than this node reads")
    return bytes(body)


def _caller(asked: HttpRequest, body: bytes, at: datetime) -> Caller:
    try:
        envelope = base64.b64decode(asked.headers.get(HEADER, ""), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("the request is not signed") from error
    statement = request.verify_request(
        Envelope.decode(envelope, max_bytes=request.MAX_BYTES),
        rings=ring_of,
        method=str(asked.method),
        path=asked.path,
        body=body,
    )
    peer = Peer.objects.filter(party_id=statement.sender, confirmed_at__isnull=False).first()
    if peer is None:
        raise BadSignature("nobody here has confirmed this partner")
    if not Party.objects.filter(pk=statement.recipient, hosted=True).exists():
        raise Misdirected("no such party here")
    if abs(at - statement.at) > SKEW:
        raise ClockOff("signed at another time")
    _once(statement, at)
    return Caller(statement.sender, statement.recipient, peer, at)


def _once(statement: request.RequestStatement, at: datetime) -> None:
    try:
        with transaction.atomic():
            SeenRequest.objects.create(sender_id=statement.sender, nonce=statement.nonce, at=at)
    except IntegrityError as error:
        raise Replayed("this was asked before") from error


def forget_seen(at: datetime) -> None:
    """Forget nonces of requests that would no longer be believed."""
    SeenRequest.objects.filter(at__lt=at - _KEPT).delete()


def can_be_reached(peer: Peer) -> bool:
    """Whether this node calls the partner, or waits to be called."""
    return peer.direction == Direction.BOTH and bool(peer.url)
