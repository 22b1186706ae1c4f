"""The people room, to read: organisations as a tree, their positions, and who holds them."""

from collections.abc import Iterable, Iterator

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.people.domain import STATUS_WORDS
from comity.people.queries import Unit, tree
from comity.shell import cited
from comity.shell.format import reader
from comity.shell.marking import highest
from comity.shell.record_views import party_names, subject_of
from comity.shell.values import address


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Every organisation, its positions and their holders, as this reader may see them."""
    subject = subject_of(request)
    units = tree(subject, reader())
    labels = [label for unit in _all(units) for label in _labels(unit)]
    context = {
        "units": units,
        "marking": highest(labels, party_names()),
        "status_words": STATUS_WORDS,
        "place_of": cited.places(subject),
        "address": address,
    }
    return render(request, "people/people.html", context)


def _labels(unit: Unit) -> Iterator[Label]:
    """The label of every record that the lines of one organisation show."""
    cards = [unit.card]
    for post in unit.posts:
        yield from (label_of(holding.row.label_id) for holding in post.holdings)
        cards += [post.card, *(holding.person for holding in post.holdings)]
        cards += [post.counterpart] if post.counterpart else []
    yield from (card.label for card in cards if card.label)


def _all(units: Iterable[Unit]) -> Iterator[Unit]:
    for unit in units:
        yield unit
        yield from _all(unit.units)
