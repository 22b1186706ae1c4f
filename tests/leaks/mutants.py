"""The product with one visibility check taken out: every place in the source where something is kept from somebody.

Found in the source itself, so that a new one comes in by itself:

- `visible_to(subject)`: every row instead;
- `readable_label_ids(subject)`: every label instead;
- `purged=False` in a filter: purged ones too;
- `card.shown` where it decides what is listed: everything;
- `may_read(subject, …)`: every label;
- each refusal of `may_read`, and each line that narrows what of the log is shown.

A mutant is put in place by its code alone: who holds the function holds the mutant.
"""

import ast
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import comity

SOURCE = Path(comity.__file__).parent
_LEFT_OUT = ("tests", "migrations", "bench")  # what measures does so on made-up records, and shows none
_LABELS = "__import__('comity.labels.models').labels.models.InternedLabel"
_EVERY_LABEL = f"tuple({_LABELS}.objects.values_list('pk', flat=True))"
_LOG = "desk/log.py"
OF_REFS = {
    ("desk/queries.py _to_verify", "of"),
    ("shell/values.py above", "found[rid]"),
}
"""Cards of what a readable record names. That it names something is told; here only an empty line is spared."""


Alter = Callable[[Any], None]


@dataclass(frozen=True)
class Mutant:
    """One check taken out of one function: the node of it that changes, and how."""

    path: str
    function: str
    line: int
    change: str
    spot: int = field(compare=False)
    alter: Alter = field(repr=False, compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.function}: {self.change}"

    @property
    def place(self) -> str:
        """The function that it is in."""
        return f"{self.path} {self.function}"

    @property
    def name(self) -> str:
        """What says which one it is, wherever its line moves to."""
        return f"{self.place}: {self.change}"


def mutants() -> Iterator[Mutant]:
    """Every check of the product, taken out one at a time."""
    for path in sorted(SOURCE.rglob("*.py")):
        inside = path.relative_to(SOURCE)
        if not set(_LEFT_OUT) & set(inside.parts):
            yield from _mutants_of(inside.as_posix(), ast.parse(path.read_text()))


def _mutants_of(path: str, whole: ast.Module) -> Iterator[Mutant]:
    for function, node in _functions(whole):
        count = 0
        worded = _choosing_words(node)
        for spot, inner in enumerate(ast.walk(node)):
            if inner in worded:
                continue
            for change, alter in _changes(path, function, inner):
                count += 1
                yield Mutant(path, function, getattr(inner, "lineno", 0), f"{change} ({count})", spot, alter)


