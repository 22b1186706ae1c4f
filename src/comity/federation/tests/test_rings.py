"""Which keys speak for a party on the wire."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from comity.federation.rings import ring_of
from comity.kernel.ids import PartyId, party_id_of
from comity.kernel.text import Text
from comity.parties import rotation, signing
from comity.parties.actions import found_party
from comity.parties.manifest import Step

AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.django_db
def test_a_revoked_key_is_good_only_up_to_the_named_step_and_stays_revoked(tmp_path: Path):
    row = found_party(handle="us", name=Text.single("en", "Us").json(), nature="host", home=tmp_path, at=AT)
    party = PartyId(row.pk)
    known = signing.public_key(party, "release")
    step = Step(party_id_of(b"a channel"), "0" * 16, 7, "a" * 64)
    rotation.revoke(party=party, last=[step], home=tmp_path, at=AT + timedelta(days=1))
    rotation.rotate(party=party, home=tmp_path, at=AT + timedelta(days=2))
    ring = ring_of(party)
    assert ring is not None
    assert known not in ring.current
    assert [(*feed, *at) for feed, at in ring.revoked[known].items()] == [
        (step.channel, party, step.incarnation, 7, "a" * 64)
    ]
