"""Between the tables of a data file and the facts of `domain`: the same shape in files, in the database and here.

Every input is hostile. What has not this shape is refused with the place and the reason, before any rule looks at it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

from comity.kernel.errors import DomainError
from comity.kernel.text import N_, NotText, Text
from comity.labels.grading import Reliability
from comity.reports.domain import Finding, Reading, Report, Rule, Sentence

LONGEST, MOST = 2_000, 2_000
_COUNTED = {"paragraphs": "paragraphs", "sentences": "total"}  # as a file calls them, and as a report does
T = TypeVar("T")

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


class Unreadable(DomainError):
    """The account of the texts has not the shape it should have."""

    message = N_("%(where)s: %(reason)s")


class _Table:
    """One table of a file: takes its fields out one by one, each with its shape, and knows what is left."""

    def __init__(self, where: str, table: Mapping[str, Any]) -> None:
        self._where = where
        self._left = dict(table)

    def bad(self, reason: str) -> Unreadable:
        return Unreadable(where=self._where, reason=reason)

    def _take(self, name: str, is_one: Callable[[Any], bool], what: str, default: Any) -> Any:
        value = self._left.pop(name, default)
        if not is_one(value):
            raise self.bad(f"{name} is {what}")
        return value

    def name(self, name: str, default: Any = None) -> str:
        """A code, handle or number."""
        value: str = self._take(name, _is_name, "a short text", default)
        return value

    def names(self, name: str) -> tuple[str, ...]:
        return tuple(self._take(name, _are_names, "a list of short texts", []))

    def sides(self, name: str) -> tuple[tuple[str, ...], ...]:
        are = self._take(name, lambda v: isinstance(v, list) and all(map(_are_names, v)), "a list of lists", [])
        return tuple(tuple(side) for side in are)

    def count(self, name: str) -> int:
        value: int = self._take(name, lambda v: type(v) is int and 0 <= v <= MOST, f"a number up to {MOST}", None)
        return value

    def words(self, name: str) -> Mapping[str, Any]:
        value: Mapping[str, Any] = self._take(name, _is_text, "a text in both languages of reasonable length", None)
        return value

    def end(self) -> None:
        if self._left:
            raise self.bad(f"nothing is called {', '.join(sorted(self._left))[:80]} here")


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 160 and "\x00" not in value


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_is_name, value))


def _is_text(value: Any) -> bool:
    try:
        text = Text.of(value)
    except NotText:
        return False
    return all(text.versions.get(language, "").strip() for language in ("en", "ar")) and all(
        len(words) <= LONGEST and "\x00" not in words for words in text.versions.values()
    )


def reading_of(counting: Any, tables: Tables) -> Reading:
    """The account that a directory gives, its texts in the form records hold. Raises Unreadable."""
    if sum(map(len, tables.values())) > MOST:
        raise Unreadable(where="sentence", reason=f"more than {MOST} sentences, rules and findings")
    said: dict[str, list[Sentence]] = {}
    for number, table in enumerate(tables.get("sentence", ()), 1):
        taken = _Table(f"sentence {table.get('number', number)}"[:60], table)
        said.setdefault(taken.name("report"), []).append(_sentence(taken))
    made = tuple(_report(_Table(f"report {t.get('number', '')}"[:40], t), said) for t in tables.get("report", ()))
    if said:
        raise Unreadable(where="sentence", reason=f"there is no report {', '.join(said)[:80]}")
    return Reading(
        counting=_Table("import.toml", {"counting": counting}).words("counting"),
        reports=made,
        rules=tuple(_rule(_Table("rule", table)) for table in tables.get("rule", ())),
        findings=tuple(_finding(_Table("finding", table)) for table in tables.get("finding", ())),
    )


def _sentence(table: _Table) -> Sentence:
    return _ended(
        table,
        Sentence(
            number=table.name("number"),
            mode=table.name("mode"),
            words=table.words("words"),
            speaker=table.name("speaker", ""),
            became=table.names("became"),
            rules=table.names("rules"),
            nothing=table.name("nothing", ""),
            repeats=table.name("repeats", ""),
        ),
    )


def _report(table: _Table, said: dict[str, list[Sentence]]) -> Report:
    number, grade = table.name("number"), table.name("grade")
    if not (number.isascii() and number.isalnum() and len(number) <= 16):
        raise table.bad("number is up to 16 letters and digits")
    if grade not in set(Reliability):
        raise table.bad("grade is a letter from A to F")
    return _ended(
        table,
        Report(
            number=number,
            title=table.words("title"),
            outlet=table.words("outlet"),
            origin=table.name("origin", ""),
            date=table.name("date"),
            tells_of=table.words("tells_of"),
            grade=grade,
            reason=table.words("reason"),
            **{name: table.count(called) for called, name in _COUNTED.items()},
            sentences=tuple(said.pop(number, ())),
        ),
    )


def _rule(table: _Table) -> Rule:
    return _ended(table, Rule(table.name("key"), table.words("title"), table.words("words"), table.name("page", "")))


def _finding(table: _Table) -> Finding:
    return _ended(
        table,
        Finding(
            key=table.name("key"),
            nature=table.name("nature"),
            title=table.words("title"),
            words=table.words("words"),
            sides=table.sides("sides"),
            records=table.names("records"),
        ),
    )


def _ended(table: _Table, made: T) -> T:
    table.end()
    return made


def report_json(report: Report) -> dict[str, Any]:
    """A report as it is stored; what is empty is left out."""
    body = asdict(report)
    body["sentences"] = [{name: v for name, v in one.items() if v} for one in body["sentences"]]
    return body


def report_from(body: Mapping[str, Any]) -> Report:
    """What `report_json` stored."""
    return Report(**{**body, "sentences": tuple(Sentence(**_tuples(one)) for one in body["sentences"])})


def rest_json(reading: Reading) -> dict[str, Any]:
    """Everything of a reading that is of no single text."""
    return {
        "counting": reading.counting,
        "rules": [asdict(rule) for rule in reading.rules],
        "findings": [asdict(finding) for finding in reading.findings],
    }


def reading_from(body: Mapping[str, Any], reports: Sequence[Report]) -> Reading:
    """What `rest_json` stored, with its texts."""
    findings = [{**_tuples(one), "sides": tuple(map(tuple, one["sides"]))} for one in body["findings"]]
    return Reading(
        counting=body["counting"],
        reports=tuple(reports),
        rules=tuple(Rule(**rule) for rule in body["rules"]),
        findings=tuple(Finding(**finding) for finding in findings),
    )


def _tuples(body: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in body.items()}
