"""The people room as a file: a line for each holder of each position, with what the room shows."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from comity.labels.subject import Subject
from comity.people.domain import STATUS_WORDS
from comity.people.naming import styled_card
from comity.people.posts import Holding, Post
from comity.people.queries import every
from comity.records.resolve import Card
from comity.shell import export
from comity.shell.format import reader
from comity.shell.record_views import party_names
from comity.shell.values import Bare


def of_people(subject: Subject, *, on: date) -> export.Sheet:
    """Every organisation, its positions and their holders on the day `on`, as `subject` may see them."""
    columns = [_("Organisation"), _("Part of"), _("Position"), _("Counterpart"), _("Person"), _("Status"), _("From")]
    columns += [_("Until"), _("Reported in office on"), _("Stands in"), _("Contradictions on"), _("Owner")]
    return export.Sheet("people", _("People"), columns, _lines(subject, on))


def _lines(subject: Subject, on: date) -> Iterator[export.Line]:
    names = party_names()
    for unit, above in every(subject, reader(), on=on):
        owner = names[unit.card.party.pk] if unit.card.party else None
        labels = [card.label for card in (unit.card, above) if card and card.label]
        ahead: list[Bare] = [unit.card.title, _called(above) if above else None]
        if not unit.posts:
            yield export.Line([*ahead, *[None] * 9, owner], labels)
        for post in unit.posts:
            several = list(post.labels())
            for holding in post.present or (None,):
                yield export.Line([*ahead, *_post(post, holding), owner], [*labels, *several])


def _post(post: Post, holding: Holding | None) -> list[Bare]:
    """A position, and one of those who hold it."""
    pairs = _(", ").join(_called(pair.card) for pair in post.pairs)
    standing = _(", ").join(
        _called(card) for one in post.standing if one.begun for card in (one.delegate, one.person) if card is not None
    )
    clashes = _(", ").join(clash.on for clash in post.clashes)
    held: list[Bare] = [None] * 5
    if holding is not None:
        row, seen = holding.row, _(", ").join(day.text for day in holding.observed)
        status = _(STATUS_WORDS.get(row.status, row.status))
        held = [_name(holding.person), status, _day(row.starts), _day(row.ends), seen or None]
    return [post.card.title, pairs or None, *held, standing or None, clashes or None]


def _called(card: Card) -> str:
    return card.title if card.shown else _("not shared with us")


def _name(card: Card) -> str:
    return styled_card(card, reader()) if card.shown else _("name not shared with us")


def _day(known: Any) -> Bare:
    """A whole day as a day; a month or a year as it is known."""
    if known is None:
        return None
    whole: Bare = known.first if known.first == known.last else known.text
    return whole
