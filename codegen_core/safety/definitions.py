"""Definitions: classes, functions, decorators, annotations."""

from __future__ import annotations

import ast
import warnings

from codegen_core.safety.attributes import ASKED_BY_QLIB
from codegen_core.safety.library import Member, MemberKind, builtins_by_kind, words
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import Builtin, LocalClass, LocalFunction, Reference

_METHODS = frozenset(
    f"__{name}__"
    for name in words(
        "init post_init repr str len iter next contains getitem setitem eq ne lt le gt ge hash bool call add sub mul",
        "truediv neg radd rsub rmul abs reversed",
    )
)
"""Methods of Python's machinery that may be defined: none is called where it can't be seen."""

_MIXINS = ("str", "int", "float")

_HOOKS = words("_generate_next_value_ _missing_ _ignore_ _order_ _create_pseudo_member_ _numeric_repr_")
"""What enumerations call or read while they are made."""

_BUILTIN_DECORATORS = builtins_by_kind("decorators")
_TYPE_SYNTAX = (
    ast.Name | ast.Attribute | ast.Subscript | ast.Tuple | ast.List | ast.Constant | ast.BinOp | ast.BitOr | ast.UnaryOp
    | ast.USub | ast.Load
)  # fmt: skip


def check_class(policy: Policy, node: ast.ClassDef) -> None:
    """Checks a class's bases, keywords and decorators."""
    for base in node.bases:
        named = base.value if isinstance(base, ast.Subscript) else base
        if not all(_is_base(policy, r) for r in policy.references.of(named)) and not _is_mixin(policy, node, base):
            policy.report("FORBIDDEN_BASE", base, f"{_text(base)} isn't on the list of base classes.")
    for name in ASKED_BY_QLIB & policy.tree.scope_of(node.body[0]).bindings.keys():
        policy.report("FORBIDDEN_DEFINITION", node, f"{name} would replace what Qlib's executors share.")
    for name in policy.tree.scope_of(node.body[0]).bindings:
        if name in _HOOKS:
            policy.report("FORBIDDEN_DEFINITION", node, f"{name} is a hook of Python's own machinery.")
    for keyword in node.keywords:
        if not _is_plain_keyword(policy, keyword):
            policy.report("FORBIDDEN_BASE", keyword, f"{keyword.arg or '**'} hooks into the making of the class.")
    for decorator in node.decorator_list:
        _check_decorator(policy, decorator, of_class=True)


def check_function(policy: Policy, node: ast.FunctionDef) -> None:
    """Checks a function's name and decorators."""
    is_hook = node.name.startswith("_") and node.name.endswith("_") and node.name.strip("_")
    if is_hook and node.name not in _METHODS and not _is_plain_context(policy, node):
        policy.report("FORBIDDEN_DEFINITION", node, f"{node.name} is a hook of Python's own machinery.")
    for decorator in node.decorator_list:
        _check_decorator(policy, decorator, of_class=False)
        if node.name.startswith("__") and not _is_librarys(policy, decorator):
            message = f"{node.name} is called with what its callers gave, not with what a decorator makes of it."
            policy.report("FORBIDDEN_DECORATOR", decorator, message)


def _is_plain_context(policy: Policy, node: ast.FunctionDef) -> bool:
    """Whether the function is one half of a context whose end is plain."""
    owner = policy.tree.owner_class(node)
    ends = [s for s in owner.body if isinstance(s, ast.FunctionDef) and s.name == "__exit__"] if owner else []
    return node.name in ("__enter__", "__exit__") and bool(ends) and all(_is_plain_exit(policy, end) for end in ends)


def _is_plain_exit(policy: Policy, node: ast.FunctionDef) -> bool:
    """``__exit__`` that reads nothing of the exception, whose traceback leads to frames, and doesn't swallow it."""
    if node.decorator_list:
        return False
    arguments = node.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg][1:]
    scope = policy.tree.scope_of(node.body[0])
    read = any(policy.tree.uses(scope, argument.arg) for argument in given if argument is not None)
    returned = (n.value for n in policy.tree.inside(node) if isinstance(n, ast.Return))
    silent = all(v is None or (isinstance(v, ast.Constant) and not v.value) for v in returned)
    yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in policy.tree.inside(node))
    return bool(arguments.posonlyargs or arguments.args) and not read and silent and not yields


