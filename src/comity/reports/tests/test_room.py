"""The room shows an account to whoever may read it, and of records only what that reader may see."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.audit.models import Entry
from comity.labels.queries import intern
from comity.labels.subject import Role
from comity.records.datafile import BadDataFile, DataDirectory
from comity.records.importing import import_directory
from comity.records.models import Record
from comity.records.purge import purge
from comity.reports.actions import NumberTaken, keep, read
from comity.reports.models import StoredReading, StoredReport
from comity.reports.tests.account import data, report, said, sentence, tables
from comity.responses.tests.world import AT, World

TITLE = "Ministry of Rivers"
room, page = "/reports/", "/reports/001/"


def bring(what: DataDirectory) -> bool:
    """As the command does: the account is checked, the records come in, the account is kept."""
    reading = read(what)
    assert reading is not None
    import_directory(what, at=AT)
    return keep(reading, what, at=AT)


def told() -> list[str]:
    """Events of the log that are about an account."""
    return list(Entry.objects.system("test").filter(event="reports-read").values_list("actor", flat=True))


def test_each_sentence_stands_on_the_page_with_what_it_became(world: World, client: Client):
    bring(data())
    world.sign_in(client, "nmi", Role.ADVISER)
    text = client.get(page).text
    assert all(f'id="s{number}"' in text for number in ("1.1", "1.2", "2.1"))
    assert TITLE in text
    assert "One owner" in text
    assert 'href="#s1.1"' in text
    assert "repeats another sentence" in text


def test_a_contradiction_stands_side_by_side(world: World, client: Client):
    bring(data())
    world.sign_in(client, "nmi", Role.ADVISER)
    text = client.get(room).text
    assert "Who said it?" in text
    assert "Words of 1.1" in text
    assert "Words of 1.2" in text
    assert f'href="{page}#s1.1"' in text


def test_the_title_of_a_record_that_one_may_not_read_is_not_told(world: World, client: Client):
    bring(data(records="own"))
    world.sign_in(client, "iraq", Role.ADVISER)
    for address in (room, page):
        text = client.get(address).text
        assert TITLE not in text
        assert "1 record that is not shown to you" in text
    world.sign_in(client, "nmi", Role.ADVISER)
    assert TITLE in client.get(page).text


def exported(client: Client) -> str:
    """The account of the text, as CSV."""
    answer = client.post(f"{page}export.csv")
    assert answer.status_code == 200
    return b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]


def test_the_account_is_handed_over_as_a_file_to_the_same_reader(world: World, client: Client):
    bring(data(records="own"))
    world.sign_in(client, "nmi", Role.ADVISER)
    assert TITLE in exported(client)
    world.sign_in(client, "iraq", Role.ADVISER)
    told = exported(client)
    assert "Words of 1.1" in told
    assert TITLE not in told
    assert "a record that is not shown to you" in told
    assert Entry.objects.system("test").filter(event="exported").count() == 2
    assert client.get(f"{page}export.csv").status_code == 405
    world.sign_in(client, "nmi", Role.AUDITOR)
    assert client.post(f"{page}export.csv").status_code in {403, 404}


def test_a_purged_record_is_told_no_more(world: World, client: Client, tmp_path: Path, settings: Any):
    settings.COMITY_HOME = tmp_path  # where the world's keys are
    bring(data())
    record = Record.objects.system("test").get()
    purge(record, reason="asked for", actor=world.subject("nmi", Role.SECURITY_OFFICER), at=AT)
    world.sign_in(client, "nmi", Role.ADVISER)
    assert TITLE not in client.get(page).text
    assert "1 record that is not shown to you" in client.get(page).text


def test_the_account_keeps_no_handle_which_may_spell_a_name(world: World):
    """A purge takes a name off the node, and what is kept here must not bring it back."""
    bring(data())
    kept = [str(one.body) for table in (StoredReading, StoredReport) for one in table.objects.system("test").all()]
    assert kept
    assert not [body for body in kept if "ministry" in body]


def test_an_account_for_one_side_is_no_room_for_the_other(world: World, client: Client):
    bring(data(reading="own"))
    world.sign_in(client, "iraq", Role.ADVISER)
    assert client.get(page).status_code == 404
    assert "Words of 1.1" not in client.get(room).text
    assert f'href="{room}"' not in client.get("/").text
    world.sign_in(client, "nmi", Role.ADVISER)
    assert f'href="{room}"' in client.get("/").text


def test_a_text_may_be_for_fewer_readers_than_the_account(world: World, client: Client):
    bring(data())
    StoredReport.objects.system("test").update(label_id=intern(world.label("nmi")))
    world.sign_in(client, "iraq", Role.ADVISER)
    assert client.get(page).status_code == 404
    assert "Words of 1.1" not in client.get(room).text
    world.sign_in(client, "nmi", Role.ADVISER)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
def test_whoever_reads_no_record_reads_no_account(world: World, client: Client, role: Role):
    bring(data())
    world.sign_in(client, "nmi", role)
    assert client.get(page).status_code == 404
    assert "Words of 1.1" not in client.get(room).text


def test_without_an_account_the_room_is_not_in_the_list_and_says_what_belongs_there(world: World, client: Client):
    world.sign_in(client, "nmi", Role.ADVISER)
    assert f'href="{room}"' not in client.get("/").text
    assert "No account of any text" in client.get(room).text


def test_sources_on_the_page_of_a_record_lead_to_the_sentence(world: World, client: Client):
    bring(data())
    slug = Record.objects.system("test").get().slug
    world.sign_in(client, "nmi", Role.ADVISER)
    address = reverse("shell:record", args=[slug])
    assert f'href="{page}#s1.1"' in client.get(address, follow=True).text
    StoredReading.objects.system("test").delete()
    text = client.get(address, follow=True).text
    assert "report 001, sentence 1.1" in text
    assert page not in text


def test_texts_of_one_origin_are_said_to_confirm_nothing(world: World, client: Client):
    beside = tables()
    beside["report"].append(report("002", 1, 1))
    beside["sentence"].append(sentence("1.1", "002", rules=["rule.owner"]))
    beside["finding"][0] |= {"nature": "one_origin", "sides": [["001:1.1", "001:1.2"], ["002:1.1"]]}
    bring(data(beside))
    both = [{"report": "001", "sentence": "1.1"}, {"report": "002", "sentence": "1.1"}]
    one = world.enter("people.organisation", sources=both[:1])
    two = world.enter("people.organisation", sources=both)
    world.sign_in(client, "nmi", Role.ADVISER)
    told = [client.get(reverse("shell:record", args=[row.record.slug]), follow=True).text for row in (one, two)]
    assert ["2 texts, and 1 origins at most" in text for text in told] == [False, True]


def test_sources_of_any_shape_are_shown_without_a_link(world: World, client: Client):
    bring(data())
    row = world.enter("people.organisation", sources=[{"report": ["001"], "sentence": {"a": 1}}])
    other = world.enter("people.organisation", sources=[{"report": "001", "sentence": '1.1"onclick="x'}])
    world.sign_in(client, "nmi", Role.ADVISER)
    for one in (row, other):
        answer = client.get(reverse("shell:record", args=[one.record.slug]), follow=True)
        assert answer.status_code == 200
        assert 'onclick="x' not in answer.text
        assert f"{page}#s" not in answer.text


def test_the_same_again_changes_nothing_and_something_else_takes_its_place(world: World, client: Client):
    assert bring(data())
    assert not bring(data())
    assert told() == ["import"]
    beside = tables()
    beside["sentence"][1]["words"] = said("Put better")
    assert bring(data(beside))
    assert told() == ["import", "import"]
    assert StoredReport.objects.system("test").count() == 1
    world.sign_in(client, "nmi", Role.ADVISER)
    assert "Put better" in client.get(page).text


def test_a_number_means_one_text_on_a_node(world: World):
    bring(data())
    with pytest.raises(NumberTaken):
        bring(data(name="other"))
    assert [one.directory for one in StoredReading.objects.system("test").all()] == ["test"]


@pytest.mark.parametrize("about", [None, "x", {}, {"label": "shared", "keeper": "x"}, {"label": "x", "keeper": "nmi"}])
def test_who_keeps_it_and_under_which_label_is_said(world: World, about: object):
    whole = data()
    reading = read(whole)
    assert reading is not None
    whole.about["reading"] = about  # type: ignore[index]
    with pytest.raises(BadDataFile):
        keep(reading, whole, at=AT)
    assert not told()


def test_the_log_holds_a_digest_and_no_words(world: World):
    bring(data())
    entry = Entry.objects.system("test").get(event="reports-read")
    assert b"Words of" not in bytes(entry.data)
    assert b"digest" in bytes(entry.data)


def test_a_page_costs_the_same_with_more_sentences(world: World, client: Client, django_assert_max_num_queries):
    bring(data())
    world.sign_in(client, "nmi", Role.ADVISER)
    client.get(page)
    with django_assert_max_num_queries(60) as seen:
        client.get(page)
    few = len(seen)
    beside = tables()
    for number in range(2, 40):
        extra = dict(beside["sentence"][0], number=f"2.{number}", became=[], rules=["rule.owner"])
        beside["sentence"].append(extra)
    beside["report"][0]["sentences"] = 41
    bring(data(beside))
    client.get(page)
    with django_assert_max_num_queries(few):
        client.get(page)
