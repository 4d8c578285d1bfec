"""``match``: patterns that only compare, as ``==`` and ``is`` do; those that take objects apart are refused."""

from __future__ import annotations

import ast

from codegen_core.safety.policy import Policy


def check_match(policy: Policy, node: ast.Match) -> None:
    """Checks one statement, and reports it once, whatever its cases are."""
    if not policy.tree.scope_of(node).in_function:
        policy.report("FORBIDDEN_SYNTAX", node, "match stands outside a function.")
    elif not all(_only_compares(case.pattern) for case in node.cases):
        message = "A case takes an object apart; only constants, members such as Side.BUY, | and _ may be matched."
        policy.report("FORBIDDEN_SYNTAX", node, message)


def _only_compares(pattern: ast.pattern) -> bool:
    match pattern:
        case ast.MatchSingleton() | ast.MatchAs(pattern=None, name=None):
            return True
        case ast.MatchValue(
            value=ast.Constant() | ast.Attribute(value=ast.Name()) | ast.UnaryOp(operand=ast.Constant())
        ):
            return True
        case ast.MatchOr(patterns=patterns):
            return all(map(_only_compares, patterns))
    return False
