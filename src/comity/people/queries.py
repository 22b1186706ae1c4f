"""Organisations as a tree with their positions, as one subject may see it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F

from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.people import domain
from comity.people.models import Appointment, Organisation, Position
from comity.people.posts import Post, posts
from comity.people.terms import fact
from comity.records.resolve import Card, resolve

UNITS, FIRST_UNITS, POSTS = 150, 500, 100
"""What one page holds: organisations below the first level, organisations of the first level, positions.

A tree of more is cut at a level, or shows its positions as numbers; each organisation has a page of its own.
"""
_ROOT, _HIGHEST = 0, 10


@dataclass(frozen=True, slots=True)
class Unit:
    """An organisation with its posts and the organisations inside it.

    `positions` counts its own; `posts` is empty where there are too many for the page. `inside` counts the
    organisations in it, at any depth; `units` is empty where the page does not reach so far down.
    """

    card: Card
    nature: str
    posts: tuple[Post, ...]
    units: tuple["Unit", ...]
    positions: int
    inside: int

    def labels(self) -> Iterable[Label]:
        """The marking of everything that its lines show."""
        yield from ([self.card.label] if self.card.label else [])
        for post in self.posts:
            yield from post.labels()
        for unit in self.units:
            yield from unit.labels()


@dataclass(frozen=True, slots=True)
class _Forest:
    """Which organisation stands under which, by pk; `_ROOT` for what has none above it that the reader may see."""

    below: Mapping[int, Sequence[int]]
    natures: Mapping[int, str]
    inside: Mapping[int, int]


def tree(subject: Subject, language: str, *, on: date, root: int | None = None) -> tuple[Unit, ...]:
    """The organisations that `subject` may read, as a forest, or those inside `root`; as much as a page holds.

    A dozen queries however large it is. A circle, which only another party's records can bring, is entered once.
    """
    forest = _forest(subject)
    shown = _levels(forest, _ROOT if root is None else root)
    cards = resolve(shown, subject, language)
    counts = _counts(subject)
    filled: Mapping[int, tuple[Post, ...]] = {}
    if sum(counts[pk] for pk in shown) <= POSTS:
        filled = posts(Position.objects.visible_to(subject).filter(organisation__in=shown), subject, language, on=on)

    def units(pks: Iterable[int]) -> tuple[Unit, ...]:
        return tuple(
            Unit(
                cards[pk],
                forest.natures[pk],
                filled.get(pk, ()),
                units(forest.below[pk]),
                counts[pk],
                forest.inside[pk],
            )
            for pk in pks
            if pk in shown and cards[pk].shown
        )

    return units(forest.below.get(_ROOT if root is None else root, ()))


def every(subject: Subject, language: str, *, on: date) -> Iterator[tuple[Unit, Card | None]]:
    """Every organisation that `subject` may read in order of the tree, with its posts, and what it is part of."""
    forest = _forest(subject)
    above: dict[int, int] = {}
    order: list[int] = []
    waiting = list(reversed(forest.below.get(_ROOT, ())))
    while waiting:
        pk = waiting.pop()
        order.append(pk)
        inner = forest.below.get(pk, ())
        above |= dict.fromkeys(inner, pk)
        waiting += reversed(inner)
    for start in range(0, len(order), UNITS):
        some = order[start : start + UNITS]
        cards = resolve({*some, *(above[pk] for pk in some if pk in above)}, subject, language)
        filled = posts(Position.objects.visible_to(subject).filter(organisation__in=some), subject, language, on=on)
        for pk in some:
            if cards[pk].shown:
                held = filled.get(pk, ())
                unit = Unit(cards[pk], forest.natures[pk], held, (), len(held), forest.inside[pk])
                yield unit, cards.get(above.get(pk, _ROOT))


def _forest(subject: Subject) -> _Forest:
    order = (F("precedence").asc(nulls_last=True), "pk")
    rows = list(Organisation.objects.visible_to(subject).order_by(*order).values_list("pk", "parent_id", "nature"))
    natures = {pk: nature for pk, _parent, nature in rows}
    children: dict[int, list[int]] = defaultdict(list)
    for pk, parent, _nature in rows:
        children[parent if parent in natures else _ROOT].append(pk)
    below: dict[int, list[int]] = defaultdict(list)
    above: dict[int, int] = {}  # in the order in which they were reached: outer before inner
    for start in (*children[_ROOT], *natures):  # what stands in a circle is under nothing
        waiting = [(start, _ROOT)]
        while waiting:
            pk, parent = waiting.pop()
            if pk not in above:
                above[pk] = parent
                below[parent].append(pk)
                waiting += [(inner, pk) for inner in reversed(children[pk])]
    inside: Counter[int] = Counter()
    for pk, parent in reversed(above.items()):
        inside[parent] += inside[pk] + 1
    return _Forest(below, natures, inside)


def _levels(forest: _Forest, root: int) -> dict[int, None]:
    """The organisations that a page shows: whole levels from the top, as long as they fit."""
    shown = dict.fromkeys(list(forest.below.get(root, ()))[:FIRST_UNITS])
    level = list(shown)
    while level := [inner for pk in level for inner in forest.below.get(pk, ())]:
        if len(shown) + len(level) > UNITS:
            break
        shown.update(dict.fromkeys(level))
    return shown


def _counts(subject: Subject) -> Counter[int]:
    rows = Position.objects.visible_to(subject).values_list("organisation_id").annotate(Count("pk")).order_by()
    return Counter(dict(rows))


def lineage(organisation: int, subject: Subject, language: str, *, itself: bool = False) -> list[Card]:
    """What an organisation is part of (perhaps with itself), the outermost first; as far up as `subject` may see."""
    table = Organisation.objects.visible_to(subject)
    above: dict[int, None] = {organisation: None} if itself else {}
    pk: int | None = organisation
    while (pk := table.filter(pk=pk).values_list("parent_id", flat=True).first()) and pk not in above:
        above[pk] = None
        if len(above) == _HIGHEST:
            break
    cards = resolve(above, subject, language)
    return [cards[pk] for pk in reversed(above) if cards[pk].shown]


def last_days(letters: Iterable[tuple[int, date | None]], subject: Subject) -> dict[tuple[int, date | None], date]:
    """For letters signed from a position on a day: the last day of whoever held it then, where that term has ended.

    Where nobody is known to have held it, or a holder's term has no end, the letter is left out.
    """
    wanted = set(letters)
    terms: dict[int, list[domain.AppointmentFact]] = defaultdict(list)
    for row in Appointment.objects.visible_to(subject).filter(position__in={position for position, _ in wanted}):
        terms[row.position_id].append(fact(row))
    found: dict[tuple[int, date | None], date] = {}
    for position, day in wanted:
        ends = [term.ends for term in terms[position] if day is not None and domain.may_serve(term, day)]
        known = [end.last for end in ends if end is not None]
        if known and len(known) == len(ends):
            found[(position, day)] = max(known)
    return found
