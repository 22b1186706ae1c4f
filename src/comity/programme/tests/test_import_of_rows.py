"""What rows become: which record they are, what they name, what a stop in the middle leaves, and who learns of it."""

from typing import Any

import pytest
from django.db import connection

from comity.kernel.clock import now
from comity.kernel.errors import DomainError, NotFound, RoleMissing
from comity.labels.queries import intern
from comity.labels.subject import Role, Subject
from comity.people.models import Organisation, Person, Position
from comity.programme.models import Measurement
from comity.records import entry
from comity.records.kinds import kind_coded
from comity.records.sheets import application, carrying, drafts
from comity.records.sheets.models import Sheet, SheetPart, SheetUnit
from comity.records.sheets.refusals import TooManyDrafts
from comity.responses.tests.world import World, text, written
from comity.shell.import_work import say

RANDOM = iter(bytes([n // 256, n % 256]) * 5 for n in range(60_000))


def read(world: World, code: str, lines: str, by: Subject, *columns: str) -> Sheet:
    """A checked draft of these lines; columns as they are proposed, unless they are named."""
    sheet = drafts.upload(kind_coded(code), lines.encode(), name="sheet.csv", actor=by, at=now(), random=next(RANDOM))
    chosen = [{"target": one, "order": ""} for one in columns] or sheet.columns
    drafts.choose(sheet, columns=chosen, label_id=intern(world.label()), actor=by)
    return carried(sheet, by)


def carried(sheet: Sheet, by: Subject) -> Sheet:
    carrying.carry_on(sheet.pk, carrying.claim(sheet, at=now()), actor=by, say=say, now=now)
    sheet.refresh_from_db()
    return sheet


def applied(sheet: Sheet, by: Subject) -> Sheet:
    carrying.apply(sheet)
    sheet.refresh_from_db()
    return carried(sheet, by)


def told(sheet: Sheet) -> dict[int, str]:
    return {problem["n"]: problem["w"]["en"] for problem in sheet.problems}


def counts(sheet: Sheet) -> tuple[int, int, int, int]:
    return tuple(sheet.counts[name] for name in ("new", "changed", "unchanged", "bad"))


def _read(model: Any, name: str, one: str) -> Any:
    return model._meta.get_field(name).to_python(one)


@pytest.fixture
def clerk(world: World) -> Subject:
    return world.subject("iraq")


TREE = (
    "Key;Name;What it is;Part of\n1;Ministry;ministry;\n2;Law;office;Ministry\n3;Supply;office;1\n"
    "4;Depot;office;Supply\n"
)


def test_a_row_under_a_bad_row_is_bad(world: World, clerk: Subject):
    sheet = read(
        world,
        "people.organisation",
        TREE.replace("2;Law;office", "2;Law;bureau").replace("4;Depot;office;Supply", "4;Depot;office;Law"),
        clerk,
    )
    assert counts(sheet) == (2, 0, 0, 2)
    assert told(sheet)[5] == "Row 3, which this one names, cannot be accepted."


def test_rows_in_a_circle_are_named(world: World, clerk: Subject):
    sheet = read(world, "people.organisation", "Name;What it is;Part of\nA;office;B\nB;office;A\nC;office;\n", clerk)
    assert counts(sheet) == (1, 0, 0, 2)
    assert all("circle" in reason for reason in told(sheet).values())


def test_a_changed_row_changes_its_record_and_nothing_else(world: World, clerk: Subject):
    applied(read(world, "people.organisation", TREE, clerk), clerk)
    depot = Organisation.objects.system("test").get(name__text__en="Depot")
    world.amend(depot, "iraq", note=text("Flooded in spring"))
    sheet = read(world, "people.organisation", TREE.replace("4;Depot;office", "4;Main depot;forces"), clerk)
    assert counts(sheet) == (0, 1, 3, 0)
    applied(sheet, clerk)
    depot.refresh_from_db()
    assert (depot.name["text"]["en"], depot.nature) == ("Main depot", "forces")
    assert depot.note["text"]["en"] == "Flooded in spring", "what no column says stays"


def test_an_empty_cell_and_a_missing_language_change_nothing(world: World, clerk: Subject):
    row = world.enter("people.organisation", "iraq", name=text("Law", "القانون"), country="IQ")
    sheet = read(world, "people.organisation", "Name (English);What it is;Country\nLaw;office;\n", clerk)
    assert counts(sheet) == (0, 1, 0, 0)
    applied(sheet, clerk)
    row.refresh_from_db()
    assert (row.name["text"]["ar"], row.country, row.nature) == ("القانون", "IQ", "office")


def test_a_record_that_changed_since_the_preview_is_left_alone_and_named(world: World, clerk: Subject):
    row = world.enter("people.organisation", "iraq", name=text("Law"))
    sheet = read(world, "people.organisation", "Name;What it is\nLaw;office\nSupply;office\n", clerk)
    world.amend(row, "iraq", nature="forces")
    sheet = applied(sheet, clerk)
    row.refresh_from_db()
    assert row.nature == "forces"
    assert "Somebody changed this meanwhile" in told(sheet)[2]
    assert Organisation.objects.system("test").count() == 2


def test_a_title_that_two_have_is_doubtful_and_one_unseen_is_not_there(world: World, clerk: Subject):
    for place in ("north", "south"):
        above = world.enter("people.organisation", "iraq", name=text(place))
        world.enter("people.organisation", "iraq", name=text("Supply"), parent=above)
    world.enter("people.organisation", "nmi", name=text("Hidden office"), label=world.label("nmi"))
    lines = "Title of the post;Organisation;Holders\nHead;Supply;one\nClerk;Hidden office;one\nGuard;north;one\n"
    sheet = read(world, "people.position", lines, clerk)
    assert counts(sheet) == (1, 0, 0, 2)
    assert told(sheet)[2].startswith("2 records are called “Supply”")
    assert told(sheet)[3].startswith("Nothing that you can see is called “Hidden office”")


def test_people_are_known_again_by_all_that_their_row_says(world: World, clerk: Subject):
    lines = "Name (English);Name (Arabic);Other spellings\nSynthetic One;شخص مصطنع;One;Uno\n"
    lines = lines.replace("One;Uno", '"One; Uno"')
    applied(read(world, "people.person", lines, clerk), clerk)
    person = Person.objects.system("test").get()
    assert (person.name["original"], person.variants) == ("en", ["One", "Uno"])
    before = written()
    assert counts(read(world, "people.person", lines, clerk)) == (0, 0, 1, 0)
    assert written() == before
    stored = connection.cursor().execute("SELECT directory, key, digest FROM records_handle").fetchall()
    assert "Synthetic" not in str(stored), "what a row is remembered by tells nobody's name"


def test_figures_of_one_file_may_not_share_days(world: World):
    me = world.subject("nmi")
    world.enter("programme.indicator", title=text("Convoys"), actor=me)
    lines = (
        "Indicator;From;To;Value\nConvoys;2025-01-01;2025-01-31;1\nConvoys;2025-01-15;2025-02-14;2\n"
        "Convoys;2025-02-01;2025-02-28;٣٬٠٠٠\n"
    )
    sheet = read(world, "programme.measurement", lines, me)
    assert counts(sheet) == (2, 0, 0, 1)
    assert "shares days" in told(sheet)[3]
    applied(sheet, me)
    assert sorted(int(m.value) for m in Measurement.objects.system("test")) == [1, 3000]
    again = read(world, "programme.measurement", lines.replace(";1\n", ";7\n"), me)
    assert "never changed" in told(again)[2], "a figure that stands is corrected, not overwritten"


def test_many_are_held_to_the_rules_of_one(world: World):
    """Each row that the rules refuse by itself is refused among others with the same words."""
    me = world.subject("nmi")
    indicator = world.enter("programme.indicator", title=text("Convoys"), actor=me)
    world.enter("programme.measurement", indicator=indicator, value="1", actor=me)
    rows = [
        "2025-06-30;2025-06-30;2;",
        "2025-05-31;2025-05-01;2;",
        "2099-01-01;2099-01-01;2;",
        "2025-05-01;2025-05-31;;",
        "2025-04-01;2025-04-30;2;Z9",
    ]
    lines = "Indicator;From;To;Value;Grade of the source\n" + "".join(f"Convoys;{row}\n" for row in rows)
    sheet = read(world, "programme.measurement", lines, me)
    alone = []
    for row in rows:
        start, end, value, grade = row.split(";")
        fields: dict[str, Any] = {"period_start": start, "period_end": end, "value": value or None, "grade": grade}
        kind = kind_coded("programme.measurement")
        given = {name: _read(kind.model, name, one) for name, one in fields.items() if one}
        with pytest.raises(DomainError) as caught:
            world.enter("programme.measurement", indicator=indicator, actor=me, **given)
        alone.append(say(caught.value)["en"])
    assert told(sheet)[2].startswith("This is never changed"), "the same figure again, with another value"
    assert [told(sheet)[n] for n in range(3, 7)] == alone[1:]
    assert counts(sheet) == (0, 0, 0, 5)


@pytest.mark.django_db(transaction=True)
def test_a_kill_in_the_middle_leaves_whole_units_and_goes_on_without_doubles(
    world: World, clerk: Subject, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("comity.records.sheets.validation.UNIT", 3)
    lines = "Name;What it is\n" + "".join(f"Office {n};office\n" for n in range(10))
    sheet = read(world, "people.organisation", lines, clerk)
    assert SheetUnit.objects.count() == 4
    carrying.apply(sheet)
    sheet.refresh_from_db()
    killed = iter([False, True])
    real = entry.enter_many

    def dies(*args: Any, **kwargs: Any) -> Any:
        made = real(*args, **kwargs)
        if next(killed, False):
            raise KeyboardInterrupt  # after the rows were written, before the unit is
        return made

    monkeypatch.setattr(application, "enter_many", dies)
    with pytest.raises(KeyboardInterrupt):
        carried(sheet, clerk)
    assert Organisation.objects.system("test").count() == 3, "one unit is whole, and the other is not there"
    assert not carrying.claim(sheet, at=now()), "it may still be at work"
    later = now() + carrying.SILENCE * 2
    assert carrying.waits(sheet, at=later)
    token = carrying.claim(sheet, at=later)
    carrying.carry_on(sheet.pk, token, actor=clerk, say=say, now=now)
    assert Organisation.objects.system("test").count() == 10
    sheet.refresh_from_db()
    assert (sheet.state, sheet.counts["refused"]) == ("applied", 0)


def test_a_worker_whose_draft_was_discarded_stops(world: World, clerk: Subject):
    sheet = drafts.upload(
        kind_coded("people.organisation"), TREE.encode(), name="", actor=clerk, at=now(), random=next(RANDOM)
    )
    drafts.choose(sheet, columns=sheet.columns, label_id=intern(world.label()), actor=clerk)
    token = carrying.claim(sheet, at=now())
    drafts.discard(Sheet.objects.get())
    carrying.carry_on(sheet.pk, token, actor=clerk, say=say, now=now)
    assert (Sheet.objects.count(), SheetPart.objects.count()) == (0, 0)


def test_drafts_are_deleted_when_their_time_has_come(world: World, clerk: Subject):
    sheet = read(world, "people.organisation", TREE, clerk)
    assert drafts.forget_old(sheet.until.replace(year=sheet.until.year - 1)) == 0
    with pytest.raises(NotFound):
        drafts.draft(sheet.uuid, clerk, at=sheet.until)
    assert drafts.forget_old(sheet.until) == 1
    assert (Sheet.objects.count(), SheetPart.objects.count(), SheetUnit.objects.count()) == (0, 0, 0)


def test_what_was_chosen_for_headings_is_remembered_for_the_party(world: World, clerk: Subject):
    lines = "Amt;Art\nLaw;office\n"
    read(world, "people.organisation", lines, clerk, "name:en", "nature")
    for by, known in ((clerk, ["name:en", "nature"]), (world.subject("nmi"), ["", ""])):
        sheet = drafts.upload(
            kind_coded("people.organisation"), lines.encode(), name="", actor=by, at=now(), random=next(RANDOM)
        )
        assert [column["target"] for column in sheet.columns] == known


def test_headings_over_two_rows_below_a_title_are_found(world: World, clerk: Subject):
    lines = (
        "Ministry of Supply 2025;;;\n;;;\nTitle of the post;;Organisation;Holders\nEnglish;Arabic;;\n"
        "Clerk;كاتب;Law;one\n"
    )
    sheet = drafts.upload(
        kind_coded("people.position"), lines.encode(), name="", actor=clerk, at=now(), random=next(RANDOM)
    )
    assert (sheet.first_heading, sheet.headings) == (3, 2)
    assert [column["target"] for column in sheet.columns] == ["title:en", "title:ar", "organisation", "holders"]


def test_more_than_a_thousand_bad_rows_end_the_check(world: World, clerk: Subject):
    lines = "Name;What it is\n" + "".join(f"Office {n};nonsense\n" for n in range(1_600))
    sheet = read(world, "people.organisation", lines, clerk)
    assert (sheet.counts["stopped"], sheet.counts["bad"]) == (1, 1_500)
    assert SheetUnit.objects.count() == 0


def test_who_may_not_enter_may_not_upload(world: World):
    with pytest.raises(RoleMissing):
        drafts.upload(
            kind_coded("people.position"),
            TREE.encode(),
            name="",
            actor=world.subject("nmi", Role.ADVISER),
            at=now(),
            random=next(RANDOM),
        )
    assert Position.objects.system("test").count() == 0


def test_one_author_has_so_many_drafts_and_no_more(world: World, clerk: Subject, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(drafts, "MOST_DRAFTS", 1)
    read(world, "people.organisation", TREE, clerk)
    with pytest.raises(TooManyDrafts):
        read(world, "people.organisation", TREE, clerk)
    read(world, "people.organisation", TREE, world.subject("nmi"))
