"""Who stands behind a figure: derived from what other parties found when they checked it.

Nobody verifies their own figure. Of one verifier the latest word counts. A finding of *not confirmed* makes the figure
disputed, whoever else confirmed it; *in part* confirms nothing by itself. A total is as sure as its least sure part.
"""

from collections.abc import Iterable

from comity.kernel.ids import PartyId
from comity.programme.domain.facts import MeasurementFact, VerificationFact
from comity.programme.domain.vocabulary import Confidence
from comity.responses.domain import Finding, Mode

RANK = (
    Confidence.DISPUTED,
    Confidence.SELF_REPORTED,
    Confidence.JOINTLY_VERIFIED,
    Confidence.INDEPENDENTLY_VERIFIED,
)
"""From least to most sure."""


def standing_verifications(measurement: MeasurementFact) -> tuple[VerificationFact, ...]:
    """The latest word of each verifier, the author's own left out, in the order of the log."""
    latest: dict[PartyId, VerificationFact] = {}
    for found in sorted(measurement.verifications, key=lambda v: (v.log_index, v.id)):
        if found.author != measurement.author and found.about == measurement.id:
            latest[found.author] = found
    return tuple(sorted(latest.values(), key=lambda v: (v.log_index, v.id)))


def confidence_in(measurement: MeasurementFact) -> Confidence:
    """How sure one figure is."""
    found = standing_verifications(measurement)
    if any(v.finding is Finding.NOT_CONFIRMED for v in found):
        return Confidence.DISPUTED
    modes = {v.mode for v in found if v.finding is Finding.CONFIRMED}
    if Mode.INDEPENDENT in modes:
        return Confidence.INDEPENDENTLY_VERIFIED
    return Confidence.JOINTLY_VERIFIED if Mode.JOINT in modes else Confidence.SELF_REPORTED


def least_confidence(measurements: Iterable[MeasurementFact]) -> Confidence | None:
    """How sure a figure made of `measurements` is: as its least sure part; `None` of nothing."""
    return min((confidence_in(m) for m in measurements), key=RANK.index, default=None)
