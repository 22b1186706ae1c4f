"""New keys, revoked keys, and the root key away from the node: rehearsed, since it is done when there is no time to."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from pytest_django import Settings

from comity.audit.notes import Note, origin_of
from comity.kernel.ids import PartyId, party_id_of
from comity.kernel.text import Text
from comity.parties import actions, fingerprint, keeping, keys, rotation, sealing, signing
from comity.parties.actions import found_party
from comity.parties.manifest import BadManifest, Purpose
from comity.parties.models import Manifest, Party
from comity.parties.queries import history_of, manifest_in_force, newest
from comity.parties.receiving import ManifestsDoNotVerify, TwoHistories, receive_party

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
LATER = AT + timedelta(days=100)
GOLDEN = "palm wheat guitar glacier trumpet paddle paint balloon curtain butter pond maple pumpkin whistle cotton mint"
PASSPHRASE = "seven little words nobody says"


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    settings.COMITY_HOME = tmp_path / "node"
    (tmp_path / "node").mkdir()
    return tmp_path / "node"


@pytest.fixture
def party(home: Path) -> PartyId:
    row = found_party(handle="us", name=Text.single("en", "Us").json(), nature="host", home=home, at=AT)
    return PartyId(row.pk)


def held(home: Path, party: PartyId) -> list[str]:
    return sorted(path.name.partition("-")[0] for path in (home / "keys" / party).iterdir())


def test_what_old_keys_signed_still_verifies_and_new_keys_sign(home: Path, party: PartyId):
    row = Party.objects.get(pk=party)
    note = bytes(Note(origin_of(party), 1, bytes(32), AT))
    before, public = signing.sign_for(row, "audit", note), signing.public_key(party, "exchange")
    sealed = sealing.seal_for(public, b"an old key", b"")
    rotation.rotate(party=party, home=home, at=LATER)
    signing.verify_with(row, "audit", note, before)
    assert signing.sign_for(row, "audit", note) != before
    assert signing.open_sealed(row, sealed[:32], sealed[32:], b"") == b"an old key"
    assert signing.public_key(party, "exchange") != public
    assert held(home, party) == ["audit", "exchange", "exchange", "release", "root"]
    assert manifest_in_force(party, at=LATER + timedelta(days=399)).version == 2


def test_a_new_root_is_signed_by_both_and_the_party_stays_the_same(home: Path, party: PartyId):
    old = newest(party).keys[Purpose.ROOT]
    rotation.rotate(party=party, home=home, at=LATER, purposes=tuple(Purpose))
    assert newest(party).keys[Purpose.ROOT] != old
    actions.renew_manifest(party=party, home=home, at=LATER)
    assert manifest_in_force(party, at=LATER).version == 3
    assert held(home, party).count("root") == 1


@pytest.mark.parametrize("cut", ["signing", "keeping"])
def test_a_rotation_that_fails_leaves_the_keys_that_the_manifest_names(
    home: Path, party: PartyId, cut: str, monkeypatch: pytest.MonkeyPatch
):
    def refuse(*_: object, **__: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(actions, "_signed" if cut == "signing" else "append", refuse)
    with pytest.raises(DatabaseError):
        rotation.rotate(party=party, home=home, at=LATER)
    assert newest(party).version == 1
    assert held(home, party) == ["audit", "exchange", "release", "root"]


def test_the_root_key_goes_into_a_file_and_comes_back(home: Path, party: PartyId, tmp_path: Path):
    file = tmp_path / "root.json"
    keeping.export_root(party=party, file=file, passphrase=PASSPHRASE, home=home)
    assert file.stat().st_mode & 0o077 == 0
    keeping.remove_root(party=party, file=file, passphrase=PASSPHRASE, home=home)
    assert held(home, party) == ["audit", "exchange", "release"]
    with pytest.raises(actions.RootAway):
        rotation.rotate(party=party, home=home, at=LATER)
    assert held(home, party) == ["audit", "exchange", "release"]
    keeping.import_root(party=party, file=file, passphrase=PASSPHRASE, home=home)
    rotation.rotate(party=party, home=home, at=LATER)
    assert newest(party).version == 2


def test_the_file_gives_nothing_away_and_only_the_passphrase_opens_it(home: Path, party: PartyId, tmp_path: Path):
    file = tmp_path / "root.json"
    private = keys.read(home, party, Purpose.ROOT, newest(party).keys[Purpose.ROOT][0])
    keeping.export_root(party=party, file=file, passphrase=PASSPHRASE, home=home)
    assert private.hex() not in file.read_text()
    with pytest.raises(keeping.NotThatKey):
        keeping.remove_root(party=party, file=file, passphrase=PASSPHRASE + "!", home=home)
    assert "root" in held(home, party)


def changed(file: Path, **what: str) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **what}))


@pytest.mark.parametrize(
    "spoiled",
    [b"", b"[]", b"{}", {"sealed": "00"}, {"party": party_id_of(b"other")}, {"key": "00" * 32}, {"salt": "zz"}],
)
def test_a_spoiled_file_takes_no_key_away(home: Path, party: PartyId, tmp_path: Path, spoiled: bytes | dict[str, str]):
    file = tmp_path / "root.json"
    keeping.export_root(party=party, file=file, passphrase=PASSPHRASE, home=home)
    if isinstance(spoiled, bytes):
        file.write_bytes(spoiled)
    else:
        changed(file, **spoiled)
    with pytest.raises(keeping.NotThatKey):
        keeping.remove_root(party=party, file=file, passphrase=PASSPHRASE, home=home)
    assert "root" in held(home, party)


def test_another_partys_file_is_not_brought_in(home: Path, party: PartyId, tmp_path: Path):
    row = found_party(handle="them", name=Text.single("en", "Them").json(), nature="host", home=home, at=AT)
    file = tmp_path / "root.json"
    keeping.export_root(party=PartyId(row.pk), file=file, passphrase=PASSPHRASE, home=home)
    with pytest.raises(keeping.NotThatKey):
        keeping.import_root(party=party, file=file, passphrase=PASSPHRASE, home=home)
    with pytest.raises(keeping.FileExists):
        keeping.export_root(party=party, file=file, passphrase=PASSPHRASE, home=home)
    with pytest.raises(keeping.PassphraseTooShort):
        keeping.export_root(party=party, file=tmp_path / "other", passphrase="short", home=home)


# ------------------------------------------------------------------------------------------------- others' manifests


def elsewhere(party: PartyId) -> None:
    """Forget a party here, as if it had been founded on another node."""
    Manifest.objects.filter(party_id=party).delete()
    Party.objects.filter(pk=party).delete()


def test_a_party_from_elsewhere_is_kept_as_its_manifests_say(home: Path, party: PartyId):
    rotation.rotate(party=party, home=home, at=LATER)
    history = history_of(party)
    elsewhere(party)
    row = receive_party(history[:1], handle="us", at=LATER)
    assert (row.pk, row.hosted, row.manifest_version, row.handle) == (party, False, 1, "us")
    assert receive_party(history, handle="us", at=LATER).manifest_version == 2
    actions.take_manifest(party, history[1], at=LATER)
    assert newest(party).version == 2


def test_a_party_that_came_unnamed_is_named_when_it_joins(home: Path, party: PartyId):
    history = history_of(party)
    elsewhere(party)
    assert actions.take_manifest(party, history[0], at=LATER).handle.startswith("p-")
    assert receive_party(history, handle="us", at=LATER).handle == "us"
    assert receive_party(history, handle="other", at=LATER).handle == "us"


def test_two_parties_of_one_name_get_two_handles(home: Path, party: PartyId):
    history = history_of(party)
    elsewhere(party)
    found_party(handle="us", name=Text.single("en", "Other us").json(), nature="host", home=home, at=AT)
    assert receive_party(history, handle="us", at=LATER).handle == "us-2"


def test_manifests_that_do_not_follow_are_refused(home: Path, party: PartyId):
    rotation.rotate(party=party, home=home, at=LATER)
    rotation.rotate(party=party, home=home, at=LATER)
    history = history_of(party)
    elsewhere(party)
    with pytest.raises(ManifestsDoNotVerify):
        receive_party([], handle="us", at=LATER)
    with pytest.raises(ManifestsDoNotVerify):
        receive_party(history[1:], handle="us", at=LATER)
    assert not Party.objects.exists()
    receive_party(history[:1], handle="us", at=LATER)
    with pytest.raises(BadManifest):
        actions.take_manifest(party, history[2], at=LATER)


def test_two_manifests_of_one_number_are_noticed(home: Path, party: PartyId):
    rotation.rotate(party=party, home=home, at=LATER)
    one = history_of(party)
    Manifest.objects.filter(party_id=party, version=2).delete()
    Party.objects.filter(pk=party).update(manifest_version=1)
    actions.renew_manifest(party=party, home=home, at=LATER)
    other = history_of(party)
    elsewhere(party)
    receive_party(other, handle="us", at=LATER)
    with pytest.raises(TwoHistories):
        receive_party(one, handle="us", at=LATER)


# --------------------------------------------------------------------------------------------------------- fingerprint


@pytest.mark.parametrize("language", fingerprint.LANGUAGES)
def test_every_byte_has_a_word_of_its_own(language: str):
    assert len(set(fingerprint.list_of(language))) == 256


def test_a_fingerprint_is_the_same_everywhere_and_another_for_every_party():
    one, other = party_id_of(b"one"), party_id_of(b"other")
    assert " ".join(fingerprint.words_of(one, "en")) == GOLDEN
    assert len(fingerprint.words_of(one, "ar")) == 16
    assert fingerprint.words_of(one, "ku") == fingerprint.words_of(one, "en")
    assert not set(enumerate(fingerprint.words_of(one, "en"))) & set(enumerate(fingerprint.words_of(other, "en")))


def test_a_qr_code_is_an_image_without_style_or_script():
    drawn = fingerprint.qr_of(party_id_of(b"one"))
    assert drawn.startswith("<svg ")
    assert "style" not in drawn
    assert "script" not in drawn
