"""Statistics of the whole sample that are used on each day: later days are in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen_core.safety.policy import Policy
from codegen_core.safety.positions import OVER_TIME
from codegen_core.safety.tree import BindingKind

_STATISTICS = frozenset({"mean", "std", "max", "min", "median", "var", "quantile", "sum"})
_FUNCTIONS = frozenset(
    f"numpy.{name}"
    for name in (
        *("mean", "std", "max", "min", "amax", "amin", "median", "var", "quantile", "percentile"),
        *("nanmean", "nanstd", "nanmax", "nanmin", "nanmedian", "nanvar", "nanquantile", "nanpercentile", "average"),
    )
)
_COMBINING = frozenset({"sub", "subtract", "div", "divide", "truediv", "gt", "ge", "lt", "le"})
_RANKING = frozenset({"numpy.argsort", "scipy.stats.zscore", "scipy.stats.rankdata", "pandas.qcut"})
_ONE_DAY = frozenset({"axis", "level"})
_PRICES = frozenset({"open", "high", "low", "close", "volume", "vwap", "amount", "adjclose", "factor"})
_ONE_BAR = frozenset({"xs", "get_group", "nlargest", "nsmallest", "head", "tail", "groupby", "get_signal"})
_WINDOWS = frozenset({"rolling", "expanding", "ewm", "resample"})
_MAX_STEPS = 6


def check_statistic(policy: Policy, node: ast.BinOp | ast.Compare | ast.Call) -> None:
    """Checks one place where a series may meet a statistic of itself, or be ranked as a whole."""
    match node:
        case ast.BinOp(left=left, op=ast.Sub() | ast.Div() as op, right=right):
            _check_pair(policy, node, left, right, divided=isinstance(op, ast.Div))
        case ast.Compare(left=left, comparators=[right]):
            _check_pair(policy, node, left, right)
            _check_pair(policy, node, right, left)
        case ast.Call(func=ast.Attribute(value=series, attr=attr), args=[other, *_]) if attr in _COMBINING:
            _check_pair(policy, node, series, other, divided=attr in ("div", "divide", "truediv"))
        case ast.Call():
            _check_ranked(policy, node)


def _check_pair(policy: Policy, node: ast.expr, left: ast.expr, right: ast.expr, *, divided: bool = False) -> None:
    """``x - x.mean()``: the right side is a statistic of the whole left side."""
    statistics = list(_statistics(policy, right))
    if not statistics or _is_applied(policy, node):
        return
    series = {_shape(policy, part) for part in _rows(policy, left)}
    for found, over, name in statistics:
        only_sum = name == "sum" and divided and not _is_column(over)
        if not only_sum and _shape(policy, over) in series and _is_whole(policy, over):
            message = f"{name}() is taken over the whole sample, later days included."
            place = found if _is_inside(policy, found, node) else node
            policy.report("WHOLE_SAMPLE_STATISTIC", place, message)


def _check_ranked(policy: Policy, node: ast.Call) -> None:
    found = policy.references.member(node.func)
    if found is not None:
        series = node.args[0] if node.args and found.path in _RANKING and found.path != "numpy.argsort" else None
    else:
        is_rank = isinstance(node.func, ast.Attribute) and node.func.attr == "rank"
        series = node.func.value if is_rank and isinstance(node.func, ast.Attribute) else None
    by_day = any(k.arg in _ONE_DAY for k in node.keywords)
    if series is None or by_day or _is_window(policy, series) or _is_applied(policy, node):
        return
    if _is_whole(policy, series) and _is_over_time(policy, series):
        policy.report("WHOLE_SAMPLE_STATISTIC", node, "The whole sample is ranked or scaled, later days included.")


def _is_window(policy: Policy, node: ast.expr, depth: int = 0) -> bool:
    """``s.rolling(250)`` itself, within whose windows a rank is taken."""
    if isinstance(node, ast.Name) and depth < _MAX_STEPS:
        values = [b.value for b in policy.tree.bindings(node)]
        return bool(values) and all(v is not None and _is_window(policy, v, depth + 1) for v in values)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _WINDOWS


def _statistics(policy: Policy, node: ast.expr, depth: int = 0) -> Iterator[tuple[ast.Call, ast.expr, str]]:
    """Yields the statistics in a term, what each is taken over, and its name; names are followed."""
    policy.tree.spend()
    match node:
        case ast.BinOp(left=left, right=right):
            yield from _statistics(policy, left, depth)
            yield from _statistics(policy, right, depth)
        case ast.Name() if depth < _MAX_STEPS:
            for binding in policy.tree.bindings(node):
                if binding.kind is BindingKind.ASSIGN and binding.value is not None:
                    yield from _statistics(policy, binding.value, depth + 1)
        case ast.Call():
            yield from _taken(policy, node)


def _taken(policy: Policy, node: ast.Call) -> Iterator[tuple[ast.Call, ast.expr, str]]:
    found = policy.references.member(node.func)
    if found is not None:
        if found.path in _FUNCTIONS and node.args and not _is_by_day(node, len(node.args)):
            yield node, node.args[0], found.path.rpartition(".")[2]
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _STATISTICS:
        name = node.func.attr
        if not _is_by_day(node, 1 if name == "quantile" else 0):
            yield node, node.func.value, name


def _is_by_day(node: ast.Call, arguments: int) -> bool:
    return len(node.args) > arguments or any(k.arg in _ONE_DAY for k in node.keywords)


def _rows(policy: Policy, node: ast.expr, depth: int = 0) -> Iterator[ast.expr]:
    """Yields the series that a term is made of, row by row."""
    policy.tree.spend()
    match node:
        case ast.BinOp(left=left, right=right):
            yield from _rows(policy, left, depth)
            yield from _rows(policy, right, depth)
        case ast.Name() if depth < _MAX_STEPS:
            yield node
            for binding in policy.tree.bindings(node):
                value = binding.value if binding.kind is BindingKind.ASSIGN else None
                if isinstance(value, ast.Name | ast.BinOp | ast.Subscript):
                    yield from _rows(policy, value, depth + 1)
        case _:
            yield node


def _shape(policy: Policy, node: ast.expr, depth: int = 0) -> str:
    """A text that is the same for two mentions of the same series: names that are bound once are followed."""
    if isinstance(node, ast.Name) and depth < _MAX_STEPS:
        bindings = policy.tree.bindings(node)
        if len(bindings) == 1 and bindings[0].kind is BindingKind.ASSIGN and bindings[0].value is not None:
            return _shape(policy, bindings[0].value, depth + 1)
    if isinstance(node, ast.Attribute) and node.attr in ("values", "array"):
        return _shape(policy, node.value, depth + 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("dropna", "to_numpy"):
        return _shape(policy, node.func.value, depth + 1)
    return ast.dump(node)


def _is_whole(policy: Policy, node: ast.expr, *, timed: bool = False, depth: int = 0) -> bool:
    """Whether a series may run over days: not one bar's, one group's or a piece of a loop's.

    Args:
        timed: Whether something on the way here, a column or a method, has shown that rows are days.
    """
    policy.tree.spend()
    match node:
        case ast.Constant():
            return False
        case ast.Subscript(value=ast.Attribute(value=value, attr="loc" | "iloc"), slice=index):
            first = index.elts[0] if isinstance(index, ast.Tuple) and index.elts else index
            is_all = isinstance(first, ast.Slice) and _is_all(first)
            return is_all and _is_whole(policy, value, timed=timed, depth=depth + 1)
        case ast.Subscript(slice=ast.Slice() as index) if not _is_all(index):
            return False
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in _ONE_BAR or _is_one_day(node):
            return False
        case ast.BinOp(left=left, right=right):
            return any(_is_whole(policy, side, timed=timed, depth=depth + 1) for side in (left, right))
        case ast.UnaryOp(operand=value):
            return _is_whole(policy, value, timed=timed, depth=depth + 1)
        case ast.Name():
            return _is_whole_name(policy, node, timed, depth)
    source = _made_of(policy, node)
    return source is None or _is_whole(policy, source, timed=timed or _shows_time(node), depth=depth + 1)


def _made_of(policy: Policy, node: ast.expr) -> ast.expr | None:
    """The series that a column, an attribute or the result of a call is made of."""
    match node:
        case ast.Subscript(value=value) | ast.Attribute(value=value):
            return value
        case ast.Call(func=function, args=arguments) if policy.references.member(function) is not None:
            return arguments[0] if arguments else None
        case ast.Call(func=ast.Attribute(value=value)):
            return value
    return None


def _shows_time(node: ast.expr) -> bool:
    """Whether a column taken by its name, or a method that goes along time, says that rows are days."""
    if isinstance(node, ast.Subscript):
        return _is_column(node)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in OVER_TIME


def _is_one_day(node: ast.expr) -> bool:
    """``D.features(instruments, fields, day, day)``."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "features"):
        return False
    named = {k.arg: k.value for k in node.keywords}
    first, last = (*node.args[2:4], *(named[k] for k in ("start_time", "end_time") if k in named), None, None)[:2]
    return first is not None and last is not None and ast.dump(first) == ast.dump(last)


