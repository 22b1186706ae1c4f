"""What responses wait for: questions for an answer or for a word that they are answered, proposals for a decision."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from comity.labels.subject import Subject
from comity.records.kinds import kind_coded
from comity.records.resolve import resolve
from comity.responses import domain, models, queries
from comity.shell.format import reader
from comity.shell.needs import Need

_AT_MOST = 20


def needs(subject: Subject) -> Iterable[Need]:
    """What waits for this person, of those whose roles enter such records and their answers."""
    yield from _proposals(subject)
    yield from _questions(subject)


def _proposals(subject: Subject) -> Iterable[Need]:
    rows = models.Proposal.objects.visible_to(subject).filter(
        state=domain.Put.OPEN, about__party_id=subject.party, about__purged=False
    )
    replied = models.Reply.objects.visible_to(subject).filter(record__party_id=subject.party).values("about_id")
    for one in queries.proposals(rows.exclude(pk__in=replied), subject)[-_AT_MOST:]:
        if one.about is None or one.kind is None or not subject.roles & one.kind.roles or not one.state.is_open:
            continue
        address = reverse("responses:proposal", args=[one.said.card.slug])
        more = _("A change is proposed, awaiting your decision")
        yield Need(one.about.title, one.said.card.party, more, _("Decide"), address)


def _questions(subject: Subject) -> Iterable[Need]:
    if not subject.roles & kind_coded("responses.answer").roles:
        return
    rows = models.Question.objects.visible_to(subject).exclude(state=domain.Asked.ANSWERED)
    waiting = [one for one in queries.threads(rows, subject) if one.waits_for(subject.party)][-_AT_MOST:]
    cards = resolve([one.question.row.about_id for one in waiting], subject, reader())
    for one in waiting:
        card, question = cards[one.question.row.about_id], one.question.card
        if card.kind is None or not subject.roles & card.kind.roles:
            continue
        if one.asker == subject.party:
            more, act = _("Answered, awaiting your word that it is"), _("Read")
            address = reverse("shell:record", args=[question.slug])
        else:
            more, act = _("A question, awaiting your answer"), _("Answer")
            address = reverse("shell:enter", args=["responses.answer"]) + f"?about={question.slug}"
        yield Need(f"{card.title}: {question.title}", question.party, more, act, address)
