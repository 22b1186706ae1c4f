"""Is the log true of what is stored? Recomputes every commitment from the stored revisions, bodies included."""

import hashlib
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from comity.audit.checkpoints import verify_checkpoints
from comity.audit.log import head
from comity.audit.models import Entry
from comity.audit.verification import Problem, verify_entries
from comity.audit.witnesses import verify_witnessed
from comity.kernel import canonical
from comity.kernel.errors import DomainError
from comity.kernel.ids import BadId, PartyId, RecordId
from comity.kernel.text import N_
from comity.labels.domain import BadLabel, Label
from comity.labels.models import InternedLabel
from comity.parties.manifest import BadManifest, verify_chain
from comity.parties.manifest import Manifest as ManifestOf
from comity.parties.models import Manifest, Party
from comity.parties.queries import envelope_of
from comity.parties.signing import BadSignature, verify_with
from comity.records import envelope
from comity.records.models import Revision
from comity.records.purge import purge_statement
from comity.records.withhold import WITHHELD

LOGGED = {"revision", "received", "adopted"}  # the events that commit to a stored revision
EMPTIED = {"purged", "let-go"}  # those by which the owner signed content away: everywhere, or on this node
_AT_ONCE = 500


def verify_log() -> Problem | None:
    """The first entry that is not what was logged, or that the stored revisions contradict; None if all is well.

    A revision without salt and body is accepted when a later *purged* entry, signed by its owner, names it.
    """
    checker = _Checker()
    problem = verify_entries(checker.check) or checker.left_over() or checker.parties()
    return problem or verify_checkpoints(_is_signed_by)


def verify_witnesses() -> Iterator[Problem]:
    """What partners signed of this log and does not hold, and partners' checkpoints that contradict each other.

    For a log that `verify_log` found whole: here its entries are believed.
    """
    return verify_witnessed(lambda party: partial(_is_signed_by, party))


def _is_signed_by(party: PartyId, message: bytes, signature: bytes) -> bool:
    try:
        verify_with(Party.objects.get(pk=party), "audit", message, signature)
    except (BadSignature, Party.DoesNotExist):
        return False
    return True


class _Wrong(Exception):
    """What is wrong with an entry: a message id, and what fills it."""

    def __init__(self, message: str, **facts: object) -> None:
        super().__init__(message)
        self.message, self.facts = message, facts


