"""What an analysis says: values that mirror the contract's ``checks``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How grave a finding is."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class Verdict(StrEnum):
    """An analysis in one word."""

    VALID = "VALID"
    SYNTAX_ERROR = "SYNTAX_ERROR"
    SECURITY_ERROR = "SECURITY_ERROR"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much code is taken on.

    Attributes:
        size: Bytes of UTF-8.
        nesting: Depth of the syntax tree, brackets included.
        nodes: Nodes of the syntax tree.
        functions: Functions and lambdas.
        classes: Classes.
        function_complexity: Cyclomatic complexity that one function may have.
        findings: Findings told at most; past it the rest is left out.
    """

    size: int = 256 * 1024
    nesting: int = 80
    nodes: int = 60_000
    functions: int = 2_000
    classes: int = 300
    function_complexity: int = 20
    findings: int = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """A place that breaks a rule. Lines and columns count from 1, columns in characters."""

    rule: str
    severity: Severity
    line: int
    column: int
    source: str
    message: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """A place that does not parse."""

    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class SyntaxReport:
    """Whether the text is Python."""

    passed: bool
    errors: tuple[SyntaxFault, ...] = ()


@dataclass(frozen=True, slots=True)
class SecurityReport:
    """Whether the code keeps to the safety policy."""

    passed: bool
    violations: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What the code imports, sorted: modules, or ``module.name`` where only the name is refused."""

    passed: bool
    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FunctionComplexity:
    """How hard one function is to follow; its own figures, without those of functions defined inside it."""

    name: str
    line: int
    cyclomatic: int
    cognitive: int
    nesting: int


@dataclass(frozen=True, slots=True)
class ComplexityReport:
    """How hard the code is to follow: sums over the functions, and the deepest nesting of blocks."""

    passed: bool
    cyclomatic: int | None = None
    cognitive: int | None = None
    nesting: int | None = None
    functions: tuple[FunctionComplexity, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class LookAheadReport:
    """Whether the code reads data that a trader would not have yet."""

    passed: bool
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Analysis:
    """All five checks. Where the text does not parse the others have not passed and list nothing.

    Attributes:
        strict: Whether complexity and look-ahead count in the verdict; safety always does.
        not_analysed: Why the text was not analysed at all (over a limit), or None.
    """

    strict: bool
    syntax: SyntaxReport
    security: SecurityReport
    imports: ImportReport
    complexity: ComplexityReport
    look_ahead: LookAheadReport
    not_analysed: str | None = None

    @property
    def is_valid(self) -> bool:
        """Whether every check that counts has passed."""
        return self.verdict is Verdict.VALID

    @property
    def verdict(self) -> Verdict:
        """SYNTAX_ERROR before SECURITY_ERROR; the latter also for style in strict mode, where the rule says which."""
        if not self.syntax.passed:
            return Verdict.SYNTAX_ERROR
        safe = self.security.passed and self.imports.passed
        style = self.complexity.passed and self.look_ahead.passed
        return Verdict.VALID if safe and (style or not self.strict) else Verdict.SECURITY_ERROR
