"""The people room, taken along as a file: what it shows, and no name that it does not."""

import csv
import io

from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.responses.tests.world import World, text

NAME = "Quixotic"


def exported(client: Client) -> list[dict[str, str]]:
    answer = client.post(reverse("people:people-export", args=["csv"]))
    assert answer.status_code == 200
    read = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    columns, *lines = read[read.index([]) + 1 :]
    return [dict(zip(columns, line, strict=True)) for line in lines]


def test_each_holder_stands_on_a_line(world: World, client: Client) -> None:
    ministry = world.enter("people.organisation", "iraq", name=text("Ministry"))
    office = world.enter("people.organisation", "iraq", name=text("Office"), parent=ministry)
    post = world.enter("people.position", "iraq", title=text("Director"), organisation=office)
    world.enter("people.position", "iraq", title=text("Deputy"), organisation=office)
    person = world.enter("people.person", "iraq", name=text(NAME), rank=text("Colonel"))
    world.enter("people.appointment", "iraq", position=post, person=person, starts="2024-05", status="acting")
    world.sign_in(client, "nmi", Role.ADVISER)
    ministry_line, director, deputy = exported(client)
    assert (ministry_line["Organisation"], ministry_line["Position"], ministry_line["Owner"]) == (
        "Ministry",
        "",
        "Republic of Iraq",
    )
    assert [director[name] for name in ("Organisation", "Part of", "Position", "Person", "Status", "From")] == [
        "Office",
        "Ministry",
        "Director",
        f"Colonel {NAME}",
        "acting",
        "2024-05",
    ]
    assert (deputy["Position"], deputy["Person"]) == ("Deputy", "")
    assert reverse("people:people-export", args=["xlsx"]) in client.get(reverse("people:people")).text


def test_a_name_that_is_not_for_this_reader_is_not_in_the_file(world: World, client: Client) -> None:
    post = world.enter("people.position", "iraq", title=text("Director"))
    person = world.enter("people.person", "iraq", name=text(NAME), label=world.label("iraq"))
    hidden = world.enter("people.position", "iraq", title=text(f"{NAME} post"))
    world.enter("people.appointment", "iraq", position=post, person=person)
    world.enter("people.position", "nmi", title=text("Adviser"), counterpart=hidden)
    world.mark(hidden, "iraq", label=world.label("iraq"))
    world.sign_in(client, "nmi", Role.ADVISER)
    lines = exported(client)
    assert NAME not in str(lines)
    assert {line["Counterpart"] for line in lines if line["Position"] == "Adviser"} == {"not shared with us"}
    assert {line["Person"] for line in lines if line["Position"] == "Director"} == {"name not shared with us"}
    world.sign_in(client, "iraq", Role.COUNTERPART)
    lines = exported(client)
    assert {line["Person"] for line in lines if line["Position"] == "Director"} == {NAME}
    assert {line["Marking"] for line in lines if line["Position"] == "Director"} == {
        "UNCLASSIFIED · releasable to Republic of Iraq"
    }