class _Checker:
    """Walks the stored revisions in step with the log."""

    def __init__(self) -> None:
        self._stored = _in_log_order()
        self._next = next(self._stored, None)
        self._emptied: dict[tuple[str, int], int] = {}  # revisions without content → index of their entry
        self._hosted = frozenset(Party.objects.filter(hosted=True).values_list("pk", flat=True))
        self._manifests: dict[PartyId, tuple[int, ManifestOf]] = {}  # the newest verified, and its entry
        self._index = -1  # of the entry that was checked last
        # As they stand in the table now: what this process remembers of labels is not what it is to check.
        self._labels: dict[int, Any] = dict(InternedLabel.objects.values_list("pk", "body"))

    def check(self, index: int, leaf: Mapping[str, Any]) -> Problem | None:
        """What is wrong with the entry at `index`, if anything."""
        self._index = index
        try:
            if leaf["event"] == "manifest":
                self._check_manifest(index, leaf)
            elif leaf["event"] in EMPTIED:
                self._check_purge(leaf)
            elif leaf["event"] == "withdrawal-taken":
                self._check_withdrawal(leaf)
            elif leaf["event"] in LOGGED:
                self._check_revision(index, leaf)
        except _Wrong as wrong:
            return Problem(index, wrong.message, wrong.facts)
        return None

    def _check_revision(self, index: int, leaf: Mapping[str, Any]) -> None:
        record, number, digest = leaf["about"], leaf["facts"].get("revision"), leaf["facts"].get("commitment")
        if type(number) is not int or not isinstance(digest, str):
            raise _Wrong(N_("the entry does not say which revision it is of"))
        said = {"record": record, "number": number}
        revision = self._next
        if revision is None or revision.log_index != index:
            raise _Wrong(N_("the stored revision %(number)d of %(record)s is missing"), **said)
        self._next = next(self._stored, None)
        if (str(revision.record.rid), revision.number) != (record, number):
            raise _Wrong(N_("the revision stored for it is not revision %(number)d of %(record)s"), **said)
        if bytes(revision.commitment).hex() != digest:
            raise _Wrong(N_("the stored commitment to revision %(number)d of %(record)s is another"), **said)
        if revision.record.revision == number and revision.record.kind != leaf["facts"].get("kind"):
            raise _Wrong(N_("the record %(record)s is stored as another kind than was logged"), record=record)
        if revision.record.purged and revision.body is not None:
            raise _Wrong(N_("the record %(record)s is hidden as purged, and its content is here"), record=record)
        if revision.salt is None or revision.body is None:
            self._emptied[(record, number)] = index
            return
        if envelope.commitment(bytes(revision.salt), bytes(revision.body)).hex() != digest:
            raise _Wrong(N_("the stored content of revision %(number)d of %(record)s is not what was logged"), **said)
        if not self._agrees(revision, bytes(revision.body), leaf):
            raise _Wrong(N_("the columns of revision %(number)d of %(record)s differ from its content"), **said)

    def _agrees(self, revision: Revision, data: bytes, leaf: Mapping[str, Any]) -> bool:
        """Whether the columns that index a revision say what its own bytes say."""
        try:
            content = envelope.decode(data)
            label = Label.of(self._labels.get(revision.label_id))
        except (DomainError, BadLabel):
            return False
        return (str(content.id), content.kind, content.revision, content.at, content.by) == (
            leaf["about"],
            leaf["facts"].get("kind"),
            revision.number,
            revision.at,
            revision.actor,
        ) and label == (WITHHELD if revision.record.withheld else content.label)

    def _check_manifest(self, index: int, leaf: Mapping[str, Any]) -> None:
        party, version = PartyId(leaf["party"]), leaf["facts"].get("version")
        said = {"party": party, "version": version}
        stored = Manifest.objects.filter(party_id=party, version__lte=version).order_by("version")
        history = [(row.version, envelope_of(row)) for row in stored] if type(version) is int else []
        if not history or history[-1][0] != version:
            raise _Wrong(N_("manifest %(version)s of party %(party)s is missing"), **said)
        if hashlib.sha256(history[-1][1].data).hexdigest() != leaf["facts"].get("sha256"):
            raise _Wrong(N_("manifest %(version)s of party %(party)s is not the one that was logged"), **said)
        try:
            self._manifests[party] = (index, verify_chain(party, [envelope for _, envelope in history]))
        except BadManifest:
            raise _Wrong(N_("manifest %(version)s of party %(party)s is not signed as it must be"), **said) from None

    def parties(self) -> Problem | None:
        """The first party whose row says something else than the newest manifest that was logged."""
        for party in Party.objects.order_by("pk"):
            index, manifest = self._manifests.get(PartyId(party.pk), (0, None))
            facts = {"party": party.pk}
            if not party.manifest_version and manifest is None and not Manifest.objects.filter(party=party).exists():
                continue  # a record named it, and it never introduced itself
            if manifest is None or Manifest.objects.filter(party=party, version__gt=manifest.version).exists():
                return Problem(index, N_("a manifest of party %(party)s was never logged"), facts)
            if (party.name, party.nature, party.manifest_version) != (
                manifest.name.json(),
                manifest.nature.value,
                manifest.version,
            ):
                return Problem(index, N_("party %(party)s is stored as something else than its manifest says"), facts)
        return None

    def _check_purge(self, leaf: Mapping[str, Any]) -> None:
        record = leaf["about"]
        for number in self._purged(leaf):
            if self._emptied.pop((record, number), None) is None:
                message = N_("revision %(number)s of %(record)s is here though it was purged")
                raise _Wrong(message, record=record, number=number)

    def _check_withdrawal(self, leaf: Mapping[str, Any]) -> None:
        """A copy whose owner took it back with its content: of another node's party, and of nobody's here."""
        numbers = leaf["facts"].get("revisions", [])
        if numbers and (leaf["party"] in self._hosted or not str(leaf["about"]).startswith(f"{leaf['party']}/")):
            raise _Wrong(N_("the withdrawal of %(record)s is not its owner’s"), record=leaf["about"])
        for number in numbers:
            self._emptied.pop((leaf["about"], number), None)

    def _purged(self, leaf: Mapping[str, Any]) -> list[int]:
        """The revisions that the owner of the record has signed away."""
        record, numbers = leaf["about"], leaf["facts"].get("revisions")
        try:
            owner = RecordId.parse(record)
            party = Party.objects.get(pk=owner.party)
            verify_with(party, "audit", purge_statement(record, numbers), bytes.fromhex(leaf["facts"]["signature"]))
        except (BadSignature, BadId, Party.DoesNotExist, KeyError, TypeError, ValueError):
            raise _Wrong(N_("the purge of %(record)s is not signed by its owner"), record=record) from None
        return list(numbers)

    def _catch_up(self) -> None:
        """Take account of what was purged while the log was read."""
        later = (
            Entry.objects.system("verify the log").filter(event__in=EMPTIED, index__gt=self._index).order_by("index")
        )
        for data in later.values_list("data", flat=True):
            leaf: Any = canonical.decode(bytes(data))
            for number in self._purged(leaf):
                self._emptied.pop((leaf["about"], number), None)

    def left_over(self) -> Problem | None:
        """What no entry explains: content that is gone without a purge, revisions that were never logged.

        Acts that went on meanwhile are no fault: their entries are on the log by now.
        """
        self._catch_up()
        if self._emptied:
            (record, number), index = min(self._emptied.items(), key=lambda item: item[1])
            facts = {"record": record, "number": number}
            return Problem(
                index, N_("the content of revision %(number)d of %(record)s is gone, and no purge was logged"), facts
            )
        if self._next is not None and not self._index < self._next.log_index < head().size:
            facts = {"record": str(self._next.record.rid), "number": self._next.number}
            return Problem(
                self._next.log_index, N_("revision %(number)d of %(record)s is stored and not logged"), facts
            )
        return None


def _in_log_order() -> Iterator[Revision]:
    last = None
    table = Revision.objects.system("verify the log").select_related("record").order_by("log_index")
    while some := list((table if last is None else table.filter(log_index__gt=last))[:_AT_ONCE]):
        yield from some
        last = some[-1].log_index
