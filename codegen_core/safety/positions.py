"""Positions after the current one, and time run backwards."""

from __future__ import annotations

import ast
from collections.abc import Callable

from codegen_core.safety.policy import Policy
from codegen_core.safety.signs import constant_number, is_negative
from codegen_core.safety.tree import BindingKind

_COUNTERS = frozenset({BindingKind.LOOP, BindingKind.UNPACK, BindingKind.AUGMENT})
OVER_TIME = frozenset(
    {"rolling", "expanding", "ewm", "shift", "diff", "pct_change", "cummax", "cummin", "cumsum", "cumprod", "ffill"}
    | {"resample", "asfreq", "autocorr"}
)
"""Methods that take rows for days, in their order."""

_ACCUMULATING = OVER_TIME | {"accumulate"}
_BY_POSITION = frozenset({"iloc", "loc", "values", "iat", "at"})
_SPANS = frozenset({"Timedelta", "timedelta", "timedelta64", "BDay", "DateOffset", "Day"})
_MAX_STEPS = 12


def check_position(policy: Policy, node: ast.Subscript) -> None:
    """Checks one item or slice that is read."""
    index = node.slice
    if isinstance(index, ast.Slice):
        if _turns_round(policy, index) and _is_by_position(node.value):
            policy.report("REVERSED_TIME", node, "The order of time is turned round.")
        if index.lower is not None and _is_later(policy, index.lower):
            policy.report("FUTURE_POSITION", node, "Positions after the loop's current one are read.")
        return
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    if isinstance(node.value, ast.Attribute) and node.value.attr in ("loc", "at"):
        for part in parts:
            if isinstance(part, ast.BinOp) and isinstance(part.op, ast.Add) and _is_span(policy, part.right):
                policy.report("FUTURE_POSITION", node, "A time after the current one is read.")
    if not _is_written_out(policy, node.value) and any(_is_later(policy, part) for part in parts):
        policy.report("FUTURE_POSITION", node, "A position after the loop's current one is read.")


def _is_written_out(policy: Policy, node: ast.expr) -> bool:
    """Whether what is read is a row of constants, weights for instance, and so nothing that comes about over time."""
    values = [b.value for b in policy.tree.bindings(node)] if isinstance(node, ast.Name) else [node]
    shown = [v for v in values if isinstance(v, ast.List | ast.Tuple)]
    return bool(shown) and len(shown) == len(values) and all(isinstance(e, ast.Constant) for v in shown for e in v.elts)


def check_order_of_time(policy: Policy, node: ast.Call, name: str) -> None:
    """Checks that what goes along time gets rows in their order."""
    if name not in _ACCUMULATING:
        return
    method = node.func
    is_function = policy.references.member(method) is not None or name == "accumulate"
    series = (node.args[0] if node.args else None) if is_function else getattr(method, "value", None)
    if series is not None and is_reversed(policy, series):
        policy.report("REVERSED_TIME", node, f"{name}() runs against the order of time here.")


def is_reversed(policy: Policy, node: ast.expr) -> bool:
    """Whether the rows of a value run backwards: an odd number of turns on the way to it."""
    turns = 0
    current: ast.expr | None = node
    for _ in range(_MAX_STEPS):
        if current is None:
            break
        turns += _is_turn(policy, current)
        current = _made_from(policy, current)
    return turns % 2 == 1


def _is_turn(policy: Policy, node: ast.expr) -> bool:
    match node:
        case ast.Subscript(slice=ast.Slice() as index):
            return _turns_round(policy, index)
        case ast.Call(func=ast.Attribute(attr="sort_index"), keywords=keywords):
            return any(k.arg == "ascending" and _is_false(k.value) for k in keywords)
        case ast.Call(func=ast.Attribute(attr="flip" | "flipud")):
            return True
        case ast.Call(func=function):
            return policy.tree.is_builtin(function, "reversed")
    return False


def _made_from(policy: Policy, node: ast.expr) -> ast.expr | None:
    """The value that this one takes its rows from."""
    match node:
        case ast.Subscript(value=value) | ast.Attribute(value=value):
            return value
        case ast.Call(func=ast.Attribute(value=value), args=arguments):
            is_function = policy.references.member(node.func) is not None
            return (arguments[0] if arguments else None) if is_function else value
        case ast.Call(args=[first, *_]):
            return first
        case ast.Name():
            bindings = policy.tree.bindings(node)
            return bindings[0].value if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGN else None
    return None


def _turns_round(policy: Policy, index: ast.Slice) -> bool:
    return index.step is not None and is_negative(policy, index.step)


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _is_by_position(node: ast.expr) -> bool:
    """A frame's rows by position: texts and lists may be reversed."""
    return isinstance(node, ast.Attribute) and node.attr in _BY_POSITION


def check_step(policy: Policy, node: ast.Call, step: ast.expr) -> None:
    """``get_step_time(get_trade_step() + 1)``: the bar after the current one."""
    if _is_ahead(policy, step, _is_current_step):
        policy.report("FUTURE_POSITION", node, "The time of a step after the current one is read.")


def _is_ahead(policy: Policy, node: ast.expr, is_current: Callable[[Policy, ast.expr], bool]) -> bool:
    known = _bound_once(policy, node)
    match known:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            pairs = ((left, right), (right, left))
            return any(is_current(policy, now) and (constant_number(more) or 0) > 0 for now, more in pairs)
    return False


def _is_current_step(policy: Policy, node: ast.expr) -> bool:
    known = _bound_once(policy, node)
    return isinstance(known, ast.Call) and isinstance(known.func, ast.Attribute) and known.func.attr == "get_trade_step"


def _bound_once(policy: Policy, node: ast.expr) -> ast.expr:
    bindings = policy.tree.bindings(node) if isinstance(node, ast.Name) else ()
    value = bindings[0].value if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGN else None
    return value or node


def _is_span(policy: Policy, node: ast.expr) -> bool:
    """A length of time that is written out and positive."""
    known = _bound_once(policy, node)
    found = policy.references.member(known.func) if isinstance(known, ast.Call) else None
    if found is None or not isinstance(known, ast.Call) or found.path.rpartition(".")[2] not in _SPANS:
        return False
    given = [*known.args, *(k.value for k in known.keywords)]
    return bool(given) and not any(is_negative(policy, value) for value in given)


def _is_later(policy: Policy, node: ast.expr, depth: int = 0) -> bool:
    """Whether the position is a loop's counter plus a positive number."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            pairs = ((left, right), (right, left))
            return any(_is_counter(policy, name) and _is_positive(policy, step) for name, step in pairs)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _is_counter(policy, left) and (constant_number(right) or 0) < 0
        case ast.Name() if depth < 3:
            values = [b.value for b in policy.tree.bindings(node) if b.kind is BindingKind.ASSIGN]
            return any(value is not None and _is_later(policy, value, depth + 1) for value in values)
    return False


def _is_counter(policy: Policy, node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and any(b.kind in _COUNTERS for b in policy.tree.bindings(node))


def _is_positive(policy: Policy, node: ast.expr) -> bool:
    number = constant_number(node)
    if number is None and isinstance(node, ast.Name):
        bindings = policy.tree.bindings(node)
        known = [constant_number(b.value) for b in bindings if b.kind is BindingKind.ASSIGN and b.value is not None]
        number = known[0] if len(known) == len(bindings) == 1 else None
    return number is not None and number == int(number) and number > 0
