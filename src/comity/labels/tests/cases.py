"""Allowed cases: whoever breaks one thing in them knows what was broken.

hypothesis draws one number for each case and the case is made from it. That gives up shrinking, which says little where
a failing case prints itself whole, and is ten times as fast as drawing every set, which a mutation run needs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st

from comity.kernel.ids import PartyId
from comity.labels.domain import Audience, Label
from comity.labels.scale import PARTNERSHIP, SYNTHETIC, USE_CAVEATS, Classification, Tlp
from comity.labels.subject import READING_ROLES, Clearance, Role, Subject

T = TypeVar("T")
Levels = Sequence[Classification]
ALL_LEVELS: Levels = tuple(Classification)
ABOVE_LOWEST: Levels = ALL_LEVELS[1:]
BELOW_CONFIDENTIAL: Levels = tuple(level for level in Classification if level < Classification.CONFIDENTIAL)
FROM_CONFIDENTIAL: Levels = tuple(level for level in Classification if level >= Classification.CONFIDENTIAL)

PARTIES = [PartyId(letter * 51 + "a") for letter in "bcdefg"]
OUTSIDER = PartyId("z" * 51 + "q")
KINDS = ["people.person/1", "programme.objective/1"]


def _subsets(things: Sequence[T], smallest: int = 0, largest: int | None = None) -> list[frozenset[T]]:
    sizes = range(smallest, (len(things) if largest is None else largest) + 1)
    return [frozenset(some) for size in sizes for some in combinations(things, size)]


GROUPS = _subsets(["logistics", "cyber", "planning", "legal"])
CAVEATS = _subsets(["PERSONAL", "SOURCE", *sorted(USE_CAVEATS)])
ROLES = _subsets(list(Role), largest=2)
SOME_PARTIES = _subsets(PARTIES, 1)


def _at_least(level: Classification) -> list[Classification]:
    return [other for other in Classification if other >= level]


def _label(pick: Random, levels: Levels = ALL_LEVELS, grouped: bool | None = None) -> Label:
    grouped = pick.random() < 0.5 if grouped is None else grouped
    tlp = pick.choice([None, *(mark for mark in Tlp if grouped or mark != Tlp.RED)])
    return Label(
        policy=pick.choice([PARTNERSHIP, SYNTHETIC]),
        classification=pick.choice(levels),
        releasable_to=frozenset({pick.choice(PARTIES)}) if tlp == Tlp.AMBER_STRICT else pick.choice(SOME_PARTIES),
        groups=pick.choice(GROUPS[1:]) if grouped else frozenset(),
        tlp=tlp,
        caveats=pick.choice(CAVEATS),
    )


def _reader(pick: Random, label: Label, account: str = "reader") -> Subject:
    """Somebody who may read `label`, with another clearance, groups, caveats and roles that do not matter."""
    elsewhere = SYNTHETIC if label.policy == PARTNERSHIP else PARTNERSHIP
    needed = frozenset({pick.choice(sorted(label.groups))}) if label.groups else frozenset[str]()
    return Subject(
        party=pick.choice(sorted(label.releasable_to)),
        account=account,
        roles=pick.choice(ROLES) | {pick.choice(sorted(READING_ROLES))},
        clearances=frozenset(
            {
                Clearance(label.policy, pick.choice(_at_least(label.classification))),
                Clearance(elsewhere, pick.choice(ALL_LEVELS)),
            }
        ),
        caveats=label.caveats | pick.choice(CAVEATS),
        groups=needed | pick.choice(GROUPS),
    )


@dataclass(frozen=True)
class Reading:
    """Somebody and what they may read."""

    subject: Subject
    label: Label


@dataclass(frozen=True)
class Release:
    """A release that is allowed, as the arguments of `may_release`."""

    releaser: Subject
    label: Label
    owner: PartyId
    kind: str
    audience: Audience
    names_person: bool
    legally_reviewed: bool
    origins_agreed: bool
    second_person: Subject | None

    def but(self, **changes: Any) -> "Release":
        return replace(self, **changes)

    def but_label(self, **changes: Any) -> "Release":
        return replace(self, label=replace(self.label, **changes))

    def but_audience(self, **changes: Any) -> "Release":
        return replace(self, audience=replace(self.audience, **changes))

    def but_releaser(self, **changes: Any) -> "Release":
        return replace(self, releaser=replace(self.releaser, **changes))

    def but_second(self, **changes: Any) -> "Release":
        assert self.second_person is not None
        return replace(self, second_person=replace(self.second_person, **changes))


def _release(pick: Random, levels: Levels, grouped: bool | None, named: bool | None) -> Release:
    label = _label(pick, levels, grouped)
    named = pick.random() < 0.5 if named is None else named
    if named:
        label = replace(label, caveats=label.caveats | {pick.choice(sorted(USE_CAVEATS))})
    releaser, second = _reader(pick, label, "releaser"), _reader(pick, label, "second")
    officer = frozenset({Role.RELEASE_OFFICER})
    needs_second = label.classification >= Classification.CONFIDENTIAL
    return Release(
        releaser=replace(releaser, roles=releaser.roles | officer),
        label=label,
        owner=releaser.party,
        kind=pick.choice(KINDS),
        audience=Audience(
            members=pick.choice(_subsets(sorted(label.releasable_to), 1)),
            ceiling={label.policy: pick.choice(_at_least(label.classification))},
            kinds=frozenset(KINDS),
            groups=label.groups | pick.choice(GROUPS),
            caveats=label.caveats | pick.choice(CAVEATS),
            tlp=pick.choice([mark for mark in Tlp if not label.tlp or mark.narrowness >= label.tlp.narrowness]),
        ),
        names_person=named,
        legally_reviewed=named or pick.random() < 0.5,
        origins_agreed=True,
        second_person=replace(second, party=releaser.party, roles=second.roles | officer)
        if needs_second or pick.random() < 0.5
        else None,
    )


def _made(make: Callable[[Random], T]) -> st.SearchStrategy[T]:
    return st.integers(0, 2**48).map(lambda seed: make(Random(seed)))


def labels(levels: Levels = ALL_LEVELS, grouped: bool | None = None) -> st.SearchStrategy[Label]:
    """Any label with a classification among `levels`; with need-to-know groups, without, or either."""
    return _made(lambda pick: _label(pick, levels, grouped))


def readings(levels: Levels = ALL_LEVELS, grouped: bool | None = None) -> st.SearchStrategy[Reading]:
    """Somebody and a label that they may read."""

    def make(pick: Random) -> Reading:
        label = _label(pick, levels, grouped)
        return Reading(_reader(pick, label), label)

    return _made(make)


def releases(
    levels: Levels = ALL_LEVELS, grouped: bool | None = None, named: bool | None = None
) -> st.SearchStrategy[Release]:
    """A release that is allowed; of something that names a person, that does not, or either."""
    return _made(lambda pick: _release(pick, levels, grouped, named))
