"""Every write of release: deciding, confirming, and refusing what waits for another person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext

from comity.federation.channels.queries import Known, channel_at
from comity.federation.models import Release, Released, StandingRule
from comity.federation.models.release import State
from comity.federation.release.domain import (
    MOST,
    ChannelClosed,
    NotASender,
    NothingChosen,
    NotReleasable,
    NotWaiting,
    SeenOtherwise,
    TooMany,
    in_one,
    waits,
)
from comity.federation.release.names import Names
from comity.federation.release.queries import Leaving, Prospect, acting, chosen_of, prospect, release_at
from comity.federation.sync.outbox import NOT_SIGNED
from comity.kernel.errors import require
from comity.labels.domain import Refusal
from comity.labels.subject import Role, Subject, require_role
from comity.labels.words import RULE_WORDS
from comity.records.work import Work, act


def check_sender(channel: Known, party: str) -> None:
    """Refuse a channel in which this party can release nothing. Raises ChannelClosed, NotASender."""
    require(not channel.manifest.closed, ChannelClosed(field="channel"))
    require(party in channel.manifest.senders, NotASender(field="channel"))


def release(
    *,
    channel: str,
    records: Iterable[int],
    seen: str,
    actor: Subject,
    at: datetime,
    reason: str = "",
    names: Names | None = None,
) -> Release:
    """Decide that the latest revisions of these records (by pk) go into the channel, as `seen` says they were shown.

    They are in the outbox once this returns, unless the release waits: for a legal adviser, where a person is named,
    and for a second release officer from CONFIDENTIAL up.

    Raises:
        RoleMissing: the actor is no release officer.
        NotFound, ChannelClosed, NotASender: there is no such channel for this party.
        NothingChosen, TooMany: too few, too many.
        SeenOtherwise: the hash is another by now.
        NotReleasable: a rule refuses it that nobody else's word can mend.
    """
    require_role(actor, Role.RELEASE_OFFICER)
    with act(actor, at) as work:
        known = channel_at(channel, actor)
        check_sender(known, actor.party)
        found = prospect(known, records, actor, names=names)
        require(found.leaving, NothingChosen)
        require(len(found.leaving) <= MOST, TooMany(most=MOST))
        require(found.seen == seen, SeenOtherwise)
        refused = in_one(found.refusals(actor))
        require(waits(refused), NotReleasable(reasons=reasons_in_words(refused)))
        return _decide(work, found, refused, actor, at, reason=reason)


def release_by_rule(*, rule: StandingRule, channel: Known, leaving: Prospect, actor: Subject, at: datetime) -> Release:
    """What a standing rule releases, in the name of who signed it; nothing in `leaving` is refused to them."""
    with act(actor, at) as work:
        require(not in_one(leaving.refusals(actor)), NotReleasable(reasons=""))
        check_sender(channel, actor.party)
        return _decide(work, leaving, [], actor, at, standing=rule)


def confirm(*, release: int, seen: str, actor: Subject, at: datetime) -> Release:
    """Say yes to a release that waits, as another release officer or as the legal adviser of the same party.

    It is in the outbox once nobody's word is missing any more.

    Raises:
        NotFound: the party has no such release.
        NotWaiting: it waits for nobody of this office.
        SeenOtherwise: what would leave, or who would receive it, is not what was decided on.
        NotReleasable: a rule refuses it by now.
    """
    require_role(actor, Role.RELEASE_OFFICER, Role.LEGAL_ADVISER)
    with act(actor, at) as work:
        row, found = _waiting(release, actor)
        require(found.seen == row.seen_hash == seen, SeenOtherwise)
        releaser = acting(row.by)
        if releaser is None:
            raise NotWaiting
        missing = in_one(found.refusals(releaser, reviewed=bool(row.reviewer), second=acting(row.second)))
        changes: dict[str, str] = {}
        if Refusal.PERSON_NOT_REVIEWED in missing and actor.has_role(Role.LEGAL_ADVISER):
            changes["reviewer"] = actor.account
        if Refusal.NO_SECOND_PERSON in missing and actor.has_role(Role.RELEASE_OFFICER):
            changes["second"] = actor.account
        require(changes, NotWaiting)
        second = actor if "second" in changes else acting(row.second)
        left = in_one(found.refusals(releaser, reviewed=bool(row.reviewer or "reviewer" in changes), second=second))
        require(waits(left) and len(left) < len(missing), NotReleasable(reasons=reasons_in_words(left)))
        if not left:
            changes["state"] = State.RELEASED
        Release.objects.filter(pk=row.pk).update(**changes)
        row.refresh_from_db()
        if not left:
            _put_out(row, found.leaving)
        work.note("release-confirmed", None, **_facts(row, len(found.leaving)))
        return row


def refuse(*, release: int, actor: Subject, at: datetime, reason: str = "") -> Release:
    """Say no to a release that waits. Raises NotFound, NotWaiting, RoleMissing."""
    require_role(actor, Role.RELEASE_OFFICER, Role.LEGAL_ADVISER)
    with act(actor, at) as work:
        row = release_at(release, actor)
        changed = Release.objects.filter(pk=row.pk, state=State.WAITING_SECOND).update(state=State.REFUSED)
        require(changed, NotWaiting)
        row.refresh_from_db()
        work.note("release-refused", None, **_facts(row, len(row.chosen)), reason=reason.strip())
        return row


def look_again(release: int, actor: Subject) -> tuple[Release, Prospect]:
    """A decision of the actor's party, and what would leave by it now."""
    row = release_at(release, actor)
    return row, prospect(channel_at(row.channel_id, actor), chosen_of(row), actor)


