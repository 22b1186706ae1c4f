"""Two parties join when each has what the other signed, and a person of each has compared fingerprints."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from comity.audit.models import Entry
from comity.federation.joining import actions, documents
from comity.federation.joining.addresses import follow_address
from comity.federation.joining.documents import Answer, Leaving
from comity.federation.joining.domain import (
    GRAPH,
    Expired,
    ForAnotherParty,
    JoinedAlready,
    ManifestExpired,
    NotAnswering,
    NotCompared,
    NotNow,
    NotSuchADocument,
    OnThisNode,
    SecondPersonNeeded,
    State,
)
from comity.federation.joining.queries import joining_of, name_of
from comity.federation.joining.tests.stranger import AT, URL, Stranger
from comity.federation.models import Joining, Peer
from comity.federation.models.peers import Direction
from comity.federation.signer import policy
from comity.kernel.dsse import pae
from comity.kernel.errors import NotFound, RoleMissing
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.subject import Role, Subject
from comity.parties import fingerprint
from comity.parties.actions import found_party, take_manifest
from comity.parties.manifest import Purpose
from comity.parties.models import Party
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db
THEM = Stranger()
WORDS = " ".join(fingerprint.words_of(THEM.id, "en"))


@pytest.fixture
def party(tmp_path: Path, settings: Settings) -> PartyId:
    settings.COMITY_HOME = tmp_path
    settings.JOINING_PERSONS = 1
    return PartyId(found("us", tmp_path).pk)


def found(handle: str, home: Path, **more: Any) -> Party:
    name = Text.single("en", handle.title()).json()
    return found_party(handle=handle, name=name, nature="mission", home=home, at=AT, **more)


@pytest.fixture
def officer(party: PartyId) -> Subject:
    return Subject(party, "officer", frozenset({Role.RELEASE_OFFICER}), frozenset())


@pytest.fixture
def other(officer: Subject) -> Subject:
    return replace(officer, account="administrator", roles=frozenset({Role.ADMINISTRATOR}))


def invited(officer: Subject) -> Joining:
    return actions.invite(purpose="them", actor=officer, at=AT)


def take(data: bytes, officer: Subject) -> Joining:
    return actions.take(data=data, actor=officer, at=AT)


def confirm(row: Joining, officer: Subject, words: str = WORDS) -> Joining:
    return actions.confirm(joining=row.pk, words=words, actor=officer, at=AT)


def joined(officer: Subject) -> Joining:
    return confirm(take(THEM.invitation(), officer), officer)


def test_an_invitation_is_answered_compared_and_joined(officer: Subject):
    row = invited(officer)
    take(THEM.answer(bytes(row.ours)), officer)
    assert not Party.objects.filter(pk=THEM.id).exists()
    assert confirm(row, officer).state == State.JOINED
    them = Party.objects.get(pk=THEM.id)
    assert (them.hosted, them.handle, them.nature) == (False, "them", "host")
    peer = Peer.objects.get(party=them)
    assert (peer.url, peer.direction, peer.confirmed_at) == (URL, Direction.BOTH, AT)
    assert verify_log() is None


def test_who_was_invited_confirms_and_answers(officer: Subject):
    row = take(THEM.invitation(), officer)
    assert (row.state, name_of(row), bytes(row.ours)) == (State.OPENED, "Them", b"")
    assert take(THEM.invitation(), officer).pk == row.pk
    row = confirm(row, officer, " ".join(fingerprint.words_of(THEM.id, "ar")))
    assert row.state == State.JOINED
    said = documents.of_file(bytes(row.ours)).document
    assert isinstance(said, Answer)
    assert (said.to, said.of.party) == (THEM.id, officer.party)


def test_every_step_is_on_the_log(officer: Subject):
    joined(officer)
    events = Entry.objects.system("test").filter(party=officer.party).order_by("index").values_list("event", flat=True)
    assert list(events) == ["manifest", "joining-opened", "joining-joined"]


def test_a_party_without_an_address_is_reached_by_files_alone_or_reaches_us(officer: Subject, tmp_path: Path):
    silent = Stranger("silent", endpoints=())
    words = " ".join(fingerprint.words_of(silent.id, "en"))
    confirm(take(silent.invitation(), officer), officer, words)
    assert Peer.objects.get(party_id=silent.id).direction == Direction.NONE
    reached = PartyId(found("reached", tmp_path, endpoints=("https://us.example/",)).pk)
    there = replace(officer, party=reached)
    confirm(take(silent.invitation(), there), there, words)
    assert Peer.objects.get(party_id=silent.id).direction == Direction.OUTBOUND_ONLY


# -------------------------------------------------------------------------------------------------------- two people


def test_where_two_people_are_asked_for_one_is_not_enough(officer: Subject, other: Subject, settings: Settings):
    settings.JOINING_PERSONS = 2
    row = take(THEM.invitation(), officer)
    assert confirm(row, officer).state == State.COMPARED
    assert not Peer.objects.exists()
    with pytest.raises(SecondPersonNeeded):
        confirm(row, officer)
    with pytest.raises(NotCompared):
        confirm(row, other, "some other words")
    assert confirm(row, other).state == State.JOINED


@pytest.mark.parametrize("words", ["", "palm wheat", WORDS[:-1], f"{WORDS} {WORDS}"])
def test_nobody_joins_without_the_words(officer: Subject, words: str):
    row = take(THEM.invitation(), officer)
    with pytest.raises(NotCompared):
        confirm(row, officer, words)
    assert not Party.objects.filter(pk=THEM.id).exists()
    assert confirm(row, officer, f"  {WORDS.upper()} ").state == State.JOINED


@pytest.mark.parametrize("act", ["invite", "take", "confirm", "refuse", "remove", "leave"])
def test_it_takes_an_administrator_or_release_officer(officer: Subject, act: str):
    row = joined(officer)
    adviser = replace(officer, roles=frozenset(Role) - {Role.ADMINISTRATOR, Role.RELEASE_OFFICER})
    abouts: dict[str, dict[str, Any]] = {
        "invite": {"purpose": ""},
        "take": {"data": THEM.invitation()},
        "confirm": {"joining": row.pk, "words": WORDS},
    }
    about = abouts.get(act, {"joining": row.pk})
    with pytest.raises(RoleMissing):
        getattr(actions, act)(**about, actor=adviser, at=AT)


def test_another_partys_joining_is_not_there(officer: Subject, tmp_path: Path):
    row = take(THEM.invitation(), officer)
    stranger = replace(officer, party=PartyId(found("others", tmp_path).pk))
    with pytest.raises(NotFound):
        confirm(row, stranger)
    with pytest.raises(NotFound):
        joining_of(stranger.party, row.pk)


# ------------------------------------------------------------------------------------------------- what is not believed

IMPOSTOR = Stranger("impostor")


def shortened(data: bytes) -> bytes:
    return data[:-2]


BAD: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "another file": lambda: b"{}",
    "a cut file": lambda: shortened(THEM.invitation()),
    "too much": lambda: b"x" * 1_000_001,
    "signed by another": lambda: THEM.invitation(by=IMPOSTOR),
    "another's manifests": lambda: THEM.invitation(of=THEM.introduction(history=IMPOSTOR.history)),
    "another's id": lambda: THEM.invitation(of=THEM.introduction(party=IMPOSTOR.id)),
    "no manifests": lambda: IMPOSTOR.invitation(of=IMPOSTOR.introduction(history=())),
    "another token": lambda: THEM.invitation(token=b"x" * 32),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_a_file_that_was_changed_is_refused(officer: Subject, bad: Callable[[], bytes]):
    with pytest.raises(NotSuchADocument):
        take(bad(), officer)
    assert not Joining.objects.exists()


def test_what_has_run_out_is_refused(officer: Subject):
    row = invited(officer)
    answer = THEM.answer(bytes(row.ours))
    with pytest.raises(Expired):
        actions.take(data=THEM.invitation(), actor=officer, at=AT + timedelta(days=14))
    with pytest.raises(Expired):
        actions.take(data=answer, actor=officer, at=AT + timedelta(days=14))
    opened = take(THEM.invitation(), officer)
    with pytest.raises(Expired):
        actions.confirm(joining=opened.pk, words=WORDS, actor=officer, at=AT + timedelta(days=14))
    with pytest.raises(ManifestExpired):
        take(Stranger("late", expires=AT).invitation(), officer)
    with pytest.raises(ManifestExpired):
        actions.invite(purpose="", actor=officer, at=AT + timedelta(days=400))


def test_an_answer_is_to_one_invitation_once(officer: Subject):
    row = invited(officer)
    answer = THEM.answer(bytes(row.ours))
    for bad in (
        THEM.answer(bytes(row.ours), invitation="0" * 64),
        THEM.answer(bytes(row.ours), token=b"x" * 32),
    ):
        with pytest.raises(NotAnswering):
            take(bad, officer)
    with pytest.raises(ForAnotherParty):
        take(THEM.answer(bytes(row.ours), to=IMPOSTOR.id), officer)
    late = IMPOSTOR.answer(bytes(row.ours))
    assert take(answer, officer).pk == take(answer, officer).pk == row.pk
    with pytest.raises(NotAnswering):
        take(late, officer)


def test_nobody_joins_twice_or_with_a_party_of_the_same_node(officer: Subject, tmp_path: Path):
    joined(officer)
    with pytest.raises(JoinedAlready):
        take(THEM.invitation(expires=AT + timedelta(days=1)), officer)
    neighbour = found("neighbour", tmp_path)
    theirs = invited(replace(officer, party=PartyId(neighbour.pk)))
    with pytest.raises(OnThisNode):
        take(bytes(theirs.ours), officer)


def test_a_later_manifest_counts_from_the_first_day(officer: Subject):
    later = Stranger("later")
    later.renew(endpoints=("https://elsewhere.example",))
    words = " ".join(fingerprint.words_of(later.id, "en"))
    confirm(take(later.invitation(), officer), officer, words)
    assert Party.objects.get(pk=later.id).manifest_version == 2
    assert Peer.objects.get(party_id=later.id).url == "https://elsewhere.example"


def test_a_partner_is_reached_where_its_newest_manifest_says(officer: Subject):
    moving = Stranger("moving")
    confirm(take(moving.invitation(), officer), officer, " ".join(fingerprint.words_of(moving.id, "en")))
    for endpoints, url, direction in (
        (("https://new.example",), "https://new.example", Direction.BOTH),
        ((), "", Direction.OUTBOUND_ONLY),
        (("https://old.example",), "https://old.example", Direction.BOTH),
    ):
        moving.renew(endpoints=endpoints)
        take_manifest(moving.id, moving.history[-1], at=AT)
        follow_address(moving.id)
        peer = Peer.objects.get(party_id=moving.id)
        assert (peer.url, peer.direction) == (url, direction)


def test_a_handle_that_is_none_becomes_one(officer: Subject):
    odd = Stranger("Odd name/..")
    confirm(take(odd.invitation(), officer), officer, " ".join(fingerprint.words_of(odd.id, "en")))
    assert Party.objects.get(pk=odd.id).handle == "party"


# --------------------------------------------------------------------------------------------------------------- ending


def test_who_leaves_has_a_word_for_the_other_and_exchanges_no_more(officer: Subject):
    row = actions.leave(joining=joined(officer).pk, actor=officer, at=AT)
    assert row.state == State.LEFT
    assert Peer.objects.get().confirmed_at is None
    said = documents.of_file(bytes(row.ours)).document
    assert isinstance(said, Leaving)
    assert (said.party, said.to) == (officer.party, THEM.id)


def test_a_partner_that_leaves_is_believed_when_it_signed(officer: Subject):
    row = joined(officer)
    with pytest.raises(NotSuchADocument):
        take(THEM.leaving(officer.party, row.invitation, by=IMPOSTOR), officer)
    with pytest.raises(NotNow):
        take(IMPOSTOR.leaving(officer.party, row.invitation), officer)
    with pytest.raises(ForAnotherParty):
        take(THEM.leaving(IMPOSTOR.id, row.invitation), officer)
    assert Peer.objects.get().confirmed_at is not None
    row = take(THEM.leaving(officer.party, row.invitation), officer)
    assert (row.state, name_of(row)) == (State.LEFT, "Them")
    with pytest.raises(NotNow):
        actions.introduced(row)
    with pytest.raises(NotNow):
        take(THEM.leaving(officer.party, row.invitation), officer)
    assert Peer.objects.get().confirmed_at is None


def test_a_party_that_another_of_this_node_has_joined_stays_a_peer(officer: Subject, tmp_path: Path):
    neighbour = replace(officer, party=PartyId(found("neighbour", tmp_path).pk))
    row = joined(officer)
    confirm(take(THEM.invitation(), neighbour), neighbour)
    actions.remove(joining=row.pk, actor=officer, at=AT)
    assert Peer.objects.get().confirmed_at == AT


def test_who_left_may_come_back(officer: Subject):
    actions.remove(joining=joined(officer).pk, actor=officer, at=AT)
    again = take(THEM.invitation(expires=AT + timedelta(days=1)), officer)
    assert confirm(again, officer).state == State.JOINED
    assert Peer.objects.get().confirmed_at == AT


def test_nothing_follows_but_what_the_graph_says(officer: Subject):
    acts: dict[State, Callable[[int], object]] = {
        State.REFUSED: lambda pk: actions.refuse(joining=pk, actor=officer, at=AT),
        State.REMOVED: lambda pk: actions.remove(joining=pk, actor=officer, at=AT),
        State.LEFT: lambda pk: actions.leave(joining=pk, actor=officer, at=AT),
        State.JOINED: lambda pk: actions.confirm(joining=pk, words=WORDS, actor=officer, at=AT),
    }
    row = take(THEM.invitation(), officer)
    for state in State:
        for following, act in acts.items():
            Joining.objects.filter(pk=row.pk).update(state=state, compared_by="somebody")
            if following not in GRAPH[state]:
                with pytest.raises((NotNow, JoinedAlready)):
                    act(row.pk)


# --------------------------------------------------------------------------------------------------------------- signer


def test_the_signer_introduces_nobody_else(officer: Subject):
    for data in (THEM.invitation(), THEM.leaving(officer.party, "0" * 64)):
        said = documents.of_file(data).envelope
        policy.check(THEM.id, Purpose.RELEASE, pae(said.payload_type, said.payload), b"")
        with pytest.raises(policy.Refused):
            policy.check(officer.party, Purpose.RELEASE, pae(said.payload_type, said.payload), b"")
