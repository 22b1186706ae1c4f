"""Witnesses hold checkpoints that link to each other, sign what they hold, and keep what contradicts it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.audit import proofs
from comity.audit.checkpoints import sign_checkpoint
from comity.audit.models import Checkpoint, Cosignature, Entry, Head, Tile, Witnessed
from comity.audit.notes import NotANote, Note
from comity.audit.problems import Problem
from comity.audit.tests.entries import AT, fill
from comity.audit.witnesses import (
    Attestation,
    NotSigned,
    Verify,
    attest,
    cosign,
    held_of,
    settle,
    take_checkpoint,
    take_cosignature,
    verify_witnessed,
)
from comity.audit.witnessing import Finding, cosigned_text, parse_cosigned
from comity.kernel.ids import PartyId, party_id_of

pytestmark = pytest.mark.django_db

KEEPER, WITNESS = party_id_of(b"keeper"), party_id_of(b"witness")
KEYS = {
    each: Ed25519PrivateKey.from_private_bytes(hashlib.sha256(each.encode()).digest()) for each in (KEEPER, WITNESS)
}


def verify_for(party: PartyId) -> Verify:
    return partial(_is_signed, party)


def _is_signed(party: PartyId, message: bytes, signature: bytes) -> bool:
    try:
        KEYS[party].public_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


def sent() -> Attestation:
    """What the keeper sends of its log as it stands."""
    return attest(sign_checkpoint(KEEPER, KEYS[KEEPER].sign, AT), [WITNESS])


def received(sending: Attestation) -> Witnessed:
    return take_checkpoint(KEEPER, sending.note, sending.signature, sending.proofs, verify=verify_for(KEEPER), at=AT)


def witnessed() -> Cosignature:
    """The keeper's log as it stands is sent, held, signed, and the signature comes back."""
    answer = cosign(received(sent()), KEYS[WITNESS].sign, AT)
    assert answer is not None
    return take_cosignature(WITNESS, *answer, parties=[KEEPER], verify=verify_for(WITNESS), at=AT)


def rewrite(index: int) -> None:
    """Change an entry and all that hangs on it in this database, and every checkpoint of the keeper's own."""
    count = Entry.objects.system("test").count()
    for table in (Entry, Head, Tile, Checkpoint):
        table.objects.system("test").all().delete()
    fill(index)
    fill(1, start=1_000_000)
    fill(count - index - 1, start=index + 1)


def problems() -> list[Problem]:
    return list(verify_witnessed(verify_for))


def test_a_log_that_only_grows_is_signed_each_time() -> None:
    for count in (5, 1, 300, 7):
        fill(count)
        witnessed()
    found = [Finding(kept.finding) for kept in Witnessed.objects.system("test")]
    assert found == [Finding.FIRST, Finding.EXTENDS, Finding.EXTENDS, Finding.EXTENDS]
    assert problems() == []


def test_what_comes_twice_is_held_once() -> None:
    fill(3)
    assert received(sent()).pk == received(sent()).pk


def test_a_rewritten_entry_is_told_on_both_sides() -> None:
    fill(9)
    witnessed()
    rewrite(4)
    fill(3)
    kept = received(sent())
    assert Finding(kept.finding) is Finding.NOT_PROVED
    assert cosign(kept, KEYS[WITNESS].sign, AT) is None
    own, partners = problems()
    assert own.message.startswith("the log was changed")
    assert partners.facts["held"] == 9


def test_two_logs_of_one_size_are_told() -> None:
    fill(9)
    witnessed()
    rewrite(8)
    assert Finding(received(sent()).finding) is Finding.FORKED
    assert any("two different logs" in problem.message for problem in problems())


