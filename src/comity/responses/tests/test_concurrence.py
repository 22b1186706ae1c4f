"""What a concurrence and a verification must say to be entered."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.errors import NotFound, RoleMissing
from comity.labels.scale import USE_CAVEATS
from comity.labels.subject import Role
from comity.records.checking import FieldMissing, WrongKind
from comity.responses import domain
from comity.responses.domain import Position, View
from comity.responses.models import Concurrence
from comity.responses.tests.world import LETTER, ON, World, refused, text

COMPLETE: dict[str, Any] = {
    "position": Position.CONCURS,
    "view": View.OFFICIAL,
    "letter_number": "77/2025",
    "letter_date": date(2025, 7, 1),
    "has_authority": True,
    "has_conditions": True,
    "today": ON,
}
BROKEN: dict[Any, dict[str, Any]] = {
    domain.OfficialNeedsLetter: {"letter_number": "  "},
    domain.OfficialNeedsDate: {"letter_date": None},
    domain.OfficialNeedsAuthority: {"has_authority": False},
    domain.LetterFromTheFuture: {"letter_date": date(2025, 7, 16)},
    domain.ConditionsMissing: {"position": Position.WITH_CONDITIONS, "has_conditions": False},
}


def refusals(**changes: Any) -> list[type]:
    return [type(error) for error in domain.concurrence_refusals(**{**COMPLETE, **changes})]


@given(
    position=st.sampled_from([*Position]),
    view=st.sampled_from([*View]),
    number=st.text(min_size=1).filter(str.strip),
    day=st.dates(max_value=ON),
)
def test_a_complete_one_is_taken_whatever_it_says(position: Position, view: View, number: str, day: date):
    assert refusals(position=position, view=view, letter_number=number, letter_date=day) == []


@pytest.mark.parametrize("error", BROKEN, ids=lambda error: error.__name__)
def test_each_thing_that_is_missing_is_named_alone(error: type):
    assert refusals(**BROKEN[error]) == [error]


def test_all_that_is_missing_is_named_at_once():
    found = refusals(letter_number="", letter_date=None, has_authority=False)
    assert found == [domain.OfficialNeedsLetter, domain.OfficialNeedsDate, domain.OfficialNeedsAuthority]


@pytest.mark.parametrize("changes", [{"view": View.WORKING}, {"position": Position.IN_DISCUSSION}])
def test_a_working_view_and_what_is_in_discussion_need_no_letter(changes: Any):
    assert refusals(**changes, letter_number="", letter_date=None, has_authority=False) == []


def test_a_letter_of_today_is_not_of_the_future():
    assert refusals(letter_date=ON) == []


# ----------------------------------------------------------------------------------------------------- as entered


def test_the_clerk_of_the_registry_enters_it_for_the_ministry(world: World):
    about = world.enter("programme.objective")
    clerk = world.subject("iraq", Role.REGISTRY_CLERK)
    made = world.enter("responses.concurrence", "iraq", about=about, actor=clerk, **LETTER)
    kept = Concurrence.objects.visible_to(world.subject("nmi")).get(pk=made.pk)
    assert (kept.letter_number, kept.letter_date, kept.authority) == tuple(LETTER.values())
    assert kept.record.party_id == world.iraq.pk


def test_an_adviser_does_not(world: World):
    about = world.enter("programme.objective")
    with refused((RoleMissing, None)):
        world.enter("responses.concurrence", about=about, actor=world.subject("nmi", Role.ADVISER), **LETTER)


def test_an_official_one_without_its_letter_is_refused_whole(world: World):
    about = world.enter("programme.objective")
    with refused(
        (domain.OfficialNeedsLetter, "letter_number"),
        (domain.OfficialNeedsDate, "letter_date"),
        (domain.OfficialNeedsAuthority, "authority"),
    ):
        world.enter("responses.concurrence", "iraq", about=about, authority=text("  "))


def test_conditions_of_blanks_are_none(world: World):
    about = world.enter("programme.objective")
    with refused((domain.ConditionsMissing, "conditions")):
        world.concur(about, position="with_conditions", conditions=text(" "))


def test_a_letter_of_the_future_is_refused(world: World):
    about = world.enter("programme.objective")
    with refused((domain.LetterFromTheFuture, "letter_date")):
        world.concur(about, letter_date=date(2025, 7, 16))


def test_a_refusal_needs_no_reason(world: World):
    made = world.concur(world.enter("programme.objective"), position="refuses")
    assert made.reason is None


def test_it_carries_the_label_of_what_it_is_about(world: World):
    about = world.enter("programme.objective", label=world.label("iraq", "nmi", caveats=USE_CAVEATS))
    made = world.concur(about)
    assert made.label_id == about.label_id
    without = replace(world.subject("nmi"), caveats=frozenset())
    assert not Concurrence.objects.visible_to(without).exists()


@pytest.mark.parametrize("side", ["nmi", "iraq"])
@pytest.mark.parametrize("view", ["official", "working"])
def test_a_party_does_not_concur_with_its_own_record(world: World, side: str, view: str):
    about = world.enter("programme.objective", side)
    with refused((domain.OwnRecord, "about")):
        world.concur(about, side, view=view)


def test_nobody_speaks_of_what_it_cannot_see(world: World):
    about = world.enter("programme.objective", label=world.label("nmi"))
    with refused((NotFound, "about")):
        world.concur(about)


# ----------------------------------------------------------------------------------------------------- verification


def test_a_party_does_not_verify_its_own_figure(world: World):
    figure = world.enter("programme.measurement", value=12)
    with refused((domain.OwnMeasurement, "about")):
        world.enter("responses.verification", about=figure)
    world.enter("responses.verification", "iraq", about=figure)


def test_a_verification_is_not_of_the_future(world: World):
    figure = world.enter("programme.measurement", value=12)
    with refused((domain.VerifiedInTheFuture, "verified_on")):
        world.enter("responses.verification", "iraq", about=figure, verified_on=date(2025, 7, 16))


def test_only_a_measurement_is_verified(world: World):
    about = world.enter("programme.objective")
    with refused((WrongKind, "about")):
        world.enter("responses.verification", "iraq", about=about)


def test_a_verification_says_what_was_found_and_when(world: World):
    figure = world.enter("programme.measurement", value=12)
    with refused((FieldMissing, "finding"), (FieldMissing, "verified_on")):
        world.enter("responses.verification", "iraq", about=figure, finding="", verified_on=None)
