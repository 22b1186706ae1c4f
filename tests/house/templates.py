"""Which template may build on which, and what may not stand in any."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes
from jinja2.meta import find_referenced_templates

from tests.house.layers import House

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])

# Attributes a person reads or hears.
SPOKEN = {"alt", "aria-description", "aria-label", "aria-roledescription", "label", "placeholder", "title"}
# What stands between tags and is the same in every language.
NAMES = {"comity", "csv", "json", "svg", "utc", "tlp", "rfc", "sha-256", "en", "ar"}


@dataclass(frozen=True)
class Template:
    """A template's source, and the room in whose folder it stands."""

    room: str
    name: str
    source: str


def templates(root: Path) -> Iterator[Template]:
    """Every template of the house."""
    for folder in sorted((root / "src" / "comity").glob("*/templates")):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield Template(folder.parent.name, path.relative_to(folder).as_posix(), path.read_text())


def rooms(found: Iterator[Template] | list[Template]) -> dict[str, str]:
    """The room of each name. Two templates of one name would shadow each other: ValueError."""
    known: dict[str, str] = {}
    for template in found:
        if template.name in known:
            raise ValueError(f"{template.name} stands in {known[template.name]} and in {template.room}")
        known[template.name] = template.room
    return known


def misplaced(template: Template, known: Mapping[str, str], house: House) -> list[str]:
    """Templates this one builds on though it may not: from above or beside, unknown, or named at run time."""
    problems = []
    for used in find_referenced_templates(ENVIRONMENT.parse(template.source)):
        if used is None:
            problems.append(f"{template.name} names a template at run time; nobody can check that")
        elif used not in known:
            problems.append(f"{template.name} builds on {used}, which is nowhere")
        elif not house.may_use(template.room, known[used]):
            problems.append(f"{template.name} ({template.room}) builds on {used} ({known[used]})")
    return problems


class _Reader(HTMLParser):
    """Notes what a strict policy would refuse, and words that no translator can reach."""

    def __init__(self) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.unmarked: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag if tag in {"script", "style"} else self._inside
        named = dict(attrs)
        if tag == "style" or (tag == "script" and "src" not in named):
            self.refused.append(f"inline <{tag}>")
        for name, value in attrs:
            if name == "style" or re.fullmatch(r"(hx-)?on[:\-]?[a-z:\-]+", name):
                self.refused.append(f"{name}= on <{tag}>")
            if value and value.strip().lower().startswith("javascript:"):
                self.refused.append(f"a script in {name}= on <{tag}>")
            if name in SPOKEN and value and says_something(value):
                self.unmarked.append(f'{name}="{value}"')

    def handle_endtag(self, tag: str) -> None:
        self._inside = "" if tag == self._inside else self._inside

    def handle_data(self, data: str) -> None:
        if not self._inside and says_something(data):
            self.unmarked.append(" ".join(data.split()))


def says_something(text: str) -> bool:
    """Whether `text` holds a word that is not a name."""
    return any(word.lower() not in NAMES for word in re.findall(r"[^\W\d_][\w-]+", text))


def _markup(source: str) -> str:
    """The template's own text, with a blank sign where something is filled in."""
    parts: list[str] = []
    for output in ENVIRONMENT.parse(source).find_all(nodes.Output):
        parts.extend(node.data if isinstance(node, nodes.TemplateData) else "\x1a" for node in output.nodes)
    return re.sub(r"(</?)\x1a", r"\1x", "".join(parts))  # an element may be chosen at run time


def _read(template: Template) -> _Reader:
    reader = _Reader()
    reader.feed(_markup(template.source))
    reader.close()
    return reader


def refused(template: Template) -> list[str]:
    """What a browser under the node's policy would not run or apply."""
    return [f"{template.name}: {problem}" for problem in _read(template).refused]


def unmarked(template: Template) -> list[str]:
    """Words that would stay English on an Arabic page."""
    return [f"{template.name}: {words}" for words in _read(template).unmarked]
