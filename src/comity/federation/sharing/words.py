"""What conditions, reasons and findings are called on pages; message ids, translated where they are shown."""

from __future__ import annotations

from comity.audit.witnessing import Finding
from comity.federation.models import Outcome
from comity.federation.sharing.domain import Condition
from comity.federation.transport.pause import PAUSED
from comity.kernel.text import N_

CONDITION_WORDS = {
    Condition.STOPPED: N_("waits for you: it contradicted itself"),
    Condition.NOT_JOINED: N_("not joined"),
    Condition.PAUSED: N_("paused: its disk is full"),
    Condition.SILENT: N_("does not answer"),
    Condition.FETCHING: N_("has more than we have"),
    Condition.BEHIND: N_("on the way"),
    Condition.IN_STEP: N_("in step"),
}
CONDITION_LOOKS = {
    Condition.STOPPED: ("bad", "cross"),
    Condition.NOT_JOINED: ("none", "ring"),
    Condition.PAUSED: ("wait", "bars"),
    Condition.SILENT: ("bad", "down"),
    Condition.FETCHING: ("wait", "half"),
    Condition.BEHIND: ("plain", "arrow"),
    Condition.IN_STEP: ("good", "check"),
}
"""Tone and mark, as `shell.states` knows them."""

STOPPED_WORDS = {
    "equivocation": N_("it signed two different histories of this feed"),
    "spliced": N_("it signed a step whose content belongs elsewhere"),
    "malformed": N_("it signed a step that is not in any known form"),
    "bad-signature": N_("it signed a step whose content another key has signed"),
    "not-a-member": N_("it spoke for a channel that it is not in"),
    "old-audience": N_("it spoke for an older audience than before"),
    "wrong-epoch": N_("it used another key than the one it had promised"),
    "cannot-open": N_("it signed a step that does not open with the key it named"),
    "too-big": N_("it signed a step that is larger than the protocol allows"),
    "revoked": N_("the step was signed with a key that it had revoked"),
}
"""Why a feed was stopped, by the code of the protocol."""

UNREAD_WORDS = {
    "no-key": N_("said before your party was a member, or the key has not come"),
    "unknown-suite": N_("sealed in a way that this version cannot open"),
}
"""Why a step is here and not read."""

HELD_WORDS = {
    "foreign": N_("it belongs to another party"),
    "over-ceiling": N_("the channel may not carry it"),
    "spliced": N_("it was announced as another record than it is"),
    "NotForUs": N_("its marking releases it to nobody there"),
    "SaidTwice": N_("the same revision had come before, and said something else"),
    "AnotherKind": N_("the record was of another kind before"),
    "CannotBeStored": N_("it could not be stored"),
    "NotARevision": N_("it is not in the form of a record"),
    "UnknownKind": N_("that kind of record is not known there"),
}
"""Why a partner holds a record of ours back, by the code in its receipt."""

UNKNOWN_REASON = N_("for a reason that this version has no words for (%(code)s)")

FINDING_WORDS = {
    Finding.FORKED: N_("It signed two different logs of the same length."),
    Finding.SHORTER: N_("It signed a shorter log than before, and nothing shows that the longer one begins with it."),
    Finding.NOT_PROVED: N_("It signed a longer log, and does not show that it begins with the one it signed before."),
}

OUTCOME_WORDS = {
    Outcome.GOES_ON: N_("goes on with the steps that were taken in"),
    Outcome.OTHER: N_("goes on with the other steps"),
    Outcome.CUT_BACK: N_("goes on from the last step that its party stands by"),
    Outcome.GIVEN_UP: N_("given up"),
    Outcome.ANEW: N_("the log begins anew"),
}

TROUBLE_WORDS = {
    "Unreachable": N_("there is no answer at its address"),
    "Refused: 401": N_("it does not accept what this node signs; perhaps it has not confirmed your party"),
    "Refused: 409": N_("it took a question for one that was asked before"),
    "Refused: 429": N_("it asks for time"),
    "Refused: 5": N_("it answers with an error of its own"),
    "Refused": N_("it refuses the question"),
    "BadAddress": N_("its address is not allowed here"),
    "KeyMissing": N_("a key of your own party is missing on this node"),
    "SignerAway": N_("the process of this node that signs does not run"),
}
"""What is wrong with a line, by how its last error begins; the longest that fits."""

OTHER_TROUBLE = N_("its answer is not understood here")


def trouble(last_error: str) -> str:
    """The message id for what went wrong last; "" for nothing."""
    fits = [start for start in TROUBLE_WORDS if last_error.startswith(start)]
    if not last_error or last_error == PAUSED:
        return ""
    return TROUBLE_WORDS[max(fits, key=len)] if fits else OTHER_TROUBLE
