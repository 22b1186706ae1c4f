"""The page of files, as an officer and an administrator use it."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from comity.federation.bundle import reporting, slip, views
from comity.federation.bundle.tests.written import Written
from comity.federation.models import Bundle, Channel, Feed, Frame, Joining, Reported
from comity.federation.protocol import bundle
from comity.federation.protocol.feed import Position
from comity.federation.protocol.frame import Frame as Came
from comity.federation.rings import ring_of
from comity.federation.sync.tests.speaker import Speaker
from comity.federation.tests.factories import sign_in
from comity.kernel.ids import PartyId
from comity.labels.subject import Role
from comity.parties.models import Party
from comity.records.tests.factories import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def joined(mission: Party, abroad: Party) -> Joining:
    return Joining.objects.create(
        party=mission, other=abroad.pk, inviting=True, state="joined", invitation="0" * 64, expires=AT, at=AT, by="x"
    )


@pytest.fixture
def officer(client: Client, mission: Party) -> Client:
    sign_in(client, mission, Role.RELEASE_OFFICER)
    return client


def place(joined: Joining, name: str = "partner-bundles") -> str:
    return reverse(f"federation:{name}", args=[joined.pk])


def upload(client: Client, joined: Joining, data: bytes) -> Any:
    return client.post(place(joined), {"file": SimpleUploadedFile("a.bundle", data)}, follow=True)


def test_a_file_is_written(officer: Client, joined: Joining, row: Channel, release_one: Any):
    release_one()
    answer: Any = officer.post(place(joined, "partner-bundle-write"), {"since": "confirmed"})
    data = b"".join(answer.streaming_content)
    assert answer["Content-Disposition"].startswith("attachment")
    index = bundle.verify(bundle.read_opening(io.BytesIO(data).read), ring_of)
    assert [chunk.last for chunk in index.chunks if chunk.feed] == [2]
    page = officer.get(place(joined)).content.decode()
    assert "Written, in one file" in page
    assert index.name[:8] in page


def test_a_file_that_came_is_read(
    officer: Client,
    joined: Joining,
    speaker: Speaker,
    mission: Party,
    said: list[Came],
):
    written = Written(speaker, mission, said, 3, 3)
    page = upload(officer, joined, bytes(written.file(2))).content.decode()
    assert "Kept until what comes before it is here: part 2" in page
    assert "Not here yet, or not whole: part 1 of 2" in page
    spoiled = written.file(1)
    spoiled[-1] ^= 1
    assert (
        "Spoiled in the file that was read last: chunk 3." in upload(officer, joined, bytes(spoiled)).content.decode()
    )
    page = upload(officer, joined, bytes(written.file(1))).content.decode()
    assert "Everything in it is here" in page
    (line,) = reporting.slip_for(PartyId(mission.pk), PartyId(speaker.party.pk))
    assert line.figures in page
    assert " ".join(line.words(PartyId(mission.pk), "en")) in page
    assert Bundle.objects.count() == 1


@pytest.mark.parametrize("data", [b"PK\x03\x04 something else", b"comity bundle 1\n\xff\xff\xff\xff", b"x" * 4_000])
def test_another_file_is_refused_in_words(officer: Client, joined: Joining, row: Channel, data: bytes):
    answer = upload(officer, joined, data)
    assert answer.status_code == 422
    assert any(
        words in answer.content.decode()
        for words in ("This file is no bundle", "The beginning of this file is spoiled")
    )
    assert not Bundle.objects.exists()


def test_a_page_reads_and_writes_no_large_files(
    officer: Client,
    joined: Joining,
    row: Channel,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr("comity.federation.bundle.forms.MOST_ON_A_PAGE", 10)
    monkeypatch.setattr(views, "MOST_ON_A_PAGE", 10)
    for answer in (
        upload(officer, joined, b"more than ten bytes"),
        officer.post(place(joined, "partner-bundle-write"), {"since": "start"}),
    ):
        assert answer.status_code == 422
        assert "more than a page writes or reads" in answer.content.decode()


def test_a_slip_is_entered(officer: Client, joined: Joining, row: Channel, abroad: Party, release_one: Any):
    release_one()
    written: Any = officer.post(place(joined, "partner-bundle-write"), {"since": "confirmed"})
    assert list(written.streaming_content)
    own = Feed.objects.get(own=True)
    line = slip.Line(own.key, Position(2, Frame.objects.get(feed=own, seq=2).hash), 0)
    text = line.text(PartyId(abroad.pk), "ar")
    answer = officer.post(place(joined, "partner-slip"), {"slip": text.replace(" 2 0 ", " 1 0 ")})
    assert answer.status_code == 422
    assert not Reported.objects.exists()
    answer = officer.post(place(joined, "partner-slip"), {"slip": text}, follow=True)
    assert f"Feed {own.incarnation}, up to step 2" in answer.content.decode()


def test_the_page_is_for_who_brings_parties_together(client: Client, joined: Joining, mission: Party, iraq: Party):
    assert client.get(place(joined)).status_code == 302
    sign_in(client, mission, Role.PROGRAMME_MANAGER)
    assert client.get(place(joined)).status_code == 403
    sign_in(client, iraq, Role.RELEASE_OFFICER)
    assert client.get(place(joined)).status_code == 404
    sign_in(client, mission, Role.ADMINISTRATOR)
    assert client.get(place(joined)).status_code == 200
    Joining.objects.update(state="left")
    for name in ("partner-bundles", "partner-bundle-write", "partner-slip"):
        assert client.post(place(joined, name)).status_code == 404
