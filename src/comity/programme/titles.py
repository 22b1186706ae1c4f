"""How a figure is called in one line, in the digits and dates of its reader."""

from datetime import date
from typing import Any

from comity.kernel.decimals import NotANumber, parse_quantity
from comity.records.kinds import Body
from comity.records.titles import text_of
from comity.shell import format as formats


def figure_title(body: Body, language: str) -> str:
    """A figure and its period: "31/102 · Q1 2025"."""
    shown = _figure(body, language) or text_of(body.get("narrative"), language)
    return formats.separator(language).join(part for part in (shown, _period(body, language)) if part)


def _figure(body: Body, language: str) -> str:
    """As its author gave it; "" where it is words."""
    if body.get("numerator") is not None and body.get("denominator") is not None:
        return f"{_number(body['numerator'], language)}/{_number(body['denominator'], language)}"
    return next((_number(body[name], language) for name in ("value", "level") if body.get(name) is not None), "")


def _number(value: Any, language: str) -> str:
    """A quantity as the reader's language writes it; what a newer version wrote in another way, as it is."""
    try:
        return formats.number(parse_quantity(str(value)), language)
    except NotANumber:
        return str(value)


def _period(body: Body, language: str) -> str:
    try:
        start, end = (date.fromisoformat(str(body.get(name))) for name in ("period_start", "period_end"))
    except ValueError:
        return ""
    return formats.period(start, end, language)
