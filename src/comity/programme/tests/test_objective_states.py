"""What an objective is called follows from what the host said, never from what anybody stored."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.queries import label_of
from comity.labels.subject import Role, Subject
from comity.parties.actions import found_party
from comity.parties.models import Party
from comity.programme import gathering
from comity.programme.domain.vocabulary import ObjectiveState
from comity.programme.models import Mandate
from comity.programme.queries import ObjectiveLine, objective_line, programmes
from comity.programme.wording import OBJECTIVE
from comity.records.work import act
from comity.responses.models import Concurrence
from comity.responses.tests.world import AT, LETTER, ON, World, text
from comity.responses.wording import said_since

S = ObjectiveState


def line(world: World, row: Any, reader: Subject | None = None, on: date = ON) -> ObjectiveLine:
    return objective_line(row.pk, reader or world.subject("nmi"), on)[0]


def state(world: World, row: Any, reader: Subject | None = None, on: date = ON) -> ObjectiveState:
    return line(world, row, reader, on).standing.state


@pytest.fixture
def proposed(world: World) -> Any:
    """An objective that the mission proposes under the host's mandate."""
    return world.enter("programme.objective", "nmi")


def test_silence_is_not_consent_on_either_side(world: World, proposed: Any):
    for side in ("nmi", "iraq"):
        standing = line(world, proposed, world.subject(side)).standing
        assert (standing.state, standing.concurrence) == (S.PROPOSED, None)


def test_the_hosts_official_word_makes_it_active_for_both(world: World, proposed: Any):
    world.concur(proposed)
    assert [state(world, proposed, world.subject(side)) for side in ("nmi", "iraq")] == [S.ACTIVE, S.ACTIVE]


def test_the_hosts_own_objective_needs_nobodys_word(world: World):
    assert state(world, world.enter("programme.objective", "iraq")) is S.ACTIVE


def test_a_word_of_another_party_than_the_host_changes_nothing(world: World, proposed: Any):
    said_unchecked(world, "nmi", proposed)
    assert state(world, proposed) is S.PROPOSED


def said_unchecked(world: World, by: str, about: Any, **fields: Any) -> Any:
    """A word as another node may send it, whatever the rules of entry here would say of it."""
    given = {"position": "concurs", "view": "official", **LETTER, **fields}
    with act(world.subject(by), AT) as work:
        return work.create(Concurrence, label=label_of(about.label_id), about=about.record, **given)


def test_a_working_view_is_shown_and_changes_nothing(world: World, proposed: Any):
    world.enter("responses.concurrence", "iraq", about=proposed, view="working", reason=text("Looks right"))
    standing = line(world, proposed).standing
    assert (standing.state, standing.concurrence) == (S.PROPOSED, None)
    assert standing.working_view is not None


def test_a_working_view_takes_nothing_back(world: World, proposed: Any):
    world.concur(proposed)
    world.enter("responses.concurrence", "iraq", about=proposed, view="working", position="refuses")
    assert state(world, proposed) is S.ACTIVE


@pytest.mark.parametrize("position", ["refuses", "withdrawn", "in_discussion"])
def test_what_takes_consent_back_makes_it_proposed_again(world: World, proposed: Any, position: str):
    world.concur(proposed)
    world.concur(proposed, position=position)
    assert state(world, proposed) is S.PROPOSED


def test_the_last_word_by_the_log_counts_whatever_its_letter_is_dated(world: World, proposed: Any):
    world.concur(proposed, position="refuses", letter_date=date(2025, 7, 10))
    world.concur(proposed, letter_date=date(2025, 7, 1))
    assert state(world, proposed) is S.ACTIVE


def test_a_refusal_stays_visible_with_and_without_its_reason(world: World, proposed: Any):
    world.concur(proposed, position="refuses", reason=text("Not now"))
    world.concur(proposed, position="refuses")
    world.concur(proposed)
    standing = line(world, proposed).standing
    assert standing.state is S.ACTIVE
    assert [refusal.reason and refusal.reason.versions["en"] for refusal in standing.refusals] == ["Not now", None]


def test_conditions_come_with_it(world: World, proposed: Any):
    world.concur(proposed, position="with_conditions", conditions=text("In Arabic too"))
    standing = line(world, proposed).standing
    assert (standing.state, standing.has_conditions) == (S.ACTIVE, True)
    assert standing.concurrence is not None
    assert standing.concurrence.conditions is not None


