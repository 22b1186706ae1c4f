"""Witnesses: partners keep each other's checkpoints, and sign what they keep.

Whoever keeps a log sends each checkpoint with proofs from every size that a witness has signed before; the witness
links it to the newest one it holds and signs it, or keeps both as evidence that the log was not only added to. What a
witness signed comes back and is kept beside the log: changed later, the log contradicts a signature that is not its
keeper's own.

Every function is part of the caller's transaction. Signatures are made and verified by callables that the caller gives:
`sign(message)` gives 64 bytes of Ed25519 by an audit key; `verify(message, signature)` says whether the party's audit
key made it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from comity.audit import log, proofs
from comity.audit.documents import ConsistencyProof
from comity.audit.models import Checkpoint, Cosignature, Witnessed
from comity.audit.notes import NotANote, Note, origin_of
from comity.audit.problems import Problem
from comity.audit.witnessing import Finding, cosigned_text, judge, parse_cosigned
from comity.kernel.errors import NotFound
from comity.kernel.ids import PartyId
from comity.kernel.text import N_

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes], bool]

CHUNK = 500
MAX_PROOFS = 64
"""How many sizes one checkpoint is linked to: as many witnesses would have to hold a different one each."""


class NotSigned(ValueError):
    """The party that it is said to be from has not signed it."""


@dataclass(frozen=True, slots=True)
class Attestation:
    """A checkpoint as it travels: the signed text, its signature, and proofs from what witnesses hold."""

    note: bytes
    signature: bytes
    proofs: tuple[ConsistencyProof, ...]


def attest(checkpoint: Checkpoint, witnesses: Iterable[PartyId]) -> Attestation:
    """A checkpoint of this log, linked to the newest that each of the witnesses has signed.

    A size that this log never had, or has with another root, gives no proof: the witness will see that.
    """
    newest = [_newest_cosigned(checkpoint.party, witness) for witness in witnesses]
    sizes = sorted({size for size in newest if size is not None and size != checkpoint.size})
    links = [link for size in sizes[-MAX_PROOFS:] if (link := _link(size, checkpoint.size)) is not None]
    return Attestation(bytes(checkpoint.note), bytes(checkpoint.signature), tuple(links))


def _newest_cosigned(party: str, witness: PartyId) -> int | None:
    kept = Cosignature.objects.system("what a witness holds").filter(party=party, witness=witness)
    return kept.order_by("-size").values_list("size", flat=True).first()


def _link(one: int, other: int) -> ConsistencyProof | None:
    try:
        return proofs.consistency(min(one, other), max(one, other))
    except (NotFound, log.LogDamaged):
        return None


def take_checkpoint(
    party: PartyId,
    note: bytes,
    signature: bytes,
    links: Sequence[ConsistencyProof],
    *,
    verify: Verify,
    at: datetime,
) -> Witnessed:
    """Keep a partner's checkpoint, with what was found of it; evidence of a changed log is kept beside what it denies.

    Raises:
        NotANote: it is no checkpoint of that party's log.
        NotSigned: the party did not sign it.
    """
    said = Note.of(note)
    if said.origin != origin_of(party):
        raise NotANote("the checkpoint is of another log")
    if not verify(note, signature):
        raise NotSigned
    known = Witnessed.objects.system("whether it came before").filter(party=party, size=said.size, root=said.root)
    if (again := known.first()) is not None:
        return again
    held = held_of(party)
    finding = judge(None if held is None else Note.of(bytes(held.note)), said, links[:MAX_PROOFS])
    return Witnessed.objects.system("a partner's checkpoint").create(
        party=party,
        size=said.size,
        root=said.root,
        at=said.at,
        note=note,
        signature=signature,
        received_at=at,
        finding=finding.value,
        contradicts=held if finding.is_contradiction else None,
    )


def held_of(party: str) -> Witnessed | None:
    """The newest checkpoint of a partner's log that contradicts nothing, since a person last let it begin anew."""
    kept = Witnessed.objects.system("what we hold of it").filter(party=party, disowned_at=None)
    anew = kept.filter(settled_at__isnull=False).order_by("-pk").first()
    if anew is not None:
        kept = kept.filter(Q(pk=anew.pk) | Q(pk__gt=anew.pk, contradicts=None))
    else:
        kept = kept.filter(contradicts=None)
    return kept.order_by("-size").first()


def unsettled(parties: Collection[str]) -> list[Witnessed]:
    """The checkpoints of these parties that contradict what was held, and about which nobody has decided."""
    denied = Witnessed.objects.system("what contradicts").filter(party__in=parties, contradicts__isnull=False)
    return list(denied.filter(settled_at=None, disowned_at=None).select_related("contradicts").order_by("party", "pk"))


def settle(kept: Witnessed, *, at: datetime) -> None:
    """Take a checkpoint that contradicts what was held as the beginning of the partner's log from now on.

    For a person to decide who knows why: a node that was restored from a backup has a shorter log. The evidence stays.
    """
    Witnessed.objects.system("the log begins anew").filter(pk=kept.pk).update(settled_at=at)


