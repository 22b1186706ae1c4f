"""Records in addresses: `/records/<first 8 characters of the party>-<uuid>/`."""

import re
from uuid import UUID

from comity.kernel.errors import NotFound
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records.models import Record

SLUG = r"[a-z2-7]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SLUG = re.compile(SLUG)


class SlugConverter:
    """Django's path converter `record`."""

    regex = SLUG

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


def record_at(slug: str, subject: Subject, *, kind: str = "") -> Record:
    """The record behind an address, if `subject` may read it and it is of the kind (code) asked for.

    Raises:
        NotFound: there is none, or it is not for this subject; the two are not told apart.
    """
    if not _SLUG.fullmatch(slug):
        raise NotFound
    found = Record.objects.visible_to(subject).filter(
        party__in=Party.objects.filter(pk__startswith=slug[:8]), uuid=UUID(slug[9:]), revision__gt=0, purged=False
    )
    records = list(found.select_related("party")[:2])
    # Eight characters of a hash may fit two parties; then neither is shown rather than the wrong one.
    if len(records) != 1 or (kind and records[0].kind.partition("/")[0] != kind):
        raise NotFound
    return records[0]
