"""The partnership on two nodes, each side in a browser at its own: what one does stands on the other's open page."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from tests.browser.forms import fill, refusals, send
from tests.browser.node import Node
from tests.browser.side_by_side import two_nodes
from tests.browser.test_responding import FIGURE, OFFICIAL, TRAINING, follow, listed, needed, saved
from tests.browser.test_second_factor import look
from tests.browser.visitor import Visitor

OBJECTIVE = "Fewer accidents on the roads of the army"
ARRIVES_WITHIN = 30_000  # milliseconds, on a machine that is busy with the other tests


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    with two_nodes(tmp_path_factory.mktemp("two") / "nodes") as served:
        yield served


@pytest.fixture
def mission(nodes: tuple[Node, Node], opens: Callable[..., Visitor]) -> Callable[[str], Page]:
    """The first page of an account of the mission, on the mission's node."""
    return lambda account: opens(nodes[0], account).visit("/")


@pytest.fixture
def iraq(nodes: tuple[Node, Node], opens: Callable[..., Visitor]) -> Callable[[str], Page]:
    """The same of Iraq, on Iraq's."""
    return lambda account: opens(nodes[1], account).visit("/")


Opens = Callable[[str], Page]


def shows(page: Page, *words: str) -> None:
    """Wait until the open page says so, without being asked again."""
    for each in words:
        expect(page.locator("main")).to_contain_text(each, timeout=ARRIVES_WITHIN)


def test_an_objective_that_iraq_sets_stands_on_the_missions_open_page(mission: Opens, iraq: Opens) -> None:
    open_page, writer = mission("nmi-adviser"), iraq("iraq-chief")
    open_page.goto(urljoin(open_page.url, "/records/programme.objective/"))
    assert OBJECTIVE not in open_page.locator("main").inner_text()
    writer.goto(urljoin(writer.url, "/enter/programme.objective/"))
    writer.locator("[name=mandate]").select_option(index=1)
    writer.locator("[name=stage]").select_option(index=1)
    writer.locator("[name=area]").select_option(index=1)
    fill(writer, statement_en=OBJECTIVE)
    saved(writer)
    shows(open_page, OBJECTIVE)


def test_what_was_agreed_in_principle_waits_until_iraq_concurs_at_its_own_node(mission: Opens, iraq: Opens) -> None:
    adviser, clerk = mission("nmi-adviser"), iraq("iraq-clerk")
    for page in (adviser, clerk):
        listed(page, "programme.initiative", TRAINING)
        shows(page, "agreed in principle", "awaiting Republic of Iraq")
    assert clerk.get_by_role("link", name="Edit", exact=True).count() == 0  # a copy is answered, not changed
    watched = adviser.context.new_page()
    watched.goto(adviser.url)
    follow(adviser, "Edit")
    fill(adviser, status="active")
    assert send(adviser) == 422
    assert "It cannot be active before the host concurs" in refusals(adviser)

    watching = clerk.context.new_page()
    watching.goto(clerk.url)
    needed(clerk, TRAINING, "Answer")
    fill(clerk, position="with_conditions", conditions_en="Close consultation with Iraq", **OFFICIAL)
    saved(clerk)
    for page in (watched, watching):
        shows(page, "with conditions", "Close consultation with Iraq")
    saved(adviser)  # the form that was refused still holds what was typed
    shows(watching, "active")


def test_a_figure_that_iraq_verifies_at_its_node_is_jointly_verified_on_both(mission: Opens, iraq: Opens) -> None:
    adviser, counterpart = mission("nmi-adviser"), iraq("iraq-counterpart")
    needed(counterpart, FIGURE, "Verify")
    fill(counterpart, finding="confirmed", mode="joint", verified_on="2026-11-20", method_en="Records read together")
    saved(counterpart)
    adviser.goto(urljoin(adviser.url, re.sub(r"^https?://[^/]+", "", counterpart.url)))
    for page in (adviser, counterpart):
        shows(page, "jointly verified", "Republic of Iraq: confirmed")


def test_what_the_mission_withdraws_is_gone_from_iraqs_pages(
    nodes: tuple[Node, Node], mission: Opens, iraq: Opens
) -> None:
    officer, reader = mission("nmi-release"), iraq("iraq-counterpart")
    slug = nodes[0].slugs("programme.initiative", "nmi")[0]
    officer.goto(urljoin(officer.url, f"/initiatives/{slug}/"))
    title = officer.locator("h1").inner_text()
    reader.goto(urljoin(reader.url, "/records/programme.initiative/"))
    shows(reader, title)
    officer.get_by_role("link", name="Withdraw …").click()
    fill(officer, mode=["hide"], meant=True)
    assert send(officer) == 200
    expect(reader.locator("main")).not_to_contain_text(title, timeout=ARRIVES_WITHIN)


def test_an_officer_sees_how_the_exchange_goes(nodes: tuple[Node, Node], opens: Callable[..., Visitor]) -> None:
    officer = opens(nodes[0], "nmi-release")
    page = officer.visit("/sharing/")
    shows(page, "Republic of Iraq", "in step", "within the last five minutes")
    look(officer)
    page.get_by_role("link", name="Republic of Iraq").click()
    shows(page, "Holds until")
    look(officer)


def test_both_logs_hold_and_each_has_the_others_signature(nodes: tuple[Node, Node]) -> None:
    for node in nodes:
        said = node.comity("audit", "verify", "--witness")
        assert (said.returncode, said.stderr) == (0, "")
        signed = re.search(r"(\d+) signatures of witnesses under this log hold; (\d+) checkpoints", said.stdout)
        assert signed is not None
        assert all(int(count) for count in signed.groups())
