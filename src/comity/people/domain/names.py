"""Names as people write them, in two scripts. No Django."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Marks that turn or pin the direction of writing and that nobody sees. No name needs one; a name that holds one can
# read as another name than it is. The joiners U+200C and U+200D are no such marks: Kurdish and Persian spell with them.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def without_marks(text: str) -> str:
    """`text` without the marks that turn its direction."""
    return _TURNING.sub("", text)


def has_marks(texts: Iterable[str]) -> bool:
    """Whether one of `texts` holds a mark that turns its direction."""
    return any(_TURNING.search(text) for text in texts)


def spellings(name: Mapping[str, Any] | None, variants: Iterable[Any]) -> Iterator[str]:
    """Every spelling of a name: its version in each language, and its variants; each once."""
    versions = [*(name or {}).get("text", {}).values(), *variants]
    yield from dict.fromkeys(one.strip() for one in versions if isinstance(one, str) and one.strip())
