"""Who edits a record cuts off nothing that it names: neither what they may not see, nor what a list cannot hold."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.records import codec
from comity.records.models import Record, Revision
from comity.responses.tests.world import World, text
from comity.shell import ref_fields
from tests.entry.forms import opened, sent


def edit(row: Any) -> str:
    return reverse("shell:amend", args=[row.record.slug])


def named(row: Any, name: str = "objectives") -> set[int]:
    """The pks that a ref to several records names now."""
    return set(codec.linked([type(row).objects.system("test").get(pk=row.pk)])[name][row.pk])


def body(row: Any) -> Any:
    record = Record.objects.system("test").get(pk=row.pk)
    (found,) = codec.bodies([type(row).objects.system("test").select_related("record").get(pk=row.pk)]).values()
    assert Revision.objects.system("test").filter(record=record, number=record.revision).exists()
    return found


@pytest.fixture
def initiative(world: World) -> Any:
    """The mission's, for two objectives of Iraq's; one of them was withdrawn from the mission later."""
    mandate = world.enter("programme.mandate", "iraq")
    shown, hidden, other = (
        world.enter("programme.objective", "iraq", mandate=mandate, statement=text(words))
        for words in ("Shown", "Hidden", "Other")
    )
    row = world.enter("programme.initiative", mandate=mandate, objectives=[shown, hidden])
    world.amend(hidden, "iraq", label=world.label("iraq"))
    row.shown, row.hidden, row.other = shown.pk, hidden.pk, other.pk
    return row


def test_refs_that_the_editor_is_not_shown_stay_when_something_else_changes(
    client: Client, world: World, initiative: Any
):
    world.sign_in(client, "nmi")
    page = client.get(edit(initiative)).text
    assert "1 more, not shown to you, is kept." in page
    assert "Hidden" not in page
    assert opened(client, edit(initiative)).values["objectives"] == [str(initiative.shown)]
    assert sent(client, edit(initiative), title_en="Other courses").status_code == 302
    assert named(initiative) == {initiative.shown, initiative.hidden}
    assert len(body(initiative)["objectives"]) == 2


def test_refs_that_the_editor_is_not_shown_stay_when_the_others_change(client: Client, world: World, initiative: Any):
    world.sign_in(client, "nmi")
    assert sent(client, edit(initiative), objectives=[str(initiative.other)]).status_code == 302
    assert named(initiative) == {initiative.other, initiative.hidden}
    assert sent(client, edit(initiative), objectives=[]).status_code == 302
    assert named(initiative) == {initiative.hidden}


def test_it_is_said_in_arabic_too(client: Client, world: World, initiative: Any):
    world.sign_in(client, "nmi")
    client.cookies["comity_language"] = "ar"
    page = client.get(edit(initiative)).text
    assert "not shown" not in page


def test_a_ref_that_a_record_does_not_name_yet_must_be_readable(client: Client, world: World, initiative: Any):
    world.sign_in(client, "nmi")
    late = world.enter("programme.objective", "iraq", label=world.label("iraq"))
    answer = sent(client, edit(initiative), objectives=[str(initiative.shown), str(late.pk)])
    assert answer.status_code == 422
    assert named(initiative) == {initiative.shown, initiative.hidden}


def test_refs_beyond_what_a_list_holds_stay(
    client: Client, world: World, initiative: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(ref_fields, "MOST_CHOICES", 1)
    newest = [world.enter("programme.objective", "iraq", statement=text("Newer")) for _ in range(2)][-1]
    world.sign_in(client, "nmi")
    form = opened(client, edit(initiative))
    assert set(form.choices["objectives"]) == {str(initiative.shown), str(newest.pk)}
    assert sent(client, edit(initiative), title_en="Other courses").status_code == 302
    assert named(initiative) == {initiative.shown, initiative.hidden}
    assert sent(client, edit(initiative), objectives=[str(newest.pk)]).status_code == 302
    assert named(initiative) == {newest.pk, initiative.hidden}


def test_one_ref_beyond_what_a_list_holds_stays(client: Client, world: World, monkeypatch: pytest.MonkeyPatch):
    objective = world.enter("programme.objective", "nmi")
    risk = world.enter("programme.risk", about=objective)
    monkeypatch.setattr(ref_fields, "MOST_CHOICES", 1)
    world.enter("programme.objective", "nmi")
    world.sign_in(client, "nmi")
    assert sent(client, edit(risk), statement_en="Money ends soon").status_code == 302
    assert body(risk)["about"] == str(objective.record.rid)


def test_a_hidden_parent_stays_and_the_field_says_so(client: Client, world: World):
    objective, other = world.enter("programme.objective", "iraq"), world.enter("programme.objective", "iraq")
    risk = world.enter("programme.risk", about=objective)
    world.amend(objective, "iraq", label=world.label("iraq"))
    world.sign_in(client, "nmi")
    form = opened(client, edit(risk))
    assert form.choices["about"] == [""]
    assert "kept; not shown to you" in client.get(edit(risk)).text
    assert sent(client, edit(risk), statement_en="Money ends soon").status_code == 302
    assert body(risk)["about"] == str(objective.record.rid)
    assert sent(client, edit(risk), about=str(other.pk)).status_code == 422
    assert body(risk)["about"] == str(objective.record.rid)


def test_an_optional_ref_that_is_shown_can_be_taken_out(client: Client, world: World):
    above = world.enter("programme.objective", "iraq")
    objective = world.enter("programme.objective", parent=above)
    world.sign_in(client, "nmi")
    assert sent(client, edit(objective), parent="").status_code == 302
    assert "parent" not in body(objective)


def test_two_people_saving_are_not_told_of_what_neither_is_shown(client: Client, world: World, initiative: Any):
    world.sign_in(client, "nmi")
    form = opened(client, edit(initiative)).values
    world.amend(initiative, title=text("Theirs"))
    answer = client.post(edit(initiative), {**form, "title_en": "Ours"})
    assert answer.status_code == 409
    both = answer.text.partition('aria-labelledby="both"')[2].partition("</section>")[0]
    assert "Theirs" in both
    assert both.count("<h3>") == 1


def test_a_refused_marking_is_told_beside_the_marking(client: Client, world: World):
    objective = world.enter("programme.objective", label=world.label("nmi"))
    world.enter("programme.objective")  # so that the wider marking is known to the node
    world.sign_in(client, "nmi", Role.PROGRAMME_MANAGER)
    form = opened(client, edit(objective))
    (now,) = form.values["label"]
    wider = next(one for one in form.choices["label"] if one not in {now, ""})
    answer = sent(client, edit(objective), label=wider)
    assert answer.status_code == 422
    told = answer.text.partition('id="id_label_error"')[2].partition("</div>")[0]
    assert "A release or security officer decides that." in told
    assert 'aria-invalid="true"' in answer.text.partition('name="label"')[2].partition(">")[0]
    assert opened(client, edit(objective)).values["label"] == [now]
