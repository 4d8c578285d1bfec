"""Reading the future: shifts, windows, fills, statistics and positions that a trader would not have yet."""

from __future__ import annotations

import ast

from codegen_core.safety.policy import Policy
from codegen_core.safety.tree import BindingKind

_SHIFTS = frozenset({"shift", "diff", "pct_change"})
_BACKWARD_METHODS = frozenset({"bfill", "backfill"})
_FILLING = frozenset({"fillna", "reindex", "asof", "get_indexer", "searchsorted", "interpolate", "reindex_like"})
_STATISTICS = frozenset({"mean", "std", "max", "min", "median", "var", "quantile", "sum"})
_ONE_DAY = frozenset({"axis", "level"})


def check_look_ahead(policy: Policy, node: ast.AST) -> None:
    """Checks one node."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        _check_method(policy, node, node.func)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div):
        _check_normalised(policy, node)
    elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        _check_position(policy, node)


def _check_method(policy: Policy, node: ast.Call, method: ast.Attribute) -> None:
    name, named = method.attr, {k.arg: k.value for k in node.keywords if k.arg}
    if name in _SHIFTS:
        _check_shift(policy, node, named.get("periods") or (node.args[0] if node.args else None))
    elif name == "roll" and len(node.args) > 1:
        _check_shift(policy, node, node.args[1])
    elif name == "get_step_time":
        _check_shift(policy, node, named.get("shift") or (node.args[1] if len(node.args) > 1 else None))
    elif name in _BACKWARD_METHODS:
        policy.report("BACKWARD_FILL", node, f"{name}() fills gaps with later values.")
    elif name in _FILLING:
        _check_filling(policy, node, name, named)
    elif name == "merge_asof" and _text(named.get("direction")) in ("forward", "nearest"):
        policy.report("BACKWARD_FILL", node, "merge_asof() takes the next value.")
    elif name == "calendar" and _is_true(named.get("future")):
        policy.report("FUTURE_POSITION", node, "The calendar is asked for days to come.")
    if _is_true(named.get("center")):
        policy.report("CENTRED_WINDOW", node, "A centred window reads as many later values as earlier ones.")
    if name == "convolve" and _text(named.get("mode")) == "same":
        policy.report("CENTRED_WINDOW", node, 'mode="same" centres the window.')


def _check_shift(policy: Policy, node: ast.Call, amount: ast.expr | None) -> None:
    if amount is not None and _is_negative(policy, amount, 0):
        policy.report("NEGATIVE_SHIFT", node, "A negative shift brings later values to the current bar.")


def _check_filling(policy: Policy, node: ast.Call, name: str, named: dict[str, ast.expr]) -> None:
    if _text(named.get("method")) in ("bfill", "backfill", "nearest"):
        policy.report("BACKWARD_FILL", node, f"{name}() takes later values.")
    if name == "interpolate" and _text(named.get("method")) not in ("pad", "ffill"):
        policy.report("BACKWARD_FILL", node, "interpolate() draws a line to the next value.")


def _check_normalised(policy: Policy, node: ast.BinOp) -> None:
    """``x - x.mean()``: the right side is a statistic of the whole left side."""
    series = node.left
    while isinstance(series, ast.BinOp):
        series = series.left
    if not isinstance(series, ast.Name | ast.Attribute | ast.Subscript):
        return
    for part in _terms(node.right):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in _STATISTICS:
            by_day = any(k.arg in _ONE_DAY for k in part.keywords) or part.args
            if not by_day and ast.dump(part.func.value) == ast.dump(series) and not _in_window(policy, node):
                message = f"{part.func.attr}() is taken over the whole sample, later days included."
                policy.report("WHOLE_SAMPLE_STATISTIC", part, message)


def _terms(node: ast.expr) -> list[ast.expr]:
    return [*_terms(node.left), *_terms(node.right)] if isinstance(node, ast.BinOp) else [node]


def _in_window(policy: Policy, node: ast.AST) -> bool:
    """Whether the node is in a function that a window or a group applies."""
    function = policy.tree.enclosing_function(node)
    if isinstance(function, ast.Lambda):
        return isinstance(policy.tree.parent(function), ast.Call | ast.keyword)
    return (
        function is not None
        and bool(function.args.args)
        and any(a.arg == getattr(node.left, "id", None) for a in function.args.args)
        if isinstance(node, ast.BinOp)
        else False
    )


def _check_position(policy: Policy, node: ast.Subscript) -> None:
    index = node.slice
    if isinstance(index, ast.Slice):
        if index.step is not None and _is_negative(policy, index.step, 0) and _is_time_series(node.value):
            policy.report("REVERSED_TIME", node, "The order of time is turned round.")
        return
    parts = index.elts[:1] if isinstance(index, ast.Tuple) else [index]
    for part in parts:
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add) and _is_later(policy, part):
            policy.report("FUTURE_POSITION", node, "A position after the loop's current one is read.")


def _is_time_series(node: ast.expr) -> bool:
    """A frame's rows by position: texts and lists may be reversed."""
    return isinstance(node, ast.Attribute) and node.attr in ("iloc", "loc", "values")


def _is_later(policy: Policy, node: ast.BinOp) -> bool:
    pairs = ((node.left, node.right), (node.right, node.left))
    return any(
        isinstance(name, ast.Name)
        and isinstance(step, ast.Constant)
        and isinstance(step.value, int)
        and step.value > 0
        and any(b.kind in (BindingKind.LOOP, BindingKind.UNPACK) for b in policy.tree.bindings(name))
        for name, step in pairs
    )


def _is_negative(policy: Policy, node: ast.expr, depth: int) -> bool:
    policy.tree.spend()
    match node:
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return not _is_negative(policy, operand, depth + 1)
        case ast.Constant(value=int() | float() as value):
            return value < 0
        case ast.IfExp(body=body, orelse=orelse):
            return _is_negative(policy, body, depth + 1) or _is_negative(policy, orelse, depth + 1)
        case ast.BinOp(op=ast.Sub(), left=ast.Constant(value=0)):
            return True
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return _is_negative(policy, left, depth + 1) != _is_negative(policy, right, depth + 1)
        case ast.Name() if depth < 6:
            return any(
                b.kind is BindingKind.ASSIGN and b.value is not None and _is_negative(policy, b.value, depth + 1)
                for b in policy.tree.bindings(node)
            )
        case ast.Attribute(attr=attr) if depth < 6:
            return any(v is not None and _is_negative(policy, v, depth + 1) for v in policy.own.stores(attr))
    return False


def _text(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True
