"""Imports: listed modules, and of each its listed names."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codegen_core.safety.library import MemberKind, member, module_members
from codegen_core.safety.policy import Policy
from codegen_core.safety.references import is_none
from codegen_core.safety.tree import BindingKind, ScopeKind


def check_import(policy: Policy, node: ast.Import) -> None:
    """Checks ``import a.b`` and ``import a.b as c``."""
    for alias in node.names:
        if _is_listed(alias.name):
            policy.context.allowed_imports.add(alias.name)
        else:
            _refuse(policy, node, alias.name)
        _check_bound_once(policy, alias, alias.asname or alias.name.split(".")[0])


def check_import_from(policy: Policy, node: ast.ImportFrom) -> None:
    """Checks ``from a.b import c``."""
    path = "." * node.level + (node.module or "")
    if node.level or not _is_listed(path):
        _refuse(policy, node, path)
        return
    policy.context.allowed_imports.add(path)
    for alias in node.names:
        if alias.name == "*":
            policy.report("STAR_IMPORT", node, f"Everything of {path} is imported, so names can't be followed.")
        elif member(path, alias.name) is None:
            policy.context.forbidden_imports.add(f"{path}.{alias.name}")
            policy.report(
                "FORBIDDEN_MEMBER", alias, f"{alias.name} isn't on the list of {path}{policy.near(path, alias.name)}."
            )
        _check_bound_once(policy, alias, alias.asname or alias.name)


def module_used_as_value(policy: Policy, node: ast.Name) -> bool:
    """Whether a module's name stands where anything but ``module.name`` is meant."""
    parent = policy.tree.parent(node)
    if isinstance(parent, ast.Compare):  # Whether an import that may fail has given anything.
        return not (all(isinstance(op, ast.Is | ast.IsNot) for op in parent.ops) and is_none(parent.comparators[0]))
    return not (isinstance(parent, ast.Attribute) and parent.value is node)


def _refuse(policy: Policy, node: ast.stmt, path: str) -> None:
    policy.context.forbidden_imports.add(path)
    policy.report("FORBIDDEN_IMPORT", node, f"{path} isn't on the list of modules.")


def _is_listed(path: str) -> bool:
    return module_members(path) is not None and all(_is_submodule(p, n) for p, n in _steps(path))


def _steps(path: str) -> Iterator[tuple[str, str]]:
    parts = path.split(".")
    yield from ((".".join(parts[:i]), parts[i]) for i in range(1, len(parts)))


def _is_submodule(parent: str, name: str) -> bool:
    found = member(parent, name)
    return found is not None and found.kind is MemberKind.MODULE


def _check_bound_once(policy: Policy, alias: ast.alias, name: str) -> None:
    scope = policy.tree.resolve(name, policy.tree.scope_of(alias))
    bindings = scope.bindings.get(name, []) if scope else []
    policy.tree.spend(len(bindings))
    if any(b.kind is not BindingKind.IMPORT and not (b.value and is_none(b.value)) for b in bindings):
        policy.report("MODULE_AS_VALUE", alias, f"{name} is imported and also bound to something else.")
    if policy.tree.scope_of(alias).kind is ScopeKind.CLASS:
        policy.report("MODULE_AS_VALUE", alias, f"{name} would become an attribute; import it outside the class.")
