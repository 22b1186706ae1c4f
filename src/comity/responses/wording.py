"""Which wording a word is for: what a record said when another party read it, and since when it says what it says.

A response names the revision that its author read, by number and by the commitment that both nodes hold, so that both
see the same wording whatever came in which order. A word from before that was named is placed by the order of the log:
the earliest at which any of the revisions stands that say the same as the latest one without interruption.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from comity.kernel.errors import StaleRevision
from comity.kernel.text import N_
from comity.records.kinds import kind_named
from comity.records.models import Record, Revision
from comity.records.resolve import body_of
from comity.records.rules import Entry

CONCURRENCE = ("about", "position", "view", "authority", "signatory", "letter_number", "letter_date", "conditions")
"""What makes a concurrence the word that it is; a reason or remark added later gives it no new weight."""
READ = frozenset({"read_revision", "read_commitment"})
"""The fields of a response that name what its author read."""


class AnotherWording(StaleRevision):
    """The owner changed the wording while somebody else wrote about it."""

    message = N_("The record was changed while you wrote, and says something else now. Read it again, then save again.")


@dataclass(frozen=True, slots=True)
class Since:
    """Since which entry of the log, and which revision, a record says what it says in some of its fields.

    `commitments` are those of the revisions that say it, by number.
    """

    index: int
    number: int
    commitments: Mapping[int, str]

    def covers(self, number: int | None, commitment: str) -> bool | None:
        """Whether a word for that revision is for what the record says now; None where the word names no revision."""
        if number is None:
            return None
        return self.commitments.get(number) == commitment


def said_since(fields: Mapping[int, Iterable[str]]) -> dict[int, Since]:
    """Since when each record says what it says in these of its fields; one query for all of them."""
    rows = Revision.objects.system("where wording changed; gives nothing of it").filter(
        record__in=list(fields), body__isnull=False
    )
    revisions: dict[int, list[tuple[int, int, str, Any]]] = defaultdict(list)
    columns = ("record_id", "number", "log_index", "commitment", "body")
    for pk, number, index, digest, data in rows.order_by("record_id", "-number").values_list(*columns):
        body = body_of(bytes(data or b""))
        revisions[pk].append((number, index, bytes(digest).hex(), said_in(body, fields[pk])))
    found = {}
    for pk, several in revisions.items():
        number, index, _, latest = several[0]
        commitments = {}
        for at, place, digest, said in several:
            if said != latest:
                break
            number, index = at, min(index, place)
            commitments[at] = digest
        found[pk] = Since(index, number, commitments)
    return found


def said_in(body: Mapping[str, Any], names: Iterable[str]) -> list[Any]:
    """What a body says in these fields, as it counts."""
    return [_words(body.get(name)) for name in names]


def _words(value: Any) -> Any:
    """A value as it counts: an empty one is none, and who checked a translation changes no word of it."""
    if isinstance(value, Mapping):
        return {name: _words(inner) for name, inner in value.items() if name != "translation"}
    if isinstance(value, list):
        return [_words(inner) for inner in value] or None
    return value or None


def read_by(entry: Entry, word: Iterable[str]) -> dict[str, Any]:
    """The revision that the author of a response read: the one that the form showed, or else the one that stands.

    A response that is changed names another only when the `word` itself changes.

    Raises:
        AnotherWording: what the form showed says something else by now.
    """
    row = entry.row
    if row is not None and all(entry.get(name) == getattr(row, name) for name in word):
        return {"read_revision": row.read_revision, "read_commitment": row.read_commitment}
    about: Record = entry.get("about")
    several = Revision.objects.visible_to(entry.actor).filter(record=about, body__isnull=False)
    newest = several.order_by("-number").first()
    if newest is None:  # whoever corrects a word need not be shown what it is about
        return {name: getattr(row, name) for name in READ} if row is not None else {}
    seen = entry.fields.get("read_revision")
    if seen is not None and seen != newest.number:
        read = several.filter(number=seen).first()
        names = kind_named(about.kind).worded
        if read is None or said_in(_body(read), names) != said_in(_body(newest), names):
            raise AnotherWording
    return {"read_revision": newest.number, "read_commitment": bytes(newest.commitment).hex()}


def _body(revision: Revision) -> Mapping[str, Any]:
    return body_of(bytes(revision.body or b""))
