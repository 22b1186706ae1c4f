"""Breaks the policy one check at a time and expects a test to notice: `python -m comity.labels.tests.mutation`.

Each mutant is one function of the policy with one thing changed: a check removed, a comparison turned or moved by
one, `all` for `any`, `and` for `or`, a `not` dropped, a set joined instead of met, an answer turned, a limit shifted.
The policy tests are run against it until one fails. A mutant that no test notices has survived, and makes the run
fail: either a test is missing or the check does nothing.
"""

# ruff: noqa: T201  (it speaks to a terminal)

from __future__ import annotations

import ast
import copy
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from comity.labels import domain

POLICY = ("may_read", "_cleared", "refusals", "misfits", "may_release", "_within_tlp", "_seconded", "__post_init__")

TURNED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Lt: (ast.LtE, ast.GtE),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Gt: (ast.GtE, ast.LtE),
}
OTHER_NAME = {"any": "all", "all": "any"}
OTHER_LEVEL = {"CONFIDENTIAL": ("RESTRICTED", "SECRET")}


@dataclass(frozen=True)
class Mutant:
    """One change, and what became of it: the test that failed, or nothing."""

    line: int
    function: str
    change: str
    code: str
    tree: ast.Module


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of the policy functions in `source`, in the order of the file."""
    lines = source.splitlines()
    whole = ast.parse(source)
    for number, function in enumerate(ast.walk(whole)):
        if not isinstance(function, ast.FunctionDef) or function.name not in POLICY:
            continue
        for place, node in enumerate(ast.walk(function)):
            for change, alter in _changes(node):
                tree = copy.deepcopy(whole)
                target = _nth(_nth(tree, number), place)
                alter(target)
                line = getattr(node, "lineno", function.lineno)
                yield Mutant(line, function.name, change, lines[line - 1].strip(), ast.fix_missing_locations(tree))


def _nth(tree: ast.AST, number: int) -> ast.AST:
    return next(node for place, node in enumerate(ast.walk(tree)) if place == number)


def _changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    """What can be changed at `node`: a name for the change, and the change, to be made in a copy of the node."""
    if isinstance(node, ast.If):
        yield "check removed", lambda it: setattr(it, "test", ast.Constant(False))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield "check removed", lambda it: setattr(it, "value", ast.Constant(None))
    if isinstance(node, ast.Compare):
        for turned in TURNED[type(node.ops[0])]:
            yield f"{type(node.ops[0]).__name__} → {turned.__name__}", _setting("ops", [turned()])
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"{type(node.op).__name__} → {type(other).__name__}", _setting("op", other)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not dropped", _setting("op", ast.Not(), twice=True)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd):
        yield "& → |", _setting("op", ast.BitOr())
    if isinstance(node, ast.Name) and node.id in OTHER_NAME:
        yield f"{node.id} → {OTHER_NAME[node.id]}", _setting("id", OTHER_NAME[node.id])
    if isinstance(node, ast.Attribute) and node.attr in OTHER_LEVEL:
        for level in OTHER_LEVEL[node.attr]:
            yield f"{node.attr} → {level}", _setting("attr", level)
    if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant):
        yield "answer turned", _setting("value", ast.Constant(not node.value.value))


def _setting(name: str, value: object, *, twice: bool = False) -> Callable[[ast.AST], None]:
    def alter(node: ast.AST) -> None:
        if twice:  # the operand of a `not` negated once more: as if the first were not there
            assert isinstance(node, ast.UnaryOp)
            node.operand = ast.UnaryOp(ast.Not(), node.operand)
        setattr(node, name, value)

    return alter


class Trials:
    """The policy tests, ready to be run against whatever the policy's functions are at the moment.

    Two sets: a few examples notice most mutants, and a mutant that escapes them meets many. What noticed another mutant
    before is asked first. A mutant is put in place by its code alone: who holds a function of it holds the mutant.
    """

    def __init__(self) -> None:
        self.sets = [_load(examples) for examples in (7, 120)]
        self.noticed: Counter[str] = Counter()

    def failing(self, mutant: Mutant | None = None) -> str | None:
        """The first test that fails against `mutant` (or the policy as it stands); None when all pass."""
        with _in_place(mutant):
            for tests in self.sets:
                for name in sorted(tests, key=lambda name: -self.noticed[name]):
                    try:
                        tests[name]()
                    except (Exception, pytest.fail.Exception):  # noqa: BLE001  (any failure at all is a notice)
                        self.noticed[name] += 1
                        return name
        return None


@contextmanager
def _in_place(mutant: Mutant | None) -> Iterator[None]:
    if mutant is None:
        yield
        return
    namespace = dict(vars(domain))
    exec(compile(mutant.tree, domain.__name__, "exec"), namespace)
    target, changed = (_function(space, mutant.function) for space in (vars(domain), namespace))
    kept = target.__code__
    target.__code__ = changed.__code__
    try:
        yield
    finally:
        target.__code__ = kept


def _function(namespace: Mapping[str, Any], name: str) -> Any:
    return namespace[name] if name in namespace else getattr(namespace["Label"], name)


def _load(examples: int) -> dict[str, Callable[[], None]]:
    """The policy tests in a module of their own, loaded while hypothesis is told to draw so many examples."""
    before = settings.get_current_profile_name()
    settings.register_profile(
        "mutation",
        max_examples=examples,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutation")
    try:
        spec = spec_from_file_location(f"policy_tests_{examples}", Path(__file__).with_name("test_policy.py"))
        assert spec is not None
        assert spec.loader is not None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        settings.load_profile(before)
    return dict(_tests(module))


def _tests(module: ModuleType) -> Iterator[tuple[str, Callable[[], None]]]:
    for name, test in vars(module).items():
        if not name.startswith("test_"):
            continue
        values = [mark.args[1] for mark in getattr(test, "pytestmark", []) if mark.name == "parametrize"]
        for value in values[0] if values else []:
            yield f"{name}[{value}]", partial(test, value)
        if not values:
            yield name, test


def run() -> tuple[list[tuple[Mutant, str]], list[Mutant]]:
    """Every mutant with the test that noticed it, and the mutants that none did.

    Raises AssertionError when a test fails against the policy as it stands: then nothing could be learnt.
    """
    trials = Trials()
    failed = trials.failing()
    assert failed is None, f"the policy fails its own test {failed}"
    noticed, survived = [], []
    for mutant in mutants(Path(domain.__file__).read_text()):
        if test := trials.failing(mutant):
            noticed.append((mutant, test))
        else:
            survived.append(mutant)
    return noticed, survived


def main() -> int:
    """Print every mutant and what noticed it; 1 when one survived."""
    noticed, survived = run()
    for mutant, test in noticed:
        print(f"{mutant.line:4} {mutant.function:14} {mutant.change:26} noticed by {test}")
    for mutant in survived:
        print(f"{mutant.line:4} {mutant.function:14} {mutant.change:26} SURVIVED   {mutant.code}")
    print(f"{len(noticed) + len(survived)} mutants, {len(survived)} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
