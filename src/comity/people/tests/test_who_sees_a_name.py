"""Who will see a name is said beside the choice of its marking."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.queries import label_id
from comity.labels.subject import Role
from comity.responses.tests.world import World
from comity.shell.readers import readers_of

CAVEAT = "USE-ADVISORY-ONLY"


def lines(world: World, label: Any, side: str = "nmi") -> list[str]:
    world.enter("people.organisation", label=label)
    (found,) = readers_of([(str(label_id(label)), "words")], world.subject(side))
    return found.lines()


def test_offices_of_ones_own_are_counted_and_other_parties_named(world: World, client: Client):
    for side, role in (("nmi", Role.ADVISER), ("nmi", Role.CHIEF), ("nmi", Role.AUDITOR), ("iraq", Role.CHIEF)):
        world.sign_in(client, side, role)
    assert lines(world, world.label()) == [
        "2 offices of Mission on this node",
        "Republic of Iraq: whomever each of them clears",
    ]
    assert lines(world, world.label("nmi")) == ["2 offices of Mission on this node"]


def test_a_caveat_is_named_and_narrows_the_count(world: World, client: Client):
    world.sign_in(client, "nmi", Role.ADVISER)
    marking = world.label("nmi", caveats=frozenset({CAVEAT}))
    assert lines(world, marking)[1:] == ["Of them only holders of: for advisory use only"]


@pytest.mark.parametrize(
    ("code", "shown"), [("people.person", True), ("people.mention", True), ("people.position", False)]
)
def test_the_form_of_a_name_says_it_for_each_choice(world: World, client: Client, code: str, shown: bool):
    above = world.enter("people.position")
    world.enter("people.organisation", label=world.label("nmi"))
    world.sign_in(client, "nmi", Role.REGISTRY_CLERK)
    parent = above.record if code == "people.mention" else above.organisation
    page = client.get(
        reverse("shell:enter", args=[code]) + ("" if code == "people.person" else f"?about={parent.slug}")
    )
    choices = set(re.findall(r'<option value="(\d{6,})"', page.text))
    assert set(re.findall(r'data-choice="(\d+)"', page.text)) == (choices if shown else set())
    assert ("Who will see this name" in page.text) is shown
    assert len(choices) >= 2


def test_a_name_is_not_kept_in_the_browser(world: World, client: Client):
    world.sign_in(client, "nmi", Role.REGISTRY_CLERK)
    page = client.get(reverse("shell:enter", args=["people.person"])).text
    for name in ("name_en", "name_ar", "variants"):
        (box,) = re.findall(rf'<(?:input|textarea)[^>]*name="{name}"[^>]*>', page)
        assert "data-private" in box
