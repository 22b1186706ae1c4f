"""Dates as people write them in sheets. What could be two days is never guessed: the column says which comes first."""

import re
from collections.abc import Iterable

from comity.kernel.dates import ImpossibleDate, PartialDate
from comity.kernel.decimals import plain_digits
from comity.kernel.errors import DomainError
from comity.kernel.text import N_, fold
from comity.records.sheets.refusals import Typed

DAY_FIRST, MONTH_FIRST = "day", "month"
_SPLIT = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})", re.ASCII)
_MONTH = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{4})", re.ASCII)
_NAMED = re.compile(r"(?:(\d{1,2})[\s.-]+)?([^\W\d]+(?:\s+[^\W\d]+)?)[\s.,-]+(\d{4})")
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?$")
_NAMES = (
    "january jan يناير|كانون الثاني",
    "february feb فبراير شباط",
    "march mar مارس آذار",
    "april apr أبريل نيسان",
    "may مايو أيار",
    "june jun يونيو حزيران",
    "july jul يوليو تموز",
    "august aug أغسطس آب",
    "september sep sept سبتمبر أيلول",
    "october oct أكتوبر|تشرين الأول",
    "november nov نوفمبر|تشرين الثاني",
    "december dec ديسمبر|كانون الأول",
)
_MONTHS = {
    fold(name): number
    for number, names in enumerate(_NAMES, 1)
    for name in [*names.partition("|")[0].split(), names.partition("|")[2]]
    if name
}


class OrderUnknown(DomainError):
    """Day and month could be exchanged, and nobody has said which comes first."""

    message = N_("“%(text)s” can be two days. Say for this column whether the day or the month comes first.")


class NotADay(DomainError):
    """A year or a month where a whole day is asked for."""

    message = N_("“%(text)s” is not a whole day. Write it as in 2018-07-05.")


def read_date(text: str, order: str) -> PartialDate:
    """The date in a cell: year first, or in the `order` of its column, or with the month's name.

    Raises:
        OrderUnknown: it can be two days, and `order` is "".
        ImpossibleDate: it is no date, or none in that order.
    """
    typed = _MIDNIGHT.sub("", plain_digits(text).strip())
    if found := _SPLIT.fullmatch(typed):
        first, second, year = int(found[1]), int(found[2]), found[3]
        if not order and first != second and first <= 12 and second <= 12:
            raise OrderUnknown(text=Typed(text))
        day_first = order == DAY_FIRST if order else first > 12
        day, month = (first, second) if day_first else (second, first)
        return _checked(f"{year}-{month:02}-{day:02}", text)
    if found := _MONTH.fullmatch(typed):
        return _checked(f"{found[2]}-{int(found[1]):02}", text)
    if (found := _NAMED.fullmatch(typed)) and (number := _MONTHS.get(fold(found[2]))):
        return _checked(f"{found[3]}-{number:02}" + (f"-{int(found[1]):02}" if found[1] else ""), text)
    return _checked(typed, text)


def _checked(written: str, text: str) -> PartialDate:
    try:
        return PartialDate.parse(written)
    except ImpossibleDate as error:
        raise ImpossibleDate(text=Typed(text)) from error


def orders_in(cells: Iterable[str]) -> tuple[bool, str]:
    """Whether some of these cells can be two days, and the order that the others prove ("" for none, or for both)."""
    doubtful, proven = False, set()
    for cell in cells:
        found = _SPLIT.fullmatch(plain_digits(cell).strip())
        if found is None:
            continue
        first, second = int(found[1]), int(found[2])
        if first > 12:
            proven.add(DAY_FIRST)
        elif second > 12:
            proven.add(MONTH_FIRST)
        elif first != second:
            doubtful = True
    return doubtful, proven.pop() if len(proven) == 1 else ""