def disown(party: PartyId, size: int, root: bytes, *, verify: Verify, at: datetime) -> int:
    """Put aside the checkpoints beyond this size and root that a key made which the party has revoked; how many.

    `verify` says whether that key made a signature. What is put aside stays, and is neither believed nor an alarm.
    """
    beyond = Q(size__gt=size) | Q(size=size) & ~Q(root=root)
    held = Witnessed.objects.system("what its party disowns").filter(beyond, party=party, disowned_at=None)
    forged = [one.pk for one in held.order_by("pk").iterator(CHUNK) if verify(bytes(one.note), bytes(one.signature))]
    return Witnessed.objects.system("what its party disowns").filter(pk__in=forged).update(disowned_at=at)


def cosign(kept: Witnessed, sign: Sign, at: datetime) -> tuple[bytes, bytes] | None:
    """What a witness answers: the text it signs, and its signature; None for what contradicts what it holds."""
    if kept.contradicts_id is not None and kept.settled_at is None:
        return None
    text = cosigned_text(bytes(kept.note), at)
    return text, sign(text)


def take_cosignature(
    witness: PartyId, text: bytes, signature: bytes, *, parties: Sequence[str], verify: Verify, at: datetime
) -> Cosignature:
    """Keep a witness's signature under a checkpoint of one of `parties`, which this node hosts.

    It is kept even where this log says otherwise: that is what it is for.

    Raises:
        NotANote: it is no cosignature of a checkpoint of theirs.
        NotSigned: the witness did not sign it.
    """
    note, _ = parse_cosigned(text)
    party = next((each for each in parties if origin_of(PartyId(each)) == note.origin), None)
    if party is None:
        raise NotANote("the checkpoint is of another log")
    if not verify(text, signature):
        raise NotSigned
    kept, _ = Cosignature.objects.system("a witness's signature").get_or_create(
        party=party,
        witness=witness,
        size=note.size,
        root=note.root,
        defaults={"text": text, "signature": signature, "received_at": at},
    )
    return kept


def counted() -> tuple[int, int]:
    """How many signatures of witnesses there are under this log, and how many checkpoints of partners are held."""
    signed = Cosignature.objects.system("how many there are").count()
    return signed, Witnessed.objects.system("how many there are").count()


def verify_witnessed(verify_for: Callable[[PartyId], Verify]) -> Iterator[Problem]:
    """Where this log contradicts what witnesses signed, and where partners' logs contradict what is held of them.

    `verify_for(party)` gives the check of that party's audit key. Entries are not recomputed here:
    `verification.verify_entries` has to hold as well.
    """
    size = log.head().size
    for signed in Cosignature.objects.system("verify the witnesses").order_by("size", "witness").iterator(CHUNK):
        if problem := _own_problem(signed, size, verify_for(PartyId(signed.witness))):
            yield problem
    held = Witnessed.objects.system("verify what is held").select_related("contradicts").order_by("party", "pk")
    for kept in held.iterator(CHUNK):
        if problem := _partners_problem(kept, verify_for(PartyId(kept.party))):
            yield problem


def _own_problem(kept: Cosignature, size: int, verify: Verify) -> Problem | None:
    facts = {"party": kept.party, "witness": kept.witness, "size": kept.size}
    note = _cosigned(bytes(kept.text))
    if note is None or not verify(bytes(kept.text), bytes(kept.signature)):
        return Problem(kept.size, N_("the signature of witness %(witness)s is not valid"), facts)
    if (note.origin, note.size, note.root) != (origin_of(PartyId(kept.party)), kept.size, bytes(kept.root)):
        return Problem(kept.size, N_("the signature of witness %(witness)s is for something else"), facts)
    if kept.size > size:
        return Problem(size, N_("witness %(witness)s signed %(size)d entries, and this log is shorter"), facts)
    if _root_at(kept.size) != note.root:
        return Problem(
            kept.size, N_("the log was changed: witness %(witness)s signed other entries, %(size)d of them"), facts
        )
    return None


def _cosigned(text: bytes) -> Note | None:
    try:
        return parse_cosigned(text)[0]
    except NotANote:
        return None


def _root_at(size: int) -> bytes | None:
    try:
        return proofs.consistency(size).first_root
    except (NotFound, log.LogDamaged):
        return None


def _partners_problem(kept: Witnessed, verify: Verify) -> Problem | None:
    facts: dict[str, object] = {"party": kept.party, "size": kept.size}
    try:
        said = Note.of(bytes(kept.note))
    except NotANote:
        return Problem(kept.size, N_("the checkpoint held of party %(party)s is malformed"), facts)
    if not verify(bytes(kept.note), bytes(kept.signature)):
        return Problem(kept.size, N_("the checkpoint held of party %(party)s is not signed by it"), facts)
    if (said.origin, said.size, said.root) != (origin_of(PartyId(kept.party)), kept.size, bytes(kept.root)):
        return Problem(kept.size, N_("the checkpoint held of party %(party)s says something else"), facts)
    if kept.contradicts is None or kept.settled_at is not None or kept.disowned_at is not None:
        return None
    return Problem(kept.size, _CONTRADICTIONS[Finding(kept.finding)], {**facts, "held": kept.contradicts.size})


_CONTRADICTIONS = {
    Finding.FORKED: N_("party %(party)s signed two different logs of %(size)d entries"),
    Finding.SHORTER: N_("party %(party)s signed %(held)d entries before, and now only %(size)d"),
    Finding.NOT_PROVED: N_(
        "party %(party)s does not prove that its log of %(size)d entries begins with the %(held)d it signed before"
    ),
}
