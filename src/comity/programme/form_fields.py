"""Form fields for the lists that a programme's records hold, each as lines that a person can read and type."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from comity.kernel.text import Text, Translation
from comity.shell.record_forms import LinesField

UNKNOWN = {"original": "en", "text": {"en": "unknown", "ar": "غير معروف"}}
_ARABIC = re.compile(r"[\u0600-\u06ff]")
STANDARD_WORDS = {  # of the standard dimension and its options, so that both languages read them
    "sex": ("sex", "الجنس"),
    "female": ("female", "أنثى"),
    "male": ("male", "ذكر"),
}


class LineError(forms.ValidationError):
    """A line that cannot be read, named."""

    def __init__(self, line: str) -> None:
        super().__init__(_("This line cannot be read: “%(line)s”."), params={"line": line})


def _text(line: str) -> dict[str, Any]:
    """A line "English | Arabic", or a text in one language alone."""
    first, bar, second = (part.strip() for part in line.partition("|"))
    if not first:
        raise LineError(line)
    if not bar or not second:
        return Text.single(_language(first), first).json()
    return Text("en", {"en": first, "ar": second}, {"ar": Translation("person", checked=False)}).json()


def _line(text: Mapping[str, Any]) -> str:
    versions = text["text"]
    shown = [versions[code] for code in ("en", "ar") if versions.get(code)] or [next(iter(versions.values()))]
    return " ".join(" | ".join(shown).split())


def _language(words: str) -> str:
    """The language of a line that says none: its script tells."""
    return "ar" if _ARABIC.search(words) else "en"


class KeepingField(LinesField, ABC):
    """Lines of which each stands for a value that says more than its line does.

    A line that nobody touched gives back the value it was made from: who wrote which language first, who translated.
    """

    def prepare_value(self, value: Any) -> Any:
        """What the box shows."""
        return "\n".join(self.line(one) for one in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The values, those of untouched lines as they were."""
        known = {self.line(one): one for one in self.before}
        return [known[line] if line in known else self.read(line) for line in super().to_python(value)]

    @property
    def before(self) -> list[Any]:
        """The values that the form was opened with."""
        return self.initial if isinstance(self.initial, list) else []

    @abstractmethod
    def line(self, one: Any) -> str:
        """A value as its line."""

    @abstractmethod
    def read(self, line: str) -> Any:
        """A line as its value."""


class TextLinesField(KeepingField):
    """A list of texts, one a line: English | Arabic."""

    def line(self, one: Any) -> str:
        """English | Arabic."""
        return _line(one)

    def read(self, line: str) -> Any:
        """The text of a line."""
        return _text(line)


class ClausesField(KeepingField):
    """Texts with a key: key = English | Arabic, one a line."""

    def line(self, one: Any) -> str:
        """The key, and its text in both languages."""
        return f"{one['key']} = {_line(one['text'])}"

    def read(self, line: str) -> Any:
        """The clause of a line."""
        key, equals, text = (part.strip() for part in line.partition("="))
        if not equals or not key:
            raise LineError(line)
        return {"key": key, "text": _text(text)}


class DimensionsField(KeepingField):
    """How an indicator is broken down: sex = female, male, one dimension a line; "unknown" is always an option."""

    def line(self, one: Any) -> str:
        """The key of the dimension, and those of its options."""
        return f"{one['key']} = {', '.join(o['key'] for o in one['options'] if o['key'] != 'unknown')}"

    def read(self, line: str) -> Any:
        """The dimension of a line, with "unknown" as its last option; what had a name before keeps it."""
        key, equals, options = (part.strip() for part in line.partition("="))
        keys = [o.strip() for o in options.replace("،", ",").split(",") if o.strip() and o.strip() != "unknown"]
        if not equals or not key or not keys:
            raise LineError(line)
        old: dict[str, Any] = {"name": _word(key), "options": []}
        old = next((one for one in self.before if one["key"] == key), old)
        names = {option["key"]: option["name"] for option in old["options"]}
        named = [{"key": o, "name": names.get(o) or _word(o)} for o in dict.fromkeys(keys)]
        unknown = {"key": "unknown", "name": names.get("unknown") or UNKNOWN}
        return {"key": key, "name": old["name"], "options": [*named, unknown]}


def _word(key: str) -> dict[str, Any]:
    if key in STANDARD_WORDS:
        english, arabic = STANDARD_WORDS[key]
        return {"original": "en", "text": {"en": english, "ar": arabic}}
    return Text.single(_language(key), key).json()
