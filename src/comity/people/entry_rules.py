"""Rules of entry for this domain: from what somebody wants to enter to the rules in `domain`.

They hold for what is entered here, by form or by file. What arrives from another party, and what sources report, is
kept as it is and shown to contradict (`domain.clashes`).
"""

from collections.abc import Iterable
from typing import Any

from comity.kernel.codes import known
from comity.kernel.dates import PartialDate
from comity.kernel.errors import DomainError, require
from comity.kernel.text import N_
from comity.people import domain
from comity.people.domain.names import has_marks, spellings
from comity.people.models import Appointment, Organisation, Person, Position
from comity.people.terms import days_of, fact
from comity.records.rules import Entry

_DEEPEST = 50  # organisations inside organisations; more is a circle
_TERM = ("position", "person", "status", "starts", "ends", "observed")


class TermEndsBeforeItStarts(DomainError):
    """A term that would end before it began."""

    message = N_("The term would end (%(ends)s) before it starts (%(starts)s).")


class OwnCounterpart(DomainError):
    """A position cannot be its own counterpart."""

    message = N_("A position cannot be its own counterpart.")


class InsideItself(DomainError):
    """An organisation that would be part of itself, perhaps by a way round."""

    message = N_("An organisation cannot be part of itself, nor of what is inside it.")


class NameHoldsMarks(DomainError):
    """A name with invisible marks that turn the direction of writing."""

    message = N_(
        "This name holds invisible marks that turn the direction of writing, so that it could read as another name. "
        "Write it without them."
    )


class BornTooExactly(DomainError):
    """More of a date of birth than is needed."""

    message = N_("Of a birth only the year is kept: %(year)s.")


class BornLater(DomainError):
    """A birth in a year still to come."""

    message = N_("This year of birth is still to come.")


class AppointedBeforeBirth(DomainError):
    """An office held before its holder was born."""

    message = N_("This person was born in %(born)s, after a day of this office.")


class BornAfterAppointment(DomainError):
    """A year of birth after the beginning of an office that the person is said to have held."""

    message = N_("This person is entered as holding an office before this year.")


class PostIsHeld(DomainError):
    """A position of one holder that somebody else holds at that time."""

    message = N_(
        "Somebody else holds this position on %(on)s, and it has one holder at a time. End that appointment, or "
        "replace the holder on the position's page; for a leave, enter who stands in."
    )


class HeldTwice(DomainError):
    """The same person in the same position for terms that overlap."""

    message = N_("This person is entered in this position already, for a term that includes %(on)s.")


class NobodyStandsIn(DomainError):
    """A delegation to nobody."""

    message = N_("Say which position stands in, or who.")


class StandsInForItself(DomainError):
    """A delegation to the position itself, or to its own holder."""

    message = N_("Who stands in is somebody else than the holder.")


def check_organisation(entry: Entry) -> None:
    """An organisation is not inside itself, as far as whoever enters it can see."""
    parent = entry.fields.get("parent")
    table = Organisation.objects.visible_to(entry.actor)
    above = None if entry.row is None or parent is None else parent.pk
    for _ in range(_DEEPEST):
        if above is None:
            return
        require(above != entry.row.pk, InsideItself(field="parent"))
        above = table.filter(pk=above).values_list("parent_id", flat=True).first()


def check_position(entry: Entry) -> None:
    """A counterpart is another position."""
    counterpart = entry.get("counterpart")
    if entry.row is not None and counterpart is not None and counterpart.pk == entry.row.pk:
        raise OwnCounterpart(field="counterpart")


def check_person(entry: Entry) -> None:
    """A name is what it seems; of the birth only the year is kept, and no office is older than its holder."""
    check_names(entry, "name", "rank", "honorific")
    born = entry.fields.get("born")
    if born is None:
        return
    require(born.precision == "year", BornTooExactly(field="born", year=born.text[:4]))
    require(born.first <= entry.today, BornLater(field="born"))
    if entry.row is not None:
        held = Appointment.objects.visible_to(entry.actor).filter(
            person=entry.row.pk, record__party_id=entry.actor.party
        )
        require(not any(domain.born_after(born, fact(row)) for row in held), BornAfterAppointment(field="born"))


def check_mention(entry: Entry) -> None:
    """A name is what it seems, also of somebody who is only mentioned."""
    check_names(entry, "name")


def check_names(entry: Entry, *fields: str) -> None:
    """No spelling holds a mark that turns the direction of writing."""
    for name in fields:
        require(not has_marks(spellings(entry.fields.get(name), ())), NameHoldsMarks(field=name))
    require(not has_marks(spellings(None, entry.fields.get("variants") or ())), NameHoldsMarks(field="variants"))


def check_appointment(entry: Entry) -> None:
    """A term runs forwards, begins in its holder's lifetime, and does not run into another of the same party."""
    check_term(entry)
    for text in entry.get("observed") or ():
        PartialDate.parse(text)
    if entry.row is not None and all(entry.get(name) == getattr(entry.row, name) for name in _TERM):
        return  # what a partner's copy or an older version left here may stay while something else is mended
    new, position, person = _as_fact(entry), entry.get("position"), entry.get("person")
    born = Person.objects.visible_to(entry.actor).filter(pk=person.pk).values_list("born", flat=True).first()
    if born is not None and domain.born_after(born, new):
        raise AppointedBeforeBirth(field="starts" if new.starts else "observed", born=born)
    holders = Position.objects.visible_to(entry.actor).filter(pk=position.pk).values_list("holders", flat=True).first()
    others = Appointment.objects.visible_to(entry.actor).filter(
        position=position.pk, record__party_id=entry.actor.party
    )
    for clash in domain.refused_with(new, _facts(others, new.id), known(domain.Holders, holders or "")):
        on = PartialDate.parse(clash.on)
        twice = others.filter(pk__in=(clash.first, clash.second), person=person.pk).exclude(pk=new.id).exists()
        raise HeldTwice(field="starts", on=on) if twice else PostIsHeld(field="starts", on=on)


def check_term(entry: Entry) -> None:
    """A term runs forwards, as far as its dates are known."""
    starts, ends = entry.get("starts"), entry.get("ends")
    if starts and ends and ends.last < starts.first:
        raise TermEndsBeforeItStarts(field="ends", starts=starts, ends=ends)


def check_delegation(entry: Entry) -> None:
    """Somebody stands in, and is not whom they stand in for."""
    check_term(entry)
    position, delegate, person = (entry.get(name) for name in ("position", "delegate", "person"))
    require(delegate or person, NobodyStandsIn(field="delegate"))
    require(delegate is None or delegate.pk != position.pk, StandsInForItself(field="delegate"))
    if person is not None:
        terms = _facts(Appointment.objects.visible_to(entry.actor).filter(position=position.pk, person=person.pk), 0)
        starts = entry.get("starts")
        now = domain.serving(terms, starts.first if starts else entry.today)
        require(not now, StandsInForItself(field="person"))


def _as_fact(entry: Entry) -> domain.AppointmentFact:
    """The appointment as it will stand; 0 is the id of one that is new."""
    return domain.AppointmentFact(
        id=0 if entry.row is None else entry.row.pk,
        position=entry.get("position").pk,
        person=entry.get("person").pk,
        status=known(domain.AppointmentStatus, str(entry.get("status"))),
        starts=entry.get("starts"),
        ends=entry.get("ends"),
        observed=days_of(entry.get("observed") or ()),
    )


def _facts(rows: Iterable[Any], besides: int) -> list[domain.AppointmentFact]:
    return [fact(row) for row in rows if row.pk != besides]
