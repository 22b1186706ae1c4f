"""`verify_log` names the first entry that was touched, whatever was touched."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from comity.audit.checkpoints import sign_checkpoint
from comity.audit.models import Cosignature, Entry
from comity.audit.problems import Problem
from comity.audit.verification import CheckLeaf, verify_entries
from comity.audit.witnessing import cosigned_text
from comity.kernel import canonical, clock
from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.models import InternedLabel
from comity.labels.queries import intern
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.parties.signing import sign_for
from comity.records import verification
from comity.records.models import Record, Revision
from comity.records.purge import purge, purge_statement
from comity.records.tests.factories import LATER, change, label, organisation, subject
from comity.records.verification import verify_log, verify_witnesses
from comity.records.work import act

pytestmark = pytest.mark.django_db
revisions = Revision.objects.system("test")


@pytest.fixture
def rows(planner: Subject, shared: Label) -> list[Any]:
    """Ten records, the fourth of them with a second revision."""
    made = [organisation(planner, shared, f"Number {number}") for number in range(10)]
    change(made[3], planner, country="IQ")
    assert verify_log() is None
    return made


def problem() -> Problem:
    found = verify_log()
    assert found is not None
    assert found.reason == found.message % found.facts  # so that a page can say it in its reader's language
    return found


def touched(row: Any) -> Revision:
    return revisions.filter(record=row.pk).earliest("number")


def flip(data: bytes, bit: int) -> bytes:
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


@pytest.mark.parametrize("bit", [0, 1, 777, -1])
def test_one_bit_of_a_stored_body_is_noticed(rows: list[Any], bit: int) -> None:
    revision = touched(rows[5])
    body = bytes(revision.body or b"")
    revisions.filter(pk=revision.pk).update(body=flip(body, bit % (8 * len(body))))
    found = problem()
    assert found.index == revision.log_index
    assert f"revision 1 of {rows[5].record.rid}" in found.reason


def test_the_first_of_several_is_named(rows: list[Any]) -> None:
    for row in (rows[8], rows[2]):
        revisions.filter(record=row.pk).update(salt=bytes(32))
    assert problem().index == touched(rows[2]).log_index


@pytest.mark.parametrize(
    "change_columns",
    [
        {"salt": bytes(32)},
        {"commitment": bytes(32)},
        {"at": LATER},
        {"actor": "somebody else"},
        {"number": 7},
        {"body": b"{}"},
    ],
)
def test_a_changed_column_is_noticed(rows: list[Any], change_columns: dict[str, Any]) -> None:
    revisions.filter(record=rows[5].pk).update(**change_columns)
    assert problem().index == touched(rows[5]).log_index


def test_a_changed_label_is_noticed(rows: list[Any], mission: Party) -> None:
    revisions.filter(record=rows[5].pk).update(label=intern(label(mission)))
    assert problem().index == touched(rows[5]).log_index


def test_a_label_that_means_something_else_is_noticed(rows: list[Any], mission: Party, shared: Label) -> None:
    InternedLabel.objects.filter(pk=intern(shared)).update(body=label(mission).json())
    assert problem().index == touched(rows[0]).log_index


def test_a_revision_moved_to_another_record_is_noticed(rows: list[Any]) -> None:
    revisions.filter(record=rows[5].pk).update(record=rows[6].pk, number=9)
    assert problem().index < touched(rows[6]).log_index


def test_a_missing_revision_is_noticed(rows: list[Any]) -> None:
    index = touched(rows[5]).log_index
    revisions.filter(record=rows[5].pk).delete()
    assert (problem().index, "missing" in problem().reason) == (index, True)


def test_the_last_revision_missing_is_noticed(rows: list[Any]) -> None:
    last = revisions.latest("log_index")
    revisions.filter(pk=last.pk).delete()
    assert problem().index == last.log_index


@pytest.mark.parametrize("log_index", [-1, 5_000])
def test_a_revision_that_was_never_logged_is_noticed(rows: list[Any], log_index: int) -> None:
    forged = touched(rows[5])
    forged.pk, forged.number, forged.log_index = None, 2, log_index
    forged.save(force_insert=True)
    assert verify_log() is not None


def test_a_row_deleted_from_the_log_is_named(rows: list[Any]) -> None:
    index = touched(rows[5]).log_index
    Entry.objects.system("test").filter(index=index).delete()
    assert problem().index == index


def test_an_entry_rewritten_to_say_nothing_of_its_revision_is_named(rows: list[Any]) -> None:
    entry = Entry.objects.system("test").get(index=touched(rows[5]).log_index)
    leaf: Any = canonical.decode(bytes(entry.data))
    data = canonical.encode(leaf | {"facts": {}})
    Entry.objects.system("test").filter(pk=entry.pk).update(data=data)
    assert problem().index == entry.index


def test_acts_that_go_on_meanwhile_are_no_fault(
    rows: list[Any], planner: Subject, mission: Party, shared: Label, monkeypatch: pytest.MonkeyPatch
) -> None:
    def go_on(check_leaf: CheckLeaf) -> Problem | None:
        def check_and_write(index: int, leaf: dict[str, Any]) -> Problem | None:
            if index == 5:
                organisation(planner, shared, "Meanwhile")
                purge(rows[9].record, reason="x", actor=clerk, at=LATER)  # before it is read
                purge(rows[0].record, reason="x", actor=clerk, at=LATER)  # after it was read
            return check_leaf(index, leaf)

        return verify_entries(check_and_write)

    clerk = subject(mission, Role.SECURITY_OFFICER)
    monkeypatch.setattr(verification, "verify_entries", go_on)
    monkeypatch.setattr(verification, "_AT_ONCE", 3)
    assert verify_log() is None


# ------------------------------------------------------------------------------------------------------------- purges


@pytest.fixture
def officer(mission: Party) -> Subject:
    return subject(mission, Role.SECURITY_OFFICER)


def test_a_body_that_went_without_a_purge_is_named(rows: list[Any]) -> None:
    revisions.filter(record=rows[5].pk).update(body=None, salt=None)
    assert problem().index == touched(rows[5]).log_index
    assert "no purge was logged" in problem().reason


def test_a_purge_covers_only_its_own_record(rows: list[Any], officer: Subject) -> None:
    purge(rows[3].record, reason="x", actor=officer, at=LATER)
    assert verify_log() is None
    revisions.filter(record=rows[5].pk).update(body=None, salt=None)
    assert problem().index == touched(rows[5]).log_index


def test_content_that_came_back_after_its_purge_is_named(rows: list[Any], officer: Subject) -> None:
    kept = touched(rows[3])
    purge(rows[3].record, reason="x", actor=officer, at=LATER)
    revisions.filter(pk=kept.pk).update(body=kept.body, salt=kept.salt)
    assert problem().index == kept.log_index
    Record.objects.system("test").filter(pk=kept.record_id).update(purged=False)
    assert problem().index == Entry.objects.system("test").get(event="purged").index


@pytest.mark.parametrize(
    "sign",
    [
        lambda party, purpose, message: bytes(64),
        lambda party, purpose, message: sign_for(party, "release", message),
        lambda party, purpose, message: sign_for(party, purpose, message + b" "),
        lambda party, purpose, message: sign_for(Party.objects.get(handle="iraq"), purpose, message),
    ],
)
def test_a_forged_purge_is_named(rows: list[Any], officer: Subject, sign: Callable[..., bytes]) -> None:
    purge(rows[3].record, reason="x", actor=officer, at=LATER, sign=sign)
    assert problem().index == Entry.objects.system("test").get(event="purged").index
    assert "not signed by its owner" in problem().reason


def test_another_party_cannot_have_purged_it(planner: Subject, host: Subject, mission: Party, shared: Label) -> None:
    row = organisation(host, shared)
    signature = sign_for(mission, "audit", purge_statement(str(row.record.rid), [1]))
    revisions.filter(record=row.pk).update(body=None, salt=None)
    with act(planner, LATER) as work:
        work.note("purged", row.record.rid, revisions=[1], reason="x", signature=signature.hex())
    assert problem().index == Entry.objects.system("test").get(event="purged").index
    assert "not signed by its owner" in problem().reason


def test_what_a_witness_signed_is_checked_with_its_own_key(rows: list[Any], mission: Party, iraq: Party) -> None:
    moment = clock.now()
    checkpoint = sign_checkpoint(PartyId(mission.pk), partial(sign_for, mission, "audit"), moment)
    text = cosigned_text(bytes(checkpoint.note), moment)
    for signer in (iraq, mission):
        Cosignature.objects.system("test").all().delete()
        Cosignature.objects.system("test").create(
            party=mission.pk, witness=iraq.pk, size=checkpoint.size, root=checkpoint.root, text=text,
            signature=sign_for(signer, "audit", text), received_at=moment,
        )  # fmt: skip
        assert [problem.message for problem in verify_witnesses()] == (
            [] if signer is iraq else ["the signature of witness %(witness)s is not valid"]
        )