@pytest.mark.parametrize(("stage", "expected"), [("draft", S.DRAFT), ("superseded", S.SUPERSEDED)])
def test_what_its_owner_says_of_the_stage_goes_first(world: World, stage: str, expected: ObjectiveState):
    row = world.enter("programme.objective", stage=stage)
    world.concur(row)
    assert state(world, row) is expected


def test_a_mandate_that_ended_retires_it(world: World):
    mandate = world.enter("programme.mandate", "iraq", begins="2018", ends="2025-07-14")
    row = world.enter("programme.objective", "iraq", mandate=mandate)
    assert state(world, row) is S.RETIRED
    assert state(world, row, on=date(2025, 7, 14)) is S.ACTIVE


def test_under_a_mandate_that_is_not_shown_it_is_endorsed_and_says_so(world: World):
    mandate = world.enter("programme.mandate", "iraq", label=world.label("iraq"))
    row = world.enter("programme.objective", "iraq", mandate=mandate)
    assert state(world, row, world.subject("iraq")) is S.ACTIVE
    standing = line(world, row, world.subject("nmi")).standing
    assert standing.state is S.ENDORSED
    assert standing.because[-1].message == "No mandate is shown to you."
    (programme,) = programmes(world.subject("nmi"), ON)
    assert programme.row is None
    assert [one.row.pk for one in programme.lines] == [row.pk]


def test_when_every_indicator_is_achieved_so_is_it(world: World):
    row = world.enter("programme.objective", "iraq")
    measured(world, row, "iraq", "iraq", reached=False)
    assert state(world, row) is S.ACTIVE
    row = world.enter("programme.objective", "iraq")
    measured(world, row, "iraq", "iraq")
    assert state(world, row) is S.ACHIEVED


def measured(world: World, row: Any, result_of: str, indicator_of: str, *, reached: bool = True) -> Any:
    """An indicator under `row`, of which the target is reached or not measured."""
    result = world.enter("programme.result", result_of, objective=row)
    made = world.enter("programme.indicator", indicator_of, result=result)
    world.enter("programme.target", indicator_of, indicator=made, value=10)
    if reached:
        world.enter("programme.measurement", indicator_of, indicator=made, value=10)
    return made


@pytest.mark.parametrize(("result_of", "indicator_of"), [("nmi", "nmi"), ("iraq", "nmi"), ("nmi", "iraq")])
def test_what_another_party_measures_it_by_is_its_proposal_and_achieves_nothing(
    world: World, result_of: str, indicator_of: str
):
    row = world.enter("programme.objective", "iraq")
    made = measured(world, row, result_of, indicator_of)
    found = line(world, row)
    assert found.standing.state is S.ACTIVE
    assert (found.picture.total, found.indicators) == (0, ())
    assert [one.row.pk for one in found.proposed] == [made.pk]


def test_a_proposal_unmeasured_holds_nothing_back(world: World):
    row = world.enter("programme.objective", "iraq")
    measured(world, row, "iraq", "iraq")
    measured(world, row, "nmi", "nmi", reached=False)
    assert state(world, row) is S.ACHIEVED


def test_of_a_proposed_objective_its_owner_and_the_host_both_measure(world: World, proposed: Any):
    world.concur(proposed)
    for side in ("nmi", "iraq"):
        measured(world, proposed, side, side)
    found = line(world, proposed)
    assert (found.standing.state, found.picture.total, found.proposed) == (S.ACHIEVED, 2, ())


def test_the_page_shows_a_proposal_beside_with_whose_it_is(world: World, client: Client):
    row = world.enter("programme.objective", "iraq")
    made = measured(world, row, "nmi", "nmi")
    world.sign_in(client, "iraq", Role.CHIEF)
    page = client.get(reverse("programme:objective", args=[row.record.slug])).text
    assert "Proposed by others, not counted in the state of the objective" in page
    assert "proposed by Mission" in page
    assert made.record.slug in page
    assert "No indicator says how far this objective is reached" in page


# ---------------------------------------------------------------------------------- a word is given to one wording

