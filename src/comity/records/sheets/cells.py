"""From the text of a cell to what a column holds, or the refusal that says why not."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext, override

from comity.kernel.decimals import parse_quantity
from comity.kernel.errors import DomainError
from comity.kernel.text import N_, Text, Translation, fold
from comity.parties.models import Party
from comity.records.fields import ListField, MultilingualField, PartialDateField, QuantityField, RefField, RefsField
from comity.records.kinds import Kind
from comity.records.schema import INTEGERS
from comity.records.sheets.dates import NotADay, read_date
from comity.records.sheets.refusals import Typed
from comity.records.sheets.targets import Target
from comity.records.sheets.xlsx_files import NEVER_COUNTED

_ERROR = re.compile(r"#(REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!)")
# The same characters that a form takes out: they are not seen, or turn the direction of what follows them.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]")
_SEVERAL = re.compile(r"[;؛\n]")
_YES = frozenset({"yes", "true", "1", "x", "y", "نعم"})
_NO = frozenset({"no", "false", "0", "n", "لا", "كلا"})


class ErrorOfTheSheet(DomainError):
    """What a spreadsheet shows where it could not calculate."""

    message = N_("“%(text)s” is an error of the spreadsheet. Mend it there.")


class NeverCounted(DomainError):
    """A formula without a result."""

    message = N_("The file holds a formula here and not its result. Open it, save it again, and choose it again.")


class NotWhole(DomainError):
    """A whole number is asked for, and within what can be kept."""

    message = N_("“%(text)s” is not a whole number that can be kept here.")


class NotYesOrNo(DomainError):
    """Neither yes nor no."""

    message = N_("“%(text)s” is neither yes nor no.")


class NotOneOf(DomainError):
    """No code of the list, and none of its words."""

    message = N_("“%(text)s” is not one of the choices here: %(choices)s.")


class NoSuchParty(DomainError):
    """Nobody goes by that name."""

    message = N_("No party here is called “%(text)s”.")


class TooLongHere(DomainError):
    """More characters than the column keeps."""

    message = N_("This has more than %(most)s characters.")


class NotTaken(DomainError):
    """What the form field of the kind says, in its own words."""

    message = "%(reason)s"


@dataclass(frozen=True, slots=True)
class Named:
    """A ref before it is known what it names: the texts of the cell."""

    texts: tuple[str, ...]
    several: bool


class _Words:
    """The messages of a form field, read when they are shown, in the language of that moment."""

    def __init__(self, error: ValidationError) -> None:
        self._error = error

    def __str__(self) -> str:
        return " ".join(str(message) for message in self._error.messages)


Read = Callable[[str], Any]


def reader_of(kind: Kind, target: Target, order: str) -> Read:
    """The function that reads cells of a column that stands for `target`; `order` is that of its dates."""
    read = _reader(kind, target, order)

    def guarded(text: str) -> Any:
        if text[:1] == "#":
            if text == NEVER_COUNTED:
                raise NeverCounted
            if _ERROR.fullmatch(text):
                raise ErrorOfTheSheet(text=Typed(text))
        return read(text)

    return guarded


def _reader(kind: Kind, target: Target, order: str) -> Read:  # noqa: PLR0911  (a line for each type of column)
    column, name = target.column, target.field
    if column is None or isinstance(column, MultilingualField):
        return plain_text
    if isinstance(column, RefField | RefsField):
        several = isinstance(column, RefsField)
        return lambda text: Named(tuple(_parts(text)) if several else (plain_text(text),), several)
    if name in kind.choices:
        return _choice_reader(kind, name, several=isinstance(column, ListField))
    if name in kind.form_fields:
        return _form_reader(kind, name)
    if isinstance(column, models.ForeignKey):
        return _party_reader()
    for of, read in _PLAIN:
        if isinstance(column, of):
            return read
    if isinstance(column, PartialDateField):
        return _remembering(lambda text: read_date(text, order))
    if isinstance(column, models.DateField):
        return _remembering(lambda text: _day(text, order))
    if isinstance(column, models.IntegerField):
        least, most = INTEGERS[column.get_internal_type()]
        return lambda text: _whole(text, least, most)
    return lambda text: _short(text, column.max_length or 0)


def _remembering(read: Read) -> Read:
    """The same texts stand in thousands of rows; a refusal is found anew each time."""
    known: dict[str, Any] = {}

    def remembered(text: str) -> Any:
        if text not in known:
            if len(known) > 10_000:
                known.clear()
            known[text] = read(text)
        return known[text]

    return remembered


def plain_text(text: str) -> str:
    """A text as records keep it."""
    if text.isascii() and text.isprintable():
        return text
    return unicodedata.normalize("NFC", _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def _parts(text: str) -> list[str]:
    return [part for one in _SEVERAL.split(plain_text(text)) if (part := one.strip())]


def _short(text: str, most: int) -> str:
    typed = plain_text(text)
    if len(typed) > most:
        raise TooLongHere(most=most)
    return typed


def _day(text: str, order: str) -> Any:
    known = read_date(text, order)
    if known.precision != "day":
        raise NotADay(text=Typed(text))
    return known.first


def _whole(text: str, least: int, most: int) -> int:
    number = parse_quantity(text)
    if number != int(number) or not least <= number <= most:
        raise NotWhole(text=Typed(text))
    return int(number)


def _truth(text: str) -> bool:
    word = fold(text)
    if word not in _YES and word not in _NO:
        raise NotYesOrNo(text=Typed(text))
    return word in _YES


def _choice_reader(kind: Kind, name: str, *, several: bool) -> Read:
    choices = [(str(code), words) for code, words in kind.choices[name]()]
    known = {fold(code): code for code, _ in choices}
    for language, _ in settings.LANGUAGES:
        with override(language):
            known |= {fold(gettext(words)): code for code, words in choices}

    def one(text: str) -> str:
        code = known.get(fold(text))
        if code is None:
            raise NotOneOf(text=Typed(text), choices=", ".join(code for code, _ in choices))
        return code

    if not several:
        return _remembering(one)
    return lambda text: [one(part) for part in _parts(text.replace(",", ";").replace("،", ";"))]


def _form_reader(kind: Kind, name: str) -> Read:
    field = kind.form_fields[name]()
    field.required = False

    def cleaned(text: str) -> Any:
        # Items of a list stand one a line in a form; in a cell a semicolon will do, where no line is broken.
        lines = text if "\n" in text else text.replace("؛", ";").replace("; ", "\n").replace(";", "\n")
        try:
            return field.clean(lines)
        except ValidationError as error:
            raise NotTaken(reason=_Words(error)) from error

    return cleaned


def _party_reader() -> Read:
    known: dict[str, Party] = {}
    for party in Party.objects.all():
        for called in (party.handle, party.pk, *Text.of(party.name).versions.values()):
            known[fold(str(called))] = party

    def found(text: str) -> Party:
        party = known.get(fold(text))
        if party is None:
            raise NoSuchParty(text=Typed(text))
        return party

    return found


_PLAIN: tuple[tuple[type[Any], Read], ...] = (
    (QuantityField, parse_quantity),
    (ListField, _parts),
    (models.BooleanField, _truth),
)


def text_in_languages(
    versions: Mapping[str, str], languages: Sequence[str], before: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A text of several languages from its cells: the first column is the original, what stood there before stays.

    Languages that no column gives keep what they have; a translation whose sides did not change keeps who made it.
    """
    if not before and len(versions) == 1:
        ((language, text),) = versions.items()
        return {"original": language, "text": {language: text}}
    was = Text.of(before) if before else None
    merged = {**(was.versions if was else {}), **versions}
    first = next(language for language in languages if versions.get(language))
    original = was.original if was else first
    made = {}
    for language in merged:
        if language == original:
            continue
        same = was is not None and all(was.versions.get(one) == merged[one] for one in (language, original))
        kept = was.translations.get(language) if was is not None and same else None
        made[language] = kept or Translation("person", checked=False)
    return Text(original, merged, made).json()
