"""A file that came: what a partner says comes in, whatever happened to the medium, and nothing else does."""

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from comity.audit.models import Entry
from comity.federation.bundle import domain, reading
from comity.federation.bundle.reading import Report
from comity.federation.bundle.tests.written import Written
from comity.federation.models import Arrived, Bundle, Channel, Feed, FeedStatus, Frame, Peer
from comity.federation.protocol import bundle, dsse
from comity.federation.protocol.bundle import chunk_of
from comity.federation.protocol.frame import Frame as Came
from comity.federation.sync.emit import emit
from comity.federation.sync.tests.speaker import Speaker, revision
from comity.federation.tests.factories import channel, officer
from comity.kernel.errors import DomainError, RoleMissing
from comity.labels.domain import Label
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.records.models import Record
from comity.records.tests.factories import AT, LATER, travelling
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db


def read(data: bytes | bytearray, keeper: Subject) -> Report:
    return reading.read(io.BytesIO(data), actor=keeper, at=LATER)


def refuses(data: bytes | bytearray, keeper: Subject, error: type[DomainError]) -> None:
    before = (Frame.objects.count(), Record.objects.system("test").count(), Entry.objects.system("test").count())
    with pytest.raises(error):
        read(data, keeper)
    after = (Frame.objects.count(), Record.objects.system("test").count(), Entry.objects.system("test").count())
    assert before == after


def test_what_was_said_comes_in_once(speaker: Speaker, mission: Party, keeper: Subject, said: list[Came]):
    data = Written(speaker, mission, said).file()
    report = read(data, keeper)
    assert (report.new, report.complete, report.spoiled) == (6, True, [])
    assert Arrived.objects.count() == 5
    entries = Entry.objects.system("test").exclude(event="bundle-read").count()
    again = read(data, keeper)
    assert (again.new, again.known, again.complete) == (0, 0, True)
    assert Entry.objects.system("test").exclude(event="bundle-read").count() == entries
    kept = Bundle.objects.get()
    assert (kept.by, kept.feeds) == (keeper.account, [[*speaker.feed, 6]])
    assert verify_log() is None


def test_parts_may_come_in_any_order(speaker: Speaker, mission: Party, keeper: Subject, said: list[Came], home: Path):
    written = Written(speaker, mission, said, 2, 2, 2)
    last = read(written.file(3), keeper)
    assert (last.new, last.waiting, last.missing) == (0, [3], [1, 2])
    assert read(written.file(3), keeper).waiting == [3]
    assert read(written.file(1), keeper).new == 2
    middle = read(written.file(2), keeper)
    assert (middle.new, middle.complete) == (4, True)
    assert not list((home / "bundles").iterdir())


def test_a_spoiled_chunk_is_named_and_what_follows_waits_for_it(
    speaker: Speaker, mission: Party, keeper: Subject, said: list[Came]
):
    written = Written(speaker, mission, said)
    spoiled = written.file()
    spoiled[-len(b"".join(written.data[3:])) - 9] ^= 1  # near the end of the third chunk
    report = read(spoiled, keeper)
    assert (report.new, report.spoiled, report.waiting, report.missing) == (2, [3], [1], [1])
    cut = written.file()[:-10]
    report = read(cut, keeper)
    assert (report.new, report.spoiled, report.complete) == (4, [], True)


def test_a_chunk_that_was_changed_where_it_waits_is_not_used(
    speaker: Speaker, mission: Party, keeper: Subject, said: list[Came], home: Path
):
    written = Written(speaker, mission, said, 2, 4)
    read(written.file(2), keeper)
    (folder,) = (home / "bundles").iterdir()
    for file in folder.iterdir():
        file.write_bytes(b"something else")
    report = read(written.file(1), keeper)
    assert (report.new, report.missing) == (2, [2])
    assert read(written.file(2), keeper).complete


