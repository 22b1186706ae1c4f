"""The words, tone and mark of every state a page can show.

A state is told by its words first, then by a mark whose *shape* differs, and by colour last: each alone suffices.
Tones: good, wait, bad, done, none, plain. Wording keeps face: *in discussion* and *awaiting*, never a scolding
"overdue" on the other side's page.
"""

from dataclasses import dataclass

from django.utils.translation import gettext

from comity.kernel.text import N_


@dataclass(frozen=True, slots=True)
class State:
    """How one state looks: `words` is a message id, `tone` names its colours, `mark` its shape."""

    key: str
    words: str
    tone: str
    mark: str

    def __str__(self) -> str:
        return gettext(self.words)


_STATES = {
    key: State(key, words, tone, mark)
    for key, words, tone, mark in (
        # indicators
        ("achieved", N_("achieved"), "done", "check"),
        ("on_track", N_("on track"), "good", "disc"),
        ("maintained", N_("maintained"), "good", "equal"),
        ("behind", N_("behind"), "wait", "half"),
        ("regressing", N_("regressing"), "bad", "down"),
        ("regression", N_("regression"), "bad", "down"),
        ("breached", N_("breached"), "bad", "down"),
        ("measured", N_("measured"), "plain", "disc"),
        ("not_measured", N_("not measured"), "none", "ring"),
        ("not_due", N_("not yet due"), "none", "dots"),
        ("claimed", N_("claimed, not measured"), "none", "quote"),
        # how old, how sure
        ("fresh", N_("fresh"), "good", "disc"),
        ("due", N_("due"), "wait", "half"),
        ("stale", N_("stale"), "wait", "ring"),
        ("self_reported", N_("self-reported"), "plain", "one"),
        ("verified", N_("verified"), "good", "check"),
        ("independently_verified", N_("independently verified"), "good", "check"),
        ("jointly_verified", N_("jointly verified"), "good", "two"),
        ("not_confirmed", N_("not confirmed by the verifier"), "bad", "cross"),
        ("confirmed_in_part", N_("confirmed in part"), "wait", "half"),
        # objectives
        ("draft", N_("draft"), "none", "dots"),
        ("submitted", N_("submitted"), "plain", "arrow"),
        ("proposed", N_("proposed"), "wait", "ring"),
        ("endorsed", N_("endorsed"), "good", "check"),
        ("active", N_("active"), "good", "disc"),
        ("retired", N_("retired"), "none", "dash"),
        ("superseded", N_("superseded"), "none", "dash"),
        # initiatives and milestones
        ("planned", N_("planned"), "plain", "dots"),
        ("in_principle", N_("agreed in principle"), "wait", "half"),
        ("paused", N_("paused"), "wait", "bars"),
        ("completed", N_("completed"), "done", "check"),
        ("cancelled", N_("cancelled"), "none", "cross"),
        ("done", N_("done"), "done", "check"),
        ("missed", N_("not met"), "bad", "cross"),
        ("dropped", N_("dropped"), "none", "dash"),
        # what one party says of a record
        ("concurs", N_("concurs"), "good", "check"),
        ("with_conditions", N_("concurs with conditions"), "wait", "half"),
        ("refuses", N_("does not concur"), "bad", "cross"),
        ("withdrawn", N_("withdrawn"), "none", "dash"),
        ("in_discussion", N_("in discussion"), "wait", "two"),
        ("awaiting", N_("awaiting an answer"), "wait", "dots"),
        ("accepted", N_("accepted"), "good", "check"),
        ("declined", N_("declined"), "none", "cross"),
        ("overtaken", N_("overtaken"), "wait", "half"),
        ("answered", N_("answered"), "good", "check"),
        ("disputed", N_("disputed"), "wait", "two"),
        ("confirmed", N_("confirmed"), "good", "check"),
        ("in_part", N_("confirmed in part"), "wait", "half"),
        ("to_be_confirmed_again", N_("to be confirmed again"), "wait", "ring"),
        # risks and assumptions
        ("open", N_("open"), "wait", "ring"),
        ("closed", N_("closed"), "none", "dash"),
        ("holds", N_("holds"), "good", "disc"),
        ("doubtful", N_("doubtful"), "wait", "half"),
        ("failed", N_("has failed"), "bad", "cross"),
        ("unknown", N_("not known"), "none", "ring"),
        # holders of a position
        ("acting", N_("acting"), "wait", "half"),
        ("designated", N_("designated"), "plain", "arrow"),
        ("reported", N_("reported"), "none", "quote"),
        ("in_office", N_("in office"), "good", "disc"),
        # mandate
        ("in_force", N_("in force"), "good", "disc"),
        ("not_begun", N_("not begun"), "none", "dots"),
        ("ended", N_("ended"), "none", "dash"),
        ("end_not_stated", N_("end not stated"), "none", "ring"),
        # exchange
        ("held", N_("held"), "wait", "bars"),
        ("released", N_("released"), "good", "arrow"),
        ("purged", N_("purged"), "none", "dash"),
        ("intact", N_("intact"), "good", "check"),
        ("broken", N_("does not verify"), "bad", "cross"),
    )
}


def state(key: str) -> State:
    """The state called `key`; a KeyError for one that has no words, so that no page ever shows a bare key."""
    return _STATES[str(key)]


def keys() -> frozenset[str]:
    """Every state that has words."""
    return frozenset(_STATES)
