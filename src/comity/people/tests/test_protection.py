"""What is held on a person is found in every spelling and state; what is purged takes the name with it."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.audit.models import Entry
from comity.kernel.errors import DomainError, NotFound, NotYours, RoleMissing
from comity.labels.subject import Role, Subject
from comity.people.traces import NamedInReason, Traces, purge_person, traces
from comity.records.models import Handle, Record
from comity.records.purge import PurgeNeedsReason
from comity.records.verification import verify_log
from comity.responses.tests.world import AT, World, refused, text

NAME, ARABIC, OTHER = "Zebulon Canary", "زبولون الكناري", "Zabulon Kanari"


@pytest.fixture(autouse=True)
def keys_at_hand(settings: Any, tmp_path: Path) -> None:
    settings.COMITY_HOME = tmp_path


@pytest.fixture
def officer(world: World) -> Subject:
    return world.subject("nmi", Role.SECURITY_OFFICER)


@pytest.fixture
def held(world: World) -> dict[str, Any]:
    """A person with an office, a mention that is this person, one that is not, and texts that spell the name."""
    person = world.enter("people.person", name=text(NAME, ARABIC), variants=[OTHER], label=world.label("nmi"))
    post = world.enter("people.position")
    office = world.enter("people.appointment", position=post, person=person, starts="2024")
    same, other = (world.enter("people.mention", named_in=post, name=text(words)) for words in ("Z. Canary", "Zeb"))
    says = world.enter("people.identification", mention=same, person=person)
    denies = world.enter("people.identification", mention=other, person=person, finding="other")
    once = world.enter("people.organisation", note=text(f"Led by {OTHER.upper()}"))
    world.amend(once, note=text("Led by somebody"))
    word = world.enter("people.organisation", note=text("The canary spoke."))
    theirs = world.enter("people.mention", "iraq", named_in=post, name=text("His", ARABIC))
    Handle.objects.create(directory="d", key="appointment.zebulon", record=office.record, digest="x")
    return locals()


def pks(cards: Any) -> set[int]:
    return {card.pk for card in cards}


def found(held: dict[str, Any], officer: Subject) -> Traces:
    return traces(held["person"].record, officer, "en")


def test_everything_is_found_in_every_spelling_and_state(held: dict[str, Any], officer: Subject):
    it = found(held, officer)
    assert set(it.spellings) == {NAME, ARABIC, OTHER, "Z. Canary"}
    assert pks(it.goes) == {held[name].pk for name in ("person", "same", "says", "denies")}
    assert pks(it.spells) == {held["once"].pk}, "an earlier state of it holds the name, in capitals"
    assert pks(it.perhaps) == {held["word"].pk}, "a word of the name alone, which may be another's"
    assert pks(it.refers) == {held["office"].pk}
    assert pks(it.copies) == {held["theirs"].pk}
    assert (it.unseen, it.recipients) == (0, frozenset())


def test_what_the_officer_may_not_read_is_only_counted(world: World, held: dict[str, Any], officer: Subject):
    hidden = world.label("nmi", caveats=frozenset({"USE-ADVISORY-ONLY"}))
    world.enter("people.organisation", note=text(NAME), label=hidden)
    blind = Subject(officer.party, officer.account, officer.roles, officer.clearances)
    assert found(held, blind).unseen == 1
    assert len(found(held, officer).spells) == 2


def test_a_purge_takes_what_carries_the_name_and_leaves_the_rest(held: dict[str, Any], officer: Subject):
    record = held["person"].record
    purge_person(record, also=[held["once"].pk], reason="Asked to", actor=officer, at=AT)
    gone = set(Record.objects.system("test").filter(purged=True).values_list("pk", flat=True))
    assert gone == {held[name].pk for name in ("person", "same", "says", "denies", "once")}
    assert not Handle.objects.exists()
    assert verify_log() is None
    assert Entry.objects.system("test").filter(event="purged").count() == 5


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"reason": " "}, PurgeNeedsReason),
        ({"reason": "Canary asked"}, NamedInReason),
        ({"reason": "طلب كناري"}, NamedInReason),
        ({"also": ["office"]}, NotFound),
        ({"actor": Role.CHIEF}, RoleMissing),
        ({"by": "iraq"}, NotYours),
    ],
    ids=["no reason", "the name in the reason", "in Arabic", "what spells nothing", "a chief", "another party"],
)
def test_a_purge_of_a_person_is_refused(
    world: World, held: dict[str, Any], how: dict[str, Any], error: type[DomainError]
):
    role = how.get("actor", Role.LEGAL_ADVISER)
    record = held["theirs"].record if how.get("by") else held["person"].record
    field = {PurgeNeedsReason: "reason", NamedInReason: "reason", NotFound: "also"}.get(error)
    with refused((error, field)):
        purge_person(
            record,
            also=[held[name].pk for name in how.get("also", ())],
            reason=how.get("reason", "Asked to"),
            actor=world.subject("nmi", role),
            at=AT,
        )


# ----------------------------------------------------------------------------------------------------------- the pages


def address(name: str, held: dict[str, Any]) -> str:
    return reverse(f"people:{name}", args=[held["person"].record.slug])


def test_the_report_is_made_on_request_and_noted_without_the_name(world: World, client: Client, held: dict[str, Any]):
    world.sign_in(client, "nmi", Role.LEGAL_ADVISER)
    notes = Entry.objects.system("test").filter(event="access-report")
    assert client.get(address("report", held)).status_code == 200
    assert not notes.exists()
    page = client.post(address("report", held)).text
    for words in (NAME, ARABIC, OTHER, "Z. Canary", "Director", "Who could read it"):
        assert words in page, words
    (entry,) = notes
    assert b"Zebulon" not in bytes(entry.data)
    assert entry.about == str(held["person"].record.rid)


@pytest.mark.parametrize("name", ["report", "purge"])
@pytest.mark.parametrize(("role", "status"), [(Role.CHIEF, 403), (Role.ADVISER, 403), (Role.AUDITOR, 403)])
def test_only_who_answers_for_people_may(
    world: World, client: Client, held: dict[str, Any], name: str, role: Role, status: int
):
    world.sign_in(client, "nmi", role)
    assert client.get(address(name, held)).status_code in {status, 404}, "an auditor reads no record at all"
    assert client.post(address(name, held)).status_code == status


def test_the_page_previews_and_purges(world: World, client: Client, held: dict[str, Any]):
    world.sign_in(client, "nmi", Role.SECURITY_OFFICER)
    page = client.get(address("purge", held)).text
    assert "This goes" in page
    assert "This stays, and names nobody any more" in page
    sent = {"reason": "Asked to", "meant": "on", "also": [str(held["once"].pk)]}
    assert client.post(address("purge", held), {**sent, "meant": ""}).status_code == 422
    assert client.post(address("purge", held), {**sent, "reason": "For Zebulon"}).status_code == 422
    assert client.post(address("purge", held), sent).status_code == 302
    assert client.get(address("person", held)).status_code == 404
    position = client.get(reverse("people:position", args=[held["post"].record.slug])).text
    assert "name not shared with us" in position
    assert "Canary" not in position
