"""What is sent in the scenes: forms as they stand but for a few fields, and sheets; nothing hidden may be felt."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.urls import reverse

from comity.labels.queries import label_id
from tests.entry.forms import Filled
from tests.leaks.asks import Ask
from tests.leaks.crawl import Crawl
from tests.leaks.dataset import PARTIES, Dataset, Planted
from tests.leaks.markings import SHARED
from tests.leaks.scenes import KEY, KEY_OF_PURGED, TWICE, sent_twice
from tests.leaks.sendings import Wanted, anything

OK = 200


@dataclass(frozen=True)
class Step:
    """A form of a page of one scene's record, and what is filled in; "@name" stands for the record of that name."""

    page: str
    about: str = ""
    enters: str = ""
    sent: Mapping[str, str] = field(default_factory=dict)
    instead: str = ""  # the hidden record to whose address the form is sent
    in_channel: bool = False  # its address names a channel: the mission's

    def form(self, crawl: Crawl) -> Ask:
        if self.enters:
            query = (("about", crawl.data.scenes[self.about].slug),) if self.about else ()
            return Ask(self.page, reverse(self.page, args=[self.enters]), query)
        return Ask(self.page, self.address(crawl.data, self.about))

    def address(self, data: Dataset, about: str) -> str:
        """Of its page, about the record of that name."""
        args = [data.scenes[about].slug] if about else []
        return reverse(self.page, args=[*args, data.beside["channel"][MISSION]] if self.in_channel else args)


AMEND, ENTER, PROPOSE = "shell:amend", "shell:enter", "responses:propose"
MISSION = tuple(PARTIES).index("nmi")
_BECAUSE = {"reason": "Because", "meant": "on"}
_MEANT = {"mode": "hide", "meant": "on"}
_NO = {"reason_en": "No", "reason_original": "en"}
_READ_FIRST = {"revision": "1", "position": "concurs", "view": "working"}
_YES = {"words_en": "Yes", "words_original": "en"}
_FIGURE = {"period_start": "2025-06-30", "period_end": "2025-06-30", "value": "7"}

STEPS = (
    Step(ENTER, "post", "people.appointment", {"person": "@somebody new", "status": "confirmed", "starts": "2024"}),
    Step(ENTER, "post", "people.delegation", {"person": "@its hidden holder", "starts": "2024"}),
    Step("people:replace", "post", sent={"person": "@somebody new", "starts": "2025-06-01"}),
    Step("people:replace", "free post", sent={"person": "@secretly designated", "starts": "2025-06-01"}),
    Step("people:replace", "post", sent={"person": "@somebody new"}, instead="hidden post"),
    Step(AMEND, "top of the tree", sent={"parent": "@end of the tree"}),
    Step(AMEND, "first objective", sent={"parent": "@last objective"}),
    Step(AMEND, "once in office", sent={"born": "1990"}),
    Step(AMEND, "office of somebody hidden", sent={"starts": "1990"}),
    Step(AMEND, "office at a hidden post", sent={"starts": "2016", "ends": "2018"}),
    Step("people:report", "somebody mentioned"),
    Step("people:purge", "somebody mentioned", sent=_BECAUSE),
    Step("people:purge", "somebody mentioned", sent={**_BECAUSE, "also": "@refers to them"}),
    Step("shell:purge", "end of the tree", sent=_BECAUSE),
    Step("people:retention", sent={"people.person": "36"}),
    Step(ENTER, "own indicator", "programme.measurement", _FIGURE),
    Step(ENTER, "own indicator", "programme.measurement", _FIGURE, instead="hidden indicator"),
    Step(ENTER, "in the same words", "responses.concurrence", _READ_FIRST),
    Step(ENTER, "asked of a purged one", "responses.answer", _YES),
    Step(AMEND, "answer to a hidden question", sent=_YES),
    Step(AMEND, "reply to a hidden proposal", sent=_NO),
    Step("responses:decline", "declined in secret", sent=_NO),
    Step(PROPOSE, "towards a hidden end", sent={"objectives": "@talked of"}),
    Step(PROPOSE, "towards a purged end", sent={"objectives": "@talked of"}),
    Step("federation:withdraw", "released", sent=_MEANT, in_channel=True),
    Step("federation:withdraw", "released", sent=_MEANT, in_channel=True, instead="hidden and released"),
)  # fmt: skip


def steps(crawl: Crawl, wanted: Wanted = anything) -> Iterator[Ask]:
    """Every step that this reader can take; and every form of an own record sent as it stands."""
    for step in STEPS:
        form = step.form(crawl)
        if wanted(form):
            yield from _taken(crawl, form, step)

    for why in ("hidden since", "purged since"):
        form = Ask(ENTER, reverse(ENTER, args=["people.organisation"]))
        if wanted(form) and crawl.reader.party == "nmi":  # whose form it was
            yield replace(form, method="POST", sent=tuple(sent_twice(crawl.data, why).items()), like=why)
    if wanted(Ask("shell:import", IMPORT)):
        yield from _sheets(crawl.data)


IMPORT = "/import/people.organisation/"
_HEAD = "Name (English),What it is,Part of"


def _sheets(data: Dataset) -> Iterator[Ask]:
    """Sheets in which something hidden or purged is named: by its title, by its key, as the row itself."""
    keyed, purged = data.scenes["called by a key"], data.scenes["purged, called by a key"]
    title = f"{data.canaries.of_revision[keyed.revision(1)][0]} text"
    yield _sheet(data, "by title", f"{_HEAD}\nOffice,office,{title}\n", keyed, title)
    yield _sheet(data, "by key", f"{_HEAD}\nOffice,office,{KEY}\n", keyed, KEY)
    yield _sheet(data, "by a purged key", f"{_HEAD}\nOffice,office,{KEY_OF_PURGED}\n", purged, KEY_OF_PURGED)
    yield _sheet(data, "row of that key", f"{_HEAD},Key\nOffice,office,,{KEY}\n", keyed, KEY)
    yield _sheet(data, "row of that title", f"{_HEAD}\n{title},office,\n", keyed, title)
    yield _sheet(data, "row that could be two", f"{_HEAD}\n{TWICE},office,\n")


def _sheet(data: Dataset, like: str, file: str, names: Planted | None = None, text: str = "") -> Ask:
    marked = (("label", str(label_id(SHARED.label(data.ids)))),)
    swap = (text, "nothing") if text else ("", "")
    return Ask("shell:import", IMPORT, method="POST", sent=marked, names=names, swap=swap, like=like, file=file)


def _taken(crawl: Crawl, form: Ask, step: Step) -> Iterator[Ask]:
    answer, scenes = crawl.answer(form), crawl.data.scenes
    if answer.status != OK:
        return
    values = Filled(answer.text).values
    for name, value in step.sent.items():
        values[name] = [str(scenes[value[1:]].record.pk) if value.startswith("@") else value]
    sent = tuple((name, value) for name, several in values.items() for value in several)
    made = replace(form, method="POST", sent=sent, like=" ".join(["step", step.about, *step.sent]))
    if step.instead:
        hidden = scenes[step.instead]
        made = replace(made, names=hidden)
        if step.enters:
            made = replace(made, query=(("about", hidden.slug),))
        else:
            made = replace(made, path=step.address(crawl.data, step.instead))
    yield made
