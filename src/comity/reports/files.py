"""What became of each sentence, as a file: the columns of the page, for the same reader."""

from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from comity.labels.domain import Label
from comity.records.resolve import Card
from comity.reports import domain
from comity.shell import export
from comity.shell.texts import plain
from comity.shell.values import Bare


def of_report(text: domain.Report, reading: domain.Reading, cards: Mapping[str, Card], label: Label) -> export.Sheet:
    """Every sentence of one text with its account; of records only what `cards` may show."""
    columns = [_("Sentence"), _("What it says"), _("Meant as"), _("Said by"), _("Became"), _("Rules"), _("Beside"),
        _("Nothing")]  # fmt: skip
    title = f"{_('report %(report)s') % {'report': text.number}}: {plain(text.title)}"
    return export.Sheet("reports", title, columns, _lines(text, reading, cards, label))


def _lines(
    text: domain.Report, reading: domain.Reading, cards: Mapping[str, Card], label: Label
) -> Iterator[export.Line]:
    rules = {rule.key: plain(rule.title) for rule in reading.rules}
    for one in text.sentences:
        named = [cards[name] for name in (*one.became, one.speaker) if name in cards]
        beside = [plain(finding.title) for finding in reading.found.get(f"{text.number}:{one.number}", ())]
        nothing = _(domain.REASONS[one.nothing]) if one.nothing else ""
        cells: list[Bare] = [
            one.number,
            plain(one.words),
            _(domain.MODES[one.mode]),
            _titles([one.speaker] if one.speaker else [], cards),
            _titles(one.became, cards),
            "; ".join(rules[key] for key in one.rules if key in rules),
            "; ".join(beside),
            f"{nothing} ({one.repeats})" if one.repeats else nothing,
        ]
        yield export.Line(cells, [label, *(card.label for card in named if card.label)])


def _titles(names: Sequence[str], cards: Mapping[str, Card]) -> str:
    """The records by their titles; one that may not be shown says only that there is one."""
    shown = [cards[name].title if name in cards and cards[name].shown else "" for name in names]
    return "; ".join(title or _("a record that is not shown to you") for title in shown)
