"""Qlib's calendar is one array that all share: it is read, or copied, and never written."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from codegen_core.safety.library import Member, words
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import Builtin
from codegen_core.safety.sinks import check_frequency

_HIDING = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Lambda, ast.IfExp, ast.BoolOp, ast.NamedExpr, ast.Starred)
_CHANGING = frozenset({"sort", "fill", "put", "place", "putmask", "partition", "shuffle", "put_along_axis", "flat"})
_VIEWS = words(
    "reshape ravel view squeeze swapaxes transpose T real base astype asarray asanyarray ascontiguousarray atleast_1d",
    "atleast_2d expand_dims flip flipud fliplr moveaxis rollaxis broadcast_to array copyto require nan_to_num",
    "array_split",
)
"""What gives the same memory another shape, or may."""
_KEEPING = words("append appendleft add insert setdefault push partial put_nowait copyto")
_CALENDAR_KEYWORDS = frozenset({"index", "data", "key", "columns"})


def check_calendar(policy: Policy, node: ast.Call) -> None:
    """Checks ``D.calendar(start_time, end_time, freq, future)``: the frequency names a file."""
    arguments = dict(zip(("start_time", "end_time", "freq", "future"), node.args, strict=False))
    arguments |= {k.arg: k.value for k in node.keywords if k.arg is not None}
    check_frequency(policy, arguments.get("freq"))
    parent = policy.tree.parent(node)
    returned = isinstance(parent, ast.Tuple) and isinstance(policy.tree.parent(parent), ast.Return)
    hidden = isinstance(parent, _HIDING) and not returned
    if hidden or any(_is_written(policy, use) for use in (node, *_kept(policy, node))):
        policy.report("FORBIDDEN_WRITE", node, "The calendar is Qlib's own and may not be changed; copy it: list(...).")


def _kept(policy: Policy, node: ast.Call) -> Sequence[ast.expr]:
    """Uses of the name or attribute that the value is kept under."""
    match policy.tree.parent(node):
        case ast.Assign(targets=[ast.Name() as target]):
            return policy.tree.loads(target)
        case ast.Assign(targets=[ast.Attribute() as target]):
            return policy.own.uses(target.attr)
    return []


def _is_written(policy: Policy, use: ast.expr, steps: int = 6) -> bool:
    policy.tree.spend()
    match policy.tree.parent(use):
        case ast.Assign(targets=[ast.Name() as target]) if steps:
            return any(_is_written(policy, other, steps - 1) for other in policy.tree.loads(target))
        case ast.Return():
            return steps == 0 or any(_is_written(policy, result, steps - 1) for result in _results(policy, use))
        case ast.Assign(targets=[_, _, *_] | [ast.Subscript()]) | ast.NamedExpr() | ast.Lambda() | ast.Yield():
            return True
        case ast.keyword(arg=name):
            return name not in _CALENDAR_KEYWORDS
        case ast.Subscript(ctx=ast.Store() | ast.Del()) | ast.AugAssign():
            return True
        case ast.Subscript(ctx=ast.Load()) as part:
            return _is_written(policy, part, steps)
        case ast.Attribute(attr=attr) as seen if attr in _VIEWS:
            call = policy.tree.parent(seen)
            return _is_written(policy, call if isinstance(call, ast.Call) else seen, steps)
        case ast.Attribute(attr=attr):
            return attr in _CHANGING
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) as seen if name in _VIEWS:
            return _is_written(policy, seen, steps)
        case ast.Call(func=function, keywords=named):
            return any(k.arg in ("copy", "out") for k in named) or not _only_takes(policy, function)
    return False


def _results(policy: Policy, returned: ast.expr) -> Iterator[ast.expr]:
    """Where what a function returns comes out: its calls, or its name where that is a property's or handed on."""
    function = policy.tree.enclosing_function(returned)
    if isinstance(function, ast.FunctionDef):
        is_method = policy.tree.owner_class(function) is not None
        for use in policy.own.uses(function.name) if is_method else policy.tree.uses_of(function):
            parent = policy.tree.parent(use)
            yield parent if isinstance(parent, ast.Call) and parent.func is use else use


def _only_takes(policy: Policy, function: ast.expr) -> bool:
    """Whether what is called is a library's, and doesn't change the array that it is handed."""
    if isinstance(function, ast.Attribute) and policy.references.member(function) is None:
        return function.attr not in _CHANGING | _KEEPING and not policy.own.sets(function.attr)
    found = policy.references.of(function)
    known = all(isinstance(r, Builtin | Member) for r in found)
    return known and not any(isinstance(r, Member) and r.path.rpartition(".")[2] in _CHANGING | _KEEPING for r in found)
