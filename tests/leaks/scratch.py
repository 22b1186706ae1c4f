"""A part of a test whose writes are gone after it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def scratch() -> Iterator[None]:
    """Whatever is written inside is gone after it; acts take it for a test's own transaction, as it is."""
    outer = transaction.atomic()
    outer._from_testcase = True  # type: ignore[attr-defined]
    with outer:
        yield
        transaction.set_rollback(True)
