"""What became of a text, word by word: what went struck out, what came marked, in each language that differs."""

import re
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext
from markupsafe import Markup

from comity.shell.context import LANGUAGE_NAMES
from comity.shell.texts import direction

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
MOST_WORDS = 4_000  # of a text that is compared by words; a longer one is told as a whole


def text_changes(before: Any, after: Any) -> Markup | None:
    """The differences of two texts in several languages; None where one of them is no such text."""
    if not (_is_text(before) or _is_nothing(before)) or not (_is_text(after) or _is_nothing(after)):
        return None
    old, new = _versions(before), _versions(after)
    if not old and not new:
        return None
    told = [
        Markup('<span class="version"><span class="language">{}</span> <bdi lang="{}" dir="{}">{}</bdi></span>').format(
            LANGUAGE_NAMES.get(code, code), code, direction(code), words(old.get(code, ""), new.get(code, ""))
        )
        for code in {**old, **new}
        if old.get(code, "") != new.get(code, "")
    ]
    if not told:
        return Markup('<span class="soft">{}</span>').format(gettext("the same words in every language"))
    return Markup("").join(told)


def words(before: str, after: str) -> Markup:
    """The differences of two texts of one language."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        return _gone(before) + _come(after)
    told = Markup("")
    for gone, come in _steps(old, new):
        told += Markup("{}").format(gone) if gone == come else _gone(gone) + _come(come)
    return told


def _steps(old: list[str], new: list[str]) -> list[tuple[str, str]]:
    """What went and what came, in order; both alike where nothing changed. A blank alone does not part two changes."""
    found: list[tuple[str, str]] = []
    for how, i, j, k, n in SequenceMatcher(None, old, new).get_opcodes():
        gone, come = "".join(old[i:j]), "".join(new[k:n])
        blank = how == "equal" and gone.isspace() and j < len(old) and n < len(new)
        if found and found[-1][0] != found[-1][1] and (blank or how != "equal"):
            found[-1] = (found[-1][0] + gone, found[-1][1] + come)
        else:
            found.append((gone, come))
    return found


def _gone(text: str) -> Markup:
    return Markup("<del>{}</del>").format(text) if text else Markup("")


def _come(text: str) -> Markup:
    return Markup("<ins>{}</ins>").format(text) if text else Markup("")


def _is_text(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("text"), Mapping)


def _is_nothing(value: Any) -> bool:
    return value in (None, "")


def _versions(value: Any) -> dict[str, str]:
    return {str(code): str(text) for code, text in value["text"].items()} if _is_text(value) else {}
