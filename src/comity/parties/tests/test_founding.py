"""A party founded here: its keys are this node's alone, and what it signs can be told from what others sign."""

import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError
from pytest_django import Settings

from comity.audit.models import Entry
from comity.kernel.ids import BadId, PartyId, party_id_of
from comity.kernel.text import Text
from comity.parties import actions, keys, sealing, signing
from comity.parties.manifest import BadManifest, Purpose
from comity.parties.models import Manifest, Party
from comity.parties.queries import manifest_in_force, names

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)


def found(home: Path, handle: str = "somewhere", **changes: Any) -> Party:
    name = Text.single("en", handle.title()).json()
    return actions.found_party(handle=handle, name=name, nature="host", home=home, at=AT, **changes)


def private_key(home: Path, party: Party, purpose: Purpose) -> bytes:
    """The private half that lies below `home` of what the newest manifest names."""
    public = signing.public_key(PartyId(party.pk), purpose.value)
    return keys.read(home, PartyId(party.pk), purpose, public)


def test_the_id_is_that_of_the_first_manifest(tmp_path: Path):
    party = found(tmp_path)
    assert party.pk == party_id_of(bytes(Manifest.objects.get(party=party, version=1).data))
    assert party.hosted


def test_what_is_stored_verifies(tmp_path: Path):
    party = found(tmp_path)
    stored = manifest_in_force(PartyId(party.pk), at=AT)
    assert stored.name.in_("en")[0] == "Somewhere"
    assert names()[PartyId(party.pk)].in_("en")[0] == "Somewhere"


def test_a_stored_manifest_that_was_touched_does_not_verify(tmp_path: Path):
    party = found(tmp_path)
    row = Manifest.objects.get(party=party)
    Manifest.objects.filter(pk=row.pk).update(data=bytes(row.data).replace(b"Somewhere", b"Nosewhere"))
    with pytest.raises(BadManifest):
        manifest_in_force(PartyId(party.pk), at=AT)


