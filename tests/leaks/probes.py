"""What no request reaches by itself: what happens between two of them. A probe says what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import RequestFactory

from comity.federation.bundle import views as bundles
from comity.federation.release.names import names_now
from comity.federation.release.standing import end_rule
from comity.federation.sharing.actions import try_again
from comity.kernel.errors import NotFound
from comity.kernel.text import Text
from comity.labels.queries import intern
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import READING_ROLES, Clearance, Subject
from comity.records.kinds import kind_coded
from comity.records.models import Handle, RecordRow
from comity.records.purge import purge
from comity.records.sheets import carrying, drafts
from comity.records.sheets.keys import directory
from comity.records.sheets.models import Sheet
from comity.shell.import_work import say
from comity.shell.record_views import own_body
from tests.leaks.beside import STRANGER
from tests.leaks.dataset import Dataset
from tests.leaks.markings import AT, SHARED
from tests.leaks.scratch import scratch

CODE = "people.organisation"
_SHEET = "Key,Name (English),What it is\nits key,Office,office\n"


@dataclass(frozen=True)
class Probe:
    """Something that is done; `right` is what must come of it."""

    name: str
    done: Callable[[Dataset], str]
    right: str

    def answer(self, data: Dataset) -> str:
        """What came of it; whatever it wrote is gone afterwards."""
        with scratch():
            return self.done(data)


def _purged_meanwhile(data: Dataset) -> str:
    """A record is purged while a sheet that calls it by its key waits."""
    row = _entered(data)
    sheet = _checked(data)
    purge(row.record, reason="test", actor=_author(data), at=AT, sign=lambda *_given: b"signed")
    _applied(data, sheet)
    return f"{Handle.objects.filter(record=row.pk).count()} handles"


def _author(data: Dataset) -> Subject:
    held = frozenset({Clearance(PARTNERSHIP, Classification.UNCLASSIFIED)})
    return Subject(data.ids["nmi"], "somebody", READING_ROLES, held)


def _entered(data: Dataset) -> RecordRow:
    """An organisation that a sheet has entered under a key."""
    _applied(data, _checked(data))
    place = directory(CODE, data.ids["nmi"])
    handle = Handle.objects.filter(directory=place).order_by("-pk")[0]
    table: Any = kind_coded(CODE).model.objects
    row: RecordRow = table.system("test").select_related("record__party").get(pk=handle.record_id)
    assert row.name["text"] == Text.single("en", "Office").json()["text"]  # type: ignore[attr-defined]
    return row


def _checked(data: Dataset) -> Sheet:
    author, kind = _author(data), kind_coded(CODE)
    content = _SHEET.encode()
    sheet = drafts.upload(kind, content, name="sheet.csv", actor=author, at=AT, random=bytes(10))
    marking = intern(SHARED.label(data.ids))
    drafts.choose(sheet, columns=sheet.columns, label_id=marking, actor=author)
    return _carried(data, sheet)


def _applied(data: Dataset, sheet: Sheet) -> None:
    carrying.apply(sheet)
    _carried(data, sheet)
    Sheet.objects.filter(pk=sheet.pk).delete()


def _carried(data: Dataset, sheet: Sheet) -> Sheet:
    sheet.refresh_from_db()
    token = carrying.claim(sheet, at=AT)
    carrying.carry_on(sheet.pk, token, actor=_author(data), say=say, now=lambda: AT)
    sheet.refresh_from_db()
    return sheet


def _purged_by_name(data: Dataset) -> str:
    """A person is purged whose name stands in a text that is about to be released."""
    person = data.trunk("people.person").record
    body = {"text": own_body(person)["name"]}
    before = person.pk in names_now().in_(body)
    purge(person, reason="test", actor=_author(data), at=AT, sign=lambda *_given: b"signed")
    return f"named before: {before}, after: {person.pk in names_now().in_(body)}"


def _rule_of_another(data: Dataset) -> str:
    """An officer of the mission ends a standing rule of the host."""
    host = tuple(data.parties).index("iraq")
    try:
        end_rule(rule=int(data.beside["rule"][host]), actor=_author(data), at=AT)
    except NotFound:
        return "no such rule"
    return "ended"


def _stranger_tried(data: Dataset) -> str:
    """An officer has a member of a channel asked at once that nobody joined with: there is nobody to ask."""
    try:
        try_again(party=STRANGER, actor=_author(data), at=AT)
    except NotFound:
        return "nobody to ask"
    return "asked"


def _files_of_stranger(data: Dataset) -> str:
    """An officer opens the page of files for a party that was invited, and has not joined."""
    request: Any = RequestFactory().get("/")
    request.subject = _author(data)
    mission = tuple(data.parties).index("nmi")
    try:
        bundles._partner(request, int(data.beside["joining"][mission]))
    except NotFound:
        return "no such partner"
    return "a partner"


PROBES = (
    Probe("files for whoever has not joined", _files_of_stranger, "no such partner"),
    Probe("a member that nobody joined with", _stranger_tried, "nobody to ask"),
    Probe("a record purged while its sheet waits", _purged_meanwhile, "0 handles"),
    Probe("a person purged whom a text names", _purged_by_name, "named before: True, after: False"),
    Probe("a standing rule of another party", _rule_of_another, "no such rule"),
)
