"""The analysis: all five checks of one text, all findings at once."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from codegen_core.safety.attributes import check_attribute
from codegen_core.safety.calls import check_call
from codegen_core.safety.complexity import functions_of
from codegen_core.safety.context import Context, Source, finding
from codegen_core.safety.definitions import check_annotations, check_class, check_function
from codegen_core.safety.findings import (
    Analysis,
    ComplexityReport,
    Finding,
    ImportReport,
    Limits,
    LookAheadReport,
    SecurityReport,
    SyntaxFault,
    SyntaxReport,
)
from codegen_core.safety.import_time import RUNS_AT_IMPORT, ImportTime
from codegen_core.safety.imports import check_import, check_import_from
from codegen_core.safety.look_ahead import check_look_ahead
from codegen_core.safety.main_block import before_main_block, without_main_block
from codegen_core.safety.mangling import check_mangled
from codegen_core.safety.names import check_name
from codegen_core.safety.patterns import check_match
from codegen_core.safety.policy import Policy
from codegen_core.safety.rules import RULES, Check
from codegen_core.safety.scopes import build_tree
from codegen_core.safety.signal_classes import check_signal_class
from codegen_core.safety.strategies import check_constant, check_dictionary, check_item
from codegen_core.safety.syntax import ALLOWED_NODES, compile_fault, parse
from codegen_core.safety.text import over_limit, text_findings
from codegen_core.safety.time_zones import check_zone, check_zone_text
from codegen_core.safety.tree import ModuleTree, TooMuchWork

NodeCheck = Callable[[Policy, Any], None]
_CHECKS: dict[type[ast.AST], tuple[NodeCheck, ...]] = {
    ast.Import: (check_import,),
    ast.ImportFrom: (check_import_from,),
    ast.Name: (check_name,),
    ast.Attribute: (check_attribute,),
    ast.Call: (check_call, check_zone, check_look_ahead),
    ast.BinOp: (check_look_ahead,),
    ast.Compare: (check_look_ahead,),
    ast.Subscript: (check_look_ahead, check_item),
    ast.ClassDef: (check_class, check_signal_class),
    ast.FunctionDef: (check_function, check_annotations),
    ast.arg: (check_annotations,),
    ast.AnnAssign: (check_annotations,),
    ast.Dict: (check_dictionary,),
    ast.Match: (check_match,),
    ast.Constant: (check_constant, check_zone_text),
}
DEFAULT_LIMITS = Limits()


def analyse(code: str, *, strict: bool = True, limits: Limits = DEFAULT_LIMITS) -> Analysis:
    """Checks a module's text. Pure: nothing of it is executed or imported.

    Args:
        code: The text, exactly as it will run.
        strict: Whether complexity and look-ahead count in the verdict; safety always does.
        limits: How much is taken on; past them the result says so in ``not_analysed``.
    """
    refused = over_limit(code, limits)
    if refused is not None:
        return _not_analysed(refused, code, strict)
    found = text_findings(code)
    try:
        parsed = _parse(code)
        if isinstance(parsed, SyntaxFault):
            return _failed(strict, parsed, found, None)
        tree = build_tree(parsed)
        if _too_large(tree, limits):
            return _not_analysed("The code is nested too deeply or has too many parts.", code, strict)
        fault = compile_fault(parsed)
        return _failed(strict, fault, found, None) if fault else _checked(code, tree, found, strict, limits)
    except (RecursionError, MemoryError):
        return _not_analysed("The code is nested too deeply.", code, strict)
    except TooMuchWork:
        return _not_analysed("The code's names refer to each other too often to be followed.", code, strict)


def _too_large(tree: ModuleTree, limits: Limits) -> bool:
    functions = len(tree.of_kind(ast.FunctionDef)) + len(tree.of_kind(ast.Lambda))
    many = functions > limits.functions or len(tree.of_kind(ast.ClassDef)) > limits.classes
    return many or tree.depth > limits.nesting or len(tree.nodes) > limits.nodes


def _parse(code: str) -> ast.Module | SyntaxFault:
    """Parses what is to be checked: the module without its constant ``__main__`` block."""
    head = before_main_block(code)
    parsed = parse(head) if head is not None else None
    if isinstance(parsed, ast.Module):
        return parsed
    parsed = parse(code)
    return parsed if isinstance(parsed, SyntaxFault) else without_main_block(parsed)


def _checked(code: str, tree: ModuleTree, found: list[Finding], strict: bool, limits: Limits) -> Analysis:
    context = Context(tree, Source(code.replace("\r\n", "\n")), list(found))
    policy = Policy.of(context)
    _run(policy)
    complexity = _complexity(context, limits)
    findings = sorted(context.findings, key=lambda f: (f.line, f.column, f.rule))
    violations = [f for f in findings if RULES[f.rule].check is Check.SECURITY]
    ahead = [f for f in findings if RULES[f.rule].check is Check.LOOK_AHEAD]
    forbidden = context.forbidden_imports
    return Analysis(
        strict,
        SyntaxReport(passed=True),
        SecurityReport(not violations, tuple(violations[: limits.findings])),
        ImportReport(not forbidden, tuple(sorted(context.allowed_imports)), tuple(sorted(forbidden))),
        complexity,
        LookAheadReport(not ahead, tuple(ahead[: limits.findings])),
    )


def _run(policy: Policy) -> None:
    import_time, scopes = ImportTime(policy), policy.tree.scopes
    check_mangled(policy)
    for kind, nodes in policy.tree.by_kind.items():
        if kind not in ALLOWED_NODES:
            for node in nodes:
                policy.report("FORBIDDEN_SYNTAX", node, f"{kind.__name__} is not part of the language of strategies.")
        for check in _CHECKS.get(kind, ()):
            for node in nodes:
                check(policy, node)
        if kind in RUNS_AT_IMPORT:
            for node in nodes:
                if not scopes[node].in_function:
                    import_time.check(node)


def _complexity(context: Context, limits: Limits) -> ComplexityReport:
    functions = functions_of(context.tree)
    over = [f for f in functions if f.cyclomatic > limits.function_complexity]
    found = tuple(
        finding(
            "FUNCTION_COMPLEXITY", context.source, f.line, 1,
            f"{f.name} has a cyclomatic complexity of {f.cyclomatic}; the limit is {limits.function_complexity}.",
        )
        for f in over
    )  # fmt: skip
    return ComplexityReport(
        not over,
        sum(f.cyclomatic for f in functions),
        sum(f.cognitive for f in functions),
        max((f.nesting for f in functions), default=0),
        tuple(functions),
        found,
    )


def _not_analysed(reason: str, code: str, strict: bool) -> Analysis:
    found = finding("SOURCE_LIMIT", Source(code[:1000]), 1, 1, reason)
    return _failed(strict, None, [found], reason)


def _failed(strict: bool, fault: SyntaxFault | None, found: list[Finding], reason: str | None) -> Analysis:
    return Analysis(
        strict,
        SyntaxReport(fault is None, (fault,) if fault else ()),
        SecurityReport(passed=False, violations=tuple(found)),
        ImportReport(passed=False),
        ComplexityReport(passed=False),
        LookAheadReport(passed=False),
        reason,
    )
