"""The kinds of record that this domain shares."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from comity.kernel.dates import PartialDate
from comity.kernel.errors import DomainError
from comity.kernel.text import N_
from comity.labels.subject import Role
from comity.people import domain, models
from comity.records.kinds import Body, Kind, Words
from comity.records.rules import Entry
from comity.records.titles import titled
from comity.shell.format import partial_date
from comity.shell.record_forms import DatesField

STAFF = frozenset({Role.PROGRAMME_MANAGER, Role.CHIEF, Role.REGISTRY_CLERK})
NOTE = Words(N_("Remark"), N_("A doubt, or what a reader should know."))


class TermEndsBeforeItStarts(DomainError):
    """An appointment that would end before it began."""

    message = N_("The appointment would end (%(ends)s) before it starts (%(starts)s).")


class OwnCounterpart(DomainError):
    """A position cannot be its own counterpart."""

    message = N_("A position cannot be its own counterpart.")


def check_appointment(entry: Entry) -> None:
    """A term runs forwards, as far as its dates are known; reported dates are dates."""
    starts, ends = entry.get("starts"), entry.get("ends")
    if starts and ends and ends.last < starts.first:
        raise TermEndsBeforeItStarts(field="ends", starts=starts, ends=ends)
    for text in entry.get("observed") or ():
        PartialDate.parse(text)


def check_position(entry: Entry) -> None:
    """A counterpart is another position."""
    counterpart = entry.get("counterpart")
    if entry.row is not None and counterpart is not None and counterpart.pk == entry.row.pk:
        raise OwnCounterpart(field="counterpart")


def _codes(words: dict[Any, str]) -> Iterable[tuple[str, str]]:
    return [(str(code), word) for code, word in words.items()]


def _appointment_title(body: Body, language: str) -> str:
    term = [partial_date(body[name], language) for name in ("starts", "ends") if body.get(name)]
    observed = [partial_date(day, language) for day in body.get("observed", ())]
    status = domain.STATUS_WORDS.get(str(body.get("status", "")))
    return " – ".join(term) or ", ".join(observed) or (gettext(status) if status else "")


KINDS = (
    Kind(
        name="people.organisation/1",
        model=models.Organisation,
        singular=N_("Organisation"),
        plural=N_("Organisations"),
        title=titled("name"),
        fields={
            "name": Words(N_("Name")),
            "nature": Words(N_("What it is")),
            "parent": Words(N_("Part of")),
            "country": Words(N_("Country"), N_("Two letters, such as IQ; empty for an international organisation.")),
            "note": NOTE,
        },
        roles=STAFF,
        refs={"parent": ("people.organisation",)},
        choices={"nature": lambda: _codes(domain.NATURE_WORDS)},
        required=frozenset({"name", "nature"}),
    ),
    Kind(
        name="people.position/1",
        model=models.Position,
        singular=N_("Position"),
        plural=N_("Positions"),
        title=titled("title"),
        fields={
            "title": Words(N_("Title of the post")),
            "organisation": Words(N_("Organisation")),
            "holders": Words(N_("Holders")),
            "counterpart": Words(N_("Counterpart"), N_("The position on the other side that this one works with.")),
            "note": NOTE,
        },
        roles=STAFF,
        refs={"organisation": ("people.organisation",), "counterpart": ("people.position",)},
        choices={"holders": lambda: _codes(domain.HOLDERS_WORDS)},
        required=frozenset({"title", "organisation", "holders"}),
        check=check_position,
        parent="organisation",
    ),
    Kind(
        name="people.person/1",
        model=models.Person,
        singular=N_("Person"),
        plural=N_("People"),
        title=titled("name"),
        fields={
            "name": Words(N_("Name"), N_("Whoever may read the label of this record will see this name.")),
            "variants": Words(N_("Other spellings"), N_("One a line, in either script.")),
            "rank": Words(N_("Rank")),
            "honorific": Words(N_("Form of address")),
            "note": NOTE,
        },
        roles=STAFF,
        required=frozenset({"name"}),
    ),
    Kind(
        name="people.appointment/1",
        model=models.Appointment,
        singular=N_("Appointment"),
        plural=N_("Appointments"),
        title=_appointment_title,
        fields={
            "position": Words(N_("Position")),
            "person": Words(N_("Person")),
            "status": Words(N_("Status")),
            "starts": Words(N_("From"), N_("A year, a month or a day, as far as it is known.")),
            "ends": Words(N_("Until")),
            "observed": Words(N_("Reported in office on"), N_("One date a line.")),
            "note": NOTE,
        },
        roles=STAFF,
        refs={"position": ("people.position",), "person": ("people.person",)},
        choices={"status": lambda: _codes(domain.STATUS_WORDS)},
        form_fields={"observed": DatesField},
        required=frozenset({"position", "person", "status"}),
        check=check_appointment,
        parent="position",
    ),
)
