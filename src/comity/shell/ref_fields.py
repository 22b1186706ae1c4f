"""Form fields for refs: what may be chosen, and what stays because whoever edits the record is not shown it.

A form offers what its reader may see and one list can hold. What a record names beyond that is no business of the
person who changes something else in it, so it is neither shown nor lost.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext, ngettext

from comity.labels.subject import Subject
from comity.records.kinds import Kind
from comity.records.models import Record
from comity.records.resolve import Card, resolve
from comity.shell.format import number, reader

MOST_CHOICES = 500


def offered(kind: Kind, name: str, subject: Subject, *, also: Collection[int] = ()) -> list[Card]:
    """The records that a ref may name, newest first as far as one list can hold them, and those it names now (`also`).

    Only what `subject` may see, in order of title.
    """
    codes = kind.refs.get(name, ())
    records = Record.objects.visible_to(subject).filter(revision__gt=0, purged=False)
    if codes:
        records = records.filter(kind__in=[f"{code}/1" for code in codes])
    pks = list(records.order_by("-log_index").values_list("pk", flat=True)[:MOST_CHOICES])
    cards = resolve({*pks, *also}, subject, reader())
    return sorted((card for card in cards.values() if card.shown), key=lambda card: card.title)


class RefChoice(forms.Field, ABC):
    """What refs to one and to several records have in common: `named` now (None in a new record), part of it unseen."""

    def keeps(self, cards: Iterable[Card], named: frozenset[int] | None) -> None:
        """Remember what the record names, and what of it is not among the choices."""
        self.named = named
        self.unseen = (named or frozenset()) - {card.pk for card in cards}

    def is_left(self, sent: Any) -> bool:
        """Whether what was chosen is what was shown: then the ref is not written at all."""
        chosen = {str(one) for one in (sent if isinstance(sent, list | tuple) else [sent]) if one not in (None, "")}
        return self.named is not None and chosen == {str(pk) for pk in self.named - self.unseen}

    @abstractmethod
    def kept_words(self) -> str:
        """What the form says of the unseen."""


def _records(pks: Iterable[int]) -> list[Record]:
    return list(Record.objects.system("choices that their list was scoped for").filter(pk__in=pks))


class RecordField(RefChoice, forms.ChoiceField):
    """A ref: gives the Record, or None. One whose record is not shown stays, and no other can be chosen."""

    def __init__(self, cards: Iterable[Card], named: frozenset[int] | None = None) -> None:
        cards = list(cards)
        self.keeps(cards, named)
        empty = self.kept_words() if self.unseen else "—"
        choices = [] if self.unseen else [(str(card.pk), card.title) for card in cards]
        super().__init__(choices=[("", empty), *choices])

    def kept_words(self) -> str:
        """That it stays."""
        return gettext("kept; not shown to you")

    def clean(self, value: Any) -> Any:
        """The record behind the choice; only what the list offered is taken."""
        chosen = super().clean(value)
        return next(iter(_records([int(chosen)] if chosen else self.unseen)), None)


class RecordsField(RefChoice, forms.MultipleChoiceField):
    """Refs to several records: gives the Records, those that are not shown among them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, cards: Iterable[Card], named: frozenset[int] | None = None) -> None:
        cards = list(cards)
        self.keeps(cards, named)
        super().__init__(choices=[(str(card.pk), card.title) for card in cards])

    def kept_words(self) -> str:
        """How many stay."""
        words = ngettext(
            "%(number)s more, not shown to you, is kept.",
            "%(number)s more, not shown to you, are kept.",
            len(self.unseen),
        )
        return words % {"number": number(len(self.unseen))}

    def clean(self, value: Any) -> Any:
        """The records behind the choices, and the kept ones."""
        return _records({int(pk) for pk in super().clean(value)} | self.unseen)
