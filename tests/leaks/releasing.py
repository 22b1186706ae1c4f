"""Scenes of releases: what the mission decided and took back, and what a partner holds; also of what is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.federation.models import Acknowledged, Channel, Feed, Release, Released
from comity.federation.models.release import Mode, State
from comity.federation.release.withdrawal import withdraw
from comity.records.models import Record
from tests.leaks.beside import STRANGER
from tests.leaks.markings import AT, CLASSIFIED, SHARED
from tests.leaks.stage import Stage

if TYPE_CHECKING:
    from tests.leaks.dataset import Planted


def play(stage: Stage) -> dict[str, Planted]:
    """Plant them all, once there are channels; each record by its name."""
    data, risk = stage.planter.data, "programme.risk"
    mission = tuple(data.parties).index("nmi")
    channel = Channel.objects.get(pk=data.beside["channel"][mission])
    by = data.beside["account"][mission]
    released, hidden = stage.seen("released", risk), stage.hidden("hidden and released", risk)
    purged = stage.marked("purged after its release", risk, "purged-released", CLASSIFIED, SHARED)
    decided = _release(channel, by, State.RELEASED, released, hidden)
    for record in (released, hidden, purged):
        Released.objects.create(
            release=decided, channel=channel, party_id=decided.party_id, record=record, revision=record.revision
        )
    for record, mode in ((hidden, Mode.HIDE), (purged, Mode.PURGE)):
        withdraw(channel=channel.pk, record=record.pk, mode=mode, actor=stage.planter.writer("nmi"), at=AT)
    feed = Feed.objects.create(channel=channel.pk, party_id=channel.owner_id, incarnation="0" * 16, own=True, seq=1)
    told = [[str(record.rid), "label"] for record in (released, hidden)]
    Acknowledged.objects.create(feed=feed, by_id=STRANGER, seq=1, held=told, at=AT)
    waiting = stage.seen("waits with a hidden one", risk), stage.hidden("hidden and waiting", risk)
    _release(channel, by, State.WAITING_SECOND, *waiting)
    numbers = tuple(str(pk) for pk in Release.objects.order_by("pk").values_list("pk", flat=True))
    data.beside["release"] = (*data.beside["release"], *(pk for pk in numbers if pk not in data.beside["release"]))
    return stage.planted


def _release(channel: Channel, by: str, state: State, *records: Record) -> Release:
    """A decision of the mission about these records."""
    chosen = [[str(record.rid), record.revision] for record in records]
    return Release.objects.create(
        channel=channel, party_id=channel.owner_id, by=by, at=AT, seen_hash="0" * 64, state=state, chosen=chosen
    )
