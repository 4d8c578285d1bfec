"""Names that Python itself makes: ``self.__x`` in a class A is ``_A__x``, which would be a second name for it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen_core.safety.policy import Policy

_NAMED = (ast.Name, ast.Attribute, ast.arg, ast.keyword, ast.alias, ast.FunctionDef, ast.ClassDef, ast.Constant)


def check_mangled(policy: Policy) -> None:
    """Refuses names written as Python writes the private ones of the module's classes."""
    prefixes = tuple({f"_{node.name.lstrip('_')}__" for node in policy.classes})
    if not prefixes:
        return
    for kind in _NAMED:
        for node in policy.tree.of_kind(kind):
            if any(name.startswith(prefixes) for name in _names(node)):
                policy.report("PRIVATE_ATTRIBUTE", node, "This is another name of a class's private attribute.")


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name) | ast.Constant(value=str(name)):
            yield name
        case ast.keyword(arg=str(name)) | ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name
