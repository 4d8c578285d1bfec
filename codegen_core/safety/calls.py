"""Calls: arguments of guarded functions, formats, functions by name, configuration, addresses."""

from __future__ import annotations

import ast
from collections.abc import Callable
from string import Formatter

from codegen_core.safety.applied import check_function_argument, is_function
from codegen_core.safety.attributes import check_read, check_write, is_own
from codegen_core.safety.class_values import only_compares_types
from codegen_core.safety.flow_of_values import only_read
from codegen_core.safety.guarded import (
    EXPRESSION_METHODS,
    FUNCTION_TAKERS,
    GUARDED_METHODS,
    LOADING_KEYWORDS,
    QUOTE_ARGUMENTS,
    QUOTE_METHODS,
)
from codegen_core.safety.library import Member
from codegen_core.safety.policy import Policy
from codegen_core.safety.query import query_problem
from codegen_core.safety.references import CLASS_KINDS, Builtin, LocalClass, LocalFunction, Reference
from codegen_core.safety.shared_calendar import check_calendar
from codegen_core.safety.sinks import (
    check_features,
    check_instruments_of_market,
    check_list_instruments,
)
from codegen_core.safety.strategies import check_construction
from codegen_core.safety.text import is_plain_name
from codegen_core.safety.tree import BindingKind

Check = Callable[[Policy, ast.Call], None]


def check_call(policy: Policy, node: ast.Call) -> None:
    """Checks one call."""
    check = _check_of(policy, node)
    if check is not None:
        if _has_stars(node):
            policy.report("GUARDED_CALL", node, "Its arguments are hidden behind * or **.")
        check(policy, node)
    _check_keywords(policy, node)
    check_construction(policy, node)


def _check_of(policy: Policy, node: ast.Call) -> Check | None:
    function = node.func
    if isinstance(function, ast.Attribute):
        own = is_own(policy, function.value) and policy.own.defines(function.attr)
        check = None if own else _method_check(function.attr)
        if check is not None and any(_is_class(r) for r in policy.references.of(function.value)):
            policy.report("GUARDED_CALL", node, f"{function.attr} is called through a class, with any object as self.")
        return check
    for reference in policy.references.of(function):
        if isinstance(reference, Builtin) and reference.name in _BUILTIN_CHECKS:
            return _BUILTIN_CHECKS[reference.name]
        if isinstance(reference, Member) and reference.path.rpartition(".")[2] in FUNCTION_TAKERS:
            return check_function_argument
    return None


def _is_class(reference: Reference) -> bool:
    return isinstance(reference, LocalClass | Builtin) or (
        isinstance(reference, Member) and reference.kind in CLASS_KINDS
    )


def _method_check(name: str) -> Check | None:
    if name in EXPRESSION_METHODS:
        return check_features
    if name in FUNCTION_TAKERS:
        return check_function_argument
    if name in QUOTE_METHODS:
        return _check_quote
    return _METHOD_CHECKS.get(name)


def _has_stars(node: ast.Call) -> bool:
    return any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords)


def _check_keywords(policy: Policy, node: ast.Call) -> None:
    if any(isinstance(r, LocalFunction | LocalClass) for r in policy.references.of(node.func)):
        return
    if (
        isinstance(node.func, ast.Attribute)
        and is_own(policy, node.func.value)
        and policy.own.is_method(node.func.attr)
    ):
        return
    for keyword in node.keywords:
        if keyword.arg in LOADING_KEYWORDS and not _is_pattern(keyword):
            policy.report("FORBIDDEN_ARGUMENT", keyword, f"{keyword.arg} opens, loads or compiles something.")
        elif keyword.arg is None and isinstance(keyword.value, ast.Dict):
            _check_spread(policy, keyword.value)


def _is_pattern(keyword: ast.keyword) -> bool:
    """``module="pandas"`` of a warnings filter, which is compared with names."""
    return keyword.arg == "module" and isinstance(keyword.value, ast.Constant)


def _check_spread(policy: Policy, given: ast.Dict) -> None:
    for key in given.keys:
        if not (isinstance(key, ast.Constant) and key.value not in LOADING_KEYWORDS):
            policy.report("FORBIDDEN_ARGUMENT", key or given, "The keyword opens, loads or compiles, or is computed.")


# Other guarded methods


def _check_quote(policy: Policy, node: ast.Call) -> None:
    position = 3 if isinstance(node.func, ast.Attribute) and node.func.attr in ("get_close", "get_volume") else 4
    for value in [*node.args[position:], *(k.value for k in node.keywords if k.arg == "method")]:
        if isinstance(value, ast.Constant) and value.value is None:
            if not only_read(policy, node):
                message = "With method=None Qlib hands out its own quotes, and here they may be changed."
                policy.report("FORBIDDEN_WRITE", node, message)
        elif not _is_one_of(value, QUOTE_ARGUMENTS):
            policy.report("FUNCTION_BY_NAME", value, "The method isn't on the list of functions chosen by name.")