def test_a_shortened_log_is_told_until_a_person_lets_it_begin_anew() -> None:
    fill(9)
    witnessed()
    for table in (Entry, Head, Tile, Checkpoint, Cosignature):
        table.objects.system("test").all().delete()
    fill(4, start=70)
    kept = received(sent())
    assert Finding(kept.finding) is Finding.SHORTER
    assert len(problems()) == 1
    settle(kept, at=AT)
    fill(2)
    witnessed_again = take_cosignature(
        WITNESS, *(cosign(kept_now(), KEYS[WITNESS].sign, AT) or (b"", b"")), parties=[KEEPER],
        verify=verify_for(WITNESS), at=AT,
    )  # fmt: skip
    assert witnessed_again.size == 4
    assert Finding(received(sent()).finding) is Finding.EXTENDS
    assert problems() == []


def kept_now() -> Witnessed:
    held = held_of(KEEPER)
    assert held is not None
    return held


def test_an_older_checkpoint_that_comes_late_harms_nothing() -> None:
    fill(4)
    early = sign_checkpoint(KEEPER, KEYS[KEEPER].sign, AT)
    fill(5)
    witnessed()
    assert Finding(received(attest(early, [WITNESS])).finding) is Finding.OLDER
    assert kept_now().size == 9


def test_a_proof_between_other_roots_links_nothing() -> None:
    fill(4)
    witnessed()
    fill(5)
    sending = sent()
    other = replace(sending.proofs[0], first_root=hashlib.sha256(b"x").digest())
    broken = replace(sending.proofs[0], path=(bytes(32), *sending.proofs[0].path[1:]))
    for links in ((), (other,), (broken,), (proofs.consistency(3, 9),)):
        Witnessed.objects.system("test").filter(size=9).delete()
        assert Finding(received(replace(sending, proofs=links)).finding) is Finding.NOT_PROVED
    Witnessed.objects.system("test").filter(size=9).delete()
    assert Finding(received(sending).finding) is Finding.EXTENDS


def test_a_checkpoint_that_the_party_did_not_sign_is_not_kept() -> None:
    fill(2)
    sending = sent()
    with pytest.raises(NotSigned):
        received(replace(sending, signature=KEYS[WITNESS].sign(sending.note)))
    assert not Witnessed.objects.system("test").exists()


def test_a_checkpoint_of_another_log_is_not_kept() -> None:
    fill(2)
    note = bytes(Note("comity.audit/" + WITNESS, 2, bytes(32), AT))
    with pytest.raises(NotANote):
        received(Attestation(note, KEYS[KEEPER].sign(note), ()))


def test_a_forged_cosignature_is_not_kept() -> None:
    fill(2)
    text = cosigned_text(sent().note, AT)
    with pytest.raises(NotSigned):
        take_cosignature(WITNESS, text, KEYS[KEEPER].sign(text), parties=[KEEPER], verify=verify_for(WITNESS), at=AT)
    with pytest.raises(NotANote):
        take_cosignature(WITNESS, text, KEYS[WITNESS].sign(text), parties=[WITNESS], verify=verify_for(WITNESS), at=AT)


@pytest.mark.parametrize(
    ("table", "changed", "said"),
    [
        (Cosignature, {"root": bytes(32)}, "for something else"),
        (Cosignature, {"signature": bytes(64)}, "witness %(witness)s is not valid"),
        (Cosignature, {"text": b"x"}, "witness %(witness)s is not valid"),
        (Witnessed, {"root": bytes(32)}, "says something else"),
        (Witnessed, {"signature": bytes(64)}, "is not signed by it"),
        (Witnessed, {"note": b"x"}, "is malformed"),
    ],
)
def test_what_was_kept_and_then_changed_is_named(table: type, changed: dict[str, bytes], said: str) -> None:
    fill(3)
    witnessed()
    table.objects.system("test").update(**changed)  # type: ignore[attr-defined]
    (problem,) = problems()
    assert said in problem.message


def test_a_cosignature_is_read_in_its_one_spelling_only() -> None:
    fill(3)
    note = sent().note
    text = cosigned_text(note, AT + timedelta(microseconds=900))
    assert parse_cosigned(text) == (Note.of(note), AT.replace(microsecond=0))
    for other in (b"", text[1:], text.replace(b"time ", b"time 0"), text.replace(b"time", b"Time"), text + b"\n"):
        with pytest.raises(NotANote):
            parse_cosigned(other)
