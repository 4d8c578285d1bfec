"""The static wall: what Python text may run, decided on the text alone, by an allow-list."""

from codegen_core.safety.analysis import DEFAULT_LIMITS, analyse
from codegen_core.safety.expressions import Expression, ExpressionProblem, parse_expression
from codegen_core.safety.findings import (
    Analysis,
    ComplexityReport,
    Finding,
    FunctionComplexity,
    ImportReport,
    Limits,
    LookAheadReport,
    SecurityReport,
    Severity,
    SyntaxFault,
    SyntaxReport,
    Verdict,
)

__all__ = [
    "DEFAULT_LIMITS",
    "Analysis",
    "ComplexityReport",
    "Expression",
    "ExpressionProblem",
    "Finding",
    "FunctionComplexity",
    "ImportReport",
    "Limits",
    "LookAheadReport",
    "SecurityReport",
    "Severity",
    "SyntaxFault",
    "SyntaxReport",
    "Verdict",
    "analyse",
    "parse_expression",
]
