"""An objective's picture: how many of its indicators stand how, the worst critical one, and how much is measured.

Never an average of unlike things. A weighted index exists only where every weight was declared, every indicator has a
percentage, and at least the declared share is measured on time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from comity.kernel.text import N_
from comity.programme.domain.assessment import Assessment
from comity.programme.domain.derivation import Derivation, Note
from comity.programme.domain.numbers import figure, figure_of
from comity.programme.domain.vocabulary import IndicatorState

COVERS = N_("Covers what you may read.")
"""Said beside every picture: another reader may see another one."""

WORST_FIRST = (
    IndicatorState.BREACHED,
    IndicatorState.REGRESSING,
    IndicatorState.BEHIND,
    IndicatorState.NOT_MEASURED,
    IndicatorState.MEASURED,
    IndicatorState.ON_TRACK,
    IndicatorState.MAINTAINED,
    IndicatorState.ACHIEVED,
)


@dataclass(frozen=True, slots=True)
class ObjectivePicture:
    """`counts` has every state, 0 included; `on_time` of `due` indicators are measured on time.

    `coverage` is exact, and `None` where nothing is due. `index` always says why it is what it is, or why there is
    none (`index.ratio` is `None`).
    """

    counts: Mapping[IndicatorState, int]
    total: int
    worst_critical: Assessment | None
    on_time: int
    due: int
    coverage: Fraction | None
    index: Derivation

    @property
    def is_achieved(self) -> bool:
        """Whether there are indicators and each is achieved or kept at the level to keep."""
        good = self.counts[IndicatorState.ACHIEVED] + self.counts[IndicatorState.MAINTAINED]
        return self.total > 0 and good == self.total

    @property
    def is_measured(self) -> bool:
        """Whether at least one indicator has a figure."""
        return self.counts[IndicatorState.NOT_MEASURED] < self.total


def summarise(assessments: Iterable[Assessment], declared_coverage: Fraction = Fraction(1)) -> ObjectivePicture:
    """The picture of the given indicators; `declared_coverage` is the least share measured on time for an index."""
    given = tuple(assessments)
    due = [a for a in given if a.is_due]
    on_time = sum(a.is_on_time for a in due)
    coverage = Fraction(on_time, len(due)) if due else None
    return ObjectivePicture(
        counts={state: sum(a.state is state for a in given) for state in IndicatorState},
        total=len(given),
        worst_critical=min((a for a in given if a.indicator.critical), key=_badness, default=None),
        on_time=on_time,
        due=len(due),
        coverage=coverage,
        index=_index(given, coverage, declared_coverage),
    )


def _badness(assessment: Assessment) -> tuple[int, Fraction, str]:
    least = assessment.progress if assessment.progress is not None else Fraction(0)
    return WORST_FIRST.index(assessment.state), least, assessment.indicator.id


def _index(given: tuple[Assessment, ...], coverage: Fraction | None, declared: Fraction) -> Derivation:
    weighted = [(a, a.indicator.weight, a.progress) for a in given]
    if not given or any(weight is None or weight <= 0 for _, weight, _ in weighted):
        return Derivation(rule=N_("There is no index: not every indicator has a declared weight."))
    if coverage is None or coverage < declared:
        return Derivation(rule=N_("There is no index: less than the declared share is measured on time."))
    parts: list[tuple[Decimal, Fraction]] = [
        (weight, progress) for _, weight, progress in weighted if weight is not None and progress is not None
    ]
    if len(parts) < len(given):
        return Derivation(rule=N_("There is no index: not every indicator has a percentage of progress."))
    above = sum((Fraction(weight) * progress for weight, progress in parts), Fraction(0))
    below = sum((Fraction(weight) for weight, _ in parts), Fraction(0))
    terms = " + ".join(f"{figure_of(weight)} × {figure(progress)}" for weight, progress in parts)
    return Derivation(
        rule=N_("Weighted by the declared weights; an index of unlike things, to be read with the counts."),
        formula=f"({terms}) ÷ {figure(below)}",
        ratio=above / below,
        inputs=tuple(a.derivation for a in given),
        notes=(Note.of(N_("Progress below 0 and above one whole counts as it is.")),),
    )
