"""Words, numbers, days and file contents that occur nowhere by chance, and finding them in whatever was answered.

Each canary is planted in one field of one revision. A page that holds one has shown that field, whatever it meant to.
"""

import base64
import gzip
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote

from comity.shell import format as formats

WORD, ARABIC, NUMBER = "kanarix", "خظغ", "1709"
"""How every English, Arabic and numeric canary begins: to ask a search for this is to ask it for all of them."""

_ENGLISH_LETTERS, _ARABIC_LETTERS = "bcdfghjklmnpqrst", "بتثجحدذرزسشصضطعف"
_FIRST_DAY = date(1930, 1, 1)  # no example, and nothing that tests enter, is as old as this
_WORDS = re.compile(rf"{WORD}[a-z]{{14}}|{ARABIC}[{_ARABIC_LETTERS}]{{14}}")
_NUMBERS = re.compile(rf"{NUMBER}\d{{6}}(?!\d)")
_HASHES = re.compile(r"[0-9a-f]{64}")
_YEARS = re.compile(r"19[3-6]\d")
_ISO_DAY, _DAY = re.compile(r"19[3-6]\d-\d\d-\d\d"), re.compile(r"\d{1,2} [^\d<>&]{3,20} 19[3-6]\d$")
_IDS = re.compile(r"-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})", re.IGNORECASE)
_LEAF = re.compile(r'"leaf": "([A-Za-z0-9+/=]+)"')
_DIGIT = re.compile(r"[٠-٩۰-۹]")
_GROUPED = re.compile(r"(?<=\d)[,٬\u00a0\u202f](?=\d\d\d)")


@dataclass(frozen=True, slots=True)
class Canary:
    """One planted value: the revision it stands in, and the field."""

    revision: str
    field: str

    def __str__(self) -> str:
        return f"{self.revision}, {self.field}"


@dataclass
class Canaries:
    """Every canary there is, by the token that a page would show."""

    planted: dict[str, Canary] = field(default_factory=dict)
    of_revision: dict[str, list[str]] = field(default_factory=dict)
    _made: int = 0

    def text(self, revision: str, name: str) -> dict[str, Any]:
        """A text in both languages, a word of its own in each."""
        english, arabic = self.word(revision, f"{name} (en)"), self._arabic(revision, f"{name} (ar)")
        return {
            "original": "en",
            "text": {"en": f"{english} text", "ar": f"نص {arabic}"},
            "translation": {"ar": {"by": "person", "checked": True}},
        }

    def word(self, revision: str, name: str, *, most: int = 80) -> str:
        """One word of letters; shorter than others where the column allows no more."""
        whole = WORD + self._letters(_ENGLISH_LETTERS)
        return self._plant(whole, revision, name) if most >= len(whole) else "x"

    def number(self, revision: str, name: str) -> int:
        """A whole number of ten digits that any column of numbers holds.

        Drawn far apart: what a page reckons from two that it may show is not to be a third by chance.
        """
        token = ""
        while not token or token in self.planted:
            self._made += 1
            drawn = hashlib.sha256(f"number {self._made}".encode()).hexdigest()
            token = f"{NUMBER}{int(drawn, 16) % 1_000_000:06}"
        return int(self._plant(token, revision, name))

    def day(self, revision: str, name: str) -> date:
        """A day before anything in these tests happened."""
        self._made += 1
        found = _FIRST_DAY + timedelta(days=self._made)
        for written in (found.isoformat(), *(formats.day(found, language) for language in ("en", "ar"))):
            self._plant(_plain(written), revision, name)
        return found

    def known(self, token: str, revision: str, name: str) -> str:
        """What the product itself made unique: the id of a record, a commitment, the digest of a file."""
        return self._plant(token, revision, name)

    def in_text(self, text: str) -> Iterator[Canary]:
        """Every canary that a text holds, however it was written: escaped, in other digits, with grouped thousands."""
        for spelt in _spellings(text):
            for token in _tokens(spelt):
                if token in self.planted:
                    yield self.planted[token]

    def _arabic(self, revision: str, name: str) -> str:
        return self._plant(ARABIC + self._letters(_ARABIC_LETTERS), revision, name)

    def _letters(self, alphabet: str) -> str:
        self._made += 1
        digest = hashlib.sha256(f"canary {self._made}".encode()).hexdigest()
        return "".join(alphabet[int(digit, 16)] for digit in digest[:14])

    def _plant(self, token: str, revision: str, name: str) -> str:
        self.planted[token] = Canary(revision, name)
        self.of_revision.setdefault(revision, []).append(token)
        return token


def _spellings(text: str) -> Iterator[str]:
    yield _plain(text)
    if "\\u" in text:
        yield _plain(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text))
    if "%" in text:
        yield _plain(unquote(text))
    if "&#" in text:
        yield _plain(unescape(text))
    for leaf in _LEAF.findall(text):
        yield base64.b64decode(leaf).decode(errors="replace")


def _plain(text: str) -> str:
    return _GROUPED.sub("", _DIGIT.sub(lambda found: str(unicodedata.decimal(found[0])), text))


def _tokens(text: str) -> Iterator[str]:
    """What looks like a canary. Each pattern begins with letters that are rare, which makes it quick."""
    yield from _WORDS.findall(text)
    yield from _NUMBERS.findall(text)
    yield from _HASHES.findall(text)
    yield from (text[found.start() - 13 : found.end()] for found in _IDS.finditer(text))
    for found in _YEARS.finditer(text):
        yield from (day[0] for day in [_ISO_DAY.match(text, found.start())] if day)
        yield from _DAY.findall(text[max(0, found.start() - 24) : found.end()])


def unpacked(content: bytes) -> Iterator[str]:
    """The texts inside an answer: itself, or what is packed in it (gzip, and every part of a workbook)."""
    if content.startswith(b"\x1f\x8b"):
        yield from unpacked(gzip.decompress(content))
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                yield name
                yield from unpacked(parts.read(name))
    else:
        yield content.decode("utf-8", errors="replace")


def pdf(word: str) -> bytes:
    """The least that is taken for a letter's scan, with a canary in it."""
    return b"%PDF-1.4\n% " + json.dumps(word).encode()
