"""Qlib's strategies load whatever a configuration names as their signal: what reaches them must be an object."""

from __future__ import annotations

import ast
import re

from codegen_core.safety.class_values import is_order_generator
from codegen_core.safety.library import Member
from codegen_core.safety.policy import Policy
from codegen_core.safety.signal_classes import makes_signal_class
from codegen_core.safety.tree import BindingKind

_CONFIGURED = frozenset({"signal", "model", "dataset", "order_generator_cls_or_obj", "riskmodel_root"})
_CONFIGURATION_KEYS = frozenset({"class", "module_path", "filter_type", "func", "provider_uri"})
_ONLY_CONFIGURATION = frozenset({"module_path", "filter_type", "rule_expression", "provider_uri"})
"""Keys that no table of data has."""

MAX_BITS = 256
_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.\-]*://|~/|\.\.?/|/[A-Za-z]|.*[/\\]\.\.[/\\]|[A-Za-z]:\\|\\\\")
_SUSPECT = re.compile(r"[./\\]")
_CLASS_PATH = re.compile(
    r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\.[A-Z]\w*|(?:qlib|os|sys|subprocess|builtins|importlib)\.\S+"
)


def check_construction(policy: Policy, node: ast.Call) -> None:
    """Checks what a call hands to a signal strategy of Qlib's, its own or one derived from it."""
    if _is_super_init(policy, node):
        _check_super_init(policy, node)
        return
    if makes_signal_class(policy, node.func):
        _check_made(policy, node)


def check_dictionary(policy: Policy, node: ast.Dict) -> None:
    """Refuses configuration dictionaries, which name what is to be loaded."""
    for key in node.keys:
        if isinstance(key, ast.Constant) and key.value in ("class", "module_path", "filter_type"):
            policy.report(
                "OBJECT_BY_CONFIGURATION", node, f'A dictionary with "{key.value}" names an object to be loaded.'
            )
            return


def check_item(policy: Policy, node: ast.Subscript) -> None:
    """Refuses configuration dictionaries that are put together key by key."""
    key = node.slice
    if not isinstance(node.ctx, ast.Load) and isinstance(key, ast.Constant) and key.value in _ONLY_CONFIGURATION:
        message = f'A dictionary with "{key.value}" names an object to be loaded.'
        policy.report("OBJECT_BY_CONFIGURATION", node, message)


def check_constant(policy: Policy, node: ast.Constant) -> None:
    """Refuses addresses of files and hosts, and paths of classes, as values; numbers of no ordinary size."""
    text = node.value
    if isinstance(text, int) and text.bit_length() > MAX_BITS:
        policy.report("LITERAL_LIMIT", node, f"A number has more than {MAX_BITS} bits.")
    if not isinstance(text, str) or not _SUSPECT.search(text):
        return
    parent = policy.tree.parent(node)
    is_inside = isinstance(parent, ast.JoinedStr) and parent.values[0] is not node
    if isinstance(parent, ast.Expr) or is_inside:
        return
    if _ADDRESS.match(text):
        policy.report("FILE_ADDRESS", node, "The text is the address of a file or host.")
    elif _CLASS_PATH.fullmatch(text):
        policy.report("OBJECT_BY_CONFIGURATION", node, "The text is the path of a class or module.")


def _is_super_init(policy: Policy, node: ast.Call) -> bool:
    function = node.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "__init__"
        and isinstance(function.value, ast.Call)
        and policy.tree.is_builtin(function.value.func, "super")
    )


def _check_super_init(policy: Policy, node: ast.Call) -> None:
    owner = policy.tree.enclosing_class(node)
    if owner is None or not policy.takes_signal(owner):
        return
    renamed = len(policy.own_bases(owner)) > 1  # A constructor of the module's own may call the signal anything.
    given = [k for k in node.keywords if k.arg and (renamed or k.arg in _CONFIGURED)]
    for value in [*node.args, *(k.value for k in given if not is_order_generator(policy, k))]:
        if not (_is_passed_on(policy, value) or _is_plain(policy, value)):
            message = "What Qlib's strategy is given here can't be followed to a parameter or a frame."
            policy.report("OBJECT_BY_CONFIGURATION", value, message)
    for keyword in node.keywords:
        if keyword.arg is None and not _is_own_keywords(policy, keyword.value):
            message = "The keywords handed on aren't just those that the strategy was given."
            policy.report("OBJECT_BY_CONFIGURATION", keyword.value, message)


def _check_made(policy: Policy, node: ast.Call) -> None:
    for value in [*node.args, *(k.value for k in node.keywords)]:
        if not _is_plain(policy, value):
            message = "Qlib loads whatever text it is given here; this can't be followed to a frame or a number."
            policy.report("OBJECT_BY_CONFIGURATION", value, message)


def _is_passed_on(policy: Policy, value: ast.expr) -> bool:
    """Whether the value is a parameter of the constructor itself, whose default, if any, is plain."""
    bindings = policy.tree.bindings(value) if isinstance(value, ast.Name) else ()
    if len(bindings) != 1 or not isinstance(bindings[0].node, ast.arg):
        return False
    function = policy.tree.parent(bindings[0].node)
    if not isinstance(function, ast.FunctionDef) or function.name != "__init__":
        return False
    default = policy.default_of(bindings[0].node)
    return default is None or _is_plain(policy, default)


def _is_own_keywords(policy: Policy, value: ast.expr) -> bool:
    """Whether the value is the function's own ``**kwargs``, from which nothing but reading and removing is done."""
    if not isinstance(value, ast.Name) or not _is_passed_on(policy, value):
        return False
    return all(_only_reads(policy, use) for use in policy.tree.loads(value))


def _only_reads(policy: Policy, use: ast.Name) -> bool:
    match policy.tree.parent(use):
        case ast.keyword(arg=None):
            return True
        case ast.Compare():
            return not policy.own.has_operators
        case ast.Attribute(attr=attr):
            return attr in ("get", "pop", "items", "keys")
        case ast.Subscript(ctx=ast.Load()):
            return True
    return False


def _is_plain(policy: Policy, value: ast.expr) -> bool:
    """Whether the value is surely neither a text nor a dictionary."""
    if isinstance(value, ast.Constant):
        return not isinstance(value.value, str)
    if isinstance(value, ast.Name):
        bindings = policy.tree.bindings(value)
        return bool(bindings) and all(
            b.kind is BindingKind.ASSIGN and b.value is not None and b.value is not value and _is_frame(policy, b.value)
            for b in bindings
        )
    return policy.following.is_number(value) or _is_frame(policy, value)


def _is_frame(policy: Policy, value: ast.expr) -> bool:
    if isinstance(value, ast.Constant):
        return not isinstance(value.value, str)
    found = policy.references.of(value.func) if isinstance(value, ast.Call) else ()
    made = {"pandas.DataFrame", "pandas.Series", "qlib.backtest.signal.SignalWCache"}
    return bool(found) and all(isinstance(r, Member) and r.path in made for r in found)
