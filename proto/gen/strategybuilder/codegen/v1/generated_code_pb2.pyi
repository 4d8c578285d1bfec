import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from strategybuilder.validation.v1 import validation_result_pb2 as _validation_result_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LineRange(_message.Message):
    __slots__ = ("first", "last")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    first: int
    last: int
    def __init__(self, first: _Optional[int] = ..., last: _Optional[int] = ...) -> None: ...

class GeneratedCode(_message.Message):
    __slots__ = ("generation_id", "instance_id", "generated_code", "code_hash", "validation_status", "validation_result", "syntax_check_passed", "security_check_passed", "line_count", "complexity_score", "generation_time", "node_lines", "warmup_bars", "created_at")
    class NodeLinesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: LineRange
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[LineRange, _Mapping]] = ...) -> None: ...
    GENERATION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    GENERATED_CODE_FIELD_NUMBER: _ClassVar[int]
    CODE_HASH_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_STATUS_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_RESULT_FIELD_NUMBER: _ClassVar[int]
    SYNTAX_CHECK_PASSED_FIELD_NUMBER: _ClassVar[int]
    SECURITY_CHECK_PASSED_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMPLEXITY_SCORE_FIELD_NUMBER: _ClassVar[int]
    GENERATION_TIME_FIELD_NUMBER: _ClassVar[int]
    NODE_LINES_FIELD_NUMBER: _ClassVar[int]
    WARMUP_BARS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    generation_id: str
    instance_id: str
    generated_code: str
    code_hash: str
    validation_status: _validation_result_pb2.ValidationResult.ValidationStatus
    validation_result: _validation_result_pb2.ValidationResult
    syntax_check_passed: bool
    security_check_passed: bool
    line_count: int
    complexity_score: int
    generation_time: float
    node_lines: _containers.MessageMap[str, LineRange]
    warmup_bars: int
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, generation_id: _Optional[str] = ..., instance_id: _Optional[str] = ..., generated_code: _Optional[str] = ..., code_hash: _Optional[str] = ..., validation_status: _Optional[_Union[_validation_result_pb2.ValidationResult.ValidationStatus, str]] = ..., validation_result: _Optional[_Union[_validation_result_pb2.ValidationResult, _Mapping]] = ..., syntax_check_passed: _Optional[bool] = ..., security_check_passed: _Optional[bool] = ..., line_count: _Optional[int] = ..., complexity_score: _Optional[int] = ..., generation_time: _Optional[float] = ..., node_lines: _Optional[_Mapping[str, LineRange]] = ..., warmup_bars: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GeneratedCodeSummary(_message.Message):
    __slots__ = ("generation_id", "instance_id", "code_hash", "validation_status", "syntax_check_passed", "security_check_passed", "line_count", "complexity_score", "generation_time", "is_current", "created_at")
    GENERATION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_HASH_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_STATUS_FIELD_NUMBER: _ClassVar[int]
    SYNTAX_CHECK_PASSED_FIELD_NUMBER: _ClassVar[int]
    SECURITY_CHECK_PASSED_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    COMPLEXITY_SCORE_FIELD_NUMBER: _ClassVar[int]
    GENERATION_TIME_FIELD_NUMBER: _ClassVar[int]
    IS_CURRENT_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    generation_id: str
    instance_id: str
    code_hash: str
    validation_status: _validation_result_pb2.ValidationResult.ValidationStatus
    syntax_check_passed: bool
    security_check_passed: bool
    line_count: int
    complexity_score: int
    generation_time: float
    is_current: bool
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, generation_id: _Optional[str] = ..., instance_id: _Optional[str] = ..., code_hash: _Optional[str] = ..., validation_status: _Optional[_Union[_validation_result_pb2.ValidationResult.ValidationStatus, str]] = ..., syntax_check_passed: _Optional[bool] = ..., security_check_passed: _Optional[bool] = ..., line_count: _Optional[int] = ..., complexity_score: _Optional[int] = ..., generation_time: _Optional[float] = ..., is_current: _Optional[bool] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
