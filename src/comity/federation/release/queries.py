"""Reads of release: what would leave and whether it may, who holds a record, what waits for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef

from comity.accounts.models import Account
from comity.accounts.queries import subject_of
from comity.federation.channels.queries import Known, channels_of
from comity.federation.models import Arrived, Membership, Release, Released, Withdrawal, Withheld
from comity.federation.models.release import State
from comity.federation.protocol.channel import audience, audience_hash
from comity.federation.release.domain import Item, seen_hash, who_lacks
from comity.federation.release.names import Names, names_now
from comity.federation.sync.outbox import NEVER_LEFT, NOT_SIGNED
from comity.kernel.errors import NotFound
from comity.kernel.ids import BadId, PartyId, RecordId
from comity.labels.domain import Refusal
from comity.labels.queries import label_of
from comity.labels.subject import Role, Subject
from comity.records.history import refs_in
from comity.records.kinds import UnknownKind, agrees_to_nothing, all_kinds, kind_named
from comity.records.models import Record, Revision
from comity.records.resolve import body_of


@dataclass(frozen=True, slots=True)
class Leaving:
    """One revision as it would leave.

    `names`: records of people whose names its texts spell. `unseen`: what it refers to, and the
    members that do not have that.
    """

    row: Record
    item: Item
    body: Mapping[str, Any]
    names: frozenset[int]
    unseen: Mapping[RecordId, tuple[PartyId, ...]]


@dataclass(frozen=True, slots=True)
class Prospect:
    """What one person is shown before a release: `seen` is the hash that their decision is bound to."""

    channel: Known
    leaving: tuple[Leaving, ...]
    there_already: tuple[Record, ...]
    withdrawn: tuple[Record, ...]
    seen: str

    def refusals(
        self, releaser: Subject, *, reviewed: bool = False, second: Subject | None = None
    ) -> list[list[Refusal]]:
        """Of each revision what keeps it from leaving."""
        to = audience(self.channel.manifest)
        return [one.item.refusals(releaser, to, reviewed=reviewed, second=second) for one in self.leaving]


def prospect(channel: Known, records: Iterable[int], subject: Subject, *, names: Names | None = None) -> Prospect:
    """What would leave if `subject` released the latest revisions of these records into the channel.

    What the subject may not read, or what is not there, is left out: nobody decides on what they cannot see.
    """
    visible = Record.objects.visible_to(subject).filter(pk__in=set(records), revision__gt=0)
    rows = list(visible.select_related("party").order_by("log_index"))
    there = set(
        Released.objects.exclude(emitted_seq=NOT_SIGNED)
        .filter(channel_id=channel.row.pk, record__in=rows)
        .values_list("record_id", "revision")
    )
    taken_back = set(
        Withdrawal.objects.filter(channel_id=channel.row.pk, record__in=rows).values_list("record_id", flat=True)
    )
    fresh = [row for row in rows if (row.pk, row.revision) not in there and row.pk not in taken_back]
    leaving = _leaving(channel, fresh, names_now() if names is None else names)
    return Prospect(
        channel,
        tuple(leaving),
        tuple(row for row in rows if (row.pk, row.revision) in there and row.pk not in taken_back),
        tuple(row for row in rows if row.pk in taken_back),
        seen_hash((one.item for one in leaving), audience_hash(channel.manifest)),
    )


def _leaving(channel: Known, rows: Sequence[Record], names: Names) -> list[Leaving]:
    heads = {row.log_index: row for row in rows}
    revisions = Revision.objects.system("of records that were scoped").filter(log_index__in=list(heads))
    found = {r.log_index: r for r in revisions if r.body is not None and r.salt is not None}
    bodies = {index: body_of(bytes(r.body or b"")) for index, r in found.items()}
    named = {index: names.in_(body) for index, body in bodies.items()}
    refs = {index: {ref for value in body.values() for ref in refs_in(value)} for index, body in bodies.items()}
    lacking = _lacking(channel, {ref for several in refs.values() for ref in several}, rows)
    agreed = _agreed(channel, {row.pk: bodies[index] for index, row in heads.items() if index in bodies})
    made = []
    for index, row in heads.items():
        if index not in found:
            continue
        revision, kind = found[index], _kind_names_people(row.kind)
        item = Item(
            record=row.rid,
            revision=revision.number,
            commitment=bytes(revision.commitment),
            kind=row.kind,
            label=label_of(revision.label_id),
            names_person=kind or bool(named[index]),
            origins_agreed=row.pk in agreed,
        )
        unseen = {ref: lacking[ref] for ref in sorted(refs[index]) if lacking.get(ref)}
        made.append(Leaving(row, item, bodies[index], named[index], unseen))
    return made


def _kind_names_people(kind: str) -> bool:
    try:
        return kind_named(kind).names_people
    except UnknownKind:
        return True  # what is not known here may name anybody


def _lacking(channel: Known, refs: set[RecordId], together: Iterable[Record]) -> dict[RecordId, tuple[PartyId, ...]]:
    """Of each record that is referred to, the members that do not have it and are not given it with this release."""
    table = Record.objects.system("which rows these ids are; only who has them is told")
    rows = table.filter(party__in={ref.party for ref in refs}, uuid__in=[ref.uuid for ref in refs])
    by_rid = {row.rid: row.pk for row in rows if row.rid in refs}
    given = {row.pk for row in together}
    told = channel.manifest.members - {PartyId(row.party_id) for row in together}  # whoever releases it sees it here
    holders = holders_of(by_rid.values())
    return {
        ref: who_lacks(told, frozenset({ref.party}) | holders.get(by_rid.get(ref, 0), frozenset()))
        for ref in refs
        if by_rid.get(ref, 0) not in given
    }


def holders_of(records: Iterable[int]) -> dict[int, frozenset[PartyId]]:
    """The parties that were given each record in some channel, or were there when it came, as far as is known here."""
    pks = set(records)
    given: dict[int, set[str]] = defaultdict(set)
    left = Released.objects.filter(record__in=pks).exclude(emitted_seq__in=(NEVER_LEFT, NOT_SIGNED))
    for rows in (left, Arrived.objects.filter(record__in=pks)):
        for pk, channel in rows.values_list("record_id", "channel_id").distinct():
            given[pk].add(channel)
    for taken in (Withdrawal, Withheld):
        for pk, channel in taken.objects.filter(record__in=pks).values_list("record_id", "channel_id"):
            given[pk].discard(channel)
    channels = {channel for several in given.values() for channel in several}
    members: dict[str, set[PartyId]] = defaultdict(set)
    present = Membership.objects.filter(channel__in=channels, until_version=None)
    for channel, party in present.values_list("channel_id", "party_id"):
        members[channel].add(PartyId(party))
    return {pk: frozenset().union(*(members[one] for one in several)) for pk, several in given.items()}


# ----------------------------------------------------------------------------------------------------- third-party rule


def origins(body: Mapping[str, Any]) -> set[RecordId]:
    """The records that a body quotes: those that its sources name."""
    sources = body.get("sources")
    found = set()
    for one in sources if isinstance(sources, list) else []:
        said = one.get("record") if isinstance(one, Mapping) else None
        try:
            found |= {RecordId.parse(said)} if isinstance(said, str) else set()
        except BadId:
            continue
    return found


def _agreed(channel: Known, bodies: Mapping[int, Mapping[str, Any]]) -> set[int]:
    """The records whose every quoted party has agreed that they go to this audience.

    A party that is in the channel with the quoting one alone needs no word of its own: it is told only what is its.
    """
    quoted = {pk: {ref.party for ref in origins(body)} for pk, body in bodies.items()}
    owners = dict(Record.objects.system("whose each is").filter(pk__in=bodies).values_list("pk", "party_id"))
    missing = {
        pk: {party for party in parties - {PartyId(owners[pk])} if channel.manifest.members - {party, owners[pk]}}
        for pk, parties in quoted.items()
    }
    asked = {pk for pk, parties in missing.items() if parties}
    given = _agreements(asked) if asked else {}
    return {pk for pk, parties in missing.items() if parties <= given.get(pk, set())}


def _agreements(records: set[int]) -> dict[int, set[PartyId]]:
    """The parties whose newest answer to each record agrees to it."""
    newest: dict[tuple[int, str], tuple[int, bool]] = {}
    for kind in all_kinds():
        if not kind.parent or kind.agrees is agrees_to_nothing:
            continue
        rows = kind.model.objects.system("who agreed: the rule asks, nobody is shown").filter(
            **{f"{kind.parent}__in": records}, record__purged=False
        )
        named = dict(rows.values_list("record__log_index", f"{kind.parent}_id"))
        revisions = Revision.objects.system("the same").filter(log_index__in=list(named), body__isnull=False)
        for revision in revisions.select_related("record"):
            key = (named[revision.log_index], revision.record.party_id)
            says = kind.agrees(body_of(bytes(revision.body or b"")))
            if says is not None:
                newest[key] = max(newest.get(key, (-1, False)), (revision.log_index, says))
    given: dict[int, set[PartyId]] = defaultdict(set)
    for (pk, party), (_index, says) in newest.items():
        if says:
            given[pk].add(PartyId(party))
    return given


# ------------------------------------------------------------------------------------------------------ past decisions


def channels_for(subject: Subject) -> list[Known]:
    """The open channels in which the subject's party can release."""
    return [one for one in channels_of(subject, also_closed=False) if subject.party in one.manifest.senders]


