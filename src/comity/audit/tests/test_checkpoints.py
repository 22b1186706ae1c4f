"""Checkpoints: what is signed, kept, verified, and given to partners."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from comity.audit.checkpoints import sign_checkpoint, signed_note, verify_checkpoints
from comity.audit.log import LogDamaged, head
from comity.audit.models import Checkpoint
from comity.audit.notes import NotANote, Note, origin_of
from comity.audit.tests.entries import AT, fill
from comity.kernel.ids import PartyId, party_id_of

ONE, OTHER = party_id_of(b"one"), party_id_of(b"other")
KEYS = {
    ONE: Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"one").digest()),
    OTHER: Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"other").digest()),
}


def public(party: PartyId) -> bytes:
    return KEYS[party].public_key().public_bytes_raw()


def signed_by(party: PartyId, message: bytes, signature: bytes) -> bool:
    return is_signed(public(party), message, signature)


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


def sign(party: PartyId) -> Checkpoint:
    return sign_checkpoint(party, KEYS[party].sign, AT)


@pytest.mark.django_db
def test_what_is_signed_is_origin_size_root_and_moment() -> None:
    fill(3)
    made = sign(ONE)
    root = base64.b64encode(head().root).decode()
    assert made.note == f"comity.audit/{ONE}\n3\n{root}\nat 2026-03-01T09:00:00.123456Z\n".encode()
    KEYS[ONE].public_key().verify(made.signature, made.note)


@pytest.mark.django_db
def test_several_parties_sign_as_the_log_grows_and_all_verify() -> None:
    assert verify_checkpoints(signed_by) is None
    for count in (0, 2, 5):
        fill(count)
        sign(ONE)
        sign(OTHER)
    assert Checkpoint.objects.system("test").count() == 6
    assert verify_checkpoints(signed_by) is None


@pytest.mark.django_db
def test_a_size_is_signed_once() -> None:
    fill(2)
    first = sign(ONE)
    again = sign_checkpoint(ONE, lambda _: pytest.fail("signed twice"), AT + timedelta(days=1))
    assert again.pk == first.pk
    fill(1)
    assert sign(ONE).pk != first.pk


@pytest.mark.django_db
def test_a_party_never_signs_two_roots_for_one_size() -> None:
    fill(2)
    sign(ONE)
    Checkpoint.objects.system("test").update(root=bytes(32))
    with pytest.raises(LogDamaged):
        sign(ONE)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken",
    [
        {"size": 4},
        {"root": bytes(32)},
        {"party": OTHER},
        {"at": AT + timedelta(seconds=1)},
        {"note": b"text"},
        {"signature": bytes(64)},
        {"signature": b""},
    ],
)
def test_one_broken_thing_is_named(broken: dict[str, Any]) -> None:
    fill(3)
    made = sign(ONE)
    assert verify_checkpoints(signed_by) is None
    Checkpoint.objects.system("test").filter(pk=made.pk).update(**broken)
    found = verify_checkpoints(signed_by)
    assert found is not None
    assert found.index == broken.get("size", 3)
    assert broken.get("party", ONE) in found.reason


@pytest.mark.django_db
def test_the_signature_of_another_key_is_named() -> None:
    fill(1)
    sign(ONE)
    found = verify_checkpoints(lambda _, *signed: signed_by(OTHER, *signed))
    assert found is not None
    assert "signature" in found.reason


@pytest.mark.django_db
def test_the_note_for_partners_carries_key_id_and_signature() -> None:
    fill(1)
    made = sign(ONE)
    text, _, line = signed_note(made, public(ONE)).partition("\n\n")
    dash, name, encoded = line.removesuffix("\n").split(" ")
    assert (dash, name) == ("—", origin_of(ONE))
    raw = base64.b64decode(encoded)
    assert raw[:4] == hashlib.sha256(name.encode() + b"\n\x01" + public(ONE)).digest()[:4]
    Ed25519PublicKey.from_public_bytes(public(ONE)).verify(raw[4:], text.encode() + b"\n")


def test_a_note_is_read_in_its_one_spelling_only() -> None:
    note = Note(origin_of(ONE), 12, bytes(range(32)), AT)
    data = bytes(note)
    assert Note.of(data) == note
    lines = data.decode().split("\n")
    for broken in (
        data[:-1],
        data + b"\n",
        data.replace(b"\n12\n", b"\n012\n"),
        data.replace(b"\n12\n", b"\n-12\n"),
        data.replace(b"\n12\n", b"\n 12\n"),
        data.replace(b"at ", b""),
        data.replace(b"Z", b"+00:00"),
        data.replace(lines[2].encode(), b"AAAA"),
        b"\xff" + data,
        b"",
    ):
        with pytest.raises(NotANote):
            Note.of(broken)
