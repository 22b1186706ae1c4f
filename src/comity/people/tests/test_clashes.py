"""Who cannot both have held an office, and who may have."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.kernel.dates import PartialDate
from comity.people.domain import AppointmentFact, AppointmentStatus, Holders, clashes, may_serve

S = AppointmentStatus


def holds(number: int, starts: str = "", ends: str = "", observed: Any = (), **facts: Any) -> AppointmentFact:
    return AppointmentFact(
        **{"id": number, "position": 1, "person": number, "status": S.CONFIRMED, **facts},
        starts=PartialDate.parse(starts) if starts else None,
        ends=PartialDate.parse(ends) if ends else None,
        observed=tuple(PartialDate.parse(day) for day in observed),
    )


def when(*terms: AppointmentFact, holders: Holders = Holders.ONE) -> list[str]:
    return [clash.on for clash in clashes(terms, holders)]


@pytest.mark.parametrize(
    ("one", "other", "on"),
    [
        (holds(1, "2024", observed=["2025-02-05"]), holds(2, observed=["2025-02-05"]), "2025-02-05"),
        (holds(1, "2024"), holds(2, observed=["2025-02-05"]), "2025-02-05"),
        (holds(1, "2024-01", "2025-01"), holds(2, "2024-06", "2025-06"), "2024-06-30"),
        (holds(1, "2024"), holds(2, "2023"), "2024-12-31"),
        (holds(1, "2024", status=S.ACTING), holds(2, "2023"), "2024-12-31"),
    ],
)
def test_what_is_certain_is_named_with_its_day_from_either_side(one: Any, other: Any, on: str):
    assert when(one, other) == when(other, one) == [on]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (holds(1, observed=["2025-02"]), holds(2, observed=["2025-02"])),
        (holds(1, observed=["2025-02-05"]), holds(2, observed=["2025-02"])),
        (holds(1, "2020", "2024"), holds(2, "2024")),
        (holds(1, "2020-01-01", "2024-10-01"), holds(2, "2024-10-01")),
        (holds(1, "2020-01-01", "2024-10-01"), holds(2, observed=["2024-10-01"])),
        (holds(1, ends="2025"), holds(2, observed=["2024-02-05"])),
        (holds(1, "2025"), holds(2, observed=["2025-02-05"])),
        (holds(1, "2024"), holds(2, "2024", status=S.DESIGNATED)),
        (holds(1, "2024"), holds(2, observed=["2025-02-05"], person=1)),
    ],
    ids=[
        "reported in the same month",
        "a day within a month",
        "years that meet",
        "handed over on the day",
        "reported on the day of the handover",
        "a beginning that nobody knows",
        "a beginning only known by its year",
        "designated, not in office",
        "one person twice",
    ],
)
def test_what_may_both_be_true_is_no_contradiction(one: Any, other: Any):
    assert when(one, other) == when(other, one) == []


def test_a_post_of_several_has_no_contradiction():
    assert when(holds(1, "2024"), holds(2, "2024"), holders=Holders.MANY) == []


@st.composite
def histories(draw: Any) -> list[AppointmentFact]:
    """Holders one after another, each taking over on the last day of the one before or later."""
    day, found = date(2000, 1, 1), []
    for number in range(1, draw(st.integers(2, 6))):
        end = day + timedelta(days=draw(st.integers(2, 900)))
        seen = draw(st.lists(st.integers(1, (end - day).days - 1), max_size=3))
        observed = [(day + timedelta(days=n)).isoformat() for n in seen]
        found.append(holds(number, day.isoformat(), end.isoformat(), observed))
        day = end + timedelta(days=draw(st.integers(0, 60)))
    return found


@given(history=histories(), pick=st.integers(0, 5), length=st.integers(1, 900), as_seen=st.booleans())
def test_a_clean_history_has_none_and_one_more_holder_makes_one(
    history: list[AppointmentFact], pick: int, length: int, as_seen: bool
):
    assert when(*history) == []
    term = history[pick % len(history)]
    assert term.starts is not None
    inside = term.starts.first + timedelta(days=1)
    later = holds(99, inside.isoformat(), (inside + timedelta(days=length)).isoformat())
    added = holds(99, observed=[inside.isoformat()]) if as_seen else later
    found = clashes([*history, added], Holders.ONE)
    assert (term.id, 99) in {(clash.first, clash.second) for clash in found}
    assert all(99 in (clash.first, clash.second) for clash in found)
    designated = holds(99, inside.isoformat(), status=S.DESIGNATED)
    assert when(*history, designated) == []


@given(term=histories().map(lambda found: found[0]), offset=st.integers(-3, 903))
def test_a_term_includes_its_first_and_last_day_and_no_other(term: AppointmentFact, offset: int):
    assert term.starts is not None
    assert term.ends is not None
    day = term.starts.first + timedelta(days=offset)
    assert may_serve(term, day) is (term.starts.first <= day <= term.ends.last)
