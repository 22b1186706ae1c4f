"""What becomes of a sheet: uploaded, its columns taken as they are proposed, checked, applied, and looked at."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from comity.kernel.clock import now
from comity.labels.subject import Subject
from comity.records.sheets import carrying
from comity.records.sheets.models import Sheet, SheetColumns
from comity.shell import import_work
from tests.leaks.asks import Ask

MOVED = 302


def at_once(sheet: Sheet, subject: Subject) -> None:
    """What a thread would do beside the pages, in place of `import_work.start`."""
    if token := carrying.claim(sheet, at=now()):
        carrying.carry_on(sheet.pk, token, actor=subject, say=import_work.say, now=now)


def imported(client: Client, ask: Ask) -> list[Any]:
    """Every answer on the way, the last one first; as far as it goes."""
    file = SimpleUploadedFile("sheet.csv", ask.file.encode(), "text/csv")
    answers = [client.post(ask.address, {"file": file})]
    if answers[0].status_code != MOVED or not answers[0]["Location"].startswith("/import/"):
        return answers
    draft = answers.pop()["Location"]
    sheet = Sheet.objects.get(uuid=draft.rstrip("/").rpartition("/")[2])
    Sheet.objects.filter(pk=sheet.pk).update(uuid=ABOUT)
    here = draft.replace(str(sheet.uuid), ABOUT)
    columns = {f"c{place}": column["target"] for place, column in enumerate(sheet.columns)}
    for sent in ({"do": "columns", **columns, **dict(ask.sent)}, {"do": "apply", "clean": "on"}):
        answers += [client.post(here, sent), client.get(here)]
    SheetColumns.objects.all().delete()
    return answers[::-1]


ABOUT = "00000000-0000-7000-8000-00000000beef"
"""What a draft is called, so that two of them are alike."""
