"""The objectives as a file: a line for each, with the columns of their page."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.programme.queries import BAR_ORDER, ObjectiveLine, Programme
from comity.shell import export
from comity.shell.format import separator
from comity.shell.record_views import party_names
from comity.shell.states import state
from comity.shell.texts import plain
from comity.shell.values import Bare


def of_objectives(programmes: Iterable[Programme]) -> export.Sheet:
    """Every objective under its mandate, with how its indicators stand."""
    columns = [_("Mandate"), _("Objective"), _("Depth"), _("State"), _("Owner"), _("Indicators")]
    columns += [_("Indicators: %(state)s") % {"state": state(one.value)} for one in BAR_ORDER]
    columns += [_("Measured on time"), _("Due")]
    return export.Sheet("objectives", _("Objectives"), columns, _lines(programmes))


def _lines(programmes: Iterable[Programme]) -> Iterator[export.Line]:
    names = party_names()
    for programme in programmes:
        title = plain(programme.row.title) if programme.row else _("Under a mandate that is not shared with us")
        above: list[Label] = [label_of(programme.row.label_id)] if programme.row else []
        for line in programme.lines:
            owner = names[line.row.record.party_id]
            cells: list[Bare] = [title, plain(line.row.statement), line.depth + 1, _state(line), owner]
            cells += [line.picture.total, *(count for _key, count in line.counts)]
            yield export.Line([*cells, line.picture.on_time, line.picture.due], [line.label, *above])


def _state(line: ObjectiveLine) -> str:
    words = [str(state(line.standing.state.value))]
    return separator().join(words + ([_("with conditions")] if line.standing.has_conditions else []))
