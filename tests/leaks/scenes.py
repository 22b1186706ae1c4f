"""Small constellations in which something hidden would change an outcome: a form refused, a need not told.

Beside the records of every kind, which show that nothing hidden is *told*, these show that nothing hidden is *felt*:
each sets a hidden record beside readable ones just so that whoever counted it would answer otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.test import RequestFactory

from comity.federation.models import Acknowledged, Feed
from comity.kernel.dates import PartialDate
from comity.kernel.ids import RecordId, uuid7
from comity.kernel.text import Text
from comity.labels.queries import intern, label_id
from comity.parties.models import Party
from comity.records.envelope import Envelope
from comity.records.models import Handle, Held
from comity.records.sheets.keys import directory, key_of
from comity.reports.domain import Finding, Reading, Report, Rule, Sentence
from comity.reports.models import StoredReading, StoredReport
from comity.reports.shape import report_json, rest_json
from comity.shell import once
from tests.leaks import responding
from tests.leaks.beside import STRANGER
from tests.leaks.markings import AT, CLASSIFIED, SHARED, Marking
from tests.leaks.stage import LONG_AGO, Stage, read

if TYPE_CHECKING:
    from tests.leaks.dataset import Dataset, Planted, Planter

TWICE = "Office of two"  # a name that a hidden organisation has as well
KEY, KEY_OF_PURGED = "key of a hidden one", "key of a purged one"  # what a sheet called them
SPELT = "Zulfikar Synthetic"  # the name of a hidden mention; stands in a readable record's text, too


def play(planter: Planter) -> dict[str, Planted]:
    """Plant them all; each record by its name."""
    stage = Stage(planter)
    for scene in (_offices, _trees, _names, _traces, _kept_long, _figures, _concurring, _sheets, _sent, _histories):
        scene(stage)
    responding.play(stage)
    stage.seen("cites a hidden text", "programme.claim", sources=[{"report": "closed1", "sentence": "1.1"}])
    _reports(planter)
    _held_back(stage)
    return stage.planted


def _day(text: str) -> PartialDate:
    return PartialDate.parse(text)


def _offices(stage: Stage) -> None:
    """A post whose holder, whose stand-in and whose successor are hidden."""
    open_ended: dict[str, Any] = {"observed": [], "ends": None}
    post = stage.seen("post", "people.position", holders="one", counterpart=None)
    person = stage.seen("its hidden holder", "people.person", born=None)
    stage.seen("somebody new", "people.person", born=None)
    designated = stage.seen("secretly designated", "people.person", born=None)
    stage.hidden("holding", "people.appointment", position=post, person=person, status="confirmed",
        starts=_day("2020"), **open_ended)  # fmt: skip
    free = stage.seen("free post", "people.position", holders="one", counterpart=None)
    stage.hidden("designation", "people.appointment", position=free, person=designated, status="designated",
        starts=_day("2026"), **open_ended)  # fmt: skip
    stage.hidden("standing in", "people.delegation", position=post, person=None, starts=_day("2025-07-01"), ends=None)
    stage.hidden("standing in later", "people.delegation", position=free, starts=_day("2025-08-01"), ends=None)


def _trees(stage: Stage) -> None:
    """Trees that hang together through something hidden, so that a circle is closed where nobody can see it."""
    top = stage.seen("top of the tree", "people.organisation", parent=None)
    between = stage.hidden("inside the tree", "people.organisation", parent=top)
    stage.seen("end of the tree", "people.organisation", parent=between)
    above = stage.seen("first objective", "programme.objective", parent=None, institution=None, continues=None)
    middle = stage.hidden("objective between", "programme.objective", parent=above)
    stage.seen("last objective", "programme.objective", parent=middle)


def _names(stage: Stage) -> None:
    """People, posts and births that are hidden from whoever may change what names them."""
    post = stage.seen("post of somebody hidden", "people.position", holders="one", counterpart=None)
    young = stage.hidden("born in 2000", "people.person", born=_day("2000"))
    stage.seen("office of somebody hidden", "people.appointment", position=post, person=young, status="confirmed",
        starts=_day("2024"), ends=None, observed=[])  # fmt: skip
    somebody = stage.seen("once in office", "people.person", born=None)
    stage.hidden("office in 1950", "people.appointment", position=post, person=somebody, status="confirmed",
        starts=_day("1950"), ends=_day("1951"), observed=[])  # fmt: skip
    unseen = stage.hidden("hidden post", "people.position", holders="one", counterpart=None)
    first = stage.seen("first at a hidden post", "people.person", born=None)
    stage.seen("office at a hidden post", "people.appointment", position=unseen, person=somebody, status="confirmed",
        starts=_day("2010"), ends=_day("2011"), observed=[])  # fmt: skip
    stage.seen("other office there", "people.appointment", position=unseen, person=first, status="confirmed",
        starts=_day("2015"), ends=_day("2020"), observed=[])  # fmt: skip


def _traces(stage: Stage) -> None:
    """A person who is mentioned: in a mention that is hidden, and by an identification that is."""
    person = stage.seen("somebody mentioned", "people.person", born=None)
    hidden = stage.hidden("hidden mention", "people.mention", name=Text.single("en", SPELT).json(), variants=[])
    stage.seen("says whose it is", "people.identification", mention=hidden, person=person, finding="same")
    stage.seen("text with the name", "people.organisation", parent=None, note=Text.single("en", SPELT).json())
    mention = stage.seen("another mention", "people.mention", variants=[])
    stage.hidden("says so in secret", "people.identification", mention=mention, person=person, finding="same")
    stage.hidden("refers to them", "people.identification", person=person, finding="perhaps")


def _kept_long(stage: Stage) -> None:
    """Records that nobody changed for long: due, but for something hidden; or hidden themselves."""
    old = {"at": LONG_AGO}
    person = stage.seen("due person", "people.person", born=None, **old)
    post = stage.seen("old post", "people.position", counterpart=None)
    stage.hidden("what needs them", "people.appointment", person=person, position=post, status="confirmed",
        starts=_day("2012"), ends=None, observed=[])  # fmt: skip
    stage.hidden("hidden and due", "people.person", born=None, **old)
    stage.hidden("hidden office, due", "people.appointment", position=post, status="confirmed",
        starts=_day("2011"), ends=_day("2012"), observed=[], **old)  # fmt: skip
    stage.hidden("hidden leave, due", "people.delegation", position=post,
        starts=_day("2011"), ends=_day("2012"), **old)  # fmt: skip


def _figures(stage: Stage) -> None:
    """Figures of the host, of which a hidden one is newer and a hidden word verifies; and one of one's own."""
    period = {"period_start": date(2025, 6, 30), "period_end": date(2025, 6, 30), "supersedes": None, "place": ""}
    newer = {**period, "period_start": date(2025, 7, 1), "period_end": date(2025, 7, 1)}
    for name in ("newer", "verified", "alone"):
        indicator = stage.seen(f"indicator, {name}", "programme.indicator", "iraq")
        if name != "verified":
            stage.hidden(f"hidden figure, {name}", "programme.measurement", "iraq", indicator=indicator, **newer)
        if name != "alone":
            figure = stage.seen(f"figure, {name}", "programme.measurement", "iraq", indicator=indicator, **period)
            if name == "verified":
                stage.hidden("verification", "responses.verification", about=figure)
    own = stage.seen("own indicator", "programme.indicator", verifier=None, dimensions=[], levels=[])
    stage.hidden("hidden indicator", "programme.indicator")
    purged = stage.marked("purged indicator", "programme.indicator", "purged-measured", SHARED)
    stage.seen("of a purged indicator", "programme.measurement", indicator=purged, **period)
    stage.hidden("own hidden figure", "programme.measurement", indicator=own, **period)


