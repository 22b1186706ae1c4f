"""A person is purged on a real node, and not a byte of the name is left on its disk, nor in a backup made after it."""

import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.config.tests.nodes import PARTIES, blank, comity, python

# Words of the name as a program may have stored them: as typed, folded for search, in either script.
NEEDLES = [word.encode() for word in ("zebulon", "kanarifar", "zabulun", "زبولون", "كناريفار")]
ABOUT = """
name = "small"
order = ["parties.toml", "records.toml"]
[label.shared]
policy = "PARTNERSHIP"
releasable_to = ["mission"]
"""
RECORDS = """
[[people.organisation]]
key = "org"
owner = "mission"
label = "shared"
name = { original = "en", en = "Office" }
nature = "office"
[[people.position]]
key = "post"
owner = "mission"
label = "shared"
title = { original = "en", en = "Director" }
organisation = "org"
holders = "one"
[[people.person]]
key = "person.zebulon"
owner = "mission"
label = "shared"
name = { original = "en", en = "Zebulon Kanarifar", ar = "زبولون الكناريفار" }
variants = ["Zabulun"]
[[people.appointment]]
key = "appointment.zebulon"
owner = "mission"
label = "shared"
position = "post"
person = "person.zebulon"
status = "confirmed"
starts = "2024"
note = { original = "en", en = "KANARIFAR took over in spring." }
[[people.mention]]
key = "mention.zebulon"
owner = "mission"
label = "shared"
named_in = "post"
name = { original = "ar", ar = "زبولون" }
[[people.identification]]
key = "says"
owner = "mission"
label = "shared"
mention = "mention.zebulon"
person = "person.zebulon"
finding = "same"
"""
BEGIN = """
import secrets
import django
django.setup()
from comity.kernel.clock import now
from comity.kernel.text import Text
from comity.labels.scale import PARTNERSHIP, Classification
from comity.labels.subject import READING_ROLES, Clearance, Subject
from comity.kernel.ids import PartyId
from comity.parties.models import Party
from comity.people import models
from comity.records.entry import amend
from comity.records.kinds import kind_coded
cleared = frozenset({Clearance(PARTNERSHIP, Classification.UNCLASSIFIED)})
actor = Subject(PartyId(Party.objects.get().pk), "officer", READING_ROLES, cleared)
"""
LIVE = (
    BEGIN
    + """
from comity.records.sheets.drafts import upload
row = models.Person.objects.visible_to(actor).select_related("record").get()
name = Text("en", {"en": "Z. Kanarifar", "ar": "زبولون الكناريفار"}).json()
amend(kind_coded("people.person"), row, expected_revision=1, fields={"name": name}, actor=actor, at=now())
org = models.Organisation.objects.visible_to(actor).select_related("record").get()
for number, note in enumerate(("Led by Zebulon Kanarifar " + "and others " * 2000, "Led by somebody"), 1):
    fields = {"note": Text.single("en", note).json()}
    amend(kind_coded("people.organisation"), org, expected_revision=number, fields=fields, actor=actor, at=now())
sheet = "Name,Other spellings\\nZebulon Kanarifar,Zabulun\\n".encode()
upload(kind_coded("people.person"), sheet, name="Zebulon.csv", actor=actor, at=now(), random=secrets.token_bytes(10))
"""
)
PURGE = (
    BEGIN
    + """
from comity.people.traces import purge_person, traces
record = models.Person.objects.visible_to(actor).select_related("record__party").get().record
found = traces(record, actor, "en")
assert len(found.drafts) == 1, found.drafts
also = [card.pk for card in (*found.spells, *found.perhaps)]
purge_person(record, also=also, reason="Asked to", actor=actor, at=now())
"""
)


def left(folder: Path) -> Iterator[str]:
    """Every file below `folder` in which a word of the name stands, and the word."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes().lower()
            yield from (f"{path.name}: {needle.decode()}" for needle in NEEDLES if needle in data)
        yield from (f"{path.name}: its own name" for needle in NEEDLES if needle.decode() in path.name.lower())


@pytest.mark.sqlite
def test_not_a_byte_of_the_name_is_left(tmp_path: Path):
    home, data = tmp_path / "node", tmp_path / "data"
    data.mkdir()
    for name, content in {"import.toml": ABOUT, "parties.toml": PARTIES, "records.toml": RECORDS}.items():
        (data / name).write_text(content)
    said = [comity(blank(home), "import", data)]
    for script in (LIVE, PURGE):
        (tmp_path / "script.py").write_text(script)
        if script is PURGE:
            assert len({line.partition(": ")[2] for line in left(home)}) == len(NEEDLES), "all are there before it"
        said.append(python(home, tmp_path / "script.py"))
    said += [comity(home, "backup", tmp_path / "after.tar.gz"), comity(home, "audit", "verify")]
    assert [one.status for one in said] == [0] * len(said), said
    assert list(left(home)) == []
    with tarfile.open(tmp_path / "after.tar.gz") as archive:
        archive.extractall(tmp_path / "unpacked")
    assert (tmp_path / "unpacked" / "database.sqlite3").exists()
    assert list(left(tmp_path / "unpacked")) == []
    for one in said[2:]:
        assert not any(needle in (one.out + one.err).lower().encode() for needle in NEEDLES), one
