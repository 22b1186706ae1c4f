"""Two sides talk about one record: a change proposed, read and accepted; a question asked and answered; a decision in
principle that waits for the other side's word; a figure that both verified."""

from collections.abc import Callable
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.forms import fill, refusals, send
from tests.browser.node import Node
from tests.browser.visitor import Visitor

CYBER = "Stronger cybersecurity"
TRAINING = "Taking over some of the Global Coalition’s training"
FIGURE = "Synthetic D2: weaknesses open for more than a month"
PROPOSED = "Stronger cybersecurity in every ministry"
OFFICIAL = {"view": "official", "authority_en": "The minister", "letter_number": "13/2", "letter_date": "2026-03-01"}

Opens = Callable[..., Visitor]


@pytest.fixture
def page_of(own_node: Node, opens: Opens) -> Callable[[str], Page]:
    """The first page of an account, on a node of this test's own."""
    expect.set_options(timeout=15_000)
    return lambda account: opens(own_node, account).visit("/")


def saved(page: Page) -> None:
    assert (send(page), refusals(page)) == (200, "")


def follow(page: Page, words: str) -> Page:
    page.locator("main").get_by_role("link", name=words, exact=True).first.click()
    return page


def listed(page: Page, code: str, words: str) -> Page:
    page.goto(urljoin(page.url, f"/records/{code}/"))
    return follow(page, words)


def needed(page: Page, words: str, act: str) -> Page:
    """Do what Today says of something."""
    page.goto(urljoin(page.url, "/"))
    page.locator("main ul.cards > li").filter(has_text=words).get_by_role("link", name=act, exact=True).first.click()
    return page


def told(page: Page) -> str:
    return page.locator("main").inner_text()


def test_a_change_is_proposed_read_as_a_difference_and_accepted(page_of: Callable[[str], Page]):
    iraq, mission = page_of("iraq-counterpart"), page_of("nmi-adviser")
    follow(listed(iraq, "programme.objective", CYBER), "Propose a change")
    fill(iraq, statement_en=PROPOSED, proposed_because_en="Each has networks of its own")
    saved(iraq)
    assert "open" in told(iraq)
    assert iraq.locator("main ins").inner_text().strip() == "in every ministry"
    assert iraq.locator("main").get_by_role("link", name="Accept …").count() == 0

    needed(mission, CYBER, "Decide")
    assert mission.locator("main ins").inner_text().strip() == "in every ministry"
    follow(mission, "Accept …")
    assert mission.locator("[name=statement_en]").input_value() == PROPOSED
    saved(mission)
    assert mission.locator("h1").inner_text() == PROPOSED
    assert "made revision 2" in told(mission)

    iraq.reload()
    assert "accepted" in told(iraq)
    assert "made revision 2" in told(iraq)


def test_a_question_is_open_until_who_asked_says_that_it_is_answered(page_of: Callable[[str], Page]):
    iraq, mission = page_of("iraq-counterpart"), page_of("nmi-adviser")
    follow(follow(listed(iraq, "programme.objective", CYBER), "Respond"), "Ask")
    fill(iraq, words_en="Which networks first?")
    saved(iraq)
    assert "No answer yet." in told(iraq)

    needed(mission, "Which networks first?", "Answer")
    fill(mission, words_en="Those of the logistics directorate.")
    saved(mission)
    listed(mission, "programme.objective", CYBER)
    assert "Those of the logistics directorate." in told(mission)

    needed(iraq, "Which networks first?", "Read")
    follow(iraq, "Mark as answered")
    iraq.get_by_role("button", name="Mark as answered").click()
    expect(iraq.locator("main")).to_contain_text("answered")
    iraq.goto(urljoin(iraq.url, "/"))
    assert "Which networks first?" not in iraq.locator("main ul.cards").first.inner_text()


def test_what_was_agreed_in_principle_waits_for_iraq_on_both_pages(page_of: Callable[[str], Page]):
    iraq, mission = page_of("iraq-clerk"), page_of("nmi-adviser")
    for page in (iraq, mission):
        listed(page, "programme.initiative", TRAINING)
        assert "agreed in principle" in told(page)
        assert "awaiting Republic of Iraq" in told(page)
    follow(mission, "Edit")
    fill(mission, status="active")
    assert send(mission) == 422
    assert "It cannot be active before the host concurs" in refusals(mission)

    needed(iraq, TRAINING, "Answer")
    fill(iraq, position="with_conditions", conditions_en="Close consultation with Iraq", **OFFICIAL)
    saved(iraq)
    saved(mission)  # the form that was refused still holds what was typed
    for page in (iraq, mission):
        listed(page, "programme.initiative", TRAINING)
        for words in ("active", "with conditions", "Close consultation with Iraq", "by letter 13/2 of 1 March 2026"):
            assert words in told(page)
        assert "awaiting Republic of Iraq" not in told(page)


def test_a_figure_that_the_other_side_confirms_is_jointly_verified_on_both(page_of: Callable[[str], Page]):
    iraq, mission = page_of("iraq-counterpart"), page_of("nmi-adviser")
    needed(iraq, FIGURE, "Verify")
    fill(iraq, finding="confirmed", mode="joint", verified_on="2026-11-20", method_en="Records read together")
    saved(iraq)
    address = iraq.url
    mission.goto(address)
    for page in (iraq, mission):
        assert "jointly verified" in told(page)
        assert "NATO Mission Iraq reported it." in told(page)
        assert "Republic of Iraq: confirmed" in told(page)
