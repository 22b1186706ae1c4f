"""Entries for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from comity.audit.log import Leaf, append

AT = datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)


def leaf(number: int) -> Leaf:
    return Leaf("revision", "party", "account", f"party/{number % 7}", {"commitment": f"{number:064x}", "revision": 1})


def fill(count: int, start: int = 0, at: datetime = AT) -> int:
    """Append `count` leaves in one transaction; the index of the first."""
    with transaction.atomic():
        return append([leaf(number) for number in range(start, start + count)], at)
