"""From an entry to the rules of `domain`: gathers the facts that a rule looks at, and raises what it refuses."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from comity.kernel.codes import known
from comity.kernel.errors import DomainError, NotFound, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_, Text
from comity.labels.subject import Subject
from comity.programme import gathering, lists, models
from comity.programme.domain import entry as rules
from comity.programme.domain import facts as f
from comity.programme.domain import scope
from comity.programme.domain import vocabulary as v
from comity.programme.domain.entry import refuse
from comity.programme.measuring import FIGURE, DescribedByANewerVersion
from comity.programme.wording import INITIATIVE
from comity.records import codec
from comity.records.models import Record, RecordRow
from comity.records.rules import Entry


class EvidenceMissing(DomainError):
    """A milestone that is done because somebody says so."""

    message = N_("A milestone is done with evidence: say what shows it.")


class OnlyDoneHasADay(DomainError):
    """A day of completion for something that is not done."""

    message = N_("Only what is done has a day on which it was done.")


def check_mandate(entry: Entry) -> None:
    """As `domain.scope.mandate_refusals`."""
    owner, clauses = PartyId(entry.actor.party), lists.keys(entry.get("clauses") or ())
    fact = f.MandateFacts("", owner, clauses, begins=entry.get("begins"), ends=entry.get("ends"))
    host = owner if owner in gathering.hosts() else PartyId("")
    refuse(scope.mandate_refusals(fact, host))


def check_objective(entry: Entry) -> None:
    """Dates in order, and no circle. Its area may be outside the mandate: then it is a proposal to widen it."""
    own = str(entry.row.pk) if entry.row is not None else ""
    fact = f.ObjectiveFacts(
        id=own,
        owner=PartyId(entry.actor.party),
        host=PartyId(""),  # whose word counts is no matter of entry
        stage=known(v.Stage, entry.get("stage")) or entry.get("stage"),
        starts=entry.get("starts"),
        ends=entry.get("ends"),
        ancestors=_ancestors(entry.get("parent"), entry.actor),
    )
    refuse(scope.objective_refusals(fact))


def _ancestors(parent: Record | None, actor: Subject) -> tuple[str, ...]:
    """The pks of the objectives above, nearest first; a circle is walked once."""
    found: list[str] = []
    pk = parent.pk if parent is not None else None
    while pk is not None and str(pk) not in found:
        found.append(str(pk))
        pk = models.Objective.objects.visible_to(actor).filter(pk=pk).values_list("parent_id", flat=True).first()
    return tuple(found)


def check_initiative(entry: Entry) -> None:
    """As `domain.scope.initiative_refusals`: inside its mandate's clauses and term."""
    row = _row(models.Mandate, entry, "mandate")
    reason = entry.get("status_reason")
    fact = f.InitiativeFacts(
        id="",
        owner=PartyId(entry.actor.party),
        clause=entry.get("clause") or "",
        status=known(v.InitiativeStatus, entry.get("status")) or entry.get("status"),
        status_reason=Text.of(reason) if reason else None,
        planned_start=entry.get("planned_start"),
        planned_end=entry.get("planned_end"),
        actual_start=entry.get("actual_start"),
        actual_end=entry.get("actual_end"),
    )
    refuse(scope.initiative_refusals(fact, gathering.mandate(row), entry.today))
    if entry.row is not None and entry.row.status != entry.get("status"):
        stands = replace(gathering.initiative(entry.row, entry.actor), status=fact.status)
        refuse(scope.activation_refusals(stands, gathering.mandate(row), entry.today, rewords=_rewords(entry)))


def _rewords(entry: Entry) -> bool:
    """Whether an entry changes what another party's word on the initiative was for."""
    several = codec.linked([entry.row])
    for name in INITIATIVE:
        if name in entry.fields:
            now = entry.fields[name]
            if name in several:
                if {record.pk for record in now} != set(several[name][entry.row.pk]):
                    return True
            elif (now or None) != (getattr(entry.row, name) or None):
                return True
    return False


def check_milestone(entry: Entry) -> None:
    """Done with evidence, its own or a report that says so; the day may be unknown, but only what is done has one."""
    done = entry.get("state") == v.MilestoneState.DONE
    if done and not entry.get("evidence") and not entry.get("sources"):
        raise EvidenceMissing(field="evidence")
    if not done and entry.get("done_on"):
        raise OnlyDoneHasADay(field="done_on")


def check_indicator(entry: Entry) -> None:
    """As `domain.scope.indicator_refusals`."""
    row = SimpleNamespace(
        **{name: entry.get(name) for name in ("measure", "nature", "direction", "frequency", "weight", "title")},
        **{name: bool(entry.get(name)) for name in ("additive", "distinct_people", "straight_line", "critical")},
        levels=entry.get("levels") or [],
        dimensions=entry.get("dimensions") or [],
        reporter_id=entry.get("reporter").pk,
        verifier_id=entry.get("verifier").pk if entry.get("verifier") else None,
        record=_own(entry),
    )
    refuse(scope.indicator_refusals(gathering.indicator(row)))


def check_risk(entry: Entry) -> None:
    """As `domain.scope.risk_refusals`."""
    refuse(scope.risk_refusals(entry.get("likelihood"), entry.get("effect")))


def check_baseline(entry: Entry) -> None:
    """As `domain.entry.baseline_refusals`."""
    fact, indicator = _figure(entry)
    refuse(rules.baseline_refusals(gathering.baseline_fact(fact), indicator))


def check_target(entry: Entry) -> None:
    """As `domain.entry.target_refusals`."""
    fact, indicator = _figure(entry)
    refuse(rules.target_refusals(gathering.target_fact(fact), indicator))


def _row(model: type[RecordRow], entry: Entry, name: str) -> Any:
    """What the ref `name` of the entry names, where its author may read it."""
    row = model.objects.visible_to(entry.actor).select_related("record__party").filter(pk=entry.get(name).pk).first()
    require(row is not None, NotFound(field=name))
    return row


def _own(entry: Entry) -> Any:
    """The record of the entry, or what stands for it while it has none."""
    if entry.row is not None:
        return entry.row.record
    return SimpleNamespace(slug="new", party_id=entry.actor.party, log_index=None)


def _figure(entry: Entry) -> tuple[Any, f.IndicatorFacts]:
    """The entry as a row of figures, and its indicator with what is recorded already."""
    row = _row(models.Indicator, entry, "indicator")
    indicator = gathering.indicators([row], entry.actor)[row.pk]
    if indicator.unknown:
        raise DescribedByANewerVersion(field="indicator", codes=", ".join(indicator.unknown))
    values = {name: entry.fields.get(name, getattr(entry.row, name, empty)) for name, empty in FIGURE.items()}
    figure = SimpleNamespace(**{**FIGURE, **values}, record=_own(entry), indicator_id=row.pk)
    return figure, indicator
