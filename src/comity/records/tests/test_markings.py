"""Changing a marking: who writes may narrow it, an officer opens it, and nothing is parted from what it marks."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.audit.models import Entry
from comity.labels.domain import Label, admits_more
from comity.labels.queries import label_of
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, Classification, Tlp
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.records.entry import LabelCarried, WideningNeedsOfficer, amend, enter
from comity.records.tests.factories import (
    AT,
    CONCURRENCE,
    LATER,
    MANDATE,
    OBJECTIVE,
    ORGANISATION,
    change,
    kind,
    label,
    organisation,
    subject,
    text,
)

CLOSED = Label(
    PARTNERSHIP,
    Classification.RESTRICTED,
    frozenset({"a" * 52}),  # type: ignore[arg-type]  # any party will do
    groups=frozenset({"g"}),
    tlp=Tlp.AMBER,
    caveats=frozenset({"USE-ADVISORY-ONLY"}),
    exchange_never=True,
)
OPENINGS: dict[str, dict[str, Any]] = {
    "another policy": {"policy": SYNTHETIC},
    "a lower class": {"classification": Classification.UNCLASSIFIED},
    "another party": {"releasable_to": frozenset({"a" * 52, "b" * 52})},
    "no group": {"groups": frozenset()},
    "another group": {"groups": frozenset({"g", "h"})},
    "a wider TLP": {"tlp": Tlp.GREEN},
    "no TLP": {"tlp": None},
    "no caveat": {"caveats": frozenset()},
    "may travel": {"exchange_never": False},
}


@pytest.mark.parametrize("how", OPENINGS)
def test_each_opening_admits_more(how: str) -> None:
    assert admits_more(replace(CLOSED, **OPENINGS[how]), CLOSED)


@given(st.sets(st.sampled_from(["classification", "tlp", "caveats"])))
def test_narrowing_admits_nobody(what: set[str]) -> None:
    narrower: dict[str, Any] = {
        "classification": Classification.SECRET,
        "tlp": Tlp.RED,
        "caveats": CLOSED.caveats | {"MORE"},
    }
    assert not admits_more(replace(CLOSED, **{name: narrower[name] for name in what}), CLOSED)


@pytest.mark.django_db
def test_who_writes_may_narrow_a_marking(planner: Subject, mission: Party, shared: Label) -> None:
    row = organisation(planner, shared)
    amend(kind(ORGANISATION), row, expected_revision=1, fields={}, label=label(mission), actor=planner, at=LATER)
    row.refresh_from_db(from_queryset=type(row).objects.system("test"))
    assert label_of(row.label_id) == label(mission)


@pytest.mark.django_db
def test_only_an_officer_opens_a_marking_and_the_log_says_so(mission: Party, shared: Label) -> None:
    row = organisation(subject(mission), label(mission))
    with pytest.raises(WideningNeedsOfficer):
        amend(kind(ORGANISATION), row, expected_revision=1, fields={}, label=shared, actor=subject(mission), at=LATER)
    officer = subject(mission, Role.PROGRAMME_MANAGER, Role.RELEASE_OFFICER)
    amend(kind(ORGANISATION), row, expected_revision=1, fields={}, label=shared, actor=officer, at=LATER)
    widened = Entry.objects.system("test").filter(event="label-widened")
    assert [entry.about for entry in widened] == [str(row.record.rid)]


@pytest.mark.django_db
def test_a_marking_that_others_carry_stays(planner: Subject, host: Subject, mission: Party, shared: Label) -> None:
    mandate = enter(kind(MANDATE), fields={"title": text("M"), "purpose": text("P")}, label=shared, actor=host, at=AT)
    wanted = {"mandate": mandate.record, "statement": text("S"), "area": "logistics", "stage": "submitted"}
    objective = enter(kind(OBJECTIVE), fields=wanted, label=shared, actor=planner, at=AT)
    said = {"about": objective.record, "position": "in_discussion", "view": "working"}
    enter(kind(CONCURRENCE), fields=said, label=shared, actor=host, at=AT)
    with pytest.raises(LabelCarried):
        amend(kind(OBJECTIVE), objective, expected_revision=1, fields={}, label=label(mission), actor=planner, at=LATER)


@pytest.mark.django_db
def test_what_the_author_is_not_shown_neither_holds_a_marking_nor_is_counted(
    planner: Subject, host: Subject, mission: Party, iraq: Party, shared: Label
) -> None:
    mandate = enter(kind(MANDATE), fields={"title": text("M"), "purpose": text("P")}, label=shared, actor=host, at=AT)
    wanted = {"mandate": mandate.record, "statement": text("S"), "area": "logistics", "stage": "submitted"}
    objective = enter(kind(OBJECTIVE), fields=wanted, label=shared, actor=planner, at=AT)
    said = {"about": objective.record, "position": "in_discussion", "view": "working"}
    hidden, shown = (enter(kind(CONCURRENCE), fields=said, label=shared, actor=host, at=AT) for _ in range(2))
    change(hidden, host, label=label(iraq))
    narrowed: dict[str, Any] = {"fields": {}, "label": label(mission), "actor": planner, "at": LATER}
    with pytest.raises(LabelCarried) as refused:
        amend(kind(OBJECTIVE), objective, expected_revision=1, **narrowed)
    assert refused.value.facts == {"count": 1}
    change(shown, host, label=label(iraq))
    amend(kind(OBJECTIVE), objective, expected_revision=1, **narrowed)