def _functions(tree: ast.AST, above: str = "") -> Iterator[tuple[str, ast.AST]]:
    """The outermost functions of a module and of its classes, by their qualified names."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            yield above + node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node, f"{above}{node.name}.")


def _changes(path: str, function: str, node: ast.AST) -> Iterator[tuple[str, Callable[[Any], None]]]:
    match node:
        case ast.Call(func=ast.Attribute(attr="visible_to", value=ast.Attribute(attr="objects"))):
            yield "every row", _every_row
        case ast.Call(func=ast.Attribute(attr="visible_to")):
            yield "every row", lambda call: _become(call, call.func.value)
        case ast.Call(func=ast.Name(id="readable_label_ids")):
            yield "every label", lambda call: _become(call, ast.parse(_EVERY_LABEL, mode="eval").body)
        case ast.Call(keywords=[*keywords]) if any(_is_unpurged(one) for one in keywords):
            yield "purged too", _purged_too
        case ast.Attribute(attr="shown", value=ast.Name() | ast.Subscript() | ast.Attribute(), ctx=ast.Load()) if (
            not _is_lists(node) and (f"{path} {function}", ast.unparse(node.value)) not in OF_REFS
        ):
            yield "shown or not", lambda it: _become(it, ast.Constant(True))
        case ast.Call(func=ast.Name(id="may_read"), args=[ast.Name(id="subject"), _]):
            yield "read or not", lambda it: _become(it, ast.Constant(True))
        case ast.If() if function == "may_read":
            yield "check removed", lambda it: setattr(it, "test", ast.Constant(False))
        case ast.AugAssign(op=ast.BitAnd()) if path == _LOG:
            yield "not narrowed", lambda it: _become(it, ast.Pass())
        case ast.Expr(value=ast.Call(func=ast.Name(id="require"), args=[_, ast.Name(id="NotFound")])):
            yield "not required", lambda it: _become(it, ast.Pass())


def _is_unpurged(keyword: ast.keyword) -> bool:
    return keyword.arg == "purged" and isinstance(keyword.value, ast.Constant) and keyword.value.value is False


def _choosing_words(function: ast.AST) -> set[ast.AST]:
    """What chooses between words, as in `card.title if card.shown else …`: a card that is not shown holds nothing."""
    tests = (node.test for node in ast.walk(function) if isinstance(node, ast.IfExp))
    return {inner for test in tests for inner in ast.walk(test)}


def _is_lists(node: ast.Attribute) -> bool:
    """`lines.shown` is how the values of a list are shown, `showing.shown` says it of a partner; and no question."""
    return isinstance(node.value, ast.Name) and node.value.id in {"lines", "self", "showing"}


def _every_row(call: ast.Call) -> None:
    assert isinstance(call.func, ast.Attribute)
    call.func.attr, call.args = "system", [ast.Constant("mutant")]


def _purged_too(call: ast.Call) -> None:
    call.keywords = [one for one in call.keywords if not _is_unpurged(one)]


def _become(node: Any, other: ast.AST) -> None:
    """Turn a node into another one, where it stands."""
    located = {name: getattr(node, name) for name in ("lineno", "col_offset", "end_lineno", "end_col_offset")}
    node.__class__ = other.__class__
    node.__dict__.clear()
    node.__dict__.update(other.__dict__)
    node.__dict__.update(located)


def function_of(mutant: Mutant) -> FunctionType:
    """The function as it is in use, out of whatever is wrapped around it."""
    dotted = mutant.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
    found: Any = importlib.import_module(f"comity.{dotted}")
    for name in mutant.function.split("."):
        found = found.__dict__[name]
    while not isinstance(found, FunctionType) or hasattr(found, "__wrapped__"):
        found = getattr(found, "fget", None) or getattr(found, "func", None) or found.__wrapped__
    return found


def _code(code: CodeType, name: str) -> CodeType | None:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            found = inner if inner.co_qualname == name else _code(inner, name)
            if found is not None:
                return found
    return None


def said_by(mutant: Mutant, said: str) -> Mutant:
    """The function of a mutant as it is in the source, but that it runs `said` first."""

    def begin(function: Any) -> None:
        function.body = [*ast.parse(said).body, *function.body]

    return replace(mutant, spot=0, alter=begin)


@contextmanager
def in_place(*several: Mutant) -> Iterator[None]:
    """Let the product be these mutants; those of one function are all in it."""
    by_place: dict[str, list[Mutant]] = {}
    for mutant in several:
        by_place.setdefault(mutant.place, []).append(mutant)
    changed = [(function_of(group[0]), _changed(group)) for group in by_place.values()]
    kept = [(function, function.__code__) for function, _code in changed]
    try:
        for function, code in changed:
            function.__code__ = code
        yield
    finally:
        for function, code in kept:
            function.__code__ = code


def _changed(several: list[Mutant]) -> CodeType:
    """The code of their function with every one of its mutants in it."""
    path, function = several[0].path, several[0].function
    tree = ast.parse((SOURCE / path).read_text())
    target = next(node for name, node in _functions(tree) if name == function)
    nodes = list(ast.walk(target))
    for mutant in several:
        mutant.alter(nodes[mutant.spot])
    whole = compile(ast.fix_missing_locations(tree), function_of(several[0]).__code__.co_filename, "exec")
    code = _code(whole, function)
    assert code is not None, several[0]
    return code
