"""Everything that can be asked of the node, made from its URL configuration: each address with each record's id in it.

An address with a part that nothing here knows how to fill fails the crawl: whoever adds one says here what to ask it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from comity.records.kinds import all_kinds
from tests.leaks.beside import STRANGER
from tests.leaks.canaries import ARABIC, NUMBER, WORD
from tests.leaks.dataset import Dataset, Planted
from tests.leaks.markings import SHARED

SMALL = 12
ABSENT = "00000000-0000-7000-8000-000000000000"
"""The number of a record that no party has."""

Parts = dict[str, str]


@dataclass(frozen=True)
class Ask:
    """One request. `names` is the record that it is about.

    `swap` is what names it, and what names nothing in its place; where it is empty, the slug does.
    """

    pattern: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    method: str = "GET"
    sent: tuple[tuple[str, str], ...] = ()
    names: Planted | None = None
    swap: tuple[str, str] = ("", "")
    like: str = ""  # what else makes it one of a group
    misplaced: bool = False  # asked where what it names has no place, and so is nothing to anybody
    file: str = ""  # the text of a sheet that is uploaded, checked and applied

    @property
    def of_kind(self) -> bool:
        """Whether this is the page on which all of a readable record is shown: it differs from kind to kind."""
        one = self.names
        return one is not None and one.markings[-1] == SHARED and not one.purged and self.pattern == one.kind.page

    @property
    def group(self) -> tuple[str, ...]:
        """What this request is an example of; who asks one of each group asks everything once."""
        named = () if self.names is None else (self.names.way, self.names.kind.code if self.of_kind else "")
        return (self.method, self.pattern, self.like, *(name for name, _value in self.query), *named)

    def __str__(self) -> str:
        return f"{self.method} {self.address}" + (f" with {dict(self.sent)}" if self.sent else "")

    @property
    def address(self) -> str:
        return self.path + (f"?{urlencode(self.query)}" if self.query else "")

    @property
    def absent(self) -> "Ask":
        """The same about a record of the same party that does not exist."""
        assert self.names is not None
        hidden, nothing = self.swap if self.swap[0] else (self.names.slug, absent(self.names))

        def swapped(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
            return tuple((name, nothing if value == hidden else value) for name, value in pairs)

        path = self.path.replace(hidden, nothing) if len(hidden) > 36 else self.path
        return replace(
            self,
            path=path,
            query=swapped(self.query),
            sent=swapped(self.sent),
            file=self.file.replace(hidden, nothing),
            names=None,
            swap=("", ""),
            misplaced=False,
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """What stands for the record in this request and in the absent one."""
        assert self.names is not None
        return (*self.swap, absent(self.names), ABSENT, self.names.slug, str(self.names.record.uuid))


def absent(one: Planted) -> str:
    return f"{one.slug[:8]}-{ABSENT}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One address of the URL configuration, and the names of its parts."""

    name: str
    parts: tuple[str, ...]


def patterns(
    resolver: URLResolver | None = None, namespace: str = "", above: tuple[str, ...] = ()
) -> Iterator[Pattern]:
    """Every address that the node knows. One without a name cannot be asked for, and fails."""
    for entry in (resolver or get_resolver()).url_patterns:
        parts = (*above, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, parts)
        elif isinstance(entry, URLPattern):
            assert entry.name, f"the address {entry.pattern} has no name to ask for it by"
            yield Pattern(namespace + entry.name, parts)


# What stands in the part of an address, by its name (or by page and name): a slug is filled in for each record.
FILL: Mapping[str, Callable[[Dataset], Iterable[str]]] = {
    "number": lambda _data: ("1", "2", "3"),
    "reports:report number": lambda _data: ("open1", "open2", "closed1", "closed2", "nothing"),
    "reports:report-export number": lambda _data: ("open1", "open2", "closed1"),
    "field": lambda _data: sorted({name for kind in all_kinds() for name in kind.named_files} | {"note"}),
    "account": lambda data: (*data.beside["account"], ABSENT),
    "act": lambda _data: ("close", "open", "nothing"),
    "channel": lambda data: (*data.beside["channel"], "a" * 52),
    "release": lambda data: (*data.beside["release"], "0"),
    "rule": lambda data: (*data.beside["rule"], "0"),
    "party": lambda data: (STRANGER, data.ids["italy"], "nothing"),
    "feed": lambda _data: ("1", "0"),
    "checkpoint": lambda _data: ("1", "0"),
    "ending": lambda _data: ("refuse", "leave", "remove", "nothing"),
    "joining": lambda data: (*data.beside["joining"], "0"),
    "group": lambda data: (*data.beside["group"], "0"),
    "invitation": lambda data: (*data.beside["invitation"], "0"),
    "uuid": lambda data: (*data.beside["draft"], ABSENT),
    "secret": lambda _data: ("nothing",),
    "session": lambda _data: ("1",),
    "pk": lambda _data: ("1",),
    "index": lambda data: (str(index) for index in range(data.log_size + 1)),
    "form": lambda _data: ("csv", "xlsx", "nothing"),
    "code": lambda _data: (kind.code for kind in all_kinds()),
}


def every(data: Dataset) -> Iterator[Ask]:
    """Each address, filled with everything there is; then what forms and lists can be asked besides."""
    for pattern in patterns():
        yield from _filled(data, pattern)
    yield from _forms_under(data)
    yield from _misplaced(data)
    yield from _searches(data)
    yield from _releases(data)
    yield from (Ask("desk:log", reverse("desk:log"), (("before", str(i)),)) for i in range(0, data.log_size + 40, 40))


