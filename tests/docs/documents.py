"""What the documents say that the code can confirm: links, commands, settings, dependencies."""

import argparse
import re
import shlex
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO

from babel.messages.pofile import read_po
from django.urls import Resolver404, resolve

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_BOLD = re.compile(r"\*\*([^*]+)\*\*")
_ADDRESS = re.compile(r"/(?:[a-z-]+/)+|/healthz")
_STEP = re.compile(r"^(#+|\d+\.|-) ", re.MULTILINE)
_GAP = re.compile(r"%\(\w+\)s")
# Asked of the environment by name, or by a constant that holds the name.
_READ = re.compile(r"""(?:environ(?:\.get\(|\[)\s*f?|^[A-Z_]+ = )["'](COMITY_[A-Z_]+)""", re.MULTILINE)
_VARIABLE = re.compile(r"\bCOMITY_[A-Z_]*[A-Z]\b")


def documents(root: Path) -> dict[str, str]:
    """Every document by its path from the project's own directory."""
    found = [*root.glob("*.md"), *root.glob("docs/**/*.md"), *root.glob("examples/**/*.md")]
    return {path.relative_to(root).as_posix(): path.read_text() for path in found}


def anchors(text: str) -> set[str]:
    """What a link may point at inside a document: its headings, as forges write them in addresses."""
    headings = _HEADING.findall(_FENCE.sub("", text))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(texts: Mapping[str, str], files: Iterable[str]) -> list[str]:
    """Relative links that lead nowhere: to no file, or to no heading of it."""
    known, broken = set(files), []
    for name, text in texts.items():
        for link in _LINK.findall(_FENCE.sub("", text)):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, heading = link.partition("#")
            target = _resolved(name, path) if path else name
            if target not in known or (heading and heading not in anchors(texts.get(target, ""))):
                broken.append(f"{name}: {link}")
    return broken


def _resolved(name: str, link: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / link).parts:
        if part == "..":
            parts.pop() if parts else parts.append(part)
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def commands(text: str, program: str) -> Iterator[list[str]]:
    """What a document tells a person to type after `program`, word by word: in code, never in a sentence."""
    blocks = _FENCE.findall(text)
    lines = [line for block in blocks for line in block.splitlines()[1:-1]]
    for line in (*lines, *_SPAN.findall(_FENCE.sub("", text))):
        words = shlex.split(line, comments=True) if line.count('"') % 2 == 0 and "'" not in line else line.split()
        if words and PurePosixPath(words[0]).name == program and len(words) > 1:
            yield words[1:]


def no_such_command(words: list[str], parser: argparse.ArgumentParser) -> bool:
    """Whether the line names a command or an option that does not exist; values are not tried."""
    options = parser._option_string_actions
    inner = next((action for action in parser._actions if isinstance(action, argparse._SubParsersAction)), None)
    at = 0
    while at < len(words):
        word = words[at].partition("=")[0]
        if word.startswith("-"):
            if word not in options:
                return True
            at += 1 if options[word].nargs == 0 or "=" in words[at] else 2
        elif inner is not None:
            return word not in inner.choices or no_such_command(words[at + 1 :], inner.choices[word])
        else:
            at += 1
    return False


def leaves(parser: argparse.ArgumentParser, above: str = "") -> set[str]:
    """Every command that can be typed, such as "audit verify"."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return {leaf for name, inner in action.choices.items() for leaf in leaves(inner, f"{above} {name}".strip())}
    return {above}


def targets(makefile: str) -> set[str]:
    """What `make` can be asked for."""
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


def settings_read(sources: Iterable[str]) -> set[str]:
    """Environment variables that Python code reads; one that ends with "_" is the beginning of several."""
    return {name for source in sources for name in _READ.findall(source)}


def settings_named(text: str) -> set[str]:
    """Environment variables that a document names."""
    return set(_VARIABLE.findall(text))


def uncovered(read: Iterable[str], named: set[str]) -> list[str]:
    """Variables that are read and not named."""
    return sorted(
        name
        for name in read
        if name not in named and not (name.endswith("_") and any(one.startswith(name) for one in named))
    )


def unread(named: Iterable[str], read: set[str]) -> list[str]:
    """Variables that are named and not read."""
    beginnings = tuple(name for name in read if name.endswith("_"))
    return sorted(name for name in named if name not in read and not (beginnings and name.startswith(beginnings)))


def asked_for(root: Path) -> set[str]:
    """Every distribution that is declared, for running or for building and testing."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    for file in (root / "requirements").glob("*.in"):
        lines += [line for line in file.read_text().splitlines() if re.match(r"[a-z]", line)]
    return {re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0] for line in lines}


def reasons(text: str) -> dict[str, str]:
    """The tables of docs/dependencies.md: distribution → reason."""
    return dict(re.findall(r"^\| `([a-z0-9-]+)`[^|]*\| +([^|]*?) +\|$", text, re.MULTILINE))


def messages(catalogue: IO[bytes]) -> dict[str, str]:
    """What pages say, in English and in the language of a catalogue; of what is counted, the last form."""
    return {_last(message.id): _last(message.string) for message in read_po(catalogue) if message.id}


def _last(forms: object) -> str:
    return str(forms[-1]) if isinstance(forms, (list, tuple)) else str(forms)


def in_bold(text: str) -> list[str]:
    """What a how-to says of pages: the words in bold type, each on one line."""
    return [" ".join(words.split()) for words in _BOLD.findall(_SPAN.sub("", _FENCE.sub("", text)))]


def not_on_pages(words: Iterable[str], said: Iterable[str]) -> list[str]:
    """Words that no message of the pages is, its gaps filled by others or by numbers. Names in capitals need none."""
    said = set(said)
    gapped = [one for one in said if len(_GAP.sub("", one).strip(" :%،؛")) > 2 and _GAP.search(one)]
    shapes = [re.compile("(.+)".join(map(re.escape, _GAP.split(one)))) for one in gapped]

    def stands(one: str) -> bool:
        fillings = (found.groups() for shape in shapes if (found := shape.fullmatch(one)))
        return one in said or any(all(part in said or part.isdigit() for part in parts) for parts in fillings)

    return [one for one in words if not stands(one) and not re.fullmatch("[A-Z]+", one)]


def outline(text: str) -> list[str]:
    """Headings and steps in their order, without their words."""
    return _STEP.findall(_FENCE.sub("", text))


def addresses(text: str) -> Iterator[str]:
    """Addresses of the node that a document names, in code."""
    yield from (span for span in _SPAN.findall(_FENCE.sub("", text)) if _ADDRESS.fullmatch(span))


def leads_to_a_page(address: str) -> bool:
    """Whether the node knows the address."""
    try:
        return bool(resolve(address))
    except Resolver404:
        return False
