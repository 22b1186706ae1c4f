"""How figures, derivations and states of the programme are written for a reader."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from comity.kernel.dates import PartialDate
from comity.kernel.text import Text
from comity.programme import lists
from comity.programme.domain.assessment import Assessment
from comity.programme.domain.derivation import Derivation, Note, Source, SourceKind
from comity.programme.domain.facts import Amount, IndicatorFacts, Period, Place
from comity.programme.domain.numbers import figure
from comity.programme.domain.progress import ProgressKind
from comity.programme.domain.vocabulary import Measure, Worded
from comity.shell.format import day, digits, number, partial_date, percent, period, reader, separator
from comity.shell.texts import plain

Names = Mapping[Any, str]


def ratio(value: Fraction | None, places: int = 1) -> str:
    """A share as a percentage, rounded half up; "" for none."""
    if value is None:
        return ""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return percent(exact, places=places)


def amount(value: Amount | None, measure: Measure, levels: Iterable[Any] = (), unit: Any = None) -> str:
    """A figure as its measure is read: 12 courses, 31/102 = 30.4 %, the level's name, words."""
    if value is None or value.is_empty:
        return _("no figure")
    if measure is Measure.PERCENTAGE:
        return _share(value)
    if measure in (Measure.ORDINAL, Measure.NOMINAL) and value.level is not None:
        return _level(value.level, list(levels))
    if value.value is not None:
        return " ".join(filter(None, (number(value.value), plain(unit) if unit else "")))
    words = plain(value.narrative.json()) if value.narrative else ""
    judged = gettext(value.judgement.words) if value.judgement else ""
    return separator().join(filter(None, (judged, words))) or _bare(value)


def _bare(value: Amount) -> str:
    """A figure whose measure does not say how to read it: as it was recorded."""
    if value.numerator is not None and value.denominator is not None:
        return f"{number(value.numerator)}/{number(value.denominator)}"
    return next((number(one) for one in (value.level, value.numerator, value.denominator) if one is not None), "")


def _share(value: Amount) -> str:
    share = value.quantity(Measure.PERCENTAGE)
    shown = ratio(share / 100) if share is not None else _("no value")
    if value.numerator is None or value.denominator is None:
        return shown
    return f"{number(value.numerator)}/{number(value.denominator)} = {shown}"


def _level(level: int, levels: list[Any]) -> str:
    name = lists.words(levels[level - 1]) if 0 < level <= len(levels) else None
    return _("%(number)s: %(name)s") % {"number": number(level), "name": plain(name)} if name else number(level)


def _listed(facts: Iterable[object], show: Callable[[object], str]) -> str:
    return (_("، ") if reader() == "ar" else ", ").join(show(item) for item in facts)


# How a fact of a rule or note is written, the more special type first; anything else is its text.
_FACTS: tuple[tuple[type[Any] | tuple[type[Any], ...], Callable[[Any], str]], ...] = (
    (Worded, lambda fact: gettext(fact.words)),
    (Place, lambda fact: fact.code or _("the whole")),
    ((Fraction, Decimal), lambda fact: digits(figure(Fraction(fact)), reader())),
    (Period, lambda fact: period(fact.start, fact.end)),
    (PartialDate, partial_date),
    ((date, datetime), day),
    (Text, lambda fact: plain(fact.json())),
)


def teller(names: Names) -> Callable[[object], str]:
    """Writes a fact of a rule or note in the reader's language."""

    def show(fact: object) -> str:
        if isinstance(fact, tuple | list | frozenset):
            return _listed(fact, show)
        for of, write in _FACTS:
            if isinstance(fact, of):
                return write(fact)
        return names.get(fact) or digits(str(fact), reader())

    return show


def said(note: Note, names: Names) -> str:
    """A sentence with its facts, in the reader's language."""
    return note.said(gettext, teller(names))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of *why this number*: a rule with its formula and figure, or a record with its figure."""

    depth: int
    words: str
    formula: str
    figure: str
    address: str
    notes: tuple[str, ...]
    is_record: bool
    party: str
    is_bare: bool = False  # one record as it was recorded, without formula or note


def rows(derivation: Derivation, facts: IndicatorFacts, names: Names, levels: Iterable[Any], unit: Any) -> list[Row]:
    """The tree of a derivation in reading order."""
    named = list(levels)
    made: list[Row] = []
    for depth, item in derivation.lines():
        if isinstance(item, Source):
            # A step that only repeats its record is told by the record alone.
            repeats = bool(made) and made[-1].depth == depth - 1 and made[-1].is_bare
            at = made.pop().depth if repeats else depth
            made.append(_record_row(at, item, facts, names, named, unit))
        else:
            made.append(_rule_row(depth, item, facts, names, named, unit))
    return made


_PAGES = {
    SourceKind.MEASUREMENT: "programme:measurement",
    SourceKind.BASELINE: "shell:record",
    SourceKind.TARGET: "shell:record",
}


def _record_row(depth: int, item: Source, facts: IndicatorFacts, names: Names, levels: list[Any], unit: Any) -> Row:
    where = f"{separator()}{item.place}" if item.place else ""
    return Row(
        depth=depth,
        words=f"{gettext(item.kind.words)}{separator()}{period(item.period.start, item.period.end)}{where}",
        formula="",
        figure=amount(item.amount, facts.measure, levels, unit),
        address=reverse(_PAGES[item.kind], args=[item.id]),
        notes=(),
        is_record=True,
        party=names.get(item.author, item.author[:8]),
    )


def _rule_row(depth: int, item: Derivation, facts: IndicatorFacts, names: Names, levels: list[Any], unit: Any) -> Row:
    shown = ratio(item.ratio) if item.ratio is not None else ""
    if item.amount is not None and not shown:
        shown = amount(item.amount, facts.measure, levels, unit)
    return Row(
        depth=depth,
        words=item.said(gettext, teller(names)),
        formula=digits(item.formula, reader()),
        figure=shown,
        address="",
        notes=tuple(said(note, names) for note in item.notes),
        is_record=False,
        party="",
        is_bare=_is_bare(item),
    )


def _is_bare(item: Derivation) -> bool:
    """Whether a step adds nothing to the one record that it rests on."""
    alone = len(item.inputs) == 1 and isinstance(item.inputs[0], Source)
    return alone and not item.formula and not item.notes and item.ratio is None


def headline(it: Assessment) -> str:
    """What the page says first: progress, attainment, steps or a judgement; else the state."""
    if it.progress is not None:
        words = _("regression: %(share)s") if it.progress < 0 else _("%(share)s of the way")
        return words % {"share": ratio(it.progress)}
    if it.attainment is not None and it.kind is ProgressKind.SO_FAR:
        return _("%(share)s so far of what the period is to reach") % {"share": ratio(it.attainment)}
    if it.attainment is not None:
        return _("attainment %(share)s; there is no baseline to measure progress from") % {
            "share": ratio(it.attainment)
        }
    if it.steps is not None:
        return _("%(done)s of %(of)s levels") % {
            "done": digits(str(it.steps.done), reader()),
            "of": digits(str(it.steps.of), reader()),
        }
    if it.judgement is not None:
        return gettext(it.judgement.words)
    return ""
