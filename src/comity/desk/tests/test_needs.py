"""What waits for each office, and for nobody else."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from comity.desk.queries import needs
from comity.kernel.ids import PartyId
from comity.labels.subject import Role
from comity.parties.actions import found_party
from comity.programme.models import Mandate
from comity.programme.queries import programmes
from comity.responses.tests.world import AT, ON, World, text
from comity.shell.needs import Need

CHANGED = "Changed since your letter: say again whether you concur"
ANSWER, CONFIRM = "Proposed, awaiting your official position", "The signatory's term has ended: confirm the concurrence"
DUE, VERIFY = "Measurement due", "Not verified by your party yet"
NOBODY: list[str] = []


def waiting(world: World, side: str, *roles: Role, on: date = ON) -> list[Need]:
    subject = world.subject(side, *roles)
    return needs(subject, programmes(subject, on), on)


def what(world: World, side: str, *roles: Role, on: date = ON) -> list[str]:
    return [need.more for need in waiting(world, side, *roles, on=on)]


def days(start: str, end: str = "") -> dict[str, Any]:
    return {"period_start": date.fromisoformat(start), "period_end": date.fromisoformat(end or start)}


# ------------------------------------------------------------------------------------------------------- concurrence


@pytest.mark.parametrize(
    ("side", "role", "expected"),
    [
        ("iraq", Role.REGISTRY_CLERK, [ANSWER]),
        ("iraq", Role.CHIEF, [ANSWER]),
        ("iraq", Role.COUNTERPART, NOBODY),
        ("iraq", Role.SECURITY_OFFICER, NOBODY),
        ("nmi", Role.REGISTRY_CLERK, NOBODY),
        ("nmi", Role.CHIEF, NOBODY),
        ("nmi", Role.AUDITOR, NOBODY),
    ],
)
def test_the_host_is_asked_for_its_position_by_who_may_give_it(
    world: World, side: str, role: Role, expected: list[str]
):
    world.enter("programme.objective", "nmi")
    assert what(world, side, role) == expected


def test_what_is_asked_leads_to_the_form_and_names_who_proposed_it(world: World):
    row = world.enter("programme.objective", statement=text("Convoys arrive"))
    (need,) = waiting(world, "iraq", Role.REGISTRY_CLERK)
    assert (need.what, need.who) == ("Convoys arrive", world.nmi)
    assert need.address == f"/enter/responses.concurrence/?about={row.record.slug}"


@pytest.mark.parametrize("position", ["concurs", "with_conditions", "refuses", "withdrawn", "in_discussion"])
def test_an_answer_of_any_kind_ends_the_question(world: World, position: str):
    world.concur(world.enter("programme.objective"), position=position, conditions=text("In Arabic"))
    assert what(world, "iraq", Role.REGISTRY_CLERK) == []


def test_a_text_that_changed_since_the_letter_asks_again(world: World):
    row = world.enter("programme.objective")
    world.concur(row)
    world.amend(row, statement=text("Something else"))
    assert what(world, "iraq", Role.REGISTRY_CLERK) == [CHANGED]
    assert what(world, "nmi", Role.CHIEF) == []
    world.concur(row, letter_number="78/2025")
    assert what(world, "iraq", Role.REGISTRY_CLERK) == []


@pytest.mark.parametrize("handle", ["aland", "zed"])
def test_only_the_host_of_the_mandate_is_asked(world: World, handle: str, tmp_path: Path):
    other = found_party(handle=handle, name=text("Aland"), nature="host", home=tmp_path, at=AT)
    row = world.enter("programme.objective", label=world.label())
    label = replace(world.label(), releasable_to=world.label().releasable_to | {PartyId(other.pk)})
    for one in (row, Mandate.objects.system("test").get(pk=row.mandate_id)):
        world.mark(one, "iraq" if isinstance(one, Mandate) else "nmi", label=label)
    clerk = replace(world.subject("iraq", Role.REGISTRY_CLERK), party=PartyId(other.pk))
    assert [line.row.pk for programme in programmes(clerk, ON) for line in programme.lines] == [row.pk]
    assert needs(clerk, programmes(clerk, ON), ON) == []
    assert what(world, "iraq", Role.REGISTRY_CLERK) == [ANSWER]


def test_a_working_view_is_no_answer(world: World):
    world.enter("responses.concurrence", "iraq", about=world.enter("programme.objective"), view="working")
    assert what(world, "iraq", Role.REGISTRY_CLERK) == [ANSWER]


@pytest.mark.parametrize("fields", [{"stage": "draft"}, {"label": "nmi"}], ids=["a draft", "not shared"])
def test_what_is_not_submitted_to_the_host_asks_it_nothing(world: World, fields: dict[str, Any]):
    label = world.label("nmi") if fields.pop("label", None) else None
    world.enter("programme.objective", label=label, **fields)
    assert what(world, "iraq", Role.REGISTRY_CLERK) == []


def test_a_signatory_who_left_asks_for_the_letter_to_be_confirmed(world: World):
    row, post = world.enter("programme.objective"), world.enter("people.position", "iraq")
    world.enter("people.appointment", "iraq", position=post, starts="2024", ends="2025-07-10")
    world.concur(row, signatory=post)
    assert what(world, "iraq", Role.REGISTRY_CLERK) == [CONFIRM]
    assert what(world, "nmi", Role.CHIEF) == []


# --------------------------------------------------------------------------------------------------------------- due


@pytest.fixture
def quarterly(world: World) -> Any:
    """An indicator that the mission reports each quarter, measured to the end of March."""
    row = world.enter("programme.indicator", "nmi", title=text("Convoys"))
    world.enter("programme.measurement", indicator=row, value=1, **days("2025-03-31"))
    own = world.enter("responses.verification", "iraq", about=last(world, row))
    assert own
    return row


def last(world: World, row: Any) -> Any:
    from comity.programme.models import Measurement

    return Measurement.objects.visible_to(world.subject("nmi")).filter(indicator=row.record).latest("pk")


@pytest.mark.parametrize(
    ("side", "role", "expected"),
    [
        ("nmi", Role.ADVISER, [DUE]),
        ("nmi", Role.TRAINING_MANAGER, [DUE]),
        ("nmi", Role.SECURITY_OFFICER, NOBODY),
        ("nmi", Role.AUDITOR, NOBODY),
        ("iraq", Role.COUNTERPART, NOBODY),
    ],
)
def test_who_reports_is_reminded_by_who_may_measure(
    world: World, quarterly: Any, side: str, role: Role, expected: list[str]
):
    assert what(world, side, role) == expected


def test_a_reminder_comes_when_the_quarter_is_over_and_goes_with_the_figure(world: World, quarterly: Any):
    assert what(world, "nmi", Role.ADVISER, on=date(2025, 6, 30)) == []
    assert what(world, "nmi", Role.ADVISER, on=date(2025, 7, 1)) == [DUE]
    (need,) = waiting(world, "nmi", Role.ADVISER)
    assert need.address == f"/enter/programme.measurement/?about={quarterly.record.slug}"
    world.enter("programme.measurement", indicator=quarterly, value=2, **days("2025-06-30"))
    assert what(world, "nmi", Role.ADVISER) == []


def test_what_was_never_measured_is_due_with_its_first_target(world: World):
    row = world.enter("programme.indicator", "nmi")
    world.enter("programme.target", indicator=row, value=1, **days("2025-07-10"))
    assert what(world, "nmi", Role.ADVISER, on=date(2025, 7, 9)) == []
    assert what(world, "nmi", Role.ADVISER) == [DUE]


# ------------------------------------------------------------------------------------------------------------ verify


@pytest.fixture
def reported(world: World) -> Any:
    """An indicator measured by the mission in March and in June."""
    row = world.enter("programme.indicator", "nmi", title=text("Convoys"), frequency="yearly")
    for day in ("2025-03-31", "2025-06-30"):
        world.enter("programme.measurement", indicator=row, value=1, **days(day))
    return row


@pytest.mark.parametrize(
    ("side", "role", "expected"),
    [
        ("iraq", Role.COUNTERPART, [VERIFY]),
        ("iraq", Role.SECURITY_OFFICER, NOBODY),
        ("nmi", Role.ADVISER, NOBODY),
        ("nmi", Role.AUDITOR, NOBODY),
    ],
)
def test_the_other_side_is_asked_to_verify(world: World, reported: Any, side: str, role: Role, expected: list[str]):
    assert what(world, side, role) == expected


def test_the_newest_figure_is_asked_for_and_no_older_one_after_it(world: World, reported: Any):
    (need,) = waiting(world, "iraq", Role.COUNTERPART)
    newest = last(world, reported)
    assert need.address == f"/enter/responses.verification/?about={newest.record.slug}"
    assert need.what == "Convoys: 1 · 30 June 2025"
    world.enter("responses.verification", "iraq", about=newest)
    assert what(world, "iraq", Role.COUNTERPART) == []


def test_a_correction_is_asked_for_in_the_place_of_what_it_corrects(world: World, reported: Any):
    first = last(world, reported)
    world.enter("responses.verification", "iraq", about=first)
    second = world.enter("programme.measurement", indicator=reported, value=2, supersedes=first, **days("2025-06-30"))
    (need,) = waiting(world, "iraq", Role.COUNTERPART)
    assert second.record.slug in need.address


def test_every_place_of_the_newest_day_is_asked_for_one_after_another(world: World, reported: Any):
    other = world.enter("programme.measurement", indicator=reported, value=2, place="IQG07", **days("2025-06-30"))
    (need,) = waiting(world, "iraq", Role.COUNTERPART)
    assert other.record.slug in need.address
    world.enter("responses.verification", "iraq", about=other)
    assert what(world, "iraq", Role.COUNTERPART) == [VERIFY]


def test_what_is_not_shared_is_not_asked_for(world: World):
    row = world.enter("programme.indicator", "nmi", label=world.label("nmi"))
    world.enter("programme.measurement", indicator=row, value=1)
    assert what(world, "iraq", Role.COUNTERPART) == []


def test_a_figure_kept_from_us_does_not_stand_before_the_one_we_may_read(world: World, reported: Any):
    newest = last(world, reported)
    world.mark(newest, label=world.label("nmi"))
    (need,) = waiting(world, "iraq", Role.COUNTERPART)
    assert need.what == "Convoys: 1 · 31 March 2025"


def test_our_own_figures_are_not_for_us_to_verify(world: World):
    row = world.enter("programme.indicator", "nmi")
    world.enter("programme.measurement", "iraq", indicator=row, value=1)
    assert VERIFY not in what(world, "iraq", Role.COUNTERPART)
    assert VERIFY in what(world, "nmi", Role.ADVISER)