def candidates(channel: Known, subject: Subject, kinds: Iterable[str], most: int) -> list[int]:
    """Records of the subject's own party, of these kinds, whose latest revision was not released there; newest
    first.
    """
    carried = sorted(channel.manifest.kinds & set(kinds))
    released = Released.objects.exclude(emitted_seq=NOT_SIGNED)
    there = released.filter(channel_id=channel.row.pk, record=OuterRef("pk"), revision=OuterRef("revision"))
    taken_back = Withdrawal.objects.filter(channel_id=channel.row.pk, record=OuterRef("pk"))
    rows = Record.objects.visible_to(subject).filter(
        party_id=subject.party, kind__in=carried, revision__gt=0, purged=False
    )
    fresh = rows.exclude(Exists(there)).exclude(Exists(taken_back)).order_by("-log_index")
    return list(fresh.values_list("pk", flat=True)[:most])


def release_at(pk: int, subject: Subject) -> Release:
    """A decision of the subject's own party. Raises NotFound."""
    row = Release.objects.select_related("channel").filter(pk=pk, party_id=subject.party).first()
    if row is None:
        raise NotFound
    return row


def waiting_for(subject: Subject) -> list[Release]:
    """The releases of the subject's party that wait for somebody of their office, other than who decided them."""
    if not subject.has_role(Role.RELEASE_OFFICER, Role.LEGAL_ADVISER):
        return []
    rows = Release.objects.filter(party_id=subject.party, state=State.WAITING_SECOND).select_related("channel", "party")
    return list(rows.exclude(by=subject.account).order_by("pk"))


def chosen_of(row: Release) -> dict[int, int]:
    """Of each record of a decision (by pk) the revision that was decided on."""
    numbers = {RecordId.parse(rid): number for rid, number in row.chosen}
    table = Record.objects.system("which rows a decision was about; what is shown of them is scoped")
    rows = table.filter(party__in={rid.party for rid in numbers}, uuid__in=[rid.uuid for rid in numbers])
    return {one.pk: numbers[one.rid] for one in rows if one.rid in numbers}


def acting(account: str) -> Subject | None:
    """Who stands behind an account as it is now; None where nobody may act with it any more."""
    try:
        found = Account.objects.filter(pk=account, is_active=True).first()
    except (ValueError, ValidationError):
        return None
    return None if found is None else subject_of(found)
