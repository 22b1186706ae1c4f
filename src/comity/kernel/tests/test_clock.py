"""Moments and their one spelling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.clock import from_text, now, to_text

moments = st.datetimes(
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=3)), timezone(timedelta(hours=-9.5))])
).filter(lambda at: 2 <= at.year <= 9998)


@given(moments, moments)
def test_a_moment_is_read_back_and_texts_sort_as_moments_do(one: datetime, other: datetime) -> None:
    assert from_text(to_text(one)) == one
    assert from_text(to_text(one)).tzinfo is UTC
    assert (to_text(one) < to_text(other)) == (one < other)


def test_the_spelling() -> None:
    assert to_text(datetime(2026, 3, 1, 12, 0, tzinfo=timezone(timedelta(hours=3)))) == "2026-03-01T09:00:00.000000Z"


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01T09:00:00Z",
        "2026-03-01T09:00:00.000000+00:00",
        "2026-03-01 09:00:00.000000Z",
        "2026-13-01T09:00:00.000000Z",
        "",
        "2026-03-01T09:00:00.000000Z\n",
        "٢026-03-01T09:00:00.000000Z",
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"canonical|month"):
        from_text(text)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        to_text(datetime(2026, 3, 1))  # noqa: DTZ001


def test_now_is_aware() -> None:
    assert now().utcoffset() == timedelta(0)
