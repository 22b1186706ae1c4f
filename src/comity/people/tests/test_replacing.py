"""A holder is replaced in one step: one appointment ends, one begins, and nothing else moves."""

from typing import Any

import pytest
from django.utils import timezone

from comity.kernel.dates import PartialDate
from comity.kernel.errors import StaleRevision
from comity.people.actions import BeforeHolder, SameHolder, present_holders, replace_holder
from comity.people.models import Appointment, Position
from comity.responses.tests.world import AT, World, refused, text, written

TODAY = timezone.localdate(AT)


@pytest.fixture
def post(world: World) -> Any:
    """A post with a holder and a counterpart on the other side, each of which names the other."""
    theirs = world.enter("people.position", "iraq", title=text("Director, supply"))
    row = world.enter("people.position", title=text("Adviser, logistics"), counterpart=theirs)
    world.amend(theirs, "iraq", counterpart=row)
    world.enter("people.appointment", position=row, starts="2024")
    return row


def take_over(world: World, post: Any, person: Any, starts: str = "2025-07-01", **how: Any) -> Any:
    actor = world.subject("nmi")
    rows = present_holders(post.pk, actor, TODAY)
    given = {
        "position": post.record,
        "person": getattr(person, "record", person),
        "status": "confirmed",
        "starts": PartialDate.parse(starts),
        "leaving": {row.pk: row.record.revision for row in rows},
        "label": world.label(),
        "actor": actor,
        "at": AT,
    }
    return replace_holder(**{**given, **how})


def terms(post: Any) -> list[tuple[str | None, str | None, str]]:
    rows = Appointment.objects.system("test").filter(position=post.pk).order_by("pk")
    return [(row.starts and row.starts.text, row.ends and row.ends.text, row.status) for row in rows]


def test_one_term_ends_on_the_day_the_next_begins(world: World, post: Any):
    person = world.enter("people.person")
    before = written()
    take_over(world, post, person)
    assert terms(post) == [("2024", "2025-07-01", "confirmed"), ("2025-07-01", None, "confirmed")]
    after = written()
    assert after[-1] - before[-1] == 2, "one entry of the log for each of the two appointments, and none besides"
    assert Position.objects.system("test").get(pk=post.pk).counterpart_id is not None


def test_both_happen_or_neither(world: World, post: Any):
    """The successor's entry is refused, so the holder's term does not end either."""
    person = world.enter("people.person", born="2025")
    with pytest.raises(Exception, match="born"):
        take_over(world, post, person, starts="2024-06")
    assert terms(post) == [("2024", None, "confirmed")]


def test_nobody_replaces_themselves_or_begins_before_the_holder(world: World, post: Any):
    holder = Appointment.objects.system("test").get(position=post.pk).person
    person = world.enter("people.person")
    with refused((SameHolder, "person")):
        take_over(world, post, holder)
    with refused((BeforeHolder, "starts")):
        take_over(world, post, person, starts="2023")


def test_a_holder_who_changed_meanwhile_is_not_ended(world: World, post: Any):
    person, row = world.enter("people.person"), Appointment.objects.system("test").get(position=post.pk)
    with refused((StaleRevision, None)):
        take_over(world, post, person, leaving={row.pk: 7})
    with refused((StaleRevision, None)):
        take_over(world, post, person, leaving={})


def test_whoever_was_designated_takes_up_that_appointment(world: World, post: Any):
    row = world.enter("people.appointment", position=post, status="designated")
    take_over(world, post, row.person)
    assert terms(post) == [("2024", "2025-07-01", "confirmed"), ("2025-07-01", None, "confirmed")]


def test_of_several_holders_one_leaves(world: World):
    post = world.enter("people.position", holders="many")
    first, second = (world.enter("people.appointment", position=post, starts="2024") for _ in range(2))
    take_over(world, post, world.enter("people.person"), leaving={second.pk: 1})
    assert [ends for _starts, ends, _status in terms(post)] == [None, "2025-07-01", None]
    assert first.pk < second.pk


def test_what_another_party_states_or_a_source_reports_is_not_ended(world: World):
    post = world.enter("people.position", "iraq")
    world.enter("people.appointment", "iraq", position=post, starts="2024")
    world.enter("people.appointment", position=post, starts="2024", status="reported")
    take_over(world, post, world.enter("people.person"))
    assert [ends for _starts, ends, _status in terms(post)] == [None, None, None]
