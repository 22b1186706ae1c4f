"""A proposal for another party's record: read as a difference, accepted by the owner's own edit, or declined."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.kernel.errors import NotFound, RoleMissing
from comity.labels.subject import Role
from comity.records.checking import FieldMissing
from comity.records.kinds import kind_coded
from comity.records.work import act
from comity.responses import domain, proposing, queries
from comity.responses.domain import ProposalState as S
from comity.responses.domain import proposal_state
from comity.responses.models import Proposal, Reply
from comity.responses.tests.world import AT, World, refused, text

NEW = [{"field": "statement", "value": text("Supplies arrive on time")}]


@pytest.fixture
def objective(world: World) -> Any:
    return world.enter("programme.objective", statement=text("Supplies arrive", "تصل الإمدادات"))


def propose(world: World, about: Any, **fields: Any) -> Any:
    return world.enter("responses.proposal", "iraq", about=about, **{"changes": NEW, **fields})


def stands(world: World, row: Any, side: str = "nmi") -> queries.Proposed:
    subject = world.subject(side)
    (found,) = queries.proposals(Proposal.objects.visible_to(subject).filter(pk=row.pk), subject)
    return found


@pytest.mark.parametrize(
    ("put", "replies", "overtaken", "expected"),
    [
        ("open", [], False, S.OPEN),
        ("open", [], True, S.OVERTAKEN),
        ("withdrawn", [], True, S.WITHDRAWN),
        ("open", ["declined"], True, S.DECLINED),
        ("withdrawn", ["declined"], False, S.DECLINED),
        ("withdrawn", ["accepted"], True, S.ACCEPTED),
    ],
)
def test_each_state_follows_from_what_both_sides_said(put: str, replies: list[str], overtaken: bool, expected: S):
    assert proposal_state(put, replies, overtaken=overtaken) is expected


# ------------------------------------------------------------------------------------------------- what is refused


def test_nobody_proposes_to_their_own_party(world: World, objective: Any):
    with refused((domain.OwnToEdit, "about")):
        world.enter("responses.proposal", "nmi", about=objective, changes=NEW)


def test_what_the_kind_has_not_cannot_be_proposed(world: World, objective: Any):
    wrong: list[Any] = [
        {"field": "colour", "value": "red"},
        {"field": "statement", "value": "no text in languages"},
        {"field": "label", "value": "1"},
    ]
    for change in wrong:
        with refused((domain.NoSuchField, None)):
            propose(world, objective, changes=[*NEW, change])


def test_a_required_field_cannot_be_emptied_and_nothing_is_no_proposal(world: World, objective: Any):
    with refused((FieldMissing, "statement")):
        propose(world, objective, changes=[{"field": "statement"}])
    with refused((domain.NothingProposed, None)):
        propose(world, objective, changes=[])


def test_nobody_proposes_to_name_what_they_are_not_shown(world: World, objective: Any):
    hidden = world.enter("programme.objective", label=world.label("nmi"))
    with refused((NotFound, None)):
        propose(world, objective, changes=[{"field": "parent", "value": str(hidden.record.rid)}])


@pytest.mark.parametrize("code", ["programme.measurement", "people.person"])
def test_to_figures_and_names_nobody_proposes(world: World, code: str):
    figure: Any = {"value": 12} if code == "programme.measurement" else {}
    about = world.enter(code, **figure)
    with refused((domain.NoProposals, "about")):
        propose(world, about)


def test_only_who_may_enter_such_a_record_proposes(world: World, objective: Any):
    with refused((RoleMissing, None)):
        propose(world, objective, actor=world.subject("iraq", Role.INTERPRETER))


def test_it_is_marked_as_the_record_is_and_binds_the_owner_to_no_marking(world: World, objective: Any):
    made = propose(world, objective)
    assert made.label_id == objective.label_id
    world.amend(objective, label=world.label("nmi"))


def test_what_was_read_is_proposed_for_good(world: World, objective: Any):
    made = propose(world, objective)
    with refused((domain.ProposalStands, None)):
        world.amend(made, "iraq", changes=[{"field": "area", "value": "education"}])


# ---------------------------------------------------------------------------------------------------- how it stands


def test_it_is_overtaken_when_the_record_changes_and_told_against_what_is_there_now(world: World, objective: Any):
    made = propose(world, objective)
    assert stands(world, made).state is S.OPEN
    world.amend(objective, statement=text("Supplies come", "تصل الإمدادات"))
    found = stands(world, made)
    assert found.state is S.OVERTAKEN
    assert "<del>come</del><ins>arrive on time</ins>" in found.changes[0].words


def test_the_difference_is_told_word_by_word_in_each_language(world: World, objective: Any):
    change = {"field": "statement", "value": text("Supplies arrive", "تصل الإمدادات في موعدها")}
    (row,) = stands(world, propose(world, objective, changes=[change])).changes
    assert 'lang="ar" dir="rtl"' in row.words
    assert "<ins> في موعدها</ins>" in row.words
    assert 'lang="en"' not in row.words


def test_another_party_cannot_answer_and_a_second_answer_is_none(world: World, objective: Any):
    made = propose(world, objective)
    with refused((domain.AnswerOfTheOwner, "about")):
        world.enter("responses.reply", "iraq", about=made)
    with refused((domain.AcceptedByAnEdit, "decision")):
        world.enter("responses.reply", about=made, decision="accepted")
    world.enter("responses.reply", about=made, reason=text("Not now"))
    assert stands(world, made).state is S.DECLINED
    with refused((domain.AnsweredAlready, None)):
        world.enter("responses.reply", about=made)


def test_a_reply_that_another_node_sent_for_the_owner_counts_for_nothing(world: World, objective: Any):
    made = propose(world, objective)
    with act(world.subject("iraq"), AT) as work:
        work.create(Reply, label=world.label(), about=made.record, decision="accepted", made_revision=1)
    found = stands(world, made)
    assert (found.state, found.reply) == (S.OPEN, None)


def test_a_record_that_is_no_longer_shown_tells_nothing_but_the_proposal(world: World, objective: Any):
    made = propose(world, objective)
    world.mark(objective, label=world.label("nmi"))
    found = stands(world, made, "iraq")
    assert (found.about, found.changes, found.owner) == (None, (), "")


STRANGE: list[Any] = [
    "no change",
    {"field": 7, "value": 1},
    {"value": 1},
    {"field": "x" * 200, "value": 1},
    {"field": "colour", "value": {"deep": [1, {"er": None}]}},
    {"field": "statement", "value": {"text": 3}},
    {"field": "statement", "value": {"original": "en", "text": {"en": "<script>"}}},
    {"field": "parent", "value": ["no", "ref"]},
    {"field": "starts", "value": "yesterday"},
    {"field": "area", "value": {"a": 1}},
    {"field": "note", "value": []},
]


@pytest.mark.parametrize("change", STRANGE, ids=str)
def test_whatever_came_from_elsewhere_is_shown_and_never_a_fault(
    world: World, client: Client, objective: Any, change: Any
):
    with act(world.subject("iraq"), AT) as work:
        fields = {"about": objective.record, "changes": [change], "state": "open", "read_revision": 2**31 - 1}
        row = work.create(Proposal, label=world.label(), **fields)
    world.sign_in(client, "nmi", Role.CHIEF, Role.ADVISER)
    for name in ("proposal", "accept", "decline"):
        page = client.get(reverse(f"responses:{name}", args=[row.record.slug]))
        assert page.status_code == 200
        assert "<script>" not in page.text
    assert client.get(reverse("programme:objective", args=[objective.record.slug])).status_code == 200


def test_proposing_to_change_the_clauses_of_a_mandate_starts_from_what_they_say(world: World):
    clause = {"key": "advisory", "text": {**text("It advises.", "تقدم المشورة."), "translation": TRANSLATED}}
    mandate = world.enter("programme.mandate", "iraq", clauses=[clause])
    kind, body = kind_coded("programme.mandate"), {"clauses": [clause]}
    typed = {"clauses": [{"key": "advisory", "text": text("It advises.", "تقدم المشورة.")}]}
    assert proposing.changes_to(kind, body, typed) == []
    assert proposing.changes_to(kind, body, {"clauses": []}) == [{"field": "clauses"}]
    assert mandate.clauses == [clause]


TRANSLATED = {"ar": {"by": "comity", "checked": False}}