def _filled(data: Dataset, pattern: Pattern) -> Iterator[Ask]:
    unknown = set(pattern.parts) - {"slug", *FILL}
    assert not unknown, f"{pattern.name}: say in FILL how to fill {', '.join(sorted(unknown))}"
    for parts in _combined(data, pattern.name, [part for part in pattern.parts if part != "slug"]):
        if "slug" not in pattern.parts:
            yield Ask(pattern.name, reverse(pattern.name, kwargs=parts), like=_like(data, parts))
            continue
        for one in data.planted:
            if _has_place(pattern.name, one):
                path, no_file = reverse(pattern.name, kwargs={"slug": one.slug, **parts}), _is_no_file(one, parts)
                yield Ask(pattern.name, path, names=one, misplaced=no_file)


def _is_no_file(one: Planted, parts: Parts) -> bool:
    return parts.get("field", "") not in ("", *one.kind.named_files)


def _like(data: Dataset, parts: dict[str, Any]) -> str:
    """Entries of the log differ by how hidden what they tell of is; kinds differ."""
    if "index" in parts:
        one = data.logged.get(parts["index"])
        return f"{one.way} by {one.owner}" if one else "no record"
    return str(parts.get("form") or parts.get("code", ""))


def _has_place(name: str, one: Planted) -> bool:
    """A page of one kind is asked for records of that kind, and for one of each other: it is nothing there to any."""
    of = {kind.page for kind in all_kinds()} - {"shell:record"}
    return name not in of or one.kind.page == name or one.way == "shared"


def _combined(data: Dataset, page: str, names: list[str]) -> Iterator[dict[str, Any]]:
    if not names:
        yield {}
        return
    for value in FILL.get(f"{page} {names[0]}", FILL[names[0]])(data):
        for rest in _combined(data, page, names[1:]):
            yield {names[0]: int(value) if value.isdigit() else value, **rest}


def _forms_under(data: Dataset) -> Iterator[Ask]:
    """Of each kind the form, opened from each record that it may stand under or correct; its list narrowed to each."""
    for kind in all_kinds():
        path = reverse("shell:enter", args=[kind.code])
        above = kind.refs.get(kind.parent, ()) or ("programme.objective",)
        for one in data.planted:
            if kind.parent and one.kind.code in above:
                yield Ask("shell:enter", path, (("about", one.slug),), names=one)
            if kind.append_only and one.kind is kind:
                yield Ask("shell:enter", path, (("corrects", one.slug),), names=one)
            for name, codes in kind.refs.items():
                if one.kind.code in (codes or ("programme.objective",)):
                    yield Ask("shell:list", reverse("shell:list", args=[kind.code]), ((name, one.slug),), names=one)


def _releases(data: Dataset) -> Iterator[Ask]:
    """Each record as somebody would release it, before and after a channel was chosen; and what could go there."""
    path = reverse("federation:release")
    for one in data.planted:
        yield Ask("federation:release", path, (("record", one.slug),), names=one)
        for channel in data.beside["channel"]:
            yield Ask("federation:release", path, (("record", one.slug), ("channel", channel)), names=one, like=channel)
    for channel in data.beside["channel"]:
        for kind in all_kinds():
            query = (("channel", channel), ("kind", kind.name))
            yield Ask("federation:release", path, query, like=f"{channel} {kind.code}")


def _misplaced(data: Dataset) -> Iterator[Ask]:
    """Forms opened from a record that all may read, and under which theirs has no place."""
    for kind in all_kinds():
        path = reverse("shell:enter", args=[kind.code])
        one = data.trunk(kind.code)
        if not kind.append_only:
            yield Ask("shell:enter", path, (("corrects", one.slug),), names=one, like="misplaced", misplaced=True)
        if codes := kind.refs.get(kind.parent):
            other = data.trunk(next(other.code for other in all_kinds() if other.code not in codes))
            yield Ask("shell:enter", path, (("about", other.slug),), names=other, like="misplaced", misplaced=True)


def _searches(data: Dataset) -> Iterator[Ask]:
    """What all canaries begin with, of every kind; and each record's own words, as people spell them."""
    for words in (WORD, ARABIC, NUMBER, "193", "194", f"{WORD} {ARABIC}"):
        yield Ask("desk:search", reverse("desk:search"), (("q", words),), like=words)
        for kind in all_kinds():
            yield Ask("desk:search", reverse("desk:search"), (("q", words), ("kind", kind.code)), like=words)
    for kind in all_kinds():
        for name, args in (("shell:list", [kind.code]), ("shell:list-export", [kind.code, "csv"])):
            yield Ask(name, reverse(name, args=args), (("q", WORD),))
    for one in data.planted:
        for words in spellings(data, one):
            yield Ask("desk:search", reverse("desk:search"), (("q", words),), like=one.way)


def spellings(data: Dataset, one: Planted) -> Iterator[str]:
    """The first English and the first Arabic word of a record, in other letters, longer and cut off."""
    first = one.revision(1)
    tokens = data.canaries.of_revision.get(first, [])
    english = next((token for token in tokens if token.startswith(WORD)), None)
    arabic = next((token for token in tokens if token.startswith(ARABIC)), None)
    if english:
        yield from (english.upper(), english[:14])
    if arabic:
        yield from (f"ال{arabic}", "ـ".join(arabic), arabic[:10])


def one_of_each(asked: Iterable[Ask], turn: int, share: int = 1) -> list[Ask]:
    """One request of each group, another one at another `turn`; of so many groups as `share` says, one only.

    What names no record is asked always, unless the share is small.
    """
    groups: dict[tuple[str, ...], list[Ask]] = {}
    for ask in asked:
        groups.setdefault(ask.group, []).append(ask)
    chosen = [several[turn % len(several)] for several in groups.values()]
    is_whole = share < SMALL
    return [a for at, a in enumerate(chosen) if (is_whole and a.names is None) or at % share == turn % share]
