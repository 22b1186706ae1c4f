"""What rooms above put on the page of any record: steps that can be taken there, and sections of their own.

A room registers from `AppConfig.ready`; the shell knows none of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from comity.labels.domain import Label
from comity.labels.subject import Subject
from comity.records.kinds import Kind
from comity.records.models import Record


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be done now: words and where."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page, and the labels of the records that it shows: they count for the marking of the page."""

    html: Markup
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """What one room has to offer on the page of a record, to one who may read it."""

    steps: Callable[[Record, Kind, Subject], Iterable[Step]]
    sections: Callable[[Record, Kind, Subject], Iterable[Section]]


_all: list[Beside] = []


def register(one: Beside) -> None:
    """Ask this room too; registering it again changes nothing."""
    if one not in _all:
        _all.append(one)


def steps(record: Record, kind: Kind, subject: Subject) -> list[Step]:
    """The steps of every room."""
    return [step for one in _all for step in one.steps(record, kind, subject)]


def sections(record: Record, kind: Kind, subject: Subject) -> list[Section]:
    """The sections of every room."""
    return [section for one in _all for section in one.sections(record, kind, subject)]
