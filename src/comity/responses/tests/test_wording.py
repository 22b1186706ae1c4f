"""A concurrence names the revision that was read, so that both nodes see which wording it is for."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.records.models import Revision
from comity.records.work import act
from comity.responses import queries
from comity.responses.models import Concurrence
from comity.responses.tests.world import AT, LETTER, World, refused, text
from comity.responses.wording import AnotherWording


@pytest.fixture
def objective(world: World) -> Any:
    return world.enter("programme.objective", statement=text("Supplies arrive"))


def commitment(about: Any, number: int) -> str:
    found = Revision.objects.system("test").get(record=about.record, number=number)
    return bytes(found.commitment).hex()


def read(word: Any) -> tuple[int | None, str]:
    kept = Concurrence.objects.system("test").get(pk=word.pk)
    return kept.read_revision, kept.read_commitment


def on(world: World, objective: Any, side: str = "nmi") -> queries.Word:
    objective.record.refresh_from_db(from_queryset=type(objective.record).objects.system("test"))
    (found,) = queries.words_on(objective.record, world.subject(side))
    return found


def test_it_names_the_revision_and_its_commitment(world: World, objective: Any):
    assert read(world.concur(objective)) == (1, commitment(objective, 1))


def test_one_that_was_written_for_other_words_is_refused(world: World, objective: Any):
    world.amend(objective, statement=text("Something else"))
    with refused((AnotherWording, None)):
        world.concur(objective, read_revision=1)


def test_a_remark_made_meanwhile_is_no_other_wording(world: World, objective: Any):
    world.amend(objective, note=text("A doubt"))
    assert read(world.concur(objective, read_revision=1)) == (2, commitment(objective, 2))


def test_a_correction_of_its_remark_leaves_what_was_read_and_a_new_letter_reads_again(world: World, objective: Any):
    word = world.concur(objective)
    world.amend(objective, statement=text("Something else"))
    world.amend(word, "iraq", note=text("Scanned"))
    assert read(word)[0] == 1
    world.amend(word, "iraq", letter_number="78/2025")
    assert read(word) == (2, commitment(objective, 2))


def test_after_a_change_it_is_for_an_earlier_wording_with_the_difference(world: World, objective: Any):
    world.concur(objective)
    assert not on(world, objective).is_earlier
    world.amend(objective, note=text("A doubt"))
    assert not on(world, objective).is_earlier
    world.amend(objective, statement=text("Supplies arrive late"))
    found = on(world, objective)
    assert found.is_earlier
    assert "<ins> late</ins>" in found.changes[0].words


def test_what_changed_is_told_to_nobody_who_may_not_read_the_earlier_wording(world: World, objective: Any):
    world.mark(objective, label=world.label("nmi"))
    with act(world.subject("iraq"), AT) as work:
        least = {"position": "concurs", "view": "official", **LETTER, "read_revision": 2}
        fields = {"about": objective.record, "read_commitment": commitment(objective, 2), **least}
        work.create(Concurrence, label=world.label(), **fields)
    world.mark(objective, label=world.label())
    world.amend(objective, statement=text("Supplies arrive late"))
    assert on(world, objective, "nmi").changes
    found = on(world, objective, "iraq")
    assert (found.is_earlier, found.changes) == (True, ())


def test_the_page_says_it_to_both_sides(world: World, client: Client, objective: Any):
    world.concur(objective, position="with_conditions", conditions=text("After close consultation"))
    world.amend(objective, statement=text("Supplies arrive late"))
    for side in ("nmi", "iraq"):
        world.sign_in(client, side, Role.CHIEF)
        page = client.get(reverse("programme:objective", args=[objective.record.slug])).text
        assert "For an earlier wording, revision 1." in page
        assert "<ins> late</ins>" in page
        assert "After close consultation" in page


def test_the_form_keeps_what_was_typed_when_the_wording_changed_under_it(world: World, client: Client, objective: Any):
    world.sign_in(client, "iraq", Role.REGISTRY_CLERK)
    where = reverse("shell:enter", args=["responses.concurrence"]) + f"?about={objective.record.slug}"
    sent = {"position": "in_discussion", "view": "working", "note_en": "Typed", "revision": "1"}
    world.amend(objective, statement=text("Something else"))
    page = client.post(where, sent)
    assert page.status_code == 409
    assert "Typed" in page.text
    assert 'name="revision" value="2"' in page.text
    assert client.post(where, {**sent, "revision": "2"}).status_code == 302


@pytest.mark.parametrize(
    ("number", "right", "expected"), [(1, True, "proposed"), (2, True, "active"), (2, False, "proposed")]
)
def test_in_whatever_order_it_came_here_it_counts_for_what_was_read(
    world: World, client: Client, objective: Any, number: int, right: bool, expected: str
):
    """On its owner's node the change may stand before the letter that was written without knowing of it."""
    world.amend(objective, statement=text("Something else"))
    told = commitment(objective, number) if right else "0" * 64
    with act(world.subject("iraq"), AT) as work:
        least = {"position": "concurs", "view": "official", **LETTER, "read_revision": number, "read_commitment": told}
        work.create(Concurrence, label=world.label(), about=objective.record, **least)
    world.sign_in(client, "nmi", Role.CHIEF)
    page = client.get(reverse("programme:objective", args=[objective.record.slug])).text
    assert ("the host is asked again" in page) == (expected == "proposed")
    assert ("The host concurs, by letter" in page) == (expected == "active")
