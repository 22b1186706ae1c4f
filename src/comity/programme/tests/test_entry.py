"""Every rule of entry, through the one way in: refused on its field and nothing written, from a case that is taken."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from comity.kernel.errors import DomainError, NotFound
from comity.labels.grading import BadGrade
from comity.programme.domain import amounts, breakdown, scope
from comity.programme.domain import entry as rules
from comity.programme.models import Mandate, Measurement
from comity.programme.tests.domain_cases import amount
from comity.records.entry import AppendOnly
from comity.responses.tests.world import World, refused, text

SEX = {
    "key": "sex",
    "name": text("sex"),
    "options": [{"key": key, "name": text(key)} for key in ("female", "male", "unknown")],
}
AGE = {"key": "age", "name": text("age"), "options": [{"key": key, "name": text(key)} for key in ("young", "unknown")]}
LEVELS = [text("low"), text("middle"), text("high")]


def days(start: str, end: str = "") -> dict[str, Any]:
    return {"period_start": date.fromisoformat(start), "period_end": date.fromisoformat(end or start)}


def figure(shown: Any) -> dict[str, Any]:
    """ "30/100" in two fields, anything else as a value."""
    given = amount(shown)
    return {name: getattr(given, name) for name in ("value", "numerator", "denominator") if getattr(given, name)}


def part(value: Any, **options: str) -> dict[str, Any]:
    return {"options": options, "value": str(value)}


MEASURES: dict[str, dict[str, Any]] = {
    "unit": {"measure": "unit", "dimensions": [SEX]},
    "percentage": {"measure": "percentage", "dimensions": [SEX]},
    "ordinal": {"measure": "ordinal", "levels": LEVELS},
    "qualitative": {"measure": "qualitative"},
}
TAKEN: dict[str, dict[str, Any]] = {
    "unit": {"value": 12, "cells": [part(5, sex="female"), part(7, sex="male")]},
    "percentage": figure("30/100"),
    "ordinal": {"level": 2},
    "qualitative": {"judgement": "better", "narrative": text("They plan ahead")},
}

# What is changed in the case that is taken, and what it is refused for: (measure, changes, refusals).
FIGURES: dict[str, tuple[str, dict[str, Any], list[tuple[type[DomainError], str]]]] = {
    "no figure": ("unit", {"value": None, "cells": []}, [(amounts.FigureMissing, "value")]),
    "a figure of another kind": ("unit", {"level": 2}, [(amounts.DoesNotFit, "level")]),
    "half a share": ("percentage", {"denominator": None}, [(amounts.PartsMissing, "denominator")]),
    "a share as one number": (
        "percentage",
        {"numerator": None, "denominator": None, "value": 30},
        [(amounts.DoesNotFit, "value")],
    ),
    "of fewer than none": ("percentage", {"denominator": -1}, [(amounts.DenominatorNegative, "denominator")]),
    "some of none": ("percentage", {"denominator": 0}, [(amounts.NumeratorOfNothing, "numerator")]),
    "no such level": ("ordinal", {"level": 4}, [(amounts.LevelOutOfRange, "level")]),
    "no level": ("ordinal", {"level": None}, [(amounts.FigureMissing, "level")]),
    "a judgement alone": ("qualitative", {"narrative": None}, [(amounts.WordsMissing, "narrative")]),
    "parts that do not add up": (
        "unit",
        {"cells": [part(5, sex="female"), part(6, sex="male")]},
        [(breakdown.CellsDoNotAddUp, "cells")],
    ),
    "numerators that do not add up": (
        "percentage",
        {"cells": [{"options": {"sex": "female"}, "numerator": "29", "denominator": "100"}]},
        [(breakdown.NumeratorsDoNotAddUp, "cells")],
    ),
    "denominators that do not add up": (
        "percentage",
        {"cells": [{"options": {"sex": "female"}, "numerator": "30", "denominator": "99"}]},
        [(breakdown.DenominatorsDoNotAddUp, "cells")],
    ),
    "a part of no dimension": (
        "unit",
        {"cells": [part(12, age="young")]},
        [(breakdown.CellNotComplete, "cells")],
    ),
    "an option that is none": ("unit", {"cells": [part(12, sex="other")]}, [(breakdown.OptionUnknown, "cells")]),
    "a part given twice": (
        "unit",
        {"cells": [part(5, sex="female"), part(7, sex="female")]},
        [(breakdown.CellTwice, "cells")],
    ),
    "a part without a figure": (
        "unit",
        {"cells": [{"options": {"sex": "female"}, "value": ""}]},
        [(breakdown.CellWithoutValue, "cells")],
    ),
    "parts of what has none": ("ordinal", {"cells": [part(1, sex="male")]}, [(breakdown.NoBreakdown, "cells")]),
    "a period backwards": ("unit", days("2025-06-30", "2025-06-01"), [(rules.PeriodReversed, "period_end")]),
    "a period to come": ("unit", days("2025-07-16"), [(rules.NotOverYet, "period_end")]),
    "collected before": ("unit", {"collected_on": date(2025, 6, 29)}, [(rules.CollectedEarly, "collected_on")]),
    "collected in the future": ("unit", {"collected_on": date(2025, 7, 16)}, [(rules.CollectedLater, "collected_on")]),
    "no such grade": ("unit", {"grade": "G7"}, [(BadGrade, "grade")]),
    "a sample of nobody": ("unit", {"sample_size": 0}, [(rules.SampleImpossible, "sample_size")]),
    "a margin below nothing": ("unit", {"margin": Decimal(-1)}, [(rules.SampleImpossible, "margin")]),
    "several at once": (
        "unit",
        {**days("2025-07-16"), "value": None, "cells": [], "grade": "Z9"},
        [(rules.NotOverYet, "period_end"), (amounts.FigureMissing, "value"), (BadGrade, "grade")],
    ),
}


@pytest.mark.parametrize("measure", MEASURES)
def test_a_figure_of_each_measure_is_taken(world: World, measure: str):
    indicator = world.enter("programme.indicator", **MEASURES[measure])
    world.enter("programme.measurement", indicator=indicator, **TAKEN[measure])


@pytest.mark.parametrize("what", FIGURES)
def test_one_thing_broken_in_a_measurement(world: World, what: str):
    measure, changes, expected = FIGURES[what]
    indicator = world.enter("programme.indicator", **MEASURES[measure])
    with refused(*expected):
        world.enter("programme.measurement", indicator=indicator, **{**TAKEN[measure], **changes})


def test_the_difference_of_parts_is_named(world: World):
    indicator = world.enter("programme.indicator", **MEASURES["unit"])
    with pytest.raises(DomainError, match="add up to 11, the total is 12: the difference is 1"):
        world.enter("programme.measurement", indicator=indicator, value=12, cells=[part(11, sex="female")])


# ------------------------------------------------------------------------------------------------- figures and periods


@pytest.fixture
def indicator(world: World) -> Any:
    return world.enter("programme.indicator", nature="flow")


def test_days_are_counted_once_per_author_and_place(world: World, indicator: Any):
    quarter, month = days("2025-04-01", "2025-06-30"), days("2025-06-01", "2025-06-30")
    world.enter("programme.measurement", indicator=indicator, value=3, **quarter)
    with refused((rules.PeriodsOverlap, "period_start")):
        world.enter("programme.measurement", indicator=indicator, value=3, **month)
    world.enter("programme.measurement", indicator=indicator, value=3, place="IQG07", **month)
    world.enter("programme.measurement", "iraq", indicator=indicator, value=3, **month)
    world.enter("programme.measurement", indicator=indicator, value=3, **days("2025-07-01"))


def test_a_correction_takes_the_place_of_what_it_corrects_and_of_nothing_else(world: World, indicator: Any):
    first = world.enter("programme.measurement", indicator=indicator, value=3)
    theirs = world.enter("programme.measurement", "iraq", indicator=indicator, value=4)
    elsewhere = world.enter("programme.measurement", value=5)
    for other in (theirs, elsewhere):
        with refused((rules.PeriodsOverlap, "period_start"), (rules.CannotSupersede, "supersedes")):
            world.enter("programme.measurement", indicator=indicator, value=4, supersedes=other)
    second = world.enter("programme.measurement", indicator=indicator, value=4, supersedes=first)
    with refused((rules.PeriodsOverlap, "period_start"), (rules.SupersededAlready, "supersedes")):
        world.enter("programme.measurement", indicator=indicator, value=5, supersedes=first)
    world.enter("programme.measurement", indicator=indicator, value=5, supersedes=second)


def test_a_measurement_is_never_changed(world: World):
    made = world.enter("programme.measurement", value=3)
    with refused((AppendOnly, None)):
        world.amend(made, value=4)
    assert Measurement.objects.visible_to(world.subject("nmi")).get(pk=made.pk).value == 3


def test_a_target_lies_beyond_its_baseline_in_time_and_in_figure(world: World, indicator: Any):
    world.enter("programme.baseline", indicator=indicator, value=10)
    with refused((rules.TargetBelowBaseline, "value")):
        world.enter("programme.target", indicator=indicator, value=9)
    with refused((rules.TargetBeforeBaseline, "period_end")):
        world.enter("programme.target", indicator=indicator, value=20, **days("2024-12-31"))
    with refused((rules.PeriodReversed, "period_end")):
        world.enter("programme.target", indicator=indicator, value=20, **days("2025-12-31", "2025-12-01"))
    world.enter("programme.target", indicator=indicator, value=20)
    with refused((rules.StatedTwice, "period_end")):
        world.enter("programme.target", indicator=indicator, value=21)


def test_where_lower_is_better_a_target_is_not_above(world: World):
    indicator = world.enter("programme.indicator", direction="descending")
    world.enter("programme.baseline", indicator=indicator, value=10)
    with refused((rules.TargetAboveBaseline, "value")):
        world.enter("programme.target", indicator=indicator, value=11)
    world.enter("programme.target", indicator=indicator, value=9)


def test_a_share_on_the_wrong_side_is_named_at_its_numerator(world: World):
    indicator = world.enter("programme.indicator", measure="percentage")
    world.enter("programme.baseline", indicator=indicator, **figure("1/2"))
    with refused((rules.TargetBelowBaseline, "numerator")):
        world.enter("programme.target", indicator=indicator, **figure("1/3"))
    with refused((rules.TargetBelowBaseline, "value")):
        world.enter("programme.target", indicator=indicator, value=49)
    world.enter("programme.target", indicator=indicator, value=51)


def test_a_baseline_does_not_put_a_stated_target_on_the_wrong_side(world: World, indicator: Any):
    world.enter("programme.target", indicator=indicator, value=20)
    with refused((rules.TargetBelowBaseline, "value")):
        world.enter("programme.baseline", indicator=indicator, value=21)
    baseline = world.enter("programme.baseline", indicator=indicator, value=10)
    with refused((rules.StatedTwice, "period_end")):
        world.enter("programme.baseline", indicator=indicator, value=11)
    with refused((rules.TargetBelowBaseline, "value")):
        world.amend(baseline, value=Decimal(21))
    world.amend(baseline, value=Decimal(12))


# -------------------------------------------------------------------------------------- mandate, objective, initiative


def test_a_mandate_is_the_hosts(world: World):
    with refused((scope.MandateOfTheHost, None)):
        world.enter("programme.mandate", "nmi")
    world.enter("programme.mandate", "iraq")


def test_a_mandate_in_itself(world: World):
    clause = {"key": "advisory", "text": text("It advises.")}
    with refused((scope.ClauseTwice, "clauses"), (scope.DatesReversed, "ends")):
        world.enter("programme.mandate", "iraq", clauses=[clause, clause], begins="2018-10", ends="2018-09")


def test_an_objective_stands_under_no_circle(world: World):
    top = world.enter("programme.objective")
    middle = world.enter("programme.objective", mandate=top.mandate, parent=top)
    bottom = world.enter("programme.objective", mandate=top.mandate, parent=middle)
    for parent in (top, middle, bottom):
        with refused((scope.InItself, "parent")):
            world.amend(top, parent=parent)
    world.amend(bottom, parent=top)


def test_an_objective_does_not_end_before_it_starts(world: World):
    made = world.enter("programme.objective", starts="2025", ends="2025")
    with refused((scope.DatesReversed, "ends")):
        world.amend(made, starts="2025-07", ends="2025-06")


def test_an_objective_outside_the_areas_of_the_mandate_proposes_to_widen_it(world: World):
    mandate = world.enter("programme.mandate", "iraq", areas=["logistics"])
    world.enter("programme.objective", mandate=mandate, area="education")


INITIATIVES: dict[str, tuple[dict[str, Any], list[tuple[type[DomainError], str]]]] = {
    "no such clause": ({"clause": "combat"}, [(scope.ClauseUnknown, "clause")]),
    "planned backwards": (
        {"planned_start": "2026-02", "planned_end": "2026-01"},
        [(scope.DatesReversed, "planned_end")],
    ),
    "done backwards": ({"actual_start": "2025-02", "actual_end": "2025-01"}, [(scope.DatesReversed, "actual_end")]),
    "planned before the term": ({"planned_start": "2018"}, [(scope.OutsideTheTerm, "planned_start")]),
    "planned after the term": ({"planned_end": "2031"}, [(scope.OutsideTheTerm, "planned_start")]),
    "done outside the term": ({"actual_start": "2018-12"}, [(scope.OutsideTheTerm, "actual_start")]),
    "paused without a word": ({"status": "paused"}, [(scope.ReasonMissing, "status_reason")]),
    "cancelled without a word": ({"status": "cancelled"}, [(scope.ReasonMissing, "status_reason")]),
}


@pytest.fixture
def mandate(world: World) -> Any:
    return world.enter("programme.mandate", "iraq", begins="2019", ends="2030-06")


@pytest.mark.parametrize("what", INITIATIVES)
def test_one_thing_broken_in_an_initiative(world: World, mandate: Any, what: str):
    changes, expected = INITIATIVES[what]
    fine = {"mandate": mandate, "status": "active", "planned_start": "2019", "planned_end": "2030"}
    made = world.enter("programme.initiative", **fine)
    with refused(*expected):
        world.enter("programme.initiative", **{**fine, **changes})
    with refused(*expected):
        world.amend(made, **changes)


def test_nothing_is_active_outside_a_mandate_in_force(world: World):
    over = world.enter("programme.mandate", "iraq", begins="2019", ends="2025-07-14")
    with refused((scope.NotInForce, "status")):
        world.enter("programme.initiative", mandate=over, status="active")
    made = world.enter("programme.initiative", mandate=over, status="completed")
    with refused((scope.NotInForce, "status")):
        world.amend(made, status="active")


def test_a_mandate_that_its_author_cannot_see_is_not_found(world: World):
    mandate = world.enter("programme.mandate", "iraq", label=world.label("iraq"))
    with refused((NotFound, "mandate")):
        world.enter("programme.initiative", mandate=mandate)


def test_a_mandate_that_is_hidden_later_is_not_found_either(world: World):
    made = world.enter("programme.initiative")
    mandate = Mandate.objects.system("test").get(pk=made.mandate_id)
    world.amend(mandate, "iraq", label=world.label("iraq"))
    with refused((NotFound, "mandate")):
        world.amend(made, title=text("Other courses"))
