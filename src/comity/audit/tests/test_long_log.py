"""What takes longer than a person waits: a long log verifies, and proofs from all over it hold."""

import pytest

from comity.audit import standalone
from comity.audit.log import head
from comity.audit.models import Entry
from comity.audit.proofs import consistency, inclusion
from comity.audit.tests.entries import fill
from comity.audit.verification import verify_entries

LONG = 200_000

pytestmark = [pytest.mark.soak, pytest.mark.django_db]


def test_a_long_log_is_verified_and_proved_and_one_touched_entry_is_named() -> None:
    fill(LONG)
    assert head().size == LONG
    assert verify_entries(lambda _index, _leaf: None) is None
    for index in (0, 255, 256, 65_535, 65_536, LONG - 1):
        assert standalone.check(inclusion(index).json())
    assert consistency(65_537).second == LONG
    Entry.objects.system("test").filter(index=131_071).update(event="something else")
    found = verify_entries(lambda _index, _leaf: None)
    assert found is not None
    assert found.index == 131_071