def reasons_in_words(refused: Sequence[Refusal]) -> str:
    """Why something is refused, as a sentence says it."""
    return gettext(", ").join(gettext(RULE_WORDS[one][1]) for one in refused)


def _waiting(release: int, actor: Subject) -> tuple[Release, Prospect]:
    row, found = look_again(release, actor)
    require(row.state == State.WAITING_SECOND and row.by != actor.account, NotWaiting)
    check_sender(found.channel, actor.party)
    return row, found


def _decide(
    work: Work,
    found: Prospect,
    refused: Sequence[Refusal],
    actor: Subject,
    at: datetime,
    *,
    reason: str = "",
    standing: StandingRule | None = None,
) -> Release:
    row = Release.objects.create(
        channel=found.channel.row,
        party_id=actor.party,
        by=actor.account,
        at=at,
        seen_hash=found.seen,
        reason=reason.strip(),
        state=State.WAITING_SECOND if refused else State.RELEASED,
        standing=standing,
        chosen=[[str(one.item.record), one.item.revision] for one in found.leaving],
    )
    if not refused:
        _put_out(row, found.leaving)
    work.note("release-waits" if refused else "released", None, **_facts(row, len(found.leaving)))
    return row


def _put_out(row: Release, leaving: Iterable[Leaving]) -> None:
    """Into the outbox, in the order in which the revisions stand on the log; what was not signed is tried anew."""
    several = list(leaving)
    again = Released.objects.filter(channel_id=row.channel_id, record__in=[one.row for one in several])
    again.filter(emitted_seq=NOT_SIGNED).delete()
    Released.objects.bulk_create(
        (
            Released(
                release=row,
                channel_id=row.channel_id,
                party_id=row.party_id,
                record=one.row,
                revision=one.item.revision,
            )
            for one in several
        ),
        ignore_conflicts=True,  # somebody else released the same at the same moment: it leaves once
    )


def _facts(row: Release, count: int) -> dict[str, str | int]:
    facts: dict[str, str | int] = {"channel": row.channel_id, "release": row.pk, "seen": row.seen_hash, "count": count}
    return facts | ({"standing": row.standing_id} if row.standing_id else {})
