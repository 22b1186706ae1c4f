"""A purge leaves nothing of the content anywhere, and the log still verifies."""

import hashlib

import pytest
from django.db import connection

from comity.audit.models import Entry
from comity.files import store
from comity.files.models import StoredFile
from comity.kernel.errors import DomainError, NotFound, NotYours, RoleMissing
from comity.labels.domain import Label
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.records import search
from comity.records.entry import enter
from comity.records.history import history
from comity.records.models import Record, Revision
from comity.records.purge import PurgeNeedsReason, purge, purge_statement
from comity.records.rebuild import differences, rebuild
from comity.records.resolve import resolve
from comity.records.tests.factories import (
    AT,
    CONCURRENCE,
    LATER,
    ORGANISATION,
    change,
    kind,
    label,
    organisation,
    subject,
    text,
)
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db
CANARY = "Zubaidacanary"
revisions = Revision.objects.system("test")


@pytest.fixture
def officer(mission: Party) -> Subject:
    return subject(mission, Role.SECURITY_OFFICER, account="officer")


def test_content_goes_and_commitments_stay(planner: Subject, officer: Subject, shared: Label) -> None:
    row = organisation(planner, shared, CANARY)
    change(row, planner, country="IQ")
    commitments = list(revisions.values_list("commitment", flat=True))
    purge(row.record, reason="A person asked", actor=officer, at=LATER)
    assert list(revisions.values_list("salt", "body")) == [(None, None)] * 2
    assert list(revisions.values_list("commitment", flat=True)) == commitments
    assert Record.objects.system("test").get(pk=row.pk).purged
    assert not kind(ORGANISATION).model.objects.system("test").exists()
    assert search.find(CANARY, planner) == []
    assert not resolve([row.pk], planner, "en")[row.pk].shown
    assert [change.purged for change in history(row.record, planner)] == [True, True]
    assert verify_log() is None
    assert list(differences()) == []


def test_the_entry_says_who_and_why_and_is_signed(planner: Subject, officer: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    purge(row.record, reason=" A person asked ", actor=officer, at=LATER)
    entry = Entry.objects.system("test").get(event="purged")
    assert (entry.party, entry.actor, entry.about) == (officer.party, "officer", str(row.record.rid))
    assert b"A person asked" in bytes(entry.data)
    assert purge_statement("x", [1]) == b'{"purged":"x","revisions":[1]}'


def test_a_rebuild_does_not_bring_it_back(planner: Subject, officer: Subject, shared: Label) -> None:
    row = organisation(planner, shared, CANARY)
    purge(row.record, reason="x", actor=officer, at=LATER)
    rebuild()
    assert not kind(ORGANISATION).model.objects.system("test").exists()
    assert search.find(CANARY, planner) == []


def test_what_refers_to_it_stays(planner: Subject, officer: Subject, shared: Label) -> None:
    row = organisation(planner, shared, CANARY)
    part = organisation(planner, shared, "Part", parent=row.record)
    purge(row.record, reason="x", actor=officer, at=LATER)
    assert resolve([part.pk], planner, "en")[part.pk].shown
    change(part, planner, country="IQ")
    assert verify_log() is None


@pytest.mark.parametrize("refused", [RoleMissing, NotYours, NotFound, PurgeNeedsReason])
def test_a_purge_is_refused(
    refused: type[DomainError], planner: Subject, host: Subject, officer: Subject, mission: Party, shared: Label
) -> None:
    secret = label(mission, groups=frozenset({"inner"}))
    insider = subject(mission, groups=frozenset({"inner"}))
    owners = {NotYours: (host, shared), NotFound: (insider, secret)}
    row = organisation(*owners.get(refused, (planner, shared)))
    actor = planner if refused is RoleMissing else officer
    with pytest.raises(refused):
        purge(row.record, reason=" " if refused is PurgeNeedsReason else "x", actor=actor, at=LATER)
    assert revisions.get().body is not None


def test_a_record_is_purged_once(planner: Subject, officer: Subject, shared: Label) -> None:
    row = organisation(planner, shared)
    purge(row.record, reason="x", actor=officer, at=LATER)
    with pytest.raises(NotFound):
        purge(row.record, reason="x", actor=officer, at=LATER)
    assert Entry.objects.system("test").filter(event="purged").count() == 1


# ------------------------------------------------------------------------------------------------------------- files


def concurrence(actor: Subject, about: Record, scan: bytes, number: str) -> Record:
    fields = {
        "about": about,
        "position": "concurs",
        "view": "working",
        "authority": text("The minister"),
        "letter_number": number,
        "letter_date": AT.date(),
        "scan": store.keep(scan, at=AT),
    }
    marking = label(*Party.objects.all())
    return enter(kind(CONCURRENCE), fields=fields, label=marking, actor=actor, at=AT).record


@pytest.mark.django_db(transaction=True)
def test_a_letter_goes_with_the_last_record_that_named_it(
    planner: Subject, host: Subject, iraq: Party, shared: Label
) -> None:
    about = organisation(planner, shared).record
    alone, both = b"%PDF-alone", b"%PDF-both"
    clerk = subject(iraq, Role.SECURITY_OFFICER)
    first = concurrence(host, about, alone, "1")
    second, third = (concurrence(host, about, both, number) for number in ("2", "3"))
    kept = {name: store.path_of(hashlib.sha256(name).hexdigest()) for name in (alone, both)}
    purge(first, reason="x", actor=clerk, at=LATER)
    assert (kept[alone].exists(), kept[both].exists()) == (False, True)
    purge(second, reason="x", actor=clerk, at=LATER)
    assert kept[both].exists()
    purge(third, reason="x", actor=clerk, at=LATER)
    assert not kept[both].exists()
    assert not StoredFile.objects.exists()


# ------------------------------------------------------------------------------------------------------------- bytes


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_not_a_byte_of_it_is_left_in_any_page(planner: Subject, officer: Subject, shared: Label) -> None:
    canary = CANARY.casefold().encode()
    rows = [organisation(planner, shared, f"{CANARY} number {number} " + "words " * number) for number in range(40)]
    change(rows[20], planner, country="IQ")
    assert pages().count(canary) > 40
    for row in rows:
        purge(row.record, reason="x", actor=officer, at=LATER)
    assert canary not in pages()
    assert verify_log() is None


def pages() -> bytes:
    """Every page of the database, free ones and index segments included, in lower case."""
    return bytes(connection.connection.serialize()).lower()
