"""What is refused of a mandate, an objective, an initiative, an indicator: one thing broken at a time."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from comity.kernel.dates import PartialDate
from comity.kernel.text import Text
from comity.programme.domain import scope
from comity.programme.domain.facts import Dimension, InitiativeFacts, MandateFacts, ObjectiveFacts
from comity.programme.domain.vocabulary import InitiativeStatus, Measure, Nature, Stage
from comity.programme.tests.domain_cases import HOST, MISSION, indicator

TODAY = date(2025, 7, 15)
D = PartialDate
MANDATE = MandateFacts(
    "mandate",
    HOST,
    clauses=("advisory", "training"),
    areas=frozenset({"logistics", "cybersecurity"}),
    institutions=frozenset({"defence"}),
    begins=D("2018-07"),
    ends=D("2026"),
)
INITIATIVE = InitiativeFacts(
    "initiative",
    MISSION,
    "training",
    InitiativeStatus.ACTIVE,
    areas=frozenset({"logistics"}),
    institutions=frozenset({"defence"}),
    planned_start=D("2018"),
    planned_end=D("2026"),
    actual_start=D("2019"),
)
OBJECTIVE = ObjectiveFacts("o", HOST, HOST, Stage.SUBMITTED, MANDATE, "logistics", "defence", D("2019"), D("2019"))
INDICATOR = indicator(
    Measure.ORDINAL, levels=2, weight=Decimal(1), dimensions=(Dimension("sex", ("female", "unknown")),), verifier=HOST
)


def names(refusals: Any) -> Any:
    return [type(error) for error in refusals]


def test_the_allowed_cases_are_allowed():
    assert scope.mandate_refusals(MANDATE, HOST) == ()
    assert scope.initiative_refusals(INITIATIVE, MANDATE, TODAY) == ()
    assert scope.objective_refusals(OBJECTIVE) == ()
    assert scope.indicator_refusals(INDICATOR) == ()


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ({"owner": MISSION}, scope.MandateOfTheHost, None),
        ({"clauses": ("advisory", "advisory")}, scope.ClauseTwice, "clauses"),
        ({"ends": D("2017")}, scope.DatesReversed, "ends"),
    ],
)
def test_a_mandate_is_refused_for_each_broken_rule(facts, error, field):
    found = scope.mandate_refusals(replace(MANDATE, **facts), HOST)
    assert (names(found), found[0].field) == ([error], field)
    assert "%(" not in str(found[0])


@pytest.mark.parametrize(
    ("facts", "error", "field"),
    [
        ({"clause": "combat"}, scope.ClauseUnknown, "clause"),
        ({"areas": frozenset({"governance"})}, scope.AreaOutside, "area"),
        ({"institutions": frozenset({"interior"})}, scope.InstitutionOutside, "institution"),
        ({"planned_end": D("2027")}, scope.OutsideTheTerm, "planned_start"),
        ({"planned_start": D("2017"), "planned_end": None}, scope.OutsideTheTerm, "planned_start"),
        ({"actual_start": D("2018-06")}, scope.OutsideTheTerm, "actual_start"),
        ({"planned_end": D("2017")}, scope.DatesReversed, "planned_end"),
        ({"status": InitiativeStatus.PAUSED}, scope.ReasonMissing, "status_reason"),
        ({"status": InitiativeStatus.CANCELLED}, scope.ReasonMissing, "status_reason"),
    ],
)
def test_an_initiative_is_refused_for_each_broken_rule(facts, error, field):
    found = scope.initiative_refusals(replace(INITIATIVE, **facts), MANDATE, TODAY)
    assert (names(found)[0], found[0].field) == (error, field)
    assert "%(" not in str(found[0])


def test_no_initiative_is_active_outside_a_mandate_in_force():
    over = date(2027, 1, 1)
    assert names(scope.initiative_refusals(INITIATIVE, MANDATE, over)) == [scope.NotInForce]
    planned = replace(INITIATIVE, status=InitiativeStatus.PLANNED)
    assert scope.initiative_refusals(planned, MANDATE, over) == ()


def test_a_reason_makes_a_pause_acceptable():
    paused = replace(INITIATIVE, status=InitiativeStatus.PAUSED, status_reason=Text.single("en", "election"))
    assert scope.initiative_refusals(paused, MANDATE, TODAY) == ()


def test_a_mandate_that_names_no_scope_sets_no_limit():
    open_mandate = replace(MANDATE, areas=frozenset(), institutions=frozenset(), begins=None, ends=None)
    wide = replace(INITIATIVE, areas=frozenset({"other"}), institutions=frozenset({"interior"}), planned_end=D("2090"))
    assert scope.initiative_refusals(wide, open_mandate, TODAY) == ()


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"ancestors": ("parent", "o")}, scope.InItself),
        ({"ends": D("2018-12")}, scope.DatesReversed),
        ({"area": "governance"}, scope.AreaOutside),
        ({"institution": "interior"}, scope.InstitutionOutside),
    ],
)
def test_an_objective_is_refused_for_each_broken_rule(facts, error):
    assert names(scope.objective_refusals(replace(OBJECTIVE, **facts))) == [error]


def test_an_objective_without_area_institution_or_mandate_is_allowed():
    assert scope.objective_refusals(replace(OBJECTIVE, area="", institution=None)) == ()
    assert scope.objective_refusals(replace(OBJECTIVE, mandate=None, area="x")) == ()


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"levels": 1}, scope.LevelsMissing),
        ({"measure": Measure.NOMINAL, "levels": 0}, scope.LevelsMissing),
        ({"nature": Nature.RUNNING_TOTAL}, scope.NotARunningTotal),
        ({"distinct_people": True}, scope.PeopleNotAdditive),
        ({"weight": Decimal(0)}, scope.WeightImpossible),
        ({"verifier": MISSION}, scope.VerifierIsReporter),
        ({"dimensions": (Dimension("sex", ("female", "male")),)}, scope.UnknownMissing),
        ({"dimensions": (Dimension("sex", ("unknown",)),)}, scope.UnknownMissing),
        ({"dimensions": (Dimension("sex", ("female", "female", "unknown")),)}, scope.UnknownMissing),
        ({"dimensions": INDICATOR.dimensions * 2}, scope.DimensionTwice),
    ],
)
def test_an_indicator_is_refused_for_each_broken_rule(facts, error):
    found = scope.indicator_refusals(replace(INDICATOR, **facts))
    assert names(found) == [error]
    assert "%(" not in str(found[0])


def test_an_indicator_without_weight_or_verifier_is_allowed():
    assert scope.indicator_refusals(replace(INDICATOR, weight=None, verifier=None)) == ()


@pytest.mark.parametrize(
    ("given", "fields"),
    [((1, 5), []), ((None, None), []), ((0, 5), ["likelihood"]), ((6, 9), ["likelihood", "effect"])],
)
def test_a_risk_is_judged_from_one_to_five(given, fields):
    assert [error.field for error in scope.risk_refusals(*given)] == fields
