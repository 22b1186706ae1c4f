"""What was agreed in principle awaits the host, and is not active before the host concurs."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.programme.domain import scope
from comity.programme.models import Initiative
from comity.programme.waiting import initiatives
from comity.responses.tests.world import World, refused, text

WHY: dict[str, Any] = {"status_reason": text("As decided")}
AWAITED = "Agreed in principle, awaiting your official position"


@pytest.fixture
def decided(world: World) -> Any:
    return world.enter("programme.initiative", status="in_principle", title=text("A larger mission"))


def status(world: World, row: Any) -> str:
    return str(Initiative.objects.visible_to(world.subject("nmi")).get(pk=row.pk).status)


def waiting(world: World) -> list[str]:
    return [need.more for need in initiatives(world.subject("iraq", Role.REGISTRY_CLERK))]


def activates(world: World, row: Any, **fields: Any) -> None:
    world.amend(row, status="active", **fields)
    assert status(world, row) == "active"


def test_silence_activates_nothing(world: World, decided: Any):
    for wanted in ("active", "completed"):
        with refused((scope.AwaitsHost, "status")):
            world.amend(decided, status=wanted)


def test_no_way_round_by_another_status(world: World, decided: Any):
    world.amend(decided, status="paused", **WHY)
    world.amend(decided, status="planned")
    with refused((scope.AwaitsHost, "status")):
        world.amend(decided, status="active")


def test_it_is_active_once_the_host_concurs_with_its_conditions(world: World, decided: Any):
    world.concur(decided, position="with_conditions", conditions=text("Close consultation"))
    activates(world, decided)


@pytest.mark.parametrize("position", ["refuses", "in_discussion", "withdrawn"])
def test_against_the_hosts_word_nothing_becomes_active(world: World, position: str):
    planned = world.enter("programme.initiative")
    world.concur(planned, position=position)
    with refused((scope.HostSaysOtherwise, "status")):
        world.amend(planned, status="active")


def test_a_working_view_activates_nothing(world: World, decided: Any):
    world.concur(decided, view="working")
    with refused((scope.AwaitsHost, "status")):
        world.amend(decided, status="active")


def test_nor_does_another_party(world: World, decided: Any):
    other = world.enter("programme.initiative", "iraq", status="in_principle")
    world.concur(other, by="nmi")
    world.amend(other, "iraq", status="active")  # the host's own needs nobody's word
    with refused((scope.AwaitsHost, "status")):
        world.amend(decided, status="active")


def test_words_that_changed_since_the_letter_activate_nothing(world: World, decided: Any):
    world.concur(decided)
    with refused((scope.HostAgreedToOtherWords, "status")):
        world.amend(decided, status="active", title=text("A much larger mission"))
    world.amend(decided, title=text("A much larger mission"))
    with refused((scope.HostAgreedToOtherWords, "status")):
        world.amend(decided, status="active")
    assert waiting(world) == ["Changed since your letter: say again whether you concur"]
    world.concur(decided, letter_number="78/2025")
    activates(world, decided)


def test_how_far_it_has_come_is_no_part_of_the_words(world: World, decided: Any):
    world.concur(decided)
    world.amend(decided, note=text("A doubt"))
    activates(world, decided, actual_start=None, **WHY)


def test_under_a_mandate_in_force_the_rest_needs_no_word_of_its_own(world: World):
    activates(world, world.enter("programme.initiative"))


def test_the_host_is_asked_and_both_pages_say_whose_word_is_awaited(world: World, client: Client, decided: Any):
    assert waiting(world) == [AWAITED]
    for side in ("iraq", "nmi"):
        world.sign_in(client, side, Role.CHIEF)
        page = client.get(reverse("programme:initiative", args=[decided.record.slug])).text
        assert "agreed in principle" in page
        assert "awaiting Republic of Iraq" in page
    world.concur(decided, position="with_conditions", conditions=text("After close consultation"))
    assert waiting(world) == []
    for side in ("iraq", "nmi"):
        world.sign_in(client, side, Role.CHIEF)
        page = client.get(reverse("programme:initiative", args=[decided.record.slug])).text
        assert "awaiting Republic of Iraq" not in page
        assert "The host concurs with conditions" in page
        assert "After close consultation" in page
