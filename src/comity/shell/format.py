"""Numbers, dates and ages as a reader of each language writes them.

Arabic as Iraq writes it: Arabic-Indic digits, ٫ and ٬ and ٪, the month names of Mesopotamia (كانون الثاني, شباط …).
English is British. Every function takes the language last and uses the reader's own when none is given. `None` is never
shown as 0: it is refused.
"""

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Literal, TypeAlias

from babel import Locale, dates, numbers
from django.utils import timezone, translation
from hijridate import Gregorian
from markupsafe import Markup

from comity.kernel.dates import PartialDate
from comity.kernel.decimals import MAX_FRACTION_DIGITS

_LOCALES = {"en": ("en", "GB"), "ar": ("ar", "IQ")}
_ARABIC = str.maketrans("0123456789%", "٠١٢٣٤٥٦٧٨٩٪")
# An Arabic letter mark before the sign keeps it on the right of the digits, as CLDR does for Arabic.
_MINUS = {"en": "\u2212", "ar": "\u061c\u2212"}
# Below this many whole units, say the smaller unit: "6 weeks ago" and not "1 month ago".
_Unit: TypeAlias = Literal["year", "month", "week", "day"]
_AGE_STEPS: tuple[tuple[_Unit, int], ...] = (("year", 730), ("month", 90), ("week", 21), ("day", 1))
_DAYS = {"year": 365.2425, "month": 30.436875, "week": 7, "day": 1}


def reader() -> str:
    """The language of the page being made: "en" or "ar"."""
    return (translation.get_language() or "en").split("-")[0]


@cache
def locale(language: str) -> Locale:
    """The CLDR locale of a language of the interface; English for one that is not."""
    return Locale(*_LOCALES.get(language, _LOCALES["en"]))


def digits(text: str, language: str) -> str:
    """`text` with the digits and percent sign of the language."""
    return text.translate(_ARABIC) if language == "ar" else text


def _signed(text: str, language: str) -> str:
    return digits(text, language).replace("-", _MINUS[language if language in _MINUS else "en"])


def round_half_up(value: Decimal, places: int) -> Decimal:
    """As people round: half away from zero. Never minus zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def number(value: Decimal | int, language: str | None = None, *, places: int | None = None) -> str:
    """`value` with grouping, and every digit that a record can hold unless `places` says how many at most."""
    language = language or reader()
    most = MAX_FRACTION_DIGITS if places is None else places
    exact = round_half_up(Decimal(value), most)
    pattern = "#,##0" + ("." + "#" * most if most else "")
    written = numbers.format_decimal(exact, format=pattern, locale=locale(language), numbering_system="default")
    return _signed(written, language)


def percent(ratio: Decimal, language: str | None = None, *, places: int = 0) -> str:
    """A ratio as a percentage: Decimal("0.304") is 30 %, or 30.4 % with one place."""
    language = language or reader()
    hundred = number(ratio * 100, language, places=places)
    return hundred + digits("%", language)


def quantity(value: Decimal, unit: str = "", language: str | None = None) -> str:
    """A measured value with its unit; the unit "%" means that the value is a ratio."""
    if unit == "%":
        return percent(value, language, places=1)
    return f"{number(value, language)}\u00a0{unit}" if unit else number(value, language)


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def day(value: date | datetime, language: str | None = None, *, weekday: bool = False) -> str:
    """5 July 2018; with `weekday`, Thursday 5 July 2018. A moment is shown as its day in the node's time zone."""
    language = language or reader()
    pattern = ("EEEE\u060c d MMMM y" if language == "ar" else "EEEE d MMMM y") if weekday else "d MMMM y"
    return digits(dates.format_date(_local(value), pattern, locale=locale(language)), language)


def day_and_time(value: datetime, language: str | None = None) -> str:
    """5 July 2018, 14:05 in the node's time zone."""
    language = language or reader()
    local = timezone.localtime(value)
    clock = digits(f"{local:%H:%M}", language)
    return f"{day(local.date(), language)}{'، ' if language == 'ar' else ', '}{clock}"


def month(value: date, language: str | None = None) -> str:
    """July 2018."""
    language = language or reader()
    return digits(dates.format_date(value, "MMMM y", locale=locale(language)), language)


def month_short(value: date, language: str | None = None) -> str:
    """Jul 2018; Arabic has no shorter form."""
    language = language or reader()
    return digits(dates.format_date(value, "LLL y", locale=locale(language)), language)


def year(value: date, language: str | None = None) -> str:
    """2018."""
    return digits(str(value.year), language or reader())


def partial_date(value: PartialDate | str, language: str | None = None) -> str:
    """A date as exactly as it is known: 2018, July 2018 or 5 July 2018."""
    language = language or reader()
    known = PartialDate.parse(value) if isinstance(value, str) else value
    shown = (year, month, day)[known.text.count("-")]
    return shown(known.first, language)


def period(first: date, last: date, language: str | None = None) -> str:
    """From `first` to `last`, said as a year, quarter or month when it is exactly one; one day when both are equal."""
    language = language or reader()
    if first == last:
        return day(first, language)
    whole_months = first.day == 1 and (last + timedelta(days=1)).day == 1
    if whole_months and first.year == last.year:
        if first.month == last.month:
            return month(first, language)
        if (first.month, last.month) == (1, 12):
            return year(first, language)
        if last.month - first.month == 2 and first.month % 3 == 1:
            quarter = digits(str(last.month // 3), language)
            return f"الفصل {quarter} من {year(first, language)}" if language == "ar" else f"Q{quarter} {first.year}"
    return f"{day(first, language)} – {day(last, language)}"


def hijri(value: date | datetime, language: str | None = None) -> str:
    """The day in the Umm al-Qura calendar: 11 Jumada al-Akhirah 1448."""
    language = language or reader()
    local = _local(value)
    converted = Gregorian(local.year, local.month, local.day).to_hijri()
    name = converted.month_name("ar" if language == "ar" else "en")
    era = "هـ" if language == "ar" else "AH"
    return digits(f"{converted.day} {name} {converted.year} {era}", language)


def age(then: date | datetime, now: date | datetime, language: str | None = None) -> str:
    """How long ago: "6 weeks ago", "today", or how far ahead: "in 3 days". The unit is the largest that still tells."""
    language = language or reader()
    days = (_local(now) - _local(then)).days
    if days == 0:
        return "اليوم" if language == "ar" else "today"
    unit = next(name for name, least in _AGE_STEPS if abs(days) >= least)
    count = max(1, int(abs(days) / _DAYS[unit]))
    delta = timedelta(days=count * _DAYS[unit] * (-1 if days > 0 else 1))
    said = dates.format_timedelta(delta, granularity=unit, threshold=1e9, add_direction=True, locale=locale(language))
    return digits(said, language)


def separator(language: str | None = None) -> str:
    """What stands between short facts on a line. In Arabic never a middle dot: beside digits it reads as ٠, nought."""
    return "؛ " if (language or reader()) == "ar" else " · "


def iso(value: date | datetime) -> str:
    """For `<time datetime>`."""
    return value.isoformat()


def isolate(text: object) -> Markup:
    """A name or id set apart, so that its direction disturbs nothing around it."""
    return Markup("<bdi>{}</bdi>").format(text)
