"""A form as the person in front of it handles it: filled by the names of its boxes, sent, read again."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

FORM = "main form.form"
# What a person typed or chose: not what the page carries for itself, and no file, which no page may put back.
_TYPED = """form => [...form.elements]
  .filter(one => one.name && !["hidden", "file", "submit", "button"].includes(one.type))
  .map(one => [one.name, one.value, ["checkbox", "radio"].includes(one.type) ? one.checked : null])"""


def fill(page: Page, **values: str | bool | Path | list[str]) -> None:
    """Type, choose, tick or attach each value in the box of its name. A list ticks the boxes with those values."""
    for name, value in values.items():
        box = page.locator(f"{FORM} [name={name}]")
        if isinstance(value, Path):
            box.set_input_files(value)
        elif isinstance(value, bool):
            box.set_checked(value)
        elif isinstance(value, list):
            for one in value:
                page.locator(f'{FORM} [name={name}][value="{one}"]').check()
        elif is_choice(box):
            box.select_option(value)
        else:
            box.fill(value)


def is_choice(box: Locator) -> bool:
    """Whether the box is a list to choose from."""
    return bool(box.evaluate("box => box.tagName === 'SELECT'"))


def choose(page: Page, name: str, words: str) -> None:
    """Choose the option of the list `name` that contains `words`."""
    found = page.locator(f"{FORM} [name={name}] option").filter(has_text=words).first
    page.locator(f"{FORM} [name={name}]").select_option(found.get_attribute("value"))


def send(page: Page) -> int:
    """Press the one button; the status of the page that answers, redirects followed."""
    with page.expect_navigation() as answer:
        page.click(f"{FORM} .actions button[type=submit]")
    return answer.value.status


def typed(page: Page) -> list[list[Any]]:
    """Every box with what stands in it: [name, value, ticked or None]."""
    found: list[list[Any]] = page.locator(FORM).evaluate(_TYPED)
    return sorted(found, key=str)


def refusals(page: Page) -> str:
    """What the form says is wrong; "" when it says nothing."""
    box = page.locator("#refused")
    return box.inner_text() if box.count() else ""
