"""Which measurements count: what was superseded drops out, and what breaks a rule of entry is kept and flagged.

Rules of entry refuse local input; what arrives from another party is applied all the same, so everything here must
make sense of a series that breaks them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.kernel.text import N_
from comity.programme.domain.derivation import Note
from comity.programme.domain.facts import MeasurementFact, Period


@dataclass(frozen=True, slots=True)
class Counting:
    """The measurements of a series that count, in order of period, and what was noticed on the way."""

    kept: tuple[MeasurementFact, ...]
    superseded: tuple[MeasurementFact, ...]
    flags: tuple[Note, ...]


def in_order(measurement: MeasurementFact) -> tuple[object, ...]:
    """By period end, then by the log: the last in a period is the one recorded last."""
    return measurement.period.end, measurement.period.start, measurement.log_index, measurement.id


def counting(measurements: Iterable[MeasurementFact]) -> Counting:
    """Drop what was superseded, however long the chain; does not depend on the order given.

    A measurement supersedes only an earlier one of the same indicator and author. Any other claim to supersede is
    flagged and has no effect, so that no party can make another's figure disappear.
    """
    given = {m.id: m for m in measurements}
    gone: set[str] = set()
    flags = []
    for m in sorted(given.values(), key=in_order):
        if m.supersedes is None:
            continue
        if m.supersedes not in given:
            flags.append(Note.of(N_("What this figure replaces is not among the figures shown to you."), id=m.id))
        elif may_supersede(m, given[m.supersedes], given):
            gone.add(m.supersedes)
        else:
            flags.append(Note.of(N_("A figure claims to replace one that it cannot replace; both are kept."), id=m.id))
    kept = [m for m in given.values() if m.id not in gone]
    dropped = [m for m in given.values() if m.id in gone]
    return Counting(tuple(sorted(kept, key=in_order)), tuple(sorted(dropped, key=in_order)), tuple(flags))


def may_supersede(new: MeasurementFact, old: MeasurementFact, given: dict[str, MeasurementFact]) -> bool:
    """Whether `new` may replace `old`: another record of the same indicator and author, and no circle."""
    if (new.indicator, new.author) != (old.indicator, old.author):
        return False
    seen, at = set(), old
    while True:
        if at.id == new.id:
            return False
        if at.id in seen or at.supersedes is None or at.supersedes not in given:
            return True
        seen.add(at.id)
        at = given[at.supersedes]


def overlapping(measurements: Iterable[MeasurementFact]) -> tuple[tuple[MeasurementFact, MeasurementFact], ...]:
    """Pairs of one author and place whose periods share a day, the one recorded first in front."""
    series: dict[tuple[str, str], list[MeasurementFact]] = {}
    for m in measurements:
        series.setdefault((m.author, m.place), []).append(m)
    pairs = []
    for members in series.values():
        members.sort(key=lambda m: m.period)
        for at, m in enumerate(members):
            for other in members[at + 1 :]:
                if other.period.start > m.period.end:
                    break
                pairs.append(sorted((m, other), key=lambda m: (m.log_index, m.id)))
    return tuple((first, second) for first, second in pairs)


def without_overlaps(measurements: Sequence[MeasurementFact]) -> tuple[list[MeasurementFact], list[MeasurementFact]]:
    """Split one place's figures into those that count once and those left out because their days were counted already.

    What was recorded first stands: a later figure for the same days is a correction only when it says so.
    """
    shares_days = {m.id for pair in overlapping(measurements) for m in pair}
    if not shares_days:
        return sorted(measurements, key=in_order), []
    stands: list[MeasurementFact] = []
    left_out = []
    for m in sorted(measurements, key=lambda m: (m.log_index, m.id)):
        if m.id in shares_days and any(m.period.overlaps(other.period) for other in stands):
            left_out.append(m)
        else:
            stands.append(m)
    return sorted(stands, key=in_order), sorted(left_out, key=in_order)


def within(place: str, other: str) -> bool:
    """Whether `place` lies inside `other`: P-codes grow to the right (IQG01 in IQ), and "" is the whole."""
    return place != other and place.startswith(other)


def by_place(measurements: Iterable[MeasurementFact]) -> dict[str, list[MeasurementFact]]:
    """The figures of each place, in order of time, places in order of code."""
    found: dict[str, list[MeasurementFact]] = {}
    for m in sorted(measurements, key=in_order):
        found.setdefault(m.place, []).append(m)
    return dict(sorted(found.items()))


def gaps(period: Period, measurements: Iterable[MeasurementFact]) -> tuple[Period, ...]:
    """The parts of `period` that no measurement covers."""
    return period.without(m.period for m in measurements)
