"""How a person is called in one line: form of address, rank and name, each in the reader's language."""

from collections.abc import Mapping
from typing import Any

from comity.records.resolve import Card
from comity.records.titles import text_of


def styled(body: Mapping[str, Any], language: str) -> str:
    """The name with what stands before it: "Dr", "General"."""
    parts = (text_of(body.get(field), language) for field in ("honorific", "rank", "name"))
    return " ".join(part for part in parts if part)


def styled_card(card: Card, language: str) -> str:
    """The same of a card that is shown."""
    return styled(card.body or {}, language) or card.title
