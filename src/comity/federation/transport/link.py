"""A link to one partner: signed questions, and what is done with the answers. Each call is one bounded conversation."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models.functions import Coalesce

from comity.federation.models import Peer
from comity.federation.protocol import fields, parcel, request, vector
from comity.federation.protocol.dsse import Key
from comity.federation.protocol.errors import Malformed, ProtocolError
from comity.federation.protocol.feed import START, FeedKey, Position
from comity.federation.sync import vectors
from comity.federation.sync.take_in import take_in_all
from comity.federation.transport import exchange
from comity.federation.transport.client import Answer, Unreachable
from comity.federation.transport.door import HEADER, TIME
from comity.federation.transport.pause import PAUSED, is_full
from comity.kernel import canonical, clock
from comity.kernel.canonical import Json
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.parties.signing import public_key, sign_for

PATH = "/exchange/v1/"
LASTS = 5.0
"""Seconds of pulling, and of pushing, in one conversation; a question that was asked is waited for beyond."""
BODY_BYTES = 2 * 1024 * 1024
"""Of one body, unless a single frame is larger, or the other side asks for less."""
LEAST_BYTES = 64 * 1024


class Carrier(Protocol):
    """What carries questions: `transport.client.Client`, or a test."""

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """One question and its answer."""

    def cut(self) -> None:
        """End the question that is being asked, from another thread."""


class Refused(Exception):
    """The partner does not answer this; `code` says why, `retry_after` (seconds) when to ask again."""

    def __init__(self, status: int, code: str, retry_after: float = 0) -> None:
        super().__init__(f"{status} {code}")
        self.code, self.retry_after = code, retry_after


class Link:
    """Conversations of one party of this node with one partner."""

    def __init__(
        self,
        party: Party,
        peer: Peer,
        carrier: Carrier,
        *,
        now: Callable[[], datetime] = clock.now,
        tick: Callable[[], float] = time.monotonic,
        entropy: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self.party, self.peer, self.carrier = party, peer, carrier
        self.now, self.tick, self.entropy = now, tick, entropy
        self.sender, self.recipient = PartyId(party.pk), PartyId(peer.party_id)
        self.theirs: dict[FeedKey, Position] = {}
        self.refused: dict[FeedKey, str] = {}  # feeds that the partner would not take, and why; until the next exchange
        self.is_called = True  # whether the partner calls us too
        self.window = BODY_BYTES  # of frames in one body, as the partner asked
        self._paused_until = 0.0
        self._skew = timedelta(0)
        self._hung_up = False

    def exchange(self) -> bool:
        """Say who has how much, give and take manifests, pull what is missing here; whether more is left to pull.

        Raises:
            Unreachable, Refused, BadAddress, ProtocolError: the conversation ended there.
        """
        answer = self._ask("vectors", exchange.status(self.recipient, calls=True))
        self.theirs, channels, parties = exchange.read_status(answer)
        self.refused.clear()
        self.is_called = answer.get("calls") is True
        self._give_and_take(parties, channels)
        return self._pull_all(vector.difference(vectors.vector_for(self.recipient), self.theirs))

    def _pull_all(self, difference: vector.Difference) -> bool:
        """Pull our own feeds first, which tell whether we may go on; then those of which little is missing."""
        own = set(vectors.own_ahead(self.theirs))
        missing = [(key not in own, self.theirs[key].seq - at.seq, key, at.seq) for key, at in difference.pull.items()]
        parted = [*difference.forked, *vectors.parted(difference.push)]  # its step, where ours is another: the proof
        missing += [(key not in own, 1, key, self.theirs[key].seq - 1) for key in parted]
        until = self.tick() + LASTS
        paused = is_full()
        for others, _, key, after in sorted(missing):
            if (others and paused) or not self._pull(key, after, until):
                return not paused
        return False

    def lacking(self) -> int:
        """How many steps the partner has, as far as is known, and this node has not."""
        return vectors.lacking(self.recipient, self.theirs)

    def push(self) -> bool:
        """Give the partner what it lacks, as far as is known; whether more is left. Raises as `exchange` does.

        A feed of which little is left goes first, and what is said meanwhile is seen after each body: so withdrawals,
        in a feed of their own, overtake records. A partner that is paused is given nothing until it said it can be.
        """
        until = self.tick() + LASTS
        stuck: set[FeedKey] = set()
        while self.tick() >= self._paused_until:
            mine = vectors.vector_for(self.recipient)
            behind = vector.difference(mine, self.theirs).push
            left = [(mine[key].seq - at.seq, key) for key, at in behind.items() if key not in stuck | set(self.refused)]
            if not left or self.tick() > until:
                return bool(left)
            key = min(left)[1]
            after = behind[key].seq
            body, last = vectors.frames_after(key, after, most=self.window)
            if not body or self._give(key, body, after) < last:
                stuck.add(key)
        return False

    def note(self, at: datetime, error: str) -> None:
        """Keep for people to see when the partner answered last, and what is wrong."""
        row = Peer.objects.filter(pk=self.peer.pk)
        if error:
            row.update(last_error=error, silent_since=Coalesce("silent_since", at))
            return
        paused = PAUSED if self.tick() < self._paused_until else ""
        row.update(last_contact_at=at, last_error=paused, silent_since=None, lacking=self.lacking())

    def cut(self) -> None:
        """End the question that is being asked, from another thread."""
        self.carrier.cut()

    def hang_up(self) -> None:
        """End the conversation soon, from another thread, for good."""
        self._hung_up = True
        self.carrier.cut()

    def _give(self, key: FeedKey, body: bytes, after: int) -> int:
        """Send one body of frames of a feed; how far the partner has the feed then."""
        try:
            answer = self._parsed(self._post("frames", body))
        except Refused as refusal:
            if refusal.code != PAUSED:
                raise
            self._paused_until = self.tick() + max(refusal.retry_after, 1.0)
            self.note(self.now(), "")
            return after
        except Unreachable:
            self.window = max(LEAST_BYTES, self.window // 2)  # perhaps it was too much for the time that we wait
            raise
        self.window = max(LEAST_BYTES, min(BODY_BYTES, _number(answer.get("window"), BODY_BYTES)))
        known = vector.of_json(answer.get("vector"))
        if key in known:
            self.theirs[key] = known[key]
        for one in fields.several(answer.get("refused", []), vector.MAX_FEEDS):
            if list(one[:3]) == list(key):
                self.refused[key] = fields.text(one[3])
        return self.theirs.get(key, Position(after, "")).seq

    def _give_and_take(self, parties: Mapping[str, int], channels: Mapping[str, int]) -> None:
        mine, ours = exchange.parties_for(self.recipient), vectors.versions_for(self.recipient)
        give = exchange.lacking(self.recipient, parties, channels)
        behind = any(version > mine.get(name, 0) for name, version in parties.items()) or any(
            version > ours.get(name, 0) for name, version in channels.items()
        )
        if behind or give["parties"] or give["channels"]:
            have: dict[str, Json] = {"parties": dict(mine), "channels": dict(ours)}
            exchange.take(self._ask("manifests", {**give, "have": have}), sender=self.recipient, at=self.now())

    def _pull(self, key: FeedKey, after: int, until: float) -> bool:
        """Pull a feed from this step on, as far as time allows; whether there is time for another."""
        while self.tick() < until:
            asked = canonical.encode({"feed": list(key), "after": after, "bytes": BODY_BYTES})
            body = self._post("pull", asked)
            if not body:
                return True
            taken = take_in_all(parcel.unpack(body), at=self.now())
            before, after = after, taken.feeds.get(key, START).seq
            if key in taken.refused or after <= before or after >= self.theirs.get(key, START).seq:
                return True
            if taken.known > taken.new:
                return True  # somebody gives it at the same time: it would be carried and verified twice
        return False

    def _ask(self, what: str, value: Mapping[str, Json]) -> Mapping[str, Any]:
        return self._parsed(self._post(what, canonical.encode(value)))

    def _parsed(self, body: bytes) -> Mapping[str, Any]:
        value = fields.decode(body, max_bytes=len(body))
        if not isinstance(value, Mapping):
            raise Malformed("an object was expected")
        return value

    def _post(self, what: str, body: bytes) -> bytes:
        """One question, asked again once with another time if the partner's clock is far from ours."""
        answer = self._signed(what, body)
        if answer.status == 401 and self._correct(answer):
            answer = self._signed(what, body)
        if answer.status != 200:
            raise Refused(answer.status, _code(answer), _seconds(answer.headers.get("retry-after", "")))
        return answer.body

    def _signed(self, what: str, body: bytes) -> Answer:
        if self._hung_up:
            raise Unreachable("the conversation was ended here")
        key = Key(public_key(self.sender, "release"), lambda message: sign_for(self.party, "release", message))
        envelope = request.sign_request(
            sender=self.sender,
            recipient=self.recipient,
            method="POST",
            path=PATH + what,
            body=body,
            at=self.now() + self._skew,
            nonce=self.entropy(request.NONCE_BYTES),
            key=key,
        )
        headers = {HEADER: base64.b64encode(envelope.encode()).decode(), "Content-Type": "application/octet-stream"}
        return self.carrier.post(PATH + what, body, headers)

    def _correct(self, answer: Answer) -> bool:
        """Sign with the partner's time from now on, if that is why it refused."""
        if _code(answer) != "clock":
            return False
        try:
            self._skew = clock.from_text(answer.headers.get(TIME.lower(), "")) - self.now()
        except ValueError:
            return False
        return True


def _code(answer: Answer) -> str:
    try:
        return fields.text(
            fields.members(fields.decode(answer.body, max_bytes=10_000), "code", optional=["window"])["code"]
        )
    except ProtocolError:
        return "unintelligible"


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def _seconds(text: str) -> float:
    return min(3_600.0, float(text)) if text.isdecimal() and len(text) < 6 else 0.0


__all__ = ["Carrier", "Link", "Refused", "Unreachable"]
