"""What parties have said about records, as one subject may see it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Min

from comity.labels.domain import Label
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.records.kinds import Kind, kind_named
from comity.records.models import Record, RecordRow, Revision, RowsQuerySet
from comity.records.resolve import Card, body_of, resolve
from comity.responses import domain, models, proposing
from comity.responses.wording import said_in
from comity.shell.format import reader

MOST = 100  # of one kind that a page lists


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said: the row, its card, the office in whose name, and when it was first said."""

    row: Any
    card: Card
    office: Card | None
    at: Any
    began: int


def said(rows: RowsQuerySet[Any], subject: Subject) -> list[Said]:
    """These rows in the order in which the log first had them, as far as `subject` may read."""
    found = list(rows.select_related("record__party").order_by("-pk")[:MOST])
    if not found:
        return []
    offices = {row.pk: getattr(row, "office_id", None) or getattr(row, "signatory_id", None) for row in found}
    cards = resolve([*offices, *offices.values()], subject, reader())
    began = _began([row.pk for row in found], subject)
    made = [
        Said(row, cards[row.pk], office if office and office.shown else None, *began[row.pk])
        for row in found
        if cards[row.pk].shown and row.pk in began
        for office in [cards.get(offices[row.pk] or 0)]
    ]
    return sorted(made, key=lambda one: one.began)


def _began(pks: Sequence[int], subject: Subject) -> dict[int, tuple[Any, int]]:
    """When each record was first said, and where on the log: by the revisions that `subject` may read."""
    rows = Revision.objects.visible_to(subject).filter(record__in=pks).values("record_id")
    found = rows.annotate(at_first=Min("at"), index=Min("log_index"))
    return {row["record_id"]: (row["at_first"], row["index"]) for row in found}


@dataclass(frozen=True, slots=True)
class Thread:
    """A question and what was said to it. `waits_for` are the parties that have the next word; none once answered."""

    question: Said
    answers: tuple[Said, ...]
    owner: str  # of the record it is about

    @property
    def asker(self) -> str:
        """The party that asked."""
        return str(self.question.row.record.party_id)

    @property
    def is_open(self) -> bool:
        """Whether whoever asked waits for more."""
        return bool(self.question.row.state != domain.Asked.ANSWERED)

    def waits_for(self, party: str) -> bool:
        """Whether `party` has the next word: the owner of the record when asked, the others when the owner asks.

        Once another than the asker has spoken, it is the asker's to say that this was answered, or to ask on.
        """
        if not self.is_open:
            return False
        last = self.answers[-1].row.record.party_id if self.answers else self.asker
        if last != self.asker:
            return party == self.asker
        return party != self.asker and self.owner in {self.asker, party}


def threads(questions: RowsQuerySet[models.Question], subject: Subject) -> list[Thread]:
    """These questions with their answers, in the order of the log."""
    asked = said(questions.select_related("about"), subject)
    if not asked:
        return []
    table = models.Answer.objects.visible_to(subject).filter(about__in=[one.row.pk for one in asked])
    answers: dict[int, list[Said]] = defaultdict(list)
    for one in said(table, subject):
        answers[one.row.about_id].append(one)
    owners = dict(
        Record.objects.system("whose each record is")
        .filter(pk__in=[one.row.about_id for one in asked])
        .values_list("pk", "party_id")
    )
    return [Thread(one, tuple(answers[one.row.pk]), owners[one.row.about_id]) for one in asked]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal as it stands: its state, the owner's reply, and what it changes in what the record says now.

    `about` is None where the record is not shown to the reader; then nothing is told but the proposal itself.
    """

    said: Said
    state: domain.ProposalState
    reply: Said | None
    about: Card | None
    kind: Kind | None
    changes: tuple[proposing.Row, ...]
    record: Record | None

    @property
    def owner(self) -> str:
        """The party whose record it is for."""
        return str(self.record.party_id) if self.record is not None else ""


def proposals(rows: RowsQuerySet[models.Proposal], subject: Subject) -> list[Proposed]:
    """These proposals, in the order of the log."""
    put = said(rows, subject)
    if not put:
        return []
    pks = [one.row.about_id for one in put]
    records = Record.objects.visible_to(subject).filter(pk__in=pks, revision__gt=0, purged=False).in_bulk()
    cards = resolve(records, subject, reader())
    replies: dict[int, list[Said]] = defaultdict(list)
    for one in said(models.Reply.objects.visible_to(subject).filter(about__in=[p.row.pk for p in put]), subject):
        replies[one.row.about_id].append(one)
    owners = dict(Record.objects.system("whose each record is").filter(pk__in=pks).values_list("pk", "party_id"))
    return [_proposed(one, replies[one.row.pk], owners, records, cards, subject) for one in put]


def _proposed(
    one: Said,
    replies: Iterable[Said],
    owners: Mapping[int, str],
    records: Mapping[int, Record],
    cards: Mapping[int, Card],
    subject: Subject,
) -> Proposed:
    pk = one.row.about_id
    record, card = records.get(pk), cards.get(pk)
    ours = [reply for reply in replies if reply.row.record.party_id == owners.get(pk)]
    overtaken = record is not None and one.row.read_revision not in (None, record.revision)
    state = domain.proposal_state(one.row.state, [reply.row.decision for reply in ours], overtaken=overtaken)
    counted = [reply for reply in ours if reply.row.decision == state]
    shown = card if card is not None and card.shown else None
    changes: list[proposing.Row] = []
    if shown is not None and shown.kind is not None:
        changes = proposing.rows(shown.kind, shown.body or {}, proposing.changes_in(one.row.changes), subject)
    return Proposed(
        said=one,
        state=state,
        reply=counted[0] if counted else None,
        about=shown,
        kind=shown.kind if shown else None,
        changes=tuple(changes),
        record=record,
    )


@dataclass(frozen=True, slots=True)
class Word:
    """A concurrence as a page tells it. `is_earlier`: it was given to another wording than the record has now.

    `changes` tells what changed since, where both wordings are shown to the reader.
    """

    said: Said
    is_earlier: bool
    changes: tuple[proposing.Row, ...] = ()


def words_on(record: Record, subject: Subject) -> list[Word]:
    """What parties concur with in a record, and in which wording of it."""
    rows = models.Concurrence.objects.visible_to(subject).filter(about=record)
    spoken = said(rows, subject)
    if not spoken:
        return []
    kind = kind_named(record.kind)
    revisions = {
        revision.number: revision
        for revision in Revision.objects.visible_to(subject).filter(record=record, body__isnull=False)
    }
    return [_word(one, kind, record, revisions, subject) for one in spoken]


def _word(one: Said, kind: Kind, record: Record, revisions: Mapping[int, Revision], subject: Subject) -> Word:
    number = one.row.read_revision
    if number is None or number >= record.revision:
        return Word(one, is_earlier=False)
    read, now = revisions.get(number), revisions.get(record.revision)
    if read is None or now is None or bytes(read.commitment).hex() != one.row.read_commitment:
        return Word(one, is_earlier=True)
    before, after = _body(read), _body(now)
    names = [name for name in kind.worded if said_in(before, [name]) != said_in(after, [name])]
    changes = proposing.rows(kind, before, [(name, after.get(name)) for name in names], subject)
    return Word(one, is_earlier=bool(names), changes=tuple(changes))


def _body(revision: Revision) -> Mapping[str, Any]:
    return body_of(bytes(revision.body or b""))


def labels_of(rows: Iterable[RecordRow]) -> list[Label]:
    """The label of each row."""
    return [label_of(row.label_id) for row in rows]
