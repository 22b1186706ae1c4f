"""Who sees what, asked of the running node: nothing of a record reaches whoever may not read it or is not signed in."""

import html
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, expect

from tests.browser.addresses import pages
from tests.browser.forms import FORM, fill, refusals, send
from tests.browser.node import Node, copied
from tests.browser.visitor import Visitor

SLOW = 15_000  # milliseconds, on a machine that is busy with other tests
# What a stranger may open: the way in, and the answer to a probe.
OPEN = {"account_login", "account_logout", "account_inactive"}


@pytest.fixture(scope="module")
def node(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """One node for all of these, some of which write, and one purges, which is signed."""
    with copied(loaded_home, tmp_path_factory.mktemp("access") / "node", "web,signer") as running:
        yield running


@pytest.fixture
def asks(node: Node, opens: Callable[..., Visitor]) -> Callable[..., Callable[[str], APIResponse]]:
    """`asks("nmi-auditor")`: asks for an address as that account, without drawing a page or following a redirect."""

    def as_account(account: str) -> Callable[[str], APIResponse]:
        request = opens(node, account).page.request
        return lambda address: request.get(node.address + address, max_redirects=0)

    return as_account


@pytest.fixture
def page(node: Node, opens: Callable[..., Visitor]) -> Callable[..., Page]:
    """`page(address, account)`: a page on that node."""
    expect.set_options(timeout=SLOW)
    return lambda address, account, **how: opens(node, account, **how).visit(address)


def addresses(node: Node) -> list[tuple[str, str]]:
    """Every page: its name, and where it is."""
    return [(name, one.address(name, node)) for name, samples in pages().items() for one in samples]


def files(node: Node) -> list[str]:
    """Addresses that give a file of a record or of the log."""
    objective = node.slugs("programme.objective")[0]
    return [f"/records/{objective}/proof/1.json", f"/records/{objective}/files/scan", "/log/3/proof.json"]


def written(node: Node) -> set[str]:
    """Every text of some length that a person wrote in a record."""
    with closing(sqlite3.connect(node.home / "comity.db")) as database:
        bodies = database.execute("SELECT body FROM records_revision WHERE body IS NOT NULL").fetchall()
    return {text for (body,) in bodies for text in texts(json.loads(body)["body"]) if len(text) >= 15}


def texts(value: Any) -> Iterator[str]:
    """The versions of every text in a body."""
    if isinstance(value, dict):
        if "original" in value and "text" in value:
            yield from value["text"].values()
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def leaked(answer: APIResponse, secrets: set[str]) -> set[str]:
    """The texts that stand in an answer."""
    said = html.unescape(answer.text())
    return {text for text in secrets if text in said}


def test_an_auditor_sees_the_log_and_no_record(node: Node, asks: Callable[..., Callable[[str], APIResponse]]):
    secrets = written(node)
    auditor, adviser = asks("nmi-auditor"), asks("nmi-adviser")
    for address in [where for _, where in addresses(node)] + files(node):
        answer = auditor(address)
        assert answer.status in {200, 302, 403, 404}, address
        assert leaked(answer, secrets) == set(), address
    assert auditor("/log/").status == 200
    assert "revision" in auditor("/log/").text()
    for words in ("cyber", "العراق"):
        assert leaked(auditor(f"/search/?q={words}"), secrets) == set()
        assert leaked(adviser(f"/search/?q={words}"), secrets) != set(), "the measure finds nothing at all"


def test_a_stranger_is_sent_to_sign_in_from_everywhere(node: Node, asks: Callable[..., Callable[[str], APIResponse]]):
    stranger = asks("")
    closed = [where for name, where in addresses(node) if name not in OPEN] + files(node)
    assert len(closed) > 40
    for address in [*closed, "/no/such/page/", "/records/aaaaaaaa-00000000-0000-7000-8000-000000000000/"]:
        answer = stranger(address)
        if address.startswith("/no/"):
            assert answer.status == 404
        else:
            assert answer.status == 302, address
            assert answer.headers["location"].startswith("/account/sign-in/?next="), address


def test_nobody_changes_the_record_of_another_party(
    node: Node, page: Callable[..., Page], asks: Callable[..., Callable[[str], APIResponse]]
):
    theirs, own = node.slugs("programme.objective", "nmi")[0], node.slugs("programme.objective", "iraq")[0]
    chief = page(f"/objectives/{theirs}/", "iraq-chief")
    assert chief.locator(f"a[href='/records/{theirs}/edit/']").count() == 0
    chief.locator(f"a[href='/records/{theirs}/respond/']").first.click()
    assert chief.locator(f"main a[href^='/enter/responses.concurrence/?about={theirs}']").count() == 1
    asked = asks("iraq-chief")
    assert asked(f"/records/{theirs}/edit/").status == 403
    assert asked(f"/records/{theirs}/purge/").status == 403
    assert asked(f"/records/{own}/edit/").status == 200
    # Nor by sending what a form would have sent.
    form = page(f"/records/{own}/edit/", "iraq-chief")
    body = form.locator(FORM).evaluate("form => Object.fromEntries(new FormData(form))")
    answer = form.request.post(f"{node.address}/records/{theirs}/edit/", form=body, headers={"Referer": form.url})
    assert answer.status == 403
    assert "only its owner can change it" in answer.text()


@pytest.mark.parametrize(
    ("account", "address"),
    [
        ("nmi-adviser", "/enter/responses.concurrence/"),
        ("nmi-adviser", "/enter/programme.mandate/"),
        ("iraq-clerk", "/enter/programme.measurement/"),
        ("nmi-security", "/enter/programme.risk/"),
        ("nmi-auditor", "/enter/programme.risk/"),
    ],
)
def test_a_form_is_not_shown_to_whoever_may_not_send_it(
    asks: Callable[..., Callable[[str], APIResponse]], account: str, address: str
):
    assert asks(account)(address).status == 403


def test_the_security_officer_purges_and_the_page_says_so(
    node: Node, page: Callable[..., Page], asks: Callable[..., Callable[[str], APIResponse]]
):
    words = "Zzyzxroad: a sentence that nobody must read again"  # no other word begins like the first
    about = node.slugs("programme.objective", "nmi")[0]
    adviser = page(f"/enter/programme.risk/?about={about}", "nmi-adviser")
    fill(adviser, statement_en=words, state="open")
    assert send(adviser) == 200
    slug = node.slugs("programme.risk", "nmi")[-1]
    assert (words.encode() in everything(node), b"zzyzxroad" in everything(node)) == (True, True)
    adviser.goto(f"{node.address}/records/{slug}/")
    assert adviser.locator("a[href$='/purge/']").count() == 0
    assert asks("nmi-adviser")(f"/records/{slug}/purge/").status == 403
    assert asks("iraq-security")(f"/records/{slug}/purge/").status == 403

    officer = page(f"/records/{slug}/", "nmi-security")
    officer.locator("a[href$='/purge/']").click()
    fill(officer, reason="Named somebody")
    assert (send(officer), officer.locator("#refused").count()) == (422, 1)
    fill(officer, meant=True)
    assert (send(officer), refusals(officer)) == (200, "")
    expect(officer.locator("main .notice.tone-good")).to_contain_text("Purged. The log says so, and still verifies.")

    assert asks("nmi-adviser")(f"/records/{slug}/").status == 404
    assert words not in asks("nmi-adviser")(f"/objectives/{about}/").text()
    assert words not in asks("nmi-adviser")("/search/?q=zzyzxroad").text()
    assert (words.encode() in everything(node), b"zzyzxroad" in everything(node)) == (False, False)
    verified = node.comity("audit", "verify")
    assert (verified.returncode, verified.stderr) == (0, "")
    expect(page("/log/", "nmi-auditor").locator("main tbody tr", has_text="purge").first).to_be_visible()


def everything(node: Node) -> bytes:
    """What stands in the files of the database: records as written, and their words in small letters for search."""
    return b"".join(path.read_bytes() for path in sorted(node.home.glob("comity.db*")))
