from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ValidationResult(_message.Message):
    __slots__ = ("is_valid", "validation_status", "checks")
    class ValidationStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        VALIDATION_STATUS_UNSPECIFIED: _ClassVar[ValidationResult.ValidationStatus]
        PENDING: _ClassVar[ValidationResult.ValidationStatus]
        VALID: _ClassVar[ValidationResult.ValidationStatus]
        SYNTAX_ERROR: _ClassVar[ValidationResult.ValidationStatus]
        SECURITY_ERROR: _ClassVar[ValidationResult.ValidationStatus]
        RUNTIME_ERROR: _ClassVar[ValidationResult.ValidationStatus]
    VALIDATION_STATUS_UNSPECIFIED: ValidationResult.ValidationStatus
    PENDING: ValidationResult.ValidationStatus
    VALID: ValidationResult.ValidationStatus
    SYNTAX_ERROR: ValidationResult.ValidationStatus
    SECURITY_ERROR: ValidationResult.ValidationStatus
    RUNTIME_ERROR: ValidationResult.ValidationStatus
    IS_VALID_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_STATUS_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    is_valid: bool
    validation_status: ValidationResult.ValidationStatus
    checks: Checks
    def __init__(self, is_valid: _Optional[bool] = ..., validation_status: _Optional[_Union[ValidationResult.ValidationStatus, str]] = ..., checks: _Optional[_Union[Checks, _Mapping]] = ...) -> None: ...

class Checks(_message.Message):
    __slots__ = ("syntax", "security", "imports", "complexity", "look_ahead")
    SYNTAX_FIELD_NUMBER: _ClassVar[int]
    SECURITY_FIELD_NUMBER: _ClassVar[int]
    IMPORTS_FIELD_NUMBER: _ClassVar[int]
    COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    LOOK_AHEAD_FIELD_NUMBER: _ClassVar[int]
    syntax: SyntaxCheck
    security: SecurityCheck
    imports: ImportCheck
    complexity: ComplexityCheck
    look_ahead: LookAheadCheck
    def __init__(self, syntax: _Optional[_Union[SyntaxCheck, _Mapping]] = ..., security: _Optional[_Union[SecurityCheck, _Mapping]] = ..., imports: _Optional[_Union[ImportCheck, _Mapping]] = ..., complexity: _Optional[_Union[ComplexityCheck, _Mapping]] = ..., look_ahead: _Optional[_Union[LookAheadCheck, _Mapping]] = ...) -> None: ...

class SyntaxCheck(_message.Message):
    __slots__ = ("passed", "errors")
    PASSED_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    passed: bool
    errors: _containers.RepeatedCompositeFieldContainer[SyntaxProblem]
    def __init__(self, passed: _Optional[bool] = ..., errors: _Optional[_Iterable[_Union[SyntaxProblem, _Mapping]]] = ...) -> None: ...

class SyntaxProblem(_message.Message):
    __slots__ = ("line", "column", "message")
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    line: int
    column: int
    message: str
    def __init__(self, line: _Optional[int] = ..., column: _Optional[int] = ..., message: _Optional[str] = ...) -> None: ...

class SecurityCheck(_message.Message):
    __slots__ = ("passed", "violations")
    PASSED_FIELD_NUMBER: _ClassVar[int]
    VIOLATIONS_FIELD_NUMBER: _ClassVar[int]
    passed: bool
    violations: _containers.RepeatedCompositeFieldContainer[Finding]
    def __init__(self, passed: _Optional[bool] = ..., violations: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ...) -> None: ...

