"""What this node held back because it did not know it is read again by a version that may know it.

Nothing received is dropped: a frame keeps its content, and says what of it was not applied and why. Which of the
reasons an update can mend is said here; the others stand until somebody says something else.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q

from comity.federation.models import Frame
from comity.federation.protocol.errors import UnknownSuite
from comity.federation.sync.take_in import NEWER, read_again
from comity.records.envelope import NotARevision
from comity.records.kinds import UnknownKind
from comity.records.receive import AnotherKind, CannotBeStored
from comity.records.schema import BodyUnfit

logger = logging.getLogger(__name__)

MENDED_BY_AN_UPDATE = frozenset(
    refusal.__name__ for refusal in (UnknownKind, BodyUnfit, NotARevision, AnotherKind, CannotBeStored)
)


def take_up(at: datetime) -> int:
    """Read again every frame that holds something back for such a reason; of how many that changed anything.

    Called when the courier starts, which is what a new version does first. Cut off, it goes on with the next start.
    """
    done = sum(read_again(frame, at=at) for frame in list(_holding()))
    if done:
        logger.info("What was held back of %s frames has been taken up.", done)
    return done


def _holding() -> Iterator[int]:
    rows = Frame.objects.filter(feed__own=False, content__isnull=False).order_by("feed_id", "seq")
    held = rows.filter(~Q(held=[]) | Q(reason__in=[NEWER, UnknownSuite.code]))
    for pk, items, reason in held.values_list("pk", "held", "reason").iterator():
        if reason or any(code in MENDED_BY_AN_UPDATE for _record, code in items):
            yield pk
