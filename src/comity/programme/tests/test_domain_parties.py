"""Whose figures decide, what is flagged, and how a trend is drawn."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from comity.programme.domain.facts import Amount, Cell, Dimension
from comity.programme.domain.flags import FlagKind
from comity.programme.domain.vocabulary import Judgement, Measure, Nature
from comity.programme.tests.domain_cases import (
    HOST,
    MISSION,
    NATION,
    assess,
    baseline,
    measured,
    target,
    trend_of,
)
from comity.programme.tests.test_domain_assessment import ON, Q, S, flow, kinds, stock

# ---------------------------------------------------------------------------------------------------------- parties


def test_the_reporter_decides_and_others_stand_beside():
    found = assess(stock(measured(15, "2025-06-30"), measured(11, "2025-06-30", author=HOST)), ON)
    assert found.progress == Fraction(1, 2)
    assert [(s.author, s.decides, s.verdict.progress.ratio) for s in found.series] == [
        (MISSION, True, Fraction(1, 2)),
        (HOST, False, Fraction(1, 10)),
    ]
    assert kinds(found) == [FlagKind.DISAGREEMENT]
    assert "host reports another figure than mission" in found.flags[0].note.said()


def test_the_same_figure_of_another_party_is_no_disagreement():
    agreeing = stock(measured(15, "2025-06-30"), measured("15.0", "2025-06-30", author=HOST))
    assert kinds(assess(agreeing, ON)) == []
    elsewhere = stock(measured(15, "2025-06-30"), measured(11, "2025-06-30", author=HOST, place="A"))
    assert kinds(assess(elsewhere, ON)) == []


def test_parties_can_disagree_in_words():
    def words(judgement: Any, **facts: Any) -> Any:
        return measured(Amount(judgement=judgement), "2025-06-30", **facts)

    found = assess(
        stock(
            words(Judgement.BETTER), words(Judgement.WORSE, author=HOST), measure=Measure.QUALITATIVE, b=None, t=None
        ),
        ON,
    )
    assert FlagKind.DISAGREEMENT in kinds(found)
    assert found.state is S.MEASURED


def test_what_only_others_measured_is_not_measured_by_the_reporter():
    found = assess(stock(measured(15, "2025-06-30", author=HOST)), ON)
    assert found.state is S.NOT_MEASURED
    assert len(found.series) == 2


def test_a_third_partys_target_is_shown_and_does_not_bind():
    found = assess(stock(measured(15, "2025-06-30"), targets=(target(20), target(12, author=NATION))), ON)
    assert found.progress == Fraction(1, 2)
    assert FlagKind.FOREIGN in kinds(found)


def test_of_owner_and_reporter_the_owner_sets_the_target():
    both = (target(30, author=MISSION), target(20, author=HOST))
    found = assess(stock(measured(15, "2025-06-30"), targets=both, owner=HOST), ON)
    assert found.target.amount.value == 20


# ------------------------------------------------------------------------------------------------------------ flags


def test_records_that_break_a_rule_are_kept_and_flagged():
    sexes = Dimension("sex", ("female", "male", "unknown"))
    cells = (Cell.of({"sex": "female"}, Amount(value=Decimal(4))),)
    falling = measured(9, "2025-05-31", cells=cells)
    found = assess(
        stock(
            measured(12, "2025-04-30"),
            falling,
            measured(11, "2025-05-01", "2025-06-15"),
            nature=Nature.RUNNING_TOTAL,
            dimensions=(sexes,),
            t=8,
        ),
        ON,
    )
    assert kinds(found) == [FlagKind.OVERLAP, FlagKind.DECREASE, FlagKind.BREAKDOWN, FlagKind.TARGET]
    assert "the difference is 5" in found.flags[2].note.said()
    assert found.flags[2].about == (falling.id,)


def test_a_replacement_without_effect_and_a_figure_that_does_not_fit_are_flagged():
    found = assess(stock(measured("1/2", "2025-06-30", supersedes="elsewhere"), baselines=(baseline("1/2"),)), ON)
    assert kinds(found) == [FlagKind.FIGURE, FlagKind.REPLACEMENT, FlagKind.TARGET]


# ------------------------------------------------------------------------------------------------------------ trend


def test_a_trend_runs_from_baseline_through_figures_to_targets():
    found = trend_of(stock(measured(12, "2025-01-31"), measured(15, "2025-06-30"), measured(99, "2025-12-31")), ON)
    assert found.baseline.number == 10
    assert [(p.day.isoformat(), p.number) for p in found.points] == [("2025-01-31", 12), ("2025-06-30", 15)]
    assert [p.number for p in found.targets] == [20]


def test_a_trend_draws_no_fall_where_a_place_is_missing():
    figures = [measured(5, "2025-01-31", place="A"), measured(6, "2025-02-28", place="B")]
    assert [p.number for p in trend_of(stock(*figures), ON).points] == [11]
    flows = [measured(5, *Q[0], place="A"), measured(6, *Q[0], place="B"), measured(7, *Q[1], place="A")]
    assert [p.number for p in trend_of(flow(measurements=tuple(flows)), ON).points] == [11]


def test_a_trend_of_nothing_is_empty():
    found = trend_of(stock(measured("0/0"), measure=Measure.PERCENTAGE, b=None, t=None), ON)
    assert (found.baseline, found.points, found.targets) == (None, (), ())
