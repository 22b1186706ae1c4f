"""An import goes in whole or not at all, twice as once, and says of each bad entry why."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from comity.audit.models import Entry
from comity.kernel.dates import ImpossibleDate
from comity.kernel.errors import DomainError, NotYours, Refused
from comity.labels.queries import label_of
from comity.labels.subject import Subject
from comity.parties.models import Party
from comity.records import search
from comity.records.datafile import BadDataFile, DataDirectory, FileEntry, assembled, read
from comity.records.importing import Imported, ImportRefused, import_directory
from comity.records.models import Handle, Record, Revision
from comity.records.rebuild import differences
from comity.records.tests.factories import AT, LATER, MANDATE, ORGANISATION, change, kind, label, text
from comity.records.verification import verify_log

pytestmark = pytest.mark.django_db
SHARED = {"policy": "PARTNERSHIP", "releasable_to": ["mission", "iraq"]}
records = Record.objects.system("test")
organisations = kind(ORGANISATION).model.objects.system("test")


@pytest.fixture(autouse=True)
def _parties(mission: Party, iraq: Party) -> None:
    """Both are known by their handles."""


def entry(
    key: str, code: str = ORGANISATION, *, owner: str = "mission", label: str = "shared", **fields: Any
) -> FileEntry:
    given = fields or {"name": {"original": "en", "en": key}, "nature": "ministry"}
    return FileEntry("test.toml", code, key, owner, label, given)


def part(key: str, parent: str, **more: Any) -> FileEntry:
    return entry(key, name={"original": "en", "en": key}, nature="office", parent=parent, **more)


def data(*entries: FileEntry, labels: Mapping[str, Any] | None = None) -> DataDirectory:
    return assembled("test", {"label": labels or {"shared": SHARED}}, (), entries)


def problems(*entries: FileEntry, **more: Any) -> list[tuple[str, DomainError]]:
    """Why nothing was imported; and nothing was."""
    before = (
        records.count(),
        Revision.objects.system("x").count(),
        Entry.objects.system("x").count(),
        Handle.objects.count(),
    )
    with pytest.raises(ImportRefused) as refusal:
        import_directory(data(*entries, **more), at=AT)
    after = (
        records.count(),
        Revision.objects.system("x").count(),
        Entry.objects.system("x").count(),
        Handle.objects.count(),
    )
    assert after == before
    return [(entry.key, reason) for entry, reason in refusal.value.problems]


def test_entries_become_records_of_their_owners(planner: Subject) -> None:
    done = import_directory(data(part("b", "a", owner="iraq"), entry("a")), at=AT)
    assert done == Imported(entered=2)
    a, b = (Handle.objects.get(key=key).record for key in "ab")
    assert (a.party.handle, b.party.handle) == ("mission", "iraq")
    assert organisations.get(pk=b.pk).parent_id == a.pk
    assert [hit.record_pk for hit in search.find("a", planner)] == [a.pk]
    assert verify_log() is None
    assert list(differences()) == []


def test_the_same_again_changes_nothing() -> None:
    import_directory(data(entry("a"), part("b", "a")), at=AT)
    before = Entry.objects.system("test").count()
    assert import_directory(data(entry("a"), part("b", "a")), at=LATER) == Imported(unchanged=2)
    assert Entry.objects.system("test").count() == before


def test_what_changed_is_amended_and_nothing_else() -> None:
    import_directory(data(entry("a"), part("b", "a")), at=AT)
    changed = entry("a", name={"original": "en", "en": "New name"}, nature="ministry", country="IQ")
    assert import_directory(data(changed, part("b", "a")), at=LATER) == Imported(amended=1, unchanged=1)
    record = Handle.objects.get(key="a").record
    assert (record.revision, organisations.get(pk=record.pk).country) == (2, "IQ")
    assert import_directory(data(changed, part("b", "a")), at=LATER) == Imported(unchanged=2)


def test_what_an_entry_no_longer_says_is_gone() -> None:
    import_directory(data(entry("a"), part("b", "a", country="IQ")), at=AT)
    import_directory(data(entry("a"), entry("b")), at=LATER)
    row = organisations.get(pk=Handle.objects.get(key="b").record_id)
    assert (row.parent_id, row.country) == (None, "")


def test_another_label_is_a_revision() -> None:
    own = {"shared": SHARED, "own": {**SHARED, "releasable_to": ["mission"]}}
    import_directory(data(entry("a"), labels=own), at=AT)
    import_directory(data(entry("a", label="own"), labels=own), at=LATER)
    record = Handle.objects.get(key="a").record
    assert label_of(record.label_id or 0) == label(Party.objects.get(handle="mission"))


def test_what_people_changed_stays_while_the_file_says_the_same(planner: Subject) -> None:
    import_directory(data(entry("a")), at=AT)
    row = organisations.select_related("record").get()
    change(row, planner, country="IQ")
    assert import_directory(data(entry("a")), at=LATER) == Imported(unchanged=1)
    assert organisations.get().country == "IQ"


def test_one_bad_entry_keeps_all_out() -> None:
    bad = entry("bad", name={"original": "en", "en": ""}, nature="ministry")
    ((key, reason),) = problems(entry("a"), bad, part("b", "a", owner="iraq"))
    assert (key, type(reason)) == ("bad", Refused)


def test_every_bad_entry_is_named() -> None:
    bad = [entry(key, name={"original": "en", "en": ""}, nature="ministry") for key in "xyz"]
    assert [key for key, _ in problems(entry("a"), *bad)] == ["x", "y", "z"]


def test_a_bad_change_keeps_what_stood() -> None:
    import_directory(data(entry("a")), at=AT)
    problems(entry("a", name={"original": "en", "en": "New"}, nature="ministry"), part("b", "nowhere"))
    assert organisations.get().name == text("a")


def test_long_chains_come_in_the_right_order() -> None:
    chain = [part(f"k{number}", f"k{number + 1}") for number in range(1_500)]
    assert import_directory(data(*chain, entry("k1500")), at=AT).entered == 1_501


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_circle_is_named(size: int) -> None:
    circle = [part(f"k{number}", f"k{(number + 1) % size}") for number in range(size)]
    with pytest.raises(BadDataFile, match="circle: k"):
        import_directory(data(part("outside", "k0"), *circle), at=AT)
    assert not records.exists()


def test_a_handle_of_an_import_before_can_be_named() -> None:
    import_directory(data(entry("a")), at=AT)
    assert import_directory(data(part("b", "a")), at=LATER).entered == 1


def test_one_owner_does_not_take_over_the_record_of_another() -> None:
    import_directory(data(entry("a")), at=AT)
    ((_, reason),) = problems(entry("a", owner="iraq"))
    assert isinstance(reason, NotYours)


def test_a_record_does_not_become_another_kind() -> None:
    import_directory(data(entry("a")), at=AT)
    ((_, reason),) = problems(entry("a", "people.person", name={"original": "en", "en": "a"}))
    assert "does not change its kind" in str(reason)


@pytest.mark.parametrize(
    "fields",
    [
        {"nature": "ministry", "name": "no table"},
        {"nature": "ministry", "name": {"en": "no original"}},
        {"nature": "ministry", "name": {"original": "ar", "en": "the original is missing"}},
        {"nature": "ministry", "name": {"original": "en", "en": 5}},
        {"nature": "ministry", "name": {"original": "en", "en": "x", "ar": "y", "ar_by": 5}},
        {"nature": "ministry", "name": {"original": "en", "en": "nul\x00"}},
        {"nature": 5, "name": {"original": "en", "en": "x"}},
        {"nature": "x" * 500, "name": {"original": "en", "en": "x"}},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "parent": ["a"]},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "parent": 5},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "parent": "nowhere"},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "sources": "003"},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "sources": [{"report": 0.5}]},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "sources": [2**60]},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "colour": "red"},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "record": 1},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "label_id": 1},
        {"nature": "ministry", "name": {"original": "en", "en": "x"}, "beyond": {}},
    ],
)
def test_values_that_nothing_holds_are_refused(fields: dict[str, Any]) -> None:
    ((key, reason),) = problems(entry("bad", **fields))
    assert (key, type(reason)) == ("bad", BadDataFile)


@pytest.mark.parametrize(
    ("begins", "reason"),
    [("2025-13", ImpossibleDate), ("soon", ImpossibleDate), (True, BadDataFile), (1.5, BadDataFile)],
)
def test_impossible_dates_are_refused(begins: Any, reason: type[DomainError]) -> None:
    both = {"original": "en", "en": "x"}
    ((_, found),) = problems(entry("m", MANDATE, owner="iraq", title=both, purpose=both, begins=begins))
    assert type(found) is reason


@pytest.mark.parametrize("begins", [2018, "2018-07", "٢٠١٨"])
def test_dates_are_read_as_people_write_them(begins: Any) -> None:
    both = {"original": "en", "en": "x", "ar": "س", "ar_by": "comity"}
    import_directory(data(entry("m", MANDATE, owner="iraq", title=both, purpose=both, begins=begins)), at=AT)
    row = kind(MANDATE).model.objects.system("test").get()
    assert row.begins.text.startswith("2018")
    assert row.title["translation"] == {"ar": {"by": "comity", "checked": False}}


@pytest.mark.parametrize(
    "table",
    [
        {"policy": "HOUSE RULES", "releasable_to": ["mission"]},
        {"policy": "PARTNERSHIP", "releasable_to": ["nobody"]},
        {"policy": "PARTNERSHIP", "releasable_to": []},
        {"policy": "PARTNERSHIP", "releasable_to": ["mission"], "classification": "COSMIC"},
    ],
)
def test_a_label_that_means_nothing_is_refused(table: dict[str, Any]) -> None:
    with pytest.raises(BadDataFile):
        import_directory(data(entry("a"), labels={"shared": table}), at=AT)
    assert not records.exists()


def test_a_label_that_hides_from_its_own_party_is_refused() -> None:
    ((key, _),) = problems(entry("a"), labels={"shared": {**SHARED, "releasable_to": ["iraq"]}})
    assert key == "a"


@pytest.mark.parametrize("bad", [entry("a", owner="nobody"), entry("a", "situation.weather", x=1)])
def test_unknown_owners_and_kinds_are_refused(bad: FileEntry) -> None:
    with pytest.raises(BadDataFile):
        import_directory(data(bad), at=AT)


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    import_directory(
        data(entry("a"), entry("b", owner="iraq"), entry("c")), at=AT, progress=lambda done, of: told.append((done, of))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]


# ------------------------------------------------------------------------------------------------------------- files

GOOD = """
[[people.organisation]]
key = "a"
owner = "mission"
label = "shared"
name = { original = "en", en = "A" }
nature = "ministry"
"""
ABOUT = """
name = "test"
order = ["one.toml"]
[label.shared]
policy = "PARTNERSHIP"
releasable_to = ["mission", "iraq"]
"""


def written(folder: Path, about: str | bytes = ABOUT, one: str | bytes = GOOD) -> Path:
    for name, content in (("import.toml", about), ("one.toml", one)):
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_files_are_read(tmp_path: Path) -> None:
    found = read(written(tmp_path))
    assert [(each.file, each.kind, each.key) for each in found.entries] == [("one.toml", "people.organisation", "a")]
    assert import_directory(found, at=AT).entered == 1


@pytest.mark.parametrize(
    ("about", "one"),
    [
        ("no toml", GOOD),
        (b"\xff\xfe", GOOD),
        (ABOUT.replace('["one.toml"]', '"one.toml"'), GOOD),
        (ABOUT.replace("one.toml", "missing.toml"), GOOD),
        (ABOUT.replace("one.toml", "../one.toml"), GOOD),
        (ABOUT.replace("one.toml", "/etc/passwd"), GOOD),
        (ABOUT.replace('policy = "PARTNERSHIP"', ""), GOOD),
        (ABOUT.replace('["mission", "iraq"]', '"mission"'), GOOD),
        (ABOUT.replace('policy = "PARTNERSHIP"', "policy = 5"), GOOD),
        (ABOUT + "exchange_never = true", GOOD),
        ('order = []\nlabel = "x"', GOOD),
        (ABOUT.replace('"test"', f'"{"x" * 81}"'), GOOD),
        (ABOUT, GOOD.replace("[[people.organisation]]", "[people.organisation]")),
        (ABOUT, "people = 5"),
        (ABOUT, "party = 5"),
        (ABOUT, '[[party]]\nkey = "x"'),
        (ABOUT, '[[party]]\nkey = "x"\nname = "X"\nnature = "host"'),
        (ABOUT, "[people]\norganisation = [5]"),
        (ABOUT, GOOD.replace('key = "a"', "")),
        (ABOUT, GOOD.replace('key = "a"', "key = 5")),
        (ABOUT, GOOD.replace('key = "a"', 'key = ""')),
        (ABOUT, GOOD.replace('key = "a"', f'key = "{"k" * 161}"')),
        (ABOUT, GOOD.replace('"shared"', '"unknown"')),
        (ABOUT, GOOD + GOOD),
        (ABOUT, "x = " + "[" * 5_000 + "]" * 5_000),
        (ABOUT, "x = " + "9" * 5_000),
    ],
)
def test_hostile_files_are_refused_in_words(tmp_path: Path, about: str | bytes, one: str | bytes) -> None:
    with pytest.raises(BadDataFile) as refusal:
        read(written(tmp_path, about, one))
    assert str(refusal.value)


def test_a_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDataFile, match=r"import\.toml"):
        read(tmp_path / "nowhere")
