"""What is asked of a node that is measured, from the inside: one JSON list a line.

Times are of the machine's one monotonic clock, so that a moment on one node can be compared with one on the other.
"""

import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Any

RECORD_BYTES = 2_048
_AT_ONCE = 500
_WORDS = 5_000
_LATIN, _ARABIC = "abcdefghiklmnoprstuvwy", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"


def manifest() -> dict[str, Any]:
    """What this node's party says of itself."""
    from comity.parties.models import Manifest, Party

    party = Party.objects.get(hosted=True)
    row = Manifest.objects.get(party=party)
    return {"party": party.pk, "data": bytes(row.data).hex(), "signatures": row.signatures}


def confirm(said: dict[str, Any], url: str) -> None:
    """Take another party for a partner, as people do when they have compared fingerprints."""
    from comity.federation.models import Peer
    from comity.kernel.clock import now
    from comity.parties.actions import take_manifest
    from comity.parties.manifest import Envelope

    signatures = {name: bytes.fromhex(signature) for name, signature in said["signatures"].items()}
    take_manifest(said["party"], Envelope(bytes.fromhex(said["data"]), signatures), at=now())
    Peer.objects.create(party_id=said["party"], url=url, direction="both", confirmed_at=now())


def found_channel(member: str) -> str:
    """A channel with another party."""
    from comity.federation.channels import actions
    from comity.kernel.clock import now
    from comity.kernel.ids import PartyId
    from comity.kernel.text import Text
    from comity.labels.scale import SYNTHETIC, Classification

    channel = actions.found_channel(
        name=Text.single("en", "Bench"),
        members=[PartyId(member)],
        ceiling={SYNTHETIC: Classification.UNCLASSIFIED},
        kinds={"people.organisation/1"},
        actor=officer(),
        at=now(),
    )
    return str(channel.pk)


def enter(count: int, seed: str) -> list[str]:
    """Enter so many records; the ids of the first and of the last, and a word that only the last has."""
    from comity.kernel.clock import now
    from comity.kernel.ids import PartyId
    from comity.labels.domain import Label
    from comity.labels.scale import SYNTHETIC, Classification
    from comity.parties.models import Party
    from comity.people.models import Organisation
    from comity.records.work import act

    actor = officer()
    audience = frozenset(PartyId(pk) for pk in Party.objects.values_list("pk", flat=True))
    label = Label(SYNTHETIC, Classification.UNCLASSIFIED, audience)
    written = _notes(random.Random(seed))  # noqa: S311  (no secret)
    ends: list[str] = []
    for start in range(0, count, _AT_ONCE):
        numbers = range(start, min(start + _AT_ONCE, count))
        with act(actor, now()) as work:
            rows = work.create_many(
                Organisation,
                [
                    (label, None, {"name": _text(f"Office {seed}x{number}"), "nature": "office", "note": next(written)})
                    for number in numbers
                ],
            )
        ends += [str(rows[0].record.rid), str(rows[-1].record.rid)]
    return [ends[0], ends[-1], f"{seed}x{count - 1}"]


def let_go(channel: str) -> float:
    """Put every record that never was into the outbox, in one transaction; the moment just before it is durable."""
    from django.db import transaction

    from comity.federation.models import Release, Released
    from comity.kernel.clock import now
    from comity.records.models import Record

    mine = officer().party
    waiting = Record.objects.system("what is measured").filter(party=mine, kind="people.organisation/1")
    before = Released.objects.filter(channel_id=channel).order_by("-record_id").values_list("record_id", flat=True)
    pks = waiting.filter(pk__gt=before.first() or 0).order_by("pk").values_list("pk", flat=True)
    with transaction.atomic(durable=True):
        decided = Release.objects.create(
            channel_id=channel, party_id=mine, by="bench", at=now(), seen_hash="0" * 64, state="released"
        )
        Released.objects.bulk_create(
            (
                Released(release=decided, channel_id=channel, party_id=mine, record_id=pk, revision=1)
                for pk in pks.iterator()
            ),
            batch_size=_AT_ONCE,
        )
        return time.monotonic()


