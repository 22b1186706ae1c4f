"""Standing rules: a release officer's word, for a period, that new revisions of some kinds go into a channel.

A rule carries only what its signer could release alone at that moment: nothing that names a person, nothing that needs
a second person, nothing whose kind is released by hand each time. A signer who no longer is a release officer releases
nothing, and neither does their rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from comity.audit.log import head
from comity.federation.channels.queries import Known, channel_at
from comity.federation.models import StandingRule
from comity.federation.protocol.channel import audience_hash
from comity.federation.release.actions import check_sender, release_by_rule
from comity.federation.release.domain import (
    MOST,
    BadPeriod,
    ChannelClosed,
    NotASender,
    NothingChosen,
    seen_hash,
    within,
)
from comity.federation.release.queries import Prospect, acting, prospect
from comity.kernel.errors import NotFound, require
from comity.labels.scale import Classification
from comity.labels.subject import Role, Subject, require_role
from comity.records.kinds import UnknownKind, kind_named
from comity.records.models import Revision
from comity.records.work import act

LONGEST = timedelta(days=366)


def sign_rule(
    *,
    channel: str,
    kinds: Iterable[str],
    ceiling: Mapping[str, Classification],
    begins: datetime,
    until: datetime,
    actor: Subject,
    at: datetime,
    also_before: bool = False,
) -> StandingRule:
    """Let new revisions of these kinds, marked up to `ceiling`, go into the channel; `also_before`: old ones too.

    Raises:
        RoleMissing: the actor is no release officer.
        NotFound, ChannelClosed, NotASender: there is no such channel for this party.
        NothingChosen: no kind, or nothing that is carried.
        BadPeriod: it ends before it begins, or lasts longer than `LONGEST`.
    """
    require_role(actor, Role.RELEASE_OFFICER)
    with act(actor, at) as work:
        known = channel_at(channel, actor)
        check_sender(known, actor.party)
        chosen = sorted(set(kinds) & known.manifest.kinds)
        require(chosen and ceiling, NothingChosen(field="kinds"))
        require(begins < until <= begins + LONGEST, BadPeriod(field="until", days=LONGEST.days))
        rule = StandingRule.objects.create(
            channel=known.row,
            party_id=actor.party,
            kinds=chosen,
            ceiling={policy: most.name for policy, most in sorted(ceiling.items())},
            signed_by=actor.account,
            signed_at=at,
            begins=begins,
            until=until,
            looked_to=-1 if also_before else head().size - 1,
        )
        work.note("standing-signed", None, channel=known.row.pk, standing=rule.pk, kinds=chosen, ceiling=rule.ceiling)
    return rule


def end_rule(*, rule: int, actor: Subject, at: datetime) -> None:
    """Let a rule of the actor's party release nothing more. Raises RoleMissing, NotFound."""
    require_role(actor, Role.RELEASE_OFFICER)
    with act(actor, at) as work:
        ended = StandingRule.objects.filter(pk=rule, party_id=actor.party, ended_at=None).update(ended_at=at)
        require(ended, NotFound)
        work.note("standing-ended", None, standing=rule)


def apply_standing(at: datetime) -> int:
    """Let every rule in force release what has come since it was applied last; how many revisions went out.

    Cheap where nothing is new: called by the courier, as often as it likes.
    """
    last, count = head().size - 1, 0
    rules = StandingRule.objects.filter(begins__lte=at, until__gt=at, ended_at=None, looked_to__lt=last)
    for rule in rules.order_by("pk"):
        count += _apply(rule, last, at)
    return count


def _apply(rule: StandingRule, last: int, at: datetime) -> int:
    """Look at the next revisions on the log; the rule remembers how far it has looked, whatever came of it."""
    rows = Revision.objects.system("own revisions, which the rules of release are asked about below")
    new = rows.filter(
        log_index__gt=rule.looked_to, log_index__lte=last, record__party_id=rule.party_id, record__kind__in=rule.kinds
    ).order_by("log_index")
    some = list(new.values_list("log_index", "record_id")[:MOST])
    upto = some[-1][0] if len(some) == MOST else last
    signer = acting(rule.signed_by)
    released = 0
    if some and signer is not None and signer.party == rule.party_id:
        with suppress(NotFound, ChannelClosed, NotASender):  # nothing of the party's is said there any more
            released = _release(rule, {pk for _index, pk in some}, signer, at)
    StandingRule.objects.filter(pk=rule.pk, looked_to=rule.looked_to).update(looked_to=upto)
    return released


def _release(rule: StandingRule, records: set[int], signer: Subject, at: datetime) -> int:
    known = channel_at(rule.channel_id, signer)
    check_sender(known, signer.party)
    found = _covered(rule, known, prospect(known, records, signer), signer)
    if found.leaving:
        release_by_rule(rule=rule, channel=known, leaving=found, actor=signer, at=at)
    return len(found.leaving)


def _covered(rule: StandingRule, known: Known, found: Prospect, signer: Subject) -> Prospect:
    """Of what has come only what the rule covers and nothing refuses."""
    ceiling = {policy: Classification[level] for policy, level in rule.ceiling.items()}
    leaving = tuple(
        one
        for one, refused in zip(found.leaving, found.refusals(signer), strict=True)
        if not refused
        and not one.item.names_person
        and not _by_hand(one.item.kind)
        and within(one.item.label, ceiling)
        and one.item.kind in rule.kinds
    )
    seen = seen_hash((one.item for one in leaving), audience_hash(known.manifest))
    return replace(found, leaving=leaving, seen=seen)


def _by_hand(kind: str) -> bool:
    try:
        return kind_named(kind).by_hand
    except UnknownKind:
        return True