def test_keys_are_readable_by_the_node_alone(tmp_path: Path):
    party = found(tmp_path)
    folder = tmp_path / "keys" / party.pk
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert sorted(path.name.partition("-")[0] for path in folder.iterdir()) == ["audit", "exchange", "release", "root"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_no_private_key_is_in_the_database(tmp_path: Path):
    party = found(tmp_path)
    private = [private_key(tmp_path, party, purpose) for purpose in Purpose]
    row = Manifest.objects.get(party=party)
    stored = bytes(row.data) + repr((row.signatures, party.name)).encode()
    assert not any(key in stored or key.hex().encode() in stored for key in private)


def test_a_key_open_to_others_is_not_used(tmp_path: Path):
    party = found(tmp_path)
    next((tmp_path / "keys" / party.pk).glob("audit-*.key")).chmod(0o640)
    with pytest.raises(keys.KeyMissing, match="open to others"):
        private_key(tmp_path, party, Purpose.AUDIT)


def test_a_key_file_that_holds_another_key_is_not_used(tmp_path: Path):
    party = found(tmp_path)
    next((tmp_path / "keys" / party.pk).glob("audit-*.key")).write_bytes(bytes(32))
    with pytest.raises(keys.KeyMissing, match="another key"):
        private_key(tmp_path, party, Purpose.AUDIT)


def test_two_parties_have_different_keys_and_ids(tmp_path: Path):
    one, other = found(tmp_path), found(tmp_path, "elsewhere")
    assert one.pk != other.pk
    assert private_key(tmp_path, one, Purpose.AUDIT) != private_key(tmp_path, other, Purpose.AUDIT)


def test_a_handle_is_given_once(tmp_path: Path):
    found(tmp_path)
    with pytest.raises(actions.HandleTaken):
        found(tmp_path)


def test_a_founding_that_fails_leaves_no_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(actions, "append", refuse)
    with pytest.raises(DatabaseError):
        found(tmp_path)
    assert list((tmp_path / "keys").iterdir()) == []
    assert not Party.objects.exists()


def test_keys_that_are_there_are_never_overwritten(tmp_path: Path):
    def entropy(number: int) -> bytes:
        drawn.append(number)
        return bytes([len(drawn) % 4 + 1]) * number

    drawn: list[int] = []
    party = found(tmp_path, entropy=entropy)
    before = private_key(tmp_path, party, Purpose.ROOT)
    with pytest.raises(FileExistsError):
        keys.write(tmp_path, PartyId(party.pk), keys.generate(os.urandom))
    assert private_key(tmp_path, party, Purpose.ROOT) == before


def test_a_party_id_is_no_way_out_of_the_directory(tmp_path: Path):
    with pytest.raises(BadId):
        keys.read(tmp_path, PartyId("../../etc"), Purpose.ROOT, bytes(32))


def test_founding_is_on_the_log(tmp_path: Path):
    party = found(tmp_path)
    assert Entry.objects.system("test").filter(event="manifest", party=party.pk).count() == 1


# ------------------------------------------------------------------------------------------------------------- signing


def test_a_signature_verifies(tmp_path: Path, settings: Settings):
    settings.COMITY_HOME = tmp_path
    party = found(tmp_path)
    signing.verify_with(party, "audit", b"message", signing.sign_for(party, "audit", b"message"))


@pytest.mark.parametrize(("purpose", "message"), [("release", b"message"), ("audit", b"another")])
def test_for_another_purpose_or_message_it_does_not(tmp_path: Path, settings: Settings, purpose: str, message: bytes):
    settings.COMITY_HOME = tmp_path
    party = found(tmp_path)
    signature = signing.sign_for(party, "audit", b"message")
    with pytest.raises(signing.BadSignature):
        signing.verify_with(party, purpose, message, signature)


def test_one_party_does_not_sign_for_another(tmp_path: Path, settings: Settings):
    settings.COMITY_HOME = tmp_path
    one, other = found(tmp_path), found(tmp_path, "elsewhere")
    with pytest.raises(signing.BadSignature):
        signing.verify_with(one, "audit", b"message", signing.sign_for(other, "audit", b"message"))


def test_nonsense_is_a_bad_signature(tmp_path: Path):
    with pytest.raises(signing.BadSignature):
        signing.verify_with(found(tmp_path), "audit", b"message", b"short")


def test_the_exchange_key_signs_nothing(tmp_path: Path):
    with pytest.raises(ValueError, match="signs nothing"):
        signing.sign(PartyId(found(tmp_path).pk), Purpose.EXCHANGE, b"message", tmp_path, public=bytes(32))


def test_a_node_without_the_keys_cannot_sign(tmp_path: Path):
    party = found(tmp_path / "here")
    with pytest.raises(keys.KeyMissing):
        signing.sign(PartyId(party.pk), Purpose.AUDIT, b"message", tmp_path / "elsewhere", public=bytes(32))


# ------------------------------------------------------------------------------------------------------------- renewing


def test_a_renewed_manifest_follows_and_keeps_the_id(tmp_path: Path):
    party = found(tmp_path)
    later = AT + timedelta(days=300)
    renewed = actions.renew_manifest(
        party=PartyId(party.pk), home=tmp_path, at=later, name=Text.single("en", "New name").json()
    )
    assert (renewed.pk, renewed.manifest_version) == (party.pk, 2)
    assert manifest_in_force(PartyId(party.pk), at=later + timedelta(days=300)).name.in_("en")[0] == "New name"
    assert Text.of(renewed.name).in_("en")[0] == "New name"


def test_a_manifest_not_renewed_runs_out(tmp_path: Path):
    party = found(tmp_path)
    with pytest.raises(BadManifest, match="expired"):
        manifest_in_force(PartyId(party.pk), at=AT + actions.LIFE)


def test_only_a_hosted_party_is_renewed_here(tmp_path: Path):
    party = found(tmp_path)
    Party.objects.filter(pk=party.pk).update(hosted=False)
    with pytest.raises(actions.NotHostedHere):
        actions.renew_manifest(party=PartyId(party.pk), home=tmp_path, at=AT)


def test_what_was_sealed_for_a_party_is_opened_for_it_alone(tmp_path: Path, settings: Settings):
    settings.COMITY_HOME = tmp_path
    one, other = found(tmp_path), found(tmp_path, "elsewhere")
    sealed = sealing.seal_for(signing.public_key(PartyId(one.pk), "exchange"), b"a key", b"channel")
    enc, ciphertext = sealed[:32], sealed[32:]
    assert signing.open_sealed(one, enc, ciphertext, b"channel") == b"a key"
    with pytest.raises(sealing.NotOpened):
        signing.open_sealed(one, enc, ciphertext, b"another channel")
    with pytest.raises(sealing.NotOpened):
        signing.open_sealed(other, enc, ciphertext, b"channel")