def test_a_frame_that_was_changed_before_it_was_packed_stops_its_feed_alone(
    speaker: Speaker, mission: Party, keeper: Subject, said: list[Came], sent: Label, home: Path
):
    abroad = speaker.party
    said[2] = Came(said[2].envelope, (said[2].content or b"")[:-1] + b"x")
    other = Speaker(abroad, channel(officer(mission), abroad), home)
    more = [other.announce(mission), other.say(revision(travelling(abroad, sent, 9)))]
    report = read(Written(speaker, mission, [*said, *more]).file(), keeper)
    assert list(report.refused.items()) == [(speaker.feed, "spliced")]
    assert report.new == 4
    assert Feed.objects.filter(state=FeedStatus.OPEN).count() == 2


def test_who_it_is_for_and_from(
    speaker: Speaker, mission: Party, iraq: Party, abroad: Party, keeper: Subject, said: list[Came]
):
    refuses(Written(speaker, iraq, said).file(), keeper, domain.ForSomebodyElse)
    Peer.objects.update(confirmed_at=None)
    refuses(Written(speaker, mission, said).file(), keeper, domain.NotAPartner)


def test_a_forged_index_is_refused(
    speaker: Speaker, mission: Party, iraq: Party, keeper: Subject, said: list[Came], home: Path
):
    written = Written(speaker, mission, said)
    true = bundle.sign(written.index, speaker.key)
    fewer = replace(written.index, parts=(written.index.parts[0][:2],))
    refuses(written.file(1, dsse.Envelope(true.payload_type, fewer.encode(), true.signatures)), keeper,
            domain.SpoiledIndex)  # fmt: skip
    refuses(bytes(written.file())[:300], keeper, domain.SpoiledIndex)
    refuses(b"PK\x03\x04 a file of another kind", keeper, domain.NotABundleFile)
    refuses(bytes(written.file()).replace(b"bundle 1", b"bundle 7"), keeper, domain.NewerBundle)


def test_only_who_brings_parties_together_reads_files(speaker: Speaker, mission: Party, said: list[Came]):
    for role in (Role.PROGRAMME_MANAGER, Role.REGISTRY_CLERK, Role.AUDITOR):
        with pytest.raises(RoleMissing):
            read(Written(speaker, mission, said).file(), officer(mission, role.value, role))


@pytest.mark.parametrize(
    "data", [b"[" * 600 + b"]" * 600, b"[]", b"{}", b'{"channels":[],"parties":[7]}', b"\xff" * 50]
)
def test_manifests_that_are_none_are_refused_and_the_rest_goes_in(
    speaker: Speaker, mission: Party, keeper: Subject, said: list[Came], data: bytes
):
    written = Written(speaker, mission, said)
    written.data.insert(0, data)
    written.index = replace(written.index, parts=((chunk_of(data), *written.index.parts[0]),))
    report = read(written.file(), keeper)
    assert list(report.refused.values()) == ["malformed"]
    assert report.new == 6


def test_a_full_disk_pauses_and_loses_nothing(
    speaker: Speaker, mission: Party, keeper: Subject, said: list[Came], settings: Settings
):
    settings.COMITY_FULL_AT = 0.0
    refuses(Written(speaker, mission, said).file(), keeper, domain.Paused)
    settings.COMITY_FULL_AT = 1.0
    assert read(Written(speaker, mission, said).file(), keeper).complete


def test_a_node_that_was_restored_learns_from_a_file_that_it_has_said_more(
    speaker: Speaker, mission: Party, row: Channel, keeper: Subject, release_one: Any
):
    release_one()
    emit(party=mission, channel=row.pk, at=AT)
    own = Feed.objects.get(own=True)
    last = Frame.objects.get(feed=own, seq=2)
    came = Came(dsse.Envelope.decode(bytes(last.header), max_bytes=16_384), None)
    written = Written(speaker, mission, [came])
    assert read(written.file(), keeper).complete
    own.refresh_from_db()
    assert own.state == FeedStatus.OPEN
    last.delete()
    Feed.objects.filter(pk=own.pk).update(seq=1, head=Frame.objects.get(feed=own).hash)
    read(written.file(), keeper)
    own.refresh_from_db()
    assert own.state == FeedStatus.OVERTAKEN
