"""A list page: what it shows is asked for by its address, so that a filtered list can be kept, sent and gone back to.

    asked = Listing.of(request.GET, (Filter("status", _("Status"), CHOICES), Filter("area", _("Area"), areas())))
    found = initiatives(subject, **asked.chosen, words=asked.words, after=asked.after, limit=asked.limit)
    context = {"title": …, "listing": asked, "rows": found.rows, "next": asked.following(found.after)}

The template extends `shell/list.html` and fills its blocks `rows` and `empty`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

PAGE = 50
LONGEST = 200  # of a value in an address; more is nobody's filter


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
    def cursor(self) -> int:
        """`after` where it is a number; else 0, which is before the first."""
        return int(self.after) if self.after.isascii() and self.after.isdigit() and len(self.after) < 19 else 0

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out by a filter or by words."""
        return bool(self.chosen or self.words)

    def address(self, **changes: str) -> str:
        """The query of this list with `changes`; "" takes a part away. A changed filter begins at the first page."""
        parts = {**({"q": self.words} if self.words else {}), **self.chosen, **changes}
        kept = {name: value for name, value in parts.items() if value}
        return "?" + urlencode(kept)

    def following(self, after: object) -> str | None:
        """The address of the page that begins after the row of this cursor; None where there is none."""
        return None if after is None else self.address(after=str(after))

    @property
    def said(self) -> list[tuple[str, str]]:
        """What narrows the list, in words: pairs (name, value)."""
        words = [(gettext("Words"), self.words)] if self.words else []
        chosen = [(one, self.chosen[one.name]) for one in self.filters if one.name in self.chosen]
        return words + [(one.label, dict(one.choices)[value]) for one, value in chosen]
