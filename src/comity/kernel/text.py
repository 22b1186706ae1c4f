"""Text that two sides read: the marking of messages, text in several languages, and folding for search."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.kernel.canonical import Json

_REQUIRED = {"original", "text"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def N_(message: str) -> str:  # noqa: N802  (the name that gettext tools know)
    """Mark `message` for translation where no translation happens yet; returns it unchanged."""
    return message


class NotText(ValueError):
    """The JSON is not text in several languages as `Text` defines it."""


@dataclass(frozen=True, slots=True)
class Translation:
    """Where a translation came from: a short word for who or what made it, and whether a person checked it."""

    by: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Text:
    """One text in one or more languages, of which `original` is the one it was written in.

    As JSON: `{"original": "en", "text": {"en": "…", "ar": "…"}, "translation": {"ar": {"by": "…", "checked": false}}}`,
    where `translation` is left out when empty. Languages are BCP 47 tags. Raises NotText when the original is missing,
    or when a translation describes the original or a language that is not there.
    """

    original: str
    versions: Mapping[str, str]
    translations: Mapping[str, Translation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.original not in self.versions:
            raise NotText("the original language has no text")
        for language in self.versions:
            if not _LANGUAGE.fullmatch(language):
                raise NotText(f"not a language tag: {language[:20]!r}")
        for language in self.translations:
            if language not in self.versions or language == self.original:
                raise NotText(f"{language[:20]!r} is described as a translation and is none")

    def __hash__(self) -> int:
        return hash((self.original, tuple(sorted(self.versions.items())), tuple(sorted(self.translations))))

    @classmethod
    def single(cls, language: str, text: str) -> Text:
        """A text in one language only."""
        return cls(language, {language: text})

    @classmethod
    def of(cls, value: Json) -> Text:
        """Read the JSON form; raises NotText for any other shape, unknown members included."""
        if not isinstance(value, Mapping) or not _REQUIRED <= value.keys() <= _REQUIRED | {"translation"}:
            raise NotText("text is an object with original, text and perhaps translation")
        original, versions, made = value["original"], value["text"], value.get("translation", {})
        if not isinstance(original, str) or not isinstance(versions, Mapping) or not isinstance(made, Mapping):
            raise NotText("original is a language, text and translation are objects")
        texts = {language: text for language, text in versions.items() if isinstance(text, str)}
        if len(texts) != len(versions):
            raise NotText("every version is a string")
        return cls(original, texts, {language: _translation(how) for language, how in made.items()})

    def json(self) -> dict[str, Json]:
        """The JSON form, which `Text.of` reads back to an equal text."""
        value: dict[str, Json] = {"original": self.original, "text": dict(self.versions)}
        if self.translations:
            value["translation"] = {
                language: {"by": how.by, "checked": how.checked} for language, how in self.translations.items()
            }
        return value

    def in_(self, language: str) -> tuple[str, str]:
        """The text for a reader of `language` and the language it is really in.

        Falls back from a regional tag to its base language, then to the original. An empty version counts as missing.
        """
        for wanted in (language, language.partition("-")[0], self.original):
            if text := self.versions.get(wanted):
                return text, wanted
        return self.versions[self.original], self.original


def _translation(value: Json) -> Translation:
    if not isinstance(value, Mapping) or value.keys() != {"by", "checked"}:
        raise NotText("a translation says by whom it is and whether it was checked")
    by, checked = value["by"], value["checked"]
    if not isinstance(by, str) or not isinstance(checked, bool):
        raise NotText("by is a string and checked is true or false")
    return Translation(by, checked)


# Letters that Unicode does not decompose to the letter a person would type for them.
_LETTERS = str.maketrans(
    {
        "\u0649": "\u064a",  # alef maksura -> yeh
        "\u06cc": "\u064a",  # Farsi yeh -> yeh
        "\u06ce": "\u064a",  # Kurdish yeh with small v -> yeh
        "\u06d0": "\u064a",  # e -> yeh
        "\u0629": "\u0647",  # teh marbuta -> heh
        "\u06d5": "\u0647",  # Kurdish ae -> heh
        "\u06be": "\u0647",  # heh doachashmee -> heh
        "\u06c1": "\u0647",  # heh goal -> heh
        "\u0671": "\u0627",  # alef wasla -> alef
        "\u06a9": "\u0643",  # keheh -> kaf
        "\u06c6": "\u0648",  # Kurdish oe -> waw
        "\u06b5": "\u0644",  # Kurdish velar l -> lam
        "\u0695": "\u0631",  # Kurdish trilled r -> reh
        "\u0640": "",  # tatweel
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
    }
)


def fold(text: str) -> str:
    """`text` as search compares it: what a person may leave out or write another way is gone.

    NFKC and case folding; Latin diacritics, Arabic harakat, tatweel and invisible marks off; forms of alef, yeh, heh,
    waw and kaf made one; digits of every script as ASCII; runs of white space as one space. Folding twice changes
    nothing.
    """
    if text.isascii():  # of which only capitals and white space are not as they will be
        return " ".join(text.lower().split())
    spread = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(spread.translate(_characters).split())


class _Characters(dict[int, str]):
    """What becomes of each character, found out once: nothing of a mark, an ASCII digit of a digit, a plain letter."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if unicodedata.category(character) in ("Mn", "Me", "Cf"):
            character = ""
        elif (value := unicodedata.decimal(character, None)) is not None:
            character = str(value)
        self[code] = found = character.translate(_LETTERS)
        return found


_characters = _Characters()
