"""What browser tests stand on: a node with the example, the real server, and people who open windows on it."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

from tests.browser.node import Node, copied, load_example
from tests.browser.signing_in import sign_in
from tests.browser.visitor import Language, Theme, Visitor, window

PAGES = Path(__file__).with_name("test_every_page.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser; nobody has to remember to say so. The pages come last."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")
    items.sort(key=lambda item: item.path == PAGES)


class _Dealing(LoadScopeScheduling):  # type: ignore[misc]
    """A module's tests share its nodes, and go to one worker together. The pages, each for itself, are what is left at
    the end, so that every worker is busy until then.
    """

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return nodeid if module.endswith(PAGES.name) else module


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """How tests are dealt out where several workers are asked for by module."""
    return _Dealing(config, log) if config.getoption("dist") == "loadscope" else None


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's own chromium, without a sandbox because tests may run as root."""
    found = shutil.which("chromium")
    if found is None:
        if os.environ.get("COMITY_REQUIRE", "") not in {"", "0"}:
            pytest.fail("a browser is required, and no chromium is on PATH")
        pytest.skip("no chromium is on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def loaded_home(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The directory of a node with the example partnership. Never served itself: copies are.

    Where pytest runs several workers, the first makes it for all.
    """
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "loaded"
    with (shared.parent / "loaded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            load_example(shared / "node")
    return shared / "node"


@pytest.fixture(scope="session")
def node(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A running node with the example, shared by the tests that only read; its pages wait for what is new."""
    with copied(loaded_home, tmp_path_factory.mktemp("shared") / "node", "web,live") as running:
        yield running


@pytest.fixture
def own_node(loaded_home: Path, tmp_path: Path) -> Iterator[Node]:
    """The pages of a node with the example for one test alone, which may write."""
    with copied(loaded_home, tmp_path / "node") as running:
        yield running


@pytest.fixture
def live_node(loaded_home: Path, tmp_path: Path) -> Iterator[Node]:
    """The same with live updates."""
    with copied(loaded_home, tmp_path / "node", "web,live") as running:
        yield running


@pytest.fixture
def signing_node(loaded_home: Path, tmp_path: Path) -> Iterator[Node]:
    """The same with the signer, for a test in which a party signs."""
    with copied(loaded_home, tmp_path / "node", "web,signer") as running:
        yield running


@pytest.fixture(scope="session")
def sign_ins() -> dict[tuple[str, str], Any]:
    """The browser storage of each account that signed in, by node: signing in costs a deliberate half second."""
    return {}


def signed_in(node: Node, account: str, known: dict[tuple[str, str], Any]) -> Any:
    """The storage of a window in which `account` is signed in on `node`."""
    key = (node.address, account)
    if key not in known:
        known[key] = sign_in(node, account)
    return known[key]


@pytest.fixture
def opens(chromium: Browser, sign_ins: dict[tuple[str, str], Any]) -> Iterator[Callable[..., Visitor]]:
    """`opens(node, "iraq-clerk", language="ar", theme="dark", phone=True)`: a window, closed after the test.

    "" is a stranger. A test whose windows complained (console, policy, script errors) fails at its end.
    """
    with ExitStack() as stack:
        visitors: list[Visitor] = []

        def open_window(
            node: Node,
            account: str = "",
            *,
            language: Language = "en",
            theme: Theme = "light",
            phone: bool = False,
            scripts: bool = True,
        ) -> Visitor:
            storage = signed_in(node, account, sign_ins) if account else None
            visitor = stack.enter_context(
                window(chromium, node, signed_in=storage, language=language, theme=theme, phone=phone, scripts=scripts)
            )
            visitors.append(visitor)
            return visitor

        yield open_window
        complaints = sorted({complaint for visitor in visitors for complaint in visitor.complaints})
        assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def kept_open(chromium: Browser, node: Node, sign_ins: dict[tuple[str, str], Any]) -> Iterator[Callable[..., Visitor]]:
    """A window of an account on the shared node, opened once and left open until the end."""
    with ExitStack() as stack:

        @cache
        def window_of(account: str) -> Visitor:
            storage = signed_in(node, account, sign_ins) if account else None
            return stack.enter_context(window(chromium, node, signed_in=storage))

        yield window_of


@pytest.fixture
def reads(kept_open: Callable[[str], Visitor]) -> Iterator[Callable[[str], Visitor]]:
    """`reads("nmi-adviser")`: that account's one window, for tests that only look, many of them. Said as by `opens`."""
    visitors: list[Visitor] = []

    def look(account: str) -> Visitor:
        visitors.append(visitor := kept_open(account))
        visitor.complaints.clear()
        return visitor

    yield look
    complaints = sorted({complaint for visitor in visitors for complaint in visitor.complaints})
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def page_as(node: Node, opens: Callable[..., Visitor]) -> Callable[..., Any]:
    """`page_as("nmi-adviser", language="ar")`: a page on the shared node, for tests that only read."""
    return lambda account="", **how: opens(node, account, **how).page
