"""What another party sent: copies and stubs, harmless duplicates, and nothing bad that stops the rest."""

from typing import Any

import pytest
from django.db import IntegrityError

from comity.audit.models import Entry
from comity.kernel.errors import DomainError
from comity.kernel.ids import PartyId, RecordId, party_id_of
from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.parties.queries import introduced
from comity.records import search, tables
from comity.records.kinds import UnknownKind
from comity.records.models import Held, Record, Revision
from comity.records.rebuild import differences
from comity.records.receive import (
    AnotherKind,
    CannotBeStored,
    NotForUs,
    Outcome,
    OwnRecords,
    Received,
    SaidTwice,
    SentByAnother,
    receive,
)
from comity.records.resolve import resolve
from comity.records.schema import BodyUnfit
from comity.records.tests.factories import (
    AT,
    INDICATOR,
    LATER,
    MANDATE,
    ORGANISATION,
    kind,
    label,
    text,
    travelling,
    uuid_number,
)
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db
records = Record.objects.system("test")
organisations = kind(ORGANISATION).model.objects


@pytest.fixture
def sent(abroad: Party, mission: Party) -> Label:
    """A marking under which the party abroad lets the mission read."""
    return label(abroad, mission)


def take(abroad: Party, *batch: Received, at: Any = AT) -> Outcome:
    return receive(batch, party=PartyId(abroad.pk), at=at)


def only_reason(outcome: Outcome) -> DomainError:
    (reason,) = outcome.held.values()
    return reason


def record_of(abroad: Party, number: int = 1) -> Record:
    return records.get(party=abroad, uuid=uuid_number(number))


def test_a_revision_becomes_a_copy(abroad: Party, sent: Label, planner: Subject) -> None:
    assert take(abroad, travelling(abroad, sent), at=LATER) == Outcome(1, 0, {})
    record = record_of(abroad)
    assert (record.revision, record.kind) == (1, "people.organisation/1")
    assert organisations.visible_to(planner).get(pk=record.pk).name == text("Organisation 1, revision 1")
    assert [hit.record_pk for hit in search.find("organisation", planner)] == [record.pk]
    stored = Revision.objects.system("test").get(record=record)
    assert (stored.at, stored.actor) == (AT, "over-there")  # when and by whom it was written, not when it came
    entry = Entry.objects.system("test").get(index=stored.log_index)
    assert (entry.event, entry.party, entry.at) == ("received", abroad.pk, LATER)
    assert verify_log() is None
    assert list(differences()) == []


def test_the_bytes_are_stored_as_they_came(abroad: Party, sent: Label) -> None:
    one = travelling(abroad, sent, body={"name": text("x"), "nature": "office", "newer": {"field": ["kept"]}})
    take(abroad, one)
    stored = Revision.objects.system("test").get()
    assert (bytes(stored.salt or b""), bytes(stored.body or b"")) == (one.salt, one.data)
    assert organisations.system("test").get().beyond == {"newer": {"field": ["kept"]}}
    assert list(differences()) == []


def test_a_duplicate_changes_nothing(abroad: Party, sent: Label) -> None:
    one = travelling(abroad, sent)
    assert take(abroad, one, one) == Outcome(1, 1, {})
    assert take(abroad, one) == Outcome(0, 1, {})
    assert Entry.objects.system("test").filter(event="received").count() == 1


def test_an_older_revision_that_comes_late_is_kept_and_not_shown(abroad: Party, sent: Label, planner: Subject) -> None:
    take(abroad, travelling(abroad, sent, revision=3))
    assert take(abroad, travelling(abroad, sent, revision=1)) == Outcome(1, 0, {})
    record = record_of(abroad)
    assert record.revision == 3
    assert organisations.system("test").get().name == text("Organisation 1, revision 3")
    assert Revision.objects.system("test").filter(record=record).count() == 2
    assert search.find("revision 1", planner) == [] or "revision 3" in str(organisations.system("test").get().name)
    assert verify_log() is None
    assert list(differences()) == []


def test_many_revisions_of_one_record_come_in_any_order(abroad: Party, sent: Label) -> None:
    batch = [travelling(abroad, sent, revision=number) for number in (2, 5, 1, 4)]
    assert take(abroad, *batch) == Outcome(4, 0, {})
    assert record_of(abroad).revision == 5
    assert organisations.system("test").get().name == text("Organisation 1, revision 5")
    assert verify_log() is None
    assert list(differences()) == []


