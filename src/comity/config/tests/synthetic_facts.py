"""Entries of a data file as the facts that the rules of the programme look at, without a database."""

from datetime import date
from decimal import Decimal
from typing import Any

from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.programme.domain.facts import (
    Amount,
    BaselineFact,
    Cell,
    Dimension,
    IndicatorFacts,
    MeasurementFact,
    Period,
    TargetFact,
    VerificationFact,
)
from comity.programme.domain.vocabulary import Direction, Frequency, Judgement, Measure, Nature
from comity.records.datafile import DataDirectory, FileEntry
from comity.responses.domain import Finding, Mode


def of_kind(data: DataDirectory, kind: str) -> list[FileEntry]:
    return [entry for entry in data.entries if entry.kind == kind]


def indicators(data: DataDirectory) -> dict[str, IndicatorFacts]:
    """Every indicator with what is recorded under it, by its key."""
    return {entry.key: _indicator(entry, data) for entry in of_kind(data, "programme.indicator")}


def _indicator(entry: FileEntry, data: DataDirectory) -> IndicatorFacts:
    fields = entry.fields
    places = {other.key: index for index, other in enumerate(data.entries)}
    return IndicatorFacts(
        id=entry.key,
        owner=PartyId(entry.owner),
        reporter=PartyId(fields["reporter"]),
        measure=Measure(fields["measure"]),
        nature=Nature(fields["nature"]),
        direction=Direction(fields["direction"]),
        frequency=Frequency(fields["frequency"]),
        additive=fields["additive"],
        distinct_people=fields.get("distinct_people", False),
        straight_line=fields.get("straight_line", False),
        levels=len(fields.get("levels", ())),
        dimensions=tuple(
            Dimension(told["key"], tuple(option["key"] for option in told["options"]))
            for told in fields.get("dimensions", ())
        ),
        baselines=tuple(BaselineFact(**_figure(e)) for e in _under(entry, data, "baseline")),
        targets=tuple(TargetFact(**_figure(e)) for e in _under(entry, data, "target")),
        measurements=tuple(
            MeasurementFact(
                **_figure(e),
                indicator=entry.key,
                cells=tuple(Cell.of(cell["options"], amount(cell)) for cell in e.fields.get("cells", ())),
                supersedes=e.fields.get("supersedes"),
                collected_on=date.fromisoformat(e.fields["collected_on"]),
                grade=e.fields.get("grade", ""),
                sample_size=e.fields.get("sample_size"),
                margin=Decimal(e.fields["margin"]) if "margin" in e.fields else None,
                verifications=tuple(
                    _verification(v) for v in of_kind(data, "responses.verification") if v.fields["about"] == e.key
                ),
                log_index=places[e.key],
            )
            for e in _under(entry, data, "measurement")
        ),
    )


def _under(indicator: FileEntry, data: DataDirectory, what: str) -> list[FileEntry]:
    return [entry for entry in of_kind(data, f"programme.{what}") if entry.fields["indicator"] == indicator.key]


def _figure(entry: FileEntry) -> dict[str, Any]:
    days = (date.fromisoformat(entry.fields[name]) for name in ("period_start", "period_end"))
    return {
        "id": entry.key,
        "author": PartyId(entry.owner),
        "period": Period(*days),
        "place": entry.fields.get("place", ""),
        "amount": amount(entry.fields),
    }


def amount(fields: Any) -> Amount:
    numbers = {n: Decimal(fields[n]) for n in ("value", "numerator", "denominator") if n in fields}
    narrative = fields.get("narrative")
    return Amount(
        **numbers,
        level=fields.get("level"),
        judgement=Judgement(fields["judgement"]) if "judgement" in fields else None,
        narrative=Text("en", {"en": narrative["en"], "ar": narrative["ar"]}) if narrative else None,
    )


def _verification(entry: FileEntry) -> VerificationFact:
    return VerificationFact(
        id=entry.key,
        about=entry.fields["about"],
        author=PartyId(entry.owner),
        finding=Finding(entry.fields["finding"]),
        mode=Mode(entry.fields["mode"]),
        verified_on=date.fromisoformat(entry.fields["verified_on"]),
    )
