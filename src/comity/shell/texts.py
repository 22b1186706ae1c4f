"""Text that a record holds in several languages, shown in the reader's own where it exists.

When it does not, the original is shown and marked with its own language and direction, so that a screen reader and the
bidi algorithm both read it right; a translation that nobody checked says so.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from markupsafe import Markup

from comity.kernel.text import Text
from comity.shell.format import reader

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ur"})


def direction(language: str) -> str:
    """The value of `dir` for a language."""
    return "rtl" if language.partition("-")[0] in RIGHT_TO_LEFT else "ltr"


def text_of(value: Text | Mapping[str, Any] | str) -> Text:
    """`value` as a Text: rows keep its JSON, and a bare string counts as English."""
    if isinstance(value, Text):
        return value
    return Text.single("en", value) if isinstance(value, str) else Text.of(value)


def plain(value: Text | Mapping[str, Any] | str | None, language: str | None = None) -> str:
    """The words alone, for a title or an attribute; "" for no text."""
    return text_of(value).in_(language or reader())[0] if value else ""


def said(
    value: Text | Mapping[str, Any] | str | None, language: str | None = None, *, provenance: bool = False
) -> Markup:
    """The words in the reader's language, or the original in its own direction; "" for no text.

    With `provenance`, an unchecked translation is followed by a mark that says who made it.
    """
    if not value:
        return Markup("")
    language = language or reader()
    text = text_of(value)
    words, used = text.in_(language)
    shown = Markup("<bdi>{}</bdi>").format(words)
    if used != language:
        shown = Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(used, direction(used), words)
    translation = text.translations.get(used)
    if provenance and translation is not None and not translation.checked:
        shown += Markup(' <span class="unchecked">{}</span>').format(gettext("translation, not yet checked"))
    return shown
