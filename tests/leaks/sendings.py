"""What can be sent: forms as they stand, but for one ref or marking that names what the sender is not shown."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from zlib import crc32

from django.urls import reverse

from comity.labels.queries import label_id
from comity.records.kinds import Kind, all_kinds
from tests.entry.forms import Filled
from tests.leaks.asks import Ask
from tests.leaks.crawl import Crawl
from tests.leaks.dataset import Planted
from tests.leaks.markings import SHARED

OK = 200
NO_RECORD, NO_LABEL = "987654321", "1234567890123456789"


Wanted = Callable[[Ask], bool]
"""Which forms are opened."""


def anything(_form: Ask) -> bool:
    """Every form."""
    return True


def sendings(crawl: Crawl, wanted: Wanted = anything) -> Iterator[Ask]:
    """Every form that opens to the reader, once for each thing that it could be made to name."""
    for form, kind in _forms(crawl):
        if wanted(form):
            yield from _filled(crawl, form, kind)
            if form.pattern == "shell:amend":
                yield from _as_it_stands(crawl, form, kind)
    yield from _at_hidden(crawl)


def _forms(crawl: Crawl) -> Iterator[tuple[Ask, Kind]]:
    for kind in all_kinds():
        enter = Ask("shell:enter", reverse("shell:enter", args=[kind.code]))
        yield enter, kind
        if kind.parent:
            above = crawl.data.trunk(_above(kind))
            yield replace(enter, query=(("about", above.slug),)), kind
    for one in crawl.data.planted:
        if one.markings[-1] == SHARED and one.owner == crawl.reader.party and one.kind.refs:
            yield Ask("shell:amend", reverse("shell:amend", args=[one.slug])), one.kind


def _above(kind: Kind) -> str:
    return (kind.refs[kind.parent] or ("programme.objective",))[0]


def _as_it_stands(crawl: Crawl, form: Ask, kind: Kind) -> Iterator[Ask]:
    """A record unchanged, and with another marking that the form offers: who carries it may be told, if not hidden."""
    answer = crawl.answer(form)
    filled = Filled(answer.text)
    others = [label for label in filled.choices.get("label", ()) if label and label not in filled.values["label"]]
    if answer.status == OK:
        yield _sent(form, filled.values, like=f"{kind.code} as it stands")
        hidden = _hidden(crawl, kind.code, f"{kind.code} itself", owner=crawl.reader.party)
        other = replace(form, path=reverse(form.pattern, args=[hidden.slug]), names=hidden)
        yield _sent(other, filled.values, like=f"{kind.code} in place of something hidden")
    if answer.status == OK and others:
        yield _sent(form, {**filled.values, "label": others[:1]}, like=f"{kind.code} marked otherwise")


def _sent(form: Ask, values: Mapping[str, list[str]], like: str) -> Ask:
    sent = tuple((name, value) for name, several in values.items() for value in several)
    return replace(form, method="POST", sent=sent, like=like)


def _filled(crawl: Crawl, form: Ask, kind: Kind) -> Iterator[Ask]:
    answer = crawl.answer(form)
    if answer.status != OK:
        return
    values = Filled(answer.text).values
    if form.query:
        hidden = _hidden(crawl, _above(kind), kind.code)
        under = replace(form, query=(("about", hidden.slug),), names=hidden)
        yield _sent(under, values, like=f"{kind.code} under something hidden")
    for name, codes in kind.refs.items():
        if name in values:
            code = codes[0] if codes else "programme.objective"
            hidden = _hidden(crawl, code, f"{kind.code} {name}")
            yield _naming(form, values, name, hidden, str(hidden.record.pk), NO_RECORD)
            if not form.query:
                purged = next(one for one in crawl.data.planted if one.kind.code == code and one.way == "purged")
                yield _naming(form, values, name, purged, str(purged.record.pk), NO_RECORD)
    if "label" in values:
        hidden = _hidden(crawl, kind.code, kind.code)
        label = str(label_id(hidden.markings[-1].label(crawl.data.ids)))
        yield _naming(form, values, "label", hidden, label, NO_LABEL)


def _naming(form: Ask, values: dict[str, list[str]], name: str, hidden: Planted, pk: str, nothing: str) -> Ask:
    sent = tuple((n, value) for n, several in {**values, name: [pk]}.items() for value in several)
    like = f"{hidden.kind.code} as {name}"
    return replace(form, method="POST", sent=sent, names=hidden, swap=(pk, nothing), like=like)


def _hidden(crawl: Crawl, code: str, place: str, owner: str = "") -> Planted:
    """A record of a kind that this reader is not shown, another one at each place; perhaps of one owner."""
    found = [
        one
        for one in crawl.data.planted
        if one.kind.code == code
        and not one.is_read_by(crawl.reader.reads)
        and not one.purged
        and owner in ("", one.owner)
    ]
    return found[crc32(place.encode()) % len(found)]


def _at_hidden(crawl: Crawl) -> Iterator[Ask]:
    """What is sent to the addresses of a hidden record, and the other methods that there are."""
    sent = (("reason", "Because"), ("meant", "on"), ("revision", "1"))
    for one in crawl.data.planted:
        if one.is_read_by(crawl.reader.reads):
            continue
        for name in ("shell:record", "shell:amend", "shell:purge", one.kind.page):
            ask = Ask(name, reverse(name, args=[one.slug]), names=one)
            yield replace(ask, method="POST", sent=sent)
            if one.way == "classified":
                yield from (replace(ask, method=method) for method in ("HEAD", "PUT", "OPTIONS"))
