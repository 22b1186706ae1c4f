"""Dates known to a year, a month or a day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.dates import ImpossibleDate, PartialDate

days = st.dates(date(1800, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("typed", "text", "first", "last"),
    [
        ("2018", "2018", date(2018, 1, 1), date(2018, 12, 31)),
        ("2018-07", "2018-07", date(2018, 7, 1), date(2018, 7, 31)),
        ("2020-02", "2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2018-07-05", "2018-07-05", date(2018, 7, 5), date(2018, 7, 5)),
        ("٢٠١٨", "2018", date(2018, 1, 1), date(2018, 12, 31)),
        ("٢٠١٨-٠٧-٠٥", "2018-07-05", date(2018, 7, 5), date(2018, 7, 5)),
        ("۲۰۱۸/۷", "2018-07", date(2018, 7, 1), date(2018, 7, 31)),
        (" 2018-7-5\u200f", "2018-07-05", date(2018, 7, 5), date(2018, 7, 5)),
    ],
)
def test_is_read_as(typed: str, text: str, first: date, last: date) -> None:
    read = PartialDate.parse(typed)
    assert (read.text, read.first, read.last) == (text, first, last)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "2018-13",
        "2018-00",
        "2018-02-30",
        "2019-02-29",
        "2018-07-32",
        "05-07-2018",
        "18",
        "1439",
        "2200",
        "2018-07-05T00:00",
        "yesterday",
        "2018-",
        "2018--07",
        "20180705",
        "2018-1234",
    ],
)
def test_is_no_date(typed: str) -> None:
    with pytest.raises(ImpossibleDate) as refusal:
        PartialDate.parse(typed)
    assert typed in str(refusal.value)


@pytest.mark.parametrize("text", ["2018-7", "٢٠١٨", " 2018", "2018/07", "2018-07-5"])
def test_only_the_canonical_form_is_kept(text: str) -> None:
    with pytest.raises(ImpossibleDate):
        PartialDate(text)


@given(days)
def test_a_day_lies_within_its_month_and_year(day: date) -> None:
    exact = PartialDate.of(day)
    assert (exact.first, exact.last, exact.precision) == (day, day, "day")
    for text, precision in ((exact.text[:7], "month"), (exact.text[:4], "year")):
        vague = PartialDate(text)
        assert vague.precision == precision
        assert vague.first <= day <= vague.last
        assert str(vague.first).startswith(text)
        assert str(vague.last).startswith(text)
