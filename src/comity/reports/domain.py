"""Which sentence of which text became what here: the account that an example gives of the texts it was made from.

Every sentence has exactly one account. Either something came of it (records that cite it, a rule of this program, a
place in a finding that sets statements side by side), or nothing did, and a word says why. `faults` tells where that
does not hold.

A sentence is named "report:paragraph.sentence", such as "003:5.2". Words are texts in several languages, as JSON.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from comity.kernel.text import N_

MODES = {
    "asserted": N_("stated as a fact"),
    "reported": N_("passed on from others"),
    "planned": N_("under way or planned"),
    "in_principle": N_("agreed in principle"),
    "aim": N_("an aim"),
    "recommended": N_("recommended"),
    "possible": N_("thought possible"),
    "opinion": N_("an opinion"),
    "heading": N_("a heading"),
    "furniture": N_("part of the page"),
}
REASONS = {
    "repetition": N_("repeats another sentence"),
    "opinion": N_("an opinion, not a fact"),
    "heading": N_("only a heading or lead-in"),
    "furniture": N_("page furniture"),
    "background": N_("general background without a date"),
    "recommendation": N_("a recommendation of the writer"),
    "possibility": N_("only a possibility"),
    "nothing_to_hold": N_("names nothing that could be recorded"),
    "elsewhere": N_("concerns other countries"),
}
NATURES = {
    "contradiction": N_("Contradictions"),
    "tension": N_("Tensions"),
    "implausible": N_("Doubtful by general knowledge"),
    "no_contradiction": N_("Not contradictions"),
    "one_origin": N_("One origin, not two confirmations"),
}
_NUMBER = re.compile(r"[1-9][0-9]{0,2}\.[1-9][0-9]{0,2}")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence in our own words. `rules` are keys; `repeats` is a sentence of the same text.

    `became` and `speaker` name records: by handle in a file, and by row on a node (see `renamed`).
    """

    number: str
    mode: str
    words: Mapping[str, Any]
    speaker: str = ""
    became: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    nothing: str = ""
    repeats: str = ""


@dataclass(frozen=True)
class Report:
    """One text: where it is from, how its source is graded, and its sentences in their order.

    `paragraphs` and `total` are what somebody counted in the text itself.
    """

    number: str
    title: Mapping[str, Any]
    outlet: Mapping[str, Any]
    origin: str
    date: str
    tells_of: Mapping[str, Any]
    grade: str
    reason: Mapping[str, Any]
    paragraphs: int
    total: int
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that holds in this program and that a sentence asks for; `page` names an address that shows it."""

    key: str
    title: Mapping[str, Any]
    words: Mapping[str, Any]
    page: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """Statements side by side: each of `sides` holds names of sentences that say the same."""

    key: str
    nature: str
    title: Mapping[str, Any]
    words: Mapping[str, Any]
    sides: tuple[tuple[str, ...], ...]
    records: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        """Every sentence it names."""
        return tuple(name for side in self.sides for name in side)


@dataclass(frozen=True)
class Reading:
    """The account of one example: its texts, how their sentences are counted, rules and findings."""

    counting: Mapping[str, Any]
    reports: tuple[Report, ...]
    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]

    @cached_property
    def found(self) -> dict[str, list[Finding]]:
        """Findings by the sentences they name."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            for name in finding.sentences:
                found.setdefault(name, []).append(finding)
        return found

    @cached_property
    def origin_of(self) -> dict[str, str]:
        """By the number of each text the lowest one of the same origin, as far as a finding says so; else its own."""
        group = {report.number: report.number for report in self.reports}
        for finding in self.findings:
            if finding.nature == "one_origin":
                texts = {name.partition(":")[0] for name in finding.sentences} & group.keys()
                joined = {group[text] for text in texts}
                group = {text: min(joined) if of in joined else of for text, of in group.items()}
        return group

    @property
    def origins(self) -> int:
        """How many origins the texts have at most."""
        return len(set(self.origin_of.values()))


def renamed(reading: Reading, names: Mapping[str, str]) -> Reading:
    """The account with its records under other names; one that `names` does not know is left out."""

    def known(handles: Iterable[str]) -> tuple[str, ...]:
        return tuple(names[handle] for handle in handles if handle in names)

    reports = tuple(
        replace(
            report,
            sentences=tuple(
                replace(one, became=known(one.became), speaker=names.get(one.speaker, "")) for one in report.sentences
            ),
        )
        for report in reading.reports
    )
    findings = tuple(replace(finding, records=known(finding.records)) for finding in reading.findings)
    return replace(reading, reports=reports, findings=findings)


