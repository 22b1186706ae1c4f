"""The page of an appointment: its days as a reader writes them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.records.kinds import kind_coded
from comity.responses.tests.world import World
from comity.shell.values import Shown


@pytest.fixture
def reported(world: World) -> Any:
    return world.enter("people.appointment", status="reported", observed=["2025-02-05", "2025-03"])


def page(world: World, client: Client, row: Any, language: str) -> str:
    client.cookies["comity_language"] = language
    world.sign_in(client, "nmi", Role.ADVISER)
    return client.get(reverse("shell:record", args=[row.record.slug])).text


@pytest.mark.parametrize(
    ("language", "days"), [("en", "5 February 2025, March 2025"), ("ar", "٥ شباط ٢٠٢٥، آذار ٢٠٢٥")]
)
def test_reported_days_are_written_as_dates(world: World, client: Client, reported: Any, language: str, days: str):
    assert f"<dd>{days}</dd>" in page(world, client, reported, language)


def test_what_is_no_date_is_shown_as_it_came(world: World):
    shown = Shown(kind_coded("people.appointment"), [], world.subject("nmi"))
    assert shown.value("observed", ["someday", 7, "2025-13"]) == "someday, 7, 2025-13"
