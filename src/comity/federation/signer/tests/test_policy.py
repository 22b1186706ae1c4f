"""What a key may sign: an allowed message each, and the same with one thing broken."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from comity.audit.notes import Note, origin_of
from comity.audit.witnessing import cosigned_text
from comity.federation.protocol import bundle, channel, frame, statement
from comity.federation.protocol.channel import CHANNEL_TYPE, ChannelManifest
from comity.federation.protocol.feed import FeedKey
from comity.federation.protocol.frame import FRAME_TYPE
from comity.federation.protocol.request import REQUEST_TYPE, RequestStatement
from comity.federation.protocol.statement import STATEMENT_TYPE, Item, Revision, Statement, Withdrawal
from comity.federation.protocol.tests.peer import AT, KIND, Party, a_channel, a_label, a_revision, following
from comity.federation.signer import policy
from comity.federation.signer.policy import Refused
from comity.kernel import canonical
from comity.kernel.dsse import pae
from comity.kernel.ids import PartyId, party_id_of
from comity.kernel.text import Text
from comity.labels.scale import USE_CAVEATS, Classification
from comity.parties import manifest
from comity.parties.manifest import Manifest, Nature, Purpose
from comity.records.envelope import Envelope


def first_manifest(**changes: Any) -> bytes:
    said = {
        "version": 1,
        "previous": "",
        "expires": AT,
        "name": Text.single("en", "Somewhere"),
        "nature": Nature.HOST,
        "threshold": 1,
        "keys": {purpose: (bytes([number]) * 32,) for number, purpose in enumerate(Purpose)},
    }
    return Manifest(**{**said, **changes}).encode()


FOUNDED = party_id_of(first_manifest())
US, THEM, THIRD = Party("us"), Party("them"), Party("a third")
OURS = a_channel(US, THEM, kinds=frozenset({KIND, "people.person/1"}), caveats=frozenset({*USE_CAVEATS, "EYES"}))
FEED = FeedKey(channel.channel_id_of(OURS.encode()), US.id, "0" * 16)


def note(party: PartyId) -> bytes:
    return bytes(Note(origin_of(party), 7, bytes(32), AT))


def purged(party: PartyId, **more: Any) -> bytes:
    record = f"{party}/01890000-0000-7000-8000-000000000000"
    return canonical.encode({"purged": record, "revisions": [1, 2], **more})


def header(party: PartyId) -> bytes:
    feed = replace_feed(party=party)
    made = frame.Header(feed, 1, "", 1, bytes(32), frame.FrameClass.RECORDS, 0, "0" * 64)
    return pae(FRAME_TYPE, made.encode())


def replace_feed(**changes: Any) -> FeedKey:
    return FEED._replace(**changes)


def request(party: PartyId) -> bytes:
    said = RequestStatement(party, THEM.id, "POST", "/exchange/v1/frames", "0" * 64, AT, bytes(16))
    return pae(REQUEST_TYPE, said.encode())


def a_bundle(party: PartyId) -> bytes:
    return pae(bundle.BUNDLE_TYPE, bundle.Index(party, THEM.id, "0" * 32, AT, ((),)).encode())


def with_more(message: bytes, payload_type: str) -> bytes:
    """The same, saying something besides, which a reader would pass by."""
    return pae(payload_type, canonical.encode({**json.loads(message[message.index(b"{") :]), "later": 1}))


ALLOWED = {
    "a manifest": (Purpose.ROOT, manifest.signed_bytes(first_manifest(version=2, previous="0" * 64))),
    "a checkpoint": (Purpose.AUDIT, note(US.id)),
    "a purge": (Purpose.AUDIT, purged(US.id)),
    "a cosignature": (Purpose.AUDIT, cosigned_text(note(THEM.id), AT)),
    "a header": (Purpose.RELEASE, header(US.id)),
    "a request": (Purpose.RELEASE, request(US.id)),
    "a channel": (Purpose.RELEASE, pae(CHANNEL_TYPE, OURS.encode())),
    "a bundle": (Purpose.RELEASE, a_bundle(US.id)),
}
REFUSED = {
    "a note by root": (Purpose.ROOT, note(US.id)),
    "a header by root": (Purpose.ROOT, header(US.id)),
    "no manifest": (Purpose.ROOT, pae(manifest.PAYLOAD_TYPE, b"{}")),
    "a manifest that says it is something else": (
        Purpose.ROOT,
        pae(CHANNEL_TYPE, first_manifest(version=2, previous="0" * 64)),
    ),
    "a bare manifest": (Purpose.ROOT, first_manifest(version=2, previous="0" * 64)),
    "another's first manifest": (Purpose.ROOT, manifest.signed_bytes(first_manifest())),
    "another log": (Purpose.AUDIT, note(THEM.id)),
    "more than a note": (Purpose.AUDIT, note(US.id) + b"more\n"),
    "another's purge": (Purpose.AUDIT, purged(THEM.id)),
    "more than a purge": (Purpose.AUDIT, purged(US.id, more=True)),
    "our own witness": (Purpose.AUDIT, cosigned_text(note(US.id), AT)),
    "a witness of anything": (Purpose.AUDIT, cosigned_text(b"anything", AT)),
    "a list": (Purpose.AUDIT, b"[]"),
    "depth": (Purpose.AUDIT, b'{"purged":' + b"[" * 100_000),
    "a manifest by audit": (Purpose.AUDIT, manifest.signed_bytes(first_manifest())),
    "nothing": (Purpose.RELEASE, b""),
    "a note by release": (Purpose.RELEASE, note(US.id)),
    "a manifest by release": (Purpose.RELEASE, manifest.signed_bytes(first_manifest())),
    "another's header": (Purpose.RELEASE, header(THEM.id)),
    "another's request": (Purpose.RELEASE, request(THEM.id)),
    "another's channel": (Purpose.RELEASE, pae(CHANNEL_TYPE, a_channel(THEM, US).encode())),
    "another's bundle": (Purpose.RELEASE, a_bundle(THEM.id)),
    "a header of a later version": (Purpose.RELEASE, with_more(header(US.id), FRAME_TYPE)),
    "a channel of a later version": (Purpose.RELEASE, with_more(OURS.encode(), CHANNEL_TYPE)),
    "no header": (Purpose.RELEASE, pae(FRAME_TYPE, b'{"party": "%s"}' % US.id.encode())),
    "more than a header": (Purpose.RELEASE, header(US.id) + b" "),
    "another encoding": (Purpose.RELEASE, header(US.id).replace(b"DSSEv1", b"DSSEv2")),
    "an unknown type": (Purpose.RELEASE, pae("application/vnd.comity.other+json", b"{}")),
    "exchange": (Purpose.EXCHANGE, header(US.id)),
}


@pytest.mark.parametrize(("purpose", "message"), ALLOWED.values(), ids=ALLOWED)
def test_a_key_signs_what_it_is_for(purpose: Purpose, message: bytes):
    policy.check(US.id, purpose, message, b"")


def test_a_root_key_signs_the_manifest_that_founds_its_party():
    policy.check(FOUNDED, Purpose.ROOT, manifest.signed_bytes(first_manifest()), b"")


@pytest.mark.parametrize(("purpose", "message"), REFUSED.values(), ids=REFUSED)
def test_and_nothing_else(purpose: Purpose, message: bytes):
    with pytest.raises(Refused):
        policy.check(US.id, purpose, message, b"")


# ---------------------------------------------------------------------------------------------------------- statements


def revision(owner: Party = US, **changes: Any) -> Revision:
    """A revision that may be sent; `changes` are of the record's own bytes."""
    outside = a_revision(owner)
    facts: dict[str, Any] = {
        "id": outside.record,
        "kind": KIND,
        "revision": 1,
        "at": AT,
        "by": "somebody",
        "label": a_label(US, THEM),
        "body": {},
    }
    return replace(outside, data=Envelope(**(facts | changes)).encode())


