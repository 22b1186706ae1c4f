"""What the log's room shows: to each reader the entries that it may see, and no more of them than it may.

Entries of records are shown by the labels of their revisions; that a record was taken back, to those of its owner's
people who may read it. What is about no record (sign-ins, accounts, groups) shows habits of people: to themselves, and
to those of their own party who keep the node or watch over it. An auditor checks that nothing is missing, so every
entry is listed for it; another party's as place, time and hash only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import Max, Q

from comity.audit.models import Checkpoint, Entry
from comity.federation.models import Withdrawal
from comity.kernel.ids import BadId, RecordId
from comity.kernel.text import N_
from comity.labels.queries import readable_label_ids
from comity.labels.subject import Role, Subject
from comity.parties.models import Party
from comity.records.models import Record, Revision
from comity.records.resolve import Card
from comity.records.visible import page
from comity.shell.values import cards_of

WATCHERS = (Role.SECURITY_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR)
"""Who sees the acts of others of the same party that are about no record."""

NOBODY = ""
"""The party of what nobody known did, such as trying an account that there is not: the node's own business."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the log. `card` is None for an entry that is about no record.

    Of an entry that is `bare` only `index`, `at` and `leaf_hash` are told; everything else is empty.
    """

    index: int
    at: datetime
    leaf_hash: str
    event: str = ""
    party: Party | None = None
    actor: str = ""
    card: Card | None = None
    facts: dict[str, Any] | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing is told of what it says."""
        return self.facts is None


def log_lines(subject: Subject, *, before: int, limit: int) -> list[Line]:
    """Entries of the log, newest first; see the module for whose."""
    rows = Entry.objects.system("scoped below: by the labels of revisions, by party and office")
    if before:
        rows = rows.filter(index__lt=before)
    if subject.has_role(Role.AUDITOR):
        listed = list(rows.order_by("-index")[:limit])
        foreign = [entry.index for entry in listed if entry.party not in (subject.party, NOBODY)]
        readable = Revision.objects.visible_to(subject).filter(log_index__in=foreign)
        hidden = set(foreign) - set(readable.values_list("log_index", flat=True))
        purged = set(_purged(subject))
        hidden -= {entry.index for entry in listed if entry.event == "purged" and entry.about in purged}
        return _lines(listed, subject, hidden)
    revisions = Revision.objects.system("scoped by page")
    if before:
        revisions = revisions.filter(log_index__lt=before)
    seen = {row.log_index for row in page(revisions, subject, key="log_index", limit=limit).rows}
    acts = Q(party=subject.party, about="", actor=subject.account)
    if subject.has_role(*WATCHERS):
        acts = Q(party__in=(subject.party, NOBODY), about="")
    purges = Q(event="purged", about__in=_purged(subject))
    withdrawals = Q(event="withdrawn", about__in=_withdrawn(subject))
    for some in (acts, purges, withdrawals):
        seen |= set(rows.filter(some).order_by("-index").values_list("index", flat=True)[:limit])
    return _lines(list(rows.filter(index__in=sorted(seen)[-limit:]).order_by("-index")), subject)


def log_line(subject: Subject, index: int) -> Line | None:
    """One entry, if this subject may see it."""
    found = log_lines(subject, before=index + 1, limit=1)
    return found[0] if found and found[0].index == index else None


def _purged(subject: Subject) -> list[str]:
    """Ids of the records whose every revision's label `subject` may read, and whose content is gone."""
    records = Record.objects.visible_to(subject).filter(purged=True)
    unread = Revision.objects.system("labels alone: whether all of them are readable").filter(record__in=records)
    unread = unread.exclude(label_id__in=readable_label_ids(subject))
    return [str(record.rid) for record in records.exclude(pk__in=unread.values("record_id"))]


def _withdrawn(subject: Subject) -> list[str]:
    """Ids of the records that the subject's own party took back from a channel, and that this subject may read."""
    taken = Withdrawal.objects.filter(party_id=subject.party).values("record_id")
    return [str(record.rid) for record in Record.objects.visible_to(subject).filter(pk__in=taken, purged=False)]


def _lines(entries: Sequence[Entry], subject: Subject, hidden: frozenset[int] | set[int] = frozenset()) -> list[Line]:
    ids = {}
    for entry in entries:
        try:
            ids[entry.index] = RecordId.parse(entry.about)
        except BadId:
            continue
    cards = cards_of({rid for index, rid in ids.items() if index not in hidden}, subject)
    parties = {party.pk: party for party in Party.objects.all()}
    return [
        Line(entry.index, entry.at, bytes(entry.leaf_hash).hex())
        if entry.index in hidden
        else Line(
            index=entry.index,
            at=entry.at,
            leaf_hash=bytes(entry.leaf_hash).hex(),
            event=entry.event,
            party=parties.get(entry.party),
            actor=entry.actor,
            card=cards.get(ids[entry.index]) if entry.index in ids else None,
            facts=orjson.loads(bytes(entry.data))["facts"],
        )
        for entry in entries
    ]


