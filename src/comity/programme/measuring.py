"""The rules of measurements, for one and for a hundred thousand: what they look at is read once for each indicator."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from comity.kernel.errors import DomainError, NotFound
from comity.kernel.text import N_
from comity.labels.subject import Subject
from comity.programme import gathering, models
from comity.programme.domain import entry as rules
from comity.programme.domain import facts as f
from comity.records.models import Record
from comity.records.rules import Entry


class DescribedByANewerVersion(DomainError):
    """A figure for an indicator whose description this version cannot read, and so cannot check it against."""

    message = N_("A newer version described this indicator (%(codes)s). Figures for it are entered with that version.")


FIGURE = {
    "period_start": None, "period_end": None, "place": "", "value": None, "numerator": None, "denominator": None,
    "level": None, "narrative": None, "judgement": "", "cells": (), "grade": "", "sample_size": None, "margin": None,
    "collected_on": None,
}  # fmt: skip


def check_measurement(entry: Entry) -> None:
    """As `domain.entry.measurement_refusals`."""
    batch = Measuring(entry.actor)
    batch.load([entry])
    batch.check(entry)


class Measuring:
    """`records.rules.Batch` of measurements."""

    def __init__(self, actor: Subject) -> None:
        self._actor = actor
        self._series: dict[int, _Series] = {}
        self._checked: tuple[Entry, f.MeasurementFact] | None = None

    def load(self, entries: Sequence[Entry]) -> None:
        """Read the indicators that are new here, and what is measured of them."""
        named = {entry.get("indicator").pk for entry in entries if isinstance(entry.get("indicator"), Record)}
        wanted = named - self._series.keys()
        if not wanted:
            return
        table = models.Indicator.objects.visible_to(self._actor).select_related("record")
        self._series |= {row.pk: _Series(gathering.indicator(row)) for row in table.filter(pk__in=wanted)}
        measured = models.Measurement.objects.visible_to(self._actor).filter(indicator__in=wanted)
        rows = list(measured.select_related("record").order_by("period_end", "pk"))
        slugs = {row.pk: row.record.slug for row in rows}
        for row in rows:
            if row.indicator_id in self._series:
                self._series[row.indicator_id].add(gathering.measurement_fact(row, (), slugs))

    def check(self, entry: Entry) -> None:
        """Raise what `measurement_refusals` says of it."""
        series = self._of(entry)
        fact = _fact(entry)
        # Other figures matter only to one that shares days with them or replaces one of them.
        others = series.whole() if fact.supersedes is not None or series.near(fact) else series.indicator
        rules.refuse(rules.measurement_refusals(fact, others, entry.today))
        self._checked = entry, fact

    def admit(self, entry: Entry) -> None:
        """Count it among what is measured."""
        before, fact = self._checked or (None, None)
        self._of(entry).add(fact if fact is not None and before is entry else _fact(entry), named=False)

    def _of(self, entry: Entry) -> "_Series":
        series = self._series.get(entry.get("indicator").pk)
        if series is None:
            raise NotFound(field="indicator")
        if codes := series.indicator.unknown:
            raise DescribedByANewerVersion(field="indicator", codes=", ".join(codes))
        return series


class _Series:
    """An indicator without its measurements, and those apart, so that one that shares days is found without a walk."""

    def __init__(self, indicator: f.IndicatorFacts) -> None:
        self.indicator = indicator
        self._all: list[f.MeasurementFact] = []
        self._by_year: dict[tuple[str, str, int], list[f.MeasurementFact]] = defaultdict(list)

    def add(self, fact: f.MeasurementFact, *, named: bool = True) -> None:
        """One more; one that has no name yet gets one of its own."""
        fact = fact if named else replace(fact, id=f"new {len(self._all)}")
        self._all.append(fact)
        for year in range(fact.period.start.year, fact.period.end.year + 1):
            self._by_year[fact.author, fact.place, year].append(fact)

    def near(self, fact: f.MeasurementFact) -> bool:
        """Whether its author has a figure for some of its days and its place."""
        years = range(fact.period.start.year, fact.period.end.year + 1)
        return any(
            other.period.overlaps(fact.period)
            for year in years
            for other in self._by_year.get((fact.author, fact.place, year), ())
        )

    def whole(self) -> f.IndicatorFacts:
        """The indicator with all of its measurements."""
        return replace(self.indicator, measurements=tuple(self._all))


def _fact(entry: Entry) -> f.MeasurementFact:
    supersedes = entry.get("supersedes")
    figure: Any = SimpleNamespace(
        **{**FIGURE, **{name: entry.fields[name] for name in FIGURE if name in entry.fields}},
        record=SimpleNamespace(slug="new", party_id=entry.actor.party, log_index=None),
        indicator_id=entry.get("indicator").pk,
        supersedes_id=supersedes.pk if supersedes is not None else None,
    )
    return gathering.measurement_fact(figure, (), {figure.supersedes_id: supersedes.slug} if supersedes else {})
