"""Reading the future: shifts, windows, fills and labels that a trader would not have yet."""

from __future__ import annotations

import ast

from codegen_core.safety.policy import Policy
from codegen_core.safety.positions import check_order_of_time, check_position, check_step
from codegen_core.safety.signs import is_negative
from codegen_core.safety.statistics_of_all import check_statistic
from codegen_core.safety.tree import BindingKind

_SHIFTS = {"shift": 0, "diff": 0, "pct_change": 0, "roll": 1, "get_step_time": 1}
"""Methods and functions that shift, and where they take by how many bars."""

_AMOUNTS = frozenset({"periods", "shift", "n"})
_BACKWARD = frozenset({"bfill", "backfill"})
_FILLING = frozenset(
    {"fillna", "reindex", "get_indexer", "searchsorted", "interpolate", "reindex_like", "asfreq", "get_loc", "align"}
)
_LATER = frozenset({"bfill", "backfill", "nearest", "forward"})
_CENTRED = frozenset(
    {
        "numpy.gradient",
        "scipy.ndimage.uniform_filter1d",
        "scipy.ndimage.gaussian_filter1d",
        "scipy.signal.savgol_filter",
    }
)
_WHOLE = frozenset(f"scipy.signal.{name}" for name in ("detrend", "argrelextrema", "argrelmax", "argrelmin"))
_JOINING = frozenset({"append", "concatenate", "hstack"})


def check_look_ahead(policy: Policy, node: ast.AST) -> None:
    """Checks one node."""
    if isinstance(node, ast.Call):
        _check_call(policy, node)
    elif isinstance(node, ast.Subscript):
        if isinstance(node.ctx, ast.Load):
            check_position(policy, node)
    elif isinstance(node, ast.BinOp | ast.Compare):
        check_statistic(policy, node)


def _check_call(policy: Policy, node: ast.Call) -> None:
    named = {k.arg: k.value for k in node.keywords if k.arg}
    function = node.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name in _SHIFTS:
        _check_shift(policy, node, name, named)
    elif name in _JOINING:
        _check_joined(policy, node)
    if isinstance(function, ast.Attribute) or policy.references.member(function) is not None:
        _check_filling(policy, node, name, named)
        _check_window(policy, node, name, named)
        check_statistic(policy, node)
        check_order_of_time(policy, node, name)


def _check_shift(policy: Policy, node: ast.Call, name: str, named: dict[str, ast.expr]) -> None:
    position = _SHIFTS[name]
    spread = [k.value for k in node.keywords if k.arg is None]
    given = [*node.args[position : position + 1], *(v for k, v in named.items() if k in _AMOUNTS)]
    given += [value for table in spread if isinstance(table, ast.Dict) for value in table.values]
    spans = texts(policy, named.get("freq")) if name == "shift" else set()
    if any(is_negative(policy, amount) for amount in given) or any(span.lstrip().startswith("-") for span in spans):
        policy.report("NEGATIVE_SHIFT", node, "A negative shift brings later values to the current bar.")
    if name == "get_step_time" and node.args:
        check_step(policy, node, node.args[0])


def _check_joined(policy: Policy, node: ast.Call) -> None:
    """``np.append(x[1:], nan)``: a shift by hand."""
    parts = node.args
    if parts and isinstance(parts[0], ast.List | ast.Tuple):
        parts = parts[0].elts
    match parts:
        case [ast.Subscript(value=value, slice=ast.Slice(lower=ast.Constant(value=int() as first), upper=None)), other]:
            if first > 0 and ast.dump(value) not in ast.dump(other):
                policy.report("NEGATIVE_SHIFT", node, "Values are moved to earlier bars by hand.")


def _check_filling(policy: Policy, node: ast.Call, name: str, named: dict[str, ast.expr]) -> None:
    methods = texts(policy, named.get("method"))
    if name == "fillna":
        methods |= texts(policy, node.args[1] if len(node.args) > 1 else None)
    if name in _BACKWARD:
        policy.report("BACKWARD_FILL", node, f"{name}() fills gaps with later values.")
    elif name in _FILLING and methods & _LATER:
        policy.report("BACKWARD_FILL", node, f"{name}() takes later values.")
    elif name == "interpolate" and not methods & {"pad", "ffill"}:
        policy.report("BACKWARD_FILL", node, "interpolate() draws a line to the next value.")
    elif name == "nearest" and not node.args:
        policy.report("BACKWARD_FILL", node, "nearest() takes later values.")
    elif name == "merge_asof" and texts(policy, named.get("direction")) & _LATER:
        policy.report("BACKWARD_FILL", node, "merge_asof() takes the next value.")
    elif name == "calendar" and _is_true(policy, named.get("future")):
        policy.report("FUTURE_POSITION", node, "The calendar is asked for days to come.")
    if name in ("resample", "Grouper") and "left" in texts(policy, named.get("label")):
        policy.report("EARLY_LABEL", node, "What a whole period gave stands at the period's start.")


def _check_window(policy: Policy, node: ast.Call, name: str, named: dict[str, ast.expr]) -> None:
    if _is_true(policy, named.get("center")):
        policy.report("CENTRED_WINDOW", node, "A centred window reads as many later values as earlier ones.")
    modes = texts(policy, named.get("mode")) | texts(policy, node.args[2] if len(node.args) > 2 else None)
    if name in ("convolve", "correlate") and "same" in modes:
        policy.report("CENTRED_WINDOW", node, 'mode="same" centres the window.')
    found = policy.references.member(node.func)
    if found is not None and found.path in _WHOLE:
        policy.report("CENTRED_WINDOW", node, f"{name}() looks at the bars on both sides, to the end of the sample.")
    if found is not None and found.path in _CENTRED:
        policy.report("CENTRED_WINDOW", node, f"{name}() reads the neighbours on both sides.")


def texts(policy: Policy, node: ast.expr | None, depth: int = 0) -> set[str]:
    """Returns the texts that the value may be, as far as they are written out."""
    match node:
        case ast.Constant(value=str(text)):
            return {text}
        case ast.IfExp(body=body, orelse=orelse) if depth < 4:
            return texts(policy, body, depth + 1) | texts(policy, orelse, depth + 1)
        case ast.Name() if depth < 4:
            return set().union(*(texts(policy, value, depth + 1) for value in _bound_values(policy, node)))
    return set()


def _bound_values(policy: Policy, node: ast.Name) -> list[ast.expr]:
    found = []
    for binding in policy.tree.bindings(node):
        value = policy.default_of(binding.node) if isinstance(binding.node, ast.arg) else binding.value
        if value is not None and binding.kind in (BindingKind.ASSIGN, BindingKind.PARAMETER):
            found.append(value)
    return found


def _is_true(policy: Policy, node: ast.expr | None) -> bool:
    match node:
        case ast.Constant(value=value):
            return value is True
        case ast.Name():
            return any(isinstance(v, ast.Constant) and v.value is True for v in _bound_values(policy, node))
    return False
