"""Everything that is held on one person, for whoever must answer them, and for the purge."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from comity.kernel.errors import DomainError, NotFound, NotYours, RoleMissing, require
from comity.kernel.text import N_
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.people.domain import Finding
from comity.people.domain.names import spellings
from comity.people.models import Identification
from comity.records import codec, search
from comity.records.fields import RefField, RefsField
from comity.records.kinds import Kind, all_kinds
from comity.records.models import Handle, Record, Revision
from comity.records.purge import MAY_PURGE, purge_all
from comity.records.resolve import Card, body_of, resolve
from comity.records.sheets.models import Sheet
from comity.records.spelled import SHORTEST, Spelled, discard_drafts, drafts_holding, records_holding
from comity.records.work import act

_WORD = 4  # letters; shorter words of a name stand in too many texts


class NamedInReason(DomainError):
    """A reason, which the log keeps for ever, that holds the name to be destroyed."""

    message = N_("The reason stays on the log, and holds the name. Say it without the name.")


@dataclass(frozen=True, slots=True)
class Traces:
    """What a party holds on one person, as one of its officers may see it.

    `goes`: the person's record, the mentions that the party says are this person, and those identifications.
    `spells`: other records of the party in which some spelling of the name stands, now or in an earlier state; it may
    be somebody else's name too. `perhaps`: those in which a word of the name stands, and no whole spelling. `refers`:
    its records that name the person by reference, without the name. `unseen`: how many of its records spell the name
    and may not be read by this officer. `copies`: records of other parties that refer to the person or spell the name.
    `drafts`: imports on their way that hold a spelling.
    """

    spellings: tuple[str, ...]
    goes: tuple[Card, ...]
    spells: tuple[Card, ...]
    perhaps: tuple[Card, ...]
    refers: tuple[Card, ...]
    copies: tuple[Card, ...]
    unseen: int
    drafts: tuple[Sheet, ...]
    recipients: frozenset[str]  # parties to which the person's label releases it


def traces(person: Record, subject: Subject, language: str) -> Traces:
    """What `subject`'s party holds on a person of its own.

    Raises:
        RoleMissing: for any but legal advisers and security officers.
        NotYours, NotFound: as they say.
    """
    require(subject.roles & MAY_PURGE, RoleMissing)
    require(person.party_id == subject.party, NotYours)
    mine = _mine(person, subject)
    names = _spellings(mine)
    spelled = Spelled(names)
    refers, copies = _referring(mine, subject)
    worded = records_holding(Spelled(_words(names)))
    holders = records_holding(spelled, worded)
    holding = {pk for pk, party in holders.items() if party == subject.party} - mine
    copies |= holders.keys() - holding - mine
    wording = {pk for pk, party in worded.items() if party == subject.party} - holding - mine
    cards = resolve({*mine, *refers, *copies, *holding, *wording}, subject, language)
    label = label_of(person.label_id) if person.label_id is not None else None

    def shown(pks: Iterable[int]) -> tuple[Card, ...]:
        return tuple(cards[pk] for pk in sorted(pks) if cards[pk].shown)

    seen = shown(holding)
    return Traces(
        spellings=names,
        goes=shown(mine),
        spells=seen,
        perhaps=shown(wording),
        refers=shown(refers - holding - mine),
        copies=shown(copies),
        unseen=len(holding) - len(seen),
        drafts=tuple(drafts_holding(spelled, subject.party)),
        recipients=frozenset(label.releasable_to - {subject.party}) if label else frozenset(),
    )


def purge_person(
    person: Record, *, also: Collection[int], reason: str, actor: Subject, at: datetime, language: str = "en"
) -> Traces:
    """Destroy a person's record with everything of the party's that carries the name, in one unit of work.

    Goes: what `traces` says goes; the records `also` (pks), of those that spell the name or a word of it; drafts of
    imports that hold a spelling; and what data files call the records that refer to the person. Returns what was found.

    Raises:
        NamedInReason: as it says.
        What `traces` and `records.purge` raise.
    """
    found = traces(person, actor, language)
    names = {word for one in found.spellings for word in search.words(one) if len(word) >= SHORTEST}
    require(names.isdisjoint(search.words(reason)), NamedInReason(field="reason"))
    extra = set(also) & {card.pk for card in (*found.spells, *found.perhaps)}
    require(len(extra) == len(set(also)), NotFound(field="also"))
    pks = {card.pk for card in found.goes} | extra
    with act(actor, at):
        found_again = Record.objects.system("what was shown above; purge_all asks its actor again")
        records = found_again.filter(pk__in=pks).select_related("party").order_by("pk")
        Handle.objects.filter(record__in=[card.pk for card in (*found.refers, *found.spells, *found.perhaps)]).delete()
        discard_drafts(found.drafts)
        purge_all(list(records), reason=reason, actor=actor, at=at)
    return found


def _mine(person: Record, subject: Subject) -> set[int]:
    """The person, what the party says is the same person, and that it says so."""
    said = Identification.objects.visible_to(subject).filter(record__party_id=subject.party, person=person)
    same = set(said.filter(finding=Finding.SAME).values_list("mention_id", flat=True))
    own = Record.objects.visible_to(subject).filter(party_id=subject.party, pk__in=same)
    return {person.pk, *own.values_list("pk", flat=True), *said.values_list("pk", flat=True)}


def _spellings(pks: Collection[int]) -> tuple[str, ...]:
    """Every spelling that any state of these records gives the name, the longest first."""
    states = Revision.objects.system("the spellings of a name in its own record, for its purge")
    found: dict[str, None] = {}
    for data in states.filter(record__in=pks, body__isnull=False).order_by("pk").values_list("body", flat=True):
        body = body_of(bytes(data or b"{}"))
        found |= dict.fromkeys(spellings(body.get("name"), body.get("variants") or ()))
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


def _words(names: Iterable[str]) -> set[str]:
    """What a name may be shortened to: each of its words, and short names whole."""
    words = {word for name in names for word in name.split() if len(word) >= _WORD}
    return words | {name for name in names if len(name.split()) == 1 or not words & set(name.split())}


def _referring(pks: Collection[int], subject: Subject) -> tuple[set[int], set[int]]:
    """The records that name one of these: of the subject's own party, and of others."""
    own: set[int] = set()
    others: set[int] = set()
    for kind in all_kinds():
        for name in _refs_to_people(kind):
            rows = kind.model.objects.visible_to(subject).filter(**{f"{name}__in": pks})
            for pk, party in rows.values_list("pk", "record__party_id"):
                (own if party == subject.party else others).add(pk)
    return own - set(pks), others


def _refs_to_people(kind: Kind) -> Sequence[str]:
    """The refs of a kind that may name a person or a mention."""
    refs = [column.name for column in codec.columns(kind.model) if isinstance(column, RefField | RefsField)]
    wanted = {"people.person", "people.mention"}
    return [name for name in refs if not kind.refs.get(name) or wanted & set(kind.refs[name])]
