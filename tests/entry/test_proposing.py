"""A change proposed on the pages of one side, read as a difference and decided on those of the other."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.programme.models import Objective
from comity.records.purge import purge
from comity.responses import queries
from comity.responses.domain import ProposalState as S
from comity.responses.models import Proposal, Reply
from comity.responses.tests.world import AT, World, text, written
from tests.entry.forms import Filled

NEW = [{"field": "statement", "value": text("Supplies arrive on time")}]


@pytest.fixture
def objective(world: World) -> Any:
    return world.enter("programme.objective", statement=text("Supplies arrive", "تصل الإمدادات"))


def propose(world: World, about: Any) -> Any:
    return world.enter("responses.proposal", "iraq", about=about, changes=NEW)


def state(world: World, row: Any) -> S:
    subject = world.subject("nmi")
    (found,) = queries.proposals(Proposal.objects.visible_to(subject).filter(pk=row.pk), subject)
    return found.state


def statement(world: World, row: Any) -> str:
    kept = Objective.objects.visible_to(world.subject("nmi")).get(pk=row.pk)
    return str(kept.statement["text"]["en"])


def form_of(page: Any) -> dict[str, Any]:
    """What the form of a page would send as it stands."""
    return {name: several[0] if len(several) == 1 else several for name, several in Filled(page.text).values.items()}


def test_proposed_read_as_a_difference_and_accepted_by_one_edit(world: World, client: Client, objective: Any):
    world.sign_in(client, "iraq", Role.COUNTERPART)
    page = client.get(reverse("programme:objective", args=[objective.record.slug])).text
    where = reverse("responses:propose", args=[objective.record.slug])
    assert where in page
    assert "/edit/" not in page
    sent = {
        **form_of(client.get(where)),
        "statement_en": "Supplies arrive on time",
        "proposed_because_en": "So we agreed",
    }
    answer = client.post(where, sent)
    assert client.post(where, sent)["Location"] == answer["Location"], "the same sending makes one"
    made = Proposal.objects.visible_to(world.subject("iraq")).get()
    assert (made.read_revision, [change["field"] for change in made.changes]) == (1, ["statement"])
    assert "Accept" not in client.get(answer["Location"]).text

    world.sign_in(client, "nmi", Role.PROGRAMME_MANAGER)
    shown = client.get(reverse("programme:objective", args=[objective.record.slug])).text
    assert "<ins> on time</ins>" in shown
    assert "So we agreed" in shown
    accept = reverse("responses:accept", args=[made.record.slug])
    filled = form_of(client.get(accept))
    assert filled["statement_en"] == "Supplies arrive on time"
    assert filled["statement_ar"] == "تصل الإمدادات"
    client.post(accept, {**filled, "statement_en": "All supplies arrive on time"})
    assert statement(world, objective) == "All supplies arrive on time"
    reply = Reply.objects.visible_to(world.subject("iraq")).get()
    assert (reply.decision, reply.made_revision, reply.record.party_id) == ("accepted", 2, world.nmi.pk)
    assert "made revision 2" in client.get(reverse("responses:proposal", args=[made.record.slug])).text
    before = written()
    assert client.post(accept, filled).status_code == 302
    assert written() == before


def test_a_change_made_meanwhile_keeps_what_was_typed_and_shows_both(world: World, client: Client, objective: Any):
    world.sign_in(client, "iraq", Role.COUNTERPART)
    where = reverse("responses:propose", args=[objective.record.slug])
    sent = {**form_of(client.get(where)), "statement_en": "Supplies arrive on time"}
    world.amend(objective, statement=text("Supplies come"))
    page = client.post(where, sent)
    assert page.status_code == 409
    assert "Supplies come" in page.text
    assert "Supplies arrive on time" in page.text
    assert client.post(where, form_of(page)).status_code == 302


def test_a_remark_made_meanwhile_is_not_proposed_away(world: World, client: Client, objective: Any):
    world.sign_in(client, "iraq", Role.COUNTERPART)
    where = reverse("responses:propose", args=[objective.record.slug])
    sent = {**form_of(client.get(where)), "statement_en": "Supplies arrive on time"}
    world.amend(objective, note=text("A doubt"))
    page = client.post(where, sent)
    assert page.status_code == 409
    assert "A doubt" in page.text


def test_saving_without_a_change_is_refused_on_the_form(world: World, client: Client, objective: Any):
    world.sign_in(client, "iraq", Role.COUNTERPART)
    where = reverse("responses:propose", args=[objective.record.slug])
    page = client.post(where, {**form_of(client.get(where)), "proposed_because_en": "Because"})
    assert page.status_code == 422
    assert "Nothing differs" in page.text
    assert "Because" in page.text


def test_of_one_s_own_record_one_proposes_nothing_and_of_a_purged_one_nobody(
    world: World, client: Client, objective: Any
):
    where = reverse("responses:propose", args=[objective.record.slug])
    world.sign_in(client, "nmi", Role.PROGRAMME_MANAGER)
    assert client.get(where).status_code == 422
    purge(objective.record, reason="test", actor=world.subject("nmi"), at=AT, sign=lambda *_given: b"signed")
    world.sign_in(client, "iraq", Role.COUNTERPART)
    assert client.get(where).status_code == 404


def test_declined_with_a_reason_and_withdrawn_by_who_proposed(world: World, client: Client, objective: Any):
    first, second = propose(world, objective), propose(world, objective)
    world.sign_in(client, "nmi", Role.PROGRAMME_MANAGER)
    decline = reverse("responses:decline", args=[first.record.slug])
    assert client.post(decline, {"reason_en": " "}).status_code == 422
    client.post(decline, {"reason_en": "Not this year", "reason_original": "en"})
    assert state(world, first) is S.DECLINED
    withdraw = reverse("responses:withdraw", args=[second.record.slug])
    assert client.post(withdraw).status_code == 403
    world.sign_in(client, "iraq", Role.COUNTERPART)
    assert "Not this year" in client.get(reverse("responses:proposal", args=[first.record.slug])).text
    client.post(withdraw)
    assert state(world, second) is S.WITHDRAWN
    assert client.get(reverse("responses:accept", args=[second.record.slug])).status_code == 422
