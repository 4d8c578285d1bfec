"""Where texts become code or addresses: Qlib's field expressions and instruments."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from codegen_core.safety.expressions import ExpressionProblem, parse_expression
from codegen_core.safety.handed import handed_to
from codegen_core.safety.ownership import has_one_name
from codegen_core.safety.policy import Policy
from codegen_core.safety.texts import CannotFollow, Text
from codegen_core.safety.tree import Binding, BindingKind

_FEATURES = ("instruments", "fields", "start_time", "end_time", "freq")
_LIST_INSTRUMENTS = ("instruments", "start_time", "end_time", "freq", "as_list")
_MARKET = re.compile(r"[A-Za-z0-9_\-]{1,64}")
_FREQUENCY = re.compile(r"day|week|month|\d{0,3}(?:d|w|min|minute)")
_CODES_CALLS = frozenset({"tolist", "to_list", "keys", "get_stock_list", "list_instruments", "instruments", "unique"})
_LISTS = (ast.List, ast.Tuple, ast.ListComp, ast.Set, ast.SetComp)

_CONTAINERS = frozenset({"list", "tuple", "sorted", "set"})


def check_features(policy: Policy, node: ast.Call) -> None:
    """Checks ``D.features(instruments, fields, start_time, end_time, freq)``."""
    arguments = _arguments(policy, node, _FEATURES)
    if "instruments" in arguments:
        _check_instruments(policy, arguments["instruments"])
    if "fields" in arguments:
        _check_fields(policy, arguments["fields"])
    check_frequency(policy, arguments.get("freq"))


def check_list_instruments(policy: Policy, node: ast.Call) -> None:
    """Checks ``D.list_instruments(instruments, start_time, end_time, freq, as_list)``."""
    arguments = _arguments(policy, node, _LIST_INSTRUMENTS)
    if "instruments" in arguments:
        _check_instruments(policy, arguments["instruments"])
    check_frequency(policy, arguments.get("freq"))


def check_instruments_of_market(policy: Policy, node: ast.Call) -> None:
    """Checks ``D.instruments(market)``: a market's name, and no filters (Qlib evaluates theirs)."""
    market = _arguments(policy, node, ("market",)).get("market")
    problem = _market_problem(policy, market, 0) if market is not None else None
    if problem and market is not None:
        policy.report("INSTRUMENTS_VALUE", market, problem)


def _market_problem(policy: Policy, node: ast.expr, depth: int) -> str | None:
    """What is wrong with a market's name: it is that of a file, so it is written out, or given by whoever calls."""
    policy.tree.spend()
    match node:
        case ast.Constant(value=value):
            plain = isinstance(value, str) and _MARKET.fullmatch(value)
            return None if plain else "A market's name has letters, digits, - and _ only."
        case ast.IfExp(body=body, orelse=orelse):
            values: list[ast.expr | None] = [body, orelse]
        case ast.BoolOp(values=parts):
            values = list(parts)
        case ast.Name():
            if _is_hidden(policy, node):
                return "The market's name is handed on where it can't be followed."
            values = [v for binding in policy.tree.bindings(node) for v in _markets_of(policy, binding)]
        case ast.Attribute():
            values = [value for value in policy.own.stores(node.attr) if value is not None]
        case ast.Subscript(value=ast.Dict() | ast.Name() | ast.Attribute()):
            return None if _is_written_out(policy, node) else "The market's name is computed."
        case _:
            return "The market's name is computed."
    if depth > 8:
        return "The market's name goes through too many steps."
    return next((p for v in values if v is not None and (p := _market_problem(policy, v, depth + 1))), None)


def _is_hidden(policy: Policy, node: ast.Name) -> bool:
    parameters = (b.node for b in policy.tree.bindings(node) if isinstance(b.node, ast.arg))
    return any(handed_to(policy, parameter) is None for parameter in parameters)


def _markets_of(policy: Policy, binding: Binding) -> list[ast.expr | None]:
    """What a binding gives a name: of a parameter its default, if any, and what the module itself hands to it."""
    if binding.kind is BindingKind.PARAMETER and isinstance(binding.node, ast.arg):
        return [policy.default_of(binding.node), *(handed_to(policy, binding.node) or ())]
    return [_market_of(binding)]


def _market_of(binding: Binding) -> ast.expr | None:
    if binding.kind is BindingKind.LOOP and isinstance(binding.value, ast.List | ast.Tuple):
        return ast.BoolOp(ast.Or(), binding.value.elts)
    return binding.value if binding.kind is BindingKind.ASSIGN else binding.node  # type: ignore[return-value]


def _is_written_out(policy: Policy, node: ast.expr) -> bool:
    try:
        return all(_MARKET.fullmatch(text.value) for text in policy.following.texts(node))
    except CannotFollow:
        return False


def _arguments(policy: Policy, node: ast.Call, names: tuple[str, ...]) -> dict[str, ast.expr]:
    found = dict(zip(names, node.args, strict=False))
    for extra in node.args[len(names) :]:
        policy.report("FORBIDDEN_ARGUMENT", extra, f"Only {', '.join(names)} may be given here.")
    for keyword in node.keywords:
        if keyword.arg in names:
            found[keyword.arg] = keyword.value
        elif keyword.arg is not None:
            policy.report("FORBIDDEN_ARGUMENT", keyword, f"{keyword.arg} may load or evaluate something.")
    return found


def check_frequency(policy: Policy, node: ast.expr | None) -> None:
    """Checks a frequency, which names a file."""
    if node is not None and not _is_frequency(policy, node):
        policy.report("FORBIDDEN_ARGUMENT", node, 'The frequency must be written out, such as "day".')


