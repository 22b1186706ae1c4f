"""Questions about a record, what is answered to them, and whose word is awaited."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from comity.labels.subject import Role
from comity.records import entry
from comity.records.checking import WrongKind
from comity.records.kinds import kind_coded
from comity.responses import domain, queries
from comity.responses.models import Question
from comity.responses.tests.world import AT, World, refused, text
from comity.responses.waiting import needs

ANSWER, READ = "A question, awaiting your answer", "Answered, awaiting your word that it is"


@pytest.fixture
def objective(world: World) -> Any:
    return world.enter("programme.objective", statement=text("Supplies arrive"))


def waiting(world: World, side: str, *roles: Role) -> list[str]:
    return [need.more for need in needs(world.subject(side, *roles))]


def thread(world: World, side: str = "nmi") -> queries.Thread:
    subject = world.subject(side)
    (found,) = queries.threads(Question.objects.visible_to(subject), subject)
    return found


def test_the_next_word_is_the_owners_then_the_askers_until_it_is_answered(world: World, objective: Any):
    asked = world.enter("responses.question", "iraq", about=objective)
    assert (waiting(world, "nmi"), waiting(world, "iraq")) == ([ANSWER], [])
    world.enter("responses.answer", "nmi", about=asked)
    assert (waiting(world, "nmi"), waiting(world, "iraq")) == ([], [READ])
    world.enter("responses.answer", "iraq", about=asked, words=text("Of which year?"))
    assert (waiting(world, "nmi"), waiting(world, "iraq")) == ([ANSWER], [])
    world.amend(asked, "iraq", state="answered")
    assert (waiting(world, "nmi"), waiting(world, "iraq")) == ([], [])
    assert not thread(world).is_open


def test_the_owner_asks_the_other_side_about_its_own_record(world: World, objective: Any):
    world.enter("responses.question", "nmi", about=objective)
    assert (waiting(world, "nmi"), waiting(world, "iraq")) == ([], [ANSWER])


def test_who_does_not_work_on_such_records_is_not_asked(world: World, objective: Any):
    world.enter("responses.question", "iraq", about=objective)
    assert waiting(world, "nmi", Role.PUBLIC_AFFAIRS) == []


def test_a_thread_stands_in_the_order_of_the_log_whatever_is_corrected_later(world: World, objective: Any):
    asked = world.enter("responses.question", "iraq", about=objective)
    first = world.enter("responses.answer", "nmi", about=asked, words=text("First"))
    world.enter("responses.answer", "iraq", about=asked, words=text("Second"))
    world.amend(first, "nmi", words=text("First, mended"))
    assert [one.card.title for one in thread(world).answers] == ["First, mended", "Second"]


def test_only_the_asker_says_that_it_is_answered(world: World, client: Client, objective: Any):
    asked = world.enter("responses.question", "iraq", about=objective)
    where = reverse("responses:answered", args=[asked.record.slug])
    world.sign_in(client, "nmi", Role.ADVISER)
    assert client.post(where).status_code == 403
    world.sign_in(client, "iraq", Role.COUNTERPART)
    assert client.post(where).status_code == 302
    assert not thread(world).is_open


def test_the_thread_is_on_the_page_with_party_and_position_and_no_name(world: World, client: Client, objective: Any):
    office = world.enter("people.position", "iraq", title=text("Director of logistics"))
    asked = world.enter("responses.question", "iraq", about=objective, office=office, words=text("By when?"))
    world.enter("responses.answer", "nmi", about=asked, words=text("By spring."))
    for side in ("iraq", "nmi"):
        subject = world.sign_in(client, side, Role.CHIEF)
        page = client.get(reverse("programme:objective", args=[objective.record.slug])).text
        said = page[page.index("Questions</h2>") :]
        assert [words in said for words in ("By when?", "Director of logistics", "By spring.")] == [True] * 3
        assert subject.account not in said


def test_of_an_answer_nobody_asks(world: World, objective: Any):
    asked = world.enter("responses.question", "iraq", about=objective)
    with refused((WrongKind, "about")):
        world.enter("responses.question", about=asked)


def test_an_answer_is_marked_no_wider_than_the_record_is_by_now(world: World, objective: Any):
    asked = world.enter("responses.question", "nmi", about=objective)
    assert asked.label_id == objective.label_id
    world.amend(objective, label=world.label("nmi"))
    with refused((domain.MarkedOtherwise, None)):
        world.enter("responses.answer", "nmi", about=asked)
    with refused((domain.MarkedOtherwise, None)):
        world.enter("responses.answer", "iraq", about=asked)


def test_an_answer_takes_the_marking_of_the_question_whatever_was_asked_for(world: World, objective: Any):
    asked = world.enter("responses.question", "iraq", about=objective, label=world.label("nmi", "iraq"))
    kind = kind_coded("responses.answer")
    fields = {"about": asked.record, "words": text("So")}
    later, ours = AT + timedelta(hours=1), world.label("nmi")
    made = entry.enter(kind, fields=fields, label=ours, actor=world.subject("nmi"), at=later)
    assert made.label_id == objective.label_id
