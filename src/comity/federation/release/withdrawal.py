"""Taking a record back from a channel, and what is done when another party takes one back.

Only its owner withdraws a record, and for good. Members are told to hide their copy or to destroy it; that they have
done so is what they acknowledge, and no more can be promised. A withdrawal may come before the record: what comes
later is withheld as it comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from comity.audit.log import Leaf, append
from comity.audit.models import Entry
from comity.federation.channels.queries import channel_at
from comity.federation.models import Arrived, Released, Withdrawal, Withheld
from comity.federation.models.release import Mode
from comity.federation.protocol.errors import Foreign
from comity.federation.release.domain import NotReleased
from comity.federation.sync.outbox import NEVER_LEFT
from comity.kernel.errors import NotFound, NotYours, require
from comity.kernel.ids import PartyId, RecordId
from comity.labels.subject import Role, Subject, require_role
from comity.parties.models import Party
from comity.records.models import Record
from comity.records.receive import OwnRecords
from comity.records.tables import stubs
from comity.records.withhold import hide, purge_copy, show
from comity.records.work import act

AT_ONCE = 500


def withdraw(*, channel: str, record: int, mode: str, actor: Subject, at: datetime, reason: str = "") -> Withdrawal:
    """Take a record (by pk) of the actor's party back from a channel, with everything of it that was released there.

    What has not left yet does not leave. `mode`: members hide their copy, or destroy it; a hidden one may still be
    taken back with its content.

    Raises:
        RoleMissing: the actor is no release officer.
        NotFound, NotYours: there is no such record of this party, or no such channel.
        NotReleased: it was never released there, or is withdrawn in this mode already.
    """
    require_role(actor, Role.RELEASE_OFFICER)
    with act(actor, at) as work:
        known = channel_at(channel, actor)
        row = Record.objects.visible_to(actor).filter(pk=record).first() or _withdrawn(record, channel, actor)
        if row is None:
            raise NotFound
        require(row.party_id == actor.party, NotYours)
        said = Withdrawal.objects.filter(channel=known.row, record=row)
        outbox = Released.objects.filter(channel=known.row, record=row)
        require(outbox.exists() or said.exists(), NotReleased)
        require(not said.filter(mode__in={mode, Mode.PURGE}).exists(), NotReleased)
        outbox.filter(emitted_seq=None).delete()
        made = Withdrawal.objects.create(
            channel=known.row,
            party_id=actor.party,
            record=row,
            mode=Mode(mode),
            by=actor.account,
            at=at,
            reason=reason.strip(),
        )
        work.note("withdrawn", row.rid, channel=known.row.pk, mode=str(made.mode))
    return made


def follow_purges(at: datetime) -> int:
    """Take back, with their content, the copies of what its owner has purged here; how many withdrawals that made.

    Called by the courier: a purge that stopped at the door would destroy one copy of many. In the name of who purged.
    """
    said = Withdrawal.objects.filter(channel=OuterRef("channel"), record=OuterRef("record"), mode=Mode.PURGE)
    left = Released.objects.filter(record__purged=True, emitted_seq__gt=NEVER_LEFT).exclude(Exists(said))
    rows = list(left.values_list("channel_id", "party_id", "record_id").distinct()[:AT_ONCE])
    if not rows:
        return 0
    with transaction.atomic():
        table = Record.objects.system("their ids, for the log")
        rids = {row.pk: str(row.rid) for row in table.filter(pk__in={pk for _channel, _party, pk in rows})}
        purges = Entry.objects.system("who purged them").filter(event="purged", about__in=rids.values())
        actors = dict(purges.values_list("about", "actor"))
        Withdrawal.objects.bulk_create(
            Withdrawal(channel_id=channel, party_id=party, record_id=pk, mode=Mode.PURGE, by=actors[rids[pk]], at=at)
            for channel, party, pk in rows
        )
        leaves = [
            Leaf("withdrawn", party, actors[rids[pk]], rids[pk], {"channel": channel, "mode": "purge"})
            for channel, party, pk in rows
        ]
        append(leaves, at)
    return len(rows)


def _withdrawn(record: int, channel: str, actor: Subject) -> Record | None:
    """A record of the actor's party that is purged here: its copies elsewhere can still be taken back."""
    rows = Record.objects.system("whose copies are to be destroyed; only its own officer gets as far as this")
    return rows.filter(pk=record, party_id=actor.party, purged=True, pk__in=_released_in(channel)).first()


def _released_in(channel: str) -> list[int]:
    return list(Released.objects.filter(channel_id=channel).values_list("record_id", flat=True).distinct())


def take_withdrawal(*, channel: str, party: PartyId, record: RecordId, mode: str, at: datetime, step: str = "") -> None:
    """Do what the owner of a record asks of our copy, also before it has come. Part of the caller's transaction.

    `party`: whose feed it came in; `step`: the hash of the header that carried it. Asked twice, it is done once.

    Raises:
        Foreign: the feed's party does not own the record.
        OwnRecords: this node speaks for the owner itself.
    """
    if record.party != party:
        raise Foreign("only its owner withdraws a record")
    require(not Party.objects.filter(pk=party, hosted=True).exists(), OwnRecords)
    wanted = Mode(mode)
    with transaction.atomic():
        row = stubs([record])[record]
        known = Withheld.objects.filter(channel_id=channel, record=row).first()
        if known is not None and known.mode in {wanted, Mode.PURGE}:
            return
        Withheld.objects.update_or_create(channel_id=channel, record=row, defaults={"mode": wanted, "at": at})
        facts: dict[str, str | list[int]] = {"channel": channel, "mode": str(wanted), "step": step}
        if wanted == Mode.PURGE:
            facts["revisions"] = list(purge_copy(row))
        else:
            _hide_or_show([row])
        append([Leaf("withdrawal-taken", party, "", str(record), facts)], at)


def note_arrivals(*, channel: str, arrived: Mapping[int, int], at: datetime) -> None:
    """Keep by which channel records (pk → the newest revision that came) are here; in the caller's transaction.

    Called after they were received: what was withdrawn from one channel and came in another is shown again.
    """
    if not arrived:
        return
    moment = connection.ops.adapt_datetimefield_value(at)
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO federation_arrived (channel_id, record_id, revision, at) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (channel_id, record_id) DO UPDATE SET revision = EXCLUDED.revision"
            " WHERE EXCLUDED.revision > federation_arrived.revision",
            [(channel, pk, revision, moment) for pk, revision in sorted(arrived.items())],
        )
    withdrawn = set(Withheld.objects.filter(record__in=arrived).values_list("record_id", flat=True))
    if withdrawn:
        _hide_or_show(Record.objects.system("withdrawn, and here again").filter(pk__in=withdrawn))


def _hide_or_show(rows: Iterable[Record]) -> None:
    """A copy is withheld while no channel in which it came still gives it."""
    for row in rows:
        taken = set(Withheld.objects.filter(record=row).values_list("channel_id", flat=True))
        came = set(Arrived.objects.filter(record=row).values_list("channel_id", flat=True))
        if came - taken:
            if row.withheld:
                show(row)
        elif taken and not row.withheld:
            hide(row)
