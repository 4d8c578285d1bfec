"""The interpreter shares no code with what it judges."""

from __future__ import annotations

import ast
from pathlib import Path

import tests.oracle

ALLOWED = {
    "__future__",
    "ast",
    "collections",
    "dataclasses",
    "functools",
    "itertools",
    "math",
    "pathlib",
    "re",
    "typing",
}
PACKAGES = {"numpy", "pandas", "talib"}


def test_it_imports_neither_the_generator_nor_qlib() -> None:
    """Only numpy, pandas, TA-Lib's functions, Python's own modules and itself."""
    found = set()
    for path in Path(str(tests.oracle.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add(str(node.module))
    others = {name for name in found if not name.startswith("tests.oracle")}
    assert {name.split(".")[0] for name in others} <= ALLOWED | PACKAGES
    assert len(found) > len(PACKAGES)
