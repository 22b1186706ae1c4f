"""Why a number is what it is: the tree can be walked, and everything in it can be said."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest

from comity.programme.domain import facts, vocabulary
from comity.programme.domain.derivation import Derivation, Note, Source, SourceKind, plain, recorded
from comity.programme.domain.facts import Period, Place
from comity.programme.domain.vocabulary import (
    PRIORITY_AREAS,
    Frequency,
    IndicatorState,
    Measure,
    Nature,
    ResultLevel,
    Worded,
    area_words,
)
from comity.programme.tests.domain_cases import assess, baseline, indicator, measured, target


def test_every_number_leads_back_to_its_records():
    b, t, figures = baseline(10), target(20), [measured(7, place="A"), measured(8, place="B")]
    found = assess(indicator(baselines=(b,), targets=(t,), measurements=tuple(figures)), date(2025, 2, 15))
    assert [source.id for source in found.derivation.sources()] == [b.id, t.id, *(m.id for m in figures)]
    depths = [depth for depth, _ in found.derivation.lines()]
    assert depths[0] == 0
    assert all(after - before <= 1 for before, after in pairwise(depths))


def test_every_sentence_of_an_assessment_can_be_said():
    told = indicator(
        nature=Nature.RUNNING_TOTAL,
        baselines=(baseline(10, place="A"), baseline(10, place="B")),
        targets=(target(50),),
        measurements=(
            measured(14, "2025-01-31", place="A"),
            measured(13, "2025-02-28", place="A"),
            measured(11, "2025-01-31", place="B"),
        ),
        straight_line=True,
    )
    sentences = []
    for _, item in assess(told, date(2025, 3, 1)).derivation.lines():
        if isinstance(item, Derivation):
            sentences += [item.said(), *(note.said() for note in item.notes)]
    assert len(sentences) > 5
    assert not [sentence for sentence in sentences if "%(" in sentence]


def test_a_note_is_translated_before_it_is_filled():
    note = Note.of("Not measured: %(periods)s.", periods=(Period.on(date(2025, 1, 1)),))
    assert note.said(lambda message: message.upper().replace("PERIODS", "periods").replace(")S", ")s")) == (
        "NOT MEASURED: 2025-01-01."
    )
    assert note.said(show=lambda _: "never") == "Not measured: never."


@pytest.mark.parametrize(
    ("fact", "shown"),
    [
        (Measure.UNIT, "number"),
        (Decimal("-1.50"), "−1.5"),
        (Fraction(1, 3), "0.33"),
        ((Place("IQG01"), Place("")), "IQG01, the whole"),
        (date(2025, 1, 2), "2025-01-02"),
    ],
)
def test_facts_are_written_plainly(fact, shown):
    assert plain(fact) == shown


def test_notes_are_gathered_once():
    note = Note.of("x")
    inner = Derivation(rule="a", notes=(note,))
    assert Derivation(rule="b", notes=(note,), inputs=(inner, inner)).all_notes() == (note,)


def test_a_record_is_its_own_source():
    m = measured(3)
    made = recorded(m)
    assert made.inputs == (Source(SourceKind.MEASUREMENT, m.id, m.author, m.period, "", m.amount),)
    assert made.as_of == m.period.end
    assert recorded(baseline(3)).as_of is None


def test_codes_of_the_aid_standard_stand_beside_ours():
    assert {m.value: m.iati for m in Measure} == {
        "unit": "1",
        "percentage": "2",
        "nominal": "3",
        "ordinal": "4",
        "qualitative": "5",
    }
    assert [level.iati for level in ResultLevel] == ["1", "2", "3"]
    assert [f.months for f in Frequency] == [1, 3, 6, 12, None]


def test_every_code_has_its_word():
    lists = [v for v in vars(vocabulary).values() if isinstance(v, type) and issubclass(v, Worded) and v is not Worded]
    assert len(lists) > 10
    assert all(member.words for codes in lists for member in codes)
    assert IndicatorState("on_track") is IndicatorState.ON_TRACK
    assert str(IndicatorState.ON_TRACK) == "on_track"


def test_an_area_that_a_node_added_is_shown_by_its_code():
    assert area_words("logistics") == PRIORITY_AREAS["logistics"]
    assert area_words("space") == "space"


def test_an_amount_knows_when_nothing_was_given():
    assert facts.Amount().is_empty
    assert not facts.Amount(value=Decimal(0)).is_empty
