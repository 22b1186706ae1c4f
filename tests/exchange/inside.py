"""What is asked of a node from the inside, one JSON list a line: `python -m tests.exchange.inside`."""

import json
import sys
from collections.abc import Callable
from typing import Any


def manifest() -> dict[str, Any]:
    """What this node's party says of itself."""
    from comity.parties.models import Manifest, Party

    party = Party.objects.get(hosted=True)
    row = Manifest.objects.get(party=party)
    return {"party": party.pk, "data": bytes(row.data).hex(), "signatures": row.signatures}


def confirm(said: dict[str, Any], url: str, direction: str) -> None:
    """Take another party for a partner, as people do when they have compared fingerprints."""
    from comity.federation.models import Peer
    from comity.kernel.clock import now
    from comity.parties.actions import take_manifest
    from comity.parties.manifest import Envelope

    signatures = {name: bytes.fromhex(signature) for name, signature in said["signatures"].items()}
    take_manifest(said["party"], Envelope(bytes.fromhex(said["data"]), signatures), at=now())
    Peer.objects.update_or_create(
        party_id=said["party"], defaults={"url": url, "direction": direction, "confirmed_at": now()}
    )


def found_channel(member: str) -> str:
    """A channel with another party."""
    from comity.federation.channels import actions
    from comity.kernel.clock import now
    from comity.kernel.ids import PartyId
    from comity.kernel.text import Text
    from comity.labels.scale import PARTNERSHIP, Classification

    return str(
        actions.found_channel(
            name=Text.single("en", "Advice"),
            members=[PartyId(member)],
            ceiling={PARTNERSHIP: Classification.UNCLASSIFIED},
            kinds={"people.organisation/1"},
            actor=_officer(),
            at=now(),
        ).pk
    )


def release(channel: str, name: str, count: int) -> list[str]:
    """Enter so many organisations, and release them; their ids."""
    from comity.federation.channels.queries import channel_at
    from comity.federation.release import actions
    from comity.federation.release.queries import prospect
    from comity.kernel.clock import now
    from comity.kernel.ids import PartyId
    from comity.kernel.text import Text
    from comity.labels.domain import Label
    from comity.labels.scale import PARTNERSHIP, Classification
    from comity.parties.models import Party
    from comity.records.entry import enter
    from comity.records.kinds import kind_coded

    actor = _officer()
    label = Label(
        PARTNERSHIP, Classification.UNCLASSIFIED, frozenset(map(PartyId, Party.objects.values_list("pk", flat=True)))
    )
    made = [
        enter(
            kind_coded("people.organisation"),
            fields={"name": Text.single("en", f"{name} {number}").json(), "nature": "office"},
            label=label,
            actor=actor,
            at=now(),
        ).record
        for number in range(count)
    ]
    pks = [record.pk for record in made]
    seen = prospect(channel_at(channel, actor), pks, actor).seen
    actions.release(channel=channel, records=pks, seen=seen, actor=actor, at=now())
    return [str(record.rid) for record in made]


def speak(channel: str) -> int:
    """Make a frame of what waits, as the courier does; how many frames that took."""
    from comity.federation.sync.emit import emit
    from comity.kernel.clock import now
    from comity.parties.models import Party

    return emit(party=Party.objects.get(hosted=True), channel=channel, at=now())


def withdraw(channel: str, record: str) -> None:
    """Take a record of this node's party back."""
    from comity.federation.release.withdrawal import withdraw
    from comity.kernel.clock import now
    from comity.kernel.ids import RecordId
    from comity.records.models import Record

    rid = RecordId.parse(record)
    row = Record.objects.system("test").get(party=rid.party, uuid=rid.uuid)
    withdraw(channel=channel, record=row.pk, mode="hide", actor=_officer(), at=now())


