"""ValidationService: protobuf in, an analysis, protobuf out."""

from __future__ import annotations

from strategybuilder.validation.v1 import validation_result_pb2 as messages
from strategybuilder.validation.v1.validation_service_pb2 import ValidateCodeRequest, ValidateCodeResponse
from strategybuilder.validation.v1.validation_service_pb2_grpc import ValidationServiceServicer

from codegen_core.safety import Analysis, ComplexityReport, Finding, SyntaxReport
from services.runtime.errors import DeadlineExceeded, FieldViolation, InvalidArgument
from services.runtime.interceptors import Context
from services.validation.analyser import Analyser
from services.validation.process import AnalysisDied, AnalysisTimeout


class ValidationServicer(ValidationServiceServicer):
    """The one RPC."""

    def __init__(self, analyser: Analyser) -> None:
        """Takes what analyses."""
        self._analyser = analyser

    async def ValidateCode(
        self,
        request: ValidateCodeRequest,
        context: Context,
    ) -> ValidateCodeResponse:
        """Checks a piece of Python; bad code is an answer, not an error."""
        if not request.code:
            raise _wrong_code("expected Python source, received nothing", "REQUIRED")
        strict = request.strict_mode if request.HasField("strict_mode") else True
        try:
            analysis = await self._analyser.analyse(request.code, strict=strict)
        except AnalysisTimeout:
            raise DeadlineExceeded("The analysis of this code took too long.") from None
        except AnalysisDied:
            raise _wrong_code("The code takes more memory or time to analyse than is granted.", "TOO_COMPLEX") from None
        if analysis.not_analysed is not None:
            raise _wrong_code(analysis.not_analysed, "TOO_LARGE")
        return ValidateCodeResponse(result=to_result(analysis))


def _wrong_code(description: str, reason: str) -> InvalidArgument:
    return InvalidArgument("The code can't be analysed.", violations=[FieldViolation("code", description, reason)])


def to_result(analysis: Analysis) -> messages.ValidationResult:
    """Returns the contract's form of an analysis."""
    imports = analysis.imports
    ahead = analysis.look_ahead
    return messages.ValidationResult(
        is_valid=analysis.is_valid,
        validation_status=analysis.verdict.value,
        checks=messages.Checks(
            syntax=_syntax(analysis.syntax),
            security=messages.SecurityCheck(
                passed=analysis.security.passed, violations=map(_finding, analysis.security.violations)
            ),
            imports=messages.ImportCheck(allowed=imports.allowed, forbidden=imports.forbidden, passed=imports.passed),
            complexity=_complexity(analysis.complexity),
            look_ahead=messages.LookAheadCheck(passed=ahead.passed, findings=map(_finding, ahead.findings)),
        ),
    )


def _syntax(report: SyntaxReport) -> messages.SyntaxCheck:
    errors = [messages.SyntaxProblem(line=e.line, column=e.column, message=e.message) for e in report.errors]
    return messages.SyntaxCheck(passed=report.passed, errors=errors)


def _finding(finding: Finding) -> messages.Finding:
    return messages.Finding(
        severity=finding.severity.value,
        line=finding.line,
        column=finding.column,
        code=finding.source,
        rule=finding.rule,
        message=finding.message,
        suggestion=finding.suggestion,
    )


def _complexity(report: ComplexityReport) -> messages.ComplexityCheck:
    functions = [
        messages.FunctionComplexity(
            name=f.name,
            line=f.line,
            cyclomatic_complexity=f.cyclomatic,
            cognitive_complexity=f.cognitive,
            max_nesting_depth=f.nesting,
        )
        for f in report.functions
    ]
    return messages.ComplexityCheck(
        passed=report.passed,
        cyclomatic_complexity=report.cyclomatic,
        cognitive_complexity=report.cognitive,
        max_nesting_depth=report.nesting,
        functions=functions,
    )
