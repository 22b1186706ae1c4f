"""Labels, and the two questions a label answers: who may read, and may this be released there. No Django.

A label is a marking: which policy it is written under, how classified, to which parties it may go, who among their
people needs to know, TLP, and caveats. `Label` refuses to exist in a form nobody could honour, so whoever holds one
need not check it.

`may_read` and `refusals`, of which `misfits` is a part, are the whole of the policy; `may_release` says that there are
none. Each is a row of checks, one a line, all of which must be passed: a reader can count them, and a mutation run
removes each in turn and expects a test to fail.
"""

# The row of refusals is the point: folding the last one into a return, or a part into a function, hides what is asked.
# ruff: noqa: SIM103

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.labels.scale import POLICIES, USE_CAVEATS, Classification, Tlp
from comity.labels.subject import READING_ROLES, Role, Subject

__all__ = [
    "Audience",
    "BadLabel",
    "Classification",
    "Label",
    "Refusal",
    "Tlp",
    "may_read",
    "may_release",
    "misfits",
    "refusals",
]


class BadLabel(DomainError):
    """A marking that cannot be honoured, or is not understood."""

    message = N_("This marking cannot be used.")


class UnknownPolicy(BadLabel):
    message = N_("The security policy “%(policy)s” is not known here.")


class NobodyMayRead(BadLabel):
    message = N_("A marking names at least one party that it may be released to.")


class RedNeedsGroup(BadLabel):
    message = N_("TLP:RED is for named recipients: choose a need-to-know group.")


class StrictNamesOneParty(BadLabel):
    message = N_("TLP:AMBER+STRICT stays within one party: name that party only.")


@dataclass(frozen=True, slots=True)
class Label:
    """One distinct marking. Equal labels are equal in every respect, whatever order they were written in.

    `groups`: of these need-to-know groups a reader must be in at least one; empty: no group is needed.
    `caveats`: a reader must hold all of them.
    `exchange_never`: for a successor's eyes; no release, standing or otherwise, can carry it to another party.
    """

    policy: str
    classification: Classification
    releasable_to: frozenset[PartyId]
    groups: frozenset[str] = frozenset()
    tlp: Tlp | None = None
    caveats: frozenset[str] = frozenset()
    exchange_never: bool = False

    def __post_init__(self) -> None:
        require(self.policy in POLICIES, UnknownPolicy(policy=self.policy))
        require(self.releasable_to, NobodyMayRead)
        require(self.tlp != Tlp.RED or self.groups, RedNeedsGroup)
        require(self.tlp != Tlp.AMBER_STRICT or len(self.releasable_to) == 1, StrictNamesOneParty)

    def json(self) -> dict[str, Any]:
        """The canonical form: every field, sets as sorted lists. The same marking gives the same bytes."""
        return {
            "policy": self.policy,
            "classification": self.classification.name,
            "releasable_to": sorted(self.releasable_to),
            "groups": sorted(self.groups),
            "tlp": None if self.tlp is None else self.tlp.value,
            "caveats": sorted(self.caveats),
            "exchange_never": self.exchange_never,
        }

    @classmethod
    def of(cls, body: object) -> Self:
        """Read what `json` wrote; `groups`, `tlp`, `caveats` and `exchange_never` may be left out.

        Raises:
            BadLabel: anything that is not understood, an unknown field included: it might narrow the marking.
        """
        if not isinstance(body, dict) or set(body) - _FIELDS:
            raise BadLabel
        try:
            return cls(
                policy=_text(body["policy"]),
                classification=Classification[_text(body["classification"])],
                releasable_to=frozenset(PartyId(party) for party in _texts(body["releasable_to"])),
                groups=_texts(body.get("groups", [])),
                tlp=None if body.get("tlp") is None else Tlp(_text(body["tlp"])),
                caveats=_texts(body.get("caveats", [])),
                exchange_never=_truth(body.get("exchange_never", False)),
            )
        except (KeyError, ValueError) as unreadable:
            raise BadLabel from unreadable


_FIELDS = frozenset({"policy", "classification", "releasable_to", "groups", "tlp", "caveats", "exchange_never"})


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise BadLabel
    return value


