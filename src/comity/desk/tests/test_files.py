"""What was found, the log and the objectives, taken along as files."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from comity.audit.log import head
from comity.labels.subject import Role
from comity.responses.tests.world import World, text

CANARY = "Quixotic"


def exported(client: Client, name: str, **query: str) -> tuple[dict[str, str], list[list[str]]]:
    """The heading of a file, and its lines with the names of the columns first."""
    answer = client.post(reverse(name, args=["csv"], query=query))
    assert answer.status_code == 200
    read = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    return {row[0]: row[1] for row in read[1 : read.index([])]}, read[read.index([]) + 1 :]


def test_a_search_is_taken_along_whole_and_in_order(world: World, client: Client) -> None:
    about = world.enter("programme.objective", statement=text("Supply"))
    hidden = world.enter("programme.objective", statement=text(f"{CANARY} aim"), label=world.label("nmi"))
    for number in range(55):
        world.enter("programme.claim", about=hidden if number == 3 else about, statement=text(f"Depot {number}"))
    world.enter("programme.claim", about=about, statement=text(f"Depot {CANARY}"), label=world.label("nmi"))
    world.sign_in(client, "iraq", Role.ADVISER)
    heading, (columns, *lines) = exported(client, "desk:search-export", q="depot", kind="programme.claim")
    assert columns == ["Record", "Kind of record", "Belongs to", "Owner", "Marking"]
    assert [line[0] for line in lines] == [f"Depot {number}" for number in reversed(range(55))]
    assert {line[2] for line in lines} == {"Supply", ""}
    assert heading["Narrowed by: Words"] == "depot"
    assert heading["Lines"] == "55"
    assert CANARY not in str(lines)


def test_what_a_hit_belongs_to_counts_for_the_marking(world: World, client: Client) -> None:
    above = world.enter("programme.objective", label=world.label("nmi"))
    world.enter("programme.claim", about=above, statement=text("Depot"))
    world.sign_in(client, "nmi", Role.ADVISER)
    heading, (_, line) = exported(client, "desk:search-export", q="depot")
    assert heading["Marking"] == line[-1] == "UNCLASSIFIED · releasable to Mission"
    page = client.get(reverse("desk:search"), {"q": "depot"}).text
    assert ">UNCLASSIFIED · releasable to Mission</section>" in page


def test_an_empty_search_is_an_empty_file(world: World, client: Client) -> None:
    world.enter("programme.claim", statement=text("Depot"))
    world.sign_in(client, "nmi", Role.AUDITOR)
    heading, lines = exported(client, "desk:search-export", q="depot")
    assert heading["Marking"] == "No record is shown in this file"
    assert len(lines) == 1


@pytest.mark.parametrize("role", [Role.ADVISER, Role.AUDITOR])
def test_the_log_is_taken_along_as_far_as_it_is_shown(world: World, client: Client, role: Role) -> None:
    world.enter("programme.objective", statement=text(f"{CANARY} aim"), label=world.label("nmi"))
    world.enter("programme.objective", statement=text("Supply"))
    world.sign_in(client, "iraq", role)
    size = head().size
    heading, (columns, *lines) = exported(client, "desk:log-export")
    assert columns[:5] == ["Entry", "When", "What", "About", "Kind of record"]
    assert int(heading["Lines"]) == len(lines)
    numbers = [int(line[0]) for line in lines]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers == list(reversed(range(size))) if role is Role.AUDITOR else 0 < len(numbers) < size
    assert CANARY not in str(lines)
    assert ("Supply" in str(lines)) is (role is Role.ADVISER)


def test_the_objectives_are_taken_along_with_how_they_stand(world: World, client: Client) -> None:
    mandate = world.enter("programme.mandate", "iraq", title=text("Advice"))
    above = world.enter("programme.objective", mandate=mandate, statement=text("Supply"))
    world.enter("programme.objective", mandate=mandate, parent=above, statement=text("Depots"))
    world.enter("programme.objective", mandate=mandate, statement=text(CANARY), label=world.label("nmi"))
    result = world.enter("programme.result", objective=above)
    world.enter("programme.indicator", result=result)
    world.sign_in(client, "iraq", Role.CHIEF)
    _, (columns, *lines) = exported(client, "programme:objectives-export")
    found = [dict(zip(columns, line, strict=True)) for line in lines]
    assert [(one["Mandate"], one["Objective"], one["Depth"]) for one in found] == [
        ("Advice", "Supply", "1"),
        ("Advice", "Depots", "2"),
    ]
    assert (found[0]["State"], found[0]["Indicators"], found[0]["Indicators: not measured"]) == ("proposed", "1", "1")
    page = client.get(reverse("programme:objectives")).text
    assert reverse("programme:objectives-export", args=["xlsx"]) in page
