"""What people read: numbers, dates and ages in both languages."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.decimals import parse_quantity
from comity.shell import format as formats

quantities = st.decimals(min_value=-(10**15), max_value=10**15, places=4, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "english", "arabic"),
    [
        (Decimal(0), "0", "٠"),
        (Decimal("1234567.50"), "1,234,567.5", "١٬٢٣٤٬٥٦٧٫٥"),
        (Decimal("-0.5"), "\u22120.5", "\u061c\u2212٠٫٥"),
        (Decimal("-0.00"), "0", "٠"),
        (31, "31", "٣١"),
    ],
)
def test_numbers_are_written_as_each_language_does(value, english, arabic):
    assert formats.number(value, "en") == english
    assert formats.number(value, "ar") == arabic


@given(value=quantities, language=st.sampled_from(["en", "ar"]))
def test_a_number_shown_can_be_typed_back(value, language):
    assert parse_quantity(formats.number(value, language)) == value


def test_a_percentage_is_rounded_half_up_and_keeps_its_sign():
    assert formats.percent(Decimal("0.304"), "en", places=1) == "30.4%"
    assert formats.percent(Decimal("0.125"), "en") == "13%"
    assert formats.percent(Decimal("-0.1333"), "en") == "\u221213%"
    assert formats.percent(Decimal("0.304"), "ar", places=1) == "٣٠٫٤٪"
    assert formats.percent(Decimal("-0.001"), "en") == "0%"


def test_a_quantity_carries_its_unit():
    assert formats.quantity(Decimal(12), "courses", "en") == "12\u00a0courses"
    assert formats.quantity(Decimal("0.5"), "%", "en") == "50%"
    assert formats.quantity(Decimal(0), "", "en") == "0"


@pytest.mark.parametrize(
    ("known", "english", "arabic"),
    [
        ("2018", "2018", "٢٠١٨"),
        ("2018-07", "July 2018", "تموز ٢٠١٨"),
        ("2018-07-05", "5 July 2018", "٥ تموز ٢٠١٨"),
        ("2026-01", "January 2026", "كانون الثاني ٢٠٢٦"),
        ("2026-12", "December 2026", "كانون الأول ٢٠٢٦"),
    ],
)
def test_a_partial_date_says_no_more_than_is_known(known, english, arabic):
    assert formats.partial_date(known, "en") == english
    assert formats.partial_date(known, "ar") == arabic


@pytest.mark.parametrize(
    ("first", "last", "english", "arabic"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), "2026", "٢٠٢٦"),
        (date(2026, 4, 1), date(2026, 6, 30), "Q2 2026", "الفصل ٢ من ٢٠٢٦"),
        (date(2026, 2, 1), date(2026, 2, 28), "February 2026", "شباط ٢٠٢٦"),
        (date(2026, 5, 3), date(2026, 5, 3), "3 May 2026", "٣ أيار ٢٠٢٦"),
        (date(2026, 2, 1), date(2026, 4, 30), "1 February 2026 – 30 April 2026", "١ شباط ٢٠٢٦ – ٣٠ نيسان ٢٠٢٦"),
        (date(2026, 1, 1), date(2026, 6, 29), "1 January 2026 – 29 June 2026", "١ كانون الثاني ٢٠٢٦ – ٢٩ حزيران ٢٠٢٦"),
    ],
)
def test_a_period_is_named_only_when_it_is_exactly_that(first, last, english, arabic):
    assert formats.period(first, last, "en") == english
    assert formats.period(first, last, "ar") == arabic


def test_the_hijri_day_stands_beside_the_gregorian():
    assert formats.hijri(date(2026, 11, 21), "en") == "11 Jumada al-Akhirah 1448 AH"
    assert formats.hijri(date(2026, 11, 21), "ar") == "١١ جمادى الآخرة ١٤٤٨ هـ"


@pytest.mark.parametrize(
    ("days", "english", "arabic"),
    [
        (0, "today", "اليوم"),
        (1, "1 day ago", "قبل يوم واحد"),
        (20, "20 days ago", "قبل ٢٠ يومًا"),
        (45, "6 weeks ago", "قبل ٦ أسابيع"),
        (120, "3 months ago", "قبل ٣ أشهر"),
        (800, "2 years ago", "قبل سنتين"),
        (-3, "in 3 days", "خلال ٣ أيام"),
    ],
)
def test_an_age_is_told_in_the_unit_that_still_tells(days, english, arabic):
    now = date(2026, 11, 21)
    assert formats.age(now - timedelta(days=days), now, "en") == english
    assert formats.age(now - timedelta(days=days), now, "ar") == arabic


def test_a_moment_is_shown_in_the_time_of_the_node(settings):
    settings.TIME_ZONE = "Asia/Baghdad"
    late = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    assert formats.day(late, "en") == "2 March 2026"
    assert formats.day_and_time(late, "en") == "2 March 2026, 01:30"
    assert formats.day_and_time(late, "ar") == "٢ آذار ٢٠٢٦، ٠١:٣٠"


def test_a_name_is_isolated_and_escaped():
    assert formats.isolate("<b>&") == "<bdi>&lt;b&gt;&amp;</bdi>"


def test_nothing_between_arabic_facts_can_be_read_as_a_nought():
    assert "·" not in formats.separator("ar")
    assert formats.separator("en") == " · "
