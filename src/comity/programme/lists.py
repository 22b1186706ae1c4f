"""The lists that programme records hold as JSON, read with forbearance.

What another party sent may be of a shape that this version does not know. Such an entry is left out of what is
computed; the page still shows the list as it came.
"""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from comity.kernel.text import NotText, Text
from comity.programme.domain import facts as f

_QUANTITY = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,38})?")


def words(value: Any) -> Text | None:
    """A text inside a list; None where it is none."""
    if isinstance(value, str):
        return Text.single("en", value)
    try:
        return Text.of(value)
    except NotText:
        return None


def clauses(entries: Iterable[Any]) -> dict[str, Text]:
    """The clauses of a mandate by key; one without words is called by its key."""
    named = ((_key(entry), entry) for entry in entries)
    return {key: words(entry.get("text")) or Text.single("en", key) for key, entry in named if key}


def keys(entries: Iterable[Any]) -> tuple[str, ...]:
    """The keys of entries in their order, one given twice twice."""
    return tuple(key for key in map(_key, entries) if key)


def dimensions(entries: Iterable[Any]) -> tuple[f.Dimension, ...]:
    """The ways to break an indicator down."""
    named = ((_key(entry), _several(entry, "options")) for entry in entries)
    return tuple(f.Dimension(key, tuple(o for o in map(_key, options) if o)) for key, options in named if key)


def option_words(entries: Iterable[Any]) -> dict[tuple[str, str], Text]:
    """What each option is called, by the keys of its dimension and its own."""
    found = {}
    for entry in entries:
        for option in _several(entry, "options"):
            name = words(option.get("name")) if _key(option) else None
            if name is not None:
                found[_key(entry), _key(option)] = name
    return found


def cells(entries: Iterable[Any]) -> tuple[f.Cell, ...]:
    """The parts of a breakdown."""
    return tuple(cell for entry in entries if (cell := _cell(entry)) is not None)


def _cell(entry: Any) -> f.Cell | None:
    options = entry.get("options") if isinstance(entry, Mapping) else None
    if not isinstance(options, Mapping) or not all(isinstance(one, str) for one in options.values()):
        return None
    given = [entry.get(name) for name in ("value", "numerator", "denominator")]
    if not all(one in (None, "") or _QUANTITY.fullmatch(str(one)) for one in given):
        return None
    value, numerator, denominator = (None if one in (None, "") else Decimal(str(one)) for one in given)
    return f.Cell.of(dict(options), f.Amount(value=value, numerator=numerator, denominator=denominator))


def _key(entry: Any) -> str:
    key = entry.get("key") if isinstance(entry, Mapping) else None
    return key if isinstance(key, str) else ""


def _several(entry: Any, name: str) -> list[Any]:
    found = entry.get(name) if isinstance(entry, Mapping) else None
    return found if isinstance(found, list) else []
