"""A person and a mention are found by every spelling, in either script, by whoever may read the name."""

from typing import Any

import pytest

from comity.records.search import find
from comity.responses.tests.world import World, text

NAME = text("Qasim al-Zabulun", "قاسم الزبولون")
VARIANTS = ["Qassem Zabouloun", "قاسم الزبلون"]


@pytest.fixture(params=["people.person", "people.mention"])
def named(request: Any, world: World) -> Any:
    above = {"named_in": world.enter("people.position")} if request.param == "people.mention" else {}
    return world.enter(request.param, name=NAME, variants=VARIANTS, label=world.label("nmi"), **above)


@pytest.mark.parametrize(
    "asked",
    [
        "al-Zabulun",
        "zabulun qasim",
        "QASSEM",
        "zabouloun",
        "الزبولون",
        "زبولون",
        "قاسم زبلون",
        "الزَّبولون",
        "والزبولون",
        "زبولـون",
    ],
)
def test_it_is_found_by_each_spelling(world: World, named: Any, asked: str):
    assert [hit.record_pk for hit in find(asked, world.subject("nmi"))] == [named.pk]
    assert find(asked, world.subject("iraq")) == []
