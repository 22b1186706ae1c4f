"""What may be entered of people: each rule, from an allowed case with one thing broken."""

from typing import Any

import pytest

from comity.kernel.dates import ImpossibleDate
from comity.people import entry_rules as rules
from comity.records.checking import FieldMissing, NotAChoice
from comity.responses.tests.world import World, refused, text

MARKS = ["\u200e", "\u200f", "\u061c", "\u202e", "\u2067"]


def test_a_term_runs_forwards(world: World):
    post, person = world.enter("people.position"), world.enter("people.person")
    with refused((rules.TermEndsBeforeItStarts, "ends")):
        world.enter("people.appointment", position=post, person=person, starts="2025-02", ends="2025-01")
    world.enter("people.appointment", position=post, person=person, starts="2025", ends="2025-01")


def test_a_post_is_not_its_own_counterpart(world: World):
    post = world.enter("people.position")
    with refused((rules.OwnCounterpart, "counterpart")):
        world.amend(post, counterpart=post)
    world.amend(post, counterpart=world.enter("people.position"))


def test_an_organisation_is_not_inside_itself_by_any_way_round(world: World):
    top = world.enter("people.organisation")
    middle = world.enter("people.organisation", parent=top)
    bottom = world.enter("people.organisation", parent=middle)
    for parent in (top, middle, bottom):
        with refused((rules.InsideItself, "parent")):
            world.amend(top, parent=parent)
    world.amend(bottom, parent=top)


# --------------------------------------------------------------------------------------------------------------- names


@pytest.mark.parametrize("code", ["people.person", "people.mention"])
@pytest.mark.parametrize("mark", MARKS)
def test_a_name_holds_no_mark_that_turns_it(world: World, code: str, mark: str):
    above = {"named_in": world.enter("people.position")} if code == "people.mention" else {}
    for name, fields in (
        ("name", {"name": text("Zebulon", f"زبو{mark}لون")}),
        ("variants", {"variants": ["Zebulon", f"Zeb{mark}ulon"]}),
    ):
        with refused((rules.NameHoldsMarks, name)):
            world.enter(code, **above, **fields)


def test_scripts_may_be_mixed_and_joiners_may_stay(world: World):
    """Kurdish and Persian spell with the zero-width non-joiner; it turns nothing."""
    world.enter("people.person", name=text("al-Zebulon الزبولون", "نه\u200cوروز"), variants=["زبولون", "Zabulon"])


# --------------------------------------------------------------------------------------------------------------- births


def test_of_a_birth_only_the_year_is_kept(world: World):
    for day in ("1970-03", "1970-03-21"):
        with refused((rules.BornTooExactly, "born")):
            world.enter("people.person", born=day)
    with refused((rules.BornLater, "born")):
        world.enter("people.person", born="2026")
    world.enter("people.person", born="1970")


@pytest.mark.parametrize(
    ("field", "term"),
    [("starts", {"starts": "1969"}), ("observed", {"observed": ["1969-12-31"], "status": "reported"})],
)
def test_nobody_is_appointed_before_their_birth(world: World, field: str, term: dict[str, Any]):
    post, person = world.enter("people.position"), world.enter("people.person", born="1970")
    with refused((rules.AppointedBeforeBirth, field)):
        world.enter("people.appointment", position=post, person=person, **term)
    world.enter("people.appointment", position=post, person=person, starts="1970")


def test_nobody_is_born_after_their_appointment(world: World):
    person = world.enter("people.person")
    world.enter("people.appointment", person=person, starts="1990-05")
    with refused((rules.BornAfterAppointment, "born")):
        world.amend(person, born="1991")
    world.amend(person, born="1990")


# ------------------------------------------------------------------------------------------------------------- overlaps


def test_one_holder_at_a_time(world: World):
    post, next_one = world.enter("people.position"), world.enter("people.person")
    world.enter("people.appointment", position=post, starts="2024-01-01", ends="2025-01-01")
    with refused((rules.PostIsHeld, "starts")):
        world.enter("people.appointment", position=post, person=next_one, starts="2024-12-31")
    world.enter("people.appointment", position=post, starts="2025-01-01")


@pytest.mark.parametrize("change", ["another post", "several holders", "designated", "reported", "another party"])
def test_what_is_no_second_holder_is_taken(world: World, change: str):
    post = world.enter("people.position", holders="many" if change == "several holders" else "one")
    world.enter("people.appointment", position=post, starts="2024")
    by = "iraq" if change == "another party" else "nmi"
    status = change if change in ("designated", "reported") else "confirmed"
    position = world.enter("people.position") if change == "another post" else post
    world.enter("people.appointment", by, position=position, starts="2024-05", status=status)


def test_nobody_holds_one_post_twice_at_a_time(world: World):
    post, person = world.enter("people.position", holders="many"), world.enter("people.person")
    world.enter("people.appointment", position=post, person=person, starts="2024", status="acting")
    with refused((rules.HeldTwice, "starts")):
        world.enter("people.appointment", position=post, person=person, starts="2025-01-01")
    world.enter("people.appointment", person=person, starts="2025-01-01")


def test_what_contradicts_already_may_be_mended_elsewhere(world: World):
    post = world.enter("people.position", holders="many")
    rows = [world.enter("people.appointment", position=post, starts="2024") for _ in range(2)]
    world.amend(post, holders="one")
    world.amend(rows[0], note=text("Both are in the files."))
    with refused((rules.PostIsHeld, "starts")):
        world.amend(rows[0], starts="2024-02")
    world.amend(rows[0], starts="2023", ends="2024")


def test_days_in_office_are_dates(world: World):
    with pytest.raises(ImpossibleDate):
        world.enter("people.appointment", observed=["yesterday"])


# ---------------------------------------------------------------------------------------------------------- delegations


def test_somebody_else_stands_in(world: World):
    held = world.enter("people.appointment", starts="2024")
    post, holder = held.position, held.person
    deputy = world.enter("people.position", title=text("Deputy"))
    with refused((rules.NobodyStandsIn, "delegate")):
        world.enter("people.delegation", position=post, delegate=None)
    with refused((rules.StandsInForItself, "delegate")):
        world.enter("people.delegation", position=post, delegate=post)
    with refused((rules.StandsInForItself, "person")):
        world.enter("people.delegation", position=post, person=holder)
    with refused((rules.TermEndsBeforeItStarts, "ends")):
        world.enter("people.delegation", position=post, delegate=deputy, ends="2025-06")
    with refused((FieldMissing, "starts")):
        world.enter("people.delegation", position=post, delegate=deputy, starts=None)
    world.enter("people.delegation", position=post, delegate=deputy, ends="2025-07-14")
    world.enter("people.delegation", position=post, person=world.enter("people.person"), ends="2025-07-14")


# ------------------------------------------------------------------------------------------------------ identifications


def test_a_party_says_of_anothers_mention_who_it_is(world: World):
    mention = world.enter("people.mention", "iraq", named_in=world.enter("people.position"))
    person = world.enter("people.person", "nmi")
    with refused((NotAChoice, "finding")):
        world.enter("people.identification", "nmi", mention=mention, person=person, finding="surely")
    row = world.enter("people.identification", "nmi", mention=mention, person=person, finding="perhaps")
    world.amend(row, finding="same", grounds=text("The letter gives the office."))
