"""How a record is called in one line, from the body of its revision."""

from collections.abc import Callable
from typing import Any

from comity.kernel.text import NotText, Text
from comity.records.kinds import Body


def text_of(value: Any, language: str) -> str:
    """A multilingual body value in `language`, or in its original where there is no such version; "" for none."""
    try:
        return Text.of(value).in_(language)[0] if value else ""
    except NotText:
        return ""


def titled(field: str) -> Callable[[Body, str], str]:
    """The kind's title is this field of the body."""
    return lambda body, language: text_of(body.get(field), language)
