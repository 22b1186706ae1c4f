"""Scenes in which parties speak of each other's records: what was said, asked or proposed in secret is not felt."""

from __future__ import annotations

from typing import Any

from comity.kernel.text import Text
from comity.records.kinds import kind_coded
from tests.leaks.markings import SHARED
from tests.leaks.stage import Stage, read

ALONE: dict[str, Any] = {"parent": None, "institution": None, "continues": None, "stage": "submitted"}
UNSAID: dict[str, Any] = {"office": None}


def play(stage: Stage) -> None:
    """Plant them all."""
    talked = stage.seen("talked of", "programme.objective", parent=None, continues=None, stage="submitted")
    for scene in (_wordings, _initiatives):
        scene(stage)
    for about in (_asking, _proposing):
        about(stage, talked)


def _wordings(stage: Stage) -> None:
    """An objective whose first wording is hidden: somebody concurred with it, or says that they have read it."""
    reworded = stage.opened("reworded", "programme.objective", **ALONE)
    stage.seen("word on hidden words", "responses.concurrence", "iraq", about=reworded, signatory=None,
        **read(reworded))  # fmt: skip
    stage.opened("in the same words", "programme.objective", **_words(stage, "programme.objective"), **ALONE)


def _words(stage: Stage, code: str) -> dict[str, Any]:
    """One wording for two revisions; its canaries are those of the one that is seen."""
    kind = kind_coded(code)
    words = stage.planter.fields(kind, "widened-since", f"{code} in the same words by nmi, revision 2")
    return {name: value for name, value in words.items() if name not in ALONE}


def _initiatives(stage: Stage) -> None:
    """What was agreed in principle in secret, and what names objectives that are hidden or purged."""
    stage.opened("agreed in secret", "programme.initiative", status="in_principle", then={"status": "planned"})
    stage.hidden("secretly awaiting a word", "programme.initiative", status="in_principle")
    hidden = stage.hidden("hidden end", "programme.objective", **ALONE)
    purged = stage.marked("purged end", "programme.objective", "purged-worked-for", SHARED, **ALONE)
    seen = stage.seen("seen end", "programme.objective", **ALONE)
    stage.seen("towards a hidden end", "programme.initiative", objectives=[hidden, seen], status="planned")
    stage.seen("towards a purged end", "programme.initiative", objectives=[purged, seen], status="planned")


def _asking(stage: Stage, talked: Any) -> None:
    """Questions that were hidden at first, that are about what is gone, and hidden ones that are newer than any."""
    stage.opened("asked in secret first", "responses.question", "iraq", about=talked, **UNSAID)
    gone = stage.marked("purged and spoken of", "programme.objective", "purged-spoken-of", SHARED, **ALONE)
    stage.seen("asked of a purged one", "responses.question", "iraq", about=gone, **UNSAID)
    secret = stage.hidden("hidden question", "responses.question", "iraq", about=talked, **UNSAID)
    stage.seen("answer to a hidden question", "responses.answer", about=secret, **UNSAID)
    stage.closed("question closed since", "responses.question", "iraq", about=talked, **UNSAID)
    for number in range(3):
        stage.hidden(f"newer hidden question {number}", "responses.question", "iraq", about=talked, **UNSAID)


def _proposing(stage: Stage, talked: Any) -> None:
    """Proposals that were declined in secret, that name what is hidden or gone, or are about it; and hidden ones."""
    read_now = read(talked)
    stage.seen("proposed and waiting", "responses.proposal", "iraq", about=talked, **read_now)
    declined = stage.seen("declined in secret", "responses.proposal", "iraq", about=talked, **read_now)
    stage.hidden("secret refusal", "responses.reply", about=declined)
    gone = stage.planted["purged and spoken of"].record
    stage.seen("proposed for a purged one", "responses.proposal", "iraq", about=gone)
    hidden = stage.hidden("hidden institution", "people.organisation", parent=None)
    purged = stage.marked("purged institution", "people.organisation", "purged-proposed", SHARED, parent=None)
    for name, institution in (("names a hidden institution", hidden), ("names a purged institution", purged)):
        named = [{"field": "institution", "value": str(institution.rid)}]
        stage.seen(name, "responses.proposal", "iraq", about=talked, changes=named, **read_now)
    secret = stage.hidden("hidden proposal", "responses.proposal", "iraq", about=talked, **read_now)
    stage.seen("reply to a hidden proposal", "responses.reply", about=secret, made_revision=None,
        reason=Text.single("en", "No").json())  # fmt: skip
    stage.closed("proposal closed since", "responses.proposal", "iraq", about=talked, **read_now)
    for number in range(3):
        stage.hidden(f"newer hidden proposal {number}", "responses.proposal", "iraq", about=talked, **read_now)
