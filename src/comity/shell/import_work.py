"""Drafts are carried on beside the pages: in a thread of the web process, so that a page answers at once.

Nothing depends on the thread: what it has done is in the database, and a page that finds a draft waiting (its process
was killed, say) starts another. So there is no queue to keep, and nothing to start by hand.
"""

import logging
from threading import Thread

from django.conf import settings
from django.db import connection
from django.utils.translation import override

from comity.kernel.clock import now
from comity.kernel.errors import DomainError
from comity.labels.subject import Subject
from comity.records.sheets import carrying
from comity.records.sheets.models import Sheet
from comity.shell.refusals import words_of

logger = logging.getLogger(__name__)


def say(refusal: DomainError) -> dict[str, str]:
    """A refusal in every language of the interface: its reader may change to another one later."""
    found = {}
    for language, _ in settings.LANGUAGES:
        with override(language):
            found[language] = words_of(refusal)
    return found


def start(sheet: Sheet, subject: Subject) -> None:
    """Have a waiting draft carried on, unless somebody is at it."""
    token = carrying.claim(sheet, at=now())
    if token:
        Thread(target=_work, args=(sheet.pk, token, subject), name="import", daemon=True).start()


def _work(pk: int, token: str, subject: Subject) -> None:
    try:
        carrying.carry_on(pk, token, actor=subject, say=say, now=now)
    except Exception:
        logger.exception("An import stopped; it goes on when its author looks at it again.")
    finally:
        connection.close()
