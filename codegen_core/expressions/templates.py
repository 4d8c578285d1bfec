"""Node templates whose meaning an expression gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from codegen_core.expressions.faults import as_faults
from codegen_core.expressions.formula import Formula
from codegen_core.expressions.qlib import QlibExpression
from codegen_core.nodes.declaration import Fault, NodeTemplate, Parameters, PortType

_CALLS = re.compile(r"(?:Gt|Ge|Lt|Le|Eq|Ne|And|Or|Not)\(")
_TRUTHS = re.compile(r"[<>=!&|]")


def with_expression(template: NodeTemplate, expression: QlibExpression | Formula, parameter: str) -> NodeTemplate:
    """Returns the template as the expression makes it; ``parameter`` holds its text."""
    measured = replace(template, look_back=_look_back(expression), examine=_examine(expression, parameter))
    is_condition = template.outputs[0].type is PortType.BOOL
    if isinstance(expression, Formula):
        kind = "condition" if is_condition else "series"
        return replace(measured, formula=expression, jinja_template=f"nodes/{kind}_formula.py.j2")
    text = _condition(template, expression) if is_condition else expression.text
    return replace(measured, expression=text, jinja_template="nodes/qlib_indicator.py.j2")


def _look_back(expression: QlibExpression | Formula) -> Callable[[Parameters], int]:
    def look_back(parameters: Parameters) -> int:
        bars = expression.measure(parameters)
        return bars if isinstance(bars, int) else 0

    return look_back


def _examine(expression: QlibExpression | Formula, parameter: str) -> Callable[[Parameters], tuple[Fault, ...]]:
    def examine(parameters: Parameters) -> tuple[Fault, ...]:
        found = expression.measure(parameters)
        return () if isinstance(found, int) else as_faults(parameter, found)

    return examine


def _condition(template: NodeTemplate, expression: QlibExpression) -> str:
    """Returns an expression that is 1 where true, 0 where false, and NaN where an input or a field has no value.

    ``If(x==x,..,x)`` passes on a missing x alone: an infinite one is a value.
    """
    is_truth = _is_truth(expression.text)
    guarded = f"({expression.text})*1" if is_truth else f"Eq({expression.text},1)*1"
    read = [*(f"{{{port.name}}}" for port in template.inputs), *expression.fields]
    for value in reversed(read if is_truth else [*read, f"({expression.text})"]):
        guarded = f"If({value}=={value},{guarded},{value})"
    return guarded


def _is_truth(text: str) -> bool:
    """Whether the outermost operation is a comparison or a logical one."""
    depth, outside = 0, []
    for character in text:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            outside.append(character)
    bare = "".join(outside)
    return bool(_TRUTHS.search(bare)) or (bool(_CALLS.match(text)) and bare.endswith(")") and bare.count(")") == 1)
