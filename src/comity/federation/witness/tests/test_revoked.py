"""An audit key that its party revoked signs nothing beyond the log that the revocation names."""

from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.audit.models import Cosignature, Entry, Witnessed
from comity.audit.notes import Note, origin_of
from comity.audit.witnesses import held_of, unsettled
from comity.audit.witnessing import cosigned_text
from comity.federation.models import Channel
from comity.federation.protocol import fields, statement
from comity.federation.protocol.feed import FeedKey
from comity.federation.sync.tests.speaker import key_of
from comity.federation.tests.factories import channel, officer
from comity.federation.transport import exchange
from comity.federation.witness.travel import hear_checkpoint, hear_cosignature
from comity.kernel.ids import PartyId
from comity.parties import rotation
from comity.parties.manifest import LogEnd, Purpose
from comity.parties.models import Manifest, Party
from comity.parties.queries import envelope_of
from comity.parties.signing import audit_keys
from comity.records.tests.factories import AT, LATER

pytestmark = pytest.mark.django_db
GOOD, FORGED = b"g" * 32, b"f" * 32


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


class Keeper:
    """A party abroad, its log, and whoever has its first audit key."""

    def __init__(self, party: Party, row: Channel, home: Path) -> None:
        self.party, self.id = party, PartyId(party.pk)
        self.folder = home / "elsewhere" / party.handle
        self.feed = FeedKey(row.pk, self.id, "0" * 16)
        self.stolen = key_of(party, home, Purpose.AUDIT)
        self.current = partial(key_of, party, home, Purpose.AUDIT)

    def says(self, size: int, root: bytes, key: bytes) -> None:
        """A checkpoint by this key comes in its feed."""
        note = bytes(Note(origin_of(self.id), size, root, AT))
        signature = Ed25519PrivateKey.from_private_bytes(key).sign(note)
        hear_checkpoint(self.feed, statement.Checkpoint(note, signature), LATER)

    def revokes(self, size: int, root: bytes) -> None:
        """At its own node; the manifest then comes by exchange."""
        before = Party.objects.get(pk=self.id).manifest_version
        Party.objects.filter(pk=self.id).update(hosted=True)
        rotation.revoke_audit(party=self.id, log=LogEnd(size, root.hex()), home=self.folder, at=LATER)
        made = Manifest.objects.filter(party_id=self.id).latest("version")
        said = envelope_of(made)
        made.delete()
        Party.objects.filter(pk=self.id).update(hosted=False, manifest_version=before)
        signatures = {name: signature.hex() for name, signature in said.signatures.items()}
        one = {"party": self.id, "data": fields.to_text(said.data), "signatures": signatures}
        assert exchange.take({"parties": [one], "channels": []}, sender=self.id, at=LATER) == 0


@pytest.fixture
def keeper(abroad: Party, row: Channel, home: Path) -> Keeper:
    return Keeper(abroad, row, home)


def events() -> list[str]:
    return list(Entry.objects.system("test").order_by("index").values_list("event", flat=True))


def test_beyond_what_it_names_nothing_is_taken_and_the_log_says_so(keeper: Keeper):
    keeper.says(5, GOOD, keeper.stolen)
    keeper.revokes(5, GOOD)
    for size, root in ((9, FORGED), (5, FORGED)):
        keeper.says(size, root, keeper.stolen)
    assert [one.size for one in Witnessed.objects.system("test")] == [5]
    assert events()[-2:] == ["checkpoint-refused"] * 2
    assert unsettled([keeper.id]) == []


def test_what_it_signed_before_that_stays_good(keeper: Keeper):
    keeper.revokes(5, GOOD)
    keeper.says(5, GOOD, keeper.stolen)
    held = held_of(keeper.id)
    assert held is not None
    assert held.size == 5


def test_what_had_come_already_is_put_aside_when_the_manifest_comes(keeper: Keeper):
    keeper.says(5, GOOD, keeper.stolen)
    keeper.says(9, FORGED, keeper.stolen)  # not linked: an alarm
    assert len(unsettled([keeper.id])) == 1
    keeper.revokes(5, GOOD)
    assert unsettled([keeper.id]) == []
    assert "checkpoints-disowned" in events()
    held = held_of(keeper.id)
    assert held is not None
    assert held.size == 5
    assert Witnessed.objects.system("test").filter(size=9, disowned_at=LATER).exists()


def test_the_new_key_speaks_on(keeper: Keeper, home: Path):
    keeper.revokes(5, GOOD)
    assert list(audit_keys(keeper.id).values()) == [LogEnd(5, GOOD.hex()), None]
    keeper.says(9, GOOD, keeper.current())
    held = held_of(keeper.id)
    assert held is not None
    assert held.size == 9


def test_of_other_logs_a_revoked_key_vouches_for_nothing(keeper: Keeper, mission: Party):
    text = cosigned_text(bytes(Note(origin_of(PartyId(mission.pk)), 3, GOOD, AT)), AT)
    keeper.revokes(5, GOOD)
    for key, kept in ((keeper.stolen, 0), (keeper.current(), 1)):
        said = statement.Cosignature(PartyId(mission.pk), text, Ed25519PrivateKey.from_private_bytes(key).sign(text))
        if kept:
            hear_cosignature(keeper.feed, said, LATER)
        else:
            with pytest.raises(ValueError):  # noqa: PT011
                hear_cosignature(keeper.feed, said, LATER)
        assert Cosignature.objects.system("test").count() == kept
