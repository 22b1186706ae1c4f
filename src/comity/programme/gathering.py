"""From tables to facts: what the rules of `domain` reason about, as one subject may see it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any, TypeVar

from comity.kernel.codes import known
from comity.kernel.ids import PartyId
from comity.kernel.text import Text
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.people.queries import last_days
from comity.programme import lists, models
from comity.programme.domain import facts as f
from comity.programme.domain import vocabulary as v
from comity.programme.wording import INITIATIVE
from comity.records.models import Revision
from comity.records.resolve import body_of
from comity.responses import domain as r
from comity.responses.models import Concurrence, Verification
from comity.responses.wording import CONCURRENCE, said_since

_Code = TypeVar("_Code", bound=StrEnum)


def _code(of: type[_Code], text: str) -> _Code | str:
    """The member of a closed list that `text` names, or the text itself where a newer version wrote it."""
    return known(of, text) or text


def amount(row: Any) -> f.Amount:
    """The figure of a baseline, target or measurement."""
    judgement = getattr(row, "judgement", "")
    return f.Amount(
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        level=row.level,
        narrative=Text.of(row.narrative) if row.narrative else None,
        judgement=known(v.Judgement, judgement),
    )


def _figure(row: Any) -> dict[str, Any]:
    return {
        "id": row.record.slug,
        "author": PartyId(row.record.party_id),
        "period": f.Period(row.period_start, row.period_end),
        "place": row.place,
        "amount": amount(row),
    }


def baseline_fact(row: models.Baseline) -> f.BaselineFact:
    """One baseline."""
    return f.BaselineFact(**_figure(row))


def target_fact(row: models.Target) -> f.TargetFact:
    """One target."""
    return f.TargetFact(**_figure(row))


def measurement_fact(
    row: models.Measurement, verifications: Sequence[f.VerificationFact] = (), slugs: Mapping[int, str] | None = None
) -> f.MeasurementFact:
    """One measurement; `slugs` names the measurements that others supersede."""
    supersedes = row.supersedes_id
    return f.MeasurementFact(
        **_figure(row),
        indicator=str(row.indicator_id),
        cells=lists.cells(row.cells),
        supersedes=None if supersedes is None else (slugs or {}).get(supersedes, f"#{supersedes}"),
        collected_on=row.collected_on,
        grade=row.grade,
        sample_size=row.sample_size,
        margin=row.margin,
        verifications=tuple(verifications),
        log_index=row.record.log_index or 0,
    )


def verification_fact(row: Verification, about: str) -> f.VerificationFact:
    """One verification of the measurement called `about`."""
    return f.VerificationFact(
        id=row.record.slug,
        about=about,
        author=PartyId(row.record.party_id),
        finding=_code(r.Finding, row.finding),
        mode=_code(r.Mode, row.mode),
        verified_on=row.verified_on,
        log_index=row.record.log_index or 0,
    )


def indicators(rows: Sequence[models.Indicator], subject: Subject) -> dict[int, f.IndicatorFacts]:
    """Each indicator with everything recorded under it that `subject` may read; five queries however many there are."""
    pks = [row.pk for row in rows]
    of: dict[str, dict[int, list[Any]]] = {}
    for name, model in (
        ("baselines", models.Baseline),
        ("targets", models.Target),
        ("measurements", models.Measurement),
    ):
        found = model.objects.visible_to(subject).filter(indicator__in=pks).select_related("record")
        of[name] = defaultdict(list)
        for row in found.order_by("period_end", "pk"):
            of[name][row.indicator_id].append(row)
    measured = {m.pk: m for several in of["measurements"].values() for m in several}
    checks: dict[int, list[f.VerificationFact]] = defaultdict(list)
    found_checks = Verification.objects.visible_to(subject).filter(about__in=list(measured)).select_related("record")
    for check in found_checks.order_by("record__log_index"):
        checks[check.about_id].append(verification_fact(check, measured[check.about_id].record.slug))
    slugs = {pk: row.record.slug for pk, row in measured.items()}
    hosted = set(Party.objects.filter(hosted=True).values_list("pk", flat=True))
    made = {}
    for row in rows:
        made[row.pk] = indicator(
            row,
            baselines=tuple(baseline_fact(b) for b in of["baselines"][row.pk]),
            targets=tuple(target_fact(t) for t in of["targets"][row.pk]),
            measurements=tuple(measurement_fact(m, checks[m.pk], slugs) for m in of["measurements"][row.pk]),
            copy=row.reporter_id not in hosted,
        )
    return made


def indicator(row: Any, **recorded: Any) -> f.IndicatorFacts:
    """An indicator (a row, or what looks like one) with what is recorded under it.

    A code that this version does not know is put under `unknown`, and another stands in its place: it is not judged by.
    """
    measure, nature = known(v.Measure, row.measure), known(v.Nature, row.nature)
    direction, frequency = known(v.Direction, row.direction), known(v.Frequency, row.frequency)
    read = {row.measure: measure, row.nature: nature, row.direction: direction, row.frequency: frequency}
    return f.IndicatorFacts(
        id=row.record.slug,
        owner=PartyId(row.record.party_id),
        reporter=PartyId(row.reporter_id),
        measure=measure or v.Measure.QUALITATIVE,
        nature=nature or v.Nature.STOCK,
        direction=direction or v.Direction.ASCENDING,
        frequency=frequency or v.Frequency.ONCE,
        additive=row.additive,
        distinct_people=row.distinct_people,
        straight_line=row.straight_line,
        critical=row.critical,
        weight=row.weight,
        levels=len(row.levels),
        dimensions=lists.dimensions(row.dimensions),
        verifier=PartyId(row.verifier_id) if row.verifier_id else None,
        title=Text.of(row.title),
        unknown=tuple(text for text, code in read.items() if code is None),
        **recorded,
    )


def mandate(row: models.Mandate, institutions: Iterable[int] = ()) -> f.MandateFacts:
    """A mandate, with its party at hand; institutions by the pks of their records."""
    return f.MandateFacts(
        id=row.record.slug,
        owner=PartyId(row.record.party_id),
        clauses=tuple(lists.clauses(row.clauses)),
        areas=frozenset(area for area in row.areas if isinstance(area, str)),
        institutions=frozenset(str(pk) for pk in institutions),
        begins=row.begins,
        review=row.review,
        ends=row.ends,
        of_host=row.record.party.nature == HOST,
    )


def initiative(row: models.Initiative, subject: Subject) -> f.InitiativeFacts:
    """An initiative with what parties have said to it, as the rules of its mandate look at it."""
    said, worded = spoken([row.pk], INITIATIVE, subject)
    return f.InitiativeFacts(
        id=row.record.slug,
        owner=PartyId(row.record.party_id),
        clause=row.clause,
        status=_code(v.InitiativeStatus, row.status),
        status_reason=Text.of(row.status_reason) if row.status_reason else None,
        planned_start=row.planned_start,
        planned_end=row.planned_end,
        actual_start=row.actual_start,
        actual_end=row.actual_end,
        host=host_under(row.mandate.party_id if row.mandate_id else None, hosts()),
        concurrences=tuple(said.get(row.pk, ())),
        in_principle=was_in_principle(row.pk, subject),
        worded_at=worded.get(row.pk, 0),
    )


def was_in_principle(pk: int, subject: Subject) -> bool:
    """Whether an initiative was ever agreed in principle, by the revisions that `subject` may read."""
    rows = Revision.objects.visible_to(subject).filter(record=pk, body__isnull=False).values_list("body", flat=True)
    return any(body_of(bytes(data or b"")).get("status") == v.InitiativeStatus.IN_PRINCIPLE for data in rows)


def concurrences(about: Iterable[int], subject: Subject) -> dict[int, list[f.ConcurrenceFact]]:
    """What parties have said about these records, oldest first, as far as `subject` may read it."""
    rows = list(
        Concurrence.objects.visible_to(subject)
        .filter(about__in=list(about))
        .select_related("record")
        .order_by("record__log_index")
    )
    said = said_since({row.pk: CONCURRENCE for row in rows})
    until = last_days([(row.signatory_id, row.letter_date) for row in rows if row.signatory_id], subject)
    found: dict[int, list[f.ConcurrenceFact]] = defaultdict(list)
    for row in rows:
        found[row.about_id].append(
            f.ConcurrenceFact(
                id=row.record.slug,
                author=PartyId(row.record.party_id),
                position=_code(r.Position, row.position),
                view=_code(r.View, row.view),
                letter_number=row.letter_number,
                letter_date=row.letter_date,
                authority=Text.of(row.authority) if row.authority else None,
                conditions=Text.of(row.conditions) if row.conditions else None,
                reason=Text.of(row.reason) if row.reason else None,
                signatory=str(row.signatory_id) if row.signatory_id else None,
                signatory_until=until.get((row.signatory_id, row.letter_date)) if row.signatory_id else None,
                read_revision=row.read_revision,
                read_commitment=row.read_commitment,
                log_index=said[row.pk].index if row.pk in said else 0,
            )
        )
    return found


def spoken(
    about: Iterable[int], wording: Iterable[str], subject: Subject
) -> tuple[dict[int, list[f.ConcurrenceFact]], dict[int, int]]:
    """What parties have said about these records, each with whether it is for the wording that stands now.

    Beside it, of each record that somebody spoke of: the log index since which it says what it says.
    """
    found = concurrences(about, subject)
    worded = said_since(dict.fromkeys(found, tuple(wording)))
    for pk, since in worded.items():
        found[pk] = [replace(one, covers=since.covers(one.read_revision, one.read_commitment)) for one in found[pk]]
    return found, {pk: since.index for pk, since in worded.items()}


HOST = "host"
"""The nature of a party whose country it is."""


def hosts() -> frozenset[PartyId]:
    """The host nations that this node knows."""
    return frozenset(PartyId(pk) for pk in Party.objects.filter(nature=HOST).values_list("pk", flat=True))


def host_under(owner: str | None, hosts: frozenset[PartyId]) -> PartyId:
    """Whose word counts under a mandate of `owner` (None: no mandate): the owner's, which must be a host.

    Where no host owns it, the only host there is; the empty id where there is none, or more than one to choose from.
    """
    if owner is not None and PartyId(owner) in hosts:
        return PartyId(owner)
    return next(iter(hosts)) if len(hosts) == 1 else PartyId("")
