"""A feed that was stopped goes on in the history its own party stands by, or not at all; nothing of either is lost."""

from pathlib import Path

import pytest

from comity.audit.models import Entry, Witnessed
from comity.audit.witnesses import held_of
from comity.federation.models import Arrived, Channel, Feed, FeedStatus, Fork, Frame, Joining, Outcome, Settlement
from comity.federation.protocol import errors
from comity.federation.protocol.frame import Frame as Came
from comity.federation.protocol.frame import parse_header
from comity.federation.sharing import actions
from comity.federation.sharing.domain import Branch, NotSaid, NotStopped, ReasonMissing
from comity.federation.sharing.evidence import evidence_of
from comity.federation.sync.take_in import take_in
from comity.federation.sync.tests.speaker import Speaker, revision
from comity.federation.tests.factories import channel, officer
from comity.kernel.errors import NotFound, RoleMissing
from comity.kernel.ids import PartyId
from comity.labels.domain import Label
from comity.labels.subject import Role, Subject
from comity.parties import rotation
from comity.parties.manifest import Step
from comity.parties.models import Party
from comity.records.tests.factories import AT, LATER, label, travelling
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db
WHY = "Their officer confirmed it by telephone."


@pytest.fixture
def row(mission: Party, abroad: Party) -> Channel:
    return channel(officer(mission), abroad)


@pytest.fixture
def decider(mission: Party, row: Channel) -> Subject:
    return officer(mission)


@pytest.fixture
def sent(abroad: Party, mission: Party) -> Label:
    return label(abroad, mission)


@pytest.fixture
def speaker(abroad: Party, row: Channel, home: Path, mission: Party) -> Speaker:
    made = Speaker(abroad, row, home)
    take_in(made.announce(mission, abroad), at=AT)
    return made


@pytest.fixture
def sides(speaker: Speaker, abroad: Party, sent: Label) -> tuple[Came, Came]:
    """Two second steps, of which the first is here and the other stopped the feed."""
    before = speaker.at
    here = speaker.say(revision(travelling(abroad, sent, 1)))
    take_in(here, at=LATER)
    speaker.at = before
    other = speaker.say(revision(travelling(abroad, sent, 2)))
    with pytest.raises(errors.Equivocation):
        take_in(other, at=LATER)
    return here, other


def stopped() -> Feed:
    return Feed.objects.get(own=False)


def revoke(speaker: Speaker, seq: int, head: str) -> None:
    """Their party says, at its own node, up to which step its key was its own."""
    folder = speaker.home / "elsewhere" / speaker.party.handle
    step = Step(speaker.feed.channel, speaker.feed.incarnation, seq, head)
    Party.objects.filter(pk=speaker.party.pk).update(hosted=True)
    rotation.revoke(party=PartyId(speaker.party.pk), last=[step] if seq else [], home=folder, at=LATER)
    Party.objects.filter(pk=speaker.party.pk).update(hosted=False)


def step_of(came: Came) -> tuple[int, str]:
    header = parse_header(came.envelope.payload)
    return header.seq, header.hash


def decide(decider: Subject) -> Outcome:
    return actions.let_go_on(feed=stopped().pk, reason=WHY, actor=decider, at=LATER)


def test_nobody_chooses_between_two_histories_but_their_party(sides: tuple[Came, Came], decider: Subject):
    found = evidence_of(stopped())
    assert found is not None
    assert found.ours is not None
    assert (found.branch, found.ours.hash, found.other.hash) == (
        Branch.UNSAID,
        step_of(sides[0])[1],
        step_of(sides[1])[1],
    )
    with pytest.raises(NotSaid):
        decide(decider)
    assert stopped().state == FeedStatus.QUARANTINED


def test_the_history_that_is_here_goes_on_when_its_party_stands_by_it(
    sides: tuple[Came, Came], speaker: Speaker, decider: Subject, abroad: Party, sent: Label
):
    revoke(speaker, *step_of(sides[0]))
    assert decide(decider) == Outcome.GOES_ON
    assert (stopped().state, stopped().seq) == (FeedStatus.OPEN, 2)
    assert Fork.objects.get().hash == step_of(sides[1])[1]
    speaker.at = speaker.at._replace(head=step_of(sides[0])[1])
    assert take_in(speaker.say(revision(travelling(abroad, sent, 3))), at=LATER)[1]
    assert Arrived.objects.count() == 2
    entry = Entry.objects.system("test").get(event="feed-settled")
    assert (entry.party, entry.actor) == (decider.party, decider.account)
    assert (Settlement.objects.get().reason, Settlement.objects.get().outcome) == (WHY, Outcome.GOES_ON)
    assert verify_log() is None


