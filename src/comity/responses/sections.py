"""What responses put on the page of any record: *Respond* where its owner has *Edit*, and what was said about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup

from comity.labels.subject import Subject
from comity.records.kinds import Kind, kind_coded
from comity.records.models import Record
from comity.responses import domain, models, queries
from comity.responses.exchange import THREAD
from comity.responses.proposing import may_change
from comity.shell.beside import Beside, Section, Step


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to respond: what it is called, what it means, and where."""

    words: str
    more: str
    address: str


def choices(record: Record, kind: Kind, subject: Subject) -> list[Choice]:
    """How this person may respond to this record now, the most binding first."""
    found = []
    is_own, about = record.party_id == subject.party, f"?about={record.slug}"
    if not is_own and kind.code.startswith("programme.") and _may("responses.concurrence", subject):
        more = _("The word of an office, with its letter. It is for the wording that you read now.")
        found.append(Choice(_("Say whether we concur"), more, _entry("responses.concurrence") + about))
    if not is_own and kind.code == "programme.measurement" and _may("responses.verification", subject):
        more = _("What your party found when it checked the figure, with its author or by itself.")
        found.append(Choice(_("Verify"), more, _entry("responses.verification") + about))
    if not is_own and may_change(kind) and subject.roles & kind.roles and _may("responses.proposal", subject):
        more = _("You write what the record should say; its owner sees the difference and accepts or declines it.")
        found.append(Choice(_("Propose a change"), more, reverse("responses:propose", args=[record.slug])))
    if not record.kind.startswith(THREAD) and _may("responses.question", subject):
        more = _("The answer stands under the record, for everybody who reads it.")
        found.append(Choice(_("Ask"), more, _entry("responses.question") + about))
    return found


def _may(code: str, subject: Subject) -> bool:
    return bool(subject.roles & kind_coded(code).roles)


def _entry(code: str) -> str:
    return reverse("shell:enter", args=[code])


def steps(record: Record, kind: Kind, subject: Subject) -> Iterator[Step]:
    """On a copy *Respond* and *Propose a change*; on one's own record *Ask*; what a response itself allows."""
    offered = choices(record, kind, subject)
    if record.party_id == subject.party:
        yield from (Step(one.words, one.address) for one in offered)
    elif offered:
        yield Step(_("Respond"), reverse("responses:respond", args=[record.slug]))
        propose = reverse("responses:propose", args=[record.slug])
        yield from (Step(one.words, one.address) for one in offered if one.address == propose)
    if kind.code == "responses.question" and _may("responses.answer", subject):
        yield Step(_("Answer"), f"{_entry('responses.answer')}?about={record.slug}")


def sections(record: Record, kind: Kind, subject: Subject) -> Iterator[Section]:
    """Concurrences, verifications, proposals, and questions with their answers."""
    words = queries.words_on(record, subject)
    checks = queries.said(models.Verification.objects.visible_to(subject).filter(about=record), subject)
    proposed = queries.proposals(models.Proposal.objects.visible_to(subject).filter(about=record), subject)
    asked = models.Question.objects.visible_to(subject).filter(about=record)
    if kind.code == "responses.question":
        asked = models.Question.objects.visible_to(subject).filter(pk=record.pk)
    threads = queries.threads(asked, subject)
    if not (words or checks or proposed or threads):
        return
    context = {
        "record": record,
        "words": words,
        "checks": checks,
        "proposed": proposed,
        "threads": threads,
        "own": subject.party,
        "may_answer": _may("responses.answer", subject),
        "alone": kind.code == "responses.question",
        "finding_words": domain.FINDING_WORDS,
        "mode_words": domain.MODE_WORDS,
        "position_words": domain.POSITION_WORDS,
        "view_words": domain.VIEW_WORDS,
    }
    rows = [one.said.row for one in words] + [one.said.row for one in proposed] + [one.row for one in checks]
    rows += [said.row for thread in threads for said in (thread.question, *thread.answers)]
    rows += [one.reply.row for one in proposed if one.reply is not None]
    html = Markup(render_to_string("responses/said.html", context))  # noqa: S704  (a template of ours)
    yield Section(html, tuple(queries.labels_of(rows)))


BESIDE = Beside(steps, sections)
