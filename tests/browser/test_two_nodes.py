"""The partnership on two nodes, each side in a browser at its own: what one does stands on the other's open page.

A member nation joins from a node of its own, and is given what its channel carries and nothing else.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic, time
from typing import Any
from urllib.parse import urljoin
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.forms import choose, fill, refusals, send
from tests.browser.node import Node
from tests.browser.side_by_side import two_nodes
from tests.browser.test_responding import FIGURE, OFFICIAL, TRAINING, follow, listed, needed, saved
from tests.browser.test_second_factor import code_of, look
from tests.browser.third_party import HOW_TO, Nation, holds, nation
from tests.browser.visitor import Visitor
from tests.docs.documents import in_bold

BOLD = frozenset(in_bold(HOW_TO.read_text()))
NATIONS = "The mission and a member nation"
SHARED = "More ambulances on the roads of the army"
CANARY = "Heliotropium"
OBJECTIVE = "Fewer accidents on the roads of the army"
ARRIVES_WITHIN = 30_000  # milliseconds, on a machine that is busy with the other tests


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Node, Node]]:
    with two_nodes(tmp_path_factory.mktemp("two") / "nodes") as served:
        yield served


@pytest.fixture(scope="module")
def third(nodes: tuple[Node, Node], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nation]:
    """A member nation beside the two."""
    with nation(tmp_path_factory.mktemp("third") / "nation") as served:
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


def press(page: Page, words: str) -> None:
    """Press a link or a button that the how-to names in bold type."""
    assert words in BOLD
    main = page.locator("main")
    main.get_by_role("link", name=words, exact=True).or_(
        main.get_by_role("button", name=words, exact=True)
    ).first.click()


def handed_over(page: Page, words: str, other: Page, folder: Path) -> None:
    """Download a file on one page, and open it on the page Partners of the other."""
    with page.expect_download() as download:
        press(page, words)
    download.value.save_as(folder / "file.json")
    other.set_input_files("main [name=file]", folder / "file.json")
    press(other, "Open")


def read_out(page: Page) -> str:
    """The sixteen words of a party, as its own people read them from the page of its keys."""
    return " ".join(page.locator("ol.fingerprint[lang=en] li").all_inner_texts())


def until_it_says(page: Page, words: str) -> None:
    """Ask for the page again until it says so: nothing of the log tells when another node is heard."""
    until = monotonic() + ARRIVES_WITHIN / 1000
    while words not in page.locator("main").inner_text():
        assert monotonic() < until, page.locator("main").inner_text()
        page.reload()


def test_a_member_nation_joins_with_the_lines_and_the_buttons_of_the_how_to(
    third: Nation,
    nodes: tuple[Node, Node],
    mission: Opens,
    opens: Callable[..., Visitor],
    sign_ins: dict[tuple[str, str], Any],
    tmp_path: Path,
) -> None:
    desk, officer = opens(third.node).page, mission("nmi-release")
    desk.goto(third.invitation)
    desk.fill("main [name=username]", "liaison")
    for box in desk.locator("main input[type=password]").all():
        box.fill("palm river quiet door 7")
    press(desk, "Make the account")
    press(desk, "Set up")
    secret = re.search(r"\b[A-Z2-7]{32}\b", desk.locator("main").inner_text())
    assert secret is not None
    desk.fill("main [name=code]", code_of(secret[0], time()))
    press(desk, "Set up")
    press(desk, "Go on")
    sign_ins[third.node.address, "liaison"] = desk.context.storage_state()
    shows(desk, "Your party has no partner yet")
    press(desk, "Join")

    officer.goto(urljoin(officer.url, "/sharing/partners/"))
    press(officer, "Invite a party")
    fill(officer, purpose="A member nation")
    press(officer, "Make the invitation")
    handed_over(officer, "Download the invitation", desk, tmp_path)
    officer.goto(urljoin(officer.url, "/sharing/keys/"))
    fill(desk, words=read_out(officer))
    press(desk, "Confirm: these are their words")
    shows(desk, "the other node was not heard yet")
    third.record(int(nodes[0].address.rpartition(":")[2]))
    officer.goto(urljoin(officer.url, "/sharing/partners/"))
    handed_over(desk, "Download the answer", officer, tmp_path)
    press(desk, "Your fingerprint")
    fill(officer, words=read_out(desk))
    press(officer, "Confirm: these are their words")
    until_it_says(officer, "Heard last")

    desk.goto(urljoin(desk.url, "/sharing/channels/"))
    press(officer, "Found a channel with it")
    fill(officer, name_en=NATIONS)
    press(officer, "Sign and found")
    shows(officer, "can be read by A member nation, NATO Mission Iraq")
    shows(desk, NATIONS)


def test_what_is_released_to_the_nation_comes_though_it_refers_to_what_the_nation_may_not_have(
    third: Nation, mission: Opens, opens: Callable[..., Visitor]
) -> None:
    adviser, officer = mission("nmi-adviser"), mission("nmi-release")
    reader = opens(third.node, "liaison").visit("/records/programme.objective/")
    adviser.goto(urljoin(adviser.url, "/enter/programme.objective/"))
    fill(adviser, statement_en=SHARED)
    for name in ("mandate", "stage", "area"):
        adviser.locator(f"[name={name}]").select_option(index=1)
    assert send(adviser) == 422
    assert "Marking" in refusals(adviser)  # for whom it is, is not chosen by itself
    choose(adviser, "label", "A member nation")
    saved(adviser)
    officer.goto(urljoin(officer.url, re.sub(r"^https?://[^/]+", "", adviser.url)))
    follow(officer, "Release …")
    officer.get_by_label(NATIONS).check()
    officer.get_by_role("button", name="Go on").click()
    officer.get_by_role("button", name="Release", exact=True).click()
    shows(officer, SHARED)
    shows(reader, SHARED)
    follow(reader, SHARED)
    assert "not shared with us" in reader.locator("main").inner_text()  # its mandate, which is Iraq's and the mission's


def test_a_figure_goes_to_iraq_which_verifies_it_and_never_to_the_nation(
    nodes: tuple[Node, Node],
    third: Nation,
    mission: Opens,
    iraq: Opens,
    opens: Callable[..., Visitor],
) -> None:
    adviser, counterpart = mission("nmi-adviser"), iraq("iraq-counterpart")
    listed(adviser, "programme.indicator", FIGURE)
    adviser.locator('.actions a[href*="programme.measurement"]').click()
    fill(adviser, period_start="2026-11-15", period_end="2026-11-15", value="7", note_en=f"Read from {CANARY}")
    saved(adviser)
    slug = nodes[0].slugs("programme.measurement", "nmi")[-1]
    page = f"/measurements/{slug}/"
    verify = counterpart.locator(f'main a[href*="responses.verification/?about={slug}"]')
    expect(verify).to_be_visible(timeout=ARRIVES_WITHIN)
    verify.click()
    fill(counterpart, finding="confirmed", mode="joint", verified_on="2026-11-20", method_en="Records read together")
    saved(counterpart)
    for each in (adviser, counterpart):
        each.goto(urljoin(each.url, page))
        shows(each, "jointly verified", "Republic of Iraq: confirmed", CANARY)

    follow(adviser, "Who has this, and why")
    told = adviser.locator("main").inner_text()
    assert re.search(r"Republic of Iraq\s+has it", told)
    assert re.search(r"A member nation\s+does not have it from us\s+Its marking does not name the party", told)

    node = third.node
    uuid = UUID(slug.partition("-")[2])
    hidden = [CANARY.encode(), uuid.bytes, uuid.hex.encode(), str(uuid).encode()]
    channels = {name: pk.encode() for pk, name in channels_of(nodes[0])}
    hidden.append(channels["The partnership"])
    assert holds(node.home, *hidden) == []
    assert holds(node.home, SHARED.encode(), channels[NATIONS]) == [SHARED.encode(), channels[NATIONS]]
    carried = third.carried()
    assert [one for one in hidden if one in carried] == []
    assert channels[NATIONS] in carried
    reader = opens(node, "liaison").page
    answer = reader.goto(node.address + page)
    assert answer is not None
    assert answer.status == 404
    for address in ("/records/programme.measurement/", f"/search/?q={CANARY}", "/"):
        reader.goto(node.address + address)
        assert reader.locator(f'main a[href*="{slug}"]').count() == 0
        assert FIGURE not in reader.locator("main").inner_text()
    reader.goto(f"{node.address}/search/?q=ambulances")
    assert SHARED in reader.locator("main").inner_text()


def channels_of(node: Node) -> list[tuple[str, str]]:
    """Each channel that the node knows: its id, and its name in English."""
    with closing(sqlite3.connect(node.home / "comity.db")) as database:
        rows = database.execute("SELECT id, name FROM federation_channel").fetchall()
    return [(pk, json.loads(name)["text"]["en"]) for pk, name in rows]


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
