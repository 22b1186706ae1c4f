"""The registry of kinds. History, search, forms, import, rebuild and receipt learn of a kind from here alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from comity.kernel.errors import DomainError
from comity.kernel.text import N_
from comity.labels.subject import Role, Subject
from comity.records.models import Record, RecordRow
from comity.records.rules import Batch, Entry

Body = Mapping[str, Any]


class UnknownKind(DomainError):
    """No part of this node reads records of this kind."""

    message = N_("This node does not know the kind of record “%(kind)s”.")


@dataclass(frozen=True, slots=True)
class Words:
    """What a field is called, and what helps a person to fill it; both message ids."""

    label: str
    hint: str = ""


def _as_given(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """A kind whose fields say everything themselves."""
    return fields


def _all_fit(_fixed: Mapping[str, Record]) -> frozenset[str]:
    """A kind whose fields do not depend on what it is entered under."""
    return frozenset()


def agrees_to_nothing(_body: Body) -> bool | None:
    """A kind that gives nobody's agreement."""
    return None


def _accept(entry: Entry) -> None:
    """A kind without rules of its own."""


def _nothing_more(_entry: Entry) -> Mapping[str, Any]:
    """A kind of which people say everything."""
    return {}


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of record, and the number of its meaning (`name` = "programme.objective/1")."""

    name: str
    model: type[RecordRow]
    singular: str
    plural: str
    title: Callable[[Body, str], str]  # (body, language) → one line
    fields: Mapping[str, Words]  # in the order of the form and of the page
    roles: frozenset[Role]  # who may enter one
    refs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # which kinds a ref may name
    choices: Mapping[str, Callable[[], Iterable[tuple[str, str]]]] = field(default_factory=dict)  # codes and words
    form_fields: Mapping[str, Callable[[], Any]] = field(default_factory=dict)  # where the column alone does not say
    check: Callable[[Entry], None] = _accept  # raises the refusal
    batch: Callable[[Subject], Batch] | None = None  # the same rules over many entries, with what they need loaded once
    complete: Callable[[Mapping[str, Any]], Mapping[str, Any]] = _as_given  # fills in what follows from other fields
    unfit: Callable[[Mapping[str, Record]], frozenset[str]] = _all_fit  # fields that have no place then
    unasked: frozenset[str] = frozenset()  # fields that no form asks for
    stamp: Callable[[Entry], Mapping[str, Any]] = _nothing_more  # what they hold: from what stands when it is written
    wording: tuple[str, ...] = ()  # the fields that another party's word is for; none named: all but the remark
    holds_label: bool = True  # what it is about keeps its marking, while this carries it along
    responds: bool = False  # what a party says about a record of another: offered as a response, listed as one
    opened_at: str = ""  # the address where one is entered, where a form of its fields alone cannot be
    page: str = "shell:record"  # the address of its page, by url name
    label_from: str = ""  # the ref whose label it carries (a measurement carries its indicator's)
    required: frozenset[str] = frozenset()
    parent: str = ""  # the ref under which it is listed and from whose page it is entered
    listed: tuple[str, ...] = ()  # the columns of its list; none named: what is short enough for one
    append_only: bool = False  # a correction is a new record that supersedes
    names_people: bool = False  # holds a personal name; its form says who will see it
    named_files: frozenset[str] = frozenset()  # fields that hold the digest of a stored file
    natural: tuple[str, ...] = ()  # the fields by which a person tells one from another of the same owner
    in_sheets: bool = True  # whether many may be entered at once, from a spreadsheet
    # Whether its party agrees to what its parent says, and that it is passed on; None: it says nothing of that.
    agrees: Callable[[Body], bool | None] = agrees_to_nothing
    earlier: tuple[str, ...] = ()  # names of older meanings, whose bodies fit this table too and are read as they came
    by_hand: bool = False  # each release of one is a person's own decision: no standing rule carries it

    @property
    def code(self) -> str:
        """The name without its number, for addresses: "programme.objective"."""
        return self.name.partition("/")[0]

    @property
    def worded(self) -> tuple[str, ...]:
        """The fields that make up what another party concurs with."""
        return self.wording or tuple(name for name in self.fields if name != "note")

    @property
    def number(self) -> int:
        """The number of its meaning."""
        return int(self.name.partition("/")[2])


_kinds: dict[str, Kind] = {}
_earlier: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known; called once by each domain's AppConfig.ready."""
    for kind in kinds:
        _kinds[kind.name] = kind
        _earlier.update(dict.fromkeys(kind.earlier, kind))


def kind_named(name: str) -> Kind:
    """The kind of this full name, or the one that reads that older meaning too; else `UnknownKind`."""
    try:
        return _kinds.get(name) or _earlier[name]
    except KeyError:
        raise UnknownKind(kind=name) from None


def kind_coded(code: str) -> Kind:
    """The newest kind with this code ("programme.objective"), or `UnknownKind`."""
    known = [kind for kind in _kinds.values() if kind.code == code]
    if not known:
        raise UnknownKind(kind=code)
    return max(known, key=lambda kind: kind.number)


def kind_of(model: type[RecordRow]) -> Kind:
    """The kind whose rows `model` holds."""
    return next(kind for kind in _kinds.values() if kind.model is model)


def all_kinds() -> tuple[Kind, ...]:
    """Every kind this node reads, in order of registration."""
    return tuple(_kinds.values())