CHANGES: list[dict[str, Any]] = [
    {"statement": text("Something else")},
    {"outcome": text("Something else")},
    {"area": "cybersecurity"},
    {"starts": "2025"},
    {"ends": "2030"},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
@pytest.mark.parametrize("position", ["concurs", "with_conditions"])
def test_what_was_agreed_and_then_rewritten_is_proposed_again(
    world: World, proposed: Any, change: dict[str, Any], position: str
):
    world.concur(proposed, position=position, conditions=text("In Arabic too"))
    world.amend(proposed, **change)
    for side in ("nmi", "iraq"):
        standing = line(world, proposed, world.subject(side)).standing
        assert (standing.state, standing.changed_since, standing.has_conditions) == (S.PROPOSED, True, False)
        assert standing.because[0].said().startswith("Changed since the host's letter 77/2025 of 2025-07-01")


def test_moved_under_another_mandate_or_objective_it_is_proposed_again(world: World, proposed: Any):
    for name, other in (("mandate", world.enter("programme.mandate", "iraq")), ("parent", proposed)):
        row = world.enter("programme.objective", "nmi")
        world.concur(row)
        world.amend(row, **{name: other})
        assert state(world, row) is S.PROPOSED, name


def test_a_remark_an_unchanged_text_and_a_checked_translation_change_no_wording(world: World, proposed: Any):
    world.concur(proposed)
    world.amend(proposed, note=text("A doubt"))
    world.amend(proposed, statement=proposed.statement)
    assert state(world, proposed) is S.ACTIVE
    row = world.enter("programme.objective", statement=translated(checked=False))
    world.concur(row)
    world.amend(row, statement=translated(checked=True))
    assert state(world, row) is S.ACTIVE


def translated(*, checked: bool) -> dict[str, Any]:
    return {**text("Supplies", "إمدادات"), "translation": {"ar": {"by": "somebody", "checked": checked}}}


def test_the_hosts_next_word_is_given_to_the_new_wording(world: World, proposed: Any):
    world.concur(proposed)
    world.amend(proposed, statement=text("Something else"))
    world.concur(proposed, letter_number="78/2025")
    assert state(world, proposed) is S.ACTIVE


def test_a_remark_on_an_old_letter_gives_it_no_new_weight(world: World, proposed: Any):
    word = world.concur(proposed)
    world.amend(proposed, statement=text("Something else"))
    world.amend(word, "iraq", note=text("Scanned by the registry"))
    assert state(world, proposed) is S.PROPOSED
    world.amend(word, "iraq", letter_number="78/2025")
    assert state(world, proposed) is S.ACTIVE


def test_changed_and_changed_back_asks_again_all_the_same(world: World, proposed: Any):
    world.concur(proposed)
    world.amend(proposed, statement=text("Something else"))
    world.amend(proposed, statement=proposed.statement)
    assert state(world, proposed) is S.PROPOSED


def test_many_words_cost_no_more_questions(world: World, proposed: Any, django_assert_num_queries: Any):
    rows = [proposed.record.pk, *(world.enter("programme.objective").record.pk for _ in range(4))]
    with django_assert_num_queries(1):
        assert said_since(dict.fromkeys(rows, OBJECTIVE)).keys() == set(rows)


# ------------------------------------------------------------------------------------------------------ which host


def another_host(world: World, handle: str, home: Path) -> Party:
    return found_party(handle=handle, name=text(handle.title()), nature="host", home=home, at=AT)


@pytest.mark.parametrize("handle", ["aland", "zed"])
def test_the_host_is_the_owner_of_the_mandate_and_not_the_first_by_name(
    world: World, proposed: Any, handle: str, tmp_path: Path
):
    other = another_host(world, handle, tmp_path)
    assert line(world, proposed).host == world.iraq.pk
    world.concur(proposed)
    assert state(world, proposed) is S.ACTIVE
    assert gathering.host_under(None, gathering.hosts()) == ""
    assert gathering.host_under(other.pk, gathering.hosts()) == other.pk
    assert gathering.host_under(world.nmi.pk, gathering.hosts()) == ""


def test_where_there_is_one_host_it_stands_in_for_a_missing_mandate(world: World):
    assert gathering.host_under(None, gathering.hosts()) == world.iraq.pk
    assert gathering.host_under(world.nmi.pk, gathering.hosts()) == world.iraq.pk
    assert gathering.host_under(None, frozenset()) == ""


def test_nothing_stands_on_a_mandate_that_is_no_record_of_a_host(world: World):
    with act(world.subject("nmi"), AT) as work:
        mandate = work.create(Mandate, label=world.label(), title=text("Ours"), purpose=text("Advice"), clauses=[])
    row = world.enter("programme.objective", "nmi", mandate=mandate)
    assert state(world, row) is S.PROPOSED
    world.concur(row)
    standing = line(world, row).standing
    assert (standing.state, standing.because[-1].message) == (
        S.ENDORSED,
        "The mandate is no record of a host, so nothing stands on it.",
    )


# --------------------------------------------------------------------------------------------- the signatory's term


def signed(world: World, proposed: Any, **term: Any) -> Any:
    """A concurrence of 1 July 2025 signed from a post, which somebody held as `term` says."""
    post = world.enter("people.position", "iraq")
    world.enter("people.appointment", "iraq", position=post, **term)
    world.concur(proposed, signatory=post)
    return post


def asked_again(world: World, row: Any, on: date = ON, reader: Subject | None = None) -> bool:
    return line(world, row, reader, on).standing.confirm_again


def test_a_term_that_ended_asks_to_confirm_again_and_takes_nothing_back(world: World, proposed: Any):
    signed(world, proposed, starts="2024", ends="2025-07-10")
    standing = line(world, proposed).standing
    assert (standing.state, standing.confirm_again) == (S.ACTIVE, True)
    assert standing.because[-1].facts == {"day": date(2025, 7, 10)}


def test_on_its_last_day_the_term_goes_on(world: World, proposed: Any):
    signed(world, proposed, starts="2024", ends="2025-07-10")
    assert not asked_again(world, proposed, date(2025, 7, 10))
    assert asked_again(world, proposed, date(2025, 7, 10) + timedelta(days=1))


@pytest.mark.parametrize(
    "term",
    [
        {"starts": "2024"},
        {"observed": ["2025-07-01"]},
        {"starts": "2020", "ends": "2025-06-30"},
        {"starts": "2024", "ends": "2025-07-10", "status": "designated"},
    ],
    ids=["no end", "only reported", "ended before the letter", "only designated"],
)
def test_a_term_that_did_not_end_after_the_letter_asks_nothing(world: World, proposed: Any, term: Any):
    signed(world, proposed, **term)
    assert not asked_again(world, proposed)


def test_where_one_of_two_holders_stays_nothing_is_asked(world: World, proposed: Any):
    post = signed(world, proposed, starts="2024", ends="2025-07-10")
    assert asked_again(world, proposed)
    world.enter("people.appointment", "iraq", position=post, starts="2023", status="reported")
    assert not asked_again(world, proposed)


def test_confirming_again_ends_the_question(world: World, proposed: Any):
    signed(world, proposed, starts="2024", ends="2025-07-10")
    world.concur(proposed, letter_number="78/2025", letter_date=date(2025, 7, 12))
    assert not asked_again(world, proposed)


def test_a_term_that_is_not_shown_is_not_told(world: World, proposed: Any):
    post = world.enter("people.position", "iraq")
    hidden = world.label("iraq")
    world.enter("people.appointment", "iraq", position=post, label=hidden, starts="2024", ends="2025-07-10")
    world.concur(proposed, signatory=post)
    assert not asked_again(world, proposed)
    assert asked_again(world, proposed, reader=world.subject("iraq"))


# ---------------------------------------------------------------------------------------------------- several at once


def test_two_objectives_two_readers(world: World):
    """Each side sees what it may, and what the host said in confidence moves no state on the other side's page."""
    shared = world.enter("programme.objective", "nmi")
    own = world.enter("programme.objective", "nmi", mandate=shared.mandate, label=world.label("nmi"))
    world.concur(shared)
    seen = {
        side: {one.row.pk: one.standing.state for p in programmes(world.subject(side), ON) for one in p.lines}
        for side in ("nmi", "iraq")
    }
    assert seen == {"nmi": {shared.pk: S.ACTIVE, own.pk: S.PROPOSED}, "iraq": {shared.pk: S.ACTIVE}}


def test_a_word_given_in_confidence_stays_there_when_its_objective_is_shared(world: World):
    row = world.enter("programme.objective", "iraq", label=world.label("iraq"))
    said_unchecked(world, "iraq", row, position="refuses")
    world.mark(row, "iraq", label=world.label())
    assert state(world, row, world.subject("iraq")) is S.PROPOSED
    theirs = line(world, row, world.subject("nmi")).standing
    assert (theirs.state, theirs.concurrence, theirs.refusals) == (S.ACTIVE, None, ())