def _concurring(stage: Stage) -> None:
    """What the host said of an objective: in secret; and by a signatory whose term ended in secret."""
    free = {"parent": None, "institution": None, "continues": None, "stage": "submitted"}
    secret = stage.seen("objective with a secret answer", "programme.objective", **free)
    stage.hidden("secret answer", "responses.concurrence", "iraq", about=secret, signatory=None, **read(secret))
    said = stage.seen("objective with an answer", "programme.objective", **free)
    signatory = stage.seen("signatory", "people.position", "iraq", counterpart=None)
    stage.seen("answer", "responses.concurrence", "iraq", about=said, signatory=signatory,
        letter_date=date(2025, 7, 1), **read(said))  # fmt: skip
    ground = stage.hidden("hidden mandate", "programme.mandate", "iraq", begins=_day("2024"), review=None, ends=None)
    wanted = stage.seen("objective on a hidden mandate", "programme.objective", mandate=ground,
        starts=None, ends=None, **free)  # fmt: skip
    stage.seen("concurring with it", "responses.concurrence", "iraq", about=wanted, signatory=None, **read(wanted))
    stage.hidden("term of the signatory", "people.appointment", "iraq", position=signatory, status="confirmed",
        starts=_day("2025-06-01"), ends=_day("2025-07-10"), observed=[])  # fmt: skip