def latest_checkpoints() -> list[tuple[Party, Checkpoint]]:
    """The newest checkpoint that each party signed."""
    parties = {party.pk: party for party in Party.objects.all()}
    table = Checkpoint.objects.system("checkpoints are public by nature")
    newest = table.values("party").annotate(newest=Max("size"))
    pairs = {(row["party"], row["newest"]) for row in newest}
    return [(parties[c.party], c) for c in table.all() if (c.party, c.size) in pairs and c.party in parties]


EVENT_WORDS = {
    "revision": N_("revision"),
    "received": N_("received revision"),
    "purged": N_("purge"),
    "restored": N_("restored from a backup"),
    "adopted": N_("revision brought along from another node"),
    "let-go": N_("content let go when its party moved"),
    "moved-away": N_("party moved to another node"),
    "moved-here": N_("party moved here"),
    "exported": N_("export of a list"),
    "reports-read": N_("account of reports taken in"),
    "access-report": N_("report on what is held on a person"),
    "retention-set": N_("periods of retention changed"),
    "signed-in": N_("sign-in"),
    "signed-out": N_("sign-out"),
    "sign-in-failed": N_("sign-in failed"),
    "sign-in-slowed": N_("too many wrong sign-ins, made to wait"),
    "second-step-failed": N_("second step of a sign-in failed"),
    "session-ran-out": N_("signed out after doing nothing, or after the longest time"),
    "sessions-ended": N_("signed out elsewhere"),
    "password-changed": N_("password changed"),
    "password-link-made": N_("link for a new password made"),
    "password-chosen": N_("new password chosen by link"),
    "passkey-added": N_("passkey added"),
    "passkey-removed": N_("passkey removed"),
    "app-added": N_("authenticator app set up"),
    "app-removed": N_("authenticator app removed"),
    "recovery-codes-made": N_("new recovery codes made"),
    "second-factor-cleared": N_("second step of an account cleared"),
    "invitation-made": N_("invitation made"),
    "invitation-withdrawn": N_("invitation withdrawn"),
    "invitation-accepted": N_("invitation accepted, account opened"),
    "preferences-set": N_("preferences changed"),
    "manifest": N_("manifest of a party"),
    "account-opened": N_("account opened"),
    "account-allowed": N_("roles and clearances of an account"),
    "account-closed": N_("account closed"),
    "account-opened-again": N_("account opened again"),
    "group-begun": N_("need-to-know group begun"),
    "group-joined": N_("joined a need-to-know group"),
    "group-left": N_("left a need-to-know group"),
    "channel-founded": N_("channel founded"),
    "channel-changed": N_("channel changed"),
    "channel-closed": N_("channel closed"),
    "channel-taken": N_("manifest of a channel received"),
    "joining-invited": N_("another party invited"),
    "joining-answered": N_("answer of another party received"),
    "joining-opened": N_("invitation of another party opened"),
    "joining-compared": N_("fingerprint of another party compared"),
    "joining-joined": N_("joined with another party"),
    "joining-refused": N_("invitation withdrawn or refused"),
    "joining-left": N_("parted from another party"),
    "joining-removed": N_("another party removed"),
    "bundle-written": N_("file written for a partner"),
    "bundle-read": N_("file of a partner read"),
    "slip-entered": N_("return slip of a partner entered"),
    "released": N_("release decided"),
    "release-waits": N_("release waits for a second person"),
    "release-confirmed": N_("release confirmed by a second person"),
    "release-refused": N_("release refused by a second person"),
    "standing-signed": N_("standing rule signed"),
    "standing-ended": N_("standing rule ended"),
    "withdrawn": N_("record withdrawn"),
    "withdrawal-taken": N_("withdrawal received"),
    "emitted": N_("step of our own feed"),
    "log-contradicted": N_("checkpoint of a partner that contradicts an earlier one"),
    "checkpoint-refused": N_("checkpoint of a partner refused: its key was revoked before"),
    "checkpoints-disowned": N_("checkpoints put aside that their party disowned"),
    "taken-in": N_("step of another party's feed received"),
    "feed-quarantined": N_("feed stopped: its party contradicted itself or sent what cannot be"),
    "feed-settled": N_("decided about a feed that was stopped"),
    "log-begins-anew": N_("log of a partner accepted as begun anew"),
    "partner-tried": N_("partner tried again at once"),
    "feed-overtaken": N_("feed begun anew: a partner has more of it than this database"),
    "release-not-signed": N_("release that the signer refused"),
}
