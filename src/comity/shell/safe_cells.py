"""Cells that a spreadsheet shows as what they are: nothing in them is computed, hidden or turned round."""

import re
from decimal import Decimal

from comity.shell.typed import plain_characters

MOST_CHARACTERS = 32_000  # a spreadsheet takes 32,767 of one cell
EXACT_DIGITS = 15  # of a number, as a spreadsheet keeps it
# C0 is taken by `plain_characters`; these are refused by XML, or seen by nobody.
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")
_COMMANDS = "=+-@＝＋－＠"  # what a cell may begin with to be taken for a formula; full width in some
_MARKS = "\u061c\u200c\u200d\u200e\u200f"  # of direction and joining: seen by nobody, and needed by Arabic spelling


def text(value: str) -> str:
    """A text on one line, without what nobody sees, and no longer than a cell."""
    seen = " ".join(_UNSEEN.sub("", plain_characters(value)).split())
    return seen if len(seen) <= MOST_CHARACTERS else seen[:MOST_CHARACTERS] + "…"


def is_command(value: str) -> bool:
    """Whether a spreadsheet may take this text for a formula."""
    begins = value.lstrip(_MARKS)[:1]
    return begins != "" and begins in _COMMANDS


def exact(value: Decimal | int) -> bool:
    """Whether a spreadsheet keeps every digit of this number."""
    digits = Decimal(value).normalize().as_tuple()
    return len(digits.digits) + max(0, int(digits.exponent)) <= EXACT_DIGITS


def plain_number(value: Decimal | int) -> str:
    """A number in digits alone, without exponent: 1000, not 1E+3."""
    return format(Decimal(value), "f")
