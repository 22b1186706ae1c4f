"""Cards and histories tell a reader nothing that the reader may not know."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comity.kernel.errors import NotFound
from comity.labels.domain import Label
from comity.labels.queries import intern
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.addresses import record_at
from comity.records.history import Difference, history, refs_in
from comity.records.models import Record, Revision, Unscoped
from comity.records.resolve import resolve
from comity.records.tests.factories import ORGANISATION, change, kind, label, organisation, text

pytestmark = pytest.mark.django_db


def test_a_card_is_in_the_language_of_its_reader(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared, text("Ministry", "وزارة"))
    assert resolve([row.pk], planner, "ar")[row.pk].title == "وزارة"
    card = resolve([row.pk], planner, "en")[row.pk]
    assert (card.title, card.slug, card.label) == ("Ministry", row.record.slug, shared)


def test_what_is_not_shared_has_no_word_on_its_card(planner: Subject, host: Subject, mission: Party) -> None:
    row = organisation(planner, label(mission), "Secret name")
    card = resolve([row.pk], host, "en")[row.pk]
    assert not card.shown
    assert (card.slug, card.title, card.kind, card.party, card.label, card.body) == ("", "", None, None, None, None)


def test_a_card_is_under_the_latest_label(planner: Subject, host: Subject, shared: Label, mission: Party) -> None:
    row = organisation(planner, shared)
    change(row, planner, label=label(mission))
    assert not resolve([row.pk], host, "en")[row.pk].shown


@pytest.mark.parametrize("table", [Record, Revision])
def test_where_two_labels_disagree_neither_is_shown(
    planner: Subject, host: Subject, mission: Party, shared: Label, table: Any
) -> None:
    row = organisation(planner, shared)
    table.objects.system("tampered with").update(label=intern(label(mission)))
    assert not resolve([row.pk], host, "en")[row.pk].shown


def test_cards_cost_the_same_however_many(planner: Subject, shared: Label) -> None:
    rows = [organisation(planner, shared, f"Number {number}") for number in range(5)]
    resolve([rows[0].pk], planner, "en")
    for few in (rows[:1], rows):
        with CaptureQueriesContext(connection) as queries:
            cards = resolve([row.pk for row in few], planner, "en")
        assert all(card.shown for card in cards.values())
        assert len(queries) <= 4


def test_none_and_nothing_are_no_cards(planner: Subject) -> None:
    assert resolve([None], planner, "en") == {}


def test_an_address_of_what_is_not_shared_leads_nowhere(planner: Subject, host: Subject, mission: Party) -> None:
    row = organisation(planner, label(mission))
    assert record_at(row.record.slug, planner) == row.record
    for slug, reader, code in [
        (row.record.slug, host, ""),
        (row.record.slug, planner, "people.person"),
        ("../../etc/passwd", planner, ""),
        (f"{'a' * 8}-{row.record.uuid}", planner, ""),
    ]:
        with pytest.raises(NotFound):
            record_at(slug, reader, kind=code)


def test_rows_are_read_for_somebody_or_for_a_reason() -> None:
    for table in (Record, Revision, kind(ORGANISATION).model):
        for way in (lambda t: t.objects.all(), lambda t: t.objects.filter(pk=1), lambda t: t.objects.system("")):
            with pytest.raises(Unscoped):
                way(table)


# ------------------------------------------------------------------------------------------------------------- history


def test_a_history_says_what_changed(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    change(row, planner, country="IQ")
    change(row, planner, country="", name=text("Renamed"))
    third, second, first = history(row.record, planner)
    assert (first.number, first.first, first.differences) == (1, True, ())
    assert second.differences == (Difference("country", "", "IQ"),)
    assert third.differences == (
        Difference("country", "IQ", ""),
        Difference("name", text("Ministry"), text("Renamed")),
    )
    assert (third.actor, third.purged) == ("someone", False)


def test_each_revision_is_under_its_own_label(planner: Subject, host: Subject, mission: Party, shared: Label) -> None:
    row = organisation(planner, shared, "Open")
    change(row, planner, name=text("Secret"), label=label(mission))
    change(row, planner, name=text("Open again"), label=shared)
    assert [entry.number for entry in history(row.record, planner)] == [3, 2, 1]
    seen = history(row.record, host)
    assert [entry.number for entry in seen] == [3, 1]
    assert seen[0].differences == (Difference("name", text("Open"), text("Open again")),)
    assert "Secret" not in str(seen)


def test_refs_are_found_in_values(planner: Subject, shared: Label) -> None:
    rid = organisation(planner, shared).record.rid
    assert refs_in(str(rid)) == refs_in(["x", [str(rid)], 5]) == {rid}
    assert refs_in("a/b") == set()
