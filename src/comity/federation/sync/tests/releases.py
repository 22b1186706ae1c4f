"""Records of the mission in the outbox of the one channel that there is, as fixtures."""

from collections.abc import Callable

import pytest

from comity.federation.models import Channel, Release, Released
from comity.federation.models.release import State
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.models import Record
from comity.records.tests.factories import AT, label, organisation


@pytest.fixture
def release_many(mission: Party, abroad: Party, planner: Subject) -> Callable[[int], list[Record]]:
    """Puts so many new records of the mission into the outbox of the channel that there is."""

    def put(count: int) -> list[Record]:
        row = Channel.objects.get()
        marking = label(*Party.objects.all())
        made = [organisation(planner, marking, f"Office {number}").record for number in range(count)]
        decided = Release.objects.create(
            channel=row, party=mission, by="officer", at=AT, seen_hash="0" * 64, state=State.RELEASED
        )
        Released.objects.bulk_create(
            Released(release=decided, channel=row, party=mission, record=record, revision=1) for record in made
        )
        return made

    return put


@pytest.fixture
def release_one(release_many: Callable[[int], list[Record]]) -> Callable[[], Record]:
    """Puts one new record of the mission into the outbox."""
    return lambda: release_many(1)[0]
