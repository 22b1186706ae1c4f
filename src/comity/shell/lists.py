"""A list page: what it shows is asked for by its address, so that a filtered list can be kept, sent and gone back to.

    FILTERS = (Filter("status", _("Status"), STATUS_CHOICES), Filter("area", _("Area"), areas()))
    asked = Listing.of(request.GET, FILTERS)
    found = initiatives(subject, **asked.chosen, words=asked.words, after=asked.after, limit=asked.limit + 1)
    page = asked.cut(found, key=lambda row: row.slug)
    return render(request, "programme/initiatives.html", {"title": _("Initiatives"), "listing": asked, **page})

The template extends `shell/list.html` and fills its blocks `rows` and `empty`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

PAGE = 50
LONGEST = 200  # of a value in an address; more is nobody's filter

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing to narrow a list by: the name in the address, the words of its label, and what may be chosen."""

    name: str
    label: str
    choices: tuple[tuple[str, str], ...]

    def chosen(self, given: Mapping[str, Any]) -> str:
        """What the address chooses; "" for everything, and for what is not a choice."""
        value = str(given.get(self.name, ""))
        return value if value in dict(self.choices) else ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What an address asks of a list."""

    filters: tuple[Filter, ...]
    chosen: Mapping[str, str]
    words: str
    after: str
    limit: int = PAGE

    @classmethod
    def of(cls, given: Mapping[str, Any], filters: Iterable[Filter] = (), limit: int = PAGE) -> "Listing":
        """Read an address. What it should not contain is left out, never an error: addresses get damaged."""
        known = tuple(filters)
        chosen = {one.name: value for one in known if (value := one.chosen(given))}
        words, after = (str(given.get(name, ""))[:LONGEST].strip() for name in ("q", "after"))
        return cls(known, chosen, words, after, limit)

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out by a filter or by words."""
        return bool(self.chosen or self.words)

    def address(self, **changes: str) -> str:
        """The query of this list with `changes`; "" takes a part away. A changed filter begins at the first page."""
        parts = {**({"q": self.words} if self.words else {}), **self.chosen, **changes}
        kept = {name: value for name, value in parts.items() if value}
        return "?" + urlencode(kept)

    def cut(self, found: Sequence[T], key: Callable[[T], object]) -> dict[str, Any]:
        """`rows` of one page, and the address of the `next`, when `found` holds one more than fits; else None."""
        rows = found[: self.limit]
        more = len(found) > self.limit
        return {"rows": rows, "next": self.address(after=str(key(rows[-1]))) if more and rows else None}
