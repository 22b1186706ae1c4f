"""A form as a browser would send it back: what stands in it, unless a test fills in something else."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client


class Filled(HTMLParser):
    """The fields of the entry form of a page, as they stand."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self.choices: dict[str, list[str]] = {}
        self.kept = self.area = self.select = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        if tag == "form":
            self.kept = "yes" if "data-keep" in given else ""
        name = given.get("name", "")
        if not self.kept or not (name or tag == "option"):
            return
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area = name
            self.values[name] = [""]
        elif tag == "option":
            self._choice(self.select, given.get("value", ""), picked="selected" in given)
        elif given.get("type") in {"checkbox", "radio"}:
            self._choice(name, given.get("value", "on"), picked="checked" in given)
        elif tag == "input" and given.get("type") != "file":
            self.values.setdefault(name, []).append(given.get("value") or "")

    def handle_data(self, data: str) -> None:
        if self.area:
            self.values[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.values[self.area][0] = self.values[self.area][0].removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.values.setdefault(self.select, self.choices.get(self.select, [])[:1])
        elif tag == "form":
            self.kept = ""

    def _choice(self, name: str, value: str, *, picked: bool) -> None:
        self.choices.setdefault(name, []).append(value)
        if picked:
            self.values.setdefault(name, []).append(value)


def opened(client: Client, address: str) -> Filled:
    """The form at an address."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return Filled(answer.text)


def sent(client: Client, address: str, **changes: Any) -> Any:
    """The answer to the form at an address, sent as it stands except for `changes`."""
    return client.post(address, {**opened(client, address).values, **changes})