def _is_whole_name(policy: Policy, node: ast.Name, timed: bool, depth: int) -> bool:
    bindings = policy.tree.bindings(node)
    if any(b.kind in (BindingKind.LOOP, BindingKind.UNPACK) for b in bindings):
        return False
    if not timed and any(b.kind is BindingKind.PARAMETER for b in bindings):
        return False  # A helper for whatever it is given; what Qlib hands over as the score is one day's.
    values = [b.value for b in bindings if b.kind is BindingKind.ASSIGN and b.value is not None]
    return depth > _MAX_STEPS or all(_is_whole(policy, value, timed=timed, depth=depth + 1) for value in values)


def _is_all(index: ast.Slice) -> bool:
    return index.lower is None and index.upper is None


def _is_column(node: ast.expr) -> bool:
    return isinstance(node, ast.Subscript) and _label(node) != ""


def _label(node: ast.Subscript) -> str:
    """The column's name where one is taken by its name."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else ""
    return key if isinstance(key, str) else ""


def _is_over_time(policy: Policy, node: ast.expr) -> bool:
    """Whether a series surely runs over days: a price's column, or something made by a method that goes along time."""
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and _label(part).lstrip("$").lower() in _PRICES:
            return True
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in OVER_TIME:
            return True
    return False


def _is_applied(policy: Policy, node: ast.AST) -> bool:
    """Whether the node is in a function that a window or a group applies: one that is handed to a call."""
    function = policy.tree.enclosing_function(node)
    if isinstance(function, ast.Lambda):
        return isinstance(policy.tree.parent(function), ast.Call | ast.keyword)
    if function is None:
        return False
    return any(_hands_on(policy, use) for use in (*policy.own.uses(function.name), *policy.tree.uses_of(function)))


def _hands_on(policy: Policy, use: ast.expr) -> bool:
    parent = policy.tree.parent(use)
    return isinstance(parent, ast.keyword) or (isinstance(parent, ast.Call) and parent.func is not use)


def _is_inside(policy: Policy, node: ast.AST, outer: ast.AST) -> bool:
    return any(ancestor is outer for ancestor in policy.tree.ancestors(node))
