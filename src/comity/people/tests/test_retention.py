"""What names people is due once it was not needed for its period; nothing goes by itself."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.audit.models import Entry
from comity.kernel.errors import RoleMissing
from comity.labels.subject import Role
from comity.people.domain.retention import DEFAULT_MONTHS, PeriodOutOfRange, due_on
from comity.people.retention import due, periods, set_periods
from comity.records.models import Record
from comity.responses.tests.world import AT, World, refused

LATER = date(2027, 7, 16)  # two years and a day after everything here was entered


@pytest.mark.parametrize(
    ("last", "months", "on"),
    [("2025-01-31", 1, "2025-02-28"), ("2023-01-31", 13, "2024-02-29"), ("2025-12-01", 12, "2026-12-01")],
)
def test_months_are_months_of_the_calendar(last: str, months: int, on: str):
    assert due_on(date.fromisoformat(last), months) == date.fromisoformat(on)


def listed(world: World, on: date = LATER, side: str = "nmi") -> set[int]:
    return {one.card.pk for one in due(world.subject(side), "en", on=on)}


def test_a_person_is_due_two_years_after_the_last_office(world: World):
    persons = [world.enter("people.person") for _ in range(4)]
    post = world.enter("people.position", holders="many")
    for person, ends in zip(persons, ("2025-07-15", None, "2025-07-20"), strict=False):
        world.enter("people.appointment", position=post, person=person, starts="2020", ends=ends)
    assert listed(world) == {persons[0].pk, persons[3].pk}, "one left long ago, one never held an office"
    assert listed(world, date(2027, 7, 14)) == set()


def test_what_was_only_reported_is_needed_until_it_was_last_reported(world: World):
    person = world.enter("people.person")
    world.enter("people.appointment", person=person, status="reported", observed=["2025-07-18"])
    assert person.pk not in listed(world)
    assert person.pk in listed(world, date(2027, 7, 19))


def test_mentions_are_due_a_year_after_their_last_change(world: World):
    mention = world.enter("people.mention", named_in=world.enter("people.position"))
    assert mention.pk in listed(world, date(2026, 7, 15))
    assert mention.pk not in listed(world, date(2026, 7, 14))


def test_only_ones_own_and_only_what_may_be_read(world: World):
    world.enter("people.person", "iraq")
    assert listed(world) == set()
    assert len(listed(world, side="iraq")) == 1
    assert Record.objects.system("test").filter(purged=True).count() == 0, "nothing is deleted by itself"


def test_a_party_says_how_long_and_the_log_keeps_it(world: World):
    officer = world.subject("nmi", Role.LEGAL_ADVISER)
    set_periods({"people.mention": 3, "people.person": DEFAULT_MONTHS["people.person"]}, actor=officer, at=AT)
    assert periods(officer.party) == {**DEFAULT_MONTHS, "people.mention": 3}
    assert periods(world.subject("iraq").party) == DEFAULT_MONTHS
    (entry,) = Entry.objects.system("test").filter(event="retention-set")
    assert b'"people.mention":3' in bytes(entry.data)
    with refused((PeriodOutOfRange, "people.mention")):
        set_periods({"people.mention": 0}, actor=officer, at=AT)
    with refused((RoleMissing, None)):
        set_periods({"people.mention": 4}, actor=world.subject("nmi", Role.CHIEF), at=AT)


def test_the_page_lists_what_is_due_and_takes_the_periods(world: World, client: Client, monkeypatch: Any):
    monkeypatch.setattr("comity.people.views.now", lambda: datetime(2027, 7, 16, tzinfo=UTC))
    world.enter("people.person")
    world.sign_in(client, "nmi", Role.SECURITY_OFFICER)
    address = reverse("people:retention")
    assert "Synthetic Person" in client.get(address).text
    sent = {kind: str(months) for kind, months in DEFAULT_MONTHS.items()}
    for wrong in ("0", "2.5", "9999", "", "soon"):
        assert client.post(address, {**sent, "people.person": wrong}).status_code == 422, wrong
    assert client.post(address, {**sent, "people.person": "٣٦"}).status_code == 302
    assert "Synthetic Person" not in client.get(address).text
    world.sign_in(client, "nmi", Role.CHIEF)
    assert client.get(address).status_code == 403
