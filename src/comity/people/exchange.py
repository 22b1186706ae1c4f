"""The kinds of record that this domain shares."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext

from comity.kernel.codes import known
from comity.kernel.text import N_
from comity.labels.subject import Role
from comity.people import domain, entry_rules, form_fields, models
from comity.records.kinds import Body, Kind, Words
from comity.records.titles import titled
from comity.shell.format import partial_date
from comity.shell.record_forms import DatesField

STAFF = frozenset({Role.PROGRAMME_MANAGER, Role.CHIEF, Role.REGISTRY_CLERK})
PRECEDENCE = Words(N_("Precedence"), N_("Place in protocol order; 1 comes first."))
NOTE = Words(N_("Remark"), N_("A doubt, or what a reader should know."))


def _codes(words: dict[Any, str]) -> Iterable[tuple[str, str]]:
    return [(str(code), word) for code, word in words.items()]


def _appointment_title(body: Body, language: str) -> str:
    term = [partial_date(body[name], language) for name in ("starts", "ends") if body.get(name)]
    observed = [partial_date(day, language) for day in body.get("observed", ())]
    status = domain.STATUS_WORDS.get(str(body.get("status", "")))
    return " – ".join(term) or ", ".join(observed) or (gettext(status) if status else "")


def _delegation_title(body: Body, language: str) -> str:
    return " – ".join(partial_date(body[name], language) for name in ("starts", "ends") if body.get(name))


def _finding(body: Body, _language: str) -> str:
    finding = known(domain.Finding, str(body.get("finding", "")))
    return gettext(domain.FINDING_WORDS[finding]) if finding else ""


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
            "precedence": PRECEDENCE,
            "note": NOTE,
        },
        page="people:organisation",
        roles=STAFF,
        refs={"parent": ("people.organisation",)},
        choices={"nature": lambda: _codes(domain.NATURE_WORDS)},
        required=frozenset({"name", "nature"}),
        check=entry_rules.check_organisation,
        natural=("name", "parent"),
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
            "precedence": PRECEDENCE,
            "counterpart": Words(N_("Counterpart"), N_("The position on the other side that this one works with.")),
            "note": NOTE,
        },
        page="people:position",
        roles=STAFF,
        refs={"organisation": ("people.organisation",), "counterpart": ("people.position",)},
        choices={"holders": lambda: _codes(domain.HOLDERS_WORDS)},
        required=frozenset({"title", "organisation", "holders"}),
        check=entry_rules.check_position,
        parent="organisation",
        natural=("title", "organisation"),
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
            "born": Words(N_("Year of birth"), N_("Only where it is needed to tell two people apart; the year alone.")),
            "note": NOTE,
        },
        page="people:person",
        roles=STAFF,
        form_fields={"name": form_fields.NameField, "variants": form_fields.SpellingsField},
        required=frozenset({"name"}),
        check=entry_rules.check_person,
        names_people=True,
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
        check=entry_rules.check_appointment,
        parent="position",
    ),
    Kind(
        name="people.delegation/1",
        model=models.Delegation,
        singular=N_("Delegation"),
        plural=N_("Delegations"),
        title=_delegation_title,
        fields={
            "position": Words(N_("Stands in for")),
            "delegate": Words(N_("Position that stands in")),
            "person": Words(N_("Person who stands in"), N_("Only where no position says who it is.")),
            "starts": Words(N_("From"), N_("A year, a month or a day, as far as it is known.")),
            "ends": Words(N_("Until"), N_("Empty: until further notice.")),
            "scope": Words(N_("For what"), N_("What the one who stands in may decide and sign; empty: everything.")),
            "note": NOTE,
        },
        roles=STAFF,
        refs={
            "position": ("people.position",),
            "delegate": ("people.position",),
            "person": ("people.person",),
        },
        required=frozenset({"position", "starts"}),
        check=entry_rules.check_delegation,
        parent="position",
    ),
    Kind(
        name="people.mention/1",
        model=models.Mention,
        singular=N_("Mention"),
        plural=N_("Mentions"),
        title=titled("name"),
        fields={
            "named_in": Words(N_("Named in"), N_("The record in which this name stands.")),
            "name": Words(
                N_("Name"), N_("As it is written there. Whoever may read the label of this record will see it.")
            ),
            "variants": Words(N_("Other spellings"), N_("One a line, in either script.")),
            "described_as": Words(N_("Described as"), N_("The office or part in which the record names this person.")),
            "note": NOTE,
        },
        roles=STAFF | {Role.ADVISER, Role.COUNTERPART, Role.ANALYST},
        refs={"named_in": ()},
        form_fields={"name": form_fields.NameField, "variants": form_fields.SpellingsField},
        required=frozenset({"named_in", "name"}),
        check=entry_rules.check_mention,
        parent="named_in",
        names_people=True,
    ),
    Kind(
        name="people.identification/1",
        model=models.Identification,
        singular=N_("Identification"),
        plural=N_("Identifications"),
        title=_finding,
        fields={
            "mention": Words(N_("The mention")),
            "finding": Words(N_("Finding")),
            "person": Words(N_("The person")),
            "grounds": Words(N_("Grounds"), N_("What this rests on, without repeating the name.")),
            "note": NOTE,
        },
        roles=STAFF | {Role.ANALYST},
        refs={"mention": ("people.mention",), "person": ("people.person",)},
        choices={"finding": lambda: _codes(domain.FINDING_WORDS)},
        required=frozenset({"mention", "finding", "person"}),
        parent="mention",
    ),
)
