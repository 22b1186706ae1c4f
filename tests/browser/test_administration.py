"""A colleague is invited, makes an account and is let into a group; each page on the way is looked at."""

from collections.abc import Callable

from tests.browser.forms import fill
from tests.browser.forms import send as sends
from tests.browser.node import Node
from tests.browser.test_second_factor import look
from tests.browser.visitor import Visitor

PASSWORD = "four words not together"


def test_a_colleague_comes_in(own_node: Node, opens: Callable[..., Visitor]):
    keeper, stranger = opens(own_node, "nmi-administrator"), opens(own_node)
    page = keeper.visit("/administration/invitations/new/")
    fill(page, display_name="Adviser, training", roles=["adviser"])
    assert sends(page) == 200
    link = page.locator("code.link").inner_text().removeprefix(own_node.address)

    joining = stranger.visit(link)
    look(stranger)
    fill(joining, username="trainer", password1="short", password2="short")
    assert sends(joining) == 422
    fill(joining, username="trainer", password1=PASSWORD, password2=PASSWORD)
    assert sends(joining) == 200
    assert joining.url.endswith("/account/security/needed/")
    assert "Adviser, training" in joining.inner_text("header")

    keeper.visit("/administration/?q=trainer").get_by_role("link", name="Adviser, training").click()
    page.get_by_role("button", name="Make a link for a new password").click()
    assert "/join/" in page.locator("code.link").inner_text()

    officer = opens(own_node, "nmi-security")
    page = officer.visit("/administration/groups/")
    fill(page, name_en="Depots", name_ar="المستودعات")
    sends(page)
    look(officer)
    page.locator("select[name=account]").select_option(label="Adviser, training (trainer)")
    sends(page)
    look(officer)
    assert "trainer" in page.inner_text("main ul.cards")
