"""What a column of a sheet can be: a field of the kind, one language of a field, or the key of the row."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext, override

from comity.kernel.text import N_, fold
from comity.records import codec
from comity.records.fields import MultilingualField
from comity.records.kinds import Kind

KEY = "key"
KEY_WORDS = N_("Key of the row")
_OF_KEY = ("key", "id", "code", "identifier", "رمز", "الرمز", "مفتاح", "المفتاح", "المعرف", "معرف")
_OF_LANGUAGE = {
    "en": ("english", "en", "انجليزي", "الانجليزيه", "بالانجليزيه", "انكليزي", "الانكليزيه", "بالانكليزيه"),
    "ar": ("arabic", "ar", "عربي", "العربيه", "بالعربيه"),
}
_BETWEEN = re.compile(r"[\W_]+")
_ARABIC = re.compile("[\u0621-\u064a]")


@dataclass(frozen=True, slots=True)
class Target:
    """`code` is "key", "title", or "title:ar" for one language of a text."""

    code: str
    field: str
    language: str
    column: Any  # Django's; None for the key


def targets(kind: Kind) -> dict[str, Target]:
    """Everything a column may be, by code, in the order of the form; what a form would not offer is left out."""
    columns = {column.name: column for column in codec.columns(kind.model)}
    found = [Target(KEY, "", "", None)]
    for name in kind.fields:
        if name in kind.unfit({}) or name in kind.named_files:
            continue
        if isinstance(columns[name], MultilingualField):
            found += [Target(f"{name}:{code}", name, code, columns[name]) for code, _ in settings.LANGUAGES]
        else:
            found.append(Target(name, name, "", columns[name]))
    return {target.code: target for target in found}


def words_of_target(kind: Kind, target: Target) -> str:
    """What a person calls it, in the language of the page."""
    if target.code == KEY:
        return gettext(KEY_WORDS)
    label = gettext(kind.fields[target.field].label)
    return f"{label} ({dict(settings.LANGUAGES)[target.language]})" if target.language else label


def plain_words(heading: str) -> str:
    """A heading as headings are compared: folded, with spaces alone between its words."""
    return _BETWEEN.sub(" ", fold(heading)).strip()


def known_words(kind: Kind) -> dict[str, str]:
    """Every heading that is understood → the code of its target; a text without its language → the field's name."""
    known = {plain_words(word): KEY for word in _OF_KEY}
    for language, _ in settings.LANGUAGES:
        with override(language):
            for target in targets(kind).values():
                if target.code == KEY:
                    known[plain_words(gettext(KEY_WORDS))] = KEY
                    continue
                for called in (target.field, gettext(kind.fields[target.field].label)):
                    known.setdefault(plain_words(called), target.field)
                    for word in _OF_LANGUAGE.get(target.language, ()):
                        known.setdefault(f"{plain_words(called)} {plain_words(word)}", target.code)
    return known


def proposed(kind: Kind, headings: Sequence[str], samples: Sequence[Sequence[str]]) -> list[str]:
    """For each heading the code of what it seems to be, "" for none; nothing is proposed for two columns."""
    offered, known = targets(kind), known_words(kind)
    taken: set[str] = set()
    found = []
    for place, heading in enumerate(headings):
        code = known.get(plain_words(heading), "")
        if code and code not in offered:  # a text whose heading does not say its language: its letters do
            cells = (row[place] for row in samples if place < len(row))
            code = f"{code}:{'ar' if _mostly_arabic(cells) else 'en'}"
        code = code if code in offered and code not in taken else ""
        taken.add(code)
        found.append(code)
    return found


def _mostly_arabic(cells: Iterable[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return sum(bool(_ARABIC.search(cell)) for cell in filled) * 2 > len(filled)