def receipt() -> Item:
    return statement.Receipt(replace_feed(party=THEM.id), 7)


def asked(*items: Item, carrying: ChannelManifest = OURS, context: bytes = b"", **changes: Any) -> None:
    said = replace(Statement(FEED, 1, channel.audience_hash(carrying), items), **changes)
    policy.check(US.id, Purpose.RELEASE, pae(STATEMENT_TYPE, said.encode()), context or carrying.encode())


def test_a_statement_is_signed_that_holds_what_the_channel_carries():
    hidden = Withdrawal(a_revision(US).record, statement.Mode.HIDE)
    checkpoint = statement.Checkpoint(note(US.id), bytes(64))
    asked(revision(), hidden, receipt(), checkpoint)
    asked(revision(label=a_label(US, THEM, THIRD, caveats=frozenset({"EYES"}))))
    asked(revision(kind="people.person/1", label=a_label(US, THEM, caveats=USE_CAVEATS)))
    asked(revision(), carrying=following(OURS))


HOSTILE: dict[str, Callable[[], None]] = {
    "another's record": lambda: asked(revision(THEM)),
    "another's record taken back": lambda: asked(Withdrawal(a_revision(THEM).record, statement.Mode.PURGE)),
    "a member not named": lambda: asked(revision(label=a_label(US))),
    "never exchanged": lambda: asked(revision(label=a_label(US, THEM, exchange_never=True))),
    "over the ceiling": lambda: asked(revision(label=a_label(US, THEM, classification=Classification.CONFIDENTIAL))),
    "a group not kept": lambda: asked(revision(label=a_label(US, THEM, groups=frozenset({"cell"})))),
    "a caveat not honoured": lambda: asked(revision(label=a_label(US, THEM, caveats=frozenset({"OTHER"})))),
    "a kind not carried": lambda: asked(revision(kind="programme.objective/1")),
    "a person without a caveat": lambda: asked(revision(kind="people.person/1")),
    "one among many": lambda: asked(revision(), revision(), revision(label=a_label(US))),
    "another record inside": lambda: asked(revision(id=a_revision(US, 2).record)),
    "another number inside": lambda: asked(revision(revision=2)),
    "no record inside": lambda: asked(a_revision(US)),
    "what is not understood": lambda: asked(statement.Unknown({"t": "gift"})),
    "more than is understood": lambda: asked(statement.Unknown({**revision().json(), "later": 1})),  # type: ignore[dict-item]
    "another log's checkpoint": lambda: asked(statement.Checkpoint(note(THEM.id), bytes(64))),
    "another's feed": lambda: asked(receipt(), feed=replace_feed(party=THEM.id)),
    "another channel": lambda: asked(revision(), feed=replace_feed(channel=party_id_of(b"elsewhere"))),
    "another audience": lambda: asked(revision(), audience=hashlib.sha256(b"").hexdigest()),
    "a wider context": lambda: asked(revision(), context=a_channel(US).encode()),
    "no context": lambda: asked(revision(), context=b"{}"),
    "a channel we are not in": lambda: asked(receipt(), carrying=following(a_channel(THEM, THIRD))),
    "only others' records": lambda: asked(revision(), carrying=following(OURS, carries=frozenset({THEM.id}))),
}


@pytest.mark.parametrize("ask", HOSTILE.values(), ids=HOSTILE)
def test_no_other_statement_is_signed(ask: Callable[[], None]):
    with pytest.raises(Refused):
        ask()
