"""Figures as a reader sees them."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.utils import translation

from comity.kernel.text import Text
from comity.programme import display
from comity.programme.domain.derivation import Derivation, Note, Source, recorded
from comity.programme.domain.facts import Amount, Place
from comity.programme.domain.vocabulary import Direction, Judgement, Measure, Nature
from comity.programme.tests.domain_cases import MISSION, amount, assess, baseline, indicator, measured, target
from comity.responses.tests.world import ON, text

LEVELS = [text("low", "منخفض"), text("high", "مرتفع")]
M = "\u2212"


@pytest.mark.parametrize(
    ("share", "english", "arabic"),
    [
        (Fraction(31, 102), "30.4%", "٣٠٫٤٪"),
        (Fraction(-1, 2), f"{M}50%", f"\u061c{M}٥٠٪"),
        (Fraction(3, 2), "150%", "١٥٠٪"),
        (Fraction(0), "0%", "٠٪"),
        (Fraction(-1, 100000), "0%", "٠٪"),
        (Fraction(1, 2000), "0.1%", "٠٫١٪"),
        (None, "", ""),
    ],
)
def test_shares(share: Fraction | None, english: str, arabic: str):
    with translation.override("en"):
        assert display.ratio(share) == english
    with translation.override("ar"):
        assert display.ratio(share) == arabic


@pytest.mark.parametrize(
    ("given", "measure", "english", "arabic"),
    [
        (amount("1234567.5"), Measure.UNIT, "1,234,567.5 courses", "١٬٢٣٤٬٥٦٧٫٥ دورات"),
        (amount(0), Measure.UNIT, "0 courses", "٠ دورات"),
        (amount("31/102"), Measure.PERCENTAGE, "31/102 = 30.4%", "٣١/١٠٢ = ٣٠٫٤٪"),
        (amount("0/0"), Measure.PERCENTAGE, "0/0 = no value", "٠/٠ = لا قيمة"),
        (amount(40), Measure.PERCENTAGE, "40%", "٤٠٪"),
        (Amount(level=2), Measure.ORDINAL, "2: high", "٢: مرتفع"),
        (Amount(level=1), Measure.NOMINAL, "1: low", "١: منخفض"),
        (Amount(level=7), Measure.ORDINAL, "7", "٧"),
        (
            Amount(judgement=Judgement.BETTER, narrative=Text.single("en", "They plan")),
            Measure.QUALITATIVE,
            "better · They plan",
            None,
        ),
        (Amount(), Measure.UNIT, "no figure", None),
        (None, Measure.UNIT, "no figure", None),
    ],
)
def test_amounts(given: Amount | None, measure: Measure, english: str, arabic: str | None):
    unit = text("courses", "دورات")
    with translation.override("en"):
        assert display.amount(given, measure, LEVELS, unit) == english
    with translation.override("ar"):
        shown = display.amount(given, measure, LEVELS, unit)
        assert shown != english
        if arabic is not None and "no value" not in english:
            assert shown == arabic


def test_facts_of_a_sentence_are_written_for_their_reader():
    note = Note.of(
        "%(party)s in %(places)s on %(day)s: %(number)s, %(way)s",
        party=MISSION,
        places=(Place("IQG01"), Place("")),
        day=ON,
        number=Decimal("-2.5"),
        way=Direction.DESCENDING,
    )
    names = {MISSION: "the Mission"}
    with translation.override("en"):
        assert display.said(note, names).startswith("the Mission in IQG01, the whole on 15 July 2025: ")
        assert display.said(note, names).endswith("2.5, lower is better")
    with translation.override("ar"):
        shown = display.said(note, names)
        assert "١٥ تموز ٢٠٢٥" in shown
        assert not set("0123456789") & set(shown.replace("IQG01", ""))


# ----------------------------------------------------------------------------------------------------- why this number

SLUG = "mmmmmmmm-00000000-0000-7000-8000-000000000001"


def tree() -> tuple[Derivation, Any]:
    one, two = (measured(figure, on, id=SLUG) for figure, on in ((10, "2025-01-31"), (20, "2025-02-28")))
    inner = Derivation(rule="Added up over periods.", formula="10 + 20", inputs=(recorded(one), recorded(two)))
    return Derivation(rule="Measured.", inputs=(inner,)), indicator()


def rows(derivation: Derivation, facts: Any) -> list[display.Row]:
    return display.rows(derivation, facts, {MISSION: "Mission"}, [], None)


def test_a_record_as_recorded_is_one_line():
    with translation.override("en"):
        found = rows(*tree())
    assert [(row.depth, row.words, row.formula, row.figure, row.is_record) for row in found] == [
        (0, "Measured.", "", "", False),
        (1, "Added up over periods.", "10 + 20", "", False),
        (2, "measurement · 31 January 2025", "", "10", True),
        (2, "measurement · 28 February 2025", "", "20", True),
    ]
    assert {row.party for row in found if row.is_record} == {"Mission"}
    assert {row.address for row in found if row.is_record} == {f"/measurements/{SLUG}/"}


@pytest.mark.parametrize(
    "changes",
    [
        {"notes": (Note.of("Part of it."),)},
        {"formula": "10"},
        {"ratio": Fraction(1, 2)},
        {"inputs": (Source.of(measured(1, id=SLUG)), Source.of(measured(2, id=SLUG)))},
    ],
    ids=["a note", "a formula", "a share", "two records"],
)
def test_a_step_that_says_more_keeps_its_line(changes: Any):
    step = Derivation(**{"rule": "As recorded.", "inputs": (Source.of(measured(1, id=SLUG)),), **changes})
    found = rows(step, indicator())
    assert [row.is_record for row in found] == [False] + [True] * len(step.inputs)


# ------------------------------------------------------------------------------------------------------------ headline


@pytest.mark.parametrize(
    ("b", "t", "a", "words"),
    [
        (10, 20, 15, "50% of the way"),
        (10, 20, 25, "150% of the way"),
        (10, 20, 5, f"regression: {M}50%"),
        (None, 40, 10, "attainment 25%; there is no baseline to measure progress from"),
        (5, 5, 5, ""),
        (0, 10, 0, "0% of the way"),
        (0, 10, None, ""),
    ],
)
def test_what_a_page_says_first(b: int | None, t: int, a: int | None, words: str):
    facts = indicator(
        baselines=() if b is None else (baseline(b),),
        targets=(target(t),),
        measurements=() if a is None else (measured(a, "2025-06-30"),),
    )
    with translation.override("en"):
        assert display.headline(assess(facts, ON)) == words


def test_a_period_that_goes_on_is_not_said_to_lack_a_baseline():
    facts = indicator(
        nature=Nature.FLOW,
        baselines=(baseline(10, "2024-01-01", "2024-12-31"),),
        targets=(target(40, "2025-01-01", "2025-12-31"),),
        measurements=(measured(10, "2025-01-01", "2025-03-31"),),
    )
    with translation.override("en"):
        assert display.headline(assess(facts, ON)) == "25% so far of what the period is to reach"


def test_steps_on_a_scale():
    facts = indicator(
        Measure.ORDINAL,
        levels=4,
        baselines=(baseline(Amount(level=1)),),
        targets=(target(Amount(level=4)),),
        measurements=(measured(Amount(level=2), "2025-06-30"),),
    )
    with translation.override("en"):
        assert display.headline(assess(facts, ON)) == "1 of 3 levels"
    with translation.override("ar"):
        assert "١" in display.headline(assess(facts, ON))
