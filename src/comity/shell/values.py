"""A body's values as a page shows them: texts in the reader's language, codes in words, refs as links."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from markupsafe import Markup, escape

from comity.kernel.dates import ImpossibleDate, PartialDate
from comity.kernel.decimals import NotANumber, parse_quantity
from comity.kernel.ids import RecordId
from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records import codec
from comity.records.fields import PartialDateField, QuantityField, RefField, RefsField
from comity.records.history import refs_in
from comity.records.kinds import Kind
from comity.records.models import Record
from comity.records.resolve import Card, resolve
from comity.shell.format import number, partial_date, reader, separator
from comity.shell.record_forms import DatesField
from comity.shell.texts import direction, plain, said

Bare: TypeAlias = str | int | Decimal | date | None
"""A value as a file holds it."""


class Shown:
    """Turns bodies of one kind into what a page shows; refs of all of them are resolved in one go."""

    def __init__(self, kind: Kind, bodies: list[Mapping[str, Any]], subject: Subject, *, slug: str = "") -> None:
        self.kind = kind
        self._slug = slug
        self._columns = {column.name: column for column in codec.columns(kind.model)}
        ids = {ref for body in bodies for value in body.values() for ref in refs_in(value)}
        self._cards = cards_of(ids, subject)
        self._parties: dict[str, Any] = {}

    def facts(self, body: Mapping[str, Any], *, leave_out: frozenset[str] = frozenset()) -> list[tuple[str, Any]]:
        """The fields that are filled, in the order of the kind: (what it is called, how it is shown)."""
        names = [n for n in self.kind.fields if n not in leave_out and body.get(n) not in (None, "", [], {})]
        return [(gettext(self.kind.fields[name].label), self.value(name, body[name])) for name in names]

    def change(self, name: str, before: Any, after: Any) -> tuple[Any, Any]:
        """A value of one revision and of the next, as a page shows what became of it.

        Of a text that reads the same in the reader's language, the versions in the languages that differ. Of a file
        only the digest: what is kept is the latest one's.
        """
        if name in self.kind.named_files:
            return _digest(before), _digest(after)
        if _is_text(before) and _is_text(after) and plain(before) == plain(after):
            codes = [code for code in {**before["text"], **after["text"]} if _in(before, code) != _in(after, code)]
            if codes:
                return _versions(before, codes), _versions(after, codes)
        return self.value(name, before), self.value(name, after)

    def value(self, name: str, value: Any) -> Any:
        """One value; None for an empty one."""
        column = self._columns.get(name)
        if value in (None, "", [], {}):
            return None
        if isinstance(column, RefField | RefsField):
            several = value if isinstance(value, list) else [value]
            return escape(gettext(", ")).join(link(self._cards.get(RecordId.parse(one))) for one in several)
        if name in self.kind.named_files and self._slug:
            where = reverse("shell:scan", args=[self._slug, name])
            return Markup('<a href="{}">{}</a>').format(where, gettext("Download the file"))
        if name in self.kind.choices:
            words = dict(self.kind.choices[name]())
            several = value if isinstance(value, list) else [value]
            return gettext(", ").join(gettext(words.get(str(one), str(one))) for one in several)
        if isinstance(column, models.ForeignKey):
            return said(self._party_name(value))
        return self._plain(name)(value)

    def _plain(self, name: str) -> Callable[[Any], Any]:
        """How a value is shown that needs nothing but itself."""
        if self.kind.form_fields.get(name) is DatesField:
            return _dates
        column = self._columns.get(name)
        return next((show for of, show in _PLAIN if isinstance(column, of)), plainly)

    def labels(self, values: Iterable[Any]) -> list[Label]:
        """The label of every record that refs among these values show."""
        cards = (self._cards.get(ref) for value in values for ref in refs_in(value))
        return [card.label for card in cards if card is not None and card.label]

    def bare(self, name: str, value: Any) -> Bare:
        """One value without markup, for a file: numbers as numbers, whole days as dates, all else in words."""
        column = self._columns.get(name)
        if value in (None, "", [], {}):
            return None
        if isinstance(column, RefField | RefsField):
            several = value if isinstance(value, list) else [value]
            return gettext(", ").join(_title(self._cards.get(RecordId.parse(one))) for one in several)
        if name in self.kind.choices:
            return str(self.value(name, value))
        if isinstance(column, models.ForeignKey):
            return plain(self._party_name(value))
        return next((take(value) for of, take in _BARE if isinstance(column, of)), barely(value))

    def _party_name(self, party_id: str) -> Any:
        """What a party is called, as its text; asked for once."""
        if party_id not in self._parties:
            party = Party.objects.filter(pk=party_id).first()
            self._parties[party_id] = party.name if party else gettext("unknown party")
        return self._parties[party_id]


def barely(value: Any) -> Bare:
    """A JSON value without markup or further knowledge of it."""
    if isinstance(value, int):
        return value if not isinstance(value, bool) else str(plainly(value))
    if _is_text(value):
        return plain(value)
    several = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    return str(value) if several is None else gettext(", ").join(str(barely(inner)) for inner in several)


def plainly(value: Any) -> Any:
    """A JSON value without further knowledge of it."""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int):
        return number(value)
    if _is_text(value):
        return said(value, provenance=True)
    if isinstance(value, Mapping):
        return escape(separator()).join(
            Markup("<code>{}</code>").format(inner) if name == "key" else plainly(inner)
            for name, inner in value.items()
        )
    if isinstance(value, list):
        return Markup('<ul class="plain">{}</ul>').format(
            Markup("").join(Markup("<li>{}</li>").format(plainly(inner)) for inner in value)
        )
    return Markup("<bdi>{}</bdi>").format(value)


def _quantity(value: str) -> Bare:
    try:
        return parse_quantity(value)
    except NotANumber:
        return value


def _day(value: str) -> Bare:
    known = PartialDate.parse(value)
    return known.first if known.first == known.last else known.text


def _title(card: Card | None) -> str:
    return card.title if card is not None and card.shown else gettext("not shared with us")


def _date(value: str) -> str:
    return partial_date(PartialDate.parse(value))


def _dates(values: Any) -> Any:
    """Dates in a list. Another party may have sent something else, which is shown as it came."""
    if not isinstance(values, list):
        return plainly(values)
    return gettext(", ").join(_date(one) if _is_date(one) else str(one) for one in values)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(PartialDate.parse(value))
    except ImpossibleDate:
        return False


def _is_text(value: Any) -> bool:
    return isinstance(value, Mapping) and "original" in value and "text" in value


def _in(text: Mapping[str, Any], code: str) -> str:
    return str(text["text"].get(code, ""))


def _versions(text: Mapping[str, Any], codes: list[str]) -> Markup:
    """The versions of a text in these languages, each marked with its own."""
    shown = [(code, direction(code), _in(text, code)) for code in codes if _in(text, code)]
    return Markup(" / ").join(Markup('<bdi lang="{}" dir="{}">{}</bdi>').format(*one) for one in shown)


def _digest(value: Any) -> Markup | None:
    return Markup("<code>{}</code>").format(f"{value[:12]}…") if value else None


def _number(value: str) -> Any:
    try:
        return number(parse_quantity(value))
    except NotANumber:
        return value


_PLAIN: tuple[tuple[type[Any], Callable[[Any], Any]], ...] = (
    (QuantityField, _number),
    (PartialDateField, _date),
    (models.DateField, _date),
)
_BARE: tuple[tuple[type[Any], Callable[[Any], Bare]], ...] = (
    (QuantityField, _quantity),
    (PartialDateField, _day),
    (models.DateField, _day),
)


def link(card: Card | None) -> Markup:
    """A record as a link, or that it is not shared with us."""
    if card is None or card.kind is None:  # a card that is not shown says nothing
        return Markup('<span class="soft">{}</span>').format(gettext("not shared with us"))
    return Markup('<a href="{}"><bdi>{}</bdi></a>').format(address(card), card.title)


def address(card: Card) -> str:
    """The address of a shown record's page."""
    return reverse(card.kind.page if card.kind else "shell:record", args=[card.slug])


def cards_of(ids: set[RecordId], subject: Subject) -> dict[RecordId, Card]:
    """Cards by the ids that bodies name."""
    if not ids:
        return {}
    table = Record.objects.system("which local rows these ids are; resolve asks the subject")
    rows = table.filter(party__in={i.party for i in ids}, uuid__in=[i.uuid for i in ids])  # both: there is an index
    by_pk = {row.pk: row.rid for row in rows if row.rid in ids}
    return {by_pk[pk]: card for pk, card in resolve(by_pk, subject, reader()).items()}


def above(cards: Iterable[Card], subject: Subject) -> dict[int, Card]:
    """What each record belongs under (a measurement under its indicator), where the reader may see it.

    A list of records of many kinds needs it: "confirmed" alone says nothing.
    """
    named = {}
    for card in cards:
        ref = (card.body or {}).get(card.kind.parent) if card.kind and card.kind.parent else None
        if ref:
            named[card.pk] = RecordId.parse(ref)
    found = cards_of(set(named.values()), subject)
    return {pk: found[rid] for pk, rid in named.items() if rid in found and found[rid].shown}
