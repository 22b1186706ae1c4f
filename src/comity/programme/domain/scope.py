"""What is refused when a mandate, an objective, an initiative or an indicator is entered."""

from collections.abc import Sequence
from datetime import date
from itertools import chain

from comity.kernel.dates import PartialDate
from comity.kernel.errors import DomainError
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.programme.domain.facts import IndicatorFacts, InitiativeFacts, MandateFacts, ObjectiveFacts
from comity.programme.domain.states import AGREES, initiative_standing, mandate_standing
from comity.programme.domain.vocabulary import InitiativeStatus, Measure, Nature
from comity.responses.domain import POSITION_WORDS


class DatesReversed(DomainError):
    """An end before its start."""

    message = N_("The end, %(end)s, is before the start, %(start)s.")


class MandateOfTheHost(DomainError):
    """A mandate that is not the host's own record."""

    message = N_("A mandate is a record of the host: only the host can enter it.")


class ClauseTwice(DomainError):
    """Two clauses of one name."""

    message = N_("The clause “%(clause)s” is there twice.")


class ClauseUnknown(DomainError):
    """An initiative that stands on nothing."""

    message = N_("The mandate has no clause “%(clause)s”. Choose the clause that the initiative stands on.")


class OutsideTheTerm(DomainError):
    """An initiative planned or done when the mandate is not in force."""

    message = N_(
        "The initiative runs from %(start)s to %(end)s, outside the term of the mandate (%(begins)s to %(ends)s)."
    )


class NotInForce(DomainError):
    """An initiative that is to be active outside a mandate in force."""

    message = N_("An initiative cannot be active outside a mandate in force.")


class AwaitsHost(DomainError):
    """An initiative that is to be active on an agreement in principle."""

    message = N_(
        "This was agreed in principle. It cannot be active before the host concurs: its official position is awaited."
    )


class HostSaysOtherwise(DomainError):
    """An initiative that is to be active against the host's word."""

    message = N_("It cannot be active: the host's official position is “%(position)s”.")


class HostAgreedToOtherWords(DomainError):
    """An initiative that is to be active on a concurrence with something else."""

    message = N_(
        "The host concurred with an earlier wording. It can be active once the host concurs with what it says now."
    )


class AreaOutside(DomainError):
    """A priority area that the mandate does not name."""

    message = N_("The area “%(area)s” is not in the scope of the mandate.")


class InstitutionOutside(DomainError):
    """An institution that the mandate does not name."""

    message = N_("This institution is not in the scope of the mandate.")


class ReasonMissing(DomainError):
    """A pause or an end without a reason."""

    message = N_("Say why: an initiative that is paused or cancelled gives its reason.")


class InItself(DomainError):
    """An objective under itself."""

    message = N_("An objective cannot stand under itself.")


class LevelsMissing(DomainError):
    """A scale without levels."""

    message = N_("Name at least two levels or categories.")


class UnknownMissing(DomainError):
    """A breakdown in which the unknown has no place."""

    message = N_("The breakdown “%(dimension)s” needs at least two options, one of them “unknown”, each named once.")


class DimensionTwice(DomainError):
    """Two breakdowns of one name."""

    message = N_("The breakdown “%(dimension)s” is there twice.")


class PeopleNotAdditive(DomainError):
    """People counted one by one and added up all the same."""

    message = N_("Distinct people cannot be added up over places: the same person may be counted twice.")


class NotARunningTotal(DomainError):
    """A running total of something that does not add up."""

    message = N_("Only a number can be a running total.")


class WeightImpossible(DomainError):
    """A weight of nothing or less."""

    message = N_("A weight is above 0.")


class VerifierIsReporter(DomainError):
    """A party that would verify its own figures."""

    message = N_("The verifier must be another party than the one that reports.")


class OutOfFive(DomainError):
    """A likelihood or effect that the scale does not have."""

    message = N_("Give a number from 1 to 5.")


def mandate_refusals(mandate: MandateFacts, host: PartyId) -> tuple[DomainError, ...]:
    """Why `mandate` cannot be entered; `host` is the party whose country it is."""
    found: list[DomainError] = []
    if mandate.owner != host:
        found.append(MandateOfTheHost())
    found += [ClauseTwice(field="clauses", clause=key) for key in _twice(mandate.clauses)]
    found += dates_refusals(mandate.begins, mandate.ends, field="ends")
    return tuple(found)


def objective_refusals(objective: ObjectiveFacts) -> tuple[DomainError, ...]:
    """Why `objective` cannot be entered; `objective.ancestors` are the ids above it, nearest first."""
    found: list[DomainError] = list(dates_refusals(objective.starts, objective.ends, field="ends"))
    if objective.id in objective.ancestors:
        found.append(InItself(field="parent"))
    mandate = objective.mandate
    if mandate is not None:
        found += _in_scope(
            mandate, frozenset({objective.area}) - {""}, frozenset(filter(None, [objective.institution]))
        )
    return tuple(found)