def test_a_ref_to_what_has_not_come_is_a_stub(abroad: Party, sent: Label, planner: Subject) -> None:
    parent = str(RecordId(PartyId(abroad.pk), uuid_number(7)))
    take(abroad, travelling(abroad, sent, body={"name": text("x"), "nature": "office", "parent": parent}))
    stub = record_of(abroad, 7)
    assert (stub.revision, stub.kind, stub.label_id) == (0, "", None)
    assert organisations.system("test").get().parent_id == stub.pk
    assert not resolve([stub.pk], planner, "en")[stub.pk].shown


def test_its_owner_fills_a_stub(abroad: Party, sent: Label, planner: Subject) -> None:
    parent = str(RecordId(PartyId(abroad.pk), uuid_number(7)))
    take(abroad, travelling(abroad, sent, body={"name": text("x"), "nature": "office", "parent": parent}))
    stub = record_of(abroad, 7)
    assert take(abroad, travelling(abroad, sent, 7)).applied == 1
    card = resolve([stub.pk], planner, "en")[stub.pk]
    assert (card.shown, card.title) == (True, "Organisation 7, revision 1")


def test_nobody_else_fills_a_stub(abroad: Party, sent: Label, iraq: Party) -> None:
    theirs = str(RecordId(PartyId(iraq.pk), uuid_number(7)))
    take(abroad, travelling(abroad, sent, body={"name": text("x"), "nature": "office", "parent": theirs}))
    forged = travelling(iraq, sent, 7)
    assert isinstance(only_reason(take(abroad, forged)), SentByAnother)
    assert records.get(party=iraq, uuid=uuid_number(7)).revision == 0


def test_a_ref_to_a_record_of_a_party_that_nobody_heard_of_is_a_stub_too(
    abroad: Party, sent: Label, planner: Subject
) -> None:
    stranger = party_id_of(b"?")
    parent = str(RecordId(stranger, uuid_number(7)))
    assert take(abroad, travelling(abroad, sent, body={"name": text("x"), "nature": "office", "parent": parent})) == (
        Outcome(1, 0, {})
    )
    stub = organisations.system("test").get().parent_id
    assert not resolve([stub], planner, "en")[stub].shown
    assert verify_log() is None
    assert list(differences()) == []
    assert Party.objects.get(pk=stranger).manifest_version == 0
    assert stranger not in introduced().values_list("pk", flat=True)


def test_refs_to_several_records_are_links(abroad: Party, sent: Label) -> None:
    named = sorted(str(RecordId(PartyId(abroad.pk), uuid_number(number))) for number in (8, 9))
    body = {"title": text("Mandate"), "purpose": text("Advice"), "institutions": named}
    take(abroad, travelling(abroad, sent, kind=f"{MANDATE}/1", body=body))
    take(abroad, travelling(abroad, sent, revision=2, kind=f"{MANDATE}/1", body={**body, "institutions": named[:1]}))
    row = kind(MANDATE).model.objects.system("test").get()
    assert list(row.institutions.through._base_manager.values_list("record_id", flat=True)) == [
        record_of(abroad, 8 if str(uuid_number(8)) in named[0] else 9).pk
    ]
    assert list(differences()) == []


def test_an_indicator_with_its_reporter_comes_in(abroad: Party, sent: Label) -> None:
    body = {
        "result": str(RecordId(PartyId(abroad.pk), uuid_number(5))),
        "title": text("Schools"),
        "measure": "unit",
        "nature": "stock",
        "direction": "ascending",
        "frequency": "yearly",
        "reporter": abroad.pk,
        "weight": "0.1",
    }
    assert take(abroad, travelling(abroad, sent, kind=f"{INDICATOR}/1", body=body)) == Outcome(1, 0, {})
    assert kind(INDICATOR).model.objects.system("test").get().reporter_id == abroad.pk
    assert list(differences()) == []