def release(channel: str, record: str) -> float:
    """Release one record as its page does; the moment before the person's decision was carried out."""
    from comity.federation.channels.queries import channel_at
    from comity.federation.release import actions
    from comity.federation.release.queries import prospect
    from comity.kernel.clock import now

    actor = officer()
    pks = [_record(record).pk]
    seen = prospect(channel_at(channel, actor), pks, actor).seen
    moment = time.monotonic()
    actions.release(channel=channel, records=pks, seen=seen, actor=actor, at=now())
    return moment


def visible(record: str, every: float, patience: float) -> float:
    """The moment at which a reader finds the record here; looked for every so many seconds."""
    from comity.records.models import Record

    reader = officer()

    def found() -> bool:
        rows = Record.objects.visible_to(reader)
        party, uuid = record.split("/")
        return bool(rows.filter(party_id=party, uuid=uuid, revision__gt=0).exists())

    return _until(found, every, patience)


def searchable(word: str, patience: float) -> float:
    """The moment at which a search for the word finds a record."""
    from comity.records import search

    reader = officer()
    return _until(lambda: bool(search.find(word, reader, limit=1)), 0.01, patience)


def said(records: int, patience: float) -> float:
    """The moment at which all but so many records have left the outbox."""
    from comity.federation.models import Released

    return _until(lambda: Released.objects.filter(emitted_seq=None).count() <= records, 0.1, patience)


def copies() -> dict[str, int]:
    """How many records of partners are here, in how many frames, and what could not be applied."""
    from comity.federation.models import Feed, Frame
    from comity.records.models import Held, Record

    return {
        "records": Record.objects.system("what is measured").filter(party__hosted=False, revision__gt=0).count(),
        "frames": Frame.objects.filter(feed__own=False, frame_class="records").count(),
        "held": Held.objects.count() + Feed.objects.exclude(state="open").count(),
    }


def _until(holds: Callable[[], bool], every: float, patience: float) -> float:
    give_up = time.monotonic() + patience
    while not holds():
        if time.monotonic() > give_up:
            raise TimeoutError("What was measured did not come")
        time.sleep(every)
    return time.monotonic()


def _record(record: str) -> Any:
    from comity.records.models import Record

    party, uuid = record.split("/")
    return Record.objects.system("what is measured").get(party_id=party, uuid=uuid)


def officer() -> Any:
    """Who enters and releases."""
    from comity.kernel.ids import PartyId
    from comity.labels.scale import SYNTHETIC, Classification
    from comity.labels.subject import Clearance, Role, Subject
    from comity.parties.models import Party

    return Subject(
        party=PartyId(Party.objects.get(hosted=True).pk),
        account="bench",
        roles=frozenset({Role.RELEASE_OFFICER, Role.REGISTRY_CLERK}),
        clearances=frozenset({Clearance(SYNTHETIC, Classification.UNCLASSIFIED)}),
    )


def _notes(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Texts in two languages, half the bytes in each, that make a record of about RECORD_BYTES.

    Words come as often as in a text (the n-th most frequent one in n times as seldom as the first), and what comes
    often is short.
    """
    often = list(accumulate(1 / rank for rank in range(1, _WORDS + 1)))
    latin, arabic = (
        sorted({"".join(chance.choices(letters, k=chance.randint(3, 12))) for _ in range(2 * _WORDS)}, key=len)
        for letters in (_LATIN, _ARABIC)
    )
    half = (RECORD_BYTES - 600) // 2
    while True:
        english = " ".join(chance.choices(latin[:_WORDS], cum_weights=often, k=half // 4))[:half]
        other = " ".join(chance.choices(arabic[:_WORDS], cum_weights=often, k=half // 8))[: half // 2]
        yield {
            "original": "en",
            "text": {"ar": other, "en": english},
            "translation": {"ar": {"by": "bench", "checked": True}},
        }


def _text(words: str) -> dict[str, Any]:
    return {"original": "en", "text": {"en": words}}


ASKED: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (manifest, confirm, found_channel, enter, let_go, release, visible, searchable, said, copies)
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