def _sheets(stage: Stage) -> None:
    """What rows of a sheet may be taken for: hidden records by their title, their natural name and their key."""
    twice = {"name": Text.single("en", TWICE).json(), "parent": None}
    stage.seen("of that name", "people.organisation", **twice)
    stage.hidden("of that name, hidden", "people.organisation", **twice)
    keyed = stage.hidden("called by a key", "people.organisation", parent=None)
    place = directory("people.organisation", stage.planter.data.ids["nmi"])
    purged = stage.marked("purged, called by a key", "people.organisation", "purged-called", SHARED)
    for key, record in ((KEY, keyed), (KEY_OF_PURGED, purged)):
        Handle.objects.create(directory=place, key=key_of(key), record=record, digest="")


def sent_twice(data: Dataset, why: str) -> dict[str, str]:
    """A form that was sent before; its record was hidden since, or purged."""
    marked = str(label_id(SHARED.label(data.ids)))
    carried = once.token(AT, why.encode().ljust(16))
    return {once.FIELD: carried, "name_en": why, "name_original": "en", "nature": "office", "label": marked}


def _sent(stage: Stage) -> None:
    """What a form made that its sender sends again: meanwhile somebody hid it, or purged it."""
    since = (("hidden since", "classified-three", CLASSIFIED), ("purged since", "purged-sent", SHARED))
    for why, way, marking in since:
        request = RequestFactory().post("/", sent_twice(stage.planter.data, why))
        stage.marked(why, "people.organisation", way, marking, uuid=once.id_for(request))


def _histories(stage: Stage) -> None:
    """Purged after it was opened: who may read its last state may not read its first."""
    stage.marked("purged after opening", "programme.risk", "purged-opened", CLASSIFIED, SHARED)


def _reports(planter: Planter) -> None:
    """An account of public texts of which one is hidden, and an account that is hidden whole."""
    for name, marking in (("open", SHARED), ("closed", CLASSIFIED)):
        words = _told(planter, f"account {name}", marking)
        finding = Finding("one", "tension", words("finding"), words("what is found"), ((f"{name}1:1.1",),))
        reading = Reading(words("counting"), (), (Rule("rule", words("rule"), words("what it says")),), (finding,))
        stored = StoredReading.objects.system("test").create(
            directory=name, label_id=_label(planter, marking), digest=name, body=rest_json(reading)
        )
        for number, of in ((f"{name}1", marking), (f"{name}2", CLASSIFIED)):
            words = _told(planter, f"text {number}", of)
            became = (str(planter.data.trunk("programme.risk").record.pk), str(_hidden_risk(planter)))
            sentence = Sentence("1.1", "asserted", words("sentence"), became=became, speaker=became[1], rules=("rule",))
            text = Report(number, words("title"), words("outlet"), "", "2025-05", words("tells of"), "F",
                words("reason"), 1, 1, (sentence,))  # fmt: skip
            StoredReport.objects.system("test").create(reading=stored, number=number, origin=number,
                label_id=_label(planter, of), body=report_json(text))  # fmt: skip


def _held_back(stage: Stage) -> None:
    """What came from a partner and could not be applied, with its marking inside; what a partner holds of ours."""
    planter = stage.planter
    name = Text.single("en", "A stranger").json()
    partner = Party.objects.create(pk=STRANGER, handle="stranger", name=name, nature="host")
    for number, marking in enumerate((SHARED, CLASSIFIED), start=1):
        words = _told(planter, f"held {number}", marking)
        said = Envelope(RecordId(STRANGER, uuid7(AT, bytes([number] * 10))), "people.organisation/1", 1, AT, "somebody",
            marking.label(planter.data.ids), {"name": words("its name")}).encode()  # fmt: skip
        Held.objects.create(party=partner, at=AT, message="The channel in which it came may not carry it.",
            salt=bytes(32), body=said, digest=sha256(said).hexdigest())  # fmt: skip
    hidden = stage.hidden("held by a partner", "people.organisation", parent=None)
    own = Feed.objects.create(channel="c" * 52, party=hidden.party, own=True, incarnation="0" * 16, seq=1)
    Acknowledged.objects.create(feed=own, by=partner, seq=1, held=[[str(hidden.rid), "foreign"]], at=AT)


def _told(planter: Planter, what: str, marking: Marking) -> Callable[[str], dict[str, Any]]:
    planter.data.texts[what] = marking
    return lambda name: planter.data.canaries.text(what, name)


def _label(planter: Planter, marking: Marking) -> int:
    return intern(marking.label(planter.data.ids))


def _hidden_risk(planter: Planter) -> int:
    return next(o.record.pk for o in planter.data.planted if o.kind.code == "programme.risk" and o.way == "classified")
