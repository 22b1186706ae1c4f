"""Entering and changing: roles, refs and labels are checked in one place, for forms and files alike."""

import pytest

from comity.kernel.errors import NotFound, NotYours, Refused, RoleMissing
from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.records.checking import FieldMissing, WrongKind
from comity.records.entry import AppendOnly, LabelHidesFromAuthor, amend, enter
from comity.records.models import Record, Revision
from comity.records.purge import purge
from comity.records.tests.factories import (
    AT,
    CONCURRENCE,
    LATER,
    ORGANISATION,
    PERSON,
    kind,
    label,
    organisation,
    subject,
    text,
)

pytestmark = pytest.mark.django_db
ORG = {"name": text("Ministry"), "nature": "ministry"}


def refused(refusal: pytest.ExceptionInfo[Refused]) -> list[tuple[type, str | None]]:
    return [(type(error), error.field) for error in refusal.value.errors]


def test_only_its_roles_enter_a_kind(mission: Party, shared: Label) -> None:
    adviser = subject(mission, Role.ADVISER)
    with pytest.raises(RoleMissing):
        enter(kind(ORGANISATION), fields=ORG, label=shared, actor=adviser, at=AT)
    row = organisation(subject(mission), shared)
    with pytest.raises(RoleMissing):
        amend(kind(ORGANISATION), row, expected_revision=1, fields=ORG, actor=adviser, at=LATER)


def test_all_that_is_missing_is_said_at_once(planner: Subject, shared: Label) -> None:
    with pytest.raises(Refused) as refusal:
        enter(kind(ORGANISATION), fields={"name": text(" "), "nature": ""}, label=shared, actor=planner, at=AT)
    assert refused(refusal) == [(FieldMissing, "name"), (FieldMissing, "nature")]


def test_a_ref_names_what_its_author_may_see(planner: Subject, host: Subject, mission: Party, shared: Label) -> None:
    secret = organisation(planner, label(mission)).record
    with pytest.raises(Refused) as refusal:
        organisation(host, shared, parent=secret)
    assert refused(refusal) == [(NotFound, "parent")]


def test_a_ref_names_a_kind_that_belongs_there(planner: Subject, shared: Label) -> None:
    person = enter(kind(PERSON), fields={"name": text("Somebody")}, label=shared, actor=planner, at=AT)
    with pytest.raises(Refused) as refusal:
        organisation(planner, shared, parent=person.record)
    assert refused(refusal) == [(WrongKind, "parent")]


def test_a_purged_record_is_not_referred_to_anew(planner: Subject, mission: Party, shared: Label) -> None:
    gone = organisation(planner, shared).record
    purge(gone, reason="x", actor=subject(mission, Role.SECURITY_OFFICER), at=LATER)
    with pytest.raises(Refused) as refusal:
        organisation(planner, shared, parent=gone)
    assert refused(refusal) == [(NotFound, "parent")]


def test_nobody_hides_a_record_from_its_author(planner: Subject, iraq: Party, shared: Label) -> None:
    with pytest.raises(LabelHidesFromAuthor):
        organisation(planner, label(iraq))
    row = organisation(planner, shared)
    with pytest.raises(LabelHidesFromAuthor):
        amend(kind(ORGANISATION), row, expected_revision=1, fields={}, label=label(iraq), actor=planner, at=LATER)
    assert Revision.objects.system("test").count() == 1


def test_what_belongs_under_a_record_carries_its_label(
    planner: Subject, host: Subject, iraq: Party, shared: Label
) -> None:
    about = organisation(planner, shared).record
    fields = {
        "about": about,
        "position": "concurs",
        "view": "working",
        "authority": text("The minister"),
        "letter_number": "1",
        "letter_date": AT.date(),
    }
    row = enter(kind(CONCURRENCE), fields=fields, label=label(iraq), actor=host, at=AT)
    assert label_of(row.label_id) == shared
    amend(kind(CONCURRENCE), row, expected_revision=1, fields={}, label=label(iraq), actor=host, at=LATER)
    assert label_of(Record.objects.system("test").get(pk=row.pk).label_id or 0) == shared


def test_an_amendment_is_the_next_revision(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    amend(kind(ORGANISATION), row, expected_revision=1, fields={"country": "IQ"}, actor=planner, at=LATER)
    assert Record.objects.system("test").get(pk=row.pk).revision == 2


def test_a_copy_is_not_amended(planner: Subject, host: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    with pytest.raises(NotYours):
        amend(kind(ORGANISATION), row, expected_revision=1, fields={"country": "IQ"}, actor=host, at=LATER)


def test_what_is_not_shared_is_not_there_to_amend(planner: Subject, host: Subject, mission: Party) -> None:
    row = organisation(planner, label(mission))
    with pytest.raises(NotFound):
        amend(kind(ORGANISATION), row, expected_revision=1, fields={"country": "IQ"}, actor=host, at=LATER)


def test_a_measurement_is_never_changed(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)  # refused before the row is looked at
    with pytest.raises(AppendOnly):
        amend(kind("programme.measurement"), row, expected_revision=1, fields={}, actor=planner, at=LATER)