# ------------------------------------------------------------------------------------------------------------- held


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": "situation.weather/1"}, UnknownKind),
        ({"kind": "people.organisation/2"}, UnknownKind),
        ({"body": {"nature": "office"}}, BodyUnfit),
        ({"body": {"name": "no text", "nature": "office"}}, BodyUnfit),
        ({"body": {"name": text("x"), "nature": "office", "parent": "nowhere"}}, BodyUnfit),
        ({"body": {"name": text("x\x00"), "nature": "office"}}, BodyUnfit),
        ({"body": {"name": text("x"), "nature": "office", "newer": {"a": "\x00"}}}, BodyUnfit),
    ],
)
def test_what_does_not_fit_is_held_and_the_rest_goes_in(
    abroad: Party, sent: Label, changes: dict[str, Any], reason: type[DomainError]
) -> None:
    bad = travelling(abroad, sent, 2, **changes)
    outcome = take(abroad, travelling(abroad, sent, 1), bad, travelling(abroad, sent, 3))
    assert (outcome.applied, outcome.known) == (2, 0)
    assert type(only_reason(outcome)) is reason
    held = Held.objects.get()
    assert (bytes(held.body), bytes(held.salt), held.party_id) == (bad.data, bad.salt, abroad.pk)
    assert held.message == reason.message
    assert held.message % held.facts == str(only_reason(outcome))
    assert verify_log() is None


@pytest.mark.parametrize("data", [b"", b"{}", b"not json", b'{"a":1}'])
def test_bytes_that_are_no_revision_are_held(abroad: Party, sent: Label, data: bytes) -> None:
    outcome = take(abroad, Received(bytes(32), data), travelling(abroad, sent))
    assert (outcome.applied, len(outcome.held), Held.objects.count()) == (1, 1, 1)


def test_a_short_salt_is_held(abroad: Party, sent: Label) -> None:
    assert "salt" in str(only_reason(take(abroad, travelling(abroad, sent, salt=b"short"))))


def test_a_label_for_nobody_here_is_held(abroad: Party) -> None:
    assert isinstance(only_reason(take(abroad, travelling(abroad, label(abroad)))), NotForUs)
    assert not records.exists()


def test_a_record_does_not_change_its_kind(abroad: Party, sent: Label) -> None:
    take(abroad, travelling(abroad, sent))
    person = travelling(abroad, sent, revision=2, kind="people.person/1", body={"name": text("x")})
    assert isinstance(only_reason(take(abroad, person)), AnotherKind)
    assert record_of(abroad).revision == 1


def test_another_content_under_the_same_number_is_held_as_proof(abroad: Party, sent: Label) -> None:
    take(abroad, travelling(abroad, sent))
    other = travelling(abroad, sent, body={"name": text("Something else"), "nature": "office"})
    assert isinstance(only_reason(take(abroad, other)), SaidTwice)
    assert organisations.system("test").get().name == text("Organisation 1, revision 1")
    assert bytes(Held.objects.get().body) == other.data


def test_a_party_of_this_node_is_not_received(mission: Party, shared: Label) -> None:
    with pytest.raises(OwnRecords):
        receive([travelling(mission, shared)], party=PartyId(mission.pk), at=AT)
    assert not records.exists()


def test_a_batch_that_fails_is_halved_until_the_bad_one_stands_alone(
    abroad: Party, sent: Label, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse_number_five(rows: Any) -> None:
        if any("Organisation 5," in str(body) for *_, body in rows.values()):
            raise IntegrityError("number five")
        index(rows)

    index = search.index
    monkeypatch.setattr(search, "index", refuse_number_five)
    outcome = take(abroad, *(travelling(abroad, sent, number) for number in range(1, 9)))
    assert (outcome.applied, outcome.known) == (7, 0)
    assert isinstance(only_reason(outcome), CannotBeStored)
    assert organisations.system("test").count() == 7
    assert not records.filter(party=abroad, uuid=uuid_number(5)).exists()
    assert verify_log() is None


def test_what_is_held_twice_is_held_once(abroad: Party, sent: Label) -> None:
    for _ in range(2):
        take(abroad, travelling(abroad, sent, kind="situation.weather/1"))
    assert Held.objects.count() == 1


def test_a_stub_that_another_writer_made_meanwhile_is_used(abroad: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = RecordId(PartyId(abroad.pk), uuid_number(7))
    made, looked, really = tables.known([wanted])[wanted], [], tables._found

    def too_early(ids: Any) -> Any:
        looked.append(ids)
        return really(ids) if len(looked) > 1 else {}

    monkeypatch.setattr(tables, "_found", too_early)
    assert tables.known([wanted])[wanted].pk == made.pk
