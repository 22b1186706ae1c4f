"""The room People as an office lives in it: a holder is replaced, and the counterpart pair is what it was."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.forms import choose, fill, refusals, send
from tests.browser.node import Node
from tests.browser.visitor import Visitor

CLERK = "iraq-clerk"


def saved(page: Page) -> None:
    status = send(page)
    assert (status, refusals(page)) == (200, "")


def pair(page: Page, place: str) -> tuple[list[str], str]:
    """The two positions of the pair that a position's page shows, and which of them names the other."""
    page.goto(place)
    titles = [one.inner_text() for one in page.locator(".pairing .what").all()]
    return titles, page.locator(".pairing + p").inner_text()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_holder_is_replaced_and_the_pair_is_intact(own_node: Node, opens: Callable[..., Visitor], scripts: bool):
    page = opens(own_node, CLERK, scripts=scripts).page
    page.goto(f"{own_node.address}/people/")
    page.get_by_role("link", name="Director, supply (synthetic)", exact=True).first.click()
    post = page.url
    before = pair(page, post)
    assert len(before[0]) == 2

    for name in ("Zebulon Synthetic", "Yaqzan Synthetic"):
        page.goto(f"{own_node.address}/enter/people.person/")
        # What it says without scripts for every marking, it says with them for the one that is chosen.
        shown = page.locator("[data-choice]:visible").count()
        assert shown == 1 if scripts else shown > 1
        fill(page, name_en=name)
        saved(page)

    page.goto(post)
    page.get_by_role("link", name="Replace the holder").click()
    choose(page, "person", "Zebulon Synthetic")
    fill(page, starts="2024-05-01")
    saved(page)
    page.get_by_role("link", name="Replace the holder").click()
    assert "Zebulon Synthetic" in page.locator("section.sheet").inner_text()
    choose(page, "person", "Yaqzan Synthetic")
    fill(page, starts="2023")
    assert send(page) == 422
    fill(page, starts="2025-06-01")
    saved(page)

    rows = page.locator(".timeline > li")
    assert rows.count() == 2
    assert "Yaqzan Synthetic" in rows.nth(0).inner_text()
    assert "1 May 2024 – 1 June 2025" in rows.nth(1).inner_text()
    assert pair(page, post) == before
    opposite = page.locator(".pairing .what a").nth(1)
    opposite.click()
    assert "Yaqzan Synthetic" in page.locator(".pairing").inner_text(), "the other side sees the new holder"
    assert "Zebulon Synthetic" not in page.locator(".pairing").inner_text()


@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_box_of_the_chart_leads_to_its_organisation(page_as: Callable[..., Page], node: Node, language: str):
    page = page_as("nmi-adviser", language=language)
    page.goto(f"{node.address}/people/chart/")
    box = page.locator(".orgchart svg.wide a").nth(1)
    name = box.locator("title").text_content()
    box.click()
    page.wait_for_url("**/organisations/**")
    assert page.locator("h1").inner_text() == name
