"""What stands beside the log must agree with it too: manifests, kinds, what is called purged, and the search index."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.parties.actions import renew_manifest
from comity.parties.models import Manifest, Party
from comity.records import search
from comity.records.envelope import MAX_BYTES, RecordTooLarge
from comity.records.models import Record
from comity.records.rebuild import differences
from comity.records.tests.factories import LATER, organisation, text
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db


def cut(data: bytes) -> bytes:
    return data[:-1]


TOUCHES: dict[str, Callable[[Party], object]] = {
    "its nature": lambda party: Party.objects.filter(pk=party.pk).update(nature="host"),
    "its name": lambda party: Party.objects.filter(pk=party.pk).update(name=text("Somebody else")),
    "its version": lambda party: Party.objects.filter(pk=party.pk).update(manifest_version=2),
    "its signatures": lambda party: Manifest.objects.filter(party=party).update(signatures={}),
    "its bytes": lambda party: Manifest.objects.filter(party=party).update(
        data=cut(bytes(Manifest.objects.get(party=party).data))
    ),
    "a further manifest": lambda party: Manifest.objects.create(party=party, version=2, data=b"{}", signatures={}),
    "no manifest": lambda party: Manifest.objects.filter(party=party).delete(),
}


@pytest.mark.parametrize("what", TOUCHES)
def test_a_party_that_was_touched_is_named(what: str, mission: Party, planner: Subject, shared: Label) -> None:
    organisation(planner, shared)
    assert verify_log() is None
    TOUCHES[what](mission)
    found = verify_log()
    assert found is not None
    assert mission.pk in found.reason


def test_another_manifest_in_the_place_of_the_logged_one_is_named_though_its_keys_signed_it(
    mission: Party, home: Path
) -> None:
    def renewed(name: str) -> Manifest:
        renew_manifest(party=PartyId(mission.pk), home=home, at=LATER, name=text(name))
        return Manifest.objects.get(party=mission, version=2)

    logged = renewed("As it was logged")
    assert verify_log() is None
    with transaction.atomic():
        logged.delete()
        Party.objects.filter(pk=mission.pk).update(manifest_version=1)
        other = renewed("As somebody with its keys wrote it later")
        signatures, data = other.signatures, bytes(other.data)
        transaction.set_rollback(True)
    Manifest.objects.filter(party=mission, version=2).update(signatures=signatures, data=data)
    found = verify_log()
    assert found is not None
    assert found.reason == f"manifest 2 of party {mission.pk} is not the one that was logged"


@pytest.mark.parametrize("columns", [{"purged": True}, {"kind": "people.person/1"}])
def test_a_record_cannot_be_hidden(columns: dict[str, object], planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    Record.objects.system("test").filter(pk=row.pk).update(**columns)
    found = verify_log()
    assert found is not None
    assert str(row.record.rid) in found.reason


def test_a_search_row_that_was_touched_is_found(planner: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    assert list(differences()) == []
    search.forget([row.pk])
    assert any("search row" in line for line in differences())
    search.index({row.pk: (row.label_id, "people.organisation/1", {"name": text("Something else")})})
    assert any("search row" in line for line in differences())


def test_more_than_a_revision_can_hold_is_refused_and_the_log_stays_whole(planner: Subject, shared: Label) -> None:
    with pytest.raises(RecordTooLarge):
        organisation(planner, shared, text("x" * MAX_BYTES))
    assert verify_log() is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM records_record WHERE kind = 'people.organisation/1'")
        assert cursor.fetchone()[0] == 0
