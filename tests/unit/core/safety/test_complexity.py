"""Cyclomatic complexity equals radon's; cognitive complexity has the figures of the package cognitive_complexity."""

from __future__ import annotations

import ast
import asyncio
import textwrap
from pathlib import Path

import pytest
import qlib
from radon.visitors import ComplexityVisitor, Function

from codegen_core.safety import analyse
from codegen_core.safety.complexity import functions_of
from codegen_core.safety.findings import FunctionComplexity, Limits
from codegen_core.safety.scopes import build_tree
from tests.security.corpus import read_snippets

ROOT = Path(__file__).parents[4]
FILES = sorted((ROOT / "codegen_core").rglob("*.py"))[::3] + sorted((ROOT / "services" / "runtime").glob("*.py"))


def figures(code: str) -> list[FunctionComplexity]:
    return functions_of(build_tree(ast.parse(textwrap.dedent(code))))


def radon_figures(code: str) -> dict[int, int]:
    """Line to complexity of every function, those inside others included."""
    visitor = ComplexityVisitor.from_code(code)
    found: dict[int, int] = {}
    stack = list(visitor.functions) + [m for c in visitor.classes for m in [*c.methods, *c.inner_classes]]
    while stack:
        block = stack.pop()
        if isinstance(block, Function):
            found[block.lineno] = block.complexity
            stack += block.closures
        else:
            stack += [*block.methods, *block.inner_classes]
    return found


def agrees_with_radon(code: str) -> None:
    ours = {f.line: f.cyclomatic for f in figures(code)}
    for line, complexity in radon_figures(code).items():
        assert ours[line] == complexity, line


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_equals_radon_on_our_own_files(path: Path) -> None:
    agrees_with_radon(path.read_text("utf-8"))


def test_it_equals_radon_on_installed_packages() -> None:
    installed = Path(str(qlib.__file__)).parent
    folders = (installed / "backtest", installed / "contrib" / "strategy", Path(asyncio.__file__).parent)
    found = [path for folder in folders for path in sorted(folder.glob("*.py"))]
    assert len(found) > 40
    for path in found:
        agrees_with_radon(path.read_text("utf-8"))


def test_it_equals_radon_on_the_corpus() -> None:
    for snippet in read_snippets("benign"):
        agrees_with_radon(snippet.code)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 1", 0),
        ("if a:\n    return 1", 1),
        ("if a:\n    return 1\nelse:\n    return 2", 2),
        ("if a:\n    x\nelif b:\n    y\nelse:\n    z", 3),
        ("if a and b or c:\n    return 1", 3),
        ("for x in xs:\n    if x:\n        y", 3),
        ("for x in xs:\n    if x:\n        while y:\n            z", 6),
        ("try:\n    x\nexcept ValueError:\n    y\nexcept KeyError:\n    if z:\n        w", 4),
        ("return 1 if a else 2", 1),
        ("return f(a - 1)", 1),
        ("g = lambda x: 1 if x else 2", 2),
        ("def inner():\n    if a:\n        return 1\nreturn inner", 1),
        ("x = 1\ndef inner():\n    if a:\n        return 1\nreturn inner", 2),
        ("while a:\n    break\nelse:\n    x", 2),
        ("if a:\n    if b:\n        if c:\n            if d:\n                return 1", 10),
    ],
)
def test_cognitive_figures(body: str, expected: int) -> None:
    code = "def f(a):\n" + textwrap.indent(body, "    ") + "\n"
    assert figures(code)[0].cognitive == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return 1", 0),
        ("if a:\n    x\nelif b:\n    y\nelif c:\n    z", 1),
        ("for x in xs:\n    with y:\n        if z:\n            w", 3),
        ("try:\n    x\nexcept ValueError:\n    if y:\n        z", 2),
    ],
)
def test_nesting(body: str, expected: int) -> None:
    code = "def f(a):\n" + textwrap.indent(body, "    ") + "\n"
    assert figures(code)[0].nesting == expected


def test_names_are_qualified_and_in_the_order_written() -> None:
    code = """
    class A:
        def f(self):
            def g():
                return 1
            return g
    def h():
        return 1
    """
    assert [f.name for f in figures(code)] == ["A.f", "A.f.g", "h"]


def test_the_limit_is_settable_and_the_sums_are_over_functions() -> None:
    code = "def f(a):\n    if a:\n        return 1\n    return 2\n\n\ndef g():\n    return 1\n"
    report = analyse(code, limits=Limits(function_complexity=1)).complexity
    assert (report.passed, report.cyclomatic, report.cognitive, report.nesting) == (False, 3, 1, 1)
    assert [finding.rule for finding in report.findings] == ["FUNCTION_COMPLEXITY"]
    assert analyse(code).complexity.passed
