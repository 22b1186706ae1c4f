"""Writing for a partner: what it lacks, in files that are whole or are not there."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comity.audit.models import Entry
from comity.federation.bundle import domain, queries, reporting, slip, speaking, writing
from comity.federation.bundle.domain import Since
from comity.federation.models import Acknowledged, Bundle, Channel, Feed, Frame, Peer, Reported
from comity.federation.protocol import bundle
from comity.federation.protocol.feed import FeedKey, Position
from comity.federation.rings import ring_of
from comity.federation.tests.factories import officer
from comity.kernel.errors import RoleMissing
from comity.kernel.ids import PartyId
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.records.tests.factories import AT, LATER

pytestmark = pytest.mark.django_db
Many = Callable[[int], Any]


@pytest.fixture
def spoken(row: Channel, mission: Party, abroad: Party, release_many: Many) -> Feed:
    """A keyset and four frames of ten records."""
    for _ in range(4):
        release_many(10)
        speaking.say_what_waits(party=PartyId(mission.pk), other=PartyId(abroad.pk), at=AT)
    return Feed.objects.get()


def planned(keeper: Subject, abroad: Party, since: Since = Since.CONFIRMED, **more: Any) -> writing.Plan:
    return writing.plan(other=PartyId(abroad.pk), since=since, actor=keeper, at=LATER, **more)


def steps(made: writing.Plan) -> list[tuple[int, int]]:
    return [(chunk.first, chunk.last) for chunk in made.index.chunks if chunk.feed is not None]


def test_what_is_written_is_what_the_index_says(spoken: Feed, keeper: Subject, abroad: Party, tmp_path: Path):
    made = planned(keeper, abroad, part_size=domain.LEAST_PART)
    files = writing.write_files(made, tmp_path / "out")
    assert len(files) > 1
    assert [file.stat().st_size for file in files] == made.sizes
    assert all(size <= domain.LEAST_PART for size in made.sizes)
    assert sorted(tmp_path.glob("*out*")) == files
    assert list(tmp_path.glob(".*")) == []
    for number, file in enumerate(files, 1):
        stream = io.BytesIO(file.read_bytes())
        opening = bundle.read_opening(stream.read)
        assert (bundle.verify(opening, ring_of), opening.part) == (made.index, number)
        for chunk in made.index.parts[number - 1]:
            bundle.check_chunk(chunk, stream.read(chunk.length))
        assert stream.read() == b""
    assert made.frames == 5


def test_a_bundle_begins_after_what_is_known_to_be_there(spoken: Feed, keeper: Subject, abroad: Party):
    assert steps(planned(keeper, abroad)) == [(1, 5)]
    writing.note(planned(keeper, abroad), actor=keeper, at=AT)
    assert steps(planned(keeper, abroad)) == [(1, 5)]
    assert steps(planned(keeper, abroad, Since.WRITTEN)) == []
    Acknowledged.objects.create(feed=spoken, by=abroad, seq=2, at=AT)
    assert steps(planned(keeper, abroad)) == [(3, 5)]
    Reported.objects.create(feed=spoken, by=abroad, seq=4, held=0, entered_by="somebody", at=AT)
    assert steps(planned(keeper, abroad)) == [(5, 5)]
    assert steps(planned(keeper, abroad, Since.START)) == [(1, 5)]


def test_a_file_that_stands_there_is_not_written_over(spoken: Feed, keeper: Subject, abroad: Party, tmp_path: Path):
    (tmp_path / "out").write_text("something of somebody")
    with pytest.raises(FileExistsError):
        writing.write_files(planned(keeper, abroad), tmp_path / "out")
    assert (tmp_path / "out").read_text() == "something of somebody"


def test_what_was_destroyed_meanwhile_leaves_no_file(spoken: Feed, keeper: Subject, abroad: Party, tmp_path: Path):
    made = planned(keeper, abroad, part_size=domain.LEAST_PART)
    Frame.objects.filter(seq=5).update(content=None)
    with pytest.raises(domain.ChangedMeanwhile):
        writing.write_files(made, tmp_path / "out")
    assert list(tmp_path.glob("*out*")) == list(tmp_path.glob(".*")) == []


def test_a_part_holds_at_least_a_chunk(spoken: Feed, keeper: Subject, abroad: Party, release_many: Many):
    with pytest.raises(domain.PartTooSmall):
        planned(keeper, abroad, part_size=domain.LEAST_PART - 1)
    release_many(120)
    speaking.say_what_waits(party=keeper.party, other=PartyId(abroad.pk), at=AT)
    with pytest.raises(domain.PartTooSmall) as refused:
        planned(keeper, abroad, part_size=domain.LEAST_PART)
    assert len(planned(keeper, abroad, part_size=int(str(refused.value.facts["least"]))).sizes) > 1


def test_files_are_for_partners_and_from_who_may(
    spoken: Feed, keeper: Subject, mission: Party, iraq: Party, abroad: Party
):
    for nobody in (iraq, mission):
        with pytest.raises(domain.NotAPartner):
            planned(keeper, nobody)
    with pytest.raises(RoleMissing):
        planned(officer(mission, "reader", Role.PROGRAMME_MANAGER), abroad)


def test_of_the_partners_own_feed_goes_its_last_step_alone(row: Channel, keeper: Subject, abroad: Party, spoken: Feed):
    theirs = Feed.objects.create(channel=row.pk, party=abroad, incarnation="e" * 16, seq=2, head="a" * 64)
    for seq in (1, 2):
        Frame.objects.create(
            feed=theirs, seq=seq, header=b"{}", hash=str(seq) * 64, content=b"a content", digest="", epoch=1, at=AT
        )
    made = planned(keeper, abroad)
    assert steps(made)[-1:] == [(2, 2)] or (2, 2) in steps(made)
    stream = io.BytesIO()
    writing.write_part(made, 1, stream)
    assert b"a content" not in stream.getvalue()


def test_where_a_partner_can_be_asked_the_courier_speaks_alone(
    row: Channel, mission: Party, abroad: Party, release_many: Many
):
    release_many(1)
    Peer.objects.update(direction="both", url="https://abroad.example")
    assert speaking.say_what_waits(party=PartyId(mission.pk), other=PartyId(abroad.pk), at=AT) == 0


def entered(text: str, keeper: Subject, abroad: Party) -> list[Reported]:
    return reporting.enter(text=text, other=PartyId(abroad.pk), actor=keeper, at=LATER)


def line_of(feed: Feed, abroad: Party, seq: int = 3, held: int = 0, language: str = "en") -> str:
    head = Frame.objects.get(feed=feed, seq=seq).hash
    return slip.Line(feed.key, Position(seq, head), held).text(PartyId(abroad.pk), language)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_slip_is_the_word_of_who_enters_it(spoken: Feed, keeper: Subject, abroad: Party, language: str):
    line = line_of(spoken, abroad, 3, 2, language)
    (row,) = entered(f"From our node, by telephone:\n\n  {line.upper()}  \n", keeper, abroad)
    assert (row.seq, row.held, row.entered_by) == (3, 2, keeper.account)
    assert not Acknowledged.objects.exists()
    logged = Entry.objects.system("test").get(event="slip-entered")
    assert logged.actor == keeper.account
    assert steps(planned(keeper, abroad)) == [(4, 5)]


def test_a_slip_that_was_mistyped_is_refused_whole(spoken: Feed, keeper: Subject, abroad: Party, iraq: Party):
    good = line_of(spoken, abroad)
    feed, step, held, *words = good.split()
    other = slip.Line(spoken.key, Position(3, "0" * 64), 0).text(PartyId(abroad.pk), "en")  # of another history
    foreign = slip.Line(spoken.key, Position(3, Frame.objects.get(seq=3).hash), 0).text(PartyId(iraq.pk), "en")
    for wrong in (
        " ".join([feed, "4", held, *words]),
        " ".join([feed, step, "1", *words]),
        " ".join([feed, "99", held, *words]),
        " ".join(["0" * 16, step, held, *words]),
        " ".join([feed, step, held, *reversed(words)]),
        other,
        foreign,
    ):
        with pytest.raises(domain.SlipDoesNotFit):
            entered(f"{good}\n{wrong}", keeper, abroad)
    for nothing in ("", "a letter", "0" * 16, good[1:]):
        with pytest.raises(domain.NoSlip):
            entered(nothing, keeper, abroad)
    assert not Reported.objects.exists()


def test_a_slip_is_entered_by_who_may_for_a_partner(spoken: Feed, keeper: Subject, mission: Party, abroad: Party):
    line = line_of(spoken, abroad)
    with pytest.raises(RoleMissing):
        entered(line, officer(mission, "reader", Role.PROGRAMME_MANAGER), abroad)
    Peer.objects.update(confirmed_at=None)
    with pytest.raises(domain.NotAPartner):
        entered(line, keeper, abroad)


def test_our_own_slip_says_how_far_we_are(row: Channel, mission: Party, abroad: Party):
    key = FeedKey(row.pk, PartyId(abroad.pk), "e" * 16)
    theirs = Feed.objects.create(channel=row.pk, party=abroad, incarnation="e" * 16, seq=7, head="a" * 64)
    held = [["a/1", "UnknownKind"], ["a/2", "UnknownKind"]]
    Frame.objects.create(feed=theirs, seq=7, header=b"", hash="a" * 64, digest="", epoch=1, at=AT, held=held)
    assert reporting.slip_for(PartyId(mission.pk), PartyId(abroad.pk)) == [slip.Line(key, Position(7, "a" * 64), 2)]


def test_a_bundle_that_was_written_is_noted(spoken: Feed, keeper: Subject, abroad: Party):
    writing.note(planned(keeper, abroad), actor=keeper, at=LATER)
    row = Bundle.objects.get()
    assert (row.came, row.by, row.feeds) == (False, keeper.account, [[*spoken.key, 5]])
    assert Entry.objects.system("test").filter(event="bundle-written").count() == 1
    assert [one.pk for one in queries.bundles_with(keeper.party, PartyId(abroad.pk))] == [row.pk]
