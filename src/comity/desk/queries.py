"""What Today shows, composed from what each domain says."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from comity.kernel.clock import now
from comity.labels.subject import Subject
from comity.programme.domain.vocabulary import Freshness, ObjectiveState
from comity.programme.exchange import MEASURERS
from comity.programme.models import Measurement
from comity.programme.queries import Programme
from comity.records.models import Record, RowsQuerySet
from comity.records.resolve import Card, resolve
from comity.records.visible import page
from comity.responses.exchange import REGISTRARS, VERIFIERS
from comity.responses.models import Verification
from comity.shell.format import reader
from comity.shell.needs import Need, needs_of
from comity.shell.texts import plain

_LOOKED_AT = 200  # newest measurements among which those to verify are looked for


def local_now() -> datetime:
    """The moment, in the node's own time zone."""
    return timezone.localtime(now())


def needs(subject: Subject, programmes: Iterable[Programme], on: date) -> list[Need]:
    """What waits for this person, the most binding first."""
    found: list[Need] = []
    answers = bool(subject.roles & REGISTRARS)
    for programme in programmes:
        found += _concurrences(subject, programme) if answers else []
        found += _due(subject, programme, on)
    return [*found, *needs_of(subject), *_to_verify(subject)]


def _concurrences(subject: Subject, programme: Programme) -> Iterable[Need]:
    """What the host of the mandate is asked to say of others' objectives, for one of it who may say it."""
    for line in programme.lines:
        if subject.party != line.host or line.row.record.party_id == subject.party:
            continue
        about = f"?about={line.row.record.slug}"
        address = reverse("shell:enter", args=["responses.concurrence"]) + about
        title = plain(line.row.statement)
        if line.standing.confirm_again:
            words = _("The signatory's term has ended: confirm the concurrence")
            yield Need(title, line.row.record.party, words, _("Confirm"), address)
        elif line.standing.state is ObjectiveState.PROPOSED and line.standing.changed_since:
            words = _("Changed since your letter: say again whether you concur")
            yield Need(title, line.row.record.party, words, _("Answer"), address)
        elif line.standing.state is ObjectiveState.PROPOSED and line.standing.concurrence is None:
            words = _("Proposed, awaiting your official position")
            yield Need(title, line.row.record.party, words, _("Answer"), address)


def _due(subject: Subject, programme: Programme, on: date) -> Iterable[Need]:
    if not subject.roles & MEASURERS:
        return
    for line in programme.lines:
        for indicator in (*line.indicators, *line.proposed):
            it = indicator.assessment
            if it.indicator.unknown:  # its figures are entered with a newer version
                continue
            is_due = it.due_on is not None and it.due_on <= on and it.freshness is not Freshness.FRESH
            if is_due and it.indicator.reporter == subject.party:
                address = reverse("shell:enter", args=["programme.measurement"]) + f"?about={indicator.row.record.slug}"
                title = plain(indicator.row.title)
                yield Need(title, indicator.row.record.party, _("Measurement due"), _("Record"), address)


def _to_verify(subject: Subject, limit: int = 5) -> Iterable[Need]:
    """Of what another party reported last for each indicator, one figure that nobody of ours has verified.

    Older figures are not asked for: verifying the newest ends it. Nor is what its own author has corrected.
    """
    if not subject.roles & VERIFIERS:
        return
    table = Measurement.objects.visible_to(subject).exclude(record__party_id=subject.party)
    corrected = table.filter(supersedes__party_id=F("record__party_id")).values("supersedes_id")
    rows = table.exclude(pk__in=corrected).order_by("-period_end", "-pk")
    looked_at = list(rows.values_list("pk", "indicator_id", "period_end")[:_LOOKED_AT])
    own = Verification.objects.visible_to(subject).filter(record__party_id=subject.party)
    verified = set(own.filter(about__in=[pk for pk, _of, _end in looked_at]).values_list("about_id", flat=True))
    last: dict[int, date] = {}
    waiting: dict[int, int] = {}
    for pk, indicator, end in looked_at:
        if last.setdefault(indicator, end) == end and pk not in verified:
            waiting.setdefault(indicator, pk)
    pairs = list(waiting.items())[:limit]
    cards = resolve([pk for pair in pairs for pk in pair], subject, reader())
    for indicator, pk in pairs:
        card, of = cards[pk], cards[indicator]
        if card.shown and of.shown:
            address = reverse("shell:enter", args=["responses.verification"]) + f"?about={card.slug}"
            yield Need(
                f"{of.title}: {card.title}", card.party, _("Not verified by your party yet"), _("Verify"), address
            )


def latest(subject: Subject, language: str, limit: int) -> list[Card]:
    """The records that changed last."""
    rows: RowsQuerySet[Record] = Record.objects.system("the newest of each label; scoped by page").filter(
        revision__gt=0, purged=False
    )
    found = page(rows, subject, key="log_index", limit=limit).rows
    cards = resolve([row.pk for row in found], subject, language)
    return [cards[row.pk] for row in found if cards[row.pk].shown]