def check_annotations(policy: Policy, node: ast.arg | ast.AnnAssign | ast.FunctionDef) -> None:
    """Checks that an annotation only names types; a text is read as the annotation that it stands for."""
    annotation = node.returns if isinstance(node, ast.FunctionDef) else node.annotation
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        if not _is_plain_text_annotation(annotation.value):
            policy.report("FORBIDDEN_ANNOTATION", annotation, "The text doesn't name a type.")
    elif annotation is not None and not _only_names_types(annotation):
        policy.report("FORBIDDEN_ANNOTATION", annotation, f"{_text(annotation)} does more than name a type.")


def _only_names_types(node: ast.expr) -> bool:
    return type(node) is ast.Name or all(isinstance(part, _TYPE_SYNTAX) for part in ast.walk(node))


def _is_plain_text_annotation(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = (part.id for part in ast.walk(tree) if isinstance(part, ast.Name))
    return _only_names_types(tree) and not any(name.startswith("__") for name in names)


def _is_mixin(policy: Policy, owner: ast.ClassDef, base: ast.expr) -> bool:
    """``class Mode(str, Enum)`` whose members are plain texts or numbers.

    They have the methods of texts, so none of these names may count as the module's own.
    """
    if base is not owner.bases[0] or len(owner.bases) != 2 or not any(policy.tree.is_builtin(base, t) for t in _MIXINS):
        return False
    enumeration = policy.references.member(owner.bases[1])
    plain = not any(isinstance(s, ast.FunctionDef) and s.name.startswith("__") for s in owner.body)
    return plain and not _hides_format(policy) and enumeration is not None and enumeration.path == "enum.Enum"


def _is_base(policy: Policy, reference: Reference) -> bool:
    if isinstance(reference, LocalClass):
        return True
    if isinstance(reference, Builtin):
        return reference.name == "object" or reference.name in builtins_by_kind("exceptions")
    if not isinstance(reference, Member) or reference.kind is not MemberKind.BASE:
        return False
    return reference.path != "enum.StrEnum" or not _hides_format(policy)


def _hides_format(policy: Policy) -> bool:
    """Whether an own class defines a method of texts that walks attributes: that of a text would pass for it."""
    return any(policy.own.defines(name) for name in ("format", "format_map"))


def _is_plain_keyword(policy: Policy, keyword: ast.keyword) -> bool:
    if keyword.arg == "metaclass":
        found = policy.references.member(keyword.value)
        return found is not None and found.path == "abc.ABCMeta"
    return keyword.arg == "total" and isinstance(keyword.value, ast.Constant)


def _check_decorator(policy: Policy, node: ast.expr, *, of_class: bool) -> None:
    named = node.func if isinstance(node, ast.Call) else node
    if not of_class and policy.references.is_property_setter(named):
        return
    for reference in policy.references.of(named):
        if not _is_decorator(reference, of_class=of_class, called=isinstance(node, ast.Call)):
            policy.report("FORBIDDEN_DECORATOR", node, f"{_text(named)} isn't on the list of decorators.")


def _is_librarys(policy: Policy, decorator: ast.expr) -> bool:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return not any(isinstance(r, LocalFunction) for r in policy.references.of(named))


def _is_decorator(reference: Reference, *, of_class: bool, called: bool) -> bool:
    if isinstance(reference, Member):
        return reference.kind is MemberKind.DECORATOR
    if isinstance(reference, Builtin):
        return reference.name in _BUILTIN_DECORATORS and not of_class and not called
    if isinstance(reference, LocalFunction) and not of_class and isinstance(reference.node, ast.FunctionDef):
        return _only_wraps(reference.node) and not called
    return False


def _only_wraps(function: ast.FunctionDef) -> bool:
    """Whether a decorator of the module's own defines one function, returns it and does nothing else at import."""
    body = function.body
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    match body:
        case [ast.FunctionDef(name=name, args=arguments) as inner, ast.Return(value=ast.Name(id=returned))]:
            defaults = [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]
            works = any(not isinstance(default, ast.Constant) for default in defaults)
            return name == returned and not works and len(inner.decorator_list) <= 1
    return False


def _text(node: ast.AST) -> str:
    return ast.unparse(node)[:60]
