"""Where scenes are set: records planted by name, some seen by all and some hidden from the low readers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from comity.records.kinds import kind_coded
from comity.records.models import Record, Revision
from tests.leaks.markings import AT, CLASSIFIED, SHARED, Marking

if TYPE_CHECKING:
    from tests.leaks.dataset import Planted, Planter

LONG_AGO = datetime(2012, 3, 1, 9, tzinfo=UTC)


class Stage:
    """Plants what a scene needs: `seen` by all, `hidden` from the low readers of every party."""

    def __init__(self, planter: Planter) -> None:
        self.planter = planter
        self.planted: dict[str, Planted] = {}

    def seen(self, name: str, code: str, owner: str = "nmi", /, **given: Any) -> Any:
        return self._plant(name, code, owner, "shared-too", (SHARED,), given)

    def hidden(self, name: str, code: str, owner: str = "nmi", /, **given: Any) -> Any:
        return self._plant(name, code, owner, "classified-three", (CLASSIFIED,), given)

    def opened(self, name: str, code: str, owner: str = "nmi", /, **given: Any) -> Any:
        """Hidden when it was first said, long ago, and seen since; `then` is given to what is seen alone."""
        return self._plant(name, code, owner, "widened-since", (CLASSIFIED, SHARED), {"at": LONG_AGO, **given})

    def closed(self, name: str, code: str, owner: str = "nmi", /, **given: Any) -> Any:
        """Seen when it was first said, and hidden since."""
        return self._plant(name, code, owner, "narrowed-since", (SHARED, CLASSIFIED), given)

    def marked(self, name: str, code: str, way: str, *markings: Marking, uuid: UUID | None = None, **given: Any) -> Any:
        return self._plant(name, code, "nmi", way, markings, {"uuid": uuid, **given})

    def _plant(
        self, name: str, code: str, owner: str, way: str, markings: tuple[Marking, ...], given: dict[str, Any]
    ) -> Any:
        at, uuid, then = given.pop("at", AT), given.pop("uuid", None), given.pop("then", {})
        kind = kind_coded(code)
        one = self.planter.plant(kind, way, owner, *markings, scene=name, at=at, uuid=uuid, given=given, then=then)
        self.planted[name] = one
        return one.record


def read(about: Record, number: int = 1) -> Mapping[str, Any]:
    """What a word says of the revision that its author read."""
    revision = Revision.objects.system("test").get(record=about, number=number)
    return {"read_revision": number, "read_commitment": bytes(revision.commitment).hex()}
