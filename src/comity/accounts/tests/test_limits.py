"""The rules of waiting, without a table or a clock."""

from datetime import timedelta

import pytest

from comity.accounts.limits import KNOWN, PAIR, PLACE, SIEGE, SIEGED, Limit
from comity.accounts.tests.factories import AT


def test_a_bucket_holds_as_many_as_it_says():
    limit = Limit(3, timedelta(minutes=3))
    assert [limit.holds(level) for level in (0, 1, 2, 2.1, 3)] == [True, True, True, False, False]


def test_a_full_bucket_is_dry_after_its_time():
    limit = Limit(3, timedelta(minutes=3))
    levels = [limit.left(3, AT, AT + timedelta(minutes=minutes)) for minutes in (0, 1, 2, 3, 90)]
    assert levels == [3, 2, 1, 0, 0]


def test_a_clock_that_is_set_back_fills_no_bucket():
    assert PAIR.left(2, AT, AT - timedelta(days=1)) == 2


@pytest.mark.parametrize("limit", [KNOWN, PAIR, SIEGED, PLACE, SIEGE])
def test_everybody_has_at_least_one_attempt(limit: Limit):
    assert limit.holds(0)
