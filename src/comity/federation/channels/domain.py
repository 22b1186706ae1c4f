"""What a channel may be, and what it means in plain words. No Django.

A channel belongs to one party for ever, who is in it. Whoever is in it reads all that is said in it: to share with
fewer, one makes another channel. Each change is a next version of its manifest; a closed channel stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from comity.federation.protocol.channel import ChannelManifest
from comity.kernel.errors import DomainError, require
from comity.kernel.ids import PartyId
from comity.kernel.text import N_
from comity.labels.domain import Label
from comity.labels.scale import POLICIES, SYNTHETIC, Classification
from comity.labels.subject import Role
from comity.labels.words import CAVEAT_WORDS, CLASSIFICATION_WORDS

DECIDERS = (Role.RELEASE_OFFICER, Role.LEGAL_ADVISER, Role.SECURITY_OFFICER, Role.CHIEF)
"""Who is shown what the party decided: those who decide, those who confirm, and those who answer for it."""


class NobodyElse(DomainError):
    """A channel with its owner alone in it."""

    message = N_("A channel is for at least one party beside its owner.")


class OwnerLeaves(DomainError):
    """A channel without its owner would be nobody's."""

    message = N_("The owner of a channel stays in it; close the channel instead.")


class NothingCarried(DomainError):
    """A channel that could carry nothing."""

    message = N_("Choose at least one kind of record, and the highest marking that the channel carries.")


class UnknownPolicyCarried(DomainError):
    """A policy this node does not know cannot be weighed against a ceiling."""

    message = N_("The security policy “%(policy)s” is not known here.")


class CarriesAStranger(DomainError):
    """Records of a party that is not in the channel."""

    message = N_("A channel carries records of its members only.")


class Closed(DomainError):
    """Nothing more is said in it, and nothing about it changes."""

    message = N_("This channel is closed.")


class ChangedMeanwhile(DomainError):
    """Somebody made another version of it."""

    message = N_("Somebody changed this channel meanwhile. Nothing was changed; look at it again.")


def check(manifest: ChannelManifest) -> None:
    """Refuse a channel that makes no sense; raises the errors above."""
    require(manifest.owner in manifest.members, OwnerLeaves(field="members"))
    require(len(manifest.members) > 1, NobodyElse(field="members"))
    require(manifest.kinds and manifest.ceiling, NothingCarried(field="kinds"))
    for policy in sorted(manifest.ceiling.keys() - POLICIES):
        raise UnknownPolicyCarried(field="ceiling", policy=policy)
    require(manifest.carries <= manifest.members, CarriesAStranger(field="carries"))


def markings(manifest: ChannelManifest) -> Iterator[Label]:
    """Markings under which something can be released here: for just its members, at each level.

    Those of the partnership also with each caveat of the channel, for what names a person; generated data name nobody.
    """
    single = [frozenset({one}) for one in sorted(manifest.caveats)]
    for policy in sorted(manifest.ceiling.keys() & POLICIES):
        for level in (one for one in Classification if one <= manifest.ceiling[policy]):
            for caveats in (frozenset[str](), *(() if policy == SYNTHETIC else single)):
                yield Label(policy, level, manifest.members, caveats=caveats)


@dataclass(frozen=True, slots=True)
class Said:
    """A channel in sentences: who reads what is released here, up to what, of which kinds, and what never."""

    readers: str
    ceiling: str
    kinds: str
    senders: str
    conditions: tuple[str, ...]
    never: str
    history: str


def in_words(
    manifest: ChannelManifest,
    *,
    say: Callable[[str], str],
    party_name: Callable[[PartyId], str],
    kind_name: Callable[[str], str],
    group_name: Callable[[str], str] = str,
) -> Said:
    """The plain-language summary of a channel; `say` translates a message id."""
    comma = say(N_(", "))

    def listed(words: Iterable[str]) -> str:
        return comma.join(sorted(words))

    conditions = []
    if manifest.groups:
        conditions.append(
            say(N_("Every member keeps these need-to-know groups: %(groups)s."))
            % {"groups": listed(map(group_name, manifest.groups))}
        )
    if manifest.caveats:
        words = [say(CAVEAT_WORDS[one]) if one in CAVEAT_WORDS else one for one in manifest.caveats]
        conditions.append(say(N_("Every member honours: %(caveats)s.")) % {"caveats": listed(words)})
    if manifest.tlp is not None:
        conditions.append(say(N_("Marks of the traffic light protocol up to TLP:%(mark)s.")) % {"mark": manifest.tlp})
    return Said(
        readers=say(N_("What is released here can be read by %(parties)s: by whomever each of them clears."))
        % {"parties": listed(map(party_name, manifest.members))},
        ceiling=_ceiling_words(manifest.ceiling, say),
        kinds=say(N_("Of these kinds: %(kinds)s.")) % {"kinds": listed(map(kind_name, manifest.kinds))},
        senders=say(N_("Records of %(parties)s are released here."))
        % {"parties": listed(map(party_name, manifest.senders))},
        conditions=tuple(conditions),
        never=say(
            N_(
                "Never: what is marked for fewer parties than are in it, what is never exchanged, "
                "and names of people without legal review and a caveat."
            )
        ),
        history=say(
            N_("Whoever joins later is given what was released before.")
            if manifest.history
            else N_("Whoever joins later is given only what is released from then on.")
        ),
    )


def _ceiling_words(ceiling: Mapping[str, Classification], say: Callable[[str], str]) -> str:
    parts = []
    for policy, most in sorted(ceiling.items()):
        words = say(CLASSIFICATION_WORDS[most])
        parts.append(say(N_("generated data up to %(level)s")) % {"level": words} if policy == SYNTHETIC else words)
    return say(N_("Up to %(levels)s.")) % {"levels": say(N_(", ")).join(parts)}
