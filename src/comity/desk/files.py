"""What was found, and the log, as files: the columns of their pages, for the same reader."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from comity.desk.log import EVENT_WORDS, Line, log_lines
from comity.desk.searching import Wanted
from comity.labels.subject import Subject
from comity.records.kinds import all_kinds
from comity.records.resolve import Card
from comity.shell import export
from comity.shell.record_views import party_names
from comity.shell.values import Bare, above

_AT_ONCE = 500


def of_search(wanted: Wanted, subject: Subject) -> export.Sheet:
    """Every record that a search finds."""
    columns = [_("Record"), _("Kind of record"), _("Belongs to"), _("Owner")]
    words = {kind.code: _(kind.plural) for kind in all_kinds()}
    narrowed = [(_("Words"), wanted.words), (_("Kind of record"), words.get(wanted.kind, ""))]
    said = [(name, value) for name, value in narrowed if value]
    return export.Sheet("search", _("Search"), columns, _found(wanted, subject), said)


def _found(wanted: Wanted, subject: Subject) -> Iterator[export.Line]:
    names = party_names()
    for part in wanted.all(subject, _AT_ONCE):
        for card in part.cards:
            owner = names[card.party.pk] if card.party else None
            yield export.Line([*_about(card, part.above.get(card.pk)), owner], part.labels(card))


def _about(card: Card | None, belongs_to: Card | None) -> list[Bare]:
    """Title, kind, and what it belongs to, as far as they are shown."""
    if card is None:
        return [None, None, None]
    if card.kind is None:  # not shown, or not known here
        return [_("a record that is not shown to you"), None, None]
    return [card.title, _(card.kind.singular), belongs_to.title if belongs_to else None]


def of_log(subject: Subject) -> export.Sheet:
    """The log as far as `subject` may see it, newest first."""
    columns = [
        _("Entry"),
        _("When"),
        _("What"),
        _("About"),
        _("Kind of record"),
        _("Belongs to"),
        _("Party"),
        _("Hash"),
    ]
    return export.Sheet("log", _("Log"), columns, _entries(subject))


def _entries(subject: Subject) -> Iterator[export.Line]:
    names, before, more = party_names(), 0, True
    while more:
        lines = log_lines(subject, before=before, limit=_AT_ONCE)
        named = above([line.card for line in lines if line.card], subject)
        for line in lines:
            belongs_to = named.get(line.card.pk) if line.card else None
            party = names[line.party.pk] if line.party else None
            at = timezone.localtime(line.at).replace(tzinfo=None, microsecond=0)
            cells = [line.index, at, _what(line), *_about(line.card, belongs_to), party, line.leaf_hash]
            yield export.Line(cells, [one.label for one in (line.card, belongs_to) if one and one.label])
        before, more = (lines[-1].index, lines[-1].index > 0) if lines else (0, False)


def _what(line: Line) -> str:
    """What was done, in words; of a bare entry only that another party did it."""
    if line.bare:
        return _("an act of another party")
    number = (line.facts or {}).get("revision")
    return " ".join(str(part) for part in (_(EVENT_WORDS.get(line.event, line.event)), number) if part)