class Finding(_message.Message):
    __slots__ = ("severity", "line", "column", "code", "rule", "message", "suggestion")
    class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
        __slots__ = ()
        SEVERITY_UNSPECIFIED: _ClassVar[Finding.Severity]
        LOW: _ClassVar[Finding.Severity]
        MEDIUM: _ClassVar[Finding.Severity]
        HIGH: _ClassVar[Finding.Severity]
        CRITICAL: _ClassVar[Finding.Severity]
    SEVERITY_UNSPECIFIED: Finding.Severity
    LOW: Finding.Severity
    MEDIUM: Finding.Severity
    HIGH: Finding.Severity
    CRITICAL: Finding.Severity
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SUGGESTION_FIELD_NUMBER: _ClassVar[int]
    severity: Finding.Severity
    line: int
    column: int
    code: str
    rule: str
    message: str
    suggestion: str
    def __init__(self, severity: _Optional[_Union[Finding.Severity, str]] = ..., line: _Optional[int] = ..., column: _Optional[int] = ..., code: _Optional[str] = ..., rule: _Optional[str] = ..., message: _Optional[str] = ..., suggestion: _Optional[str] = ...) -> None: ...

class ImportCheck(_message.Message):
    __slots__ = ("allowed", "forbidden", "passed")
    ALLOWED_FIELD_NUMBER: _ClassVar[int]
    FORBIDDEN_FIELD_NUMBER: _ClassVar[int]
    PASSED_FIELD_NUMBER: _ClassVar[int]
    allowed: _containers.RepeatedScalarFieldContainer[str]
    forbidden: _containers.RepeatedScalarFieldContainer[str]
    passed: bool
    def __init__(self, allowed: _Optional[_Iterable[str]] = ..., forbidden: _Optional[_Iterable[str]] = ..., passed: _Optional[bool] = ...) -> None: ...

class ComplexityCheck(_message.Message):
    __slots__ = ("passed", "cyclomatic_complexity", "cognitive_complexity", "max_nesting_depth", "functions")
    PASSED_FIELD_NUMBER: _ClassVar[int]
    CYCLOMATIC_COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    COGNITIVE_COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    MAX_NESTING_DEPTH_FIELD_NUMBER: _ClassVar[int]
    FUNCTIONS_FIELD_NUMBER: _ClassVar[int]
    passed: bool
    cyclomatic_complexity: int
    cognitive_complexity: int
    max_nesting_depth: int
    functions: _containers.RepeatedCompositeFieldContainer[FunctionComplexity]
    def __init__(self, passed: _Optional[bool] = ..., cyclomatic_complexity: _Optional[int] = ..., cognitive_complexity: _Optional[int] = ..., max_nesting_depth: _Optional[int] = ..., functions: _Optional[_Iterable[_Union[FunctionComplexity, _Mapping]]] = ...) -> None: ...

class FunctionComplexity(_message.Message):
    __slots__ = ("name", "line", "cyclomatic_complexity", "cognitive_complexity", "max_nesting_depth")
    NAME_FIELD_NUMBER: _ClassVar[int]
    LINE_FIELD_NUMBER: _ClassVar[int]
    CYCLOMATIC_COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    COGNITIVE_COMPLEXITY_FIELD_NUMBER: _ClassVar[int]
    MAX_NESTING_DEPTH_FIELD_NUMBER: _ClassVar[int]
    name: str
    line: int
    cyclomatic_complexity: int
    cognitive_complexity: int
    max_nesting_depth: int
    def __init__(self, name: _Optional[str] = ..., line: _Optional[int] = ..., cyclomatic_complexity: _Optional[int] = ..., cognitive_complexity: _Optional[int] = ..., max_nesting_depth: _Optional[int] = ...) -> None: ...

class LookAheadCheck(_message.Message):
    __slots__ = ("passed", "findings")
    PASSED_FIELD_NUMBER: _ClassVar[int]
    FINDINGS_FIELD_NUMBER: _ClassVar[int]
    passed: bool
    findings: _containers.RepeatedCompositeFieldContainer[Finding]
    def __init__(self, passed: _Optional[bool] = ..., findings: _Optional[_Iterable[_Union[Finding, _Mapping]]] = ...) -> None: ...
