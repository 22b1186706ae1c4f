"""Exact numbers, and how they are written down for a person.

Calculation is in fractions, so nothing is lost on the way; only what is shown is rounded, half away from zero
(the rule people learn at school: 12.25 → 12.3, −12.25 → −12.3), and never clamped.
"""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from comity.kernel.decimals import quantity_text

MINUS = "\N{MINUS SIGN}"
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def rounded(number: Fraction, places: int) -> Decimal:
    """`number` with at most `places` decimals, half away from zero, exact before the rounding; trailing zeros go."""
    scaled = number * 10**places
    whole, rest = divmod(abs(scaled.numerator), scaled.denominator)
    if 2 * rest >= scaled.denominator:
        whole += 1
    # Built from digits, not by arithmetic: the decimal context would round a long number a second time.
    sign = 1 if scaled < 0 and whole else 0
    while places and whole % 10 == 0:
        whole, places = whole // 10, places - 1
    return Decimal((sign, tuple(int(digit) for digit in str(whole)), -places))


def percent(ratio: Fraction, places: int = 1) -> Decimal:
    """A ratio in percent as it is shown: 31/102 → 30.4, −1/2 → −50, 3/2 → 150."""
    return rounded(ratio * 100, places)


def percent_text(ratio: Fraction, places: int = 1) -> str:
    """A ratio in percent with its sign, in Western digits: "30.4 %", "−50 %"."""
    return f"{_signed(percent(ratio, places))}{NO_BREAK_SPACE}%"


def figure(number: Fraction, places: int = 2) -> str:
    """A number for a formula: exact where it has few decimals, else rounded to `places`; a true minus sign."""
    return _signed(rounded(number, 6) if is_short(number) else rounded(number, places))


def figure_of(value: Decimal) -> str:
    """A recorded quantity for a formula: exact, as it was recorded, with a true minus sign."""
    return _signed(value)


def is_short(number: Fraction) -> bool:
    """Whether `number` is written exactly with at most six decimals."""
    return 10**6 % number.denominator == 0


def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum; the decimal context would round beyond 28 digits."""
    exact, places = Fraction(0), 0
    for value in values:
        exponent = value.as_tuple().exponent
        exact += Fraction(value)
        places = max(places, -exponent if isinstance(exponent, int) else 0)
    return rounded(exact, places)


def _signed(value: Decimal) -> str:
    return quantity_text(value).replace("-", MINUS)
