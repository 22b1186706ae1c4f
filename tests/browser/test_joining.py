"""A party is invited, another one's invitation is opened, and sixteen words make it a partner."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from comity.federation.joining.tests.stranger import Stranger
from comity.kernel.clock import now
from comity.parties import fingerprint
from tests.browser.forms import fill, refusals, send
from tests.browser.node import Node
from tests.browser.test_second_factor import look
from tests.browser.visitor import Visitor


def test_a_party_joins_and_leaves(signing_node: Node, opens: Callable[..., Visitor], tmp_path: Path):
    officer = opens(signing_node, "nmi-release")
    page = officer.visit("/sharing/partners/invite/")
    fill(page, purpose="The ministry")
    assert send(page) == 200
    assert "The ministry" in page.inner_text("main")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the invitation").click()
    assert download.value.suggested_filename.startswith("invitation-")
    look(officer)

    them = Stranger(expires=now() + timedelta(days=400))
    (tmp_path / "invitation.json").write_bytes(them.invitation(expires=now() + timedelta(days=1)))
    page = officer.visit("/sharing/partners/")
    page.set_input_files("main [name=file]", tmp_path / "invitation.json")
    assert (send(page), refusals(page)) == (200, "")
    assert "Anybody could have written that" in page.inner_text("main")
    look(officer)
    fill(page, words="some other words")
    assert send(page) == 422
    look(officer)
    fill(page, words=" ".join(fingerprint.words_of(them.id, "ar")))
    assert (send(page), refusals(page)) == (200, "")
    assert "Download the answer" in page.inner_text("main")
    look(officer)
    page.get_by_text("End this …").click()
    page.get_by_role("button", name="Leave", exact=True).click()
    page.get_by_role("link", name="Download the leaving").wait_for()
    look(officer)