def initiative_refusals(initiative: InitiativeFacts, mandate: MandateFacts, on: date) -> tuple[DomainError, ...]:
    """Why `initiative` cannot be entered on the day `on`: no initiative is active outside a mandate in force."""
    found: list[DomainError] = [
        *dates_refusals(initiative.planned_start, initiative.planned_end, field="planned_end"),
        *dates_refusals(initiative.actual_start, initiative.actual_end, field="actual_end"),
    ]
    if initiative.clause not in mandate.clauses:
        found.append(ClauseUnknown(field="clause", clause=initiative.clause))
    found += _in_scope(mandate, initiative.areas, initiative.institutions)
    found += _in_term(mandate, initiative.planned_start, initiative.planned_end, field="planned_start")
    found += _in_term(mandate, initiative.actual_start, initiative.actual_end, field="actual_start")
    if initiative.status is InitiativeStatus.ACTIVE and not mandate_standing(mandate, on).in_force:
        found.append(NotInForce(field="status"))
    needs_reason = initiative.status in (InitiativeStatus.PAUSED, InitiativeStatus.CANCELLED)
    if needs_reason and initiative.status_reason is None:
        found.append(ReasonMissing(field="status_reason"))
    return tuple(found)


def activation_refusals(
    initiative: InitiativeFacts, mandate: MandateFacts, on: date, *, rewords: bool
) -> tuple[DomainError, ...]:
    """Why an initiative that was not active cannot become so; `rewords` says that the same entry changes its words."""
    if initiative.status not in (InitiativeStatus.ACTIVE, InitiativeStatus.COMPLETED):
        return ()
    standing = initiative_standing(initiative, mandate, on)
    word = standing.concurrence
    agreed = word is not None and word.position in AGREES
    if standing.changed_since or (rewords and agreed and initiative.owner != initiative.host):
        return (HostAgreedToOtherWords(field="status"),)
    if not standing.awaits:
        return ()
    if word is None:
        return (AwaitsHost(field="status"),)
    return (HostSaysOtherwise(field="status", position=POSITION_WORDS.get(word.position, word.position)),)


def indicator_refusals(indicator: IndicatorFacts) -> tuple[DomainError, ...]:
    """Why `indicator` cannot be entered."""
    found: list[DomainError] = []
    if indicator.measure in (Measure.ORDINAL, Measure.NOMINAL) and indicator.levels < 2:
        found.append(LevelsMissing(field="levels"))
    if indicator.nature is Nature.RUNNING_TOTAL and indicator.measure is not Measure.UNIT:
        found.append(NotARunningTotal(field="nature"))
    if indicator.distinct_people and indicator.additive:
        found.append(PeopleNotAdditive(field="additive"))
    if indicator.weight is not None and indicator.weight <= 0:
        found.append(WeightImpossible(field="weight"))
    if indicator.verifier == indicator.reporter:
        found.append(VerifierIsReporter(field="verifier"))
    found += [
        DimensionTwice(field="dimensions", dimension=key) for key in _twice([d.key for d in indicator.dimensions])
    ]
    found += [
        UnknownMissing(field="dimensions", dimension=dimension.key)
        for dimension in indicator.dimensions
        if len(dimension.options) < 2 or "unknown" not in dimension.options or _twice(dimension.options)
    ]
    return tuple(found)


def risk_refusals(likelihood: int | None, effect: int | None) -> tuple[DomainError, ...]:
    """Why a risk cannot be entered; a scale of 1 to 5, and what is not judged is left empty."""
    given = (("likelihood", likelihood), ("effect", effect))
    return tuple(OutOfFive(field=name) for name, value in given if value is not None and not 1 <= value <= 5)


def dates_refusals(start: PartialDate | None, end: PartialDate | None, *, field: str) -> tuple[DomainError, ...]:
    """An end that is certainly before its start; two dates of one year known only by the year are not."""
    if start is not None and end is not None and end.last < start.first:
        return (DatesReversed(field=field, start=start, end=end),)
    return ()


def _in_scope(mandate: MandateFacts, areas: frozenset[str], institutions: frozenset[str]) -> tuple[DomainError, ...]:
    outside = sorted(areas - mandate.areas) if mandate.areas else []
    strangers = sorted(institutions - mandate.institutions) if mandate.institutions else []
    return tuple(
        chain(
            (AreaOutside(field="area", area=area) for area in outside),
            (InstitutionOutside(field="institution") for _ in strangers),
        )
    )


def _in_term(
    mandate: MandateFacts, start: PartialDate | None, end: PartialDate | None, *, field: str
) -> tuple[DomainError, ...]:
    """Days that are certainly outside the term: an unknown end is open, a year is given the benefit of its days."""
    early = mandate.begins is not None and any(d is not None and d.last < mandate.begins.first for d in (start, end))
    late = mandate.ends is not None and any(d is not None and d.first > mandate.ends.last for d in (start, end))
    if not early and not late:
        return ()
    known = {"start": start, "end": end, "begins": mandate.begins, "ends": mandate.ends}
    return (OutsideTheTerm(field=field, **{name: day or "–" for name, day in known.items()}),)


def _twice(keys: Sequence[str]) -> list[str]:
    return sorted({key for key in keys if keys.count(key) > 1})
