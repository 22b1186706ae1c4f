"""Dates of a sheet: three formats and more, and never one day taken for another."""

import pytest

from comity.kernel.dates import ImpossibleDate
from comity.records.sheets.dates import DAY_FIRST, MONTH_FIRST, OrderUnknown, orders_in, read_date


@pytest.mark.parametrize(
    ("text", "order", "date"),
    [
        ("2024-03-05", "", "2024-03-05"),
        ("٢٠٢٤/٣/٥", "", "2024-03-05"),
        ("2024-03-05 00:00:00", "", "2024-03-05"),
        ("25/03/2024", "", "2024-03-25"),
        ("3.25.2024", "", "2024-03-25"),
        ("05/03/2024", DAY_FIRST, "2024-03-05"),
        ("05/03/2024", MONTH_FIRST, "2024-05-03"),
        ("07/07/2024", "", "2024-07-07"),
        ("5 March 2024", "", "2024-03-05"),
        ("5 آذار 2024", "", "2024-03-05"),
        ("كانون الثاني 2024", "", "2024-01"),
        ("03/2024", "", "2024-03"),
        ("2024", "", "2024"),
    ],
)
def test_dates_are_read_as_they_are_written(text: str, order: str, date: str):
    assert read_date(text, order).text == date


def test_a_date_that_can_be_two_days_is_not_guessed():
    with pytest.raises(OrderUnknown):
        read_date("05/03/2024", "")


@pytest.mark.parametrize(("text", "order"), [("25/03/2024", MONTH_FIRST), ("05/03/24", DAY_FIRST), ("31/02/2024", "")])
def test_what_is_no_date_in_its_order_is_refused(text: str, order: str):
    with pytest.raises(ImpossibleDate):
        read_date(text, order)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["2024-01-01", "3/3/2024"], (False, "")),
        (["1/2/2024"], (True, "")),
        (["1/2/2024", "25/2/2024"], (True, DAY_FIRST)),
        (["1/2/2024", "2/25/2024"], (True, MONTH_FIRST)),
        (["1/2/2024", "2/25/2024", "25/2/2024"], (True, "")),
    ],
)
def test_other_dates_of_the_column_prove_its_order_only_if_they_agree(cells: list[str], told: tuple[bool, str]):
    assert orders_in(cells) == told
