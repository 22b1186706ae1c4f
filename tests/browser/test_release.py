"""A channel is founded, a record is looked at and released, and taken back; each page on the way is looked at."""

from collections.abc import Callable

from tests.browser.forms import fill, refusals, send
from tests.browser.node import Node
from tests.browser.test_second_factor import look
from tests.browser.visitor import Visitor

INITIATIVE = "programme.initiative/1"
LEVEL = {"level_PARTNERSHIP": "UNCLASSIFIED"}


def test_a_record_is_released_and_taken_back(signing_node: Node, opens: Callable[..., Visitor]):
    officer = opens(signing_node, "nmi-release")
    page = officer.visit("/sharing/channels/new/")
    fill(page, name_en="Advice", name_ar="المشورة", **LEVEL)
    assert send(page) == 422  # nobody is in it, and it carries nothing
    assert refusals(page)
    iraq = page.locator("[name=members]").first.get_attribute("value")
    fill(page, members=[str(iraq)], kinds=[INITIATIVE])
    assert (send(page), refusals(page)) == (200, "")
    channel = page.url.removeprefix(signing_node.address)
    assert "can be read by NATO Mission Iraq, Republic of Iraq" in page.inner_text("main")
    look(officer)
    officer.visit(f"{channel}change/")
    look(officer)
    officer.visit(f"{channel}standing/")
    fill(page, kinds=[INITIATIVE], **LEVEL)
    assert (send(page), refusals(page)) == (200, "")
    look(officer)

    slug = signing_node.slugs("programme.initiative", "nmi")[0]
    title = officer.visit(f"/initiatives/{slug}/").locator("h1").inner_text()
    page.get_by_role("link", name="Release …").click()
    assert title in page.inner_text("main article")
    assert "Why it may leave" in page.inner_text("main")
    look(officer)
    assert send(page) == 200
    assert "/sharing/releases/" in page.url
    assert title in page.inner_text("main ul.cards")
    look(officer)

    officer.visit(f"/initiatives/{slug}/")
    state = page.inner_text("main")  # it may have left by now
    assert "has not left yet" in state or "this node speaks for every member" in state
    page.get_by_role("link", name="Withdraw …").click()
    look(officer)
    fill(page, mode=["hide"], meant=True)
    assert send(page) == 200
    assert title in page.inner_text("main nav")
    officer.visit(f"/sharing/release/?record={slug}")
    assert "1 record was withdrawn from this channel" in page.inner_text("main")
    look(officer)


def test_the_other_side_reads_who_will_see_what_in_its_own_language(signing_node: Node, opens: Callable[..., Visitor]):
    officer = opens(signing_node, "iraq-release", language="ar")
    page = officer.visit("/sharing/channels/new/")
    fill(page, name_en="Advice", name_ar="المشورة", **LEVEL)
    fill(page, members=[str(page.locator("[name=members]").first.get_attribute("value"))], kinds=[INITIATIVE])
    assert send(page) == 200
    reader = opens(signing_node, "nmi-adviser", language="ar")
    found = reader.visit("/sharing/channels/")
    found.get_by_role("link", name="المشورة").click()
    assert "ما يُفصح عنه هنا يطّلع عليه" in found.inner_text("main")
    assert found.get_by_role("link", name="تغيير").count() == 0
