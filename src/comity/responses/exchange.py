"""The kinds of record that this domain shares."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from comity.kernel.errors import Refused, require
from comity.kernel.text import N_
from comity.labels.subject import Role
from comity.records.kinds import Body, Kind, Words
from comity.records.rules import Entry
from comity.responses import domain, models
from comity.shell.format import partial_date, separator
from comity.shell.record_forms import ScanField

REGISTRARS = frozenset({Role.REGISTRY_CLERK, Role.CHIEF, Role.LEGAL_ADVISER, Role.NATIONAL_REPRESENTATIVE})
VERIFIERS = frozenset({Role.ADVISER, Role.COUNTERPART, Role.PROGRAMME_MANAGER, Role.REGISTRY_CLERK, Role.CHIEF})


def check_concurrence(entry: Entry) -> None:
    """As `domain.concurrence_refusals`, and nobody concurs with a record of its own party."""
    require(entry.get("about").party_id != entry.actor.party, domain.OwnRecord(field="about"))
    refusals = domain.concurrence_refusals(
        position=entry.get("position"),
        view=entry.get("view"),
        letter_number=entry.get("letter_number") or "",
        letter_date=entry.get("letter_date"),
        has_authority=_says_something(entry.get("authority")),
        has_conditions=_says_something(entry.get("conditions")),
        today=entry.today,
    )
    if refusals:
        raise Refused(refusals)


def _says_something(text: Mapping[str, Any] | None) -> bool:
    return any(version.strip() for version in text["text"].values()) if text else False


def check_verification(entry: Entry) -> None:
    """Another party than the author verifies, and not in the future."""
    require(entry.get("about").party_id != entry.actor.party, domain.OwnMeasurement(field="about"))
    day = entry.get("verified_on")
    require(day <= entry.today, domain.VerifiedInTheFuture(field="verified_on", date=day))


def _codes(words: Mapping[Any, str]) -> Iterable[tuple[str, str]]:
    return [(str(code), word) for code, word in words.items()]


def _in_words(words: Mapping[str, str], code: str) -> str:
    """A code in words; one that a newer version wrote, as it is."""
    return gettext(words[code]) if code in words else code


def _concurrence_title(body: Body, language: str) -> str:
    parts = [_in_words(domain.POSITION_WORDS, body["position"])]
    if body.get("letter_number"):
        parts.append(gettext("letter %(number)s") % {"number": body["letter_number"]})
    return separator(language).join(parts)


def _verification_title(body: Body, language: str) -> str:
    finding = _in_words(domain.FINDING_WORDS, body["finding"])
    return f"{finding}{separator(language)}{partial_date(body['verified_on'], language)}"


KINDS = (
    Kind(
        name="responses.concurrence/1",
        model=models.Concurrence,
        singular=N_("Concurrence"),
        plural=N_("Concurrences"),
        title=_concurrence_title,
        fields={
            "about": Words(N_("About")),
            "position": Words(N_("Position taken")),
            "view": Words(
                N_("What kind of view"),
                N_("Only an official position changes a state; a working view is shown beside it."),
            ),
            "authority": Words(N_("On whose authority"), N_("The office, and what gives it the right to say so.")),
            "signatory": Words(N_("Signed by"), N_("The position of whoever signed.")),
            "letter_number": Words(N_("Number of the letter")),
            "letter_date": Words(N_("Date of the letter")),
            "scan": Words(N_("Scan of the letter"), N_("PDF, PNG or JPEG, up to 10 MB.")),
            "conditions": Words(N_("Conditions")),
            "reason": Words(N_("Reason"), N_("If one is given; a refusal needs none.")),
            "note": Words(N_("Remark")),
        },
        roles=REGISTRARS,
        refs={"about": (), "signatory": ("people.position",)},
        choices={
            "position": lambda: _codes(domain.POSITION_WORDS),
            "view": lambda: _codes(domain.VIEW_WORDS),
        },
        required=frozenset({"about", "position", "view"}),
        check=check_concurrence,
        named_files=frozenset({"scan"}),
        form_fields={"scan": lambda: ScanField(max_length=200)},
        label_from="about",
        parent="about",
        in_sheets=False,  # each is an act of its own
    ),
    Kind(
        name="responses.verification/1",
        model=models.Verification,
        singular=N_("Verification"),
        plural=N_("Verifications"),
        title=_verification_title,
        fields={
            "about": Words(N_("Measurement")),
            "finding": Words(N_("Finding")),
            "mode": Words(N_("How it was verified")),
            "method": Words(N_("What was looked at")),
            "verified_on": Words(N_("Verified on")),
            "note": Words(N_("Remark")),
        },
        roles=VERIFIERS,
        refs={"about": ("programme.measurement",)},
        choices={"finding": lambda: _codes(domain.FINDING_WORDS), "mode": lambda: _codes(domain.MODE_WORDS)},
        required=frozenset({"about", "finding", "mode", "verified_on"}),
        check=check_verification,
        label_from="about",
        parent="about",
        in_sheets=False,  # each is an act of its own
    ),
)
