"""Several processes of one node count attempts to sign in together."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from comity.accounts.limits import PAIR
from comity.config.tests.nodes import blank, python

pytestmark = pytest.mark.sqlite  # this node keeps its own database
FOUR_TRIES = """
from datetime import UTC, datetime
import django
django.setup()
from comity.accounts.attempts import take
from comity.accounts.limits import TooManyAttempts
let = 0
for _ in range(4):
    try:
        take(username="adviser", source="198.51.100.7", device="", at=datetime(2026, 3, 1, tzinfo=UTC))
    except TooManyAttempts:
        continue
    let += 1
print(let)
"""


def test_many_processes_let_no_more_through_than_one(tmp_path: Path):
    home, script = tmp_path / "node", tmp_path / "tries.py"
    blank(home)
    script.write_text(FOUR_TRIES)
    with ThreadPoolExecutor(3) as several:
        said = list(several.map(lambda _: python(home, script), range(3)))
    assert [one.status for one in said] == [0, 0, 0], said
    assert sum(int(one.out) for one in said) == PAIR.most, said
