"""What nobody stores: the state of an objective, and whether an initiative may be active."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.dates import PartialDate
from comity.programme.domain.facts import ConcurrenceFact, InitiativeFacts, MandateFacts, ObjectiveFacts
from comity.programme.domain.states import initiative_standing, mandate_standing, objective_standing
from comity.programme.domain.vocabulary import InitiativeStatus, ObjectiveState, Stage
from comity.programme.tests.domain_cases import HOST, MISSION
from comity.responses.domain import Position, View

ON = date(2025, 7, 15)
D, S, P = PartialDate, ObjectiveState, Position
MANDATE = MandateFacts("mandate", HOST, ("advisory",), begins=D("2018-07"), review=D("2026"), ends=D("2027"))
PROPOSED = ObjectiveFacts("o", MISSION, HOST, Stage.SUBMITTED, MANDATE)


def word(position: Any = P.CONCURS, at: Any = 1, view: Any = View.OFFICIAL, author: Any = HOST, **facts: Any) -> Any:
    return ConcurrenceFact(f"c{at}", author, position, view, "1187", date(2025, 2, 5), log_index=at, **facts)


def state(*words: Any, on: Any = ON, achieved: Any = False, **facts: Any) -> Any:
    return objective_standing(replace(PROPOSED, concurrences=words, **facts), on, achieved=achieved)


def said(standing: Any) -> Any:
    return " ".join(note.said() for note in standing.because)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), S.PROPOSED),
        ((word(),), S.ACTIVE),
        ((word(P.WITH_CONDITIONS),), S.ACTIVE),
        ((word(P.REFUSES),), S.PROPOSED),
        ((word(P.IN_DISCUSSION),), S.PROPOSED),
        ((word(view=View.WORKING),), S.PROPOSED),
        ((word(author=MISSION),), S.PROPOSED),
        ((word(), word(P.WITHDRAWN, 2)), S.PROPOSED),
        ((word(P.REFUSES), word(P.CONCURS, 2)), S.ACTIVE),
        ((word(), word(P.REFUSES, 2)), S.PROPOSED),
        ((word(), word(P.REFUSES, 2, View.WORKING)), S.ACTIVE),
    ],
)
def test_only_the_hosts_latest_official_word_endorses(words, expected):
    assert state(*words).state is expected


@given(st.permutations([word(P.CONCURS, 1), word(P.REFUSES, 2), word(P.WITH_CONDITIONS, 3), word(P.WITHDRAWN, 4)]))
def test_the_log_and_not_the_order_of_reading_says_what_came_last(words):
    found = state(*words)
    assert (found.state, found.concurrence.position) == (S.PROPOSED, P.WITHDRAWN)


def test_silence_is_not_consent_and_says_so():
    found = state()
    assert found.concurrence is None
    assert said(found) == "Awaiting the host's official position; silence is not consent."


def test_a_refusal_stays_visible_after_a_later_consent():
    refusal = word(P.REFUSES)
    assert state(refusal, word(P.CONCURS, 2)).refusals == (refusal,)


def test_conditions_are_told_apart_and_a_working_view_stands_beside():
    working = word(P.IN_DISCUSSION, 2, View.WORKING)
    found = state(word(P.WITH_CONDITIONS), working)
    assert found.has_conditions
    assert found.working_view == working
    assert not state(word()).has_conditions
    assert "by letter 1187 of 2025-02-05" in said(found)


def test_the_end_of_the_signatorys_appointment_asks_to_confirm_and_takes_nothing_away():
    found = state(word(signatory_until=date(2025, 7, 14)))
    assert (found.state, found.confirm_again) == (S.ACTIVE, True)
    assert "asked to confirm again" in said(found)
    assert not state(word(signatory_until=ON)).confirm_again
    assert not state(word(P.REFUSES, signatory_until=date(2025, 7, 14))).confirm_again


@pytest.mark.parametrize("position", [P.CONCURS, P.WITH_CONDITIONS])
def test_a_word_does_not_outlive_the_wording_it_was_given_to(position):
    assert state(word(position, 5), worded_at=4).state is S.ACTIVE
    found = state(word(position, 5, signatory_until=date(2025, 7, 14)), worded_at=6)
    assert (found.state, found.changed_since, found.confirm_again) == (S.PROPOSED, True, False)
    assert said(found) == "Changed since the host's letter 1187 of 2025-02-05: the host is asked again."
    assert state(word(position, 5), word(position, 7), worded_at=6).state is S.ACTIVE


def test_a_refusal_stays_one_and_the_hosts_own_wording_is_its_own():
    refused = state(word(P.REFUSES, 5), worded_at=6)
    assert (refused.state, refused.changed_since) == (S.PROPOSED, False)
    assert state(word(at=5), worded_at=6, owner=HOST).state is S.ACTIVE


def test_what_this_version_does_not_know_is_no_agreement():
    found = state(word(), word("concurs_twice", 2))
    assert found.state is S.PROPOSED
    assert "concurs_twice" in said(found)
    assert state(word(), word(P.REFUSES, 2, "half_official")).state is S.ACTIVE
    assert state(word(view="half_official")).state is S.PROPOSED
    staged = state(word(), stage="frozen")
    assert (staged.state, "frozen" in said(staged)) == (S.PROPOSED, True)


def test_a_mandate_of_no_host_is_not_in_force():
    assert not mandate_standing(replace(MANDATE, of_host=False), ON).in_force


def test_the_hosts_own_objective_needs_no_concurrence_but_may_be_withdrawn():
    assert state(owner=HOST).state is S.ACTIVE
    assert state(word(P.WITHDRAWN), owner=HOST).state is S.PROPOSED


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"stage": Stage.DRAFT}, S.DRAFT),
        ({"stage": Stage.SUPERSEDED}, S.SUPERSEDED),
        ({"starts": D("2025-08")}, S.ENDORSED),
        ({"starts": D("2025-07")}, S.ACTIVE),
        ({"ends": D("2025-06")}, S.RETIRED),
        ({"ends": D("2025")}, S.ACTIVE),
        ({"mandate": None}, S.ENDORSED),
        ({"mandate": replace(MANDATE, begins=D("2026"))}, S.ENDORSED),
        ({"mandate": replace(MANDATE, ends=D("2024"))}, S.RETIRED),
        ({"mandate": replace(MANDATE, begins=None, ends=None)}, S.ACTIVE),
    ],
)
def test_what_is_agreed_follows_dates_and_mandate(facts, expected):
    assert state(word(), **facts).state is expected


def test_achieved_needs_consent_first():
    assert state(word(), achieved=True).state is S.ACHIEVED
    assert state(word(), achieved=True, ends=D("2024")).state is S.ACHIEVED
    assert state(achieved=True).state is S.PROPOSED


def test_a_mandate_is_in_force_from_its_first_to_its_last_possible_day():
    assert mandate_standing(MANDATE, date(2018, 7, 1)).in_force
    assert not mandate_standing(MANDATE, date(2018, 6, 30)).in_force
    assert mandate_standing(MANDATE, date(2027, 12, 31)).in_force
    assert not mandate_standing(MANDATE, date(2028, 1, 1)).in_force
    assert not mandate_standing(None, ON).in_force


def test_a_review_falls_due_and_the_mandate_stays_in_force():
    assert not mandate_standing(MANDATE, date(2026, 12, 31)).review_due
    late = mandate_standing(MANDATE, date(2027, 1, 1))
    assert (late.in_force, late.review_due) == (True, True)


def test_a_mandate_without_beginning_says_so():
    assert "when it began is not stated" in mandate_standing(replace(MANDATE, begins=None), ON).because.said()


INITIATIVE = InitiativeFacts("i", MISSION, "advisory", InitiativeStatus.ACTIVE)


def test_an_initiative_stands_on_its_clause():
    found = initiative_standing(INITIATIVE, MANDATE, ON)
    assert (found.clause, found.may_be_active, found.is_outside) == ("advisory", True, False)
    assert found.because[0].said() == "The mandate is in force since 2018-07."


@pytest.mark.parametrize(
    ("initiative", "mandate", "on"),
    [
        (INITIATIVE, MANDATE, date(2030, 1, 1)),
        (INITIATIVE, None, ON),
        (replace(INITIATIVE, clause="combat"), MANDATE, ON),
    ],
)
def test_an_active_initiative_outside_the_mandate_is_shown_as_such(initiative, mandate, on):
    found = initiative_standing(initiative, mandate, on)
    assert (found.may_be_active, found.is_outside) == (False, True)
    assert found.because
    planned = replace(initiative, status=InitiativeStatus.PLANNED)
    assert not initiative_standing(planned, mandate, on).is_outside
