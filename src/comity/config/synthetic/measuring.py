"""An indicator of the synthetic programme with its baselines, targets and measurements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from comity.config.synthetic.book import HOST, OTHER, Book, Words, words
from comity.config.synthetic.chance import Chance
from comity.programme.domain.facts import Period

SEX = {
    "key": "sex",
    "name": words("Sex", "الجنس"),
    "options": [
        {"key": "female", "name": words("female", "أنثى")},
        {"key": "male", "name": words("male", "ذكر")},
        {"key": "unknown", "name": words("unknown", "غير معروف")},
    ],
}


@dataclass(frozen=True, slots=True)
class Series:
    """What is recorded under one indicator; `owner` stated it, `reporter` measures it."""

    book: Book
    key: str
    owner: str
    reporter: str
    chance: Chance

    def baseline(self, when: Period | date, place: str = "", **amount: Any) -> str:
        """Where it stood."""
        return self._figure("baseline", self.owner, when, place, amount)

    def target(self, when: Period | date, place: str = "", **amount: Any) -> str:
        """Where it is to stand."""
        return self._figure("target", self.owner, when, place, amount)

    def measured(
        self, when: Period | date, place: str = "", *, by: str = "", late: int = 0, corrects: str = "", **amount: Any
    ) -> str:
        """What a party (the reporter, unless `by` says otherwise) found, collected some days after the period.

        `late` days are added to that; `corrects` is the measurement that this one replaces.
        """
        collected = min(_period(when).end + timedelta(days=self.chance.between(4, 12) + late), self.book.days.until)
        amount["collected_on"] = collected.isoformat()
        if corrects:
            amount["supersedes"] = corrects
        return self._figure("measurement", by or self.reporter, when, place, amount, again=bool(corrects))

    def verified(self, measurement: str, finding: str, mode: str, method: Words, note: Words | None = None) -> None:
        """What the other party found when it checked, some weeks later."""
        found = self.book.written[measurement]
        day = date.fromisoformat(found.fields["collected_on"]) + timedelta(days=self.chance.between(8, 20))
        self.book.add(
            "responses.verification",
            f"verification.{measurement.removeprefix('measurement.')}",
            OTHER[found.owner],
            about=measurement,
            finding=finding,
            mode=mode,
            method=method,
            verified_on=min(day, self.book.days.until).isoformat(),
            note=note,
        )

    def _figure(
        self, what: str, by: str, when: Period | date, place: str, amount: dict[str, Any], *, again: bool = False
    ) -> str:
        period = _period(when)
        parts = [what, self.key, place.lower(), period.end.isoformat(), "" if by == self.owner else by]
        key = ".".join(part for part in parts if part) + (".corrected" if again else "")
        return self.book.add(
            f"programme.{what}",
            key,
            by,
            indicator=f"indicator.{self.key}",
            period_start=period.start.isoformat(),
            period_end=period.end.isoformat(),
            place=place or None,
            **{name: _quantity(name, value) for name, value in amount.items()},
        )


def indicator(
    book: Book,
    key: str,
    result: str,
    title: Words,
    *,
    measure: str = "unit",
    nature: str = "stock",
    direction: str = "ascending",
    frequency: str = "quarterly",
    owner: str = HOST,
    reporter: str = "",
    additive: bool = False,
    **more: Any,
) -> Series:
    """A new indicator under `result`, verified by the party that does not report it."""
    reporter = reporter or owner
    book.add(
        "programme.indicator",
        f"indicator.{key}",
        owner,
        result=result,
        title=title,
        measure=measure,
        nature=nature,
        direction=direction,
        frequency=frequency,
        reporter=reporter,
        verifier=OTHER[reporter],
        additive=additive,
        **more,
    )
    return Series(book, key, owner, reporter, book.chance(key))


def by_sex(chance: Chance, total: int) -> list[dict[str, Any]]:
    """A breakdown of `total` that adds up to it; of a few nobody wrote down which."""
    unknown = chance.between(1, 3)
    female = (total - unknown) * chance.between(20, 35) // 100
    parts = {"female": female, "male": total - unknown - female, "unknown": unknown}
    return [{"options": {"sex": option}, "value": str(value)} for option, value in parts.items()]


def from_all_but(items: Iterable[Period], left_out: Period) -> list[Period]:
    """`items` without one: a gap that nobody filled."""
    return [item for item in items if item != left_out]


def _period(when: Period | date) -> Period:
    return when if isinstance(when, Period) else Period.on(when)


def _quantity(name: str, value: Any) -> Any:
    """Quantities are written as texts, as a data file writes them; levels and sample sizes are numbers."""
    return str(value) if name in {"value", "numerator", "denominator", "margin"} else value