def _texts(value: object) -> frozenset[str]:
    if not isinstance(value, list):
        raise BadLabel
    return frozenset(_text(each) for each in value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise BadLabel
    return value


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would receive a release, and what may be put before them: a channel, seen by the policy.

    `ceiling`: the highest classification allowed, per policy; a policy not in it is not allowed at all.
    `groups`, `caveats`: those whose meaning every member has undertaken to honour.
    `tlp`: the narrowest TLP mark allowed; None: nothing that carries one.
    """

    members: frozenset[PartyId]
    ceiling: Mapping[str, Classification]
    kinds: frozenset[str]
    groups: frozenset[str] = frozenset()
    caveats: frozenset[str] = frozenset()
    tlp: Tlp | None = None


def may_read(subject: Subject, label: Label) -> bool:
    """Whether `subject` may be shown what carries `label`. A clearance is not enough, and neither is a need to know."""
    if subject.party not in label.releasable_to:
        return False
    if not _cleared(subject, label):
        return False
    if label.groups and not label.groups & subject.groups:
        return False
    if not label.caveats <= subject.caveats:
        return False
    if not subject.roles & READING_ROLES:
        return False
    return True


def admits_more(label: Label, before: Label) -> bool:
    """Whether somebody could have what is marked `label` that could not while it was marked `before`.

    What cannot be compared (another policy, other groups) counts as more: nothing is opened by accident.
    """
    narrower_tlp = before.tlp is None or (label.tlp is not None and label.tlp.narrowness >= before.tlp.narrowness)
    return not (
        label.policy == before.policy
        and label.classification >= before.classification
        and label.releasable_to <= before.releasable_to
        and (label.groups == before.groups or not before.groups)
        and narrower_tlp
        and label.caveats >= before.caveats
        and (label.exchange_never or not before.exchange_never)
    )


def _cleared(subject: Subject, label: Label) -> bool:
    return any(
        held.policy == label.policy and held.classification >= label.classification for held in subject.clearances
    )


class Refusal(StrEnum):
    """Why something may not be released; one for each rule, in the order in which they are asked."""

    NO_RELEASE_OFFICER = "no_release_officer"
    NOT_READ = "not_read"
    NOT_THE_OWNER = "not_the_owner"
    NEVER_EXCHANGED = "never_exchanged"
    NOBODY_THERE = "nobody_there"
    MEMBER_NOT_NAMED = "member_not_named"
    POLICY_NOT_CARRIED = "policy_not_carried"
    OVER_CEILING = "over_ceiling"
    GROUP_NOT_KEPT = "group_not_kept"
    CAVEAT_NOT_HONOURED = "caveat_not_honoured"
    TLP_TOO_NARROW = "tlp_too_narrow"
    KIND_NOT_CARRIED = "kind_not_carried"
    PERSON_NOT_REVIEWED = "person_not_reviewed"
    PERSON_WITHOUT_CAVEAT = "person_without_caveat"
    ORIGIN_NOT_AGREED = "origin_not_agreed"
    NO_SECOND_PERSON = "no_second_person"


def refusals(
    releaser: Subject,
    label: Label,
    *,
    owner: PartyId,
    kind: str,
    audience: Audience,
    names_person: bool,
    legally_reviewed: bool,
    origins_agreed: bool,
    second_person: Subject | None,
) -> list[Refusal]:
    """What keeps `releaser` from putting a record of `owner`, of `kind`, marked `label`, before `audience`.

    Empty when nothing does. `names_person`: a named individual can be told from it. `origins_agreed`: every party it
    quotes has agreed (also true when it quotes none). `second_person`: another release officer of the same party who
    saw the same, asked for from CONFIDENTIAL up.
    """
    found: list[Refusal] = []
    if Role.RELEASE_OFFICER not in releaser.roles:
        found.append(Refusal.NO_RELEASE_OFFICER)
    if not may_read(releaser, label):
        found.append(Refusal.NOT_READ)
    if owner != releaser.party:
        found.append(Refusal.NOT_THE_OWNER)
    found += misfits(label, kind=kind, audience=audience)
    if names_person and not legally_reviewed:
        found.append(Refusal.PERSON_NOT_REVIEWED)
    if names_person and not label.caveats & USE_CAVEATS:
        found.append(Refusal.PERSON_WITHOUT_CAVEAT)
    if not origins_agreed:
        found.append(Refusal.ORIGIN_NOT_AGREED)
    if label.classification >= Classification.CONFIDENTIAL and not _seconded(releaser, second_person, label):
        found.append(Refusal.NO_SECOND_PERSON)
    return found


def misfits(label: Label, *, kind: str, audience: Audience) -> list[Refusal]:
    """What of a marking and a kind cannot be put before `audience`, whoever releases it.

    The part of `refusals` that a process which knows no persons can ask again of the bytes: the signer does.
    """
    found: list[Refusal] = []
    if label.exchange_never:
        found.append(Refusal.NEVER_EXCHANGED)
    if not audience.members:
        found.append(Refusal.NOBODY_THERE)
    if not audience.members <= label.releasable_to:
        found.append(Refusal.MEMBER_NOT_NAMED)
    if label.policy not in audience.ceiling:
        found.append(Refusal.POLICY_NOT_CARRIED)
    elif label.classification > audience.ceiling[label.policy]:
        found.append(Refusal.OVER_CEILING)
    if not label.groups <= audience.groups:
        found.append(Refusal.GROUP_NOT_KEPT)
    if not label.caveats <= audience.caveats:
        found.append(Refusal.CAVEAT_NOT_HONOURED)
    if not _within_tlp(label.tlp, audience.tlp):
        found.append(Refusal.TLP_TOO_NARROW)
    if kind not in audience.kinds:
        found.append(Refusal.KIND_NOT_CARRIED)
    return found


def may_release(
    releaser: Subject,
    label: Label,
    *,
    owner: PartyId,
    kind: str,
    audience: Audience,
    names_person: bool,
    legally_reviewed: bool,
    origins_agreed: bool,
    second_person: Subject | None,
) -> bool:
    """Whether nothing is in `refusals` of the same."""
    return not refusals(
        releaser,
        label,
        owner=owner,
        kind=kind,
        audience=audience,
        names_person=names_person,
        legally_reviewed=legally_reviewed,
        origins_agreed=origins_agreed,
        second_person=second_person,
    )


def _within_tlp(mark: Tlp | None, ceiling: Tlp | None) -> bool:
    if mark is None:
        return True
    if ceiling is None:
        return False
    return mark.narrowness <= ceiling.narrowness


def _seconded(releaser: Subject, second: Subject | None, label: Label) -> bool:
    if second is None:
        return False
    if second.account == releaser.account:
        return False
    if second.party != releaser.party:
        return False
    if Role.RELEASE_OFFICER not in second.roles:
        return False
    if not may_read(second, label):
        return False
    return True
