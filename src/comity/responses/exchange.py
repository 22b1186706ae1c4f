"""The kinds of record that this domain shares."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from comity.kernel.errors import Refused, require
from comity.kernel.text import N_
from comity.labels.domain import admits_more
from comity.labels.queries import label_of
from comity.labels.subject import READING_ROLES, Role
from comity.records.checking import FieldMissing, WrongKind
from comity.records.kinds import Body, Kind, Words
from comity.records.models import Record
from comity.records.rules import Entry
from comity.records.titles import text_of, titled
from comity.responses import domain, models, proposing, wording
from comity.shell.format import partial_date, separator
from comity.shell.record_forms import ScanField

REGISTRARS = frozenset({Role.REGISTRY_CLERK, Role.CHIEF, Role.LEGAL_ADVISER, Role.NATIONAL_REPRESENTATIVE})
VERIFIERS = frozenset({Role.ADVISER, Role.COUNTERPART, Role.PROGRAMME_MANAGER, Role.REGISTRY_CLERK, Role.CHIEF})

ANSWERERS = READING_ROLES
THREAD = ("responses.question/", "responses.answer/", "responses.reply/")
"""What belongs to a thread already, and opens none."""
OFFICE = Words(N_("For which office"), N_("The position that speaks; no name."))


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


def check_question(entry: Entry) -> None:
    """Of a question nobody asks a question: it is answered."""
    require(entry.get("state") != "", FieldMissing(field="state"))
    asked: Record = entry.get("about")
    require(not asked.kind.startswith(THREAD), WrongKind(field="about"))


def check_answer(entry: Entry) -> None:
    """Under the marking of the record that the question is about, and under no wider one."""
    _asked(entry, models.Question)


def check_reply(entry: Entry) -> None:
    """By the owner of the record alone, once, and an acceptance names the revision that it made."""
    proposal = _asked(entry, models.Proposal)
    require(proposal.about.party_id == entry.actor.party, domain.AnswerOfTheOwner(field="about"))
    accepted = entry.get("decision") == domain.Decision.ACCEPTED
    require(not accepted or entry.get("made_revision"), domain.AcceptedByAnEdit(field="decision"))
    if entry.row is None:
        said = models.Reply.objects.visible_to(entry.actor).filter(about=entry.get("about"))
        replies = list(said.filter(record__party_id=entry.actor.party).values_list("decision", flat=True))
        state = domain.proposal_state(proposal.state, replies, overtaken=False)
        require(state.is_open, domain.AnsweredAlready(state=str(state)))


def _asked(entry: Entry, table: type[models.Question | models.Proposal]) -> Any:
    """What is answered. Whoever answers reads it, and it is marked no wider than the record that it is about.

    Who may not read that record reads something marked wider: the two need not be told apart.
    """
    rows = table.objects.visible_to(entry.actor).select_related("about")
    asked: Any = rows.filter(pk=entry.get("about").pk).first()
    if asked is None:
        raise domain.MarkedOtherwise
    there = Record.objects.system("its marking alone is compared").filter(revision__gt=0, purged=False)
    about = there.filter(pk=asked.about_id).first()
    if about is None or about.label_id is None:
        raise domain.MarkedOtherwise
    require(not admits_more(label_of(asked.label_id), label_of(about.label_id)), domain.MarkedOtherwise)
    return asked


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


def _proposal_title(body: Body, language: str) -> str:
    return text_of(body.get("reason"), language) or gettext("Proposed change")


def _reply_title(body: Body, language: str) -> str:
    reason = text_of(body.get("reason"), language)
    return separator(language).join(filter(None, (_in_words(domain.DECISION_WORDS, body["decision"]), reason)))


KINDS: tuple[Kind, ...] = (
    Kind(
        name="responses.concurrence/1",
        model=models.Concurrence,
        singular=N_("Concurrence"),
        plural=N_("Concurrences"),
        title=_concurrence_title,
        fields={
            "about": Words(N_("About")),
            "read_revision": Words(N_("Read at revision")),
            "read_commitment": Words(N_("Commitment of what was read")),
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
        agrees=lambda body: body.get("position") == "concurs" if body.get("view") == "official" else None,
        label_from="about",
        parent="about",
        in_sheets=False,  # each is an act of its own
        unasked=wording.READ,
        stamp=lambda entry: wording.read_by(entry, wording.CONCURRENCE),
        listed=("about", "position", "view", "signatory", "letter_number", "letter_date"),
        responds=True,
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
        responds=True,
    ),
    Kind(
        name="responses.proposal/1",
        model=models.Proposal,
        singular=N_("Proposal"),
        plural=N_("Proposals"),
        title=_proposal_title,
        fields={
            "about": Words(N_("About")),
            "read_revision": Words(N_("Read at revision")),
            "read_commitment": Words(N_("Commitment of what was read")),
            "changes": Words(N_("What is proposed")),
            "reason": Words(N_("Why")),
            "state": Words(N_("State")),
        },
        roles=ANSWERERS,
        refs={"about": ()},
        choices={"state": lambda: _codes(domain.PUT_WORDS)},
        required=frozenset({"about"}),
        check=proposing.check_proposal,
        unasked=wording.READ | {"about", "changes"},
        stamp=lambda entry: wording.read_by(entry, ("about", "changes")),
        label_from="about",
        holds_label=False,
        parent="about",
        listed=("about", "read_revision", "state"),
        in_sheets=False,  # each is an act of its own
        responds=True,
        opened_at="responses:propose",
        page="responses:proposal",
    ),
    Kind(
        name="responses.reply/1",
        model=models.Reply,
        singular=N_("Reply to a proposal"),
        plural=N_("Replies to proposals"),
        title=_reply_title,
        fields={
            "about": Words(N_("Proposal")),
            "decision": Words(N_("Decision")),
            "made_revision": Words(N_("Revision that was made")),
            "reason": Words(N_("Reason")),
        },
        roles=ANSWERERS,
        refs={"about": ("responses.proposal",)},
        choices={"decision": lambda: _codes(domain.DECISION_WORDS)},
        required=frozenset({"about", "decision"}),
        check=check_reply,
        unasked=frozenset({"about", "decision", "made_revision"}),
        label_from="about",
        holds_label=False,
        parent="about",
        in_sheets=False,  # each is an act of its own
        responds=True,
        opened_at="responses:decline",
    ),
    Kind(
        name="responses.question/1",
        model=models.Question,
        singular=N_("Question"),
        plural=N_("Questions"),
        title=titled("words"),
        fields={
            "about": Words(N_("About")),
            "words": Words(N_("Question"), N_("Name nobody: say the position.")),
            "office": OFFICE,
            "state": Words(N_("State")),
        },
        roles=ANSWERERS,
        refs={"about": (), "office": ("people.position",)},
        choices={"state": lambda: _codes(domain.ASKED_WORDS)},
        required=frozenset({"about", "words"}),
        check=check_question,
        unfit=lambda fixed: frozenset({"state"}) if fixed else frozenset(),
        label_from="about",
        holds_label=False,
        parent="about",
        listed=("about", "office", "state"),
        in_sheets=False,  # each is an act of its own
        responds=True,
    ),
    Kind(
        name="responses.answer/1",
        model=models.Answer,
        singular=N_("Answer"),
        plural=N_("Answers"),
        title=titled("words"),
        fields={
            "about": Words(N_("Question")),
            "words": Words(N_("Answer"), N_("Name nobody: say the position.")),
            "office": OFFICE,
        },
        roles=ANSWERERS,
        refs={"about": ("responses.question",), "office": ("people.position",)},
        required=frozenset({"about", "words"}),
        check=check_answer,
        label_from="about",
        holds_label=False,
        parent="about",
        listed=("about", "office"),
        in_sheets=False,  # each is an act of its own
        responds=True,
    ),
)
