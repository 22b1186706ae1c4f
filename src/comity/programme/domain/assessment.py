"""One indicator on one day: what it is called, why, how sure and how old the figure is, and what is odd about it.

The reporter's series decides. What other parties measured stands beside it, and where the two disagree the page shows
both: they are never averaged.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.programme.domain.aggregation import roll_up_with_baseline
from comity.programme.domain.confidence import least_confidence
from comity.programme.domain.derivation import Derivation, SourceKind
from comity.programme.domain.facts import IndicatorFacts, MeasurementFact
from comity.programme.domain.flags import Flag, disagreements, flags_of
from comity.programme.domain.flows import judge_flow
from comity.programme.domain.freshness import due_on, freshness_of, last_covered
from comity.programme.domain.levels import judge_level
from comity.programme.domain.progress import ProgressKind, Steps
from comity.programme.domain.series import counting
from comity.programme.domain.verdict import Verdict, unjudged
from comity.programme.domain.vocabulary import Confidence, Freshness, IndicatorState, Judgement, Measure, Nature


@dataclass(frozen=True, slots=True)
class Series:
    """One party's figures: those that count, in order of time, those replaced, and what it amounts to by itself."""

    author: PartyId
    decides: bool
    figures: tuple[MeasurementFact, ...]
    superseded: tuple[MeasurementFact, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a page needs to show one indicator; `derivation` is the top of *why this number*.

    `progress` and `attainment` are exact (1 is 100 %) and `None` where no percentage may be shown; `steps` replaces
    them on a scale. `derivation`, `actual`, `baseline`, `target` and `expected` each say what they rest on. `as_of` is
    the last day that the figure covers, `covered_until` the last that every place has a figure for. `roll_up` is a
    percentage over everything recorded, the baseline included.
    """

    indicator: IndicatorFacts
    on: date
    state: IndicatorState
    kind: ProgressKind
    progress: Fraction | None
    attainment: Fraction | None
    steps: Steps | None
    judgement: Judgement | None
    actual: Derivation | None
    baseline: Derivation | None
    target: Derivation | None
    expected: Derivation | None
    derivation: Derivation
    roll_up: Derivation | None
    confidence: Confidence | None
    freshness: Freshness
    as_of: date | None
    covered_until: date | None
    due_on: date | None
    flags: tuple[Flag, ...]
    series: tuple[Series, ...]

    @property
    def state_words(self) -> str:
        """The state as a message id; on a copy, absence only says that nothing was shared."""
        if self.state is IndicatorState.NOT_MEASURED and self.indicator.copy:
            return N_("no measurement shared with us")
        return self.state.words

    @property
    def is_due(self) -> bool:
        """Whether a measurement should have been made by now: one was, or the first has fallen due."""
        return self.freshness is not Freshness.NEVER or self.due_on is None or self.due_on <= self.on

    @property
    def is_on_time(self) -> bool:
        """Whether the figure is not older than it may be."""
        return self.freshness in (Freshness.FRESH, Freshness.DUE)


def assess(indicator: IndicatorFacts, on: date) -> Assessment:
    """The indicator as it stands on the day `on`, from the records that `indicator` holds."""
    authors = sorted({m.author for m in indicator.measurements} | {indicator.reporter})
    series = tuple(_series(indicator, author, on) for author in authors)
    verdict = next(s.verdict for s in series if s.decides)
    own = [m for m in indicator.measurements if m.author == indicator.reporter]
    covered = last_covered(own, on)
    used = {s.id for s in verdict.actual.sources() if s.kind is SourceKind.MEASUREMENT}
    read = not indicator.unknown
    progress = verdict.progress
    is_way = progress.kind in (ProgressKind.PROGRESS, ProgressKind.REGRESSION)
    return Assessment(
        indicator=indicator,
        on=on,
        state=verdict.state,
        kind=progress.kind,
        progress=progress.ratio if is_way else None,
        attainment=None if is_way else progress.ratio,
        steps=progress.steps,
        judgement=progress.judgement,
        actual=verdict.actual if verdict.actual.sources() else None,
        baseline=verdict.baseline.derivation if verdict.baseline else None,
        target=verdict.target.derivation if verdict.target else None,
        expected=verdict.expected,
        derivation=verdict.why,
        roll_up=roll_up_with_baseline(indicator, [m for m in own if m.period.end <= on]) if read else None,
        confidence=least_confidence(m for m in own if m.id in used),
        freshness=freshness_of(indicator, covered, on),
        as_of=verdict.actual.as_of,
        covered_until=covered,
        due_on=due_on(indicator, covered),
        flags=(*flags_of(indicator, on), *disagreements(indicator, used, on)) if read else (),
        series=tuple(sorted(series, key=lambda s: not s.decides)),
    )


def _series(indicator: IndicatorFacts, author: PartyId, on: date) -> Series:
    own = [m for m in indicator.measurements if m.author == author]
    counted = counting(own)
    return Series(author, author == indicator.reporter, counted.kept, counted.superseded, judge(indicator, own, on))


def judge(indicator: IndicatorFacts, series: Iterable[MeasurementFact], on: date) -> Verdict:
    """The verdict on one party's `series`."""
    if indicator.unknown:
        return unjudged(indicator, series, on)
    if indicator.nature is Nature.FLOW and indicator.measure is Measure.UNIT:
        return judge_flow(indicator, tuple(series), on)
    return judge_level(indicator, tuple(series), on)
