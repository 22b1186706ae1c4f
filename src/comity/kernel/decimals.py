"""Quantities as people write them and as records keep them.

A quantity is an exact decimal. It is read from what a person typed, in Latin, Arabic-Indic or Persian digits, and kept
as one canonical text. What could mean two different numbers is refused rather than guessed: a wrong guess would be a
thousandfold error in a result.
"""

from __future__ import annotations

import re
from decimal import Decimal

from comity.kernel.errors import DomainError
from comity.kernel.text import N_

MAX_WHOLE_DIGITS, MAX_FRACTION_DIGITS = 18, 9
"""Together 27 digits: sums and products of a few stay exact in decimal arithmetic of ordinary precision."""

_MAX_TYPED = 64
_DIGITS = {0x0660 + value: str(value) for value in range(10)} | {0x06F0 + value: str(value) for value in range(10)}
# Marks that steer the direction of writing; CLDR puts some of them before the minus sign of Arabic and Persian.
_BIDI = dict.fromkeys([0x061C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF])
_SIGNS = dict.fromkeys([0x2010, 0x2011, 0x2012, 0x2013, 0x2212, 0xFE63, 0xFF0D], "-")
_SPACES = dict.fromkeys([0x00A0, 0x2007, 0x2009, 0x202F, 0x0009], " ")
# The Arabic comma is typed for the separators that Arabic keyboards lack, so it is as ambiguous as a comma.
_OTHERS = {0x060C: ",", 0x2019: "'"}
_TYPED = _DIGITS | _BIDI | _SIGNS | _SPACES | _OTHERS
_PLAIN_DIGITS = _DIGITS | _BIDI
_DECIMAL, _GROUP = "\u066b", "\u066c"
_PLAIN = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")  # what programs write: nothing to weigh
_SHAPE = re.compile(rf"([+-]?)([0-9{_DECIMAL}{_GROUP}., ']*[0-9])")


class NotANumber(DomainError):
    """The text is not one decimal number."""

    message = N_("“%(text)s” is not a number. Write it as in 1234.5 or 1,234.5.")


class PercentSign(NotANumber):
    """A percentage is written as its number; the field says that it is one."""

    message = N_("“%(text)s”: write the number without the percent sign.")


class NumberTooLong(NotANumber):
    """More digits than are kept exactly."""

    message = N_("“%(text)s” has too many digits: at most 18 before and 9 after the decimal point.")


class AmbiguousNumber(DomainError):
    """The comma may be a decimal comma or a mistyped thousands separator."""

    message = N_("“%(text)s” can be read in two ways. Write %(decimal)s or %(whole)s.")


def plain_digits(text: str) -> str:
    """`text` with Arabic-Indic and Persian digits as ASCII and without marks of direction."""
    return text.translate(_PLAIN_DIGITS)


def parse_quantity(text: str) -> Decimal:
    """The number that a person wrote.

    Digits: ASCII, Arabic-Indic (U+0660), Persian (U+06F0). A sign may lead. Thousands are set apart in groups of three
    by one of `٬` `,` space `'` or (twice and more, or before a decimal comma) `.`; decimals follow `٫` or `.`, or a
    comma where another separator already sets the thousands apart. `1,234` is therefore 1234, `1.234` is 1.234, and
    `1,5` is refused.

    Raises AmbiguousNumber, PercentSign, NumberTooLong or NotANumber, each with a message that says how to write it.
    """
    if _PLAIN.fullmatch(text):
        return Decimal(quantity_text(Decimal(text)))
    typed = text.translate(_TYPED).strip()
    shown = text.strip()[:40]
    if len(typed) > _MAX_TYPED:
        raise NumberTooLong(text=shown)
    if "%" in typed or "\u066a" in typed:
        raise PercentSign(text=shown)
    found = _SHAPE.fullmatch(typed)
    if found is None:
        raise NotANumber(text=shown)
    sign, body = found[1].replace("+", ""), found[2]
    whole, fraction = _parts(body, sign, shown)
    if len(whole.lstrip("0")) > MAX_WHOLE_DIGITS or len(fraction.rstrip("0")) > MAX_FRACTION_DIGITS:
        raise NumberTooLong(text=shown)
    return Decimal(quantity_text(Decimal(f"{sign}{whole or '0'}.{fraction or '0'}")))


def quantity_text(value: Decimal) -> str:
    """The one canonical text of `value`: no exponent, no plus, no trailing zeros after the point, and no minus zero.

    Raises ValueError for infinities, NaN and numbers beyond 10^60 or finer than 10^-60.
    """
    if not value.is_finite():
        raise ValueError("a quantity is a finite number")
    if value == 0:
        return "0"
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or value.adjusted() > 60 or exponent < -60:
        raise ValueError("a quantity of this size is not kept")
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _parts(body: str, sign: str, shown: str) -> tuple[str, str]:
    """The digits before and after the decimal separator of `body`; refuses what has no single reading."""
    mark = _decimal_mark(body)
    if mark == "," and not set(body) & {_GROUP, ".", " ", "'"}:
        raise AmbiguousNumber(text=shown, decimal=sign + _point(body), whole=sign + body.replace(",", "").lstrip("0"))
    whole, fraction = body, ""
    if mark:
        whole, _, fraction = body.rpartition(mark)
    groups = {character for character in whole if not character.isdigit()}
    if not fraction.isdigit() and mark:
        raise NotANumber(text=shown)
    if not groups:
        return whole, fraction
    separator = groups.pop()
    first, *rest = whole.split(separator)
    if groups or separator in (_DECIMAL, mark) or not 1 <= len(first) <= 3 or any(len(group) != 3 for group in rest):
        raise NotANumber(text=shown)
    return whole.replace(separator, ""), fraction


def _decimal_mark(body: str) -> str:
    """The character that sets the decimals of `body` apart, or "" when it has none."""
    if _DECIMAL in body:
        return _DECIMAL
    points, commas = body.count("."), body.count(",")
    if points and commas:
        return max(".", ",", key=body.rfind)
    if points:
        return "." if points == 1 else ""
    if commas == 1:
        grouped = re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", body)
        return "" if grouped else ","
    return ""


def _point(body: str) -> str:
    whole, _, fraction = body.partition(",")
    return f"{whole or '0'}.{fraction}"
