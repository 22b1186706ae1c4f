"""What can be sent: forms as they stand, but for one ref or marking that names what the sender is not shown."""

from collections.abc import Iterator
from dataclasses import replace

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


def sendings(crawl: Crawl) -> Iterator[Ask]:
    """Every form that opens to the reader, once for each thing that it could be made to name."""
    for kind in all_kinds():
        enter = Ask("shell:enter", reverse("shell:enter", args=[kind.code]))
        yield from _filled(crawl, enter, kind)
        if kind.parent:
            above = crawl.data.trunk((kind.refs[kind.parent] or ("programme.objective",))[0])
            yield from _filled(crawl, replace(enter, query=(("about", above.slug),)), kind)
    for one in crawl.data.planted:
        if one.markings[-1] == SHARED and one.owner == crawl.reader.party and one.kind.refs:
            yield from _filled(crawl, Ask("shell:amend", reverse("shell:amend", args=[one.slug])), one.kind)
            yield from _marked_otherwise(crawl, one)
    yield from _at_hidden(crawl)


def _marked_otherwise(crawl: Crawl, one: Planted) -> Iterator[Ask]:
    """A record with another marking that the form offers: who carries the present one may be told, if not hidden."""
    form = Ask("shell:amend", reverse("shell:amend", args=[one.slug]))
    answer = crawl.answer(form)
    filled = Filled(answer.text)
    others = [label for label in filled.choices.get("label", ()) if label not in filled.values["label"]]
    if answer.status == OK and others:
        sent = tuple((n, value) for n, several in {**filled.values, "label": others[:1]}.items() for value in several)
        yield replace(form, method="POST", sent=sent, like=f"{one.kind.code} marked otherwise")


def _filled(crawl: Crawl, form: Ask, kind: Kind) -> Iterator[Ask]:
    answer = crawl.answer(form)
    if answer.status != OK:
        return
    values = Filled(answer.text).values
    for name, codes in kind.refs.items():
        if name in values:
            hidden = _hidden(crawl, codes[0] if codes else "programme.objective")
            yield _naming(form, values, name, hidden, str(hidden.record.pk), NO_RECORD)
    if "label" in values:
        hidden = _hidden(crawl, kind.code)
        label = str(label_id(hidden.markings[-1].label(crawl.data.ids)))
        yield _naming(form, values, "label", hidden, label, NO_LABEL)


def _naming(form: Ask, values: dict[str, list[str]], name: str, hidden: Planted, pk: str, nothing: str) -> Ask:
    sent = tuple((n, value) for n, several in {**values, name: [pk]}.items() for value in several)
    like = f"{hidden.kind.code} as {name}"
    return replace(form, method="POST", sent=sent, names=hidden, swap=(pk, nothing), like=like)


def _hidden(crawl: Crawl, code: str) -> Planted:
    """A record of a kind that this reader is not shown, another one each time."""
    found = [
        one
        for one in crawl.data.planted
        if one.kind.code == code and not one.is_read_by(crawl.reader.reads) and not one.purged
    ]
    return found[crawl.asked % len(found)]


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