def progress() -> dict[str, Any]:
    """How far it is, without looking at everything."""
    from comity.federation.models import Acknowledged, Feed, Peer
    from comity.records.models import Record

    feeds = Feed.objects.values_list("channel", "party_id", "incarnation", "seq", "head", "state", "own")
    return {
        "copies": Record.objects.system("test").filter(party__hosted=False, revision__gt=0).count(),
        "withheld": Record.objects.system("test").filter(party__hosted=False, withheld=True).count(),
        "heads": sorted(map(list, feeds.values_list("channel", "party_id", "incarnation", "seq", "head"))),
        "feeds": {feed[2]: [feed[3], feed[5], feed[6]] for feed in feeds},
        "errors": list(Peer.objects.values_list("last_error", flat=True)),
        "acknowledged": sorted(Acknowledged.objects.filter(feed__own=True).values_list("seq", flat=True)),
    }


def channel_manifest(channel: str) -> str:
    """The bytes of a channel's newest manifest."""
    from comity.federation.channels.queries import channel_in_force

    return channel_in_force(channel).data.hex()


def heard(party: str) -> dict[str, Any]:
    """What is known of a partner: its feeds, what was held of them, its records, its address, and what it answers."""
    from comity.federation.models import Feed, Fork, Frame, Peer
    from comity.records.models import Record

    peer = Peer.objects.get(party_id=party)
    records = Record.objects.system("test").filter(party_id=party, revision__gt=0)
    frames = Frame.objects.filter(feed__party_id=party).order_by("pk")
    return {
        "feeds": {feed.incarnation: [feed.seq, feed.state] for feed in Feed.objects.filter(party_id=party)},
        "held": [held for held in frames.values_list("held", flat=True) if held],
        "forks": Fork.objects.filter(feed__party_id=party).count(),
        "records": sorted(str(record.rid) for record in records),
        "peer": [peer.url, peer.last_error],
    }


def state() -> dict[str, Any]:
    """What came here, how often it was logged, and whether all agrees."""
    from comity.audit.models import Entry
    from comity.federation.models import Acknowledged, Feed, Fork, Peer
    from comity.records import search
    from comity.records.models import Held, Record
    from comity.records.rebuild import differences
    from comity.records.verification import verify_log

    copies = Record.objects.system("test").filter(party__hosted=False, revision__gt=0)
    received = Entry.objects.system("test").filter(event="received")
    return {
        "copies": sorted(str(record.rid) for record in copies),
        "received": sorted(received.values_list("about", flat=True)),
        "found": sorted(
            str(Record.objects.system("test").get(pk=hit.record_pk).rid)
            for hit in search.find("released", _officer(), limit=10_000)
        ),
        "feeds": [[feed.own, feed.seq, feed.head, feed.state] for feed in Feed.objects.order_by("own", "pk")],
        "acknowledged": sorted(Acknowledged.objects.filter(feed__own=True).values_list("seq", flat=True)),
        "strange": [Held.objects.count(), Fork.objects.count(), str(verify_log()), list(differences())],
        "errors": list(Peer.objects.values_list("last_error", flat=True)),
    }


def _officer() -> Any:
    from comity.kernel.ids import PartyId
    from comity.labels.scale import PARTNERSHIP, Classification
    from comity.labels.subject import Clearance, Role, Subject
    from comity.parties.models import Party

    return Subject(
        party=PartyId(Party.objects.get(hosted=True).pk),
        account="test",
        roles=frozenset({Role.RELEASE_OFFICER, Role.REGISTRY_CLERK}),
        clearances=frozenset({Clearance(PARTNERSHIP, Classification.UNCLASSIFIED)}),
    )


ASKED: dict[str, Callable[..., Any]] = {
    "manifest": manifest,
    "confirm": confirm,
    "found_channel": found_channel,
    "release": release,
    "speak": speak,
    "withdraw": withdraw,
    "progress": progress,
    "channel_manifest": channel_manifest,
    "heard": heard,
    "state": state,
}


def main() -> None:
    """Answer each line, until there is none."""
    import django

    django.setup()
    for line in sys.stdin:
        what, *arguments = json.loads(line)
        sys.stdout.write(json.dumps(ASKED[what](*arguments)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
