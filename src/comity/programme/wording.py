"""When a record came to say what it says: a word given before was given to something else.

The log is the clock. A copy may receive revisions out of order, so the place is the earliest at which any of the
revisions stands that say the same as the latest one without interruption.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from comity.records.models import Revision
from comity.records.resolve import body_of

OBJECTIVE = ("statement", "outcome", "area", "mandate", "parent", "institution", "starts", "ends")
"""What the host agrees to in an objective; its stage, remarks and sources may change without it."""
CONCURRENCE = ("about", "position", "view", "authority", "signatory", "letter_number", "letter_date", "conditions")
"""What makes a concurrence the word that it is; a reason or remark added later gives it no new weight."""


def said_since(fields: Mapping[int, Iterable[str]]) -> dict[int, int]:
    """The log index since which each record says what it says in these of its fields; one query for all of them."""
    rows = Revision.objects.system("where wording changed; gives nothing of it").filter(
        record__in=list(fields), body__isnull=False
    )
    revisions: dict[int, list[tuple[int, Any]]] = defaultdict(list)
    for pk, index, data in rows.order_by("record_id", "-number").values_list("record_id", "log_index", "body"):
        body = body_of(bytes(data or b""))
        revisions[pk].append((index, [_words(body.get(name)) for name in fields[pk]]))
    found = {}
    for pk, several in revisions.items():
        latest = several[0][1]
        found[pk] = several[0][0]
        for index, said in several:
            if said != latest:
                break
            found[pk] = min(found[pk], index)
    return found


def _words(value: Any) -> Any:
    """A value as it counts: an empty one is none, and who checked a translation changes no word of it."""
    if isinstance(value, Mapping):
        return {name: inner for name, inner in value.items() if name != "translation"}
    return value or None
