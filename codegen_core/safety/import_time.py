"""What runs while the module is imported: constants and definitions, nothing without bound."""

from __future__ import annotations

import ast

from codegen_core.safety.loops import MAX_STEPS, total_steps
from codegen_core.safety.own_code import OwnCode
from codegen_core.safety.policy import Policy
from codegen_core.safety.weights import GROWING, Weights

RUNS_AT_IMPORT = frozenset(
    {ast.While, ast.With, ast.For, ast.comprehension, ast.Raise, ast.Assert, ast.Delete, ast.ClassDef, ast.Compare}
    | {ast.Assign, ast.Starred, ast.UnaryOp, ast.Subscript, ast.Attribute, ast.If, ast.IfExp, ast.BoolOp, ast.Dict}
    | {ast.FormattedValue, ast.Set, *GROWING}
)
"""Nodes that may mean work."""


class ImportTime:
    """Checks what runs while one module is imported."""

    def __init__(self, policy: Policy) -> None:
        """Takes what is known about the module."""
        self._policy = policy
        self._guard = script_nodes(policy)
        self._weights = Weights(policy)
        self._own = OwnCode(policy)

    def check(self, node: ast.AST) -> None:
        """Checks a node that stands outside functions."""
        policy = self._policy
        if node in self._guard:
            return
        match node:
            case ast.While() | ast.With():
                self._report(node, "A loop or a context runs while the module is imported.")
            case ast.For(iter=iterable) | ast.comprehension(iter=iterable):
                if total_steps(policy, node, iterable) > MAX_STEPS:
                    self._report(iterable, f"More than {MAX_STEPS} steps may run while the module is imported.")
            case ast.Call() if not self._own.is_cheap(node):
                self._report(node, f"{ast.unparse(node.func)[:60]}() is called while the module is imported.")
            case ast.Raise() | ast.Assert() | ast.Delete():
                self._report(node, "The module must be importable as it stands.")
        if isinstance(node, (ast.Assign, *GROWING)) and self._weights.is_too_heavy(node):
            self._report(node, "A value of unknown or excessive size is made while the module is imported.")
        if self._own.may_run(node):
            self._report(node, "A method of your own that may work without bound runs while the module is imported.")

    def _report(self, node: ast.AST, message: str) -> None:
        self._policy.report("IMPORT_TIME_WORK", node, message)


def script_nodes(policy: Policy) -> frozenset[ast.AST]:
    """Returns what stands under ``if __name__ == "__main__":``, which no import runs."""
    found: set[ast.AST] = set()
    for statement in policy.tree.module.body:
        if isinstance(statement, ast.If) and is_main_guard(statement):
            found.add(statement)
            for child in statement.body:
                found.update(ast.walk(child))
    return frozenset(found)


def is_main_guard(node: ast.If) -> bool:
    """Whether the statement is ``if __name__ == "__main__":``."""
    match node.test:
        case ast.Compare(left=ast.Name(id="__name__"), ops=[ast.Eq()], comparators=[ast.Constant(value="__main__")]):
            return True
    return False