def _check_dealt(policy: Policy, node: ast.Call) -> None:
    """``exchange.deal_order(order, position=copy)`` tries an order on a copy of the position."""
    position = next((k.value for k in node.keywords if k.arg == "position"), None)
    if len(node.args) != 1 or len(node.keywords) != 1 or position is None or not _is_copy(policy, position):
        message = "An order is dealt past the executor; only position=copy.deepcopy(...) may be tried here."
        policy.report("FORBIDDEN_WRITE", node, message)


def _is_copy(policy: Policy, value: ast.expr) -> bool:
    if isinstance(value, ast.Name):
        bindings = policy.tree.bindings(value)
        values = [b.value for b in bindings if b.kind is BindingKind.ASSIGN and isinstance(b.value, ast.Call)]
        return bool(bindings) and len(values) == len(bindings) and all(_is_copy(policy, v) for v in values)
    if not isinstance(value, ast.Call) or len(value.args) != 1 or value.keywords:
        return False  # A second argument says what counts as copied already.
    found = policy.references.member(value.func)
    return found is not None and found.path == "copy.deepcopy"


def _is_one_of(node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Constant) and node.value in names


def _check_format(policy: Policy, node: ast.Call) -> None:
    template = node.func.value if isinstance(node.func, ast.Attribute) else None
    if not (isinstance(template, ast.Constant) and isinstance(template.value, str)):
        policy.report("STRING_FORMAT", node, "The text that is formatted isn't written out.")
    elif not _is_plain_format(template.value):
        policy.report("STRING_FORMAT", node, "A field of the format reads an attribute or an item.")


def _is_plain_format(text: str, depth: int = 0) -> bool:
    try:
        fields = list(Formatter().parse(text))
    except ValueError:
        return False
    return all(
        name is None
        or (
            (name == "" or name.isidentifier() or name.isdigit())
            and depth < 2
            and _is_plain_format(spec or "", depth + 1)
        )
        for _, name, spec, _ in fields
    )


def _check_query(policy: Policy, node: ast.Call) -> None:
    value = node.args[0] if node.args else next((k.value for k in node.keywords if k.arg == "expr"), None)
    text = value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
    problem = query_problem(text) if text is not None else "the query isn't written out"
    if problem:
        policy.report("QUERY_EXPRESSION", node, f"In this query {problem}.")


def _check_pipe(policy: Policy, node: ast.Call) -> None:
    if not node.args or not (isinstance(node.args[0], ast.Lambda) or is_function(policy, node.args[0], 0)):
        policy.report("FUNCTION_BY_NAME", node, "What is passed as a function can't be followed to one.")


# Built-ins


def _check_attribute_by_name(policy: Policy, node: ast.Call) -> None:
    name = node.args[1] if len(node.args) > 1 else None
    if not (isinstance(name, ast.Constant) and isinstance(name.value, str)):
        policy.report("DYNAMIC_ATTRIBUTE", node, "The attribute's name isn't written out.")
        return
    if name.value.startswith("__") or name.value in GUARDED_METHODS or not is_plain_name(name.value):
        policy.report("DYNAMIC_ATTRIBUTE", node, f"{name.value} may not be reached by its name.")
    elif policy.tree.is_builtin(node.func, "setattr"):
        check_write(policy, node, node.args[0], name.value)
    else:
        for reference in policy.references.of(node.args[0]):
            check_read(policy, node, node.args[0], name.value, reference)


def _check_type(policy: Policy, node: ast.Call) -> None:
    parent = policy.tree.parent(node)
    plain = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
    if not (plain and _only_looks_at_type(policy, parent)):
        policy.report("CLASS_AS_VALUE", node, "type() may be used to compare types or to read a type's __name__.")


def _only_looks_at_type(policy: Policy, parent: ast.AST) -> bool:
    match parent:
        case ast.Attribute(attr="__name__") | ast.FormattedValue():
            return True
        case ast.Compare():
            return only_compares_types(policy, parent)
    return False


def _check_super(policy: Policy, node: ast.Call) -> None:
    parent = policy.tree.parent(node)
    if not (isinstance(parent, ast.Attribute) and parent.value is node) or policy.tree.enclosing_class(node) is None:
        policy.report("GUARDED_CALL", node, "super() may be used as super().name in a method.")
    elif node.args and not _is_plain_super(policy, node):
        policy.report("GUARDED_CALL", node, "super() takes nothing, or the class and self.")


def _is_plain_super(policy: Policy, node: ast.Call) -> bool:
    if len(node.args) != 2 or policy.references.local_class(node.args[0]) is None:
        return False
    return policy.references.is_instance(node.args[1])


_BUILTIN_CHECKS: dict[str, Check] = {
    "getattr": _check_attribute_by_name,
    "hasattr": _check_attribute_by_name,
    "setattr": _check_attribute_by_name,
    "type": _check_type,
    "super": _check_super,
}
_METHOD_CHECKS: dict[str, Check] = {
    "format": _check_format,
    "query": _check_query,
    "pipe": _check_pipe,
    "calendar": check_calendar,
    "deal_order": _check_dealt,
    "instruments": check_instruments_of_market,
    "list_instruments": check_list_instruments,
}
