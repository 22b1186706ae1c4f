"""What the program asks to be installed, and what it uses."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import packages_distributions
from pathlib import Path

# Used without being named in the source.
UNSEEN = {
    "argon2-cffi": "Django's Argon2PasswordHasher imports it",
    "psycopg": "Django's PostgreSQL backend imports it",
}
# Imported without being asked for.
BROUGHT = {"markupsafe": "Jinja2's own type of safe text", "asgiref": "Django's own bridge to asynchronous servers"}


def normal(name: str) -> str:
    """The one spelling of a distribution's name (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(root: Path) -> set[str]:
    """Distributions that pyproject.toml asks for, extras included."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    return {normal(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in asked}


def modules(source: str) -> Iterator[str]:
    """Top-level modules that a file imports, or names in a dotted string as settings and commands do."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"[\w.]+", node.value):
            yield node.value.partition(".")[0]


def used(sources: Mapping[str, str], known: Mapping[str, list[str]]) -> set[str]:
    """Distributions whose modules the sources name."""
    named = {module for source in sources.values() for module in modules(source)}
    return {normal(name) for module in named - sys.stdlib_module_names for name in known.get(module, [])}


def program(root: Path) -> dict[str, str]:
    """The program's own files: no tests."""
    package = root / "src" / "comity"
    paths = (path for path in package.rglob("*.py") if "tests" not in path.relative_to(package).parts)
    return {path.relative_to(root).as_posix(): path.read_text() for path in paths}


def imported(sources: Mapping[str, str], known: Mapping[str, list[str]]) -> set[str]:
    """Distributions that a file really imports: those must be declared."""
    return used({name: _imports_only(source) for name, source in sources.items()}, known)


def _imports_only(source: str) -> str:
    tree = ast.parse(source)
    lines = (ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return "\n".join(lines)


def installed() -> Mapping[str, list[str]]:
    """Which distribution brings a module."""
    return packages_distributions()
