"""What a page shows of a release: each record as it would leave, each rule in words, what is missing, who is named.

Every field of what leaves is shown, those too that this version does not know. Of a record that the reader may not see,
and that is referred to, no more is told than that there is one: not its id, which the bytes hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup

from comity.federation.channels.views import said
from comity.federation.release.domain import MENDED_BY_OTHERS, in_one, waits
from comity.federation.release.queries import Prospect
from comity.kernel.ids import RecordId
from comity.labels.domain import Label, Refusal
from comity.labels.subject import Subject
from comity.labels.words import RULE_WORDS
from comity.records.history import refs_in
from comity.records.kinds import Kind, kind_named
from comity.records.models import Record
from comity.records.resolve import Card, resolve
from comity.shell.format import reader
from comity.shell.marking import Marking, highest, marking_of
from comity.shell.record_views import party_names
from comity.shell.values import Shown, cards_of, link, plainly


@dataclass(frozen=True, slots=True)
class Line:
    """One record as a page shows it before it leaves. `unseen`: (a link, who does not have it)."""

    row: Record
    title: str
    kind: str
    marking: Marking
    facts: list[tuple[str, Any]]
    commitment: str
    refused: list[str]
    waits: list[str]
    unseen: list[tuple[Markup, str]]
    names: list[Markup]
    labels: list[Label]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: whether it is met for all, whether another person can still meet it, and which records it refuses."""

    met: bool
    mended: bool
    words: str
    titles: tuple[str, ...]


def context_of(found: Prospect, subject: Subject, refused: Sequence[Sequence[Refusal]]) -> dict[str, Any]:
    """Everything that the template `federation/leaving.html` needs."""
    lines = _lines(found, subject, refused)
    every = in_one(refused)
    labels = [label for line in lines for label in line.labels]
    return {
        "found": found,
        "known": found.channel,
        "said": said(found.channel.manifest, subject),
        "lines": lines,
        "rules": [_rule(rule, lines, refused) for rule in Refusal],
        "may": bool(found.leaving) and waits(every),
        "waits": bool(every) and waits(every),
        "allowed": [line.row.slug for line, one in zip(lines, refused, strict=True) if waits(one)],
        "marking": highest(labels, party_names()),
    }


def _rule(rule: Refusal, lines: Sequence[Line], refused: Sequence[Sequence[Refusal]]) -> Rule:
    titles = tuple(line.title for line, one in zip(lines, refused, strict=True) if rule in one)
    met, broken = RULE_WORDS[rule]
    return Rule(not titles, rule in MENDED_BY_OTHERS, _(broken if titles else met), titles)


def _lines(found: Prospect, subject: Subject, refused: Sequence[Sequence[Refusal]]) -> list[Line]:
    parties = party_names()
    refs = cards_of({ref for one in found.leaving for ref in (*one.unseen, *_named_in(one.body))}, subject)
    people = resolve({pk for one in found.leaving for pk in one.names}, subject, reader())
    made = []
    for one, why in zip(found.leaving, refused, strict=True):
        kind = kind_named(one.row.kind)
        shown = Shown(kind, [one.body], subject, slug=one.row.slug)
        named = sorted((people[pk] for pk in one.names), key=lambda card: card.title)
        cards = [*named, *(refs[ref] for ref in (*one.unseen, *_named_in(one.body)) if ref in refs)]
        made.append(
            Line(
                row=one.row,
                title=kind.title(one.body, reader()),
                kind=_(kind.singular),
                marking=marking_of(one.item.label, parties),
                facts=[*shown.facts(one.body), *_rest(kind, one.body, refs)],
                commitment=one.item.commitment.hex(),
                refused=[_(RULE_WORDS[rule][1]) for rule in why if rule not in MENDED_BY_OTHERS],
                waits=[_(RULE_WORDS[rule][1]) for rule in why if rule in MENDED_BY_OTHERS],
                unseen=[
                    (link(refs.get(ref)), _(", ").join(parties.get(party, party[:8]) for party in lacking))
                    for ref, lacking in one.unseen.items()
                ],
                names=[_name(card) for card in named],
                labels=[
                    one.item.label,
                    *shown.labels(one.body.values()),
                    *(card.label for card in cards if card.label),
                ],
            )
        )
    return made


def _rest(kind: Kind, body: Mapping[str, Any], refs: Mapping[RecordId, Card]) -> list[tuple[str, Any]]:
    """The fields of a body that the kind's own page does not list: sources, and what a newer version wrote."""
    names = [name for name in body if name not in kind.fields and body[name] not in (None, "", [], {})]
    words = {"sources": _("From the reports")}
    return [(words.get(name, name), plainly(_told(body[name], refs))) for name in names]


def _told(value: Any, refs: Mapping[RecordId, Card]) -> Any:
    """A value in which each record's id is the title that the reader may see, or that it is not for them."""
    if isinstance(value, Mapping):
        return {name: _told(inner, refs) for name, inner in value.items()}
    if isinstance(value, list):
        return [_told(inner, refs) for inner in value]
    for ref in refs_in(value) if isinstance(value, str) else ():
        card = refs.get(ref)
        return card.title if card is not None and card.shown else _("not shared with us")
    return value


def _named_in(value: Any) -> set[RecordId]:
    """Every record that a value names, however deep."""
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return refs_in(value).union(*map(_named_in, inside)) if inside else refs_in(value)


def _name(card: Card) -> Markup:
    """Who is named, to whoever may see it; that somebody is, to all: the rule that it breaks must be told."""
    return link(card) if card.shown else Markup('<span class="soft">{}</span>').format(_("a name that you may not see"))