def test_the_other_history_is_fetched_when_its_party_stands_by_that(
    sides: tuple[Came, Came], speaker: Speaker, decider: Subject, abroad: Party, sent: Label
):
    revoke(speaker, *step_of(sides[1]))
    assert decide(decider) == Outcome.OTHER
    assert (stopped().state, stopped().seq) == (FeedStatus.OPEN, 1)
    assert {fork.hash for fork in Fork.objects.all()} == {step_of(side)[1] for side in sides}
    assert take_in(sides[1], at=LATER)[1]
    assert Frame.objects.get(seq=2).hash == step_of(sides[1])[1]
    assert take_in(speaker.say(revision(travelling(abroad, sent, 3))), at=LATER)[1]
    assert stopped().state == FeedStatus.OPEN


def test_a_history_that_was_given_up_for_another_stops_nothing_when_it_comes_again(
    sides: tuple[Came, Came], speaker: Speaker, decider: Subject
):
    revoke(speaker, *step_of(sides[1]))
    decide(decider)
    take_in(sides[1], at=LATER)
    with pytest.raises(errors.ProtocolError):
        take_in(sides[0], at=LATER)
    assert stopped().state == FeedStatus.OPEN


def test_a_party_that_stands_by_neither_goes_on_from_before(
    sides: tuple[Came, Came], speaker: Speaker, decider: Subject, abroad: Party, sent: Label
):
    first = Frame.objects.get(seq=1)
    revoke(speaker, 1, first.hash)
    assert decide(decider) == Outcome.CUT_BACK
    assert (stopped().seq, stopped().head) == (1, first.hash)
    assert Fork.objects.count() == 2
    speaker.at = speaker.at._replace(seq=1, head=first.hash)
    assert take_in(speaker.say(revision(travelling(abroad, sent, 4))), at=LATER)[1]


def test_from_a_feed_that_was_given_up_nothing_is_taken_and_a_new_one_is_free(
    sides: tuple[Came, Came], speaker: Speaker, decider: Subject, row: Channel, abroad: Party, mission: Party
):
    actions.give_up(feed=stopped().pk, reason=WHY, actor=decider, at=LATER)
    assert stopped().state == FeedStatus.GIVEN_UP
    with pytest.raises(errors.Quarantined):
        take_in(speaker.announce(mission, abroad), at=LATER)
    anew = Speaker(abroad, row, speaker.home, "1" * 16)
    assert take_in(anew.announce(mission, abroad), at=LATER)[1]
    with pytest.raises(NotStopped):
        actions.give_up(feed=Feed.objects.get(incarnation="0" * 16).pk, reason=WHY, actor=decider, at=LATER)


def test_a_decision_is_made_by_who_may_and_with_a_reason(
    sides: tuple[Came, Came], decider: Subject, mission: Party, iraq: Party
):
    feed = stopped().pk
    with pytest.raises(RoleMissing):
        actions.give_up(feed=feed, reason=WHY, actor=officer(mission, "keeper", Role.ADMINISTRATOR), at=LATER)
    with pytest.raises(ReasonMissing):
        actions.give_up(feed=feed, reason=" ", actor=decider, at=LATER)
    with pytest.raises(NotFound):
        actions.give_up(feed=feed, reason=WHY, actor=officer(iraq), at=LATER)
    assert not Settlement.objects.exists()


def denied(party: Party) -> Witnessed:
    table = Witnessed.objects.system("test")
    facts = {"party": party.pk, "at": AT, "note": b"", "signature": b"", "received_at": AT}
    first = table.create(size=9, root=b"1" * 32, finding="first", **facts)
    return table.create(size=5, root=b"2" * 32, finding="shorter", contradicts=first, **facts)


def test_a_log_begins_anew_when_a_person_says_why(abroad: Party, decider: Subject, iraq: Party):
    row = denied(abroad)
    with pytest.raises(NotFound):
        actions.begin_anew(checkpoint=row.pk, reason=WHY, actor=officer(iraq), at=LATER)
    assert held_of(abroad.pk) != row
    actions.begin_anew(checkpoint=row.pk, reason=WHY, actor=decider, at=LATER)
    assert held_of(abroad.pk) == row
    assert Settlement.objects.get().outcome == Outcome.ANEW
    assert Entry.objects.system("test").filter(event="log-begins-anew").count() == 1
    with pytest.raises(NotStopped):
        actions.begin_anew(checkpoint=row.pk, reason=WHY, actor=decider, at=LATER)


def test_only_a_partner_is_tried_again(abroad: Party, decider: Subject, iraq: Party):
    for actor in (decider, officer(iraq)):
        with pytest.raises(NotFound):
            actions.try_again(party=abroad.pk, actor=actor, at=LATER)
    assert not Joining.objects.exists()
