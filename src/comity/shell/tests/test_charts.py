"""Pictures say in words what they draw, run the way the language is read, and never draw what was not measured."""

import re
from datetime import date
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from comity.shell.chart_labels import ABOVE, BELOW, Wish, place
from comity.shell.chart_scale import Scale
from comity.shell.charts import seal, sparkline, state_bar, trajectory
from comity.shell.states import keys, state
from comity.shell.trajectory import nice_steps

BASELINE = (date(2024, 11, 30), Decimal("0.5"))
TARGET = (date(2027, 12, 31), Decimal("0.8"))
QUARTERS = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30), date(2025, 12, 31)]
POINTS = [(QUARTERS[0], Decimal("0.52")), (QUARTERS[1], None), (QUARTERS[2], Decimal("0.6")), (QUARTERS[3], Decimal(0))]


def parsed(markup: str) -> ET.Element:
    return ET.fromstring(f"<all>{markup}</all>")


def numbers(markup: str, tag: str, name: str) -> list[float]:
    return [float(node.get(name, "")) for node in parsed(markup).iter(tag)]


@given(st.lists(st.tuples(st.sampled_from(sorted(keys())), st.integers(0, 40)), max_size=8, unique_by=lambda p: p[0]))
def test_a_bar_is_as_long_as_its_counts(counts):
    total = sum(count for _key, count in counts)
    bar = state_bar(counts, "en")
    widths = numbers(bar, "rect", "width")
    assert len(widths) == sum(count > 0 for _key, count in counts)
    if total:
        gaps = len(widths) if len(widths) > 1 else 0
        assert sum(widths) + gaps == pytest.approx(200, abs=0.5)


def test_a_bar_says_its_numbers_and_begins_where_reading_begins():
    counts = [("on_track", 3), ("behind", 1), ("regressing", 0)]
    english, arabic = state_bar(counts, "en"), state_bar(counts, "ar")
    assert 'aria-label="3 on track, 1 behind"' in english
    assert numbers(english, "rect", "x") == [0.5, 150.5]
    assert numbers(arabic, "rect", "x") == [50.5, 0.5]
    assert "٣" in arabic


def test_a_bar_of_nothing_says_so():
    assert 'aria-label="no indicator"' in state_bar({}, "en")


def test_a_state_without_words_is_refused():
    with pytest.raises(KeyError):
        state_bar({"splendid": 1}, "en")


def test_states_that_stand_side_by_side_differ_in_shape():
    shapes = [state(key).mark for key in ("on_track", "behind", "regressing", "achieved", "not_measured")]
    assert len(set(shapes)) == len(shapes)


def test_no_line_crosses_a_gap():
    lines = [
        p.get("d") for p in parsed(sparkline(POINTS, BASELINE, TARGET, "en")).iter("path") if p.get("class") == "line"
    ]
    assert [line.count("M") for line in lines if line] == [2]
    chart = parsed(trajectory(POINTS, BASELINE, [TARGET], "en", "%"))
    first = next(chart.iter("svg"))
    drawn = "".join(p.get("d", "") for p in first.iter("path") if p.get("class") == "line")
    assert drawn.count("L") == 2  # baseline to the first, and the third to the fourth
    assert len([c for c in first.iter("circle") if c.get("class") == "gap"]) == 1


def test_a_measured_zero_is_drawn():
    chart = next(parsed(trajectory(POINTS, BASELINE, [TARGET], "en", "%")).iter("svg"))
    dots = [c for c in chart.iter("circle") if c.get("class") == "dot"]
    assert len(dots) == 3
    aims = parsed(trajectory([], None, [(date(2027, 1, 1), Decimal(0))], "en"))
    assert "target 0" in "".join(aims.itertext())


def test_time_runs_the_way_the_language_is_read():
    english, arabic = (
        [
            float(c.get("cx", ""))
            for c in next(parsed(trajectory(POINTS, BASELINE, [TARGET], one, "%")).iter("svg")).iter("circle")
        ]
        for one in ("en", "ar")
    )
    assert english == sorted(english)
    assert arabic == sorted(arabic, reverse=True)


def test_a_chart_says_itself_in_words_and_as_a_table():
    chart = trajectory(POINTS, BASELINE, [TARGET], "en", "%")
    assert (
        "Baseline 50% on 30 November 2024. Last measured 0% on 31 December 2025. Target 80% by 31 December 2027."
        in chart
    )
    rows = [["".join(cell.itertext()) for cell in row] for row in parsed(chart).iter("tr")]
    assert ["Measurement", "30 June 2025", "not measured"] in rows
    assert ["Measurement", "31 December 2025", "0%"] in rows
    assert len(rows) == 1 + 1 + 4 + 1


def test_an_arabic_chart_has_arabic_digits_only():
    with translation.override("ar"):
        chart = parsed(trajectory(POINTS, BASELINE, [TARGET], "ar", "%"))
    assert not re.search(r"\d", "".join(chart.itertext()).translate({0x660 + n: None for n in range(10)}))


def test_pictures_carry_no_style_of_their_own():
    drawn = trajectory(POINTS, BASELINE, [TARGET], "en", "%", date(2026, 1, 1), straight_line=True)
    for picture in (drawn, sparkline(POINTS, BASELINE, TARGET), state_bar({"behind": 2}), seal("nmi")):
        assert not re.search(r"\s(style|fill|stroke|on\w+)=", picture)


def test_what_people_typed_is_escaped():
    assert "<b>" not in trajectory(POINTS, BASELINE, [TARGET], "en", "<b>units</b>")


def test_nothing_known_draws_nothing():
    assert sparkline([], None, None) == ""
    assert trajectory([(QUARTERS[0], None)]) == ""


def test_seals_differ_and_stay():
    assert seal("party-a") == seal("party-a")
    assert len({seal(f"party-{number}") for number in range(40)}) > 30


steps = st.decimals(min_value=-(10**6), max_value=10**6, places=3)


@given(steps, steps)
def test_the_grid_holds_every_value_in_few_lines(one, other):
    low, high = sorted((one, other))
    lines = nice_steps(low, high)
    assert lines[0] <= low
    assert lines[-1] >= high
    assert 2 <= len(lines) <= 8
    assert len({after - before for before, after in pairwise(lines)}) == 1


@given(st.lists(st.tuples(st.floats(60, 600), st.floats(40, 200), st.text("abc", min_size=3, max_size=12)), max_size=5))
def test_labels_stay_inside_and_apart(spots):
    scale = Scale(date(2025, 1, 1), date(2026, 1, 1), Decimal(0), Decimal(1), 50, 706, 24, 240, mirrored=False)
    wishes = [Wish(x, y, words, "") for x, y, words in spots]
    places = place(wishes, [], scale)
    for wish, (x, y) in zip(wishes, places, strict=True):
        assert scale.left - 1 <= x - wish.half
        assert x + wish.half <= scale.right + 13
        assert scale.top - 14 <= y <= scale.bottom
    boxes = list(zip(wishes, places, strict=True))
    for index, (wish, (x, y)) in enumerate(boxes):
        for other, (ox, oy) in boxes[index + 1 :]:
            assert abs(y - oy) >= ABOVE + BELOW or abs(x - ox) >= wish.half + other.half
