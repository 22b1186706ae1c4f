"""Numbers as people write them: read right, or refused with the way to write them."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.decimals import (
    AmbiguousNumber,
    NotANumber,
    NumberTooLong,
    PercentSign,
    parse_quantity,
    quantity_text,
)

quantities = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**17), max_value=10**17, places=6)
ARABIC = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
PERSIAN = str.maketrans("0123456789.,", "۰۱۲۳۴۵۶۷۸۹٫٬")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0", "0"),
        ("007", "7"),
        ("+3", "3"),
        (" 12 ", "12"),
        ("1.5", "1.5"),
        (".5", "0.5"),
        ("1.234", "1.234"),
        ("1,234", "1234"),
        ("1,234,567.8", "1234567.8"),
        ("1.234.567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("1.234,5", "1234.5"),
        ("1 234", "1234"),
        ("1\u00a0234,5", "1234.5"),
        ("1\u202f234.5", "1234.5"),
        ("1'234.5", "1234.5"),
        ("1’234", "1234"),
        ("-5", "-5"),
        ("\u22125", "-5"),
        ("-0", "0"),
        ("\u061c-٥", "-5"),
        ("\u200e\u2212۵", "-5"),
        ("\u202b٥\u202c", "5"),
        ("١٬٢٣٤٫٥", "1234.5"),
        ("٫٥", "0.5"),
        ("۱۲۳", "123"),
        ("١،٢٣٤", "1234"),
        ("1٬234,5", "1234.5"),
        ("10.50", "10.5"),
    ],
)
def test_is_read_as(typed: str, number: str) -> None:
    assert str(parse_quantity(typed)) == number


@pytest.mark.parametrize(
    ("typed", "either", "other"),
    [
        ("1,5", "1.5", "15"),
        ("-12,50", "-12.50", "-1250"),
        ("1234,567", "1234.567", "1234567"),
        ("0,123", "0.123", "123"),
        (",5", "0.5", "5"),
        ("١،٥", "1.5", "15"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_and_both_are_shown(typed: str, either: str, other: str) -> None:
    with pytest.raises(AmbiguousNumber) as refusal:
        parse_quantity(typed)
    assert f"Write {either} or {other}." in str(refusal.value)
    assert typed in str(refusal.value)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "-",
        "abc",
        "1e5",
        "5.",
        "1,23,456",
        "12 34",
        "1,,234",
        "1.2.3",
        "- 5",
        "5-",
        "--5",
        "NaN",
        "Infinity",
        "1,234.567.8",
        "1 234,567 8",
        "1٫2٫3",
        "1٫234,5",
        "½",
        "²",
        "1_000",
        "0x1F",
        "१२",
        "1;2",
        "1\n2",
    ],
)
def test_is_not_a_number(typed: str) -> None:
    with pytest.raises(NotANumber):
        parse_quantity(typed)


@pytest.mark.parametrize("typed", ["45%", "٤٥٪", "45 %"])
def test_a_percent_sign_is_refused_with_what_to_do(typed: str) -> None:
    with pytest.raises(PercentSign, match="without the percent sign"):
        parse_quantity(typed)


def test_length_is_bounded() -> None:
    assert parse_quantity("9" * 18 + "." + "9" * 9) == Decimal("9" * 18 + "." + "9" * 9)
    for typed in ("1" + "0" * 18, "0." + "0" * 9 + "1", "9" * 10_000, "0" * 100):
        with pytest.raises(NumberTooLong):
            parse_quantity(typed)


@given(quantities)
def test_the_canonical_text_is_read_back(number: Decimal) -> None:
    text = quantity_text(number)
    assert parse_quantity(text) == number
    assert quantity_text(parse_quantity(text)) == text
    assert "E" not in text
    assert text != "-0"


@given(quantities)
def test_arabic_and_persian_forms_of_a_number_are_the_number(number: Decimal) -> None:
    grouped = format(number, ",f")
    assert parse_quantity(grouped.translate(ARABIC)) == number
    assert parse_quantity(grouped.translate(PERSIAN)) == number


@given(st.text(max_size=80) | st.text("0123456789٠١٫٬.,-' %", max_size=20))
def test_any_text_is_a_number_or_a_refusal(typed: str) -> None:
    with suppress(AmbiguousNumber, NotANumber):
        number = parse_quantity(typed)
        assert quantity_text(number) == str(number)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1E+3", "1000"),
        ("1.500", "1.5"),
        ("-0.00", "0"),
        ("100", "100"),
        ("1E-7", "0.0000001"),
        ("-2.50", "-2.5"),
        ("0E+9", "0"),
    ],
)
def test_canonical_text(value: str, text: str) -> None:
    assert quantity_text(Decimal(value)) == text


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1E+999999", "1E-999999"])
def test_what_is_no_quantity_has_no_text(value: str) -> None:
    with pytest.raises(ValueError, match="quantity"):
        quantity_text(Decimal(value))
