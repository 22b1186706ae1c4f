"""Carrying a draft on: checking or applying it, by whoever finds it waiting.

A worker says every few moments that it lives. One that was killed is silent, and after `SILENCE` whoever looks at the
draft next carries it on: checking begins again, applying continues after the last whole unit. Two never work on one
draft: the claim is one conditional UPDATE, and units are marked in the transaction that writes their records.
"""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q

from comity.labels.subject import Subject
from comity.records.sheets.application import Application
from comity.records.sheets.models import Sheet, State
from comity.records.sheets.validation import Say, Validation

SILENCE = timedelta(seconds=20)
AT_WORK = (State.CHECKING, State.APPLYING)


class TakenAway(Exception):
    """This worker's claim does not hold any more."""


def waits(sheet: Sheet, *, at: datetime) -> bool:
    """Whether there is work on it, and nobody at it."""
    return sheet.state in AT_WORK and (not sheet.holder or sheet.beat is None or sheet.beat < at - SILENCE)


def claim(sheet: Sheet, *, at: datetime) -> str:
    """Take a waiting draft: the token of the claim, "" when somebody else was faster."""
    token = secrets.token_hex(16)
    free = Q(holder="") | Q(beat__isnull=True) | Q(beat__lt=at - SILENCE)
    taken = Sheet.objects.filter(free, pk=sheet.pk, state__in=AT_WORK).update(holder=token, beat=at)
    return token if taken else ""


def carry_on(sheet_pk: int, token: str, *, actor: Subject, say: Say, now: Callable[[], datetime]) -> None:
    """Do the work of a claimed draft, to its end or until the claim is lost."""
    sheet = Sheet.objects.filter(pk=sheet_pk, holder=token).first()
    if sheet is None:
        return

    def beat(done: int) -> None:
        if not Sheet.objects.filter(pk=sheet_pk, holder=token).update(done=done, beat=now()):
            raise TakenAway

    try:
        if sheet.state == State.CHECKING:
            Validation(sheet, actor, now(), say=say, random=secrets.token_bytes).run(beat)
        elif sheet.state == State.APPLYING:
            Application(sheet, actor, say=say).run(beat, now)
    except TakenAway:
        return


def apply(sheet: Sheet) -> None:
    """The author's word that what the preview showed be written."""
    Sheet.objects.filter(pk=sheet.pk, state=State.CHECKED).update(
        state=State.APPLYING, done=0, holder="", beat=None, problems=[]
    )
