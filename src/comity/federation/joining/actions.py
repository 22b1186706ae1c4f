"""Every write to joining: inviting, opening what came, confirming, refusing, leaving, removing.

Whoever confirms says which fingerprint they compared; the row of the other party, and the peer at which it is reached,
are made only then. A peer's address is what the party's own manifest says.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings

from comity.federation.joining import documents
from comity.federation.joining.documents import Answer, Document, Introduction, Invitation, Leaving, Received
from comity.federation.joining.domain import (
    GRAPH,
    MAY_JOIN,
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
    confirmed,
    same_words,
)
from comity.federation.models import Joining, Peer
from comity.federation.models.peers import Direction
from comity.federation.protocol.dsse import Key
from comity.federation.protocol.errors import ProtocolError
from comity.kernel.errors import NotFound, require
from comity.kernel.ids import PartyId
from comity.labels.subject import Subject, require_role
from comity.parties import fingerprint
from comity.parties.manifest import Purpose
from comity.parties.models import Party
from comity.parties.queries import history_of, newest
from comity.parties.receiving import receive_party
from comity.parties.signing import public_key, sign_for
from comity.records.work import Work, act

LASTS = timedelta(days=14)


def invite(*, purpose: str, actor: Subject, at: datetime, entropy: Callable[[int], bytes] = os.urandom) -> Joining:
    """Invite a party, whoever is given the file; the row, in which the file is until it is answered.

    Raises:
        RoleMissing: the actor is neither administrator nor release officer.
        ManifestExpired: our own has run out.
    """
    require_role(actor, *MAY_JOIN)
    token = entropy(documents.TOKEN_BYTES)
    own = _introduction(actor.party, at)
    said = _signed(Invitation(own, hashlib.sha256(token).hexdigest(), at + LASTS), actor.party, token)
    with act(actor, at) as work:
        row = Joining.objects.create(
            party_id=actor.party,
            inviting=True,
            state=State.INVITED,
            invitation=said.digest,
            token_hash=hashlib.sha256(token).hexdigest(),
            expires=at + LASTS,
            purpose=purpose,
            ours=documents.to_file(said),
            at=at,
            by=actor.account,
        )
        _note(work, row)
    return row


def take(*, data: bytes, actor: Subject, at: datetime) -> Joining:
    """Take a file that came: an invitation is opened, an answer is put to the invitation it answers, a leaving ends.

    Nothing is trusted by it but that it is whole: who it is from, a person has to compare.

    Raises:
        RoleMissing: as `invite`.
        NotSuchADocument: it is none, or was changed.
        Expired, ManifestExpired, OnThisNode, JoinedAlready, NotAnswering, ForAnotherParty, NotNow: as they say.
    """
    require_role(actor, *MAY_JOIN)
    try:
        received = documents.of_file(data)
    except ProtocolError as error:
        raise NotSuchADocument(reason=str(error)) from error
    match received.document:
        case Invitation():
            return _open(received, received.document, data, actor, at)
        case Answer():
            return _answered(received.document, data, actor, at)
        case Leaving():
            return _left(received, received.document, data, actor, at)


def _open(received: Received, said: Invitation, data: bytes, actor: Subject, at: datetime) -> Joining:
    require(at < said.expires, Expired)
    _check_other(said.of, actor.party, at)
    with act(actor, at) as work:
        known = Joining.objects.filter(party_id=actor.party, invitation=received.digest).first()
        if known is not None:
            return known
        row = Joining.objects.create(
            party_id=actor.party,
            other=said.of.party,
            inviting=False,
            state=State.OPENED,
            invitation=received.digest,
            token_hash=said.token_hash,
            expires=said.expires,
            theirs=data,
            at=at,
            by=actor.account,
        )
        _note(work, row)
    return row


def _answered(said: Answer, data: bytes, actor: Subject, at: datetime) -> Joining:
    require(said.to == actor.party, ForAnotherParty)
    _check_other(said.of, actor.party, at)
    with act(actor, at) as work:
        row = (
            Joining.objects.select_for_update()
            .filter(party_id=actor.party, inviting=True, invitation=said.invitation)
            .first()
        )
        if row is None or row.token_hash != hashlib.sha256(said.token).hexdigest():
            raise NotAnswering
        if bytes(row.theirs) == data:
            return row
        require(row.state == State.INVITED, NotAnswering)
        require(at < row.expires, Expired)
        _move(work, row, State.ANSWERED, other=said.of.party, theirs=data, ours=b"")
    return row


def confirm(*, joining: int, words: str, actor: Subject, at: datetime) -> Joining:
    """Say that the fingerprint of the other party was compared; `words` are the sixteen, in either language.

    With the last person it takes, the other party is known here from then on, and exchange may begin. Whoever was
    invited then has an answer to hand back.

    Raises:
        RoleMissing: as `invite`.
        NotNow: there is nothing to confirm.
        NotCompared: the words are not that party's.
        SecondPersonNeeded: the same person has confirmed before.
        Expired, ManifestExpired, JoinedAlready: as they say.
    """
    require_role(actor, *MAY_JOIN)
    with act(actor, at) as work:
        row = _own(joining, actor)
        following = confirmed(State(row.state), persons=settings.JOINING_PERSONS)
        require(following in GRAPH[State(row.state)], NotNow)
        party = PartyId(row.other)
        lists = [fingerprint.words_of(party, language) for language in fingerprint.LANGUAGES]
        require(same_words(words, lists), NotCompared(field="words"))
        require(row.compared_by != actor.account, SecondPersonNeeded)
        require(row.inviting or at < row.expires, Expired)
        if following is State.COMPARED:
            _move(work, row, following, compared_by=actor.account, compared_at=at)
            return row
        said = introduced(row)
        _check_other(said, PartyId(row.party_id), at)
        _connect(said, PartyId(row.party_id), at)
        ours = b"" if row.inviting else _answer(row)
        _move(work, row, following, confirmed_by=actor.account, confirmed_at=at, ours=ours)
    return row


def refuse(*, joining: int, actor: Subject, at: datetime) -> Joining:
    """Take an invitation back, or turn the other party down. Raises RoleMissing, NotNow."""
    return _end(joining, State.REFUSED, actor, at)


def remove(*, joining: int, actor: Subject, at: datetime) -> Joining:
    """Exchange nothing more with a party, without its doing. Raises RoleMissing, NotNow."""
    return _end(joining, State.REMOVED, actor, at)


def leave(*, joining: int, actor: Subject, at: datetime) -> Joining:
    """Exchange nothing more with a party, and have a document to tell it so. Raises RoleMissing, NotNow."""
    return _end(joining, State.LEFT, actor, at)


def _end(joining: int, state: State, actor: Subject, at: datetime) -> Joining:
    require_role(actor, *MAY_JOIN)
    with act(actor, at) as work:
        row = _own(joining, actor)
        require(state in GRAPH[State(row.state)], NotNow)
        ours = b""
        if state is State.LEFT:
            said = Leaving(PartyId(row.party_id), PartyId(row.other), row.invitation)
            ours = documents.to_file(_signed(said, said.party))
        _move(work, row, state, ended_at=at, ours=ours)
        _disconnect(row)
    return row


def _left(received: Received, said: Leaving, data: bytes, actor: Subject, at: datetime) -> Joining:
    require(said.to == actor.party, ForAnotherParty)
    with act(actor, at) as work:
        row = (
            Joining.objects.select_for_update()
            .filter(party_id=actor.party, other=said.party, invitation=said.invitation)
            .first()
        )
        if row is None:
            raise NotNow
        try:
            documents.check_signed(received, newest(said.party).keys[Purpose.RELEASE])
        except ProtocolError as error:
            raise NotSuchADocument(reason=str(error)) from error
        require(State.LEFT in GRAPH[State(row.state)], NotNow)
        _move(work, row, State.LEFT, ended_at=at, theirs=data, ours=b"")
        _disconnect(row)
    return row


def introduced(row: Joining) -> Introduction:
    """Who the other party says it is, in the file that came; verified when it came. Raises NotNow: none has come."""
    said = documents.of_file(bytes(row.theirs)).document if row.theirs else None
    if not isinstance(said, Invitation | Answer):
        raise NotNow
    return said.of


def _check_other(said: Introduction, party: PartyId, at: datetime) -> None:
    require(said.newest.expires > at, ManifestExpired)
    require(not Party.objects.filter(pk=said.party, hosted=True).exists(), OnThisNode)
    joined = Joining.objects.filter(party_id=party, other=said.party, state=State.JOINED)
    require(not joined.exists(), JoinedAlready)


def _connect(said: Introduction, party: PartyId, at: datetime) -> None:
    """Know the party from now on, and where it is reached."""
    other = receive_party(said.history, handle=said.handle, at=at)
    theirs, ours = newest(PartyId(other.pk)).endpoints, newest(party).endpoints
    direction = Direction.BOTH if theirs else Direction.OUTBOUND_ONLY if ours else Direction.NONE
    Peer.objects.update_or_create(
        party=other,
        defaults={"url": theirs[0] if theirs else "", "direction": direction, "confirmed_at": at, "last_error": ""},
    )


def _disconnect(row: Joining) -> None:
    """Exchange nothing more with the other party, unless another party of this node has joined it too."""
    if not Joining.objects.filter(other=row.other, state=State.JOINED).exists():
        Peer.objects.filter(party_id=row.other).update(confirmed_at=None)


def _answer(row: Joining) -> bytes:
    """The file with which an invitation is answered."""
    received = documents.of_file(bytes(row.theirs))
    own = _introduction(PartyId(row.party_id), None)
    said = Answer(own, PartyId(row.other), row.invitation, received.token)
    return documents.to_file(_signed(said, own.party))


def _introduction(party: PartyId, at: datetime | None) -> Introduction:
    require(at is None or newest(party).expires > at, ManifestExpired)
    return Introduction(party, Party.objects.get(pk=party).handle, tuple(history_of(party)))


def _signed(said: Document, party: PartyId, token: bytes = b"") -> Received:
    row = Party.objects.get(pk=party)
    key = Key(public_key(party, "release"), lambda message: sign_for(row, "release", message))
    return documents.sign(said, key, token)


def _own(joining: int, actor: Subject) -> Joining:
    row = Joining.objects.select_for_update().filter(pk=joining, party_id=actor.party).first()
    if row is None:
        raise NotFound
    return row


def _move(work: Work, row: Joining, state: State, **changes: object) -> None:
    """From one state to one that follows it, if nobody else moved it meanwhile."""
    changes = {"state": state, **changes}
    require(Joining.objects.filter(pk=row.pk, state=row.state).update(**changes), NotNow)
    for name, value in changes.items():
        setattr(row, name, value)
    _note(work, row)


def _note(work: Work, row: Joining) -> None:
    work.note(f"joining-{row.state}", None, other=row.other, invitation=row.invitation)