def complete(reading: Reading) -> Reading:
    """The account without findings that name a sentence of a text that is not there, for a reader of fewer texts."""
    there = {f"{report.number}:{one.number}" for report in reading.reports for one in report.sentences}
    return replace(reading, findings=tuple(one for one in reading.findings if there.issuperset(one.sentences)))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many sentences there are, of how many something came, and what; and of how many nothing, by reason.

    `records`, `rules` and `findings` overlap: one sentence may have become several things.
    """

    sentences: int
    something: int
    records: int
    rules: int
    findings: int
    nothing: Mapping[str, int]


def counts(reading: Reading, reports: Iterable[Report]) -> Counts:
    """What became of all sentences of `reports`."""
    named = [(f"{report.number}:{one.number}", one) for report in reports for one in report.sentences]
    reasons = Counter(one.nothing for _, one in named if one.nothing)
    return Counts(
        sentences=len(named),
        something=len(named) - reasons.total(),
        records=sum(bool(one.became) for _, one in named),
        rules=sum(bool(one.rules) for _, one in named),
        findings=sum(name in reading.found for name, _ in named),
        nothing={reason: reasons[reason] for reason in REASONS if reasons[reason]},
    )


def faults(reading: Reading, cited: Mapping[str, Collection[str]], pages: Collection[str]) -> Iterator[str]:
    """Where the account is not whole; nothing when it is.

    `cited` holds, by handle, the sentences that each record names as its sources; `pages` the addresses there are.
    """
    numbers = Counter(report.number for report in reading.reports)
    yield from (f"report {number}: stands twice" for number, times in numbers.items() if times > 1)
    sentences = {f"{r.number}:{one.number}": one for r in reading.reports for one in r.sentences}
    for report in reading.reports:
        yield from _faults_of_numbers(report)
    for name, one in sentences.items():
        yield from (f"{name}: {fault}" for fault in _faults_of_one(name, one, reading))
    yield from _faults_of_citations(sentences, cited)
    yield from _faults_of_rest(reading, sentences, cited, pages)


def _faults_of_numbers(report: Report) -> Iterator[str]:
    """Numbers run without a gap from 1.1, up to the totals that were counted in the text."""
    expected, paragraph, sentence = [], 0, 0
    for one in report.sentences:
        if not _NUMBER.fullmatch(one.number):
            yield f"report {report.number}: {one.number[:20]} is no number of a sentence"
            return
        paragraph, sentence = (
            (paragraph, sentence + 1) if one.number.startswith(f"{paragraph}.") else (paragraph + 1, 1)
        )
        expected.append(f"{paragraph}.{sentence}")
    for one, number in zip(report.sentences, expected, strict=True):
        if one.number != number:
            yield f"report {report.number}: {one.number} stands where {number} belongs"
            return
    if (paragraph, len(expected)) != (report.paragraphs, report.total):
        yield (
            f"report {report.number}: {len(expected)} sentences in {paragraph} paragraphs are accounted for,"
            f" {report.total} in {report.paragraphs} were counted"
        )


def _faults_of_one(name: str, one: Sentence, reading: Reading) -> Iterator[str]:
    """It says how it is meant, and either what came of it or why nothing did."""
    something = bool(one.became or one.rules or name in reading.found)
    if one.mode not in MODES:
        yield f"nothing is meant as {one.mode[:40]}"
    if something == bool(one.nothing):
        yield "either something came of it, or a reason says why nothing did"
    if one.nothing and one.nothing not in REASONS:
        yield f"{one.nothing[:40]} is no reason"
    if bool(one.repeats) != (one.nothing == "repetition"):
        yield "a repetition, and nothing else, says what it repeats"
    yield from (f"there is no {rule[:40]}" for rule in one.rules if rule not in {rule.key for rule in reading.rules})


def _faults_of_citations(sentences: Mapping[str, Sentence], cited: Mapping[str, Collection[str]]) -> Iterator[str]:
    """A record that a sentence became names the sentence as its source, and the other way round."""
    for name, one in sentences.items():
        if one.repeats and (f"{name.partition(':')[0]}:{one.repeats}" not in sentences or name.endswith(one.repeats)):
            yield f"{name}: there is no sentence {one.repeats[:20]} to repeat"
        if one.speaker and one.speaker not in cited:
            yield f"{name}: there is no {one.speaker[:80]} to speak"
        for handle in one.became:
            if name not in cited.get(handle, ()):
                yield f"{name}: {handle[:80]} does not name it as its source"
    for handle, names in cited.items():
        for name in names:
            if name not in sentences:
                yield f"{handle}: its source {name[:40]} is not accounted for"
            elif handle not in sentences[name].became:
                yield f"{name}: became {handle}, and does not say so"


def _faults_of_rest(
    reading: Reading, sentences: Collection[str], handles: Collection[str], pages: Collection[str]
) -> Iterator[str]:
    """Rules are asked for by some sentence and shown on pages there are; findings name what there is."""
    asked = {rule for report in reading.reports for one in report.sentences for rule in one.rules}
    for rule in reading.rules:
        if rule.key not in asked:
            yield f"{rule.key}: no sentence asks for it"
        if rule.page and rule.page not in pages:
            yield f"{rule.key}: there is no page {rule.page[:80]}"
    for finding in reading.findings:
        if finding.nature not in NATURES:
            yield f"{finding.key}: nothing is of the nature {finding.nature[:40]}"
        if finding.nature == "contradiction" and len(finding.sides) < 2:
            yield f"{finding.key}: one statement alone contradicts nothing"
        yield from (f"{finding.key}: there is no {name[:40]}" for name in finding.sentences if name not in sentences)
        yield from (f"{finding.key}: there is no {one[:80]}" for one in finding.records if one not in handles)
