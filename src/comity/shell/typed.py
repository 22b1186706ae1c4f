"""What a person typed, as it is kept: the characters they see, one way to write each, and no more than a text has."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext

from comity.shell.format import number

MOST_CHARACTERS = 20_000  # of a text, in each language
MOST_LINES = 500  # of a list
# Control characters except tab and line feed, and the marks that turn the direction of what follows them: text that
# holds those can read as something else than it says. U+200C to U+200F stay: Arabic and Kurdish spelling needs them.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]")


def plain_characters(text: str) -> str:
    """`text` with its line ends as line feeds, without characters that nobody sees, in Unicode's form NFC."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text))


def check_length(texts: Iterable[str]) -> None:
    """Each of the texts has at most `MOST_CHARACTERS`; otherwise a ValidationError for its author."""
    longest = max((len(text) for text in texts), default=0)
    if longest > MOST_CHARACTERS:
        message = gettext("A text has at most %(most)s characters; this one has %(number)s.")
        raise forms.ValidationError(
            message % {"most": number(MOST_CHARACTERS), "number": number(longest)}, code="too_long"
        )


def check_lines(lines: list[str]) -> None:
    """At most `MOST_LINES` lines, each as long as a text at most; otherwise a ValidationError for their author."""
    if len(lines) > MOST_LINES:
        message = gettext("A list has at most %(most)s lines; this one has %(number)s.")
        raise forms.ValidationError(
            message % {"most": number(MOST_LINES), "number": number(len(lines))}, code="too_many"
        )
    check_length(lines)


class TypedField(forms.CharField):
    """A text of one language, cleaned of what nobody sees."""

    def to_python(self, value: Any) -> Any:
        """The text as it is kept."""
        text = super().to_python(plain_characters(value) if isinstance(value, str) else value)
        if isinstance(text, str):
            check_length([text])
        return text
