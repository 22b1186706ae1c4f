"""The log's room: each reader sees what it may, an auditor that nothing is missing, and nothing leaks in numbers."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.audit.log import head
from comity.audit.models import Entry
from comity.desk.log import Line, log_line, log_lines
from comity.labels.subject import Role
from comity.records.purge import purge
from comity.records.work import act
from comity.responses.tests.world import AT, World, text

SECRET = "Quixotic depot"


@pytest.fixture
def logged(world: World) -> dict[str, int]:
    """Index on the log of: a shared record, one of each side alone, and a note of each side about no record."""
    found = {}
    shared = world.enter("programme.objective", "nmi", statement=text("Shared depot"))
    found["shared"] = shared.record.log_index
    for side in ("nmi", "iraq"):
        row = world.enter(
            "programme.objective", side, mandate=shared.mandate, statement=text(SECRET), label=world.label(side)
        )
        found[side] = row.record.log_index
        with act(world.subject(side), AT) as work:
            work.note("signed-in")
        found[f"{side} note"] = head().size - 1
    return found


def seen(world: World, side: str, *roles: Role) -> set[int]:
    return {line.index for line in log_lines(world.subject(side, *roles), before=0, limit=100)}


@pytest.mark.parametrize("role", [Role.REGISTRY_CLERK, Role.CHIEF, Role.ADVISER])
def test_who_did_what_about_no_record_is_for_that_person_alone(world: World, role: Role):
    me, colleague = world.subject("nmi", role), world.subject("nmi", role, Role.ANALYST)
    for subject in (me, colleague):
        with act(subject, AT) as work:
            work.note("signed-in")
    mine = head().size - 2
    assert mine in {line.index for line in log_lines(me, before=0, limit=100)}
    assert mine + 1 not in {line.index for line in log_lines(me, before=0, limit=100)}
    assert log_line(me, mine) is not None
    assert log_line(me, mine + 1) is None


@pytest.mark.parametrize("role", [Role.SECURITY_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_keeps_a_node_or_watches_over_it_sees_what_its_own_party_did(
    world: World, logged: dict[str, int], role: Role
):
    for side, other in (("nmi", "iraq"), ("iraq", "nmi")):
        lines = {line.index: line for line in log_lines(world.subject(side, role), before=0, limit=100)}
        own = lines[logged[f"{side} note"]]
        assert (own.event, own.bare) == ("signed-in", False)
        theirs = lines.get(logged[f"{other} note"])
        assert theirs is None or theirs.bare


def test_of_another_party_an_auditor_learns_the_place_the_time_and_the_hash(world: World, logged: dict[str, int]):
    (line,) = [one for one in log_lines(world.subject("nmi", Role.AUDITOR), before=0, limit=100) if one.bare][:1]
    entry = Entry.objects.system("test").get(index=line.index)
    assert line == Line(entry.index, entry.at, bytes(entry.leaf_hash).hex())
    bare = {one.index for one in log_lines(world.subject("nmi", Role.AUDITOR), before=0, limit=100) if one.bare}
    assert {logged["iraq"], logged["iraq note"]} <= bare
    assert not {logged["nmi"], logged["nmi note"], logged["shared"]} & bare


def test_an_auditor_who_also_reads_sees_what_it_may_read_of_others(world: World, logged: dict[str, int]):
    both = world.subject("iraq", Role.AUDITOR, Role.ANALYST)
    lines = {line.index: line for line in log_lines(both, before=0, limit=100)}
    assert not lines[logged["shared"]].bare
    assert lines[logged["nmi"]].bare


def test_the_pages_of_a_bare_entry_give_nothing_of_it(world: World, logged: dict[str, int], client: Client):
    subject = world.sign_in(client, "nmi", Role.AUDITOR)
    index = logged["iraq note"]
    page = client.get(reverse("desk:log-entry", args=[index]))
    assert page.status_code == 200
    for words in ("sign-in", "signed-in", "iraq-all", "Iraq"):
        assert words not in page.text
    assert client.get(reverse("desk:log-proof", args=[index])).status_code == 404
    line = log_line(subject, index)
    assert line is not None
    assert line.leaf_hash in page.text


def test_a_purge_is_told_to_those_who_could_read_all_that_was_there(world: World):
    told = world.enter("programme.claim", "nmi", about=world.enter("programme.objective"))
    kept = world.enter("programme.claim", "nmi", about=told.about, label=world.label("nmi"))
    purges = {}
    for row in (told, kept):
        purge(row.record, reason="asked for", actor=world.subject("nmi"), at=AT, sign=lambda *_: b"signed")
        purges[row.pk] = head().size - 1
    assert [purges[row.pk] in seen(world, "iraq", Role.ADVISER) for row in (told, kept)] == [True, False]
    assert [purges[row.pk] in seen(world, "nmi", Role.ADVISER) for row in (told, kept)] == [True, True]
    lines = {line.index: line for line in log_lines(world.subject("iraq", Role.AUDITOR), before=0, limit=200)}
    assert [lines[purges[row.pk]].bare for row in (told, kept)] == [True, True]


def test_a_purge_of_what_was_once_marked_higher_is_not_told(world: World):
    row = world.enter("programme.claim", "nmi", about=world.enter("programme.objective"), label=world.label("nmi"))
    world.mark(row, label=world.label())
    row.record.refresh_from_db(from_queryset=type(row.record).objects.system("test"))
    purge(row.record, reason="asked for", actor=world.subject("nmi"), at=AT, sign=lambda *_: b"signed")
    assert head().size - 1 not in seen(world, "iraq", Role.ADVISER)


def test_a_reader_sees_readable_records_and_its_own_partys_acts(world: World, logged: dict[str, int]):
    for side, other in (("nmi", "iraq"), ("iraq", "nmi")):
        found = seen(world, side)
        assert {logged["shared"], logged[side], logged[f"{side} note"]} <= found
        assert not {logged[other], logged[f"{other} note"]} & found


def test_an_auditor_sees_every_entry_and_no_title(world: World, logged: dict[str, int], client: Client):
    assert seen(world, "nmi", Role.AUDITOR) == set(range(head().size))
    world.sign_in(client, "nmi", Role.AUDITOR)
    for address in (reverse("desk:log"), *(reverse("desk:log-entry", args=[index]) for index in logged.values())):
        page = client.get(address)
        assert page.status_code == 200
        for words in (SECRET, "Shared depot"):
            assert words not in page.text
    assert "a record that is not shown to you" in client.get(reverse("desk:log")).text


def test_one_entry_is_there_for_those_who_see_it_in_the_list(world: World, logged: dict[str, int]):
    for side in ("nmi", "iraq"):
        subject = world.subject(side)
        found = {index for index in range(head().size) if log_line(subject, index) is not None}
        assert found == seen(world, side)


@pytest.mark.parametrize("name", ["log-entry", "log-proof"])
def test_what_may_not_be_seen_looks_like_what_never_was(
    world: World, client: Client, logged: dict[str, int], name: str
):
    world.sign_in(client, "iraq", Role.REGISTRY_CLERK)
    statuses = {what: client.get(reverse(f"desk:{name}", args=[index])).status_code for what, index in logged.items()}
    assert statuses == {"shared": 200, "nmi": 404, "nmi note": 404, "iraq": 200, "iraq note": 404}
    for index in (head().size, 10**9, 10**25):
        assert client.get(reverse(f"desk:{name}", args=[index])).status_code == 404


def test_a_record_marked_higher_later_loses_its_title_in_older_entries(world: World):
    row = world.enter("programme.objective", statement=text(SECRET))
    index = row.record.log_index
    world.amend(row, label=world.label("nmi"))
    line = log_line(world.subject("iraq"), index)
    assert line is None or line.card is None or not line.card.shown


def test_entries_are_told_page_by_page_and_each_once(world: World, logged: dict[str, int]):
    subject = world.subject("iraq")
    whole = [line.index for line in log_lines(subject, before=0, limit=100)]
    found: list[int] = []
    while some := log_lines(subject, before=found[-1] if found else 0, limit=2):
        found += [line.index for line in some]
        if some[-1].index == min(whole):
            break
    assert found == whole == sorted(whole, reverse=True)


def test_the_page_turns(world: World, client: Client):
    about = world.enter("programme.objective")
    for _ in range(50):
        world.enter("programme.claim", about=about)
    world.sign_in(client, "nmi", Role.ADVISER)
    first = client.get(reverse("desk:log")).text
    (after,) = set(re.findall(r'href="(?:/log/)?(\?before=\d+)"', first))
    second = client.get(reverse("desk:log") + after).text
    numbers = [set(re.findall(r'href="/log/(\d+)/"', page)) for page in (first, second)]
    assert len(numbers[0]) == 50
    assert numbers[1]
    assert not numbers[0] & numbers[1]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 18, "9" * 40, "٣"])
def test_a_damaged_cursor_is_none(world: World, client: Client, before: str):
    world.enter("programme.objective")
    world.sign_in(client, "nmi", Role.ADVISER)
    assert client.get(reverse("desk:log"), {"before": before}).status_code == 200


def test_the_proof_is_a_file_that_holds(world: World, client: Client, logged: dict[str, int]):
    from comity.audit.standalone import check

    world.sign_in(client, "iraq", Role.REGISTRY_CLERK)
    answer = client.get(reverse("desk:log-proof", args=[logged["shared"]]))
    assert answer["Content-Disposition"] == f'attachment; filename="proof-{logged["shared"]}.json"'
    proof: dict[str, Any] = json.loads(answer.content)
    assert check(proof)
    assert proof["index"] == logged["shared"]


def test_what_is_logged_of_a_record_is_no_content(world: World):
    row = world.enter("programme.objective", statement=text(SECRET))
    entry = Entry.objects.system("test").get(index=row.record.log_index)
    assert SECRET.encode() not in bytes(entry.data)