def _is_frequency(policy: Policy, node: ast.expr) -> bool:
    try:
        texts = policy.following.texts(node)
    except CannotFollow:
        return False
    return bool(texts) and all(_FREQUENCY.fullmatch(text.value) for text in texts)


def _check_fields(policy: Policy, node: ast.expr) -> None:
    try:
        texts = policy.following.texts(node)
    except CannotFollow as refusal:
        message = f"The expression can't be followed: {refusal.reason}."
        policy.report("FIELD_EXPRESSION", refusal.node if hasattr(refusal.node, "lineno") else node, message)
        return
    for text in texts:
        _check_text(policy, text)


def _check_text(policy: Policy, text: Text) -> None:
    found = parse_expression(text.value, holes=True)
    for problem in found if isinstance(found, list) else ():
        _report(policy, text.node, problem)


def _report(policy: Policy, node: ast.expr, problem: ExpressionProblem) -> None:
    rule = "FUTURE_REFERENCE" if problem.code == "LOOK_AHEAD" else "FIELD_EXPRESSION"
    policy.report(rule, node, problem.message)


# Instruments


def _check_instruments(policy: Policy, node: ast.expr) -> None:
    reason = _instruments_problem(policy, node, 0)
    if reason:
        policy.report("INSTRUMENTS_VALUE", node, f"The instruments can't be followed: {reason}.")


def _instruments_problem(policy: Policy, node: ast.expr, depth: int) -> str | None:
    if depth > 8:
        return "they go through too many steps"
    match node:
        case ast.List() | ast.Tuple() | ast.ListComp() | ast.Set() | ast.SetComp():
            return None
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in _CODES_CALLS and _is_librarys(policy, node, attr):
            return "an array of no axis gives what it holds" if _may_be_bare(policy, node) else None
        case ast.Call(func=ast.Name() as function) if any(policy.tree.is_builtin(function, n) for n in _CONTAINERS):
            return None
        case ast.IfExp(body=body, orelse=orelse):
            parts = [body, orelse]
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            parts = [left, right]
        case ast.BoolOp(values=values):
            parts = values
        case ast.Name():
            return _name_problem(policy, node, depth)
        case ast.Attribute():
            return _attribute_problem(policy, node, depth)
        case _:
            return "they are computed"
    return next((p for p in (_instruments_problem(policy, part, depth + 1) for part in parts) if p), None)


def _may_be_bare(policy: Policy, call: ast.Call, steps: int = 6) -> bool:
    """Whether ``x.tolist()`` may be of a NumPy array made here, which hands out a configuration as it was put in."""
    current: ast.expr = call
    for _ in range(steps):
        match current:
            case ast.Call(func=function) if policy.references.member(function) is not None:
                found = policy.references.member(function)
                return found is not None and found.path.startswith("numpy.")
            case ast.Call(func=ast.Attribute(value=value)) | ast.Attribute(value=value) | ast.Subscript(value=value):
                current = value
            case ast.Name():
                values = [b.value for b in policy.tree.bindings(current) if b.value is not None]
                if len(values) != 1:
                    return False
                current = values[0]
            case _:
                return False
    return False


def _is_librarys(policy: Policy, call: ast.Call, name: str) -> bool:
    """Whether a method surely isn't one of the module's own, be it a function kept under its name."""
    return policy.references.member(call.func) is not None or _is_provider(policy, call) or not policy.own.sets(name)


def _is_provider(policy: Policy, call: ast.Call) -> bool:
    found = policy.references.member(call.func.value) if isinstance(call.func, ast.Attribute) else None
    return found is not None and found.path == "qlib.data.D"


def _name_problem(policy: Policy, node: ast.Name, depth: int) -> str | None:
    bindings = policy.tree.bindings(node)
    values = [b.value for b in bindings if b.kind is BindingKind.ASSIGN]
    if not bindings or len(values) != len(bindings):
        return f"{node.id} may be anything"
    return _bound_problem(policy, values, policy.tree.loads(node), depth)


def _attribute_problem(policy: Policy, node: ast.Attribute, depth: int) -> str | None:
    values = policy.own.stores(node.attr)
    known = policy.references.is_instance(node.value) and not policy.own.is_given(node.attr)
    if not known or not values or None in values:
        return f"{node.attr} may be anything"
    return _bound_problem(policy, values, policy.own.uses(node.attr), depth)


def _bound_problem(policy: Policy, values: list[ast.expr | None], uses: Sequence[ast.expr], depth: int) -> str | None:
    for value in values:
        problem = "they may be anything" if value is None else _instruments_problem(policy, value, depth + 1)
        if problem:
            return problem
    if not all(isinstance(value, _LISTS) for value in values):
        if not all(value is not None and has_one_name(policy.tree, value) for value in values):
            return "a market's configuration goes by two names"
        for use in uses:
            user = policy.tree.parent(use)
            is_method = isinstance(user, ast.Call) and user.func is use
            if not is_method and not _only_reads(policy, user):
                return "a market's configuration is changed or handed on"
    return None


def _only_reads(policy: Policy, user: ast.AST) -> bool:
    """Whether a use of a market's configuration can't change it."""
    call = policy.tree.parent(user) if isinstance(user, ast.keyword) else user
    match call:
        case ast.Compare():
            return not policy.own.has_operators
        case ast.Call(func=ast.Attribute(attr=attr)):
            return attr in ("features", "list_instruments") and _is_librarys(policy, call, attr)
        case ast.Call(func=function):
            return any(policy.tree.is_builtin(function, name) for name in ("len", "list", "sorted", "print"))
    return isinstance(user, ast.For | ast.comprehension)
