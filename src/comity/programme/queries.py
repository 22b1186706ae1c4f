"""What the pages of the programme show, for one subject on one day, in a bounded number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from comity.kernel.codes import known
from comity.kernel.errors import NotFound
from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.programme import gathering, models
from comity.programme.domain import facts as f
from comity.programme.domain import vocabulary as v
from comity.programme.domain.assessment import Assessment, assess
from comity.programme.domain.picture import ObjectivePicture, summarise
from comity.programme.domain.states import MandateStanding, ObjectiveStanding, mandate_standing, objective_standing
from comity.programme.wording import OBJECTIVE


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """An indicator as a list shows it."""

    row: models.Indicator
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class ObjectiveLine:
    """An objective with its state, its picture and what is under it; `host` is the party whose word it waits for.

    The picture and the state count `indicators`: those of its owner or of the host, under a result of one of the two.
    What other parties measure it by is their proposal, and stands beside as `proposed`.
    """

    row: models.Objective
    standing: ObjectiveStanding
    picture: ObjectivePicture
    indicators: tuple[IndicatorLine, ...]
    depth: int
    host: PartyId
    proposed: tuple[IndicatorLine, ...] = ()

    @property
    def label(self) -> Label:
        """The marking of the objective."""
        return label_of(self.row.label_id)

    @property
    def counts(self) -> tuple[tuple[str, int], ...]:
        """How many indicators stand how, in the order that a bar shows them."""
        return tuple((state.value, self.picture.counts[state]) for state in BAR_ORDER)


@dataclass(frozen=True, slots=True)
class Programme:
    """A mandate and the objectives under it, in order of the tree; `row` is None where the mandate is not shown."""

    row: models.Mandate | None
    standing: MandateStanding
    lines: tuple[ObjectiveLine, ...] = field(default=())

    @property
    def is_synthetic(self) -> bool:
        """Whether everything in it is generated."""
        labels = [line.label for line in self.lines] + ([label_of(self.row.label_id)] if self.row else [])
        return all(label.policy == "SYNTHETIC" for label in labels)


BAR_ORDER = (
    v.IndicatorState.ACHIEVED,
    v.IndicatorState.MAINTAINED,
    v.IndicatorState.ON_TRACK,
    v.IndicatorState.MEASURED,
    v.IndicatorState.BEHIND,
    v.IndicatorState.REGRESSING,
    v.IndicatorState.BREACHED,
    v.IndicatorState.NOT_MEASURED,
)


def programmes(subject: Subject, on: date) -> tuple[Programme, ...]:
    """Every mandate that `subject` may read with its objectives, the real ones before the generated."""
    mandates = list(models.Mandate.objects.visible_to(subject).select_related("record__party").order_by("pk"))
    rows = models.Objective.objects.visible_to(subject).select_related("record__party", "mandate").order_by("pk")
    shown = {row.pk: row for row in mandates}
    lines = lines_of(list(rows), subject, on, shown)
    per_mandate: dict[int | None, list[ObjectiveLine]] = defaultdict(list)
    for line in lines:
        per_mandate[line.row.mandate_id if line.row.mandate_id in shown else None].append(line)
    made = [
        Programme(row, mandate_standing(gathering.mandate(row), on), tuple(_as_tree(per_mandate[row.pk])))
        for row in mandates
    ]
    if per_mandate[None]:
        made.append(Programme(None, mandate_standing(None, on), tuple(_as_tree(per_mandate[None]))))
    return tuple(sorted(made, key=lambda programme: programme.is_synthetic))


def lines_of(
    objectives: Sequence[models.Objective], subject: Subject, on: date, mandates: dict[int, models.Mandate]
) -> list[ObjectiveLine]:
    """Each objective (with its record, party and mandate at hand) with its state and picture."""
    pks = [row.pk for row in objectives]
    results = models.Result.objects.visible_to(subject).filter(objective__in=pks)
    under = {pk: (objective, owner) for pk, objective, owner in results.values_list(*_RESULT)}
    rows = models.Indicator.objects.visible_to(subject).filter(result__in=list(under))
    indicators = list(rows.select_related("record__party").order_by("pk"))
    facts = gathering.indicators(indicators, subject)
    per_objective: dict[int, list[IndicatorLine]] = defaultdict(list)
    for row in indicators:
        per_objective[under[row.result_id][0]].append(IndicatorLine(row, assess(facts[row.pk], on)))
    spoken, worded = gathering.spoken(pks, OBJECTIVE, subject)
    hosts = gathering.hosts()
    made = []
    for row in objectives:
        host = gathering.host_under(row.mandate.party_id if row.mandate_id else None, hosts)
        deciding = {row.record.party_id, host}
        lines: dict[bool, list[IndicatorLine]] = {True: [], False: []}
        for line in per_objective[row.pk]:
            lines[{line.row.record.party_id, under[line.row.result_id][1]} <= deciding].append(line)
        picture = summarise(line.assessment for line in lines[True])
        fact = objective_fact(row, mandates.get(row.mandate_id), spoken.get(row.pk, ()), host)
        fact = replace(fact, worded_at=worded.get(row.pk, 0))
        standing = objective_standing(fact, on, achieved=picture.is_achieved)
        made.append(ObjectiveLine(row, standing, picture, tuple(lines[True]), 0, host, tuple(lines[False])))
    return made


_RESULT = ("pk", "objective_id", "record__party_id")


def objective_fact(
    row: models.Objective, mandate: models.Mandate | None, spoken: Iterable[f.ConcurrenceFact], host: PartyId
) -> f.ObjectiveFacts:
    """An objective as the rules look at it."""
    return f.ObjectiveFacts(
        id=row.record.slug,
        owner=PartyId(row.record.party_id),
        host=host,
        stage=known(v.Stage, row.stage) or row.stage,
        mandate=gathering.mandate(mandate) if mandate else None,
        area=row.area,
        institution=str(row.institution_id) if row.institution_id else None,
        starts=row.starts,
        ends=row.ends,
        concurrences=tuple(spoken),
    )


def _as_tree(lines: Sequence[ObjectiveLine]) -> Iterator[ObjectiveLine]:
    """Parents before their children, each with its depth; a circle that came from elsewhere is cut."""
    shown = {line.row.pk for line in lines}
    below: dict[int | None, list[ObjectiveLine]] = defaultdict(list)
    for line in lines:
        below[line.row.parent_id if line.row.parent_id in shown else None].append(line)
    seen: set[int] = set()
    for top in (*below[None], *lines):  # what is left after those without a parent stands in a circle
        ahead = [(top, 0)]
        while ahead:
            line, depth = ahead.pop()
            if line.row.pk not in seen:
                seen.add(line.row.pk)
                yield replace(line, depth=depth)
                ahead += [(child, depth + 1) for child in reversed(below[line.row.pk])]


def objective_line(pk: int, subject: Subject, on: date) -> tuple[ObjectiveLine, models.Mandate | None]:
    """One objective, and its mandate where this subject may read it. Raises NotFound."""
    rows = models.Objective.objects.visible_to(subject).select_related("record__party", "mandate")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    mandate = (
        models.Mandate.objects.visible_to(subject).select_related("record__party").filter(pk=row.mandate_id).first()
    )
    return lines_of([row], subject, on, {mandate.pk: mandate} if mandate else {})[0], mandate


def indicator_line(pk: int, subject: Subject, on: date) -> IndicatorLine:
    """One indicator, assessed. Raises NotFound."""
    row = models.Indicator.objects.visible_to(subject).select_related("record__party").filter(pk=pk).first()
    if row is None:
        raise NotFound
    return IndicatorLine(row, assess(gathering.indicators([row], subject)[pk], on))
