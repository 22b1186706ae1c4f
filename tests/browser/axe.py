"""What axe says of a page, in words that point at the element."""

from collections.abc import Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


OF_COLOUR = ("color-contrast", "link-in-text-block")  # the rules that see another light


def violations(page: Page, rules: Sequence[str] = (), but: Sequence[str] = ()) -> list[str]:
    """Every violation of WCAG 2.2 AA and of axe's best practices on `page` as it stands.

    Only of `rules` if given, and of none in `but`.
    """
    asked = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": TAGS}
    options = {
        "runOnly": asked,
        "rules": {rule: {"enabled": False} for rule in but},
        "resultTypes": ["violations"],
        "preload": False,  # it would fetch what plays by itself, and style sheets for a rule that is not asked
    }
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(document, options).then(found => found.violations)", options
    )
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]} ({last_line(node['failureSummary'])})"
        for violation in found
        for node in violation["nodes"]
    ]


def last_line(text: str) -> str:
    """The most particular line of axe's explanation."""
    return text.splitlines()[-1].strip()
