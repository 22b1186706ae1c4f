"""What a party of another node proposes and asks arrives as its record, and is decided on and answered here."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.kernel.ids import PartyId, RecordId, uuid7
from comity.labels.subject import Role
from comity.parties.actions import found_party
from comity.parties.models import Party
from comity.programme.models import Objective
from comity.records.envelope import Envelope
from comity.records.models import Record, Revision
from comity.records.receive import Received, receive
from comity.responses.models import Reply
from comity.responses.tests.world import AT, World, text
from tests.entry.forms import Filled

WORDS = "Supplies arrive on time"


@pytest.fixture
def away(world: World, tmp_path: Any) -> Party:
    """A party that lives on a node of its own."""
    found = found_party(handle="italy", name=text("Italy"), nature="member", home=tmp_path, at=AT)
    Party.objects.filter(pk=found.pk).update(hosted=False)
    return Party.objects.get(pk=found.pk)


def sends(world: World, away: Party, kind: str, body: dict[str, Any]) -> Record:
    """Take in a record of the party, as it would come."""
    label = world.label()
    rid = RecordId(PartyId(away.pk), uuid7(AT, len(kind).to_bytes(10, "big")))
    data = Envelope(rid, kind, 1, AT, "somebody", label, body).encode()
    outcome = receive([Received(bytes(32), data)], party=rid.party, at=AT)
    assert (outcome.applied, dict(outcome.held)) == (1, {})
    return Record.objects.system("test").get(party=away, uuid=rid.uuid)


def test_a_proposal_is_read_and_accepted_where_its_record_is_at_home(world: World, client: Client, away: Party):
    objective = world.enter("programme.objective", statement=text("Supplies arrive"))
    digest = bytes(Revision.objects.system("test").get(record=objective.record).commitment).hex()
    body = {
        "about": str(objective.record.rid),
        "read_revision": 1,
        "read_commitment": digest,
        "changes": [{"field": "statement", "value": text(WORDS)}],
        "reason": text("So we agreed"),
        "state": "open",
    }
    made = sends(world, away, "responses.proposal/1", body)
    world.sign_in(client, "nmi", Role.PROGRAMME_MANAGER)
    page = client.get(reverse("responses:proposal", args=[made.slug])).text
    assert "Italy" in page
    assert "<ins> on time</ins>" in page
    where = reverse("responses:accept", args=[made.slug])
    sent = Filled(client.get(where).text).values
    assert client.post(where, sent).status_code == 302
    kept = Objective.objects.visible_to(world.subject("nmi")).get(pk=objective.pk)
    assert kept.statement["text"]["en"] == WORDS
    reply = Reply.objects.visible_to(world.subject("nmi")).get()
    assert (reply.about_id, reply.made_revision, reply.record.party_id) == (made.pk, 2, world.nmi.pk)
    assert client.get(reverse("shell:amend", args=[made.slug])).status_code == 403, "a copy is never edited"


def test_a_question_is_answered_and_stays_the_askers_to_close(world: World, client: Client, away: Party):
    objective = world.enter("programme.objective")
    body = {"about": str(objective.record.rid), "words": text("By when?"), "state": "open"}
    asked = sends(world, away, "responses.question/1", body)
    world.sign_in(client, "nmi", Role.PROGRAMME_MANAGER)
    assert "A question, awaiting your answer" in client.get("/").text
    where = reverse("shell:enter", args=["responses.answer"]) + f"?about={asked.slug}"
    sent = {**Filled(client.get(where).text).values, "words_en": "By spring."}
    assert client.post(where, sent).status_code == 302
    page = client.get(reverse("programme:objective", args=[objective.record.slug])).text
    assert page.index("By when?") < page.index("By spring.")
    assert "Mark as answered" not in page
    assert client.post(reverse("responses:answered", args=[asked.slug])).status_code == 403
