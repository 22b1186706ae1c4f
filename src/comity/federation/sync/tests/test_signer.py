"""What leaves is signed by the signer alone, and what the page of release let through in error stays."""

from pathlib import Path

import pytest

from comity.federation.models import Channel, Frame, Released
from comity.federation.release.withdrawal import withdraw
from comity.federation.signer.tests.process import signers
from comity.federation.sync.emit import emit
from comity.federation.tests.factories import channel, officer
from comity.parties import keys
from comity.parties.models import Party
from comity.records.tests.factories import AT

pytestmark = [pytest.mark.django_db, pytest.mark.node]


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


def test_a_release_and_a_withdrawal_leave_with_the_signers_hand_alone(
    mission: Party, row: Channel, release_many, home: Path, monkeypatch: pytest.MonkeyPatch
):
    records = release_many(3)

    def never(*_: object) -> bytes:
        raise AssertionError("a key was read outside the signer")

    (home / "secret").write_text("x")
    with signers(home) as start:
        start()
        monkeypatch.setattr(keys, "read", never)
        assert emit(party=mission, channel=row.pk, at=AT) == 2
        withdraw(record=records[0].pk, channel=row.pk, mode="hide", actor=officer(mission), at=AT)
        assert emit(party=mission, channel=row.pk, at=AT)
    assert not Released.objects.filter(emitted_seq=None).exists()
    assert Frame.objects.filter(feed__own=True).count() == 4  # each of the two feeds begins with its keyset
